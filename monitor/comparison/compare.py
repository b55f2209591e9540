"""Compare what was read in the posts: who says the same, who says otherwise, about which incident."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.comparison.contradictions import findings_of
from monitor.comparison.incidents import group
from monitor.comparison.provenance import trace
from monitor.comparison.relations import Position
from monitor.comparison.statements import statements_of
from monitor.model.claim import ReadPost
from monitor.model.finding import Finding, Incident


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Every incident by id, and every finding by first sight and id."""

    incidents: tuple[Incident, ...]
    findings: tuple[Finding, ...]


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
    findings = [
        finding
        for one in groups
        for finding in findings_of(
            one,
            tuple(Position(statement=said, origin=origins[said.key]) for said in one.statements),
            as_of=as_of,
        )
    ]
    return Comparison(
        incidents=tuple(one.incident for one in groups),
        findings=tuple(sorted(findings, key=lambda finding: (finding.first_seen, finding.id))),
    )
