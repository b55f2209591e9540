"""Editions, and what they rest on: each exists once, whatever restarts."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Subquery, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from monitor.model.edition import ChannelCoverage, Coverage, Edition, Window
from monitor.model.finding import Citation
from monitor.model.message import Part
from monitor.store.codec import from_json, to_json
from monitor.store.deliveries import pending_row
from monitor.store.engine import insert as insert_on_conflict
from monitor.store.engine import one_at_a_time
from monitor.store.schema import channels, deliveries, edition_parts, editions, holes, posts, texts

_ISSUE_LOCK = 7_405_202  # any number that nothing else here locks


async def issue(
    connection: AsyncConnection, edition: Edition, parts: Sequence[str | Part], *, recipients: Sequence[str] = ()
) -> int:
    """Store an edition with its parts and a pending delivery for each recipient and part; return its row.

    A bare string is a part without a file.

    An edition of the same digest and window start that exists already is returned unchanged: what was told stays told.
    """
    added = (
        await connection.execute(
            insert_on_conflict(connection, editions)
            .values(
                digest=edition.digest,
                window_start=edition.window.start,
                window_end=edition.window.end,
                citations=[to_json(citation) for citation in edition.citations],
            )
            .on_conflict_do_nothing()
            .returning(editions.c.id)
        )
    ).scalar()
    if added is None:
        held = (
            select(editions.c.id)
            .where(editions.c.digest == edition.digest)
            .where(editions.c.window_start == edition.window.start)
        )
        return int((await connection.execute(held)).scalar_one())
    numbers = range(1, len(parts) + 1)
    if parts:
        await connection.execute(
            insert(edition_parts),
            [{"edition_id": added, "number": number, **_part(parts[number - 1])} for number in numbers],
        )
    pending = [
        pending_row(added, recipient=recipient, part=number)
        for recipient in dict.fromkeys(recipients)
        for number in numbers
    ]
    if pending:
        await connection.execute(insert(deliveries), pending)
    return int(added)


async def issue_next(
    connection: AsyncConnection,
    edition: Edition,
    parts: Sequence[str | Part],
    *,
    recipients: Sequence[str],
    told_until: datetime | None,
) -> int | None:
    """Store an edition as ``issue`` does, if the digest's last one still ends at ``told_until``; else store nothing."""
    await one_at_a_time(connection, _ISSUE_LOCK)
    if await last_window_end(connection, edition.digest) != told_until:
        return None
    return await issue(connection, edition, parts, recipients=recipients)


def _part(part: str | Part) -> dict[str, object]:
    if isinstance(part, str):
        part = Part(html=part)
    file = part.file
    if file is None:
        return {"text": part.html, "file_kind": None, "file_name": None, "file_content": None}
    return {"text": part.html, "file_kind": file.kind.value, "file_name": file.name, "file_content": file.content}


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
        .order_by(editions.c.window_end, editions.c.window_start)
    )
    cited: dict[datetime, tuple[Citation, ...]] = {}
    for row in rows:
        cited[row.window_end] = cited.get(row.window_end, ()) + from_json(tuple[Citation, ...], row.citations)
    return cited


async def coverage(connection: AsyncConnection, window: Window, *, known_at: datetime) -> Coverage:
    """Return what was heard of every channel in the window, as far as it was known at ``known_at``."""
    known = select(texts.c.id).where(texts.c.post_id == posts.c.id, texts.c.first_seen_at < known_at).exists()
    heard = (
        select(posts.c.channel_id, func.count().label("posts"), func.max(posts.c.date).label("last"))
        .where(posts.c.date >= window.start, posts.c.date < window.end, known)
        .group_by(posts.c.channel_id)
        .subquery()
    )
    missing = missing_ids()
    rows = await connection.execute(
        select(channels.c.key, channels.c.state, channels.c.alignment, heard.c.posts, heard.c.last, missing.c.ids)
        .outerjoin(heard, heard.c.channel_id == channels.c.id)
        .outerjoin(missing, missing.c.channel_id == channels.c.id)
        .order_by(channels.c.folded_key)
    )
    return Coverage(
        channels=tuple(
            ChannelCoverage(
                channel=row.key,
                posts=row.posts or 0,
                last_post=row.last,
                holes=int(row.ids or 0),
                state=row.state,
                alignment=row.alignment,
            )
            for row in rows
        )
    )


def missing_ids() -> Subquery:
    """Select how many message ids of each channel are known to be missing."""
    return (
        select(holes.c.channel_id, func.sum(holes.c.to_id - holes.c.from_id + 1).label("ids"))
        .group_by(holes.c.channel_id)
        .subquery()
    )
