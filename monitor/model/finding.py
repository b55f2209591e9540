"""What comparing claims across origins brings out."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from monitor.model.claim import Kind, Polarity, Scope, SideBasis
from monitor.model.post import PostRef, Span
from monitor.model.quantity import Quantity


class Relation(StrEnum):
    """How two claims stand to each other (CODEBOOK 4.4)."""

    CONTRADICT = "contradict"
    DISTORTION = "distortion"
    DISPUTED = "disputed"
    REVISION = "revision"
    CORROBORATE = "corroborate"
    COMPATIBLE = "compatible"
    SAME_ORIGIN = "same_origin"
    LAGGED = "lagged"
    NOT_COMPARABLE = "not_comparable"


class Status(StrEnum):
    """Where a finding stands in its life (CODEBOOK 2, update vs contradiction)."""

    EVOLVING = "evolving"
    STANDING = "standing"
    RESOLVED = "resolved"
    RETRACTED = "retracted"


class Split(StrEnum):
    """Which camps a contradiction divides (CODEBOOK 4.5); a tag, never a score."""

    PARTISAN = "partisan"
    WITHIN_CAMP = "within_camp"
    ADMISSION = "admission"


class OriginBasis(StrEnum):
    """Why a claim is taken to come from its origin (CODEBOOK 2, independent origin)."""

    SELF = "self"
    FORWARD = "forward"
    CREDIT = "credit"
    SPEAKER = "speaker"
    COPY = "copy"
    FAMILY = "family"


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Whom a claim really comes from: a channel key, a family or a normalised speaker, and how that is known."""

    id: str
    basis: OriginBasis


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A claim as evidence: everything a finding or a digest needs to quote it.

    ``quote`` is the exact substring at ``span`` of revision ``revision`` of ``ref``. ``until`` is when the post was seen
    to say so no more, by an edit or because it is gone; ``None`` while it does. ``side_basis`` tells whether the text
    names the side.
    """

    ref: PostRef
    revision: int
    claim: int
    date: datetime
    kind: Kind
    quantity: Quantity
    polarity: Polarity
    side: str | None
    quote: str
    span: Span
    attributed_to: str | None
    origin: Origin
    alignment: str | None = None
    item: str | None = None
    until: datetime | None = None
    side_basis: SideBasis | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusChange:
    """A finding took this status at this instant."""

    status: Status
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Two claims and their relation; ``a`` is the earlier. ``severity`` is 1 to 3, or ``None`` where none applies.

    ``id`` is a digest of what was compared, so that the same posts give the same id in any order.
    """

    id: str
    relation: Relation
    severity: int | None
    status: Status
    kind: Kind
    side: str | None
    incident: str
    place: str | None
    first_seen: datetime
    reason: str
    a: Citation
    b: Citation
    split: Split | None = None
    history: tuple[StatusChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """Claims taken to be about one occurrence, day, period or war.

    ``id`` comes from its earliest claim, so that a new post joins without renaming.
    """

    id: str
    scope: Scope
    place: str | None
    place_id: str | None
    country: str | None
    from_day: date
    to_day: date
    sides: tuple[str, ...]
    posts: tuple[PostRef, ...]


class Change(StrEnum):
    """How an incident changed into others."""

    JOINED = "joined"
    PARTED = "parted"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentChange:
    """An incident joined ``other`` and is no more, or ``other`` parted from it; ``at`` what was known at that instant."""

    incident: str
    change: Change
    other: str
    at: datetime
