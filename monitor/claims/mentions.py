"""Who and what a sentence counts, and the words that say what happened to them.

A *phrase* is a countable noun phrase ("at least 14 Malian soldiers", "two tanks", "a gendarme") or a bare number; a
*trigger* is a form that tells a harm ("were killed", "the death of", "lost").
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from monitor.claims.forms import Match, Sense
from monitor.claims.nouns import TRIGGERS, VICTIMS, Phrase, harms_of, is_unit
from monitor.claims.numerals import QuantityMention
from monitor.claims.phrases import SEPARATORS, counted, noun_at, take_row, with_owner
from monitor.claims.scan import Scan, has
from monitor.claims.text import NUMBER
from monitor.model.quantity import Bound, Quantity

_PEOPLE = frozenset({"people", "civilian"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """A form over tokens ``first`` to ``last`` (half-open) that tells a harm; ``kinds`` by its role in the sentence."""

    first: int
    last: int
    senses: tuple[Sense, ...]

    def roles(self, *, is_item: bool) -> tuple[tuple[str, str], ...]:
        """Return (role, kind) pairs that may befall persons, or items; what is lost may be both."""
        wanted = {"destroyed", "lost"} if is_item else None
        return tuple(
            (sense.detail, sense.value)
            for sense in self.senses
            if (sense.value in wanted if wanted is not None else sense.value != "destroyed")
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentions:
    """The phrases and triggers of one sentence, in text order."""

    first: int
    last: int
    phrases: tuple[Phrase, ...]
    triggers: tuple[Trigger, ...]


def find_mentions(scan: Scan, first: int, last: int, quantities: Mapping[int, QuantityMention]) -> Mentions:
    """Return what tokens ``first`` to ``last`` count and tell.

    Args:
        scan: The text.
        first: Where the sentence begins.
        last: Where it ends, exclusive.
        quantities: Numbers by their first token.
    """
    phrases: list[Phrase] = []
    triggers: list[Trigger] = []
    index = first
    while index < last:
        quantity = quantities.get(index)
        if quantity is not None and _repeats(scan, quantity, phrases):
            index = quantity.last
            continue
        if quantity is not None:
            index = _read_quantity(scan, quantity, last, phrases, triggers, quantities)
            continue
        match = scan.starting.get(index)
        if match is None:
            index += 1
            continue
        phrase = noun_at(scan, match, last)
        if phrase is not None:
            take_row(scan, phrase, quantities, last)
            if phrase.number != "one" or not _is_aside(scan, phrase):
                phrases.append(phrase)
            index = phrase.last
            continue
        if has(match, "grammar", "one_more") and harms_of(scan.starting.get(match.last), TRIGGERS):
            phrases.append(Phrase(first=match.first, last=match.last, number="one"))
            index = match.last
            continue
        senses = harms_of(match, TRIGGERS | VICTIMS)
        is_manner = _says_how(match) and match.last not in quantities
        if senses and not (is_manner and any(_is_loss(trigger) for trigger in triggers)):
            triggers.append(Trigger(first=match.first, last=match.last, senses=senses))
        index = match.last
    return Mentions(first=first, last=last, phrases=tuple(_summed(scan, phrases)), triggers=tuple(triggers))


def _summed(scan: Scan, phrases: Sequence[Phrase]) -> list[Phrase]:
    """Return the phrases with "a man and a woman" as one phrase for two persons."""
    summed: list[Phrase] = []
    counts: list[int] = []
    for phrase in phrases:
        before = summed[-1] if summed else None
        if before is not None and _is_summand(before, counts[-1]) and _adds_to(scan, before, phrase):
            counts[-1] += 1
            quantity = QuantityMention(
                first=before.first,
                last=before.first + 1,
                number_first=before.first,
                number_last=before.first + 1,
                quantity=Quantity.exactly(counts[-1]),
                is_words=True,
            )
            group = before.group if phrase.group == before.group else "civilian"
            summed[-1] = replace(before, last=phrase.last, number="given", quantity=quantity, group=group)
        else:
            summed.append(phrase)
            counts.append(1)
    return summed


def _is_summand(phrase: Phrase, count: int) -> bool:
    return count > 1 or (phrase.number == "one" and phrase.group is not None and phrase.item is None)


def _adds_to(scan: Scan, before: Phrase, phrase: Phrase) -> bool:
    """Tell whether "and" or "with" joins one more person of the same group."""
    joint = scan.starting.get(before.last)
    return (
        phrase.number == "one"
        and phrase.item is None
        and (phrase.group == before.group or {phrase.group, before.group} == _PEOPLE)
        and phrase.sides == before.sides
        and joint is not None
        and joint.last + (scan.word(joint.last) in scan.lexicon.articles) == phrase.first
        and has(joint, "grammar", "and", "with")
    )


def _is_aside(scan: Scan, phrase: Phrase) -> bool:
    """Tell whether one person is named as a place or a speaker: "in a soldier's house", ", the governor said"."""
    if has(scan.ending.get(phrase.first), "grammar", "prepositions"):
        return True
    return scan.lexicon.word_order == "fixed" and has(scan.stances.get(phrase.last), "attribution", "verbs", "after")


def _repeats(scan: Scan, quantity: QuantityMention, phrases: Sequence[Phrase]) -> bool:
    """Tell whether the number only stresses the one or two that the noun before it says, as Arabic does."""
    return (
        scan.lexicon.word_order == "vso"
        and quantity.is_words
        and bool(phrases)
        and phrases[-1].last == quantity.first
        and phrases[-1].number in {"one", "two"}
        and quantity.quantity is not None
        and quantity.quantity.high in {1, 2}
    )


def _says_how(match: Match) -> bool:
    """Tell whether it is the "killed" of "lost killed", which says how they were lost."""
    return bool(harms_of(match, frozenset({"manner"})))


def _is_loss(trigger: Trigger) -> bool:
    return any(sense.value == "lost" for sense in trigger.senses)


def _read_quantity(
    scan: Scan,
    quantity: QuantityMention,
    last: int,
    phrases: list[Phrase],
    triggers: list[Trigger],
    quantities: Mapping[int, QuantityMention],
) -> int:
    code = harms_of(scan.starting.get(quantity.number_first), frozenset({"code"}))
    if code and _introduces(scan, quantity):
        triggers.append(Trigger(first=quantity.first, last=quantity.last, senses=code))
        return quantity.last
    if quantity.code is not None:
        sense = harms_of(scan.starting.get(quantity.last - 1), frozenset({"code"}))
        phrase = Phrase(
            first=quantity.first, last=quantity.last, number="given", quantity=quantity, head=quantity.first
        )
        phrase.harms, phrase.harm_at = tuple(one.value for one in sense), quantity.last - 1
        phrase.group = "military"  # soldiers' codes are of soldiers
        phrases.append(with_owner(scan, phrase, last))
        return phrases[-1].last
    if quantity.quantity is None:
        return quantity.last
    if quantity.is_increment:
        if phrases and phrases[-1].number == "given" and phrases[-1].increment is None:
            phrases[-1].increment = quantity
        return quantity.last
    phrase = counted(scan, quantity, last, quantities)
    if phrase.is_bare and scan.word(quantity.number_first) in scan.lexicon.articles and phrase.last == quantity.last:
        following = scan.starting.get(phrase.last)
        if following is None or not harms_of(following, TRIGGERS):
            return quantity.last  # "une grave erreur": an article, no count
    if phrase.is_bare and phrases and has(scan.starting.get(phrase.last), "grammar", "subset"):
        # "ten rockets, four of which": four of the same.
        phrase = replace(
            phrase, head=phrases[-1].head, group=phrases[-1].group, item=phrases[-1].item, sides=phrases[-1].sides
        )
    if (
        phrases
        and phrase.group is None
        and phrase.item is None
        and has(scan.ending.get(phrase.first), "grammar", "subset")
    ):
        # "30 sailors, including two injured": two of the same
        phrase.group, phrase.sides = phrases[-1].group, phrase.sides or phrases[-1].sides
    head = None if phrase.head is None else scan.starting.get(phrase.head)
    if quantity.quantity.bound is not Bound.VAGUE and head is not None and is_unit(head):
        phrase.number = "many"  # "the 3rd brigade", "three companies": no number of persons
    if phrases and phrase.is_bare and has(scan.starting.get(phrase.last), "grammar", "subset"):
        # "eight boats, six of which": the six are boats
        phrase.item, phrase.group, phrase.sides = phrases[-1].item, phrases[-1].group, phrases[-1].sides
    if _is_appositive(scan, phrases, phrase):
        phrases[-1] = replace(phrase, first=phrases[-1].first, sides=phrase.sides or phrases[-1].sides)
    else:
        phrases.append(phrase)
    return phrase.last


def _is_appositive(scan: Scan, phrases: Sequence[Phrase], phrase: Phrase) -> bool:
    """Tell whether the phrase says exactly what the vague one before it meant: "a whole company - 90 men"."""
    if not phrases or phrase.quantity is None or phrase.quantity.quantity is None:
        return False
    before = phrases[-1]
    return (
        before.quantity is not None
        and before.quantity.quantity is not None
        and before.quantity.quantity.bound is Bound.VAGUE
        and phrase.quantity.quantity.bound is not Bound.VAGUE
        and before.counts_persons
        and phrase.counts_persons
        and phrase.first == before.last + 1
        and scan.word(before.last) in SEPARATORS
    )


def _introduces(scan: Scan, quantity: QuantityMention) -> bool:
    """Tell whether "200 - 4": the slang number is followed by a dash or colon and the count."""
    following = quantity.last + 1
    return (
        scan.word(quantity.last) in SEPARATORS
        and following < len(scan.tokens)
        and (scan.tokens[following].kind == NUMBER or scan.word(following) in scan.lexicon.numbers)
    )


__all__ = ["Mentions", "Phrase", "Trigger", "find_mentions", "harms_of"]
