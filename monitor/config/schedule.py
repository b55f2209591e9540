"""Cron lines and spans of time as channels.yaml writes them: checked, and worked out."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Self

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_FIELDS: tuple[tuple[str, int, int, Mapping[str, int]], ...] = (
    ("minute", 0, 59, {}),
    ("hour", 0, 23, {}),
    ("day", 1, 31, {}),
    ("month", 1, 12, {name: number for number, name in enumerate(_MONTHS, start=1)}),
    ("weekday", 0, 7, {name: number for number, name in enumerate(_WEEKDAYS)}),
)
_LONGEST = {month: 29 if month == 2 else 30 if month in {4, 6, 9, 11} else 31 for month in range(1, 13)}  # days
_SPAN = re.compile(r"(?P<number>[1-9][0-9]{0,5})(?P<unit>[smhdw])")
_UNITS = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
_SIZE = re.compile(r"(?P<number>0|[1-9][0-9]{0,5})(?P<unit>[KMG]?)")
_BYTES = {"": 1, "K": 1024, "M": 1024**2, "G": 1024**3}
SIZE_PATTERN = r"^(0|[1-9][0-9]{0,5})[KMG]?$"
SPAN_PATTERN = r"^[1-9][0-9]{0,5}[smhdw]$"  # the same without group names, for the JSON Schema


def read_span(text: object) -> timedelta:
    """Read a span of time: ``90s``, ``10m``, ``48h``, ``7d`` or ``2w``.

    Raises:
        ValueError: It is none.
    """
    if isinstance(text, timedelta):
        return text
    match = _SPAN.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise ValueError(f"want a span of time such as 90s, 10m, 48h or 7d, not {text!r}")
    return int(match["number"]) * _UNITS[match["unit"]]


def write_span(span: timedelta) -> str:
    """Write a span of time in its largest whole unit, as ``read_span`` reads it.

    >>> write_span(timedelta(hours=48))
    '2d'
    """
    unit = next(unit for unit in "wdhms" if span % _UNITS[unit] == timedelta(0))
    return f"{span // _UNITS[unit]}{unit}"


def read_size(text: object) -> int:
    """Read a number of bytes: ``0``, ``512K``, ``1M`` or ``2G``.

    Raises:
        ValueError: It is none.
    """
    if isinstance(text, int) and not isinstance(text, bool) and text >= 0:
        return text
    match = _SIZE.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise ValueError(f"want a size such as 0, 512K, 1M or 2G, not {text!r}")
    return int(match["number"]) * _BYTES[match["unit"]]


def check_cron(text: str) -> str:
    """Return the cron line if it can be used: five fields, Sunday is 0 or 7.

    Raises:
        ValueError: A field is wrong, or no day of any year fits.
    """
    fields = text.split()
    if len(fields) != len(_FIELDS):
        raise ValueError(f'want five cron fields such as "0 7 * * *" (minute hour day month weekday), not {text!r}')
    values = [
        _field(field, name=name, low=low, high=high, names=names)
        for field, (name, low, high, names) in zip(fields, _FIELDS, strict=True)
    ]
    _, _, days, months, _ = values
    if fields[4] == "*" and not any(day <= _LONGEST[month] for day in days for month in months):
        raise ValueError(f"no day of any year fits the cron line {text!r}")
    return " ".join(fields)


_FARTHEST = timedelta(days=8 * 366 + 1)  # from one 29 February to the next over a century without one
_DAY = timedelta(days=1)


def fires(cron: str, *, zone: tzinfo, after: datetime, until: datetime) -> Iterator[datetime]:
    """Yield the instants in ``(after, until]`` at which a cron line fires in ``zone``, in order, in UTC.

    A local time that comes twice when clocks are put back fires once, at its first coming; one that is left out when they
    are put forward fires as much later as they are put forward. Where both day and weekday are restricted either will do,
    as in every cron.

    >>> from zoneinfo import ZoneInfo
    >>> autumn = datetime(2026, 10, 24, 12, tzinfo=UTC), datetime(2026, 10, 26, 12, tzinfo=UTC)
    >>> for at in fires("30 3 * * *", zone=ZoneInfo("Europe/Kyiv"), after=autumn[0], until=autumn[1]):
    ...     print(at)
    2026-10-25 00:30:00+00:00
    2026-10-26 01:30:00+00:00
    """
    line = _Line.read(cron)
    day, last = after.astimezone(zone).date() - _DAY, until.astimezone(zone).date() + _DAY
    latest = after
    while day <= last:
        for at in line.instants(day, zone=zone):
            if latest < at <= until:
                latest = at
                yield at
        day += _DAY


def next_fire(cron: str, *, zone: tzinfo, after: datetime) -> datetime:
    """Return the first instant after ``after`` at which the cron line fires."""
    return next(fires(cron, zone=zone, after=after, until=after + _FARTHEST))


def last_fire(cron: str, *, zone: tzinfo, before: datetime) -> datetime:
    """Return the last instant before ``before`` at which the cron line fires."""
    span = _DAY
    while True:
        found = [at for at in fires(cron, zone=zone, after=before - span, until=before) if at < before]
        if found or span > _FARTHEST:
            return found[-1]
        span *= 8


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """A cron line worked out; ``weekdays`` counts from Sunday. ``either`` day or weekday will do, or both must fit."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    either: bool

    @classmethod
    def read(cls, cron: str) -> Self:
        texts = cron.split()
        minutes, hours, days, months, weekdays = (
            _field(text, name=name, low=low, high=high, names=names)
            for text, (name, low, high, names) in zip(texts, _FIELDS, strict=True)
        )
        return cls(
            minutes=minutes,
            hours=hours,
            days=days,
            months=months,
            weekdays=frozenset(day % 7 for day in weekdays),
            either=not texts[2].startswith("*") and not texts[4].startswith("*"),
        )

    def instants(self, day: date, *, zone: tzinfo) -> Iterator[datetime]:
        """Yield the instants of a local day, in order."""
        if day.month in self.months and self._falls_on(day):
            times = (time(hour, minute) for hour in self.hours for minute in self.minutes)
            yield from sorted({datetime.combine(day, at, tzinfo=zone).astimezone(UTC) for at in times})

    def _falls_on(self, day: date) -> bool:
        fits = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        return any(fits) if self.either else all(fits)


def _field(text: str, *, name: str, low: int, high: int, names: Mapping[str, int]) -> frozenset[int]:
    values: set[int] = set()
    for part in text.lower().split(","):
        span, slash, step = part.partition("/")
        if span == "*":
            first, last = low, high
        else:
            begin, dash, end = span.partition("-")
            first = _number(begin, name=name, low=low, high=high, names=names)
            last = _number(end, name=name, low=low, high=high, names=names) if dash else high if slash else first
        if first > last:
            raise ValueError(f"the cron field {name} runs backwards: {part!r}")
        if slash and not re.fullmatch(r"[1-9][0-9]?", step):
            raise ValueError(f"the cron field {name} has the step {step!r}; want a number from 1 to 99")
        values.update(range(first, last + 1, int(step) if slash else 1))
    return frozenset(values)


def _number(text: str, *, name: str, low: int, high: int, names: Mapping[str, int]) -> int:
    if text in names:
        return names[text]
    if not re.fullmatch(r"[0-9]{1,2}", text) or not low <= int(text) <= high:
        raise ValueError(f"the cron field {name} holds {text!r}; want {low} to {high}, a range, a list or *")
    return int(text)
