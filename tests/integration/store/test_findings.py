"""Incidents and findings: exactly what the last comparison found, and every status there ever was."""

import asyncio
from datetime import timedelta

import pytest

from monitor.model.finding import Relation, Status, StatusChange
from monitor.store import FindingFilter, Saved, Store
from tests.integration.store.builders import DAY, at, citation, finding, incident, save_comparison


async def test_findings_and_incidents_come_back_whole(store: Store) -> None:
    await save_comparison(store, [incident()], [finding()])

    assert await store.incidents() == (incident(),)
    assert await store.findings() == (finding(),)


async def test_what_is_stored_is_exactly_what_was_found_last(store: Store) -> None:
    await save_comparison(
        store, [incident("i1"), incident("i2")], [finding("first"), finding("second"), finding("third")]
    )

    saved = await save_comparison(
        store,
        [incident("i1"), incident("i3")],
        [finding("first"), finding("second", status=Status.STANDING, hour=25), finding("fourth")],
    )

    assert saved == Saved(added=2, changed=1, removed=2)
    assert [one.id for one in await store.incidents()] == ["i1", "i3"]
    assert set(await store.findings()) == {
        finding("first"),
        finding("second", status=Status.STANDING, hour=25),
        finding("fourth"),
    }


async def test_saving_the_same_comparison_again_touches_nothing(store: Store) -> None:
    await save_comparison(store, [incident()], [finding()])

    assert await save_comparison(store, [incident()], [finding()]) == Saved()


async def test_every_status_is_kept_after_its_finding_is_gone(store: Store) -> None:
    await save_comparison(store, [incident()], [finding()])
    await save_comparison(store, [incident()], [finding(status=Status.STANDING, hour=25)])
    await save_comparison(store, [], [])

    assert await store.findings() == ()
    assert await store.finding_changes(finding().id) == (
        StatusChange(status=Status.EVOLVING, at=at(1), reason="found"),
        StatusChange(status=Status.STANDING, at=at(25), reason="a day went by"),
    )


async def test_two_comparisons_saved_at_once_end_well(database_url: str) -> None:
    async with await Store.open(database_url) as one, await Store.open(database_url) as two:
        async with asyncio.TaskGroup() as group:
            for store in (one, two, one, two):
                group.create_task(save_comparison(store, [incident()], [finding(str(number)) for number in range(20)]))
        assert len(await one.findings()) == 20


async def test_findings_are_filtered(store: Store) -> None:
    contradiction = finding("one")
    agreement = finding(
        "two",
        relation=Relation.CORROBORATE,
        severity=None,
        side="WAGNER",
        place="Kidal",
        incident="i2",
        first_seen=at(5),
        a=citation(channel="Third"),
        b=citation(channel="fourth"),
    )
    await save_comparison(store, [incident("i1"), incident("i2")], [contradiction, agreement])

    for wanted, expected in [
        (FindingFilter(), {contradiction, agreement}),
        (FindingFilter(relation=Relation.CONTRADICT), {contradiction}),
        (FindingFilter(status=Status.RETRACTED), set()),
        (FindingFilter(min_severity=1), {contradiction}),
        (FindingFilter(incident="i2"), {agreement}),
        (FindingFilter(side="WAGNER"), {agreement}),
        (FindingFilter(place="Kidal"), {agreement}),
        (FindingFilter(channel="THIRD"), {agreement}),
        (FindingFilter(channel="rebels"), {contradiction}),
        (FindingFilter(since=at(5)), {agreement}),
        (FindingFilter(until=at(5)), {contradiction}),
        (FindingFilter(channel="desk", side="WAGNER"), set()),
    ]:
        assert set(await store.findings(wanted)) == expected, wanted


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [(None, None, 1), (0, 24, 1), (23, None, 1), (24, None, 0), (None, 0, 0), (None, 1, 1)],
)
async def test_incidents_are_given_that_touch_the_period(
    store: Store, since: float | None, until: float | None, expected: int
) -> None:
    await save_comparison(store, [incident(from_day=(DAY - timedelta(days=1)).date())], [])
    await save_comparison(store, [incident()], [])

    found = await store.incidents(
        since=None if since is None else at(since), until=None if until is None else at(until)
    )

    assert len(found) == expected
