from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config.schedule import check_cron, fires, last_fire, next_fire, read_span, write_span


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


def _local(line: str, zone: str, first: str, last: str) -> list[str]:
    area = ZoneInfo(zone)
    edges = (datetime.fromisoformat(day).replace(tzinfo=area) for day in (first, last))
    after, until = edges
    found = fires(line, zone=area, after=after - timedelta(seconds=1), until=until)
    return [at.astimezone(area).strftime("%a %d %H:%M %z") for at in found]


@pytest.mark.parametrize(
    ("line", "zone", "first", "last", "expected"),
    [
        # Clocks go forward at 03:00 in Kyiv and 02:00 in New York: what is left out fires an hour later.
        ("30 3 * * *", "Europe/Kyiv", "2026-03-28", "2026-03-31", ["Sat 28 03:30 +0200", "Sun 29 04:30 +0300", "Mon 30 03:30 +0300"]),
        ("30 2 * * *", "America/New_York", "2026-03-07", "2026-03-10", ["Sat 07 02:30 -0500", "Sun 08 03:30 -0400", "Mon 09 02:30 -0400"]),
        # Clocks go back: what comes twice fires once.
        ("30 3 * * *", "Europe/Kyiv", "2026-10-24", "2026-10-27", ["Sat 24 03:30 +0300", "Sun 25 03:30 +0300", "Mon 26 03:30 +0200"]),
        ("30 1 * * *", "America/New_York", "2026-10-31", "2026-11-03", ["Sat 31 01:30 -0400", "Sun 01 01:30 -0400", "Mon 02 01:30 -0500"]),
        ("30 3 * * *", "Africa/Bamako", "2026-10-24", "2026-10-27", ["Sat 24 03:30 +0000", "Sun 25 03:30 +0000", "Mon 26 03:30 +0000"]),
        ("0 7 * * mon", "UTC", "2026-11-22", "2026-12-02", ["Mon 23 07:00 +0000", "Mon 30 07:00 +0000"]),
        ("0 7 1 * 0", "UTC", "2026-11-22", "2026-12-02", ["Sun 22 07:00 +0000", "Sun 29 07:00 +0000", "Tue 01 07:00 +0000"]),
        ("0 7 */10 * 0", "UTC", "2026-11-01", "2026-12-02", ["Sun 01 07:00 +0000"]),
        ("0 7 * * 7", "UTC", "2026-11-22", "2026-11-28", ["Sun 22 07:00 +0000"]),
    ],
)  # fmt: skip
def test_a_cron_line_fires_once_a_local_time_whatever_the_clocks_do(
    line: str, zone: str, first: str, last: str, expected: list[str]
) -> None:
    assert _local(line, zone, first, last) == expected


@given(
    st.sampled_from(["Europe/Kyiv", "America/New_York", "Africa/Bamako", "Australia/Lord_Howe"]),
    st.sampled_from(["0 7 * * *", "*/20 * * * *", "30 2 * * *", "0 12 29 2 *"]),
    st.datetimes(datetime(2024, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001 - the zone follows
)
def test_no_two_fires_are_out_of_order_and_each_has_its_neighbours(zone: str, line: str, after: datetime) -> None:
    area = ZoneInfo(zone)
    first = next_fire(line, zone=area, after=after)
    second = next_fire(line, zone=area, after=first)
    assert after < first < second
    assert last_fire(line, zone=area, before=second) == first
    found = list(fires(line, zone=area, after=after, until=after + timedelta(days=3)))
    assert all(one < other for one, other in pairwise(found))
