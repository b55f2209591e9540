"""Editions, their parts and their deliveries: each exists once, whatever restarts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from monitor.model.edition import ChannelCoverage, Coverage, Edition, Window
from monitor.model.finding import Citation
from monitor.store.codec import from_json, to_json
from monitor.store.schema import channels, deliveries, edition_parts, editions, holes, posts

PENDING, SENT, FAILED = "pending", "sent", "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One part of one edition for one recipient, and how its sending went."""

    id: int
    edition_id: int
    recipient: str
    part: int
    text: str
    state: str
    attempts: int
    reason: str | None


async def issue(
    connection: AsyncConnection, edition: Edition, parts: Sequence[str], *, recipients: Sequence[str] = ()
) -> int:
    """Store an edition with its parts and a pending delivery for each recipient and part; return its row.

    An edition of the same digest and window start that exists already is returned unchanged: what was told stays told.
    """
    held = (
        await connection.execute(
            select(editions.c.id)
            .where(editions.c.digest == edition.digest)
            .where(editions.c.window_start == edition.window.start)
        )
    ).scalar()
    if held is not None:
        return int(held)
    row = (
        await connection.execute(
            insert(editions)
            .values(
                digest=edition.digest,
                window_start=edition.window.start,
                window_end=edition.window.end,
                citations=[to_json(citation) for citation in edition.citations],
            )
            .returning(editions.c.id)
        )
    ).scalar_one()
    numbered = list(enumerate(parts, start=1))
    if numbered:
        await connection.execute(
            insert(edition_parts), [{"edition_id": row, "number": number, "text": text} for number, text in numbered]
        )
    pending = [
        {"edition_id": row, "recipient": recipient, "part": number, "state": PENDING, "attempts": 0}
        for recipient in recipients
        for number, _ in numbered
    ]
    if pending:
        await connection.execute(insert(deliveries), pending)
    return int(row)


async def last_window_end(connection: AsyncConnection, digest: str) -> datetime | None:
    """Return where the last edition of the digest ended, ``None`` before the first."""
    statement = select(func.max(editions.c.window_end)).where(editions.c.digest == digest)
    end: datetime | None = (await connection.execute(statement)).scalar()
    return end


async def cited_before(
    connection: AsyncConnection, digest: str, window: Window
) -> dict[datetime, tuple[Citation, ...]]:
    """Return what earlier editions of the digest cited, by the instant at which their window ended."""
    rows = await connection.execute(
        select(editions.c.window_end, editions.c.citations)
        .where(editions.c.digest == digest)
        .where(editions.c.window_end <= window.start)
        .order_by(editions.c.window_end)
    )
    cited: dict[datetime, tuple[Citation, ...]] = {}
    for row in rows:
        cited[row.window_end] = cited.get(row.window_end, ()) + from_json(tuple[Citation, ...], row.citations)
    return cited


async def coverage(connection: AsyncConnection, window: Window) -> Coverage:
    """Return what was heard of every channel in the window."""
    heard = (
        select(posts.c.channel_id, func.count().label("posts"), func.max(posts.c.date).label("last"))
        .where(posts.c.date >= window.start)
        .where(posts.c.date < window.end)
        .group_by(posts.c.channel_id)
        .subquery()
    )
    missing = (
        select(holes.c.channel_id, func.sum(holes.c.to_id - holes.c.from_id + 1).label("ids"))
        .where(holes.c.filled_at.is_(None))
        .group_by(holes.c.channel_id)
        .subquery()
    )
    rows = await connection.execute(
        select(channels.c.key, heard.c.posts, heard.c.last, missing.c.ids)
        .outerjoin(heard, heard.c.channel_id == channels.c.id)
        .outerjoin(missing, missing.c.channel_id == channels.c.id)
        .order_by(channels.c.folded_key)
    )
    return Coverage(
        channels=tuple(
            ChannelCoverage(channel=row.key, posts=row.posts or 0, last_post=row.last, holes=int(row.ids or 0))
            for row in rows
        )
    )


async def pending_deliveries(connection: AsyncConnection) -> tuple[Delivery, ...]:
    """Return the parts still to be sent, by edition, recipient and part."""
    rows = await connection.execute(
        select(deliveries, edition_parts.c.text)
        .join(
            edition_parts,
            (edition_parts.c.edition_id == deliveries.c.edition_id) & (edition_parts.c.number == deliveries.c.part),
        )
        .where(deliveries.c.state == PENDING)
        .order_by(deliveries.c.edition_id, deliveries.c.recipient, deliveries.c.part)
    )
    return tuple(
        Delivery(
            id=row.id,
            edition_id=row.edition_id,
            recipient=row.recipient,
            part=row.part,
            text=row.text,
            state=row.state,
            attempts=row.attempts,
            reason=row.reason,
        )
        for row in rows
    )


async def note_delivery(
    connection: AsyncConnection,
    delivery: int,
    *,
    state: str,
    reason: str | None = None,
    sent_at: datetime | None = None,
) -> None:
    """Record one attempt at a delivery."""
    await connection.execute(
        update(deliveries)
        .where(deliveries.c.id == delivery)
        .values(state=state, reason=reason, sent_at=sent_at, attempts=deliveries.c.attempts + 1)
    )
