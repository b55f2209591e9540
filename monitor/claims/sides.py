"""Whose loss a claim is (CODEBOOK 3.3): from the phrase itself, its sentence, its place; never from who did it."""

from collections.abc import Sequence

from monitor.claims.armies import fighter, only_side, opponent, reporting_army
from monitor.claims.attach import Attachment
from monitor.claims.context import SideContext
from monitor.claims.lands import attacked, land, state
from monitor.claims.lexicon import Lexicons
from monitor.claims.mentions import Phrase
from monitor.claims.owners import camp, deictic, loser, measured, shared_owner, source_side, subject_side, whose_losses
from monitor.claims.scan import Scan, has
from monitor.model.claim import SideBasis

_PART_REACH = 6  # tokens between a count and the civilians among them


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
            source_side(scan, context.source)
            or loser(scan, attachment, context)
            or subject_side(scan, phrase.first, context)
        )
        if found is not None:
            return found, SideBasis.TEXT
    found = (
        loser(scan, attachment, context) or camp(scan, attachment, context) or _same_as_before(scan, phrase, context)
    )
    if found is not None:
        return found, SideBasis.TEXT
    channel_side = deictic(scan, attachment, context)
    if channel_side is not None:
        return channel_side, SideBasis.CHANNEL
    found = (
        measured(scan, attachment, context)
        or shared_owner(scan, attachment, context)
        or _others(scan, attachment, context, lexicons)
        or _sibling(attachment, context)
        or _same_group_before(attachment, context)
        or whose_losses(scan, context)
    )
    if found is not None:
        return found, SideBasis.TEXT
    if phrase.group == "police":
        found = state(attachment, context, lexicons)
    elif phrase.item is not None:
        found = opponent(context, lexicons)
    elif phrase.group == "military":
        found = reporting_army(scan, attachment, context) or only_side(context, lexicons)
    elif phrase.number == "none" and attachment.kind == "casualties":
        found = fighter(context)  # who says that he lost nobody fought
    elif phrase.group is None and context.earlier and context.earlier[-1][0].phrase.group in {"military", "unknown"}:
        found = None  # "nine paratroopers killed and thirty wounded": soldiers as well, nobody says whose
    elif phrase.group is None and attachment.kind == "killed" and _is_war(scan, context):
        found = attacked(phrase, context, lexicons)  # the dead of a war are soldiers as well
    elif phrase.group in {None, "people"}:
        found = attacked(phrase, context, lexicons) or land(attachment, context, lexicons)
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
    ranks = None if sides else camp(scan, attachment, context)
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
