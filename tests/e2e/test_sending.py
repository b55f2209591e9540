"""Messages go out once, whole, as an account or as a bot; what is refused is told apart from what is gone."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from telethon.tl import types

from monitor.errors import RetryError, SkipError, UnsendableError
from monitor.model.message import File, FileKind, Message
from monitor.telegram.send import TelegramCourier
from tests.e2e.lines import QUICK, account, serving
from tests.telegram_server import TelegramServer
from tests.telegram_server.world import SentMessage

DESK = "@desk_group"
CHART = File(kind=FileKind.PHOTO, name="chart.png", content=b"p" * 9_000)
REPORT = File(kind=FileKind.DOCUMENT, name="report.html", content=b"h" * 200_000)


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as running:
        running.world.add_channel("desk_group", is_joined=True)
        yield running


@pytest.fixture
async def courier(server: TelegramServer) -> AsyncIterator[TelegramCourier]:
    # Telethon rests for 2 s over what it takes for trouble of Telegram's: a message that was sent before is one such.
    line = account(server, patience=replace(QUICK, call_s=10.0))
    async with serving(line):
        yield TelegramCourier(line)


def _message(html: str = "<b>47</b> killed", *, key: str = "1", files: Sequence[File] = (), **fields: str) -> Message:
    return Message(key=key, html=html, files=tuple(files), **fields)


def _sent(server: TelegramServer) -> list[SentMessage]:
    return server.world.account.sent


async def test_text_arrives_with_its_markup_and_its_number_is_returned(
    server: TelegramServer, courier: TelegramCourier
) -> None:
    html = '<b>47</b> &lt;killed&gt; <a href="https://t.me/desk/12">post</a> \U0001f4ca <i>x</i>'
    number = await courier.send(DESK, _message(html))

    (sent,) = _sent(server)
    assert str(sent.id) == number
    assert sent.text == "47 <killed> post \U0001f4ca x"
    kinds = [(type(one), one.offset, one.length) for one in sent.entities]
    assert kinds == [
        (types.MessageEntityBold, 0, 2),
        (types.MessageEntityTextUrl, 12, 4),
        (types.MessageEntityItalic, 20, 1),
    ]


async def test_photo_and_file_arrive_whole_with_name_and_caption(
    server: TelegramServer, courier: TelegramCourier
) -> None:
    await courier.send(DESK, _message("chart", key="1", files=[CHART]))
    await courier.send(DESK, _message("<b>report</b>", key="2", files=[REPORT]))

    photo, report = _sent(server)
    assert (photo.media, photo.text) == (CHART.content, "chart")
    assert (report.media, report.file_name, report.text) == (REPORT.content, "report.html", "report")


async def test_several_files_are_one_album_with_the_text_under_the_first(
    server: TelegramServer, courier: TelegramCourier
) -> None:
    number = await courier.send(DESK, _message("two charts", files=[CHART, CHART]))

    first, second = _sent(server)
    assert first.grouped_id == second.grouped_id is not None
    assert [first.text, second.text] == ["two charts", ""]
    assert str(first.id) == number


async def test_an_answer_and_an_edit_go_to_the_message_they_name(
    server: TelegramServer, courier: TelegramCourier
) -> None:
    first = await courier.send(DESK, _message("12 killed"))
    assert first is not None
    await courier.send(DESK, _message("since then", key="2", answers=first))
    assert await courier.edit(DESK, first, _message("<b>20</b> killed", key="3"))

    told, answer = _sent(server)
    assert (told.text, told.is_edited) == ("20 killed", True)
    assert answer.reply_to == told.id


async def test_an_edit_that_changes_nothing_holds_and_one_of_a_lost_message_does_not(courier: TelegramCourier) -> None:
    number = await courier.send(DESK, _message("12 killed"))
    assert number is not None
    assert await courier.edit(DESK, number, _message("12 killed"))
    assert not await courier.edit(DESK, "4711", _message("20 killed"))


async def test_a_topic_of_a_group_is_written_to(server: TelegramServer, courier: TelegramCourier) -> None:
    await courier.send(f"{DESK}/7", _message())
    (sent,) = _sent(server)
    assert sent.reply_to == 7


async def test_the_same_message_again_is_not_sent_twice(server: TelegramServer, courier: TelegramCourier) -> None:
    assert await courier.send(DESK, _message(key="edition 1, @desk, part 2")) is not None
    assert await courier.send(DESK, _message(key="edition 1, @desk, part 2")) is None
    assert await courier.send(DESK, _message(key="edition 1, @desk, part 3")) is not None
    assert len(_sent(server)) == 2


async def test_text_whose_markup_is_refused_goes_out_plain(server: TelegramServer, courier: TelegramCourier) -> None:
    server.faults.fail("messages.SendMessage", "ENTITY_BOUNDS_INVALID")
    await courier.send(DESK, _message())
    (sent,) = _sent(server)
    assert (sent.text, sent.entities) == ("47 killed", [])


async def test_where_files_are_forbidden_the_text_goes_out_alone(
    server: TelegramServer, courier: TelegramCourier
) -> None:
    server.faults.fail("messages.SendMedia", "CHAT_SEND_MEDIA_FORBIDDEN", code=403)
    await courier.send(DESK, _message("chart", files=[CHART]))
    (sent,) = _sent(server)
    assert (sent.text, sent.media) == ("chart", None)


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("CHAT_WRITE_FORBIDDEN", 403),
        ("CHANNEL_PRIVATE", 400),
        ("USER_BANNED_IN_CHANNEL", 400),
        ("USER_IS_BLOCKED", 403),
        ("INPUT_USER_DEACTIVATED", 400),
    ],
)
async def test_a_recipient_that_is_gone_is_told_apart(
    server: TelegramServer, courier: TelegramCourier, message: str, code: int
) -> None:
    server.faults.fail("messages.SendMessage", message, code=code)
    with pytest.raises(SkipError, match=f"{DESK} cannot be reached on Telegram"):
        await courier.send(DESK, _message())


@pytest.mark.parametrize("recipient", ["@nobody_at_all", "-1001999999999", "mailto:desk"])
async def test_nobody_is_no_recipient(courier: TelegramCourier, recipient: str) -> None:
    with pytest.raises(SkipError, match=recipient.strip("-")):
        await courier.send(recipient, _message())


@pytest.mark.parametrize("files", [(), (CHART,)])
async def test_a_message_that_telegram_takes_from_nobody_is_told_apart(
    courier: TelegramCourier, files: Sequence[File]
) -> None:
    with pytest.raises(UnsendableError):
        await courier.send(DESK, _message("x" * 4097, files=files))


async def test_a_long_flood_is_handed_back_with_its_end(server: TelegramServer, courier: TelegramCourier) -> None:
    server.faults.flood("messages.SendMessage", 600)
    with pytest.raises(RetryError) as caught:
        await courier.send(DESK, _message())
    assert timedelta(seconds=590) < caught.value.after <= timedelta(seconds=600)
    assert _sent(server) == []


async def test_a_chat_is_found_by_its_number_among_the_accounts_own(
    server: TelegramServer, courier: TelegramCourier
) -> None:
    group = server.world.by_username("desk_group")
    assert group is not None
    await courier.send(f"-100{group.id}", _message())
    (sent,) = _sent(server)
    assert (sent.peer.channel_id, sent.peer.access_hash) == (group.id, group.access_hash)


async def test_a_bot_sends_as_the_account_does(server: TelegramServer) -> None:
    line = account(server, as_bot=True)
    group = server.world.by_username("desk_group")
    assert group is not None
    async with serving(line):
        await TelegramCourier(line, is_bot=True).send(f"-100{group.id}", _message())
    (sent,) = server.world.bot.sent
    assert (sent.text, sent.peer.channel_id) == ("47 killed", group.id)


async def test_a_name_is_looked_up_once(server: TelegramServer, courier: TelegramCourier) -> None:
    for number in range(3):
        await courier.send(DESK, _message(key=str(number)))
    assert server.calls["contacts.ResolveUsername"] == 1
