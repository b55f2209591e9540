"""Which texts wait to be read, and what is kept of a reading."""

from sqlalchemy import text as sql

from monitor.model.claim import Reading
from monitor.model.post import Channel
from monitor.store import FailedReading, Store
from monitor.store.engine import Database
from monitor.store.readings import waiting_texts
from monitor.store.schema import readings
from tests.integration.store.builders import DAY, at, claim, rows_of, seen, the_post


async def _read_all(store: Store, fingerprint: str, reading: Reading | FailedReading) -> int:
    waiting = await store.texts_to_read(fingerprint, limit=100)
    await store.save_readings(fingerprint, [(text, reading) for text in waiting])
    return len(waiting)


async def test_every_text_waits_until_it_is_read(store: Store) -> None:
    await store.record([seen("one", hour=1), seen("two", hour=2), seen(number=2)])

    assert await _read_all(store, "f1", Reading(language="en", claims=())) == 3
    assert await store.texts_to_read("f1", limit=100) == ()
    await store.record([seen("three", hour=3)])
    assert [one.text for one in await store.texts_to_read("f1", limit=100)] == ["three"]


async def test_a_text_to_read_says_where_and_when_it_was_posted(store: Store) -> None:
    await store.declare_channels(
        [Channel(key="desk", alignment="RU", family="desks", language="ru", tags=("ukraine",))]
    )
    await store.record([seen("one", number=7)])

    (waiting,) = await store.texts_to_read("f1", limit=100)

    assert (str(waiting.ref), waiting.text, waiting.posted_at) == ("desk/7", "one", DAY)
    assert waiting.channel == Channel(key="desk", alignment="RU", family="desks", language="ru", tags=("ukraine",))


async def test_no_more_texts_are_taken_than_asked_for(store: Store) -> None:
    await store.record([seen(number=number) for number in range(1, 11)])

    assert len(await store.texts_to_read("f1", limit=4)) == 4


async def test_readings_by_another_fingerprint_are_replaced(store: Store, database_url: str) -> None:
    await store.record([seen()])
    await _read_all(store, "f1", Reading(language="en", claims=(claim(2),)))
    await _read_all(store, "f2", Reading(language="en", claims=(claim(3), claim(4))))

    post = await the_post(store)
    assert post.revisions[0].claims == (claim(3), claim(4))
    assert len(await rows_of(database_url, readings)) == 1
    assert [one.ref.message_id for one in await store.texts_to_read("f1", limit=9)] == [1]


async def test_a_text_that_could_not_be_read_is_kept_with_its_reason_and_tried_again_by_other_lexicons(
    store: Store, database_url: str
) -> None:
    await store.record([seen()])
    await _read_all(store, "f1", FailedReading(reason="ValueError: no"))

    assert await store.texts_to_read("f1", limit=9) == ()
    assert (await store.status()).unreadable == 1
    assert [row["failure"] for row in await rows_of(database_url, readings)] == ["ValueError: no"]
    assert await _read_all(store, "f2", Reading(language="en", claims=(claim(),))) == 1
    assert (await store.status()).unreadable == 0


async def test_texts_are_read_again_when_their_channel_gets_another_voice(store: Store) -> None:
    await store.record([seen(), seen(channel="other")])
    await _read_all(store, "f1", Reading(language="en", claims=()))

    await store.declare_channels([Channel(key="Desk", alignment="UA"), Channel(key="other", name="Other desk")])

    assert [str(one.ref) for one in await store.texts_to_read("f1", limit=9)] == ["desk/1"]
    await _read_all(store, "f1", Reading(language="en", claims=()))
    await store.declare_channels([Channel(key="desk", alignment="UA")])
    assert await store.texts_to_read("f1", limit=9) == ()


async def test_a_reading_made_before_its_channel_was_declared_is_not_kept(store: Store) -> None:
    await store.record([seen()])
    begun = await store.texts_to_read("f1", limit=9)
    await store.declare_channels([Channel(key="desk", alignment="UA")])
    await store.save_readings("f1", [(text, Reading(language="en", claims=(claim(),))) for text in begun])

    (waiting,) = await store.texts_to_read("f1", limit=9)
    assert waiting.channel.alignment == "UA"
    assert (await the_post(store)).revisions[0].claims == ()


async def test_texts_are_read_again_when_their_posting_time_turns_out_otherwise(store: Store) -> None:
    await store.record([seen(hour=1)])
    await _read_all(store, "f1", Reading(language="en", claims=()))

    await store.record([seen(hour=2, date=at(0.5))])

    (waiting,) = await store.texts_to_read("f1", limit=9)
    assert waiting.posted_at == at(0.5)


async def test_only_posts_with_a_claim_in_any_revision_are_given_to_the_comparison(store: Store) -> None:
    await store.record([seen("one", hour=1), seen("two", hour=2), seen(number=2), seen(number=3)])
    waiting = await store.texts_to_read("f1", limit=9)
    await store.save_readings(
        "f1",
        [(one, Reading(language="en", claims=(claim(),) if one.text == "one" else ())) for one in waiting],
    )

    (post,) = [post async for post in store.read_posts()]
    assert [len(revision.claims) for revision in post.revisions] == [1, 0]
    assert [post async for post in store.read_posts(since=at(1))] == []
    assert [post async for post in store.read_posts(until=at(0))] == []


async def test_texts_that_were_never_read_come_first(store: Store) -> None:
    await store.record([seen(number=number) for number in range(1, 5)])
    await _read_all(store, "f2", Reading(language="en", claims=()))
    await store.record([seen("five", number=5)])

    for fingerprint in ("f1", "f3"):  # one sorts before, one behind that of the old readings
        waiting = await store.texts_to_read(fingerprint, limit=3)
        assert [(one.text == "five", one.is_new) for one in waiting] == [(True, True), (False, False), (False, False)]
        assert [one.text for one in await store.texts_to_read(fingerprint, limit=3, only_new=True)] == ["five"]
        assert await store.texts_waiting(fingerprint) == 5
    assert await store.texts_waiting("f2") == 1


async def test_what_waits_is_found_without_looking_at_what_does_not(store: Store, database_url: str) -> None:
    await store.record([seen(number=number) for number in range(1, 4)])
    database = Database(database_url)
    explain = "EXPLAIN " if database.file is None else "EXPLAIN QUERY PLAN "
    plans = []
    try:
        async with database.read() as connection:
            if database.file is None:
                await connection.execute(sql("SET LOCAL enable_seqscan = off"))  # three rows are too few for an index
                await connection.execute(sql("SET LOCAL enable_sort = off"))
            for query in waiting_texts("f"):
                said = query.limit(9).compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})
                plans.append("\n".join(str(row) for row in await connection.execute(sql(f"{explain}{said}"))))
    finally:
        await database.close()
    assert len(plans) == 3
    for plan in plans:
        assert plan.count("ix_readings_fingerprint") == 1
        for sign in ("SCAN", "Seq Scan", "Sort", "TEMP B-TREE", "Bitmap"):
            assert sign not in plan
