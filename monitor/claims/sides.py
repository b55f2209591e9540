"""Whose loss a claim is (CODEBOOK 3.3): from the phrase itself, its sentence, its place; never from who did it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from monitor.claims.attach import Attachment
from monitor.claims.forms import Match
from monitor.claims.lexicon import Lexicons
from monitor.claims.scan import Scan, has, sense_of
from monitor.claims.stance import Source
from monitor.model.claim import SideBasis

_OWNER_REACH = 4  # tokens between "in the ranks of" and the side
_SUBJECT_REACH = 8  # tokens between a side and the verb of losing whose subject it is


@dataclass(frozen=True, slots=True, kw_only=True)
class SideContext:
    """What is known beside the phrase: the sentence, who is quoted, whose country it happened in, whose channel it is.

    ``country`` and ``alignment`` are side ids. ``earlier`` are the sides of the claims before it in the same sentence;
    ``groups`` the side of the last persons of each group in the sentences just before; ``fighter`` the only side of which
    the whole text speaks.
    """

    first: int
    last: int
    source: Source | None = None
    country: str | None = None
    alignment: str | None = None
    enemy: str | None = None
    earlier: Sequence[tuple[Attachment, str | None]] = ()
    groups: Mapping[str, str] = field(default_factory=dict)
    fighter: str | None = None


def side_of(
    scan: Scan, attachment: Attachment, context: SideContext, lexicons: Lexicons
) -> tuple[str | None, SideBasis | None]:
    """Return the side whose loss it is and how that is known; (``None``, ``None``) where the text does not say."""
    phrase = attachment.phrase
    sides = joint(phrase.sides, lexicons, is_joined=_has_and(scan, phrase.first, phrase.last))
    if phrase.group == "civilian":
        return _civilians(scan, sides, context, lexicons), SideBasis.TEXT
    if sides:
        return "+".join(_people(side, phrase.group, lexicons) for side in sides), SideBasis.TEXT
    if phrase.is_own:
        found = _source_side(scan, context.source) or _subject_side(scan, phrase.first, context)
        if found is not None:
            return found, SideBasis.TEXT
    found = _loser(scan, attachment, context) or _camp(scan, context)
    if found is not None:
        return found, SideBasis.TEXT
    deictic = _deictic(scan, attachment, context)
    if deictic is not None:
        return deictic, SideBasis.CHANNEL
    found = _sibling(attachment, context) or _same_group_before(attachment, context)
    if found is not None:
        return found, SideBasis.TEXT
    if phrase.group == "military":
        found = _reporting_army(scan, attachment, context) or context.fighter
        if found is not None:
            return found, SideBasis.TEXT
    if phrase.item is None and phrase.group in {None, "people"} and context.country is not None:
        civilians = lexicons.civilians.get(context.country)
        if civilians is not None:
            return civilians, SideBasis.TEXT
    return None, None


def _people(side: str, group: str | None, lexicons: Lexicons) -> str:
    if group in {None, "people"} and side in lexicons.nationals:
        return lexicons.civilians.get(side, side)
    return side


def joint(sides: Sequence[str], lexicons: Lexicons, *, is_joined: bool) -> tuple[str, ...]:
    """Return the sides in sorted order without those that another one is part of; only the first unless joined."""
    inner = [side for side in sides if not any(lexicons.parents.get(other) == side for other in sides)]
    return tuple(sorted(inner)) if is_joined else tuple(inner[:1])


def _has_and(scan: Scan, first: int, last: int) -> bool:
    joiner = scan.lexicon.joiner
    return any(
        has(scan.starting.get(index), "grammar", "and")
        or (joiner and scan.word(index).startswith(joiner) and index > first)
        for index in range(first, last)
    )


def _civilians(scan: Scan, sides: Sequence[str], context: SideContext, lexicons: Lexicons) -> str:
    for side in sides:
        if side in lexicons.civilians:
            return lexicons.civilians[side]
    if context.country is not None and context.country in lexicons.civilians:
        return lexicons.civilians[context.country]
    for match in scan.within(context.first, context.last, "side"):
        for sense in match.senses:
            if sense.category == "side" and sense.detail == "country" and sense.value in lexicons.civilians:
                return lexicons.civilians[sense.value]
    return "civ"


def _source_side(scan: Scan, source: Source | None) -> str | None:
    if source is None or source.is_anonymous:
        return None
    return _first_side(scan, source.first, source.last)


def _first_side(scan: Scan, first: int, last: int) -> str | None:
    for index in range(first, last):
        sense = sense_of(scan.starting.get(index), "side")
        if sense is not None:
            return sense.value
    return None


def _subject_side(scan: Scan, before: int, context: SideContext) -> str | None:
    return _first_side(scan, context.first, before)


def _loser(scan: Scan, attachment: Attachment, context: SideContext) -> str | None:
    """Return the subject of "lost": the nearest side before the verb, or right after it where the subject may follow."""
    trigger = attachment.trigger
    if trigger is None or not any(sense.value in {"lost", "casualties"} for sense in trigger.senses):
        return None
    for match in _matches_before(scan, trigger.first, context.first):
        if has(match, "grammar", "stop") or has(
            scan.stances.get(match.first), "attribution", "verbs", "prepositions", "after"
        ):
            break
        sense = sense_of(match, "side")
        if sense is not None and trigger.first - match.last <= _SUBJECT_REACH:
            return sense.value
    end = min(trigger.last + _OWNER_REACH, context.last)
    for index in range(trigger.last, end):
        following = scan.starting.get(index)
        if has(following, "grammar", "by", "stop") or index >= attachment.phrase.first:
            break
        sense = sense_of(following, "side")
        if sense is not None:
            return sense.value
    return None


def _matches_before(scan: Scan, index: int, first: int) -> list[Match]:
    return [match for position in range(index, first, -1) if (match := scan.ending.get(position)) is not None]


def _camp(scan: Scan, context: SideContext) -> str | None:
    """Return the side in whose ranks it happened: "on the Ukrainian side", "among the Russians"."""
    for match in scan.within(context.first, context.last, "grammar"):
        if not has(match, "grammar", "camp"):
            continue
        end = min(match.last + _OWNER_REACH, context.last)
        found = _first_side(scan, match.last, end)
        if found is None:
            found = _first_side(scan, max(match.first - 2, context.first), match.first)
        if found is not None:
            return found
    return None


def _deictic(scan: Scan, attachment: Attachment, context: SideContext) -> str | None:
    """Return "ours" and "the enemy" as the channel's alignment tells them, where that is known."""
    if context.alignment is None:
        return None
    first, last = attachment.phrase.first, attachment.phrase.last
    if attachment.trigger is not None:
        first, last = min(first, attachment.trigger.first), max(last, attachment.trigger.last)
    for index in range(max(first - 4, context.first), min(last + 4, context.last)):
        match = scan.starting.get(index)
        if has(match, "grammar", "ours"):
            return context.alignment
        if has(match, "grammar", "enemy") and context.enemy is not None:
            return context.enemy
    return None


def _sibling(attachment: Attachment, context: SideContext) -> str | None:
    """Return the side of the claim before it in the sentence, for "ten wounded" after "two Malian soldiers killed"."""
    phrase = attachment.phrase
    if phrase.item is not None and not any(
        other.phrase.item is not None or (other.trigger is not None and other.trigger is attachment.trigger)
        for other, _ in context.earlier
    ):
        return None
    if phrase.group == "unknown":
        return None
    for _, side in reversed(context.earlier):
        if side is not None and (phrase.group != "military" or not side.startswith("civ")):
            return side
    return None


def _same_group_before(attachment: Attachment, context: SideContext) -> str | None:
    """Return the side of the fighters or soldiers of the sentence before, for "one fighter" after "three Hezbollah fighters"."""
    group = attachment.phrase.group
    return context.groups.get(group) if group in {"military", "unknown"} else None


def _reporting_army(scan: Scan, attachment: Attachment, context: SideContext) -> str | None:
    """Return the side of the army that tells of soldiers' deaths and does not say whose: it speaks of its own."""
    trigger = attachment.trigger
    if trigger is not None and all(sense.detail == "object" for sense in trigger.senses):
        return None
    return _source_side(scan, context.source)
