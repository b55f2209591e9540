"""Posts as stored, streamed back with every revision and what was read in it."""

from collections.abc import AsyncGenerator, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from monitor.model.claim import Claim, ReadPost, ReadRevision
from monitor.model.post import Channel, Entity, Forward, Media, Post, PostRef, Reaction, Revision, Sample
from monitor.store.channels import all_channels
from monitor.store.codec import from_json
from monitor.store.schema import absences, channels, media_files, posts, readings, samples, texts
from monitor.store.sightings import Sighting, Version, deleted_at, timeline

_PAGE = 500  # rows in memory while streaming


async def stored_posts(
    connection: AsyncConnection,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    channel: str | None = None,
    ref: PostRef | None = None,
    rows: Collection[int] | None = None,
    with_claims: bool = False,
) -> AsyncGenerator[ReadPost, None]:
    """Yield posts with their revisions and readings, by posting time, channel and message id; a page in memory.

    ``rows`` are the row ids of the posts wanted.
    """
    known = await all_channels(connection)
    statement = _select(since=since, until=until, channel=channel, ref=ref, with_claims=with_claims)
    if rows is not None:
        statement = statement.where(posts.c.id.in_(rows))
    result = await connection.stream(statement.execution_options(yield_per=_PAGE))
    try:
        held: list[Row[Any]] = []
        async for page in result.partitions():
            for row in page:
                if held and row.id != held[0].id:
                    yield _read_post(held, known[held[0].channel_id])
                    held = []
                held.append(row)
        if held:
            yield _read_post(held, known[held[0].channel_id])
    finally:
        await result.close()


def _select(
    *, since: datetime | None, until: datetime | None, channel: str | None, ref: PostRef | None, with_claims: bool
) -> Select[Any]:
    """Select a row a text, with its post's columns; the texts of one post stand together."""
    statement = (
        select(
            posts,
            absences.c.first_at,
            absences.c.last_at,
            texts.c.text,
            texts.c.text_hash,
            texts.c.first_seen_at,
            texts.c.first_edit_date,
            texts.c.last_seen_at.label("text_last_seen_at"),
            texts.c.last_edit_date,
            readings.c.claims,
            media_files.c.content_hash,
            media_files.c.size.label("file_size"),
        )
        .join(channels, channels.c.id == posts.c.channel_id)
        .join(texts, texts.c.post_id == posts.c.id)
        .outerjoin(
            absences,
            (absences.c.channel_id == posts.c.channel_id) & (absences.c.message_id == posts.c.message_id),
        )
        .outerjoin(readings, readings.c.text_id == texts.c.id)
        .outerjoin(
            media_files,
            (media_files.c.channel_id == posts.c.channel_id) & (media_files.c.message_id == posts.c.message_id),
        )
        .order_by(posts.c.date, channels.c.folded_key, posts.c.message_id)
    )
    if since is not None:
        statement = statement.where(posts.c.date >= since)
    if until is not None:
        statement = statement.where(posts.c.date < until)
    if channel is not None:
        statement = statement.where(channels.c.folded_key == channel.casefold())
    if ref is not None:
        statement = statement.where(channels.c.folded_key == ref.channel.casefold())
        statement = statement.where(posts.c.message_id == ref.message_id)
    if with_claims:
        one, read = texts.alias(), readings.alias()
        claimed = select(read.c.text_id).join(one, one.c.id == read.c.text_id)
        statement = statement.where(claimed.where(one.c.post_id == posts.c.id, read.c.claim_count > 0).exists())
    return statement


def _read_post(rows: Sequence[Row[Any]], channel: Channel) -> ReadPost:
    """Make one post of the rows of its texts."""
    row = rows[0]
    by_hash = {one.text_hash: one for one in rows}
    shown = timeline(
        Version(
            text_hash=one.text_hash,
            first=Sighting(one.first_seen_at, one.first_edit_date),
            last=Sighting(one.text_last_seen_at, one.last_edit_date),
        )
        for one in rows
    )
    claims = {one.text_hash: () if one.claims is None else from_json(tuple[Claim, ...], one.claims) for one in rows}
    post = Post(
        ref=PostRef(channel=channel.key, message_id=row.message_id),
        date=row.date,
        revisions=tuple(
            Revision(
                number=number,
                text=by_hash[version.text_hash].text,
                observed_at=sighting.at,
                edit_date=sighting.edit_date,
            )
            for number, (version, sighting) in enumerate(shown)
        ),
        entities=from_json(tuple[Entity, ...], row.entities),
        forward=None if row.forward is None else from_json(Forward, row.forward),
        reply_to=row.reply_to,
        grouped_id=row.grouped_id,
        media=_media(row),
        views=row.views,
        forwards=row.forwards,
        reactions=from_json(tuple[Reaction, ...], row.reactions),
        deleted_at=deleted_at(last_seen=row.last_seen_at, first_gone=row.first_at, last_gone=row.last_at),
    )
    return ReadPost(
        post=post,
        channel=channel,
        revisions=tuple(
            ReadRevision(number=number, observed_at=sighting.at, claims=claims[version.text_hash])
            for number, (version, sighting) in enumerate(shown)
        ),
    )


def _media(row: Row[Any]) -> Media | None:
    """Return what hangs on a post, with the hash of the file that was fetched unless the file is another by now."""
    media = None if row.media is None else from_json(Media, row.media)
    if media is None or media.content_hash is not None or media.size not in {None, row.file_size}:
        return media
    return replace(media, content_hash=row.content_hash)


async def stored_samples(connection: AsyncConnection, ref: PostRef) -> tuple[Sample, ...]:
    """Return how a post did over time, oldest first."""
    rows = await connection.execute(
        select(samples)
        .join(posts, posts.c.id == samples.c.post_id)
        .join(channels, channels.c.id == posts.c.channel_id)
        .where(channels.c.folded_key == ref.channel.casefold())
        .where(posts.c.message_id == ref.message_id)
        .order_by(samples.c.at, samples.c.age_class)
    )
    return tuple(
        Sample(
            at=row.at,
            views=row.views,
            forwards=row.forwards,
            reactions=from_json(tuple[Reaction, ...], row.reactions),
        )
        for row in rows
    )


async def newest_instant(connection: AsyncConnection) -> datetime | None:
    """Return the newest instant at which any post was seen or missed, ``None`` in an empty store."""
    seen = (await connection.execute(select(func.max(posts.c.last_seen_at)))).scalar()
    missed = (await connection.execute(select(func.max(absences.c.last_at)))).scalar()
    return max((instant for instant in (seen, missed) if instant is not None), default=None)
