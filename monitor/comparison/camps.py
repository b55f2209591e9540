"""Whose camp speaks, and how a contradiction divides the camps (CODEBOOK 4.5)."""

from monitor.comparison.relations import Position
from monitor.comparison.sides import members
from monitor.model.camp import camp_of
from monitor.model.finding import OriginBasis, Split


def camp(position: Position) -> str | None:
    """Return the camp that a position speaks for: a speaker that is itself a side, else the channel's alignment."""
    if position.origin.basis is OriginBasis.SPEAKER:
        side = position.origin.id.removeprefix("speaker:").upper()
        known = members(position.statement.claim.side or "") | {position.statement.claim.actor or ""}
        alignment = position.statement.read.channel.alignment
        return camp_of(side) if side in known or side == alignment else None
    alignment = position.statement.read.channel.alignment
    return None if alignment is None else camp_of(alignment.upper())


def split(a: Position, b: Position) -> Split | None:
    """Return how the two camps divide over the losses in question; ``None`` where a camp is not known."""
    first, second = camp(a), camp(b)
    if first is None or second is None:
        return None
    if first == second:
        return Split.WITHIN_CAMP
    own = {camp_of(side) for side in members(a.statement.claim.side or "")}
    low, high = sorted((a, b), key=lambda one: one.interval.low)
    if camp(high) in own:
        return Split.ADMISSION
    return Split.PARTISAN if camp(low) in own else None
