"""Time expressions in text, as intervals of calendar days relative to the day of the post.

The words lie in ``lexicons/xx.dates.toml``, one file a language (see ``_template.dates.toml``).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib.resources import files
from typing import Any, NamedTuple

from monitor.claims.lexicon import parse_toml
from monitor.claims.text import DATE, NUMBER, WORD, Token, tokenise
from monitor.errors import LexiconError
from monitor.model.claim import Scope, TimeBasis

_SUFFIX = ".dates.toml"
_AHEAD = timedelta(
    days=7
)  # a date without a year lies at most this far after the post: plans; else it is of the year before
_DASHES = frozenset("-\u2010\u2011\u2012\u2013\u2014")
_YEARS = range(1900, 2100)
_UNIT_DAYS: Mapping[str, int] = {"hour": 0, "day": 1, "week": 7, "month": 30, "year": 365}
_PHRASES = ("daily", "week", "month", "year_start", "war")
_WORDS = (
    "ordinal", "on", "of", "the", "in", "year_before", "year_after", "from", "to", "since", "ago_before", "ago_after",
    "past", "past_after", "last", "this", "next", "night_of", "night_to",
)  # fmt: skip
_TABLES = ("months", "weekdays", "relative", "units", "pairs", "numbers", "words", "phrases", "wars", "grammar")


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


class _Form(NamedTuple):
    """A form found up to token ``last``, and what it means."""

    last: int
    category: str
    value: str


class DateWords:
    """One language's words for dates; its tables are those of the file."""

    def __init__(self, code: str, tables: Mapping[str, Any]) -> None:
        """Build the look-up from a file's tables.

        Raises:
            LexiconError: A table, key or form is wrong.
        """
        self.code = code
        self.month_first = False
        self._particles: tuple[str, ...] = ()
        self._forms: dict[str, list[tuple[tuple[str, ...], str, str]]] = {}
        self._stems: dict[str, list[tuple[tuple[str, ...], str, str]]] = {}
        for table, content in tables.items():
            where = f"lexicons/{code}{_SUFFIX} [{table}]"
            if table not in _TABLES:
                raise LexiconError(f"{where}: unknown table; known are {', '.join(_TABLES)}")
            if table == "grammar":
                self._set_grammar(where, content)
                continue
            for key, forms in content.items():
                _check(where, table, key, forms)
                for form in forms:
                    self._add(form, table, key, where=f"{where} {key}")
        self._stem_lengths = sorted({len(stem) for stem in self._stems}, reverse=True)

    def _set_grammar(self, where: str, content: Mapping[str, Any]) -> None:
        unknown = set(content) - {"month_first", "particles"}
        if unknown:
            raise LexiconError(f"{where}: unknown key {min(unknown)}; known are month_first, particles")
        self.month_first = bool(content.get("month_first", False))
        self._particles = tuple(content.get("particles", ()))

    def _add(self, form: str, table: str, key: str, *, where: str) -> None:
        words = [token.norm for token in tokenise(form.removesuffix("*"))]
        if not words or "*" in form[:-1]:
            raise LexiconError(f"{where}: {form!r}: want words, with at most one star, at the end")
        if form.endswith("*"):
            if len(words) > 1:
                raise LexiconError(f"{where}: {form!r}: a star stands only after a single word")
            self._stems.setdefault(words[0], []).append(((), table, key))
        else:
            self._forms.setdefault(words[0], []).append((tuple(words[1:]), table, key))

    def senses(self, tokens: Sequence[Token]) -> dict[int, list[_Form]]:
        """Return, by first token, every form that stands there, longest first."""
        found = {}
        for index, token in enumerate(tokens):
            if token.kind != WORD:
                continue
            forms = [
                _Form(index + 1 + len(rest), category, value)
                for rest, category, value in self._opening(token.norm)
                if all(
                    index + offset < len(tokens) and tokens[index + offset].norm == word
                    for offset, word in enumerate(rest, start=1)
                )
            ]
            if forms:
                forms.sort(key=lambda form: -form.last)
                found[index] = forms
        return found

    def _opening(self, word: str) -> Iterator[tuple[tuple[str, ...], str, str]]:
        yield from self._forms.get(word, ())
        for length in self._stem_lengths:
            yield from self._stems.get(word[:length], ())
        for particle in self._particles:
            if word.startswith(particle) and len(word) - len(particle) > 2:
                yield from self._forms.get(word[len(particle) :], ())


def load_date_words() -> dict[str, DateWords]:
    """Read every lexicons/xx.dates.toml, by language.

    Raises:
        LexiconError: A file is wrong; the message names file, table and form.
    """
    folder = files("monitor.claims") / "lexicons"
    result = {}
    for item in sorted(folder.iterdir(), key=lambda item: item.name):
        if item.name.endswith(_SUFFIX) and not item.name.startswith("_"):
            code = item.name.removesuffix(_SUFFIX)
            result[code] = DateWords(code, parse_toml(f"lexicons/{item.name}", item.read_bytes()))
    return result


def find_dates(tokens: Sequence[Token], *, words: DateWords, posted_at: datetime | None) -> list[DateMention]:
    """Return the time expressions of ``tokens``, left to right, longest first, without overlap.

    ``posted_at`` is the day from which relative expressions and dates without a year count.
    """
    text = _Text(tokens, words, posted_at.date() if posted_at is not None else None)
    found = []
    index = 0
    while index < len(tokens):
        mention = text.mention_at(index)
        if mention is None:
            index += 1
        else:
            found.append(mention)
            index = mention.last
    return found


class _Found(NamedTuple):
    """Days read up to token ``last``."""

    last: int
    from_day: date | None
    to_day: date | None
    basis: TimeBasis
    scope: Scope | None = None
    is_since: bool = False
    is_range: bool = False


class _Text:
    """One text's tokens with their senses, and the readings at a token."""

    def __init__(self, tokens: Sequence[Token], words: DateWords, today: date | None) -> None:
        self._tokens = tokens
        self._today = today
        self._month_first = words.month_first
        self._senses = words.senses(tokens)

    def mention_at(self, index: int) -> DateMention | None:
        """Return the longest expression that starts at ``index``."""
        token = self._tokens[index]
        if token.kind not in {WORD, NUMBER, DATE}:
            return None
        best: _Found | None = None
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

    def _readings(self, index: int) -> Iterator[_Found]:
        if index in self._senses:
            yield from self._phrases(index)
            yield from self._span(index)
            yield from self._since(index)
            yield from self._night(index)
            yield from self._past(index)
            yield from self._ago(index)
            yield from self._weekday(index)
        yield from self._days(index)
        yield from self._ago_after(index)
        yield from self._month_or_year(index)

    # --- whole phrases -----------------------------------------------------------------------------------------------

    def _phrases(self, index: int) -> Iterator[_Found]:
        for last, category, value in self._senses[index]:
            if category == "relative":
                low, _, high = value.partition("..")
                yield self._relative(last, int(low), int(high or low))
            elif category == "wars":
                yield _Found(
                    last, date.fromisoformat(value), self._today, TimeBasis.EXPLICIT, Scope.WAR_TOTAL, is_since=True
                )
            elif category == "phrases":
                yield self._phrase(last, value)

    def _relative(self, last: int, low: int, high: int) -> _Found:
        return _Found(last, self._shift(low), self._shift(high), TimeBasis.RELATIVE)

    def _phrase(self, last: int, value: str) -> _Found:
        if value == "war":
            return _Found(last, None, self._today, TimeBasis.RELATIVE, Scope.WAR_TOTAL, is_since=True)
        if value == "year_start":
            start = None if self._today is None else date(self._today.year, 1, 1)
            return _Found(last, start, self._today, TimeBasis.RELATIVE, Scope.PERIOD, is_since=True)
        if value == "daily":
            return _Found(last, self._shift(-1), self._today, TimeBasis.RELATIVE, Scope.DAILY)
        return _Found(last, self._shift(-_UNIT_DAYS[value]), self._today, TimeBasis.RELATIVE, Scope.PERIOD)

    def _since(self, index: int) -> Iterator[_Found]:
        """Read "since 24 February 2022", "since Friday", "since 2014"."""
        after = self._after(index, "since")
        if after is None:
            return
        start = self._point(after)
        if start is not None and not start.is_range:
            yield _Found(start.last, start.from_day, self._today, start.basis, Scope.PERIOD, is_since=True)

    def _span(self, index: int) -> Iterator[_Found]:
        """Read "from 25 July to 3 August", "between Monday and Friday"."""
        after = self._after(index, "from")
        if after is None:
            return
        start = self._point(after)
        if start is None:
            return
        if start.is_range:  # "from 25 to 27 July"
            yield start
            return
        middle = self._after(start.last, "to")
        end = self._point(middle) if middle is not None else None
        if end is not None and (start.from_day is None or end.to_day is None or start.from_day <= end.to_day):
            yield _joined(start, end)

    def _night(self, index: int) -> Iterator[_Found]:
        """Read "in the night into 27 July" (26 to 27 July) and "the night of 26 July" (26 to 27 July)."""
        for key, before, after_days in (("night_to", -1, 0), ("night_of", 0, 1)):
            after = self._after(index, key)
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

    def _past(self, index: int) -> Iterator[_Found]:
        """Read "over the past three days", "last week", in any of the languages."""
        for key in ("past", "last", "this"):
            after = self._after(index, key)
            if after is not None:
                yield from self._amount(after, key)
        yield from self._amount(index, "bare")

    def _amount(self, index: int, key: str) -> Iterator[_Found]:
        amount = self._count_of_units(index)
        if amount is None:
            return
        count, unit, position = amount
        closing = self._after(position, "past_after")
        if closing is None and key == "bare":
            return
        days = (count or 1) * _UNIT_DAYS[unit]
        if unit == "hour":
            days = max(1, -(-(count or 1) // 24))
        scope = Scope.DAILY if days <= 1 else Scope.PERIOD
        yield _Found(closing or position, self._shift(-days), self._today, TimeBasis.RELATIVE, scope)

    def _count_of_units(self, index: int) -> tuple[int | None, str, int] | None:
        """Return the number, if one stands there, the unit, and the token behind them."""
        count, position = self._number(index)
        unit = self._value(position, "units")
        if unit is not None:
            return count, *unit
        pair = self._value(index, "pairs")
        return None if pair is None else (2, *pair)

    def _ago(self, index: int) -> Iterator[_Found]:
        after = self._after(index, "ago_before")
        if after is not None:
            yield from self._distance(after)

    def _ago_after(self, index: int) -> Iterator[_Found]:
        for found in self._distance(index):
            after = self._after(found.last, "ago_after")
            if after is not None:
                yield found._replace(last=after)

    def _distance(self, index: int) -> Iterator[_Found]:
        amount = self._count_of_units(index)
        if amount is None:
            return
        count, unit, last = amount
        days = (count or 1) * _UNIT_DAYS[unit]
        low = self._shift(-days)
        slack = {"hour": 1, "day": 0, "week": 3, "month": 15, "year": 182}[unit]
        if unit == "hour":
            yield _Found(last, self._shift(-max(1, (count or 1) // 24)), self._today, TimeBasis.RELATIVE)
        else:
            high = None if low is None else low + timedelta(days=slack)
            low = None if low is None else low - timedelta(days=slack)
            yield _Found(last, low, high, TimeBasis.RELATIVE)

    def _weekday(self, index: int) -> Iterator[_Found]:
        """Read "on Friday", "last Friday", "Friday last": the nearest one not after the post."""
        position = index
        shift = 0
        for key in ("last", "next", "on"):
            after = self._after(index, key)
            if after is not None and self._value(after, "weekdays") is not None:
                position, shift = after, {"last": 1, "next": -1, "on": 0}[key]
        named = self._value(position, "weekdays")
        if named is None:
            return
        value, last = named
        closing = self._after(last, "past_after")
        if closing is not None:
            last, shift = closing, 1
        if self._today is None:
            yield _Found(last, None, None, TimeBasis.RELATIVE)
            return
        back = (self._today.isoweekday() - int(value)) % 7
        if shift == 1 and back == 0:
            back = 7
        if shift == -1:
            back -= 7
        day = self._today - timedelta(days=back)
        yield _Found(last, day, day, TimeBasis.RELATIVE)

    # --- calendar dates ----------------------------------------------------------------------------------------------

    def _point(self, index: int) -> _Found | None:
        """Read one date, month, year, weekday or relative day at ``index``, articles skipped."""
        index = self._after(index, "the") or index
        best: _Found | None = None
        readings: list[_Found] = [*self._days(index), *self._month_or_year(index, is_bare=True)]
        if index in self._senses:
            readings += [found for found in self._phrases(index) if found.scope is None]
            readings += self._weekday(index)
        for found in readings:
            if best is None or found.last > best.last:
                best = found
        return best

    def _days(self, index: int) -> Iterator[_Found]:
        """Read "27 July 2024", "27-28 July", "July 25 to 27", "27.07.2024", "27.07" after a word that opens dates."""
        if index >= len(self._tokens):
            return
        token = self._tokens[index]
        if token.kind == DATE:
            day = _written(token.norm)
            if day is not None:
                yield _Found(index + 1, day, day, TimeBasis.EXPLICIT)
            return
        yield from self._short(index)
        yield from self._day_month(index)
        if self._month_first:
            yield from self._month_day(index)

    def _short(self, index: int) -> Iterator[_Found]:
        after = self._after(index, "on")
        position = after if after is not None else index
        if after is None or position >= len(self._tokens):
            return
        token = self._tokens[position]
        day, dot, month = token.norm.partition(".")
        if token.kind == NUMBER and dot and len(day) == 2 and len(month) == 2 and month.isdecimal() and day.isdecimal():
            found = self._day(int(day), int(month), None, position + 1)
            if found is not None:
                yield found

    def _day_month(self, index: int) -> Iterator[_Found]:
        first = self._day_number(index)
        if first is None:
            return
        low, position = first
        high = low
        joined = position
        while joined is not None:
            bridge = self._bridge(joined)
            following = self._day_number(bridge) if bridge is not None else None
            if following is None:
                break
            high, position = following
            joined = position
        month_at = self._after(position, "of") or position
        named = self._value(month_at, "months")
        if named is None:
            return
        month, last = named
        last = self._twin_month(last, month)
        year, last = self._year(last)
        start = self._day(low, int(month), year, last)
        end = self._day(high, int(month), year, last)
        if start is not None and end is not None:
            yield _joined(start, end)

    def _month_day(self, index: int) -> Iterator[_Found]:
        named = self._value(index, "months")
        if named is None:
            return
        month, position = named
        if position < len(self._tokens) and self._tokens[position].norm == ".":
            position += 1
        position = self._after(position, "the") or position
        first = self._day_number(position)
        if first is None or self._tokens[position].kind != NUMBER:
            return
        low, position = first
        high = low
        bridge = self._bridge(position)
        following = self._day_number(bridge) if bridge is not None else None
        if following is not None and following[0] > low and self._value(following[1], "months") is None:
            high, position = following
        year, last = self._year(position)
        start = self._day(low, int(month), year, last)
        end = self._day(high, int(month), year, last)
        if start is not None and end is not None:
            yield _joined(start, end)

    def _month_or_year(self, index: int, *, is_bare: bool = False) -> Iterator[_Found]:
        """Read "in July 2024", "July 2024", "in 2024"; a bare month or year only where a word before calls for it."""
        after = self._after(index, "in")
        position = after if after is not None else index
        named = self._value(position, "months")
        if named is not None:
            month, last = named
            year, last = self._year(last)
            if year is not None or after is not None or is_bare:
                yield self._month(int(month), year, last)
            return
        before = self._after(position, "year_before")
        at = before if before is not None else position
        value = self._year_number(at)
        if value is None:
            return
        closing = self._after(at + 1, "year_after")
        if before is None and closing is None and after is None and not is_bare:
            return
        yield _Found(closing or at + 1, date(value, 1, 1), date(value, 12, 31), TimeBasis.EXPLICIT, Scope.PERIOD)

    def _month(self, month: int, year: int | None, last: int) -> _Found:
        if year is None:
            if self._today is None:
                return _Found(last, None, None, TimeBasis.EXPLICIT)
            year = self._today.year if month <= self._today.month else self._today.year - 1
        start = date(year, month, 1)
        end = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
        return _Found(last, start, end, TimeBasis.EXPLICIT)

    def _day(self, day: int, month: int, year: int | None, last: int) -> _Found | None:
        if year is not None:
            known = _calendar(year, month, day)
            return None if known is None else _Found(last, known, known, TimeBasis.EXPLICIT)
        if self._today is None:
            return _Found(last, None, None, TimeBasis.EXPLICIT) if _calendar(2000, month, day) else None
        for candidate in (self._today.year + 1, self._today.year, self._today.year - 1, self._today.year - 4):
            known = _calendar(candidate, month, day)
            if known is not None and known <= self._today + _AHEAD:
                return _Found(last, known, known, TimeBasis.EXPLICIT)
        return None

    # --- pieces ------------------------------------------------------------------------------------------------------

    def _value(self, index: int, category: str) -> tuple[str, int] | None:
        """Return the meaning in that table of the longest form at ``index``, and the token behind it."""
        return next(
            ((form.value, form.last) for form in self._senses.get(index, ()) if form.category == category), None
        )

    def _after(self, index: int, key: str) -> int | None:
        """Return the token behind the form of [words] ``key`` at ``index``."""
        for form in self._senses.get(index, ()):
            if form.category == "words" and form.value == key:
                return form.last
        return None

    def _number(self, index: int) -> tuple[int | None, int]:
        """Return the small number at ``index``, if any, and the token behind it."""
        if index < len(self._tokens):
            token = self._tokens[index]
            if token.kind == NUMBER and token.norm.isdecimal() and len(token.norm) <= 3:
                return int(token.norm), index + 1
            named = self._value(index, "numbers")
            if named is not None:
                return int(named[0]), named[1]
        return None, index

    def _day_number(self, index: int) -> tuple[int, int] | None:
        """Return a day of the month at ``index`` and the token behind it, ordinal endings included."""
        value, position = self._number(self._after(index, "the") or index)
        if value is None or not 1 <= value <= 31:
            return None
        ending = position
        if ending < len(self._tokens) and self._tokens[ending].norm in _DASHES and self._touches(ending):
            ending += 1
        if ending < len(self._tokens) and self._touches(ending):
            after = self._after(ending, "ordinal")
            if after is not None:
                position = after
        return value, position

    def _bridge(self, index: int) -> int | None:
        """Return the token behind a dash, a comma or a word that joins two days."""
        if index < len(self._tokens) and self._tokens[index].norm in {*_DASHES, ","}:
            return index + 1
        return self._after(index, "to")

    def _twin_month(self, index: int, month: str) -> int:
        """Skip the same month said again in its other name behind a slash or in brackets."""
        if index + 1 < len(self._tokens) and self._tokens[index].norm in {"/", "("}:
            twin = self._value(index + 1, "months")
            if twin is not None and twin[0] == month:
                last = twin[1]
                return last + 1 if last < len(self._tokens) and self._tokens[last].norm == ")" else last
        return index

    def _year(self, index: int) -> tuple[int | None, int]:
        """Return the year at ``index``, if one stands there, and the token behind it."""
        position = index
        if position < len(self._tokens) and self._tokens[position].norm == ",":
            position += 1
        position = self._after(position, "of") or position
        position = self._after(position, "year_before") or position
        value = self._year_number(position)
        if value is None:
            return None, index
        last = position + 1
        closing = self._after(last, "year_after")
        if closing is not None:
            last = closing
        return value, last

    def _year_number(self, index: int) -> int | None:
        if index >= len(self._tokens):
            return None
        token = self._tokens[index]
        if token.kind != NUMBER or len(token.norm) != 4 or not token.norm.isdecimal():
            return None
        return int(token.norm) if int(token.norm) in _YEARS else None

    def _touches(self, index: int) -> bool:
        return self._tokens[index - 1].end == self._tokens[index].start

    def _shift(self, days: int) -> date | None:
        return None if self._today is None else self._today + timedelta(days=days)


def _joined(start: _Found, end: _Found) -> _Found:
    """Return the days from ``start`` to ``end``."""
    return end._replace(from_day=start.from_day, scope=None, is_range=start != end)


def _written(norm: str) -> date | None:
    """Return the day of "27.07.2024", "27/07/24" or "2024-07-27"; None for a clock or an impossible day."""
    if ":" in norm:
        return None
    if "-" in norm:
        year, month, day = (int(part) for part in norm.split("-"))
    else:
        day, month, year = (int(part) for part in norm.replace("/", ".").split("."))
    return _calendar(year + 2000 if year < 100 else year, month, day)


def _calendar(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _check(where: str, table: str, key: str, forms: object) -> None:
    allowed: tuple[str, ...] | None = {
        "months": tuple(map(str, range(1, 13))),
        "weekdays": tuple(map(str, range(1, 8))),
        "units": tuple(_UNIT_DAYS),
        "pairs": tuple(_UNIT_DAYS),
        "words": _WORDS,
        "phrases": _PHRASES,
    }.get(table)
    if allowed is not None and key not in allowed:
        raise LexiconError(f"{where} {key}: unknown key; known are {', '.join(allowed)}")
    if not isinstance(forms, list) or not all(isinstance(form, str) for form in forms):
        raise LexiconError(f"{where} {key}: want a list of forms in quotes")
    try:
        if table == "relative":
            for part in key.split(".."):
                int(part)
        elif table == "numbers":
            int(key)
        elif table == "wars":
            date.fromisoformat(key)
    except ValueError as error:
        raise LexiconError(f"{where} {key}: {error}") from error
