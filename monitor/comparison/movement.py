"""Tell a toll that moves from two origins that disagree (CODEBOOK 2, update vs contradiction)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.comparison.camps import camp
from monitor.comparison.intervals import widen
from monitor.comparison.relations import Position
from monitor.comparison.sides import is_military
from monitor.model.claim import Kind, Polarity, Scope
from monitor.model.quantity import Bound, Quantity

MOVING = timedelta(hours=72)  # a later, higher toll within this is news, not dissent
_PERSONS = frozenset({Kind.KILLED, Kind.WOUNDED, Kind.MISSING, Kind.CASUALTIES, Kind.CAPTURED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Every position on an incident, earliest first: what was already said when a figure appeared."""

    positions: Sequence[Position]

    def is_lagging(self, a: Position, b: Position) -> bool:
        """Tell whether two figures that exclude each other are one toll at two moments.

        So they are when the later is the higher and nobody had said as much before the earlier; when the later only
        repeats what others said before the earlier; and when the missing were found or the wounded died. Two parties
        that each count a belligerent's losses do not wait for each other: they disagree.
        """
        earlier, later = sorted((a, b), key=lambda one: one.statement.order)
        if not _can_move(earlier, later):
            return False
        if earlier.interval.high < later.interval.low:
            return later.statement.claim.is_update or not self._was_contested(earlier, later)
        return self._is_explained(earlier, later) or self._is_repeated(earlier, later)

    def insisted(self, a: Position, b: Position, *, until: datetime) -> tuple[Position, Position] | None:
        """Return the two positions with the earlier one restated, if its voice gave it again after the later figure."""
        earlier, later = sorted((a, b), key=lambda one: one.statement.order)
        again = next(
            (
                one
                for one in self.positions
                if later.statement.said_at < one.statement.said_at <= until
                and one.origin.id == earlier.origin.id
                and one.statement.channel == earlier.statement.channel
                and _is_same_question(one, earlier)
                and one.says_same(earlier)
            ),
            None,
        )
        if again is None:
            return None
        return (again, b) if earlier is a else (a, again)

    def _was_contested(self, earlier: Position, later: Position) -> bool:
        """Tell whether the earlier, lower figure was itself an answer to one as high as the later.

        Where the higher one had given way for a reason, the later merely repeats it, stale.
        """
        return any(
            one.origin.id != earlier.origin.id
            and _is_same_question(one, later)
            and one.statement.claim.quantity.bound is not Bound.VAGUE
            and one.interval.low > earlier.interval.high
            and _is_as_high(one, later)
            and not self._is_explained(one, earlier)
            for one in self._before(earlier)
        )

    def _is_explained(self, earlier: Position, later: Position) -> bool:
        """Tell whether a figure fell because the missing were found or the wounded died."""
        return earlier.statement.claim.kind is Kind.MISSING or self._has_died(earlier, later)

    def _is_repeated(self, earlier: Position, later: Position) -> bool:
        """Tell whether the later, lower figure was said by others, and not by this voice, before the higher one."""
        said = [
            one
            for one in self._before(earlier)
            if _is_same_question(one, later) and one.statement.claim.quantity == later.statement.claim.quantity
        ]
        return bool(said) and all(one.statement.channel != later.statement.channel for one in said)

    def _has_died(self, earlier: Position, later: Position) -> bool:
        """Tell whether the wounded are fewer because, in the same two posts, the dead are more."""
        if earlier.statement.claim.kind is not Kind.WOUNDED:
            return False
        before, after = (self._killed_beside(one) for one in (earlier, later))
        if before is None or after is None:
            return False
        return after - before >= earlier.interval.low - later.interval.high > 0

    def _killed_beside(self, position: Position) -> float | None:
        return max(
            (
                one.interval.low
                for one in self.positions
                if one.statement.ref == position.statement.ref
                and one.statement.revision == position.statement.revision
                and one.statement.claim.kind is Kind.KILLED
                and one.statement.claim.side == position.statement.claim.side
            ),
            default=None,
        )

    def _before(self, position: Position) -> Sequence[Position]:
        at = position.statement.said_at
        return [one for one in self.positions if one.statement.said_at < at]


def _is_as_high(one: Position, later: Position) -> bool:
    """Tell whether two figures name about one number, whatever they leave open above it."""
    first, second = (Quantity.exactly(each.statement.claim.quantity.low or 0) for each in (one, later))
    return widen(first).meets(widen(second))


def _can_move(earlier: Position, later: Position) -> bool:
    first, second = earlier.statement, later.statement
    if first.claim.kind not in _PERSONS or first.scope is not Scope.INCIDENT:
        return False
    if {first.claim.polarity, second.claim.polarity} != {Polarity.ASSERTED}:
        return False
    if not timedelta(0) < second.said_at - first.said_at <= MOVING:
        return False
    camps = (camp(earlier), camp(later))
    is_partisan = None not in camps and camps[0] != camps[1]
    return not (is_partisan and is_military(first.claim.side or ""))


def _is_same_question(one: Position, other: Position) -> bool:
    a, b = one.statement.claim, other.statement.claim
    return a.kind is b.kind and a.side == b.side and a.item == b.item
