"""Numbers spelled by an independent library read back, in every language and every case that the library gets right."""

import hypothesis.strategies as st
import pytest
from hypothesis import example, given
from num2words import num2words

from monitor.claims.lexicon import load_lexicons
from monitor.claims.numerals import find_quantities
from monitor.claims.scan import Scan

LEXICONS = load_lexicons()

# The library's Ukrainian genitive, instrumental and locative of the hundreds are no Ukrainian («двохста», «стах»).
SPELLINGS = [
    ("en", {}),
    ("fr", {}),
    *[("ru", {"case": case, "gender": gender}) for case in "ngdaip" for gender in "mf"],
    *[
        ("uk", {"case": case, "gender": gender})
        for case in ("nominative", "dative", "accusative")
        for gender in ("masculine", "feminine")
    ],
]
UP_TO_A_MILLION = st.integers(min_value=1, max_value=999_999)


def read(text: str, language: str) -> list[int | None]:
    scan = Scan(text, LEXICONS.by_language[language])
    scan.open(0, len(scan.tokens))
    found = find_quantities(scan, 0, len(scan.tokens))
    return [None if one.quantity is None else one.quantity.low for one in found]


@pytest.mark.parametrize(
    ("language", "form"), SPELLINGS, ids=lambda value: value if isinstance(value, str) else "-".join(value.values())
)
@given(number=UP_TO_A_MILLION)
@example(number=17)
@example(number=80)
@example(number=97)
@example(number=200)
@example(number=1_001)
@example(number=889_598)
def test_spelled_number_reads_back(language: str, form: dict[str, str], number: int) -> None:
    spelled = num2words(number, lang=language, **form)

    assert read(spelled, language) == [number], spelled


@given(number=st.integers(min_value=1, max_value=99_999).filter(lambda number: number // 1000 != 2))
@example(number=11)
@example(number=47)
@example(number=3_200)
def test_spelled_arabic_number_reads_back(number: int) -> None:
    # The library clips the dual of two thousand to what reads as one, and beyond 100,000 writes "a thousand thousand".
    spelled = num2words(number, lang="ar")

    assert read(spelled, "ar") == [number], spelled


@given(
    number=st.integers(min_value=1000, max_value=99_999_999),
    mark=st.sampled_from([" ", "\u00a0", "\u202f", ",", ".", "\u2019"]),
)
def test_marks_between_groups_of_three_digits_are_read_over(number: int, mark: str) -> None:
    written = f"{number:,}".replace(",", mark)

    for language in LEXICONS.by_language:
        assert read(f"{written} x", language) == [number]


@given(number=st.integers(min_value=0, max_value=99_999))
def test_arabic_digits_read_as_ascii_ones(number: int) -> None:
    written = str(number).translate({ord("0") + digit: chr(0x0660 + digit) for digit in range(10)})

    assert read(written, "ar") == [number]
