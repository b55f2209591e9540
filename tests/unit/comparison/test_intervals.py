"""Widening and severity, row by row (CODEBOOK 4.3 and 4.5)."""

from math import inf

import pytest

from monitor.comparison.intervals import Interval, distance, is_zero, widen
from monitor.model.quantity import Bound, Quantity


def said(low: int | None, high: int | None, bound: Bound) -> Quantity:
    return Quantity(low=low, high=high, bound=bound)


@pytest.mark.parametrize(
    ("quantity", "low", "high"),
    [
        pytest.param(said(9, 9, Bound.EXACT), 9, 9, id="a count below ten is taken as it stands"),
        pytest.param(said(10, 10, Bound.EXACT), 9, 11, id="a count of ten has a slack of one"),
        pytest.param(said(100, 100, Bound.EXACT), 95, 105, id="a count of a hundred has five percent"),
        pytest.param(said(5, 5, Bound.APPROX), 3, 7, id="about five has a slack of two"),
        pytest.param(said(1, 1, Bound.APPROX), 0, 3, id="about one does not fall below none"),
        pytest.param(said(1000, 1000, Bound.APPROX), 800, 1200, id="about a thousand has twenty percent"),
        pytest.param(said(8, None, Bound.AT_LEAST), 8, inf, id="at least eight has no slack"),
        pytest.param(said(20, None, Bound.AT_LEAST), 19, inf, id="at least twenty has five percent"),
        pytest.param(said(None, 80, Bound.AT_MOST), 0, 84, id="at most eighty has five percent"),
        pytest.param(said(20, 80, Bound.RANGE), 19, 84, id="a range has five percent at each end"),
        pytest.param(said(20, 99, Bound.VAGUE), 10, 148.5, id="dozens begin at ten"),
        pytest.param(said(2, None, Bound.VAGUE), 1, inf, id="a bare plural is one or more"),
    ],
)
def test_quantity_is_widened_by_its_bound(quantity: Quantity, low: float, high: float) -> None:
    assert widen(quantity) == Interval(low=low, high=high)


def test_part_only_sets_a_lower_edge() -> None:
    assert widen(Quantity.exactly(3), is_part=True) == Interval(low=3, high=inf)


@pytest.mark.parametrize(
    ("low", "high", "severity"),
    [
        pytest.param(2, 3, 1, id="ratio reached, gap too small"),
        pytest.param(1000, 1400, 1, id="gap reached, ratio too small"),
        pytest.param(50, 84, 2, id="half as much again"),
        pytest.param(2, 10, 2, id="ratio of a major one, gap below ten"),
        pytest.param(2, 47, 3, id="three times and ten more"),
        pytest.param(0, 1, 1, id="none against one"),
        pytest.param(0, 3, 3, id="none against three"),
    ],
)
def test_severity_follows_ratio_and_gap(low: int, high: int, severity: int) -> None:
    assert distance(widen(Quantity.exactly(low)), widen(Quantity.exactly(high))).severity == severity


def test_only_exactly_none_is_zero() -> None:
    assert is_zero(Quantity.exactly(0))
    assert not is_zero(said(None, 5, Bound.AT_MOST))
    assert not is_zero(said(0, 2, Bound.RANGE))
