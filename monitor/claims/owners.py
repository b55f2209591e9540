"""Whose loss the words of the sentence say it is: who lost, in whose ranks, whose list, whose toll; and "ours" and "the enemy"."""

from collections.abc import Iterator

from monitor.claims.attach import Attachment
from monitor.claims.context import SideContext
from monitor.claims.forms import Match
from monitor.claims.mentions import Phrase, Trigger
from monitor.claims.scan import Scan, has, sense_of
from monitor.claims.stance import Source, source_of
from monitor.claims.text import WORD

_OWNER_REACH = 4  # tokens between "in the ranks of" and the side
_LIST_REACH = 14  # steps from a count to the owner that closes the list
_PARTING = frozenset(",;:.\u060c\u061b\u2014\u2013")
_LIST_ENDS = frozenset(".;:()\u2014\u2013")
_BESIDE = 3  # tokens between a count and "of ours" or "of the enemy"
_LOSER_REACH = 4  # tokens between them and the verb of losing
_NEAR = 4  # tokens around a count in which "ours" and "the enemy" say whose it is
_VOICE_REACH = 6  # sentences back in which the speaker of a quotation is looked for
_ARMY_REACH = 16  # and where it is an army or a country
_SUBJECT_REACH = 8  # tokens between a side and the verb of losing whose subject it is


def loser(scan: Scan, attachment: Attachment, context: SideContext) -> str | None:
    """Return the subject of "lost": the nearest side before the verb, or right after it where the subject may follow."""
    trigger = attachment.trigger
    if trigger is None:
        return None
    losses = [one for one in trigger.senses if one.value in {"lost", "casualties"} and one.detail != "weak"]
    if not losses:
        return None
    is_verb = any(one.value == "lost" or one.detail == "act" for one in losses)
    for match in _matches_before(scan, trigger.first, context.first):
        if not is_verb and match.last != trigger.first:
            break  # "losses" have their owner beside them, "lost" has a subject
        if has(match, "grammar", "stop") or has(
            scan.stances.get(match.first), "attribution", "verbs", "prepositions", "after"
        ):
            break
        sense = sense_of(match, "side")
        if has(scan.ending.get(match.first), "grammar", "prepositions"):
            continue  # "fighting in Mali, France lost": where, not who
        reach = _SUBJECT_REACH if sense is None or sense.detail not in {"bodies", "country"} else _ARMY_REACH
        if sense is not None and trigger.first - match.last <= reach:
            return sense.value
    end = min(trigger.last + _OWNER_REACH, context.last)
    for index in range(trigger.last, end):
        following = scan.starting.get(index)
        if has(following, "grammar", "by", "stop") or index >= attachment.phrase.first:
            break
        sense = sense_of(following, "side")
        if sense is not None and has(scan.ending.get(index), "grammar", "prepositions"):
            break  # "the losses in X": where, not whose
        if sense is not None:
            return sense.value
    return None


def camp(scan: Scan, attachment: Attachment, context: SideContext) -> str | None:
    """Return the side in whose ranks it happened: "on the Ukrainian side", "among the Russians"; of the same clause."""
    phrase = attachment.phrase
    for match in scan.within(context.first, context.last, "grammar"):
        if not has(match, "grammar", "camp") or _is_cut(scan, match, phrase):
            continue
        if phrase.first == match.last:
            continue  # "three X are among the 18 dead": the 18 are not X's
        end = min(match.last + _OWNER_REACH, context.last)
        if has(match, "grammar", "prepositions") and _is_country(scan.starting.get(match.last)):
            continue  # one word for "in" and "of": in a country it says where
        found = _first_side(scan, match.last, end)
        if found is None:
            found = _first_side(scan, max(match.first - 2, context.first), match.first)
        if found is not None:
            return found
    return None


def deictic(scan: Scan, attachment: Attachment, context: SideContext) -> str | None:
    """Return "ours" or "enemy" where the loss is of one of them: whose that is only the channel can tell.

    They must stand in or beside the phrase, or beside the word of loss: "our men destroyed three tanks" loses no tank of ours.
    """
    phrase, trigger = attachment.phrase, attachment.trigger
    zones = [range(phrase.first, phrase.last), _behind(phrase.last), _before(phrase.first)]
    if trigger is not None and trigger.last <= phrase.first:
        zones.append(range(trigger.last, phrase.first))
    if trigger is not None and _is_loss(trigger):
        zones += [_behind(trigger.last), _before(trigger.first, _LOSER_REACH)]
    for zone in zones:
        for index in zone:
            match = scan.starting.get(index)
            if not context.first <= index < context.last or _parts(scan, match, index):
                break
            if trigger is not None and trigger.first <= index < trigger.last:
                break  # beyond the verb stands who did it
            for name in ("enemy", "ours"):
                if has(match, "grammar", name):
                    return name
    return None


def _parts(scan: Scan, match: Match | None, index: int) -> bool:
    """Tell whether the token opens another clause: what stands beyond it speaks of something else."""
    return scan.word(index) in _PARTING or has(match, "grammar", "and", "stop")


def _behind(index: int) -> range:
    return range(index, index + _BESIDE)


def _before(index: int, reach: int = _BESIDE) -> range:
    return range(index - 1, index - 1 - reach, -1)


def _is_loss(trigger: Trigger) -> bool:
    return any(sense.value in {"lost", "casualties"} or sense.detail in {"toll", "victim"} for sense in trigger.senses)


def spoken(scan: Scan, attachment: Attachment, context: SideContext) -> str | None:
    """Return the side of whoever says "ours" within quotation marks: the last one before that is told to speak."""
    scene = context.scene
    if not scene.is_quoted(attachment.phrase.first):
        return None
    if not any(has(match, "grammar", "ours") for match in _near(scan, attachment, context)):
        return None
    here = scene.sentence_of(context.first)
    for first, last in reversed(scan.sentences[max(here - _VOICE_REACH, 0) : here + 1]):
        scan.open(first, last)
        side = source_side(scan, source_of(scan, first, last))
        if side is not None:
            return side
    return None


def fellow(scan: Scan, phrase: Phrase, context: SideContext) -> str | None:
    """Return the side of whoever was told of before, for "three of his comrades"."""
    near = range(phrase.first, min(phrase.last + _NEAR, context.last))
    if not any(has(scan.starting.get(index), "grammar", "fellow") for index in near):
        return None
    return context.previous or context.soldiers or context.groups.get("military")


def _near(scan: Scan, attachment: Attachment, context: SideContext) -> Iterator[Match]:
    """Yield the forms in and around what is counted and told."""
    first, last = attachment.phrase.first, attachment.phrase.last
    if attachment.trigger is not None:
        first, last = min(first, attachment.trigger.first), max(last, attachment.trigger.last)
    for index in range(max(first - _NEAR, context.first), min(last + _NEAR, context.last)):
        match = scan.starting.get(index)
        if match is not None:
            yield match


def own(scan: Scan, attachment: Attachment, context: SideContext) -> str | None:
    """Return whom "its own" points back to: who tells it or who lost, but never who killed them."""
    phrase, trigger = attachment.phrase, attachment.trigger
    if trigger is not None and trigger.last <= phrase.first and _is_killing(trigger):
        before = tuple(context.scene.within(context.first, phrase.first))
        return next((one.side for one in reversed(before[1:]) if not one.is_actor), None)
    return (
        source_side(scan, context.source)
        or loser(scan, attachment, context)
        or _first_side(scan, context.first, phrase.first)
    )


def _is_killing(trigger: Trigger) -> bool:
    return all(
        sense.detail in {"object", "both"} and sense.value not in {"lost", "casualties"} for sense in trigger.senses
    )


def measured(scan: Scan, attachment: Attachment, context: SideContext) -> str | None:
    """Return the side of what the number measures: "destroyed a group of X numbering up to 20 men"."""
    phrase, trigger = attachment.phrase, attachment.trigger
    if trigger is None or trigger.last > phrase.first or not phrase.counts_persons:
        return None
    found: str | None = None
    is_measure = False
    for index in range(trigger.last, min(phrase.first, context.last)):
        match = scan.starting.get(index)
        if has(match, "grammar", "stop", "by", "prepositions", "relative", "and") or scan.word(index) == ",":
            return None
        side = sense_of(match, "side")
        if side is not None:
            found, is_measure = side.value, False
        elif match is None and scan.tokens[index].kind == WORD:
            is_measure = found is not None
    return found if is_measure else None


def shared_owner(scan: Scan, attachment: Attachment, context: SideContext) -> str | None:
    """Return the owner that closes a list, for what stands before it: "two tanks and four cars of the brigade of X".

    Only where the owner stands behind its noun (free word order): elsewhere "three X fighters" owns its own noun alone.
    """
    phrase = attachment.phrase
    if scan.lexicon.word_order != "free" or phrase.group == "unknown":
        return None
    index = phrase.last
    steps = 0
    is_list = False
    while index < context.last and steps < _LIST_REACH:
        steps += 1
        match = scan.starting.get(index)
        if match is None:
            if scan.word(index) in _LIST_ENDS:
                return None
            is_list = is_list or scan.word(index) == ","
            index += 1
            continue
        if has(match, "grammar", "stop", "by", "prepositions", "relative", "camp", "none", "subset"):
            return None
        side = sense_of(match, "side")
        if side is not None:
            if not is_list or side.detail not in {"bodies", "persons"}:
                return None
            return _with_twin(scan, match, side.value, context) if phrase.group == "people" else side.value
        is_list = is_list or has(match, "grammar", "and")
        index = match.last
    return None


def whose_losses(scan: Scan, attachment: Attachment, context: SideContext) -> str | None:
    """Return the side whose losses the sentence is about: "such is the rate of X's losses", "toll of the X army:"."""
    for match in scan.within(context.first, context.last, "harm"):
        tolls = {sense.value for sense in match.senses if sense.detail == "toll"}
        is_told = attachment.trigger is not None and attachment.trigger.first == match.first and _is_victim(match)
        if not tolls and not is_told:
            continue
        joint = scan.starting.get(match.last)
        start = joint.last if joint is not None and has(joint, "grammar", "of") else match.last
        for owner in (sense_of(scan.starting.get(start), "side"), sense_of(scan.ending.get(match.first), "side")):
            # Only an army's toll is surely its own: that of a country's attack is another's.
            if owner is not None and ("casualties" in tolls or owner.detail == "bodies"):
                return owner.value
            if owner is not None and is_told and owner.detail == "adjectives" and not attachment.phrase.sides:
                return owner.value  # "Israeli injuries are close to 40"
    return None


def _is_victim(match: Match) -> bool:
    return any(sense.category == "harm" and sense.detail == "victim" for sense in match.senses)


def source_side(scan: Scan, source: Source | None) -> str | None:
    """Return the side of who tells it."""
    if source is None or source.is_anonymous:
        return None
    return _first_side(scan, source.first, source.last)


def _first_side(scan: Scan, first: int, last: int) -> str | None:
    """Return the first side named in tokens ``first`` to ``last`` (half-open)."""
    for index in range(first, last):
        sense = sense_of(scan.starting.get(index), "side")
        if sense is not None:
            return sense.value
    return None


def _matches_before(scan: Scan, index: int, first: int) -> list[Match]:
    return [match for position in range(index, first, -1) if (match := scan.ending.get(position)) is not None]


def _is_country(match: Match | None) -> bool:
    side = sense_of(match, "side")
    return side is not None and side.detail == "country"


def _is_cut(scan: Scan, match: Match, phrase: Phrase) -> bool:
    """Tell whether a clause ends between the match and the phrase."""
    start, end = (match.last, phrase.first) if match.last <= phrase.first else (phrase.last, match.first)
    return any(has(scan.starting.get(index), "grammar", "stop") for index in range(start, end))


def _with_twin(scan: Scan, match: Match, side: str, context: SideContext) -> str:
    """Return the side, or both where another is joined to it: "20 men, both X and Y"."""
    index = match.last + (scan.word(match.last) == ",")
    joint = scan.starting.get(index)
    if joint is None or not has(joint, "grammar", "and") or joint.last >= context.last:
        return side
    twin = sense_of(scan.starting.get(joint.last), "side")
    return side if twin is None else "+".join(sorted({side, twin.value}))
