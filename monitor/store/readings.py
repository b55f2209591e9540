"""Readings: which texts wait to be read, and what was read in them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, func, or_, select, update
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

    ``version`` tells whether that is still so when the reading comes back; ``is_new`` whether it has no reading at all
    that counts, rather than one by other lexicons.
    """

    row: int
    version: int
    is_new: bool
    ref: PostRef
    channel: Channel
    posted_at: datetime
    text: str


def unread_row(text: int) -> dict[str, Any]:
    """Return the row of a text that waits to be read."""
    return {"text_id": text, "version": 0, "fingerprint": UNREAD, "claims": [], "claim_count": 0}


async def waiting_rows(
    connection: AsyncConnection, fingerprint: str, *, limit: int, only_new: bool
) -> Sequence[Row[Any]]:
    """Return the rows of texts without a reading by ``fingerprint``, those without any first, at most ``limit``."""
    rows: list[Row[Any]] = []
    for query in waiting_texts(fingerprint)[: 1 if only_new else None]:
        rows += await connection.execute(query.limit(limit - len(rows)))
        if len(rows) >= limit:
            break
    return rows


def texts_of(rows: Iterable[Row[Any]], *, known: Mapping[int, Channel]) -> tuple[TextToRead, ...]:
    """Return the texts of such rows, with their channels."""
    return tuple(
        TextToRead(
            row=row.id,
            version=row.version,
            is_new=row.fingerprint == UNREAD,
            ref=PostRef(channel=known[row.channel_id].key, message_id=row.message_id),
            channel=known[row.channel_id],
            posted_at=row.date,
            text=row.text,
        )
        for row in rows
    )


def waiting_texts(fingerprint: str) -> tuple[Select[Any], ...]:
    """Return the queries for what waits to be read by ``fingerprint``: never read first, then read by other lexicons.

    Each is one range of the index. "Differs", or two ranges in one query, makes PostgreSQL look at every row that waits
    for each batch of them; so does another order than the index's own.
    """
    columns = (
        texts.c.id,
        texts.c.text,
        readings.c.version,
        readings.c.fingerprint,
        posts.c.message_id,
        posts.c.date,
        posts.c.channel_id,
    )
    query = (
        select(*columns)
        .join(texts, texts.c.id == readings.c.text_id)
        .join(posts, posts.c.id == texts.c.post_id)
        .order_by(readings.c.fingerprint)
    )
    return tuple(query.where(condition) for condition in _waiting(fingerprint))


async def count_waiting(connection: AsyncConnection, fingerprint: str) -> int:
    """Return how many texts have no reading by ``fingerprint``."""
    count = 0
    for condition in _waiting(fingerprint):
        found = await connection.scalar(select(func.count()).select_from(readings).where(condition))
        count += found or 0
    return count


def _waiting(fingerprint: str) -> tuple[ColumnElement[bool], ...]:
    by = readings.c.fingerprint
    return (by == UNREAD, and_(by > UNREAD, by < fingerprint), by > fingerprint)


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
