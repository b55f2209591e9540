"""The reading holds on any text: it never fails, says the same twice, and its spans are exact."""

from datetime import UTC, datetime

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from monitor.claims import Reader
from monitor.model.claim import Reading

POSTED = datetime(2024, 7, 28, 9, 0, tzinfo=UTC)
PIECES = st.sampled_from(
    [
        "killed", "12", "at least", "soldiers", "no casualties", "погибли", "трое", "до", "вагнеровцев", "загинуло", "двоє",
        "tués", "une dizaine de", "مقتل", "جنديين", "و47", "٢٧", "3x200", "(+960)", "2-3", "—", ":", ",", ".", "\n", "«", "»",
        "🇺🇦", "\u202e", "\u200b", "\u0301", "\ud800", "\x00", "'", "1 102 570", "27 July", "yesterday", "denied", "if",
    ]
)  # fmt: skip


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader.load()


def read_everywhere(reader: Reader, text: str) -> list[Reading]:
    whole = reader.read(text, posted_at=POSTED, channel=None)
    return [whole, *(reader.read_as(text, language=language) for language in ("ru", "uk", "en", "fr", "ar"))]


def check(reader: Reader, text: str) -> None:
    for reading in read_everywhere(reader, text):
        for claim in reading.claims:
            assert 0 <= claim.span.start < claim.span.end <= len(text)
            for word in claim.words:
                assert 0 <= word.span.start < word.span.end <= len(text)
            assert claim.attributed_to is None or claim.attributed_to in text
            assert claim.place_text is None or claim.place_text in text
            assert claim.subset_of is None or claim.subset_of < len(reading.claims)
    assert read_everywhere(reader, text) == read_everywhere(reader, text)


@settings(max_examples=150)
@given(text=st.text(max_size=300))
def test_any_unicode_is_read_without_failing(reader: Reader, text: str) -> None:
    check(reader, text)


@settings(max_examples=300)
@given(pieces=st.lists(PIECES, max_size=25), between=st.sampled_from([" ", "", "\u00a0"]))
def test_any_order_of_telling_words_is_read_without_failing(reader: Reader, pieces: list[str], between: str) -> None:
    check(reader, between.join(pieces))


@given(text=st.lists(PIECES, max_size=12).map(" ".join))
def test_explaining_shows_the_text_and_every_claim(reader: Reader, text: str) -> None:
    explained = reader.explain(text, posted_at=POSTED, channel=None)

    assert text.strip("\n") in explained
    assert f"language: {reader.read(text, posted_at=POSTED, channel=None).language}" in explained


@pytest.mark.parametrize(
    "piece",
    ["7", "1 000 ", "killed ", "killed 5 ", '«("', "e\u0301", "5 soldiers killed and ", "قتيل ", "'", "-", "🇺🇦"],
)
def test_a_hundred_thousand_characters_of_one_piece_are_read_whole(reader: Reader, piece: str) -> None:
    text = piece * (100_000 // len(piece))

    for language in ("en", "ru", "ar"):
        assert len(reader.read_as(text, language=language).claims) <= 1


@pytest.mark.parametrize("digits", [12, 400, 5_000])
def test_a_number_too_long_to_count_is_no_figure_and_hides_none(reader: Reader, digits: int) -> None:
    text = f"10 soldiers were killed, {'9' * digits} wounded"
    check(reader, text)
    claims = reader.read(text, posted_at=POSTED, channel=None).claims
    assert [(claim.kind.value, str(claim.quantity)) for claim in claims] == [("killed", "10")]
