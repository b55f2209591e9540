"""The daemon's life: it follows and reads, is told what changed, ends in order, and says why where it must stop."""

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from monitor.store import Store
from tests.architecture.tree import ROOT
from tests.e2e.daemons import Daemon, daemon, environment
from tests.e2e.lines import until
from tests.endpoints import http_endpoint
from tests.telegram_server import Line, TelegramServer

TEXT = "Two Malian soldiers were killed near Tinzaouaten on 26 July."
CHANNELS = 'channels:\n  - handle: "@front_notes"\n'


@pytest.fixture
def given(server: TelegramServer, tmp_path: Path) -> Mapping[str, str]:
    server.world.add_channel("front_notes", is_joined=True)
    server.world.add_channel("other_notes", is_joined=True)
    server.world.add_channel("desk_group", is_joined=True)
    (tmp_path / "channels.yaml").write_text(CHANNELS)
    return environment(server, tmp_path)


def _write(folder: Path, text: str) -> None:
    (folder / "channels.yaml").write_text(text)


async def _claims(folder: Path) -> dict[str, int]:
    async with await Store.open(f"sqlite:///{folder}/monitor.db") as store:
        return {str(one.post.ref): sum(len(read.claims) for read in one.revisions) async for one in store.posts()}


def _channel(server: TelegramServer, name: str) -> Any:
    channel = server.world.by_username(name)
    assert channel is not None
    return channel


async def _claimed(running: Daemon) -> None:
    while not (await running.logs("revisions.read"))["claims"]:
        pass


async def test_posts_of_before_and_of_now_are_read_from_a_session_of_another_server(
    server: TelegramServer, given: Mapping[str, str], tmp_path: Path
) -> None:
    server.world.post(_channel(server, "front_notes"), TEXT, is_pushed=False)
    async with daemon(given) as running:
        await _claimed(running)
        server.world.post(_channel(server, "front_notes"), TEXT.replace("Two", "Nine"))
        await _claimed(running)
        assert await running.end() == 0
    assert await _claims(tmp_path) == {"front_notes/1": 1, "front_notes/2": 1}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_daemon_that_is_told_to_stop_disconnects_and_leaves_the_session_free(
    server: TelegramServer, given: Mapping[str, str], number: signal.Signals
) -> None:
    async with daemon(given) as running:
        await running.logs("line.opened")
        assert await running.end(number) == 0
        await running.logs("daemon.stopped")
    await until(lambda: server.connections == 0)
    async with daemon(given) as again:
        await again.logs("line.opened")


PROMISED_S = 20.0


async def test_a_daemon_whose_telegram_fell_silent_ends_in_time(
    server: TelegramServer, given: Mapping[str, str]
) -> None:
    async with daemon(given) as running:
        await running.logs("line.opened")
        await server.set_line(Line.SILENT)
        server.world.post(_channel(server, "front_notes"), TEXT)
        async with asyncio.timeout(PROMISED_S):
            assert await running.end() == 0


async def test_a_daemon_whose_database_is_locked_by_another_ends_in_time(
    server: TelegramServer, given: Mapping[str, str], tmp_path: Path
) -> None:
    async with daemon(given) as running:
        await running.logs("claims.compared")
        with closing(sqlite3.connect(tmp_path / "monitor.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            server.world.post(_channel(server, "front_notes"), TEXT)
            async with asyncio.timeout(PROMISED_S):
                await running.end()
    async with daemon(given) as again:
        await _claimed(again)
        await again.end()
    assert await _claims(tmp_path) == {"front_notes/1": 1}


async def test_a_second_daemon_on_the_session_is_refused_and_told_who_has_it(given: Mapping[str, str]) -> None:
    async with daemon(given) as first:
        await first.logs("line.opened")
        async with daemon(given) as second:
            assert await second.end(None) == 1
            assert f"in use by process {first.process.pid}" in second.raw


async def test_a_killed_daemon_goes_on_where_it_was(
    server: TelegramServer, given: Mapping[str, str], tmp_path: Path
) -> None:
    channel = _channel(server, "front_notes")
    async with daemon(given) as running:
        await running.logs("line.opened")
        server.world.post(channel, TEXT)
        await _claimed(running)
        await running.end(signal.SIGKILL)
    server.world.post(channel, TEXT.replace("Two", "Nine"))
    async with daemon(given) as again:
        await _claimed(again)
        await again.end()
    assert await _claims(tmp_path) == {"front_notes/1": 1, "front_notes/2": 1}


async def test_an_edit_of_the_list_is_taken_up_and_a_bad_one_is_not(
    server: TelegramServer, given: Mapping[str, str], tmp_path: Path
) -> None:
    async with daemon(given) as running:
        await running.logs("line.opened")
        _write(tmp_path, f"{CHANNELS}    family: 12\n")
        running.process.send_signal(signal.SIGHUP)
        refused = await running.logs("channels.rejected")
        assert "channels.yaml:3" in refused["reason"]
        server.world.post(_channel(server, "front_notes"), TEXT)
        await _claimed(running)

        _write(tmp_path, f'{CHANNELS}  - handle: "@other_notes"\n')
        await running.logs("channels.reread", channels=2)
        server.world.post(_channel(server, "other_notes"), TEXT)
        await _claimed(running)
        await running.end()
    assert set(await _claims(tmp_path)) == {"front_notes/1", "other_notes/1"}


async def test_a_channel_that_is_switched_off_is_heard_no_more_and_keeps_what_it_said(
    server: TelegramServer, given: Mapping[str, str], tmp_path: Path
) -> None:
    both = f'{CHANNELS}  - handle: "@other_notes"\n'
    _write(tmp_path, both)
    async with daemon(given) as running:
        server.world.post(_channel(server, "front_notes"), TEXT)
        await _claimed(running)
        _write(tmp_path, both.replace('"@front_notes"', '"@front_notes"\n    enabled: false'))
        running.process.send_signal(signal.SIGHUP)
        await running.logs("channels.reread")
        server.world.post(_channel(server, "front_notes"), TEXT.replace("Two", "Nine"))
        server.world.post(_channel(server, "other_notes"), TEXT)
        await _claimed(running)
        await running.end()
    assert set(await _claims(tmp_path)) == {"front_notes/1", "other_notes/1"}


@pytest.mark.parametrize("how", ["revoke", "duplicate"])
async def test_a_lost_account_ends_the_daemon_once_with_the_remedy(
    server: TelegramServer, given: Mapping[str, str], how: str
) -> None:
    async with daemon(given) as running:
        await running.logs("line.opened")
        getattr(server, how)()
        server.cut()
        assert await running.end(None) == 3
        assert "log in again with `monitor login`" in running.raw.splitlines()[-1]
        assert [line["event"] for line in running.logged].count("account.lost") == 1
    run = _monitor("healthcheck", given)
    assert run.returncode == 1
    assert "main is logged out" in run.stdout
    assert "    account lost since" in _monitor("status", given).stdout


async def test_a_lost_account_is_announced_by_the_bot(
    server: TelegramServer, given: Mapping[str, str], tmp_path: Path
) -> None:
    _write(tmp_path, f'{CHANNELS}digests:\n  - name: daily\n    recipients: ["@desk_group"]\n')
    from tests.telegram_server.server import public_key  # noqa: PLC0415 - a key takes a second to make

    more = {
        "TELEGRAM_BOT_TOKEN": server.world.bot.bot_token,
        "TELEGRAM_DC": f"2@127.0.0.1:{server.port}",
        "TELEGRAM_DC_KEY": public_key(),
    }
    async with daemon({**given, **more}) as running:
        await running.logs("line.opened")
        await running.logs("line.opened")
        keys = [key for key, one in server._logins.accounts.items() if one is server.world.account]
        for key in keys:
            del server._logins.accounts[key]
        server.cut()
        assert await running.end(None) == 3
    (told,) = server.world.bot.sent
    assert "account main is logged out of Telegram" in told.text


async def test_a_lost_account_is_announced_by_another_courier(
    server: TelegramServer, given: Mapping[str, str], tmp_path: Path
) -> None:
    _write(tmp_path, f'{CHANNELS}digests:\n  - name: daily\n    recipients: ["@desk_group", "env:OPS_HOOK"]\n')
    taken: list[bytes] = []
    async with http_endpoint("200 OK", taken) as port:
        address = f"json://desk:hunter2@127.0.0.1:{port}/hook"
        async with daemon({**given, "OPS_HOOK": address}) as running:
            await running.logs("line.opened")
            server.revoke()
            server.cut()
            assert await running.end(None) == 3
    (told,) = [json.loads(one) for one in taken]
    assert "account main is logged out of Telegram" in told["message"]
    assert "hunter2" not in running.raw


def _monitor(*words_and_given: Any) -> subprocess.CompletedProcess[str]:
    *words, given = words_and_given
    return subprocess.run(
        [sys.executable, "-m", "monitor", *words],
        env={**os.environ, "PYTHONPATH": str(ROOT), **given},
        capture_output=True,
        text=True,
        check=False,
    )
