"""Readings: which texts wait to be read, and what was read in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from monitor.model.claim import Reading
from monitor.model.post import Channel, PostRef
from monitor.store.codec import to_json
from monitor.store.schema import posts, readings, texts
from monitor.store.stale import put_stale

UNREAD = ""  # the fingerprint of a text that was not read yet, or whose reading no longer counts


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedReading:
    """A text that could not be read, and why; it is tried again when the lexicons change."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TextToRead:
    """A stored text that has no reading by the current lexicons, and what the reading rests on.

    ``version`` tells whether that is still so when the reading comes back.
    """

    row: int
    version: int
    ref: PostRef
    channel: Channel
    posted_at: datetime
    text: str


def unread_row(text: int) -> dict[str, Any]:
    """Return the row of a text that waits to be read."""
    return {"text_id": text, "version": 0, "fingerprint": UNREAD, "claims": [], "claim_count": 0}


async def texts_to_read(
    connection: AsyncConnection, fingerprint: str, *, limit: int, known: dict[int, Channel]
) -> tuple[TextToRead, ...]:
    """Return texts without a reading by ``fingerprint``, at most ``limit``."""
    rows = await connection.execute(
        select(texts.c.id, texts.c.text, readings.c.version, posts.c.message_id, posts.c.date, posts.c.channel_id)
        .join(texts, texts.c.id == readings.c.text_id)
        .join(posts, posts.c.id == texts.c.post_id)
        # Two ranges of the index, not "differs", which no index can find; and no order, which would choose another index.
        .where(or_(readings.c.fingerprint < fingerprint, readings.c.fingerprint > fingerprint))
        .limit(limit)
    )
    return tuple(
        TextToRead(
            row=row.id,
            version=row.version,
            ref=PostRef(channel=known[row.channel_id].key, message_id=row.message_id),
            channel=known[row.channel_id],
            posted_at=row.date,
            text=row.text,
        )
        for row in rows
    )


async def save_readings(
    connection: AsyncConnection, fingerprint: str, read: Sequence[tuple[TextToRead, Reading | FailedReading]]
) -> None:
    """Store one reading a text, in place of the one before it.

    A reading whose channel was declared anew meanwhile is dropped: its text still waits.
    """
    rows = [
        {"row": text.row, "as_of": text.version, "fingerprint": fingerprint, **_values(reading)}
        for text, reading in sorted(read, key=lambda one: one[0].row)
    ]
    if rows:
        await _mark(connection, rows)
        await connection.execute(
            update(readings)
            .where(readings.c.text_id == bindparam("row"))
            .where(readings.c.version == bindparam("as_of")),
            rows,
        )


async def _mark(connection: AsyncConnection, rows: Sequence[dict[str, Any]]) -> None:
    """Let the posts be compared again in whose texts claims stand now or stood before."""
    now = [row["row"] for row in rows if row["claim_count"]]
    affected = await connection.execute(
        select(texts.c.post_id)
        .join(readings, readings.c.text_id == texts.c.id)
        .where(texts.c.id.in_([row["row"] for row in rows]))
        .where(or_(readings.c.claim_count > 0, texts.c.id.in_(now)))
        .distinct()
    )
    await put_stale(connection, [row.post_id for row in affected])


def _values(reading: Reading | FailedReading) -> dict[str, Any]:
    if isinstance(reading, FailedReading):
        return {"language": None, "claims": [], "claim_count": 0, "failure": reading.reason}
    return {
        "language": reading.language,
        "claims": to_json(reading.claims),
        "claim_count": len(reading.claims),
        "failure": None,
    }


async def forget_readings(connection: AsyncConnection, which: Select[tuple[int]]) -> None:
    """Let the texts selected wait to be read again, because what their reading rested on has changed."""
    # Locked in the order in which readings are saved, so that the two never wait for each other.
    rows = select(readings.c.text_id).where(readings.c.text_id.in_(which)).order_by(readings.c.text_id)
    await connection.execute(rows.with_for_update())
    await connection.execute(
        update(readings).where(readings.c.text_id.in_(which)).values(fingerprint=UNREAD, version=readings.c.version + 1)
    )
