"""Countable noun phrases: a number, its noun, and whose it is; or a noun that alone says how many."""

from collections.abc import Mapping, Sequence

from monitor.claims.forms import Match
from monitor.claims.nouns import (
    TRIGGERS,
    VICTIMS,
    Phrase,
    harms_of,
    is_head,
    is_only_country,
    is_unit,
    number_of,
    person_of,
    take_head,
    take_modifier,
    take_side,
    wants_noun,
)
from monitor.claims.numerals import QuantityMention, bounded_late
from monitor.claims.scan import Scan, has, sense_of
from monitor.claims.text import NUMBER, WORD

_PREMODIFIERS = 3  # plain words that may stand between a number and its noun
_PARTICIPLE_REACH = 4  # tokens between a preposition of a participle and the participle's noun
_POSTMODIFIERS = 3  # and between the noun and the side it belongs to
_QUOTES = frozenset("\"'\u00ab\u00bb\u201c\u201d\u201e\u2018\u2019*_`")
_HYPHENS = frozenset("-\u2010\u2011")
SEPARATORS = frozenset("-\u2010\u2011\u2012\u2013\u2014\u2212:=")


def counted(scan: Scan, quantity: QuantityMention, last: int, quantities: Mapping[int, QuantityMention]) -> Phrase:
    """Read the phrase that a number opens: modifiers, then the noun, then whose it is."""
    phrase = Phrase(first=quantity.first, last=quantity.last, number="given", quantity=quantity)
    if quantity.is_inverted:
        # "some men twenty": the noun stood before the number.
        take_head(phrase, scan.starting[quantity.first])
    position = quantity.last
    plain = 0
    pending: list[Match] = []
    while position < last and plain <= _PREMODIFIERS and not is_telling(scan, position):
        match = scan.starting.get(position)
        if match is None:
            step = _step_inside(scan, phrase, position, quantities)
            if step == 0:
                break
            plain += scan.tokens[position].kind == WORD
            position += step
            continue
        if is_head(match) and _describes_next(scan, match):
            plain += 1
            position = match.last
            continue
        if _lends_side(scan, match):
            pending.append(match)
            position = match.last
            continue
        if is_head(match):
            for earlier in pending:
                take_modifier(phrase, earlier)
            take_head(phrase, match)
            phrase.last = _past_plural(scan, match.last)
            phrase.quantity, phrase.last = bounded_late(scan, quantity, phrase.last)
            return _with_late_bound(scan, with_owner(scan, phrase, last))
        if sense_of(match, "side") is not None or harms_of(match, frozenset({"subject", "both", "weak"})):
            if harms_of(match, frozenset({"subject", "both", "weak"})) and not _has_head_soon(scan, match.last, last):
                break
            pending.append(match)
            position = match.last
            continue
        if is_unit(match) and _belongs_before(scan, match.first):  # "three of the battalion"
            phrase.last = _take_unit(scan, phrase, match, last)
            return with_owner(scan, phrase, last)
        if has(match, "not_counts", "object"):
            phrase.number = "many"  # "316 health facilities": no persons and no hardware
            return phrase
        if _ends_phrase(match) and not (plain == 0 and _belongs(match)):
            break
        phrase.is_own = phrase.is_own or has(match, "grammar", "own")
        plain += 1
        position = match.last
    return _without_noun(scan, phrase, quantity, pending, last)


def noun_at(scan: Scan, match: Match, last: int) -> Phrase | None:
    """Read a phrase without a number: "a soldier", "two" said by a dual, "the Su-25"; plurals count nothing yet."""
    victims = harms_of(match, VICTIMS)
    person, item = person_of(match), sense_of(match, "item")
    if victims and all(sense.detail == "victim" for sense in victims) and person is None:
        return None  # "the dead: 5": a trigger
    if person is None and item is None and not victims:
        side = sense_of(match, "side")
        if side is None or side.detail != "persons":
            return None
    if _describes_next(scan, match):
        return None
    phrase = Phrase(first=match.first, last=match.last, number=number_of(match))
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
    take_head(phrase, match)
    before = scan.ending.get(_past_number(scan, match.first))
    if before is not None and has(before, "grammar", "own"):
        phrase.is_own = True
    if before is not None and has(before, "grammar", "both"):
        phrase.number, phrase.first = "two", before.first
        before = scan.ending.get(before.first)
    while before is not None and sense_of(before, "side") is not None and before.first >= 0:
        take_modifier(phrase, before)
        phrase.first = before.first
        before = scan.ending.get(before.first)
    if before is not None and has(before, "grammar", "none"):
        phrase.number, phrase.first = "none", before.first
    return with_owner(scan, phrase, last)


def _past_number(scan: Scan, index: int) -> int:
    """Return where the words before a noun end, the number of a model left out: the "450" of "Hermes-450 drone"."""
    start = index
    while index > 0 and (scan.tokens[index - 1].kind == NUMBER or scan.word(index - 1) in _HYPHENS | _QUOTES):
        index -= 1
    return index if has(scan.ending.get(index), "not_counts", "before") else start


def _past_plural(scan: Scan, index: int) -> int:
    """Return where a noun ends, the plural of a model's name included: "F-15s"."""
    return index + 1 if scan.lexicon.has_compounds and scan.touches(index) and scan.word(index) == "s" else index


def take_row(scan: Scan, phrase: Phrase, quantities: Mapping[int, QuantityMention], last: int) -> None:
    """Read the row of a table: "tanks - 11 903 (+4)"."""
    if phrase.number != "many" or phrase.last >= last or scan.word(phrase.last) not in SEPARATORS:
        return
    position = phrase.last
    while position < last and scan.word(position) in SEPARATORS:
        position += 1
    quantity = quantities.get(position)
    if quantity is None or quantity.quantity is None or quantity.is_increment:
        return
    following = scan.starting.get(quantity.last)
    if phrase.item is None and following is not None and is_head(following):
        return  # "losses of the invaders: 530 men" counts the men
    phrase.number, phrase.quantity, phrase.last = "given", quantity, quantity.last
    increment = quantities.get(phrase.last + 1)
    if increment is not None and increment.is_increment:
        phrase.increment, phrase.last = increment, increment.last + 1


def with_owner(scan: Scan, phrase: Phrase, last: int) -> Phrase:
    """Add what stands after the noun and says whose it is: "soldiers of the Malian army", "fighters from Wagner"."""
    position = phrase.last
    plain = 0
    belongs = False
    while position < last and plain <= _POSTMODIFIERS and not is_telling(scan, position):
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
        elif is_unit(match) and phrase.item is None:
            phrase.last = position = _take_unit(scan, phrase, match, last)
        elif sense_of(match, "side") is not None and not _is_new_phrase(match):
            if is_only_country(match) and plain > 0 and not _belongs_before(scan, match.first):
                break  # "13 soldiers in Lebanon": where, not whose
            phrase.last = position = _take_owner(scan, phrase, match)
            if not wants_noun(phrase):
                plain = _POSTMODIFIERS
        elif (
            not _is_glued(scan, match.first)
            and not _has_object(scan, match)
            and _takes_apposition(phrase, match, is_next=belongs or plain == 0 or position == phrase.last)
        ):
            if phrase.item is not None:
                take_side(phrase, match)  # a model of one side's: "a Merkava tank"
                # "two Leopard tanks", "a Mi-24 helicopter": the model names the same thing.
                model = next((sense for sense in match.senses if sense.detail == "model"), None)
                if phrase.model is None and model is not None:
                    phrase.model, phrase.item = scan.slice(match.first, match.last), model.value
            elif harms_of(match, VICTIMS) or wants_noun(phrase):
                take_head(phrase, match)  # "20 soldiers dead", "ten wounded Malian soldiers"
            phrase.last = position = max(match.last, phrase.last)
        elif _belongs(match) and not _is_new_phrase(match):
            plain += phrase.item is None
            belongs = wants_noun(phrase)  # "eleven dead of the mercenaries"
            position = match.last
        elif wants_noun(phrase) and scan.lexicon.word_order == "free" and has(match, "grammar", "prepositions"):
            noun = _noun_behind(scan, match.last, last)
            if noun is None:
                break
            take_head(phrase, noun)  # "200 killed near the town soldiers": the participle's own words stand between
            phrase.last = position = noun.last
        else:
            break
    return phrase


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
            take_modifier(phrase, earlier)
            phrase.last = max(phrase.last, earlier.last)
    unit = scan.starting.get(quantity.number_first)
    if phrase.head is None and unit is not None and is_unit(unit):
        phrase.head, phrase.group = quantity.number_first, "military"  # "a company of the 3rd brigade"
    return phrase if phrase.head is None else with_owner(scan, phrase, last)


def _with_late_bound(scan: Scan, phrase: Phrase) -> Phrase:
    if phrase.quantity is not None:
        phrase.quantity, phrase.last = bounded_late(scan, phrase.quantity, phrase.last)
    return phrase


def _has_head_soon(scan: Scan, position: int, last: int) -> bool:
    for _ in range(3):
        if position >= last:
            return False
        match = scan.starting.get(position)
        if match is not None and is_head(match):
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


def is_telling(scan: Scan, position: int) -> bool:
    """Tell whether a word that says who tells it, or how surely, stands there."""
    stance = scan.stances.get(position)
    if stance is not None and harms_of(scan.starting.get(stance.last), VICTIMS):
        return False  # "five reported casualties"
    return has(stance, "attribution", "verbs", "prepositions", "after") or sense_of(stance, "polarity") is not None


def _belongs(match: Match) -> bool:
    """Tell whether it is a word of belonging: "of", "from"."""
    return has(match, "grammar", "of", "camp") or has(match, "bounds", "from")


def _describes_next(scan: Scan, match: Match) -> bool:
    """Tell whether hardware only describes the plural behind it: "two missile factories", "missile-making plants"."""
    index = match.last
    if not scan.lexicon.has_compounds or sense_of(match, "item") is None or index >= len(scan.tokens):
        return False
    if scan.word(index) in _HYPHENS and scan.touches(index) and scan.touches(index + 1):
        return True
    if scan.touches(index):
        return False  # "F-15s"
    return (
        scan.tokens[index].kind == WORD
        and index not in scan.starting
        and index not in scan.stances
        and scan.word(index).endswith("s")
        and not scan.is_capitalised(index)
    )


def _lends_side(scan: Scan, match: Match) -> bool:
    """Tell whether a word for a side's people only describes the persons right behind it: "14 Lebanese civilians"."""
    following = scan.starting.get(match.last)
    if has(match, "grammar", "enemy", "ours"):
        return following is not None and is_head(following)  # "two enemy tanks"
    if any(sense.category != "side" for sense in match.senses):
        return False
    return following is not None and person_of(following) is not None


def _is_attributive(match: Match, following: Match) -> bool:
    """Tell whether a noun only describes the next one: an "engineer" regiment, "civilian" casualties."""
    if person_of(match) is None:
        return False
    if harms_of(following, frozenset({"act"})):
        return False
    title = person_of(following)
    if title is not None and title.detail == "one" and not harms_of(following, VICTIMS):
        return True  # "the minister General Smith" is one man
    if any(sense.category == "person" and sense.detail == "many" for sense in following.senses):
        return True
    return is_unit(following) or any(sense.detail == "victim" for sense in harms_of(following, VICTIMS))


def _noun_behind(scan: Scan, position: int, last: int) -> Match | None:
    """Return the noun for persons or things within reach of a preposition, with nothing but plain words between."""
    for index in range(position, min(position + _PARTICIPLE_REACH, last)):
        match = scan.starting.get(index)
        if match is not None and (sense_of(match, "person") is not None or sense_of(match, "item") is not None):
            return match
        if scan.tokens[index].kind != WORD or (match is not None and sense_of(match, "side") is None):
            return None
    return None


def _take_unit(scan: Scan, phrase: Phrase, match: Match, last: int) -> int:
    """Make whoever is of a unit of troops military: "three of the 98th Division"; return where the unit ends."""
    phrase.is_of_troops = True
    phrase.group = "military" if phrase.group in {None, "people"} else phrase.group
    end = match.last
    is_numbered = end < last and scan.tokens[end].kind == NUMBER and not scan.touches(end + 1)
    return end + 1 if is_numbered else end  # a unit's number may stand behind it


def _plain_step(scan: Scan, index: int) -> int:
    """Return how many tokens may be passed over on the way from a noun to its owner; 0 ends the way."""
    token = scan.tokens[index]
    if token.norm in _QUOTES or token.norm in _HYPHENS or token.norm in "()" or token.kind == WORD:
        return 1
    if token.kind == NUMBER and scan.touches(index + 1) and has(scan.starting.get(index + 1), "not_counts", "ordinal"):
        return 2  # "401st"
    return 3 if _is_ordinal(scan, index) else 0


def _take_owner(scan: Scan, phrase: Phrase, match: Match) -> int:
    """Give the phrase the side of ``match`` and of the one joined to it; return where they end."""
    take_side(phrase, match)
    joint = scan.starting.get(match.last)
    if joint is not None and has(joint, "grammar", "and"):
        other = scan.starting.get(joint.last)
        if other is not None and sense_of(other, "side") is not None and not is_head(other):
            take_side(phrase, other)
            return other.last
    return match.last


def _has_object(scan: Scan, match: Match) -> bool:
    """Tell whether a word for the wounded is a verb with its victims behind it: "settlers injured four men"."""
    if not harms_of(match, frozenset({"both", "object"})) or scan.lexicon.word_order != "fixed":
        return False
    following = scan.tokens[match.last] if match.last < len(scan.tokens) else None
    return following is not None and (following.kind == NUMBER or following.norm in scan.lexicon.numbers)


def _takes_apposition(phrase: Phrase, match: Match, *, is_next: bool) -> bool:
    """Tell whether ``match`` names the same persons or things as the phrase before it."""
    if phrase.item is not None:
        return sense_of(match, "item") is not None
    if not is_next:
        return False
    if wants_noun(phrase) and sense_of(match, "person") is not None:
        return True
    if wants_noun(phrase) and sense_of(match, "item") is not None:
        return bool({"destroyed", "lost", "captured"}.intersection(phrase.harms))
    if harms_of(match, VICTIMS):
        return not phrase.harms and not harms_of(match, frozenset({"act"}))
    return has(match, "person", "people", "unknown") or (
        phrase.group == "civilian" and has(match, "person", "civilian")
    )


def _is_glued(scan: Scan, index: int) -> bool:
    """Tell whether the "and" of the language is glued to the word: it opens the next phrase."""
    joiner = scan.lexicon.joiner
    return bool(joiner) and scan.word(index).startswith(joiner)


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


def _is_new_phrase(match: Match) -> bool:
    return sense_of(match, "item") is not None or bool(harms_of(match, VICTIMS | TRIGGERS))
