"""Which claims are about one occurrence."""

from datetime import date, timedelta

from monitor.comparison import compare
from monitor.model.claim import Claim, Kind, Place, ReadPost, Scope, TimeBasis
from monitor.model.finding import Incident
from tests.told import GOSSI, NOON, TINZAOUATEN, at_least, claim, read_post

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
AS_OF = NOON + timedelta(days=400)

TYRE = Place(id="tyre", name="Tyre", country="LB", latitude=33.27, longitude=35.19, parent="south")
QANA = Place(id="qana", name="Qana", country="LB", latitude=33.21, longitude=35.30, parent="south")
KHARKIV = Place(id="kharkiv", name="Kharkiv", country="UA", latitude=49.99, longitude=36.23)
ODESA = Place(id="odesa", name="Odesa", country="UA", latitude=46.48, longitude=30.73)


def undated(number: int, **fields: object) -> Claim:
    return claim(number, **({"event_from": None, "event_to": None, "time_basis": TimeBasis.POST} | fields))


def incidents(*posts: ReadPost) -> tuple[Incident, ...]:
    return compare(posts, as_of=AS_OF).incidents


def together(*posts: ReadPost) -> bool:
    return len(incidents(*posts)) == 1


def test_town_and_day_make_an_incident() -> None:
    assert together(read_post(claim(2), channel="one"), read_post(claim(47), channel="two", at=NOON + HOUR))


def test_two_towns_on_one_day_are_two_incidents() -> None:
    assert not together(
        read_post(claim(3, place=TYRE), channel="one", texts=["Strike on a car in Tyre kills three"]),
        read_post(claim(5, place=QANA), channel="two", texts=["Five dead under the rubble of a house in Qana"]),
    )


def test_wave_of_strikes_keeps_its_cities_apart() -> None:
    texts = ["Overnight drone attack on {}: {} residents killed, fires in several districts, rescuers at work"] * 2
    posts = [
        read_post(claim(2, place=KHARKIV), channel="one", texts=[texts[0].format("Kharkiv", 2)]),
        read_post(claim(3, place=ODESA), channel="one", message_id=2, texts=[texts[1].format("Odesa", 3)]),
    ]
    assert not together(*posts)


def test_same_town_two_weeks_apart_is_two_incidents() -> None:
    early = date(2024, 7, 11)
    assert not together(
        read_post(claim(20)), read_post(claim(2, event_from=early, event_to=early), channel="two", at=NOON + HOUR)
    )


def test_same_town_on_consecutive_days_needs_more_than_the_town() -> None:
    strike = ["A drone hit a lorry at the northern gate, three guards were killed"]
    other = ["Shelling of the market, the ministry counts eleven dead traders"]
    follow_up = ["The guards killed when a drone hit a lorry at the northern gate were buried"]
    first = read_post(undated(3), channel="one", texts=strike)
    assert not together(first, read_post(undated(11), channel="two", at=NOON + 2 * DAY, texts=other))
    assert together(first, read_post(undated(3), channel="two", at=NOON + DAY, texts=follow_up))


def test_form_filled_in_anew_on_another_day_is_another_occurrence() -> None:
    text = (
        "The command announced a strike on a vessel in the open sea that carried contraband, {} men aboard were killed"
    )
    sea = Place(id="sea", name="Open Sea", country=None, latitude=5.0, longitude=-90.0, kind="water")
    first = read_post(undated(2, place=sea), channel="one", texts=[text.format("two")])
    again = read_post(undated(4, place=sea), channel="one", message_id=2, at=NOON + DAY, texts=[text.format("four")])
    assert not together(first, again)
    assert together(first, read_post(undated(2, place=sea), channel="two", texts=[text.format("two")]))


def test_chain_of_neighbouring_days_does_not_drift_over_the_week() -> None:
    posts = [
        read_post(
            undated(3 + number),
            channel=f"desk{number}",
            at=NOON + timedelta(days=number),
            texts=[f"Clashes again at the bridge, count number {number}"],
        )
        for number in range(9)
    ]
    for incident in incidents(*posts):
        days = {post.post.date.date() for post in posts if post.post.ref in incident.posts}
        assert max(days) - min(days) <= timedelta(days=3)


def test_claim_without_a_place_joins_by_reply() -> None:
    first = read_post(claim(2), channel="one")
    reply = read_post(undated(5, place=None, place_text=None), channel="one", message_id=2, at=NOON + HOUR, reply_to=1)
    assert together(first, reply)


def test_claim_without_a_place_joins_by_actors_figure_and_hour() -> None:
    first = read_post(claim(47), channel="one")
    second = read_post(undated(47, place=None, place_text=None), channel="two", at=NOON + HOUR)
    assert together(first, second)


def test_claim_without_a_place_or_a_likeness_stays_alone() -> None:
    first = read_post(claim(47), channel="one")
    second = read_post(
        undated(3, side="UA", place=None, place_text=None), channel="two", at=NOON + HOUR, texts=["Three fell"]
    )
    assert not together(first, second)


def test_old_occurrence_told_again_is_found_by_town_and_rare_figure() -> None:
    first = read_post(claim(168, kind=Kind.KILLED), channel="one")
    again = read_post(undated(168), channel="two", at=NOON + timedelta(days=20))
    assert together(first, again)


def test_small_figures_weeks_apart_are_no_likeness() -> None:
    first = read_post(claim(2), channel="one", texts=["Two fell when the patrol was surprised at dawn"])
    assert not together(
        first,
        read_post(
            undated(2), channel="two", at=NOON + timedelta(days=20), texts=["A mine cost two lives on the market road"]
        ),
    )


def test_totals_stand_by_scope_side_and_day() -> None:
    total = {"place": None, "place_text": None, "side": "RU"}
    posts = [
        read_post(claim(20), channel="one"),
        read_post(claim(1000, scope=Scope.DAILY, **total), channel="two"),
        read_post(claim(1010, scope=Scope.DAILY, **total), channel="three"),
        read_post(
            claim(900, scope=Scope.DAILY, event_from=date(2024, 7, 28), event_to=date(2024, 7, 28), **total),
            channel="two",
            message_id=2,
        ),
        read_post(claim(500000, scope=Scope.WAR_TOTAL, **total), channel="two", message_id=3),
    ]
    found = incidents(*posts)
    assert sorted((incident.scope, len(incident.posts)) for incident in found) == [
        (Scope.DAILY, 1),
        (Scope.DAILY, 2),
        (Scope.INCIDENT, 1),
        (Scope.WAR_TOTAL, 1),
    ]


def test_days_figure_of_one_town_is_an_occurrence() -> None:
    assert together(read_post(claim(3), channel="one"), read_post(claim(3, scope=Scope.DAILY), channel="two"))


def test_post_stands_in_each_incident_it_reports_on() -> None:
    post = read_post(claim(20, place=TINZAOUATEN), claim(2, place=GOSSI))
    assert [incident.posts for incident in incidents(post)] == [(post.post.ref,), (post.post.ref,)]


def test_incident_is_named_by_its_earliest_claim() -> None:
    first = read_post(claim(2), channel="one")
    later = [read_post(claim(3 + n), channel=f"desk{n}", at=NOON + n * HOUR) for n in range(1, 5)]
    (alone,) = incidents(first)
    (joined,) = incidents(*later, first)
    assert joined.id == alone.id
    assert len(joined.posts) == 5


def test_claim_of_an_unknown_side_still_has_an_incident() -> None:
    assert len(incidents(read_post(claim(at_least(50), side=None)))) == 1


def test_a_toll_for_one_town_stands_with_the_occurrence_whatever_span_it_names() -> None:
    since = undated(3, place=TYRE, scope=Scope.PERIOD)
    assert together(read_post(undated(3, place=TYRE), channel="one"), read_post(since, channel="two", at=NOON + HOUR))


def test_what_came_before_or_after_changes_the_likeness_of_no_two_posts() -> None:
    text = "Drone strike on a minibus near the orchard, {} dead, says the mayor"
    two = [
        read_post(undated(2, place=None), channel=name, at=NOON, texts=[text.format("two")]) for name in ("one", "two")
    ]
    crowd = [
        read_post(undated(40 + number, place=ODESA), channel="many", message_id=number, texts=[f"{text} {number}"])
        for number in range(60)
    ]
    assert together(*two)
    assert any({post.post.ref for post in two} <= set(one.posts) for one in incidents(*two, *crowd))
