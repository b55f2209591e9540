"""What the store holds, for people who look after it; and the marks that say how far it can be trusted."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import distinct, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from monitor.store.schema import channels, findings, holes, incidents, posts, readings, revisions


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelStatus:
    """One channel: what is stored, how far it was seen and verified, and how many message ids are known to be missing."""

    key: str
    posts: int
    revisions: int
    deleted: int
    first_post: datetime | None
    last_post: datetime | None
    highest_seen: int | None
    verified_to: int | None
    verified_at: datetime | None
    holes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreStatus:
    """The whole store."""

    database: str
    schema_revision: str | None
    channels: tuple[ChannelStatus, ...]
    unread: int
    incidents: int
    findings: int

    @property
    def posts(self) -> int:
        """Posts of all channels."""
        return sum(channel.posts for channel in self.channels)

    @property
    def revisions(self) -> int:
        """Texts of all posts."""
        return sum(channel.revisions for channel in self.channels)


async def status(connection: AsyncConnection, *, database: str, schema_revision: str | None) -> StoreStatus:
    """Count what is stored."""
    counted = (
        select(
            posts.c.channel_id,
            func.count(distinct(posts.c.id)).label("posts"),
            func.count(revisions.c.id).label("revisions"),
            func.count(distinct(posts.c.id)).filter(posts.c.gone_first_at.is_not(None)).label("deleted"),
            func.min(posts.c.date).label("first"),
            func.max(posts.c.date).label("last"),
        )
        .join(revisions, revisions.c.post_id == posts.c.id)
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
        select(channels, counted, missing.c.ids)
        .outerjoin(counted, counted.c.channel_id == channels.c.id)
        .outerjoin(missing, missing.c.channel_id == channels.c.id)
        .order_by(channels.c.folded_key)
    )
    unread = (
        select(func.count())
        .select_from(revisions.outerjoin(readings, readings.c.revision_id == revisions.c.id))
        .where(readings.c.revision_id.is_(None))
    )
    return StoreStatus(
        database=database,
        schema_revision=schema_revision,
        channels=tuple(
            ChannelStatus(
                key=row.key,
                posts=row.posts or 0,
                revisions=row.revisions or 0,
                deleted=row.deleted or 0,
                first_post=row.first,
                last_post=row.last,
                highest_seen=row.highest_seen,
                verified_to=row.verified_to,
                verified_at=row.verified_at,
                holes=int(row.ids or 0),
            )
            for row in rows
        ),
        unread=(await connection.execute(unread)).scalar_one(),
        incidents=(await connection.execute(select(func.count()).select_from(incidents))).scalar_one(),
        findings=(await connection.execute(select(func.count()).select_from(findings))).scalar_one(),
    )


async def last_verified(connection: AsyncConnection) -> datetime | None:
    """Return when any channel's history was last read, ``None`` if never: what shows that a daemon is at work."""
    newest: datetime | None = (await connection.execute(select(func.max(channels.c.verified_at)))).scalar()
    return newest


async def note_verified(connection: AsyncConnection, channel: str, *, message_id: int, at: datetime) -> None:
    """Move the mark up to which the channel's history was read without a gap; it never moves back."""
    await connection.execute(
        update(channels)
        .where(channels.c.folded_key == channel.casefold())
        .where(or_(channels.c.verified_to.is_(None), channels.c.verified_to <= message_id))
        .values(verified_to=message_id, verified_at=at)
    )


async def note_hole(connection: AsyncConnection, channel: str, *, from_id: int, to_id: int, at: datetime) -> None:
    """Record that message ids ``from_id`` to ``to_id`` are missing; the same hole again changes nothing."""
    row = (
        await connection.execute(select(channels.c.id).where(channels.c.folded_key == channel.casefold()))
    ).scalar_one()
    held = await connection.execute(
        select(holes.c.id).where(holes.c.channel_id == row, holes.c.from_id == from_id, holes.c.to_id == to_id)
    )
    if held.first() is None:
        await connection.execute(insert(holes).values(channel_id=row, from_id=from_id, to_id=to_id, found_at=at))


async def note_filled(connection: AsyncConnection, channel: str, *, from_id: int, to_id: int, at: datetime) -> None:
    """Record that a hole was filled."""
    known = select(channels.c.id).where(channels.c.folded_key == channel.casefold()).scalar_subquery()
    await connection.execute(
        update(holes)
        .where(holes.c.channel_id == known, holes.c.from_id == from_id, holes.c.to_id == to_id)
        .where(holes.c.filled_at.is_(None))
        .values(filled_at=at)
    )
