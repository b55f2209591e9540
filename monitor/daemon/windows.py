"""Which windows of a digest are due: half-open, each beginning where the last one issued ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from monitor.config import DigestPlan
from monitor.config.schedule import fires, last_fire
from monitor.model.edition import Window

MOST_CAUGHT_UP = 3  # editions after a time away; the older windows are joined into the first of them
FARTHEST_BACK = timedelta(days=14)  # what was missed earlier than that is told by no edition
_FRESH = timedelta(hours=1)  # a first edition that fell due longer ago is not made up for


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A window whose edition is due; it ``joins`` so many windows of the schedule."""

    window: Window
    joins: int = 1


def due_windows(plan: DigestPlan, *, told_until: datetime | None, now: datetime) -> tuple[Due, ...]:
    """Return the windows whose editions are due at ``now``, oldest first.

    ``told_until`` is where the window of the last edition ended, ``None`` before the first. The same windows come out
    wherever and however often this is asked, so that the first to store an edition settles it.
    """
    zone = ZoneInfo(plan.timezone)
    if told_until is None:
        end = last_fire(plan.schedule, zone=zone, before=now + timedelta(microseconds=1))
        if now - end > _FRESH:
            return ()
        return (Due(window=Window(start=last_fire(plan.schedule, zone=zone, before=end), end=end)),)
    start = max(told_until, now - FARTHEST_BACK)
    return _joined([start, *fires(plan.schedule, zone=zone, after=start, until=now)])


def _joined(edges: Sequence[datetime]) -> tuple[Due, ...]:
    windows = [Window(start=start, end=end) for start, end in pairwise(edges)]
    if len(windows) <= MOST_CAUGHT_UP:
        return tuple(Due(window=window) for window in windows)
    joins = len(windows) - MOST_CAUGHT_UP + 1
    first = Due(window=Window(start=windows[0].start, end=windows[joins - 1].end), joins=joins)
    return (first, *(Due(window=window) for window in windows[joins:]))
