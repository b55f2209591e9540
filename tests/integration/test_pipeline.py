"""The stages over a real store: nothing lost, nothing twice, whatever the order and wherever they stop."""

import asyncio
import random
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from monitor import comparing, pipeline
from monitor.claims import Reader
from monitor.model.claim import Reading
from monitor.model.edition import Window
from monitor.model.finding import Relation
from monitor.model.post import Observation
from monitor.store import FindingFilter, Store
from tests.databases import SQLite
from tests.integration.imports import contents, run, sample
from tests.integration.store.builders import CountingReader, at, gone, seen, the_post

_ROOT = Path(__file__).parents[2]
_KILLS = 10


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader.load()


@pytest.fixture
async def sqlite_store(sqlite: SQLite, tmp_path: Path) -> AsyncIterator[Store]:
    """Give a second store to compare with."""
    with sqlite.database(tmp_path, is_empty=False) as url:
        async with await Store.open(url) as opened:
            yield opened


async def test_observations_are_recorded_in_batches_and_counted(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "RECORD_BATCH", 3)
    told: list[int] = []

    def tell(done: int) -> None:
        told.append(done)

    recorded = await pipeline.record(store, (seen(number=number) for number in range(1, 8)), progress=tell)

    assert recorded.new_posts == 7
    assert told == [3, 3, 1]


async def test_a_source_that_breaks_off_keeps_the_batches_before_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "RECORD_BATCH", 3)

    def breaking_off() -> Iterator[Observation]:
        yield from (seen(number=number) for number in range(1, 6))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await pipeline.record(store, breaking_off())

    assert (await store.status()).posts == 3


async def test_each_text_is_read_once(store: Store) -> None:
    await pipeline.record(store, [seen(hour=1), seen("Three soldiers were killed", hour=2), seen("short", number=2)])

    first = await pipeline.extract(store, CountingReader())
    again = await pipeline.extract(store, CountingReader())

    assert first == pipeline.Extracted(revisions=3, claims=2, failed=0)
    assert again == pipeline.Extracted(revisions=0, claims=0, failed=0)
    assert [len(one.claims) for one in (await the_post(store)).revisions] == [1, 1]


async def test_a_text_that_cannot_be_read_stops_no_other(store: Store) -> None:
    await pipeline.record(store, [seen(number=1), seen("an unreadable text", number=2), seen(number=3)])

    extracted = await pipeline.extract(store, CountingReader())

    assert extracted == pipeline.Extracted(revisions=3, claims=2, failed=1)
    assert (await store.status()).unreadable == 1
    assert (await the_post(store, 2)).revisions[0].claims == ()
    assert len((await the_post(store, 3)).revisions[0].claims) == 1


async def test_reading_that_is_interrupted_goes_on_where_it_stopped(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Interrupted(CountingReader):
        left = 5

        def read(self, text: str, *, posted_at: datetime | None, channel: object) -> Reading:
            self.left -= 1
            if self.left < 0:
                raise KeyboardInterrupt
            return super().read(text, posted_at=posted_at, channel=channel)

    monkeypatch.setattr(pipeline, "READ_BATCH", 2)
    await pipeline.record(store, [seen(number=number) for number in range(1, 11)])

    with pytest.raises(KeyboardInterrupt):
        await pipeline.extract(store, Interrupted())

    assert await pipeline.extract(store, CountingReader()) == pipeline.Extracted(revisions=6, claims=6, failed=0)


async def test_other_lexicons_read_everything_again(store: Store) -> None:
    await pipeline.record(store, [seen()])
    await pipeline.extract(store, CountingReader("first"))

    assert (await pipeline.extract(store, CountingReader("second"))).revisions == 1


async def test_a_new_post_does_not_wait_for_what_other_lexicons_have_read(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "READ_BATCH", 2)
    await pipeline.record(store, [seen(number=number) for number in range(1, 9)])
    await pipeline.extract(store, CountingReader("first"))

    begun = await pipeline.extract(store, CountingReader("second"), most=2)
    await pipeline.record(store, [seen("quite a new text", number=9)])
    urgent = await pipeline.extract(store, CountingReader("second"), only_new=True)
    rest = await pipeline.extract(store, CountingReader("second"))

    assert begun == pipeline.Extracted(revisions=2, claims=2, failed=0, reread=2)
    assert urgent == pipeline.Extracted(revisions=1, claims=1, failed=0)
    assert rest == pipeline.Extracted(revisions=6, claims=6, failed=0, reread=6)


async def test_comparing_an_empty_store_finds_nothing(store: Store) -> None:
    assert await comparing.compare_stored(store) == comparing.Compared(posts=0, incidents=0, findings=0, changed=0)


async def test_the_sample_in_any_order_and_batches_ends_in_the_same_store(
    store: Store, sqlite_store: Store, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    channels, observations = sample()
    await sqlite_store.declare_channels(channels)
    in_order = await run(sqlite_store, reader, observations)

    shuffled = observations * 2
    random.Random(7).shuffle(shuffled)  # noqa: S311 - a test's chance
    monkeypatch.setattr(pipeline, "RECORD_BATCH", 7)
    half = len(shuffled) // 2
    await run(store, reader, shuffled[:half])
    await store.declare_channels(channels[::-1])
    compared = await run(store, reader, shuffled[half:])

    assert compared.posts == in_order.posts > 0
    assert await store.findings(FindingFilter(relation=Relation.CONTRADICT)) != ()
    ours, theirs = await contents(store), await contents(sqlite_store)
    assert ours[0] == theirs[0]
    assert ours[1:3] == theirs[1:3]
    assert {name: one for name, (one, _) in ours[3].items()} == {name: one for name, (one, _) in theirs[3].items()}


async def test_importing_again_changes_nothing(store: Store, reader: Reader) -> None:
    channels, observations = sample()
    await store.declare_channels(channels)
    await run(store, reader, observations)
    before = await contents(store)

    again = await run(store, reader, observations)

    assert again.changed == 0
    assert await contents(store) == before


async def test_later_news_does_not_reach_back_into_an_edition(store: Store, reader: Reader) -> None:
    channels, observations = sample()
    await store.declare_channels(channels)
    await run(store, reader, observations)
    newest = await store.newest_instant()
    assert newest is not None
    window = Window(start=newest - timedelta(days=6), end=newest - timedelta(days=2))
    told = await pipeline.compose_edition(store, "daily", window)

    dated = [one for one in observations if one.date is not None and window.holds(one.date)]
    later = newest + timedelta(days=1)
    rewritten = [replace(one, text="Everything before was wrong", observed_at=later) for one in dated]
    missed = [replace(one, is_gone=True, observed_at=later + timedelta(hours=1)) for one in dated]
    found_late = replace(dated[0], ref=replace(dated[0].ref, message_id=9_000), observed_at=later)
    await pipeline.record(store, [*rewritten, *missed, found_late])
    await pipeline.extract(store, reader)

    assert told.citations != ()
    assert await pipeline.compose_edition(store, "daily", window) == told


async def test_a_post_as_seen_at_an_instant_has_only_what_was_seen_before_it(store: Store) -> None:
    await store.record([seen("one", hour=1), seen("two", hour=2), gone(hour=3)])
    post = await the_post(store)

    assert pipeline.as_seen_at(post, at(1)) is None
    first = pipeline.as_seen_at(post, at(2))
    assert first is not None
    assert ([one.text for one in first.post.revisions], first.post.deleted_at) == (["one"], None)
    both = pipeline.as_seen_at(post, at(3))
    assert both is not None
    assert ([one.text for one in both.post.revisions], both.post.deleted_at) == (["one", "two"], None)
    assert pipeline.as_seen_at(post, at(4)) == post


def test_an_import_killed_at_random_ends_like_one_that_was_not(
    database_url: str, sqlite: SQLite, tmp_path: Path
) -> None:
    codes = _imports(database_url, *range(1, _KILLS + 1), 0)
    with sqlite.database(tmp_path, is_empty=False) as clean_url:
        assert _imports(clean_url, 0) == [0]
        clean = asyncio.run(_contents(clean_url))

    assert codes.count(-signal.SIGKILL) > 1
    assert codes[-1] == 0
    assert asyncio.run(_contents(database_url)) == clean


def _imports(url: str, *seeds: int) -> list[int]:
    """Import the sample once a seed into one database, and return how each program ended."""
    program = [sys.executable, "-m", "tests.integration.imports", url, *map(str, seeds)]
    ran = subprocess.run(program, cwd=_ROOT, timeout=250, capture_output=True, text=True, check=True)
    return [int(line) for line in ran.stdout.split()]


async def _contents(url: str) -> object:
    async with await Store.open(url) as store:
        return await contents(store)
