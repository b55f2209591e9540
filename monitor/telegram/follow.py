"""Following channels: live posts for speed, the reconciler for truth, each channel in its turn, none in another's way."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Never

import structlog
from telethon import errors
from telethon.tl import functions, types

from monitor.errors import LostAccountError, RetryError, StoreError
from monitor.model.following import OK, READ_STATES, RENAMED, UNJOINED, Followed, MediaPlan, Recorded
from monitor.telegram import channels
from monitor.telegram.channels import ChannelError, Directory, Trouble
from monitor.telegram.client import Account
from monitor.telegram.history import PAGE
from monitor.telegram.ledger import Ledger
from monitor.telegram.live import LiveFeed
from monitor.telegram.media import MediaFetcher
from monitor.telegram.reconcile import Reconciler
from monitor.telegram.target import Target

_MOST_JOINED = 500  # channels that Telegram lets one account join

_log = structlog.get_logger()
Job = Callable[[Target], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """How often things are done, in seconds, and how many at most.

    Channels that are not joined are not pushed by Telegram: changes to them are asked for every ``poll_every_s``, or as
    often as ``polls_per_s`` for all of them allows.
    """

    at_once: int = 8  # channels that are read at the same time
    poll_every_s: float = 20.0
    polls_per_s: float = 4.0
    gap_s: float = 0.5  # what came out of order is given so long to arrive before history is read
    backfills_every_s: float = 5.0
    first_retry_s: float = 900.0  # of a channel that is closed, gone or refused; doubles up to the longest
    odd_retry_s: float = 5.0  # of one whose reading went wrong for a reason that may pass; doubles up to the longest
    longest_retry_s: float = 6 * 3600.0
    store_retry_s: float = 5.0
    near_cap: int = 450  # joined channels from which on a warning is due


@dataclass(slots=True, kw_only=True)
class Follower:
    """Follows channels over one account, until cancelled.

    The channels must be declared in the store. ``announce`` is told what each commit brought, so that it can be read at once.
    Serve the account in another task.
    """

    account: Account
    store: Ledger
    announce: Callable[[Recorded], None]
    rhythm: Rhythm = field(default_factory=Rhythm)
    media: MediaPlan = field(default_factory=MediaPlan)
    _targets: dict[str, Target] = field(default_factory=dict)
    _by_id: dict[int, Target] = field(default_factory=dict)
    _names: dict[int, str] = field(default_factory=dict)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _is_near_cap: bool = False
    _live: LiveFeed = field(init=False)
    _reconciler: Reconciler = field(init=False)
    _fetcher: MediaFetcher = field(init=False)
    _directory: Directory = field(init=False)

    def __post_init__(self) -> None:
        """Put the parts together."""
        self._directory = Directory(self.account, self.store)
        self._fetcher = MediaFetcher(self.account, self.store, plan=self.media)
        self._live = LiveFeed(
            self.store,
            clock=self.account.clock,
            targets=self._by_id,
            names=self._names,
            announce=self.announce,
            look_early=self._look_early,
            offer=self._fetcher.offer,
        )
        self._reconciler = Reconciler(
            self.account, self.store, announce=self.announce, names=self._names, offer=self._fetcher.offer
        )
        self.account.take_updates(self._live.take)

    @property
    def queue_depth(self) -> int:
        """How many observations wait to be recorded."""
        return self._live.waiting

    def watch(self, wanted: Sequence[Followed]) -> None:
        """Follow exactly these channels from now on; those followed before and still wanted go on undisturbed."""
        now = self.account.clock.monotonic()
        held = self._targets
        self._targets = {one.key.casefold(): self._target(one, now=now) for one in wanted}
        for target in held.values():
            if target.peer is not None and self._targets.get(target.key.casefold()) is not target:
                self._by_id.pop(target.peer.telegram_id, None)
        self._wake.set()

    def _target(self, followed: Followed, *, now: float) -> Target:
        held = self._targets.get(followed.key.casefold())
        if held is None or held.followed.telegram_id != followed.telegram_id:
            return Target(followed=followed, due=now)
        if held.followed != followed:
            held.followed, held.due = followed, now
        return held

    async def run(self) -> Never:
        """Follow until cancelled; then what was heard is recorded before this ends."""
        slots = asyncio.Semaphore(self.rhythm.at_once)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._live.record(), name="live")
                group.create_task(self._after_each_connection(), name="connections")
                group.create_task(self._work_off_backfills(), name="backfills")
                group.create_task(self._fetcher.run(), name="media")
                while True:
                    await slots.acquire()
                    target, job = await self._next()
                    target.is_busy = True
                    task = group.create_task(self._do(target, job), name=f"read {target.key}")
                    task.add_done_callback(lambda _task: slots.release())
        finally:
            await self._live.flush()

    # --- whose turn it is

    async def _next(self) -> tuple[Target, Job]:
        while True:
            await self.account.connected()
            self._wake.clear()
            now = self.account.clock.monotonic()
            idle = [target for target in self._targets.values() if not target.is_busy]
            due = [target for target in idle if target.due <= now]
            if due:
                return min(due, key=lambda target: target.due), self._verify
            if polled := [one for one in idle if self._is_polled(one) and one.poll_due <= now]:
                return min(polled, key=lambda target: target.poll_due), self._poll
            known = [one for one in idle if one.peer is not None and one.rest_until <= now]
            if slow := [one for one in known if one.has_holes or one.recheck_below is not None]:
                target = min(slow, key=lambda target: target.stamp)
                target.stamp = now
                # In turn, so that neither a long backfill nor the many posts of a busy channel keep the other waiting.
                is_recheck = target.recheck_below is not None and not (target.has_holes and target.was_rechecked)
                target.was_rechecked = is_recheck
                return target, self._recheck if is_recheck else self._fill
            await self._until_due(idle, now=now)

    async def _until_due(self, idle: Sequence[Target], *, now: float) -> None:
        times = [target.due for target in idle]
        times += [target.poll_due for target in idle if self._is_polled(target)]
        times += [
            one.rest_until for one in idle if one.peer is not None and (one.has_holes or one.recheck_below is not None)
        ]
        try:
            async with asyncio.timeout(max(min(times, default=now + 60.0) - now, 0.01)):
                await self._wake.wait()
        except TimeoutError:
            return

    @staticmethod
    def _is_polled(target: Target) -> bool:
        return not target.is_member and target.peer is not None and target.pts is not None

    def _look_early(self, target: Target) -> None:
        target.due = min(target.due, self.account.clock.monotonic() + self.rhythm.gap_s)
        self._wake.set()

    async def _after_each_connection(self) -> Never:
        """Look at every channel after each connection: what was posted meanwhile is pushed to nobody."""
        number = 0
        while True:
            number = await self.account.connected(after=number)
            now = self.account.clock.monotonic()
            for target in self._targets.values():
                if not target.failures:  # what cannot be read is not asked for more often because the line is bad
                    target.due = min(target.due, now)
            self._wake.set()

    async def _do(self, target: Target, job: Job) -> None:
        now = self.account.clock.monotonic
        try:
            await job(target)
        except RetryError as error:
            target.rest_until = now() + error.after.total_seconds()
            if job == self._verify:
                target.due = target.rest_until
            elif job == self._poll:
                target.poll_due = target.rest_until
            _log.info("channel.postponed", channel=target.key, reason=str(error))
        except (ChannelError, errors.RPCError) as error:
            await self._note_trouble(target, error)
        except StoreError as error:
            target.due = target.rest_until = now() + self.rhythm.store_retry_s
            _log.error("store.refused", channel=target.key, reason=str(error))
        except LostAccountError:
            target.due = now() + self.rhythm.first_retry_s  # whoever serves the account tells it
        except Exception as error:  # noqa: BLE001 - one channel that breaks the reading must not stop the others
            _log.exception("channel.failed", channel=target.key)
            await self._note_trouble(target, error)
        finally:
            target.is_busy = False
            self._wake.set()

    # --- what is done

    async def _verify(self, target: Target) -> None:
        if target.peer is None:
            target.peer = await self._directory.reach(target.followed)
            if self._targets.get(target.key.casefold()) is not target:
                return  # taken off the list meanwhile
            self._by_id[target.peer.telegram_id] = target
            self._names[target.peer.telegram_id] = target.key
        started = self.account.clock.monotonic()
        target.due = target.next_look(started)
        try:
            page = await self._reconciler.verify(target)
        except errors.ChannelInvalidError:
            target.peer = await self._directory.look_again(target.followed)
            page = await self._reconciler.verify(target)
        target.is_member = channels.is_member(page.chat)
        target.failures = 0
        if target.followed.join and not target.is_member and target.join_due <= started:
            await self._join(target)
        await self._note_well(target, page.chat)
        self._warn_near_cap()

    async def _join(self, target: Target) -> None:
        """Join a channel, if that is allowed now; it is read anyway."""
        if target.peer is None:
            return
        now = self.account.clock.monotonic()
        try:
            await channels.join(self.account, target.peer, channel=target.key)
        except RetryError as error:
            target.join_due = now + error.after.total_seconds()
        except (ChannelError, errors.RPCError) as error:
            target.join_due = now + self.rhythm.longest_retry_s
            target.unjoined = (await channels.trouble(self.account, target.peer, error, channel=target.key)).reason
        else:
            target.is_member, target.unjoined = True, None
            target.due = now  # what was posted between reading and joining

    async def _fill(self, target: Target) -> None:
        await self._reconciler.fill(target)

    async def _recheck(self, target: Target) -> None:
        await self._reconciler.recheck(target)

    async def _poll(self, target: Target) -> None:
        """Ask for the changes to a channel that Telegram does not push."""
        now = self.account.clock.monotonic()
        polled = sum(self._is_polled(one) for one in self._targets.values())
        target.poll_due = now + max(self.rhythm.poll_every_s, polled / self.rhythm.polls_per_s)
        if target.peer is None or target.pts is None:
            return
        request = functions.updates.GetChannelDifferenceRequest(
            channel=types.InputChannel(target.peer.telegram_id, target.peer.access_hash),
            filter=types.ChannelMessagesFilterEmpty(), pts=target.pts, limit=PAGE,
        )  # fmt: skip
        try:
            at, answer = await self.account.ask(request, budget="history", channel=target.key)
        except errors.RPCError as error:
            # Whether the channel can be read, and what stands there, its history tells.
            _log.info("channel.poll_refused", channel=target.key, reason=str(error))
            target.due = now
            return
        match answer:
            case types.updates.ChannelDifference():
                new = [
                    types.UpdateNewChannelMessage(message, pts=None, pts_count=None) for message in answer.new_messages
                ]
                self._live.take_each([*new, *answer.other_updates], chats=answer.chats, at=at, has_gaps=False)
                target.pts = answer.pts
                if not answer.final:
                    target.poll_due = now
            case types.updates.ChannelDifferenceTooLong():
                target.due = now
            case _:
                target.pts = answer.pts

    async def _work_off_backfills(self) -> Never:
        while True:
            await self.account.clock.sleep(self.rhythm.backfills_every_s)
            await self.account.connected()
            try:
                for asked in await self.store.open_backfills():
                    target = self._targets.get(asked.channel.casefold())
                    if asked.state == "waiting" and target is not None and target.peer is not None:
                        await self._begin_backfill(target, asked)
            except StoreError as error:
                _log.error("store.refused", reason=str(error))

    async def _begin_backfill(self, target: Target, asked: Any) -> None:
        try:
            await self._reconciler.begin_backfill(target, asked)
        except (RetryError, LostAccountError):
            return  # it waits on
        except errors.RPCError as error:
            told = await channels.trouble(self.account, target.peer, error, channel=target.key)
            await self.store.fail_backfill(asked, reason=told.reason, at=self.account.clock.now())
        self._wake.set()

    # --- how channels are

    async def _note_well(self, target: Target, chat: Any) -> None:
        peer, followed = target.peer, target.followed
        if peer is None or chat is None or isinstance(chat, types.ChannelForbidden):
            return
        now = channels.peer_of(chat)
        if (now.handle, now.title) != (peer.handle, peer.title):
            target.peer = await self._directory.keep(followed, now)
        is_renamed = followed.handle is not None and (now.handle or "").casefold() != followed.handle.casefold()
        if target.unjoined is not None and not target.is_member:
            await self._note_state(target, Trouble(state=UNJOINED, reason=target.unjoined))
        elif not is_renamed:
            await self._note_state(target, Trouble(state=OK, reason=""))
        elif target.state != RENAMED:
            elsewhere = await channels.name_leads_elsewhere(self.account, followed, now)
            reason = f"now @{now.handle}" if now.handle else "it has no public name any more"
            reason = reason if elsewhere is None else f"{reason}; {elsewhere}"
            await self._note_state(target, Trouble(state=RENAMED, reason=f"{reason}; mend the entry"))

    async def _note_trouble(self, target: Target, error: Exception) -> None:
        is_told = isinstance(error, ChannelError | errors.ChannelPrivateError | errors.ChannelInvalidError)
        first = self.rhythm.first_retry_s if is_told else self.rhythm.odd_retry_s
        pause = min(first * 2**target.failures, self.rhythm.longest_retry_s)
        target.failures = min(target.failures + 1, 30)
        target.due = target.poll_due = target.rest_until = self.account.clock.monotonic() + pause
        try:
            told = await channels.trouble(self.account, target.peer, error, channel=target.key)
            await self._note_state(target, told)
        except (StoreError, LostAccountError) as refused:
            _log.error("channel.state_not_noted", channel=target.key, reason=str(refused))

    async def _note_state(self, target: Target, told: Trouble) -> None:
        if target.state is None:
            target.state = (await self.store.marks(target.key)).state
        if target.state == told.state:
            if told.state in READ_STATES:
                return
        elif told.state == OK:
            _log.info("channel.recovered", channel=target.key)
        else:
            event = "channel.changed" if told.state in READ_STATES else "channel.lost"
            _log.warning(event, channel=target.key, state=told.state, reason=told.reason)
        target.state = told.state
        await self.store.note_state(
            target.key, state=told.state, reason=told.reason or None, at=self.account.clock.now()
        )

    def _warn_near_cap(self) -> None:
        joined = sum(target.is_member for target in self._targets.values())
        if joined >= self.rhythm.near_cap and not self._is_near_cap:
            _log.warning("channels.near_cap", joined=joined, most=_MOST_JOINED)
        self._is_near_cap = joined >= self.rhythm.near_cap
