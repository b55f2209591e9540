"""Recording: what was observed of posts becomes rows, the same rows in any order and any batches."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from monitor.model.following import Recorded
from monitor.model.post import Observation
from monitor.store.channels import locked_channels, note_seen
from monitor.store.codec import to_json
from monitor.store.readings import forget_readings, unread_row
from monitor.store.schema import absences, posts, readings, samples, storable, texts
from monitor.store.sightings import Sighting, Version, age_class, deleted_at, timeline, widened
from monitor.store.stale import mark_stale


class Key(NamedTuple):
    """Which post: a channel's row and the message id in it."""

    channel_id: int
    message_id: int


@dataclass(slots=True)
class _Absence:
    first: datetime
    last: datetime
    is_new: bool
    is_changed: bool = False


@dataclass(slots=True)
class _Post:
    """A post as it is in the database, or is about to be."""

    row: int | None = None
    values: dict[str, Any] = field(default_factory=dict)
    versions: dict[str, Version] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)  # of the texts that are stored, by hash
    texts: dict[str, str] = field(default_factory=dict)  # that are not stored yet, by hash
    widened: set[str] = field(default_factory=set)  # hashes of stored texts whose sightings moved
    is_new: bool = False  # was in no row before
    is_changed: bool = False
    is_redated: bool = False

    def newest(self) -> tuple[datetime, str] | None:
        """Return the last sighting of all, with the hash of the text it showed; at one instant the greater hash counts."""
        return max(((version.last.at, version.text_hash) for version in self.versions.values()), default=None)

    def show(self, values: dict[str, Any]) -> None:
        """Let the post look as it was seen now."""
        self.is_redated |= self.row is not None and self.values["date"] != values["date"]
        self.values, self.is_changed = values, True


async def record(connection: AsyncConnection, observations: Sequence[Observation]) -> Recorded:
    """Store a batch of observations in the transaction given; the same batch again changes nothing."""
    ids = await locked_channels(connection, {one.ref.channel for one in observations})
    keyed = [(Key(ids[one.ref.channel.casefold()], one.ref.message_id), one) for one in observations]
    keys = {key for key, _ in keyed}
    held = await _held_posts(connection, keys)
    gone = await _held_absences(connection, keys)
    before = {key: _shown(post, gone.get(key)) for key, post in held.items()}
    counts = {"new_posts": 0, "new_revisions": 0, "unchanged": 0, "deleted": 0, "unknown": 0}
    for key, one in keyed:
        if one.is_gone:
            counts[_miss(gone, key, one.observed_at, post=held.get(key))] += 1
        else:
            counts[_see(held, key, one)] += 1
    await _write_posts(connection, held)
    await _write_texts(connection, held)
    await _write_absences(connection, gone)
    await _write_samples(connection, held, ((key, one) for key, one in keyed if not one.is_gone))
    shown = {key: _shown(held[key], gone.get(key)) for key in before}
    other = [row for key, post in held.items() if (row := post.row) and key in before and shown[key] != before[key]]
    if other:
        await mark_stale(connection, posts.c.id.in_(other))
    for channel_id in sorted({key.channel_id for key in keys}):
        highest = max(key.message_id for key in keys if key.channel_id == channel_id)
        await note_seen(connection, channel_id, message_id=highest)
    return Recorded(**counts)


def _shown(post: _Post, absence: _Absence | None) -> tuple[object, ...]:
    """Return what a comparison sees of a post besides its claims."""
    gone_at = None
    if absence is not None:
        last_seen = post.values["last_seen_at"]
        gone_at = deleted_at(last_seen=last_seen, first_gone=absence.first, last_gone=absence.last)
    values = [post.values[name] for name in ("date", "forward", "reply_to", "media", "entities")]
    shown = tuple((version.text_hash, sighting) for version, sighting in timeline(post.versions.values()))
    return (*values, gone_at, shown)


# --- what is held --------------------------------------------------------------------------------------------------


async def _held_posts(connection: AsyncConnection, keys: Collection[Key]) -> dict[Key, _Post]:
    held: dict[Key, _Post] = {}
    by_row: dict[int, _Post] = {}
    for row in await connection.execute(
        select(posts).where(tuple_(posts.c.channel_id, posts.c.message_id).in_(sorted(keys)))
    ):
        values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for the mapping view
        post = _Post(row=values.pop("id"), values=values)
        held[Key(row.channel_id, row.message_id)] = by_row[row.id] = post
    if not by_row:
        return held
    for row in await connection.execute(
        select(
            texts.c.id, texts.c.post_id, texts.c.text_hash,
            texts.c.first_seen_at, texts.c.first_edit_date, texts.c.last_seen_at, texts.c.last_edit_date,
        ).where(texts.c.post_id.in_(sorted(by_row)))
    ):  # fmt: skip
        post = by_row[row.post_id]
        post.rows[row.text_hash] = row.id
        post.versions[row.text_hash] = Version(
            text_hash=row.text_hash,
            first=Sighting(row.first_seen_at, row.first_edit_date),
            last=Sighting(row.last_seen_at, row.last_edit_date),
        )
    return held


async def _held_absences(connection: AsyncConnection, keys: Collection[Key]) -> dict[Key, _Absence]:
    rows = await connection.execute(
        select(absences).where(tuple_(absences.c.channel_id, absences.c.message_id).in_(sorted(keys)))
    )
    return {
        Key(row.channel_id, row.message_id): _Absence(first=row.first_at, last=row.last_at, is_new=False)
        for row in rows
    }


# --- what is taken in ----------------------------------------------------------------------------------------------


def _see(held: dict[Key, _Post], key: Key, one: Observation) -> str:
    """Take in one sighting; return which count it belongs to."""
    if one.date is None:
        raise ValueError(f"{one.ref}: an observation of a post that is there needs its posting time")
    post = held.setdefault(key, _Post())
    newest, shown = post.newest(), len(timeline(post.versions.values()))
    text = storable(one.text)
    text_hash = hashlib.sha256(text.encode()).hexdigest()
    version = widened(post.versions.get(text_hash), Sighting(one.observed_at, one.edit_date), text_hash=text_hash)
    if version != post.versions.get(text_hash):
        post.versions[text_hash] = version
        if text_hash in post.rows:
            post.widened.add(text_hash)
        else:
            post.texts[text_hash] = text
    seen = _columns(key, one)
    if newest is None or newest < (one.observed_at, text_hash):
        post.show(seen)
    elif newest == (one.observed_at, text_hash) and _fullness(seen) > _fullness(post.values):
        # Seen twice at one instant, as imports do: the fuller sighting counts, whichever comes first.
        post.show(seen)
    if newest is None:
        return "new_posts"
    return "new_revisions" if len(timeline(post.versions.values())) > shown else "unchanged"


def _columns(key: Key, one: Observation) -> dict[str, Any]:
    return {
        "channel_id": key.channel_id,
        "message_id": key.message_id,
        "date": one.date,
        "forward": None if one.forward is None else to_json(one.forward),
        "reply_to": one.reply_to,
        "grouped_id": one.grouped_id,
        "media": None if one.media is None else to_json(one.media),
        "entities": to_json(one.entities),
        "views": one.views,
        "forwards": one.forwards,
        "reactions": to_json(one.reactions),
        "last_seen_at": one.observed_at,
    }


def _fullness(values: Mapping[str, Any]) -> tuple[int, str]:
    return (sum(bool(value) for value in values.values()), json.dumps(values, sort_keys=True, default=str))


def _miss(gone: dict[Key, _Absence], key: Key, at: datetime, *, post: _Post | None) -> str:
    """Take in that a post was gone at ``at``; return which count it belongs to."""
    absence = gone.get(key)
    was_deleted = _is_deleted(post, absence)
    if absence is None:
        absence = gone[key] = _Absence(first=at, last=at, is_new=True)
    elif at < absence.first or absence.last < at:
        absence.first, absence.last = min(absence.first, at), max(absence.last, at)
        absence.is_changed = True
    if post is None:
        return "unknown"
    return "deleted" if _is_deleted(post, absence) and not was_deleted else "unchanged"


def _is_deleted(post: _Post | None, absence: _Absence | None) -> bool:
    if post is None or absence is None:
        return False
    last_seen = post.values["last_seen_at"]
    return deleted_at(last_seen=last_seen, first_gone=absence.first, last_gone=absence.last) is not None


# --- what is written -----------------------------------------------------------------------------------------------


async def _write_posts(connection: AsyncConnection, held: Mapping[Key, _Post]) -> None:
    new = [post for _, post in sorted(held.items()) if post.row is None]
    changed = [{**post.values, "row": post.row} for post in held.values() if post.is_changed and post.row is not None]
    redated = [post.row for post in held.values() if post.is_redated]
    if new:
        added = insert(posts).returning(posts.c.id, posts.c.channel_id, posts.c.message_id)
        for row in await connection.execute(added, [post.values for post in new]):
            post = held[Key(row.channel_id, row.message_id)]
            post.row, post.is_new = row.id, True
    if changed:
        await connection.execute(update(posts).where(posts.c.id == bindparam("row")), changed)
    if redated:
        # A day named without a date ("yesterday") is read from the posting time.
        await forget_readings(connection, select(texts.c.id).where(texts.c.post_id.in_(redated)))


async def _write_texts(connection: AsyncConnection, held: Mapping[Key, _Post]) -> None:
    moved = [
        {"row": post.rows[text_hash], **_sightings(post.versions[text_hash])}
        for post in held.values()
        for text_hash in post.widened
    ]
    new = [
        {"post_id": post.row, "text_hash": text_hash, "text": text, **_sightings(post.versions[text_hash])}
        for _, post in sorted(held.items())
        for text_hash, text in sorted(post.texts.items())
    ]
    if moved:
        await connection.execute(update(texts).where(texts.c.id == bindparam("row")), moved)
    if new:
        added = await connection.execute(insert(texts).returning(texts.c.id), new)
        await connection.execute(insert(readings), [unread_row(row.id) for row in added])


def _sightings(version: Version) -> dict[str, datetime | None]:
    return {
        "first_seen_at": version.first.at,
        "first_edit_date": version.first.edit_date,
        "last_seen_at": version.last.at,
        "last_edit_date": version.last.edit_date,
    }


async def _write_absences(connection: AsyncConnection, gone: Mapping[Key, _Absence]) -> None:
    new = [
        {"channel_id": key.channel_id, "message_id": key.message_id, "first_at": one.first, "last_at": one.last}
        for key, one in sorted(gone.items())
        if one.is_new
    ]
    moved = [
        {"channel": key.channel_id, "message": key.message_id, "first_at": one.first, "last_at": one.last}
        for key, one in gone.items()
        if one.is_changed and not one.is_new
    ]
    if new:
        await connection.execute(insert(absences), new)
    if moved:
        await connection.execute(
            update(absences)
            .where(absences.c.channel_id == bindparam("channel"))
            .where(absences.c.message_id == bindparam("message")),
            moved,
        )


async def _write_samples(
    connection: AsyncConnection, held: Mapping[Key, _Post], seen: Iterable[tuple[Key, Observation]]
) -> None:
    """Keep the first sighting with counts in each age class of a post."""
    best: dict[tuple[int, int], dict[str, Any]] = {}
    for key, one in seen:
        if one.date is None or (one.views is None and one.forwards is None and not one.reactions):
            continue
        sample = {
            "post_id": held[key].row,
            "age_class": age_class(posted=one.date, at=one.observed_at),
            "at": one.observed_at,
            "views": one.views,
            "forwards": one.forwards,
            "reactions": to_json(one.reactions),
        }
        place = (sample["post_id"], sample["age_class"])
        best[place] = _earlier(best.get(place), sample)
    if not best:
        return
    stored: dict[tuple[int, int], dict[str, Any]] = {}
    old = {post.row for post in held.values() if not post.is_new}
    if wanted := sorted({post_id for post_id, _ in best} & old):
        rows = await connection.execute(select(samples).where(samples.c.post_id.in_(wanted)))
        stored = {(row.post_id, row.age_class): dict(row._mapping) for row in rows}  # noqa: SLF001 - as above
    new = [sample for place, sample in sorted(best.items()) if place not in stored]
    moved = [
        {**sample, "post": place[0], "age": place[1]}
        for place, sample in best.items()
        if place in stored and _earlier(stored[place], sample) is sample
    ]
    if new:
        await connection.execute(insert(samples), new)
    if moved:
        await connection.execute(
            update(samples)
            .where(samples.c.post_id == bindparam("post"))
            .where(samples.c.age_class == bindparam("age")),
            moved,
        )


def _earlier(held: dict[str, Any] | None, new: dict[str, Any]) -> dict[str, Any]:
    """Return the earlier of two samples; of two at one instant the fuller."""
    if held is None or new["at"] < held["at"]:
        return new
    return new if new["at"] == held["at"] and _fullness(new) > _fullness(held) else held
