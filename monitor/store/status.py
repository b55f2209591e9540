"""What the store holds, for people who look after it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from monitor.store.channels import OK
from monitor.store.editions import missing_ids
from monitor.store.readings import UNREAD
from monitor.store.schema import absences, channels, findings, incidents, posts, readings, texts


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelStatus:
    """One channel: what is stored of it, how far it was seen and verified, what is missing, and how it was found.

    ``revisions`` counts the different texts of its posts, ``holes`` message ids known to be missing. ``state`` is "ok" or
    why it is not followed, for ``state_reason``, since ``state_since``; ``checked_at`` is when that was last found. ``lag``
    is how long after it was posted the newest post was first seen.
    """

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
    state: str
    state_reason: str | None
    state_since: datetime | None
    checked_at: datetime | None
    lag: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreStatus:
    """The whole store. ``unread`` texts wait to be read, ``unreadable`` ones could not be."""

    database: str
    schema_revision: str | None
    channels: tuple[ChannelStatus, ...]
    unread: int
    unreadable: int
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
    gone = and_(
        absences.c.channel_id == posts.c.channel_id,
        absences.c.message_id == posts.c.message_id,
        absences.c.last_at > posts.c.last_seen_at,
    )
    counted = (
        select(
            posts.c.channel_id,
            func.count().label("posts"),
            func.count(absences.c.message_id).label("deleted"),
            func.min(posts.c.date).label("first"),
            func.max(posts.c.date).label("last"),
        )
        .outerjoin(absences, gone)
        .group_by(posts.c.channel_id)
        .subquery()
    )
    written = (
        select(posts.c.channel_id, func.count().label("texts"))
        .join(texts, texts.c.post_id == posts.c.id)
        .group_by(posts.c.channel_id)
        .subquery()
    )
    missing = missing_ids()
    lags = await _lags(connection)
    rows = await connection.execute(
        select(channels, counted, written.c.texts, missing.c.ids)
        .outerjoin(counted, counted.c.channel_id == channels.c.id)
        .outerjoin(written, written.c.channel_id == channels.c.id)
        .outerjoin(missing, missing.c.channel_id == channels.c.id)
        .order_by(channels.c.folded_key)
    )
    unread = select(func.count()).select_from(readings).where(readings.c.fingerprint == UNREAD)
    unreadable = select(func.count()).select_from(readings).where(readings.c.failure.is_not(None))
    return StoreStatus(
        database=database,
        schema_revision=schema_revision,
        channels=tuple(
            ChannelStatus(
                key=row.key,
                posts=row.posts or 0,
                revisions=row.texts or 0,
                deleted=row.deleted or 0,
                first_post=row.first,
                last_post=row.last,
                highest_seen=row.highest_seen,
                verified_to=row.verified_to,
                verified_at=row.verified_at,
                holes=int(row.ids or 0),
                state=row.state,
                state_reason=row.state_reason,
                state_since=row.state_since,
                checked_at=row.checked_at,
                lag=lags.get(row.id),
            )
            for row in rows
        ),
        unread=(await connection.execute(unread)).scalar_one(),
        unreadable=(await connection.execute(unreadable)).scalar_one(),
        incidents=(await connection.execute(select(func.count()).select_from(incidents))).scalar_one(),
        findings=(await connection.execute(select(func.count()).select_from(findings))).scalar_one(),
    )


async def _lags(connection: AsyncConnection) -> dict[int, timedelta]:
    newest = select(posts.c.channel_id, func.max(posts.c.message_id).label("message_id")).group_by(posts.c.channel_id)
    last = newest.subquery()
    rows = await connection.execute(
        select(posts.c.channel_id, posts.c.date, func.min(texts.c.first_seen_at).label("seen"))
        .join(last, and_(last.c.channel_id == posts.c.channel_id, last.c.message_id == posts.c.message_id))
        .join(texts, texts.c.post_id == posts.c.id)
        .group_by(posts.c.channel_id, posts.c.date)
    )
    return {row.channel_id: max(row.seen - row.date, timedelta(0)) for row in rows}


async def post_dates(
    connection: AsyncConnection, since: datetime, *, keys: Sequence[str] | None
) -> dict[str, tuple[datetime, ...]]:
    """Return when each channel posted since an instant, by its key; a channel that did not is left out.

    ``keys`` are the channels wanted; ``None`` wants all.
    """
    wanted = (
        select(channels.c.key, posts.c.date)
        .join(posts, posts.c.channel_id == channels.c.id)
        .where(posts.c.date >= since)
        .order_by(posts.c.date)
    )
    if keys is not None:
        wanted = wanted.where(channels.c.key.in_(keys))
    rows = await connection.execute(wanted)
    found: dict[str, list[datetime]] = {}
    for row in rows:
        found.setdefault(row.key, []).append(row.date)
    return {key: tuple(dates) for key, dates in found.items()}


async def last_verified(connection: AsyncConnection, keys: Sequence[str] | None) -> datetime | None:
    """Return when the history of any of the channels was last read, ``None`` if never: what shows that a daemon is at work."""
    rows = await connection.execute(select(channels.c.folded_key, channels.c.verified_at))
    wanted = None if keys is None else {key.casefold() for key in keys}
    found = [row.verified_at for row in rows if wanted is None or row.folded_key in wanted]
    return max((at for at in found if at is not None), default=None)


async def unread_since(connection: AsyncConnection, since: datetime, keys: Sequence[str]) -> tuple[str, ...]:
    """Return which of the channels were not read since then; one that is known to be unreachable is not waited for."""
    rows = await connection.execute(
        select(channels.c.key, channels.c.folded_key)
        .where(or_(channels.c.verified_at.is_(None), channels.c.verified_at < since))
        .where(or_(channels.c.state == OK, channels.c.checked_at.is_(None), channels.c.checked_at < since))
        .order_by(channels.c.folded_key)
    )
    wanted = {key.casefold() for key in keys}
    return tuple(row.key for row in rows if row.folded_key in wanted)
