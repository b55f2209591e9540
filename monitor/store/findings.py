"""Incidents and findings: what comparing the claims brought out."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Table, bindparam, delete, func, or_, select, true, update
from sqlalchemy import insert as plain_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from monitor.model.finding import Change, Finding, Incident, IncidentChange, Relation, Status, StatusChange
from monitor.store.codec import from_json, to_json
from monitor.store.engine import insert_new
from monitor.store.schema import channels, finding_changes, findings, incident_changes, incidents, reports
from monitor.store.stale import mark_stale


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


async def save_findings(connection: AsyncConnection, found: Sequence[Finding], *, incidents: Collection[str]) -> Saved:
    """Make the findings stored of ``incidents`` exactly these; a row that is equal already is not touched.

    Every status a finding has taken stays in ``finding_changes``, also after the finding itself is gone; of one that is
    there, these are its history, whatever order its posts came in.
    """
    known = findings.c.incident.in_(incidents)
    held = {
        row.id: row.payload for row in await connection.execute(select(findings.c.id, findings.c.payload).where(known))
    }
    rows = {one.id: _finding_row(one) for one in found}
    saved = await _replace(connection, findings, rows, known)
    told_anew = [{"row": key} for key, row in sorted(rows.items()) if key in held and held[key] != row["payload"]]
    if told_anew:
        await connection.execute(
            delete(finding_changes).where(finding_changes.c.finding_id == bindparam("row")), told_anew
        )
    changes = [
        {"finding_id": one.id, "status": change.status.value, "at": change.at, "reason": change.reason}
        for one in sorted(found, key=lambda one: one.id)
        for change in one.history
    ]
    await insert_new(connection, finding_changes, changes)
    return saved


async def save_incidents(
    connection: AsyncConnection,
    found: Sequence[tuple[Incident, str, datetime | None]],
    *,
    known: Collection[str],
) -> Saved:
    """Make the incidents stored among ``known`` ids exactly these, each with its occurrence and when it is due."""
    wanted = {one.id: _incident_row(one) | {"occurrence": of, "due_at": due} for one, of, due in found}
    return await _replace(connection, incidents, wanted, incidents.c.id.in_(known))


def _incident_row(one: Incident) -> dict[str, Any]:
    return {
        "scope": one.scope.value,
        "place": one.place,
        "country": one.country,
        "from_day": one.from_day,
        "to_day": one.to_day,
        "payload": to_json(one),
    }


def _finding_row(one: Finding) -> dict[str, Any]:
    return {
        "incident": one.incident,
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


async def _replace(
    connection: AsyncConnection, table: Table, wanted: dict[str, dict[str, Any]], among: ColumnElement[bool]
) -> Saved:
    """Make the rows selected by ``among`` those wanted."""
    held = {row.id: row._mapping for row in await connection.execute(select(table).where(among))}  # noqa: SLF001 - SQLAlchemy's public name for the mapping view
    added = [{"id": key, **values} for key, values in sorted(wanted.items()) if key not in held]
    changed = [
        {"row": key, **values}
        for key, values in wanted.items()
        if key in held and any(held[key][name] != value for name, value in values.items())
    ]
    removed = [{"row": key} for key in held if key not in wanted]
    if removed:
        await connection.execute(delete(table).where(table.c.id == bindparam("row")), removed)
    if changed:
        await connection.execute(update(table).where(table.c.id == bindparam("row")), changed)
    if added:
        await connection.execute(plain_insert(table), added)
    return Saved(added=len(added), changed=len(changed), removed=len(removed))


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingFilter:
    """Which findings are wanted: every field given must hold. ``channel`` matches either end."""

    relation: Relation | None = None
    status: Status | None = None
    min_severity: int | None = None
    incident: str | None = None
    side: str | None = None
    place: str | None = None
    channel: str | None = None
    since: datetime | None = None
    until: datetime | None = None


async def stored_findings(connection: AsyncConnection, wanted: FindingFilter) -> tuple[Finding, ...]:
    """Return the findings that pass every filter given, by first sight and id."""
    statement = select(findings.c.payload).order_by(findings.c.first_seen, findings.c.id)
    equal = {
        findings.c.relation: None if wanted.relation is None else wanted.relation.value,
        findings.c.status: None if wanted.status is None else wanted.status.value,
        findings.c.incident: wanted.incident,
        findings.c.side: wanted.side,
        findings.c.place: wanted.place,
    }
    for column, value in equal.items():
        if value is not None:
            statement = statement.where(column == value)
    if wanted.min_severity is not None:
        statement = statement.where(findings.c.severity >= wanted.min_severity)
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
        select(finding_changes)
        .where(finding_changes.c.finding_id == finding)
        .order_by(finding_changes.c.at, finding_changes.c.id)
    )
    return tuple(StatusChange(status=Status(row.status), at=row.at, reason=row.reason) for row in rows)


async def stored_incidents(
    connection: AsyncConnection, *, since: datetime | None = None, until: datetime | None = None
) -> tuple[Incident, ...]:
    """Return the incidents that touch ``[since, until)``, by first day and id."""
    statement = select(incidents.c.payload).order_by(incidents.c.from_day, incidents.c.id)
    if since is not None:
        statement = statement.where(incidents.c.to_day >= since.date())
    if until is not None:
        statement = statement.where(incidents.c.from_day <= (until - timedelta(microseconds=1)).date())
    return tuple(from_json(Incident, row.payload) for row in await connection.execute(statement))


async def stored_incident(connection: AsyncConnection, name: str) -> Incident | None:
    """Return the incident whose id begins with ``name``, ``None`` if there is none or more than one."""
    rows = await connection.execute(
        select(incidents.c.payload).where(incidents.c.id >= name, incidents.c.id < f"{name}\U0010ffff").limit(2)
    )
    found = [from_json(Incident, row.payload) for row in rows]
    return found[0] if len(found) == 1 else None


async def stored_incident_changes(connection: AsyncConnection, incident: str) -> tuple[IncidentChange, ...]:
    """Return how an incident joined and parted, oldest first."""
    rows = await connection.execute(
        select(incident_changes)
        .where(or_(incident_changes.c.incident == incident, incident_changes.c.other == incident))
        .order_by(incident_changes.c.at, incident_changes.c.id)
    )
    return tuple(
        IncidentChange(incident=row.incident, change=Change(row.change), other=row.other, at=row.at) for row in rows
    )


async def forget(connection: AsyncConnection) -> None:
    """Forget what was compared, but not how it changed, and let every post with a claim be compared again."""
    for table in (findings, incidents, reports):
        await connection.execute(delete(table))
    await connection.execute(update(channels).values(compared_as=None))
    await mark_stale(connection, true())
