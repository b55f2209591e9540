"""Compare what was read in the posts: who says the same, who says otherwise, about which incident."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.comparison.contradictions import cite, findings_of
from monitor.comparison.incidents import Group, group
from monitor.comparison.positions import lines_of
from monitor.comparison.provenance import trace
from monitor.comparison.relations import Position
from monitor.comparison.speakers import one_name
from monitor.comparison.statements import Key, statements_of
from monitor.model.claim import ReadPost
from monitor.model.finding import Citation, Finding, Incident, Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Every incident by id, and every finding by first sight and id.

    ``evidence`` holds, by the id of each incident that has findings, everything that was said of it: also what only
    repeats an origin, what fits every answer, and what no longer stands.
    """

    incidents: tuple[Incident, ...]
    findings: tuple[Finding, ...]
    evidence: Mapping[str, tuple[Citation, ...]]


def compare(posts: Sequence[ReadPost], *, as_of: datetime) -> Comparison:
    """Group the claims of ``posts`` into incidents and relate them across origins.

    Pure: the same posts, in any order and given any number of times, yield the same incidents and findings, ids
    included. Only what is current holds a position; earlier revisions and deleted posts are history.

    Args:
        posts: Posts with their readings.
        as_of: The instant as of which statuses are told. Later statements are not looked at.
    """
    statements = tuple(one for one in statements_of(posts) if one.said_at <= as_of)
    origins = trace(statements)
    groups = group(statements)
    findings: list[Finding] = []
    evidence: dict[str, tuple[Citation, ...]] = {}
    for one in groups:
        positions = _positions(one, origins)
        found = tuple(findings_of(one, positions, as_of=as_of))
        if found:
            findings += found
            evidence[one.incident.id] = _evidence(positions)
    return Comparison(
        incidents=tuple(one.incident for one in groups),
        findings=tuple(sorted(findings, key=lambda finding: (finding.first_seen, finding.id))),
        evidence=evidence,
    )


def _evidence(positions: Sequence[Position]) -> tuple[Citation, ...]:
    """Return every position on every question of an incident, by question and time."""
    return tuple(
        cite(position) for lines in lines_of(positions).values() for line in lines for position in line.merged.positions
    )


def _positions(group: Group, origins: Mapping[Key, Origin]) -> tuple[Position, ...]:
    """Pair the statements of an incident with their origins, one name to a speaker."""
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
