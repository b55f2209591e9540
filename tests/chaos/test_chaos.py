"""`make chaos`: thirty lively channels, everything goes wrong, the daemon is killed again and again, and nothing is lost.

`MONITOR_TEST_CHAOS_SECONDS` says how long (600), `MONITOR_TEST_CHAOS_SEED` what happens (1).
"""

import asyncio
import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from monitor.config import load_watchlist
from monitor.store import Store
from tests.chaos.disturber import Disturber
from tests.chaos.undisturbed import undisturbed
from tests.databases import SQLite
from tests.e2e.daemon.process import Daemon
from tests.e2e.daemon.scene import Scene
from tests.e2e.daemon.truth import Told, substance
from tests.telegram_server import TelegramServer
from tests.telegram_server.script import LANGUAGES, Mixture, Script

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(1_500)]

SECONDS = int(os.environ.get("MONITOR_TEST_CHAOS_SECONDS", "600"))
SEED = int(os.environ.get("MONITOR_TEST_CHAOS_SEED", "1"))
CHANNELS = 30
POSTS_PER_S = 20
KILLS_PER_MINUTE = 4.2  # 42 in the ten minutes
SETTLES_WITHIN_S = 120.0
MOST_MEMORY_MB = 200
# A post stands for a minute before it changes: longer than anything here keeps the daemon away.
_MIXTURE = Mixture(claim=0.04, held=60 * POSTS_PER_S)
READER = "chaos_reader"
_DIGEST = {"name": "chaos", "schedule": "* * * * *", "recipients": [f"@{READER}"]}
_FOLLOWING: Mapping[str, str | int] = {
    "backfill": "1d",
    "reconcile_every": "5s",
    "recheck": "1h",
    "recheck_posts": 2_000,
}


@pytest.fixture
def urls(tmp_path: Path, sqlite: SQLite) -> Iterator[tuple[str, str]]:
    """Give two databases: the daemon's, and that of the run which nothing disturbs."""
    with sqlite.database(tmp_path, is_empty=False) as disturbed, sqlite.database(tmp_path, is_empty=False) as other:
        yield disturbed, other


async def test_nothing_is_lost_or_doubled_whatever_goes_wrong(tmp_path: Path, urls: tuple[str, str]) -> None:
    kills = max(1, round(SECONDS / 60 * KILLS_PER_MINUTE))
    url, other = urls
    async with TelegramServer() as server:
        server.witness.is_watching = True
        scene = Scene(tmp_path, server, url=url)
        for number in range(CHANNELS):
            scene.follow(f"chaos_{number:02}", posts=20, language=LANGUAGES[number % len(LANGUAGES)])
        server.world.add_account(READER)
        watchlist = scene.write(following=_FOLLOWING, digests=[_DIGEST])
        script = Script(server.world, tuple(scene.channels.values()), seed=SEED, mixture=_MIXTURE)
        async with scene.daemon() as daemon:
            done = await _disturbed(server, daemon, script, kills=kills)
            await scene.settled(within_s=SETTLES_WITHIN_S, held_for_s=5.0)
            memory = resident_mb(daemon.pid)
            missed = await _never_stored(scene)
            declared = load_watchlist(watchlist).channels
            expected = substance(await undisturbed(other, like=url, declared=declared))
            found = await _found(url, expected)
            async with asyncio.timeout(SETTLES_WITHIN_S):
                await server.called("messages.SendMessage")  # the digest of a minute that is over
            assert await daemon.stop() == 0
    print(f"\nseed {SEED}, {SECONDS} s: {script.posts} posts in {CHANNELS} channels, {len(expected)} findings")
    print("disturbed: " + ", ".join(f"{what} {count}" for what, count in sorted(done.items())))
    sent = [(message.text, message.file_name, message.media) for message in server.world.account.sent]
    print(f"sent {len(sent)} parts of digests, asked to send {server.calls['messages.SendMessage']} times")
    print(f"memory {memory:.0f} MB; texts that came and went while the daemon was away: {len(missed)}")
    assert len(sent) == len(set(sent))
    assert len(missed) < script.posts / 1_000
    assert [one for one in expected if one not in found] == []
    assert found == expected
    assert len(expected) > 10  # else the findings would prove nothing
    assert done["kill"] == kills
    assert memory < MOST_MEMORY_MB


async def _disturbed(server: TelegramServer, daemon: Daemon, script: Script, *, kills: int) -> dict[str, int]:
    """Let posts appear while everything goes wrong, then let nothing go wrong any more; return what was done."""
    disturber = Disturber(server, daemon, seed=SEED)
    async with asyncio.TaskGroup() as tasks:
        disturbing = tasks.create_task(disturber.disturb())
        killing = tasks.create_task(disturber.kill(times=kills, within_s=SECONDS))
        begun = time.monotonic()
        for number in range(SECONDS * POSTS_PER_S):
            await asyncio.sleep(max(0.0, begun + number / POSTS_PER_S - time.monotonic()))
            script.step()
        await killing
        disturbing.cancel()
    await server.set_line(server.faults.line.OPEN)
    server.faults.heal()
    return disturber.done


async def _never_stored(scene: Scene) -> frozenset[tuple[int, int, str]]:
    """Return the texts that stood somewhere and are not stored, as (channel id, post id, text).

    None of them was read long enough before the daemon died to be kept: that is what settling asserts. On a machine that
    takes as long to start the daemon as passes between two kills, there are some.
    """
    async with await Store.open(scene.url) as store:
        kept = {
            (one.post.ref.channel, one.post.ref.message_id, revision.text)
            async for one in store.posts()
            for revision in one.post.revisions
        }
    return frozenset(
        (channel.id, post.id, text)
        for key, channel in scene.channels.items()
        for post in channel.posts.values()
        for text in post.versions
        if (key, post.id, text) not in kept
    )


async def _found(url: str, expected: list[Told]) -> list[Told]:
    """Return what is found once it is what is expected, or what it is after two minutes."""
    found: list[Told] = []
    async with await Store.open(url) as store:
        for _ in range(int(SETTLES_WITHIN_S)):
            found = substance(await store.findings())
            if found == expected:
                break
            await asyncio.sleep(1)
    return found


def resident_mb(pid: int) -> float:
    """Return how much memory a process holds now, in MB."""
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024
