"""The rows that recording ends in do not depend on the order or the batches in which observations come."""

from dataclasses import replace
from itertools import count
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.model.post import Media, Observation, Post, PostRef, Reaction, Sample
from monitor.store import Store
from tests.integration.store.builders import at, gone, posts_of, seen

_hours = st.integers(0, 6)
_counts = st.none() | st.integers(0, 3)
_sightings = st.builds(
    seen,
    st.sampled_from(["one", "two", "three"]),
    hour=_hours,
    number=st.integers(1, 2),
    edit_date=st.none() | st.builds(at, _hours),
    date=st.builds(at, st.just(0) | st.just(-2)),
    views=_counts,
    forwards=_counts,
    reactions=st.just(()) | st.just((Reaction(emoji="👍", count=1),)),
    media=st.none() | st.just(Media(kind="photo")),
)
_absences = st.builds(gone, hour=_hours, number=st.integers(1, 2))
_names = count()


async def _stored(
    store: Store, observations: list[Observation], *, batch: int
) -> list[tuple[Post, tuple[Sample, ...]]]:
    """Record the observations in a channel of their own and return its posts, called alike, with their samples."""
    channel = f"desk{next(_names)}"
    moved = [replace(one, ref=replace(one.ref, channel=channel)) for one in observations]
    for start in range(0, len(moved), batch):
        await store.record(moved[start : start + batch])
    return [
        (
            replace(one.post, ref=PostRef(channel="desk", message_id=one.post.ref.message_id)),
            await store.samples(one.post.ref),
        )
        for one in await posts_of(store, channel=channel)
    ]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(_sightings | _absences, min_size=2, max_size=10), st.integers(1, 10), st.randoms(use_true_random=False))
async def test_any_order_any_batches_and_any_repetition_end_in_the_same_rows(
    store: Store, observations: list[Observation], batch: int, random: Random
) -> None:
    other = observations + observations[::2]
    random.shuffle(other)

    assert await _stored(store, other, batch=batch) == await _stored(store, observations, batch=3)
