"""Message ids known to be missing, as disjoint ranges: what is found missing is added, what was read is taken away."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from monitor.model.following import Hole
from monitor.store.channels import locked_channel
from monitor.store.schema import channels, holes


def with_hole(held: Sequence[Hole], new: Hole) -> tuple[Hole, ...]:
    """Return the ranges with ``new`` added; what overlaps or touches becomes one, missing since the earliest.

    >>> from datetime import UTC
    >>> day = datetime(2024, 7, 27, tzinfo=UTC)
    >>> hole = lambda first, last: Hole(from_id=first, to_id=last, found_at=day)
    >>> [(one.from_id, one.to_id) for one in with_hole([hole(1, 3), hole(9, 9)], hole(4, 6))]
    [(1, 6), (9, 9)]
    """
    met = [one for one in held if one.from_id <= new.to_id + 1 and new.from_id <= one.to_id + 1]
    joined = Hole(
        from_id=min(one.from_id for one in (*met, new)),
        to_id=max(one.to_id for one in (*met, new)),
        found_at=min(one.found_at for one in (*met, new)),
    )
    return tuple(sorted([*(one for one in held if one not in met), joined]))


def without_range(held: Sequence[Hole], *, from_id: int, to_id: int) -> tuple[Hole, ...]:
    """Return the ranges without the ids ``from_id`` to ``to_id``; a hole filled in its middle leaves its two ends.

    >>> from datetime import UTC
    >>> day = datetime(2024, 7, 27, tzinfo=UTC)
    >>> left = without_range([Hole(from_id=1, to_id=9, found_at=day)], from_id=4, to_id=6)
    >>> [(one.from_id, one.to_id) for one in left]
    [(1, 3), (7, 9)]
    """
    left = []
    for one in held:
        if one.to_id < from_id or to_id < one.from_id:
            left.append(one)
            continue
        if one.from_id < from_id:
            left.append(Hole(from_id=one.from_id, to_id=from_id - 1, found_at=one.found_at))
        if one.to_id > to_id:
            left.append(Hole(from_id=to_id + 1, to_id=one.to_id, found_at=one.found_at))
    return tuple(left)


async def note_hole(connection: AsyncConnection, channel: str, *, from_id: int, to_id: int, at: datetime) -> None:
    """Record that message ids are missing; the same again changes nothing."""
    await dig(connection, await locked_channel(connection, channel), Hole(from_id=from_id, to_id=to_id, found_at=at))


async def dig(connection: AsyncConnection, row: int, hole: Hole) -> None:
    """Add message ids to the holes of a channel, by its row."""
    held = await _holes_of(connection, row)
    await _replace(connection, row, held, with_hole(held, hole))


async def note_filled(connection: AsyncConnection, channel: str, *, from_id: int, to_id: int) -> None:
    """Record that the history of these message ids was read: what is not stored of it does not exist."""
    await fill(connection, await locked_channel(connection, channel), from_id=from_id, to_id=to_id)


async def fill(connection: AsyncConnection, row: int, *, from_id: int, to_id: int) -> None:
    """Take message ids out of the holes of a channel, by its row."""
    held = await _holes_of(connection, row)
    await _replace(connection, row, held, without_range(held, from_id=from_id, to_id=to_id))


async def stored_holes(connection: AsyncConnection, channel: str) -> tuple[Hole, ...]:
    """Return what is missing of a channel, by message id."""
    rows = await connection.execute(
        select(holes)
        .join(channels, channels.c.id == holes.c.channel_id)
        .where(channels.c.folded_key == channel.casefold())
        .order_by(holes.c.from_id)
    )
    return tuple(Hole(from_id=row.from_id, to_id=row.to_id, found_at=row.found_at) for row in rows)


async def _holes_of(connection: AsyncConnection, channel_id: int) -> tuple[Hole, ...]:
    rows = await connection.execute(select(holes).where(holes.c.channel_id == channel_id).order_by(holes.c.from_id))
    return tuple(Hole(from_id=row.from_id, to_id=row.to_id, found_at=row.found_at) for row in rows)


async def _replace(connection: AsyncConnection, channel_id: int, held: Sequence[Hole], wanted: Sequence[Hole]) -> None:
    old = [one.from_id for one in held if one not in wanted]
    new = [
        {"channel_id": channel_id, "from_id": one.from_id, "to_id": one.to_id, "found_at": one.found_at}
        for one in wanted
        if one not in held
    ]
    if old:
        await connection.execute(delete(holes).where(holes.c.channel_id == channel_id).where(holes.c.from_id.in_(old)))
    if new:
        await connection.execute(insert(holes), new)
