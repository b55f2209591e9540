"""Score how much a report looks like one more report of an occurrence already known."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import inf
from typing import NamedTuple

from monitor.comparison.intervals import distance, is_zero, widen
from monitor.comparison.places import PlaceMatch, is_one_region, is_one_town, is_wide, match_places
from monitor.comparison.sides import SideMatch, match_sides
from monitor.comparison.words import Vector, likeness, vector
from monitor.model.claim import Place, Polarity
from monitor.model.post import PostRef
from monitor.model.quantity import Bound, Quantity
from monitor.model.report import Answer, Report

MOST_DAYS_APART = 3  # 72 hours (CODEBOOK 4.2, rule 4)
LONGEST_MEMORY = 60  # days after which even a named occurrence is not looked up again
THRESHOLD = 5.0  # points that make two reports one occurrence

_SAME_PLACE = 3.0
_SAME_DISTRICT = 2.0  # a suburb, or a site outside its town
_NEAR_PLACE = 0.5  # two towns of one district are hit on one day more often than not
_IN_REGION = 2.5
_IN_COUNTRY = 1.0
_OTHER_COUNTRY = -0.5  # a country is often named for its army, not for the scene
_SAME_REGION = 0.0  # a region is often called by its city
_OTHER_PLACE = -2.5  # less than a veto: texts name several places, and the wrong one may have been read
_DAYS = (2.0, 1.0, 0.0, -1.0)  # by days apart
_LONG_AGO = -3.0  # further apart, where one text names no day: an old occurrence told again
_SAME_HOURS = 1.0  # posted within six hours of a member
_SIX_HOURS = timedelta(hours=6)
_SAME_QUESTION = 1.0
_OTHER_SIDES = -1.5
_SAME_FIGURE = ((100, 4.0), (20, 2.5), (5, 1.5), (0, 1.0))  # from this size on: a rare figure is a fingerprint
_FINGERPRINT = 2.5  # points of a figure that finds an occurrence of long ago again
_RETOLD = 0.3  # likeness of words that, with any shared figure and the place, does so, too
_OTHER_FIGURE = (-0.25, -0.75, -1.5)  # by severity of the disagreement
_POINTER = 4.0  # replies to, forwards or links to a member
_FILLED_ANEW = 0.6  # likeness of words in another town, or with another figure on another day: a form, filled in anew
_TEMPLATE = -10.0
_WORDS = 10.0  # times the likeness of the words, 0 to 1
_MOST_MEMBERS = 24  # members whose words are compared: the newest ones


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A report in a cluster, with its words weighed.

    ``most_by_figures`` are the most points that its figures can earn.
    """

    report: Report
    vector: Vector
    most_by_figures: float

    @classmethod
    def of(cls, report: Report) -> "Member":
        """Weigh a report."""
        rarest = max(_rarity_of(answer.quantity) for answer in report.answers)
        return cls(report=report, vector=vector(report.words), most_by_figures=_SAME_QUESTION + rarest)


@dataclass(slots=True)
class Cluster:
    """The reports taken to be about one occurrence so far.

    Place and days are an anchor, fixed by the first report and sharpened only by a narrower place or a named day, so
    that a chain of neighbours cannot drift over a country or a week.
    """

    members: list[Member]
    place: Place | None
    day_from: date
    day_to: date
    is_dated: bool
    nodes: set[PostRef]

    @classmethod
    def of(cls, members: Iterable[Member]) -> "Cluster":
        """Bring members together, the earliest first."""
        first, *others = members
        report = first.report
        cluster = cls(
            members=[first],
            place=report.place,
            day_from=report.day_from,
            day_to=report.day_to,
            is_dated=report.is_dated,
            nodes={report.ref},
        )
        for member in others:
            cluster.add(member)
        return cluster

    def add(self, member: Member) -> None:
        """Take in one more report."""
        report = member.report
        self.members.append(member)
        self.nodes.add(report.ref)
        if report.place is not None and (self.place is None or (is_wide(self.place) and not is_wide(report.place))):
            self.place = report.place
        if report.is_dated and not self.is_dated:
            self.day_from, self.day_to, self.is_dated = report.day_from, report.day_to, True

    def days_apart(self, report: Report) -> int:
        """Return the whole days between the report's days and the anchor's; 0 where they overlap."""
        gap = max((report.day_from - self.day_to).days, (self.day_from - report.day_to).days)
        return max(0, gap)


def score(candidate: Member, cluster: Cluster) -> float:
    """Return the points for a report belonging to ``cluster``; ``-inf`` where they cannot reach the threshold."""
    report = candidate.report
    days = cluster.days_apart(report)
    is_long_ago = days > MOST_DAYS_APART
    if report.ref in cluster.nodes or days > LONGEST_MEMORY:
        return -inf  # what one post parts by place or day stays apart
    if is_long_ago and report.is_dated and cluster.is_dated:
        return -inf
    newest = cluster.members[-_MOST_MEMBERS:]
    members = [member.report for member in newest]
    is_pointed = not cluster.nodes.isdisjoint(report.points_to) or any(
        report.ref in member.points_to for member in members
    )
    alike = max(likeness(candidate.vector, member.vector) for member in newest)
    place = _place_points(report.place, cluster.place)
    points = (_LONG_AGO if is_long_ago else _DAYS[days]) + place + _WORDS * alike
    if not is_pointed and points + _SAME_HOURS + candidate.most_by_figures < THRESHOLD:
        return -inf  # whatever the figures say; most candidates end here, and figures cost the most
    figures = _figures(report, members)
    if is_long_ago and not (
        is_pointed or figures.shared >= _FINGERPRINT or (figures.shared > 0 and alike >= _RETOLD and place > 0)
    ):
        return -inf
    is_named = days == 0 and place == _SAME_PLACE and report.is_dated and cluster.is_dated
    points += max(figures.points, 0.0) if is_named else figures.points  # town and day are told: the figures may differ
    if any(abs(report.said_at - member.said_at) <= _SIX_HOURS for member in members):
        points += _SAME_HOURS
    if is_pointed:
        return points + _POINTER
    is_other = place == _OTHER_PLACE or (days > 0 and figures.is_discordant and report.is_dated is cluster.is_dated)
    return points + _TEMPLATE if is_other and alike >= _FILLED_ANEW else points


def _place_points(first: Place | None, second: Place | None) -> float:
    match match_places(first, second):
        case PlaceMatch.SAME:
            return _SAME_PLACE if first is None or not is_wide(first) else _width_points(first)
        case PlaceMatch.INSIDE:
            return min(_width_points(one) for one in (first, second) if one is not None and is_wide(one))
        case PlaceMatch.NEAR:
            return _SAME_DISTRICT if is_one_town(first, second) else _NEAR_PLACE
        case PlaceMatch.APART:
            if "country" in {one.kind for one in (first, second) if one}:
                return _OTHER_COUNTRY
            return _SAME_REGION if is_one_region(first, second) else _OTHER_PLACE
        case PlaceMatch.UNKNOWN:
            return 0.0


def _width_points(place: Place) -> float:
    return _IN_COUNTRY if place.kind == "country" else _IN_REGION


class _Figures(NamedTuple):
    """What sides and figures tell: all points, those for the rarest figure shared, and whether figures exclude others."""

    points: float
    shared: float
    is_discordant: bool = False


def _figures(report: Report, members: Sequence[Report]) -> _Figures:
    """Weigh the sides and figures that the report shares with, or denies of, the cluster."""
    related = [
        (one, other)
        for member in members
        for one in report.answers
        for other in member.answers
        if one.side is None or other.side is None or match_sides(one.side, other.side) is not SideMatch.APART
    ]
    if not related:
        return _Figures(_OTHER_SIDES, 0.0)
    asked = [(a, b) for a, b in related if (a.kind, a.item) == (b.kind, b.item)]
    if not asked:
        return _Figures(0.0, 0.0)
    shared = max((_rarity_of(a.quantity) for a, b in asked if _is_same_figure(a.quantity, b.quantity)), default=0.0)
    discord = max(_discord(a, b) for a, b in asked)  # who is like one of the reports need not be like all
    is_discordant = not shared and any(a.side == b.side and _discord(a, b) < 0 for a, b in asked)
    return _Figures(_SAME_QUESTION + (shared or discord), shared, is_discordant=is_discordant)


def _is_same_figure(a: Quantity, b: Quantity) -> bool:
    """Tell whether two figures name one number, whatever they say of its edges."""
    if a == b:
        return True
    return Bound.VAGUE not in {a.bound, b.bound} and not {a.low, a.high}.isdisjoint({b.low, b.high} - {None})


def _rarity_of(quantity: Quantity) -> float:
    size = quantity.low if quantity.low is not None else quantity.high or 0
    return next(points for least, points in _SAME_FIGURE if size >= least)


def _discord(a: Answer, b: Answer) -> float:
    """Return the points lost by two figures that exclude each other; a zero or a denial answers another figure."""
    if {a.polarity, b.polarity} != {Polarity.ASSERTED} or is_zero(a.quantity) or is_zero(b.quantity):
        return 0.0
    first, second = sorted((widen(a.quantity), widen(b.quantity)), key=lambda each: each.low)
    return 0.0 if first.meets(second) else _OTHER_FIGURE[distance(first, second).severity - 1]
