"""Windows of a digest: none is left out, none overlaps, and a time away is made up for with a cap."""

import asyncio
import threading
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from monitor.config import DigestPlan
from monitor.daemon.digests import GRACE, Announcer, DueTrigger
from monitor.daemon.windows import FARTHEST_BACK, MOST_CAUGHT_UP, due_windows
from monitor.model.edition import Window

ZONES = ["Europe/Kyiv", "Africa/Bamako", "America/New_York"]
HOUR = timedelta(hours=1)
SOON = timedelta(milliseconds=50)


def _plan(zone: str = "Europe/Kyiv", schedule: str = "0 7 * * *") -> DigestPlan:
    return DigestPlan(name="daily", schedule=schedule, timezone=zone)


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_before_the_first_edition_only_one_that_just_fell_due_is_issued() -> None:
    fell_due = _utc("2026-04-08 04:00")
    (due,) = due_windows(_plan(), told_until=None, now=fell_due)
    assert due.window == Window(start=_utc("2026-04-07 04:00"), end=fell_due)
    assert due_windows(_plan(), told_until=None, now=fell_due + 2 * HOUR) == ()


def test_a_window_begins_where_the_last_one_ended() -> None:
    told = _utc("2026-04-07 09:13")  # a person issued one by hand
    (due,) = due_windows(_plan(), told_until=told, now=_utc("2026-04-08 04:00"))
    assert due.window == Window(start=told, end=_utc("2026-04-08 04:00"))
    assert due_windows(_plan(), told_until=due.window.end, now=_utc("2026-04-09 03:59")) == ()


@pytest.mark.parametrize(("days", "joins"), [(1, 1), (3, 1), (4, 2), (9, 7)])
def test_a_time_away_is_made_up_for_by_a_few_editions_that_leave_nothing_out(days: int, joins: int) -> None:
    told = _utc("2026-04-01 04:00")
    dues = due_windows(_plan(), told_until=told, now=told + timedelta(days=days, hours=1))
    assert len(dues) == min(days, MOST_CAUGHT_UP)
    assert dues[0].joins == joins
    assert dues[0].window.start == told
    assert dues[-1].window.end == told + timedelta(days=days)
    assert all(one.window.end == other.window.start for one, other in pairwise(dues))


def test_what_was_missed_long_ago_is_told_no_more() -> None:
    now = _utc("2026-04-08 05:00")
    dues = due_windows(_plan(), told_until=_utc("2025-04-01 04:00"), now=now)
    assert dues[0].window.start == now - FARTHEST_BACK


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("schedule", ["0 7 * * *", "30 3 * * *", "30 2 * * *", "0 */6 * * *"])
@pytest.mark.parametrize("start", ["2026-03-05", "2026-03-26", "2026-10-22", "2026-10-29"])
def test_over_a_change_of_clocks_the_windows_follow_each_other_without_a_gap(
    zone: str, schedule: str, start: str
) -> None:
    plan, told, windows = _plan(zone, schedule), None, list[Window]()
    now, end = _utc(start), _utc(start) + timedelta(days=6)
    while now < end:
        for due in due_windows(plan, told_until=told, now=now):
            windows.append(due.window)
            told = due.window.end
        now += timedelta(minutes=10)
    assert all(one.end == other.start for one, other in pairwise(windows))
    local = [window.end.astimezone(ZoneInfo(zone)).date() for window in windows]
    a_day = 1 if schedule.count("/") == 0 else 4
    assert all(local.count(day) == a_day for day in set(local[1:-1]) - {local[0], local[-1]})


@pytest.mark.parametrize("zone", ZONES)
def test_apscheduler_announces_what_falls_due_a_little_later(zone: str) -> None:
    plan = _plan(zone, "30 3 * * sun")
    trigger, now = DueTrigger(plan), _utc("2026-10-20")
    before, ends = None, []
    for _ in range(3):
        at = trigger.get_next_fire_time(before, now)
        (due,) = due_windows(plan, told_until=None, now=at - GRACE)
        ends.append(due.window.end.astimezone(ZoneInfo(zone)))
        before = now = at
    assert [f"{end:%a %H:%M}" for end in ends] == ["Sun 03:30"] * 3
    assert len(set(ends)) == 3


async def test_an_announcement_is_made_in_the_event_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    said: asyncio.Queue[int] = asyncio.Queue()
    monkeypatch.setattr(
        "monitor.daemon.digests.next_fire", lambda _cron, *, zone, after: (after + SOON).astimezone(zone)
    )
    announcer = Announcer(lambda: said.put_nowait(threading.get_ident()))
    announcer.start([_plan()])
    assert await asyncio.wait_for(said.get(), 10) == threading.get_ident()
    announcer.stop()
