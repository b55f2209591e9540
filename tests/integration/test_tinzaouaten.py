"""The battle of Tinzaouaten, 25 to 27 July 2024, told in five languages and read from the text (CODEBOOK 2.1)."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from monitor.claims import Reader
from monitor.comparison import Comparison, compare
from monitor.model.claim import Kind, ReadPost, ReadRevision
from monitor.model.finding import Finding, Relation
from monitor.model.post import Channel, Forward, Post, PostRef, Revision

JULY_27 = datetime(2024, 7, 27, 19, tzinfo=UTC)
AUGUST_1 = datetime(2024, 8, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
AS_OF = datetime(2024, 8, 5, tzinfo=UTC)

ARMY = Channel(key="bamako_bulletin", alignment="MLI")
REBELS = Channel(key="azawad_front", alignment="CSP")

TOLD: Sequence[tuple[Channel | str, datetime, str, Forward | None]] = (
    (
        ARMY,
        JULY_27,
        "FAMa : lors des combats de Tinzaouaten, du 25 au 27 juillet 2024, deux soldats maliens tués et 10 autres blessés.",
        None,
    ),
    (
        REBELS,
        JULY_27 + 3 * HOUR,
        "أعلن الإطار الاستراتيجي مقتل ما لا يقل عن 17 من مرتزقة فاغنر في معركة تينزاواتين يوم 27 يوليو 2024",
        None,
    ),
    (
        "sahel_watch_en",
        JULY_27 + 12 * HOUR,
        "JNIM says it killed 50 Wagner fighters and 10 Malian soldiers in Tinzaouaten on 27 July 2024.",
        None,
    ),
    (
        "front_notes_ru",
        JULY_27 + 15 * HOUR,
        "По данным Baza, в Тинзауатене 27 июля 2024 года погибли не менее 20 бойцов ЧВК «Вагнер».",
        None,
    ),
    (
        "agency_wire",
        JULY_27 + 26 * HOUR,
        "Reuters counts 23 Wagner fighters missing after the battle of Tinzaouaten of 27 July 2024.",
        None,
    ),
    (
        REBELS,
        AUGUST_1,
        "أعلن الإطار الاستراتيجي مقتل 84 من مرتزقة فاغنر ومقتل 47 جنديا ماليا في معركة تينزاواتين من 25 إلى 27 يوليو 2024",
        None,
    ),
    (
        "dnipro_review_uk",
        AUGUST_1 + 2 * HOUR,
        "У CSP заявили: під Тінзауатеном 25-27 липня 2024 року вбито 84 найманців ПВК «Вагнер» і 47 малійських солдатів.",
        None,
    ),
    (
        "desert_mirror",
        AUGUST_1 + 3 * HOUR,
        "أعلن الإطار الاستراتيجي مقتل 84 من مرتزقة فاغنر ومقتل 47 جنديا ماليا في معركة تينزاواتين من 25 إلى 27 يوليو 2024",
        Forward(channel="azawad_front", message_id=6),
    ),
)


@pytest.fixture(scope="module")
def posts() -> list[ReadPost]:
    reader = Reader.load()
    read = []
    for number, (voice, at, text, forward) in enumerate(TOLD, start=1):
        channel = Channel(key=voice) if isinstance(voice, str) else voice
        claims = reader.read(text, posted_at=at, channel=channel).claims
        read.append(
            ReadPost(
                post=Post(
                    ref=PostRef(channel=channel.key, message_id=number),
                    date=at,
                    revisions=(Revision(number=0, text=text, observed_at=at),),
                    forward=forward,
                ),
                channel=channel,
                revisions=(ReadRevision(number=0, observed_at=at, claims=claims),),
            )
        )
    return read


@pytest.fixture(scope="module")
def result(posts: list[ReadPost]) -> Comparison:
    return compare(posts, as_of=AS_OF)


def between(result: Comparison, one: int, other: int, *, side: str) -> list[Finding]:
    """Return the findings on one side's dead that cite two posts, by their numbers in the story."""
    return [
        finding
        for finding in result.findings
        if {finding.a.ref.message_id, finding.b.ref.message_id} == {one, other}
        and (finding.kind, finding.side) == (Kind.KILLED, side)
    ]


def test_five_languages_tell_of_one_incident(result: Comparison) -> None:
    (incident,) = result.incidents
    assert (incident.place, len(incident.posts)) == ("Tinzaouaten", len(TOLD))


def test_the_army_admits_two_where_the_rebels_count_forty_seven(result: Comparison) -> None:
    (finding,) = between(result, 1, 6, side="MLI")
    assert (finding.relation, finding.severity) == (Relation.CONTRADICT, 3)
    assert (finding.a.quantity.low, finding.b.quantity.low) == (2, 47)


def test_the_two_armed_groups_disagree_on_the_russians(result: Comparison) -> None:
    (finding,) = between(result, 3, 6, side="WAGNER")
    assert (finding.relation, finding.severity) == (Relation.CONTRADICT, 2)


def test_a_lower_bound_fits_the_higher_count(result: Comparison) -> None:
    assert not [one for one in result.findings if 4 in {one.a.ref.message_id, one.b.ref.message_id}]


def test_the_missing_are_no_dead(posts: list[ReadPost], result: Comparison) -> None:
    (claim,) = posts[4].revisions[0].claims
    assert claim.kind is Kind.MISSING
    assert not [one for one in result.findings if 5 in {one.a.ref.message_id, one.b.ref.message_id}]


def test_the_rebels_raise_their_own_count(result: Comparison) -> None:
    (finding,) = between(result, 2, 6, side="WAGNER")
    assert finding.relation is Relation.REVISION
    assert (finding.a.quantity.low, finding.b.quantity.low) == (17, 84)


def test_the_communique_is_one_origin_in_every_language(result: Comparison) -> None:
    (evidence,) = result.evidence.values()
    told = {one.origin.id for one in evidence if one.ref.message_id in {2, 6, 7, 8} and one.side == "WAGNER"}
    assert len(told) == 1
    for copy in (7, 8):
        for original in (2, 6):
            assert not between(result, original, copy, side="MLI")
