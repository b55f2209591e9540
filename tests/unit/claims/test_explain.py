"""What `explain` shows: the words behind every part of a claim, and why the other numbers are none."""

import pytest

from monitor.claims import Reader
from monitor.model.post import Channel


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader.load()


def blocks(reader: Reader, text: str, channel: Channel | None = None) -> list[str]:
    return [line.strip() for line in reader.explain(text, posted_at=None, channel=channel).splitlines()]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "The army denies that at least 12 Malian soldiers were killed in Kidal.",
            ["number: “12”", "bound: “at least”", "trigger: “were killed”", "polarity: “denies”", "side: MLI, by the text (“Malian”)", "place: “Kidal”, Kidal (ML)"],
        ),
        (
            "Загинуло понад 20 бійців ЗСУ, повідомляє Генштаб.",
            ["number: “20”", "bound: “понад”", "trigger: “Загинуло”", "side: UA, by the text (“ЗСУ”)", "told by: “Генштаб”"],
        ),
        (
            "Погибли не менее 12 мирных жителей в Газе",
            ["number: “12”", "bound: “не менее”", "side: civ-PS, by the text (“Газе”)"],
        ),
        ("مقتل ما لا يقل عن 15 جنديا ماليا في كيدال", ["number: “15”", "bound: “ما لا يقل عن”", "side: MLI, by the text (“ماليا”)"]),
        ("Une quarantaine de soldats maliens tués, 30 ou plus blessés", ["number: “Une quarantaine”", "trigger: “tués”", "number: “30”", "bound: “ou plus”"]),
    ],
)  # fmt: skip
def test_every_part_of_a_claim_shows_its_words(reader: Reader, text: str, wanted: list[str]) -> None:
    shown = blocks(reader, text)
    assert [line for line in wanted if line not in shown] == []
    assert any(line.startswith("in: ") and line.endswith(")") for line in shown)  # the rule's name


def test_a_side_known_by_the_channel_shows_no_words_of_another_naming(reader: Reader) -> None:
    shown = blocks(reader, "Three of our soldiers were killed.", Channel(key="desk", alignment="MLI"))
    assert "side: MLI, by the channel" in shown


def test_every_number_that_is_no_claim_has_its_reason(reader: Reader) -> None:
    shown = blocks(reader, "On 27 July, near Kidal, 2 soldiers were killed. He is 34 years old and 40 km away, flat 9.")
    reasons = shown[shown.index("numbers that are no claims:") + 1 :]
    assert [line.partition(":")[0] for line in reasons] == ["“27 July”", "“34”", "“40”", "“9”"]
    assert all(line.partition(": ")[2] for line in reasons)


def test_a_pronoun_is_no_town(reader: Reader) -> None:
    assert "civ-NGA" not in "".join(blocks(reader, "فإن استشهد منّا مائة ألف"))
