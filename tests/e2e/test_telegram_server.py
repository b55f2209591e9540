"""The loopback server is Telegram enough for unmodified Telethon."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from telethon import TelegramClient, events
from telethon.crypto import rsa
from telethon.errors import ChannelPrivateError, SessionPasswordNeededError

from tests.telegram_server import Line, ServedChannel, TelegramServer
from tests.telegram_server.server import public_key
from tests.telegram_server.world import Media

API_ID, API_HASH = 1, "loopback"
WAIT_S = 5.0


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as running:
        yield running


@pytest.fixture
async def client(server: TelegramServer, tmp_path: Path) -> AsyncIterator[Any]:
    connected = TelegramClient(str(server.session_file(tmp_path / "analyst.session")), API_ID, API_HASH)
    await connected.connect()
    yield connected
    await connected.disconnect()


@pytest.fixture
def channel(server: TelegramServer) -> ServedChannel:
    served = server.world.add_channel("sample_one", is_joined=True)
    for number in range(1, 251):
        server.world.post(served, f"post {number}", is_pushed=False)
    return served


@pytest.mark.usefixtures("channel")
async def test_history_is_read_in_both_directions(client: Any) -> None:
    entity = await client.get_entity("sample_one")

    newest_first = [message.id async for message in client.iter_messages(entity)]
    from_a_mark = [message.id async for message in client.iter_messages(entity, min_id=100, reverse=True)]

    assert newest_first == list(range(250, 0, -1))
    assert from_a_mark == list(range(101, 251))


async def test_posts_edits_and_deletions_are_pushed(
    client: Any, server: TelegramServer, channel: ServedChannel
) -> None:
    seen: asyncio.Queue[Any] = asyncio.Queue()
    client.add_event_handler(lambda event: seen.put(event.message.text), events.NewMessage())
    client.add_event_handler(lambda event: seen.put(event.message.text), events.MessageEdited())
    client.add_event_handler(lambda event: seen.put(event.deleted_ids), events.MessageDeleted())
    await client.get_dialogs()

    post = server.world.post(channel, "12 killed")
    server.world.edit(channel, post, "20 killed")
    server.world.delete(channel, post)

    got = [await asyncio.wait_for(seen.get(), WAIT_S) for _ in range(3)]
    assert got == ["12 killed", "20 killed", [post.id]]


async def test_sent_text_and_file_arrive_whole(client: Any, server: TelegramServer) -> None:
    await client.send_message("me", "<b>digest</b>", parse_mode="html")
    await client.send_file("me", b"z" * 90_000, caption="report")

    text, file = server.world.account.sent
    assert (text.text, len(text.entities)) == ("digest", 1)
    assert (file.text, file.media) == ("report", b"z" * 90_000)


async def test_media_of_a_post_is_downloaded(client: Any, server: TelegramServer, channel: ServedChannel) -> None:
    server.world.album(channel, "two photos", parts=[Media(content=b"first"), Media(content=b"second")])

    newest = await client.get_messages("sample_one", limit=2)

    assert [await client.download_media(message, bytes) for message in newest] == [b"second", b"first"]
    assert newest[0].grouped_id == newest[1].grouped_id


async def test_planned_errors_are_raised_once(client: Any, server: TelegramServer, channel: ServedChannel) -> None:
    server.faults.fail("messages.GetHistory", "CHANNEL_PRIVATE", channel_id=channel.id)

    with pytest.raises(ChannelPrivateError):
        await client.get_messages("sample_one", limit=1)
    assert len(await client.get_messages("sample_one", limit=1)) == 1


async def test_login_takes_code_and_password(server: TelegramServer, tmp_path: Path) -> None:
    rsa.add_key(public_key(), old=False)
    server.world.account.password = "two steps"
    path = server.session_file(tmp_path / "new.session", is_authorised=False)
    client: Any = TelegramClient(str(path), API_ID, API_HASH)
    await client.connect()

    await client.send_code_request("+9996621234")
    with pytest.raises(SessionPasswordNeededError):
        await client.sign_in("+9996621234", "22222")
    await client.sign_in(password="two steps")

    assert (await client.get_me()).username == "analyst"
    await client.disconnect()


async def test_refused_line_comes_back_on_the_same_port(server: TelegramServer) -> None:
    port = server.port

    await server.set_line(Line.REFUSED)
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)
    await server.set_line(Line.OPEN)

    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.close()
    assert server.port == port
