"""Whose loss a claim is (CODEBOOK 3.3): from the phrase itself, its sentence, its place; never from who did it."""

from collections.abc import Sequence

from monitor.claims.armies import fighter, fighters_of, opponent, reporting_army, soldiers_of
from monitor.claims.attach import Attachment
from monitor.claims.context import SideContext
from monitor.claims.lands import attacked, land, state
from monitor.claims.lexicon import Lexicons
from monitor.claims.mentions import Phrase
from monitor.claims.owners import camp, deictic, fellow, loser, measured, own, shared_owner, spoken, whose_losses
from monitor.claims.scan import Scan, has
from monitor.model.claim import SideBasis

_MIXED_REACH = 8  # tokens between a count and the word that opens its parts
_AMONG_REACH = 3  # tokens between the dead and "among the soldiers"
_PART_REACH = 6  # tokens between a count and the civilians among them


def side_of(
    scan: Scan, attachment: Attachment, context: SideContext, lexicons: Lexicons
) -> tuple[str | None, SideBasis | None]:
    """Return the side whose loss it is and how that is known; (``None``, ``None``) where the text does not say."""
    found = _in_phrase(scan, attachment, context, lexicons) or _in_sentence(scan, attachment, context)
    if found is not None:
        return found, SideBasis.TEXT
    pointed = deictic(scan, attachment, context)
    if pointed is not None:
        found = context.enemy if pointed == "enemy" else context.alignment
        if found is not None:
            return found, SideBasis.CHANNEL
    found = _beside(scan, attachment, context, lexicons)
    if found is not None and found in context.by_channel:
        return found, SideBasis.CHANNEL  # "the enemy lost 40 dead and 90 wounded": the wounded as well
    if found is None and pointed == "ours":
        found = reporting_army(scan, attachment, context, lexicons) or fighter(context)
    elif found is None and pointed is None:  # "the enemy lost 40 men near X": no people of X
        found = _by_group(scan, attachment, context, lexicons)
    return (None, None) if found is None else (found, SideBasis.TEXT)


def _in_phrase(scan: Scan, attachment: Attachment, context: SideContext, lexicons: Lexicons) -> str | None:
    """Return the side that the counted phrase itself names."""
    phrase = attachment.phrase
    sides = joint(phrase.sides, lexicons, is_joined=_has_and(scan, phrase.first, phrase.last))
    if phrase.group == "civilian":
        return _civilians(scan, sides, attachment, context, lexicons)
    mixed = _mixed(scan, attachment, context, lexicons)
    if mixed is not None:
        return mixed
    if sides and _has_civilian_part(scan, phrase, context):
        return "+".join(sides)
    return "+".join(_people(side, phrase, context, lexicons) for side in sides) or None


def _in_sentence(scan: Scan, attachment: Attachment, context: SideContext) -> str | None:
    """Return the side that the words of the sentence give it, or whom they point back to."""
    phrase = attachment.phrase
    return (
        (own(scan, attachment, context) if phrase.is_own else None)
        or loser(scan, attachment, context)
        or camp(scan, attachment, context)
        or fellow(scan, phrase, context)
        or _same_as_before(scan, phrase, context)
        or spoken(scan, attachment, context)
    )


def _beside(scan: Scan, attachment: Attachment, context: SideContext, lexicons: Lexicons) -> str | None:
    """Return the side of what is counted beside it or was counted before."""
    return (
        measured(scan, attachment, context)
        or shared_owner(scan, attachment, context)
        or _others(scan, attachment, context, lexicons)
        or _sibling(scan, attachment, context)
        or _same_group_before(attachment, context)
        or whose_losses(scan, attachment, context)
    )


def _by_group(scan: Scan, attachment: Attachment, context: SideContext, lexicons: Lexicons) -> str | None:
    """Return the likeliest side for soldiers, police, fighters, hardware or people, by what the text names around them."""
    phrase = attachment.phrase
    if phrase.item is not None:
        return opponent(attachment, context)
    if phrase.group is None and _are_soldiers(scan, phrase, context):
        return soldiers_of(attachment, context, lexicons)
    if phrase.group == "police":
        return state(attachment, context, lexicons)
    if phrase.group == "unknown":
        return fighters_of(attachment, context, lexicons)
    if phrase.group == "military":
        found = reporting_army(scan, attachment, context, lexicons) or soldiers_of(attachment, context, lexicons)
        # Soldiers whom another's strike hit are those of the country, and so are they where no other side is named.
        is_hit = (bool(context.scene.actors) or len(context.scene.spoken) == 1) and attachment.kind != "captured"
        return found or (state(attachment, context, lexicons) if is_hit else None)
    if phrase.number == "none":
        return _nobody(attachment, context, lexicons)
    if phrase.group is None and context.earlier and context.earlier[-1][0].phrase.group in {"military", "unknown"}:
        return None  # "nine paratroopers killed and thirty wounded": soldiers as well, nobody says whose
    if phrase.group is None and attachment.kind == "killed" and _is_war(scan, context):
        return attacked(phrase, context, lexicons)  # the dead of a war are soldiers as well
    found = attacked(phrase, context, lexicons) or land(attachment, context, lexicons)
    soldiers = context.soldiers if phrase.group is None else None
    # "So far two have been killed", after a sentence on the soldiers of the same country
    return soldiers if soldiers is not None and lexicons.civilians.get(soldiers, found) == found else found


def _are_soldiers(scan: Scan, phrase: Phrase, context: SideContext) -> bool:
    """Tell whether the dead are said to be soldiers behind their number: "30 dead among the soldiers"."""
    camp_at = next(
        (
            match
            for at in range(phrase.last, min(phrase.last + _AMONG_REACH, context.last))
            if (match := scan.starting.get(at)) is not None and has(match, "grammar", "camp")
        ),
        None,
    )
    if camp_at is None:
        return False
    after = (scan.starting.get(camp_at.last), scan.starting.get(camp_at.last + 1))
    return any(has(match, "person", "military") for match in after)


def _nobody(attachment: Attachment, context: SideContext, lexicons: Lexicons) -> str | None:
    """Return the side of whom there were none: of the soldiers named beside, of who fought, or of the land."""
    soldiers = context.soldiers
    if soldiers is not None and soldiers not in context.scene.actors:
        return soldiers
    if attachment.kind != "casualties":
        return attacked(attachment.phrase, context, lexicons) or land(attachment, context, lexicons)
    trigger = attachment.trigger
    is_loss = trigger is not None and any(sense.detail == "toll" for sense in trigger.senses)
    by = fighter(context), land(attachment, context, lexicons)  # who says that he had no losses fought
    return (by[0] or by[1]) if is_loss else (by[1] or by[0])


def _is_war(scan: Scan, context: SideContext) -> bool:
    """Tell whether the sentence sums up a war, and no ministry or rescuers of one country count for it."""
    if context.source is not None and not context.source.is_anonymous:
        return False
    return any(has(match, "grammar", "war") for match in scan.within(context.first, context.last, "grammar"))


def _mixed(scan: Scan, attachment: Attachment, context: SideContext, lexicons: Lexicons) -> str | None:
    """Return a state and its civilians for people "including civilians and military personnel"."""
    phrase = attachment.phrase
    if phrase.item is not None or phrase.group not in {None, "people"}:
        return None
    end = min(phrase.last + _MIXED_REACH, context.last)
    marks = [index for index in range(phrase.last, end) if has(scan.starting.get(index), "grammar", "subset")]
    if not marks:
        return None
    part = [scan.starting.get(index) for index in range(marks[0] + 1, min(marks[0] + 1 + _PART_REACH, context.last))]
    has_both = any(has(match, "person", "civilian") for match in part) and any(
        has(match, "person", "military", "police") for match in part
    )
    side = state(attachment, context, lexicons) if has_both else None
    return None if side is None else "+".join(sorted((side, lexicons.civilians[side])))


def _has_civilian_part(scan: Scan, phrase: Phrase, context: SideContext) -> bool:
    """Tell whether a part of them is said to be civilians, "2,251 of them, among whom 1,462 civilians": the rest are not."""
    end = min(phrase.last + _PART_REACH, context.last)
    marks = [index for index in range(phrase.last, end) if has(scan.starting.get(index), "grammar", "subset")]
    return bool(marks) and any(
        has(scan.starting.get(index), "grammar", "civilians")
        for index in range(marks[0], min(marks[0] + _PART_REACH, end))
    )


def _people(side: str, phrase: Phrase, context: SideContext, lexicons: Lexicons) -> str:
    """Return the civilians of a state for its people, where neither troops nor an army are named."""
    if any(
        one.side == side and one.detail == "bodies" and not one.is_actor
        for one in context.scene.within(phrase.last, context.last)
    ):
        return side  # "two Americans killed in the crash were of the CIA"
    told = (context.previous, *(before for _, before in context.earlier))
    is_peaceful = side in lexicons.nationals or any((before or "").startswith("civ") for before in told)
    if phrase.item is None and not phrase.is_of_troops and phrase.group in {None, "people"} and is_peaceful:
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
    ranks = None if sides else camp(scan, attachment, context) or spoken(scan, attachment, context)
    for side in (*sides, *(() if ranks is None else (ranks,))):
        if side in lexicons.civilians:
            return lexicons.civilians[side]
    return land(attachment, context, lexicons) or "civ"


def _others(scan: Scan, attachment: Attachment, context: SideContext, lexicons: Lexicons) -> str | None:
    """Return the civilians of the place for "several others" after one foreigner: they need not be her countrymen."""
    phrase = attachment.phrase
    if not context.earlier or phrase.group not in {None, "people"} or not _is_added(scan, phrase):
        return None
    before, side = context.earlier[-1]
    if before.phrase.number != "one" or side is None or not side.startswith("civ"):
        return None
    return land(attachment, context, lexicons)


def _is_added(scan: Scan, phrase: Phrase) -> bool:
    return any(has(scan.starting.get(index), "grammar", "another") for index in range(phrase.first, phrase.last))


def _sibling(scan: Scan, attachment: Attachment, context: SideContext) -> str | None:
    """Return the side of the claim before it in the sentence, for "ten wounded" after "two Malian soldiers killed"."""
    phrase = attachment.phrase
    if phrase.item is not None and not any(
        other.phrase.item is not None or (other.trigger is not None and other.trigger is attachment.trigger)
        for other, _ in context.earlier
    ):
        return None
    if phrase.group == "unknown":
        return None
    are_people = phrase.group == "people" and phrase.number == "given" and not _is_added(scan, phrase)
    for other, side in reversed(context.earlier):
        if phrase.group == "military" and other.phrase.group == "unknown":
            continue  # "nine fighters of X killed, two soldiers hurt": of the other side
        if are_people and other.phrase.group in {"military", "police"}:
            return None  # "two soldiers dead and five people hurt": the people are no soldiers
        if side is not None and (phrase.group not in {"military", "police"} or not side.startswith("civ")):
            return side
    return None


def _same_group_before(attachment: Attachment, context: SideContext) -> str | None:
    """Return the side of the fighters or soldiers of the sentence before, for "one fighter" after "three Hezbollah fighters"."""
    phrase = attachment.phrase
    kind = phrase.group if phrase.item is None else phrase.item
    return context.groups.get(kind) if kind is not None and kind not in {"civilian", "people"} else None


def _same_as_before(scan: Scan, phrase: Phrase, context: SideContext) -> str | None:
    """Return the side of the sentence before for "two others": they are of the same people as the ones told of."""
    if any(side is not None for _, side in context.earlier):
        return None
    if context.previous is None or context.previous.startswith("civ"):
        return None
    return context.previous if _is_added(scan, phrase) else None
