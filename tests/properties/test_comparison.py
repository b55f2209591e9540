"""Whatever the posts: order, repetition and batches of them change nothing, and every finding can be checked."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.comparison import compare
from monitor.comparison.places import PlaceMatch
from monitor.comparison.relations import Position, relate
from monitor.comparison.statements import statements_of
from monitor.model.claim import Claim, Kind, Polarity, ReadPost, Scope, TimeBasis
from monitor.model.finding import Origin, OriginBasis, Relation, Status
from monitor.model.post import Channel
from monitor.model.quantity import Bound, Quantity
from tests.told import BATTLE, GOSSI, NOON, TINZAOUATEN, claim, read_post

AS_OF = NOON + timedelta(days=30)
CHANNELS = tuple(
    Channel(key=key, alignment=alignment, family=family)
    for key, alignment, family in (
        ("army", "MLI", None),
        ("rebels", "CSP", None),
        ("desk", None, None),
        ("wire", None, "wires"),
        ("wire_two", None, "wires"),
    )
)


@st.composite
def quantities(draw: st.DrawFn) -> Quantity:
    bound: Bound = draw(st.sampled_from(list(Bound)))
    low = draw(st.sampled_from([0, 1, 2, 3, 9, 10, 20, 47, 50, 84, 1000]))
    match bound:
        case Bound.EXACT | Bound.APPROX:
            return Quantity(low=low, high=low, bound=bound)
        case Bound.AT_LEAST:
            return Quantity(low=low, high=None, bound=bound)
        case Bound.AT_MOST:
            return Quantity(low=None, high=low, bound=bound)
        case Bound.RANGE | Bound.VAGUE:
            return Quantity(low=low, high=low + draw(st.integers(0, 50)), bound=bound)


@st.composite
def claims(draw: st.DrawFn) -> Claim:
    speaker = draw(st.sampled_from([None, "csp", "the ministry", "ministry of the army"]))
    day = BATTLE + timedelta(days=draw(st.integers(-1, 5)))
    is_dated = draw(st.booleans())
    return claim(
        draw(quantities()),
        kind=draw(st.sampled_from([Kind.KILLED, Kind.WOUNDED, Kind.CASUALTIES, Kind.MISSING])),
        side=draw(st.sampled_from(["MLI", "WAGNER", "RU", "MLI+WAGNER", "civ-MLI", None])),
        polarity=draw(st.sampled_from(Polarity)),
        scope=draw(st.sampled_from([Scope.INCIDENT, Scope.INCIDENT, Scope.DAILY, Scope.WAR_TOTAL])),
        place=draw(st.sampled_from([TINZAOUATEN, GOSSI, None])),
        speaker=speaker,
        attributed_to=speaker,
        event_from=day if is_dated else None,
        event_to=day if is_dated else None,
        time_basis=TimeBasis.EXPLICIT if is_dated else TimeBasis.POST,
        is_update=draw(st.booleans()),
        subset_of=draw(st.sampled_from([None, None, None, 0])),
    )


@st.composite
def read_posts(draw: st.DrawFn) -> list[ReadPost]:
    posts = []
    for number in range(draw(st.integers(1, 7))):
        at = NOON + timedelta(hours=draw(st.integers(0, 150)))
        edits = [
            (timedelta(hours=hours), draw(st.lists(claims(), max_size=2)))
            for hours in sorted(draw(st.sets(st.integers(1, 20), max_size=2)))
        ]
        deleted_at = draw(st.sampled_from([None, None, at + timedelta(hours=30)]))
        posts.append(
            read_post(
                *draw(st.lists(claims(), max_size=3)),
                channel=draw(st.sampled_from(CHANNELS)),
                message_id=number + 1,
                at=at,
                edits=edits,
                deleted_at=deleted_at,
                reply_to=draw(st.sampled_from([None, 1, 2])),
            )
        )
    return posts


@settings(max_examples=40, deadline=None)
@given(posts=read_posts(), data=st.data())
def test_order_and_repetition_change_nothing(posts: list[ReadPost], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(posts + posts[:2]))
    assert compare(shuffled, as_of=AS_OF) == compare(posts, as_of=AS_OF)


@settings(max_examples=40, deadline=None)
@given(posts=read_posts())
def test_every_claim_stands_in_an_incident_and_every_finding_in_one_of_them(posts: list[ReadPost]) -> None:
    result = compare(posts, as_of=AS_OF)
    told = {
        post.post.ref
        for post in posts
        for revision in post.revisions
        for one in revision.claims
        if one.polarity is not Polarity.HYPOTHETICAL
    }
    assert {ref for incident in result.incidents for ref in incident.posts} == told
    by_id = {incident.id: incident for incident in result.incidents}
    assert len(by_id) == len(result.incidents)
    for finding in result.findings:
        assert {finding.a.ref, finding.b.ref} <= set(by_id[finding.incident].posts)


@settings(max_examples=40, deadline=None)
@given(posts=read_posts())
def test_findings_are_told_apart_cited_exactly_and_explained_in_one_line(posts: list[ReadPost]) -> None:
    result = compare(posts, as_of=AS_OF)
    assert len({finding.id for finding in result.findings}) == len(result.findings)
    texts = {(post.post.ref, text.number): text.text for post in posts for text in post.post.revisions}
    for finding in result.findings:
        assert "\n" not in finding.reason
        assert finding.status is finding.history[-1].status
        assert finding.history == tuple(sorted(finding.history, key=lambda change: change.at))
        assert finding.a.date <= finding.b.date
        for end in (finding.a, finding.b):
            assert end.side is not None or (end.quantity.low, end.quantity.high) == (0, 0)
            assert end.quote == end.span.of(texts[end.ref, end.revision])


@settings(max_examples=40, deadline=None)
@given(posts=read_posts())
def test_one_origin_never_contradicts_itself(posts: list[ReadPost]) -> None:
    for finding in compare(posts, as_of=AS_OF).findings:
        is_one = finding.a.origin.id == finding.b.origin.id
        assert is_one == (finding.relation in {Relation.REVISION, Relation.DISTORTION})
        assert (finding.severity is None) == (finding.relation is not Relation.CONTRADICT)


@settings(max_examples=40, deadline=None)
@given(posts=read_posts())
def test_posts_yet_to_come_rename_no_incident(posts: list[ReadPost]) -> None:
    ordered = sorted(posts, key=lambda post: (post.post.date, post.post.ref))
    before = compare(ordered[: len(ordered) // 2 + 1], as_of=AS_OF)
    after = compare(ordered, as_of=AS_OF)
    named = {incident.id for incident in after.incidents}
    early = {post.post.ref for post in ordered[: len(ordered) // 2 + 1] if len(post.revisions) == 1}
    for incident in before.incidents:
        if set(incident.posts) <= early:
            assert incident.id in named


@settings(max_examples=200, deadline=None)
@given(one=claims(), other=claims(), place=st.sampled_from(PlaceMatch))
def test_relation_of_two_claims_is_symmetric(one: Claim, other: Claim, place: PlaceMatch) -> None:
    found = [
        Position(statement=statement, origin=Origin(id=f"channel:{statement.channel}", basis=OriginBasis.SELF))
        for statement in statements_of([read_post(one, channel="one"), read_post(other, channel="other")])
    ]
    if len(found) == 2:
        there, back = (relate(*pair, place=place) for pair in (found, found[::-1]))
        assert (there.relation, there.severity, there.distance) == (back.relation, back.severity, back.distance)


@settings(max_examples=40, deadline=None)
@given(posts=read_posts())
def test_a_contradiction_settled_is_settled_by_something_later(posts: list[ReadPost]) -> None:
    for finding in compare(posts, as_of=AS_OF).findings:
        if finding.relation is Relation.CONTRADICT and finding.status in {Status.RESOLVED, Status.RETRACTED}:
            assert len(finding.history) > 1
            assert finding.first_seen < finding.history[-1].at
