"""How fast, how frugal and how large the daemon is, against the loopback server: `make bench` prints it."""

import asyncio
import os
import sqlite3
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from monitor.store import Store
from tests.chaos.test_chaos import resident_mb
from tests.databases import SQLite
from tests.e2e.daemon.scene import Scene
from tests.telegram_server import TelegramServer
from tests.telegram_server.script import LANGUAGES, Mixture, Script

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(900)]

# One post in four bears a claim: far more than channels really do.
_NEWS = Mixture(claim=0.25, album=0.0, forward=0.0, edit=0.0, delete=0.0, react=0.0)
_READ = """
    SELECT texts.id, texts.text FROM readings JOIN texts ON texts.id = readings.text_id
    WHERE texts.id > ? AND readings.fingerprint != '' AND readings.claim_count > 0
"""


@pytest.fixture
def url(tmp_path: Path, sqlite: SQLite) -> Iterator[str]:
    with sqlite.database(tmp_path, is_empty=False) as given:
        yield given


@pytest.fixture
async def scene(tmp_path: Path, url: str) -> AsyncIterator[Scene]:
    async with TelegramServer() as server:
        yield Scene(tmp_path, server, url=url)


# --- latency


@pytest.mark.parametrize(("rate", "seconds", "slowest_s"), [(1, 60, 1.0), (20, 30, 1.0), (100, 20, None)])
async def test_claim_is_in_the_database_soon_after_the_server_sent_its_post(
    scene: Scene, rate: int, seconds: int, slowest_s: float | None
) -> None:
    for number in range(30):
        scene.follow(f"bench_{number:02}", posts=5, language=LANGUAGES[number % len(LANGUAGES)])
    scene.write(following={"backfill": "1d", "reconcile_every": "10m", "recheck": "1h"})
    async with scene.daemon() as daemon:
        await scene.settled()
        script = Script(scene.world, tuple(scene.channels.values()), seed=rate, mixture=_NEWS)
        taken = await _latencies(scene, script, rate=rate, seconds=seconds)
        await daemon.stop()
    ordered = sorted(taken)
    median, late = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)]
    print(
        f"\n{rate:4} posts a second: claim stored after {median:.3f} s (p50), {late:.3f} s (p99), {len(ordered)} claims"
    )
    assert slowest_s is None or late < slowest_s


async def _latencies(scene: Scene, script: Script, *, rate: int, seconds: int) -> list[float]:
    """Return for each post with a claim how long after its sending that was seen in the database, to 10 ms."""
    sent: dict[str, float] = {}
    taken: list[float] = []
    is_over = False

    async def watch() -> None:
        with closing(sqlite3.connect(f"file:{scene.url.removeprefix('sqlite:///')}?mode=ro", uri=True)) as connection:
            after = 0
            while sent or not is_over:
                rows = connection.execute(_READ, (after,)).fetchall()
                now = time.monotonic()
                taken.extend(now - sent.pop(text) for _, text in rows if text in sent)
                after = max([after, *(number - 1_000 for number, _ in rows)])  # readings are not stored in order
                await asyncio.sleep(0.01)

    async with asyncio.timeout(seconds + 60), asyncio.TaskGroup() as tasks:
        tasks.create_task(watch())
        begun = time.monotonic()
        for number in range(rate * seconds):
            await asyncio.sleep(max(0.0, begun + number / rate - time.monotonic()))
            now = time.monotonic()
            script.step()
            if script.newest is not None and script.bears_claim(script.newest):
                sent[script.newest.text] = now
        is_over = True
    return taken


# --- idleness and memory


async def test_two_hundred_quiet_channels_take_hardly_any_processor(scene: Scene) -> None:
    for number in range(200):
        scene.follow(f"quiet_{number:03}", posts=5)
    scene.write(following={})
    async with scene.daemon() as daemon:
        await scene.settled(within_s=120)
        await asyncio.sleep(20)
        before, begun = _processor_s(daemon.pid), time.monotonic()
        await asyncio.sleep(120)
        share = (_processor_s(daemon.pid) - before) / (time.monotonic() - begun)
        memory = resident_mb(daemon.pid)
        await daemon.stop()
    print(f"\n200 quiet channels: {share:.2%} of a core, {memory:.0f} MB")
    assert share < 0.01


async def test_memory_stays_flat_while_posts_come(scene: Scene) -> None:
    for number in range(30):
        scene.follow(f"flat_{number:02}", posts=5, language=LANGUAGES[number % len(LANGUAGES)])
    scene.write(following={"backfill": "1d", "reconcile_every": "10s", "recheck": "1h"})
    script = Script(scene.world, tuple(scene.channels.values()), seed=1)
    async with scene.daemon() as daemon:
        await scene.settled()
        held = []
        for _ in range(4):
            begun = time.monotonic()
            for number in range(1_500):
                await asyncio.sleep(max(0.0, begun + number / 50 - time.monotonic()))
                script.step()
            await scene.settled(within_s=120)
            held.append(resident_mb(daemon.pid))
        await daemon.stop()
    print("\nmemory after each 1,500 posts: " + ", ".join(f"{megabytes:.0f} MB" for megabytes in held))
    assert max(held) < 200
    assert held[-1] < held[1] * 1.15


def _processor_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


# --- five hundred channels


async def test_five_hundred_channels_are_verified_as_fast_as_the_limit_allows(scene: Scene) -> None:
    calls_per_s, channels, news = 20, 500, 100
    for number in range(channels):
        served = scene.world.add_channel(f"many_{number:03}", is_joined=True)
        scene.world.post(served, "Old note: a quiet day.", is_pushed=False)
        scene.channels[f"many_{number:03}"] = served
        scene.watch(f"many_{number:03}", served, id=served.id)
    scene.write(following={"backfill": "1d", "reconcile_every": "1h", "recheck": "1h"})
    async with scene.daemon() as daemon:
        await scene.settled(within_s=300)
        assert await daemon.stop() == 0
    for served in scene.channels.values():
        for number in range(news):
            scene.world.post(served, f"Note {number}: a quiet evening.", is_pushed=False)
    ceiling = scene.server.faults.limit("messages.GetHistory", "channels.GetMessages", per_second=calls_per_s)
    before = scene.server.calls["messages.GetHistory"]
    begun = time.monotonic()
    async with scene.daemon() as daemon:
        await _verified(scene)
        took, processor = time.monotonic() - begun, _processor_s(daemon.pid)
        calls = scene.server.calls["messages.GetHistory"] - before
        await scene.settled(within_s=120)
        await daemon.stop()
    allowed = channels / calls_per_s
    print(f"\n500 channels with 100 new posts each: verified in {took:.1f} s; the limit allows {allowed:.1f} s")
    print(f"{calls} history calls, {ceiling.refused} refused; the daemon's processor time was {processor:.1f} s")
    assert took < allowed * 1.15


async def _verified(scene: Scene) -> None:
    """Wait until every channel's history is verified up to its newest post."""
    newest: Mapping[str, int] = {key: served.newest_id for key, served in scene.channels.items()}
    async with asyncio.timeout(300), await Store.open(scene.url) as store:
        while True:
            status = await store.status()
            if {one.key: one.verified_to for one in status.channels} == newest:
                return
            await asyncio.sleep(0.25)
