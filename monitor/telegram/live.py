"""What Telegram pushes: posts, edits and deletions as they happen, put in a queue of their own and recorded at once.

Speed, not truth: what is lost, late or out of order here the reconciler finds. A gap that can be seen makes it look early.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import structlog
from telethon.tl import types

from monitor.errors import StoreError
from monitor.model.following import Recorded
from monitor.model.post import Observation
from monitor.telegram.convert import channel_titles, gone, handles, observation
from monitor.telegram.history import Offer
from monitor.telegram.ledger import Ledger
from monitor.telegram.limits import Clock
from monitor.telegram.target import Target

QUEUE = 5000  # observations: some minutes of the busiest day; beyond, the reconciler has to find them
BATCH = 200  # observations a transaction
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0  # seconds between two tries to write to a database that refuses

_log = structlog.get_logger()


class LiveFeed:
    """Takes updates for the channels in ``targets`` (by bare id) and records what they say.

    ``look_early`` is called with each channel about which something was missed, or that is not as it was; ``offer`` with
    each message, for its media.
    """

    def __init__(
        self,
        store: Ledger,
        *,
        clock: Clock,
        targets: Mapping[int, Target],
        names: Mapping[int, str],
        announce: Callable[[Recorded], None],
        look_early: Callable[[Target], None],
        offer: Offer,
        room: int = QUEUE,
    ) -> None:
        self._store, self._clock, self._targets, self._names = store, clock, targets, names
        self._announce, self._look_early = announce, look_early
        self._offer = offer
        self._queue: asyncio.Queue[Observation] = asyncio.Queue(maxsize=room)
        self._batch: list[Observation] = []

    @property
    def waiting(self) -> int:
        """How many observations wait to be recorded."""
        return self._queue.qsize()

    def take(self, updates: Any) -> None:
        """Take one ``Updates`` object from the wire. Never waits and never raises."""
        if isinstance(updates, types.UpdatesTooLong):
            for target in self._targets.values():
                self._look_early(target)
            return
        found = getattr(updates, "updates", None) or [getattr(updates, "update", None)]
        self.take_each(found, chats=getattr(updates, "chats", ()), at=self._clock.now())

    def take_each(self, updates: Iterable[Any], *, chats: Sequence[Any], at: datetime, has_gaps: bool = True) -> None:
        """Take updates that were so at ``at`` (no earlier than that); ``has_gaps`` says that some may be missing."""
        names, titles = {**handles(chats), **self._names}, channel_titles(chats)
        for update in updates:
            target = self._targets.get(_channel_id(update))
            if target is None:
                continue
            if has_gaps and _is_gap(target, update):
                self._look_early(target)
            try:
                observed = _observations(update, channel=target.key, at=at, names=names, titles=titles)
                if isinstance(getattr(update, "message", None), types.Message):
                    self._offer(update.message, channel=target.key)
            except Exception:  # noqa: BLE001 - one message that cannot be read must not end the line; it will be read again
                _log.exception("update.unreadable", channel=target.key, update=type(update).__name__)
                self._look_early(target)
                continue
            self._put(target, observed)

    def _put(self, target: Target, observed: Iterable[Observation]) -> None:
        for one in observed:
            target.forget(one.ref.message_id)
            try:
                self._queue.put_nowait(one)
            except asyncio.QueueFull:
                self._look_early(target)

    async def record(self) -> None:
        """Record what comes, in the order in which it came, until cancelled."""
        while True:
            if not self._batch:
                self._batch.append(await self._queue.get())
            while len(self._batch) < BATCH and not self._queue.empty():
                self._batch.append(self._queue.get_nowait())
            await self._write()

    async def flush(self) -> None:
        """Record what is left: the last thing to do."""
        self._batch += [self._queue.get_nowait() for _ in range(self._queue.qsize())]
        try:
            await self._write_once()
        except StoreError as error:
            _log.error("store.refused", reason=str(error), lost=len(self._batch))

    async def _write(self) -> None:
        pause = _FIRST_PAUSE
        while True:
            try:
                return await self._write_once()
            except StoreError as error:
                # Posts wait in the queue meanwhile; when it is full the reconciler takes over.
                _log.error("store.refused", reason=str(error), waiting=self._queue.qsize())
            await self._clock.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    async def _write_once(self) -> None:
        if self._batch:
            recorded = await self._store.record(self._batch)
            self._batch.clear()  # only now: who is cancelled before does not know whether it was committed
            self._announce(recorded)


def _channel_id(update: Any) -> int:
    match update:
        case types.UpdateNewChannelMessage() | types.UpdateEditChannelMessage():
            return int(getattr(update.message.peer_id, "channel_id", 0))
        case _:
            return int(getattr(update, "channel_id", 0))


def _is_gap(target: Target, update: Any) -> bool:
    """Return whether there is more to the channel than is heard here; note how far its changes were heard of."""
    if isinstance(update, types.UpdateChannelTooLong | types.UpdateChannel):  # the latter: renamed, closed, banned
        return True
    pts, count = getattr(update, "pts", None), getattr(update, "pts_count", None)
    if pts is None or count is None:
        return False
    known, target.pts = target.pts, max(pts, target.pts or 0)
    return known is not None and known < pts - count


def _observations(
    update: Any, *, channel: str, at: datetime, names: Mapping[int, str], titles: Mapping[int, str]
) -> list[Observation]:
    match update:
        case (
            types.UpdateNewChannelMessage(message=types.Message())
            | types.UpdateEditChannelMessage(message=types.Message())
        ):
            return [observation(update.message, channel=channel, observed_at=at, names=names, titles=titles)]
        case types.UpdateDeleteChannelMessages():
            return [gone(number, channel=channel, observed_at=at) for number in update.messages]
        case _:
            return []
