"""Check cron lines and spans of time as channels.yaml writes them."""

import re
from collections.abc import Mapping
from datetime import timedelta

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
