"""Whose loss a claim is (CODEBOOK 3.3): from the phrase itself, its sentence, its place; never from who did it."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from monitor.claims.attach import Attachment
from monitor.claims.forms import Match
from monitor.claims.lexicon import Lexicons
from monitor.claims.mentions import Phrase
from monitor.claims.scan import Scan, has, sense_of
from monitor.claims.scene import Named, Scene
from monitor.claims.stance import Source
from monitor.claims.text import WORD
from monitor.model.claim import SideBasis

_OWNER_REACH = 4  # tokens between "in the ranks of" and the side
_LIST_REACH = 14  # steps from a count to the owner that closes the list
_LIST_ENDS = frozenset(".;:()\u2014\u2013")
_PART_REACH = 6  # tokens between a count and the civilians among them
_SUBJECT_REACH = 8  # tokens between a side and the verb of losing whose subject it is


@dataclass(frozen=True, slots=True, kw_only=True)
class SideContext:
    """What is known beside the phrase: the sentence, who is quoted, whose country it happened in, whose channel it is.

    ``country``, ``text_country`` and ``alignment`` are side ids: where the towns of the sentence lie, where the first town
    of the text lies, whose voice the channel is; ``previous`` is the side of the last claim of the sentences before. ``earlier`` are the sides of the claims before it in the same sentence;
    ``groups`` the side of the last persons of each group in the sentences just before; ``scene`` the sides that the whole
    text names.
    """

    first: int
    last: int
    scene: Scene
    source: Source | None = None
    country: str | None = None
    text_country: str | None = None
    previous: str | None = None
    alignment: str | None = None
    enemy: str | None = None
    earlier: Sequence[tuple[Attachment, str | None]] = ()
    groups: Mapping[str, str] = field(default_factory=dict)


def side_of(
    scan: Scan, attachment: Attachment, context: SideContext, lexicons: Lexicons
) -> tuple[str | None, SideBasis | None]:
    """Return the side whose loss it is and how that is known; (``None``, ``None``) where the text does not say."""
    phrase = attachment.phrase
    sides = joint(phrase.sides, lexicons, is_joined=_has_and(scan, phrase.first, phrase.last))
    if phrase.group == "civilian":
        return _civilians(scan, sides, attachment, context, lexicons), SideBasis.TEXT
    if sides and _has_civilian_part(scan, phrase, context):
        return "+".join(sides), SideBasis.TEXT
    if sides:
        return "+".join(_people(side, phrase, lexicons) for side in sides), SideBasis.TEXT
    if phrase.is_own:
        found = (
            _source_side(scan, context.source)
            or _loser(scan, attachment, context)
            or _subject_side(scan, phrase.first, context)
        )
        if found is not None:
            return found, SideBasis.TEXT
    found = (
        _loser(scan, attachment, context) or _camp(scan, attachment, context) or _same_as_before(scan, phrase, context)
    )
    if found is not None:
        return found, SideBasis.TEXT
    deictic = _deictic(scan, attachment, context)
    if deictic is not None:
        return deictic, SideBasis.CHANNEL
    found = (
        _measured(scan, attachment, context)
        or _shared_owner(scan, attachment, context)
        or _others(scan, attachment, context, lexicons)
        or _sibling(attachment, context)
        or _same_group_before(attachment, context)
        or _whose_losses(scan, context)
    )
    if found is not None:
        return found, SideBasis.TEXT
    if phrase.group == "police":
        found = _state(attachment, context, lexicons)
    elif phrase.item is not None:
        found = _opponent(context, lexicons)
    elif phrase.group == "military":
        found = _reporting_army(scan, attachment, context) or _only_side(context, lexicons)
    elif phrase.number == "none" and attachment.kind == "casualties":
        found = _fighter(context)  # who says that he lost nobody fought
    elif phrase.group is None and context.earlier and context.earlier[-1][0].phrase.group in {"military", "unknown"}:
        found = None  # "nine paratroopers killed and thirty wounded": soldiers as well, nobody says whose
    elif phrase.group is None and attachment.kind == "killed" and _is_war(scan, context):
        found = _attacked(phrase, context, lexicons)  # the dead of a war are soldiers as well
    elif phrase.group in {None, "people"}:
        found = _attacked(phrase, context, lexicons) or _land(attachment, context, lexicons)
    return (None, None) if found is None else (found, SideBasis.TEXT)


def _is_war(scan: Scan, context: SideContext) -> bool:
    """Tell whether the sentence sums up a war, and no ministry or rescuers of one country count for it."""
    if context.source is not None and not context.source.is_anonymous:
        return False
    return any(has(match, "grammar", "war") for match in scan.within(context.first, context.last, "grammar"))


def _has_civilian_part(scan: Scan, phrase: Phrase, context: SideContext) -> bool:
    """Tell whether a part of them is said to be civilians, "2,251 of them, among whom 1,462 civilians": the rest are not."""
    end = min(phrase.last + _PART_REACH, context.last)
    marks = [index for index in range(phrase.last, end) if has(scan.starting.get(index), "grammar", "subset")]
    return bool(marks) and any(
        has(scan.starting.get(index), "grammar", "civilians")
        for index in range(marks[0], min(marks[0] + _PART_REACH, end))
    )


def _people(side: str, phrase: Phrase, lexicons: Lexicons) -> str:
    """Return the civilians of a state for its people, where neither troops nor an army are named."""
    if (
        phrase.item is None
        and not phrase.is_of_troops
        and phrase.group in {None, "people"}
        and side in lexicons.nationals
    ):
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


def _civilians(
    scan: Scan, sides: Sequence[str], attachment: Attachment, context: SideContext, lexicons: Lexicons
) -> str:
    camp = None if sides else _camp(scan, attachment, context)
    for side in (*sides, *(() if camp is None else (camp,))):
        if side in lexicons.civilians:
            return lexicons.civilians[side]
    return _land(attachment, context, lexicons) or "civ"


def _land(attachment: Attachment, context: SideContext, lexicons: Lexicons) -> str | None:
    """Return the civilians of the country in which it happened, by the nearest that the text names; the attacker's last."""
    scene = context.scene
    at = attachment.phrase.first
    actors = {one.side for one in scene.named if one.is_actor}
    here = [one for one in scene.within(context.first, context.last) if _is_land(one, context, lexicons)]
    country = context.country
    if country in lexicons.civilians and (not here or _is_named(country, scene)):
        return lexicons.civilians[country or ""]
    for candidates in (
        [one for one in here if one.detail == "country" and one.side not in actors],
        [one for one in here if one.side not in actors],
    ):
        if candidates:
            nearest = min(candidates, key=lambda one: (abs(one.first - at), one.first))
            return lexicons.civilians[nearest.side]
    army = _source_army(context)
    if army in lexicons.civilians and attachment.phrase.group is None and attachment.trigger is None:
        return army  # an army that counts "four dead" with no noun counts its own
    found = next((lexicons.civilians[one.side] for one in here if not one.is_actor), None)
    if attachment.phrase.number == "none" and attachment.kind == "casualties":
        return found  # who counts losses counts soldiers: no country of another sentence is theirs
    return found or _source_land(context, lexicons) or _land_elsewhere(at, actors, context, lexicons)


def _is_named(side: str | None, scene: Scene) -> bool:
    return side in scene.flags or any(one.side == side for one in scene.named)


def _land_elsewhere(at: int, actors: AbstractSet[str], context: SideContext, lexicons: Lexicons) -> str | None:
    """Return the civilians of the country of which the other sentences speak: before, in flags, after."""
    scene = context.scene
    left = [one for one in scene.named if one.side not in actors and one.side in lexicons.civilians]
    before, after = [one for one in left if one.first < at], [one for one in left if one.first > at]
    shown = {side for side in scene.flags if side not in actors and side in lexicons.civilians}
    text_country = context.text_country if context.text_country in lexicons.civilians else None
    for side in (
        text_country,
        next((one.side for one in reversed(before) if one.detail == "country"), None),
        next(iter(shown)) if len(shown) == 1 else None,
        next((one.side for one in after if one.detail == "country"), None),
        next((one.side for one in (*reversed(before), *after)), None),
        context.country if context.country in lexicons.civilians else None,
    ):
        if side is not None:
            return lexicons.civilians[side]
    return None


def _is_land(one: Named, context: SideContext, lexicons: Lexicons) -> bool:
    source = context.source
    is_quoted = source is not None and source.first <= one.first < source.last
    return not is_quoted and one.detail != "bodies" and one.side in lexicons.civilians


def _source_army(context: SideContext) -> str | None:
    """Return the side of the army that tells it."""
    source = context.source
    if source is None or source.is_anonymous:
        return None
    named = context.scene.within(source.first, source.last)
    return next((one.side for one in named if one.detail == "bodies"), None)


def _source_land(context: SideContext, lexicons: Lexicons) -> str | None:
    """Return the civilians of the country whose ministry, rescuers or media tell it."""
    source = context.source
    if source is None or source.is_anonymous:
        return None
    for one in context.scene.within(source.first, source.last):
        if one.side in lexicons.civilians:
            return lexicons.civilians[one.side] if one.detail != "bodies" else one.side
    return None


def _attacked(phrase: Phrase, context: SideContext, lexicons: Lexicons) -> str | None:
    """Return at whom the attack was directed in the sentence: "an attack on US forces killed six"."""
    for one in context.scene.within(context.first, context.last):
        if one.is_target and not one.is_actor:
            if one.detail == "bodies":
                return one.side
            if one.side in lexicons.civilians and (one.detail != "adjectives" or phrase.group == "people"):
                return lexicons.civilians[one.side]
    return None


def _measured(scan: Scan, attachment: Attachment, context: SideContext) -> str | None:
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


def _shared_owner(scan: Scan, attachment: Attachment, context: SideContext) -> str | None:
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
        if has(match, "grammar", "stop", "by", "prepositions", "relative", "camp", "none"):
            return None
        side = sense_of(match, "side")
        if side is not None:
            if not is_list or side.detail not in {"bodies", "persons"}:
                return None
            return _with_twin(scan, match, side.value, context) if phrase.group == "people" else side.value
        is_list = is_list or has(match, "grammar", "and")
        index = match.last
    return None


def _with_twin(scan: Scan, match: Match, side: str, context: SideContext) -> str:
    """Return the side, or both where another is joined to it: "20 men, both X and Y"."""
    index = match.last + (scan.word(match.last) == ",")
    joint = scan.starting.get(index)
    if joint is None or not has(joint, "grammar", "and") or joint.last >= context.last:
        return side
    twin = sense_of(scan.starting.get(joint.last), "side")
    return side if twin is None else "+".join(sorted({side, twin.value}))


def _whose_losses(scan: Scan, context: SideContext) -> str | None:
    """Return the side whose losses the sentence is about: "such is the rate of X's losses", "toll of the X army:"."""
    for match in scan.within(context.first, context.last, "harm"):
        tolls = {sense.value for sense in match.senses if sense.detail == "toll"}
        if not tolls:
            continue
        joint = scan.starting.get(match.last)
        start = joint.last if joint is not None and has(joint, "grammar", "of") else match.last
        for owner in (sense_of(scan.starting.get(start), "side"), sense_of(scan.ending.get(match.first), "side")):
            # Only an army's toll is surely its own: that of a country's attack is another's.
            if owner is not None and ("casualties" in tolls or owner.detail == "bodies"):
                return owner.value
    return None


def _fighter(context: SideContext) -> str | None:
    """Return the only side of the text that did any harm."""
    actors = {one.side for one in context.scene.named if one.is_actor}
    return next(iter(actors)) if len(actors) == 1 else None


def _opponent(context: SideContext, lexicons: Lexicons) -> str | None:
    """Return the only other side of the text, where the sentence says who destroyed the hardware."""
    scene = context.scene
    here = {one.side for one in scene.within(context.first, context.last) if one.is_actor}
    if not here:
        return None
    actors = {one.side for one in scene.named if one.is_actor}
    # A country that is only named as a place owns nothing.
    left = {one.side for one in scene.named if one.detail != "country"} - actors - {_source_army(context)}
    inner = {side for side in left if not any(lexicons.parents.get(other) == side for other in left)}
    return next(iter(inner)) if len(inner) == 1 else None


def _state(attachment: Attachment, context: SideContext, lexicons: Lexicons) -> str | None:
    """Return the state in whose country it happened: the police are its own."""
    civilians = _land(attachment, context, lexicons)
    return next((side for side, civil in lexicons.civilians.items() if civil == civilians), None)


def _only_side(context: SideContext, lexicons: Lexicons) -> str | None:
    """Return the only side of the sentence, or else of the text, that did not do the harm: whose the soldiers are."""
    scene = context.scene
    actors = {one.side for one in scene.named if one.is_actor}
    for named in (tuple(scene.within(context.first, context.last)), scene.named):
        for left in ({one.side for one in named} - actors, {one.side for one in named}):
            inner = {side for side in left if not any(lexicons.parents.get(other) == side for other in left)}
            if len(inner) == 1:
                return next(iter(inner))
    return None


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


def _camp(scan: Scan, attachment: Attachment, context: SideContext) -> str | None:
    """Return the side in whose ranks it happened: "on the Ukrainian side", "among the Russians"; of the same clause."""
    phrase = attachment.phrase
    for match in scan.within(context.first, context.last, "grammar"):
        if not has(match, "grammar", "camp") or _is_cut(scan, match, phrase):
            continue
        end = min(match.last + _OWNER_REACH, context.last)
        found = _first_side(scan, match.last, end)
        if found is None:
            found = _first_side(scan, max(match.first - 2, context.first), match.first)
        if found is not None:
            return found
    return None


def _is_cut(scan: Scan, match: Match, phrase: Phrase) -> bool:
    """Tell whether a clause ends between the match and the phrase."""
    start, end = (match.last, phrase.first) if match.last <= phrase.first else (phrase.last, match.first)
    return any(has(scan.starting.get(index), "grammar", "stop") for index in range(start, end))


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


def _others(scan: Scan, attachment: Attachment, context: SideContext, lexicons: Lexicons) -> str | None:
    """Return the civilians of the place for "several others" after one foreigner: they need not be her countrymen."""
    phrase = attachment.phrase
    if not context.earlier or phrase.group not in {None, "people"} or not _is_added(scan, phrase):
        return None
    before, side = context.earlier[-1]
    if before.phrase.number != "one" or side is None or not side.startswith("civ"):
        return None
    return _land(attachment, context, lexicons)


def _is_added(scan: Scan, phrase: Phrase) -> bool:
    return any(has(scan.starting.get(index), "grammar", "another") for index in range(phrase.first, phrase.last))


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


def _same_as_before(scan: Scan, phrase: Phrase, context: SideContext) -> str | None:
    """Return the side of the sentence before for "two others": they are of the same people as the ones told of."""
    if any(side is not None for _, side in context.earlier):
        return None
    if context.previous is None or context.previous.startswith("civ"):
        return None
    return context.previous if _is_added(scan, phrase) else None


def _reporting_army(scan: Scan, attachment: Attachment, context: SideContext) -> str | None:
    """Return the side of the army that tells of soldiers' deaths and does not say whose: it speaks of its own."""
    trigger = attachment.trigger
    if trigger is not None and all(sense.detail == "object" for sense in trigger.senses):
        return None
    return _source_side(scan, context.source)
