"""Time expressions in text, as intervals of calendar days relative to the day of the post.

The words lie in ``lexicons/xx.dates.toml``, one file a language (see ``_template.dates.toml``).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from monitor.claims.datepieces import DASHES, YEARS, DatePieces, Found, calendar_day, written_day
from monitor.claims.datewords import UNIT_DAYS, DateWords, load_date_words
from monitor.claims.text import DATE, NUMBER, WORD, Token
from monitor.model.claim import Scope, TimeBasis

__all__ = ["DateMention", "DateWords", "find_dates", "load_date_words"]

_MOST_DAYS = 6  # days in a list such as "3, 4 and 5 July"
_SOME = (2, 9)  # "several days": CODEBOOK 3.1, few
_PHRASE_JOBS = frozenset({"relative", "wars", "phrases"})
_NIGHT_JOBS = frozenset({"night_to", "night_of"})
_PAST_JOBS = frozenset({"past", "last", "this"})
_WEEKDAY_JOBS = frozenset({"weekdays", "last", "next", "on"})
_DAY_JOBS = frozenset({"numbers", "months", "the", "on"})
_AMOUNT_JOBS = frozenset({"numbers", "units", "pairs", "some", "the"})
_MONTH_JOBS = frozenset({"in", "months", "year_before"})
_SLACK_DAYS: Mapping[str, int] = {"hour": 0, "day": 0, "week": 3, "month": 15, "year": 182}


@dataclass(frozen=True, slots=True, kw_only=True)
class DateMention:
    """A time expression over tokens ``first`` to ``last`` (half-open); its numbers count nothing.

    ``from_day`` and ``to_day`` are the closed interval of days meant, None where the post's date would be needed and is
    not known. ``is_since`` says that the expression names only a start ("since February"). ``scope`` is what the
    expression says of a figure that it goes with: a day's, a period's or a war's total; None for the day of an occurrence.
    """

    first: int
    last: int
    from_day: date | None
    to_day: date | None
    basis: TimeBasis
    is_since: bool = False
    scope: Scope | None = None


def find_dates(tokens: Sequence[Token], *, words: DateWords, posted_at: datetime | None) -> list[DateMention]:
    """Return the time expressions of ``tokens``, left to right, longest first, without overlap.

    ``posted_at`` is the day from which relative expressions and dates without a year count.
    """
    today = None
    if posted_at is not None and posted_at.year in YEARS:  # a broken clock is as good as none
        today = posted_at.date()
    text = _Text(tokens, words, today)
    found: list[DateMention] = []
    index = 0
    while index < len(tokens):
        mention = text.mention_at(index)
        if mention is None:
            index += 1
        else:
            _append(found, mention, tokens)
            index = mention.last
    return found


def _append(found: list[DateMention], mention: DateMention, tokens: Sequence[Token]) -> None:
    """Add ``mention``, joined to the one before where both name the same day: "Friday, 26 July", "today (18 May)"."""
    before = found[-1] if found else None
    if before is not None and before.basis is TimeBasis.RELATIVE and _is_day(before) and _is_day(mention):
        between = [tokens[index].norm for index in range(before.last, mention.first)]
        if not between or between in ([","], ["("]):
            days = mention if mention.basis is TimeBasis.EXPLICIT else before
            found[-1] = replace(days, first=before.first, last=mention.last)
            return
    found.append(mention)


def _is_day(mention: DateMention) -> bool:
    return mention.scope is None and not mention.is_since and mention.from_day == mention.to_day


class _Text(DatePieces):
    """The readings at a token of one text."""

    def mention_at(self, index: int) -> DateMention | None:
        """Return the longest expression that starts at ``index``."""
        kind = self.tokens[index].kind
        if kind not in {NUMBER, DATE} and index not in self.senses:
            return None
        best: Found | None = None
        for found in self._readings(index):
            if best is None or found.last > best.last:
                best = found
        if best is None:
            return None
        return DateMention(
            first=index,
            last=best.last,
            from_day=best.from_day,
            to_day=best.to_day,
            basis=best.basis,
            is_since=best.is_since,
            scope=best.scope,
        )

    def _readings(self, index: int) -> Iterator[Found]:
        """Yield what may start at ``index``; which readings to try follows from what the token is."""
        if self.tokens[index].kind != WORD:
            yield from self._days(index)
            yield from self._from_number(index)
            return
        jobs = self._jobs(index)
        if jobs & _PHRASE_JOBS:
            yield from self._phrases(index)
        if "from" in jobs:
            yield from self._span(index)
        if "since" in jobs:
            yield from self._since(index)
        if jobs & _NIGHT_JOBS:
            yield from self._night(index)
        if jobs & _PAST_JOBS:
            yield from self._past(index)
        if "ago_before" in jobs:
            yield from self._ago(index)
        if jobs & _WEEKDAY_JOBS:
            yield from self._weekday(index)
        if jobs & _DAY_JOBS:
            yield from self._days(index)
        if jobs & _AMOUNT_JOBS:
            yield from self._from_number(index)
        if jobs & _MONTH_JOBS:
            yield from self._month_or_year(index)

    def _jobs(self, index: int) -> set[str]:
        """Return what the word at ``index`` may do: the keys of [words] that hold it, and the other tables that do."""
        return {form.value if form.category == "words" else form.category for form in self.senses.get(index, ())}

    def _from_number(self, index: int) -> Iterator[Found]:
        """Read what opens with a number, or with a unit alone: "two days ago", "la semaine dernière", "2024 year"."""
        yield from self._amount(index, "bare")
        yield from self._ago_after(index)
        if self.tokens[index].kind == NUMBER:
            yield from self._month_or_year(index)

    # --- whole phrases -----------------------------------------------------------------------------------------------

    def _phrases(self, index: int) -> Iterator[Found]:
        for last, category, value in self.senses[index]:
            if category == "relative":
                low, _, high = value.partition("..")
                yield self._relative(last, int(low), int(high or low))
            elif category == "wars":
                yield Found(
                    last, date.fromisoformat(value), self.today, TimeBasis.EXPLICIT, Scope.WAR_TOTAL, is_since=True
                )
            elif category == "phrases":
                yield self._phrase(last, value)

    def _relative(self, last: int, low: int, high: int) -> Found:
        return Found(last, self.shift(low), self.shift(high), TimeBasis.RELATIVE)

    def _phrase(self, last: int, value: str) -> Found:
        if value == "war":
            return Found(last, None, self.today, TimeBasis.RELATIVE, Scope.WAR_TOTAL, is_since=True)
        if value == "year_start":
            start = None if self.today is None else date(self.today.year, 1, 1)
            return Found(last, start, self.today, TimeBasis.RELATIVE, Scope.PERIOD, is_since=True)
        if value == "daily":
            return Found(last, self.shift(-1), self.today, TimeBasis.RELATIVE, Scope.DAILY)
        return Found(last, self.shift(-UNIT_DAYS[value]), self.today, TimeBasis.RELATIVE, Scope.PERIOD)

    def _since(self, index: int) -> Iterator[Found]:
        """Read "since 24 February 2022", "since Friday", "since 2014"."""
        after = self.after(index, "since")
        if after is None:
            return
        start = self._point(after)
        if start is not None and not start.is_range:
            yield Found(start.last, start.from_day, self.today, start.basis, Scope.PERIOD, is_since=True)

    def _span(self, index: int) -> Iterator[Found]:
        """Read "from 25 July to 3 August", "between Monday and Friday"."""
        after = self.after(index, "from")
        if after is None:
            return
        start = self._point(after)
        if start is None:
            return
        if start.is_range:  # "from 25 to 27 July"
            yield start
            return
        middle = self.after(start.last, "to") or self.after(start.last, "and")
        end = self._point(middle) if middle is not None else None
        if end is not None and (start.from_day is None or end.to_day is None or start.from_day <= end.to_day):
            yield _joined(start, end)

    def _night(self, index: int) -> Iterator[Found]:
        """Read "in the night into 27 July" (26 to 27 July) and "the night of 26 July" (26 to 27 July)."""
        for key, before, after_days in (("night_to", -1, 0), ("night_of", 0, 1)):
            after = self.after(index, key)
            day = self._point(after) if after is not None else None
            if day is None:
                continue
            if day.from_day is None or day.to_day is None:
                yield day
            elif day.from_day == day.to_day:
                yield day._replace(
                    from_day=day.from_day + timedelta(days=before), to_day=day.to_day + timedelta(days=after_days)
                )
            else:
                yield day

    def _past(self, index: int) -> Iterator[Found]:
        """Read "over the past three days", "last week", in any of the languages."""
        for key in ("past", "last", "this"):
            after = self.after(index, key)
            if after is not None:
                yield from self._amount(after, key)

    def _amount(self, index: int, key: str) -> Iterator[Found]:
        amount = self.count_of_units(index)
        if amount is None:
            return
        count, unit, position = amount
        closing = self.after(position, "past_after")
        if closing is None and key == "bare":
            return
        days = (count or 1) * UNIT_DAYS[unit]
        if unit == "hour":
            days = max(1, -(-(count or 1) // 24))
        scope = Scope.DAILY if days <= 1 else Scope.PERIOD
        yield Found(closing or position, self.shift(-days), self.today, TimeBasis.RELATIVE, scope)

    def count_of_units(self, index: int) -> tuple[int | None, str, int] | None:
        """Return the number, if one stands there, the unit, and the token behind them."""
        count, position = self.number(index)
        unit = self.value(position, "units")
        if unit is not None:
            return count, *unit
        pair = self.value(index, "pairs")
        return None if pair is None else (2, *pair)

    def _ago(self, index: int) -> Iterator[Found]:
        after = self.after(index, "ago_before")
        if after is not None:
            yield from self._distance(after)

    def _ago_after(self, index: int) -> Iterator[Found]:
        for found in self._distance(index):
            after = self.after(found.last, "ago_after")
            if after is not None:
                yield found._replace(last=after)

    def _distance(self, index: int) -> Iterator[Found]:
        """Read "two days", "several weeks" as a time back from the post."""
        some = self.after(index, "some")
        amount = self.count_of_units(index if some is None else some)
        if amount is None:
            return
        count, unit, last = amount
        fewest, most = _SOME if some is not None else (count or 1, count or 1)
        days = UNIT_DAYS[unit]
        slack = _SLACK_DAYS[unit]
        if unit == "hour":
            # Six hours back may be the day before; two days are 48 hours.
            yield Found(last, self.shift(-max(1, most // 24)), self.shift(-(fewest // 24)), TimeBasis.RELATIVE)
        else:
            yield Found(last, self.shift(-most * days - slack), self.shift(-fewest * days + slack), TimeBasis.RELATIVE)

    def _weekday(self, index: int) -> Iterator[Found]:
        """Read "on Friday", "last Friday", "Friday last": the nearest one not after the post."""
        position = index
        shift = 0
        for key in ("last", "next", "on"):
            after = self.after(index, key)
            if after is not None and self.value(after, "weekdays") is not None:
                position, shift = after, {"last": 1, "next": -1, "on": 0}[key]
        named = self.value(position, "weekdays")
        if named is None:
            return
        value, last = named
        closing = self.after(last, "past_after")
        if closing is not None:
            last, shift = closing, 1
        if self.today is None:
            yield Found(last, None, None, TimeBasis.RELATIVE)
            return
        back = (self.today.isoweekday() - int(value)) % 7
        if shift == 1 and back == 0:
            back = 7
        if shift == -1:
            back -= 7
        day = self.today - timedelta(days=back)
        yield Found(last, day, day, TimeBasis.RELATIVE)

    # --- calendar dates ----------------------------------------------------------------------------------------------

    def _point(self, index: int) -> Found | None:
        """Read one date, month, year, weekday or relative day at ``index``, articles skipped."""
        index = self.after(index, "the") or index
        best: Found | None = None
        readings: list[Found] = [*self._days(index), *self._month_or_year(index, is_bare=True)]
        if index in self.senses:
            readings += [found for found in self._phrases(index) if found.scope is None]
            readings += self._weekday(index)
        for found in readings:
            if best is None or found.last > best.last:
                best = found
        return best

    def _days(self, index: int) -> Iterator[Found]:
        """Read "27 July 2024", "27-28 July", "July 25 to 27", "27.07.2024", "27.07" after a word that opens dates."""
        if index >= len(self.tokens):
            return
        token = self.tokens[index]
        if token.kind == DATE:
            day = written_day(token.norm)
            if day is not None:
                yield Found(index + 1, day, day, TimeBasis.EXPLICIT)
            return
        yield from self._short(index)
        yield from self._dashed(index)
        yield from self._day_month(index)
        if self.month_first:
            yield from self._month_day(index)

    def _short(self, index: int) -> Iterator[Found]:
        after = self.after(index, "on")
        position = after if after is not None else index
        if after is None or position >= len(self.tokens):
            return
        token = self.tokens[position]
        day, dot, month = token.norm.partition(".")
        if token.kind == NUMBER and dot and len(day) == 2 and len(month) == 2 and month.isdecimal() and day.isdecimal():
            found = self.day_of(int(day), int(month), None, position + 1)
            if found is not None:
                yield found

    def _dashed(self, index: int) -> Iterator[Found]:
        """Read "13-10-2024"."""
        parts = self.tokens[index : index + 5]
        numbers = parts[0::2]
        if len(parts) < 5 or any(part.norm not in DASHES for part in parts[1::2]):
            return
        if not all(part.kind == NUMBER and part.norm.isdecimal() for part in numbers):
            return
        if len(numbers[0].norm) <= 2 and len(numbers[1].norm) <= 2 and len(numbers[2].norm) == 4:
            day = calendar_day(int(numbers[2].norm), int(numbers[1].norm), int(numbers[0].norm))
            if day is not None:
                last = self.after(index + 5, "year_after") or index + 5
                yield Found(last, day, day, TimeBasis.EXPLICIT)

    def _day_month(self, index: int) -> Iterator[Found]:
        first = self.day_number(index)
        if first is None:
            return
        low, position = first
        high = low
        for _ in range(_MOST_DAYS):
            bridge = self.bridge(position) or self.after(position, "and")
            following = self.day_number(bridge) if bridge is not None else None
            if following is None or following[0] <= high:
                break
            high, position = following
        month_at = self.after(position, "of") or position
        named = self.value(month_at, "months")
        if named is None:
            return
        month, last = named
        last = self.twin_month(last, month)
        year, last = self.year(last)
        start = self.day_of(low, int(month), year, last)
        end = self.day_of(high, int(month), year, last)
        if start is not None and end is not None:
            yield _joined(start, end)

    def _month_day(self, index: int) -> Iterator[Found]:
        named = self.value(index, "months")
        if named is None:
            return
        month, position = named
        if position < len(self.tokens) and self.tokens[position].norm == ".":
            position += 1
        position = self.after(position, "the") or position
        first = self.day_number(position)
        if first is None or self.tokens[position].kind != NUMBER:
            return
        low, position = first
        high = low
        bridge = self.bridge(position)
        following = self.day_number(bridge) if bridge is not None else None
        if following is not None and following[0] > low and self.value(following[1], "months") is None:
            high, position = following
        year, last = self.year(position)
        start = self.day_of(low, int(month), year, last)
        end = self.day_of(high, int(month), year, last)
        if start is not None and end is not None:
            yield _joined(start, end)

    def _month_or_year(self, index: int, *, is_bare: bool = False) -> Iterator[Found]:
        """Read "in July 2024", "July 2024", "in 2024"; a bare month or year only where a word before calls for it."""
        after = self.after(index, "in")
        position = after if after is not None else index
        named = self.value(position, "months")
        if named is not None:
            month, last = named
            year, last = self.year(last)
            if year is not None or after is not None or is_bare:
                yield self.month_of(int(month), year, last)
            return
        before = self.after(position, "year_before")
        at = before if before is not None else position
        value = self.year_number(at)
        if value is None:
            return
        closing = self.after(at + 1, "year_after")
        birth = self.birth(closing or at + 1)
        if birth is not None:
            yield Found(birth, None, None, TimeBasis.EXPLICIT)
            return
        if before is None and closing is None and after is None and not is_bare:
            return
        yield Found(closing or at + 1, date(value, 1, 1), date(value, 12, 31), TimeBasis.EXPLICIT, Scope.PERIOD)


def _joined(start: Found, end: Found) -> Found:
    """Return the days from ``start`` to ``end``."""
    return end._replace(from_day=start.from_day, scope=None, is_range=start != end)
