import asyncio
from pathlib import Path
from typing import Any

import pytest
from telethon import TelegramClient
from telethon.crypto import rsa
from telethon.errors import (
    AccessTokenInvalidError,
    PasswordHashInvalidError,
    PhoneCodeInvalidError,
    PhoneNumberInvalidError,
    SessionPasswordNeededError,
)
from telethon.sessions import StringSession

from tests.e2e.telegram_server.conftest import API_HASH, API_ID
from tests.telegram_server import TelegramServer
from tests.telegram_server.server import public_key


@pytest.fixture
async def stranger(server: TelegramServer, tmp_path: Path) -> Any:
    """A client that is not logged in and has agreed on its own key."""
    rsa.add_key(public_key(), old=False)
    path = server.session_file(tmp_path / "new.session", is_authorised=False)
    client: Any = TelegramClient(str(path), API_ID, API_HASH)
    await client.connect()
    yield client
    await client.disconnect()


async def test_login_takes_code_and_password(server: TelegramServer, stranger: Any) -> None:
    server.world.account.password = "two steps"
    await stranger.send_code_request("+9996621234")
    with pytest.raises(PhoneCodeInvalidError):
        await stranger.sign_in("+9996621234", "00000")
    with pytest.raises(SessionPasswordNeededError):
        await stranger.sign_in("+9996621234", "22222")
    with pytest.raises(PasswordHashInvalidError):
        await stranger.sign_in(password="guessed")
    await stranger.sign_in(password="two steps")
    assert (await stranger.get_me()).username == "analyst"


async def test_unknown_phone_is_refused(stranger: Any) -> None:
    with pytest.raises(PhoneNumberInvalidError):
        await stranger.send_code_request("+10000000000")


async def test_login_by_qr_code_takes_a_scan(server: TelegramServer, stranger: Any) -> None:
    code = await stranger.qr_login()
    async with asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(code.wait(timeout=10))
        await asyncio.sleep(0)  # Telethon misses a scan that comes before it waits
        assert server.scan() == 1
    assert waiting.result().username == "analyst"
    assert await stranger.is_user_authorized()


async def test_bot_logs_in_with_its_token(server: TelegramServer, stranger: Any) -> None:
    with pytest.raises(AccessTokenInvalidError):
        await stranger.sign_in(bot_token="1:wrong")
    await stranger.sign_in(bot_token=server.world.bot.bot_token)
    assert (await stranger.get_me()).username == "courier_bot"


async def test_logging_out_ends_the_session(stranger: Any) -> None:
    await stranger.send_code_request("+9996621234")
    await stranger.sign_in("+9996621234", "22222")
    await stranger.log_out()
    assert not await stranger.is_user_authorized()


async def test_string_session_is_logged_in(server: TelegramServer) -> None:
    client: Any = TelegramClient(StringSession(server.session_string()), API_ID, API_HASH)
    await client.connect()
    assert await client.is_user_authorized()
    await client.disconnect()
