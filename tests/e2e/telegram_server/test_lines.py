import asyncio
import time
from typing import Any

import pytest
from telethon.errors import AuthKeyDuplicatedError, AuthKeyNotFound, AuthKeyUnregisteredError, SessionRevokedError

from tests.e2e.telegram_server.listening import Listening, turns
from tests.telegram_server import Line, ServedChannel, TelegramServer


async def test_refused_line_comes_back_on_the_same_port(server: TelegramServer) -> None:
    port = server.port

    await server.set_line(Line.REFUSED)
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)
    await server.set_line(Line.OPEN)

    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.close()
    assert server.port == port


@pytest.mark.parametrize("how", ["cut", "reset"])
async def test_client_whose_line_breaks_comes_back_and_hears_again(
    client: Any, server: TelegramServer, channel: ServedChannel, how: str
) -> None:
    await client.get_dialogs()
    listening = Listening(client)
    getattr(server, how)()
    await server.called("connect", times=2)
    await client.get_me()
    server.world.post(channel, "12 killed")
    assert await listening.next(1) == ["12 killed"]
    assert server.calls["connect"] == 2


async def test_line_that_is_closed_at_once_is_tried_without_end(client: Any, server: TelegramServer) -> None:
    """Telethon's fact 27: no back-off, no limit. A daemon has to count for itself."""
    await server.set_line(Line.CLOSED_AT_ONCE)
    server.cut()
    await asyncio.wait_for(server.called("connect", times=200), 5)
    await client.disconnect()


async def test_silent_line_answers_nothing_and_pushes_nothing(
    client: Any, server: TelegramServer, channel: ServedChannel
) -> None:
    await client.get_dialogs()
    listening = Listening(client)
    await server.set_line(Line.SILENT)
    server.world.post(channel, "12 killed")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(client.get_me(), 0.3)
    assert listening.is_empty


async def test_slow_answer_comes_late_and_holds_up_no_other(
    client: Any, server: TelegramServer, channel: ServedChannel
) -> None:
    entity = await client.get_input_entity("sample_one")
    server.faults.delays["messages.GetHistory"] = 0.5
    began = time.monotonic()
    async with asyncio.TaskGroup() as tasks:
        slow = tasks.create_task(client.get_messages(entity, limit=1))
        await client.get_me()
        assert time.monotonic() - began < 0.4
    assert time.monotonic() - began >= 0.5
    assert slow.result()[0].id == channel.newest_id


@pytest.mark.parametrize(
    ("message", "error"),
    [("AUTH_KEY_UNREGISTERED", AuthKeyUnregisteredError), ("SESSION_REVOKED", SessionRevokedError)],
)
async def test_revoked_session_is_refused_though_telethon_still_calls_it_authorised(
    client: Any, server: TelegramServer, channel: ServedChannel, message: str, error: type[Exception]
) -> None:
    """Telethon's fact 19."""
    entity = await client.get_input_entity("sample_one")
    server.revoke(message)
    with pytest.raises(error):
        await client.get_messages(entity, limit=1)
    assert await client.get_me() is None
    assert await client.is_user_authorized()
    assert channel.is_joined


async def test_duplicated_key_leaves_a_client_that_is_connected_and_deaf(server: TelegramServer, connect: Any) -> None:
    """Telethon's fact 20: connect() raises, the client stays connected without its loop."""
    client = await connect()
    await client.disconnect()
    server.duplicate()
    with pytest.raises(AuthKeyDuplicatedError):
        await client.connect()
    assert client.is_connected()
    server.faults.heal()
    await client.disconnect()


async def test_key_that_a_fresh_server_does_not_know_is_not_found(server: TelegramServer, connect: Any) -> None:
    """Telethon's fact 21."""
    client = await connect()
    await client.disconnect()
    server.forget_keys()
    with pytest.raises(AuthKeyNotFound):
        await client.connect()


async def test_calls_hang_once_the_retries_ran_out(server: TelegramServer, connect: Any) -> None:
    """Telethon's facts 24 and 25: a call made while it reconnects is never answered, the next one says so at once."""
    client = await connect(connection_retries=1, retry_delay=0.2)
    await server.set_line(Line.REFUSED)
    await turns()  # so that it is reconnecting
    async with asyncio.TaskGroup() as tasks:
        pending = tasks.create_task(client.get_me())
        with pytest.raises(ConnectionError):
            await client.disconnected
        with pytest.raises(ConnectionError):
            await client.get_me()
        assert not pending.done()
        await server.set_line(Line.OPEN)
        await client.connect()
    assert pending.result() is not None
