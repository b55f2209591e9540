"""Group claims about one occurrence, day, period or war."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date

from monitor.comparison.board import Board
from monitor.comparison.copies import words_of
from monitor.comparison.likeness import Cluster, Member
from monitor.comparison.reports import Told, reports_of
from monitor.comparison.statements import Key, Statement
from monitor.comparison.words import Vector, likeness, telling, vector
from monitor.model.claim import Place, Scope
from monitor.model.finding import Incident

_WEEK = 7


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

    Each report joins the best incident known before it, in order of time, or starts one: so a later post never renames
    an incident, and the result does not depend on the order in which posts came in.

    Args:
        statements: In order of time.
    """
    told = {one.report.id: one for one in reports_of(statements)}
    board = Board()
    for _ in board.settle(gone=(), come=[one.report for one in told.values()]):
        raise AssertionError("a board that knows all reports asks for none")
    groups = [occurrence([told[one] for one in members]) for members in board.occurrences().values()]
    groups += [total(name, members) for name, members in totals_of(statements).items()]
    return tuple(sorted(groups, key=lambda one: one.incident.id))


def occurrence(told: Sequence[Told]) -> Group:
    """Return the incident of an occurrence from all its reports, earliest first.

    What names no day is of the days that the others name, however much later it was posted.
    """
    cluster = Cluster.of(Member.of(one.report) for one in told)
    vectors = {
        statement.key: member.vector
        for one, member in zip(told, cluster.members, strict=True)
        for statement in one.statements
    }
    statements = sorted((statement for one in told for statement in one.statements), key=lambda one: one.order)
    if cluster.is_dated:
        statements = [
            one if one.is_dated else replace(one, day_from=cluster.day_from, day_to=cluster.day_to)
            for one in statements
        ]
    return Group(
        incident=_incident(
            occurrence_id(told[0].report.id),
            statements,
            Scope.INCIDENT,
            cluster.place,
            cluster.day_from,
            cluster.day_to,
        ),
        statements=tuple(statements),
        vectors=vectors,
    )


def occurrence_id(earliest: str) -> str:
    """Return the id of the incident whose earliest report has the id ``earliest``."""
    return identify("incident", earliest)


def totals_of(statements: Iterable[Statement]) -> dict[str, list[Statement]]:
    """Group the totals of a day, a period or a war by side and period, and by week or day; name each group.

    Weeks keep a group from growing with the war. Totals of an unknown side stand alone.
    """
    found: dict[str, list[Statement]] = {}
    for one in statements:
        claim = one.claim
        if one.scope is Scope.INCIDENT or one.is_local:
            continue
        parts: list[object] = [one.scope.value, claim.side]
        if one.scope is not Scope.PERIOD:  # "in the last month" begins where the reader happens to count from
            parts.append(claim.period_start)
        if claim.side is None:
            parts += [one.channel, one.ref.message_id]
        elif one.scope is Scope.DAILY:
            parts.append(one.day_to)
        else:
            parts.append(one.said_at.astimezone(UTC).date().toordinal() // _WEEK)
        found.setdefault("\x1f".join(map(str, parts)), []).append(one)
    return found


def total(name: str, members: Iterable[Statement]) -> Group:
    """Return the incident of a group of totals from all its statements."""
    statements = sorted(members, key=lambda one: one.order)
    first = statements[0]
    places = [one.claim.place for one in statements if one.claim.place is not None]
    begun = [one.claim.period_start for one in statements if one.claim.period_start is not None]
    start = min(begun or [one.day_from for one in statements])
    last = max(one.day_to for one in statements)
    return Group(
        incident=_incident(total_id(name), statements, first.scope, next(iter(places), None), start, last),
        statements=tuple(statements),
        vectors={one.key: vector(telling(words_of(one.text))) for one in statements},
    )


def total_id(name: str) -> str:
    """Return the id of the incident that holds the totals named so."""
    return identify("total", name)


def _incident(
    identity: str, statements: Sequence[Statement], scope: Scope, place: Place | None, from_day: date, to_day: date
) -> Incident:
    texts = [one.claim.place_text for one in statements if one.claim.place_text is not None]
    refs = {(one.channel, one.ref.message_id): one.ref for one in reversed(statements)}
    sides = {one.claim.side for one in statements if one.claim.side is not None}
    return Incident(
        id=identity,
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
