"""How each account stands with Telegram, and when the daemon that uses it last wrote here: what a health check reads."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from monitor.store.engine import insert
from monitor.store.schema import accounts


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountStatus:
    """One account as channels.yaml names it.

    ``state`` is "up", "down" (not connected) or "lost" (Telegram lets it in no more), for ``reason``, since ``since``.
    ``beat_at`` is when its daemon last said so.
    """

    name: str
    user_id: int | None
    state: str
    reason: str | None
    since: datetime
    beat_at: datetime


async def note_account(
    connection: AsyncConnection, name: str, *, user_id: int | None, state: str, reason: str | None, at: datetime
) -> None:
    """Record how an account stands at ``at``; ``since`` moves only when its state changes."""
    held = (await connection.execute(select(accounts).where(accounts.c.name == name))).one_or_none()
    values = {
        "user_id": user_id if user_id is not None or held is None else held.user_id,
        "state": state,
        "reason": reason,
        "since": held.since if held is not None and held.state == state else at,
        "beat_at": at,
    }
    if held is None:
        added = insert(connection, accounts).values(name=name, **values)
        await connection.execute(added.on_conflict_do_update(index_elements=["name"], set_=values))
    else:
        await connection.execute(update(accounts).where(accounts.c.name == name).values(**values))


async def stored_accounts(connection: AsyncConnection) -> tuple[AccountStatus, ...]:
    """Return every account that a daemon ever used, by name."""
    rows = await connection.execute(select(accounts).order_by(accounts.c.name))
    return tuple(
        AccountStatus(
            name=row.name,
            user_id=row.user_id,
            state=row.state,
            reason=row.reason,
            since=row.since,
            beat_at=row.beat_at,
        )
        for row in rows
    )
