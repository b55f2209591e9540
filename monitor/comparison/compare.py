"""Compare what was read in the posts: who says the same, who says otherwise, about which incident."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.comparison.contradictions import STANDING_AFTER, cite, findings_of
from monitor.comparison.incidents import Group, group
from monitor.comparison.positions import lines_of
from monitor.comparison.provenance import Voices, trace
from monitor.comparison.relations import Position
from monitor.comparison.speakers import one_name
from monitor.comparison.statements import statements_of
from monitor.model.claim import ReadPost
from monitor.model.finding import Citation, Finding, Incident, Relation, Status
from monitor.model.post import Channel

_DISPUTES = frozenset({Relation.CONTRADICT, Relation.DISPUTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Every incident by id, and every finding by first sight and id.

    ``evidence`` holds, by the id of each incident that has findings, everything that was said of it: also what only
    repeats an origin, what fits every answer, and what no longer stands.
    """

    incidents: tuple[Incident, ...]
    findings: tuple[Finding, ...]
    evidence: Mapping[str, tuple[Citation, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """One incident compared. ``due_at`` is when time alone may change a status, ``None`` if it cannot."""

    incident: Incident
    findings: tuple[Finding, ...]
    evidence: tuple[Citation, ...]
    due_at: datetime | None


def compare(posts: Sequence[ReadPost], *, as_of: datetime, channels: Sequence[Channel] = ()) -> Comparison:
    """Group the claims of ``posts`` into incidents and relate them across origins.

    Pure: the same posts, in any order and given any number of times, yield the same incidents and findings, ids
    included. Only what is current holds a position; earlier revisions and deleted posts are history.

    Args:
        posts: Posts with their readings.
        as_of: The instant as of which statuses are told. Later statements are not looked at.
        channels: Channels known besides those of the posts.
    """
    known = {channel.key.casefold(): channel for channel in (*channels, *(post.channel for post in posts))}
    voices = Voices(known.values())
    groups = group(tuple(one for one in statements_of(posts) if one.said_at <= as_of))
    return compare_groups(groups, voices=voices, as_of=as_of)


def compare_groups(groups: Iterable[Group], *, voices: Voices, as_of: datetime) -> Comparison:
    """Relate what was said of each incident, given by id."""
    examined = [examine(one, voices=voices, as_of=as_of) for one in groups]
    findings = (finding for one in examined for finding in one.findings)
    return Comparison(
        incidents=tuple(one.incident for one in examined),
        findings=tuple(sorted(findings, key=lambda finding: (finding.first_seen, finding.id))),
        evidence={one.incident.id: one.evidence for one in examined if one.findings},
    )


def examine(group: Group, *, voices: Voices, as_of: datetime) -> Examined:
    """Relate everything that was said of one incident."""
    positions = positions_of(group, voices=voices)
    found = tuple(findings_of(group, positions, as_of=as_of))
    settling = [
        max(one.a.date, one.b.date) + STANDING_AFTER
        for one in found
        if one.relation in _DISPUTES and one.status is Status.EVOLVING
    ]
    return Examined(
        incident=group.incident,
        findings=found,
        evidence=_evidence(positions),
        due_at=min((instant for instant in settling if instant > as_of), default=None),
    )


def _evidence(positions: Sequence[Position]) -> tuple[Citation, ...]:
    """Return every position on every question of an incident, by question and time."""
    return tuple(
        cite(position) for lines in lines_of(positions).values() for line in lines for position in line.merged.positions
    )


def positions_of(group: Group, *, voices: Voices) -> tuple[Position, ...]:
    """Pair the statements of an incident with their origins, one name to a speaker."""
    origins = trace(group.statements, voices=voices)
    traced = [origins[said.key] for said in group.statements]
    spoken = {
        origin.id: said.claim.attributed_to or ""
        for said, origin in reversed(list(zip(group.statements, traced, strict=True)))
    }
    names = one_name(spoken)
    return tuple(
        Position(statement=said, origin=replace(origin, id=names.get(origin.id, origin.id)))
        for said, origin in zip(group.statements, traced, strict=True)
    )
