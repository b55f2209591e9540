"""Observations, findings and editions with defaults, so that a test shows only what it is about."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Table, select

from monitor.model.claim import Claim, Kind, Polarity, Reading, ReadPost, Scope
from monitor.model.edition import Answer, Coverage, Edition, Question, Window
from monitor.model.finding import Citation, Finding, Incident, Origin, OriginBasis, Relation, Status, StatusChange
from monitor.model.post import Observation, PostRef, Span
from monitor.model.quantity import Quantity
from monitor.store import Counted, Saved, Store
from monitor.store.engine import Database

DAY = datetime(2024, 7, 27, tzinfo=UTC)
HOUR = timedelta(hours=1)


def at(hours: float) -> datetime:
    """Return the instant so many hours into the day."""
    return DAY + hours * HOUR


def seen(text: str = "Two soldiers were killed", *, hour: float = 1, number: int = 1, **fields: Any) -> Observation:  # noqa: ANN401 - any field
    """Return a sighting of post ``number`` of the channel "desk", posted at the start of the day."""
    channel = fields.pop("channel", "desk")
    given = {"date": DAY, **fields}
    return Observation(ref=PostRef(channel=channel, message_id=number), observed_at=at(hour), text=text, **given)


def gone(*, hour: float = 1, number: int = 1, channel: str = "desk") -> Observation:
    """Return that post ``number`` was missed."""
    return Observation(ref=PostRef(channel=channel, message_id=number), observed_at=at(hour), is_gone=True)


async def posts_of(store: Store, **wanted: Any) -> list[ReadPost]:  # noqa: ANN401 - any filter
    """Return every stored post."""
    return [post async for post in store.posts(**wanted)]


async def the_post(store: Store, number: int = 1, *, channel: str = "desk") -> ReadPost:
    """Return one post, which must be stored."""
    post = await store.read_post(PostRef(channel=channel, message_id=number))
    assert post is not None
    return post


async def rows_of(url: str, table: Table) -> list[dict[str, Any]]:
    """Return every row of a table."""
    database = Database(url)
    try:
        async with database.read() as connection:
            return [dict(row._mapping) for row in await connection.execute(select(table))]
    finally:
        await database.close()


def claim(number: int = 2, *, kind: Kind = Kind.KILLED) -> Claim:
    """Return a claim on the first word of its text."""
    return Claim(kind=kind, quantity=Quantity.exactly(number), span=Span(start=0, end=3), rule="test")


class CountingReader:
    """A reader that finds one claim, as long as the text, in each text of more than ten letters."""

    def __init__(self, fingerprint: str = "first") -> None:
        self.fingerprint = fingerprint

    def read(self, text: str, *, posted_at: datetime | None, channel: object) -> Reading:
        """Return a claim of the text's length; refuse a text that says so."""
        assert posted_at is not None
        assert channel is not None
        if "unreadable" in text:
            raise ValueError("this text cannot be read")
        return Reading(language="en", claims=(claim(len(text)),) if len(text) > 10 else ())


def citation(number: int = 1, *, channel: str = "desk", figure: int = 2) -> Citation:
    """Return a claim of one post as evidence."""
    return Citation(
        ref=PostRef(channel=channel, message_id=number),
        revision=0,
        claim=0,
        date=DAY,
        kind=Kind.KILLED,
        quantity=Quantity.exactly(figure),
        polarity=Polarity.ASSERTED,
        side="MLI",
        quote="Two soldiers",
        span=Span(start=0, end=12),
        attributed_to=None,
        origin=Origin(id=channel, basis=OriginBasis.SELF),
    )


def finding(name: str = "first", *, status: Status = Status.EVOLVING, hour: float = 1, **fields: Any) -> Finding:  # noqa: ANN401 - any field
    """Return a contradiction that took its status at ``hour``, after evolving from the first hour."""
    history = [StatusChange(status=Status.EVOLVING, at=at(1), reason="found")]
    if status is not Status.EVOLVING:
        history.append(StatusChange(status=status, at=at(hour), reason="a day went by"))
    given: dict[str, Any] = {
        "relation": Relation.CONTRADICT,
        "severity": 3,
        "kind": Kind.KILLED,
        "side": "MLI",
        "incident": "i1",
        "place": "Tinzaouaten",
        "first_seen": at(1),
        "reason": "2 against 47",
        "a": citation(1, channel="desk", figure=2),
        "b": citation(1, channel="rebels", figure=47),
        **fields,
    }
    return Finding(id=hashlib.sha256(name.encode()).hexdigest()[:16], status=status, history=tuple(history), **given)


def incident(name: str = "i1", **fields: Any) -> Incident:  # noqa: ANN401 - any field
    """Return an incident of the day."""
    given: dict[str, Any] = {
        "scope": Scope.INCIDENT,
        "place": "Tinzaouaten",
        "place_id": None,
        "country": "ML",
        "from_day": DAY.date(),
        "to_day": DAY.date(),
        "sides": ("MLI",),
        "posts": (PostRef(channel="desk", message_id=1),),
        **fields,
    }
    return Incident(id=name, **given)


def edition(digest: str = "daily", *, start: float = 0, end: float = 24) -> Edition:
    """Return an edition with one disputed question."""
    question = Question(
        incident="i1",
        scope=Scope.INCIDENT,
        place="Tinzaouaten",
        from_day=DAY.date(),
        to_day=DAY.date(),
        kind=Kind.KILLED,
        side="MLI",
        item=None,
        answers=(Answer(cited=citation(1)), Answer(cited=citation(1, channel="rebels", figure=47))),
        findings=(finding(),),
    )
    return Edition(
        digest=digest,
        window=Window(start=at(start), end=at(end)),
        coverage=Coverage(channels=()),
        contradictions=(question,),
    )


async def save_comparison(store: Store, incidents: Sequence[Incident], findings: Sequence[Finding]) -> Saved:
    """Store these incidents and findings as the outcome of comparing everything that is stored."""
    known = {one.id for one in (*incidents, *await store.incidents())}
    async with store.comparing() as desk:
        return await desk.save_incidents(
            known,
            [
                Counted(
                    occurrence=one.id,
                    incident=one,
                    findings=tuple(found for found in findings if found.incident == one.id),
                    due_at=None,
                )
                for one in incidents
            ],
            [],
        )
