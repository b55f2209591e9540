"""What is the matter with a channel is told, tried again slowly, and stops no other channel."""

from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from monitor.store import Store
from tests.e2e.following import QUICK, followed, following, is_true, is_verified, state
from tests.e2e.lines import account, until
from tests.telegram_server import ServedChannel, TelegramServer


@pytest.fixture
def desk(server: TelegramServer) -> ServedChannel:
    served = server.world.add_channel("desk", is_joined=True)
    server.world.post(served, "12 killed")
    return served


@pytest.fixture
def wire(server: TelegramServer) -> ServedChannel:
    served = server.world.add_channel("wire")
    server.world.post(served, "3 wounded")
    return served


async def is_in(store: Store, key: str, wanted: str) -> bool:
    return (await state(store, key))[0] == wanted


async def test_a_banned_channel_is_told_and_read_again_when_it_is_back(
    server: TelegramServer, store: Store, desk: ServedChannel, wire: ServedChannel
) -> None:
    async with following(account(server), store, [followed(desk), followed(wire)]):
        await until(lambda: is_verified(store, desk))
        server.world.ban(desk)
        await until(lambda: is_in(store, "desk", "banned"))
        server.world.post(wire, "4 wounded")
        await until(lambda: is_true(store, wire))
        server.world.unban(desk)
        server.world.post(desk, "20 killed", is_pushed=False)
        await until(lambda: is_true(store, desk))
        await until(lambda: is_in(store, "desk", "ok"))


async def test_a_channel_that_was_closed_is_told(server: TelegramServer, store: Store, wire: ServedChannel) -> None:
    async with following(account(server), store, [followed(wire)]):
        await until(lambda: is_verified(store, wire))
        server.world.make_private(wire)
        await until(lambda: is_in(store, "wire", "private"))
    assert (await state(store, "wire"))[1] == "only its members can read it; join it, or take it off the list"


async def test_a_channel_that_was_deleted_is_told(server: TelegramServer, store: Store, wire: ServedChannel) -> None:
    async with following(account(server), store, [followed(wire)]):
        await until(lambda: is_verified(store, wire))
        server.world.remove(wire)
        await until(lambda: is_in(store, "wire", "unknown"))
    assert (await state(store, "wire"))[1] == "nobody is called @wire; mend the entry"


async def test_a_renamed_channel_is_followed_on_and_its_new_name_told(
    server: TelegramServer, store: Store, desk: ServedChannel
) -> None:
    async with following(account(server), store, [followed(desk)]):
        await until(lambda: is_verified(store, desk))
        server.world.rename(desk, "desk_two")
        await until(lambda: is_in(store, "desk", "renamed"))
        server.world.post(desk, "20 killed")
        await until(lambda: is_true(store, desk, key="desk"))
    assert (await state(store, "desk"))[1] == "now @desk_two; nobody is called @desk now; mend the entry"


async def test_a_name_that_now_belongs_to_another_channel_is_refused(
    server: TelegramServer, store: Store, desk: ServedChannel
) -> None:
    one = followed(desk)
    async with following(account(server), store, [one]):
        await until(lambda: is_verified(store, desk))
    server.world.rename(desk, None)
    taker = server.world.add_channel("desk")
    server.world.post(taker, "bought name")

    async with following(account(server), store, [one]):
        await until(lambda: is_in(store, "desk", "renamed"))
        server.world.post(desk, "20 killed")
        await until(lambda: is_true(store, desk, key="desk"))
    told = (
        f"it has no public name any more; @desk now leads to channel {taker.id}, which is not followed; mend the entry"
    )
    assert (await state(store, "desk"))[1] == told

    stranger = account(server, owner=server.world.add_account("second", phone="9996629999"))
    async with following(stranger, store, [one]):
        await until(lambda: is_in(store, "desk", "refused"))
    assert not await is_true(store, taker, key="desk")


async def test_a_name_that_nobody_has_stops_no_other_channel(
    server: TelegramServer, store: Store, desk: ServedChannel
) -> None:
    nobody = replace(followed(desk), key="nobody", handle="nobody")
    async with following(account(server), store, [nobody, followed(desk)]):
        await until(lambda: is_in(store, "nobody", "unknown"))
        await until(lambda: is_true(store, desk))


async def test_a_number_leads_to_a_channel_that_the_account_has_joined(
    server: TelegramServer, store: Store, desk: ServedChannel
) -> None:
    one = replace(followed(desk), key=str(desk.id), handle=None, telegram_id=desk.id)
    async with following(account(server), store, [one]):
        await until(lambda: is_true(store, desk, key=str(desk.id)))


async def test_an_invite_is_taken_only_where_the_operator_says_so(server: TelegramServer, store: Store) -> None:
    closed = server.world.add_channel(None, title="Closed desk", invite="AbCdEf")
    server.world.post(closed, "12 killed")
    one = replace(followed(closed), telegram_id=closed.id, invite="AbCdEf")
    key = str(closed.id)

    async with following(account(server), store, [one]) as follower:
        await until(lambda: is_in(store, key, "private"))
        assert not closed.is_joined
        follower.watch([replace(one, join=True)])
        await until(lambda: is_true(store, closed, key=key))
    assert closed.is_joined


async def test_a_channel_that_cannot_be_read_is_asked_for_ever_less(
    server: TelegramServer, store: Store, wire: ServedChannel, desk: ServedChannel
) -> None:
    server.world.make_private(wire)
    wire.username = "wire"
    rhythm = replace(QUICK, first_retry_s=30.0, longest_retry_s=60.0)
    one = account(server)
    async with following(one, store, [followed(wire), followed(desk)], rhythm=rhythm):
        await until(lambda: is_in(store, "wire", "private"))
        asked = server.calls["messages.GetHistory"]
        server.cut()
        await one.connected(after=1)
        server.world.post(desk, "20 killed", is_pushed=False)
        await until(lambda: is_true(store, desk))
    assert server.calls["messages.GetHistory"] - asked <= 2  # the other channel's


async def test_an_account_in_too_many_channels_reads_without_joining(
    server: TelegramServer, store: Store, wire: ServedChannel
) -> None:
    server.faults.fail("channels.JoinChannel", "CHANNELS_TOO_MUCH", times=99)
    async with following(account(server), store, [followed(wire, join=True)]):
        await until(lambda: is_in(store, "wire", "unjoined"))
        server.world.post(wire, "4 wounded")
        await until(lambda: is_true(store, wire))
    told = "the account is in as many channels as Telegram allows; leave some"
    assert (await state(store, "wire"))[1] == told


async def test_an_account_that_comes_near_the_most_channels_is_warned_once(
    server: TelegramServer, store: Store
) -> None:
    joined = [server.world.add_channel(f"desk_{number}", is_joined=True) for number in range(3)]
    with capture_logs() as logs:
        async with following(
            account(server), store, [followed(one) for one in joined], rhythm=replace(QUICK, near_cap=2)
        ):
            for one in joined:
                await until(lambda one=one: is_verified(store, one))  # type: ignore[misc]
    warned = [line for line in logs if line["event"] == "channels.near_cap"]
    assert [(line["log_level"], line["joined"] >= 2, line["most"]) for line in warned] == [("warning", True, 500)]
