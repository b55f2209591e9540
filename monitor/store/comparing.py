"""What one step of comparing reads and writes, all in one transaction."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, TypeVar

from sqlalchemy import and_, bindparam, delete, func, select, text, update
from sqlalchemy import insert as plain_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from monitor.model.claim import ReadPost
from monitor.model.finding import Finding, Incident, IncidentChange
from monitor.model.post import Channel
from monitor.model.report import Found, Placed, Report, Wanted
from monitor.store.channels import all_channels
from monitor.store.codec import from_json, to_json
from monitor.store.engine import insert_new, one_at_a_time
from monitor.store.findings import Saved, save_findings, save_incidents
from monitor.store.posts import stored_posts
from monitor.store.schema import channels, incident_changes, incidents, posts, report_keys, reports, stale_posts

Value = TypeVar("Value")

_COMPARISON_LOCK = 7_405_202
_CHUNK = 400  # values in one IN list, or keys looked up by one statement
_LOOKS = 40  # keys looked up by one statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A report to be stored: of which post's row, in which occurrence, and by which keys it is found."""

    post: int
    placed: Placed
    keys: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """An incident compared: ``occurrence`` is what its reports name."""

    occurrence: str
    incident: Incident
    findings: tuple[Finding, ...]
    due_at: datetime | None


class Stale(NamedTuple):
    """A post that waits to be compared."""

    post: int
    ticket: int


class ComparisonDesk:
    """One step of comparing in the transaction of ``connection``; no other step is under way at the same time."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def open(self) -> None:
        """Wait until no other process compares."""
        await one_at_a_time(self._connection, _COMPARISON_LOCK)

    # --- what is to be done

    async def stale(self, limit: int) -> tuple[Stale, ...]:
        """Return posts that wait to be compared, by posting time, at most ``limit``."""
        rows = await self._connection.execute(
            select(stale_posts.c.post_id, stale_posts.c.ticket)
            .join(posts, posts.c.id == stale_posts.c.post_id)
            .order_by(posts.c.date, posts.c.id)
            .limit(limit)
        )
        return tuple(Stale(row.post_id, row.ticket) for row in rows)

    async def due(self, as_of: datetime) -> tuple[str, ...]:
        """Return the occurrences whose statuses the time up to ``as_of`` may have changed."""
        rows = await self._connection.execute(
            select(incidents.c.occurrence).where(incidents.c.due_at <= as_of).order_by(incidents.c.id)
        )
        return tuple(row.occurrence for row in rows)

    async def channels(self) -> tuple[Channel, ...]:
        """Return every channel, by key."""
        return tuple((await all_channels(self._connection)).values())

    async def renamed(self, names: Mapping[str, str]) -> tuple[str, ...]:
        """Note the names that channels are compared by now; return the keys of those that had others.

        Args:
            names: By the channel's folded key, how the comparison knows it.
        """
        rows = await self._connection.execute(select(channels.c.folded_key, channels.c.compared_as))
        held = {row.folded_key: row.compared_as for row in rows}
        changed = sorted(key for key, name in names.items() if held.get(key) != name)
        if changed:
            await self._connection.execute(
                update(channels).where(channels.c.folded_key == bindparam("named")).values(compared_as=bindparam("as")),
                [{"named": key, "as": names[key]} for key in changed],
            )
        return tuple(changed)

    # --- what is known

    async def posts(self, rows: Collection[int]) -> dict[int, ReadPost]:
        """Return posts by their rows."""
        found: dict[int, ReadPost] = {}
        for chunk in _chunks(sorted(rows)):
            named = {
                (row.folded_key, row.message_id): row.id
                for row in await self._connection.execute(
                    select(posts.c.id, posts.c.message_id, channels.c.folded_key)
                    .join(channels, channels.c.id == posts.c.channel_id)
                    .where(posts.c.id.in_(chunk))
                )
            }
            async with aclosing(stored_posts(self._connection, rows=chunk)) as stream:
                async for post in stream:
                    found[named[post.post.ref.channel.casefold(), post.post.ref.message_id]] = post
        return found

    async def reports_of(self, rows: Collection[int]) -> dict[int, tuple[Placed, ...]]:
        """Return what is stored of the reports of posts, by their rows."""
        found: dict[int, list[Placed]] = {}
        for chunk in _chunks(sorted(rows)):
            for row in await self._connection.execute(
                select(reports).where(reports.c.post_id.in_(chunk)).order_by(reports.c.id)
            ):
                found.setdefault(row.post_id, []).append(
                    Placed(report=from_json(Report, row.payload), occurrence=row.occurrence)
                )
        return {row: tuple(placed) for row, placed in found.items()}

    async def newest(self) -> str:
        """Return the id of the newest report, "" if there is none."""
        return (await self._connection.execute(select(func.max(reports.c.id)))).scalar() or ""

    async def look_up(self, wanted: Wanted) -> Found:
        """Find what a board asks for."""
        listed: list[tuple[int, str, str]] = []
        for keys in _chunks(sorted(wanted.keys), size=_LOOKS):
            listed += await self._listed(keys, wanted)
        placed: list[Placed] = []
        for chunk in _chunks(sorted(wanted.occurrences)):
            rows = await self._connection.execute(
                select(reports.c.payload, reports.c.occurrence).where(reports.c.occurrence.in_(chunk))
            )
            placed += [Placed(report=from_json(Report, row.payload), occurrence=row.occurrence) for row in rows]
        return Found(listed=listed, placed=placed)

    async def _listed(self, keys: Sequence[int], wanted: Wanted) -> list[tuple[int, str, str]]:
        """Find the reports nearest to one by each of ``keys``: an index look-up a key, however many have it."""
        side, order = ("<", "DESC") if wanted.before else (">", "ASC")
        looks = " UNION ALL ".join(
            f"SELECT * FROM (SELECT key, report_id FROM report_keys WHERE key = :key{number} AND report_id {side} :edge"  # noqa: S608 - numbers and signs of this module
            f" ORDER BY report_id {order} LIMIT :most) AS look{number}"
            for number in range(len(keys))
        )
        statement = text(
            "SELECT looks.key, looks.report_id, reports.occurrence"  # noqa: S608 - as above
            f" FROM ({looks}) AS looks JOIN reports ON reports.id = looks.report_id"
        )
        given = {f"key{number}": key for number, key in enumerate(keys)}
        edge = {"edge": wanted.before or wanted.after, "most": wanted.limit}
        return [(row[0], row[1], row[2]) for row in await self._connection.execute(statement, given | edge)]

    async def occurrences_by(self, keys: Collection[int]) -> frozenset[str]:
        """Return the occurrences of all reports with any of ``keys``."""
        found: set[str] = set()
        for chunk in _chunks(sorted(keys)):
            rows = await self._connection.execute(
                select(reports.c.occurrence)
                .join(report_keys, report_keys.c.report_id == reports.c.id)
                .where(report_keys.c.key.in_(chunk))
                .distinct()
            )
            found.update(row.occurrence for row in rows)
        return frozenset(found)

    async def occurrence_of(self, incident: str) -> str:
        """Return what the reports of an incident name."""
        named = select(incidents.c.occurrence).where(incidents.c.id == incident)
        return str((await self._connection.execute(named)).scalar_one())

    async def members(self, occurrences: Collection[str]) -> dict[str, dict[str, int]]:
        """Return, by occurrence, the ids of its reports, the earliest first, each with the row of its post."""
        found: dict[str, dict[str, int]] = {}
        for chunk in _chunks(sorted(occurrences)):
            rows = await self._connection.execute(
                select(reports.c.id, reports.c.post_id, reports.c.occurrence)
                .where(reports.c.occurrence.in_(chunk))
                .order_by(reports.c.id)
            )
            for row in rows:
                found.setdefault(row.occurrence, {})[row.id] = row.post_id
        return found

    async def occurrences(self, *, since: datetime) -> dict[str, str]:
        """Return the occurrence of every report of the posts posted since then, by the report's id."""
        rows = await self._connection.execute(
            select(reports.c.id, reports.c.occurrence)
            .join(posts, posts.c.id == reports.c.post_id)
            .where(posts.c.date >= since)
        )
        return {row.id: row.occurrence for row in rows}

    # --- what is written

    async def save_reports(
        self, *, gone: Collection[str], come: Sequence[Kept], moved: Sequence[tuple[str, str]]
    ) -> None:
        """Store what posts report now, and the occurrences that reports moved to."""
        execute = self._connection.execute
        if gone:
            await execute(delete(reports).where(reports.c.id == bindparam("row")), [{"row": one} for one in gone])
        if come:
            await execute(
                plain_insert(reports),
                [
                    {
                        "id": one.placed.report.id,
                        "post_id": one.post,
                        "occurrence": one.placed.occurrence,
                        "payload": to_json(one.placed.report),
                    }
                    for one in come
                ],
            )
            keyed = [{"key": key, "report_id": one.placed.report.id} for one in come for key in one.keys]
            if keyed:
                await execute(plain_insert(report_keys), keyed)
        if moved:
            await execute(
                update(reports).where(reports.c.id == bindparam("row")).values(occurrence=bindparam("to")),
                [{"row": report, "to": occurrence} for report, occurrence in moved],
            )

    async def save_incidents(
        self, occurrences: Collection[str], found: Sequence[Counted], changes: Sequence[IncidentChange]
    ) -> Saved:
        """Make the incidents of ``occurrences``, and their findings, exactly those found."""
        saved = Saved()
        by_occurrence = {one.occurrence: one for one in found}
        for chunk in _chunks(sorted(occurrences)):
            here = [by_occurrence[one] for one in chunk if one in by_occurrence]
            held = await self._connection.execute(select(incidents.c.id).where(incidents.c.occurrence.in_(chunk)))
            known = {row.id for row in held} | {one.incident.id for one in here}
            saved += await save_findings(
                self._connection, [finding for one in here for finding in one.findings], incidents=known
            )
            saved += await save_incidents(
                self._connection, [(one.incident, one.occurrence, one.due_at) for one in here], known=known
            )
        rows = [
            {"incident": one.incident, "change": one.change.value, "other": one.other, "at": one.at} for one in changes
        ]
        await insert_new(self._connection, incident_changes, rows)
        return saved

    async def done(self, compared: Iterable[Stale]) -> None:
        """Strike out the posts compared, except those that changed meanwhile."""
        rows = [{"row": one.post, "seen": one.ticket} for one in sorted(compared)]
        if rows:
            same = and_(stale_posts.c.post_id == bindparam("row"), stale_posts.c.ticket == bindparam("seen"))
            await self._connection.execute(delete(stale_posts).where(same), rows)


def _chunks(values: Sequence[Value], *, size: int = _CHUNK) -> Iterable[Sequence[Value]]:
    return (values[start : start + size] for start in range(0, len(values), size))
