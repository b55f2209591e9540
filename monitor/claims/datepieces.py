"""The pieces that time expressions are made of: day numbers, months, years, units, and the days that they name."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from monitor.claims.datewords import DateForm, DateWords
from monitor.claims.text import NUMBER, Token
from monitor.model.claim import Scope, TimeBasis

DASHES = frozenset("-\u2010\u2011\u2012\u2013\u2014")
_AHEAD = timedelta(
    days=7
)  # a date without a year lies at most this far after the post: plans; else it is of the year before
_LAST_LEAP_YEAR = 8  # years back: the longest way to the last 29 February
YEARS = range(1900, 2100)  # four digits of other values are no year
_LONGEST_COUNT = 3  # digits of the number in "within 72 hours"


class Found(NamedTuple):
    """Days read up to token ``last``; the fields are those of a DateMention.

    ``is_range`` tells that both ends were named: "25 to 27 July".
    """

    last: int
    from_day: date | None
    to_day: date | None
    basis: TimeBasis
    scope: Scope | None = None
    is_since: bool = False
    is_range: bool = False


class DatePieces:
    """One text's tokens with the date words in them, and the pieces at a token.

    Methods that read take the token at which to look, and return the token behind what they read with what they read.
    """

    def __init__(self, tokens: Sequence[Token], words: DateWords, today: date | None) -> None:
        self.tokens = tokens
        self.today = today
        self.month_first = words.month_first
        self.senses: Mapping[int, Sequence[DateForm]] = words.senses(tokens)

    def birth(self, index: int) -> int | None:
        """Return the token behind "of birth", a full stop before it skipped."""
        if index < len(self.tokens) and self.tokens[index].norm == ".":
            index += 1
        return self.after(index, "birth")

    def month_of(self, month: int, year: int | None, last: int) -> Found:
        """Return the days of a month; without a year, of the last such month that has begun."""
        if year is None:
            if self.today is None:
                return Found(last, None, None, TimeBasis.EXPLICIT)
            year = self.today.year if month <= self.today.month else self.today.year - 1
        start = date(year, month, 1)
        end = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
        return Found(last, start, end, TimeBasis.EXPLICIT)

    def day_of(self, day: int, month: int, year: int | None, last: int) -> Found | None:
        """Return a day; without a year, the last such day or one a few days ahead. None where the calendar has none."""
        if year is not None:
            known = calendar_day(year, month, day)
            return None if known is None else Found(last, known, known, TimeBasis.EXPLICIT)
        if self.today is None:
            return Found(last, None, None, TimeBasis.EXPLICIT) if calendar_day(2000, month, day) else None
        for candidate in range(self.today.year + 1, self.today.year - _LAST_LEAP_YEAR - 1, -1):
            known = calendar_day(candidate, month, day)
            if known is not None and known <= self.today + _AHEAD:
                return Found(last, known, known, TimeBasis.EXPLICIT)
        return None

    def value(self, index: int, category: str) -> tuple[str, int] | None:
        """Return the meaning in that table of the longest form at ``index``, and the token behind it."""
        return next(((form.value, form.last) for form in self.senses.get(index, ()) if form.category == category), None)

    def after(self, index: int, key: str) -> int | None:
        """Return the token behind the form of [words] ``key`` at ``index``."""
        for form in self.senses.get(index, ()):
            if form.category == "words" and form.value == key:
                return form.last
        return None

    def number(self, index: int) -> tuple[int | None, int]:
        """Return the small number at ``index``, if any, and the token behind it."""
        index = self.after(index, "the") or index
        if index < len(self.tokens):
            token = self.tokens[index]
            if token.kind == NUMBER and token.norm.isdecimal() and len(token.norm) <= _LONGEST_COUNT:
                return int(token.norm), index + 1
            named = self.value(index, "numbers")
            if named is not None:
                return int(named[0]), named[1]
        return None, index

    def day_number(self, index: int) -> tuple[int, int] | None:
        """Return a day of the month at ``index`` and the token behind it, ordinal endings included."""
        value, position = self.number(self.after(index, "the") or index)
        if value is None or not 1 <= value <= 31:
            return None
        ending = position
        if ending < len(self.tokens) and self.tokens[ending].norm in DASHES and self.touches(ending):
            ending += 1
        if ending < len(self.tokens) and self.touches(ending):
            after = self.after(ending, "ordinal")
            if after is not None:
                position = after
        return value, position

    def bridge(self, index: int) -> int | None:
        """Return the token behind a dash, a comma or a word that joins two days."""
        if index < len(self.tokens) and self.tokens[index].norm in {*DASHES, ","}:
            return index + 1
        return self.after(index, "to")

    def twin_month(self, index: int, month: str) -> int:
        """Skip the same month said again in its other name behind a slash or in brackets."""
        if index + 1 < len(self.tokens) and self.tokens[index].norm in {"/", "("}:
            twin = self.value(index + 1, "months")
            if twin is not None and twin[0] == month:
                last = twin[1]
                return last + 1 if last < len(self.tokens) and self.tokens[last].norm == ")" else last
        return index

    def year(self, index: int) -> tuple[int | None, int]:
        """Return the year at ``index``, if one stands there, and the token behind it."""
        position = index
        if position < len(self.tokens) and self.tokens[position].norm == ",":
            position += 1
        position = self.after(position, "of") or position
        position = self.after(position, "year_before") or position
        value = self.year_number(position)
        if value is None:
            return None, index
        last = position + 1
        closing = self.after(last, "year_after")
        if closing is not None:
            last = closing
        return value, last

    def year_number(self, index: int) -> int | None:
        """Return the year that the token at ``index`` is."""
        if index >= len(self.tokens):
            return None
        token = self.tokens[index]
        if token.kind != NUMBER or len(token.norm) != 4 or not token.norm.isdecimal():
            return None
        return int(token.norm) if int(token.norm) in YEARS else None

    def touches(self, index: int) -> bool:
        """Tell whether token ``index`` follows the one before it without a space."""
        return self.tokens[index - 1].end == self.tokens[index].start

    def shift(self, days: int) -> date | None:
        """Return the day that many days after the post."""
        return None if self.today is None else self.today + timedelta(days=days)


def written_day(norm: str) -> date | None:
    """Return the day of "27.07.2024", "27/07/24" or "2024-07-27"; None for a clock or an impossible day."""
    if ":" in norm:
        return None
    if "-" in norm:
        year, month, day = (int(part) for part in norm.split("-"))
    else:
        day, month, year = (int(part) for part in norm.replace("/", ".").split("."))
    return calendar_day(year + 2000 if year < 100 else year, month, day)


def calendar_day(year: int, month: int, day: int) -> date | None:
    """Return that day, None where the calendar has none."""
    try:
        return date(year, month, day)
    except ValueError:
        return None
