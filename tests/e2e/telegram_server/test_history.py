from typing import Any

import pytest

from tests.telegram_server import Media, ServedChannel, TelegramServer


@pytest.mark.usefixtures("channel")
async def test_history_is_read_in_both_directions(client: Any) -> None:
    entity = await client.get_entity("sample_one")

    newest_first = [message.id async for message in client.iter_messages(entity, limit=1000)]
    from_a_mark = [message.id async for message in client.iter_messages(entity, limit=1000, min_id=100, reverse=True)]

    assert newest_first == list(range(250, 0, -1))
    assert from_a_mark == list(range(101, 251))


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"limit": 3}, [250, 249, 248]),
        ({"limit": 2, "offset_id": 100}, [99, 98]),
        ({"limit": 2, "offset_id": 100, "add_offset": -2}, [101, 100]),
        ({"limit": 10, "min_id": 247}, [250, 249, 248]),
        ({"limit": 10, "max_id": 3}, [2, 1]),
        ({"limit": 10, "min_id": 5, "max_id": 8}, [7, 6]),
    ],
)
@pytest.mark.usefixtures("channel")
async def test_history_obeys_every_bound(client: Any, options: dict[str, int], expected: list[int]) -> None:
    found = await client.get_messages("sample_one", **options)
    assert [message.id for message in found] == expected


async def test_posts_that_are_deleted_leave_gaps(client: Any, server: TelegramServer, channel: ServedChannel) -> None:
    server.world.delete(channel, channel.posts[248], channel.posts[249], is_pushed=False)

    asked_for = await client.get_messages("sample_one", ids=[247, 248, 249, 250, 999])

    assert [message.id for message in await client.get_messages("sample_one", limit=2)] == [250, 247]
    assert [message and message.id for message in asked_for] == [247, None, None, 250, None]


async def test_forwards_replies_and_reactions_are_shown(
    client: Any, server: TelegramServer, channel: ServedChannel
) -> None:
    other = server.world.add_channel("sample_two")
    origin = server.world.post(other, "12 killed")
    copy = server.world.forward(channel, other, origin)
    server.world.react(channel, copy, "👍", 7)
    server.world.post(channel, "so it is", reply_to=copy.id)

    reply, forward = await client.get_messages("sample_one", limit=2)

    assert reply.reply_to.reply_to_msg_id == copy.id
    assert (forward.fwd_from.from_id.channel_id, forward.fwd_from.channel_post) == (other.id, origin.id)
    assert [(one.reaction.emoticon, one.count) for one in forward.reactions.results] == [("👍", 7)]


async def test_media_of_a_post_is_downloaded(client: Any, server: TelegramServer, channel: ServedChannel) -> None:
    parts = [Media(content=b"first"), Media(kind="video", content=b"v" * 300_000, file_name="clip.mp4")]
    server.world.album(channel, "photo and clip", parts=parts)

    newest = await client.get_messages("sample_one", limit=2)

    assert [await client.download_media(message, bytes) for message in newest] == [b"v" * 300_000, b"first"]
    assert newest[0].grouped_id == newest[1].grouped_id
    assert [message.text for message in newest] == ["", "photo and clip"]
    assert newest[0].file.name == "clip.mp4"


async def test_polls_are_shown(client: Any, server: TelegramServer, channel: ServedChannel) -> None:
    server.world.post(channel, "", media=Media(poll=("Did the bridge hold?", ("Yes", "No"))))

    (message,) = await client.get_messages("sample_one", limit=1)

    assert message.media.poll.question.text == "Did the bridge hold?"
    assert [answer.text.text for answer in message.media.poll.answers] == ["Yes", "No"]
