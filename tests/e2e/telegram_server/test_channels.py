from typing import Any

import pytest
from telethon.errors import (
    ChannelInvalidError,
    ChannelPrivateError,
    InviteHashExpiredError,
    UsernameNotOccupiedError,
)
from telethon.tl import functions, types

from tests.e2e.telegram_server.listening import Listening
from tests.telegram_server import ServedChannel, TelegramServer


async def _resolve(client: Any, name: str) -> Any:
    return await client(functions.contacts.ResolveUsernameRequest(name))


async def test_name_that_nobody_holds_is_refused(client: Any, server: TelegramServer) -> None:
    server.world.add_channel("other_name")
    with pytest.raises(UsernameNotOccupiedError):
        await _resolve(client, "sample_one")


async def test_renamed_channel_keeps_its_id(client: Any, server: TelegramServer, channel: ServedChannel) -> None:
    server.world.rename(channel, "sample_new", title="New name")
    with pytest.raises(UsernameNotOccupiedError):
        await _resolve(client, "sample_one")
    (found,) = (await _resolve(client, "sample_new")).chats
    assert (found.id, found.title) == (channel.id, "New name")


async def test_name_can_pass_to_another_channel(client: Any, server: TelegramServer, channel: ServedChannel) -> None:
    server.world.rename(channel, None)
    heir = server.world.add_channel("sample_one")
    assert (await _resolve(client, "sample_one")).chats[0].id == heir.id


@pytest.mark.parametrize("how", ["ban", "make_private"])
async def test_closed_channel_is_not_read(
    client: Any, server: TelegramServer, channel: ServedChannel, how: str
) -> None:
    entity = await client.get_input_entity("sample_one")
    channel.members.clear()
    getattr(server.world, how)(channel)
    with pytest.raises(ChannelPrivateError):
        await client.get_messages(entity, limit=1)


async def test_ban_can_be_lifted(client: Any, server: TelegramServer, channel: ServedChannel) -> None:
    entity = await client.get_input_entity("sample_one")
    server.world.ban(channel)
    server.world.unban(channel)
    assert len(await client.get_messages(entity, limit=1)) == 1


async def test_removed_channel_is_invalid(client: Any, server: TelegramServer, channel: ServedChannel) -> None:
    entity = await client.get_input_entity("sample_one")
    server.world.remove(channel)
    with pytest.raises(ChannelInvalidError):
        await client.get_messages(entity, limit=1)


async def test_only_joined_channels_are_pushed(client: Any, server: TelegramServer) -> None:
    public = server.world.add_channel("sample_public")
    listening = Listening(client)
    server.world.post(public, "nobody hears it")
    entity = await client.get_entity("sample_public")
    await client(functions.channels.JoinChannelRequest(entity))
    server.world.post(public, "12 killed")
    assert await listening.next(1) == ["12 killed"]


async def test_invite_opens_a_private_channel(client: Any, server: TelegramServer) -> None:
    closed = server.world.add_channel(None, title="Closed", invite="AbCdEf")
    server.world.post(closed, "12 killed")
    seen = await client(functions.messages.CheckChatInviteRequest("AbCdEf"))
    joined = await client(functions.messages.ImportChatInviteRequest("AbCdEf"))
    again = await client(functions.messages.CheckChatInviteRequest("AbCdEf"))

    assert (seen.title, type(again)) == ("Closed", types.ChatInviteAlready)
    assert [message.text for message in await client.get_messages(joined.chats[0], limit=1)] == ["12 killed"]
    with pytest.raises(InviteHashExpiredError):
        await client(functions.messages.CheckChatInviteRequest("other"))


async def test_dialogs_are_listed_page_by_page(client: Any, server: TelegramServer) -> None:
    for number in range(1, 251):
        served = server.world.add_channel(f"sample_{number:03}", is_joined=True)
        server.world.post(served, "12 killed", is_pushed=False)
    server.world.add_channel("not_joined")
    assert sorted(dialog.entity.username for dialog in await client.get_dialogs()) == [
        f"sample_{number:03}" for number in range(1, 251)
    ]


async def test_accounts_see_only_what_they_joined(
    client: Any, server: TelegramServer, connect: Any, channel: ServedChannel
) -> None:
    second = await connect("second", account=server.world.add_account("second", phone="9996620000"))
    heard, unheard = Listening(client), Listening(second)
    await second.get_me()
    server.world.post(channel, "12 killed")
    assert await heard.next(1) == ["12 killed"]
    assert await second.get_dialogs() == []
    assert unheard.is_empty
    assert (await second.get_me()).username == "second"
