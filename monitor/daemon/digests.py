"""Digests on schedule: APScheduler announces that one is due, the database decides whether it was issued already."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from monitor.comparing import compare_kept
from monitor.config import DigestPlan
from monitor.config.schedule import next_fire
from monitor.daemon.aside import aside
from monitor.daemon.windows import due_windows
from monitor.delivery.files import edition_name
from monitor.model.edition import Edition
from monitor.model.message import File, Part
from monitor.pipeline import compare_anew, compose_edition
from monitor.rendering import files_of, parts_of
from monitor.store import Store

GRACE = timedelta(seconds=30)  # after a window's end, in which its last posts arrive and are read

_FRESH = timedelta(hours=1)

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """An edition that was issued, on how many posts it rests, and how long after its window's end that was."""

    edition: int
    posts: int
    after: timedelta


async def issue_due(store: Store, plan: DigestPlan, *, now: datetime) -> tuple[Issued, ...]:
    """Issue every edition of a digest that is due at ``now``; return those.

    Whoever stores an edition first settles it: another process, a restart or a second call changes nothing.
    """
    issued: list[Issued] = []
    zone = ZoneInfo(plan.timezone)
    told_until = await store.last_window_end(plan.name)
    for due in due_windows(plan, told_until=told_until, now=now - GRACE):
        # What is long past is compared by itself: the occurrences stored know of what came later.
        is_fresh = now - due.window.end < _FRESH
        edition = await compose_edition(
            store,
            plan.name,
            due.window,
            min_severity=plan.min_severity,
            known_at=now,
            joins=due.joins,
            compares=partial(compare_kept, store) if is_fresh else compare_anew,
        )
        parts = await _parts(edition, plan, zone=zone)
        number = await store.issue_next_edition(edition, parts, recipients=plan.recipients, told_until=told_until)
        if number is None:
            break  # another process was first, and goes on
        _log.info(
            "edition.issued",
            edition=number,
            digest=plan.name,
            window_start=due.window.start.isoformat(),
            window_end=due.window.end.isoformat(),
            joins=due.joins,
            parts=len(parts),
            recipients=len(plan.recipients),
        )
        issued.append(Issued(edition=number, posts=edition.coverage.posts, after=now - due.window.end))
        told_until = due.window.end
    return tuple(issued)


async def _parts(edition: Edition, plan: DigestPlan, *, zone: ZoneInfo) -> tuple[Part, ...]:
    """Return what is sent of an edition; what cannot be drawn does not hold up what can be read."""
    name = edition_name(edition.digest, window=edition.window)
    files: tuple[File, ...] = ()
    try:
        files = await aside(partial(files_of, edition, name=name, zone=zone, language=plan.language))
    except Exception:  # noqa: BLE001 - a picture is not worth the digest; why it failed is logged
        _log.exception("files.failed", digest=plan.name)
    return parts_of(edition, files, zone=zone, language=plan.language)


class Announcer:
    """Says when a digest is due. It keeps nothing: what it says twice, or misses, the database makes good."""

    def __init__(self, announce: Callable[[], None]) -> None:
        self._announce = announce
        # A late announcement is made all the same, and several missed ones are one (its default is to skip after 1 s).
        self._scheduler: Any = AsyncIOScheduler(
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )

    def start(self, plans: Sequence[DigestPlan]) -> None:
        """Begin to announce; called again, with other digests."""
        self._scheduler.remove_all_jobs()
        for plan in plans:
            self._scheduler.add_job(self._say, DueTrigger(plan), id=plan.name, name=plan.name)
        if not self._scheduler.running:
            self._scheduler.start()

    async def _say(self) -> None:
        # A coroutine, because APScheduler calls what is none in a thread of its own.
        self._announce()

    def stop(self) -> None:
        """Announce nothing more."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)


class DueTrigger(BaseTrigger):  # type: ignore[misc]  # APScheduler has no types
    """Fires when an edition can be issued: a little after the cron line, which APScheduler itself reads otherwise.

    It counts weekdays from Monday and fires twice where clocks are put back.
    """

    def __init__(self, plan: DigestPlan) -> None:
        self._cron, self._zone = plan.schedule, ZoneInfo(plan.timezone)

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        """Return the next time; APScheduler's own signature."""
        after = now if previous_fire_time is None else max(previous_fire_time, now)
        return next_fire(self._cron, zone=self._zone, after=after - GRACE).astimezone(self._zone) + GRACE
