"""Disputes in time: moving tolls, corrections, deletions, and when a dispute stands (CODEBOOK 2)."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import pytest

from monitor.comparison import compare
from monitor.model.claim import Claim, Kind, Polarity, ReadPost, Scope, TimeBasis
from monitor.model.finding import Finding, Relation, Split, Status
from monitor.model.post import Channel, Span
from monitor.model.quantity import Quantity
from tests.told import NOON, at_least, claim, read_post

HOUR = timedelta(hours=1)
AS_OF = NOON + timedelta(days=10)


def civilians(number: int | Quantity, **fields: object) -> Claim:
    return claim(number, side="civ-MLI", **fields)


def said(
    channel: str | Channel,
    hours: float,
    *claims: Claim,
    edits: Sequence[tuple[timedelta, Sequence[Claim]]] = (),
    deleted_after: float | None = None,
) -> ReadPost:
    at = NOON + hours * HOUR
    gone = None if deleted_after is None else at + deleted_after * HOUR
    return read_post(*claims, channel=channel, message_id=int(hours * 60) + 1, at=at, edits=edits, deleted_at=gone)


def findings(*posts: ReadPost, relation: Relation = Relation.CONTRADICT, as_of: datetime = AS_OF) -> list[Finding]:
    return [one for one in compare(posts, as_of=as_of).findings if one.relation is relation]


def test_rising_toll_is_no_contradiction() -> None:
    assert not findings(said("one", 0, civilians(2)), said("two", 1, civilians(5)))


def test_falling_toll_is_a_contradiction() -> None:
    (finding,) = findings(said("one", 0, civilians(9)), said("two", 1, civilians(6)))
    assert (finding.a.ref.channel, finding.b.ref.channel) == ("one", "two")


def test_lower_figure_restated_after_the_higher_one_is_a_contradiction() -> None:
    posts = [said("one", 0, civilians(3)), said("two", 1, civilians(9)), said("one", 5, civilians(3))]
    (finding,) = findings(*posts)
    assert finding.b.ref == posts[2].post.ref


def test_old_figure_repeated_by_a_newcomer_is_stale_not_a_contradiction() -> None:
    assert not findings(said("one", 0, civilians(1)), said("two", 2, civilians(2)), said("three", 4, civilians(1)))


def test_answer_to_a_higher_figure_is_a_contradiction_when_the_figure_returns() -> None:
    posts = [said("one", 0, civilians(9)), said("two", 1, civilians(2)), said("three", 2, civilians(9))]
    pairs = {frozenset((one.a.ref.channel, one.b.ref.channel)) for one in findings(*posts)}
    assert frozenset(("two", "three")) in pairs


def test_wounded_who_died_explain_fewer_wounded() -> None:
    before = (civilians(1), civilians(3, kind=Kind.WOUNDED))
    after = (civilians(2), civilians(2, kind=Kind.WOUNDED))
    assert not findings(said("one", 0, *before), said("two", 2, *after))


def test_missing_who_were_found_explain_fewer_missing() -> None:
    missing = {"kind": Kind.MISSING}
    assert not findings(said("one", 0, civilians(4, **missing)), said("two", 2, civilians(2, **missing)))


def test_lost_hardware_does_not_grow_by_itself() -> None:
    lost = {"kind": Kind.EQUIPMENT, "item": "helicopter"}
    assert findings(said("one", 0, claim(1, **lost)), said("two", 2, claim(3, **lost)))


def test_two_parties_to_the_fight_do_not_wait_for_each_other() -> None:
    army, rebels = Channel(key="army", alignment="MLI"), Channel(key="rebels", alignment="CSP")
    (finding,) = findings(said(army, 0, claim(2)), said(rebels, 1, claim(47)))
    assert finding.severity == 3
    assert finding.split is Split.PARTISAN


@pytest.mark.parametrize(
    ("low", "high", "split"),
    [
        pytest.param("MLI", "CSP", Split.PARTISAN, id="each camp makes the other lose more"),
        pytest.param("CSP", "MLI", Split.ADMISSION, id="a camp owns to more than its enemy claims"),
        pytest.param("CSP", "CSP", Split.WITHIN_CAMP, id="one camp disagrees with itself"),
        pytest.param(None, "CSP", None, id="a camp is not known"),
    ],
)
def test_split_tells_which_camps_divide(low: str | None, high: str, split: Split | None) -> None:
    one, two = Channel(key="one", alignment=low), Channel(key="two", alignment=high)
    (finding,) = findings(said(one, 1, claim(2)), said(two, 0, claim(47)))
    assert finding.split is split


def test_dispute_evolves_until_the_earlier_origin_posts_again_a_day_later() -> None:
    posts = [
        said("one", 0, civilians(9)),
        said("two", 1, civilians(3)),
        said("one", 30, civilians(2, kind=Kind.WOUNDED)),
    ]
    (early,) = findings(*posts, as_of=NOON + 20 * HOUR)
    (late,) = findings(*posts)
    assert early.status is Status.EVOLVING
    assert late.status is Status.STANDING
    assert [change.at for change in late.history] == [NOON + HOUR, NOON + 30 * HOUR]
    assert late.id == early.id


def test_dispute_nobody_returns_to_goes_on_evolving() -> None:
    (finding,) = findings(said("one", 0, civilians(9)), said("two", 1, civilians(3)))
    assert finding.status is Status.EVOLVING


def test_dispute_is_resolved_when_a_figure_moves_into_tolerance() -> None:
    posts = [said("one", 0, civilians(9)), said("two", 1, civilians(3)), said("two", 6, civilians(9))]
    (finding,) = findings(*posts)
    assert finding.status is Status.RESOLVED
    assert finding.history[-1].at == NOON + 6 * HOUR


def test_edit_that_takes_the_other_figure_resolves_the_dispute() -> None:
    edited = said("two", 1, civilians(3), edits=[(2 * HOUR, [civilians(9)])])
    (finding,) = findings(said("one", 0, civilians(9)), edited)
    assert finding.status is Status.RESOLVED
    assert finding.b.revision == 0


def test_deleted_post_retracts_its_claim() -> None:
    (finding,) = findings(said("one", 0, civilians(9)), said("two", 1, civilians(3), deleted_after=4))
    assert finding.status is Status.RETRACTED
    assert finding.history[-1].at == NOON + 5 * HOUR


def test_edit_that_removes_the_figure_retracts_it() -> None:
    edited = said("two", 1, civilians(3), edits=[(2 * HOUR, [])])
    (finding,) = findings(said("one", 0, civilians(9)), edited)
    assert finding.status is Status.RETRACTED


def test_origin_that_denies_its_own_figure_retracts_it() -> None:
    posts = [
        said("one", 0, civilians(9)),
        said("two", 1, civilians(3)),
        said("two", 6, civilians(3, polarity=Polarity.DENIED)),
    ]
    assert [one.status for one in findings(*posts)] == [Status.RETRACTED]


def test_nothing_later_than_the_instant_asked_for_is_seen() -> None:
    assert not findings(said("one", 0, civilians(9)), said("two", 5, civilians(3)), as_of=NOON + HOUR)


def test_changed_figure_in_an_edit_is_a_revision() -> None:
    (finding,) = findings(said("one", 0, civilians(3), edits=[(HOUR, [civilians(8)])]), relation=Relation.REVISION)
    assert (finding.a.revision, finding.b.revision) == (0, 1)
    assert finding.status is Status.RESOLVED


def test_edit_that_leaves_the_figure_is_nothing() -> None:
    result = compare([said("one", 0, civilians(3), edits=[(HOUR, [civilians(3)])])], as_of=AS_OF)
    assert not result.findings


def test_two_channels_that_misquote_one_speaker_are_a_distortion() -> None:
    quoted = {"speaker": "ministry", "attributed_to": "the ministry"}
    (finding,) = findings(
        said("one", 0, civilians(9, **quoted)), said("two", 1, civilians(19, **quoted)), relation=Relation.DISTORTION
    )
    assert "@one and @two credit one speaker" in finding.reason


def test_speaker_who_raised_a_toll_was_not_misquoted() -> None:
    quoted = {"speaker": "ministry", "attributed_to": "the ministry"}
    posts = [
        said("one", 0, civilians(9, **quoted)),
        said("two", 1, civilians(19, **quoted)),
        said("one", 2, civilians(19, **quoted)),
    ]
    assert not findings(*posts, relation=Relation.DISTORTION)
    assert findings(*posts, relation=Relation.REVISION)


def test_one_speaker_under_two_names_is_one_origin() -> None:
    posts = [
        said("one", 0, civilians(9, speaker="president smith", attributed_to="President Smith")),
        said("two", 1, civilians(9, speaker="smith", attributed_to="Smith")),
    ]
    assert not findings(*posts, relation=Relation.CORROBORATE)


def test_independent_origins_that_agree_corroborate_once_each() -> None:
    posts = [said(f"desk{number}", number, civilians(9)) for number in range(4)]
    found = findings(*posts, relation=Relation.CORROBORATE)
    assert len(found) == 3
    assert {one.a.ref.channel for one in found} == {"desk0"}


def test_repeated_posts_make_one_finding() -> None:
    posts = [said("one", 0, civilians(9)), *(said("two", 1 + number, civilians(3)) for number in range(5))]
    assert len(findings(*posts)) == 1


def test_each_channel_that_carries_a_speaker_disputes_with_the_other_origin_once() -> None:
    quoted = {"speaker": "ministry", "attributed_to": "the ministry"}
    posts = [
        said("one", 0, civilians(9)),
        said("two", 1, civilians(3, **quoted)),
        said("three", 2, civilians(3, **quoted)),
        said("two", 3, civilians(3, **quoted)),
    ]
    pairs = [frozenset((one.a.ref.channel, one.b.ref.channel)) for one in findings(*posts)]
    assert sorted(map(sorted, pairs)) == [["one", "three"], ["one", "two"]]


def test_doubt_after_a_claim_is_a_dispute_and_a_confirmation_after_doubt_is_none() -> None:
    doubt = civilians(9, polarity=Polarity.DOUBTED)
    assert findings(said("one", 0, civilians(9)), said("two", 1, doubt), relation=Relation.DISPUTED)
    assert not findings(said("two", 0, doubt), said("one", 1, civilians(9)), relation=Relation.DISPUTED)


def test_origins_behind_both_ends_raise_the_severity() -> None:
    alone = [said("one", 0, civilians(9)), said("two", 1, civilians(3))]
    backed = [*alone, said("three", 2, civilians(9)), said("four", 3, civilians(3))]
    assert {one.severity for one in findings(*alone)} == {2}
    assert {one.severity for one in findings(*backed)} == {3}


def test_lower_bounds_alone_never_contradict() -> None:
    assert not findings(said("one", 0, civilians(at_least(20))), said("two", 1, civilians(at_least(3))))


def test_what_an_answer_repeats_of_an_older_post_is_no_position() -> None:
    text = '\N{LEFTWARDS ARROW WITH HOOK} Reply to Desk: "Three killed in the raid" The toll has risen to nine killed'
    quoted = civilians(3, span=Span(start=text.index("Three"), end=text.index("Three") + 12))
    own = civilians(9, span=Span(start=text.index("nine"), end=len(text)))
    answer = read_post(quoted, own, channel="two", at=NOON, texts=[text])
    assert not findings(said("one", -1, civilians(9)), answer)
    assert findings(said("one", -1, civilians(20)), answer)


def test_items_of_a_list_are_no_sum() -> None:
    listed = (civilians(2, kind=Kind.WOUNDED), civilians(6, kind=Kind.WOUNDED))
    assert not findings(said("one", 0, *listed), said("two", -1, civilians(8, kind=Kind.WOUNDED)))
    assert findings(said("one", 0, *listed), said("two", 1, civilians(4, kind=Kind.WOUNDED)))


def test_figure_that_the_items_beside_it_add_up_to_is_the_whole() -> None:
    told = [civilians(number, kind=Kind.WOUNDED) for number in (9, 1, 3, 5)]
    (finding,) = findings(said("one", 0, *told), said("two", -1, civilians(14, kind=Kind.WOUNDED)))
    assert {finding.a.quantity.low, finding.b.quantity.low} == {9, 14}


def test_denying_the_figure_of_others_takes_nothing_of_ones_own_back() -> None:
    denial = civilians(45, polarity=Polarity.DENIED)
    own = said("one", 0, civilians(3))
    for posts in ([own, said("one", 2, denial)], [said("one", 0, civilians(3), denial)]):
        found = findings(*posts, said("two", -1, civilians(45)))
        assert {one.status for one in found} == {Status.EVOLVING}
        assert {"3 exact", "45 exact denied"} == {
            part for one in found for part in ("3 exact", "45 exact denied") if f"{part} (@one)" in one.reason
        }


def test_civilians_of_no_country_are_no_whole() -> None:
    assert not findings(said("one", 0, claim(2, side="civ")), said("two", -1, civilians(45)))


def test_no_casualties_contradicts_a_guard_killed_in_the_same_town() -> None:
    nobody = claim(0, kind=Kind.CASUALTIES, side="civ-MLI")
    assert findings(said("one", 0, claim(1)), said("two", 2, nobody))
    assert not findings(said("one", 0, claim(1, side="WAGNER")), said("two", 2, nobody))


def test_a_month_that_is_reckoned_back_begins_about_then() -> None:
    def total(number: int, start: date, basis: TimeBasis) -> Claim:
        return civilians(number, scope=Scope.PERIOD, place=None, period_start=start, time_basis=basis)

    low = total(3200, date(2024, 1, 10), TimeBasis.RELATIVE)
    high = said("two", -1, total(45000, date(2024, 2, 1), TimeBasis.RELATIVE))
    assert findings(said("one", 0, low), high)
    exact = total(3200, date(2024, 1, 10), TimeBasis.EXPLICIT)
    other = said("two", -1, total(45000, date(2024, 2, 1), TimeBasis.EXPLICIT))
    assert not findings(said("one", 0, exact), other)


def test_a_count_clearly_above_what_was_the_least_is_a_revision() -> None:
    first, later = said("one", 0, claim(at_least(17))), said("one", 5, claim(84))
    (finding,) = findings(first, later, relation=Relation.REVISION)
    assert (finding.a.quantity.low, finding.b.quantity.low) == (17, 84)
    assert not findings(first, said("one", 5, claim(17)), relation=Relation.REVISION)
