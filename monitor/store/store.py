"""The store as the pipeline sees it: one method a unit of work, each in one transaction."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from types import TracebackType
from typing import Self

from monitor.model.claim import Reading, ReadPost
from monitor.model.edition import Coverage, Edition, Window
from monitor.model.finding import Citation, Finding, Incident, StatusChange
from monitor.model.post import Channel, Observation, PostRef
from monitor.store import editions, findings, posts
from monitor.store import status as marks
from monitor.store.editions import Delivery
from monitor.store.engine import Database
from monitor.store.findings import FailedReading, FindingFilter, Saved
from monitor.store.posts import Recorded, RevisionToRead
from monitor.store.status import StoreStatus


async def upgrade(url: str) -> None:
    """Create the tables of the database at ``url``, or bring them to this version's schema.

    Raises:
        StoreError: The database cannot be reached or refused.
    """
    database = Database(url)
    try:
        await database.upgrade()
    finally:
        await database.close()


class Store:
    """An open database whose schema is at head."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    async def open(cls, url: str, *, create: bool = False) -> Self:
        """Open the database at ``url``; with ``create`` an empty embedded one is given its tables first.

        Raises:
            StoreError: The database cannot be reached.
            SchemaError: Its schema is not at head.
        """
        database = Database(url)
        try:
            if create and database.is_sqlite and await database.is_new():
                await database.upgrade()
            await database.require_head()
        except BaseException:
            await database.close()
            raise
        return cls(database)

    async def close(self) -> None:
        """Close every connection."""
        await self._database.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    # --- posts

    async def declare_channels(self, declared: Sequence[Channel]) -> None:
        """Store what the operator says of each channel."""
        async with self._database.write() as connection:
            await posts.declare_channels(connection, declared)

    async def channels(self) -> tuple[Channel, ...]:
        """Return every channel, by key."""
        async with self._database.read() as connection:
            return tuple((await posts.all_channels(connection)).values())

    async def record(self, observations: Sequence[Observation]) -> Recorded:
        """Commit a batch of observations; the same batch again, or in another order, ends in the same rows."""
        async with self._database.write() as connection:
            return await posts.record(connection, observations)

    async def revisions_to_read(self, fingerprint: str, *, limit: int) -> tuple[RevisionToRead, ...]:
        """Return texts that have no reading by ``fingerprint``."""
        async with self._database.read() as connection:
            return await posts.revisions_to_read(connection, fingerprint, limit=limit)

    async def read_posts(
        self, *, since: datetime | None = None, until: datetime | None = None
    ) -> AsyncIterator[ReadPost]:
        """Yield posts posted in ``[since, until)`` that hold a claim in any revision, by posting time."""
        async with self._database.read() as connection:
            async for post in posts.stored_posts(connection, since=since, until=until, with_claims=True):
                yield post

    async def posts(
        self, *, since: datetime | None = None, until: datetime | None = None, channel: str | None = None
    ) -> AsyncIterator[ReadPost]:
        """Yield every post posted in ``[since, until)``, by posting time."""
        async with self._database.read() as connection:
            async for post in posts.stored_posts(connection, since=since, until=until, channel=channel):
                yield post

    async def read_post(self, ref: PostRef) -> ReadPost | None:
        """Return one post, ``None`` if it is not stored."""
        async with self._database.read() as connection:
            return await anext(posts.stored_posts(connection, ref=ref), None)

    async def newest_instant(self) -> datetime | None:
        """Return the newest instant at which any post was seen."""
        async with self._database.read() as connection:
            return await posts.newest_instant(connection)

    # --- claims and findings

    async def save_readings(self, fingerprint: str, read: Sequence[tuple[int, Reading | FailedReading]]) -> None:
        """Store one reading a revision."""
        async with self._database.write() as connection:
            await findings.save_readings(connection, fingerprint, read)

    async def save_comparison(self, found_incidents: Sequence[Incident], found: Sequence[Finding]) -> Saved:
        """Make the stored incidents and findings exactly these."""
        async with self._database.write() as connection:
            return await findings.save_comparison(connection, found_incidents, found)

    async def findings(self, wanted: FindingFilter = FindingFilter()) -> tuple[Finding, ...]:  # noqa: B008 - frozen
        """Return the findings that pass the filter, by first sight."""
        async with self._database.read() as connection:
            return await findings.stored_findings(connection, wanted)

    async def finding_changes(self, finding: str) -> tuple[StatusChange, ...]:
        """Return every status the finding has taken, oldest first."""
        async with self._database.read() as connection:
            return await findings.stored_changes(connection, finding)

    async def incidents(self, *, since: datetime | None = None, until: datetime | None = None) -> tuple[Incident, ...]:
        """Return the incidents that touch the period."""
        async with self._database.read() as connection:
            return await findings.stored_incidents(connection, since=since, until=until)

    # --- editions

    async def issue_edition(self, edition: Edition, parts: Sequence[str], *, recipients: Sequence[str] = ()) -> int:
        """Store an edition once, with its parts and pending deliveries."""
        async with self._database.write() as connection:
            return await editions.issue(connection, edition, parts, recipients=recipients)

    async def last_window_end(self, digest: str) -> datetime | None:
        """Return where the digest's last edition ended."""
        async with self._database.read() as connection:
            return await editions.last_window_end(connection, digest)

    async def cited_before(self, digest: str, window: Window) -> dict[datetime, tuple[Citation, ...]]:
        """Return what earlier editions of the digest cited."""
        async with self._database.read() as connection:
            return await editions.cited_before(connection, digest, window)

    async def coverage(self, window: Window) -> Coverage:
        """Return what was heard of every channel in the window."""
        async with self._database.read() as connection:
            return await editions.coverage(connection, window)

    async def pending_deliveries(self) -> tuple[Delivery, ...]:
        """Return the parts still to be sent."""
        async with self._database.read() as connection:
            return await editions.pending_deliveries(connection)

    async def note_delivery(
        self, delivery: int, *, state: str, reason: str | None = None, sent_at: datetime | None = None
    ) -> None:
        """Record one attempt at a delivery."""
        async with self._database.write() as connection:
            await editions.note_delivery(connection, delivery, state=state, reason=reason, sent_at=sent_at)

    # --- marks

    async def status(self) -> StoreStatus:
        """Count what is stored."""
        revision = await self._database.revision()
        async with self._database.read() as connection:
            return await marks.status(connection, database=self._database.name, schema_revision=revision)

    async def last_verified(self) -> datetime | None:
        """Return when any channel's history was last read, ``None`` if never."""
        async with self._database.read() as connection:
            return await marks.last_verified(connection)

    async def note_verified(self, channel: str, *, message_id: int, at: datetime) -> None:
        """Move the mark up to which the channel's history was read without a gap."""
        async with self._database.write() as connection:
            await marks.note_verified(connection, channel, message_id=message_id, at=at)

    async def note_hole(self, channel: str, *, from_id: int, to_id: int, at: datetime) -> None:
        """Record that a range of message ids is missing."""
        async with self._database.write() as connection:
            await marks.note_hole(connection, channel, from_id=from_id, to_id=to_id, at=at)

    async def note_filled(self, channel: str, *, from_id: int, to_id: int, at: datetime) -> None:
        """Record that a hole was filled."""
        async with self._database.write() as connection:
            await marks.note_filled(connection, channel, from_id=from_id, to_id=to_id, at=at)
