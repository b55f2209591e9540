"""What the daemon does with posts once they are recorded: read, compare, compose, deliver."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog

from monitor.comparing import compare_stored
from monitor.config import Watchlist
from monitor.daemon.couriers import PostOffice
from monitor.daemon.digests import issue_due
from monitor.daemon.metrics import Metrics
from monitor.daemon.workers import Worker
from monitor.model.following import Recorded
from monitor.pipeline import Extracted, Outcome, Reads, deliver_next, extract, issue_notice
from monitor.store import Store
from monitor.telegram.limits import Clock

_COMPARE_REST_S = (
    1.0  # between two comparisons at the least; longer pauses make longer steps, which posts then wait for
)
_COMPARE_REST = (
    4.0  # times as long as a comparison took until the next: what is live has the machine four fifths of the time
)
_CATCH_UP = timedelta(minutes=10)  # that digests wait for channels to be read after a start
_LOOK_AGAIN_S = 2.0
_READ_AT_ONCE = 1000  # texts in one step of reading: well under a second, after which a stop or a digest gets its turn
_TELL_REREAD_S = 10.0

_log = structlog.get_logger()


class Stages:
    """The stages of one daemon, each a worker that the one before it wakes."""

    def __init__(
        self,
        store: Store,
        reader: Reads,
        *,
        office: PostOffice,
        clock: Clock,
        watch: Callable[[], Watchlist],
        metrics: Metrics,
    ) -> None:
        """Take what the stages need; ``watch`` gives what channels.yaml says now."""
        self._metrics = metrics
        self._store, self._reader, self._office, self._clock = store, reader, office, clock
        self._watch = watch
        self._worker = ""
        self._started = clock.now()
        self._is_caught_up = False
        self._reading = asyncio.Lock()
        self._reread, self._told_reread = 0, 0.0
        self.reading = Worker("reading", self._read, every_s=60.0)
        self.comparing = Worker("comparing", self._compare, every_s=3600.0)
        self.issuing = Worker("issuing", self._issue, every_s=60.0)
        self.delivering = [Worker(f"delivering {number}", self._deliver, every_s=15.0) for number in (1, 2)]

    def take(self, recorded: Recorded) -> None:
        """Take in that posts were recorded."""
        if recorded.new_posts or recorded.new_revisions:
            self.reading.wake()
        if recorded.deleted:
            self.comparing.wake()

    async def tell(self, text: str, *, about: Sequence[str] = ()) -> None:
        """Send a notice about the monitor itself to every recipient but those it is ``about``."""
        others = [name for name in self._watch().recipients if name not in about]
        if others:
            await issue_notice(self._store, text, recipients=others, at=self._clock.now())
            self._wake_delivering()

    async def begin(self, worker: str) -> None:
        """Take the name under which parts are sent, and what an earlier process of that name had in hand."""
        self._worker = worker
        await self._store.release_deliveries(worker)

    def _wake_delivering(self) -> None:
        for worker in self.delivering:
            worker.wake()

    # --- the steps

    async def _read(self) -> float:
        """Read what is new, then some of what other lexicons have read."""
        async with self._reading:
            started = self._clock.monotonic()
            new = await extract(self._store, self._reader, only_new=True)
            self._note_read(new, self._clock.monotonic() - started)
            again = await extract(self._store, self._reader, most=_READ_AT_ONCE)
            if again.revisions > again.reread:
                self.comparing.wake()  # what came meanwhile was read first
        self._metrics.texts_read.inc(again.revisions)
        self._metrics.claims_read.inc(again.claims)
        is_done = again.revisions < _READ_AT_ONCE
        if not is_done:
            self.reading.wake()
        if again.reread or self._reread:
            await self._tell_reread(again.reread, is_done=is_done)
        return 0.0

    def _note_read(self, extracted: Extracted, took: float) -> None:
        if not extracted.revisions:
            return
        self._metrics.texts_read.inc(extracted.revisions)
        self._metrics.claims_read.inc(extracted.claims)
        self._metrics.read_s.observe(took)
        _log.info(
            "revisions.read",
            revisions=extracted.revisions,
            claims=extracted.claims,
            failed=extracted.failed,
            took_s=round(took, 3),
        )
        self.comparing.wake()

    async def _tell_reread(self, count: int, *, is_done: bool) -> None:
        """Say every now and then how many texts were read again after an edit of the lexicons, and when it is done."""
        now = self._clock.monotonic()
        if not self._reread:
            self._told_reread = now
        self._reread += count
        if is_done or now - self._told_reread >= _TELL_REREAD_S:
            self._told_reread = now
            waiting = await self._store.texts_waiting(self._reader.fingerprint)
            _log.info("revisions.reread", done=self._reread, waiting=waiting)
            self.comparing.wake()
        if is_done:
            self._reread = 0

    async def _compare(self) -> float:
        started = self._clock.monotonic()
        compared = await compare_stored(self._store)
        took = self._clock.monotonic() - started
        self._metrics.compare_s.observe(took)
        _log.info("claims.compared", findings=compared.findings, changed=compared.changed, took_s=round(took, 3))
        return max(_COMPARE_REST_S, _COMPARE_REST * took)

    async def _issue(self) -> float:
        watch, now = self._watch(), self._clock.now()
        if not watch.digests:
            return 0.0
        if not self._is_caught_up and await self._has_catching_up_to_do(watch, now=now):
            self.issuing.wake()
            return _LOOK_AGAIN_S
        self._is_caught_up = True
        async with self._reading:
            await extract(self._store, self._reader, only_new=True)  # it waits for no re-reading of what is old
        for plan in watch.digests:
            for issued in await issue_due(self._store, plan, now=self._clock.now()):
                self._metrics.digest_posts.labels(plan.name).inc(issued.posts)
                self._metrics.time_to_digest_s.labels(plan.name).set(issued.after.total_seconds())
                self._wake_delivering()
        return 0.0

    async def _has_catching_up_to_do(self, watch: Watchlist, *, now: datetime) -> bool:
        """Tell whether channels wait to be read for the first time since the start: a digest would lack their posts."""
        if now - self._started > _CATCH_UP:
            return False
        keys = [entry.key for entry in watch.entries if entry.enabled]
        return bool(await self._store.unread_since(self._started, keys))

    async def _deliver(self) -> float:
        while not self.delivering[0].is_stopped:
            done = await deliver_next(self._store, self._office, worker=self._worker, now=self._clock.now())
            if done is None:
                break
            self._metrics.deliveries.labels(done.outcome.value).inc()
            told = {
                "edition": done.delivery.edition_id,
                "recipient": done.delivery.recipient,
                "part": done.delivery.part,
                "attempts": done.delivery.attempts,
            }
            match done.outcome:
                case Outcome.SENT:
                    _log.info("part.sent", **told)
                case Outcome.FAILED:
                    _log.error("part.refused", reason=done.reason, **told)
                case Outcome.RETRY:
                    _log.warning("part.postponed", reason=done.reason, **told)
                case Outcome.GONE:
                    _log.error("recipient.gone", reason=done.reason, **told)
                    text = f"The monitor can no longer reach {done.delivery.recipient}: {done.reason}"
                    await self.tell(text, about=[done.delivery.recipient])
        return 0.0
