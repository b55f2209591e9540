"""What it takes to follow channels: which they are, how far each was read, and what is asked for besides."""

from dataclasses import dataclass
from datetime import datetime, timedelta

OK, RENAMED, UNJOINED = "ok", "renamed", "unjoined"
READ_STATES = frozenset({OK, RENAMED, UNJOINED})  # of channels whose posts are read; in any other they wait


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """One channel as the operator wants it followed; ``key`` is the channel part of its posts.

    At least one of ``handle`` (without "@") and ``telegram_id`` (bare) says which channel it is; ``invite`` is the hash of
    an invite link.
    """

    key: str
    handle: str | None = None
    telegram_id: int | None = None
    invite: str | None = None
    join: bool = False
    backfill: timedelta = timedelta(days=7)
    reconcile_every: timedelta = timedelta(minutes=10)
    recheck: timedelta = timedelta(hours=48)
    recheck_posts: int = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """How one account reaches one channel; an access hash is worth nothing to another account."""

    telegram_id: int
    access_hash: int
    handle: str | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaPlan:
    """How much of the media is fetched, in bytes.

    Files up to ``hash_up_to`` are hashed, so that copies are known as such; files up to ``keep_up_to`` are kept in
    ``folder``. Of both together no more than ``per_day`` is fetched in 24 hours.
    """

    hash_up_to: int = 1024 * 1024
    keep_up_to: int = 0
    per_day: int = 512 * 1024 * 1024
    folder: str = "media"


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaFile:
    """A file that hangs on a post: its SHA-256, its size in bytes, and where it is kept if it is."""

    content_hash: str
    size: int
    path: str | None
    fetched_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """How far a channel is known, in message ids.

    History from ``verified_from`` to ``verified_to`` was read without a gap, but for the holes on record; both are ``None``
    before the first reading. ``highest_seen`` may run ahead of it.
    """

    telegram_id: int | None = None
    highest_seen: int | None = None
    verified_from: int | None = None
    verified_to: int | None = None
    state: str = "ok"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Hole:
    """Message ids ``from_id`` to ``to_id``, both included, that are missing since ``found_at`` at the latest."""

    from_id: int
    to_id: int
    found_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A stretch of history that was read at ``at``, both ends included: what is not in it does not exist.

    ``missing_from`` is said at the first reading only: from there up to ``from_id`` history is wanted too, but was not
    read yet.
    """

    from_id: int
    to_id: int
    at: datetime
    missing_from: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Backfill:
    """Somebody's wish for a channel's posts from ``since`` on; ``state`` is waiting, reading, done or failed."""

    id: int
    channel: str
    since: datetime
    requested_at: datetime
    state: str
    reason: str | None = None
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What recording changed. ``unknown`` counts deletions of posts that were not seen so far."""

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
