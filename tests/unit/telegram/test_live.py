"""What is pushed is recorded at once; what cannot be taken is left to the reconciler, and never to chance."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from telethon.tl import types

from monitor.errors import StoreError
from monitor.model.following import Followed, MediaPlan, Recorded
from monitor.model.post import Observation
from monitor.telegram.live import LiveFeed
from monitor.telegram.media import MediaFetcher
from monitor.telegram.target import Target
from tests.unit.telegram.clocks import FakeClock

POSTED = datetime(2024, 7, 27, 6, tzinfo=UTC)
DESK, WIRE = 1_000_000_001, 1_000_000_002


@dataclass
class FakeStore:
    """Keeps what is recorded; refuses so many times first."""

    refusals: int = 0
    kept: list[Observation] = field(default_factory=list)
    is_full: asyncio.Event = field(default_factory=asyncio.Event)
    enough: int = 1

    async def record(self, observations: Sequence[Observation]) -> Recorded:
        if self.refusals:
            self.refusals -= 1
            raise StoreError("disk full")
        self.kept += observations
        if len(self.kept) >= self.enough:
            self.is_full.set()
        return Recorded(new_posts=len(observations))


class Feed:
    """A feed for two channels, and what it asked to be looked at early."""

    def __init__(self, store: FakeStore, *, room: int = 100) -> None:
        self.early: list[str] = []
        self.told: list[Recorded] = []
        self.targets = {
            number: Target(followed=Followed(key=key), due=0.0) for number, key in ((DESK, "desk"), (WIRE, "wire"))
        }
        self.live = LiveFeed(
            store,  # type: ignore[arg-type]  # all that a feed calls
            clock=FakeClock(),
            targets=self.targets,
            names={},
            announce=self.told.append,
            look_early=lambda target: self.early.append(target.key),
            offer=MediaFetcher(None, None, plan=MediaPlan()).offer,  # type: ignore[arg-type]  # nothing here has media
            room=room,
        )

    def push(self, *updates: Any) -> None:
        self.live.take(types.Updates(updates=list(updates), users=[], chats=[], date=POSTED, seq=0))

    async def recorded(self, store: FakeStore) -> None:
        task = asyncio.ensure_future(self.live.record())
        await asyncio.wait_for(store.is_full.wait(), 5)
        task.cancel()


def new(number: int, *, channel: int = DESK, pts: int | None = None, text: str = "12 killed") -> Any:
    message = types.Message(id=number, peer_id=types.PeerChannel(channel), date=POSTED, message=text, post=True)
    return types.UpdateNewChannelMessage(message, pts=number if pts is None else pts, pts_count=1)


async def test_a_feed_that_is_full_leaves_the_rest_to_the_reconciler() -> None:
    store = FakeStore(enough=2)
    feed = Feed(store, room=2)
    feed.push(new(1), new(2), new(3))
    feed.push(new(1, channel=WIRE))

    assert feed.early == ["desk", "wire"]
    await feed.recorded(store)
    assert [one.ref.message_id for one in store.kept] == [1, 2]


async def test_a_database_that_refuses_is_asked_again_and_nothing_is_lost() -> None:
    store = FakeStore(refusals=3, enough=2)
    feed = Feed(store)
    feed.push(new(1), new(2))

    await feed.recorded(store)
    assert [one.ref.message_id for one in store.kept] == [1, 2]
    assert feed.told == [Recorded(new_posts=2)]


async def test_what_is_left_at_the_end_is_recorded() -> None:
    store = FakeStore()
    feed = Feed(store)
    feed.push(new(1))

    await feed.live.flush()
    assert len(store.kept) == 1


async def test_a_gap_in_the_changes_makes_the_reconciler_look() -> None:
    feed = Feed(FakeStore())
    feed.push(new(1, pts=10))
    assert feed.early == []
    feed.push(new(2, pts=11))
    assert feed.early == []
    feed.push(new(4, pts=13))
    assert feed.early == ["desk"]


async def test_changes_that_are_known_already_make_nobody_look() -> None:
    feed = Feed(FakeStore())
    feed.targets[DESK].pts = 20
    feed.push(new(2, pts=11))
    assert feed.early == []


async def test_too_many_changes_make_the_reconciler_look() -> None:
    feed = Feed(FakeStore())
    feed.push(types.UpdateChannelTooLong(WIRE))
    assert feed.early == ["wire"]
    feed.live.take(types.UpdatesTooLong())
    assert feed.early == ["wire", "desk", "wire"]


async def test_a_message_that_cannot_be_read_takes_no_other_with_it() -> None:
    store = FakeStore()
    feed = Feed(store)
    broken = new(1)
    broken.message.entities = [object.__new__(types.MessageEntityBold)]
    feed.push(broken, new(2))

    assert feed.early == ["desk"]
    await feed.recorded(store)
    assert [one.ref.message_id for one in store.kept] == [2]


async def test_what_is_not_followed_is_passed_over() -> None:
    feed = Feed(FakeStore())
    person = types.Message(id=1, peer_id=types.PeerUser(7), date=POSTED, message="hello")
    feed.push(new(1, channel=5), types.UpdateNewMessage(person, 1, 1), types.UpdateUserTyping(7, None))
    feed.live.take(types.UpdateShort(types.UpdateUserTyping(7, None), POSTED))

    assert (feed.live.waiting, feed.early) == (0, [])
