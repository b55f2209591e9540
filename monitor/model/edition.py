"""Digests as issued: a window, what it covered, and what it tells."""

from dataclasses import dataclass
from datetime import datetime

from monitor.model.finding import Citation, Finding


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
    """What was heard of one channel in a window. ``holes`` counts message ids known to be missing."""

    channel: str
    posts: int
    last_post: datetime | None
    holes: int = 0
    state: str = "ok"


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
    """A post cited by an earlier edition has since changed (``new_text``) or gone (``new_text is None``)."""

    edition: str
    cited: Citation
    changed_at: datetime
    old_quote: str
    new_text: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One disputed or agreed question: an incident, a kind and a side, with every origin's figure.

    ``answers`` hold one citation an origin, earliest first; ``copies`` the citations that only repeat one of them.
    ``findings`` is empty where independent origins agree.
    """

    incident: str
    place: str | None
    answers: tuple[Citation, ...]
    copies: tuple[Citation, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One issue of a digest, ready to be rendered in any form."""

    digest: str
    window: Window
    coverage: Coverage
    contradictions: tuple[Question, ...]
    agreements: tuple[Question, ...]
    corrections: tuple[Correction, ...]
    folded: int = 0
