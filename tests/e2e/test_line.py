"""An account's line comes back whatever happens to it, and says when it can't."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from telethon.tl import functions, types

from monitor.errors import LostAccountError, RetryError
from monitor.telegram.client import Account
from tests.e2e.lines import WAIT_S, account, serving, until
from tests.telegram_server import Line, ServedChannel, TelegramServer


def history(channel: ServedChannel) -> Any:
    peer = types.InputPeerChannel(channel.id, channel.access_hash)
    return functions.messages.GetHistoryRequest(
        peer=peer, offset_id=0, offset_date=None, add_offset=0, limit=10, max_id=0, min_id=0, hash=0
    )


@pytest.mark.parametrize("how", ["cut", "reset"])
async def test_a_line_that_breaks_comes_back(server: TelegramServer, how: str) -> None:
    one = account(server)
    async with serving(one):
        getattr(server, how)()

        assert await one.connected(after=1) == 2
        assert one.line.is_up


async def test_a_server_that_was_away_is_found_again(server: TelegramServer) -> None:
    one = account(server)
    async with serving(one):
        await server.set_line(Line.REFUSED)
        await until(lambda: not one.line.is_up)
        with pytest.raises(RetryError, match="not connected"):
            await one.call(functions.updates.GetStateRequest(), timeout_s=0.1)
        assert not one.line.is_up
        await server.set_line(Line.OPEN)

        assert await one.connected(after=1) == 2


async def test_a_server_that_accepts_and_closes_is_asked_ever_less(server: TelegramServer) -> None:
    one = account(server)
    async with serving(one):
        await server.set_line(Line.CLOSED_AT_ONCE)
        before = server.calls["connect"]
        server.cut()
        await until(lambda: not one.line.is_up)
        with pytest.raises(RetryError, match="not connected"):
            await one.call(functions.updates.GetStateRequest(), timeout_s=0.5)
        tried = server.calls["connect"] - before
        await server.set_line(Line.OPEN)
        await one.connected(after=1)

    assert 1 <= tried <= 12  # pauses of 0.01 to 0.2 s; without them it would be hundreds


async def test_a_line_that_fell_silent_is_replaced(server: TelegramServer) -> None:
    one = account(server)
    async with serving(one):
        await server.set_line(Line.SILENT)
        with pytest.raises(RetryError, match="no answer in"):
            await one.call(functions.updates.GetStateRequest(), timeout_s=0.1)
        await until(lambda: not one.line.is_up)
        await server.set_line(Line.OPEN)

        assert await one.connected(after=1) == 2


async def test_a_call_on_a_line_that_breaks_is_handed_back_at_once(server: TelegramServer) -> None:
    one = account(server)
    server.faults.delays["messages.GetDialogs"] = 60
    async with serving(one), asyncio.TaskGroup() as group:
        call = group.create_task(_failing(one, _dialogs()))
        await asyncio.sleep(0)  # the call is under way
        server.cut()
        assert "the line was lost" in await asyncio.wait_for(call, WAIT_S)


def _dialogs() -> Any:
    return functions.messages.GetDialogsRequest(
        offset_date=None, offset_id=0, offset_peer=types.InputPeerEmpty(), limit=1, hash=0
    )


async def _failing(one: Any, request: Any) -> str:
    with pytest.raises(RetryError) as caught:
        await one.call(request, timeout_s=60)
    return str(caught.value)


async def test_a_session_that_was_revoked_ends_the_account_and_says_what_to_do(server: TelegramServer) -> None:
    one = account(server)
    await asyncio.wait_for(_loses(one, server.revoke, server.cut), WAIT_S)


async def _loses(one: Account, *steps: Callable[[], None]) -> None:
    async with asyncio.TaskGroup() as group:
        served = group.create_task(_served_until_lost(one))
        await one.connected()
        for step in steps:
            step()
        error = await served
    assert "monitor login" in str(error)
    assert error.exit_code == 3


async def _served_until_lost(one: Account) -> LostAccountError:
    with pytest.raises(LostAccountError) as caught:
        await one.serve()
    return caught.value


@pytest.mark.parametrize(("code", "message"), [(401, "SESSION_REVOKED"), (406, "AUTH_KEY_DUPLICATED")])
async def test_a_call_that_finds_the_account_lost_ends_it(server: TelegramServer, code: int, message: str) -> None:
    one = account(server)
    server.faults.fail("messages.GetDialogs", message, code=code)

    async with asyncio.timeout(WAIT_S), asyncio.TaskGroup() as group:
        served = group.create_task(_served_until_lost(one))
        with pytest.raises(LostAccountError):
            await one.call(_dialogs())
        assert message.title().replace("_", "") in str(await served)


async def test_a_key_that_the_server_does_not_know_ends_the_account(server: TelegramServer) -> None:
    one = account(server)
    server.forget_keys()

    with pytest.raises(LostAccountError, match="AuthKeyNotFound"):
        await asyncio.wait_for(one.serve(), WAIT_S)


async def test_a_flood_on_one_channel_leaves_the_others_alone(server: TelegramServer) -> None:
    flooded, other = server.world.add_channel("flooded"), server.world.add_channel("other")
    server.world.post(other, "12 killed")
    server.faults.flood("messages.GetHistory", 3600, channel_id=flooded.id)
    one = account(server)
    async with serving(one):
        with pytest.raises(RetryError) as caught:
            await one.call(history(flooded), channel="flooded")
        found = await one.call(history(other), channel="other")

    assert caught.value.after.total_seconds() == pytest.approx(3600, abs=5)
    assert [message.message for message in found.messages] == ["12 killed"]
    assert one.limiter.floods == {"messages.GetHistory": 1}


async def test_updates_come_as_they_were_sent_whatever_their_order(server: TelegramServer) -> None:
    channel = server.world.add_channel("sample_one", is_joined=True)
    one, got = account(server), asyncio.Queue[str]()
    one.take_updates(lambda updates: got.put_nowait(updates.updates[0].message.message))
    async with serving(one):
        server.faults.reorder_updates = 1
        server.world.post(channel, "first")
        server.world.post(channel, "second")

        assert [await asyncio.wait_for(got.get(), WAIT_S) for _ in range(2)] == ["second", "first"]
