"""Group claims about one occurrence, day, period or war."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from math import floor

from monitor.comparison.likeness import MOST_DAYS_APART, THRESHOLD, Cluster, Member, Vector, likeness, score, vector
from monitor.comparison.places import is_wide
from monitor.comparison.reports import Report, reports_of, telling_words
from monitor.comparison.statements import Key, Statement
from monitor.model.claim import Place, Scope
from monitor.model.finding import Incident

_CELL = 0.5  # degrees: two places within 50 km lie in the same cell or in neighbouring ones, up to 60 degrees north
_CROWD = 32  # a key shared by more clusters than this tells nothing
_LARGE = 20  # a figure by which an occurrence of weeks ago is found again
_TELLING = 16  # the most telling words of a report, by which clusters are looked up


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """An incident and everything said of it, earliest first; ``vectors`` weigh the words about each statement."""

    incident: Incident
    statements: tuple[Statement, ...]
    vectors: Mapping[Key, Vector]

    def alike(self, a: Statement, b: Statement) -> float:
        """Return how alike the words about two statements are, 0 to 1."""
        return likeness(self.vectors.get(a.key, {}), self.vectors.get(b.key, {}))


def group(statements: Sequence[Statement]) -> tuple[Group, ...]:
    """Return every incident with its statements, by id.

    Each report joins the best incident known before it, in order of time, or starts one: so a new post never renames
    an incident, and the result does not depend on the order in which posts came in.

    Args:
        statements: In order of time.
    """
    occurrences = _Occurrences()
    for report in reports_of(statements):
        occurrences.place(report)
    groups = [_of_cluster(cluster) for cluster in occurrences.clusters]
    groups += [_of_total(members) for members in _totals(statements).values()]
    return tuple(sorted(groups, key=lambda one: one.incident.id))


class _Occurrences:
    """Clusters of reports, found again by place, figure, rare word and pointer."""

    def __init__(self) -> None:
        self.clusters: list[Cluster] = []
        self._index: defaultdict[object, list[int]] = defaultdict(list)

    def place(self, report: Report) -> None:
        """Put a report, later than all before, where it belongs."""
        member = Member.of(report)
        best: tuple[float, int] | None = None
        for number in sorted(self._candidates(member)):
            points = score(member, self.clusters[number])
            if points >= THRESHOLD and (best is None or points > best[0]):
                best = (points, number)
        if best is None:
            number = len(self.clusters)
            self.clusters.append(Cluster.of(member))
        else:
            number = best[1]
            self.clusters[number].add(member)
        for key in set(_keys(member, spread=0)):
            held = self._index[key]
            if not held or held[-1] != number:
                held.append(number)

    def _candidates(self, member: Member) -> set[int]:
        found: set[int] = set()
        for key in _keys(member, spread=1):
            held = self._index.get(key, ())
            if len(held) <= _CROWD or key[0] == "post":
                found.update(held[-_CROWD:])
        return found


def _keys(member: Member, *, spread: int) -> Iterator[tuple[object, ...]]:
    """Yield what a report can be found by; with ``spread``, also the days and cells around it."""
    report = member.report
    yield ("post", *report.node)
    yield from (("post", *pointer) for pointer in report.points_to)
    yield from (("figure", *figure) for figure in report.figures if (figure[3] or 0) >= _LARGE)
    if report.place is not None and not is_wide(report.place):
        yield ("place", report.place.id)
    reach = MOST_DAYS_APART if spread else 0
    span = min((report.day_to - report.day_from).days, MOST_DAYS_APART)
    for offset in range(-reach, span + reach + 1):
        day = report.day_from + timedelta(days=offset)
        yield from _place_keys(report.place, day, spread=spread)
        yield from (("figure", day, *figure) for figure in report.figures)
        yield from (("word", day, word) for word in islice(member.vector, _TELLING))


def _place_keys(place: Place | None, day: date, *, spread: int) -> Iterator[tuple[object, ...]]:
    if place is None:
        return
    yield ("country", day, place.country)
    yield ("place", day, place.id)
    if place.parent is not None:
        yield ("place", day, place.parent)
    if is_wide(place):
        return
    column, row = floor(place.longitude / _CELL), floor(place.latitude / _CELL)
    for across in range(-2 * spread, 2 * spread + 1):
        for up in range(-spread, spread + 1):
            yield ("cell", day, column + across, row + up)


def _totals(statements: Sequence[Statement]) -> dict[tuple[object, ...], list[Statement]]:
    """Group the totals by scope, side and period; those of an unknown side stand alone."""
    found: dict[tuple[object, ...], list[Statement]] = {}
    for one in statements:
        claim = one.claim
        if one.scope is Scope.INCIDENT or one.is_local:
            continue
        key: tuple[object, ...] = (one.scope, claim.side, claim.period_start)
        if claim.side is None:
            key = (*key, one.channel, one.ref.message_id)
        elif one.scope is Scope.DAILY:
            key = (*key, one.day_to)
        found.setdefault(key, []).append(one)
    return found


def _of_cluster(cluster: Cluster) -> Group:
    vectors = {one.key: member.vector for member in cluster.members for one in member.report.statements}
    told = sorted((one for member in cluster.members for one in member.report.statements), key=lambda one: one.order)
    return Group(
        incident=_incident(told, Scope.INCIDENT, cluster.place, cluster.day_from, cluster.day_to),
        statements=tuple(told),
        vectors=vectors,
    )


def _of_total(members: Sequence[Statement]) -> Group:
    first = members[0]
    places = [one.claim.place for one in members if one.claim.place is not None]
    start = first.claim.period_start or min(one.day_from for one in members)
    last = max(one.day_to for one in members)
    return Group(
        incident=_incident(members, first.scope, next(iter(places), None), start, last),
        statements=tuple(members),
        vectors={one.key: vector(telling_words(one)) for one in members},
    )


def _incident(
    statements: Sequence[Statement], scope: Scope, place: Place | None, from_day: date, to_day: date
) -> Incident:
    first = statements[0]
    texts = [one.claim.place_text for one in statements if one.claim.place_text is not None]
    refs = {(one.channel, one.ref.message_id): one.ref for one in reversed(statements)}
    sides = {one.claim.side for one in statements if one.claim.side is not None}
    return Incident(
        id=identify("incident", *map(str, first.key)),
        scope=scope,
        place=next(iter(texts), None) if place is None else place.name,
        place_id=None if place is None else place.id,
        country=None if place is None else place.country,
        from_day=from_day,
        to_day=max(from_day, to_day),
        sides=tuple(sorted(sides)),
        posts=tuple(refs[key] for key in sorted(refs)),
    )


def identify(*parts: str) -> str:
    """Return a short digest that names what the parts name: equal parts, equal digest."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]
