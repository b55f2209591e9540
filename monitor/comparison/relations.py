"""How two claims stand to each other (CODEBOOK 4.2 to 4.5)."""

from dataclasses import dataclass
from datetime import timedelta
from math import inf

from monitor.comparison.intervals import Distance, Interval, distance, is_zero, widen
from monitor.comparison.places import PlaceMatch, is_one_town
from monitor.comparison.sides import SideMatch, is_anybody, is_one_country, match_sides
from monitor.comparison.statements import Statement
from monitor.model.claim import Claim, Kind, Polarity, Scope, SideBasis, TimeBasis
from monitor.model.finding import Origin, Relation
from monitor.model.quantity import Bound, Quantity

DISTORTION_WINDOW = timedelta(hours=24)
_NOBODY_WINDOW = timedelta(hours=24)
_ABOUT = timedelta(days=45)  # between two beginnings of which one is only reckoned
_MOST_DAYS_APART = 3  # 72 hours between the days of two occurrences
_TOTALS_DAYS_APART = {Scope.DAILY: 0, Scope.PERIOD: 1, Scope.WAR_TOTAL: 1}
_PARTS_OF_CASUALTIES = frozenset({Kind.KILLED, Kind.WOUNDED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """A statement and whom it comes from."""

    statement: Statement
    origin: Origin

    @property
    def interval(self) -> Interval:
        """What its figure is taken to allow."""
        return widen(self.statement.claim.quantity, is_part=self.statement.is_part)

    def says_same(self, other: "Position") -> bool:
        """Tell whether the other gives the same figure in the same way."""
        a, b = self.statement, other.statement
        return (a.claim.quantity, a.claim.polarity, a.is_part) == (b.claim.quantity, b.claim.polarity, b.is_part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A relation; for a contradiction in numbers, how far apart they are.

    ``is_denial``: one end denies what the other asserts. ``part``: the end (0 or 1) that counts a part of the other.
    """

    relation: Relation
    severity: int | None = None
    distance: Distance | None = None
    is_denial: bool = False
    part: int | None = None


_NOT_COMPARABLE = Judgement(relation=Relation.NOT_COMPARABLE)
_COMPATIBLE = Judgement(relation=Relation.COMPATIBLE)


def relate(a: Position, b: Position, *, place: PlaceMatch) -> Judgement:
    """Judge two claims taken to be about one place; swapping them changes only ``part``.

    What a later post of an origin settles (lagged, resolved) is not seen from two claims.

    Args:
        a: One claim.
        b: The other.
        place: How their places stand to each other; an unknown place is taken to be the same.
    """
    part = _compared_part(a.statement, b.statement)
    if part is None or place is PlaceMatch.APART or not _is_same_time(a.statement, b.statement):
        return _NOT_COMPARABLE
    if a.origin.id == b.origin.id:
        return _within_origin(a, b)
    judgement = _across_origins(a, b, part)
    if judgement.relation is not Relation.CONTRADICT and a.statement.scope is not b.statement.scope:
        return _NOT_COMPARABLE
    return judgement


_WHOLE = 2  # neither end is a part of the other


def _compared_part(a: Statement, b: Statement) -> int | None:
    """Return which end is part of the other, ``_WHOLE`` for none; ``None`` where they answer no common question."""
    if Polarity.HYPOTHETICAL in {a.claim.polarity, b.claim.polarity}:
        return None
    kind, side = _part_by_kind(a, b), _part_by_side(a, b)
    if kind is None or side is None:
        return None
    scope = _part_by_scope(a, b)
    found = {one for one in (kind, side, scope) if one != _WHOLE}
    if scope is None or len(found) > 1:
        return None
    return found.pop() if found else _WHOLE


def _part_by_kind(a: Statement, b: Statement) -> int | None:
    first, second = a.claim.kind, b.claim.kind
    if first is second:
        if None not in {a.claim.model, b.claim.model} and a.claim.model != b.claim.model:
            return None
        if first is not Kind.EQUIPMENT or a.claim.item == b.claim.item:
            return _WHOLE
        return 0 if b.claim.item is None else 1 if a.claim.item is None else None
    if first in _PARTS_OF_CASUALTIES and second is Kind.CASUALTIES:
        return 0
    if second in _PARTS_OF_CASUALTIES and first is Kind.CASUALTIES:
        return 1
    return None


def _part_by_side(a: Statement, b: Statement) -> int | None:
    if a.claim.side is None or b.claim.side is None:
        return _part_of_nobody(a, b)
    match match_sides(a.claim.side, b.claim.side):
        case SideMatch.SAME:
            return _WHOLE
        case SideMatch.INSIDE:
            return None if is_anybody(b.claim.side) else 0
        case SideMatch.AROUND:
            return None if is_anybody(a.claim.side) else 1
        case SideMatch.APART:
            return _part_of_nobody(a, b) if is_one_country(a.claim.side, b.claim.side) else None


def _part_of_nobody(a: Statement, b: Statement) -> int | None:
    """Return the end that counts a side, where the other says of one town and day that nobody at all was hurt.

    "No casualties" is nobody, whether the country's guards or its civilians were meant.
    """
    if not is_one_town(a.claim.place, b.claim.place) or abs(a.said_at - b.said_at) > _NOBODY_WINDOW:
        return None
    if a.claim.side is not None and is_nobody(b.claim):
        return 0
    return 1 if b.claim.side is not None and is_nobody(a.claim) else None


def is_nobody(claim: Claim) -> bool:
    """Tell whether a claim says that nobody was hurt: of no side, or in no way."""
    return is_zero(claim.quantity) and (claim.side is None or claim.kind is Kind.CASUALTIES)


def _part_by_scope(a: Statement, b: Statement) -> int | None:
    scopes = (a.scope, b.scope)
    if scopes[0] is scopes[1]:
        return _WHOLE
    if scopes == (Scope.INCIDENT, Scope.WAR_TOTAL):
        return 0
    if scopes == (Scope.WAR_TOTAL, Scope.INCIDENT):
        return 1
    return None


def _is_same_time(a: Statement, b: Statement) -> bool:
    if a.scope is not b.scope:
        return True  # a total of the war holds the incident whenever it was
    if a.scope is Scope.INCIDENT:
        gap = max((a.day_from - b.day_to).days, (b.day_from - a.day_to).days)
        return gap <= _MOST_DAYS_APART
    if not _is_one_period(a.claim, b.claim):
        return False
    most = _TOTALS_DAYS_APART[a.scope]
    if a.claim.time_basis is b.claim.time_basis is TimeBasis.EXPLICIT and abs((a.day_to - b.day_to).days) > most:
        return False
    return abs((a.said_at.date() - b.said_at.date()).days) <= 1


def _is_one_period(a: Claim, b: Claim) -> bool:
    """Tell whether two totals begin on one day, as far as that is told; "last month" begins about a month before."""
    if a.period_start is None or b.period_start is None:
        return True
    is_about = TimeBasis.RELATIVE in {a.time_basis, b.time_basis}
    return abs(a.period_start - b.period_start) <= (_ABOUT if is_about else timedelta(0))


def _across_origins(a: Position, b: Position, part: int) -> Judgement:
    polarities = {a.statement.claim.polarity, b.statement.claim.polarity}
    if polarities == {Polarity.ASSERTED}:
        return _numeric(a, b, part)
    if polarities == {Polarity.ASSERTED, Polarity.DENIED}:
        return _denial(a, b, part)
    if polarities == {Polarity.ASSERTED, Polarity.DOUBTED} and part == _WHOLE:
        return Judgement(relation=Relation.DISPUTED)
    return _COMPATIBLE


def _within_origin(a: Position, b: Position) -> Judgement:
    """Judge two claims of one origin: the same, a new value, or a misquotation."""
    earlier, later = sorted((a, b), key=lambda one: one.statement.order)
    first, second = earlier.statement, later.statement
    if first.claim.kind is not second.claim.kind or first.is_part or second.is_part:
        return Judgement(relation=Relation.SAME_ORIGIN)
    if not _is_new(earlier, later):
        return Judgement(relation=Relation.SAME_ORIGIN)
    if first.channel == second.channel:
        return Judgement(relation=Relation.REVISION)
    is_close = second.said_at - first.said_at <= DISTORTION_WINDOW
    if is_close and not second.claim.is_update and first.claim.polarity is second.claim.polarity:
        return Judgement(relation=Relation.DISTORTION)
    return Judgement(relation=Relation.REVISION)


def _is_new(earlier: Position, later: Position) -> bool:
    """Tell whether the later claim changes the earlier one, rather than repeating it or saying less."""
    first, second = earlier.statement.claim, later.statement.claim
    if first.polarity is not second.polarity or not earlier.interval.meets(later.interval):
        return True
    if first.quantity.bound is second.quantity.bound is Bound.EXACT:
        return first.quantity != second.quantity
    return first.quantity.bound is Bound.AT_LEAST and _is_raised(first.quantity, second.quantity)


def _is_raised(least: Quantity, later: Quantity) -> bool:
    """Tell whether a later figure lies clearly above the number that an earlier one gave as the least."""
    if later.bound not in {Bound.EXACT, Bound.AT_LEAST} or least.low is None or later.low is None:
        return False
    before, after = widen(Quantity.exactly(least.low)), widen(Quantity.exactly(later.low))
    return before.high < after.low


def _denial(a: Position, b: Position, part: int) -> Judgement:
    """Judge a denied figure against an asserted one: a contradiction where the assertion allows the figure."""
    denied, asserted = (a, b) if a.statement.claim.polarity is Polarity.DENIED else (b, a)
    if part != _WHOLE or is_zero(asserted.statement.claim.quantity) or not denied.interval.meets(asserted.interval):
        return _COMPATIBLE
    return Judgement(relation=Relation.CONTRADICT, severity=3, is_denial=True)


def _numeric(a: Position, b: Position, part: int) -> Judgement:
    first, second = a.interval, b.interval
    if part == 0:
        low, high = Interval(low=0, high=second.high), Interval(low=first.low, high=inf)
    elif part == 1:
        low, high = Interval(low=0, high=first.high), Interval(low=second.low, high=inf)
    else:
        low, high = sorted((first, second), key=lambda one: (one.low, one.high))
    if low.meets(high):
        return _COMPATIBLE
    far = distance(low, high)
    return Judgement(
        relation=Relation.CONTRADICT,
        severity=far.severity,
        distance=far,
        part=None if part == _WHOLE else part,
    )


def adjusted(severity: int, a: Position, b: Position, *, place: PlaceMatch, is_backed: bool) -> int:
    """Raise a severity where independent origins back both ends, lower it where the comparison rests on guesses.

    Source: CODEBOOK 4.5.
    """
    raised = severity + 1 if is_backed else severity
    claims = (a.statement.claim, b.statement.claim)
    is_guess = (
        place is PlaceMatch.NEAR
        or any(claim.time_basis is TimeBasis.POST for claim in claims)
        or any(claim.side_basis in {SideBasis.CHANNEL, SideBasis.THEATRE} for claim in claims)
    )
    return max(1, min(3, raised - 1 if is_guess else raised))


def agrees(a: Position, b: Position) -> bool:
    """Tell whether two asserted figures of one question say the same, not merely fail to exclude each other."""
    first, second = a.statement, b.statement
    if first.claim.kind is not second.claim.kind or first.claim.side != second.claim.side:
        return False
    if first.claim.item != second.claim.item or first.is_part or second.is_part:
        return False
    if {first.claim.polarity, second.claim.polarity} != {Polarity.ASSERTED}:
        return False
    left, right = first.claim.quantity, second.claim.quantity
    if left == right:
        return True
    is_closed = None not in {left.low, left.high, right.low, right.high}
    return is_closed and left.bound == right.bound and a.interval.meets(b.interval)
