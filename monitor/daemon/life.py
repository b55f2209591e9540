"""The life of the daemon: who is told what while it runs, and the order of its end."""

import asyncio
import os
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Never

import structlog

from monitor.config import Settings, Watchlist, load_watchlist, secret_named
from monitor.daemon.bot import Bot
from monitor.daemon.couriers import PostOffice
from monitor.daemon.digests import Announcer
from monitor.daemon.members import Member
from monitor.daemon.metrics import Metrics, Standing
from monitor.daemon.stages import Stages
from monitor.daemon.workers import Worker
from monitor.errors import (
    ConfigurationError,
    LostAccountError,
    MonitorError,
    StoreError,
)
from monitor.health import BOT
from monitor.pipeline import Reads
from monitor.store import Store
from monitor.telegram.limits import Clock
from monitor.telegram.send import TelegramCourier

_BEAT_S = 30.0  # how often the daemon says that it lives
_LOOK_AT_FILE_S = 5.0  # how often channels.yaml is looked at
_REREAD_REST_S = 1.0  # between two times that SIGHUP is heard
_UNIT_S = 5.0  # that the work in hand is given to end when the daemon is told to stop
_GOODBYE_S = 5.0  # that the lines are given to close
_DEADLINE_S = 19.0  # after it the process ends as if it were killed, which loses nothing: 20 s are promised
_LAST_WORDS_S = 10.0  # that a notice of a lost account is given to go out by another way

_log = structlog.get_logger()


class Daemon:
    """The parts, and what binds them."""

    def __init__(
        self, settings: Settings, watch: Watchlist, *, channels_file: Path, store: Store, reader: Reads, clock: Clock
    ) -> None:
        self.settings, self.watch, self.channels_file = settings, watch, channels_file
        self.store, self.clock = store, clock
        self.members: tuple[Member, ...] = ()
        self.office = PostOffice(secret_named, now=clock.now)
        token = settings.telegram_bot_token
        self.bot = None if token is None else Bot(settings.application, token, office=self.office, clock=clock)
        self.metrics = Metrics()
        self._standing: Standing | None = None
        self.stages = Stages(
            store,
            reader,
            office=self.office,
            clock=clock,
            watch=lambda: self.watch,
            metrics=self.metrics,
        )
        self.announcer = Announcer(self.stages.issuing.wake)
        self.rereading = Worker("rereading", self._look_at_file, every_s=_LOOK_AT_FILE_S)
        self.beating = Worker("beating", self._beat, every_s=_BEAT_S)
        self._lost: dict[str, LostAccountError] = {}
        self._file_seen = _signature(channels_file)
        self._stop, self._reread = asyncio.Event(), asyncio.Event()

    @property
    def _workers(self) -> tuple[Worker, ...]:
        # One that has nothing to send with would only take parts away from the process that has.
        sending = self.stages.delivering if self._has_courier else []
        return (self.stages.reading, self.stages.comparing, self.stages.issuing, *sending, self.rereading, self.beating)

    @property
    def _has_courier(self) -> bool:
        """Whether this process sends: with the bot, or as the first account of channels.yaml."""
        return self.bot is not None or self.members[0].name == self.watch.accounts[0].name

    async def live(self, *, stop: asyncio.Event, reread: asyncio.Event) -> None:
        """Run until ``stop`` is set, then end in order; read channels.yaml again whenever ``reread`` is."""
        self._stop, self._reread = stop, reread
        if self.settings.metrics_port is not None:
            self._standing = Standing(self.members)
            self.metrics.registry.register(self._standing)
            self.metrics.serve(self.settings.metrics_port)
        if self.bot is None and self._has_courier:
            self.office.telegram = TelegramCourier(self.members[0].account)
        # The session's lock says that no other process of that name is alive here.
        await self.stages.begin(f"{self.members[0].name} on {socket.gethostname()}")
        await self._take_up(self.watch)
        async with asyncio.TaskGroup() as group:
            lines = [group.create_task(self._serve(one), name=f"line {one.name}") for one in self.members]
            lines += [group.create_task(self._beat_when_connected(one), name=one.name) for one in self.members]
            if self.bot is not None:
                lines.append(group.create_task(self.bot.serve(), name="line bot"))
            intake = [group.create_task(one.follower.run(), name=f"follow {one.name}") for one in self.members]
            work = [group.create_task(worker.run(), name=worker.name) for worker in self._workers]
            lines.append(group.create_task(self._hear_reread(), name="reread"))
            _log.info("daemon.started", accounts=len(self.members), channels=len(self.watch.entries))
            await stop.wait()
            await self._end(intake=intake, work=work, lines=lines)
        if len(self._lost) == len(self.members):
            raise next(iter(self._lost.values()))

    async def _end(
        self,
        *,
        intake: Sequence[asyncio.Task[None]],
        work: Sequence[asyncio.Task[None]],
        lines: Sequence[asyncio.Task[None]],
    ) -> None:
        """Stop taking in, finish the work in hand, disconnect. What is not finished in time is finished at the next start."""
        _log.info("daemon.stopping")
        asyncio.get_running_loop().call_later(_DEADLINE_S, _give_up)
        self.announcer.stop()
        await _cancel(intake, within_s=_UNIT_S)
        for worker in self._workers:
            worker.stop()
        await asyncio.wait(work, timeout=_UNIT_S)
        await _cancel(work, within_s=1.0)
        await _cancel(lines, within_s=_GOODBYE_S)
        self.metrics.close()
        _log.info("daemon.stopped")

    # --- lines to Telegram

    async def _serve(self, member: Member) -> None:
        try:
            await member.account.serve()
        except LostAccountError as error:
            await self._lose(member, error)

    async def _lose(self, member: Member, error: LostAccountError) -> None:
        """Say once that an account is lost, by whatever way is left, and end if it was the last."""
        _log.error("account.lost", account=member.name, reason=str(error))
        self._lost[member.name] = error
        member.follower.watch(())
        if self.bot is None and member is self.members[0]:
            self.office.telegram = None
        is_last = len(self._lost) == len(self.members)
        try:
            await self._beat()
            for followed in self.watch.followed_by(member.name):
                reason = f"the account {member.name} that follows it is logged out"
                await self.store.note_state(followed.key, state="account lost", reason=reason, at=self.clock.now())
            await self.stages.tell(f"The monitor's account {member.name} is logged out of Telegram: {error}")
            if is_last and self._has_courier:
                await self._wait_for_last_words()
        except StoreError as refused:
            _log.error("store.refused", reason=str(refused))
        if is_last:
            self._stop.set()

    async def _wait_for_last_words(self) -> None:
        try:
            async with asyncio.timeout(_LAST_WORDS_S):
                while await self.store.undelivered(at=self.clock.now()):
                    await self.clock.sleep(0.2)
        except TimeoutError:
            _log.warning("notice.not_sent")

    # --- how it is

    async def _beat_when_connected(self, member: Member) -> Never:
        number = 0
        while True:
            number = await member.account.connected(after=number)
            self.beating.wake()

    async def _beat(self) -> float:
        now = self.clock.now()
        for member in self.members:
            line, lost = member.account.line, self._lost.get(member.name)
            state = "lost" if lost is not None else "up" if line.is_up else "down"
            reason = str(lost) if lost is not None else line.reason
            await self.store.note_account(
                member.name, user_id=member.account.user_id, state=state, reason=reason, at=now
            )
        if self.bot is not None:
            state = "up" if self.bot.is_up else "down"
            await self.store.note_account(BOT, user_id=self.bot.user_id, state=state, reason=self.bot.trouble, at=now)
        if self._standing is not None:
            self._standing.take(await self.store.status())
        return 0.0

    # --- channels.yaml

    async def _hear_reread(self) -> Never:
        while True:
            await self._reread.wait()
            self.rereading.wake()
            await asyncio.sleep(_REREAD_REST_S)

    async def _look_at_file(self) -> float:
        seen = await asyncio.to_thread(_signature, self.channels_file)
        if seen == self._file_seen and not self._reread.is_set():
            return 0.0
        self._file_seen = seen
        self._reread.clear()
        try:
            watch = await asyncio.to_thread(load_watchlist, self.channels_file)
            if watch.accounts != self.watch.accounts:
                raise ConfigurationError(
                    "other accounts take a restart; the rest of the file is not taken up until then"
                )
        except MonitorError as error:
            _log.error("channels.rejected", reason=str(error), kept="what was read before")
            return 0.0
        await self._take_up(watch)
        _log.info("channels.reread", channels=len(watch.entries), digests=len(watch.digests))
        return 0.0

    async def _take_up(self, watch: Watchlist) -> None:
        """Follow, announce and send as the file says from now on."""
        await self.store.declare_channels(watch.channels)
        self.watch = watch
        for member in self.members:
            if member.name not in self._lost:
                member.follower.watch(watch.followed_by(member.name))
        self.announcer.start(watch.digests)
        now = self.clock.now()
        for name in watch.recipients:
            await self.store.note_back(name, at=now)  # one that was gone may have been mended
        self.stages.reading.wake()
        self.stages.issuing.wake()


def _give_up() -> None:
    _log.error("daemon.gave_up", after_s=_DEADLINE_S)
    os._exit(1)


def _signature(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


async def _cancel(tasks: Sequence[asyncio.Task[None]], *, within_s: float) -> None:
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks, timeout=within_s)
