"""The stages record, extract, compare, compose and deliver: take rows, call a function, write the result in one transaction.

Each stage has a unique key in the store, so running it again, or crashing inside it, changes nothing.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from html import escape
from itertools import islice
from typing import Protocol

from monitor.comparison import Comparison, compare
from monitor.digest import compose, corrections
from monitor.errors import LostAccountError, RetryError, SkipError, UnsendableError
from monitor.model.claim import Reading, ReadPost
from monitor.model.edition import Coverage, Edition, Window
from monitor.model.message import Message
from monitor.model.post import Channel, Observation
from monitor.model.rhythm import LOOKED_BACK, SHORTEST, silent_for
from monitor.store import Delivery, FailedReading, Recorded, Store, TextToRead

RECORD_BATCH = 500  # observations a transaction: near the knee of rows per second on both databases (DEPENDENCIES 9)
READ_BATCH = 200  # texts a transaction: about 0.2 s of reading, in which nothing else of the process gets its turn
PATIENCE = timedelta(minutes=10)  # longer than any courier takes for a part: whoever claimed it longer ago is dead
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
    """What one run of the extract stage did; ``reread`` of the revisions had a reading by other lexicons before."""

    revisions: int
    claims: int
    failed: int
    reread: int = 0


class Courier(Protocol):
    """What carries messages to one kind of address."""

    async def send(self, recipient: str, message: Message) -> str | None:
        """Send ``message`` and return what the courier calls it.

        Raises:
            RetryError: It can be tried again after ``after``.
            SkipError: The recipient cannot be reached any more.
            UnsendableError: The message can be sent to nobody.
        """


class Couriers(Protocol):
    """Finds who carries to a recipient."""

    def courier_of(self, recipient: str) -> tuple[Courier, str]:
        """Return the courier and the address behind the recipient's name.

        Raises:
            SkipError: Nobody can carry there.
            RetryError: The courier that does is not there now.
        """


class Outcome(StrEnum):
    """What became of one part."""

    SENT = "sent"
    RETRY = "retry"
    GONE = "gone"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What became of one part of an edition, and why where it was not sent."""

    delivery: Delivery
    outcome: Outcome
    reason: str | None = None


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


async def extract(
    store: Store, reader: Reads, *, progress: Progress = _silent, only_new: bool = False, most: int | None = None
) -> Extracted:
    """Read the stored texts that have no reading by this reader's fingerprint, and keep each batch as it is done.

    A text that cannot be read is stored as a failed reading with its reason, so that one bad post stays one. Each batch
    takes the texts that were never read first, so that a new post waits for no more than the batch in hand.

    Args:
        store: Where the texts are.
        reader: What reads them.
        progress: Is told of each batch.
        only_new: Leave texts that other lexicons have read as they are.
        most: Return once this many texts were read, whatever still waits.
    """
    revisions = claims = failed = reread = 0
    while most is None or revisions < most:
        batch = await store.texts_to_read(reader.fingerprint, limit=READ_BATCH, only_new=only_new)
        if not batch:
            break
        readings = [(text, _read(reader, text)) for text in batch]
        await store.save_readings(reader.fingerprint, readings)
        revisions += len(batch)
        claims += sum(len(reading.claims) for _, reading in readings if isinstance(reading, Reading))
        failed += sum(isinstance(reading, FailedReading) for _, reading in readings)
        reread += sum(not text.is_new for text in batch)
        progress(len(batch))
    return Extracted(revisions=revisions, claims=claims, failed=failed, reread=reread)


def _read(reader: Reads, text: TextToRead) -> Reading | FailedReading:
    try:
        return reader.read(text.text, posted_at=text.posted_at, channel=text.channel)
    except Exception as error:  # noqa: BLE001 - one unreadable post must not stop the others; its reason is stored
        return FailedReading(reason=f"{type(error).__name__}: {error}")


class Compares(Protocol):
    """What relates posts to each other."""

    async def __call__(self, posts: Sequence[ReadPost], *, as_of: datetime) -> Comparison:
        """Return the incidents and findings of ``posts``, statuses as of ``as_of``."""


async def compare_anew(posts: Sequence[ReadPost], *, as_of: datetime) -> Comparison:
    """Compare ``posts`` by themselves, in a thread, so that what is live gets its turn."""
    return await asyncio.to_thread(compare, posts, as_of=as_of)


async def compose_edition(
    store: Store,
    digest: str,
    window: Window,
    *,
    min_severity: int = 1,
    known_at: datetime | None = None,
    joins: int = 1,
    compares: Compares = compare_anew,
) -> Edition:
    """Compose the edition of ``digest`` for ``window`` from what was known at ``known_at``, by default when it ended.

    Posts of the window that were only seen after it are in it if they were known by then; posts of later windows never
    are. ``joins`` is how many windows became this one; ``compares`` may know what was found of the posts before.
    """
    stored = [post async for post in store.read_posts(since=window.start - HORIZON, until=window.end)]
    instant = max(known_at or window.end, window.end)
    posts = [seen for post in stored if (seen := as_seen_at(post, instant)) is not None]
    # What changed after the window is a correction that the next edition tells.
    told = [seen for post in stored if (seen := as_seen_at(post, window.end)) is not None]
    result = await compares(posts, as_of=instant)
    edition = compose(
        digest,
        window,
        findings=result.findings,
        incidents=result.incidents,
        evidence=result.evidence,
        coverage=await _coverage(store, window, known_at=instant),
        corrections=corrections(await store.cited_before(digest, window), told),
        min_severity=min_severity,
    )
    return replace(edition, joins=joins)


async def _coverage(store: Store, window: Window, *, known_at: datetime) -> Coverage:
    """Return what was heard in a window, and which channels had stopped against their own rhythm when it ended."""
    heard = await store.coverage(window, known_at=known_at)
    quiet = [
        channel.channel
        for channel in heard.channels
        if channel.last_post is None or channel.last_post < window.end - SHORTEST
    ]
    dates = await store.post_dates(window.end - LOOKED_BACK, keys=quiet) if quiet else {}
    return Coverage(
        channels=tuple(
            replace(channel, silent_for=silent_for(dates[channel.channel], now=window.end))
            if channel.channel in dates
            else channel
            for channel in heard.channels
        )
    )


async def deliver_next(store: Store, couriers: Couriers, *, worker: str, now: datetime) -> Delivered | None:
    """Send the next part that may be sent at ``now`` and record what became of it; ``None`` if there is none.

    A part whose worker died is sent again under the same key, so that a receiver that can tell keeps one copy.
    """
    delivery = await store.claim_delivery(worker, at=now, patience=PATIENCE)
    if delivery is None:
        return None
    message = Message(key=delivery.key, html=delivery.text, files=() if delivery.file is None else (delivery.file,))
    address = delivery.recipient
    try:
        courier, address = couriers.courier_of(delivery.recipient)
        number = await courier.send(address, message)
    except UnsendableError as error:
        await store.note_failed(delivery.id, reason=str(error))
        return Delivered(delivery=delivery, outcome=Outcome.FAILED, reason=str(error))
    except (SkipError, RetryError, LostAccountError) as error:
        reason = str(error).replace(address, delivery.recipient)  # an address may be a secret, its name is none
        if isinstance(error, SkipError):
            await store.note_gone(delivery.recipient, reason=reason, at=now)
            return Delivered(delivery=delivery, outcome=Outcome.GONE, reason=reason)
        after = error.after if isinstance(error, RetryError) else PATIENCE
        await store.note_retry(delivery.id, reason=reason, not_before=now + after)
        return Delivered(delivery=delivery, outcome=Outcome.RETRY, reason=reason)
    await store.note_sent(delivery.id, at=now, message=number)
    return Delivered(delivery=delivery, outcome=Outcome.SENT)


async def issue_notice(store: Store, text: str, *, recipients: Sequence[str], at: datetime) -> int:
    """Tell ``recipients`` something about the monitor itself, by the way that digests go; return the edition's id."""
    # The name is none that a digest of channels.yaml can have.
    notice = Edition(
        digest="monitor/notice",
        window=Window(start=at, end=at + timedelta(microseconds=1)),
        coverage=Coverage(channels=()),
    )
    return await store.issue_edition(notice, [escape(text)], recipients=recipients)


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
