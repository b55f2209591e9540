"""Channels: what the operator says of them, how they are, and how far their history can be trusted."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from monitor.errors import StoreError
from monitor.model.post import Channel
from monitor.store.engine import insert_new
from monitor.store.readings import forget_readings
from monitor.store.schema import channels, posts, texts

OK = "ok"  # the state of a channel that is followed, or was only ever imported


async def declare_channels(connection: AsyncConnection, declared: Sequence[Channel]) -> None:
    """Store what the operator says of each channel; a key keeps the spelling it was first met in.

    Where that changes whose voice a channel is, its texts wait to be read again.
    """
    ids = await locked_channels(connection, {channel.key for channel in declared})
    held = await all_channels(connection)
    for channel in declared:
        row = ids[channel.key.casefold()]
        values: dict[str, Any] = {
            "name": channel.name,
            "alignment": channel.alignment,
            "family": channel.family,
            "language": channel.language,
            "tags": list(channel.tags),
        }
        if channel.telegram_id is not None:
            values["telegram_id"] = channel.telegram_id
        await connection.execute(update(channels).where(channels.c.id == row).values(**values))
        if _voice(channel) != _voice(held[row]):
            await forget_readings(
                connection,
                select(texts.c.id).join(posts, posts.c.id == texts.c.post_id).where(posts.c.channel_id == row),
            )


def _voice(channel: Channel) -> tuple[object, ...]:
    return (channel.alignment, channel.family, channel.language, channel.tags)


async def all_channels(connection: AsyncConnection, *, ids: Collection[int] | None = None) -> dict[int, Channel]:
    """Return every channel, or those of these row ids, by its row id and in the order of their keys."""
    statement = select(channels).order_by(channels.c.folded_key)
    rows = await connection.execute(statement if ids is None else statement.where(channels.c.id.in_(sorted(ids))))
    return {
        row.id: Channel(
            key=row.key,
            name=row.name,
            telegram_id=row.telegram_id,
            alignment=row.alignment,
            family=row.family,
            language=row.language,
            tags=tuple(row.tags),
        )
        for row in rows
    }


async def locked_channels(connection: AsyncConnection, keys: Collection[str]) -> dict[str, int]:
    """Return row ids by folded key, adding channels met for the first time.

    The rows stay locked until the transaction ends: whoever reads and writes a channel's posts does so alone. They are
    locked in the order of their ids, so that two such transactions never wait for each other.
    """
    folded = {key.casefold(): key for key in sorted(keys, reverse=True)}
    known = select(channels.c.folded_key, channels.c.id).where(channels.c.folded_key.in_(folded))
    held = {row.folded_key for row in await connection.execute(known)}
    missing = sorted(folded.keys() - held)
    await insert_new(connection, channels, [{"key": folded[name], "folded_key": name, "tags": []} for name in missing])
    # key_share: rows that refer to the channel may still be added by others.
    locked = await connection.execute(known.order_by(channels.c.id).with_for_update(key_share=True))
    return {row.folded_key: row.id for row in locked}


async def locked_channel(connection: AsyncConnection, key: str) -> int:
    """Return the row id of a channel that must be known, locked until the transaction ends.

    Raises:
        StoreError: There is no such channel.
    """
    statement = select(channels.c.id).where(channels.c.folded_key == key.casefold())
    row = (await connection.execute(statement.with_for_update(key_share=True))).scalar()
    if row is None:
        raise StoreError(f"channel {key}: not in the database; declare it in channels.yaml or import its posts first")
    return int(row)


async def note_state(
    connection: AsyncConnection, channel: str, *, state: str, reason: str | None, at: datetime
) -> None:
    """Record how a channel was found at ``at``; ``state_since`` moves only when the state changes.

    What was found earlier than the last look changes nothing, so that a late word does not undo a newer one.
    """
    row = await locked_channel(connection, channel)
    held = (await connection.execute(select(channels).where(channels.c.id == row))).one()
    if held.checked_at is not None and held.checked_at > at:
        return
    since = at if held.state != state else held.state_since
    await connection.execute(
        update(channels)
        .where(channels.c.id == row)
        .values(state=state, state_reason=reason, state_since=since, checked_at=at)
    )


async def note_verified(connection: AsyncConnection, channel: str, *, message_id: int, at: datetime) -> None:
    """Move the mark up to which the channel's history was read without a gap; it never moves back."""
    row = await locked_channel(connection, channel)
    await connection.execute(
        update(channels)
        .where(channels.c.id == row)
        .where(or_(channels.c.verified_to.is_(None), channels.c.verified_to <= message_id))
        .values(verified_to=message_id)
    )
    await connection.execute(
        update(channels)
        .where(channels.c.id == row)
        .where(or_(channels.c.verified_at.is_(None), channels.c.verified_at < at))
        .values(verified_at=at)
    )


async def note_seen(connection: AsyncConnection, row: int, *, message_id: int) -> None:
    """Move the highest message id seen in a channel; it never moves back."""
    await connection.execute(
        update(channels)
        .where(channels.c.id == row)
        .where(or_(channels.c.highest_seen.is_(None), channels.c.highest_seen < message_id))
        .values(highest_seen=message_id)
    )
