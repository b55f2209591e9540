"""What is stored of a value is all of it, and stays readable."""

import json
from dataclasses import MISSING, fields
from datetime import UTC, date, datetime

import pytest

from monitor.model.claim import Claim, Kind, Place, Polarity, Scope, SideBasis, TimeBasis, Word
from monitor.model.finding import Citation, Finding, Incident, StatusChange
from monitor.model.post import Entity, Forward, Media, Reaction, Span
from monitor.model.quantity import Bound, Quantity
from monitor.store.codec import from_json, to_json

_CLAIM = Claim(
    kind=Kind.KILLED,
    quantity=Quantity(low=20, high=None, bound=Bound.AT_LEAST),
    span=Span(start=3, end=40),
    rule="test.rule",
    side="MLI+WAGNER",
    side_basis=SideBasis.TEXT,
    polarity=Polarity.DENIED,
    attributed_to="the army",
    place=Place(id="1", name="Tinzaouaten", country=None, latitude=19.95, longitude=2.96),
    event_from=date(2024, 7, 25),
    time_basis=TimeBasis.RELATIVE,
    scope=Scope.DAILY,
    is_update=True,
    subset_of=0,
    words=(Word(role="trigger", span=Span(start=3, end=9)),),
)


def test_a_value_comes_back_as_it_went_through_text() -> None:
    stored = json.dumps(to_json((_CLAIM,)))

    assert from_json(tuple[Claim, ...], json.loads(stored)) == (_CLAIM,)


def test_fields_at_their_defaults_are_left_out() -> None:
    bare = Claim(kind=Kind.KILLED, quantity=Quantity.exactly(2), span=Span(start=0, end=1), rule="r")

    assert to_json(bare) == {
        "kind": "killed",
        "quantity": [2, 2, "exact"],
        "span": [0, 1],
        "rule": "r",
    }


def test_a_field_that_this_version_does_not_know_is_passed_over() -> None:
    assert from_json(Media, {"kind": "photo", "colour": "red"}) == Media(kind="photo")


def test_a_field_added_later_takes_its_default() -> None:
    assert from_json(Media, ["photo"]) == Media(kind="photo")


def test_a_broken_row_is_not_read_as_something_else() -> None:
    with pytest.raises(ValueError, match="reversed"):
        from_json(Quantity, [5, 2, "range"])


def test_instants_and_optional_values_come_back() -> None:
    forward = Forward(channel="desk", date=datetime(2024, 7, 27, 5, tzinfo=UTC))

    assert from_json(Forward, json.loads(json.dumps(to_json(forward)))) == forward


def test_the_defaults_that_stored_rows_rely_on_have_not_changed() -> None:
    # A row lacks what held its default when it was written. Whoever changes a default here must first write the old one
    # into the rows that lack it, by a migration.
    stored = (Claim, Place, Citation, Finding, Incident, StatusChange, Entity, Forward, Media, Reaction)
    defaults = {
        f"{kind.__name__}.{field.name}": to_json(field.default)
        for kind in stored
        for field in fields(kind)
        if field.default is not MISSING and field.default is not None
    }

    assert defaults == {
        "Claim.is_update": False,
        "Claim.polarity": "asserted",
        "Claim.scope": "incident",
        "Claim.time_basis": "post",
        "Claim.words": [],
        "Finding.history": [],
        "Place.kind": "town",
    }
