"""How long it takes to make a digest of a busy day once it is compared: the edition, its messages, its chart, its report."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from time import process_time
from zoneinfo import ZoneInfo

import pytest

from monitor.comparing import compare_kept, compare_stored
from monitor.digest import compose, render_report, render_telegram
from monitor.digest.chart import draw_chart
from monitor.model.claim import Claim, Reading
from monitor.model.edition import Coverage, Edition, Window
from monitor.model.finding import Citation, Finding
from monitor.model.post import Channel, Observation, PostRef
from monitor.pipeline import compose_edition, extract, record
from monitor.store import Store, upgrade
from tests.benchmarks.test_comparison import CLAIMING, DAY, POSTS, days
from tests.builders import WINDOW, at, citation, coverage, finding, incident
from tests.told import NOON

pytestmark = pytest.mark.benchmark

ZONE = ZoneInfo("Europe/Kyiv")
QUESTIONS, ORIGINS = (
    300,
    5,
)  # what a day of 25,000 posts disputes when one in four makes a claim: tests/benchmarks/test_comparison
TOLD_S = 2.0
COMPOSED_S = 5.0  # 3.1 measured; 2 is what is wanted: half of it goes into loading the posts
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
    with within(TOLD_S, "edition, messages and report"):
        edition = composed()
        render_telegram(edition, zone=ZONE)
        render_report(edition, zone=ZONE)


class KnownReader:
    """Returns the claims that each text was given."""

    fingerprint = "known"

    def __init__(self, claims: Mapping[str, tuple[Claim, ...]]) -> None:
        self._claims = claims

    def read(self, text: str, *, posted_at: datetime | None, channel: Channel | None) -> Reading:
        """Return the claims of ``text``."""
        assert (posted_at is None, channel is None) == (False, False)
        return Reading(language="en", claims=self._claims.get(text, ()))


@pytest.mark.timeout(1200)
async def test_a_busy_day_in_the_store_is_composed_within_five_seconds(tmp_path: Path) -> None:
    (day,) = days(1)
    url = f"sqlite:///{tmp_path / 'busy.db'}"
    await upgrade(url)
    async with await Store.open(url) as store:
        claiming = [(post.post, post.post.revisions[0].text, post.revisions[0].claims) for post in day]
        seen = [Observation(ref=one.ref, date=one.date, observed_at=one.date, text=text) for one, text, _ in claiming]
        quiet = [
            replace(one, ref=PostRef(channel=one.ref.channel, message_id=POSTS * (times + 1) + number), text="nothing")
            for times in range(CLAIMING - 1)
            for number, one in enumerate(seen)
        ]
        await record(store, [*seen, *quiet])
        await extract(store, KnownReader({text: claims for _, text, claims in claiming}))
        await compare_stored(store)
        window = Window(start=NOON, end=NOON + DAY)
        with within(COMPOSED_S, f"the edition of {len(seen) + len(quiet)} posts"):
            edition = await compose_edition(store, "daily", window, compares=partial(compare_kept, store))
            render_telegram(edition, zone=ZONE)
        assert edition.coverage.posts == len(seen) + len(quiet)
        assert edition.contradictions


def test_its_chart_is_drawn_within_a_second() -> None:
    edition = composed()
    with within(DRAWN_S, "chart, the first one, which also reads the font"):
        assert draw_chart(edition, zone=ZONE) is not None
