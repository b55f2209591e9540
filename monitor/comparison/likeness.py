"""Score how much a report looks like one more report of an occurrence already known."""

from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from math import log, sqrt

from monitor.comparison.intervals import distance, is_zero, widen
from monitor.comparison.places import PlaceMatch, is_wide, match_places
from monitor.comparison.reports import Report
from monitor.comparison.sides import SideMatch, match_sides
from monitor.model.claim import Claim, Place, Polarity

MOST_DAYS_APART = 3  # 72 hours (CODEBOOK 4.2, rule 4)
THRESHOLD = 5.0  # points that make two reports one occurrence

_SAME_PLACE = 3.0
_INSIDE_PLACE = 1.5
_NEAR_PLACE = 0.5  # two towns of one district are hit on one day more often than not
_DAYS = (2.0, 0.5, -0.5, -1.5)  # by days apart
_SAME_HOURS = 1.0  # posted within six hours of a member
_SIX_HOURS = timedelta(hours=6)
_SAME_QUESTION = 1.0
_OTHER_SIDES = -1.5
_SAME_FIGURE = (1.0, 1.5, 2.5)  # below 5, below 20, above: a rare figure is a fingerprint
_OTHER_FIGURE = (-0.5, -1.0, -2.0)  # by severity of the disagreement
_POINTER = 4.0  # replies to, forwards or links to a member
_COPY = 6.0  # repeats a member
_WORDS = 6.0  # times the likeness of the words, 0 to 1
_MOST_MEMBERS = 24  # members whose words are compared: the newest ones
_MEMORY = timedelta(hours=72)


@dataclass(slots=True)
class Cluster:
    """The reports taken to be about one occurrence so far.

    Place and days are an anchor, fixed by the first report and sharpened only by a narrower place or a named day, so
    that a chain of neighbours cannot drift over a country or a week.
    """

    reports: list[Report]
    place: Place | None
    day_from: date
    day_to: date
    is_dated: bool
    nodes: set[tuple[str, int]] = field(default_factory=set)

    @classmethod
    def of(cls, report: Report) -> "Cluster":
        """Start a cluster."""
        return cls(
            reports=[report],
            place=report.place,
            day_from=report.day_from,
            day_to=report.day_to,
            is_dated=report.is_dated,
            nodes={report.node},
        )

    def add(self, report: Report) -> None:
        """Take in one more report."""
        self.reports.append(report)
        self.nodes.add(report.node)
        if report.place is not None and (self.place is None or (is_wide(self.place) and not is_wide(report.place))):
            self.place = report.place
        if report.is_dated and not self.is_dated:
            self.day_from, self.day_to, self.is_dated = report.day_from, report.day_to, True

    def days_apart(self, report: Report) -> int:
        """Return the whole days between the report's days and the anchor's; 0 where they overlap."""
        gap = max((report.day_from - self.day_to).days, (self.day_from - report.day_to).days)
        return max(0, gap)


class Rarity:
    """How much a word tells, from how many reports of the last 72 hours hold it: bounded memory."""

    def __init__(self) -> None:
        self._window: deque[tuple[datetime, frozenset[str]]] = deque()
        self._counts: Counter[str] = Counter()

    def learn(self, report: Report) -> None:
        """Count one more report, the newest."""
        while self._window and report.said_at - self._window[0][0] > _MEMORY:
            self._counts.subtract(self._window.popleft()[1])
        self._window.append((report.said_at, report.words))
        self._counts.update(report.words)
        if len(self._counts) > 4 * sum(count > 0 for count in self._counts.values()) + 1000:
            self._counts = +self._counts

    def weight(self, word: str) -> float:
        """Return the word's weight: 0 where every report holds it."""
        return log((len(self._window) + 1) / (self._counts[word] + 1)) + 0.1

    def likeness(self, first: Iterable[str], second: frozenset[str]) -> float:
        """Return the cosine of two sets of words, each weighed by its rarity: 0 to 1."""
        words = frozenset(first)
        shared = sum(self.weight(word) ** 2 for word in sorted(words & second))
        if shared == 0:
            return 0.0
        return shared / sqrt(
            sum(self.weight(word) ** 2 for word in sorted(words))
            * sum(self.weight(word) ** 2 for word in sorted(second))
        )


def score(report: Report, cluster: Cluster, *, rarity: Rarity) -> float:
    """Return the points for ``report`` belonging to ``cluster``; ``-inf`` where place or time rule it out."""
    days = cluster.days_apart(report)
    place = match_places(report.place, cluster.place)
    if days > MOST_DAYS_APART or place is PlaceMatch.APART:
        return float("-inf")
    points = _DAYS[days] + _place_points(report, place)
    members = cluster.reports[-_MOST_MEMBERS:]
    if any(abs(report.said_at - member.said_at) <= _SIX_HOURS for member in members):
        points += _SAME_HOURS
    points += _figure_points(report, cluster)
    if report.points_to & cluster.nodes or any(report.node in member.points_to for member in members):
        points += _POINTER
    points += _WORDS * max(rarity.likeness(report.words, member.words) for member in members)
    return points


def _place_points(report: Report, place: PlaceMatch) -> float:
    match place:
        case PlaceMatch.SAME:
            return _INSIDE_PLACE if report.place is not None and is_wide(report.place) else _SAME_PLACE
        case PlaceMatch.INSIDE:
            return _INSIDE_PLACE
        case PlaceMatch.NEAR:
            return _NEAR_PLACE
        case PlaceMatch.UNKNOWN | PlaceMatch.APART:
            return 0.0


def _figure_points(report: Report, cluster: Cluster) -> float:
    """Weigh the sides and figures that the report shares with, or denies of, the cluster."""
    related = [
        (one.claim, other.claim)
        for member in cluster.reports[-_MOST_MEMBERS:]
        for one in report.statements
        for other in member.statements
        if one.claim.side is not None
        and other.claim.side is not None
        and match_sides(one.claim.side, other.claim.side) is not SideMatch.APART
    ]
    if not related:
        is_other = bool(report.sides) and any(member.sides for member in cluster.reports)
        return _OTHER_SIDES if is_other else 0.0
    asked = [(a, b) for a, b in related if (a.kind, a.side, a.item) == (b.kind, b.side, b.item)]
    if not asked:
        return 0.0
    shared = [_SAME_FIGURE[_size(a.quantity.low)] for a, b in asked if a.quantity == b.quantity]
    return _SAME_QUESTION + (max(shared) if shared else min(_discord(a, b) for a, b in asked))


def _discord(a: Claim, b: Claim) -> float:
    """Return the points lost by two figures that exclude each other; a zero or a denial answers another figure."""
    if {a.polarity, b.polarity} != {Polarity.ASSERTED} or is_zero(a.quantity) or is_zero(b.quantity):
        return 0.0
    first, second = sorted((widen(a.quantity), widen(b.quantity)), key=lambda each: each.low)
    return 0.0 if first.meets(second) else _OTHER_FIGURE[distance(first, second).severity - 1]


def _size(low: int | None) -> int:
    return 0 if low is None or low < 5 else 1 if low < 20 else 2
