"""Whose soldiers and hardware they are by the parts that the sides of the text play: who attacked, who is left, who tells it."""

from monitor.claims.attach import Attachment
from monitor.claims.context import SideContext
from monitor.claims.lands import source_army
from monitor.claims.lexicon import Lexicons
from monitor.claims.owners import source_side
from monitor.claims.scan import Scan


def only_side(context: SideContext, lexicons: Lexicons) -> str | None:
    """Return the only side of the sentence, or else of the text, that did not do the harm: whose the soldiers are."""
    scene = context.scene
    actors = {one.side for one in scene.named if one.is_actor}
    for named in (tuple(scene.within(context.first, context.last)), scene.named):
        for left in ({one.side for one in named} - actors, {one.side for one in named}):
            inner = {side for side in left if not any(lexicons.parents.get(other) == side for other in left)}
            if len(inner) == 1:
                return next(iter(inner))
    return None


def reporting_army(scan: Scan, attachment: Attachment, context: SideContext) -> str | None:
    """Return the side of the army that tells of soldiers' deaths and does not say whose: it speaks of its own."""
    trigger = attachment.trigger
    if trigger is not None and all(sense.detail == "object" for sense in trigger.senses):
        return None
    return source_side(scan, context.source)


def opponent(context: SideContext, lexicons: Lexicons) -> str | None:
    """Return the only other side of the text, where the sentence says who destroyed the hardware."""
    scene = context.scene
    here = {one.side for one in scene.within(context.first, context.last) if one.is_actor}
    if not here:
        return None
    actors = {one.side for one in scene.named if one.is_actor}
    # A country that is only named as a place owns nothing.
    left = {one.side for one in scene.named if one.detail != "country"} - actors - {source_army(context)}
    inner = {side for side in left if not any(lexicons.parents.get(other) == side for other in left)}
    return next(iter(inner)) if len(inner) == 1 else None


def fighter(context: SideContext) -> str | None:
    """Return the only side of the text that did any harm."""
    actors = {one.side for one in context.scene.named if one.is_actor}
    return next(iter(actors)) if len(actors) == 1 else None
