"""What is recorded of posts: every version, once, in any order."""

import asyncio
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from itertools import chain

import pytest

from monitor.errors import StoreError
from monitor.model.post import Channel, Entity, Forward, Media, Observation, PostRef, Reaction, Span
from monitor.store import Recorded, Store
from monitor.store.schema import posts, texts
from tests.integration.store.builders import DAY, at, gone, posts_of, rows_of, seen, the_post


async def test_a_post_comes_back_as_it_was_seen(store: Store) -> None:
    whole = seen(
        "Колонна у Тинзауатена: 2 погибших ⚡\nvidéo",
        entities=(
            Entity(kind="bold", span=Span(start=0, end=7)),
            Entity(kind="link", span=Span(start=8, end=9), url="https://example.org"),
        ),
        edit_date=at(0.5),
        forward=Forward(channel="source", message_id=7, date=DAY, name="Source"),
        reply_to=3,
        grouped_id=2**40,
        media=Media(kind="poll", file_name="a.jpg", size=10, content_hash="0f", poll_text="Was it so?\nYes\nNo"),
        views=100,
        forwards=7,
        reactions=(Reaction(emoji="👍", count=3),),
    )

    recorded = await store.record([whole])

    assert recorded == Recorded(new_posts=1)
    post = (await the_post(store)).post
    assert post.ref == whole.ref
    assert post.text == whole.text
    assert [revision.observed_at for revision in post.revisions] == [at(1)]
    for name in ("date", "entities", "forward", "reply_to", "grouped_id", "media", "views", "forwards", "reactions"):
        assert getattr(post, name) == getattr(whole, name)
    assert post.revisions[0].edit_date == at(0.5)
    assert post.deleted_at is None


async def test_the_same_batch_again_changes_nothing(store: Store, database_url: str) -> None:
    batch = [seen(hour=1, views=5), seen("Three soldiers were killed", hour=2), gone(hour=3), seen(number=2)]
    await store.record(batch)
    before = await posts_of(store), await rows_of(database_url, texts)

    recorded = await store.record(batch)

    assert recorded == Recorded(unchanged=4)
    assert (await posts_of(store), await rows_of(database_url, texts)) == before


async def test_every_text_is_kept(store: Store) -> None:
    await store.record([seen("one", hour=1)])
    recorded = await store.record([seen("two", hour=2), seen("three", hour=3)])

    assert recorded == Recorded(new_revisions=2)
    revisions = (await the_post(store)).post.revisions
    assert [(one.number, one.text, one.observed_at) for one in revisions] == [
        (0, "one", at(1)),
        (1, "two", at(2)),
        (2, "three", at(3)),
    ]


async def test_a_text_that_came_back_stands_again(store: Store) -> None:
    await store.record([seen("twenty", hour=1), seen("twelve", hour=2), seen("twenty", hour=3)])

    post = (await the_post(store)).post
    assert [(one.text, one.observed_at) for one in post.revisions] == [
        ("twenty", at(1)),
        ("twelve", at(2)),
        ("twenty", at(3)),
    ]
    assert post.text == "twenty"


async def test_a_late_word_of_an_older_text_does_not_become_the_current_one(store: Store) -> None:
    await store.record([seen("corrected", hour=5, views=50)])
    await store.record([seen("first", hour=1, views=1)])

    post = (await the_post(store)).post
    assert [one.text for one in post.revisions] == ["first", "corrected"]
    assert post.views == 50


async def test_edit_without_text_change_adds_no_revision(store: Store) -> None:
    await store.record([seen(hour=1)])

    recorded = await store.record(
        [seen(hour=2, edit_date=at(1.5), views=10, reactions=(Reaction(emoji="👍", count=3),))]
    )

    assert recorded == Recorded(unchanged=1)
    post = (await the_post(store)).post
    assert len(post.revisions) == 1
    assert post.views == 10
    assert post.reactions == (Reaction(emoji="👍", count=3),)


async def test_two_texts_seen_at_one_instant_are_kept_in_one_order(store: Store) -> None:
    await store.record([seen("a version", hour=1, number=1), seen("another version", hour=1, number=1)])
    await store.record([seen("another version", hour=1, number=2)])
    await store.record([seen("a version", hour=1, number=2)])

    first, second = await posts_of(store)
    assert [one.text for one in first.post.revisions] == [one.text for one in second.post.revisions]


async def test_two_sightings_at_one_instant_end_in_the_fuller_one(store: Store) -> None:
    full, bare = seen(views=100, forwards=3), seen()
    await store.record([full])
    await store.record([bare])
    await store.record([seen(number=2)])
    await store.record([seen(number=2, views=100, forwards=3)])

    assert [(one.post.views, one.post.forwards) for one in await posts_of(store)] == [(100, 3), (100, 3)]


async def test_a_deletion_marks_and_keeps_the_post(store: Store) -> None:
    await store.record([seen(hour=1)])

    recorded = await store.record([gone(hour=2), gone(hour=3)])

    assert recorded == Recorded(deleted=1, unchanged=1)
    post = (await the_post(store)).post
    assert post.deleted_at == at(2)
    assert post.text == "Two soldiers were killed"
    assert (await store.status()).channels[0].deleted == 1


async def test_a_post_seen_after_its_deletion_is_there_again(store: Store) -> None:
    await store.record([seen(hour=1), gone(hour=2), seen(hour=3)])

    assert (await the_post(store)).post.deleted_at is None
    assert (await store.status()).channels[0].deleted == 0


async def test_a_deletion_heard_of_before_its_post_counts(store: Store) -> None:
    first = await store.record([gone(hour=2)])
    await store.record([seen(hour=1)])

    assert first == Recorded(unknown=1)
    assert (await the_post(store)).post.deleted_at == at(2)


async def test_channels_differ_by_more_than_capitals(store: Store) -> None:
    await store.record([seen(channel="Desk"), seen(channel="desk", number=2)])

    assert [channel.key for channel in await store.channels()] == ["Desk"]
    assert await store.read_post(PostRef(channel="DESK", message_id=2)) is not None


async def test_the_highest_id_seen_never_falls(store: Store) -> None:
    await store.record([seen(number=7)])
    await store.record([seen(number=3)])

    assert (await store.status()).channels[0].highest_seen == 7


async def test_counts_are_sampled_once_in_each_doubling_of_age(store: Store) -> None:
    looks = [seen(hour=hour, views=int(hour * 100)) for hour in (0.2, 0.5, 1.5, 2.5, 3.5, 9, 40, 41)]
    await store.record(looks[::-1])
    await store.record(looks)

    samples = await store.samples(PostRef(channel="desk", message_id=1))
    assert [(one.at, one.views) for one in samples] == [
        (at(0.2), 20),
        (at(1.5), 150),
        (at(2.5), 250),
        (at(9), 900),
        (at(40), 4000),
    ]


async def test_samples_of_one_instant_come_in_one_order_whichever_was_recorded_first(store: Store) -> None:
    looks = [
        seen(hour=1, number=number, date=at(posted), views=int(at(posted).hour))
        for number in (1, 2)
        for posted in (0, -2)
    ]
    for look in (looks[0], looks[1], looks[3], looks[2]):
        await store.record([look])

    first, second = [await store.samples(PostRef(channel="desk", message_id=number)) for number in (1, 2)]
    assert first == second
    assert [one.views for one in first] == [0, 22]


async def test_posts_without_counts_take_no_samples(store: Store) -> None:
    await store.record([seen()])

    assert await store.samples(PostRef(channel="desk", message_id=1)) == ()


async def test_instants_come_back_in_utc(store: Store) -> None:
    kyiv = timezone(timedelta(hours=3))
    await store.record([seen(date=DAY.astimezone(kyiv))])

    post = (await the_post(store)).post
    assert post.date == DAY
    assert post.date.utcoffset() == timedelta(0)
    assert post.revisions[0].observed_at.utcoffset() == timedelta(0)


async def test_a_naive_instant_is_refused_and_nothing_of_its_batch_stays(store: Store) -> None:
    with pytest.raises(StoreError, match="naive instant"):
        await store.record([seen(number=1), seen(number=2, date=datetime(2024, 7, 27))])  # noqa: DTZ001 - the point

    assert await posts_of(store) == []
    assert await store.channels() == ()


async def test_a_post_without_posting_time_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match=r"desk/1.*posting time"):
        await store.record([seen(date=None)])


@pytest.mark.parametrize("text", ["killed\x00twenty", "killed\ud83dtwenty"])
async def test_what_no_database_holds_is_replaced_in_its_place(store: Store, text: str) -> None:
    await store.record([seen(text)])
    again = await store.record([seen(text)])

    assert again == Recorded(unchanged=1)
    assert (await the_post(store)).post.text == "killed\ufffdtwenty"


async def test_hostile_names_are_stored_as_data(store: Store) -> None:
    name = "'; DROP TABLE posts; --\x00\ud800" + "x" * 5000
    await store.declare_channels([Channel(key="desk", name=name, family=name)])
    await store.record([seen(media=Media(kind="document", file_name=name), forward=Forward(name=name))])

    post = await the_post(store)
    assert post.channel.name == name.replace("\x00", "\ufffd").replace("\ud800", "\ufffd")
    assert post.post.media == Media(kind="document", file_name=name)


async def test_two_recorders_of_the_same_posts_end_in_one_truth(database_url: str) -> None:
    batches = [
        [seen(f"text {version} of {number}", hour=version, number=number, channel=channel)]
        for number in range(1, 9)
        for version in (1, 2)
        for channel in ("desk", "rebels")
    ]

    async def work(store: Store, mine: Sequence[Sequence[Observation]]) -> None:
        for batch in mine:
            await store.record(batch)

    async with await Store.open(database_url) as one, await Store.open(database_url) as two:
        async with asyncio.TaskGroup() as group:
            group.create_task(work(one, batches))
            group.create_task(work(two, batches[::-1]))
            group.create_task(work(two, [list(chain.from_iterable(batches))]))
        found = await posts_of(one)

    assert len(found) == 16
    assert {len(post.post.revisions) for post in found} == {2}
    assert len(await rows_of(database_url, posts)) == 16


async def test_a_write_that_is_cancelled_lets_the_next_one_through(store: Store) -> None:
    async with asyncio.timeout(25):  # under the half minute that a writer waits for the lock
        for turns in range(60):
            await _cancelled(store.record([seen(number=number) for number in range(1, 50)]), after_turns=turns)
            await store.record([seen(number=100 + turns)])


async def _cancelled(work: Coroutine[None, None, object], *, after_turns: int) -> None:
    task = asyncio.ensure_future(work)
    for _ in range(after_turns):
        await asyncio.sleep(0.0005)  # the driver's thread has to get somewhere, and not always as far
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
