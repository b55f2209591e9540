"""A follower on the loopback server, and what the store then holds against what the server has."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

from monitor.model.following import Followed, MediaPlan
from monitor.model.post import Channel
from monitor.store import Recorded, Store
from monitor.telegram.client import Account
from monitor.telegram.follow import Follower, Rhythm
from tests.e2e.lines import WAIT_S
from tests.telegram_server import ServedChannel

QUICK = Rhythm(
    poll_every_s=0.05, polls_per_s=1000.0, gap_s=0.02, backfills_every_s=0.05, first_retry_s=0.05, longest_retry_s=0.2
)
NEVER = timedelta(days=1)  # far beyond what a test lasts


def followed(channel: ServedChannel, **given: object) -> Followed:
    """Return the channel as an operator would declare it by its handle; it is reconciled only when there is a reason."""
    one = Followed(key=channel.username or str(channel.id), handle=channel.username, reconcile_every=NEVER)
    return replace(one, **given)  # type: ignore[arg-type]


@asynccontextmanager
async def following(
    one: Account, store: Store, wanted: Sequence[Followed], *, rhythm: Rhythm = QUICK, media: MediaPlan | None = None
) -> AsyncIterator[Follower]:
    """Follow channels inside the block."""
    heard: list[Recorded] = []
    await store.declare_channels([Channel(key=each.key) for each in wanted])
    follower = Follower(account=one, store=store, announce=heard.append, rhythm=rhythm, media=media or MediaPlan())
    follower.watch(wanted)
    async with asyncio.timeout(6 * WAIT_S), asyncio.TaskGroup() as group:
        tasks = [group.create_task(one.serve(), name="line"), group.create_task(follower.run(), name="follower")]
        yield follower
        for task in tasks:
            task.cancel()


async def texts(store: Store, key: str) -> dict[int, tuple[str, ...]]:
    """Return every text of each stored post that is not deleted, by message id."""
    return {
        post.post.ref.message_id: tuple(revision.text for revision in post.post.revisions)
        async for post in store.posts(channel=key)
        if post.post.deleted_at is None
    }


async def deleted(store: Store, key: str) -> list[int]:
    """Return the ids of the stored posts that are deleted."""
    return sorted(
        [post.post.ref.message_id async for post in store.posts(channel=key) if post.post.deleted_at is not None]
    )


def served(channel: ServedChannel) -> dict[int, str]:
    """Return the text of each post that stands on the server, by message id."""
    return {post.id: post.text for post in channel.visible()}


async def is_true(store: Store, channel: ServedChannel, *, key: str | None = None) -> bool:
    """Return whether the store shows of the channel what the server has."""
    held = await texts(store, key or channel.username or str(channel.id))
    return {number: shown[-1] for number, shown in held.items()} == served(channel)


async def is_verified(store: Store, channel: ServedChannel, *, key: str | None = None) -> bool:
    """Return whether history was read without a gap up to the newest post."""
    marks = await store.marks(key or channel.username or str(channel.id))
    newest = max(served(channel), default=0)
    return (marks.verified_to or 0) >= newest and marks.verified_to is not None


async def state(store: Store, key: str) -> tuple[str, str | None]:
    """Return a channel's state and the reason."""
    (found,) = [one for one in (await store.status()).channels if one.key == key]
    return found.state, found.state_reason
