"""Deliveries: each part of an edition is sent to a recipient by one process, in order, and goes on where it stopped."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from monitor.model.message import File, FileKind
from monitor.store.engine import insert
from monitor.store.schema import deliveries, edition_parts, editions, recipients

_PENDING, _SENT, _FAILED, _GONE = "pending", "sent", "failed", "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One part of one edition for one recipient, claimed for sending; ``attempts`` counts this one.

    ``key`` is the same whenever this part is sent to this recipient, whatever became of the database in between.
    """

    id: int
    edition_id: int
    key: str
    recipient: str
    part: int
    text: str
    file: File | None
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryState:
    """How the sending of one part stands: pending, sent (as ``message`` at ``sent_at``) or failed for good."""

    edition_id: int
    recipient: str
    part: int
    state: str
    attempts: int
    reason: str | None
    sent_at: datetime | None
    message: str | None


def pending_row(edition: int, *, recipient: str, part: int) -> dict[str, Any]:
    """Return the row of a part that waits to be sent."""
    return {"edition_id": edition, "recipient": recipient, "part": part, "state": _PENDING, "attempts": 0}


async def claim(connection: AsyncConnection, worker: str, *, at: datetime, patience: timedelta) -> Delivery | None:
    """Claim the next part that may be sent at ``at``, ``None`` when there is none.

    A part waits for those before it. One whose claim is older than ``patience`` is taken over: its worker is taken for
    dead, and whether it had sent the part is unknown, so that a courier should let the receiver drop a second copy.
    """
    before = deliveries.alias()
    earlier = select(before.c.id).where(
        before.c.edition_id == deliveries.c.edition_id,
        before.c.recipient == deliveries.c.recipient,
        before.c.part < deliveries.c.part,
        before.c.state == _PENDING,
    )
    gone = select(recipients.c.name).where(recipients.c.name == deliveries.c.recipient, recipients.c.state == _GONE)
    free = (
        select(deliveries.c.id)
        .where(deliveries.c.state == _PENDING)
        .where(or_(deliveries.c.claimed_at.is_(None), deliveries.c.claimed_at < at - patience))
        .where(or_(deliveries.c.not_before.is_(None), deliveries.c.not_before <= at))
        .where(~earlier.exists(), ~gone.exists())
        .order_by(deliveries.c.edition_id, deliveries.c.recipient, deliveries.c.part)
        .limit(1)
        .with_for_update(skip_locked=True, of=deliveries)
    )
    row = (await connection.execute(free)).scalar()
    if row is None:
        return None
    await connection.execute(
        update(deliveries)
        .where(deliveries.c.id == row)
        .values(claimed_by=worker, claimed_at=at, attempts=deliveries.c.attempts + 1)
    )
    part = and_(edition_parts.c.edition_id == deliveries.c.edition_id, edition_parts.c.number == deliveries.c.part)
    claimed = (
        await connection.execute(
            select(deliveries, edition_parts, editions.c.digest, editions.c.window_start)
            .join(edition_parts, part)
            .join(editions, editions.c.id == deliveries.c.edition_id)
            .where(deliveries.c.id == row)
        )
    ).one()
    return Delivery(
        id=claimed.id,
        edition_id=claimed.edition_id,
        key=f"{claimed.digest} {claimed.window_start.isoformat()} {claimed.recipient} {claimed.part}",
        recipient=claimed.recipient,
        part=claimed.part,
        text=claimed.text,
        file=None
        if claimed.file_kind is None
        else File(kind=FileKind(claimed.file_kind), name=claimed.file_name, content=claimed.file_content),
        attempts=claimed.attempts,
    )


async def release(connection: AsyncConnection, worker: str) -> None:
    """Let go of what a worker had claimed when it died, so that nobody waits for it."""
    await connection.execute(
        update(deliveries)
        .where(deliveries.c.claimed_by == worker, deliveries.c.state == _PENDING)
        .values(claimed_by=None, claimed_at=None)
    )


async def note_sent(connection: AsyncConnection, delivery: int, *, at: datetime, message: str | None) -> None:
    """Record that a part was sent; ``message`` is what the courier calls it, so that it can be edited or answered."""
    await _note(connection, delivery, state=_SENT, sent_at=at, message=message, reason=None)


async def note_retry(connection: AsyncConnection, delivery: int, *, reason: str, not_before: datetime) -> None:
    """Record that a part could not be sent now, and from when on it may be tried again."""
    await _note(connection, delivery, state=_PENDING, reason=reason, not_before=not_before)


async def note_failed(connection: AsyncConnection, delivery: int, *, reason: str) -> None:
    """Record that a part can be sent to nobody; the parts behind it go on without it."""
    await _note(connection, delivery, state=_FAILED, reason=reason)


async def note_gone(connection: AsyncConnection, recipient: str, *, reason: str, at: datetime) -> None:
    """Record that a recipient can be reached no more: all that waits for it has failed, nobody else is held up."""
    values = {"name": recipient, "state": _GONE, "reason": reason, "since": at}
    await connection.execute(
        insert(connection, recipients)
        .values(**values)
        .on_conflict_do_update(index_elements=["name"], set_={"state": _GONE, "reason": reason, "since": at})
    )
    await connection.execute(
        update(deliveries)
        .where(deliveries.c.recipient == recipient, deliveries.c.state == _PENDING)
        .values(state=_FAILED, reason=reason, claimed_by=None, claimed_at=None)
    )


async def note_back(connection: AsyncConnection, recipient: str, *, at: datetime) -> None:
    """Record that a recipient can be reached again; what failed meanwhile stays failed."""
    await connection.execute(
        update(recipients).where(recipients.c.name == recipient).values(state="ok", reason=None, since=at)
    )


async def undelivered(connection: AsyncConnection, *, at: datetime) -> int:
    """Return how many parts wait to be sent now; those that may only be tried later do not count."""
    waiting = select(func.count()).select_from(deliveries).where(deliveries.c.state == _PENDING)
    now = or_(deliveries.c.not_before.is_(None), deliveries.c.not_before <= at)
    return int((await connection.execute(waiting.where(now))).scalar_one())


async def delivery_states(connection: AsyncConnection, edition: int) -> tuple[DeliveryState, ...]:
    """Return how every sending of an edition stands, by recipient and part."""
    rows = await connection.execute(
        select(deliveries).where(deliveries.c.edition_id == edition).order_by(deliveries.c.recipient, deliveries.c.part)
    )
    return tuple(
        DeliveryState(
            edition_id=row.edition_id,
            recipient=row.recipient,
            part=row.part,
            state=row.state,
            attempts=row.attempts,
            reason=row.reason,
            sent_at=row.sent_at,
            message=row.message,
        )
        for row in rows
    )


async def _note(connection: AsyncConnection, delivery: int, **values: object) -> None:
    await connection.execute(
        update(deliveries).where(deliveries.c.id == delivery).values(claimed_by=None, claimed_at=None, **values)
    )
