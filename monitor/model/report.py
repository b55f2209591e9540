"""What one post says about one occurrence: what incidents are made of."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from monitor.model.claim import Kind, Place, Polarity
from monitor.model.post import PostRef
from monitor.model.quantity import Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One figure of a report, without where it stands."""

    kind: Kind
    quantity: Quantity
    side: str | None = None
    item: str | None = None
    polarity: Polarity = Polarity.ASSERTED


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What one post says about one occurrence, as far as incidents are told apart by it.

    ``id`` names its first statement and sorts as the statements do: by time, then by where it was said. ``ref`` has the
    channel's key folded. ``is_dated`` tells whether the text names the day. ``words`` are the most telling ones, the
    most telling first. ``points_to`` are the posts that it replies to, forwards or links to, as ``ref`` names them.
    ``speakers`` are those it quotes, folded.
    """

    id: str
    ref: PostRef
    said_at: datetime
    day_from: date
    day_to: date
    is_dated: bool = False
    place: Place | None = None
    words: tuple[str, ...] = ()
    answers: tuple[Answer, ...] = ()
    points_to: tuple[PostRef, ...] = ()
    speakers: tuple[str, ...] = ()

    @property
    def sides(self) -> frozenset[str]:
        """Whose losses it tells of."""
        return frozenset(answer.side for answer in self.answers if answer.side is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A report in the occurrence named by its earliest report."""

    report: Report
    occurrence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What must be looked up before the work can go on.

    With each of ``keys``, the ``limit`` newest reports before ``before``, or else the earliest after ``after``: of these
    only which occurrence each is in. Of ``occurrences`` every report.
    """

    keys: frozenset[int] = frozenset()
    before: str = ""
    after: str = ""
    limit: int = 0
    occurrences: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was looked up: ``listed`` are key, report and occurrence, ``placed`` the reports of the occurrences wanted."""

    listed: Iterable[tuple[int, str, str]] = ()
    placed: Iterable[Placed] = ()
