"""How two readings of one text are told apart."""

from dataclasses import replace

from monitor.claims import differences
from monitor.model.claim import Claim, Kind, Polarity, Reading, Word
from monitor.model.post import Span
from monitor.model.quantity import Quantity

TEXT = "Two soldiers were killed and three were wounded in the raid, it is said."


def claim(words: str, kind: Kind, figure: int) -> Claim:
    start = TEXT.index(words)
    span = Span(start=start, end=start + len(words))
    return Claim(
        kind=kind, quantity=Quantity.exactly(figure), span=span, rule="a", words=(Word(role="number", span=span),)
    )


KILLED = claim("Two soldiers were killed", Kind.KILLED, 2)
WOUNDED = claim("three were wounded", Kind.WOUNDED, 3)


def read(*claims: Claim) -> Reading:
    return Reading(language="en", claims=claims)


def told(before: Reading, after: Reading) -> list[tuple[str, tuple[str, ...]]]:
    return [(one.change, one.notes) for one in differences(before, after, TEXT)]


def test_claims_of_one_reading_only_are_gained_or_lost_in_text_order() -> None:
    assert told(read(KILLED), read(WOUNDED)) == [("lost", ("- killed 2",)), ("gained", ("+ wounded 3",))]
    assert told(read(WOUNDED), read(KILLED)) == [("gained", ("+ killed 2",)), ("lost", ("- wounded 3",))]


def test_a_claim_over_the_same_words_has_changed() -> None:
    denied = replace(KILLED, polarity=Polarity.DENIED, side="RU", span=Span(start=0, end=12))
    assert told(read(KILLED, WOUNDED), read(denied, WOUNDED)) == [
        ("changed", ("- killed 2", "+ killed 2 RU denied  (span \u201cTwo soldiers were killed\u201d -> \u201cTwo soldiers\u201d, end 24 -> 12)"))
    ]  # fmt: skip


def test_what_the_notation_does_not_show_is_told_beside_it() -> None:
    told_by = replace(KILLED, attributed_to="it")
    (found,) = differences(read(KILLED), read(told_by), TEXT)
    assert found.fields == ("attributed_to",)
    assert found.notes == ("- killed 2", "+ killed 2  (attributed_to none -> \u201cit\u201d)")


def test_other_words_behind_the_same_claim_and_a_moved_index_are_no_difference() -> None:
    assert told(read(KILLED), read(replace(KILLED, words=()))) == []
    part = replace(WOUNDED, subset_of=0)
    extra = claim("the raid", Kind.MISSING, 1)
    assert told(read(KILLED, part), read(extra, KILLED, replace(part, subset_of=1))) == [("gained", ("+ missing 1",))]


def test_the_same_claim_twice_and_once_differ_by_one() -> None:
    assert told(read(KILLED, KILLED), read(KILLED)) == [("lost", ("- killed 2",))]


def test_the_quote_is_cut_between_words_and_at_the_line() -> None:
    text = "Heading\n" + "word " * 30 + "2 killed" + " word" * 30 + "\nnext"
    start = text.index("2 killed")
    one = Claim(kind=Kind.KILLED, quantity=Quantity.exactly(2), span=Span(start=start, end=start + 8), rule="a")
    (found,) = differences(Reading(language="en", claims=(one,)), Reading(language="en", claims=()), text)
    assert found.quote.startswith("\u2026word ")
    assert found.quote.endswith(" word\u2026")
    assert "2 killed" in found.quote
    assert len(found.quote) < 140
    short = "Heading\n2 killed today\nnext"
    one = replace(one, span=Span(start=8, end=16))
    (found,) = differences(Reading(language="en", claims=(one,)), Reading(language="en", claims=()), short)
    assert found.quote == "2 killed today"
