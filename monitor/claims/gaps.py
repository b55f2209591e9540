"""What it costs to reach from a count to a word of harm: what stands between them, by clause and direction."""

from monitor.claims.forms import Match
from monitor.claims.mentions import Mentions, Phrase, Trigger
from monitor.claims.scan import Scan, has, sense_of
from monitor.claims.text import NUMBER, WORD

BLOCKED = float("inf")
_TELLING = 1.3  # what passing over "said" or "according to" costs beside its words
_PUT_IN_ENDS = frozenset(",)\u2014\u2013\u060c")
_PAST_BARE = 8.0  # what it costs to reach past a number with no noun: it has the verb
_PART_REACH = 3  # tokens into an aside in which "of them" stands
_ASIDE = 12  # longest aside between commas, in tokens
_CLAUSE_ENDS = frozenset(":;")
_NEW_CLAUSE = 4.0  # what it costs to reach into the clause of another verb
_OPENING = frozenset("([")


def occupied_by(mentions: Mentions) -> dict[int, float]:
    """Return by first token what passing over another phrase or trigger costs."""
    occupied = {trigger.first: 5.0 for trigger in mentions.triggers}
    for phrase in mentions.phrases:
        occupied[phrase.first] = _past(phrase)
    return occupied


def gap(scan: Scan, phrase: Phrase, trigger: Trigger, occupied: dict[int, float]) -> float:
    """Return the cost of what stands between a phrase and a trigger; ``BLOCKED`` where nothing can be reached across it."""
    is_after = phrase.first >= trigger.last
    first, last = (trigger.last, phrase.first) if is_after else (phrase.last, trigger.first)
    cost = 0.0
    index = first
    while index < last:
        cost += occupied.get(index, 0.0)
        if has(scan.stances.get(index), "attribution", "verbs", "prepositions", "after"):
            cost += _TELLING
        match = scan.starting.get(index)
        if match is not None and match.last <= last:
            if not is_after and has(match, "grammar", "subset") and not _closes(scan, match.last, last):
                return BLOCKED  # "40 men, 5 of whom were injured" does not injure the 40
            step = _passing(scan, match, phrase, is_after=is_after)
            if step == BLOCKED and is_after and _is_toll(trigger):
                step = 1.0  # "the number of dead after the strike rose to 12"
            if step == BLOCKED:
                return BLOCKED
            cost += step
            index = match.last
            continue
        token = scan.tokens[index]
        aside = _aside(scan, index, last, is_after=is_after) if token.norm == "," else None
        if aside is not None:
            cost += _TELLING
            index = aside
            continue
        if token.kind == WORD:
            cost += 0.25 if scan.is_capitalised(index) else 1.0
        elif token.kind == NUMBER:
            cost += 1.0
        elif token.norm == ",":
            cost += 1.5
        elif token.norm in _CLAUSE_ENDS and not is_after:
            cost += _NEW_CLAUSE
        elif token.norm in _OPENING:
            cost += 2.0
        elif token.norm not in {"\u00ab", "\u00bb", '"', "-"}:
            cost += 0.5
        index += 1
    return cost


def _aside(scan: Scan, index: int, last: int, *, is_after: bool) -> int | None:
    """Return where an aside between commas ends, ``None`` if none opens.

    It says who tells it, ", by the latest count,", names the one who died, ", Alexander Smith,", or tells of a part, ", many of
    them children,".
    """
    opening = [scan.starting.get(at) for at in range(index + 1, min(index + 1 + _PART_REACH, last))]
    end = next((at for at in range(index + 1, min(index + _ASIDE, last)) if scan.word(at) == ","), None)
    if end is None:
        return None
    if has(scan.stances.get(index + 1), "attribution", "prepositions", "anonymous"):
        return end + 1
    if is_after or has(scan.starting.get(end + 1), "grammar", "relative"):
        return None  # what is put in behind the verb may be its own victims
    is_name = all(scan.tokens[at].kind == WORD and scan.is_capitalised(at) for at in range(index + 1, end))
    # "including children", "many of them children"
    has_part = sense_of(opening[0], "vague") is not None or any(has(match, "grammar", "subset") for match in opening)
    return end + 1 if is_name or has_part else None


def _passing(scan: Scan, match: Match, phrase: Phrase, *, is_after: bool) -> float:
    if has(match, "grammar", "stop"):
        return BLOCKED
    if has(match, "grammar", "by"):
        if is_after and scan.lexicon.word_order == "free" and phrase.number == "given":
            return 0.7  # "destroyed by-the-crew three drones": the doer is one word, the victims follow
        return BLOCKED if is_after else 2.0
    if has(match, "grammar", "relative"):
        return _NEW_CLAUSE if is_after else 1.0
    if has(match, "grammar", "and"):
        return 1.0
    if has(match, "grammar", "another", "change", "both"):
        return 0.0
    return 0.7


def _closes(scan: Scan, first: int, last: int) -> bool:
    """Tell whether a comma ends what was put in: "40 men, among them 5 officers, were injured"."""
    return any(scan.word(index) in _PUT_IN_ENDS for index in range(first, last))


def _past(phrase: Phrase) -> float:
    """Return what it costs to reach past a phrase; a number with no noun has the verb: "35 were below, two died"."""
    match phrase.number:
        case "many":
            return 0.5
        case "given":
            return _PAST_BARE if phrase.is_bare else 3.0
        case _:
            return 1.5


def _is_toll(trigger: Trigger) -> bool:
    return any(sense.detail == "toll" for sense in trigger.senses)
