"""How place names change and stand in a sentence, by language: the rules of ``gazetteer/grammar.toml``."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from monitor.claims.datafiles import GRAMMAR
from monitor.claims.lexicon import parse_toml
from monitor.claims.shapes import table
from monitor.claims.text import fold, tokenise
from monitor.errors import LexiconError

_LATIN_END = "\u024f"
_APOSTROPHES = "'\u02bf\u02be"
_LONGEST_ENDING = 5
_SHORTEST_STEM = 2
_LONG_ENDING = 3  # letters; behind such an ending a stem of one letter will do
_SHORTEST_PEELED = 2
_LISTS = ("before", "heads", "regions", "regions_before", "and", "ignored", "weak", "suffixes")
_TABLES = ("endings", "adjectives", "prefixes", *_LISTS)


@lru_cache(maxsize=32768)
def name_key(word: str) -> str:
    """Return a folded word as names are looked up: no accents on Latin letters, no apostrophes."""
    if word.isascii() or word[0] > _LATIN_END:
        return word.replace("'", "")
    letters = unicodedata.normalize("NFD", word)
    return "".join(char for char in letters if not unicodedata.combining(char) and char not in _APOSTROPHES)


def name_words(name: str) -> str:
    """Return the look-up keys of a name's words, apart by one space; empty for a name without letters."""
    keys = (name_key(token.norm) for token in tokenise(name) if token.kind in {"word", "number"})
    return " ".join(key for key in keys if key)


class WordList:
    """Words and stems (written with a star) as a set."""

    def __init__(self, forms: tuple[str, ...]) -> None:
        self._words = frozenset(fold(form) for form in forms if not form.endswith("*"))
        self._stems = tuple(fold(form[:-1]) for form in forms if form.endswith("*"))

    def has_whole(self, word: str) -> bool:
        """Tell whether the list holds the word itself, not only a stem of it."""
        return word in self._words

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and (word in self._words or word.startswith(self._stems))


@dataclass(frozen=True, slots=True, kw_only=True)
class ToponymGrammar:
    """One language's rules; the fields are the tables of the file."""

    endings: Mapping[str, tuple[str, ...]]
    adjective_endings: tuple[str, ...]
    adjective_suffixes: tuple[str, ...]
    adjective_replacements: tuple[str, ...]
    prefixes: tuple[tuple[str, str], ...]
    suffixes: tuple[str, ...]
    before: WordList
    heads: WordList
    regions: WordList
    regions_before: WordList
    conjunctions: WordList
    ignored: frozenset[str]
    weak: frozenset[str]

    def nominatives(self, word: str) -> tuple[str, ...]:
        """Return the keys of the names that the folded word may be a form of, itself first."""
        bare = name_key(word)
        found = {bare: None}
        for suffix in self.suffixes:
            if word.endswith(suffix):
                found[name_key(word.removesuffix(suffix))] = None
        for prefix, replacement in self.prefixes:
            if word.startswith(prefix) and len(word) - len(prefix) >= _SHORTEST_PEELED:
                found[name_key(replacement + word[len(prefix) :])] = None
        if self.endings:
            for length in range(min(_LONGEST_ENDING, len(bare) - 1), -1, -1):
                stem = bare[: len(bare) - length]
                if len(stem) < _SHORTEST_STEM and length < _LONG_ENDING:
                    continue
                for nominative in self.endings.get(bare[len(stem) :], ()):
                    found[stem + nominative] = None
        return tuple(form for form in found if form)

    def is_in(self, words: WordList, word: str) -> bool:
        """Tell whether the folded word is in the list, by itself or behind a particle glued to it."""
        return word in words or any(
            word.startswith(prefix) and replacement + word[len(prefix) :] in words
            for prefix, replacement in self.prefixes
        )

    def of_adjective(self, word: str) -> tuple[str, ...]:
        """Return the keys of the names that the folded word may be an adjective of; none in most languages."""
        bare = name_key(word)
        found: dict[str, None] = {}
        for ending in self.adjective_endings:
            stem = bare.removesuffix(ending)
            if stem == bare:
                continue
            for suffix in self.adjective_suffixes:
                name = stem.removesuffix(suffix)
                if name != stem and len(name) >= _SHORTEST_STEM:
                    found |= dict.fromkeys(name_key(name + replacement) for replacement in self.adjective_replacements)
        return tuple(found)

    def glued_before(self, word: str, names: frozenset[str]) -> int:
        """Return how many letters at the front of the folded word are a particle and not part of the ``names`` read."""
        if name_key(word) in names:
            return 0
        for prefix, replacement in self.prefixes:
            if word.startswith(prefix) and any(
                form.partition(" ")[0] in self.nominatives(replacement + word[len(prefix) :]) for form in names
            ):
                return len(prefix) - len(replacement) if word.startswith(prefix + replacement) else len(prefix)
        return 0

    def glued_after(self, word: str, names: frozenset[str]) -> int:
        """Return how many letters at the end of the folded word are a particle."""
        key = name_key(word)
        for suffix in self.suffixes:
            if word.endswith(suffix) and not any(name.rpartition(" ")[2] == key for name in names):
                return len(suffix)
        return 0


def parse_grammars(raw: bytes, *, file: str = GRAMMAR) -> dict[str, ToponymGrammar]:
    """Build the rules from the content of grammar.toml, which lies at ``file``, by language.

    Raises:
        LexiconError: A table or list is wrong.
    """
    return {
        language: _grammar(f"{file} [{language}]", table(content, f"{file} [{language}]"))
        for language, content in parse_toml(file, raw).items()
    }


def _grammar(where: str, rules: Mapping[str, object]) -> ToponymGrammar:
    unknown = set(rules) - set(_TABLES)
    if unknown:
        raise LexiconError(f"{where} {min(unknown)}: unknown table; known are {', '.join(_TABLES)}")
    lists = {name: _words(f"{where} {name}", rules.get(name, [])) for name in _LISTS}
    endings: dict[str, tuple[str, ...]] = {}
    for nominative, obliques in table(rules.get("endings", {}), f"{where} endings").items():
        for oblique in _strings(f"{where} endings {nominative!r}", obliques):
            endings[oblique] = (*endings.get(oblique, ()), nominative)
    adjectives = table(rules.get("adjectives", {}), f"{where} adjectives")
    prefixes = rules.get("prefixes", [])
    if not isinstance(prefixes, list):
        raise LexiconError(f"{where} prefixes: want a list of pairs")
    return ToponymGrammar(
        endings=endings,
        adjective_endings=_strings(f"{where} adjectives endings", adjectives.get("endings", [])),
        adjective_suffixes=_strings(f"{where} adjectives suffixes", adjectives.get("suffixes", [])),
        adjective_replacements=_strings(f"{where} adjectives replacements", adjectives.get("replacements", [])),
        prefixes=tuple(sorted((_pair(f"{where} prefixes", pair) for pair in prefixes), key=lambda pair: -len(pair[0]))),
        suffixes=lists["suffixes"],
        before=WordList(lists["before"]),
        heads=WordList(lists["heads"]),
        regions=WordList(lists["regions"]),
        regions_before=WordList(lists["regions_before"]),
        conjunctions=WordList(lists["and"]),
        ignored=frozenset(name_words(word) for word in lists["ignored"]),
        weak=frozenset(name_words(word) for word in lists["weak"]),
    )


def _strings(where: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise LexiconError(f"{where}: want a list of words in quotes")
    return tuple(value)


def _words(where: str, value: object) -> tuple[str, ...]:
    words = _strings(where, value)
    for word in words:
        if not word.strip("* "):
            raise LexiconError(f"{where}: {word!r}: want a word")
    return words


def _pair(where: str, value: object) -> tuple[str, str]:
    match value:
        case [str(prefix), str(replacement)] if prefix:
            return prefix, replacement
        case _:
            raise LexiconError(f'{where}: {value!r}; want ["prefix", "what stands there instead"]')
