"""Readings, incidents and findings: what was read out of the posts and what comparing it brought out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, bindparam, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from monitor.model.claim import Reading
from monitor.model.finding import Finding, Incident, Relation, Status, StatusChange
from monitor.store.codec import from_json, to_json
from monitor.store.schema import finding_changes, findings, incidents, readings


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedReading:
    """A text that could not be read, and why; it is tried again when the lexicons change."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """How many rows a save touched."""

    added: int = 0
    changed: int = 0
    removed: int = 0

    def __add__(self, other: "Saved") -> "Saved":
        """Add up two saves."""
        return Saved(
            added=self.added + other.added,
            changed=self.changed + other.changed,
            removed=self.removed + other.removed,
        )


async def save_readings(
    connection: AsyncConnection, fingerprint: str, read: Sequence[tuple[int, Reading | FailedReading]]
) -> None:
    """Store one reading a revision, in place of the one by an earlier fingerprint."""
    await connection.execute(delete(readings).where(readings.c.revision_id.in_([revision for revision, _ in read])))
    await connection.execute(
        insert(readings),
        [{"revision_id": revision, "fingerprint": fingerprint, **_row(reading)} for revision, reading in read],
    )


def _row(reading: Reading | FailedReading) -> dict[str, Any]:
    if isinstance(reading, FailedReading):
        return {"language": "und", "claims": [], "claim_count": 0, "failure": reading.reason}
    return {
        "language": reading.language,
        "claims": to_json(reading.claims),
        "claim_count": len(reading.claims),
        "failure": None,
    }


async def save_comparison(
    connection: AsyncConnection, found_incidents: Sequence[Incident], found: Sequence[Finding]
) -> Saved:
    """Make the stored incidents and findings exactly these; a row that is equal already is not touched.

    Every status a finding has taken stays in ``finding_changes``, also after the finding itself is gone.
    """
    saved = await _replace(
        connection,
        incidents,
        {
            one.id: {
                "scope": one.scope.value,
                "place": one.place,
                "country": one.country,
                "from_day": one.from_day,
                "to_day": one.to_day,
                "payload": to_json(one),
            }
            for one in found_incidents
        },
    )
    saved += await _replace(
        connection,
        findings,
        {
            one.id: {
                "relation": one.relation.value,
                "severity": one.severity,
                "status": one.status.value,
                "kind": one.kind.value,
                "side": one.side,
                "place": one.place,
                "first_channel": one.a.ref.channel,
                "second_channel": one.b.ref.channel,
                "first_seen": one.first_seen,
                "payload": to_json(one),
            }
            for one in found
        },
    )
    held = {
        (row.finding_id, row.status, row.at)
        for row in await connection.execute(
            select(finding_changes.c.finding_id, finding_changes.c.status, finding_changes.c.at)
        )
    }
    changes = [
        {"finding_id": one.id, "status": change.status.value, "at": change.at, "reason": change.reason}
        for one in found
        for change in one.history
        if (one.id, change.status.value, change.at) not in held
    ]
    if changes:
        await connection.execute(insert(finding_changes), changes)
    return saved


async def _replace(connection: AsyncConnection, table: Table, wanted: dict[str, dict[str, Any]]) -> Saved:
    held = {row.id: row.payload for row in await connection.execute(select(table.c.id, table.c.payload))}
    added = [{"id": key, **values} for key, values in wanted.items() if key not in held]
    changed = [
        {"row": key, **values} for key, values in wanted.items() if key in held and held[key] != values["payload"]
    ]
    removed = [{"row": key} for key in held if key not in wanted]
    if removed:
        await connection.execute(delete(table).where(table.c.id == bindparam("row")), removed)
    if changed:
        await connection.execute(update(table).where(table.c.id == bindparam("row")), changed)
    if added:
        await connection.execute(insert(table), added)
    return Saved(added=len(added), changed=len(changed), removed=len(removed))


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingFilter:
    """Which findings are wanted: every field given must hold. ``channel`` matches either end."""

    relation: Relation | None = None
    status: Status | None = None
    min_severity: int | None = None
    side: str | None = None
    place: str | None = None
    channel: str | None = None
    since: datetime | None = None
    until: datetime | None = None


async def stored_findings(connection: AsyncConnection, wanted: FindingFilter) -> tuple[Finding, ...]:
    """Return the findings that pass every filter given, by first sight and id."""
    statement = select(findings.c.payload).order_by(findings.c.first_seen, findings.c.id)
    if wanted.relation is not None:
        statement = statement.where(findings.c.relation == wanted.relation.value)
    if wanted.status is not None:
        statement = statement.where(findings.c.status == wanted.status.value)
    if wanted.min_severity is not None:
        statement = statement.where(findings.c.severity >= wanted.min_severity)
    if wanted.side is not None:
        statement = statement.where(findings.c.side == wanted.side)
    if wanted.place is not None:
        statement = statement.where(findings.c.place == wanted.place)
    if wanted.channel is not None:
        ends = (findings.c.first_channel, findings.c.second_channel)
        statement = statement.where(or_(*(func.lower(end) == wanted.channel.lower() for end in ends)))
    if wanted.since is not None:
        statement = statement.where(findings.c.first_seen >= wanted.since)
    if wanted.until is not None:
        statement = statement.where(findings.c.first_seen < wanted.until)
    return tuple(from_json(Finding, row.payload) for row in await connection.execute(statement))


async def stored_changes(connection: AsyncConnection, finding: str) -> tuple[StatusChange, ...]:
    """Return every status the finding has taken, oldest first."""
    rows = await connection.execute(
        select(finding_changes).where(finding_changes.c.finding_id == finding).order_by(finding_changes.c.at)
    )
    return tuple(StatusChange(status=Status(row.status), at=row.at, reason=row.reason) for row in rows)


async def stored_incidents(
    connection: AsyncConnection, *, since: datetime | None = None, until: datetime | None = None
) -> tuple[Incident, ...]:
    """Return the incidents that touch the period, by first day and id."""
    statement = select(incidents.c.payload).order_by(incidents.c.from_day, incidents.c.id)
    if since is not None:
        statement = statement.where(incidents.c.to_day >= since.date())
    if until is not None:
        statement = statement.where(incidents.c.from_day <= until.date())
    return tuple(from_json(Incident, row.payload) for row in await connection.execute(statement))
