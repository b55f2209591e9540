"""What the server holds against what is stored."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from monitor.model.finding import Citation, Finding
from monitor.model.post import Post, PostRef
from monitor.store import Store
from tests.telegram_server import ServedChannel, ServedPost

Told = tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What must be found.

    ``channels`` are the served channels by the key they are stored under. ``shown`` are the texts, as (channel id, post id,
    text), that must be kept; by default the current ones alone.
    """

    channels: Mapping[str, ServedChannel]
    shown: frozenset[tuple[int, int, str]] = frozenset()


async def differences(store: Store, expected: Expected, *, most: int = 20) -> list[str]:
    """Return what is lost, invented, kept twice or out of date in the store, a line each."""
    stored: dict[PostRef, Post] = {}
    found = []
    async for one in store.posts():
        ref = one.post.ref
        if ref in stored:
            found.append(f"{ref}: stored twice")
        stored[ref] = one.post
    for key, channel in expected.channels.items():
        shown: dict[int, set[str]] = {}
        for channel_id, post_id, text in expected.shown:
            if channel_id == channel.id:
                shown.setdefault(post_id, set()).add(text)
        for served in channel.posts.values():
            post = stored.pop(PostRef(channel=key, message_id=served.id), None)
            found += [f"{key}/{served.id}: {what}" for what in _of_post(served, post, shown.get(served.id, set()))]
    found += [f"{ref}: no such post on the server" for ref in stored]
    return found[:most]


def _of_post(served: ServedPost, post: Post | None, shown: set[str]) -> Iterator[str]:
    if post is None:
        if not served.is_deleted:
            yield "not stored"
        elif shown:
            yield "was shown and is not stored"
        return
    kept = [revision.text for revision in post.revisions]
    if served.is_deleted != (post.deleted_at is not None):
        yield "deleted, and stored as standing" if served.is_deleted else "stands, and is stored as deleted"
    if not served.is_deleted and kept[-1] != served.text:
        yield f"says {served.text!r}, stored {kept[-1]!r}"
    if invented := set(kept) - set(served.versions):
        yield f"never said {invented}"
    if any(earlier == later for earlier, later in pairwise(kept)):
        yield "a text stands twice in a row"
    if lost := shown - set(kept):
        yield f"lost {lost}"
    if (post.date, post.grouped_id, post.reply_to) != (served.date, served.grouped_id, served.reply_to):
        yield "date, album or answer differ"
    if (post.media is None) != (served.media is None) or (post.forward is None) != (served.forward is None):
        yield "media or forward differ"


def substance(findings: tuple[Finding, ...]) -> list[Told]:
    """Return what findings say, without when it was noticed: what must not depend on how the posts came in."""
    return sorted(
        (one.relation, one.kind, one.side or "", one.place or "", *_cited(one.a), *_cited(one.b)) for one in findings
    )


def _cited(citation: Citation) -> Told:
    low, high = citation.quantity.low, citation.quantity.high
    return (str(citation.ref), citation.quote, -1 if low is None else low, -1 if high is None else high)
