import time
from typing import Any

import pytest
from telethon.errors import ChannelPrivateError, FloodWaitError, RPCError

from tests.telegram_server import FOR_EVER, ServedChannel, TelegramServer


async def test_planned_errors_are_raised_as_often_as_planned(
    client: Any, server: TelegramServer, channel: ServedChannel
) -> None:
    server.faults.fail("messages.GetHistory", "CHANNEL_PRIVATE", channel_id=channel.id)

    with pytest.raises(ChannelPrivateError):
        await client.get_messages("sample_one", limit=1)
    assert len(await client.get_messages("sample_one", limit=1)) == 1


async def test_errors_can_be_those_of_one_channel(client: Any, server: TelegramServer, channel: ServedChannel) -> None:
    other = server.world.add_channel("sample_two")
    server.world.post(other, "12 killed")
    server.faults.fail("messages.GetHistory", "CHANNEL_PRIVATE", channel_id=channel.id, times=FOR_EVER)
    for _ in range(2):
        with pytest.raises(ChannelPrivateError):
            await client.get_messages("sample_one", limit=1)
    assert len(await client.get_messages("sample_two", limit=1)) == 1


@pytest.mark.usefixtures("channel")
async def test_any_error_can_be_planned_for_any_method(client: Any, server: TelegramServer) -> None:
    server.faults.fail("*", "SOMETHING_NEW", code=400)
    with pytest.raises(RPCError, match="SOMETHING_NEW"):
        await client.get_messages("sample_one", limit=1)


async def test_flood_is_remembered_by_telethon_for_the_whole_method(
    client: Any, server: TelegramServer, channel: ServedChannel
) -> None:
    """Telethon's fact 16: one channel's flood blocks all channels, without asking again."""
    other = server.world.add_channel("sample_two")
    server.world.post(other, "12 killed")
    await client.get_input_entity("sample_two")
    server.faults.flood("messages.GetHistory", 600, channel_id=channel.id)
    with pytest.raises(FloodWaitError):
        await client.get_messages("sample_one", limit=1)
    with pytest.raises(FloodWaitError):
        await client.get_messages("sample_two", limit=1)
    assert server.calls["messages.GetHistory"] == 1


@pytest.mark.usefixtures("channel")
async def test_short_flood_is_slept_and_repeated_by_telethon(client: Any, server: TelegramServer) -> None:
    server.faults.flood("messages.GetHistory", 1, times=1)
    assert len(await client.get_messages("sample_one", limit=1)) == 1
    client._request_retries = 0
    server.faults.flood("messages.GetHistory", 1, times=FOR_EVER)
    with pytest.raises(ValueError, match="unsuccessful"):  # fact 16: no FloodWaitError once the retries are used up
        await client.get_messages("sample_one", limit=1)


@pytest.mark.usefixtures("channel")
async def test_more_calls_a_second_than_allowed_are_told_to_wait(client: Any, server: TelegramServer) -> None:
    instant = time.monotonic()
    ceiling = server.faults.limit("messages.GetHistory", "channels.GetMessages", per_second=3, clock=lambda: instant)
    client.flood_sleep_threshold = 0
    for _ in range(3):
        await client.get_messages("sample_one", limit=1)
    with pytest.raises(FloodWaitError):
        await client.get_messages("sample_one", ids=[1])
    assert ceiling.refused == 1
    instant += 1
    client._flood_waited_requests.clear()
    assert len(await client.get_messages("sample_one", limit=1)) == 1


async def test_witness_tells_which_texts_a_client_had_time_to_keep(
    client: Any, server: TelegramServer, channel: ServedChannel
) -> None:
    server.witness.is_watching = True
    server.world.edit(channel, channel.posts[250], "20 killed")
    await client.get_messages("sample_one", limit=1)
    assert server.witness.texts(held_for_s=0) == {(channel.id, 250, "20 killed")}
    assert server.witness.texts(held_for_s=60) == set()
