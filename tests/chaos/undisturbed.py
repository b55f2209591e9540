"""What a run that nothing disturbed would have stored and found: every text and deletion at the instant it happened."""

from collections.abc import Iterator, Mapping

from monitor import comparing, pipeline
from monitor.claims import Reader
from monitor.model.finding import Finding
from monitor.model.post import Channel, Observation
from monitor.store import Store
from monitor.telegram.convert import gone, observation
from tests.telegram_server import ServedChannel, ServedPost, tl


async def undisturbed(
    url: str, channels: Mapping[str, ServedChannel], declared: tuple[Channel, ...]
) -> tuple[Finding, ...]:
    """Record in the empty database at ``url`` all that ever stood in ``channels``, and return what is found in it."""
    names = {served.id: key for key, served in channels.items()}
    async with await Store.open(url) as store:
        await store.declare_channels(declared)
        seen = (one for key, served in channels.items() for one in _observations(key, served, names))
        await pipeline.record(store, seen)
        await pipeline.extract(store, Reader.load())
        await comparing.compare_stored(store)
        return await store.findings()


def _observations(key: str, served: ServedChannel, names: Mapping[int, str]) -> Iterator[Observation]:
    for post in served.posts.values():
        yield from _of_post(key, served, post, names)


def _of_post(key: str, served: ServedChannel, post: ServedPost, names: Mapping[int, str]) -> Iterator[Observation]:
    message = tl.message(served, post)
    if len(post.versions) > 1:
        earlier = tl.message(served, post)
        earlier.message, earlier.edit_date = post.versions[0], None
        yield observation(earlier, channel=key, observed_at=post.date, names=names)
    yield observation(message, channel=key, observed_at=post.edit_date or post.date, names=names)
    if post.deleted_at is not None:
        yield gone(post.id, channel=key, observed_at=post.deleted_at)
