"""``monitor login`` against a server of its own: every way in, and what it refuses."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest
from telethon import TelegramClient
from telethon.sessions import StringSession

from monitor.errors import UsageError
from monitor.model.account import Application, DataCentre
from monitor.telegram.login import log_in_bot
from tests.architecture.tree import ROOT
from tests.e2e.daemons import daemon
from tests.telegram_server import TelegramServer
from tests.telegram_server.server import public_key
from tests.terminals import terminal

API_ID, API_HASH = 1, "0123456789abcdef0123456789abcdef"


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as running:
        yield running


@pytest.fixture
def environment(server: TelegramServer) -> Mapping[str, str]:
    return {
        "TELEGRAM_API_ID": str(API_ID),
        "TELEGRAM_API_HASH": API_HASH,
        "TELEGRAM_DC": f"2@127.0.0.1:{server.port}",
        "TELEGRAM_DC_KEY": public_key(),
        "TELEGRAM_SESSION": "analyst.session",
    }


async def _name_of(session: object) -> str:
    client = TelegramClient(session, API_ID, API_HASH)
    await client.connect()
    try:
        me = await client.get_me()
        return str(me.username)
    finally:
        await client.disconnect()


def _files(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def test_phone_code_and_password_give_a_session_file_for_its_owner_only(
    server: TelegramServer, environment: Mapping[str, str], tmp_path: Path
) -> None:
    server.world.account.password = "two steps"
    async with terminal("login", environment=environment, folder=tmp_path) as shown:
        await shown.expect("Phone number")
        shown.type("+999 662 1234")
        await shown.expect("as a message from Telegram.")
        await shown.expect("Code:")
        shown.type("11111")
        await shown.expect("That is not the code.")
        await shown.expect("Code:")
        shown.type("22222")
        await shown.expect("Two-step password:")
        shown.type("wrong")
        await shown.expect("That is not the password.")
        await shown.expect("Two-step password:")
        shown.type("two steps")
        await shown.expect("Logged in as @analyst")
        assert await shown.end() == 0

    file = tmp_path / "analyst.session"
    assert file.stat().st_mode & 0o777 == 0o600
    assert "two steps" not in shown.shown
    assert await _name_of(str(file)) == "analyst"


async def test_a_scanned_code_logs_in(server: TelegramServer, environment: Mapping[str, str], tmp_path: Path) -> None:
    async with terminal("login", "--qr", environment=environment, folder=tmp_path) as shown:
        await shown.expect("Scan this:")
        await shown.expect("▄▄▄▄▄")
        server.scan()
        await shown.expect("Logged in as @analyst")
        assert await shown.end() == 0
    assert await _name_of(str(tmp_path / "analyst.session")) == "analyst"


async def test_a_string_session_is_all_that_is_printed(environment: Mapping[str, str], tmp_path: Path) -> None:
    given = [*("login", "--print-session", "--phone", "+9996621234")]
    async with terminal(*given, environment=environment, folder=tmp_path) as shown:
        await shown.expect("Code:")
        shown.type("22222")
        await shown.expect("Logged in as @analyst")
        (line,) = (await shown.printed()).splitlines()
        assert await shown.end() == 0
    assert await _name_of(StringSession(line)) == "analyst"
    assert _files(tmp_path) == []


async def test_wrong_codes_end_in_one_line_and_no_session(environment: Mapping[str, str], tmp_path: Path) -> None:
    async with terminal("login", "--phone", "+9996621234", environment=environment, folder=tmp_path) as shown:
        for _ in range(3):
            await shown.expect("Code:")
            shown.type("11111")
        await shown.expect("Run `monitor login` again")
        assert await shown.end() == 2
    assert not (tmp_path / "analyst.session").exists()


@pytest.mark.parametrize(
    ("message", "code", "said", "exit_code"),
    [
        ("FLOOD_WAIT_3600", 420, "Telegram allows no login for another 3600 s", 1),
        ("PHONE_NUMBER_BANNED", 400, "Telegram banned that phone number", 3),
        ("API_ID_INVALID", 400, "TELEGRAM_API_ID and TELEGRAM_API_HASH do not belong together", 2),
        ("PHONE_NUMBER_INVALID", 400, "Telegram knows no such phone number", 2),
    ],
)
async def test_what_telegram_refuses_is_said_in_one_line(
    server: TelegramServer,
    environment: Mapping[str, str],
    tmp_path: Path,
    message: str,
    code: int,
    said: str,
    exit_code: int,
) -> None:
    server.faults.fail("auth.SendCode", message, code=code)
    async with terminal("login", "--phone", "+9996621234", environment=environment, folder=tmp_path) as shown:
        await shown.expect(f"monitor: {said}")
        assert await shown.end() == exit_code
    assert "Traceback" not in shown.shown


@pytest.mark.parametrize(("phone", "exit_code"), [("+9996621234", 0), ("+9996625678", 2)])
async def test_a_live_session_is_never_replaced(
    server: TelegramServer, environment: Mapping[str, str], tmp_path: Path, phone: str, exit_code: int
) -> None:
    file = server.session_file(tmp_path / "analyst.session")
    before = file.read_bytes()
    async with terminal("login", "--phone", phone, environment=environment, folder=tmp_path) as shown:
        printed = await shown.printed()
        if exit_code:
            await shown.expect("is the session of another account, @analyst; name another file in TELEGRAM_SESSION")
        else:
            assert "logged in already, as @analyst" in printed
        assert await shown.end() == exit_code
    assert file.read_bytes() == before


async def test_a_session_that_was_ended_is_replaced(
    server: TelegramServer, environment: Mapping[str, str], tmp_path: Path
) -> None:
    file = server.session_file(tmp_path / "analyst.session")
    server.revoke()
    async with terminal("login", "--phone", "+9996621234", environment=environment, folder=tmp_path) as shown:
        await shown.expect("Code:")
        shown.type("22222")
        await shown.expect("Logged in as @analyst")
        assert await shown.end() == 0
    assert await _name_of(str(file)) == "analyst"


async def test_a_server_that_is_not_there_is_said_in_one_line(
    server: TelegramServer, environment: Mapping[str, str], tmp_path: Path
) -> None:
    await server.close()
    async with terminal("login", "--phone", "+9996621234", environment=environment, folder=tmp_path) as shown:
        await shown.expect("Telegram cannot be reached")
        assert await shown.end() == 1


async def test_the_daemon_runs_from_the_session_that_login_left_and_starts_again(
    server: TelegramServer, environment: Mapping[str, str], tmp_path: Path
) -> None:
    """As in a container, whose folder for data is the one everything runs in: no setting says where the session is."""
    given = {name: value for name, value in environment.items() if name != "TELEGRAM_SESSION"}
    server.world.add_channel("front_notes", is_joined=True)
    (tmp_path / "channels.yaml").write_text('channels:\n  - handle: "@front_notes"\n')
    async with terminal("login", "--phone", "+9996621234", environment=given, folder=tmp_path) as shown:
        await shown.expect("Code:")
        shown.type("22222")
        assert await shown.end() == 0
    assert tmp_path / "telegram.session" in _files(tmp_path)
    for _ in range(2):
        async with daemon({**given, "MONITOR_CHANNELS": str(tmp_path / "channels.yaml")}) as running:
            await running.logs("line.opened")
            assert await running.end() == 0
    assert tmp_path / "monitor.db" in _files(tmp_path)


async def test_without_a_terminal_login_fails_at_once_and_says_how(
    environment: Mapping[str, str], tmp_path: Path
) -> None:
    run = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "monitor", "login"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=30,
        text=True,
        check=False,
    )
    assert run.returncode == 2
    assert "docker compose run --rm monitor login" in run.stderr
    assert len(run.stderr.splitlines()) == 1


def test_login_without_an_application_says_what_is_missing(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "monitor", "login"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, len(run.stderr.splitlines())) == (2, 1)
    assert "TELEGRAM_API_ID and TELEGRAM_API_HASH are needed" in run.stderr


async def test_a_bot_logs_in_by_its_token(server: TelegramServer) -> None:
    application = Application(
        api_id=API_ID,
        api_hash=API_HASH,
        data_centre=DataCentre(number=2, host="127.0.0.1", port=server.port, public_key=public_key()),
    )
    assert await _name_of(await log_in_bot(application, server.world.bot.bot_token)) == "courier_bot"
    with pytest.raises(UsageError, match="Telegram knows no such bot"):
        await log_in_bot(application, "999:unknown")
