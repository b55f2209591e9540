"""Find what the origins of one incident dispute, agree on and change (CODEBOOK 2 and 4)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import combinations, pairwise

from monitor.comparison.anchors import is_anchored
from monitor.comparison.camps import split
from monitor.comparison.incidents import Group, identify
from monitor.comparison.movement import Table
from monitor.comparison.places import PlaceMatch, match_places
from monitor.comparison.positions import OriginLine, Question, Timeline, lines_of
from monitor.comparison.reasons import reason
from monitor.comparison.relations import Judgement, Position, adjusted, agrees, relate
from monitor.comparison.sides import SideMatch, is_one_country, match_sides
from monitor.model.claim import Kind, Polarity
from monitor.model.finding import Citation, Finding, OriginBasis, Relation, Status, StatusChange

STANDING_AFTER = timedelta(hours=24)
_DISPUTES = frozenset({Relation.CONTRADICT, Relation.DISPUTED})


def findings_of(group: Group, positions: Sequence[Position], *, as_of: datetime) -> Iterator[Finding]:
    """Yield every finding of one incident.

    Per pair of origins and question: one finding for each channel that carries an origin, against the first carrier of
    the other; never one per repeated post.

    Args:
        group: The incident.
        positions: Its statements with their origins, earliest first.
        as_of: The instant as of which statuses are told; nothing later is looked at.
    """
    desk = _Desk(group=group, positions=positions, table=Table(positions=positions), as_of=as_of)
    lines = lines_of(positions)
    for first, second in _comparable(sorted(lines)):
        yield from desk.disputes(lines[first], lines[second], is_same=first == second)
    for question in sorted(lines):
        for line in lines[question]:
            yield from desk.changes(line)
        yield from desk.agreements(lines[question])


def _comparable(questions: Sequence[Question]) -> Iterator[tuple[Question, Question]]:
    """Yield the pairs of questions whose answers can exclude each other: each with itself, a part with its whole."""
    for question in questions:
        yield question, question
    for first, second in combinations(questions, 2):
        is_apart = first.side and second.side and match_sides(first.side, second.side) is SideMatch.APART
        if is_apart and not is_one_country(first.side, second.side):
            continue
        if first.kind is second.kind or Kind.CASUALTIES in {first.kind, second.kind}:
            yield first, second


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stage:
    """How one pair of voices stood from ``at`` on."""

    at: datetime
    a: Position | None
    b: Position | None
    judgement: Judgement | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    """One incident under comparison."""

    group: Group
    positions: Sequence[Position]
    table: Table
    as_of: datetime

    def disputes(
        self, firsts: Sequence[OriginLine], seconds: Sequence[OriginLine], *, is_same: bool
    ) -> Iterator[Finding]:
        """Yield contradictions and doubts between every two origins."""
        pairs: Iterable[tuple[OriginLine, OriginLine]]
        pairs = combinations(firsts, 2) if is_same else ((one, two) for one in firsts for two in seconds)
        for one, two in pairs:
            if one.origin == two.origin:
                continue
            for left, right in _voice_pairs(one, two):
                finding = self._dispute(one, left, two, right)
                if finding is not None:
                    yield finding

    def _dispute(self, one: OriginLine, left: Timeline, two: OriginLine, right: Timeline) -> Finding | None:
        """Follow two voices through time and return their dispute, if they ever had one."""
        stages = list(self._stages(one, left, two, right))
        last: _Stage | None = None
        history: list[StatusChange] = []
        first_seen: datetime | None = None
        for stage in stages:
            judged = stage.judgement
            if judged is not None and judged.relation in _DISPUTES:
                if last is None or last.judgement is None or last.judgement.relation is not judged.relation:
                    history = [] if last is not None and last.judgement is None else history
                    first_seen = stage.at if first_seen is None else first_seen
                    history.append(StatusChange(status=Status.EVOLVING, at=stage.at, reason="the two figures differ"))
                elif history[-1].status not in {Status.EVOLVING, Status.STANDING}:
                    history.append(StatusChange(status=Status.EVOLVING, at=stage.at, reason="they differ again"))
                last = stage
            elif last is not None and history[-1].status in {Status.EVOLVING, Status.STANDING}:
                change = _settled(last, stage)
                if change is not None:
                    history.append(change)
        if last is None or first_seen is None or last.a is None or last.b is None or last.judgement is None:
            return None
        if history[-1].status is Status.EVOLVING:
            standing = self._standing_since(last.a, last.b)
            if standing is not None:
                history.append(
                    StatusChange(status=Status.STANDING, at=standing, reason="neither has moved in 24 hours")
                )
        return self._finding(last.a, last.b, last.judgement, history=tuple(history), first_seen=first_seen)

    def _stages(self, one: OriginLine, left: Timeline, two: OriginLine, right: Timeline) -> Iterator[_Stage]:
        moments = {*one.merged.instants, *two.merged.instants}
        for at in sorted(moment for moment in moments if moment <= self.as_of):
            a, b = one.held_by(left, at), two.held_by(right, at)
            if a is None or b is None:
                yield _Stage(at=at, a=a, b=b, judgement=None)
            else:
                yield self._judge(a, b, at)

    def _judge(self, a: Position, b: Position, at: datetime) -> _Stage:
        judged = relate(a, b, place=_place(a, b))
        if judged.relation in _DISPUTES and not self._is_anchored(a, b):
            judged = Judgement(relation=Relation.NOT_COMPARABLE)
        if judged.relation is Relation.CONTRADICT and self.table.is_lagging(a, b):
            again = self.table.insisted(a, b, until=at)
            if again is not None:
                return _Stage(at=at, a=again[0], b=again[1], judgement=judged)
            judged = Judgement(relation=Relation.LAGGED)
        if judged.relation is Relation.DISPUTED and not _is_doubt(a, b):
            judged = Judgement(relation=Relation.COMPATIBLE)
        return _Stage(at=at, a=a, b=b, judgement=judged)

    def _standing_since(self, a: Position, b: Position) -> datetime | None:
        """Return when a dispute came to stand: 24 hours on, the earlier origin has posted again and kept its figure."""
        earlier, later = sorted((a, b), key=lambda one: one.statement.order)
        settled = later.statement.said_at + STANDING_AFTER
        posted = [
            one.statement.said_at
            for one in self.positions
            if one.origin.id == earlier.origin.id and later.statement.said_at < one.statement.said_at <= self.as_of
        ]
        if not posted or settled > self.as_of:
            return None
        return max(settled, min(posted))

    def changes(self, line: OriginLine) -> Iterator[Finding]:
        """Yield the revisions and distortions of one origin's figure."""
        seen: set[tuple[object, ...]] = set()
        said = [one for one in line.merged.positions if one.statement.said_at <= self.as_of]
        for before, after in pairwise(said):
            judged = relate(before, after, place=_place(before, after))
            if judged.relation is Relation.DISTORTION and _is_sequence(before, after, said):
                judged = Judgement(relation=Relation.REVISION)
            if judged.relation not in {Relation.REVISION, Relation.DISTORTION}:
                continue
            figures = (before.statement.claim.quantity, after.statement.claim.quantity)
            key = (judged.relation, *map(str, figures))
            if key in seen:
                continue
            seen.add(key)
            at = after.statement.said_at
            is_settled = judged.relation is Relation.REVISION
            change = StatusChange(
                status=Status.RESOLVED if is_settled else Status.EVOLVING,
                at=at,
                reason="the origin gave a new figure" if is_settled else "one speaker, two figures",
            )
            yield self._finding(before, after, judged, history=(change,), first_seen=at)

    def agreements(self, lines: Sequence[OriginLine]) -> Iterator[Finding]:
        """Yield, for every origin that agrees with others, one finding with the first of those."""
        held = [one for one in (line.merged.at(self.as_of) for line in lines) if one is not None]
        leaders: list[Position] = []
        for position in sorted(held, key=lambda one: one.statement.order):
            leader = next((one for one in leaders if self._is_agreed(one, position)), None)
            if leader is None:
                leaders.append(position)
                continue
            judged = Judgement(relation=Relation.CORROBORATE)
            at = position.statement.said_at
            change = StatusChange(status=Status.STANDING, at=at, reason="independent origins agree")
            yield self._finding(leader, position, judged, history=(change,), first_seen=at)

    def _is_anchored(self, a: Position, b: Position) -> bool:
        return is_anchored(a.statement, b.statement, alike=self.group.alike(a.statement, b.statement))

    def _is_agreed(self, one: Position, other: Position) -> bool:
        return (
            agrees(one, other)
            and self._is_anchored(one, other)
            and relate(one, other, place=_place(one, other)).relation is Relation.COMPATIBLE
        )

    def _finding(
        self,
        one: Position,
        other: Position,
        judgement: Judgement,
        *,
        history: tuple[StatusChange, ...],
        first_seen: datetime,
    ) -> Finding:
        a, b = sorted((one, other), key=lambda position: position.statement.order)
        part = judgement.part
        if part is not None and a is not one:
            part = 1 - part
        judgement = replace(judgement, part=part)
        asked = (b if part == 1 else a).statement.claim
        severity = judgement.severity
        if severity is not None:
            severity = adjusted(severity, a, b, place=_place(a, b), is_backed=self._is_backed(a, b))
        relation = judgement.relation
        incident = self.group.incident
        return Finding(
            id=_identify(relation, incident.id, a, b),
            relation=relation,
            severity=severity,
            status=history[-1].status,
            kind=asked.kind,
            side=asked.side,
            incident=incident.id,
            place=incident.place,
            first_seen=first_seen,
            reason=reason(a, b, judgement=judgement, relation=relation, incident=incident),
            a=cite(a),
            b=cite(b),
            split=split(a, b) if relation is Relation.CONTRADICT else None,
            history=history,
        )

    def _is_backed(self, a: Position, b: Position) -> bool:
        """Tell whether at least two independent origins hold each of two contradictory answers."""
        return all(
            len({one.origin.id for one in self.positions if _holds_with(one, end) and not _holds_with(one, foe)}) >= 2
            for end, foe in ((a, b), (b, a))
        )


def _voice_pairs(one: OriginLine, two: OriginLine) -> Iterator[tuple[Timeline, Timeline]]:
    """Yield each carrier of one origin with the first carrier of the other, in another channel where there is one.

    Within one channel only two speakers dispute: what a channel says in its own voice beside a quotation is mostly a
    part of it, or its gist.
    """
    pairs = {(left.channel, right.channel): (left, right) for left in one.voices for right in two.voices[:1]}
    pairs |= {(left.channel, right.channel): (left, right) for left in one.voices[:1] for right in two.voices}
    across = [pair for channels, pair in sorted(pairs.items()) if channels[0] != channels[1]]
    yield from across or (pair for _, pair in sorted(pairs.items()) if _is_quoting(one) and _is_quoting(two))


def _is_quoting(line: OriginLine) -> bool:
    """Tell whether every figure of an origin is put into a speaker's mouth."""
    return all(position.origin.basis is OriginBasis.SPEAKER for position in line.merged.positions)


def _is_doubt(a: Position, b: Position) -> bool:
    """Tell whether a doubt is a dispute: it comes after what it doubts, or names another figure."""
    doubt, claim = (a, b) if a.statement.claim.polarity is Polarity.DOUBTED else (b, a)
    return doubt.statement.order > claim.statement.order or not doubt.interval.meets(claim.interval)


def _is_sequence(before: Position, after: Position, said: Sequence[Position]) -> bool:
    """Tell whether one channel carried both figures in this order: the speaker changed it, nobody misquoted."""
    first, second = before.statement.claim.quantity, after.statement.claim.quantity
    channels = {one.statement.channel for one in said}
    for channel in channels:
        quantities = [one.statement.claim.quantity for one in said if one.statement.channel == channel]
        if first in quantities and second in quantities[quantities.index(first) :]:
            return True
    return False


def _settled(last: _Stage, stage: _Stage) -> StatusChange | None:
    """Return how a dispute ended at ``stage``, if it did."""
    for held, now in ((last.a, stage.a), (last.b, stage.b)):
        if held is None:
            continue
        statement = held.statement
        if statement.is_deleted and statement.until is not None and statement.until <= stage.at and now is None:
            return StatusChange(status=Status.RETRACTED, at=stage.at, reason="the post was deleted")
        if now is None and statement.until is not None and statement.until <= stage.at:
            return StatusChange(status=Status.RETRACTED, at=stage.at, reason="an edit took the figure out")
        if now is not None and now.statement.claim.polarity is not statement.claim.polarity:
            return StatusChange(status=Status.RETRACTED, at=stage.at, reason="the origin itself took it back")
    if stage.judgement is None:
        return StatusChange(status=Status.RESOLVED, at=stage.at, reason="the origin has since given another figure")
    if stage.judgement.relation is Relation.NOT_COMPARABLE:
        return None
    return StatusChange(status=Status.RESOLVED, at=stage.at, reason="the figures have come within tolerance")


def _holds_with(one: Position, end: Position) -> bool:
    a, b = one.statement.claim, end.statement.claim
    return (
        (a.kind, a.side, a.item, a.polarity) == (b.kind, b.side, b.item, b.polarity)
        and one.statement.is_current
        and one.interval.meets(end.interval)
    )


def _place(a: Position, b: Position) -> PlaceMatch:
    """Return how the places stand to each other; two far apart in one incident are one place misread."""
    match = match_places(a.statement.claim.place, b.statement.claim.place)
    return PlaceMatch.NEAR if match is PlaceMatch.APART else match


def _identify(relation: Relation, incident: str, a: Position, b: Position) -> str:
    """Name a finding by what was compared; a dispute keeps its name while its figures move."""
    ends = []
    for end in (a, b):
        claim = end.statement.claim
        parts = [claim.kind.value, claim.side or "", claim.item or "", end.origin.id, end.statement.channel]
        if claim.polarity is not Polarity.ASSERTED:
            parts.append("negated")
        if relation not in _DISPUTES:
            parts += map(str, end.statement.key)
        ends.append(parts)
    return identify("finding", relation.value, incident, *(part for parts in sorted(ends) for part in parts))


def cite(position: Position) -> Citation:
    """Return a position as evidence."""
    statement, claim = position.statement, position.statement.claim
    return Citation(
        ref=statement.ref,
        revision=statement.revision,
        claim=statement.index,
        date=statement.said_at,
        kind=claim.kind,
        quantity=claim.quantity,
        polarity=claim.polarity,
        side=claim.side,
        quote=claim.span.of(statement.text),
        span=claim.span,
        attributed_to=claim.attributed_to,
        origin=position.origin,
        alignment=statement.read.channel.alignment,
        item=claim.item,
        until=statement.until,
        side_basis=claim.side_basis,
    )
