"""What stands in the channels stands in the store: live, after gaps, from before."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.model.following import Peer
from monitor.model.post import PostRef
from monitor.store import Store
from monitor.telegram.history import History
from monitor.telegram.limits import Limiter, SystemClock
from tests.e2e.following import deleted, followed, following, is_true, is_verified, served, state, texts
from tests.e2e.lines import account, serving, until
from tests.telegram_server import ServedChannel, TelegramServer
from tests.telegram_server.world import Media

NOW = datetime.now(tz=UTC).replace(microsecond=0)  # noqa: TID251 - spans reach back from the machine's own clock


@pytest.fixture
def desk(server: TelegramServer) -> ServedChannel:
    return server.world.add_channel("desk", is_joined=True)


@pytest.fixture
def wire(server: TelegramServer) -> ServedChannel:
    return server.world.add_channel("wire", is_joined=False)


def fill(server: TelegramServer, channel: ServedChannel, count: int, *, days_ago: float = 1.0) -> None:
    for number in range(count):
        server.world.post(channel, f"{number} killed", date=NOW - timedelta(days=days_ago), is_pushed=False)


async def test_live_posts_edits_and_deletions_are_recorded(
    server: TelegramServer, store: Store, desk: ServedChannel
) -> None:
    async with following(account(server), store, [followed(desk)]):
        await until(lambda: is_verified(store, desk))
        post = server.world.post(desk, "12 killed")
        await until(lambda: is_true(store, desk))
        server.world.edit(desk, post, "20 killed")
        await until(lambda: is_true(store, desk))
        assert await texts(store, "desk") == {post.id: ("12 killed", "20 killed")}
        server.world.delete(desk, post)
        await until(lambda: is_true(store, desk))
    assert await deleted(store, "desk") == [post.id]


async def test_a_channel_that_is_not_joined_is_followed_by_asking(
    server: TelegramServer, store: Store, wire: ServedChannel
) -> None:
    async with following(account(server), store, [followed(wire)]):
        await until(lambda: is_verified(store, wire))
        post = server.world.post(wire, "12 killed")
        await until(lambda: is_true(store, wire))
        server.world.edit(wire, post, "20 killed")
        other = server.world.post(wire, "3 wounded")
        await until(lambda: is_true(store, wire))
        server.world.delete(wire, other)
        await until(lambda: is_true(store, wire))
    assert server.calls["channels.JoinChannel"] == 0


async def test_history_is_read_instead_where_changes_are_not_told(
    server: TelegramServer, store: Store, wire: ServedChannel
) -> None:
    server.faults.fail("updates.GetChannelDifference", "METHOD_INVALID", times=10**6)
    async with following(account(server), store, [followed(wire)]):
        await until(lambda: is_verified(store, wire))
        server.world.post(wire, "12 killed")
        await until(lambda: is_true(store, wire))
        await until(lambda: server.calls["updates.GetChannelDifference"] > 1)
    marks = await store.marks("wire")
    assert marks.state == "ok"


async def test_a_channel_is_joined_where_the_operator_says_so(
    server: TelegramServer, store: Store, wire: ServedChannel
) -> None:
    async with following(account(server), store, [followed(wire, join=True)]):
        await until(lambda: wire.is_joined)
        server.world.post(wire, "12 killed")
        await until(lambda: is_true(store, wire))
    assert server.calls["channels.JoinChannel"] == 1


async def test_first_sight_reads_the_span_that_is_wanted_newest_first(
    server: TelegramServer, store: Store, desk: ServedChannel
) -> None:
    fill(server, desk, 30, days_ago=30)
    fill(server, desk, 250, days_ago=3)

    async with following(account(server), store, [followed(desk, backfill=timedelta(days=7))]):
        await until(lambda: _has(store, "desk", 250))
    assert sorted(await texts(store, "desk")) == list(range(31, 281))
    marks = await store.marks("desk")
    assert (marks.verified_from, marks.verified_to) == (31, 280)
    assert await store.holes("desk") == ()


async def _has(store: Store, key: str, count: int) -> bool:
    return len(await texts(store, key)) >= count


async def test_a_backfill_that_was_broken_off_goes_on_where_it_was(
    server: TelegramServer, store: Store, desk: ServedChannel
) -> None:
    fill(server, desk, 450)
    async with following(account(server), store, [followed(desk)]):
        await until(lambda: _has(store, "desk", 200))
    before = server.calls["messages.GetHistory"]
    async with following(account(server), store, [followed(desk)]):
        await until(lambda: _has(store, "desk", 450))
        await until(lambda: _has_no_holes(store, "desk"))
    assert await is_true(store, desk)
    assert server.calls["messages.GetHistory"] - before <= 7


async def _has_no_holes(store: Store, key: str) -> bool:
    return await store.holes(key) == ()


async def test_a_backfill_that_is_told_to_wait_goes_on_from_where_it_was(
    server: TelegramServer, store: Store, desk: ServedChannel
) -> None:
    fill(server, desk, 450)
    clock = SystemClock()
    one = account(server, limiter=Limiter(clock=clock, absorbed=timedelta(0)))
    async with following(one, store, [followed(desk)]):
        await until(lambda: _has(store, "desk", 200))
        server.faults.flood("messages.GetHistory", 1, channel_id=desk.id)
        await until(lambda: _has_no_holes(store, "desk"))
    assert await is_true(store, desk)
    assert one.limiter.floods["messages.GetHistory"] == 1
    assert server.calls["messages.GetHistory"] == 7  # five pages, where they begin, and what was refused


async def test_posts_come_while_a_long_backfill_is_held_up(
    server: TelegramServer, store: Store, desk: ServedChannel
) -> None:
    fill(server, desk, 250)
    async with following(account(server), store, [followed(desk)]):
        await until(lambda: _has(store, "desk", 100))
        server.faults.flood("messages.GetHistory", 3600, channel_id=desk.id, times=99)
        post = server.world.post(desk, "12 killed")
        await until(lambda: _holds(store, "desk", post.id))


async def _holds(store: Store, key: str, number: int) -> bool:
    return number in await texts(store, key)


async def test_posts_missed_while_the_line_was_down_are_read_after_it_is_up(
    server: TelegramServer, store: Store, desk: ServedChannel, wire: ServedChannel
) -> None:
    one = account(server)
    async with following(one, store, [followed(desk), followed(wire)]):
        await until(lambda: is_verified(store, desk))
        await until(lambda: is_verified(store, wire))
        for channel in (desk, wire):
            fill(server, channel, 350)
        server.cut()
        await until(lambda: is_true(store, desk))
        await until(lambda: is_verified(store, desk))
        await until(lambda: is_true(store, wire))


async def test_edits_and_deletions_missed_are_found_by_looking_again(
    server: TelegramServer, store: Store, desk: ServedChannel
) -> None:
    fill(server, desk, 250)
    async with following(account(server), store, [followed(desk)]):
        await until(lambda: is_true(store, desk))
        server.world.edit(desk, desk.posts[40], "40 wounded", is_pushed=False)
        server.world.edit(desk, desk.posts[240], "240 wounded", is_pushed=False)
        server.world.delete(desk, desk.posts[250], desk.posts[130], desk.posts[20], is_pushed=False)
        server.cut()
        await until(lambda: is_true(store, desk))
    assert await deleted(store, "desk") == [20, 130, 250]
    assert (await texts(store, "desk"))[40] == ("39 killed", "40 wounded")


async def test_old_posts_are_looked_at_again_however_often_the_newest_are(
    server: TelegramServer, store: Store, desk: ServedChannel
) -> None:
    fill(server, desk, 600)
    # Between two looks at the newest page there is room for three older pages; what was edited stands on the sixth.
    limiter = Limiter(
        clock=SystemClock(), rates={"history": 4.0, "resolve": 100.0}, bursts={"history": 1, "resolve": 9}
    )
    async with following(account(server), store, [followed(desk)]):
        await until(lambda: is_true(store, desk))
    server.world.edit(desk, desk.posts[10], "10 wounded", is_pushed=False)
    wanted = followed(desk, reconcile_every=timedelta(seconds=1), recheck_posts=600)
    async with following(account(server, limiter=limiter), store, [wanted]):
        await until(lambda: is_true(store, desk))


async def test_an_update_that_was_lost_is_noticed_at_the_next_one(
    server: TelegramServer, store: Store, desk: ServedChannel
) -> None:
    async with following(account(server), store, [followed(desk)]):
        await until(lambda: is_verified(store, desk))
        first = server.world.post(desk, "12 killed")
        await until(lambda: is_true(store, desk))
        server.faults.drop_updates = 2
        server.world.edit(desk, first, "20 killed")
        server.world.post(desk, "lost on the way")
        server.world.post(desk, "3 wounded")
        await until(lambda: is_true(store, desk))


async def test_history_is_read_over_holes_in_the_ids(server: TelegramServer, store: Store, desk: ServedChannel) -> None:
    fill(server, desk, 150)
    async with following(account(server), store, [followed(desk)]):
        await until(lambda: is_verified(store, desk))
    fill(server, desk, 400)
    server.world.delete(desk, *[desk.posts[number] for number in range(151, 300)], is_pushed=False)
    server.world.delete(desk, *[desk.posts[number] for number in range(420, 440)], is_pushed=False)

    async with following(account(server), store, [followed(desk)]):
        await until(lambda: is_true(store, desk))
        await until(lambda: is_verified(store, desk))
    assert await store.holes("desk") == ()


async def test_what_a_page_shows_is_dated_by_when_it_was_asked_for(server: TelegramServer, desk: ServedChannel) -> None:
    server.world.post(desk, "12 killed")
    server.faults.delays["messages.GetHistory"] = 0.3
    one = account(server)
    async with serving(one):
        asked = one.clock.now()
        peer = Peer(telegram_id=desk.id, access_hash=desk.access_hash)
        page = await History(one, peer, channel="desk", names={}).newest()
        answered = one.clock.now()

    # An edit that is pushed while the answer is under way is dated later than the older text in it.
    assert asked <= page.asked_at < answered - timedelta(seconds=0.2)
    assert [seen.observed_at for seen in page.observations] == [page.asked_at]


async def test_a_flood_on_one_channel_holds_up_no_other(
    server: TelegramServer, store: Store, desk: ServedChannel, wire: ServedChannel
) -> None:
    for channel in (desk, wire):
        fill(server, channel, 20)
    server.faults.flood("messages.GetHistory", 3600, channel_id=desk.id, times=99)
    one = account(server)
    async with following(one, store, [followed(desk), followed(wire)]):
        await until(lambda: is_verified(store, wire))
    assert (await store.marks("desk")).verified_to is None
    assert await state(store, "desk") == ("ok", None)
    assert one.limiter.floods["messages.GetHistory"] == 1


async def test_names_are_looked_up_once_in_the_life_of_a_channel(
    server: TelegramServer, store: Store, wire: ServedChannel
) -> None:
    one = account(server)
    for _ in range(2):
        async with following(one, store, [followed(wire)]):
            server.world.post(wire, "12 killed", is_pushed=False)
            await until(lambda: is_true(store, wire))
    assert server.calls["contacts.ResolveUsername"] == 1


async def test_names_of_joined_channels_are_not_looked_up_at_all(server: TelegramServer, store: Store) -> None:
    joined = [server.world.add_channel(f"desk_{number:03}", is_joined=True) for number in range(230)]
    for channel in joined:
        server.world.post(channel, "12 killed", is_pushed=False)
    wanted = [joined[0], joined[120], joined[229]]
    async with following(account(server), store, [followed(channel) for channel in wanted]):
        for channel in wanted:
            await until(lambda channel=channel: is_true(store, channel))  # type: ignore[misc]
    assert server.calls["contacts.ResolveUsername"] == 0
    assert server.calls["messages.GetDialogs"] == 3


async def test_channels_can_be_added_and_taken_off_while_following(
    server: TelegramServer, store: Store, desk: ServedChannel, wire: ServedChannel
) -> None:
    async with following(account(server), store, [followed(desk), followed(wire)]) as follower:
        follower.watch([followed(desk)])
        await until(lambda: is_verified(store, desk))
        server.world.post(desk, "12 killed")
        await until(lambda: is_true(store, desk))
        follower.watch([followed(wire)])
        server.world.post(desk, "not followed any more")
        server.world.post(wire, "3 wounded")
        await until(lambda: is_true(store, wire))
    assert len(await texts(store, "desk")) == 1
    assert len(served(desk)) == 2


async def test_a_request_for_older_posts_is_worked_off(
    server: TelegramServer, store: Store, desk: ServedChannel
) -> None:
    fill(server, desk, 120, days_ago=60)
    fill(server, desk, 120, days_ago=30)
    fill(server, desk, 20)
    async with following(account(server), store, [followed(desk)]):
        await until(lambda: is_verified(store, desk))
        number = await store.ask_backfill("desk", since=NOW - timedelta(days=45), at=NOW)
        await until(lambda: _is_done(store, number))
    assert sorted(await texts(store, "desk")) == list(range(121, 261))


async def _is_done(store: Store, number: int) -> bool:
    asked = await store.backfill(number)
    return asked is not None and asked.state == "done"


async def test_an_album_is_kept_part_by_part_with_its_caption(
    server: TelegramServer, store: Store, desk: ServedChannel
) -> None:
    async with following(account(server), store, [followed(desk)]):
        await until(lambda: is_verified(store, desk))
        parts = server.world.album(desk, "12 killed", parts=[Media(content=b"a"), Media(content=b"b")])
        await until(lambda: _holds(store, "desk", parts[-1].id))
    first, second = [await store.read_post(PostRef(channel="desk", message_id=part.id)) for part in parts]
    assert first is not None
    assert second is not None
    assert first.post.grouped_id == second.post.grouped_id == parts[0].grouped_id
    assert (first.post.text, second.post.text) == ("12 killed", "")
