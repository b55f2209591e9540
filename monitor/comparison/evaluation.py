"""Score the comparison against labelled pairs of claims (CODEBOOK, the pairs file).

A pair holds ``a`` and ``b``, each with channel, origin, kind, min, max, bound, side, place, event_day, scope, as_of,
polarity, t (hours) and own_voice, and the ``relation`` and ``severity`` expected of them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from monitor.comparison.places import PlaceMatch
from monitor.comparison.relations import Position, adjusted, relate
from monitor.comparison.statements import Statement
from monitor.model.claim import Claim, Kind, Polarity, ReadPost, ReadRevision, Scope, SideBasis, TimeBasis
from monitor.model.finding import Origin, OriginBasis
from monitor.model.post import Channel, Post, PostRef, Revision, Span
from monitor.model.quantity import Bound, Quantity

Row = Mapping[str, Any]

_FIRST = date(2000, 1, 1)  # labelled days count from some first day; which one does not matter


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedPair:
    """A labelled pair, what was expected and what was found; severities are ``None`` where none applies."""

    id: str
    expected: str
    expected_severity: int | None
    found: str
    found_severity: int | None

    @property
    def holds(self) -> bool:
        """Whether relation and severity are as labelled."""
        return (self.expected, self.expected_severity) == (self.found, self.found_severity)


def is_pair(row: Row) -> bool:
    """Tell whether a labelled row is a pair of claims."""
    return "relation" in row and "a" in row and "b" in row


def judge_pairs(rows: Iterable[Row]) -> tuple[JudgedPair, ...]:
    """Judge every labelled pair, in order.

    Raises:
        ValueError: A pair lacks a field, or a field holds no known value; the message names the pair.
    """
    return tuple(_judge(row) for row in rows)


def _judge(row: Row) -> JudgedPair:
    name = str(row.get("id", "?"))
    try:
        a, b = (_position(row[end], number) for number, end in enumerate(("a", "b"), start=1))
        place = PlaceMatch.SAME if row["a"]["place"] == row["b"]["place"] else PlaceMatch.APART
        expected = (str(row["relation"]), row["severity"])
    except KeyError as error:
        raise ValueError(f"pair {name}: {error} is missing") from error
    except (TypeError, ValueError) as error:
        raise ValueError(f"pair {name}: {error}") from error
    judged = relate(a, b, place=place)
    severity = judged.severity
    if severity is not None:
        severity = adjusted(severity, a, b, place=place, is_backed=False)
    return JudgedPair(
        id=name,
        expected=expected[0],
        expected_severity=expected[1],
        found=judged.relation.value,
        found_severity=severity,
    )


def _position(record: Row, number: int) -> Position:
    scope = Scope(record["scope"])
    day = _FIRST + timedelta(days=int(record["event_day"] if scope is Scope.INCIDENT else record["as_of"]))
    said_at = datetime(_FIRST.year, 1, 1, tzinfo=UTC) + timedelta(hours=float(record["t"]))
    claim = Claim(
        kind=Kind(record["kind"]),
        quantity=Quantity(low=record["min"], high=record["max"], bound=Bound(record["bound"])),
        span=Span(start=0, end=0),
        rule="labelled",
        side=record["side"],
        side_basis=SideBasis.TEXT,
        polarity=Polarity(record["polarity"]),
        event_from=day,
        event_to=day,
        time_basis=TimeBasis.EXPLICIT,
        scope=scope,
    )
    channel = str(record["channel"])
    post = Post(
        ref=PostRef(channel=channel, message_id=number),
        date=said_at,
        revisions=(Revision(number=0, text="", observed_at=said_at),),
    )
    read = ReadPost(
        post=post,
        channel=Channel(key=channel),
        revisions=(ReadRevision(number=0, observed_at=said_at, claims=(claim,)),),
    )
    return Position(
        statement=Statement(
            read=read,
            revision=0,
            index=0,
            claim=claim,
            said_at=said_at,
            until=None,
            is_deleted=False,
            day_from=day,
            day_to=day,
        ),
        origin=Origin(id=str(record["origin"]), basis=OriginBasis.SELF if record["own_voice"] else OriginBasis.SPEAKER),
    )
