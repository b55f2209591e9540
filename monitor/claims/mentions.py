"""Who and what a sentence counts, and the words that say what happened to them.

A *phrase* is a countable noun phrase ("at least 14 Malian soldiers", "two tanks", "a gendarme") or a bare number; a
*trigger* is a form that tells a harm ("were killed", "the death of", "lost").
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from monitor.claims.forms import Match, Sense
from monitor.claims.numerals import QuantityMention, bounded_late
from monitor.claims.scan import Scan, has, sense_of
from monitor.claims.text import NUMBER, WORD
from monitor.model.quantity import Bound, Quantity

_PREMODIFIERS = 3  # plain words that may stand between a number and its noun
_PARTICIPLE_REACH = 4  # tokens between a preposition of a participle and the participle's noun
_POSTMODIFIERS = 3  # and between the noun and the side it belongs to
_QUOTES = frozenset("\"'\u00ab\u00bb\u201c\u201d\u201e\u2018\u2019*_`")
_HYPHENS = frozenset("-\u2010\u2011")
_SEPARATORS = frozenset("-\u2010\u2011\u2012\u2013\u2014\u2212:=")
_VICTIMS = frozenset({"victim", "victim_one", "victim_two"})
_TRIGGERS = frozenset({"subject", "object", "both", "act", "weak", "toll"})


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


def harms_of(match: Match | None, details: frozenset[str]) -> tuple[Sense, ...]:
    """Return the match's senses that tell a harm in one of these roles."""
    if match is None:
        return ()
    return tuple(sense for sense in match.senses if sense.category == "harm" and sense.detail in details)


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
        phrase = _noun_at(scan, match, last)
        if phrase is not None:
            _take_row(scan, phrase, quantities, last)
            if phrase.number != "one" or not _is_aside(scan, phrase):
                phrases.append(phrase)
            index = phrase.last
            continue
        if has(match, "grammar", "one_more") and harms_of(scan.starting.get(match.last), _TRIGGERS):
            phrases.append(Phrase(first=match.first, last=match.last, number="one"))
            index = match.last
            continue
        senses = harms_of(match, _TRIGGERS | _VICTIMS)
        if senses and not (_says_how(match) and any(_is_loss(trigger) for trigger in triggers)):
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
            summed[-1] = replace(before, last=phrase.last, number="given", quantity=quantity)
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
        and phrase.group == before.group
        and phrase.sides == before.sides
        and joint is not None
        and joint.last == phrase.first
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
        phrases.append(_with_owner(scan, phrase, last))
        return phrases[-1].last
    if quantity.quantity is None:
        return quantity.last
    if quantity.is_increment:
        if phrases and phrases[-1].number == "given" and phrases[-1].increment is None:
            phrases[-1].increment = quantity
        return quantity.last
    phrase = _counted(scan, quantity, last, quantities)
    if phrase.is_bare and scan.word(quantity.number_first) in scan.lexicon.articles and phrase.last == quantity.last:
        following = scan.starting.get(phrase.last)
        if following is None or not harms_of(following, _TRIGGERS):
            return quantity.last  # "une grave erreur": an article, no count
    if phrase.is_bare and phrases and has(scan.starting.get(phrase.last), "grammar", "subset"):
        # "ten rockets, four of which": four of the same.
        phrase = replace(
            phrase, head=phrases[-1].head, group=phrases[-1].group, item=phrases[-1].item, sides=phrases[-1].sides
        )
    head = None if phrase.head is None else scan.starting.get(phrase.head)
    if quantity.quantity.bound is not Bound.VAGUE and head is not None and _is_unit(head):
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
        and scan.word(before.last) in _SEPARATORS
    )


def _introduces(scan: Scan, quantity: QuantityMention) -> bool:
    """Tell whether "200 - 4": the slang number is followed by a dash or colon and the count."""
    following = quantity.last + 1
    return (
        scan.word(quantity.last) in _SEPARATORS
        and following < len(scan.tokens)
        and (scan.tokens[following].kind == NUMBER or scan.word(following) in scan.lexicon.numbers)
    )


# --- phrases -------------------------------------------------------------------------------------------------------


def _is_head(match: Match) -> bool:
    return (
        any(sense.category == "person" and sense.detail != "unit" for sense in match.senses)
        or sense_of(match, "item") is not None
        or bool(harms_of(match, _VICTIMS))
        or any(sense.category == "side" and sense.detail == "persons" for sense in match.senses)
    )


def _counted(scan: Scan, quantity: QuantityMention, last: int, quantities: Mapping[int, QuantityMention]) -> Phrase:
    """Read the phrase that a number opens: modifiers, then the noun, then whose it is."""
    phrase = Phrase(first=quantity.first, last=quantity.last, number="given", quantity=quantity)
    if quantity.is_inverted:
        # "some men twenty": the noun stood before the number.
        _take_head(phrase, scan.starting[quantity.first])
    position = quantity.last
    plain = 0
    pending: list[Match] = []
    while position < last and plain <= _PREMODIFIERS and not _is_telling(scan, position):
        match = scan.starting.get(position)
        if match is None:
            step = _step_inside(scan, phrase, position, quantities)
            if step == 0:
                break
            plain += scan.tokens[position].kind == WORD
            position += step
            continue
        if _is_head(match) and _describes_next(scan, match):
            plain += 1
            position = match.last
            continue
        if _is_head(match):
            for earlier in pending:
                _take_modifier(phrase, earlier)
            _take_head(phrase, match)
            phrase.last = match.last
            phrase.quantity, phrase.last = bounded_late(scan, quantity, phrase.last)
            return _with_late_bound(scan, _with_owner(scan, phrase, last))
        if sense_of(match, "side") is not None or harms_of(match, frozenset({"subject", "both", "weak"})):
            if harms_of(match, frozenset({"subject", "both", "weak"})) and not _has_head_soon(scan, match.last, last):
                break
            pending.append(match)
            position = match.last
            continue
        if has(match, "not_counts", "object"):
            phrase.number = "many"  # "316 health facilities": no persons and no hardware
            return phrase
        if _ends_phrase(match) and not (plain == 0 and _belongs(match)):
            break
        phrase.is_own = phrase.is_own or has(match, "grammar", "own")
        plain += 1
        position = match.last
    return _without_noun(scan, phrase, quantity, pending, last)


def _step_inside(scan: Scan, phrase: Phrase, index: int, quantities: Mapping[int, QuantityMention]) -> int:
    """Return how many tokens lead on from a number to its noun; 0 ends the way. An increase in brackets is kept."""
    token = scan.tokens[index]
    increment = quantities.get(index + 1)
    if token.norm == "(" and increment is not None and increment.is_increment:
        phrase.increment = increment
        return increment.last + 1 - index
    if token.norm in _QUOTES or token.norm in _HYPHENS or token.kind == WORD:
        return 1
    return 3 if _is_ordinal(scan, index) else 0


def _without_noun(scan: Scan, phrase: Phrase, quantity: QuantityMention, pending: Sequence[Match], last: int) -> Phrase:
    """Return the phrase of a number behind which no known noun stands: a side may, or the number is a unit of troops."""
    for earlier in pending:
        # "47 Ukrainian ..."
        if sense_of(earlier, "side") is not None and earlier.first <= phrase.last + 1:
            _take_modifier(phrase, earlier)
            phrase.last = max(phrase.last, earlier.last)
    unit = scan.starting.get(quantity.number_first)
    if phrase.head is None and unit is not None and _is_unit(unit):
        phrase.head, phrase.group = quantity.number_first, "military"  # "a company of the 3rd brigade"
    return phrase if phrase.head is None else _with_owner(scan, phrase, last)


def _with_late_bound(scan: Scan, phrase: Phrase) -> Phrase:
    if phrase.quantity is not None:
        phrase.quantity, phrase.last = bounded_late(scan, phrase.quantity, phrase.last)
    return phrase


def _has_head_soon(scan: Scan, position: int, last: int) -> bool:
    for _ in range(3):
        if position >= last:
            return False
        match = scan.starting.get(position)
        if match is not None and _is_head(match):
            return True
        if match is not None and sense_of(match, "side") is not None:
            position = match.last
            continue
        if match is not None or scan.tokens[position].kind != WORD:
            return False
        position += 1
    return False


def _ends_phrase(match: Match) -> bool:
    return any(
        (sense.category == "grammar" and sense.value not in {"own", "another", "both", "ours", "enemy"})
        or sense.category in {"harm", "not_counts", "bounds"}
        for sense in match.senses
    )


def _is_telling(scan: Scan, position: int) -> bool:
    """Tell whether a word that says who tells it, or how surely, stands there."""
    stance = scan.stances.get(position)
    return has(stance, "attribution", "verbs", "prepositions", "after") or sense_of(stance, "polarity") is not None


def _belongs(match: Match) -> bool:
    """Tell whether it is a word of belonging: "of", "from"."""
    return has(match, "grammar", "of", "camp") or has(match, "bounds", "from")


def _noun_at(scan: Scan, match: Match, last: int) -> Phrase | None:
    """Read a phrase without a number: "a soldier", "two" said by a dual, "the Su-25"; plurals count nothing yet."""
    victims = harms_of(match, _VICTIMS)
    person, item = _person_of(match), sense_of(match, "item")
    if victims and all(sense.detail == "victim" for sense in victims) and person is None:
        return None  # "the dead: 5": a trigger
    if person is None and item is None and not victims:
        side = sense_of(match, "side")
        if side is None or side.detail != "persons":
            return None
    if _describes_next(scan, match):
        return None
    phrase = Phrase(first=match.first, last=match.last, number=_number_of(match))
    following = scan.starting.get(match.last)
    if (
        phrase.number == "one"
        and following is not None
        and not _is_glued(scan, following.first)
        and _is_attributive(match, following)
    ):
        return None
    phrase.may_be_many = phrase.number == "one" and any(
        sense.category == "person" and sense.detail == "many" for sense in match.senses
    )
    _take_head(phrase, match)
    before = scan.ending.get(match.first)
    if before is not None and has(before, "grammar", "own"):
        phrase.is_own = True
    if before is not None and has(before, "grammar", "both"):
        phrase.number, phrase.first = "two", before.first
        before = scan.ending.get(before.first)
    while before is not None and sense_of(before, "side") is not None and before.first >= 0:
        _take_modifier(phrase, before)
        phrase.first = before.first
        before = scan.ending.get(before.first)
    if before is not None and has(before, "grammar", "none"):
        phrase.number, phrase.first = "none", before.first
    return _with_owner(scan, phrase, last)


def _describes_next(scan: Scan, match: Match) -> bool:
    """Tell whether hardware only describes the plural behind it: "two missile factories", "missile-making plants"."""
    index = match.last
    if not scan.lexicon.has_compounds or sense_of(match, "item") is None or index >= len(scan.tokens):
        return False
    if scan.word(index) in _HYPHENS and scan.touches(index) and scan.touches(index + 1):
        return True
    return (
        scan.tokens[index].kind == WORD
        and index not in scan.starting
        and index not in scan.stances
        and scan.word(index).endswith("s")
        and not scan.is_capitalised(index)
    )


def _is_attributive(match: Match, following: Match) -> bool:
    """Tell whether a noun only describes the next one: an "engineer" regiment, "civilian" casualties."""
    if _person_of(match) is None:
        return False
    if harms_of(following, frozenset({"act"})):
        return False
    if any(sense.category == "person" and sense.detail == "many" for sense in following.senses):
        return True
    return _is_unit(following) or any(sense.detail == "victim" for sense in harms_of(following, _VICTIMS))


def _person_of(match: Match) -> Sense | None:
    """Return the match's sense of persons; a unit of troops is none."""
    return next((sense for sense in match.senses if sense.category == "person" and sense.detail != "unit"), None)


def _take_row(scan: Scan, phrase: Phrase, quantities: Mapping[int, QuantityMention], last: int) -> None:
    """Read the row of a table: "tanks - 11 903 (+4)"."""
    if phrase.number != "many" or phrase.last >= last or scan.word(phrase.last) not in _SEPARATORS:
        return
    position = phrase.last
    while position < last and scan.word(position) in _SEPARATORS:
        position += 1
    quantity = quantities.get(position)
    if quantity is None or quantity.quantity is None or quantity.is_increment:
        return
    following = scan.starting.get(quantity.last)
    if phrase.item is None and following is not None and _is_head(following):
        return  # "losses of the invaders: 530 men" counts the men
    phrase.number, phrase.quantity, phrase.last = "given", quantity, quantity.last
    increment = quantities.get(phrase.last + 1)
    if increment is not None and increment.is_increment:
        phrase.increment, phrase.last = increment, increment.last + 1


def _number_of(match: Match) -> str:
    for sense in match.senses:
        if sense.category in {"person", "item"} and sense.detail in {"one", "two", "many"}:
            return sense.detail
        if sense.category == "item" and sense.detail == "model":
            return "one"
        if sense.category == "harm" and sense.detail in {"victim_one", "victim_two"}:
            return sense.detail.removeprefix("victim_")
    return "many"


def _take_head(phrase: Phrase, match: Match) -> None:
    phrase.head = match.first
    phrase.last = max(phrase.last, match.last)
    for sense in match.senses:
        if sense.category == "person" and sense.detail != "unit" and phrase.group is None:
            phrase.group = sense.value
        elif sense.category == "item" and phrase.item is None:
            phrase.item = sense.value
        elif sense.category == "side":
            _add_side(phrase, sense)
        elif sense.category == "harm" and (sense.detail in _VICTIMS or sense.value == "destroyed"):
            # What is destroyed may be persons or things: the noun that follows tells.
            phrase.harms = (*phrase.harms, sense.value)
            phrase.harm_at = match.first


def _take_modifier(phrase: Phrase, match: Match) -> None:
    for sense in match.senses:
        if sense.category == "side":
            _add_side(phrase, sense)
        elif sense.category == "harm" and sense.detail in {"subject", "both", "weak"}:
            phrase.harms = (*phrase.harms, sense.value)
            phrase.harm_at = match.first


def _add_side(phrase: Phrase, sense: Sense) -> None:
    phrase.is_of_troops = phrase.is_of_troops or sense.detail == "bodies"
    if sense.value not in phrase.sides:
        phrase.sides = (*phrase.sides, sense.value)


def _with_owner(scan: Scan, phrase: Phrase, last: int) -> Phrase:
    """Add what stands after the noun and says whose it is: "soldiers of the Malian army", "fighters from Wagner"."""
    position = phrase.last
    plain = 0
    while position < last and plain <= _POSTMODIFIERS and not _is_telling(scan, position):
        match = scan.starting.get(position)
        if match is None:
            step = _plain_step(scan, position)
            if step == 0:
                break
            plain += step == 1 and scan.tokens[position].kind == WORD
            position += step
        elif has(match, "grammar", "own"):
            phrase.is_own = True
            phrase.last = match.last
            break
        elif _is_unit(match) and phrase.item is None:
            # "three of the 98th Division": whoever is of a unit of troops is military.
            phrase.is_of_troops = True
            phrase.group = "military" if phrase.group in {None, "people"} else phrase.group
            phrase.last = position = match.last
        elif sense_of(match, "side") is not None and not _is_new_phrase(match):
            if _is_only_country(match) and plain > 0 and not _belongs_before(scan, match.first):
                break  # "13 soldiers in Lebanon": where, not whose
            phrase.last = position = _take_owner(scan, phrase, match)
            if not _wants_noun(phrase):
                plain = _POSTMODIFIERS
        elif not _is_glued(scan, match.first) and _takes_apposition(
            phrase, match, is_next=plain == 0 or position == phrase.last
        ):
            if phrase.item is not None:
                # "two Leopard tanks", "a Mi-24 helicopter": the model names the same thing.
                model = next((sense for sense in match.senses if sense.detail == "model"), None)
                if phrase.model is None and model is not None:
                    phrase.model, phrase.item = scan.slice(match.first, match.last), model.value
            elif harms_of(match, _VICTIMS) or _wants_noun(phrase):
                _take_head(phrase, match)  # "20 soldiers dead", "ten wounded Malian soldiers"
            phrase.last = position = max(match.last, phrase.last)
        elif _belongs(match) and not _is_new_phrase(match):
            plain += phrase.item is None
            position = match.last
        elif _wants_noun(phrase) and scan.lexicon.word_order == "free" and has(match, "grammar", "prepositions"):
            noun = _noun_behind(scan, match.last, last)
            if noun is None:
                break
            _take_head(phrase, noun)  # "200 killed near the town soldiers": the participle's own words stand between
            phrase.last = position = noun.last
        else:
            break
    return phrase


def _noun_behind(scan: Scan, position: int, last: int) -> Match | None:
    """Return the noun for persons or things within reach of a preposition, with nothing but plain words between."""
    for index in range(position, min(position + _PARTICIPLE_REACH, last)):
        match = scan.starting.get(index)
        if match is not None and (sense_of(match, "person") is not None or sense_of(match, "item") is not None):
            return match
        if scan.tokens[index].kind != WORD or (match is not None and sense_of(match, "side") is None):
            return None
    return None


def _is_unit(match: Match) -> bool:
    return any(sense.category == "person" and sense.detail == "unit" for sense in match.senses)


def _plain_step(scan: Scan, index: int) -> int:
    """Return how many tokens may be passed over on the way from a noun to its owner; 0 ends the way."""
    token = scan.tokens[index]
    if token.norm in _QUOTES or token.norm in _HYPHENS or token.norm in "()" or token.kind == WORD:
        return 1
    return 3 if _is_ordinal(scan, index) else 0


def _take_owner(scan: Scan, phrase: Phrase, match: Match) -> int:
    """Give the phrase the side of ``match`` and of the one joined to it; return where they end."""
    _take_modifier_side(phrase, match)
    joint = scan.starting.get(match.last)
    if joint is not None and has(joint, "grammar", "and"):
        other = scan.starting.get(joint.last)
        if other is not None and sense_of(other, "side") is not None and not _is_head(other):
            _take_modifier_side(phrase, other)
            return other.last
    return match.last


def _wants_noun(phrase: Phrase) -> bool:
    """Tell whether the phrase so far has a participle for its noun: "the killed", "destroyed"."""
    return phrase.group is None and phrase.item is None and bool(phrase.harms)


def _takes_apposition(phrase: Phrase, match: Match, *, is_next: bool) -> bool:
    """Tell whether ``match`` names the same persons or things as the phrase before it."""
    if phrase.item is not None:
        return sense_of(match, "item") is not None
    if not is_next:
        return False
    if _wants_noun(phrase) and (sense_of(match, "person") is not None or sense_of(match, "item") is not None):
        return True
    if harms_of(match, _VICTIMS):
        return not phrase.harms and not harms_of(match, frozenset({"act"}))
    return has(match, "person", "people", "unknown") or (
        phrase.group == "civilian" and has(match, "person", "civilian")
    )


def _is_glued(scan: Scan, index: int) -> bool:
    """Tell whether the "and" of the language is glued to the word: it opens the next phrase."""
    joiner = scan.lexicon.joiner
    return bool(joiner) and scan.word(index).startswith(joiner)


def _is_only_country(match: Match) -> bool:
    return all(sense.detail == "country" for sense in match.senses if sense.category == "side")


def _belongs_before(scan: Scan, index: int) -> bool:
    before = scan.ending.get(index)
    if before is None or has(before, "grammar", "prepositions"):
        return False  # a word that also says where: "in Lebanon"
    return _belongs(before)


def _is_ordinal(scan: Scan, index: int) -> bool:
    """Tell whether "155-th" stands here: the number of a unit of troops, with its ending."""
    return (
        scan.tokens[index].kind == NUMBER
        and scan.word(index + 1) in _HYPHENS
        and scan.touches(index + 1)
        and scan.touches(index + 2)
        and has(scan.starting.get(index + 2), "not_counts", "ordinal")
    )


def _take_modifier_side(phrase: Phrase, match: Match) -> None:
    for sense in match.senses:
        if sense.category == "side":
            _add_side(phrase, sense)


def _is_new_phrase(match: Match) -> bool:
    return sense_of(match, "item") is not None or bool(harms_of(match, _VICTIMS | _TRIGGERS))


__all__ = ["Mentions", "Phrase", "Trigger", "find_mentions", "harms_of"]
