"""The stages record, extract, compare and compose: take rows, call a pure function, write the result in one transaction.

Each stage has a unique key in the store, so running it again, or crashing inside it, changes nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Protocol

from monitor.claims import Reader
from monitor.comparison import compare
from monitor.digest import compose, corrections
from monitor.model.claim import ReadPost
from monitor.model.edition import Edition, Window
from monitor.model.post import Observation
from monitor.store import FailedReading, Recorded, Store

RECORD_BATCH = 500  # observations a transaction: near the knee of rows per second on both databases (DEPENDENCIES 9)
READ_BATCH = 1000  # revisions a transaction
HORIZON = timedelta(
    days=7
)  # claims further apart than this never meet in one incident (CODEBOOK 4.2: 72 h, twice over)


class Progress(Protocol):
    """What a stage tells while it works."""

    def __call__(self, done: int) -> None:
        """``done`` more units are finished."""


class Courier(Protocol):
    """What sends one rendered part to one recipient."""

    async def send(self, recipient: str, part: str) -> None:
        """Send, or raise RetryError (later) or SkipError (never)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extracted:
    """What one run of the extract stage did."""

    revisions: int
    claims: int
    failed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What one run of the compare stage holds now and changed."""

    posts: int
    incidents: int
    findings: int
    changed: int


def _silent(done: int) -> None:
    """Tell nobody."""


async def record(store: Store, observations: Iterable[Observation], *, progress: Progress = _silent) -> Recorded:
    """Commit every observation, a batch a transaction, and return what was new."""
    total = Recorded()
    stream = iter(observations)
    while batch := tuple(islice(stream, RECORD_BATCH)):
        total += await store.record(batch)
        progress(len(batch))
    return total


async def extract(store: Store, reader: Reader, *, progress: Progress = _silent) -> Extracted:
    """Read every revision that has no reading by this reader's fingerprint.

    A text that cannot be read is stored as a failed reading with its reason, so that one bad post stays one.
    """
    channels = {channel.key.casefold(): channel for channel in await store.channels()}
    revisions = claims = failed = 0
    while batch := await store.revisions_to_read(reader.fingerprint, limit=READ_BATCH):
        readings = []
        for revision in batch:
            channel = channels.get(revision.ref.channel.casefold())
            try:
                reading = reader.read(revision.text, posted_at=revision.posted_at, channel=channel)
            except Exception as error:  # noqa: BLE001 - one unreadable post must not stop the others; its reason is stored
                readings.append((revision.revision_id, FailedReading(reason=f"{type(error).__name__}: {error}")))
                failed += 1
                continue
            readings.append((revision.revision_id, reading))
            claims += len(reading.claims)
        await store.save_readings(reader.fingerprint, readings)
        revisions += len(batch)
        progress(len(batch))
    return Extracted(revisions=revisions, claims=claims, failed=failed)


async def compare_stored(store: Store) -> Compared:
    """Bring incidents and findings in step with the claims stored.

    Statuses are as of the newest instant stored, never the wall clock, so that the same posts end in the same findings.
    """
    posts = [post async for post in store.read_posts()]
    as_of = max((_last_seen(post) for post in posts), default=datetime.min.replace(tzinfo=UTC))
    result = compare(posts, as_of=as_of)
    saved = await store.save_comparison(result.incidents, result.findings)
    return Compared(
        posts=len(posts), incidents=len(result.incidents), findings=len(result.findings), changed=saved.changed
    )


async def compose_edition(store: Store, digest: str, window: Window, *, min_severity: int = 1) -> Edition:
    """Compose the edition of ``digest`` for ``window`` from what was known when the window ended.

    Later posts, edits and deletions do not reach back into it.
    """
    posts = [
        seen
        async for post in store.read_posts(since=window.start - HORIZON, until=window.end)
        if (seen := as_seen_at(post, window.end)) is not None
    ]
    result = compare(posts, as_of=window.end)
    return compose(
        digest,
        window,
        findings=result.findings,
        incidents=result.incidents,
        evidence=result.evidence,
        coverage=await store.coverage(window),
        corrections=corrections(await store.cited_before(digest, window), posts),
        min_severity=min_severity,
    )


def as_seen_at(post: ReadPost, instant: datetime) -> ReadPost | None:
    """Return ``post`` as it was known just before ``instant``, or ``None`` if it was not known yet."""
    numbers = {revision.number for revision in post.post.revisions if revision.observed_at < instant}
    if not numbers or post.post.date >= instant:
        return None
    deleted_at = post.post.deleted_at
    return replace(
        post,
        post=replace(
            post.post,
            revisions=tuple(revision for revision in post.post.revisions if revision.number in numbers),
            deleted_at=deleted_at if deleted_at is not None and deleted_at < instant else None,
        ),
        revisions=tuple(revision for revision in post.revisions if revision.number in numbers),
    )


def _last_seen(post: ReadPost) -> datetime:
    instants = [post.post.date, *(revision.observed_at for revision in post.post.revisions)]
    if post.post.deleted_at is not None:
        instants.append(post.post.deleted_at)
    return max(instants)
