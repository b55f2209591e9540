"""What one more post costs to compare after ten thousand and after a million, and how long a busy day takes."""

import resource
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from time import process_time

import pytest

from monitor import pipeline
from monitor.comparing import compare_stored
from monitor.comparison.board import keys_of
from monitor.model.claim import Claim, Kind, Place, Reading, TimeBasis
from monitor.model.post import Observation, PostRef, Span
from monitor.model.report import Placed, Report
from monitor.store import Kept, Store
from tests.told import claim

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(1800)]

SHARE = 10  # one post in so many makes a claim: of the 22,271 real posts of April 2026 it was 2,108
EARLY, LATE = 10_000, 1_000_000  # posts before the one that is compared
DAYS = (
    10  # in which the first of these were posted: as many a day as the seven channels of April 2026, and a third more
)
MOST = 1.3  # times the early cost that the late one may be
BUSY_DAY = 25_000  # posts of several hundred channels
SECONDS = 60.0  # for a busy day, on one core
MEGABYTES = 300
SAMPLES = 60
BATCH = 2_000

START = datetime(2024, 7, 27, tzinfo=UTC)
DAY = timedelta(days=1)
SIDES = ("RU", "UA", "MLI", "civ-UA", "civ-MLI", "HEZB", "ISR")
WORDS = [f"{'xyz'[number % 3]}word{number:04d}" for number in range(4000)]


class Story:
    """Posts of many channels about many places, and the reader that knows what they say."""

    fingerprint = "story"

    def __init__(self, *, seed: int = 7) -> None:
        self._choose = Random(seed)  # noqa: S311 - the same posts every time
        self._claims: dict[str, Claim] = {}
        self.places = [
            Place(
                id=f"place{number}",
                name=f"Place {number}",
                country=self._choose.choice(("UA", "ML", "LB")),
                latitude=self._choose.uniform(30, 52),
                longitude=self._choose.uniform(0, 40),
                parent=f"region{number % 40}",
            )
            for number in range(600)
        ]

    def read(self, text: str, *, posted_at: datetime | None, channel: object) -> Reading:
        """Return the claim of a text of this story."""
        assert posted_at is not None
        assert channel is not None
        return Reading(language="en", claims=(self._claims[text],))

    def posts(self, count: int, *, start: datetime, first: int) -> list[Observation]:
        """Return posts of one day that make a claim each, in order of time."""
        choose = self._choose
        instants = sorted(start + timedelta(seconds=choose.randrange(86400)) for _ in range(count))
        return [self._post(first + number, at) for number, at in enumerate(instants)]

    def _post(self, number: int, at: datetime) -> Observation:
        choose = self._choose
        text = f"{number} " + " ".join(choose.choices(WORDS, k=40))
        self._claims[text] = replace(
            claim(choose.choice((1, 2, 3, 5, 8, 12, 40))),
            kind=choose.choice((Kind.KILLED, Kind.WOUNDED)),
            side=choose.choice(SIDES),
            place=choose.choice([*self.places, None]),
            place_text=None,
            span=Span(start=0, end=1),
            event_from=None,
            event_to=None,
            time_basis=TimeBasis.POST,
        )
        ref = PostRef(channel=f"channel{choose.randrange(400)}", message_id=number)
        return Observation(ref=ref, date=at, observed_at=at, text=text)


async def take(store: Store, story: Story, posts: Sequence[Observation]) -> None:
    await pipeline.record(store, posts)
    await pipeline.extract(store, story)


async def multiply(store: Store, told: Sequence[Kept], *, times: int) -> None:
    """Store the reports again and again, each time earlier and with the places moved."""
    for copies in range(1, times):
        async with store.comparing() as desk:
            await desk.save_reports(gone=(), come=list(_moved(told, copies)), moved=())


def _moved(told: Sequence[Kept], by: int) -> Iterator[Kept]:
    for one in told:
        report = one.placed.report
        at = report.said_at - by * DAYS * DAY
        place = report.place
        if place is not None:
            place = replace(place, id=f"{place.id}.{by % 7}", longitude=(place.longitude + by % 7) % 40)
        moved: Report = replace(
            report,
            id=f"{at.replace(tzinfo=None).isoformat(timespec='microseconds')} copy {by:06d} {report.ref.message_id:012d}",
            said_at=at,
            day_from=report.day_from - by * DAYS * DAY,
            day_to=report.day_to - by * DAYS * DAY,
            place=place,
        )
        keys = tuple(sorted(key.hash for key in keys_of(moved)))
        yield Kept(post=one.post, placed=Placed(report=moved, occurrence=moved.id), keys=keys)


async def kept(store: Store) -> list[Kept]:
    """Return everything that is reported."""
    async with store.looking() as desk:
        held = await desk.reports_of(range(1, EARLY))
    return [Kept(post=row, placed=placed, keys=()) for row, reports in held.items() for placed in reports]


async def cost(store: Store, story: Story, *, first: int, day: int) -> float:
    """Return the seconds that one more post takes, the median of several on one day."""
    took = []
    for one in story.posts(SAMPLES, start=START + day * DAY, first=first):
        await take(store, story, [one])
        started = process_time()
        await compare_stored(store)
        took.append(process_time() - started)
    return sorted(took)[SAMPLES // 2]


async def test_the_millionth_post_costs_about_as_much_as_the_ten_thousandth(store: Store) -> None:
    story = Story()
    a_day = EARLY // SHARE // DAYS
    for day in range(DAYS):
        await take(store, story, story.posts(a_day, start=START + day * DAY, first=1 + day * a_day))
    await compare_stored(store)
    told = await kept(store)
    early = await cost(store, story, first=EARLY, day=DAYS)
    await multiply(store, told, times=LATE // EARLY)
    late = await cost(store, story, first=2 * EARLY, day=DAYS + 1)
    backend = (await store.status()).database.split()[0]
    print(f"\n{backend}: post {EARLY:,} costs {1000 * early:.1f} ms, post {LATE:,} {1000 * late:.1f} ms")
    assert late <= MOST * early


async def test_a_busy_day_is_compared_within_a_minute(store: Store) -> None:
    story = Story()
    posts = story.posts(BUSY_DAY // SHARE, start=START, first=1)
    spent = 0.0
    for start in range(0, len(posts), BATCH // SHARE):
        await take(store, story, posts[start : start + BATCH // SHARE])
        started = process_time()
        await compare_stored(store)
        spent += process_time() - started
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    backend = (await store.status()).database.split()[0]
    print(f"\n{backend}: {BUSY_DAY:,} posts, {len(posts):,} with claims: {spent:.1f} s, {megabytes} MB at most")
    assert spent < SECONDS
    assert megabytes < MEGABYTES
