"""What each origin says on one question, through which channel, and how that changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.comparison.intervals import is_zero, widen
from monitor.comparison.relations import Position
from monitor.model.claim import Kind, Polarity, Scope
from monitor.model.finding import OriginBasis

_REPEATED = frozenset({OriginBasis.FORWARD, OriginBasis.COPY})


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Question:
    """What is asked of an incident: how many of which side fell to what."""

    kind: Kind
    side: str
    item: str
    scope: Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """The positions of one origin, as one channel carries them; earliest first, at most one a post and instant."""

    origin: str
    channel: str
    positions: tuple[Position, ...]

    def at(self, instant: datetime) -> Position | None:
        """Return what was held at ``instant``: the latest figure said by then that had not been replaced or removed.

        A figure said again is held since it was first said.
        """
        held: Position | None = None
        for position in self.positions:
            said = position.statement
            if said.said_at > instant:
                break
            if said.until is not None and said.until <= instant:
                continue
            if held is None or not held.says_same(position):
                held = position
        return held

    @property
    def instants(self) -> tuple[datetime, ...]:
        """When the position may have changed."""
        moments = {position.statement.said_at for position in self.positions}
        moments |= {position.statement.until for position in self.positions if position.statement.until is not None}
        return tuple(sorted(moments))


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginLine:
    """One origin on one question.

    ``merged`` runs over all channels. ``voices`` are the channels that speak it, the earliest first; forwards and
    copies are none, unless nothing else is known of the origin.
    """

    origin: str
    merged: Timeline
    voices: tuple[Timeline, ...]

    def held_by(self, voice: Timeline, instant: datetime) -> Position | None:
        """Return what the origin holds at ``instant`` as ``voice`` carries it.

        ``None`` where the origin has moved on and the channel has not followed: that is stale, not a position.
        """
        carried, current = voice.at(instant), self.merged.at(instant)
        if carried is None or current is None:
            return None
        if carried is current or carried.statement.claim.polarity is not current.statement.claim.polarity:
            return carried if carried is current else None
        return carried if carried.interval.meets(current.interval) else None


def lines_of(
    positions: Iterable[Position],
) -> dict[Question, tuple[OriginLine, ...]]:
    """Return the positions of every origin by question, in order.

    Claims of an unknown side answer none, unless they say that nobody at all was hurt (side ""); nor does the older
    post that an answer repeats above its own words.

    Where one post gives several figures on one question, the largest whole stands for it.
    """
    found: dict[Question, dict[str, list[Position]]] = {}
    for position in positions:
        claim = position.statement.claim
        if (claim.side is None and not is_zero(claim.quantity)) or position.statement.is_quoted:
            continue
        question = Question(
            kind=claim.kind, side=claim.side or "", item=claim.item or "", scope=position.statement.scope
        )
        found.setdefault(question, {}).setdefault(position.origin.id, []).append(position)
    return {
        question: tuple(
            _line(origin, said) for origin in sorted(found[question]) for said in by_stance(found[question][origin])
        )
        for question in sorted(found)
    }


def by_stance(positions: Sequence[Position]) -> Iterable[Sequence[Position]]:
    """Part what an origin counts from what it denies or doubts of others: denying theirs takes nothing of its own back.

    A denial of what the origin itself had said stands with that, and the other way round.
    """
    ordered = sorted(positions, key=lambda one: one.statement.order)
    for is_own in (True, False):
        line: list[Position] = []
        for position in ordered:
            if (position.statement.claim.polarity is Polarity.ASSERTED) is is_own or any(
                widen(earlier.statement.claim.quantity).meets(widen(position.statement.claim.quantity))
                and (earlier.statement.claim.polarity is Polarity.ASSERTED) is is_own
                and earlier.statement.ref != position.statement.ref
                for earlier in line
            ):
                line.append(position)
        if line:
            yield line


def _line(origin: str, positions: Sequence[Position]) -> OriginLine:
    voices: dict[str, list[Position]] = {}
    for position in one_a_post(positions):
        voices.setdefault(position.statement.channel, []).append(position)
    speaking = [name for name, members in voices.items() if any(one.origin.basis not in _REPEATED for one in members)]
    carried = speaking or list(voices)
    lines = [Timeline(origin=origin, channel=channel, positions=tuple(members)) for channel, members in voices.items()]
    lines.sort(key=lambda line: line.positions[0].statement.order)
    merged = sorted((position for line in lines for position in line.positions), key=lambda one: one.statement.order)
    return OriginLine(
        origin=origin,
        merged=Timeline(origin=origin, channel="", positions=tuple(merged)),
        voices=tuple(line for line in lines if line.channel in carried),
    )


def one_a_post(positions: Sequence[Position]) -> list[Position]:
    """Keep one position a revision: a whole before a part, the largest before the rest."""
    best: dict[tuple[str, int, int], Position] = {}
    for position in sorted(positions, key=lambda one: one.statement.order):
        statement = position.statement
        key = (statement.channel, statement.ref.message_id, statement.revision)
        held = best.get(key)
        if held is None or _weight(position) > _weight(held):
            best[key] = position
    kept = sorted(best.values(), key=lambda one: one.statement.order)
    wholes = [position for position in kept if not position.statement.is_part]
    return wholes or kept


def _weight(position: Position) -> tuple[bool, float]:
    return (not position.statement.is_part, position.interval.low)
