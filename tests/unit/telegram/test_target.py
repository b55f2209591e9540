"""Channels take their turns apart from each other, and a post is written again only when it looks otherwise."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from monitor.model.following import Followed
from monitor.model.post import Media, Observation, PostRef
from monitor.telegram.target import Target

POSTED = datetime(2024, 7, 27, 6, tzinfo=UTC)
TEN_MINUTES = timedelta(minutes=10)


def target(key: str = "desk") -> Target:
    return Target(followed=Followed(key=key, reconcile_every=TEN_MINUTES), due=0.0)


def seen(text: str = "12 killed", *, after: timedelta = timedelta(minutes=1)) -> Observation:
    ref = PostRef(channel="desk", message_id=1)
    return Observation(ref=ref, observed_at=POSTED + after, date=POSTED, text=text, views=int(after.total_seconds()))


def test_turns_are_spread_over_the_interval() -> None:
    turns = [target(f"channel_{number}").next_look(1000.0) for number in range(500)]

    assert all(1000.0 < turn <= 1600.0 for turn in turns)
    minutes = Counter(int((turn - 1000.0) // 60) for turn in turns)
    assert all(30 <= minutes[minute] <= 75 for minute in range(10))


def test_a_turn_comes_once_in_an_interval() -> None:
    one = target()
    first = one.next_look(1000.0)

    assert abs(one.next_look(first + 0.001) - first - 600.0) < 0.01


def test_what_looks_as_before_is_not_written_again() -> None:
    one = target()
    one.remember([seen()])

    assert one.unlike_before([seen(after=timedelta(minutes=20))]) == []


def test_what_looks_otherwise_is_written() -> None:
    one = target()
    one.remember([seen()])
    edited, illustrated = seen("20 killed"), replace(seen(), media=Media(kind="photo", size=5))
    older = seen(after=timedelta(minutes=90))  # its counts are wanted once in each doubling of its age
    gone = Observation(ref=seen().ref, observed_at=POSTED, is_gone=True)

    assert one.unlike_before([edited, illustrated, older, gone]) == [edited, illustrated, older, gone]


def test_what_was_heard_of_otherwise_is_written_again() -> None:
    one = target()
    one.remember([seen()])
    one.forget(1)

    assert one.unlike_before([seen()]) == [seen()]
