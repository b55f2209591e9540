"""The linguists' files: lexicons/*.toml as immutable look-up tables.

A form is one or more words as a reader would type them; a star at the end of a word stands for any ending. Nothing is a
regular expression.
"""

import hashlib
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from monitor.claims.datafiles import DATES, SHARED, Texts, lexicon_files, name_of
from monitor.claims.forms import Forms, Sense
from monitor.claims.gate import Gate
from monitor.claims.shapes import check_items, check_language, check_sides, strings, table
from monitor.claims.text import folded_words
from monitor.errors import LexiconError

_TOO_MANY = 1e15  # no word stands for a number like that
_MEMORY = 200_000  # words remembered without what is glued to them; beyond that the memory is dropped
_STANCE = frozenset({"polarity", "scope", "attribution"})  # the categories of the second layer of forms


_HARM = (
    "subject",
    "object",
    "both",
    "act",
    "victim",
    "victim_one",
    "victim_two",
    "toll",
    "manner",
    "weak",
    "code",
    "none",
    "bare",
)
_PERSONS = ("one", "many", "two", "unit")

# Which keys each table may hold, and whether the table's name or the key is what a form of it means.
_BY_TABLE: Mapping[str, tuple[str, tuple[str, ...]]] = {
    **dict.fromkeys(("killed", "wounded", "captured", "missing", "casualties", "lost", "destroyed"), ("harm", _HARM)),
    **dict.fromkeys(("military", "police", "civilian", "people", "unknown"), ("person", _PERSONS)),
}
_BY_KEY: Mapping[str, tuple[str, ...]] = {
    "bounds": ("approx", "at_least", "at_most", "approx_after", "at_least_after", "at_most_after", "from", "to", "between", "and", "inversion"),
    "grammar": ("of", "and", "by", "own", "none", "none_after", "change", "subset", "another", "relative", "stop", "with", "among", "both", "every", "camp", "ours", "enemy", "prepositions", "attack", "war", "civilians", "one_more", "fellow", "origin", "strikes", "attacked"),
    "not_counts": ("unit", "before", "ordinal", "cardinal", "attached", "months", "event", "object", "other"),
    "polarity": ("denied", "doubted", "hypothetical", "hypothetical_if", "affirmed"),
    "scope": ("daily", "period", "war_total", "incident", "running", "total", "over", "spans"),
    "attribution": ("prepositions", "verbs", "after", "anonymous", "bodies"),
    "ignore": ("forms",),
}  # fmt: skip
_OTHER = ("language", "numbers", "vague", "examples")


@dataclass(frozen=True, slots=True, kw_only=True)
class VagueValue:
    """What a vague word means: ``low..high``, or an approximate ``low`` where both are equal."""

    low: int
    high: int | None


class Lexicon:
    """One language's forms, and the shared sides and items in that language.

    They lie in two layers, so that one word can be both what happened and how the text stands behind it (a French
    conditional): ``content`` says what is counted and what befell it, ``stance`` who says so, how surely and of how long.
    """

    def __init__(self, code: str) -> None:
        self.code = code
        self.numbers: dict[str, tuple[str, float]] = {}
        self.vague: dict[str, VagueValue] = {}
        self.strips: tuple[str, ...] = ()
        self.endings: tuple[str, ...] = ()
        self.joiner = ""
        self.word_order = "fixed"
        self.plural_verbs: tuple[str, ...] = ()
        self.attacker = "both"
        self.has_compounds = False
        self.articles: frozenset[str] = frozenset()
        self.number_and: frozenset[str] = frozenset()
        self.abbreviations: frozenset[str] = frozenset()
        self.stop_words: frozenset[str] = frozenset()
        self.forms = 0
        self.content = Forms(self.peeled)
        self.stance = Forms(self.peeled)
        self.gate = Gate((), numbers=frozenset(), stop_words=frozenset(), peel=self.peeled)
        self._added: list[tuple[str, Sense]] = []
        self._peeled: dict[str, tuple[str, ...]] = {}

    def add(self, form: str, sense: Sense, *, where: str) -> None:
        """Add one form.

        Raises:
            LexiconError: The form is empty or has a star inside a word.
        """
        layers = (self.content, self.stance) if sense.category == "ignore" else (self._layer(sense),)
        added = [layer.add(form, sense, where=where) for layer in layers]
        self.forms += any(added)
        self._added.append((form, sense))

    def _layer(self, sense: Sense) -> Forms:
        return self.stance if sense.category in _STANCE else self.content

    def freeze(self, stop_words: AbstractSet[str]) -> None:
        """Finish: prepare the look-up of the words by which a text that may hold a claim is noticed."""
        self.stop_words = frozenset(stop_words)
        self.gate = Gate(self._added, numbers=self.numbers.keys(), stop_words=self.stop_words, peel=self.peeled)
        self._added.clear()

    def peeled(self, word: str) -> tuple[str, ...]:
        """Return ``word`` without each of the particles that the language glues to its front or end, nearest form first."""
        if not self.strips and not word.endswith(self.endings):
            return ()
        found = self._peeled.get(word)
        if found is None:
            fronts = [
                word[len(strip) :] for strip in self.strips if word.startswith(strip) and len(word) - len(strip) > 1
            ]
            backs = [word[: -len(end)] for end in self.endings if word.endswith(end) and len(word) - len(end) > 1]
            if len(self._peeled) >= _MEMORY:
                self._peeled.clear()
            found = self._peeled[word] = (*fronts, *backs)
        return found

    def is_known(self, word: str) -> bool:
        """Tell whether any form starts with the folded word."""
        return self.content.is_known(word) or self.stance.is_known(word)


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A phrase in a lexicon and the claims it must yield, in the compact notation; none for a phrase that is no claim."""

    language: str
    where: str
    text: str
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicons:
    """Every language's lexicon, and what is known of the sides in any language.

    ``parents`` maps a side to the side it is part of, ``civilians`` a side to the id of its country's civilians,
    ``countries`` an ISO 3166-1 alpha-2 code to the side of that state, ``codes`` a side to the code of the country it is of.
    ``nationals`` are the sides whose people, when no troops are named, are civilians: "five Lebanese were killed". ``enemies`` maps a side to those it fights.
    """

    by_language: Mapping[str, Lexicon]
    stop_words: Mapping[str, frozenset[str]]
    parents: Mapping[str, str]
    civilians: Mapping[str, str]
    countries: Mapping[str, str]
    codes: Mapping[str, str]
    nationals: frozenset[str]
    enemies: Mapping[str, tuple[str, ...]]
    examples: tuple[Example, ...]
    fingerprint: str
    file_count: int


def load_lexicons(folder: Path | None = None) -> Lexicons:
    """Read every lexicon; files of ``folder`` stand in place of the shipped ones of the same name.

    Raises:
        LexiconError: A file, table or form is wrong; the message names all three.
    """
    return parse_lexicons(lexicon_files(folder))


def parse_lexicons(texts: Texts) -> Lexicons:
    """Build the lexicons from the contents of their files."""
    data = {where: parse_toml(where, raw) for where, raw in texts.items() if not where.endswith(DATES)}
    lexicons: dict[str, Lexicon] = {}
    homes: dict[str, str] = {}
    stop_words: defaultdict[str, frozenset[str]] = defaultdict(frozenset)
    examples: list[Example] = []
    shared: dict[str, tuple[str, Mapping[str, Any]]] = {}
    for where, tables in data.items():
        name = name_of(where)
        if name in SHARED:
            shared[name] = where, tables
            continue
        code = name.partition(".")[0]
        homes.setdefault(code, where)
        lexicon = lexicons.setdefault(code, Lexicon(code))
        for name, content in tables.items():
            _add_table(lexicon, f"{where} [{name}]", name, table(content, f"{where} [{name}]"))
        language = tables.get("language", {})
        stop_words[code] |= {word for form in language.get("stop_words", ()) for word in folded_words(form)[:1]}
        examples += _examples(code, f"{where} [examples]", tables.get("examples", {}))
    languages_at, languages = shared.get("languages.toml", ("languages.toml", {}))
    sides_at, sides = shared.get("sides.toml", ("sides.toml", {}))
    items_at, items = shared.get("items.toml", ("items.toml", {}))
    check_sides(sides_at, sides)
    check_items(items_at, items)
    for code, lexicon in lexicons.items():
        if code not in languages:
            raise LexiconError(
                f"{homes[code]}: {languages_at} has no table [{code}], so that no text would be taken to be in it"
            )
        _add_sides(lexicon, sides_at, sides)
        _add_items(lexicon, items_at, items)
        if not stop_words[code]:
            raise LexiconError(f"{homes[code]} [language]: stop_words is missing")
        lexicon.freeze(stop_words[code])
    digest = hashlib.sha256()
    for name, raw in sorted((name_of(where), raw) for where, raw in texts.items()):
        digest.update(name.encode() + b"\0" + raw + b"\0")
    return Lexicons(
        by_language=lexicons,
        stop_words=dict(stop_words),
        parents={side: entry["parent"] for side, entry in sides.items() if "parent" in entry},
        civilians={
            side: entry.get("civilian", f"civ-{side}")
            for side, entry in sides.items()
            if "civilian" in entry or "country" in entry
        },
        countries={entry["country"]: side for side, entry in sides.items() if "country" in entry},
        codes={
            side: code
            for side, entry in sides.items()
            if (code := entry.get("country") or sides.get(entry.get("parent", ""), {}).get("country")) is not None
        },
        nationals=frozenset(side for side, entry in sides.items() if entry.get("nationals") == "civilians"),
        enemies={side: tuple(entry.get("enemies", ())) for side, entry in sides.items()},
        examples=tuple(examples),
        fingerprint=digest.hexdigest()[:16],
        file_count=len(texts),
    )


def parse_toml(where: str, raw: bytes) -> dict[str, Any]:
    """Return the tables of a TOML file; ``where`` names it in an error."""
    try:
        return tomllib.loads(raw.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LexiconError(f"{where}: {error}") from error


def _add_table(lexicon: Lexicon, where: str, table: str, content: Mapping[str, Any]) -> None:
    if table == "language":
        check_language(where, content)
        lexicon.strips = tuple(content.get("particles", lexicon.strips))
        lexicon.endings = tuple(content.get("endings", lexicon.endings))
        lexicon.joiner = content.get("joining_particle", lexicon.joiner)
        lexicon.word_order = content.get("word_order", lexicon.word_order)
        lexicon.plural_verbs += tuple(content.get("plural_verbs", ()))
        lexicon.has_compounds = content.get("compounds", lexicon.has_compounds)
        lexicon.attacker = content.get("attacker", lexicon.attacker)
        lexicon.articles |= frozenset(content.get("articles", ()))
        lexicon.number_and |= frozenset(content.get("number_and", ()))
        lexicon.abbreviations |= frozenset(content.get("abbreviations", ()))
    elif table == "numbers":
        _add_numbers(lexicon, where, content)
    elif table == "vague":
        _add_vague(lexicon, where, content)
    elif table in _BY_TABLE:
        category, keys = _BY_TABLE[table]
        for key, forms in content.items():
            _add_forms(lexicon, where, key, keys, forms, lambda key: Sense(category, table, key))
    elif table in _BY_KEY:
        for key, forms in content.items():
            _add_forms(lexicon, where, key, _BY_KEY[table], forms, lambda key: Sense(table, key))
    elif table not in _OTHER:
        raise LexiconError(f"{where}: unknown table; known are {', '.join((*_BY_TABLE, *_BY_KEY, *_OTHER))}")


def _add_forms(
    lexicon: Lexicon, where: str, key: str, keys: Sequence[str], forms: object, sense: Callable[[str], Sense]
) -> None:
    if key not in keys:
        raise LexiconError(f"{where} {key}: unknown key; known are {', '.join(keys)}")
    where, meaning = f"{where} {key}", sense(key)
    for form in strings(forms, where):
        lexicon.add(form, meaning, where=where)


_NUMBER_CLASSES = frozenset({"ones", "collective", "tens", "hundreds", "multipliers", "rounds", "halves"})


def _add_numbers(lexicon: Lexicon, where: str, content: Mapping[str, Any]) -> None:
    for kind, entries in content.items():
        if kind not in _NUMBER_CLASSES or not isinstance(entries, dict):
            raise LexiconError(f"{where} {kind}: unknown class; known are {', '.join(sorted(_NUMBER_CLASSES))}")
        for value, forms in entries.items():
            amount = _amount(value, f"{where} {kind}")
            for form in strings(forms, f"{where} {kind} {value}"):
                for word in folded_words(form):
                    lexicon.numbers[word] = (kind, amount)
                    lexicon.forms += 1


def _add_vague(lexicon: Lexicon, where: str, content: Mapping[str, Any]) -> None:
    for name, entry in content.items():
        if not isinstance(entry, dict) or not _is_range(entry.get("low"), entry.get("high")):
            raise LexiconError(f"{where} {name}: want low, high (whole numbers) and forms")
        lexicon.vague[name] = VagueValue(low=entry["low"], high=entry.get("high"))
        for form in strings(entry.get("forms", []), f"{where} {name}"):
            detail = next((key for key in ("multiplies", "limited") if entry.get(key, False)), "")
            lexicon.add(form, Sense("vague", name, detail), where=f"{where} {name}")


def _amount(value: str, where: str) -> float:
    try:
        amount = float(value)
    except ValueError as error:
        raise LexiconError(f"{where} {value}: want a number in front of its forms") from error
    if not 0 <= amount < _TOO_MANY:
        raise LexiconError(f"{where} {value}: want a number from 0 to {_TOO_MANY:,.0f}")
    return amount


def _is_range(low: object, high: object) -> bool:
    return (
        isinstance(low, int) and (high is None or isinstance(high, int)) and 0 <= low <= (low if high is None else high)
    )


def _add_sides(lexicon: Lexicon, at: str, sides: Mapping[str, Any]) -> None:
    for side, entry in sides.items():
        where = f"{at} [{side}]"
        for key, category in (("persons", "side"), ("bodies", "side"), ("adjectives", "side"), ("country", "side")):
            meaning = Sense(category, side, key)
            for form in entry.get(f"{lexicon.code}_{key}", ()):
                lexicon.add(form, meaning, where=where)


def _add_items(lexicon: Lexicon, at: str, items: Mapping[str, Any]) -> None:
    for item, entry in items.items():
        where = f"{at} [{item}]"
        for form in entry.get("models", ()):
            lexicon.add(form, Sense("item", item, "model"), where=where)
        for key in ("one", "many", "two"):
            meaning = Sense("item", item, key)
            for form in entry.get(f"{lexicon.code}_{key}", ()):
                lexicon.add(form, meaning, where=where)


def _examples(code: str, where: str, content: Mapping[str, Any]) -> Iterator[Example]:
    for phrase, claims in content.items():
        yield Example(language=code, where=where, text=phrase, claims=tuple(strings(claims, f"{where} {phrase!r}")))
