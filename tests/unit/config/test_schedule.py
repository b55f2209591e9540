from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config.schedule import check_cron, read_span, write_span


@pytest.mark.parametrize(
    "line", ["0 7 * * *", "*/15 6-20 * * mon-fri", "0 0 29 2 *", "5,35 0 1 jan,jul *", "0 7 * * 7", "0 8/4 * * 1"]
)
def test_a_usable_cron_line_is_kept(line: str) -> None:
    assert check_cron(f" {line} ") == line


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("0 7 * *", "five cron fields"),
        ("@daily", "five cron fields"),
        ("60 7 * * *", "the cron field minute holds '60'; want 0 to 59"),
        ("0 24 * * *", "the cron field hour holds '24'"),
        ("0 7 0 * *", "the cron field day holds '0'"),
        ("0 7 * foo *", "the cron field month holds 'foo'"),
        ("0 7 * * 5-1", "the cron field weekday runs backwards: '5-1'"),
        ("*/0 7 * * *", "the cron field minute has the step '0'"),
        ("0 7 31 2,4 *", "no day of any year fits"),
        ("0 ٧ * * *", "the cron field hour holds"),
    ],
)
def test_an_unusable_cron_line_is_refused_with_its_field(line: str, said: str) -> None:
    with pytest.raises(ValueError, match=said.replace("*", r"\*")):
        check_cron(line)


@given(st.integers(1, 999), st.sampled_from("smhdw"))
def test_a_span_reads_back_as_it_was_written(number: int, unit: str) -> None:
    span = read_span(f"{number}{unit}")
    assert read_span(write_span(span)) == span


@pytest.mark.parametrize("text", ["", "7", "0d", "-1d", "1.5h", "7 d", "7y", "٧d", 7, None, True])
def test_a_span_without_a_whole_number_and_a_unit_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match="want a span of time"):
        read_span(text)


def test_a_span_is_as_long_as_it_says() -> None:
    assert [read_span(text) for text in ("90s", "10m", "48h", "7d", "2w")] == [
        timedelta(seconds=90),
        timedelta(minutes=10),
        timedelta(days=2),
        timedelta(days=7),
        timedelta(days=14),
    ]
