"""The gazetteer's files as a table of places by id and by name.

``geonames.tsv`` and ``countries.tsv`` are built by tools/build_gazetteer.py from GeoNames; people edit ``regions.tsv`` and
``overlay.tsv``. Any further ``.tsv`` beside them with the same columns is read too.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from math import asin, cos, radians, sin, sqrt

from monitor.claims.datafiles import Texts, name_of
from monitor.claims.toponyms import name_words
from monitor.errors import LexiconError
from monitor.model.claim import Place

GENERATED = "geonames.tsv"
_GENERATE = "leave this file to tools/build_gazetteer.py and put places into overlay.tsv"
_EARTH_RADIUS_KM = 6371.0
_WELL_KNOWN = 30_000  # people; a smaller town is read only where the words around it say that a place is meant
_LONGEST_ACRONYM = 4  # letters
_DEPTH = 8  # parents above parents
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
_NAMES = ("name", "en", "ru", "uk", "fr", "ar")
_KINDS = ("town", "site", "area", "water", "region", "country")


def distance_km(a: Place, b: Place) -> float:
    """Return the great-circle distance between two places."""
    latitude_a, latitude_b = radians(a.latitude), radians(b.latitude)
    half_latitude = (latitude_b - latitude_a) / 2
    half_longitude = radians(b.longitude - a.longitude) / 2
    chord = sin(half_latitude) ** 2 + cos(latitude_a) * cos(latitude_b) * sin(half_longitude) ** 2
    return 2 * _EARTH_RADIUS_KM * asin(min(1.0, sqrt(chord)))


class Entries:
    """All places, by id and by name; names are keys of toponyms.name_words."""

    def __init__(self, texts: Texts) -> None:
        """Build from the contents of the .tsv files.

        Raises:
            LexiconError: A file, row or column is wrong.
        """
        self._rows: list[str | Place] = []
        self._populations: list[int] = []
        self._by_id: dict[str, int] = {}
        self._index: dict[str, int | tuple[int, ...]] = {}
        self._edited: set[int] = set()
        self._small: set[str] = set()
        self._small_openings: set[str] = set()
        self._acronyms: set[str] = set()
        self._openings: set[str] = set()
        self._seconds: set[str] = set()
        for where in sorted(texts, key=lambda where: (name_of(where) != GENERATED, name_of(where))):
            content = _decoded(where, texts[where])
            if name_of(where) == GENERATED:
                self._read_generated(where, content)
            else:
                self._read_edited(where, content)

    def verify(self) -> None:
        """Take every row of the generated table apart, which is otherwise done when the place is asked for.

        Raises:
            LexiconError: A row is wrong.
        """
        for entry in self._rows:
            if isinstance(entry, str):
                self._parsed(entry)

    # --- places ------------------------------------------------------------------------------------------------------

    def place(self, identifier: str) -> Place | None:
        """Return the entry of that id."""
        row = self._by_id.get(identifier)
        return None if row is None else self.at(row)

    def at(self, row: int) -> Place:
        """Return the entry in that row."""
        entry = self._rows[row]
        if isinstance(entry, str):
            entry = self._rows[row] = self._parsed(entry)
        return entry

    def population(self, place: Place) -> int:
        """Return how many people live there; 0 where it is not known."""
        row = self._by_id.get(place.id)
        return 0 if row is None else self._populations[row]

    def is_certain(self, row: int) -> bool:
        """Tell whether the entry is well known or in a file that people edit."""
        return row in self._edited or self._populations[row] >= _WELL_KNOWN

    def is_edited(self, place: Place) -> bool:
        """Tell whether the entry is in a file that people edit: one that reports of war speak of."""
        return self._by_id.get(place.id) in self._edited

    def contains(self, whole: Place, part: Place) -> bool:
        """Tell whether ``part`` lies in ``whole`` by the chain of parents; a place contains itself."""
        seen: str | None = part.id
        for _ in range(_DEPTH):
            if seen is None or seen == whole.id:
                break
            above = self.place(seen)
            seen = None if above is None else above.parent
        return seen == whole.id

    def region_around(self, town: Place) -> Place | None:
        """Return the region that is called after ``town``, its seat; None where the town is no seat."""
        above = self.place(town.parent or "")
        if above is not None and above.kind == "region" and above.latitude == town.latitude:
            return above
        return None

    # --- names -------------------------------------------------------------------------------------------------------

    def rows(self, names: Iterable[str]) -> list[int]:
        """Return the rows of the entries so named, most populous first."""
        found: set[int] = set()
        for name in names:
            entry = self._index[name]
            found.update(entry if isinstance(entry, tuple) else (entry,))
        return sorted(found, key=lambda row: (-self._populations[row], row))

    def is_name(self, name: str) -> bool:
        """Tell whether any entry bears that name."""
        return name in self._index

    def opens(self, words: str) -> bool:
        """Tell whether a longer name starts with these words."""
        return words in self._openings

    def is_second(self, word: str) -> bool:
        """Tell whether the word is the second of any name."""
        return word in self._seconds

    def is_small(self, name: str) -> bool:
        """Tell whether the name may be written with a small first letter."""
        return name in self._small

    def is_acronym(self, name: str) -> bool:
        """Tell whether the name is a short one in capitals, "US": in small letters it is another word."""
        return name in self._acronyms

    def opens_small(self, word: str) -> bool:
        """Tell whether the word is the first of a name that may be written with a small first letter."""
        return word in self._small_openings

    # --- files -------------------------------------------------------------------------------------------------------

    def _parsed(self, line: str) -> Place:
        try:
            identifier, name, country, region, latitude, longitude, _ = line.split("\t")
            at = float(latitude), float(longitude)
        except ValueError as error:
            raise LexiconError(f"{GENERATED}: {line[:40]!r}: {error}; {_GENERATE}") from error
        parent = f"{country}.{region}"
        is_region = identifier == parent
        return Place(
            id=identifier,
            name=name,
            country=country,
            latitude=at[0],
            longitude=at[1],
            kind="region" if is_region else "town",
            parent=country if is_region or parent not in self._by_id else parent,
        )

    def _read_generated(self, file: str, content: str) -> None:
        index = self._index
        for row, line in enumerate(content.split("\n")[1:-1]):
            head, _, keys = line.rpartition("\t")
            self._rows.append(head)
            try:
                self._populations.append(int(head[head.rfind("\t") + 1 :]))
            except ValueError as error:
                raise LexiconError(f"{file}:{row + 2}: {error}; {_GENERATE}") from error
            self._by_id[head[: head.find("\t")]] = row
            for key in keys.split("|"):
                if key in index:
                    self._add(key, row)
                else:
                    index[key] = row
                    if " " in key:
                        self._open(key)
        index.pop("", None)  # regions have no names of their own in that file

    def _read_edited(self, file: str, content: str) -> None:
        for number, line in enumerate(content.split("\n"), start=1):
            if not line.strip() or line.startswith(("#", "id\t")):
                continue
            cells = [cell.strip() for cell in line.split("\t")]
            if len(cells) > len(_COLUMNS):
                raise LexiconError(f"{file}:{number}: {len(cells)} columns; want {', '.join(_COLUMNS)}")
            cells += [""] * (len(_COLUMNS) - len(cells))
            self._add_edited(f"{file}:{number}", dict(zip(_COLUMNS, cells, strict=True)))

    def _add_edited(self, where: str, cells: Mapping[str, str]) -> None:
        row = self._by_id.get(cells["id"])
        if row is None:
            place, population = _edited_place(where, cells)
            row = len(self._rows)
            self._rows.append(place)
            self._populations.append(population)
            self._by_id[place.id] = row
        elif cells["name"]:
            self._rows[row] = replace(self.at(row), name=cells["name"])
        self._edited.add(row)
        names = [name.strip() for column in _NAMES for name in cells[column].split(",")]
        for name in names:
            key = name_words(name)
            if key:
                self._add(key, row)
                if name[0].islower():
                    self._small.add(key)
                    self._small_openings.add(key.partition(" ")[0])
                elif name.isupper() and len(name) <= _LONGEST_ACRONYM:
                    self._acronyms.add(key)

    def _add(self, key: str, row: int) -> None:
        known = self._index.get(key)
        if known is None:
            self._index[key] = row
            if " " in key:
                self._open(key)
        elif isinstance(known, tuple):
            if row not in known:
                self._index[key] = (*known, row)
        elif known != row:
            self._index[key] = (known, row)

    def _open(self, key: str) -> None:
        """Remember what a name of several words opens with."""
        opening, second, *others = key.split(" ")
        self._seconds.add(second)
        self._openings.add(opening)
        for word in others:
            opening = f"{opening} {second}"
            self._openings.add(opening)
            second = word


def _decoded(where: str, raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise LexiconError(f"{where}: {error}") from error


def _edited_place(where: str, cells: Mapping[str, str]) -> tuple[Place, int]:
    if cells["kind"] not in _KINDS or not cells["id"] or not cells["name"]:
        raise LexiconError(f"{where}: want an id, a name and a kind among {', '.join(_KINDS)}")
    try:
        population = int(cells["population"] or 0)
        latitude, longitude = float(cells["latitude"]), float(cells["longitude"])
    except ValueError as error:
        raise LexiconError(f"{where}: {error}; want numbers for latitude, longitude and population") from error
    place = Place(
        id=cells["id"],
        name=cells["name"],
        country=cells["country"] or None,
        latitude=latitude,
        longitude=longitude,
        kind=cells["kind"],
        parent=cells["parent"] or (cells["country"] if cells["country"] != cells["id"] else None) or None,
    )
    return place, population
