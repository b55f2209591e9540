"""The store as the pipeline sees it: one method a unit of work, each in one transaction."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, asynccontextmanager
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from monitor.model.claim import Reading, ReadPost
from monitor.model.edition import Coverage, Edition, Window
from monitor.model.finding import Citation, Finding, Incident, IncidentChange, StatusChange
from monitor.model.following import Backfill, Hole, Marks, MediaFile, Peer, Recorded, Stretch
from monitor.model.message import Part
from monitor.model.post import Channel, Observation, PostRef, Sample
from monitor.store import (
    accounts,
    channels,
    deliveries,
    editions,
    findings,
    history,
    holes,
    media,
    migration,
    posts,
    readings,
)
from monitor.store import record as recording
from monitor.store import status as counting
from monitor.store.accounts import AccountStatus
from monitor.store.comparing import ComparisonDesk
from monitor.store.deliveries import Delivery, DeliveryState
from monitor.store.engine import Database
from monitor.store.findings import FindingFilter
from monitor.store.readings import FailedReading, TextToRead
from monitor.store.status import StoreStatus


async def upgrade(url: str) -> None:
    """Create the tables of the database at ``url``, or bring them to this version's schema.

    Raises:
        StoreError: The database cannot be reached or refused.
    """
    database = Database(url)
    try:
        await migration.upgrade(database)
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
            if create and database.file is not None and await migration.is_new(database):
                await migration.upgrade(database)
            await migration.require_head(database)
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

    # --- channels and posts

    async def declare_channels(self, declared: Sequence[Channel]) -> None:
        """Store what the operator says of each channel; where that changes whose voice it is, its texts wait again."""
        async with self._database.write() as connection:
            await channels.declare_channels(connection, declared)

    async def channels(self) -> tuple[Channel, ...]:
        """Return every channel, by key."""
        async with self._database.read() as connection:
            return tuple((await channels.all_channels(connection)).values())

    async def record(self, observations: Sequence[Observation]) -> Recorded:
        """Commit a batch of observations; the same batch again, or in another order, ends in the same rows."""
        async with self._database.write() as connection:
            return await recording.record(connection, observations)

    async def posts(
        self, *, since: datetime | None = None, until: datetime | None = None, channel: str | None = None
    ) -> AsyncGenerator[ReadPost, None]:
        """Yield every post posted in ``[since, until)``, by posting time."""
        async with self._database.read() as connection:
            found = posts.stored_posts(connection, since=since, until=until, channel=channel)
            async with aclosing(found) as stream:
                async for post in stream:
                    yield post

    async def read_posts(
        self, *, since: datetime | None = None, until: datetime | None = None
    ) -> AsyncGenerator[ReadPost, None]:
        """Yield posts posted in ``[since, until)`` that hold a claim in any revision, by posting time."""
        async with self._database.read() as connection:
            found = posts.stored_posts(connection, since=since, until=until, with_claims=True)
            async with aclosing(found) as stream:
                async for post in stream:
                    yield post

    async def read_post(self, ref: PostRef) -> ReadPost | None:
        """Return one post, ``None`` if it is not stored."""
        async with (
            self._database.read() as connection,
            aclosing(posts.stored_posts(connection, ref=ref)) as stream,
        ):
            return await anext(stream, None)

    async def samples(self, ref: PostRef) -> tuple[Sample, ...]:
        """Return how a post did over time: its first counts in each doubling of its age, oldest first."""
        async with self._database.read() as connection:
            return await posts.stored_samples(connection, ref)

    async def newest_instant(self) -> datetime | None:
        """Return the newest instant at which any post was seen or missed, ``None`` in an empty store."""
        async with self._database.read() as connection:
            return await posts.newest_instant(connection)

    # --- marks

    async def note_state(self, channel: str, *, state: str, reason: str | None, at: datetime) -> None:
        """Record how a channel was found: "ok", or why it is not followed."""
        async with self._database.write() as connection:
            await channels.note_state(connection, channel, state=state, reason=reason, at=at)

    async def note_verified(self, channel: str, *, message_id: int, at: datetime) -> None:
        """Move the mark up to which the channel's history was read without a gap; it never moves back."""
        async with self._database.write() as connection:
            await channels.note_verified(connection, channel, message_id=message_id, at=at)

    async def note_hole(self, channel: str, *, from_id: int, to_id: int, at: datetime) -> None:
        """Record that message ids are missing, both ends included; the same again changes nothing."""
        async with self._database.write() as connection:
            await holes.note_hole(connection, channel, from_id=from_id, to_id=to_id, at=at)

    async def note_filled(self, channel: str, *, from_id: int, to_id: int) -> None:
        """Record that the history of these message ids was read; it may be a part of a hole, or of several."""
        async with self._database.write() as connection:
            await holes.note_filled(connection, channel, from_id=from_id, to_id=to_id)

    async def holes(self, channel: str) -> tuple[Hole, ...]:
        """Return what is known to be missing of a channel, by message id."""
        async with self._database.read() as connection:
            return await holes.stored_holes(connection, channel)

    async def marks(self, channel: str) -> Marks:
        """Return how far a channel is known."""
        async with self._database.read() as connection:
            return await history.marks(connection, channel)

    async def record_history(self, channel: str, stretch: Stretch, observations: Sequence[Observation]) -> Recorded:
        """Commit what a stretch of history holds together with the fact that it was read."""
        async with self._database.write() as connection:
            return await history.record_history(connection, channel, stretch, observations)

    async def present_ids(self, channel: str, *, from_id: int, to_id: int) -> tuple[int, ...]:
        """Return which posts of a range of ids are stored and not known to be gone."""
        async with self._database.read() as connection:
            return await history.present_ids(connection, channel, from_id=from_id, to_id=to_id)

    async def peers(self, *, account: int) -> dict[str, Peer]:
        """Return how an account reaches each channel that it ever looked up, by the channel's key."""
        async with self._database.read() as connection:
            return await history.peers_of(connection, account=account)

    async def note_peer(self, channel: str, found: Peer, *, account: int, at: datetime) -> None:
        """Keep how an account reaches a channel.

        Raises:
            SkipError: The key stands for another channel already, or the channel has another key.
        """
        async with self._database.write() as connection:
            await history.note_peer(connection, channel, found, account=account, at=at)

    async def note_file(self, ref: PostRef, file: MediaFile) -> None:
        """Keep what was fetched of a post's media."""
        async with self._database.write() as connection:
            await media.note_file(connection, ref, file)

    async def file(self, ref: PostRef) -> MediaFile | None:
        """Return what was fetched of a post's media, ``None`` if nothing was."""
        async with self._database.read() as connection:
            return await media.stored_file(connection, ref)

    async def fetched_bytes(self, *, since: datetime) -> int:
        """Return how many bytes of media were fetched since an instant."""
        async with self._database.read() as connection:
            return await media.fetched_bytes(connection, since=since)

    async def ask_backfill(self, channel: str, *, since: datetime, at: datetime) -> int:
        """Ask the daemon for a channel's posts from ``since`` on; return the request's id."""
        async with self._database.write() as connection:
            return await history.ask_backfill(connection, channel, since=since, at=at)

    async def open_backfills(self) -> tuple[Backfill, ...]:
        """Return the requests that wait or are being read, oldest first."""
        async with self._database.read() as connection:
            return await history.open_backfills(connection)

    async def backfill(self, number: int) -> Backfill | None:
        """Return one request."""
        async with self._database.read() as connection:
            return await history.stored_backfill(connection, number)

    async def begin_backfill(self, asked: Backfill, *, from_id: int, at: datetime) -> None:
        """Record that a request reaches down to a message id: what of that was never read becomes a hole."""
        async with self._database.write() as connection:
            await history.begin_backfill(connection, asked, from_id=from_id, at=at)

    async def finish_backfills(self, channel: str, *, at: datetime) -> None:
        """Mark the requests of a channel as done under which no hole is left."""
        async with self._database.write() as connection:
            await history.finish_backfills(connection, channel, at=at)

    async def fail_backfill(self, asked: Backfill, *, reason: str, at: datetime) -> None:
        """Record why a request cannot be met."""
        async with self._database.write() as connection:
            await history.fail_backfill(connection, asked, reason=reason, at=at)

    async def status(self) -> StoreStatus:
        """Count what is stored."""
        revision = await migration.revision(self._database)
        async with self._database.read() as connection:
            return await counting.status(connection, database=self._database.name, schema_revision=revision)

    async def last_verified(self, keys: Sequence[str] | None = None) -> datetime | None:
        """Return when the history of any channel, or of any of these, was last read, ``None`` if never."""
        async with self._database.read() as connection:
            return await counting.last_verified(connection, keys)

    async def post_dates(
        self, since: datetime, *, keys: Sequence[str] | None = None
    ) -> dict[str, tuple[datetime, ...]]:
        """Return when each channel posted since an instant, oldest first, by its key."""
        async with self._database.read() as connection:
            return await counting.post_dates(connection, since, keys=keys)

    async def note_account(
        self, name: str, *, user_id: int | None, state: str, reason: str | None, at: datetime
    ) -> None:
        """Record that an account is up, down or lost at ``at``, and that its daemon can write."""
        async with self._database.write() as connection:
            await accounts.note_account(connection, name, user_id=user_id, state=state, reason=reason, at=at)

    async def accounts(self) -> tuple[AccountStatus, ...]:
        """Return every account that a daemon ever used."""
        async with self._database.read() as connection:
            return await accounts.stored_accounts(connection)

    async def unread_since(self, since: datetime, keys: Sequence[str]) -> tuple[str, ...]:
        """Return which of the channels that are well had no reading of their history since an instant."""
        async with self._database.read() as connection:
            return await counting.unread_since(connection, since, keys)

    # --- claims and findings

    async def texts_to_read(self, fingerprint: str, *, limit: int, only_new: bool = False) -> tuple[TextToRead, ...]:
        """Return texts that have no reading by ``fingerprint``, at most ``limit``: those without any reading first.

        With ``only_new`` those that were read by other lexicons are left out.
        """
        async with self._database.read() as connection:
            rows = await readings.waiting_rows(connection, fingerprint, limit=limit, only_new=only_new)
            known = await channels.all_channels(connection, ids={row.channel_id for row in rows})
            return readings.texts_of(rows, known=known)

    async def texts_waiting(self, fingerprint: str) -> int:
        """Return how many texts have no reading by ``fingerprint``."""
        async with self._database.read() as connection:
            return await readings.count_waiting(connection, fingerprint)

    async def save_readings(self, fingerprint: str, read: Sequence[tuple[TextToRead, Reading | FailedReading]]) -> None:
        """Store one reading a text, in place of the one before it."""
        async with self._database.write() as connection:
            await readings.save_readings(connection, fingerprint, read)

    @asynccontextmanager
    async def comparing(self) -> AsyncGenerator[ComparisonDesk, None]:
        """Give what one step of comparing needs, in one transaction; no other process compares meanwhile."""
        async with self._database.write() as connection:
            desk = ComparisonDesk(connection)
            await desk.open()
            yield desk

    @asynccontextmanager
    async def looking(self) -> AsyncGenerator[ComparisonDesk, None]:
        """Give a desk for looking only: all that it reads is of one instant, and nothing can be written."""
        async with self._database.read() as connection:
            yield ComparisonDesk(connection)

    async def forget_comparison(self) -> None:
        """Forget incidents and findings, but not how they changed, so that all is compared again."""
        async with self._database.write() as connection:
            await findings.forget(connection)

    async def findings(self, wanted: FindingFilter = FindingFilter()) -> tuple[Finding, ...]:  # noqa: B008 - frozen
        """Return the findings that pass the filter, by first sight."""
        async with self._database.read() as connection:
            return await findings.stored_findings(connection, wanted)

    async def finding_changes(self, finding: str) -> tuple[StatusChange, ...]:
        """Return every status the finding has taken, oldest first."""
        async with self._database.read() as connection:
            return await findings.stored_changes(connection, finding)

    async def incidents(self, *, since: datetime | None = None, until: datetime | None = None) -> tuple[Incident, ...]:
        """Return the incidents that touch ``[since, until)``, by first day."""
        async with self._database.read() as connection:
            return await findings.stored_incidents(connection, since=since, until=until)

    async def incident(self, name: str) -> Incident | None:
        """Return the incident whose id begins with ``name``, ``None`` if there is none or more than one."""
        async with self._database.read() as connection:
            return await findings.stored_incident(connection, name)

    async def incident_changes(self, incident: str) -> tuple[IncidentChange, ...]:
        """Return how an incident joined others and parted into others, oldest first."""
        async with self._database.read() as connection:
            return await findings.stored_incident_changes(connection, incident)

    # --- editions and deliveries

    async def issue_edition(
        self, edition: Edition, parts: Sequence[str | Part], *, recipients: Sequence[str] = ()
    ) -> int:
        """Store an edition once, with its parts and their pending deliveries; return its id."""
        async with self._database.write() as connection:
            return await editions.issue(connection, edition, parts, recipients=recipients)

    async def issue_next_edition(
        self, edition: Edition, parts: Sequence[str | Part], *, recipients: Sequence[str], told_until: datetime | None
    ) -> int | None:
        """Store an edition if the digest's last one still ends at ``told_until``; ``None`` if another process was first."""
        async with self._database.write() as connection:
            return await editions.issue_next(connection, edition, parts, recipients=recipients, told_until=told_until)

    async def last_window_end(self, digest: str) -> datetime | None:
        """Return where the digest's last edition ended, ``None`` before the first."""
        async with self._database.read() as connection:
            return await editions.last_window_end(connection, digest)

    async def cited_before(self, digest: str, window: Window) -> dict[datetime, tuple[Citation, ...]]:
        """Return what earlier editions of the digest cited, by the instant at which their window ended."""
        async with self._database.read() as connection:
            return await editions.cited_before(connection, digest, window)

    async def coverage(self, window: Window, *, known_at: datetime | None = None) -> Coverage:
        """Return what was heard of every channel in the window, as known at ``known_at``, by default when it ended."""
        async with self._database.read() as connection:
            return await editions.coverage(connection, window, known_at=known_at or window.end)

    async def claim_delivery(self, worker: str, *, at: datetime, patience: timedelta) -> Delivery | None:
        """Claim the next part that may be sent, ``None`` when there is none; a claim older than ``patience`` is void."""
        async with self._database.write() as connection:
            return await deliveries.claim(connection, worker, at=at, patience=patience)

    async def release_deliveries(self, worker: str) -> None:
        """Let go of what an earlier process of the same name had claimed when it died."""
        async with self._database.write() as connection:
            await deliveries.release(connection, worker)

    async def note_sent(self, delivery: int, *, at: datetime, message: str | None = None) -> None:
        """Record that a part was sent, and what the courier calls the message."""
        async with self._database.write() as connection:
            await deliveries.note_sent(connection, delivery, at=at, message=message)

    async def note_retry(self, delivery: int, *, reason: str, not_before: datetime) -> None:
        """Record that a part could not be sent now, and from when on it may be tried again."""
        async with self._database.write() as connection:
            await deliveries.note_retry(connection, delivery, reason=reason, not_before=not_before)

    async def note_failed(self, delivery: int, *, reason: str) -> None:
        """Record that a part can be sent to nobody; the parts behind it go on without it."""
        async with self._database.write() as connection:
            await deliveries.note_failed(connection, delivery, reason=reason)

    async def note_gone(self, recipient: str, *, reason: str, at: datetime) -> None:
        """Record that a recipient can be reached no more; what waits for it has failed."""
        async with self._database.write() as connection:
            await deliveries.note_gone(connection, recipient, reason=reason, at=at)

    async def note_back(self, recipient: str, *, at: datetime) -> None:
        """Record that a recipient can be reached again."""
        async with self._database.write() as connection:
            await deliveries.note_back(connection, recipient, at=at)

    async def undelivered(self, *, at: datetime) -> int:
        """Return how many parts wait to be sent at ``at``."""
        async with self._database.read() as connection:
            return await deliveries.undelivered(connection, at=at)

    async def delivery_states(self, edition: int) -> tuple[DeliveryState, ...]:
        """Return how every sending of an edition stands, by recipient and part."""
        async with self._database.read() as connection:
            return await deliveries.delivery_states(connection, edition)
