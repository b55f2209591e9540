import asyncio
from typing import Any

import pytest
from telethon import events, functions

from tests.e2e.telegram_server.listening import WAIT_S, Listening, handled
from tests.telegram_server import Media, ServedChannel, TelegramServer


async def test_posts_edits_and_deletions_are_pushed(
    client: Any, server: TelegramServer, channel: ServedChannel
) -> None:
    listening = Listening(client)
    await client.get_dialogs()

    post = server.world.post(channel, "12 killed")
    server.world.edit(channel, post, "20 killed")
    server.world.delete(channel, post)

    assert await listening.next(3) == ["12 killed", "20 killed", [post.id]]


async def test_album_is_pushed_as_its_parts(client: Any, server: TelegramServer, channel: ServedChannel) -> None:
    """Telethon's fact 30: so many posts of one group; only its own timer makes one event of them."""
    albums: asyncio.Queue[Any] = asyncio.Queue()
    client.add_event_handler(albums.put, events.Album())
    listening = Listening(client)
    await client.get_dialogs()
    server.world.album(channel, "three photos", parts=[Media(content=b"1"), Media(content=b"2"), Media(content=b"3")])
    assert await listening.next(3) == ["three photos", "", ""]
    assert (await asyncio.wait_for(albums.get(), WAIT_S)).text == "three photos"


async def test_update_that_is_lost_shows_as_a_gap_once_the_next_comes(
    client: Any, server: TelegramServer, channel: ServedChannel
) -> None:
    listening = Listening(client)
    await client.get_dialogs()
    server.faults.drop_updates = 2
    for number in range(1, 4):
        server.world.post(channel, f"note {number}")
    assert sorted(await listening.next(3)) == ["note 1", "note 2", "note 3"]
    assert server.calls["updates.GetChannelDifference"] == 1


async def test_updates_in_the_wrong_order_are_put_right(
    client: Any, server: TelegramServer, channel: ServedChannel
) -> None:
    listening = Listening(client)
    await client.get_dialogs()
    server.faults.reorder_updates = 1
    server.world.post(channel, "note 1")
    server.world.post(channel, "note 2")
    assert sorted(await listening.next(2)) == ["note 1", "note 2"]


async def test_what_came_while_offline_is_lost_without_catch_up(
    server: TelegramServer, connect: Any, channel: ServedChannel
) -> None:
    """Telethon's fact 1."""
    client = await connect()
    await client.get_dialogs()
    await client.disconnect()
    server.world.post(channel, "while offline")
    again = await connect()
    listening = Listening(again)
    await handled(again)
    server.world.post(channel, "live again")
    assert await listening.next(1) == ["live again"]


@pytest.mark.parametrize(("is_seeded", "expected"), [(True, ["while offline"]), (False, [])])
async def test_catching_up_brings_only_channels_whose_place_is_known(
    server: TelegramServer, connect: Any, channel: ServedChannel, *, is_seeded: bool, expected: list[str]
) -> None:
    """Telethon's fact 2: the list of dialogs seeds the places."""
    client = await connect(catch_up=True)
    if is_seeded:
        await client.get_dialogs()
    await client.get_me()
    await client.disconnect()
    server.world.post(channel, "while offline")
    again = await connect(catch_up=True)
    listening = Listening(again)
    await server.called("updates.GetDifference")
    if expected:
        assert await listening.next(1) == expected
    else:
        await handled(again)
        assert listening.is_empty


async def test_reconnecting_alone_catches_nothing_up(
    client: Any, server: TelegramServer, channel: ServedChannel
) -> None:
    """Telethon's fact 3: only catch_up(), or the next live post, brings what came meanwhile."""
    await client.get_dialogs()
    listening = Listening(client)
    server.cut()
    server.world.post(channel, "while cut off")
    await server.called("connect", times=2)
    await handled(client)
    assert listening.is_empty
    await client.catch_up()
    assert await listening.next(1) == ["while cut off"]


async def test_difference_that_is_too_long_is_skipped_without_a_word(
    client: Any, server: TelegramServer, channel: ServedChannel
) -> None:
    """Telethon's fact 5: it jumps to the newest place and gives nothing."""
    await client.get_dialogs()
    listening = Listening(client)
    for number in range(150):
        server.world.post(channel, f"missed {number}", is_pushed=False)
    server.world.post(channel, "reveals the gap")
    await server.called("updates.GetChannelDifference")
    await handled(client)
    server.world.post(channel, "after it")
    assert await listening.next(1) == ["after it"]


async def test_difference_comes_in_pages(client: Any, server: TelegramServer, channel: ServedChannel) -> None:
    await client.get_dialogs()
    listening = Listening(client)
    server.faults.difference_page = 20
    for number in range(50):
        server.world.post(channel, f"missed {number}", is_pushed=False)
    server.world.post(channel, "reveals the gap")
    assert len(await listening.next(51)) == 51
    assert server.calls["updates.GetChannelDifference"] == 3


async def test_edits_and_deletions_inside_a_difference_are_never_told(
    client: Any, server: TelegramServer, channel: ServedChannel
) -> None:
    """Telethon's fact 6: only new posts survive."""
    await client.get_dialogs()
    listening = Listening(client)
    server.world.edit(channel, channel.posts[1], "edited unheard", is_pushed=False)
    server.world.delete(channel, channel.posts[2], is_pushed=False)
    server.world.post(channel, "reveals the gap")
    assert await listening.next(1) == ["reveals the gap"]
    await handled(client)
    assert listening.is_empty


async def test_flooded_difference_delivers_nothing_until_it_ends(
    client: Any, server: TelegramServer, channel: ServedChannel
) -> None:
    """Telethon's fact 9: each later post only shows the gap again."""
    await client.get_dialogs()
    listening = Listening(client)
    server.faults.flood("updates.GetChannelDifference", 600)
    server.faults.drop_updates = 1
    server.world.post(channel, "lost")
    server.world.post(channel, "behind the gap")
    await server.called("updates.GetChannelDifference")
    server.world.post(channel, "behind it too")
    await handled(client)
    assert listening.is_empty


async def test_unknown_object_inside_a_difference_ends_the_client(
    client: Any, server: TelegramServer, channel: ServedChannel
) -> None:
    """Telethon's fact 10; one that is merely pushed is passed over."""
    await client.get_dialogs()
    listening = Listening(client)
    server.push_unknown()
    server.world.post(channel, "still heard")
    assert await listening.next(1) == ["still heard"]
    server.faults.unknown_answers.append("updates.GetChannelDifference")
    server.faults.drop_updates = 1
    server.world.post(channel, "lost")
    server.world.post(channel, "reveals the gap")
    await asyncio.wait_for(client.disconnected, WAIT_S)
    assert client._updates_error is not None


async def test_names_are_asked_for_again_unless_the_entity_is_held(
    client: Any, server: TelegramServer, channel: ServedChannel
) -> None:
    """Telethon's fact 15."""
    for _ in range(2):
        await client.get_entity("sample_one")
    assert server.calls["contacts.ResolveUsername"] == 2
    await client.get_input_entity("sample_one")
    assert server.calls["contacts.ResolveUsername"] == 2
    server.world.rename(channel, "sample_new")
    with pytest.raises(ValueError, match="No user has"):  # fact 17
        await client.get_entity("sample_gone")


async def test_handler_that_fails_leaves_the_client_alive(
    client: Any, server: TelegramServer, channel: ServedChannel
) -> None:
    """Telethon's fact 22."""

    async def broken(_event: Any) -> None:
        raise ArithmeticError("handler")

    client.add_event_handler(broken, events.NewMessage())
    listening = Listening(client)
    await client(functions.updates.GetStateRequest())
    server.world.post(channel, "12 killed")
    assert await listening.next(1) == ["12 killed"]
    assert client.is_connected()
