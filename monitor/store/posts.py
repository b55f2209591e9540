"""Channels, posts and their revisions: what was observed, and what still waits to be read."""

import hashlib
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, bindparam, func, insert, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from monitor.model.claim import Claim, ReadPost, ReadRevision
from monitor.model.post import Channel, Entity, Forward, Media, Observation, Post, PostRef, Revision
from monitor.store.codec import from_json, to_json
from monitor.store.runs import Run, observe
from monitor.store.schema import channels, posts, readings, revisions

_PAGE = 500  # posts whose revisions are fetched by one statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What recording changed. ``unknown`` counts deletions of posts that were never seen."""

    new_posts: int = 0
    new_revisions: int = 0
    unchanged: int = 0
    deleted: int = 0
    unknown: int = 0

    def __add__(self, other: "Recorded") -> "Recorded":
        """Add up two batches."""
        return Recorded(
            new_posts=self.new_posts + other.new_posts,
            new_revisions=self.new_revisions + other.new_revisions,
            unchanged=self.unchanged + other.unchanged,
            deleted=self.deleted + other.deleted,
            unknown=self.unknown + other.unknown,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionToRead:
    """A stored text that has no reading by the current lexicons."""

    revision_id: int
    ref: PostRef
    posted_at: datetime
    text: str


@dataclass(slots=True)
class _Held:
    """A post as it is in the database, or is about to be."""

    row: int | None
    values: dict[str, Any]
    runs: tuple[Run, ...]
    texts: dict[str, tuple[str, datetime | None]]
    is_changed: bool = False


# --- channels ------------------------------------------------------------------------------------------------------


async def declare_channels(connection: AsyncConnection, declared: Sequence[Channel]) -> None:
    """Store what the operator says of each channel; a key keeps the spelling it was first met in."""
    held = {row.folded_key: row.id for row in await connection.execute(select(channels.c.id, channels.c.folded_key))}
    for channel in declared:
        values: dict[str, Any] = {
            "name": channel.name,
            "alignment": channel.alignment,
            "family": channel.family,
            "language": channel.language,
            "tags": list(channel.tags),
        }
        if channel.telegram_id is not None:
            values["telegram_id"] = channel.telegram_id
        row = held.get(channel.key.casefold())
        if row is None:
            await connection.execute(
                insert(channels).values(key=channel.key, folded_key=channel.key.casefold(), **values)
            )
        else:
            await connection.execute(update(channels).where(channels.c.id == row).values(**values))


async def all_channels(connection: AsyncConnection) -> dict[int, Channel]:
    """Return every channel by its row id, in the order of their keys."""
    rows = await connection.execute(select(channels).order_by(channels.c.folded_key))
    return {
        row.id: Channel(
            key=row.key,
            name=row.name,
            telegram_id=row.telegram_id,
            alignment=row.alignment,
            family=row.family,
            language=row.language,
            tags=tuple(row.tags),
        )
        for row in rows
    }


async def _channel_ids(connection: AsyncConnection, keys: set[str]) -> dict[str, int]:
    """Return row ids by folded key, adding channels met for the first time."""
    folded = {key.casefold(): key for key in sorted(keys, reverse=True)}
    statement = select(channels.c.folded_key, channels.c.id).where(channels.c.folded_key.in_(folded))
    held = {row.folded_key: row.id for row in await connection.execute(statement)}
    missing = [name for name in folded if name not in held]
    if missing:
        await connection.execute(
            insert(channels), [{"key": folded[name], "folded_key": name, "tags": []} for name in sorted(missing)]
        )
        held = {row.folded_key: row.id for row in await connection.execute(statement)}
    return held


# --- record --------------------------------------------------------------------------------------------------------


def text_hash(text: str) -> str:
    """Return the hash that tells one text from another."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


async def record(connection: AsyncConnection, observations: Sequence[Observation]) -> Recorded:
    """Store a batch of observations in the transaction given; the same batch again changes nothing."""
    ids = await _channel_ids(connection, {one.ref.channel for one in observations})
    keys = {(ids[one.ref.channel.casefold()], one.ref.message_id) for one in observations}
    held = await _held(connection, keys)
    counts = {"new_posts": 0, "new_revisions": 0, "unchanged": 0, "deleted": 0, "unknown": 0}
    highest: defaultdict[int, int] = defaultdict(int)
    for one in observations:
        key = (ids[one.ref.channel.casefold()], one.ref.message_id)
        highest[key[0]] = max(highest[key[0]], key[1])
        if one.is_gone:
            counts[_lose(held.get(key), one.observed_at)] += 1
        elif key not in held:
            held[key] = _first_sight(key, one)
            counts["new_posts"] += 1
        else:
            counts["new_revisions" if _see(held[key], one) else "unchanged"] += 1
    await _write_posts(connection, held)
    await _write_runs(connection, held)
    for channel_id, message_id in sorted(highest.items()):
        await connection.execute(
            update(channels)
            .where(channels.c.id == channel_id)
            .where(or_(channels.c.highest_seen.is_(None), channels.c.highest_seen < message_id))
            .values(highest_seen=message_id)
        )
    return Recorded(**counts)


async def _held(connection: AsyncConnection, keys: set[tuple[int, int]]) -> dict[tuple[int, int], _Held]:
    # FOR UPDATE keeps two recorders of one post apart on PostgreSQL; SQLite holds the write lock anyway.
    found = await connection.execute(
        select(posts)
        .where(tuple_(posts.c.channel_id, posts.c.message_id).in_(sorted(keys)))
        .order_by(posts.c.id)
        .with_for_update()
    )
    held = {}
    by_row = {}
    for row in found:
        values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for the mapping view
        entry = _Held(row=values.pop("id"), values=values, runs=(), texts={})
        held[(row.channel_id, row.message_id)] = by_row[row.id] = entry
    found = await connection.execute(
        select(
            revisions.c.id, revisions.c.post_id, revisions.c.first_seen_at, revisions.c.last_seen_at,
            revisions.c.text_hash, revisions.c.text, revisions.c.edit_date,
        )
        .where(revisions.c.post_id.in_(sorted(by_row)))
        .order_by(revisions.c.first_seen_at, revisions.c.text_hash)
    )  # fmt: skip
    for row in found:
        entry = by_row[row.post_id]
        run = Run(first=row.first_seen_at, last=row.last_seen_at, text_hash=row.text_hash, row=row.id)
        entry.runs = (*entry.runs, run)
        entry.texts[row.text_hash] = (row.text, row.edit_date)
    return held


def _first_sight(key: tuple[int, int], one: Observation) -> _Held:
    held = _Held(
        row=None,
        values={"channel_id": key[0], "message_id": key[1], "gone_first_at": None, "gone_last_at": None},
        runs=(),
        texts={},
    )
    _see(held, one)
    return held


def _see(held: _Held, one: Observation) -> bool:
    """Take in one sighting; tell whether it brought another text."""
    if one.date is None:
        raise ValueError(f"{one.ref}: an observation of a post that is there needs its posting time")
    hashed = text_hash(one.text)
    is_newest = not held.runs or (one.observed_at, hashed) >= (held.runs[-1].last, held.runs[-1].text_hash)
    runs = observe(held.runs, at=one.observed_at, text_hash=hashed)
    is_new_text = len(runs) > len(held.runs)
    held.texts.setdefault(hashed, (one.text, one.edit_date))
    if runs != held.runs:
        held.runs, held.is_changed = runs, True
    if is_newest:
        seen = {
            "date": one.date,
            "forward": None if one.forward is None else to_json(one.forward),
            "reply_to": one.reply_to,
            "grouped_id": one.grouped_id,
            "media": None if one.media is None else to_json(one.media),
            "entities": to_json(one.entities),
            "views": one.views,
            "forwards": one.forwards,
            "last_seen_at": one.observed_at,
        }
        if any(held.values.get(name) != value for name, value in seen.items()):
            held.values.update(seen)
            held.is_changed = True
    gone_first = held.values["gone_first_at"]
    if gone_first is not None and one.observed_at >= gone_first:
        gone_last = held.values["gone_last_at"]
        held.values["gone_first_at"] = gone_last if gone_last > one.observed_at else None
        held.values["gone_last_at"] = gone_last if gone_last > one.observed_at else None
        held.is_changed = True
    return is_new_text


def _lose(held: _Held | None, at: datetime) -> str:
    """Take in that a post was gone at ``at``; return which count it belongs to."""
    if held is None:
        return "unknown"
    first, last = held.values["gone_first_at"], held.values["gone_last_at"]
    if at <= held.runs[-1].last or (first is not None and first <= at <= last):
        return "unchanged"
    held.values["gone_first_at"] = at if first is None else min(first, at)
    held.values["gone_last_at"] = at if last is None else max(last, at)
    held.is_changed = True
    return "deleted" if first is None else "unchanged"


async def _write_posts(connection: AsyncConnection, held: Mapping[tuple[int, int], _Held]) -> None:
    new = [entry for _, entry in sorted(held.items()) if entry.row is None]
    if new:
        statement = insert(posts).returning(posts.c.id, posts.c.channel_id, posts.c.message_id)
        for row in await connection.execute(statement, [entry.values for entry in new]):
            held[(row.channel_id, row.message_id)].row = row.id
    fresh = {id(entry) for entry in new}
    changed = [
        {**entry.values, "row": entry.row} for entry in held.values() if entry.is_changed and id(entry) not in fresh
    ]
    if changed:
        await connection.execute(update(posts).where(posts.c.id == bindparam("row")), changed)


async def _write_runs(connection: AsyncConnection, held: Mapping[tuple[int, int], _Held]) -> None:
    new, moved = [], []
    for _, entry in sorted(held.items()):
        if not entry.is_changed:
            continue
        for run in entry.runs:
            if run.row is None:
                text, edit_date = entry.texts[run.text_hash]
                new.append(
                    {
                        "post_id": entry.row,
                        "first_seen_at": run.first,
                        "last_seen_at": run.last,
                        "text_hash": run.text_hash,
                        "text": text,
                        "edit_date": edit_date,
                    }
                )
            else:
                moved.append({"row": run.row, "first_seen_at": run.first, "last_seen_at": run.last})
    if moved:
        await connection.execute(update(revisions).where(revisions.c.id == bindparam("row")), moved)
    if new:
        await connection.execute(insert(revisions), new)


# --- read back -----------------------------------------------------------------------------------------------------


async def revisions_to_read(connection: AsyncConnection, fingerprint: str, *, limit: int) -> tuple[RevisionToRead, ...]:
    """Return stored texts without a reading by ``fingerprint``, oldest row first."""
    rows = await connection.execute(
        select(revisions.c.id, revisions.c.text, posts.c.message_id, posts.c.date, channels.c.key)
        .join(posts, posts.c.id == revisions.c.post_id)
        .join(channels, channels.c.id == posts.c.channel_id)
        .outerjoin(readings, readings.c.revision_id == revisions.c.id)
        .where(or_(readings.c.revision_id.is_(None), readings.c.fingerprint != fingerprint))
        .order_by(revisions.c.id)
        .limit(limit)
    )
    return tuple(
        RevisionToRead(
            revision_id=row.id,
            ref=PostRef(channel=row.key, message_id=row.message_id),
            posted_at=row.date,
            text=row.text,
        )
        for row in rows
    )


def _filtered(
    *, since: datetime | None, until: datetime | None, channel: str | None, ref: PostRef | None, with_claims: bool
) -> Select[Any]:
    statement = select(posts, channels.c.folded_key).join(channels, channels.c.id == posts.c.channel_id)
    if since is not None:
        statement = statement.where(posts.c.date >= since)
    if until is not None:
        statement = statement.where(posts.c.date < until)
    if channel is not None:
        statement = statement.where(channels.c.folded_key == channel.casefold())
    if ref is not None:
        statement = statement.where(
            and_(channels.c.folded_key == ref.channel.casefold(), posts.c.message_id == ref.message_id)
        )
    if with_claims:
        claimed = (
            select(revisions.c.post_id)
            .join(readings, readings.c.revision_id == revisions.c.id)
            .where(readings.c.claim_count > 0)
        )
        statement = statement.where(posts.c.id.in_(claimed))
    return statement


async def stored_posts(
    connection: AsyncConnection,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    channel: str | None = None,
    ref: PostRef | None = None,
    with_claims: bool = False,
) -> AsyncIterator[ReadPost]:
    """Yield posts with their revisions and readings, by posting time, channel and message id; a page in memory."""
    known = await all_channels(connection)
    base = _filtered(since=since, until=until, channel=channel, ref=ref, with_claims=with_claims)
    order = (posts.c.date, channels.c.folded_key, posts.c.message_id)
    last: tuple[datetime, str, int] | None = None
    while True:
        page = base if last is None else base.where(tuple_(*order) > last)
        rows = (await connection.execute(page.order_by(*order).limit(_PAGE))).all()
        if not rows:
            return
        last = (rows[-1].date, rows[-1].folded_key, rows[-1].message_id)
        texts = await _revisions_of(connection, [row.id for row in rows])
        for row in rows:
            yield _read_post(row, texts[row.id], known[row.channel_id])


async def _revisions_of(connection: AsyncConnection, rows: Sequence[int]) -> dict[int, list[Row[Any]]]:
    found: defaultdict[int, list[Row[Any]]] = defaultdict(list)
    for row in await connection.execute(
        select(
            revisions.c.post_id, revisions.c.first_seen_at, revisions.c.text, revisions.c.edit_date, readings.c.claims
        )
        .outerjoin(readings, readings.c.revision_id == revisions.c.id)
        .where(revisions.c.post_id.in_(rows))
        .order_by(revisions.c.first_seen_at, revisions.c.text_hash)
    ):
        found[row.post_id].append(row)
    return found


def _read_post(row: Row[Any], texts: Sequence[Row[Any]], channel: Channel) -> ReadPost:
    post = Post(
        ref=PostRef(channel=channel.key, message_id=row.message_id),
        date=row.date,
        revisions=tuple(
            Revision(number=number, text=one.text, observed_at=one.first_seen_at, edit_date=one.edit_date)
            for number, one in enumerate(texts)
        ),
        entities=from_json(tuple[Entity, ...], row.entities),
        forward=None if row.forward is None else from_json(Forward, row.forward),
        reply_to=row.reply_to,
        grouped_id=row.grouped_id,
        media=None if row.media is None else from_json(Media, row.media),
        views=row.views,
        forwards=row.forwards,
        deleted_at=row.gone_first_at,
    )
    return ReadPost(
        post=post,
        channel=channel,
        revisions=tuple(
            ReadRevision(
                number=number,
                observed_at=one.first_seen_at,
                claims=() if one.claims is None else from_json(tuple[Claim, ...], one.claims),
            )
            for number, one in enumerate(texts)
        ),
    )


async def newest_instant(connection: AsyncConnection) -> datetime | None:
    """Return the newest instant at which any post was seen, ``None`` in an empty store."""
    newest: datetime | None = (await connection.execute(select(func.max(posts.c.last_seen_at)))).scalar()
    return newest
