"""Post text made safe to show."""

import unicodedata

import pytest

from monitor.digest.quoting import (
    MAX_MARKS,
    clean,
    graphemes,
    is_right_to_left,
    quoted,
    shorten,
    unlinked,
    utf16_length,
)
from tests.unit.digest.hostile import HOSTILE

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
FLAG = "\U0001f1f2\U0001f1f1"


@pytest.mark.parametrize(
    "text",
    [
        "погибли 12 военных",
        "l\u2019armée a perdu 2 hommes, 10 blessés",
        "مقتل ٤٧ جنديًّا",
        f"{FAMILY} {FLAG} \u2764\ufe0f 1\ufe0f\u20e3 \U0001f44b\U0001f3fd",
        "Ki\u00ebv \u2014 \u00ab200\u00bb",
    ],
)
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_nothing_hidden_is_left(text: str) -> None:
    shown = clean(text)
    hidden = {char for char in shown if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}}
    assert hidden <= {"\u200d"}
    assert clean(shown) == shown


def test_words_hidden_by_an_override_come_out_in_reading_order() -> None:
    assert clean(HOSTILE["right-to-left override"]) == "killed 21 Malian soldiers"


def test_a_number_split_by_zero_width_characters_reads_as_it_looks() -> None:
    assert clean(HOSTILE["zero-width characters in a number"]) == "123 killed"


def test_lines_become_one_line() -> None:
    assert clean("12\r\n\r\n  killed\u2028today") == "12 killed today"


def test_a_joiner_stays_only_inside_an_emoji() -> None:
    assert clean(FAMILY) == FAMILY
    assert clean("a\u200db\u200d") == "ab"


def test_marks_are_limited_on_one_base() -> None:
    assert clean("1" + "\u0301" * 50) == "1" + "\u0301" * MAX_MARKS
    assert clean("\u0301x") == "x"
    assert clean("x \u0301y") == "x y"


@pytest.mark.parametrize(
    "cluster", [FAMILY, FLAG, "e\u0301", "\U0001f44b\U0001f3fd", "1\ufe0f\u20e3", "\u1112\u1161\u11ab", "نٌّ"]
)
def test_what_reads_as_one_character_is_never_cut(cluster: str) -> None:
    assert list(graphemes(cluster * 2)) == [cluster, cluster]
    for limit in range(1, utf16_length(cluster * 3)):
        cut = shorten(cluster * 3, limit)
        assert cut.removesuffix("\u2026") in {"", cluster, cluster * 2}
        assert utf16_length(cut) <= limit


def test_two_flags_are_two_characters() -> None:
    assert list(graphemes(FLAG + "\U0001f1f3\U0001f1ea")) == [FLAG, "\U0001f1f3\U0001f1ea"]


def test_text_that_fits_is_not_shortened() -> None:
    assert shorten("12 killed", 9) == "12 killed"
    assert shorten("12 killed", 8) == "12 kill\u2026"
    assert shorten("\U0001f600\U0001f600", 3) == "\U0001f600\u2026"
    assert shorten("\U0001f600\U0001f600", 2) == "\u2026"


def test_right_to_left_words_are_isolated_and_others_are_not() -> None:
    assert quoted("12 killed") == "\u201c12 killed\u201d"
    assert "\u2068مقتل 47\u2069" in quoted("مقتل 47")
    assert is_right_to_left("FAMa: مقتل") is True


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("evil.example", "evil\u2060.example"),
        ("https://t.me/x", "https://\u2060t\u2060.me/\u2060x"),
        ("@name #tag $USD /start", "@\u2060name #\u2060tag $\u2060USD /\u2060start"),
        ("10.0.0.1", "10\u2060.0\u2060.0\u2060.1"),
        ("12 killed. 3 wounded...", "12 killed. 3 wounded..."),
        ("1 / 2 @ noon", "1 / 2 @ noon"),
    ],
)
def test_telegram_finds_nothing_to_link(text: str, expected: str) -> None:
    assert unlinked(text) == expected
