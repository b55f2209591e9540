"""Labelled pairs of claims, judged and counted."""

from typing import Any

import pytest

from monitor.comparison.evaluation import is_pair, judge_pairs


def end(channel: str, number: int, **fields: Any) -> dict[str, Any]:  # noqa: ANN401 - fields of a labelled claim
    known = {
        "channel": channel,
        "origin": channel,
        "kind": "killed",
        "min": number,
        "max": number,
        "bound": "exact",
        "side": "MLI",
        "place": "Tinzaouaten",
        "event_day": 27,
        "scope": "incident",
        "as_of": None,
        "polarity": "asserted",
        "t": 0,
        "own_voice": True,
    }
    return known | fields


def pair(a: dict[str, Any], b: dict[str, Any], *, relation: str, severity: int | None = None) -> dict[str, Any]:
    return {"id": "p", "relation": relation, "severity": severity, "a": a, "b": b}


def test_pair_holds_when_relation_and_severity_do() -> None:
    right = pair(end("one", 2), end("two", 47), relation="contradict", severity=3)
    wrong = pair(end("one", 2), end("two", 47), relation="contradict", severity=1)
    assert [judged.holds for judged in judge_pairs([right, wrong])] == [True, False]


def test_other_place_or_day_is_not_comparable() -> None:
    rows = [
        pair(end("one", 2), end("two", 47, place="Gossi"), relation="not_comparable"),
        pair(end("one", 2), end("two", 47, event_day=11), relation="not_comparable"),
    ]
    assert all(judged.holds for judged in judge_pairs(rows))


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        pytest.param({}, "pair p: 'scope' is missing", id="no field at all"),
        pytest.param(end("one", 2, kind="hurt"), "pair p: 'hurt' is not a valid Kind", id="an unknown kind"),
    ],
)
def test_broken_pair_is_named(broken: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        judge_pairs([pair(broken, end("two", 47), relation="contradict")])


def test_labelled_posts_are_no_pairs() -> None:
    assert is_pair({"id": "p", "relation": "contradict", "a": {}, "b": {}})
    assert not is_pair({"id": "x", "text": "", "claims": []})
