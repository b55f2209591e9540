"""What the daemon does for people: digests that arrive once, recipients that are gone, older posts, metrics, accounts."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.store import Store
from tests.architecture.tree import ROOT
from tests.databases import PostgreSQL
from tests.e2e.daemons import daemon, environment
from tests.e2e.lines import until
from tests.telegram_server import ServedChannel, TelegramServer
from tests.telegram_server.world import SentMessage

TEXT = "Two Malian soldiers were killed near Tinzaouaten on 26 July."
CHANNELS = 'channels:\n  - handle: "@front_notes"\n'
# Every minute: one window ended a moment before the daemon starts, so that its edition is due at once.
DIGEST = 'digests:\n  - name: minutely\n    schedule: "* * * * *"\n    recipients: ["@desk_group", "@other_group"]\n'


@pytest.fixture
def given(server: TelegramServer, tmp_path: Path) -> Mapping[str, str]:
    for name in ("front_notes", "other_notes", "desk_group", "other_group"):
        server.world.add_channel(name, is_joined=True)
    (tmp_path / "channels.yaml").write_text(CHANNELS + DIGEST)
    return environment(server, tmp_path)


@pytest.fixture
def shared_url(postgresql: PostgreSQL, tmp_path: Path) -> Iterator[str]:
    """Give a database that several daemons can share."""
    with postgresql.database(tmp_path, is_empty=False) as url:
        yield url


def _channel(server: TelegramServer, name: str) -> ServedChannel:
    found = server.world.by_username(name)
    assert isinstance(found, ServedChannel)
    return found


def _to(server: TelegramServer, name: str) -> list[SentMessage]:
    """Return what was sent to a group."""
    return [one for one in server.world.account.sent if one.peer.channel_id == _channel(server, name).id]


async def _monitor(given: Mapping[str, str], *words: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "monitor",
        *words,
        env={**os.environ, "PYTHONPATH": str(ROOT), **given},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    out, _ = await process.communicate()
    return process.returncode or 0, out.decode()


async def test_a_digest_goes_out_to_each_recipient_once_also_when_the_daemon_is_killed(
    server: TelegramServer, given: Mapping[str, str]
) -> None:
    async with daemon(given) as running:
        await running.logs("edition.issued")
        await running.logs("part.sent")
        await running.end(signal.SIGKILL)
    async with daemon(given) as again:
        await again.logs("line.opened")
        await until(lambda: bool(_to(server, "desk_group")) and bool(_to(server, "other_group")))
        assert await again.end() == 0
    for name in ("desk_group", "other_group"):
        heads = [one.text.partition("\n")[0] for one in _to(server, name)]
        assert heads[0].startswith("minutely")
        assert len(heads) == len(set(heads))


async def test_a_recipient_that_is_gone_is_told_to_the_others(server: TelegramServer, given: Mapping[str, str]) -> None:
    group = _channel(server, "desk_group")
    server.faults.fail("messages.SendMessage", "CHAT_WRITE_FORBIDDEN", code=403, channel_id=group.id)
    async with daemon(given) as running:
        await running.logs("recipient.gone", recipient="@desk_group")
        await until(lambda: any("can no longer reach @desk_group" in one.text for one in _to(server, "other_group")))
        await running.end()
    assert _to(server, "desk_group") == []


async def test_older_posts_are_read_on_request_while_the_daemon_runs(
    server: TelegramServer, given: Mapping[str, str]
) -> None:
    channel = _channel(server, "front_notes")
    now = server.world.now()
    for days in (30, 20, 1):
        server.world.post(channel, TEXT, date=now - timedelta(days=days), is_pushed=False)
    async with daemon(given) as running, await Store.open(given["DATABASE_URL"], create=True) as store:
        await running.logs("revisions.read")
        assert [one.posts for one in (await store.status()).channels] == [1]
        since = (now - timedelta(days=25)).isoformat()
        code, said = await _monitor(given, "backfill", "@front_notes", "--since", since)
        assert (code, said.partition(":")[0]) == (0, "backfill 1")
        await running.logs("revisions.read")
        code, said = await _monitor(given, "status")
        assert "account main: up" in said
        await running.end()
        assert [one.posts for one in (await store.status()).channels] == [2]
        done = await store.backfill(1)
        assert done is not None
        assert done.state == "done"


async def test_metrics_tell_of_channels_and_health_of_the_daemon(
    server: TelegramServer, given: Mapping[str, str]
) -> None:
    channel = _channel(server, "front_notes")
    server.world.post(channel, TEXT, is_pushed=False)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    async with daemon({**given, "MONITOR_METRICS_PORT": str(port)}) as running:
        await running.logs("edition.issued")
        await running.logs("part.sent")

        def scraped() -> str:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
                return bytes(answer.read()).decode()

        text = await asyncio.to_thread(scraped)
        code, said = await _monitor(given, "healthcheck")
        await running.end()
    for line in (
        'monitor_account_up{account="main"} 1.0',
        'monitor_messages_received_total{channel="front_notes"}',
        'monitor_deliveries_total{outcome="sent"}',
        'monitor_time_to_digest_seconds{digest="minutely"}',
        'monitor_queue_depth{account="main"} 0.0',
        "monitor_texts_read_total 1.0",
    ):
        assert line in text
    assert (code, said) == (0, "well: the database answers; channels were last read 0 min ago\n")


async def test_accounts_share_out_the_channels_and_the_first_one_sends(
    server: TelegramServer, given: Mapping[str, str], tmp_path: Path
) -> None:
    second = server.world.add_account("second_analyst", phone="9996625678")
    _channel(server, "other_notes").members.add(second.id)
    (tmp_path / "channels.yaml").write_text(
        "accounts:\n  - name: first\n  - {name: second, session: TELEGRAM_SESSION_2}\n"
        f'{CHANNELS}  - {{handle: "@other_notes", account: second}}\n{DIGEST}'
    )
    more = {"TELEGRAM_SESSION_2": server.session_string(second)}
    for name in ("front_notes", "other_notes"):
        server.world.post(_channel(server, name), TEXT, is_pushed=False)
    async with (
        daemon({**given, **more}, "--account", "first") as one,
        daemon({**given, **more}, "--account", "second") as two,
    ):
        await one.logs("line.opened")
        await two.logs("line.opened")
        await one.logs("part.sent")
        await one.end()
        await two.end()
    async with await Store.open(given["DATABASE_URL"]) as store:
        assert {str(post.post.ref) async for post in store.posts()} == {"front_notes/1", "other_notes/1"}
        held = {account.name: account.user_id for account in await store.accounts()}
    assert held == {"first": server.world.account.id, "second": second.id}
    assert second.sent == []
    assert more["TELEGRAM_SESSION_2"] not in one.raw + two.raw


@pytest.mark.postgres
async def test_daemons_that_share_a_database_send_each_edition_once(
    server: TelegramServer, given: Mapping[str, str], tmp_path: Path, shared_url: str
) -> None:
    """Each has a share of the channels; both find the digest due, and the one that sends is killed in between."""
    second = server.world.add_account("second_analyst", phone="9996625678")
    (tmp_path / "channels.yaml").write_text(
        "accounts:\n  - name: first\n  - {name: second, session: TELEGRAM_SESSION_2}\n"
        f'{CHANNELS}  - {{handle: "@other_notes", account: second}}\n{DIGEST}'
    )
    for name in ("front_notes", "other_notes"):
        server.world.post(_channel(server, name), TEXT, is_pushed=False)
    shared = {**given, "TELEGRAM_SESSION_2": server.session_string(second), "DATABASE_URL": shared_url}
    async with daemon(shared, "--account", "second") as two:
        async with daemon(shared, "--account", "first") as one:
            await one.logs("part.sent")
            await one.end(signal.SIGKILL)
        async with daemon(shared, "--account", "first") as again:
            await again.logs("line.opened")
            await until(lambda: bool(_to(server, "desk_group")) and bool(_to(server, "other_group")))
            assert await again.end() == 0
        assert await two.end() == 0
    async with await Store.open(shared_url) as store:
        assert {str(post.post.ref) async for post in store.posts()} == {"front_notes/1", "other_notes/1"}
    for name in ("desk_group", "other_group"):
        heads = [one.text.partition("\n")[0] for one in _to(server, name)]
        assert len(heads) == len(set(heads)) > 0
    assert second.sent == []


async def test_a_missing_session_of_an_account_is_said_in_one_line(given: Mapping[str, str], tmp_path: Path) -> None:
    (tmp_path / "channels.yaml").write_text(
        f"accounts:\n  - name: first\n  - {{name: second, session: TELEGRAM_SESSION_2}}\n{CHANNELS}"
    )
    async with daemon(given) as running:
        assert await running.end(None) == 2
    assert running.raw.splitlines()[-1].startswith("monitor: TELEGRAM_SESSION_2 is not set")
