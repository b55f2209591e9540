"""Place names in text, in any case and with any particle, as gazetteer entries.

The data lies in ``gazetteer/``: ``geonames.tsv`` (built by tools/build_gazetteer.py from GeoNames), ``countries.tsv``, and
the files that people edit, ``regions.tsv`` and ``overlay.tsv``. ``declension.toml`` says how names change in a sentence.
"""

import hashlib
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from math import asin, cos, radians, sin, sqrt

from monitor.claims.lexicon import parse_toml
from monitor.claims.text import PUNCT, WORD, Token, fold, tokenise
from monitor.errors import LexiconError
from monitor.model.claim import Place

_EARTH_RADIUS_KM = 6371.0
_MEMORY = 100_000  # words remembered; beyond that the memory is dropped, so that strange input cannot fill it
_DASHES = frozenset("-\u2010\u2011\u2012\u2013")
_DOMINANT = 8  # times as many people as any namesake: the one that is meant where nothing else tells
_COLUMNS = (
    "id",
    "name",
    "kind",
    "country",
    "parent",
    "latitude",
    "longitude",
    "population",
    "en",
    "ru",
    "uk",
    "fr",
    "ar",
)
_LANGUAGE_COLUMNS = _COLUMNS[8:]
_KINDS = frozenset({"town", "village", "site", "region", "country", "area"})


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceMention:
    """A place name over tokens ``first`` to ``last`` (half-open).

    ``start`` and ``end`` are code points of the text and leave out particles glued to the name ("l'", "'s", wa-, bi-).
    ``candidates`` are all entries so named, most populous first; never empty.
    """

    first: int
    last: int
    start: int
    end: int
    candidates: tuple[Place, ...]


def distance_km(a: Place, b: Place) -> float:
    """Return the great-circle distance between two places."""
    latitude_a, latitude_b = radians(a.latitude), radians(b.latitude)
    half_latitude = (latitude_b - latitude_a) / 2
    half_longitude = radians(b.longitude - a.longitude) / 2
    chord = sin(half_latitude) ** 2 + cos(latitude_a) * cos(latitude_b) * sin(half_longitude) ** 2
    return 2 * _EARTH_RADIUS_KM * asin(min(1.0, sqrt(chord)))


@lru_cache(maxsize=32768)
def name_key(word: str) -> str:
    """Return a folded word as names are looked up: no accents on Latin letters, no apostrophes."""
    if word.isascii():
        return word.replace("'", "")
    if word[0] > "\u024f":
        return word.replace("'", "")
    letters = unicodedata.normalize("NFD", word)
    return "".join(char for char in letters if not unicodedata.combining(char) and char not in "'\u02bf\u02be")


def name_words(name: str) -> str:
    """Return the look-up keys of a name's words, apart by one space; empty for a name without letters."""
    keys = (name_key(token.norm) for token in tokenise(name) if token.kind in {"word", "number"})
    return " ".join(key for key in keys if key)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Declension:
    """How one language changes names: oblique ending -> nominative endings, and what is glued to the front or end."""

    endings: Mapping[str, tuple[str, ...]]
    prefixes: tuple[tuple[str, str], ...]
    suffixes: tuple[str, ...]
    ignored: frozenset[str]


class Gazetteer:
    """All places by all their names; load once and share."""

    def __init__(self, texts: Mapping[str, bytes]) -> None:
        """Build from file contents by file name.

        Raises:
            LexiconError: A file, row or column is wrong.
        """
        self._rows: list[str | Place] = []
        self._populations: list[int] = []
        self._by_id: dict[str, int] = {}
        self._index: dict[str, int | tuple[int, ...]] = {}
        self._prefixes: set[str] = set()
        self._lower: set[str] = set()
        self._memory: dict[tuple[str, str], tuple[str, ...]] = {}
        self._declensions = _declensions(texts["declension.toml"])
        self._read_geonames(texts["geonames.tsv"].decode())
        for name in sorted(texts):
            if name.endswith(".tsv") and name != "geonames.tsv":
                self._read_hand(name, texts[name].decode())
        digest = hashlib.sha256()
        for name, raw in sorted(texts.items()):
            digest.update(name.encode() + b"\0" + raw + b"\0")
        self.fingerprint = digest.hexdigest()[:16]

    @classmethod
    def load(cls) -> "Gazetteer":
        """Read the shipped files."""
        folder = files("monitor.claims") / "gazetteer"
        return cls({item.name: item.read_bytes() for item in folder.iterdir() if item.name.endswith((".tsv", ".toml"))})

    def place(self, identifier: str) -> Place | None:
        """Return the entry of that id."""
        row = self._by_id.get(identifier)
        return None if row is None else self._place(row)

    def contains(self, whole: Place, part: Place) -> bool:
        """Tell whether ``part`` lies in ``whole`` by the chain of parents; a place contains itself."""
        seen: str | None = part.id
        for _ in range(8):
            if seen == whole.id:
                return True
            above = self.place(seen) if seen is not None else None
            if above is None:
                return False
            seen = above.parent
        return False

    def find(self, tokens: Sequence[Token], text: str, *, language: str) -> list[PlaceMention]:
        """Return the place names of ``tokens``, left to right, longest first, without overlap."""
        declension = self._declensions.get(language) or self._declensions["en"]
        found = []
        index = 0
        count = len(tokens)
        while index < count:
            token = tokens[index]
            if token.kind == WORD:
                mention = self._mention_at(tokens, text, index, language, declension)
                if mention is not None:
                    found.append(mention)
                    index = mention.last
                    continue
            index += 1
        return found

    def resolve(
        self, mention: PlaceMention, *, countries: Collection[str] = (), near: Sequence[Place] = ()
    ) -> Place | None:
        """Return which of the mention's candidates is meant, or None where the context does not tell.

        ``countries`` are those that the post speaks of (ISO 3166-1 alpha-2), ``near`` its other places already known.
        """
        candidates: Sequence[Place] = mention.candidates
        if len(candidates) == 1:
            return candidates[0]
        inside = [
            place
            for place in candidates
            if any(self.contains(whole, place) for whole in near if whole.kind in {"region", "area"})
        ]
        if len(inside) == 1:
            return inside[0]
        local = [place for place in candidates if place.country in countries]
        if len(local) == 1:
            return local[0]
        candidates = inside or local or candidates
        larger = candidates[0]
        people = self._populations[self._by_id[larger.id]]
        others = max(self._populations[self._by_id[place.id]] for place in candidates[1:])
        if people >= _DOMINANT * max(others, 1) or all(distance_km(larger, place) <= 30 for place in candidates[1:]):
            return larger
        return None

    # --- looking up ------------------------------------------------------------------------------------------------

    def _mention_at(
        self, tokens: Sequence[Token], text: str, index: int, language: str, declension: _Declension
    ) -> PlaceMention | None:
        token = tokens[index]
        forms = self._known_forms(token.norm, language, declension)
        if not forms:
            return None
        is_upper = _is_capital(text, token, declension.prefixes)
        best: tuple[int, set[str]] | None = None
        level = set(forms)
        position = index + 1
        while level:
            names = {name for name in level if name in self._index and (is_upper or name in self._lower)}
            if names:
                best = position, names
            position = _next_word(tokens, position)
            if position == len(tokens):
                break
            stems = self._stems(tokens[position].norm, declension)
            level = {
                joined
                for name in level
                if name in self._prefixes
                for stem in stems
                if (joined := f"{name} {stem}") in self._index or joined in self._prefixes
            }
            position += 1
        if best is None:
            return None
        last, names = best
        if last == index + 1 and token.norm in declension.ignored:
            return None
        start, end = token.start, tokens[last - 1].end
        for prefix, _ in declension.prefixes:
            if token.norm.startswith(prefix) and not any(
                name.startswith(name_key(token.norm)[: len(prefix) + 1]) for name in names
            ):
                start += len(prefix)
                break
        for suffix in declension.suffixes:
            if tokens[last - 1].norm.endswith(suffix):
                end -= len(suffix)
                break
        rows = sorted(
            {row for name in names for row in self._rows_of(name)}, key=lambda row: (-self._populations[row], row)
        )
        return PlaceMention(first=index, last=last, start=start, end=end, candidates=tuple(map(self._place, rows)))

    def _rows_of(self, name: str) -> tuple[int, ...]:
        rows = self._index[name]
        return rows if isinstance(rows, tuple) else (rows,)

    def _known_forms(self, word: str, language: str, declension: _Declension) -> tuple[str, ...]:
        memory_key = (language, word)
        known = self._memory.get(memory_key)
        if known is None:
            known = tuple(
                form for form in self._stems(word, declension) if form in self._index or form in self._prefixes
            )
            if len(self._memory) >= _MEMORY:
                self._memory.clear()
            self._memory[memory_key] = known
        return known

    @staticmethod
    def _stems(word: str, declension: _Declension) -> tuple[str, ...]:
        """Return the nominatives that the folded word may be a form of, itself first."""
        found = {name_key(word): None}
        for suffix in declension.suffixes:
            if word.endswith(suffix):
                found[name_key(word.removesuffix(suffix))] = None
        for prefix, replacement in declension.prefixes:
            if word.startswith(prefix) and len(word) - len(prefix) >= 3:
                found[name_key(replacement + word[len(prefix) :])] = None
        bare = name_key(word)
        for length in range(min(5, len(bare) - 2), -1, -1):
            ending = bare[len(bare) - length :]
            for nominative in declension.endings.get(ending, ()):
                found[bare[: len(bare) - length] + nominative] = None
        return tuple(form for form in found if form)

    def _place(self, row: int) -> Place:
        entry = self._rows[row]
        if isinstance(entry, str):
            identifier, name, country, region, latitude, longitude = entry.split("\t", 6)[:6]
            parent = f"{country}.{region}"
            entry = Place(
                id=identifier,
                name=name,
                country=country,
                latitude=float(latitude),
                longitude=float(longitude),
                kind="town",
                parent=parent if parent in self._by_id else country,
            )
            self._rows[row] = entry
        return entry

    # --- reading ---------------------------------------------------------------------------------------------------

    def _read_geonames(self, content: str) -> None:
        lines = content.split("\n")
        del lines[0]
        for line in lines:
            if not line:
                continue
            head, _, keys = line.rpartition("\t")
            row = len(self._rows)
            self._rows.append(head)
            self._populations.append(int(head[head.rfind("\t") + 1 :]))
            self._by_id[head[: head.find("\t")]] = row
            for key in keys.split("|"):
                self._add(key, row)

    def _read_hand(self, file: str, content: str) -> None:
        for number, line in enumerate(content.split("\n"), start=1):
            if not line.strip() or line.startswith(("#", "id\t")):
                continue
            cells = [cell.strip() for cell in line.split("\t")]
            cells += [""] * (len(_COLUMNS) - len(cells))
            if len(cells) > len(_COLUMNS):
                raise LexiconError(f"gazetteer/{file}:{number}: {len(cells)} columns; want {', '.join(_COLUMNS)}")
            self._add_hand(f"gazetteer/{file}:{number}", dict(zip(_COLUMNS, cells, strict=True)))

    def _add_hand(self, where: str, cells: Mapping[str, str]) -> None:
        row = self._by_id.get(cells["id"])
        if row is None:
            row = len(self._rows)
            try:
                place = Place(
                    id=cells["id"],
                    name=cells["name"],
                    country=cells["country"] or None,
                    latitude=float(cells["latitude"]),
                    longitude=float(cells["longitude"]),
                    kind=cells["kind"],
                    parent=cells["parent"] or (cells["country"] if cells["country"] != cells["id"] else None) or None,
                )
                population = int(cells["population"] or 0)
            except ValueError as error:
                raise LexiconError(f"{where}: {error}; want numbers for latitude, longitude and population") from error
            if place.kind not in _KINDS or not place.id or not place.name:
                raise LexiconError(f"{where}: want an id, a name and a kind among {', '.join(sorted(_KINDS))}")
            self._rows.append(place)
            self._populations.append(population)
            self._by_id[place.id] = row
        names = [name.strip() for column in ("name", *_LANGUAGE_COLUMNS) for name in cells[column].split(",")]
        for name in names:
            key = name_words(name)
            if key:
                self._add(key, row)
                if name[0].islower():
                    self._lower.add(key)

    def _add(self, key: str, row: int) -> None:
        known = self._index.get(key)
        if known is None:
            self._index[key] = row
            space = key.find(" ")
            while space > 0:
                self._prefixes.add(key[:space])
                space = key.find(" ", space + 1)
        elif isinstance(known, tuple):
            if row not in known:
                self._index[key] = (*known, row)
        elif known != row:
            self._index[key] = (known, row)


def _is_capital(text: str, token: Token, prefixes: Sequence[tuple[str, str]]) -> bool:
    """Tell whether the name in ``token`` starts with a capital, or is of a script that has none."""
    first = text[token.start]
    if first.isupper() or first.lower() == first.upper():
        return True
    return any(
        token.norm.startswith(prefix) and text[token.start + len(prefix)].isupper()
        for prefix, _ in prefixes
        if prefix.endswith("'")
    )


def _next_word(tokens: Sequence[Token], position: int) -> int:
    """Return the index of the word that goes on a name at ``position``: next, or behind a hyphen; else the count."""
    count = len(tokens)
    if position < count and tokens[position].kind == PUNCT and tokens[position].norm in _DASHES:
        position += 1
    return position if position < count and tokens[position].kind == WORD else count


def _declensions(raw: bytes) -> dict[str, _Declension]:
    result = {}
    for language, table in parse_toml("gazetteer/declension.toml", raw).items():
        endings: dict[str, tuple[str, ...]] = {}
        for nominative, obliques in table.get("endings", {}).items():
            for oblique in obliques:
                endings[oblique] = (*endings.get(oblique, ()), nominative)
        result[language] = _Declension(
            endings=endings,
            prefixes=tuple(tuple(pair) for pair in table.get("prefixes", ())),
            suffixes=tuple(table.get("suffixes", ())),
            ignored=frozenset(fold(word) for word in table.get("ignored", ())),
        )
    return result
