"""A channel that stops is told from one that is quiet by its own rhythm."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.model.rhythm import silent_for, usual_silence

NOW = datetime(2026, 4, 15, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def _hourly(days: int = 14, *, first: int = 0, last: int = 23, until: datetime = NOW) -> list[datetime]:
    start = NOW - timedelta(days=days)
    found = [start + number * HOUR for number in range(days * 24)]
    return [at for at in found if first <= at.hour <= last and at <= until]


@pytest.mark.parametrize(("hours", "is_silent"), [(1, False), (2, False), (4, True), (30, True)])
def test_a_channel_that_posted_hourly_and_stopped_is_silent(hours: int, is_silent: bool) -> None:
    dates = _hourly(until=NOW - hours * HOUR)
    assert silent_for(dates, now=NOW) == (hours * HOUR if is_silent else None)


def test_a_night_is_no_silence_to_a_channel_that_sleeps() -> None:
    dates = _hourly(first=7, last=22, until=NOW.replace(hour=0))
    assert usual_silence(dates) == 9 * HOUR
    assert silent_for(dates, now=NOW) is None
    assert silent_for(dates, now=NOW.replace(hour=18)) == 20 * HOUR


def test_one_outage_changes_no_rhythm() -> None:
    dates = [at for at in _hourly() if not 3 <= (NOW - at).days < 5]
    assert usual_silence(dates) == HOUR


def test_a_channel_that_posts_now_and_then_has_no_rhythm() -> None:
    assert silent_for([NOW - timedelta(days=day) for day in (3, 8, 12)], now=NOW) is None
    assert silent_for([], now=NOW) is None
