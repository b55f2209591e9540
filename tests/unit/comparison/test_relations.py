"""What stands to what: comparable, compatible, contradictory (CODEBOOK 4.2 to 4.5)."""

from datetime import date, timedelta

import pytest

from monitor.comparison.places import PlaceMatch
from monitor.comparison.relations import Judgement, Position, adjusted, agrees, relate
from monitor.comparison.statements import statements_of
from monitor.model.claim import Claim, Kind, Polarity, Scope, SideBasis, TimeBasis, Word
from monitor.model.finding import Origin, OriginBasis, Relation
from monitor.model.post import Span
from tests.told import BATTLE, NOON, at_least, claim, quantity, read_post

HOUR = timedelta(hours=1)


def position(
    said: Claim, *, channel: str = "one", origin: str | None = None, hours: float = 0, message_id: int = 1
) -> Position:
    (statement,) = statements_of([read_post(said, channel=channel, at=NOON + hours * HOUR, message_id=message_id)])
    basis = OriginBasis.SELF if origin is None else OriginBasis.SPEAKER
    return Position(statement=statement, origin=Origin(id=origin or channel, basis=basis))


def judged(a: Claim, b: Claim, *, place: PlaceMatch = PlaceMatch.SAME) -> Judgement:
    """Judge two channels' claims, and make sure that the other way round is the same."""
    one, other = position(a, channel="one"), position(b, channel="other")
    there, back = relate(one, other, place=place), relate(other, one, place=place)
    assert (there.relation, there.severity, there.is_denial) == (back.relation, back.severity, back.is_denial)
    assert there.part is None or there.part == 1 - (back.part or 0)
    return there


@pytest.mark.parametrize(
    ("a", "b", "severity"),
    [
        pytest.param(claim(2), claim(47), 3, id="two against forty-seven"),
        pytest.param(claim(84, side="WAGNER"), claim(50, side="WAGNER"), 2, id="eighty-four against fifty"),
        pytest.param(claim(0, kind=Kind.CASUALTIES), claim(20), 3, id="no losses against twenty dead"),
        pytest.param(claim(84), claim(30, kind=Kind.CASUALTIES), 2, id="more dead than casualties"),
        pytest.param(claim(84, side="WAGNER"), claim(50, side="MLI+WAGNER"), 2, id="one side more than both"),
        pytest.param(claim(84, side="WAGNER"), claim(50, side="RU"), 2, id="more Wagner than Russians"),
        pytest.param(claim(84), claim(50, scope=Scope.WAR_TOTAL), 2, id="more in an incident than in the war"),
        pytest.param(
            claim(1090, scope=Scope.DAILY, place=None), claim(300, scope=Scope.DAILY, place=None), 3, id="daily totals"
        ),
        pytest.param(claim(40, polarity=Polarity.DENIED), claim(40), 3, id="a denial of the same figure"),
        pytest.param(claim(40, polarity=Polarity.DENIED), claim(at_least(30)), 3, id="a denial of a figure allowed"),
        pytest.param(
            claim(31, kind=Kind.EQUIPMENT, item="drone"), claim(112, kind=Kind.EQUIPMENT, item="drone"), 3, id="drones"
        ),
        pytest.param(
            claim(112, kind=Kind.EQUIPMENT, item="drone"),
            claim(31, kind=Kind.EQUIPMENT, item=None),
            3,
            id="more drones than units of equipment",
        ),
    ],
)
def test_figures_that_cannot_both_hold_contradict(a: Claim, b: Claim, severity: int) -> None:
    judgement = judged(a, b)
    assert judgement.relation is Relation.CONTRADICT
    assert judgement.severity == severity


@pytest.mark.parametrize(
    ("a", "b"),
    [
        pytest.param(claim(46), claim(47), id="within tolerance"),
        pytest.param(claim(at_least(17)), claim(at_least(46)), id="two lower bounds"),
        pytest.param(claim(quantity(None, 5)), claim(quantity(None, 80)), id="two upper bounds"),
        pytest.param(claim(20), claim(60, kind=Kind.CASUALTIES), id="the dead within the casualties"),
        pytest.param(claim(46, side="WAGNER"), claim(50, side="RU"), id="Wagner within the Russians"),
        pytest.param(claim(20, side="WAGNER"), claim(quantity(20, 50), side="MLI+WAGNER"), id="one of two sides"),
        pytest.param(claim(0), claim(20, kind=Kind.CASUALTIES), id="none dead, some hurt"),
        pytest.param(claim(400, polarity=Polarity.DENIED), claim(60), id="a denial of another figure"),
        pytest.param(claim(40, polarity=Polarity.DENIED), claim(0), id="a denial and no losses"),
        pytest.param(claim(40, polarity=Polarity.DENIED), claim(40, polarity=Polarity.DENIED), id="two denials"),
    ],
)
def test_figures_that_can_both_hold_are_compatible(a: Claim, b: Claim) -> None:
    assert judged(a, b).relation is Relation.COMPATIBLE


@pytest.mark.parametrize(
    ("a", "b"),
    [
        pytest.param(claim(84, side="WAGNER"), claim(47), id="two sides"),
        pytest.param(claim(84), claim(15, kind=Kind.CAPTURED), id="two kinds"),
        pytest.param(claim(at_least(50), side=None), claim(2), id="an unknown side"),
        pytest.param(claim(84), claim(300, scope=Scope.WAR_TOTAL), id="an incident and a larger total"),
        pytest.param(claim(84), claim(2, scope=Scope.PERIOD), id="an incident and a period"),
        pytest.param(
            claim(20), claim(2, event_from=date(2024, 7, 11), event_to=date(2024, 7, 11)), id="two weeks apart"
        ),
        pytest.param(
            claim(1090, scope=Scope.DAILY, place=None),
            claim(530, scope=Scope.DAILY, place=None, event_to=date(2024, 7, 28), event_from=date(2024, 7, 28)),
            id="two days' totals",
        ),
        pytest.param(
            claim(10, scope=Scope.PERIOD, period_start=date(2024, 1, 1)),
            claim(90, scope=Scope.PERIOD, period_start=date(2022, 2, 24)),
            id="two periods",
        ),
        pytest.param(
            claim(1, kind=Kind.EQUIPMENT, item="tank"), claim(9, kind=Kind.EQUIPMENT, item="ship"), id="two items"
        ),
        pytest.param(
            claim(1, kind=Kind.EQUIPMENT, item="aircraft", model="f-15"),
            claim(4, kind=Kind.EQUIPMENT, item="aircraft", model="e-3"),
            id="two models",
        ),
    ],
)
def test_claims_about_different_things_are_not_compared(a: Claim, b: Claim) -> None:
    assert judged(a, b).relation is Relation.NOT_COMPARABLE


def test_hypothetical_claim_is_no_statement() -> None:
    assert not statements_of([read_post(claim(500, polarity=Polarity.HYPOTHETICAL))])


def test_places_apart_are_not_compared() -> None:
    assert judged(claim(2), claim(47), place=PlaceMatch.APART).relation is Relation.NOT_COMPARABLE


def test_doubt_about_a_figure_disputes_it() -> None:
    judgement = judged(claim(80, polarity=Polarity.DOUBTED), claim(20))
    assert judgement.relation is Relation.DISPUTED
    assert judgement.severity is None


def test_a_part_may_be_smaller_than_the_whole() -> None:
    assert judged(claim(3, subset_of=0), claim(47)).relation is Relation.COMPATIBLE


def test_a_part_may_not_be_larger_than_the_whole() -> None:
    assert judged(claim(30, subset_of=0), claim(4)).relation is Relation.CONTRADICT


def test_one_victim_named_without_a_number_is_a_part() -> None:
    named = claim(1, words=(Word(role="noun", span=Span(start=0, end=4)),))
    counted = claim(1, words=(Word(role="number", span=Span(start=0, end=4)),))
    assert judged(named, claim(29)).relation is Relation.COMPATIBLE
    assert judged(counted, claim(29)).relation is Relation.CONTRADICT


@pytest.mark.parametrize(
    ("later", "channel", "hours", "relation"),
    [
        pytest.param(claim(84), "two", 3, Relation.SAME_ORIGIN, id="another channel repeats it"),
        pytest.param(claim(184), "two", 3, Relation.DISTORTION, id="another channel misquotes it within a day"),
        pytest.param(claim(184, is_update=True), "two", 3, Relation.REVISION, id="another channel brings the update"),
        pytest.param(claim(184), "two", 30, Relation.REVISION, id="another channel brings a later figure"),
        pytest.param(claim(90), "one", 3, Relation.REVISION, id="the channel gives a new figure"),
        pytest.param(claim(84), "one", 3, Relation.SAME_ORIGIN, id="the channel repeats itself"),
        pytest.param(claim(84, polarity=Polarity.DENIED), "one", 3, Relation.REVISION, id="the channel takes it back"),
    ],
)
def test_one_origin_repeats_revises_or_is_misquoted(
    later: Claim, channel: str, hours: float, relation: Relation
) -> None:
    first = position(claim(84), channel="one", origin="csp")
    second = position(later, channel=channel, origin="csp", hours=hours, message_id=2)
    assert relate(first, second, place=PlaceMatch.SAME).relation is relation
    assert relate(second, first, place=PlaceMatch.SAME).relation is relation


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        pytest.param({"side_basis": SideBasis.CHANNEL}, PlaceMatch.SAME, id="the side is the channel's guess"),
        pytest.param({"time_basis": TimeBasis.POST}, PlaceMatch.SAME, id="the day is the posting day"),
        pytest.param({}, PlaceMatch.NEAR, id="the places are only near"),
    ],
)
def test_a_guess_lowers_the_severity(changed: dict[str, object], place: PlaceMatch) -> None:
    a, b = position(claim(2, **changed)), position(claim(47), channel="two")
    assert adjusted(3, a, b, place=place, is_backed=False) == 2
    assert adjusted(1, a, b, place=place, is_backed=False) == 1


def test_backing_on_both_ends_raises_the_severity_up_to_three() -> None:
    a, b = position(claim(2)), position(claim(47), channel="two")
    assert adjusted(1, a, b, place=PlaceMatch.SAME, is_backed=True) == 2
    assert adjusted(3, a, b, place=PlaceMatch.SAME, is_backed=True) == 3


def test_nobody_hurt_answers_the_hurt_of_the_same_town_and_day() -> None:
    nobody = claim(0, kind=Kind.CASUALTIES, side=None)
    assert judged(nobody, claim(4)).relation is Relation.CONTRADICT
    elsewhere = claim(4, place=None)
    assert judged(nobody, elsewhere).relation is Relation.NOT_COMPARABLE


def test_lower_bound_does_not_agree_with_a_figure_it_merely_allows() -> None:
    assert agrees(position(claim(84)), position(claim(84), channel="two"))
    assert agrees(position(claim(84)), position(claim(86), channel="two"))
    assert not agrees(position(claim(84)), position(claim(at_least(20)), channel="two"))


def test_day_of_the_text_outweighs_the_day_of_posting() -> None:
    late = position(claim(47), channel="two", hours=400)
    assert late.statement.day_from == BATTLE
    assert relate(position(claim(2)), late, place=PlaceMatch.SAME).relation is Relation.CONTRADICT
