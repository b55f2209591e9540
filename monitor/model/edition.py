"""Digests as issued: a window, what it covered, and what it tells."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from monitor.model.claim import Kind, Scope
from monitor.model.finding import Citation, Finding
from monitor.model.quantity import Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The half-open period ``[start, end)`` of aware UTC instants that an edition reports on."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        """Refuse naive or reversed edges."""
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("a window needs aware instants")
        if self.start >= self.end:
            raise ValueError(f"a window must end after it starts: {self.start} .. {self.end}")

    def holds(self, instant: datetime) -> bool:
        """Tell whether ``instant`` lies in the window."""
        return self.start <= instant < self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelCoverage:
    """What was heard of one channel in a window.

    ``holes`` counts message ids known to be missing. ``alignment`` is whose voice the channel is. ``silent_for`` is how
    long it had been silent against its own rhythm when the window ended, ``None`` if it was not.
    """

    channel: str
    posts: int
    last_post: datetime | None
    holes: int = 0
    state: str = "ok"
    alignment: str | None = None
    silent_for: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What an edition rests on."""

    channels: tuple[ChannelCoverage, ...]

    @property
    def posts(self) -> int:
        """Posts read in the window."""
        return sum(channel.posts for channel in self.channels)


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A post that an earlier edition cited is gone, or no longer says what was cited.

    ``told_at`` is when that edition's window ended; ``changed_at`` when the change was seen. ``now`` is what the post
    says of the same kind and side today, and ``now_quote`` its words; both ``None`` where it says nothing of it any more.
    """

    told_at: datetime
    cited: Citation
    changed_at: datetime
    is_gone: bool
    now: Quantity | None = None
    now_quote: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one origin says to a question.

    ``cited`` is the first post that gave the origin's present figure, ``copies`` the posts of other channels that only
    repeat it, ``earlier`` the other figures that the origin gave before, oldest first.
    """

    cited: Citation
    copies: tuple[Citation, ...] = ()
    earlier: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One disputed or agreed question: an incident, a kind of loss and a side, with every origin's answer.

    ``answers`` are ordered by figure; ``findings`` by weight, so that the first one gives the question its severity,
    status and reason. Days are calendar days of the incident, ``None`` where it is not known. ``silent`` are the sides
    whose losses the incident holds and for whom no channel has spoken of it, though channels of theirs are followed.
    """

    incident: str
    scope: Scope
    place: str | None
    from_day: date | None
    to_day: date | None
    kind: Kind
    side: str | None
    item: str | None
    answers: tuple[Answer, ...]
    findings: tuple[Finding, ...]
    silent: tuple[str, ...] = ()

    @property
    def direct(self) -> tuple[Answer, ...]:
        """The answers that count what is asked, without the wholes that it is a part of; all where none does."""
        asked = (self.kind, self.side)
        same = tuple(answer for answer in self.answers if (answer.cited.kind, answer.cited.side) == asked)
        return same or self.answers


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One issue of a digest, ready to be rendered in any form.

    ``contradictions`` were first seen in the window. Those of earlier windows have ``moved`` where a figure was given or
    taken back since, are ``settled`` where they ended since, and else ``standing``. ``agreements`` have something new in
    the window. ``folded`` counts contradictions with something new that are below the digest's severity, ``joins`` the
    windows that became one, because nobody was there to issue them.
    """

    digest: str
    window: Window
    coverage: Coverage
    contradictions: tuple[Question, ...] = ()
    moved: tuple[Question, ...] = ()
    settled: tuple[Question, ...] = ()
    standing: tuple[Question, ...] = ()
    agreements: tuple[Question, ...] = ()
    corrections: tuple[Correction, ...] = ()
    folded: int = 0
    joins: int = 1

    @property
    def disputed(self) -> tuple[Question, ...]:
        """Every contradiction in the order in which an edition numbers them, from 1."""
        return (*self.contradictions, *self.moved, *self.settled, *self.standing)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Every claim that the edition tells; of what stands from before, only the two ends named."""
        told = [
            citation
            for question in (*self.contradictions, *self.moved, *self.settled, *self.agreements)
            for answer in question.answers
            for citation in (answer.cited, *answer.copies, *answer.earlier)
        ]
        ends = [end for question in self.standing for end in (question.findings[0].a, question.findings[0].b)]
        return (*told, *ends)
