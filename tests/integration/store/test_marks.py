"""How far a channel's history can be trusted, and how the channel is: marks only move forward."""

import pytest

from monitor.errors import StoreError
from monitor.model.following import Hole
from monitor.model.post import Channel
from monitor.store import ChannelStatus, Store
from tests.integration.store.builders import at, seen


async def _desk(store: Store) -> ChannelStatus:
    (status,) = (await store.status()).channels
    return status


async def test_the_verified_mark_never_moves_back(store: Store) -> None:
    await store.record([seen()])
    await store.note_verified("desk", message_id=50, at=at(5))
    await store.note_verified("DESK", message_id=40, at=at(6))
    await store.note_verified("desk", message_id=45, at=at(4))

    desk = await _desk(store)
    assert (desk.verified_to, desk.verified_at) == (50, at(6))
    assert await store.last_verified() == at(6)


async def test_recording_does_not_verify(store: Store) -> None:
    await store.record([seen(number=9)])

    desk = await _desk(store)
    assert (desk.highest_seen, desk.verified_to, desk.verified_at) == (9, None, None)


async def test_holes_are_kept_until_they_are_read(store: Store) -> None:
    await store.record([seen()])
    await store.note_hole("desk", from_id=10, to_id=20, at=at(2))
    await store.note_hole("desk", from_id=10, to_id=20, at=at(3))
    await store.note_hole("desk", from_id=30, to_id=30, at=at(3))

    assert (await _desk(store)).holes == 12
    await store.note_filled("desk", from_id=14, to_id=16)
    assert await store.holes("desk") == (
        Hole(from_id=10, to_id=13, found_at=at(2)),
        Hole(from_id=17, to_id=20, found_at=at(2)),
        Hole(from_id=30, to_id=30, found_at=at(3)),
    )
    await store.note_filled("desk", from_id=1, to_id=99)
    assert await store.holes("desk") == ()
    assert (await _desk(store)).holes == 0


async def test_a_channel_is_in_its_state_since_it_got_into_it(store: Store) -> None:
    await store.declare_channels([Channel(key="desk")])
    assert ((await _desk(store)).state, (await _desk(store)).state_since) == ("ok", None)

    await store.note_state("desk", state="private", reason="joining is needed", at=at(1))
    await store.note_state("desk", state="private", reason="still private", at=at(2))
    await store.note_state("desk", state="ok", reason=None, at=at(1.5))

    desk = await _desk(store)
    assert (desk.state, desk.state_reason, desk.state_since, desk.checked_at) == (
        "private",
        "still private",
        at(1),
        at(2),
    )
    await store.note_state("desk", state="ok", reason=None, at=at(3))
    desk = await _desk(store)
    assert (desk.state, desk.state_reason, desk.state_since) == ("ok", None, at(3))


async def test_a_channel_that_is_not_known_is_named(store: Store) -> None:
    with pytest.raises(StoreError, match="channel nobody: not in the database"):
        await store.note_verified("nobody", message_id=1, at=at(1))


async def test_channels_come_in_one_order_on_every_database(store: Store) -> None:
    names = ["b_desk", "Adesk", "b2desk", "aDesk2", "bdesk", "a_desk", "Bdesk3"]
    await store.record([seen(channel=name) for name in names])

    assert [channel.key for channel in await store.channels()] == sorted(names, key=str.casefold)
    assert [post.post.ref.channel async for post in store.posts()] == sorted(names, key=str.casefold)


async def test_a_declaration_replaces_the_one_before_and_keeps_the_id(store: Store) -> None:
    await store.declare_channels([Channel(key="desk", name="Desk", telegram_id=7, alignment="RU", tags=("a",))])
    await store.declare_channels([Channel(key="DESK", name="The desk", family="desks")])

    assert await store.channels() == (Channel(key="desk", name="The desk", telegram_id=7, family="desks"),)
