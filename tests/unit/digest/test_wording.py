"""What the frame of a digest calls things."""

import tomllib
from datetime import UTC, date
from importlib.resources import files

import pytest

from monitor.digest.frame import Frame
from monitor.digest.sides import SIDE_NAMES
from monitor.digest.wording import Wording
from monitor.model.claim import Kind, Polarity
from monitor.model.finding import Split, Status
from monitor.model.quantity import Bound, Quantity
from tests.builders import quantity

SAY = Wording(frame=Frame(), zone=UTC)


def test_every_side_of_the_lexicon_has_a_name() -> None:
    sides = tomllib.loads((files("monitor.claims") / "lexicons" / "sides.toml").read_text(encoding="utf-8"))
    civilians = {entry["civilian"].removeprefix("civ-") for entry in sides.values() if "civilian" in entry}
    assert set(sides) | civilians <= set(SIDE_NAMES)


def test_every_kind_status_and_split_has_its_words() -> None:
    words = [*(SAY.loss(kind, item=None) for kind in Kind), *map(SAY.status, Status), *map(SAY.split, Split)]
    assert all(words)
    assert len(set(words)) == len(words)


@pytest.mark.parametrize(
    ("identifier", "name"),
    [
        ("WAGNER", "Wagner"),
        ("MLI+WAGNER", "Mali and Wagner"),
        ("civ-UA", "civilians (Ukraine)"),
        ("civ", "civilians"),
        ("NEW-SIDE", "NEW-SIDE"),
        (None, "side not stated"),
    ],
)
def test_a_side_goes_by_its_name(identifier: str | None, name: str) -> None:
    assert SAY.side(identifier) == name


@pytest.mark.parametrize(
    ("written", "words"),
    [(47, "47"), ("20..", "at least 20"), ("..80", "at most 80"), ("20..80", "20\u201380"), ("~30", "about 30")],
)
def test_a_figure_reads_as_a_person_says_it(written: int | str, words: str) -> None:
    assert SAY.figure(quantity(written)) == words


def test_a_vague_word_shows_the_numbers_it_was_taken_for() -> None:
    assert SAY.figure(Quantity(low=20, high=99, bound=Bound.VAGUE)) == "about 20\u201399"


def test_a_figure_says_whether_the_text_stands_behind_it() -> None:
    assert SAY.figure(quantity(40), polarity=Polarity.DENIED) == "denies 40"
    assert SAY.figure(quantity(40), polarity=Polarity.DOUBTED) == "doubts 40"


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (date(2024, 7, 25), date(2024, 7, 25), "25 Jul"),
        (date(2024, 7, 25), date(2024, 7, 27), "25\u201327 Jul"),
        (date(2024, 7, 30), date(2024, 8, 1), "30 Jul \u2013 1 Aug"),
        (None, None, None),
    ],
)
def test_days_are_written_short(first: date | None, last: date | None, words: str | None) -> None:
    assert SAY.days(first, last) == words
