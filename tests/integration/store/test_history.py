"""What was read of a channel's history, how the channel is reached, and what more of it is asked for."""

import pytest

from monitor.errors import SkipError, StoreError
from monitor.model.following import Hole, Marks, Peer, Stretch
from monitor.model.post import Channel
from monitor.store import Store
from tests.integration.store.builders import at, gone, seen

ACCOUNT = 42


def _stretch(first: int, last: int, *, hour: float = 1, missing_from: int | None = None) -> Stretch:
    return Stretch(from_id=first, to_id=last, at=at(hour), missing_from=missing_from)


async def _marks(store: Store) -> tuple[int | None, int | None]:
    marks = await store.marks("desk")
    return marks.verified_from, marks.verified_to


@pytest.fixture
async def desk(store: Store) -> Store:
    await store.declare_channels([Channel(key="desk")])
    return store


async def test_the_first_reading_sets_both_marks_and_owes_what_it_left_out(desk: Store) -> None:
    await desk.record_history("desk", _stretch(51, 60, missing_from=11), [seen(number=60)])

    assert await _marks(desk) == (11, 60)
    assert await desk.holes("desk") == (Hole(from_id=11, to_id=50, found_at=at(1)),)
    await desk.record_history("desk", _stretch(31, 50), [seen(number=40)])
    await desk.record_history("desk", _stretch(11, 30), [])
    assert await desk.holes("desk") == ()
    assert await _marks(desk) == (11, 60)


async def test_only_what_touches_the_verified_stretch_moves_its_ends(desk: Store) -> None:
    await desk.record_history("desk", _stretch(10, 20), [])
    await desk.record_history("desk", _stretch(31, 40), [seen(number=35)])
    assert await _marks(desk) == (10, 20)

    await desk.record_history("desk", _stretch(21, 40), [])
    await desk.record_history("desk", _stretch(5, 9), [])
    assert await _marks(desk) == (5, 40)


async def test_an_empty_channel_is_verified_from_its_first_post_on(desk: Store) -> None:
    await desk.record_history("desk", _stretch(1, 0), [])
    assert await _marks(desk) == (1, 0)

    await desk.record_history("desk", _stretch(1, 3), [seen(number=3)])
    assert await _marks(desk) == (1, 3)
    (status,) = (await desk.status()).channels
    assert (status.verified_at, status.checked_at) == (at(1), at(1))


async def test_posts_that_are_gone_are_not_present(desk: Store) -> None:
    await desk.record([seen(number=1), seen(number=2), seen(number=3), gone(number=2, hour=2), seen(number=9)])

    assert await desk.present_ids("DESK", from_id=1, to_id=8) == (1, 3)


async def test_a_channel_is_reached_by_the_account_that_looked_it_up(desk: Store) -> None:
    found = Peer(telegram_id=7, access_hash=-99, handle="desk", title="The desk")
    await desk.note_peer("desk", found, account=ACCOUNT, at=at(1))
    renamed = Peer(telegram_id=7, access_hash=-98, handle="desk2", title="The desk")
    await desk.note_peer("desk", renamed, account=ACCOUNT, at=at(2))

    assert await desk.peers(account=ACCOUNT) == {"desk": renamed}
    assert await desk.peers(account=43) == {}
    assert await desk.marks("desk") == Marks(telegram_id=7)


async def test_a_key_never_changes_its_channel(desk: Store) -> None:
    await desk.declare_channels([Channel(key="other")])
    await desk.note_peer("desk", Peer(telegram_id=7, access_hash=1), account=ACCOUNT, at=at(1))

    with pytest.raises(SkipError, match="desk now leads to channel 8, its posts are those of channel 7"):
        await desk.note_peer("desk", Peer(telegram_id=8, access_hash=1), account=ACCOUNT, at=at(2))
    with pytest.raises(SkipError, match="other leads to channel 7, which is stored as desk"):
        await desk.note_peer("other", Peer(telegram_id=7, access_hash=1), account=ACCOUNT, at=at(2))


async def test_a_backfill_is_done_when_its_holes_are_filled(desk: Store) -> None:
    await desk.record_history("desk", _stretch(50, 60), [])
    number = await desk.ask_backfill("desk", since=at(-48), at=at(2))
    (asked,) = await desk.open_backfills()
    assert (asked.id, asked.channel, asked.since, asked.state) == (number, "desk", at(-48), "waiting")

    await desk.begin_backfill(asked, from_id=20, at=at(3))
    await desk.finish_backfills("desk", at=at(3))
    assert await desk.holes("desk") == (Hole(from_id=20, to_id=49, found_at=at(3)),)
    assert [one.state for one in await desk.open_backfills()] == ["reading"]

    await desk.record_history("desk", _stretch(20, 49), [])
    await desk.finish_backfills("desk", at=at(4))
    done = await desk.backfill(number)
    assert done is not None
    assert (done.state, done.done_at) == ("done", at(4))
    assert await desk.open_backfills() == ()


async def test_a_backfill_that_cannot_be_met_says_why(desk: Store) -> None:
    number = await desk.ask_backfill("desk", since=at(-48), at=at(2))
    (asked,) = await desk.open_backfills()
    await desk.fail_backfill(asked, reason="the channel is private", at=at(3))

    failed = await desk.backfill(number)
    assert failed is not None
    assert (failed.state, failed.reason) == ("failed", "the channel is private")


async def test_nothing_is_asked_of_a_channel_that_is_not_known(store: Store) -> None:
    with pytest.raises(StoreError, match="channel nobody: not in the database"):
        await store.ask_backfill("nobody", since=at(0), at=at(1))
    assert await store.marks("nobody") == Marks()
