"""How fast posts go into the store and come back, on both databases: `make bench` prints rows a second."""

import time
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.model.claim import Place, Reading, Word
from monitor.model.post import Observation, Span
from monitor.pipeline import READ_BATCH, RECORD_BATCH
from monitor.store import Store
from tests.integration.store.builders import DAY, citation, claim, finding, incident, save_comparison, seen

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(600)]

POSTS = 20_000
TEXT = "A column was attacked near the wells; two soldiers were killed and five wounded, the army says. " * 8
FEWEST = 2_000  # posts a second that must be recorded: a month of seven busy channels in ten seconds


def _posts() -> list[Observation]:
    return [
        seen(f"{number}: {TEXT}", number=number, channel=f"desk{number % 7}", date=DAY + timedelta(seconds=number))
        for number in range(1, POSTS + 1)
    ]


async def _record(store: Store, posts: list[Observation]) -> float:
    begun = time.perf_counter()
    for start in range(0, len(posts), RECORD_BATCH):
        await store.record(posts[start : start + RECORD_BATCH])
    return time.perf_counter() - begun


async def test_posts_are_recorded_read_and_streamed_fast_enough(store: Store) -> None:
    posts = _posts()
    taken = {"recorded": await _record(store, posts), "recorded again": await _record(store, posts)}
    words = tuple(Word(role="number", span=Span(start=at, end=at + 3)) for at in range(5))
    place = Place(id="1", name="Tinzaouaten", country="ML", latitude=19.95, longitude=2.96)
    full = Reading(language="en", claims=(replace(claim(), side="MLI", place=place, words=words),))
    begun = time.perf_counter()
    while waiting := await store.texts_to_read("bench", limit=READ_BATCH):
        await store.save_readings("bench", [(text, full) for text in waiting])
    taken["readings saved"] = time.perf_counter() - begun
    begun = time.perf_counter()
    streamed = [post async for post in store.read_posts()]
    taken["streamed with claims"] = time.perf_counter() - begun
    found = [finding(str(number), a=citation(number)) for number in range(POSTS // 10)]
    begun = time.perf_counter()
    await save_comparison(store, [incident()], found)
    seconds = time.perf_counter() - begun

    backend = (await store.status()).database.split()[0]
    for what, took in taken.items():
        print(f"{backend:10} {what:22} {POSTS / took:9,.0f} posts a second")
    print(f"{backend:10} {'findings saved':22} {len(found) / seconds:9,.0f} a second")
    assert len(streamed) == POSTS
    assert POSTS / taken["recorded"] >= FEWEST
