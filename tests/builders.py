"""Values with defaults, so that a test shows only what it is about."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from monitor.model.claim import Claim, Kind, Polarity, ReadPost, ReadRevision, Scope
from monitor.model.edition import Answer, ChannelCoverage, Coverage, Edition, Question, Window
from monitor.model.finding import (
    Citation,
    Finding,
    Incident,
    Origin,
    OriginBasis,
    Relation,
    Split,
    Status,
    StatusChange,
)
from monitor.model.post import Channel, Post, PostRef, Revision, Span
from monitor.model.quantity import Bound, Quantity

DAY = timedelta(days=1)
NOON = datetime(2024, 7, 28, 12, tzinfo=UTC)
WINDOW = Window(start=NOON - DAY, end=NOON)


def at(hours: float) -> datetime:
    """Return the instant that many hours into ``WINDOW``."""
    return WINDOW.start + timedelta(hours=hours)


def quantity(figure: int | str) -> Quantity:
    """Read ``12``, ``"20.."``, ``"..80"``, ``"20..80"`` or ``"~30"``: what ``str`` of a quantity writes."""
    text = str(figure)
    if text.startswith("~"):
        return Quantity(low=int(text[1:]), high=int(text[1:]), bound=Bound.APPROX)
    if ".." not in text:
        return Quantity.exactly(int(text))
    low, high = (int(edge) if edge else None for edge in text.split(".."))
    bound = Bound.AT_LEAST if high is None else Bound.AT_MOST if low is None else Bound.RANGE
    return Quantity(low=low, high=high, bound=bound)


def reference(text: str) -> PostRef:
    """Read ``channel/17``."""
    channel, _, message = text.rpartition("/")
    return PostRef(channel=channel, message_id=int(message))


def citation(
    figure: int | str = 12,
    *,
    post: str = "sample_a/1",
    date: datetime | None = None,
    quote: str | None = None,
    kind: Kind = Kind.KILLED,
    side: str | None = "MLI",
    origin: str | None = None,
    basis: OriginBasis = OriginBasis.SELF,
    attributed_to: str | None = None,
    polarity: Polarity = Polarity.ASSERTED,
    revision: int = 0,
    claim: int = 0,
    item: str | None = None,
    until: datetime | None = None,
) -> Citation:
    """Return a claim as evidence; its origin is its channel unless another is named."""
    ref = reference(post)
    words = f"{figure} killed" if quote is None else quote
    return Citation(
        ref=ref,
        revision=revision,
        claim=claim,
        date=at(1) if date is None else date,
        kind=kind,
        quantity=quantity(figure),
        polarity=polarity,
        side=side,
        quote=words,
        span=Span(start=0, end=len(words)),
        attributed_to=attributed_to,
        origin=Origin(id=ref.channel if origin is None else origin, basis=basis),
        item=item,
        until=until,
    )


def finding(
    a: Citation,
    b: Citation,
    *,
    relation: Relation = Relation.CONTRADICT,
    severity: int | None = 2,
    status: Status = Status.EVOLVING,
    incident: str = "incident-1",
    place: str | None = "Tinzaouaten",
    side: str | None = "MLI",
    first_seen: datetime | None = None,
    reason: str | None = None,
    split: Split | None = None,
    history: Sequence[StatusChange] = (),
) -> Finding:
    """Return a finding on two claims; first seen when the later one was posted."""
    return Finding(
        id=f"{relation}:{a.ref}#{a.revision}.{a.claim}:{b.ref}#{b.revision}.{b.claim}",
        relation=relation,
        severity=severity if relation is Relation.CONTRADICT else None,
        status=status,
        kind=a.kind,
        side=side,
        incident=incident,
        place=place,
        first_seen=max(a.date, b.date) if first_seen is None else first_seen,
        reason=f"{a.kind}, {side}: {a.quantity} vs {b.quantity}" if reason is None else reason,
        a=a,
        b=b,
        split=split,
        history=tuple(history),
    )


def incident(
    name: str = "incident-1",
    *,
    place: str | None = "Tinzaouaten",
    days: tuple[date, date] = (date(2024, 7, 25), date(2024, 7, 27)),
    scope: Scope = Scope.INCIDENT,
) -> Incident:
    """Return an incident; the digest needs its place, its days and its scope."""
    return Incident(
        id=name,
        scope=scope,
        place=place,
        place_id=None,
        country=None,
        from_day=days[0],
        to_day=days[1],
        sides=(),
        posts=(),
    )


def coverage(**posts: int) -> Coverage:
    """Return what was heard, given posts by channel."""
    return Coverage(
        channels=tuple(
            ChannelCoverage(channel=channel, posts=number, last_post=at(2) if number else None)
            for channel, number in posts.items()
        )
    )


def question(*answers: Answer, findings: Sequence[Finding], place: str | None = "Tinzaouaten") -> Question:
    """Return a question on the first finding's topic."""
    first = findings[0]
    return Question(
        incident=first.incident,
        scope=Scope.INCIDENT,
        place=place,
        from_day=date(2024, 7, 25),
        to_day=date(2024, 7, 27),
        kind=first.kind,
        side=first.side,
        item=first.a.item,
        answers=answers,
        findings=tuple(findings),
    )


def edition(
    *contradictions: Question,
    digest: str = "daily",
    agreements: Sequence[Question] = (),
    heard: Coverage | None = None,
) -> Edition:
    """Return an edition for ``WINDOW``."""
    return Edition(
        digest=digest,
        window=WINDOW,
        coverage=coverage(sample_a=3, sample_b=2) if heard is None else heard,
        contradictions=contradictions,
        agreements=tuple(agreements),
    )


def read_post(
    post: str = "sample_a/1",
    *texts: str,
    claims: Sequence[Sequence[Claim]] = (),
    date: datetime | None = None,
    revised_at: Sequence[datetime] = (),
    deleted_at: datetime | None = None,
    channel: Channel | None = None,
) -> ReadPost:
    """Return a post with one revision a text; ``claims`` and ``revised_at`` go by revision, the first seen at once."""
    posted = at(1) if date is None else date
    seen = (posted, *revised_at)
    ref = reference(post)
    return ReadPost(
        post=Post(
            ref=ref,
            date=posted,
            revisions=tuple(
                Revision(number=number, text=text, observed_at=seen[number]) for number, text in enumerate(texts)
            ),
            deleted_at=deleted_at,
        ),
        channel=Channel(key=ref.channel) if channel is None else channel,
        revisions=tuple(
            ReadRevision(number=number, observed_at=seen[number], claims=tuple(read))
            for number, read in enumerate(claims)
        ),
    )


def claim(
    figure: int | str = 12,
    *,
    text: str,
    words: str | None = None,
    kind: Kind = Kind.KILLED,
    side: str | None = "MLI",
    polarity: Polarity = Polarity.ASSERTED,
) -> Claim:
    """Return a claim whose span is ``words`` in ``text``, the whole text by default."""
    start = text.index(words) if words is not None else 0
    end = start + len(text if words is None else words)
    return Claim(
        kind=kind, quantity=quantity(figure), span=Span(start=start, end=end), rule="test", side=side, polarity=polarity
    )
