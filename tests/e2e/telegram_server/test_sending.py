import io
from typing import Any

import pytest
from telethon.errors import (
    EntityBoundsInvalidError,
    MediaCaptionTooLongError,
    MessageNotModifiedError,
    MessageTooLongError,
)
from telethon.tl import types

from tests.telegram_server import ServedChannel, TelegramServer


async def test_text_keeps_its_markup(client: Any, server: TelegramServer) -> None:
    await client.send_message("me", "<b>digest</b> of <a href='https://t.me/sample/1'>July</a>", parse_mode="html")
    (sent,) = server.world.account.sent
    assert sent.text == "digest of July"
    assert [(type(one), one.offset, one.length) for one in sent.entities] == [
        (types.MessageEntityBold, 0, 6),
        (types.MessageEntityTextUrl, 10, 4),
    ]


@pytest.mark.parametrize("size", [90_000, 11_000_000], ids=["small", "over 10 MB"])
async def test_file_arrives_whole(client: Any, server: TelegramServer, size: int) -> None:
    file = io.BytesIO(b"z" * size)
    file.name = "report.html"
    await client.send_file("me", file, caption="report", force_document=True)
    (sent,) = server.world.account.sent
    assert (sent.text, sent.media, sent.file_name) == ("report", b"z" * size, "report.html")


async def test_album_is_one_group_and_answers_a_message(client: Any, server: TelegramServer) -> None:
    first = await client.send_message("me", "digest")
    await client.send_file("me", [b"\xff\xd8 one", b"\xff\xd8 two"], caption=["chart", ""], reply_to=first.id)
    _, *parts = server.world.account.sent
    assert [(part.media, part.text) for part in parts] == [(b"\xff\xd8 one", "chart"), (b"\xff\xd8 two", "")]
    assert len({part.grouped_id for part in parts}) == 1
    assert {part.reply_to for part in parts} == {first.id}


async def test_sent_message_is_edited(client: Any, server: TelegramServer) -> None:
    message = await client.send_message("me", "12 killed")
    await client.edit_message("me", message.id, "20 killed")
    (sent,) = server.world.account.sent
    assert (sent.text, sent.is_edited) == ("20 killed", True)
    with pytest.raises(MessageNotModifiedError):
        await client.edit_message("me", message.id, "20 killed")


async def test_bot_sends_and_edits_in_its_own_name(server: TelegramServer, connect: Any) -> None:
    reader = server.world.add_account("reader")
    bot = await connect("bot", account=server.world.bot)
    message = await bot.send_message("reader", "digest")
    await bot.edit_message("reader", message.id, "digest, corrected")
    (sent,) = server.world.bot.sent
    assert (sent.peer.user_id, sent.text) == (reader.id, "digest, corrected")
    assert server.world.account.sent == []
    assert (await bot.get_me()).bot


async def test_message_to_a_channel_comes_back_as_sent_there(
    client: Any, server: TelegramServer, channel: ServedChannel
) -> None:
    message = await client.send_message("sample_one", "digest")
    (sent,) = server.world.account.sent
    assert (message.id, message.peer_id.channel_id) == (sent.id, channel.id)


async def test_what_telegram_would_refuse_is_refused(client: Any, server: TelegramServer) -> None:
    with pytest.raises(MessageTooLongError):
        await client.send_message("me", "😀" * 2049)  # 4,098 UTF-16 units
    with pytest.raises(MediaCaptionTooLongError):
        await client.send_file("me", b"z", caption="c" * 1025)
    with pytest.raises(EntityBoundsInvalidError):
        await client.send_message("me", "short", formatting_entities=[types.MessageEntityBold(3, 9)])
    assert server.world.account.sent == []


async def test_request_that_is_repeated_sends_once(client: Any, server: TelegramServer) -> None:
    await client.get_me()
    server.faults.lost_answers.append("messages.SendMessage")
    client._request_retries = 0
    with pytest.raises(ValueError, match="unsuccessful"):  # how Telethon says that it gave up
        await client.send_message("me", "digest")
    assert [sent.text for sent in server.world.account.sent] == ["digest"]
    assert server.calls["messages.SendMessage"] == 2
