"""None at all: "no casualties", "none was killed", said by a whole phrase or by a word of none beside a word of harm."""

from collections.abc import Collection

from monitor.claims.attach import Attachment
from monitor.claims.forms import Sense
from monitor.claims.mentions import Mentions, Phrase, Trigger, harms_of
from monitor.claims.scan import Scan, has, sense_of
from monitor.claims.text import PUNCT

_REACH = 4  # tokens between "no" and what there is none of
_ROLES = frozenset({"victim", "toll", "subject", "both", "weak"})


def find_zeros(scan: Scan, mentions: Mentions, counted: Collection[Trigger]) -> list[Attachment]:
    """Return what the sentence says there is none of; ``counted`` are the triggers that a figure belongs to already."""
    found = []
    for match in scan.within(mentions.first, mentions.last, "harm"):
        for sense in harms_of(match, frozenset({"none"})):
            phrase = Phrase(first=match.first, last=match.last, number="none", head=match.first)
            loss = next((trigger for trigger in mentions.triggers if _is_loss_at(trigger, match.first)), None)
            found.append(Attachment(phrase=phrase, kind=sense.value, rule="none of them", trigger=loss))
    taken = {trigger.first for trigger in counted}
    for trigger in mentions.triggers:
        kinds = [sense.value for sense in trigger.senses if sense.detail in _ROLES and sense.value != "destroyed"]
        if kinds and trigger.first not in taken and _is_none(scan, mentions, trigger):
            sides = _sides_before(scan, trigger.first)
            phrase = Phrase(
                first=trigger.first,
                last=trigger.last,
                number="none",
                head=trigger.first,
                sides=tuple(sense.value for sense in sides),
                is_of_troops=any(sense.detail == "bodies" for sense in sides),
            )
            kind = "casualties" if kinds[0] == "lost" else kinds[0]
            found.append(Attachment(phrase=phrase, kind=kind, rule="none of them", trigger=trigger))
    return found


def _is_loss_at(trigger: Trigger, index: int) -> bool:
    """Tell whether "suffered" stands right before the words of none: its subject lost nobody."""
    return trigger.last == index and any(sense.value == "lost" for sense in trigger.senses)


def _sides_before(scan: Scan, index: int) -> list[Sense]:
    """Return the side that stands between "no" and the word of harm: "no US forces harmed"."""
    before = scan.ending.get(index)
    side = sense_of(before, "side")
    is_denied = before is not None and has(scan.ending.get(before.first), "grammar", "none")
    return [side] if side is not None and is_denied else []


def _is_none(scan: Scan, mentions: Mentions, trigger: Trigger) -> bool:
    position = trigger.first
    for _ in range(_REACH):
        match = scan.ending.get(position)
        if has(match, "grammar", "none"):
            return True
        if position <= mentions.first or (match is None and scan.tokens[position - 1].kind == PUNCT):
            break  # "no, he is wounded"
        position = match.first if match is not None else position - 1
    after = range(trigger.last, min(mentions.last, trigger.last + _REACH))
    return any(has(scan.starting.get(index), "grammar", "none_after") for index in after)
