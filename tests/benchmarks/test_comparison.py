"""How long a busy day takes to compare, and whether the millionth post costs more than the ten-thousandth."""

from collections.abc import Iterator
from datetime import timedelta
from random import Random
from time import process_time

import pytest

from monitor.comparison import compare
from monitor.model.claim import Kind, Place, ReadPost, TimeBasis
from tests.told import NOON, claim, read_post

pytestmark = pytest.mark.benchmark

DAY = timedelta(days=1)
POSTS = 25_000  # a day of several hundred channels
CLAIMING = 4  # one post in so many makes a claim: twice the share of the real posts of April 2026
SECONDS = 60.0  # for a day, on one core
WORDS = [f"word{number}" for number in range(4000)]
SIDES = ("RU", "UA", "MLI", "civ-UA", "civ-MLI", "HEZB", "ISR")


def days(count: int, *, posts: int = POSTS) -> Iterator[list[ReadPost]]:
    """Yield days of posts that make claims, spread over places, sides and channels."""
    choose = Random(7)  # noqa: S311 - the same posts every time
    places = [
        Place(
            id=f"place{number}",
            name=f"Place {number}",
            country=choose.choice(("UA", "ML", "LB")),
            latitude=choose.uniform(30, 52),
            longitude=choose.uniform(0, 40),
            parent=f"region{number % 40}",
        )
        for number in range(600)
    ]
    for day in range(count):
        start = NOON + day * DAY
        yield [
            read_post(
                claim(
                    choose.choice((1, 2, 3, 5, 8, 12, 40)),
                    kind=choose.choice((Kind.KILLED, Kind.WOUNDED)),
                    side=choose.choice(SIDES),
                    place=choose.choice([*places, None]),
                    event_from=None,
                    event_to=None,
                    time_basis=TimeBasis.POST,
                ),
                channel=f"channel{choose.randrange(400)}",
                message_id=day * POSTS + number,
                at=start + timedelta(seconds=choose.randrange(86400)),
                texts=[" ".join(choose.choices(WORDS, k=40))],
            )
            for number in range(posts // CLAIMING)
        ]


def test_busy_day_is_compared_within_a_minute() -> None:
    (day,) = days(1)
    started = process_time()
    result = compare(day, as_of=NOON + 3 * DAY)
    took = process_time() - started
    print(f"\n{POSTS} posts a day, {len(day)} with claims: {took:.1f} s, {len(result.incidents)} incidents")
    assert took < SECONDS


def test_later_days_cost_no_more_than_early_ones() -> None:
    posts = list(days(36, posts=POSTS // 20))
    took = []
    for count in (12, 36):  # in fewer days there is less to look at than a key shows at most
        given = [post for day in posts[:count] for post in day]
        started = process_time()
        compare(given, as_of=NOON + 40 * DAY)
        took.append((process_time() - started) / count)
    print(f"\na day among 12: {took[0]:.2f} s, among 36: {took[1]:.2f} s")
    assert took[1] < 1.3 * took[0]
