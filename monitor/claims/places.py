"""Place names in text, in any case and with any particle, as gazetteer entries.

The data lies in ``gazetteer/``: the tables of entries.py, and ``grammar.toml``, which says how names stand in a sentence.
"""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from monitor.claims.datafiles import GRAMMAR, Texts, gazetteer_files, name_of
from monitor.claims.entries import Entries, distance_km
from monitor.claims.text import NUMBER, PUNCT, WORD, Token
from monitor.claims.toponyms import ToponymGrammar, WordList, name_key, parse_grammars
from monitor.model.claim import Place

__all__ = ["Gazetteer", "PlaceMention", "distance_km"]

_MEMORY = (
    50_000  # words remembered a language; beyond that they are forgotten, so that strange input cannot fill memory
)
_DASHES = frozenset("-\u2010\u2011\u2012\u2013")
_BRACKETS = frozenset(",(/")
_SHORTEST_FORM = 4  # letters
_DOMINANT = 8  # times as many people as any namesake: the one that is meant where nothing else tells
_LARGER = 2  # times as many, among the places that reports of war speak of
_OVERWHELMING = 300  # times as many: meant even where the post speaks of the other's country
_SAME_SPOT_KM = 30.0  # namesakes this close are one town and its parts
_NEAR_KM = 150.0  # of several namesakes, the one this close to the post's other places is meant
_MUCH_NEARER = 2.5  # times as near as the next namesake


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceMention:
    """A place name over tokens ``first`` to ``last`` (half-open), a head such as "region" included.

    ``start`` and ``end`` are code points of the text and leave out particles glued to the name ("l'", "'s", wa-, bi-).
    ``candidates`` are all entries so named, most populous first; never empty. ``has_cue`` tells whether the words around
    say that a place is meant (a preposition, a head, another place of a list).
    """

    first: int
    last: int
    start: int
    end: int
    candidates: tuple[Place, ...]
    has_cue: bool


class _Raw(NamedTuple):
    """A name read, before the words around it are weighed."""

    mention: PlaceMention
    is_certain: bool  # well known, or in a file that people edit
    is_weak: bool  # also a person's or a thing's name


class _Known(NamedTuple):
    """What a word may be: names that it is by itself, that it opens, that it is an adjective of.

    ``may_be_small`` tells whether a small first letter is no obstacle.
    """

    names: tuple[str, ...]
    openings: tuple[str, ...]
    adjective_of: tuple[str, ...]
    may_be_small: bool


class Gazetteer:
    """All places by all their names; load once and share."""

    def __init__(self, texts: Texts) -> None:
        """Build from the contents of the files.

        Raises:
            LexiconError: A file, row or column is wrong.
        """
        self._entries = Entries({where: raw for where, raw in texts.items() if name_of(where) != GRAMMAR})
        grammar = next(where for where in texts if name_of(where) == GRAMMAR)
        self._grammars = parse_grammars(texts[grammar], file=grammar)
        self._memory: dict[str, dict[str, _Known | None]] = {language: {} for language in self._grammars}
        self._stems: dict[str, dict[str, tuple[str, ...]]] = {language: {} for language in self._grammars}
        digest = hashlib.sha256()
        for name, raw in sorted((name_of(where), raw) for where, raw in texts.items()):
            digest.update(name.encode() + b"\0" + raw + b"\0")
        self.fingerprint = digest.hexdigest()[:16]

    @classmethod
    def load(cls, folder: Path | None = None) -> "Gazetteer":
        """Read the shipped files; those of ``folder`` stand in place of the shipped ones of the same name, or are added.

        Raises:
            LexiconError: A file, row or column is wrong.
        """
        gazetteer = cls(gazetteer_files(folder))
        if folder is not None:
            gazetteer._entries.verify()  # what is shipped is verified by a test
        return gazetteer

    def place(self, identifier: str) -> Place | None:
        """Return the entry of that id."""
        return self._entries.place(identifier)

    def population(self, place: Place) -> int:
        """Return how many people live there; 0 where it is not known."""
        return self._entries.population(place)

    def contains(self, whole: Place, part: Place) -> bool:
        """Tell whether ``part`` lies in ``whole`` by the chain of parents; a place contains itself."""
        return self._entries.contains(whole, part)

    def find(self, tokens: Sequence[Token], text: str, *, language: str) -> list[PlaceMention]:
        """Return the place names of ``tokens``, left to right, longest first, without overlap."""
        grammar = self._grammars.get(language)
        if grammar is None:
            language, grammar = "en", self._grammars["en"]
        memory = self._memory[language]
        reader = _NameReader(self._entries, tokens, text, grammar, self._stems[language])
        found: list[_Raw] = []
        index = 0
        for position, token in enumerate(tokens):
            if position < index or token.kind != WORD:
                continue
            word = token.norm
            if word in memory:
                known = memory[word]
            else:
                if len(memory) >= _MEMORY:
                    memory.clear()
                known = memory[word] = self._known(word, grammar)
            if known is None or not (known.may_be_small or text[token.start].isupper()):
                continue
            if not (known.names or known.adjective_of or reader.goes_on(position)):
                continue
            raw = reader.read_at(position, known, found[-1].mention if found else None)
            if raw is not None:
                found.append(raw)
                index = raw.mention.last
        return _weighed(found, tokens)

    def resolve(
        self, mention: PlaceMention, *, countries: Collection[str] = (), near: Sequence[Place] = ()
    ) -> Place | None:
        """Return which of the mention's candidates is meant, or None where the context does not tell.

        ``countries`` are those that the post speaks of (ISO 3166-1 alpha-2), ``near`` its other places already known.
        """
        candidates = mention.candidates
        if len(candidates) == 1 or self._outnumbers(candidates[0], candidates[1:], _OVERWHELMING):
            return candidates[0]
        wholes = [place for place in near if place.kind in {"region", "area"}]
        for chosen in (
            [place for place in candidates if any(self.contains(whole, place) for whole in wholes)],
            [place for place in candidates if place.country in countries],
            [place for place in candidates if any(_is_near(place, other) for other in near)],
        ):
            if len(chosen) == 1:
                return chosen[0]
            candidates = tuple(chosen) or candidates
        largest, *others = candidates
        if self._outnumbers(largest, others, _DOMINANT):
            return largest
        edited = [place for place in candidates if self._entries.is_edited(place)]
        if edited and self._outnumbers(edited[0], edited[1:], _LARGER):
            return edited[0]
        if all(distance_km(largest, place) <= _SAME_SPOT_KM for place in others):
            return largest
        return _nearest(candidates, near)

    def _outnumbers(self, place: Place, others: Sequence[Place], times: int) -> bool:
        people = max((self.population(other) for other in others), default=0)
        return self.population(place) >= times * max(people, 1)

    def resolve_all(self, mentions: Sequence[PlaceMention], *, countries: Collection[str] = ()) -> list[Place | None]:
        """Return the place meant by each mention of one post; what is clear helps with what is not.

        ``countries`` are those known otherwise, from the sides named.
        """
        near = [mention.candidates[0] for mention in mentions if len(mention.candidates) == 1]
        around = {*countries, *(place.country for place in near if place.country is not None)}
        return [self.resolve(mention, countries=around, near=near) for mention in mentions]

    def _known(self, word: str, grammar: ToponymGrammar) -> _Known | None:
        forms = grammar.nominatives(word)
        openings = tuple(form for form in forms if self._entries.opens(form))
        names: tuple[str, ...] = ()
        if not any(
            words.has_whole(word) for words in (grammar.before, grammar.heads, grammar.regions, grammar.regions_before)
        ):
            names = tuple(form for form in forms if self._is_read(form, word) and form not in grammar.ignored)
            if names[:1] == forms[:1] and any(map(self._entries.is_certain, self._entries.rows(names[:1]))):
                names = names[:1]  # a known name as it stands is no case or compound of another
        adjective_of = tuple(form for form in grammar.of_adjective(word) if self._entries.is_name(form))
        if not names and not openings and not adjective_of:
            return None
        has_particle = any(len(word) > len(prefix) and word.startswith(prefix) for prefix, _ in grammar.prefixes)
        has_no_case = word[0] == word[0].upper()
        may_be_small = has_no_case or has_particle or bool(adjective_of) or any(map(self._entries.opens_small, forms))
        return _Known(names, openings, adjective_of, may_be_small)

    def _is_read(self, name: str, word: str) -> bool:
        """Tell whether the word may be the name; of very short words, which are many names' case forms, only as it stands."""
        return self._entries.is_name(name) and (len(word) >= _SHORTEST_FORM or name == name_key(word) or name in word)


class _NameReader:
    """Reads names in one text."""

    def __init__(
        self,
        entries: Entries,
        tokens: Sequence[Token],
        text: str,
        grammar: ToponymGrammar,
        stems: dict[str, tuple[str, ...]],
    ) -> None:
        self._entries = entries
        self._stems = stems  # remembers grammar.nominatives
        self._tokens = tokens
        self._text = text
        self._grammar = grammar

    def read_at(self, index: int, known: _Known, previous: PlaceMention | None) -> _Raw | None:
        """Return the longest name that starts at ``index``."""
        last, names = self._longest(index, known)
        is_adjective = bool(known.adjective_of) and last == index + 1 and self._head_behind(index + 1) is not None
        if is_adjective:
            names = known.adjective_of
        if not names:
            return None
        is_weak = all(name in self._grammar.weak for name in names)
        if is_weak and self._is_capital(last):
            return None  # a first name and a surname
        rows = self._entries.rows(names)
        places = tuple(map(self._entries.at, rows))
        start, end, first = self._tokens[index].start, self._tokens[last - 1].end, index
        if not is_adjective:
            spelled = frozenset(names)
            start += self._grammar.glued_before(self._tokens[index].norm, spelled)
            end -= self._grammar.glued_after(self._tokens[last - 1].norm, spelled)
        glued = self._tokens[index].norm[: start - self._tokens[index].start]
        has_cue = is_adjective or glued[-1:] in self._grammar.before or self._has_cue(index, last, previous)
        if self._is_in(self._grammar.regions, last):
            places, last = self._regions(places), last + 1
            end, has_cue = self._tokens[last - 1].end, True
        elif self._is_in(self._grammar.heads, last):
            end, has_cue, last = self._tokens[last].end, True, last + 1
        else:
            opening = self._region_before(index)
            if opening is not None and (previous is None or opening >= previous.last):
                places = self._regions(places)
                first, start, has_cue = opening, self._tokens[opening].start, True
        return _Raw(
            mention=PlaceMention(first=first, last=last, start=start, end=end, candidates=places, has_cue=has_cue),
            is_certain=self._entries.is_certain(rows[0])
            or any(map(self._entries.is_certain, rows))
            or " " in max(names, key=len),
            is_weak=is_weak,
        )

    def goes_on(self, index: int) -> bool:
        """Tell whether the word behind ``index`` may be the second of a name."""
        position = self._next_word(index + 1)
        return position < len(self._tokens) and any(
            self._entries.is_second(stem) for stem in self._nominatives(self._tokens[position].norm)
        )

    def _longest(self, index: int, known: _Known) -> tuple[int, tuple[str, ...]]:
        """Return the token behind the longest name that opens at ``index``, and the names it may be."""
        entries = self._entries
        is_capital = self._is_capital(index)
        last, names = index + 1, self._allowed(index, known.names, is_capital=is_capital)
        level: Sequence[str] = known.openings
        position = index + 1
        while level:
            position = self._next_word(position)
            if position == len(self._tokens):
                break
            stems = self._nominatives(self._tokens[position].norm)
            position += 1
            joined = [f"{name} {stem}" for name in level for stem in stems]
            named = [name for name in joined if entries.is_name(name) and name not in self._grammar.ignored]
            found = self._allowed(index, named, is_capital=is_capital)
            if found:
                last, names = position, found
            level = [name for name in joined if entries.opens(name)]
        return last, names

    def _allowed(self, index: int, names: Sequence[str], *, is_capital: bool) -> tuple[str, ...]:
        """Return those of the names that may be written as the word at ``index`` is."""
        if not is_capital:
            return tuple(name for name in names if self._entries.is_small(name))
        token = self._tokens[index]
        is_upper = self._text[token.start : token.end].isupper()
        return tuple(name for name in names if is_upper or not self._entries.is_acronym(name))

    def _nominatives(self, word: str) -> tuple[str, ...]:
        known = self._stems.get(word)
        if known is None:
            if len(self._stems) >= _MEMORY:
                self._stems.clear()
            known = self._stems[word] = self._grammar.nominatives(word)
        return known

    def _next_word(self, position: int) -> int:
        """Return the index of the word that goes on a name at ``position``: next, or behind a hyphen; else the count."""
        tokens = self._tokens
        if position < len(tokens) and tokens[position].kind == PUNCT and tokens[position].norm in _DASHES:
            position += 1
        return position if position < len(tokens) and tokens[position].kind in {WORD, NUMBER} else len(tokens)

    def _word(self, index: int) -> str:
        return self._tokens[index].norm if 0 <= index < len(self._tokens) else ""

    def _is_in(self, words: WordList, index: int) -> bool:
        word = self._word(index)
        return bool(word) and self._grammar.is_in(words, word)

    def _is_capital(self, index: int) -> bool:
        """Tell whether the word at ``index`` starts with a capital, or is of a script that has none."""
        if index >= len(self._tokens) or self._tokens[index].kind != WORD:
            return False
        token = self._tokens[index]
        first = self._text[token.start]
        if first.isupper() or first.upper() == first:
            return True
        return any(
            token.norm.startswith(prefix) and self._text[token.start + len(prefix) : token.end][:1].isupper()
            for prefix, _ in self._grammar.prefixes
        )

    def _has_cue(self, index: int, last: int, previous: PlaceMention | None) -> bool:
        """Tell whether the words around tokens ``index`` to ``last`` say that a place is meant."""
        before = self._word(index - 1)
        if before == "#" or self._is_in(self._grammar.before, index - 1):
            return True
        if previous is not None:
            between = {self._word(position) for position in range(previous.last, index)}
            if len(between) <= 2 and all(word in _BRACKETS or word in self._grammar.conjunctions for word in between):
                return previous.has_cue
        return self._word(last) == ":" and (index == 0 or self._tokens[index - 1].kind != WORD)

    def _head_behind(self, index: int) -> int | None:
        """Return the token of the head that an adjective before ``index`` belongs to, a second adjective skipped."""
        for position in (index, index + 2):
            if self._is_in(self._grammar.heads, position) or self._is_in(self._grammar.regions, position):
                return position
            joiner = self._word(index)
            if joiner not in _BRACKETS and joiner not in self._grammar.conjunctions:
                return None
        return None

    def _region_before(self, index: int) -> int | None:
        """Return the token of a word like "province" right before ``index``, or before one small word there."""
        if self._is_in(self._grammar.regions_before, index - 1):
            return index - 1
        if self._is_in(self._grammar.regions_before, index - 2) and self._is_in(self._grammar.before, index - 1):
            return index - 2
        return None

    def _regions(self, places: tuple[Place, ...]) -> tuple[Place, ...]:
        """Return the regions that are called after the towns; the places themselves where none is."""
        regions = tuple(
            region
            for place in places
            if (region := place if place.kind == "region" else self._entries.region_around(place))
        )
        return tuple(dict.fromkeys(regions)) or places


def _is_near(place: Place, other: Place) -> bool:
    return other.kind == "town" and place.id != other.id and distance_km(place, other) <= _NEAR_KM


def _nearest(candidates: Sequence[Place], near: Sequence[Place]) -> Place | None:
    """Return the candidate that is by far the nearest to the towns of ``near``."""
    towns = [place for place in near if place.kind == "town"]
    if not towns:
        return None
    first, second, *_ = sorted(
        (min(distance_km(place, town) for town in towns), place.id, place) for place in candidates
    )
    return first[2] if first[0] <= _NEAR_KM and second[0] >= _MUCH_NEARER * max(first[0], 1.0) else None


def _weighed(found: Sequence[_Raw], tokens: Sequence[Token]) -> list[PlaceMention]:
    """Return the names that are places: well known, or marked by the words around, or beside a region or country."""
    kept = []
    for index, raw in enumerate(found):
        mention = raw.mention
        is_kept = mention.has_cue or (raw.is_certain and not raw.is_weak)
        if not is_kept and index + 1 < len(found):
            after = found[index + 1]
            is_kept = after.mention.first - mention.last == 1 and (
                tokens[mention.last].norm in _BRACKETS and after.mention.candidates[0].kind in {"region", "country"}
            )
        if is_kept:
            kept.append(mention)
    return kept
