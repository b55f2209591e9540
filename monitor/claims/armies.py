"""Whose soldiers and hardware they are by the parts that the sides of the text play: who attacked, who is left, who tells it."""

from monitor.claims.attach import Attachment
from monitor.claims.context import SideContext
from monitor.claims.lands import source_army
from monitor.claims.lexicon import Lexicons
from monitor.claims.likeness import Weights, likeliest
from monitor.claims.owners import source_side
from monitor.claims.scan import Scan
from monitor.claims.scene import TOWN

# Whose soldiers they are: an army most, a land in which something happened least; never who attacked.
_SOLDIERS = Weights(
    details={"bodies": 5.0, "persons": 4.0, "adjectives": 4.0, "country": 3.0, TOWN: 0.0},
    located=-4.0,
    target=2.0,
    actor=-9.0,
    guilty=-2.0,
    source=-0.5,
    flag=1.5,
    earlier=-1.0,
    later=-3.5,
    step=-0.7,
    margin=0.4,
    groups={"military": 1.5, "civilian": -2.0, "people": -1.0},
)
# Whose fighters: of an armed group that is named before them.
_FIGHTERS = Weights(
    details={"bodies": 4.0, "persons": 4.0, "adjectives": 3.5},
    located=0.0,
    target=2.0,
    actor=-9.0,
    guilty=-1.0,
    source=-1.0,
    flag=0.0,
    earlier=-1.0,
    later=-9.0,
    step=-1.5,
)

# Whose drones and missiles are shot down: of who attacks.
_RAIDERS = Weights(
    details={},
    located=0.0,
    target=-3.0,
    actor=4.0,
    guilty=0.0,
    source=-9.0,
    flag=0.0,
    earlier=-1.0,
    later=-9.0,
    step=-1.0,
)
_SHOOTER_REACH = 5  # tokens between a side and the verb of shooting down whose subject it is
_FLYING = frozenset({"drone", "missile"})


def soldiers_of(attachment: Attachment, context: SideContext, lexicons: Lexicons) -> str | None:
    """Return the state whose soldiers they most likely are, or else the armed group that is named."""

    def is_state(side: str) -> bool:
        return side in lexicons.civilians or lexicons.parents.get(side) in lexicons.civilians

    has_states = any(is_state(side) for side in context.scene.spoken)
    return likeliest(
        context, attachment.phrase.first, _SOLDIERS, is_state if has_states else lambda side: not is_state(side)
    )


def fighters_of(attachment: Attachment, context: SideContext, lexicons: Lexicons) -> str | None:
    """Return the armed group that the text names before them and that did not do the harm."""

    def is_group(side: str) -> bool:
        return side not in lexicons.civilians and side not in lexicons.parents

    return likeliest(context, attachment.phrase.first, _FIGHTERS, is_group)


def reporting_army(scan: Scan, attachment: Attachment, context: SideContext, lexicons: Lexicons) -> str | None:
    """Return the side of the army that tells of soldiers' deaths and does not say whose: it speaks of its own."""
    trigger = attachment.trigger
    if trigger is not None and all(sense.detail == "object" for sense in trigger.senses):
        return None
    side = source_army(context) or source_side(scan, context.source)
    if side not in lexicons.civilians and lexicons.parents.get(side or "") not in lexicons.civilians:
        return None  # an armed group has fighters: the soldiers that it tells of are another's
    has_attacked = any(one.side == side and one.is_actor for one in context.scene.within(context.first, context.last))
    return None if has_attacked else side


def opponent(attachment: Attachment, context: SideContext) -> str | None:
    """Return the likeliest other side of the text, where the sentence says who destroyed the hardware.

    What flies into a country belongs to who attacks it.
    """
    scene, phrase = context.scene, attachment.phrase
    targets = [one for one in scene.within(context.first, phrase.first) if one.is_target and one.detail != "country"]
    if targets and phrase.item not in _FLYING:
        return targets[-1].side
    here = {one.side for one in scene.within(context.first, context.last) if one.is_actor}
    if phrase.item in _FLYING:
        shooter = _shooter(attachment, context)
        found = likeliest(context, phrase.first, _RAIDERS, lambda side: side != shooter)
        if found is not None:
            return found
    if not here:
        return None
    not_theirs = here | {source_army(context)}
    return likeliest(context, phrase.first, _SOLDIERS, lambda side: side not in not_theirs)


def _shooter(attachment: Attachment, context: SideContext) -> str | None:
    """Return the side right before the verb that tells what was shot down."""
    trigger = attachment.trigger
    if trigger is None or trigger.last > attachment.phrase.first:
        return None
    before = tuple(context.scene.within(max(trigger.first - _SHOOTER_REACH, context.first), trigger.first))
    return before[-1].side if before else None


def fighter(context: SideContext) -> str | None:
    """Return the only side of the text that did any harm."""
    actors = context.scene.actors
    return next(iter(actors)) if len(actors) == 1 else None
