"""What a post asserts, and which words made the assertion."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from monitor.model.post import Channel, Post, Span
from monitor.model.quantity import Quantity


class Kind(StrEnum):
    """What the claim is about (CODEBOOK 3.2)."""

    KILLED = "killed"
    WOUNDED = "wounded"
    CAPTURED = "captured"
    MISSING = "missing"
    CASUALTIES = "casualties"
    EQUIPMENT = "equipment"


class Polarity(StrEnum):
    """Whether the text stands behind the claim (CODEBOOK 3.4)."""

    ASSERTED = "asserted"
    DENIED = "denied"
    DOUBTED = "doubted"
    HYPOTHETICAL = "hypothetical"


class Scope(StrEnum):
    """What span of events a figure sums up (CODEBOOK 4.1)."""

    INCIDENT = "incident"
    DAILY = "daily"
    PERIOD = "period"
    WAR_TOTAL = "war_total"


class SideBasis(StrEnum):
    """How the side was known."""

    TEXT = "text"
    CHANNEL = "channel"
    THEATRE = "theatre"


class TimeBasis(StrEnum):
    """How the day of the occurrence was known."""

    EXPLICIT = "explicit"
    RELATIVE = "relative"
    POST = "post"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A gazetteer entry: ``country`` is ISO 3166-1 alpha-2, coordinates are degrees."""

    id: str
    name: str
    country: str | None
    latitude: float
    longitude: float
    kind: str = "town"
    parent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One piece of a claim's derivation: ``role`` is trigger, number, noun, bound, side, place, attribution, polarity, time or scope.

    A claim without a number ("a soldier was killed") has the noun alone.
    """

    role: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One assertion in one revision.

    ``span`` and every ``words`` span are code points of the revision's text; ``attributed_to``, ``place_text`` are
    exact substrings of it. ``side`` is a canonical id, or several joined by "+" in sorted order (CODEBOOK 3.3).
    Days are calendar days of the occurrence; ``subset_of`` is the index of the whole among the same revision's claims.
    """

    kind: Kind
    quantity: Quantity
    span: Span
    rule: str
    side: str | None = None
    side_basis: SideBasis | None = None
    actor: str | None = None
    polarity: Polarity = Polarity.ASSERTED
    attributed_to: str | None = None
    speaker: str | None = None
    place: Place | None = None
    place_text: str | None = None
    event_from: date | None = None
    event_to: date | None = None
    time_basis: TimeBasis = TimeBasis.POST
    scope: Scope = Scope.INCIDENT
    period_start: date | None = None
    item: str | None = None
    model: str | None = None
    is_update: bool = False
    subset_of: int | None = None
    words: tuple[Word, ...] = ()

    @property
    def is_cumulative(self) -> bool:
        """Whether the figure sums up several days or a war, not one incident or day."""
        return self.scope in {Scope.PERIOD, Scope.WAR_TOTAL}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one text yields: its language ("und" without letters) and its claims in text order."""

    language: str
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRevision:
    """The claims of one revision and when that revision was seen."""

    number: int
    observed_at: datetime
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPost:
    """A post, whose voice it is, and what was read in each of its revisions: what comparison works on."""

    post: Post
    channel: Channel
    revisions: tuple[ReadRevision, ...]
