"""Files that hang on posts and were fetched: what they hash to, and where they are kept."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from monitor.model.following import MediaFile
from monitor.model.post import PostRef
from monitor.store.channels import locked_channel
from monitor.store.engine import insert
from monitor.store.schema import channels, media_files, posts
from monitor.store.stale import mark_stale


async def note_file(connection: AsyncConnection, ref: PostRef, file: MediaFile) -> None:
    """Keep what was fetched for a post, in place of what was fetched before."""
    row = await locked_channel(connection, ref.channel)
    values = {
        "content_hash": file.content_hash,
        "size": file.size,
        "path": file.path,
        "fetched_at": file.fetched_at,
    }
    statement = insert(connection, media_files).values(channel_id=row, message_id=ref.message_id, **values)
    await connection.execute(statement.on_conflict_do_update(index_elements=["channel_id", "message_id"], set_=values))
    await mark_stale(connection, (posts.c.channel_id == row) & (posts.c.message_id == ref.message_id))


async def stored_file(connection: AsyncConnection, ref: PostRef) -> MediaFile | None:
    """Return what was fetched for a post, ``None`` if nothing was."""
    row = (
        await connection.execute(
            select(media_files)
            .join(channels, channels.c.id == media_files.c.channel_id)
            .where(channels.c.folded_key == ref.channel.casefold(), media_files.c.message_id == ref.message_id)
        )
    ).one_or_none()
    if row is None:
        return None
    return MediaFile(content_hash=row.content_hash, size=row.size, path=row.path, fetched_at=row.fetched_at)


async def fetched_bytes(connection: AsyncConnection, *, since: datetime) -> int:
    """Return how many bytes were fetched since an instant."""
    total = select(func.coalesce(func.sum(media_files.c.size), 0)).where(media_files.c.fetched_at >= since)
    return int((await connection.execute(total)).scalar_one())
