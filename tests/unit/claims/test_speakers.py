"""Who is quoted, as comparison tells speakers apart."""

from datetime import UTC, datetime

import pytest

from monitor.claims import Reader


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader.load()


@pytest.mark.parametrize(
    "text",
    [
        "The CSP says 84 Wagner fighters were killed at Tinzaouaten.",
        "Selon le CSP, 84 mercenaires de Wagner ont été tués à Tinzaouaten.",
        "أعلن الإطار الاستراتيجي مقتل 84 من مرتزقة فاغنر في تينزاواتين.",
    ],
)
def test_a_body_of_a_side_is_the_same_speaker_in_every_language(text: str, reader: Reader) -> None:
    (claim,) = reader.read(text, posted_at=datetime(2024, 8, 1, tzinfo=UTC), channel=None).claims
    assert claim.speaker == "CSP"


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("Генштаб ЗСУ: за добу росіяни втратили 1150 осіб.", "Генштаб ЗСУ"),
        ("«Африканская инициатива»: погибли не менее 25 бойцов.", "«Африканская инициатива»"),
        ("Ночной удар по Изюму: погибли 3 мирных жителя.", None),
        ("Nobody agrees on the toll: between 20 and 80 Russian mercenaries were killed.", None),
    ],
)
def test_what_stands_before_a_colon_speaks_only_if_it_is_a_name(text: str, speaker: str | None, reader: Reader) -> None:
    claims = reader.read(text, posted_at=datetime(2024, 8, 1, tzinfo=UTC), channel=None).claims
    assert {claim.attributed_to for claim in claims} == {speaker}


def test_a_name_in_quotation_marks_is_quoted_with_both(reader: Reader) -> None:
    text = "По данным «Африканской инициативы», погибли не менее 25 бойцов ЧВК «Вагнер»."
    (claim,) = reader.read(text, posted_at=datetime(2024, 8, 1, tzinfo=UTC), channel=None).claims
    assert claim.attributed_to == "«Африканской инициативы»"
    assert claim.span.of(text) == "погибли не менее 25 бойцов ЧВК «Вагнер»"


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("The Health Ministry has said 12 people were killed in Kherson.", "The Health Ministry"),
        ("We hear that the Red Cross reported 12 dead in Kherson.", "the Red Cross"),
        ("It says 12 people were killed in Kherson.", None),
    ],
)
def test_a_speaker_is_named_without_the_small_words_around(text: str, speaker: str | None, reader: Reader) -> None:
    claims = reader.read(text, posted_at=None, channel=None).claims
    assert {claim.attributed_to for claim in claims} == {speaker}


def test_whoever_is_quoted_goes_on_telling_in_the_same_paragraph(reader: Reader) -> None:
    text = "The Lebanese army said it was shelled near Tyre. Four soldiers were killed.\nA bus fell off a bridge in Tunis, nine men died."
    told = [claim.attributed_to for claim in reader.read(text, posted_at=None, channel=None).claims]
    assert told == ["The Lebanese army", None]
