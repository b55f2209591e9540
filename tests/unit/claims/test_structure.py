"""A figure belongs to the noun and the word of harm of its own clause; sentences composed, one rule each."""

import pytest

from monitor.claims import Reader, notation


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader.load()


def claims(reader: Reader, text: str, language: str = "en") -> list[str]:
    return [notation(claim) for claim in reader.read_as(text, language=language).claims]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("At least 14 soldiers were killed and more than 90 wounded.", ["killed 14..", "wounded 90.."]),
        ("The blast killed 6 and wounded 20.", ["killed 6", "wounded 20"]),
        ("Six dead, eleven injured.", ["killed 6", "wounded 11"]),
        ("They killed 30 mercenaries and 12 gendarmes.", ["killed 30", "killed 12"]),
        ("The toll rose from 12 to 19 dead.", ["killed 19"]),
        ("Two tanks and a howitzer were destroyed.", ["equipment 2 tank", "equipment 1 artillery"]),
        ("Air defence shot down 58 of 72 drones.", ["equipment 58 drone"]),
        ("4 x 200, 9 x 300 after the strike.", ["killed 4", "wounded 9"]),
    ],
)  # fmt: skip
def test_each_figure_goes_to_its_own_harm(reader: Reader, text: str, expected: list[str]) -> None:
    assert claims(reader, text) == expected


def test_who_killed_is_never_counted_as_killed(reader: Reader) -> None:
    assert claims(reader, "Three gunmen killed five soldiers.") == ["killed 5"]
    assert claims(reader, "Five soldiers were killed by three gunmen.") == ["killed 5"]


def test_a_country_after_in_is_no_side(reader: Reader) -> None:
    assert claims(reader, "One French soldier was killed and three injured in Lebanon.") == [
        "killed 1 FR",
        "wounded 3 FR",
    ]


def test_a_side_said_once_holds_for_the_figures_joined_to_it(reader: Reader) -> None:
    assert claims(reader, "Two Malian soldiers were killed, ten wounded.") == ["killed 2 MLI", "wounded 10 MLI"]


def test_civilians_belong_to_the_country_of_the_place(reader: Reader) -> None:
    assert claims(reader, "Nine residents of Kharkiv were wounded in the strike.") == ["wounded 9 civ-UA"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The army denies that 40 of its soldiers were killed.", "denied"),
        ("The claim of 25 dead could not be verified.", "doubted"),
        ("If the line breaks, 500 men will be killed.", "hypothetical"),
    ],
)
def test_the_sentence_tells_how_it_stands_behind_the_figure(reader: Reader, text: str, expected: str) -> None:
    (claim,) = reader.read_as(text, language="en").claims

    assert claim.polarity == expected


def test_no_casualties_is_an_asserted_zero(reader: Reader) -> None:
    (claim,) = reader.read_as("No casualties were reported.", language="en").claims

    assert (claim.quantity.low, claim.quantity.high, claim.polarity) == (0, 0, "asserted")


def test_one_figure_said_twice_is_one_claim(reader: Reader) -> None:
    assert claims(reader, "12 soldiers killed\n\n12 soldiers were killed near the bridge.") == ["killed 12"]


@pytest.mark.parametrize(
    "text",
    [
        "The 200th Brigade attacked with 155mm shells.",
        "Day 1,243 of the war.",
        "The channel has 200,000 subscribers.",
        "Prisoner exchange: 150 for 150.",
        "The missile has a range of 300 km.",
    ],
)
def test_numbers_that_count_no_loss_are_no_claims(reader: Reader, text: str) -> None:
    assert claims(reader, text) == []


def test_explaining_says_why_a_number_is_no_claim(reader: Reader) -> None:
    explained = reader.explain(
        "12 soldiers of the 47th brigade were killed by a 450 kg bomb.", posted_at=None, channel=None
    )

    assert "killed 12" in explained
    assert "a measure" in explained


def test_each_sentence_is_read_in_its_own_language(reader: Reader) -> None:
    text = (
        "12 soldiers were killed in the strike on the base near the town.\n"
        "Унаслідок удару по базі біля міста загинули троє військових, ще п'ятеро дістали поранення.\n"
        "The army said that it had no further information about the strike."
    )

    read = reader.read(text, posted_at=None, channel=None)

    assert [notation(claim) for claim in read.claims] == ["killed 12", "killed 3", "wounded 5"]
