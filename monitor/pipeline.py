"""The stages record, extract, compare and compose: take rows, call a pure function, write the result in one transaction.

Each stage has a unique key in the store, so running it again, or crashing inside it, changes nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Protocol

from monitor.comparison import compare
from monitor.digest import compose, corrections
from monitor.model.claim import Reading, ReadPost
from monitor.model.edition import Edition, Window
from monitor.model.post import Channel, Observation
from monitor.store import FailedReading, Recorded, Store, TextToRead

RECORD_BATCH = 500  # observations a transaction: near the knee of rows per second on both databases (DEPENDENCIES 9)
READ_BATCH = 200  # texts a transaction: about 0.2 s of reading, in which nothing else of the process gets its turn
HORIZON = timedelta(
    days=7
)  # claims further apart than this never meet in one incident (CODEBOOK 4.2: 72 h, twice over)


class Progress(Protocol):
    """What a stage tells while it works."""

    def __call__(self, done: int) -> None:
        """``done`` more units are finished."""


class Reads(Protocol):
    """What reads claims out of a text; ``fingerprint`` changes whenever it may read a text differently."""

    fingerprint: str

    def read(self, text: str, *, posted_at: datetime | None, channel: Channel | None) -> Reading:
        """Return the claims of ``text``."""


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


async def extract(store: Store, reader: Reads, *, progress: Progress = _silent) -> Extracted:
    """Read every stored text that has no reading by this reader's fingerprint, and keep each batch as it is done.

    A text that cannot be read is stored as a failed reading with its reason, so that one bad post stays one.
    """
    revisions = claims = failed = 0
    while batch := await store.texts_to_read(reader.fingerprint, limit=READ_BATCH):
        readings = [(text, _read(reader, text)) for text in batch]
        await store.save_readings(reader.fingerprint, readings)
        revisions += len(batch)
        claims += sum(len(reading.claims) for _, reading in readings if isinstance(reading, Reading))
        failed += sum(isinstance(reading, FailedReading) for _, reading in readings)
        progress(len(batch))
    return Extracted(revisions=revisions, claims=claims, failed=failed)


def _read(reader: Reads, text: TextToRead) -> Reading | FailedReading:
    try:
        return reader.read(text.text, posted_at=text.posted_at, channel=text.channel)
    except Exception as error:  # noqa: BLE001 - one unreadable post must not stop the others; its reason is stored
        return FailedReading(reason=f"{type(error).__name__}: {error}")


async def compare_stored(store: Store) -> Compared:
    """Bring incidents and findings in step with the claims stored.

    Statuses are as of the newest instant stored, never the wall clock, so that the same posts end in the same findings.
    """
    as_of = await store.newest_instant()
    posts = [post async for post in store.read_posts()]
    result = compare(posts, as_of=as_of or datetime.min.replace(tzinfo=UTC))
    saved = await store.save_comparison(result.incidents, result.findings)
    return Compared(
        posts=len(posts),
        incidents=len(result.incidents),
        findings=len(result.findings),
        changed=saved.added + saved.changed + saved.removed,
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
