"""What is counted: the phrase, and what one noun or adjective tells of it."""

from dataclasses import dataclass

from monitor.claims.forms import Match, Sense
from monitor.claims.numerals import QuantityMention
from monitor.claims.scan import sense_of

VICTIMS = frozenset({"victim", "victim_one", "victim_two"})
TRIGGERS = frozenset({"subject", "object", "both", "act", "weak", "toll"})


@dataclass(slots=True, kw_only=True)
class Phrase:
    """A countable phrase over tokens ``first`` to ``last`` (half-open).

    ``number`` is "given" (a quantity stands there), "one", "two" or "many" (the noun alone says how many). ``harms`` are the
    kinds that its own words tell ("84 killed Wagnerites", "two dead"), ``head`` is the noun's token or ``None``.
    ``may_be_many`` holds for a form that is the singular and a plural. ``is_of_troops`` holds where an army or a unit is
    named as theirs. ``increment`` is the "(+960)" beside a running total.
    """

    first: int
    last: int
    number: str
    quantity: QuantityMention | None = None
    head: int | None = None
    group: str | None = None
    sides: tuple[str, ...] = ()
    item: str | None = None
    model: str | None = None
    harms: tuple[str, ...] = ()
    harm_at: int | None = None
    is_own: bool = False
    may_be_many: bool = False
    is_of_troops: bool = False
    increment: QuantityMention | None = None

    @property
    def is_bare(self) -> bool:
        """Whether it is a number with no noun."""
        return self.head is None

    @property
    def counts_persons(self) -> bool:
        """Whether its noun is persons, or it has none."""
        return self.item is None


def harms_of(match: Match | None, details: frozenset[str]) -> tuple[Sense, ...]:
    """Return the match's senses that tell a harm in one of these roles."""
    if match is None:
        return ()
    return tuple(sense for sense in match.senses if sense.category == "harm" and sense.detail in details)


def is_head(match: Match) -> bool:
    """Tell whether it is a noun that can be counted: persons, hardware or victims."""
    return (
        any(sense.category == "person" and sense.detail != "unit" for sense in match.senses)
        or sense_of(match, "item") is not None
        or bool(harms_of(match, VICTIMS))
        or any(sense.category == "side" and sense.detail == "persons" for sense in match.senses)
    )


def is_unit(match: Match) -> bool:
    """Tell whether it names a unit of troops."""
    return any(sense.category == "person" and sense.detail == "unit" for sense in match.senses)


def is_only_country(match: Match) -> bool:
    """Tell whether it names the country itself, not its people or army."""
    return all(sense.detail == "country" for sense in match.senses if sense.category == "side")


def person_of(match: Match) -> Sense | None:
    """Return the match's sense of persons; a unit of troops is none."""
    return next((sense for sense in match.senses if sense.category == "person" and sense.detail != "unit"), None)


def number_of(match: Match) -> str:
    """Return how many the noun alone means: "one", "two" or "many"."""
    for sense in match.senses:
        if sense.category in {"person", "item"} and sense.detail in {"one", "two", "many"}:
            return sense.detail
        if sense.category == "item" and sense.detail == "model":
            return "one"
        if sense.category == "harm" and sense.detail in {"victim_one", "victim_two"}:
            return sense.detail.removeprefix("victim_")
    return "many"


def wants_noun(phrase: Phrase) -> bool:
    """Tell whether the phrase so far has a participle for its noun: "the killed", "destroyed"."""
    return phrase.group is None and phrase.item is None and bool(phrase.harms)


def take_head(phrase: Phrase, match: Match) -> None:
    """Make ``match`` the noun of the phrase."""
    phrase.head = match.first
    phrase.last = max(phrase.last, match.last)
    for sense in match.senses:
        if sense.category == "person" and sense.detail != "unit" and phrase.group is None:
            phrase.group = sense.value
        elif sense.category == "item" and phrase.item is None:
            phrase.item = sense.value
        elif sense.category == "side":
            _add_side(phrase, sense)
        elif sense.category == "harm" and (sense.detail in VICTIMS or sense.value == "destroyed"):
            # What is destroyed may be persons or things: the noun that follows tells.
            phrase.harms = (*phrase.harms, sense.value)
            phrase.harm_at = match.first


def take_modifier(phrase: Phrase, match: Match) -> None:
    """Give the phrase what an adjective or participle before its noun says."""
    for sense in match.senses:
        if sense.category == "side":
            _add_side(phrase, sense)
        elif sense.category == "harm" and sense.detail in {"subject", "both", "weak"}:
            phrase.harms = (*phrase.harms, sense.value)
            phrase.harm_at = match.first


def take_side(phrase: Phrase, match: Match) -> None:
    """Give the phrase the side of ``match``."""
    for sense in match.senses:
        if sense.category == "side":
            _add_side(phrase, sense)


def _add_side(phrase: Phrase, sense: Sense) -> None:
    phrase.is_of_troops = phrase.is_of_troops or sense.detail == "bodies"
    if sense.value not in phrase.sides:
        phrase.sides = (*phrase.sides, sense.value)
