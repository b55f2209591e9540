"""Which posts must be compared again."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from monitor.store.engine import insert
from monitor.store.schema import posts, readings, reports, stale_posts, texts


async def mark_stale(connection: AsyncConnection, which: ColumnElement[bool]) -> None:
    """Let the posts selected be compared again, those without a claim now and before aside."""
    claimed = (
        select(readings.c.text_id)
        .join(texts, texts.c.id == readings.c.text_id)
        .where(texts.c.post_id == posts.c.id, readings.c.claim_count > 0)
    )
    reported = select(reports.c.id).where(reports.c.post_id == posts.c.id)
    rows = await connection.execute(select(posts.c.id).where(which, or_(claimed.exists(), reported.exists())))
    await put_stale(connection, [row.id for row in rows])


async def put_stale(connection: AsyncConnection, rows: Collection[int]) -> None:
    """Let posts be compared again; one that waits already gets a new ticket.

    The rows are taken in order, so that two such transactions never wait for each other.
    """
    if not rows:
        return
    added = insert(connection, stale_posts)
    again = added.on_conflict_do_update(index_elements=["post_id"], set_={"ticket": stale_posts.c.ticket + 1})
    await connection.execute(again, [{"post_id": row, "ticket": 1} for row in sorted(rows)])
