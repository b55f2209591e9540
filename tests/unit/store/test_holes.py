"""Holes behave as the set of ids that they stand for."""

from datetime import UTC, datetime
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from monitor.model.following import Hole
from monitor.store.holes import with_hole, without_range

_DAY = datetime(2024, 7, 27, tzinfo=UTC)
_ranges = st.tuples(st.booleans(), st.integers(1, 30), st.integers(0, 8))


@given(st.lists(_ranges, max_size=15))
def test_holes_hold_exactly_the_ids_missed_and_not_read(steps: list[tuple[bool, int, int]]) -> None:
    held: tuple[Hole, ...] = ()
    missing: set[int] = set()
    for is_missed, first, length in steps:
        ids = range(first, first + length + 1)
        if is_missed:
            held = with_hole(held, Hole(from_id=first, to_id=first + length, found_at=_DAY))
            missing |= set(ids)
        else:
            held = without_range(held, from_id=first, to_id=first + length)
            missing -= set(ids)

        assert [number for one in held for number in range(one.from_id, one.to_id + 1)] == sorted(missing)
        assert all(one.to_id + 1 < other.from_id for one, other in pairwise(held))
