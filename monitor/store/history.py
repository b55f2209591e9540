"""How far each channel's history was read, how it is reached, and what more of it is asked for."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from monitor.errors import SkipError
from monitor.model.following import Backfill, Hole, Marks, Peer, Recorded, Stretch
from monitor.model.post import Observation
from monitor.store.channels import locked_channel
from monitor.store.engine import insert as insert_or
from monitor.store.holes import dig, fill
from monitor.store.record import record
from monitor.store.schema import absences, backfills, channels, holes, peers, posts

_WAITING, _READING, _DONE, _FAILED = "waiting", "reading", "done", "failed"


async def marks(connection: AsyncConnection, channel: str) -> Marks:
    """Return how far a channel is known; nothing is known of one that is not stored."""
    row = (await connection.execute(select(channels).where(channels.c.folded_key == channel.casefold()))).one_or_none()
    if row is None:
        return Marks()
    return Marks(
        telegram_id=row.telegram_id,
        highest_seen=row.highest_seen,
        verified_from=row.verified_from,
        verified_to=row.verified_to,
        state=row.state,
    )


async def record_history(
    connection: AsyncConnection, channel: str, stretch: Stretch, observations: Sequence[Observation]
) -> Recorded:
    """Store what a stretch of history holds, and that it was read: marks move, holes close, the channel is well.

    A stretch that does not touch what was verified before moves no mark. An empty one (``to_id`` under ``from_id``) says
    only that the channel was looked at.
    """
    recorded = await record(connection, observations) if observations else Recorded()
    row = await locked_channel(connection, channel)
    held = (await connection.execute(select(channels).where(channels.c.id == row))).one()
    first, last = held.verified_from, held.verified_to
    if last is None:
        first = stretch.from_id if stretch.missing_from is None else min(stretch.missing_from, stretch.from_id)
        last = max(stretch.to_id, first - 1)
        if first < stretch.from_id:
            await dig(connection, row, Hole(from_id=first, to_id=stretch.from_id - 1, found_at=stretch.at))
    elif stretch.from_id <= stretch.to_id:
        await fill(connection, row, from_id=stretch.from_id, to_id=stretch.to_id)
        if stretch.from_id <= last + 1 and stretch.to_id >= (first or 1) - 1:
            last = max(last, stretch.to_id)
            first = min(first or stretch.from_id, stretch.from_id)
    values: dict[str, Any] = {"verified_from": first, "verified_to": last}
    if held.verified_at is None or held.verified_at < stretch.at:
        values["verified_at"] = stretch.at
    if held.checked_at is None or held.checked_at <= stretch.at:
        values |= {"checked_at": stretch.at}
    await connection.execute(update(channels).where(channels.c.id == row).values(**values))
    return recorded


async def present_ids(connection: AsyncConnection, channel: str, *, from_id: int, to_id: int) -> tuple[int, ...]:
    """Return which posts of a range of ids are stored and were there when last looked at."""
    gone = exists().where(
        absences.c.channel_id == posts.c.channel_id,
        absences.c.message_id == posts.c.message_id,
        absences.c.last_at > posts.c.last_seen_at,
    )
    found = await connection.execute(
        select(posts.c.message_id)
        .join(channels, channels.c.id == posts.c.channel_id)
        .where(channels.c.folded_key == channel.casefold())
        .where(posts.c.message_id.between(from_id, to_id))
        .where(~gone)
        .order_by(posts.c.message_id)
    )
    return tuple(found.scalars())


# --- how it is reached ---------------------------------------------------------------------------------------------


async def peers_of(connection: AsyncConnection, *, account: int) -> dict[str, Peer]:
    """Return how ``account`` reaches each channel that it ever looked up, by the channel's key."""
    rows = await connection.execute(
        select(channels.c.key, channels.c.telegram_id, peers)
        .join(peers, peers.c.channel_id == channels.c.id)
        .where(peers.c.account == account, channels.c.telegram_id.is_not(None))
    )
    return {
        row.key: Peer(telegram_id=row.telegram_id, access_hash=row.access_hash, handle=row.handle, title=row.title)
        for row in rows
    }


async def note_peer(connection: AsyncConnection, channel: str, found: Peer, *, account: int, at: datetime) -> None:
    """Keep how ``account`` reaches a channel.

    Raises:
        SkipError: The key stands for another channel already, or the channel has another key.
    """
    row = await locked_channel(connection, channel)
    held = (await connection.execute(select(channels.c.telegram_id).where(channels.c.id == row))).scalar()
    if held is not None and held != found.telegram_id:
        raise SkipError(f"{channel} now leads to channel {found.telegram_id}, its posts are those of channel {held}")
    other = await connection.execute(
        select(channels.c.key).where(channels.c.telegram_id == found.telegram_id, channels.c.id != row)
    )
    taken = other.scalar()
    if taken is not None:
        raise SkipError(
            f"{channel} leads to channel {found.telegram_id}, which is stored as {taken}; keep one of the two"
        )
    if held is None:
        await connection.execute(update(channels).where(channels.c.id == row).values(telegram_id=found.telegram_id))
    values = {"access_hash": found.access_hash, "handle": found.handle, "title": found.title, "resolved_at": at}
    statement = insert_or(connection, peers).values(channel_id=row, account=account, **values)
    await connection.execute(statement.on_conflict_do_update(index_elements=["channel_id", "account"], set_=values))


# --- what more is asked for ----------------------------------------------------------------------------------------


async def ask_backfill(connection: AsyncConnection, channel: str, *, since: datetime, at: datetime) -> int:
    """Ask for a channel's posts from ``since`` on; return the request's id."""
    row = await locked_channel(connection, channel)
    added = await connection.execute(
        insert(backfills).values(channel_id=row, since=since, requested_at=at, state=_WAITING).returning(backfills.c.id)
    )
    return int(added.scalar_one())


async def open_backfills(connection: AsyncConnection) -> tuple[Backfill, ...]:
    """Return the requests that wait or are being read, oldest first."""
    rows = await connection.execute(
        _backfills().where(backfills.c.state.in_([_WAITING, _READING])).order_by(backfills.c.id)
    )
    return tuple(_backfill(row) for row in rows)


async def stored_backfill(connection: AsyncConnection, number: int) -> Backfill | None:
    """Return one request."""
    row = (await connection.execute(_backfills().where(backfills.c.id == number))).one_or_none()
    return None if row is None else _backfill(row)


async def begin_backfill(connection: AsyncConnection, asked: Backfill, *, from_id: int, at: datetime) -> None:
    """Record that a request reaches down to ``from_id``: what of that was never read becomes a hole."""
    row = await locked_channel(connection, asked.channel)
    first = (await connection.execute(select(channels.c.verified_from).where(channels.c.id == row))).scalar()
    if first is not None and from_id < first:
        await dig(connection, row, Hole(from_id=from_id, to_id=first - 1, found_at=at))
        await connection.execute(update(channels).where(channels.c.id == row).values(verified_from=from_id))
    await connection.execute(
        update(backfills).where(backfills.c.id == asked.id).values(state=_READING, from_id=from_id)
    )


async def finish_backfills(connection: AsyncConnection, channel: str, *, at: datetime) -> None:
    """Mark the requests of a channel as done under which no hole is left."""
    row = await locked_channel(connection, channel)
    deepest = (await connection.execute(select(func.max(holes.c.to_id)).where(holes.c.channel_id == row))).scalar()
    statement = update(backfills).where(backfills.c.channel_id == row, backfills.c.state == _READING)
    if deepest is not None:
        statement = statement.where(backfills.c.from_id > deepest)
    await connection.execute(statement.values(state=_DONE, done_at=at))


async def fail_backfill(connection: AsyncConnection, asked: Backfill, *, reason: str, at: datetime) -> None:
    """Record why a request cannot be met."""
    await connection.execute(
        update(backfills).where(backfills.c.id == asked.id).values(state=_FAILED, reason=reason, done_at=at)
    )


def _backfills() -> Any:  # noqa: ANN401 - SQLAlchemy's type names every column
    return select(backfills, channels.c.key).join(channels, channels.c.id == backfills.c.channel_id)


def _backfill(row: Row[Any]) -> Backfill:
    return Backfill(
        id=row.id,
        channel=row.key,
        since=row.since,
        requested_at=row.requested_at,
        state=row.state,
        reason=row.reason,
        done_at=row.done_at,
    )
