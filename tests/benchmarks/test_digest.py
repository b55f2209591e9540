"""How long it takes to make a digest of a busy day once it is compared: the edition, its messages, its chart, its report."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import process_time
from zoneinfo import ZoneInfo

import pytest

from monitor.digest import compose, render_report, render_telegram
from monitor.digest.chart import draw_chart
from monitor.model.edition import Coverage, Edition
from monitor.model.finding import Citation, Finding
from tests.builders import WINDOW, at, citation, coverage, finding, incident

pytestmark = pytest.mark.benchmark

ZONE = ZoneInfo("Europe/Kyiv")
QUESTIONS, ORIGINS = (
    300,
    5,
)  # what a day of 25,000 posts disputes when one in four makes a claim: tests/benchmarks/test_comparison
COMPOSED_S = 2.0
DRAWN_S = 1.0


@contextmanager
def within(seconds: float, what: str) -> Iterator[None]:
    started = process_time()
    yield
    took = process_time() - started
    print(f"\n{what}: {took:.2f} s")
    assert took < seconds


def findings() -> Iterator[tuple[Finding, list[Citation]]]:
    for number in range(QUESTIONS):
        ends = [
            citation(10 * (origin + 1), post=f"sample_{origin}/{number + 1}", date=at(origin), quote="вбито 47 " * 10)
            for origin in range(ORIGINS)
        ]
        for end in ends[1:]:
            yield finding(ends[0], end, incident=f"incident-{number}", severity=1 + number % 3), ends


def composed() -> Edition:
    made = list(findings())
    heard: Coverage = coverage(**{f"sample_{number}": 60 for number in range(400)})
    return compose(
        "daily",
        WINDOW,
        findings=[one for one, _ in made],
        incidents=[incident(f"incident-{number}") for number in range(QUESTIONS)],
        evidence={one.incident: ends for one, ends in made},
        coverage=heard,
        corrections=(),
        min_severity=1,
    )


def test_a_busy_day_that_is_compared_is_told_within_two_seconds() -> None:
    with within(COMPOSED_S, "edition, messages and report"):
        edition = composed()
        render_telegram(edition, zone=ZONE)
        render_report(edition, zone=ZONE)


def test_its_chart_is_drawn_within_a_second() -> None:
    edition = composed()
    with within(DRAWN_S, "chart, the first one, which also reads the font"):
        assert draw_chart(edition, zone=ZONE) is not None
