"""The battle of Tinzaouaten, 25 to 27 July 2024, as eight channels told it (CODEBOOK 2.1)."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.comparison import Comparison, compare
from monitor.model.claim import Claim, Kind, ReadPost
from monitor.model.finding import Finding, OriginBasis, Relation, Split, Status
from monitor.model.post import Channel, Forward
from tests.told import at_least, claim, read_post

JULY_27 = datetime(2024, 7, 27, 20, tzinfo=UTC)
AUGUST_1 = datetime(2024, 8, 1, 9, tzinfo=UTC)
AS_OF = datetime(2024, 8, 4, tzinfo=UTC)

FAMA = Channel(key="fama_mali", alignment="MLI")
CSP = Channel(key="csp_azawad", name="CSP", alignment="CSP")
JNIM = Channel(key="jnim_desk", alignment="JNIM")


def russians(number: int, **fields: object) -> Claim:
    return claim(number, side="WAGNER", **fields)


def told() -> list[ReadPost]:
    communique = {"attributed_to": "CSP", "speaker": "csp"}
    return [
        read_post(claim(2), claim(10, kind=Kind.WOUNDED), claim(20, side="CSP"), channel=FAMA, at=JULY_27),
        read_post(claim(at_least(17), side="WAGNER"), claim(7, side="CSP"), channel=CSP, at=JULY_27),
        read_post(russians(50), claim(10), channel=JNIM, at=JULY_27 + timedelta(hours=20)),
        read_post(
            claim(at_least(20), side="WAGNER", attributed_to="Baza", speaker="baza"),
            channel="tele_sahel",
            at=JULY_27 + timedelta(hours=22),
        ),
        read_post(
            russians(23, kind=Kind.MISSING, attributed_to="Reuters", speaker="reuters"),
            channel="world_wire",
            at=JULY_27 + timedelta(hours=30),
        ),
        read_post(russians(84), claim(47), claim(9, side="CSP"), channel=CSP, message_id=2, at=AUGUST_1),
        read_post(
            russians(84, **communique),
            claim(47, **communique),
            channel="desert_news",
            at=AUGUST_1 + timedelta(hours=1),
        ),
        read_post(
            russians(84),
            claim(47),
            channel="forwarder",
            at=AUGUST_1 + timedelta(hours=2),
            forward=Forward(channel="csp_azawad", message_id=2),
        ),
        read_post(claim(2), channel=FAMA, message_id=2, at=AUGUST_1 + timedelta(hours=30)),
    ]


@pytest.fixture(scope="module")
def result() -> Comparison:
    return compare(told(), as_of=AS_OF)


def between(result: Comparison, one: str, other: str, *, kind: Kind = Kind.KILLED, side: str) -> list[Finding]:
    return [
        finding
        for finding in result.findings
        if {finding.a.ref.channel, finding.b.ref.channel} == {one, other}
        and (finding.kind, finding.side) == (kind, side)
    ]


def test_everything_told_of_the_battle_is_one_incident(result: Comparison) -> None:
    assert len(result.incidents) == 1
    assert result.incidents[0].place == "Tinzaouaten"
    assert result.incidents[0].sides == ("CSP", "MLI", "WAGNER")
    assert len(result.incidents[0].posts) == len(told())


def test_the_army_and_the_rebels_disagree_on_the_dead_soldiers(result: Comparison) -> None:
    (finding,) = between(result, "fama_mali", "csp_azawad", side="MLI")
    assert finding.relation is Relation.CONTRADICT
    assert finding.severity == 3
    assert finding.status is Status.STANDING
    assert finding.split is Split.PARTISAN
    assert finding.reason == (
        "killed, MLI, Tinzaouaten, 27 Jul: 2 exact (@fama_mali) against 47 exact (@csp_azawad), ratio 22"
    )


def test_two_rebel_groups_disagree_on_the_dead_russians(result: Comparison) -> None:
    (finding,) = between(result, "jnim_desk", "csp_azawad", side="WAGNER")
    assert finding.relation is Relation.CONTRADICT
    assert finding.severity == 2


def test_at_least_twenty_does_not_contradict_eighty_four(result: Comparison) -> None:
    assert not [one for one in result.findings if "tele_sahel" in {one.a.ref.channel, one.b.ref.channel}]


def test_the_missing_are_not_compared_with_the_dead(result: Comparison) -> None:
    assert not [one for one in result.findings if "world_wire" in {one.a.ref.channel, one.b.ref.channel}]


def test_the_rebels_raising_their_own_figure_is_a_revision(result: Comparison) -> None:
    (finding,) = between(result, "csp_azawad", "csp_azawad", side="CSP")
    assert finding.relation is Relation.REVISION
    assert (finding.a.quantity.low, finding.b.quantity.low) == (7, 9)


def test_copies_of_the_communique_are_one_origin(result: Comparison) -> None:
    ends = [end for one in result.findings for end in (one.a, one.b) if end.ref.channel == "desert_news"]
    assert ends
    assert {end.origin.id for end in ends} == {"channel:csp_azawad"}
    assert {end.origin.basis for end in ends} == {OriginBasis.SPEAKER}
    assert not between(result, "desert_news", "csp_azawad", side="MLI")


def test_a_forward_adds_no_finding_of_its_own(result: Comparison) -> None:
    assert not [one for one in result.findings if "forwarder" in {one.a.ref.channel, one.b.ref.channel}]


def test_the_evidence_holds_what_only_repeats_and_what_fits_every_answer(result: Comparison) -> None:
    (evidence,) = result.evidence.values()
    said = {
        (cited.ref.channel, cited.quantity.low)
        for cited in evidence
        if cited.side == "WAGNER" and cited.kind is Kind.KILLED
    }
    assert {("forwarder", 84), ("desert_news", 84), ("tele_sahel", 20)} <= said
