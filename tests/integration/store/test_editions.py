"""Editions exist once; deliveries are sent in order, by one worker each, and go on where they stopped."""

import asyncio
from datetime import timedelta

from monitor.model.edition import ChannelCoverage, Window
from monitor.model.message import File, FileKind, Part
from monitor.model.post import Channel
from monitor.store import Delivery, Store
from tests.integration.store.builders import at, edition, gone, seen

_PATIENCE = timedelta(minutes=5)


async def _claim(store: Store, worker: str = "one", *, hour: float = 25) -> Delivery | None:
    return await store.claim_delivery(worker, at=at(hour), patience=_PATIENCE)


async def _send_all(store: Store, *, hour: float = 25) -> list[tuple[str, int]]:
    sent = []
    while (delivery := await _claim(store, hour=hour)) is not None:
        sent.append((delivery.recipient, delivery.part))
        await store.note_sent(delivery.id, at=at(hour))
    return sent


async def test_an_edition_is_issued_once_and_what_was_told_stays_told(store: Store) -> None:
    first = await store.issue_edition(edition(), ["as first told"], recipients=["@desk"])
    again = await store.issue_edition(edition(end=30), ["told otherwise"], recipients=["@desk", "@other"])

    assert again == first
    delivery = await _claim(store)
    assert delivery is not None
    assert delivery.text == "as first told"
    assert len(await store.delivery_states(first)) == 1
    assert await store.last_window_end("daily") == at(24)


async def test_an_edition_is_issued_once_by_processes_that_race(database_url: str) -> None:
    async with await Store.open(database_url) as one, await Store.open(database_url) as two:
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(store.issue_edition(edition(), ["a", "b"], recipients=["@desk"]))
                for store in (one, two, one, two)
            ]
        rows = {task.result() for task in tasks}
        assert len(rows) == 1
        assert len(await one.delivery_states(rows.pop())) == 2


async def test_what_earlier_editions_cited_is_known(store: Store) -> None:
    issued = edition(start=0, end=24)
    await store.issue_edition(issued, ["a"])
    await store.issue_edition(edition("other", start=0, end=24), ["a"])
    await store.issue_edition(edition(start=24, end=48), ["b"])

    assert await store.cited_before("daily", Window(start=at(24), end=at(48))) == {at(24): issued.citations}
    assert await store.cited_before("daily", Window(start=at(0), end=at(24))) == {}
    assert await store.last_window_end("weekly") is None


async def test_a_part_may_be_a_file(store: Store) -> None:
    chart = File(kind=FileKind.PHOTO, name="chart.png", content=b"\x89PNG\x00")
    await store.issue_edition(edition(), ["a", Part(html="", file=chart)], recipients=["@desk"])
    first = await _claim(store)
    assert first is not None
    await store.note_sent(first.id, at=at(25))
    second = await _claim(store)
    assert second is not None
    assert (first.file, second.file, second.text) == (None, chart, "")


async def test_a_part_has_one_key_for_ever_and_shares_it_with_none(store: Store) -> None:
    await store.issue_edition(edition(), ["a", "b"], recipients=["@desk", "@other"])
    await store.issue_edition(edition(start=24, end=48), ["a"], recipients=["@desk"])
    keys = []
    while (delivery := await _claim(store)) is not None:
        keys.append(delivery.key)
        if delivery.attempts == 1:
            await store.note_retry(delivery.id, reason="flood", not_before=at(25))
        else:
            await store.note_sent(delivery.id, at=at(25))
    assert len(keys) == 2 * len(set(keys)) == 10


async def test_parts_are_sent_in_order_to_each_recipient(store: Store) -> None:
    await store.issue_edition(edition(), ["a", "b", "c"], recipients=["@desk", "@other"])

    assert await _send_all(store) == [
        ("@desk", 1),
        ("@desk", 2),
        ("@desk", 3),
        ("@other", 1),
        ("@other", 2),
        ("@other", 3),
    ]


async def test_a_part_waits_for_the_one_before_it(store: Store) -> None:
    await store.issue_edition(edition(), ["a", "b"], recipients=["@desk"])

    first = await _claim(store, "one")

    assert first is not None
    assert await _claim(store, "two") is None
    await store.note_sent(first.id, at=at(25), message="77")
    second = await _claim(store, "two")
    assert second is not None
    assert (second.part, second.text) == (2, "b")


async def test_sending_goes_on_at_the_part_where_it_stopped(store: Store) -> None:
    row = await store.issue_edition(edition(), ["a", "b", "c"], recipients=["@desk"])
    first = await _claim(store)
    assert first is not None
    await store.note_sent(first.id, at=at(25), message="77")
    await _claim(store, "a worker that dies")

    assert await _claim(store, "two", hour=25.05) is None
    taken_over = await _claim(store, "two", hour=26)
    assert taken_over is not None
    assert (taken_over.part, taken_over.attempts) == (2, 2)
    await store.note_sent(taken_over.id, at=at(26))
    assert await _send_all(store, hour=26) == [("@desk", 3)]
    states = await store.delivery_states(row)
    assert [(one.part, one.state, one.sent_at, one.message) for one in states] == [
        (1, "sent", at(25), "77"),
        (2, "sent", at(26), None),
        (3, "sent", at(26), None),
    ]


async def test_a_worker_that_is_back_takes_up_what_it_had_in_hand_when_it_died(store: Store) -> None:
    await store.issue_edition(edition(), ["a"], recipients=["@desk", "@other"])
    first = await _claim(store, "main on one")
    await _claim(store, "main on two")
    assert first is not None
    await store.release_deliveries("main on one")
    again = await _claim(store, "main on one")
    assert again is not None
    assert (again.id, again.key, again.attempts) == (first.id, first.key, 2)
    assert await _claim(store, "main on one") is None


async def test_a_part_that_must_wait_holds_up_nobody_else(store: Store) -> None:
    await store.issue_edition(edition(), ["a"], recipients=["@desk", "@other"])
    first = await _claim(store)
    assert first is not None
    await store.note_retry(first.id, reason="flood wait", not_before=at(27))

    assert await _send_all(store, hour=26) == [("@other", 1)]
    assert await _send_all(store, hour=27) == [("@desk", 1)]


async def test_a_recipient_that_is_gone_fails_for_good_and_holds_up_nobody_else(store: Store) -> None:
    row = await store.issue_edition(edition(), ["a", "b"], recipients=["@desk", "@other"])
    await store.note_gone("@desk", reason="the bot was removed", at=at(25))
    later = await store.issue_edition(edition(start=24, end=48), ["c"], recipients=["@desk", "@other"])

    assert await _send_all(store) == [("@other", 1), ("@other", 2), ("@other", 1)]
    failed = [one for one in await store.delivery_states(row) if one.recipient == "@desk"]
    assert [(one.state, one.reason) for one in failed] == [("failed", "the bot was removed")] * 2
    await store.note_back("@desk", at=at(50))
    assert await _send_all(store, hour=50) == [("@desk", 1)]
    assert {one.state for one in await store.delivery_states(later)} == {"sent"}


async def test_workers_that_race_never_claim_one_part_twice(database_url: str) -> None:
    recipients = [f"@desk{number}" for number in range(12)]
    claimed: list[tuple[str, int]] = []

    async def work(store: Store, name: str) -> None:
        while (delivery := await _claim(store, name)) is not None:
            claimed.append((delivery.recipient, delivery.part))
            await store.note_sent(delivery.id, at=at(25))

    async with await Store.open(database_url) as one, await Store.open(database_url) as two:
        await one.issue_edition(edition(), ["a", "b"], recipients=recipients)
        async with asyncio.TaskGroup() as group:
            for number in range(4):
                group.create_task(work(one if number % 2 else two, f"worker {number}"))
        # A worker may find nothing while another holds the last first part: what is left is sent afterwards.
        await work(one, "last")

    assert sorted(claimed) == [(name, part) for name in sorted(recipients) for part in (1, 2)]


async def test_coverage_tells_who_was_heard_before_the_window_ended(store: Store) -> None:
    await store.declare_channels([Channel(key="silent"), Channel(key="Closed")])
    await store.note_state("closed", state="private", reason="the channel is private", at=at(3))
    await store.record(
        [
            seen(number=1, hour=1, date=at(1)),
            seen(number=2, hour=2, date=at(2)),
            seen(number=3, hour=30, date=at(23)),
            seen(number=4, hour=25, date=at(24)),
            gone(number=9, hour=4),
        ]
    )
    await store.note_hole("desk", from_id=5, to_id=8, at=at(4))

    coverage = await store.coverage(Window(start=at(0), end=at(24)))

    assert coverage.channels == (
        ChannelCoverage(channel="Closed", posts=0, last_post=None, state="private"),
        ChannelCoverage(channel="desk", posts=2, last_post=at(2), holes=4),
        ChannelCoverage(channel="silent", posts=0, last_post=None),
    )
