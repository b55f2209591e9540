"""Editions on schedule and their sending, with the clock in the test's hand: once each, whatever happens on the way."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from monitor.config import DigestPlan
from monitor.config.schedule import fires, next_fire
from monitor.daemon.digests import GRACE, issue_due
from monitor.errors import RetryError, SkipError, UnsendableError
from monitor.model.message import Message
from monitor.pipeline import PATIENCE, Courier, Outcome, deliver_next, issue_notice
from monitor.store import Store
from tests.integration.store.builders import CountingReader, at, edition, seen

STEP = timedelta(hours=2, minutes=17)
DESK, OTHER = "@desk_group", "@other_group"


class Postman:
    """Carries messages, drops second copies as Telegram does, and fails as told."""

    def __init__(self, *failures: Exception | None) -> None:
        self.failures = iter(failures)
        self.carried: list[tuple[str, str]] = []
        self._keys: set[str] = set()

    def courier_of(self, recipient: str) -> tuple[Courier, str]:
        return self, recipient

    async def send(self, recipient: str, message: Message) -> str | None:
        failure = next(self.failures, None)
        if failure is not None:
            raise failure
        if message.key in self._keys:
            return None
        self._keys.add(message.key)
        self.carried.append((recipient, message.html))
        return str(len(self.carried))


class SecretPostman(Postman):
    """Knows an address that nobody else should, and that leads nowhere."""

    def courier_of(self, recipient: str) -> tuple[Courier, str]:
        return self, f"@hunter2_of_{recipient.partition(':')[2].lower()}"

    async def send(self, recipient: str, message: Message) -> str | None:
        raise SkipError(f"{recipient} cannot be reached on Telegram, message {message.key}: ChannelPrivate")


class DyingPostman(Postman):
    """Carries a message and is killed before it can say so."""

    async def send(self, recipient: str, message: Message) -> str | None:
        await super().send(recipient, message)
        raise SystemExit


async def _deliver(store: Store, postman: Postman, *, now: datetime) -> list[Outcome]:
    outcomes = []
    while (done := await deliver_next(store, postman, worker="one", now=now)) is not None:
        outcomes.append(done.outcome)
    return outcomes


async def test_every_part_goes_to_every_recipient(store: Store) -> None:
    await store.issue_edition(edition(), ["a", "b"], recipients=[DESK, OTHER])
    postman = Postman()
    assert await _deliver(store, postman, now=at(25)) == [Outcome.SENT] * 4
    assert postman.carried == [(DESK, "a"), (DESK, "b"), (OTHER, "a"), (OTHER, "b")]


async def test_a_flood_is_waited_out_and_the_rest_follows_in_order(store: Store) -> None:
    row = await store.issue_edition(edition(), ["a", "b", "c"], recipients=[DESK])
    postman = Postman(None, RetryError("flood", after=timedelta(hours=1)))
    assert await _deliver(store, postman, now=at(25)) == [Outcome.SENT, Outcome.RETRY]
    assert await _deliver(store, postman, now=at(25.9)) == []
    assert await _deliver(store, postman, now=at(26)) == [Outcome.SENT] * 2
    assert [text for _, text in postman.carried] == ["a", "b", "c"]
    assert [(one.state, one.message) for one in await store.delivery_states(row)] == [("sent", "1"), ("sent", "2"), ("sent", "3")]  # fmt: skip


async def test_a_recipient_that_is_gone_holds_up_nobody(store: Store) -> None:
    row = await store.issue_edition(edition(), ["a", "b"], recipients=[DESK, OTHER])
    postman = Postman(SkipError("the bot was removed"))
    assert await _deliver(store, postman, now=at(25)) == [Outcome.GONE, Outcome.SENT, Outcome.SENT]
    assert postman.carried == [(OTHER, "a"), (OTHER, "b")]
    assert {one.reason for one in await store.delivery_states(row) if one.recipient == DESK} == {"the bot was removed"}


async def test_a_part_that_nobody_takes_holds_up_no_other(store: Store) -> None:
    row = await store.issue_edition(edition(), ["a", "b"], recipients=[DESK])
    postman = Postman(UnsendableError("the text is too long"))
    assert await _deliver(store, postman, now=at(25)) == [Outcome.FAILED, Outcome.SENT]
    assert postman.carried == [(DESK, "b")]
    assert [(one.state, one.reason) for one in await store.delivery_states(row)] == [("failed", "the text is too long"), ("sent", None)]  # fmt: skip


async def test_a_secret_address_stays_out_of_rows_and_reasons(store: Store) -> None:
    row = await store.issue_edition(edition(), ["a"], recipients=["env:OPS_CHAT"])
    done = await deliver_next(store, SecretPostman(), worker="one", now=at(25))
    assert done is not None
    assert done.reason is not None
    assert done.reason.startswith("env:OPS_CHAT cannot be reached on Telegram")
    assert "hunter2" not in done.reason
    assert [one.reason for one in await store.delivery_states(row)] == [done.reason]


async def test_a_part_sent_by_one_who_was_killed_is_not_sent_twice(store: Store) -> None:
    row = await store.issue_edition(edition(), ["a", "b"], recipients=[DESK])
    dying = DyingPostman()
    with pytest.raises(SystemExit):
        await _deliver(store, dying, now=at(25))

    alive = Postman()
    alive._keys, alive.carried = dying._keys, dying.carried
    assert await _deliver(store, alive, now=at(25)) == []
    assert await _deliver(store, alive, now=at(25) + PATIENCE + timedelta(seconds=1)) == [Outcome.SENT] * 2
    assert alive.carried == [(DESK, "a"), (DESK, "b")]
    assert {one.state for one in await store.delivery_states(row)} == {"sent"}


async def test_a_notice_goes_the_way_of_digests_with_its_text_escaped(store: Store) -> None:
    await issue_notice(store, "@desk <gone>", recipients=[OTHER], at=at(25))
    postman = Postman()
    await _deliver(store, postman, now=at(25))
    assert postman.carried == [(OTHER, "@desk &lt;gone&gt;")]
    assert await store.last_window_end("daily") is None


# --- on schedule


def _plan(zone: str = "Europe/Kyiv") -> DigestPlan:
    return DigestPlan(name="daily", schedule="30 3 * * *", timezone=zone, recipients=(DESK, OTHER))


@pytest.mark.parametrize("zone", ["Europe/Kyiv", "America/New_York", "Africa/Bamako"])
async def test_over_a_fortnight_with_deaths_and_a_change_of_clocks_each_window_goes_out_once(
    store: Store, zone: str
) -> None:
    """Every step is a new start of the daemon: what it knows is in the database. Some die between the carrying and the note."""
    plan, postman, area = _plan(zone), Postman(), ZoneInfo(zone)
    first = next_fire(plan.schedule, zone=area, after=datetime(2026, 10, 20, 12, tzinfo=UTC))
    end = first + timedelta(days=14)
    now = first + GRACE
    for number in range(int((end - now) / STEP)):
        if not 60 < number < 75:  # away for a day and a half
            await issue_due(store, plan, now=now)
            await issue_due(store, plan, now=now)
            await _deliver_somehow(store, postman, now=now, number=number)
        now += STEP
    await _deliver(store, postman, now=now + timedelta(days=1))

    due = [first, *fires(plan.schedule, zone=area, after=first, until=now - STEP - GRACE)]
    for recipient in (DESK, OTHER):
        heads = [text.partition("\n")[0] for whose, text in postman.carried if whose == recipient]
        assert len(heads) == len(set(heads)) == len(due)


async def _deliver_somehow(store: Store, postman: Postman, *, now: datetime, number: int) -> None:
    """Deliver well, or over a flood, or die after the first part."""
    if number % 5 == 0:
        dying = DyingPostman()
        dying._keys, dying.carried = postman._keys, postman.carried
        with suppress(SystemExit):
            await _deliver(store, dying, now=now)
        return
    if number % 3 == 0:
        postman.failures = iter([RetryError("flood", after=timedelta(minutes=90))])
    await _deliver(store, postman, now=now)


async def test_two_processes_that_find_an_edition_due_issue_one(database_url: str) -> None:
    plan, now = _plan(), datetime(2026, 4, 8, 0, 31, tzinfo=UTC)
    async with await Store.open(database_url) as one, await Store.open(database_url) as two:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(issue_due(store, plan, now=now)) for store in (one, two, one, two)]
        assert len([row for task in tasks for row in task.result()]) == 1
        postman = Postman()
        await _deliver(one, postman, now=now)
        assert len(postman.carried) == 2


async def test_posts_seen_after_their_window_are_in_its_edition_if_they_came_in_time(store: Store) -> None:
    reader = CountingReader()
    plan = DigestPlan(name="daily", schedule="0 0 * * *", recipients=(DESK,))
    late = [seen(number=1, date=at(23), hour=24.001), seen(number=2, date=at(24.005), hour=24.006)]
    await store.record(late)
    texts = await store.texts_to_read(reader.fingerprint, limit=10)
    await store.save_readings(reader.fingerprint, [(one, reader.read(one.text, posted_at=one.posted_at, channel=one.channel)) for one in texts])  # fmt: skip
    await issue_due(store, plan, now=at(24) + GRACE)
    postman = Postman()
    await _deliver(store, postman, now=at(25))
    ((_, text),) = postman.carried
    assert "Heard 1 of 1 channel, 1 post." in text


async def test_posts_of_a_time_away_are_in_the_editions_that_make_up_for_it(store: Store) -> None:
    """Nobody was there when they were posted: all of them were seen at once, after every window had ended."""
    reader = CountingReader()
    plan = DigestPlan(name="daily", schedule="0 0 * * *", recipients=(DESK,))
    await store.issue_edition(edition(end=24), ["a"])
    days = [1.5, 2.5, 3.5, 4.5, 5.5]
    await store.record([seen(number=number, date=at(24 * day), hour=24 * 6 + 1) for number, day in enumerate(days, 1)])
    texts = await store.texts_to_read(reader.fingerprint, limit=10)
    await store.save_readings(reader.fingerprint, [(one, reader.read(one.text, posted_at=one.posted_at, channel=one.channel)) for one in texts])  # fmt: skip
    issued = await issue_due(store, plan, now=at(24 * 6 + 2))
    assert [one.posts for one in issued] == [3, 1, 1]
    assert await issue_due(store, plan, now=at(24 * 6 + 3)) == ()


async def test_after_long_absence_few_editions_come_and_say_so(store: Store) -> None:
    plan = _plan()
    await store.issue_edition(edition(end=24), ["a"])
    issued = await issue_due(store, plan, now=at(24 * 8))
    assert len(issued) == 3
    postman = Postman()
    await _deliver(store, postman, now=at(24 * 8))
    joined = [text for recipient, text in postman.carried if recipient == DESK and "In place of" in text]
    assert len(joined) == 1
    assert "In place of 5 editions: the monitor was not running when they were due." in joined[0]
