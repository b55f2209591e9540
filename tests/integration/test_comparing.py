"""Comparing step by step ends where comparing everything at once does, whatever came when and wherever it broke off."""

import asyncio
import random
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor import comparing, pipeline
from monitor.comparing import compare_kept, compare_stored
from monitor.comparison import compare
from monitor.model.claim import Claim, Kind, Reading, TimeBasis
from monitor.model.finding import Change, Finding, Incident, Relation, Status
from monitor.model.post import Channel, Forward, Observation, PostRef, Span
from monitor.store import ComparisonDesk, Store
from tests.told import GOSSI, KIDAL, TINZAOUATEN, claim

DAY = datetime(2024, 7, 27, tzinfo=UTC)
HOUR = timedelta(hours=1)
PLACES = {"Tinzaouaten": TINZAOUATEN, "Gossi": GOSSI, "Kidal": KIDAL, "somewhere": None}
SIDES = ("MLI", "WAGNER", "civ-MLI", "nobody")


class PlainReader:
    """A reader of texts such as "47 MLI killed Tinzaouaten; 2 WAGNER wounded Gossi, says csp"."""

    fingerprint = "plain"

    def read(self, text: str, *, posted_at: datetime | None, channel: object) -> Reading:
        """Return a claim a sentence."""
        assert posted_at is not None
        assert channel is not None
        return Reading(language="en", claims=tuple(_claims(text)))


def _claims(text: str) -> Iterable[Claim]:
    start = 0
    for sentence in text.split("; "):
        figures, _, speaker = sentence.partition(", says ")
        words = figures.split()
        if len(words) == 4:
            number, side, kind, place = words
            yield replace(
                claim(int(number)),
                kind=Kind(kind),
                side=None if side == "nobody" else side,
                place=PLACES[place],
                place_text=place,
                span=Span(start=start, end=start + len(figures)),
                event_from=None,
                event_to=None,
                time_basis=TimeBasis.POST,
                speaker=speaker or None,
                attributed_to=speaker or None,
            )
        start += len(sentence) + 2


def story(draw: random.Random) -> list[Observation]:
    """Return sightings of posts of five channels over a week: copies, replies, edits and deletions among them."""
    seen: list[Observation] = []
    for number in range(1, 26):
        at = DAY + draw.randrange(168) * HOUR
        channel = draw.choice(("army", "csp", "desk", "wire", "mirror"))
        ref = PostRef(channel=channel, message_id=number)
        post = Observation(
            ref=ref,
            date=at,
            observed_at=at,
            text=_text(draw),
            reply_to=draw.choice((None, None, draw.randrange(1, 26))),
            forward=draw.choice((None, None, None, Forward(channel="csp", message_id=draw.randrange(1, 26)))),
        )
        seen.append(post)
        if draw.random() < 0.3:
            edited = at + draw.randrange(1, 30) * HOUR
            seen.append(replace(post, observed_at=edited, edit_date=edited, text=_text(draw)))
        if draw.random() < 0.2:
            seen.append(Observation(ref=ref, observed_at=at + draw.randrange(31, 60) * HOUR, is_gone=True))
    return seen


def _text(draw: random.Random) -> str:
    return "; ".join(
        f"{draw.choice((0, 1, 2, 9, 20, 47, 84))} {draw.choice(SIDES)} {draw.choice(('killed', 'wounded', 'casualties'))} "
        f"{draw.choice(list(PLACES))}{draw.choice(('', '', ', says csp', ', says wire', ', says the ministry'))}"
        for _ in range(draw.randrange(0, 3))
    )


async def compared(store: Store) -> tuple[dict[str, Incident], dict[str, Finding]]:
    return {one.id: one for one in await store.incidents()}, {one.id: one for one in await store.findings()}


async def whole(store: Store) -> tuple[dict[str, Incident], dict[str, Finding]]:
    """Compare all that is stored at once."""
    as_of = await store.newest_instant()
    assert as_of is not None
    posts = [post async for post in store.read_posts()]
    result = compare(posts, as_of=as_of, channels=await store.channels())
    return {one.id: one for one in result.incidents}, {one.id: one for one in result.findings}


async def take(store: Store, batch: Sequence[Observation]) -> None:
    await store.record(batch)
    await pipeline.extract(store, PlainReader())


def batches(observations: Sequence[Observation], draw: random.Random) -> Iterable[Sequence[Observation]]:
    """Yield the observations in any order and any batches, some of them twice."""
    left = [*observations, *draw.sample(observations, 5)]
    draw.shuffle(left)
    while left:
        size = draw.randrange(1, 12)
        yield left[:size]
        left = left[size:]


@pytest.mark.parametrize("seed", range(6))
async def test_any_order_of_posts_edits_and_deletions_ends_as_comparing_all_at_once(
    store: Store, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = random.Random(seed)  # noqa: S311 - a test's chance
    monkeypatch.setattr(comparing, "STEP", draw.choice((1, 3, 400)))
    observations = story(draw)
    for batch in batches(observations, draw):
        await take(store, batch)
        if draw.random() < 0.7:
            await compare_stored(store)
    await compare_stored(store)

    assert await compared(store) == await whole(store)
    before = await compared(store)
    await store.forget_comparison()
    await compare_stored(store)
    assert await compared(store) == before


@pytest.mark.parametrize("seed", range(6))
async def test_what_is_known_of_occurrences_spares_finding_them_and_changes_nothing(store: Store, seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311 - a test's chance
    observations = story(draw)
    for batch in batches(observations, draw):
        await take(store, batch)
    posts = [post async for post in store.read_posts()]
    as_of, channels = await store.newest_instant(), await store.channels()
    assert as_of is not None
    whole_result = compare(posts, as_of=as_of, channels=channels)
    assert await compare_kept(store, posts, as_of=as_of) == whole_result  # while posts wait, by themselves
    await compare_stored(store)
    assert await compare_kept(store, posts, as_of=as_of) == whole_result


async def test_a_post_looked_at_as_it_was_before_an_edit_is_compared_by_itself(store: Store) -> None:
    ref = PostRef(channel="army", message_id=1)
    first = Observation(ref=ref, date=DAY + HOUR, observed_at=DAY + HOUR, text="2 MLI killed Gossi")
    edited = replace(first, observed_at=DAY + 9 * HOUR, edit_date=DAY + 9 * HOUR, text="47 WAGNER wounded Kidal")
    other = Observation(ref=replace(ref, channel="csp"), date=DAY, observed_at=DAY, text="47 MLI killed Gossi")
    await take(store, [first, other, edited])
    await compare_stored(store)
    posts = [
        seen async for post in store.read_posts() if (seen := pipeline.as_seen_at(post, DAY + 5 * HOUR)) is not None
    ]
    found = await compare_kept(store, posts, as_of=DAY + 5 * HOUR)
    assert found == compare(posts, as_of=DAY + 5 * HOUR, channels=await store.channels())
    assert [finding.relation for finding in found.findings] == [Relation.CONTRADICT]


async def test_a_step_that_breaks_off_is_done_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    draw = random.Random(11)  # noqa: S311 - a test's chance
    monkeypatch.setattr(comparing, "STEP", 2)
    done, left = ComparisonDesk.done, [3, 1, 5, 2]

    async def break_off(self: ComparisonDesk, posts: Iterable[object]) -> None:
        left[0] -= 1
        if left[0] == 0:
            left.pop(0)
            raise KeyboardInterrupt
        await done(self, posts)  # type: ignore[arg-type]

    observations = story(draw)
    monkeypatch.setattr(ComparisonDesk, "done", break_off)
    for batch in batches(observations, draw):
        await take(store, batch)
        if len(left) > 1:
            try:
                await compare_stored(store)
            except KeyboardInterrupt:
                continue
    monkeypatch.setattr(ComparisonDesk, "done", done)
    await compare_stored(store)

    assert await compared(store) == await whole(store)


async def test_two_programs_on_one_database_end_as_one(database_url: str) -> None:
    observations = story(random.Random(5))  # noqa: S311 - a test's chance
    halves = [[one for one in observations if (one.ref.channel in {"army", "csp"}) is first] for first in (True, False)]

    async def follow(store: Store, half: Sequence[Observation]) -> None:
        for start in range(0, len(half), 4):
            await take(store, half[start : start + 4])
            await compare_stored(store)

    async with await Store.open(database_url) as one, await Store.open(database_url) as two:
        async with asyncio.TaskGroup() as group:
            for store, half in zip((one, two), halves, strict=True):
                group.create_task(follow(store, half))
        await compare_stored(one)
        assert await compared(two) == await whole(two)


async def test_a_step_that_has_nothing_to_compare_changes_nothing(store: Store) -> None:
    await take(store, story(random.Random(3)))  # noqa: S311 - a test's chance
    await compare_stored(store)

    assert await compare_stored(store) == comparing.Compared()


async def test_looking_at_a_post_again_lets_nothing_be_compared(store: Store) -> None:
    post = Observation(ref=PostRef(channel="army", message_id=1), date=DAY, observed_at=DAY, text="2 MLI killed Gossi")
    await take(store, [post])
    await compare_stored(store)
    await take(store, [replace(post, observed_at=DAY + HOUR, views=12)])

    assert (await compare_stored(store)).posts == 0


async def test_time_alone_lets_a_dispute_stand(store: Store) -> None:
    def post(channel: str, number: int, hours: float, text: str) -> Observation:
        at = DAY + hours * HOUR
        return Observation(ref=PostRef(channel=channel, message_id=number), date=at, observed_at=at, text=text)

    await take(store, [post("army", 1, 0, "9 civ-MLI killed Gossi"), post("csp", 2, 1, "3 civ-MLI killed Gossi")])
    await take(store, [post("army", 3, 3, "2 civ-MLI wounded Gossi")])
    await compare_stored(store)
    (early,) = await store.findings()
    await take(store, [post("desk", 4, 30, "nothing happened")])
    await compare_stored(store)
    (late,) = await store.findings()

    assert (early.relation, early.status) == (Relation.CONTRADICT, Status.EVOLVING)
    assert late.status is Status.STANDING
    assert [change.status for change in await store.finding_changes(late.id)] == [Status.EVOLVING, Status.STANDING]


async def test_a_channel_that_is_named_later_is_the_speaker_quoted_before(store: Store) -> None:
    def post(channel: str, number: int, text: str) -> Observation:
        at = DAY + number * HOUR
        return Observation(ref=PostRef(channel=channel, message_id=number), date=at, observed_at=at, text=text)

    await take(store, [post("desk", 1, "9 MLI killed Gossi, says csp"), post("army", 2, "2 MLI killed Gossi")])
    await compare_stored(store)
    await store.declare_channels([Channel(key="azawad", name="CSP")])
    await compare_stored(store)

    (finding,) = await store.findings()
    assert "channel:azawad" in {finding.a.origin.id, finding.b.origin.id}
    assert await compared(store) == await whole(store)


async def test_incidents_that_turn_out_to_be_one_are_kept_in_mind(store: Store) -> None:
    def post(number: int, hours: float, text: str, reply_to: int | None = None) -> Observation:
        at = DAY + hours * HOUR
        ref = PostRef(channel="desk", message_id=number)
        return Observation(ref=ref, date=at, observed_at=at, text=text, reply_to=reply_to)

    await take(store, [post(2, 20, "47 MLI killed Tinzaouaten")])
    await compare_stored(store)
    (late,) = await store.incidents()
    await take(store, [post(1, 2, "47 MLI killed Tinzaouaten")])
    await compare_stored(store)
    (first,) = await store.incidents()

    assert first.id != late.id
    (change,) = await store.incident_changes(late.id)
    assert (change.incident, change.change, change.other) == (late.id, Change.JOINED, first.id)
    assert (await store.incident_changes(first.id)) == (change,)
