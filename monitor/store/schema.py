"""Every table. Alembic makes them (migrations/); this metadata is what its scripts are checked against.

Free text is ``Words`` without a length: a limit would only be one more way for somebody else's post to stop a batch.
What is derived (readings, incidents, findings) can be dropped and made again from what was observed.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.dialects import sqlite

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # PostgreSQL stores no NUL, UTF-8 has no lone surrogate

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def storable(text: str) -> str:
    """Return ``text`` with each code point that a database refuses as U+FFFD, so that spans keep their places."""
    return _UNSTORABLE.sub("\ufffd", text)


class _Written(sqlite.DATETIME):
    """What SQLite keeps of an instant, written by the standard library: thrice as fast as piece by piece."""

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], str | None]:  # noqa: ARG002 - SQLAlchemy's signature
        """Return what writes an instant as the dialect itself would."""
        return lambda value: None if value is None else value.isoformat(" ", "microseconds")


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant on both databases: SQLite alone would hand back naive ones."""

    impl = DateTime(timezone=True).with_variant(_Written(), "sqlite")  # type: ignore[no-untyped-call]  # its constructor has no types
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive instant; store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a naive instant cannot be stored: {value}")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Return an aware instant."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Words(TypeDecorator[str]):
    """Text from anywhere: what no database can hold is replaced on the way in, never refused."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Replace NUL and lone surrogates."""
        return None if value is None else storable(value)


# SQLite counts up only a column that is spelled INTEGER PRIMARY KEY.
_Key = BigInteger().with_variant(Integer, "sqlite")
# What output is ordered by is ordered by code point on both databases, whatever the locale of the PostgreSQL server.
_Sorted = String().with_variant(String(collation="C"), "postgresql")
_MaybeJson = JSON(none_as_null=True)


def _id() -> Column[int]:
    return Column("id", _Key, primary_key=True, autoincrement=True)


def _to(table: str, name: str, *, is_key: bool = False) -> Column[Any]:
    return Column(name, _Key, ForeignKey(f"{table}.id", ondelete="CASCADE"), nullable=False, primary_key=is_key)


# --- what was observed ---------------------------------------------------------------------------------------------

# `highest_seen` is the speed mark, `verified_from` and `verified_to` are the truth marks: the ends of what was read as
# history without a gap (but for the holes), last confirmed at `verified_at`. `state` is "ok" or why the channel is not
# followed, since when, and when that was last tried. `compared_as` are the names that the last comparison knew it by.
channels = Table(
    "channels",
    metadata,
    _id(),
    Column("key", Words, nullable=False),
    Column("folded_key", _Sorted, nullable=False, unique=True),
    Column("name", Words),
    Column("telegram_id", BigInteger, unique=True),
    Column("alignment", Words),
    Column("family", Words),
    Column("language", Words),
    Column("tags", JSON, nullable=False),
    Column("highest_seen", BigInteger),
    Column("verified_from", BigInteger),
    Column("verified_to", BigInteger),
    Column("verified_at", Instant),
    Column("state", String(32), nullable=False, server_default="ok"),
    Column("state_reason", Words),
    Column("state_since", Instant),
    Column("checked_at", Instant),
    Column("compared_as", Words),
)

# Ranges of message ids known to be missing now: disjoint, both ends included. A range that is filled goes.
holes = Table(
    "holes",
    metadata,
    _id(),
    _to("channels", "channel_id"),
    Column("from_id", BigInteger, nullable=False),
    Column("to_id", BigInteger, nullable=False),
    Column("found_at", Instant, nullable=False),
    UniqueConstraint("channel_id", "from_id"),
    CheckConstraint("from_id <= to_id", name="ordered"),
)

# How an account reaches a channel: Telegram gives each account its own access hash.
peers = Table(
    "peers",
    metadata,
    _to("channels", "channel_id", is_key=True),
    Column("account", BigInteger, primary_key=True, autoincrement=False),
    Column("access_hash", BigInteger, nullable=False),
    Column("handle", Words),
    Column("title", Words),
    Column("resolved_at", Instant, nullable=False),
)

# What more of a channel somebody asked for. `from_id` is the message id that `since` came to; down to it the request makes
# holes, and it is done when they are filled.
backfills = Table(
    "backfills",
    metadata,
    _id(),
    _to("channels", "channel_id"),
    Column("since", Instant, nullable=False),
    Column("requested_at", Instant, nullable=False),
    Column("state", String(16), nullable=False),
    Column("from_id", BigInteger),
    Column("reason", Words),
    Column("done_at", Instant),
    Index(None, "state"),
)

# Each account by the name that channels.yaml gives it. `state` is up, down or lost; `beat_at` is when its daemon last wrote.
accounts = Table(
    "accounts",
    metadata,
    Column("name", Words, primary_key=True),
    Column("user_id", BigInteger),
    Column("state", String(16), nullable=False),
    Column("reason", Words),
    Column("since", Instant, nullable=False),
    Column("beat_at", Instant, nullable=False),
)

# What was fetched of the media of a post. It stands apart from the sightings: whoever looks again sees no hash.
media_files = Table(
    "media_files",
    metadata,
    _to("channels", "channel_id", is_key=True),
    Column("message_id", BigInteger, primary_key=True, autoincrement=False),
    Column("content_hash", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("path", Words),
    Column("fetched_at", Instant, nullable=False),
    Index(None, "fetched_at"),
)

# Everything but the text is as the newest sighting, at `last_seen_at`, showed it.
posts = Table(
    "posts",
    metadata,
    _id(),
    _to("channels", "channel_id"),
    Column("message_id", BigInteger, nullable=False),
    Column("date", Instant, nullable=False),
    Column("forward", _MaybeJson),
    Column("reply_to", BigInteger),
    Column("grouped_id", BigInteger),
    Column("media", _MaybeJson),
    Column("entities", JSON, nullable=False),
    Column("views", BigInteger),
    Column("forwards", BigInteger),
    Column("reactions", JSON, nullable=False),
    Column("last_seen_at", Instant, nullable=False),
    UniqueConstraint("channel_id", "message_id"),
    Index(None, "date"),
    Index(None, "last_seen_at"),
)

# One row a text that a post has had, with its first and last sightings; sightings.py makes a post's revisions of them.
texts = Table(
    "texts",
    metadata,
    _id(),
    _to("posts", "post_id"),
    Column("text_hash", String(64), nullable=False),
    Column("text", Words, nullable=False),
    Column("first_seen_at", Instant, nullable=False),
    Column("first_edit_date", Instant),
    Column("last_seen_at", Instant, nullable=False),
    Column("last_edit_date", Instant),
    UniqueConstraint("post_id", "text_hash"),
)

# First and last instants at which a message was seen to be gone. It has no key to posts: a deletion may be heard of
# before the post is, and must count whichever comes first.
absences = Table(
    "absences",
    metadata,
    _to("channels", "channel_id", is_key=True),
    Column("message_id", BigInteger, primary_key=True, autoincrement=False),
    Column("first_at", Instant, nullable=False),
    Column("last_at", Instant, nullable=False),
    Index(None, "last_at"),
)

# How a post did, once in each doubling of its age in hours: enough to draw a curve, a handful of rows a post for ever.
samples = Table(
    "samples",
    metadata,
    _to("posts", "post_id", is_key=True),
    Column("age_class", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("views", BigInteger),
    Column("forwards", BigInteger),
    Column("reactions", JSON, nullable=False),
)

# --- what was read -------------------------------------------------------------------------------------------------

# Every text has its row from the moment it is recorded. `fingerprint` names the lexicons it was read with, "" before
# that; its index finds what waits to be read without looking at what does not. `version` rises when what the reading
# rests on changes (the channel's declaration, the posting time), so that a reading begun before that is not kept.
readings = Table(
    "readings",
    metadata,
    Column("text_id", _Key, ForeignKey("texts.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("language", String(16)),
    Column("claims", JSON, nullable=False),
    Column("claim_count", Integer, nullable=False),
    Column("failure", Words),
    Index(None, "fingerprint"),
)

# Posts whose claims, texts or presence changed since they were last compared. `ticket` rises with every change, so that
# one that comes while the post is being compared is not forgotten.
stale_posts = Table(
    "stale_posts",
    metadata,
    Column("post_id", _Key, ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("ticket", Integer, nullable=False),
)

# What each post says of each occurrence; `id` sorts by time. `occurrence` is the id of the earliest report of the same
# incident, or says what is summed up.
reports = Table(
    "reports",
    metadata,
    Column("id", _Sorted, primary_key=True),
    _to("posts", "post_id"),
    Column("occurrence", _Sorted, nullable=False),
    Column("payload", JSON, nullable=False),
    Index(None, "occurrence"),
    Index(None, "post_id"),
)

# By what reports are found.
report_keys = Table(
    "report_keys",
    metadata,
    Column("key", BigInteger, primary_key=True, autoincrement=False),
    Column("report_id", _Sorted, ForeignKey("reports.id", ondelete="CASCADE"), primary_key=True),
    Index(None, "report_id"),
)

# `occurrence` is what its reports name; `due_at` is when time alone may change a status.
incidents = Table(
    "incidents",
    metadata,
    Column("id", _Sorted, primary_key=True),
    Column("scope", String(16), nullable=False),
    Column("place", Words),
    Column("country", Words),
    Column("from_day", Date, nullable=False),
    Column("to_day", Date, nullable=False),
    Column("payload", JSON, nullable=False),
    Column("occurrence", _Sorted, nullable=False),
    Column("due_at", Instant),
    Index(None, "from_day"),
    Index(None, "due_at"),
)

# Kept when incidents turn out to be one, or one turns out to be several: `change` is "joined" or "parted", `other` the
# incident that it went into, or that came out of it.
incident_changes = Table(
    "incident_changes",
    metadata,
    _id(),
    Column("incident", String(64), nullable=False),
    Column("change", String(16), nullable=False),
    Column("other", String(64), nullable=False),
    Column("at", Instant, nullable=False),
    UniqueConstraint("incident", "change", "other", "at"),
)

# `incident` is no foreign key: both tables are written together, in one transaction.
findings = Table(
    "findings",
    metadata,
    Column("id", _Sorted, primary_key=True),
    Column("incident", String(64), nullable=False),
    Column("relation", String(16), nullable=False),
    Column("severity", Integer),
    Column("status", String(16), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("side", Words),
    Column("place", Words),
    Column("first_channel", Words, nullable=False),
    Column("second_channel", Words, nullable=False),
    Column("first_seen", Instant, nullable=False),
    Column("payload", JSON, nullable=False),
    Index(None, "first_seen"),
    Index(None, "incident"),
)

# Kept after the finding itself is gone.
finding_changes = Table(
    "finding_changes",
    metadata,
    _id(),
    Column("finding_id", String(64), nullable=False),
    Column("status", String(16), nullable=False),
    Column("at", Instant, nullable=False),
    Column("reason", Words, nullable=False),
    UniqueConstraint("finding_id", "status", "at"),
)

# --- what was told -------------------------------------------------------------------------------------------------

editions = Table(
    "editions",
    metadata,
    _id(),
    Column("digest", Words, nullable=False),
    Column("window_start", Instant, nullable=False),
    Column("window_end", Instant, nullable=False),
    Column("citations", JSON, nullable=False),
    UniqueConstraint("digest", "window_start"),
    CheckConstraint("window_start < window_end", name="ordered"),
)

edition_parts = Table(
    "edition_parts",
    metadata,
    _to("editions", "edition_id", is_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("text", Words, nullable=False),
    Column("file_kind", String(16)),
    Column("file_name", Words),
    Column("file_content", LargeBinary),
)

# `state` is "gone" for a recipient that can be reached no more; one without a row is well. A recipient is named as channels.yaml names it ("@desk", "env:OPS_MAIL"): never by an address that is secret.
recipients = Table(
    "recipients",
    metadata,
    Column("name", Words, primary_key=True),
    Column("state", String(16), nullable=False),
    Column("reason", Words),
    Column("since", Instant, nullable=False),
)

# `state` is pending, sent or failed. A part being sent is claimed; a claim that grew old is another's to take.
deliveries = Table(
    "deliveries",
    metadata,
    _id(),
    _to("editions", "edition_id"),
    Column("recipient", Words, nullable=False),
    Column("part", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("reason", Words),
    Column("claimed_by", Words),
    Column("claimed_at", Instant),
    Column("not_before", Instant),
    Column("sent_at", Instant),
    Column("message", Words),
    UniqueConstraint("edition_id", "recipient", "part"),
    Index(None, "state"),
)
