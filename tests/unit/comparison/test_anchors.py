"""What ties two statements so surely that they may be held against each other."""

from datetime import timedelta

import pytest

from monitor.comparison.anchors import is_anchored
from monitor.comparison.statements import Statement, statements_of
from monitor.model.claim import Claim, Kind, Place, Polarity, Scope, TimeBasis
from monitor.model.quantity import Bound
from tests.told import BATTLE, KIDAL, NOON, TINZAOUATEN, claim, quantity, read_post

TAMANRASSET = Place(id="tamanrasset", name="Tamanrasset", country="DZ", latitude=22.79, longitude=5.53)
CAMP = Place(id="camp", name="Camp", country="ML", latitude=20.1, longitude=2.95, kind="site")


def statement(said: Claim, *, channel: str = "one", hours: float = 0) -> Statement:
    (found,) = statements_of([read_post(said, channel=channel, at=NOON + timedelta(hours=hours))])
    return found


@pytest.mark.parametrize(
    ("other", "hours", "alike", "expected"),
    [
        pytest.param(claim(3), 1, 0.0, True, id="one town, one day"),
        pytest.param(claim(3, place=CAMP), 1, 0.0, True, id="a site outside the town"),
        pytest.param(claim(3, place=KIDAL), 1, 0.0, False, id="only the region"),
        pytest.param(claim(3, place=KIDAL), 1, 0.3, True, id="the region, and the same words"),
        pytest.param(claim(3, place=None), 1, 0.0, False, id="no place"),
        pytest.param(
            claim(3, event_from=BATTLE + timedelta(days=1), event_to=BATTLE + timedelta(days=1)),
            24,
            0.0,
            False,
            id="the next day",
        ),
        pytest.param(claim(0, kind=Kind.CASUALTIES), 1, 0.0, True, id="none, on the same day"),
        pytest.param(claim(0, kind=Kind.CASUALTIES), 80, 0.9, False, id="none, said days later"),
        pytest.param(claim(7, kind=Kind.CASUALTIES), 1, 0.9, False, id="a few victims beside a few more dead"),
        pytest.param(claim(3, kind=Kind.CASUALTIES), 1, 0.9, False, id="a handful of victims beside many dead"),
        pytest.param(claim(47, kind=Kind.CASUALTIES), 1, 0.9, True, id="casualties beside dead"),
        pytest.param(
            claim(quantity(20, 99, Bound.VAGUE), kind=Kind.CASUALTIES), 1, 0.9, False, id="a number of victims"
        ),
        pytest.param(claim(0, place=None), 1, 0.2, False, id="none, somewhere"),
        pytest.param(claim(9, polarity=Polarity.DENIED, place=None), 1, 0.0, True, id="the figure denied"),
        pytest.param(claim(8, polarity=Polarity.DENIED), 1, 0.0, False, id="another figure denied"),
        pytest.param(claim(5000), 1, 0.9, False, id="a figure that must be a sum"),
    ],
)
def test_place_day_and_words_tie_statements(other: Claim, hours: float, alike: float, expected: bool) -> None:
    one = statement(claim(9))
    two = statement(other, channel="two", hours=hours)
    assert is_anchored(one, two, alike=alike) is expected
    assert is_anchored(two, one, alike=alike) is expected


def test_one_post_is_not_held_against_itself() -> None:
    first, second = statements_of([read_post(claim(9), claim(3))])
    assert not is_anchored(first, second, alike=1.0)


def test_a_house_is_not_held_against_the_day_of_a_country() -> None:
    house, day = claim(15, side="civ-MLI"), claim(180, side="civ-MLI")
    assert not is_anchored(statement(house), statement(day, channel="two"), alike=0.9)


def test_a_period_without_a_beginning_is_known_by_its_words_or_its_size() -> None:
    few, more = (claim(number, scope=Scope.PERIOD, place=None) for number in (12, 40))
    assert not is_anchored(statement(few), statement(more, channel="two"), alike=0.1)
    assert is_anchored(statement(few), statement(more, channel="two"), alike=0.3)
    many, most = (claim(number, scope=Scope.PERIOD, place=None) for number in (3200, 45000))
    assert is_anchored(statement(many), statement(most, channel="two"), alike=0.0)


def test_dozens_and_one_hurt_among_many_count_nobody_out() -> None:
    many = claim(90, side="civ-MLI")
    dozens = claim(quantity(20, 45, Bound.VAGUE), side="civ-MLI")
    assert not is_anchored(statement(dozens), statement(claim(200, side="civ-MLI"), channel="two"), alike=0.9)
    one = claim(1, kind=Kind.WOUNDED)
    assert not is_anchored(statement(one), statement(claim(20, kind=Kind.WOUNDED), channel="two"), alike=0.9)
    assert is_anchored(statement(claim(2)), statement(claim(47), channel="two"), alike=0.0)
    assert is_anchored(statement(claim(60, side="civ-MLI")), statement(many, channel="two"), alike=0.0)


def test_hardware_shot_down_over_two_countries_is_counted_twice() -> None:
    downed = {"kind": Kind.EQUIPMENT, "item": "drone", "scope": Scope.WAR_TOTAL}
    here, there = claim(40, **downed), claim(90, **downed, place=TAMANRASSET)
    assert not is_anchored(statement(here), statement(there, channel="two"), alike=0.9)


def test_posts_that_name_no_day_speak_of_the_day_they_were_posted() -> None:
    undated = {"event_from": None, "event_to": None, "time_basis": TimeBasis.POST}
    first, later = statement(claim(9, **undated)), statement(claim(3, **undated), channel="two", hours=30)
    assert not is_anchored(first, later, alike=0.1)
    assert is_anchored(first, later, alike=0.4)


def test_totals_need_no_town() -> None:
    total = claim(900, scope=Scope.DAILY, place=None, time_basis=TimeBasis.POST)
    assert is_anchored(statement(total), statement(total, channel="two"), alike=0.0)


def test_narrow_places_and_totals_of_a_day_are_occurrences() -> None:
    assert statement(claim(3, scope=Scope.DAILY, place=TINZAOUATEN)).scope is Scope.INCIDENT
    assert statement(claim(3, scope=Scope.DAILY, place=KIDAL)).scope is Scope.DAILY
