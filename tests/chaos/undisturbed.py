"""What is found by a run that nothing disturbs, in which the same texts and deletions are noticed at the same instants."""

from collections.abc import Iterator

from monitor import comparing, pipeline
from monitor.claims import Reader
from monitor.model.finding import Finding
from monitor.model.post import Channel, Observation, Post
from monitor.store import Store


async def undisturbed(url: str, *, like: str, declared: tuple[Channel, ...]) -> tuple[Finding, ...]:
    """Record in the empty database at ``url`` what the one at ``like`` holds, at one go, and return what is found in it.

    When an edit is noticed decides what it is held against: the instants are those of the disturbed run, the work is not.
    """
    async with await Store.open(like) as disturbed:
        posts = [one.post async for one in disturbed.posts()]
    async with await Store.open(url) as store:
        await store.declare_channels(declared)
        await pipeline.record(store, (seen for post in posts for seen in _observations(post)))
        await pipeline.extract(store, Reader.load())
        await comparing.compare_stored(store)
        return await store.findings()


def _observations(post: Post) -> Iterator[Observation]:
    for revision in post.revisions:
        yield Observation(
            ref=post.ref,
            observed_at=revision.observed_at,
            date=post.date,
            text=revision.text,
            entities=post.entities,
            edit_date=revision.edit_date,
            forward=post.forward,
            reply_to=post.reply_to,
            grouped_id=post.grouped_id,
            media=post.media,
        )
    if post.deleted_at is not None:
        yield Observation(ref=post.ref, observed_at=post.deleted_at, is_gone=True)
