"""Widen a quantity for comparison, and grade how far apart two quantities lie (CODEBOOK 4.3 and 4.5)."""

from dataclasses import dataclass
from math import inf

from monitor.model.quantity import Bound, Quantity

_SMALL = 10  # below this a count is taken as it stands: two dead are not three
_ROUNDING = 20  # one part in twenty: 5 %
_MAJOR_RATIO, _MAJOR_GAP = 3, 10
_NOTABLE_RATIO, _NOTABLE_GAP = 1.5, 5
_ZERO_AGAINST = 3  # "no losses" against this many is major


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A closed interval of persons or items on the real line; ``high`` may be infinite."""

    low: float
    high: float

    def meets(self, other: "Interval") -> bool:
        """Tell whether one number can lie in both."""
        return self.low <= other.high and other.low <= self.high


@dataclass(frozen=True, slots=True, kw_only=True)
class Distance:
    """How far the lower edge of the high interval lies above the upper edge of the low one.

    ``ratio`` is infinite where the low interval is zero.
    """

    ratio: float
    gap: float
    severity: int


def widen(quantity: Quantity, *, is_part: bool = False) -> Interval:
    """Return the interval that ``quantity`` stands for when two origins are compared.

    A part (a subset, or one named victim) only says that the whole is no smaller.

    Source: CODEBOOK 4.3.
    """
    interval = _interval(quantity)
    return Interval(low=interval.low, high=inf) if is_part else interval


def _interval(quantity: Quantity) -> Interval:
    low = 0 if quantity.low is None else quantity.low
    high = inf if quantity.high is None else quantity.high
    match quantity.bound:
        case Bound.EXACT:
            slack = 0 if low < _SMALL else max(1, low / _ROUNDING)
            return Interval(low=low - slack, high=high + slack)
        case Bound.APPROX:
            return Interval(low=max(0, low - max(2, low / 5)), high=high + max(2, high / 5))
        case Bound.AT_LEAST:
            return Interval(low=low if low < _SMALL else low - low / _ROUNDING, high=high)
        case Bound.AT_MOST:
            return Interval(low=low, high=high + high / _ROUNDING)
        case Bound.RANGE:
            return Interval(low=low - low / _ROUNDING, high=high + high / _ROUNDING)
        case Bound.VAGUE:
            return Interval(low=low / 2, high=high * 1.5)


def is_zero(quantity: Quantity) -> bool:
    """Tell whether the quantity says that there were none."""
    return quantity.low == 0 and quantity.high == 0


def distance(low: Interval, high: Interval) -> Distance:
    """Grade two intervals of which ``high`` lies wholly above ``low``.

    Source: CODEBOOK 4.5.
    """
    gap = high.low - low.high
    ratio = inf if low.high == 0 else high.low / low.high
    if low.high == 0:
        severity = 3 if high.low >= _ZERO_AGAINST else 1
    elif ratio >= _MAJOR_RATIO and gap >= _MAJOR_GAP:
        severity = 3
    elif ratio >= _NOTABLE_RATIO and gap >= _NOTABLE_GAP:
        severity = 2
    else:
        severity = 1
    return Distance(ratio=ratio, gap=gap, severity=severity)
