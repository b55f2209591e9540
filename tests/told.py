"""Posts, claims and read posts with defaults, so that a test shows only the fields it is about."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from monitor.model.claim import Claim, Kind, Place, ReadPost, ReadRevision, SideBasis, TimeBasis
from monitor.model.post import Channel, Post, PostRef, Revision, Span
from monitor.model.quantity import Bound, Quantity

NOON = datetime(2024, 7, 28, 12, tzinfo=UTC)
BATTLE = date(2024, 7, 27)
TINZAOUATEN = Place(id="tinzaouaten", name="Tinzaouaten", country="ML", latitude=19.95, longitude=2.95, parent="kidal")
KIDAL = Place(id="kidal", name="Kidal", country="ML", latitude=18.44, longitude=1.41, kind="region")
GOSSI = Place(id="gossi", name="Gossi", country="ML", latitude=15.82, longitude=-1.29)


def quantity(low: int | None, high: int | None = -1, bound: Bound | None = None) -> Quantity:
    """Return ``low..high``; with ``low`` alone an exact number."""
    if high == -1:
        high = low
    if bound is None:
        bound = Bound.EXACT if low == high else Bound.AT_LEAST if high is None else Bound.RANGE
        bound = Bound.AT_MOST if low is None else bound
    return Quantity(low=low, high=high, bound=bound)


def at_least(low: int) -> Quantity:
    """Return ``low..``."""
    return quantity(low, None)


def claim(number: int | Quantity = 47, **fields: Any) -> Claim:  # noqa: ANN401 - fields of Claim
    """Return 47 Malian soldiers killed in Tinzaouaten on 27 July 2024, as the text says, unless told otherwise."""
    known: dict[str, Any] = {
        "kind": Kind.KILLED,
        "quantity": quantity(number) if isinstance(number, int) else number,
        "span": Span(start=0, end=4),
        "rule": "test",
        "side": "MLI",
        "side_basis": SideBasis.TEXT,
        "place": TINZAOUATEN,
        "place_text": "Tinzaouaten",
        "event_from": BATTLE,
        "event_to": BATTLE,
        "time_basis": TimeBasis.EXPLICIT,
    }
    return Claim(**(known | fields))


def post(
    channel: str = "desk",
    message_id: int = 1,
    *,
    at: datetime = NOON,
    texts: Sequence[str] | None = None,
    edited_at: Sequence[datetime] = (),
    **fields: Any,  # noqa: ANN401 - fields of Post
) -> Post:
    """Return a post; ``edited_at`` gives the instants of its revisions after the first."""
    count = len(edited_at) + 1
    told = [f"{channel} writes number {message_id}, version {number}" for number in range(count)]
    seen = (at, *edited_at)
    return Post(
        ref=PostRef(channel=channel, message_id=message_id),
        date=at,
        revisions=tuple(
            Revision(number=number, text=text, observed_at=seen[number])
            for number, text in enumerate(texts if texts is not None else told)
        ),
        **fields,
    )


def read_post(
    *claims: Claim,
    channel: str | Channel = "desk",
    message_id: int = 1,
    at: datetime = NOON,
    edits: Sequence[tuple[timedelta, Sequence[Claim]]] = (),
    **fields: Any,  # noqa: ANN401 - fields of Post
) -> ReadPost:
    """Return a post in which ``claims`` were read; ``edits`` are later revisions: how long after, and their claims."""
    whose = Channel(key=channel) if isinstance(channel, str) else channel
    edited_at = [at + after for after, _ in edits]
    return ReadPost(
        post=post(whose.key, message_id, at=at, edited_at=edited_at, **fields),
        channel=whose,
        revisions=tuple(
            ReadRevision(number=number, observed_at=seen, claims=tuple(read))
            for number, (seen, read) in enumerate(
                zip((at, *edited_at), (claims, *(read for _, read in edits)), strict=True)
            )
        ),
    )
