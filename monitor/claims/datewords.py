"""The words of dates in one language: months, weekdays, units, "yesterday", "since", "ago", from ``lexicons/xx.dates.toml``.

The file's format stands in ``lexicons/_template.dates.toml``.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from monitor.claims.datafiles import DATES, lexicon_files, name_of
from monitor.claims.lexicon import parse_toml
from monitor.claims.shapes import strings, table
from monitor.claims.text import WORD, Token, tokenise
from monitor.errors import LexiconError

UNIT_DAYS: Mapping[str, int] = {"hour": 0, "day": 1, "week": 7, "month": 30, "year": 365}
_MEMORY = 20_000  # words remembered; beyond that they are forgotten, so that strange input cannot fill memory
_PHRASES = ("daily", "week", "month", "year_start", "war")
_WORDS = (
    "ordinal", "on", "of", "the", "in", "year_before", "year_after", "birth", "from", "to", "and", "since", "ago_before", "ago_after",
    "some", "past", "past_after", "last", "this", "next", "night_of", "night_to",
)  # fmt: skip
_TABLES = ("months", "weekdays", "relative", "units", "pairs", "numbers", "words", "phrases", "wars", "grammar")
_GRAMMAR = ("month_first", "particles")


class DateForm(NamedTuple):
    """A form found up to token ``last``, and what it means."""

    last: int
    category: str
    value: str


def _last(form: DateForm) -> int:
    return form.last


class DateWords:
    """One language's words for dates; its tables are those of the file."""

    def __init__(self, code: str, tables: Mapping[str, Any], *, file: str | None = None) -> None:
        """Build the look-up from the tables of ``file``.

        Raises:
            LexiconError: A table, key or form is wrong.
        """
        self.code = code
        self.month_first = False
        self._particles: tuple[str, ...] = ()
        self._forms: dict[str, list[tuple[tuple[str, ...], str, str]]] = {}
        self._stems: dict[str, list[tuple[tuple[str, ...], str, str]]] = {}
        for name, content in tables.items():
            where = f"{file or code + DATES} [{name}]"
            if name not in _TABLES:
                raise LexiconError(f"{where}: unknown table; known are {', '.join(_TABLES)}")
            if name == "grammar":
                self._set_grammar(where, table(content, where))
                continue
            for key, forms in table(content, where).items():
                _check(where, name, key)
                for form in strings(forms, f"{where} {key}"):
                    self._add(form, name, key, where=f"{where} {key}")
        self._memory: dict[str, tuple[tuple[tuple[str, ...], str, str], ...]] = {}
        self._stem_lengths = sorted({len(stem) for stem in self._stems}, reverse=True)

    def _set_grammar(self, where: str, content: Mapping[str, object]) -> None:
        unknown = set(content) - set(_GRAMMAR)
        if unknown:
            raise LexiconError(f"{where}: unknown key {min(unknown)}; known are {', '.join(_GRAMMAR)}")
        self.month_first = bool(content.get("month_first", False))
        self._particles = tuple(strings(content.get("particles", []), f"{where} particles"))

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

    def senses(self, tokens: Sequence[Token]) -> dict[int, list[DateForm]]:
        """Return, by first token, every form that stands there, longest first."""
        found = {}
        count = len(tokens)
        for index, token in enumerate(tokens):
            if token.kind != WORD:
                continue
            openings = self._memory.get(token.norm)
            if openings is None:
                if len(self._memory) >= _MEMORY:
                    self._memory.clear()
                openings = self._memory[token.norm] = tuple(self._opening(token.norm))
            forms = []
            for rest, category, value in openings:
                last = index + 1
                for word in rest:
                    if last >= count or tokens[last].norm != word:
                        break
                    last += 1
                else:
                    forms.append(DateForm(last, category, value))
            if forms:
                forms.sort(key=_last, reverse=True)
                found[index] = forms
        return found

    def _opening(self, word: str) -> Iterator[tuple[tuple[str, ...], str, str]]:
        yield from self._forms.get(word, ())
        for length in self._stem_lengths:
            yield from self._stems.get(word[:length], ())
        for particle in self._particles:
            if word.startswith(particle) and len(word) - len(particle) > 2:
                yield from self._forms.get(word[len(particle) :], ())


def load_date_words(folder: Path | None = None) -> dict[str, DateWords]:
    """Read every xx.dates.toml, by language; files of ``folder`` stand in place of the shipped ones of the same name.

    Raises:
        LexiconError: A file is wrong; the message names file, table and form.
    """
    result = {}
    for where, raw in lexicon_files(folder).items():
        if where.endswith(DATES):
            code = name_of(where).removesuffix(DATES)
            result[code] = DateWords(code, parse_toml(where, raw), file=where)
    return result


def _check(where: str, table: str, key: str) -> None:
    allowed: tuple[str, ...] | None = {
        "months": tuple(map(str, range(1, 13))),
        "weekdays": tuple(map(str, range(1, 8))),
        "units": tuple(UNIT_DAYS),
        "pairs": tuple(UNIT_DAYS),
        "words": _WORDS,
        "phrases": _PHRASES,
    }.get(table)
    if allowed is not None and key not in allowed:
        raise LexiconError(f"{where} {key}: unknown key; known are {', '.join(allowed)}")
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
