"""Which count belongs to which word of harm: by clause, direction and coordination, not by nearness alone.

Every pair of a phrase and a trigger in one sentence has a cost: what stands between them, and whether the trigger looks for
its victims on that side. The cheapest pairs are taken first; what is left over may share its neighbour's trigger.
"""

from bisect import bisect_left
from dataclasses import dataclass

from monitor.claims.forms import Match
from monitor.claims.gaps import BLOCKED, gap, occupied_by
from monitor.claims.mentions import Mentions, Phrase, Trigger
from monitor.claims.phrases import SEPARATORS
from monitor.claims.scan import Scan, has, sense_of
from monitor.claims.text import WORD

EQUIPMENT = "equipment"
_FAR = {"subject": 10.0, "object": 8.0, "both": 9.0, "act": 6.0, "weak": 8.0, "victim": 3.0, "victim_one": 3.0, "victim_two": 3.0, "toll": 14.0, "code": 1.5}  # fmt: skip
_NEIGHBOURS = 4  # triggers on either side of a phrase that are considered
_OWN = "count and victim noun"
_TOLL = 0.6  # what a word for a total costs more than one that tells the harm itself
_SUFFERING_REACH = 2  # tokens between "suffered" and the count of the dead
_FAR_BARE = 3.0  # a number with no noun must stand close to its trigger
_FAR_LISTED = 12.0  # a count of hardware may stand late in a list
_FAR_ACT = 2.5  # and closer still to a noun that governs it: "the death of a soldier"
_FAR_SINGULAR = 5.0  # and so must a noun that alone means one
_PARALLEL_REACH = 8  # tokens from one place of a list to the count at the next
_DEATH_REACH = 2  # words between "died" and "one of the injured"
_MANNER_REACH = 4  # tokens round a loss in which "killed" says how
_CIVIL_TOO = frozenset({"vehicle", "ship"})  # hardware that is not always military
_RISE_REACH = 8  # tokens between "raised" and what was raised
_LIGHT = frozenset(',-\u2013\u2014:(\u00ab"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A phrase, the kind of harm told of it and the trigger that told it (``None``: its own words, or its neighbour's)."""

    phrase: Phrase
    kind: str
    rule: str
    trigger: Trigger | None = None


@dataclass(frozen=True, slots=True, order=True)
class _Pair:
    cost: float
    phrase: int
    trigger: int
    role: str
    kind: str


def attach(scan: Scan, mentions: Mentions) -> list[Attachment]:
    """Return what is told of each phrase of the sentence, in text order; phrases of which nothing is told are left out."""
    phrases, triggers = mentions.phrases, mentions.triggers
    found: dict[int, Attachment] = {}
    for index, phrase in enumerate(phrases):
        kind = _own_kind(phrase)
        if kind is not None and not _is_told_before(scan, phrase):
            found[index] = _with_own_kind(scan, phrase, kind, triggers)
    sides: dict[int, str] = {}
    for pair in sorted(_pairs(scan, mentions, found)):
        phrase, trigger = phrases[pair.phrase], triggers[pair.trigger]
        if pair.phrase in found or _is_agent(scan, phrase, trigger, pair.role, found):
            continue
        side = "after" if phrase.first >= trigger.last else "before"
        if (
            (scan.lexicon.word_order == "free" or pair.role in {"both", "subject"})
            and phrase.number != "many"
            and sides.setdefault(pair.trigger, side) != side
            and not _is_added(scan, trigger.last, phrase.first)
        ):
            continue  # a verb has one subject: before it or after it
        found[pair.phrase] = Attachment(
            phrase=phrase, kind=pair.kind, rule=f"count {side} {pair.role}", trigger=trigger
        )
    _coordinate(scan, phrases, found)
    _coordinate_back(scan, phrases, found)
    return [found[index] for index in sorted(found)]


def _is_told_before(scan: Scan, phrase: Phrase) -> bool:
    """Tell whether the verb right before the dead tells something else of them: "returned 1,000 bodies"."""
    return phrase.group is not None and has(scan.ending.get(phrase.first), "not_counts", "other")


def _is_told_otherwise(scan: Scan, phrase: Phrase) -> bool:
    """Tell whether a verb beside the phrase tells something else of it: "15 were rescued"."""
    return any(
        has(match, "not_counts", "other")
        for match in (
            scan.ending.get(phrase.first)
            or (scan.ending.get(phrase.first - 1) if _is_plain(scan, phrase.first - 1) else None),
            scan.starting.get(phrase.last),
            scan.starting.get(phrase.last + 1) if _is_plain(scan, phrase.last) else None,
        )
    )


def _is_plain(scan: Scan, index: int) -> bool:
    """Tell whether a word stands at ``index`` that is in no list."""
    return index < len(scan.tokens) and scan.tokens[index].kind == WORD and index not in scan.starting


def _is_doer(scan: Scan, phrase: Phrase) -> bool:
    """Tell whether the noun itself, by its case, is who or what did it."""
    return phrase.head is not None and has(scan.starting.get(phrase.head), "grammar", "by")


def _with_own_kind(scan: Scan, phrase: Phrase, kind: str, triggers: tuple[Trigger, ...]) -> Attachment:
    """Return what the phrase's own word tells, or more: the "killed" of "lost 12 killed" has a loser, the wounded may die."""
    rule = _OWN
    for trigger in triggers:
        if 0 <= phrase.first - trigger.last <= _SUFFERING_REACH and any(s.value == "lost" for s in trigger.senses):
            return Attachment(phrase=phrase, kind=kind, rule=rule, trigger=trigger)  # "the army suffered 40 deaths"
    if phrase.harm_at is not None and _details(scan.starting.get(phrase.harm_at), "manner"):
        lost = [one for one in triggers if one.last <= phrase.first and any(s.value == "lost" for s in one.senses)]
        if lost:
            return Attachment(phrase=phrase, kind=kind, rule=rule, trigger=lost[-1])
    if kind == "captured" or (kind == "wounded" and scan.lexicon.word_order == "free"):
        roles = {"subject", "weak"} if kind == "wounded" else {"subject", "object", "both", "act"}
        for trigger in triggers:
            between = range(min(trigger.last, phrase.last), max(trigger.first, phrase.first))
            if (
                len(between) <= _DEATH_REACH
                and any(s.value == "killed" and s.detail in roles for s in trigger.senses)
                and all(scan.tokens[index].kind == WORD for index in between)
                and not any(has(scan.starting.get(index), "grammar", "and", "stop") for index in between)
            ):
                return Attachment(phrase=phrase, kind="killed", rule="death of the injured or taken", trigger=trigger)
    return Attachment(phrase=phrase, kind=kind, rule=rule)


def _details(match: Match | None, detail: str) -> list[str]:
    """Return the kinds of harm that the match tells in one role."""
    if match is None:
        return []
    return [sense.value for sense in match.senses if sense.category == "harm" and sense.detail == detail]


def _own_kind(phrase: Phrase) -> str | None:
    for kind in phrase.harms:
        if phrase.item is not None:
            if kind in {"destroyed", "lost", "captured"}:
                return EQUIPMENT
        elif kind != "destroyed":
            return "casualties" if kind == "lost" else kind
    return None


def _pairs(scan: Scan, mentions: Mentions, found: dict[int, Attachment]) -> list[_Pair]:
    occupied = occupied_by(mentions)
    starts = [trigger.first for trigger in mentions.triggers]
    pairs = []
    for p, phrase in enumerate(mentions.phrases):
        if p in found or _is_told_otherwise(scan, phrase) or _is_doer(scan, phrase):
            continue
        near = bisect_left(starts, phrase.first)
        for t in range(max(near - _NEIGHBOURS, 0), min(near + _NEIGHBOURS, len(starts))):
            trigger = mentions.triggers[t]
            best: _Pair | None = None
            between: float | None = None
            for role, kind in trigger.roles(is_item=not phrase.counts_persons):
                base = _base(scan, phrase, trigger, role)
                if base == BLOCKED:
                    continue
                if between is None:
                    between = gap(scan, phrase, trigger, occupied)
                cost = base + between
                limit = _FAR[role]
                is_risen = role in {"both", "victim", "subject"} and _is_risen(scan, phrase, trigger)
                if is_risen:
                    cost, limit = _TOLL, _FAR["toll"]
                elif phrase.is_bare and role not in {"toll", "victim", "code"}:
                    limit = _FAR_BARE + (base if scan.lexicon.word_order == "free" else 0.0)
                elif phrase.number in {"one", "two"}:
                    limit = min(limit, _FAR_ACT if role == "act" and phrase.number == "one" else _FAR_SINGULAR)
                elif phrase.item is not None and phrase.number == "given" and phrase.first >= trigger.last:
                    limit = max(limit, _FAR_LISTED)
                if cost <= limit and (best is None or cost < best.cost):
                    best = _Pair(cost, p, t, role, _kind(scan, kind, phrase, trigger))
            if best is not None:
                pairs.append(best)
    return pairs


def _kind(scan: Scan, kind: str, phrase: Phrase, trigger: Trigger) -> str:
    if not phrase.counts_persons:
        return EQUIPMENT
    if kind != "lost":
        return kind
    if phrase.group == "civilian":
        return "killed"  # whoever lost two sons has buried them
    first, last = min(trigger.first, phrase.first), max(trigger.last, phrase.last)
    for index in range(max(first - 1, 0), min(last + _MANNER_REACH, len(scan.tokens))):
        how = _details(scan.starting.get(index), "manner")
        if how:
            return how[0]
    return "casualties"


def _base(scan: Scan, phrase: Phrase, trigger: Trigger, role: str) -> float:
    """Return what it costs that the phrase stands on this side of a trigger in this role."""
    order = scan.lexicon.word_order
    is_after = phrase.first >= trigger.last
    match role:
        case "subject" | "weak":
            if _is_no_subject(scan, phrase, trigger, role):
                return BLOCKED
            if not is_after:
                return 0.4 if order == "free" and phrase.is_bare else 0.0
            return {"free": 0.3, "vso": 0.0}.get(order, 2.5)
        case "object":
            if is_after:
                return BLOCKED if phrase.may_be_many or (_is_lost(trigger) and _is_no_loss(scan, phrase)) else 0.0
            # A noun alone before its verb did it, and so did a company; only with a number may it be the object.
            return 1.0 if order == "free" and phrase.number == "given" and not _is_troops(scan, phrase) else BLOCKED
        case "both":
            if order == "free":
                return (0.7 if is_after else 1.0) if phrase.is_bare else (0.0 if is_after else 0.5)
            if phrase.is_bare:
                return 0.7 if is_after else 0.0
            return 0.0 if is_after else 0.5
        case "act" | "code":
            return 0.0 if is_after and not phrase.may_be_many else BLOCKED
        case "toll":
            is_count = phrase.number == "given" and phrase.counts_persons and not _is_placed(scan, phrase)
            # "losses: hundreds killed": the word beside the count says more than the heading.
            if is_after:
                return _TOLL if is_count else BLOCKED
            # "puts at 40 the number of dead"
            is_beside = (
                phrase.is_bare
                and trigger.first - phrase.last <= 1
                and scan.word(trigger.last) not in SEPARATORS
                and scan.word(phrase.first) not in scan.lexicon.articles
            )
            return _TOLL if is_count and is_beside else BLOCKED
        case _:  # a victim noun without a number of its own: "the dead: 5"
            return (
                0.3
                if is_after
                and (phrase.is_bare or phrase.group == "people")
                and phrase.number == "given"
                and not _is_placed(scan, phrase)
                else BLOCKED
            )


def _is_risen(scan: Scan, phrase: Phrase, trigger: Trigger) -> bool:
    """Tell whether the number is what something rose to: "raised the estimate of people killed to 45,000"."""
    if not phrase.is_bare or phrase.first < trigger.last or not has(scan.ending.get(phrase.first), "bounds", "to"):
        return False
    return any(
        has(scan.starting.get(at), "grammar", "change")
        for at in range(max(trigger.first - _RISE_REACH, 0), trigger.first)
    )


def _is_placed(scan: Scan, phrase: Phrase) -> bool:
    """Tell whether a preposition stands before the number: "the injured from several posts" are not several."""
    before = scan.ending.get(phrase.first)
    if before is None or scan.lexicon.word_order != "free":
        return False
    is_growth = has(scan.ending.get(before.first), "grammar", "change")  # "rose from nine to thirteen"
    return not is_growth and has(before, "grammar", "prepositions", "with", "camp")


def _is_no_subject(scan: Scan, phrase: Phrase, trigger: Trigger, role: str) -> bool:
    """Tell whether the phrase cannot be the victim of this verb, by what it counts or by its number."""
    if role == "weak":
        if phrase.number not in {"given", "none", "two"} or (phrase.is_bare and not _counts_persons(scan, phrase)):
            return True
        return phrase.item in _CIVIL_TOO and not phrase.sides  # "five cars damaged" are nobody's arms
    # "the commander's men died": a noun that means one is no subject of a verb in the plural.
    return phrase.number == "one" and scan.word(trigger.last - 1).endswith(scan.lexicon.plural_verbs or ("\0",))


def _counts_persons(scan: Scan, phrase: Phrase) -> bool:
    """Tell whether the number is a collective, which counts nothing but persons."""
    number = None if phrase.quantity is None else scan.word(phrase.quantity.number_first)
    return scan.lexicon.numbers.get(number or "", ("", 0.0))[0] == "collective"


def _is_no_loss(scan: Scan, phrase: Phrase) -> bool:
    """Tell whether "lost" speaks of something else: "she lost her husband", "lost 12 something"."""
    if phrase.number == "one":
        return phrase.group in {"people", "civilian"}
    return phrase.is_bare and _has_unknown_noun(scan, phrase)


def _is_troops(scan: Scan, phrase: Phrase) -> bool:
    """Tell whether the number is a unit of troops: "a platoon"."""
    match = scan.starting.get(phrase.first)
    return match is not None and any(sense.category == "person" and sense.detail == "unit" for sense in match.senses)


def _is_lost(trigger: Trigger) -> bool:
    return any(sense.value == "lost" for sense in trigger.senses)


def _has_unknown_noun(scan: Scan, phrase: Phrase) -> bool:
    """Tell whether a word that is in no list follows the number: it may count anything."""
    return _is_plain(scan, phrase.last)


def _is_agent(scan: Scan, phrase: Phrase, trigger: Trigger, role: str, found: dict[int, Attachment]) -> bool:
    """Tell whether the phrase did the harm: it stands before a verb that has its victims after it."""
    if role not in {"both", "object"} or phrase.first >= trigger.last or phrase.is_bare:
        return has(scan.ending.get(phrase.first), "grammar", "by")
    return any(
        other.trigger is trigger and other.phrase.first >= trigger.last and other.phrase.first - trigger.last <= 2
        for other in found.values()
    )


def _coordinate(scan: Scan, phrases: tuple[Phrase, ...], found: dict[int, Attachment]) -> None:
    """Give a phrase with no trigger the harm of the phrase that it is joined to: "84 dead mercenaries and 47 soldiers"."""
    for index in range(1, len(phrases)):
        before, phrase = found.get(index - 1), phrases[index]
        if index in found or before is None or phrase.number == "many" or _is_told_otherwise(scan, phrase):
            continue
        if not (_is_joined(scan, before.phrase.last, phrase.first) or _is_parallel(scan, before, phrase)):
            continue
        if phrase.counts_persons == before.phrase.counts_persons and not (
            phrase.is_bare and not before.phrase.is_bare and phrase.number != "given"
        ):
            found[index] = Attachment(
                phrase=phrase, kind=before.kind, rule="joined to the count before", trigger=before.trigger
            )
        elif before.trigger is not None and not phrase.counts_persons:
            roles = before.trigger.roles(is_item=True)
            if roles:
                found[index] = Attachment(
                    phrase=phrase, kind=EQUIPMENT, rule="joined to the count before", trigger=before.trigger
                )


def _is_parallel(scan: Scan, before: Attachment, phrase: Phrase) -> bool:
    """Tell whether a bare number stands before another place as the count before stood before its own: "6 in X, 5 in Y"."""
    if not phrase.is_bare or phrase.number != "given" or not before.phrase.counts_persons:
        return False
    trigger = before.trigger
    start = (
        before.phrase.last
        if trigger is None or trigger.first >= phrase.first
        else max(before.phrase.last, trigger.last)
    )
    if phrase.first - start > _PARALLEL_REACH or not all(
        has(scan.starting.get(at), "grammar", "prepositions") for at in (start, phrase.last)
    ):
        return False
    return scan.word(phrase.first - 1) == "," or has(scan.ending.get(phrase.first), "grammar", "and")


def _coordinate_back(scan: Scan, phrases: tuple[Phrase, ...], found: dict[int, Attachment]) -> None:
    """Give a count what is told of the one that "and" joins to it: "four soldiers and eleven rebels dead"."""
    for index in range(len(phrases) - 2, -1, -1):
        phrase, after = phrases[index], found.get(index + 1)
        if index in found or after is None or phrase.number != "given" or phrase.is_bare:
            continue
        if (
            after.rule == _OWN
            and after.phrase.group is not None
            and phrase.counts_persons == after.phrase.counts_persons
            and not _is_told_otherwise(scan, phrase)
            and _is_added(scan, phrase.last, after.phrase.first)
        ):
            found[index] = Attachment(phrase=phrase, kind=after.kind, rule="joined to the count after")


def _is_added(scan: Scan, first: int, last: int) -> bool:
    """Tell whether "and", not only a comma, joins what follows."""
    return _is_joined(scan, first, last) and any(
        has(scan.starting.get(index), "grammar", "and") for index in range(first, last)
    )


def _is_joined(scan: Scan, first: int, last: int) -> bool:
    """Tell whether only a comma, "and", "another" or a particle stand between."""
    if first > last:
        return False
    joined = first == last and bool(scan.lexicon.joiner) and scan.word(last).startswith(scan.lexicon.joiner)
    index = first
    while index < last:
        span = scan.stances.get(index)
        if span is not None and sense_of(span, "scope") is not None and span.last < last:
            joined = True  # "120 died since the war began, in the last day - two"
            index = span.last
            continue
        match = scan.starting.get(index)
        if match is not None and has(match, "grammar", "and", "another", "with", "both", "subset"):
            joined = True
            index = match.last
            continue
        if scan.word(index) in scan.lexicon.articles:
            index += 1
            continue
        if scan.word(index) in _LIGHT:
            joined = joined or scan.word(index) == ","
            index += 1
            continue
        if scan.word(index) == scan.lexicon.joiner:
            joined = True
            index += 1
            continue
        return False
    return joined
