"""What follows from the sightings of a post does not depend on their order."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.store.sightings import Sighting, Version, age_class, deleted_at, timeline, widened

_DAY = datetime(2024, 7, 27, tzinfo=UTC)


def _at(hour: int) -> datetime:
    return _DAY + timedelta(hours=hour)


_seen = st.tuples(st.integers(0, 8), st.sampled_from("abc"), st.none() | st.integers(0, 8))


def _versions(seen: list[tuple[int, str, int | None]]) -> dict[str, Version]:
    versions: dict[str, Version] = {}
    for hour, text_hash, edited in seen:
        sighting = Sighting(_at(hour), None if edited is None else _at(edited))
        versions[text_hash] = widened(versions.get(text_hash), sighting, text_hash=text_hash)
    return versions


@given(st.lists(_seen, max_size=12), st.randoms(use_true_random=False))
def test_any_order_and_repetition_gives_the_same_versions(
    seen: list[tuple[int, str, int | None]], random: Random
) -> None:
    shuffled = seen + seen[: len(seen) // 2]
    random.shuffle(shuffled)

    assert _versions(shuffled) == _versions(seen)


@given(st.lists(_seen, min_size=1, max_size=12))
def test_the_timeline_is_in_order_holds_every_text_and_ends_in_the_last_one_seen(
    seen: list[tuple[int, str, int | None]],
) -> None:
    shown = timeline(_versions(seen).values())

    hashes = [version.text_hash for version, _ in shown]
    assert set(hashes) == {text_hash for _, text_hash, _ in seen}
    assert all(first != second for first, second in pairwise(hashes))
    assert [sighting.at for _, sighting in shown] == sorted(sighting.at for _, sighting in shown)
    assert hashes[-1] == max((hour, text_hash) for hour, text_hash, _ in seen)[1]
    assert hashes[0] == min((hour, text_hash) for hour, text_hash, _ in seen)[1]


@pytest.mark.parametrize("swings", ["a", "ab", "aba", "abab", "abcab", "abcabc"])
def test_a_post_that_swings_once_and_back_loses_nothing(swings: str) -> None:
    shown = timeline(_versions([(hour, text_hash, None) for hour, text_hash in enumerate(swings)]).values())

    assert [(sighting.at, version.text_hash) for version, sighting in shown] == [
        (_at(hour), text_hash) for hour, text_hash in enumerate(swings)
    ]


@pytest.mark.parametrize("looked_again", [4, 7, 8])
def test_a_text_that_came_back_stands_from_its_edit_however_often_it_is_looked_at(looked_again: int) -> None:
    versions = _versions([(1, "a", None), (2, "b", 2), (4, "a", 3), (looked_again, "a", 3)])

    assert [sighting.at for _, sighting in timeline(versions.values())] == [_at(1), _at(2), _at(3)]


@pytest.mark.parametrize("edited", [None, 1, 2, 8])
def test_an_edit_date_that_cannot_be_the_return_of_a_text_is_not_taken_for_it(edited: int | None) -> None:
    versions = _versions([(1, "a", None), (2, "b", 2), (4, "a", edited)])

    assert [sighting.at for _, sighting in timeline(versions.values())] == [_at(1), _at(2), _at(4)]


def test_a_text_seen_again_keeps_the_edit_date_of_its_first_sighting() -> None:
    versions = _versions([(5, "a", 4), (1, "a", None), (3, "a", 2)])

    assert [(sighting.at, sighting.edit_date) for _, sighting in timeline(versions.values())] == [(_at(1), None)]


@pytest.mark.parametrize(
    ("last_seen", "first_gone", "last_gone", "expected"),
    [
        (1, None, None, None),
        (1, 2, 2, 2),
        (1, 2, 5, 2),
        (2, 2, 2, None),
        (3, 2, 2, None),
        (3, 2, 5, 5),
    ],
)
def test_a_post_is_gone_since_it_was_missed_and_not_seen_again(
    last_seen: int, first_gone: int | None, last_gone: int | None, expected: int | None
) -> None:
    since = deleted_at(
        last_seen=_at(last_seen),
        first_gone=None if first_gone is None else _at(first_gone),
        last_gone=None if last_gone is None else _at(last_gone),
    )

    assert since == (None if expected is None else _at(expected))


@pytest.mark.parametrize(("hours", "expected"), [(-1, 0), (0.99, 0), (1, 1), (2, 2), (3.9, 2), (4, 3), (47, 6)])
def test_age_classes_double(hours: float, expected: int) -> None:
    assert age_class(posted=_DAY, at=_DAY + timedelta(hours=hours)) == expected
