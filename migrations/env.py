"""Where Alembic's commands meet the store's schema: on a connection given by the program, or on DATABASE_URL."""

import asyncio
import os
from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection

from monitor.store.engine import Database
from monitor.store.schema import Instant, Words, metadata

# Old scripts never import the program: its own column types are written as the plain ones they are made of.
_PLAIN = {Instant: "sa.DateTime(timezone=True)", Words: "sa.Text()"}


def _render(kind: str, item: Any, _context: object) -> str | Literal[False]:  # noqa: ANN401 - Alembic's signature
    return _PLAIN.get(type(item), False) if kind == "type" else False


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        render_item=_render,
    )
    with context.begin_transaction():
        context.run_migrations()


async def _connect() -> None:
    database = Database(os.environ.get("DATABASE_URL", "sqlite:///data/monitor.db"))
    async with database.write() as connection:
        await connection.run_sync(_run)
    await database.close()


given = context.config.attributes.get("connection")
if given is not None:
    _run(given)
else:
    asyncio.run(_connect())
