"""Every table. Alembic makes them (migrations/); this metadata is what its scripts are checked against."""

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
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant on both databases: SQLite alone would hand back naive ones."""

    impl = DateTime(timezone=True)
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


# SQLite counts up only a column that is spelled INTEGER PRIMARY KEY.
_Key = BigInteger().with_variant(Integer, "sqlite")


def _id() -> Column[int]:
    return Column("id", _Key, primary_key=True, autoincrement=True)


def _to(table: str, name: str) -> Column[Any]:
    return Column(name, _Key, ForeignKey(f"{table}.id", ondelete="CASCADE"), nullable=False)


channels = Table(
    "channels",
    metadata,
    _id(),
    Column("key", String(255), nullable=False),
    Column("folded_key", String(255), nullable=False, unique=True),
    Column("name", Text),
    Column("telegram_id", BigInteger, unique=True),
    Column("alignment", String(64)),
    Column("family", String(255)),
    Column("language", String(16)),
    Column("tags", JSON, nullable=False),
    Column("highest_seen", BigInteger),
    Column("verified_to", BigInteger),
    Column("verified_at", Instant),
)

holes = Table(
    "holes",
    metadata,
    _id(),
    _to("channels", "channel_id"),
    Column("from_id", BigInteger, nullable=False),
    Column("to_id", BigInteger, nullable=False),
    Column("found_at", Instant, nullable=False),
    Column("filled_at", Instant),
    UniqueConstraint("channel_id", "from_id", "to_id"),
    CheckConstraint("from_id <= to_id", name="ordered"),
)

posts = Table(
    "posts",
    metadata,
    _id(),
    _to("channels", "channel_id"),
    Column("message_id", BigInteger, nullable=False),
    Column("date", Instant, nullable=False),
    Column("forward", JSON(none_as_null=True)),
    Column("reply_to", BigInteger),
    Column("grouped_id", BigInteger),
    Column("media", JSON(none_as_null=True)),
    Column("entities", JSON, nullable=False),
    Column("views", BigInteger),
    Column("forwards", BigInteger),
    Column("last_seen_at", Instant, nullable=False),
    Column("gone_first_at", Instant),
    Column("gone_last_at", Instant),
    UniqueConstraint("channel_id", "message_id"),
    Index(None, "date"),
)

# One row a run of equal texts: first and last instants at which that text was seen. Their order is the revisions' order.
revisions = Table(
    "revisions",
    metadata,
    _id(),
    _to("posts", "post_id"),
    Column("first_seen_at", Instant, nullable=False),
    Column("last_seen_at", Instant, nullable=False),
    Column("text_hash", String(64), nullable=False),
    Column("text", Text, nullable=False),
    Column("edit_date", Instant),
    UniqueConstraint("post_id", "first_seen_at", "text_hash"),
)

readings = Table(
    "readings",
    metadata,
    Column("revision_id", _Key, ForeignKey("revisions.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("fingerprint", String(64), nullable=False),
    Column("language", String(16), nullable=False),
    Column("claims", JSON, nullable=False),
    Column("claim_count", Integer, nullable=False),
    Column("failure", Text),
    Index(None, "fingerprint"),
)

incidents = Table(
    "incidents",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("scope", String(16), nullable=False),
    Column("place", Text),
    Column("country", String(8)),
    Column("from_day", Date, nullable=False),
    Column("to_day", Date, nullable=False),
    Column("payload", JSON, nullable=False),
    Index(None, "from_day"),
)

findings = Table(
    "findings",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("relation", String(16), nullable=False),
    Column("severity", Integer),
    Column("status", String(16), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("side", String(128)),
    Column("place", Text),
    Column("first_channel", String(255), nullable=False),
    Column("second_channel", String(255), nullable=False),
    Column("first_seen", Instant, nullable=False),
    Column("payload", JSON, nullable=False),
    Index(None, "first_seen"),
)

finding_changes = Table(
    "finding_changes",
    metadata,
    _id(),
    Column("finding_id", String(64), nullable=False),
    Column("status", String(16), nullable=False),
    Column("at", Instant, nullable=False),
    Column("reason", Text, nullable=False),
    UniqueConstraint("finding_id", "status", "at"),
)

editions = Table(
    "editions",
    metadata,
    _id(),
    Column("digest", String(255), nullable=False),
    Column("window_start", Instant, nullable=False),
    Column("window_end", Instant, nullable=False),
    Column("citations", JSON, nullable=False),
    UniqueConstraint("digest", "window_start"),
    CheckConstraint("window_start < window_end", name="ordered"),
)

edition_parts = Table(
    "edition_parts",
    metadata,
    _id(),
    _to("editions", "edition_id"),
    Column("number", Integer, nullable=False),
    Column("text", Text, nullable=False),
    UniqueConstraint("edition_id", "number"),
)

deliveries = Table(
    "deliveries",
    metadata,
    _id(),
    _to("editions", "edition_id"),
    Column("recipient", String(255), nullable=False),
    Column("part", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("reason", Text),
    Column("sent_at", Instant),
    UniqueConstraint("edition_id", "recipient", "part"),
)
