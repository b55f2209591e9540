"""What hangs on posts is described, hashed as far as that is wanted, and kept as far as that is wanted."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from telethon.tl import types

from monitor.model.following import MediaPlan
from monitor.model.post import Media, PostRef
from monitor.store import Store
from tests.e2e.following import followed, following, is_true, is_verified
from tests.e2e.lines import account, until
from tests.telegram_server import ServedChannel, TelegramServer
from tests.telegram_server.world import Media as Sent


@pytest.fixture
def desk(server: TelegramServer) -> ServedChannel:
    return server.world.add_channel("desk", is_joined=True)


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


async def held(store: Store, message_id: int) -> Media | None:
    read = await store.read_post(PostRef(channel="desk", message_id=message_id))
    return None if read is None else read.post.media


async def hashes(store: Store, channel: ServedChannel) -> Sequence[str | None]:
    found = [await held(store, number) for number in sorted(channel.posts)]
    return [None if media is None else media.content_hash for media in found]


async def test_small_files_are_hashed_and_large_ones_are_left(
    server: TelegramServer, store: Store, desk: ServedChannel
) -> None:
    server.world.post(desk, "before", media=Sent(content=b"old" * 100), is_pushed=False)
    async with following(account(server), store, [followed(desk)], media=MediaPlan(hash_up_to=1000)):
        await until(lambda: is_verified(store, desk))
        server.world.post(desk, "large", media=Sent(content=b"x" * 1001))
        server.world.post(desk, "small", media=Sent(kind="video", content=b"new" * 100, mime_type="video/mp4"))
        wanted = [digest(b"old" * 100), None, digest(b"new" * 100)]

        async def is_hashed() -> bool:
            return list(await hashes(store, desk)) == wanted

        await until(is_hashed)
    assert await held(store, 2) == Media(kind="photo", size=1001)


async def test_a_hash_stays_when_the_post_is_looked_at_again_and_goes_with_its_file(
    server: TelegramServer, store: Store, desk: ServedChannel
) -> None:
    one = account(server)
    async with following(one, store, [followed(desk)]):
        await until(lambda: is_verified(store, desk))
        post = server.world.post(desk, "12 killed", media=Sent(content=b"first"))

        async def is_hashed() -> bool:
            return list(await hashes(store, desk)) == [digest(post.media.content)]  # type: ignore[union-attr]

        await until(is_hashed)
        server.world.edit(desk, post, "20 killed")
        await until(lambda: is_true(store, desk))
        assert await is_hashed()
        post.media = Sent(content=b"second one")
        server.world.edit(desk, post, "21 killed")
        await until(is_hashed)
    assert server.calls["upload.GetFile"] == 2


async def test_kept_files_are_named_by_post_and_type_and_not_by_strangers(
    server: TelegramServer, store: Store, desk: ServedChannel, tmp_path: Path
) -> None:
    plan = MediaPlan(hash_up_to=0, keep_up_to=100, folder=str(tmp_path / "media"))
    async with following(account(server), store, [followed(desk)], media=plan):
        await until(lambda: is_verified(store, desk))
        hostile = Sent(kind="file", content=b"%PDF", file_name="../../../etc/passwd", mime_type="application/pdf")
        server.world.post(desk, "report", media=hostile)
        server.world.post(desk, "odd", media=Sent(kind="file", content=b"?", mime_type="x/../y"))
        server.world.post(desk, "photo", media=Sent(content=b"jpeg"))
        await until(lambda: _is_fetched(store, 3))
    files = {file.name: file.read_bytes() for file in (tmp_path / "media" / "desk").iterdir()}
    assert files == {"1.pdf": b"%PDF", "2.bin": b"?", "3.jpg": b"jpeg"}
    kept = await store.file(PostRef(channel="desk", message_id=3))
    assert kept is not None
    assert kept.path == str(tmp_path / "media" / "desk" / "3.jpg")


async def _is_fetched(store: Store, message_id: int) -> bool:
    return await store.file(PostRef(channel="desk", message_id=message_id)) is not None


async def test_no_more_is_fetched_in_a_day_than_is_wanted(
    server: TelegramServer, store: Store, desk: ServedChannel
) -> None:
    plan = MediaPlan(per_day=250)
    async with following(account(server), store, [followed(desk)], media=plan):
        await until(lambda: is_verified(store, desk))
        for number in range(4):
            server.world.post(desk, "photo", media=Sent(content=bytes([number]) * 100))
        await until(lambda: _fetched(store, 200))
        post = server.world.post(desk, "posts go on")
        await until(lambda: is_true(store, desk))
    assert server.calls["upload.GetFile"] == 2
    assert post.id in desk.posts


async def _fetched(store: Store, size: int) -> bool:
    return await store.fetched_bytes(since=datetime(2024, 1, 1, tzinfo=UTC)) >= size


async def test_a_file_that_cannot_be_had_stops_nothing(
    server: TelegramServer, store: Store, desk: ServedChannel
) -> None:
    server.faults.fail("upload.GetFile", "FILE_REFERENCE_EXPIRED")
    async with following(account(server), store, [followed(desk)]):
        await until(lambda: is_verified(store, desk))
        server.world.post(desk, "one", media=Sent(content=b"one"))
        server.world.post(desk, "two", media=Sent(content=b"two"))

        async def second_is_hashed() -> bool:
            return list(await hashes(store, desk)) == [None, digest(b"two")]

        await until(second_is_hashed)


async def test_forwards_replies_polls_and_counts_are_kept(
    server: TelegramServer, store: Store, desk: ServedChannel
) -> None:
    origin = server.world.add_channel("origin", title="The origin")
    original = server.world.post(origin, "12 killed")
    async with following(account(server), store, [followed(desk)]):
        await until(lambda: is_verified(store, desk))
        copy = server.world.forward(desk, origin, original)
        bold = [types.MessageEntityBold(0, 2)]
        reply = server.world.post(desk, "no, 20", reply_to=copy.id, views=500, forwards=7, entities=bold)
        poll = server.world.post(desk, "", media=Sent(poll=("How many?", ("12", "20"))))
        await until(lambda: is_true(store, desk))
        server.world.react(desk, reply, "fire", 3)

        async def is_counted() -> bool:
            read = await store.read_post(PostRef(channel="desk", message_id=reply.id))
            return read is not None and bool(read.post.reactions)

        await until(is_counted)
    first = await store.read_post(PostRef(channel="desk", message_id=copy.id))
    second = await store.read_post(PostRef(channel="desk", message_id=reply.id))
    assert first is not None
    assert second is not None
    assert first.post.forward is not None
    assert (first.post.forward.message_id, first.post.forward.date) == (original.id, original.date)
    assert (second.post.reply_to, second.post.views, second.post.forwards) == (copy.id, 500, 7)
    assert [entity.span.of("no, 20") for entity in second.post.entities] == ["no"]
    assert len(second.post.revisions) == 1  # a reaction arrives as an edit and changes no text
    assert await held(store, poll.id) == Media(kind="poll", poll_text="How many?\n12\n20")
