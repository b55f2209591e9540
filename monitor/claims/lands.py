"""Whose people they are by the land in which it happened: the civilians of a country, and its police."""

from collections.abc import Set as AbstractSet

from monitor.claims.attach import Attachment
from monitor.claims.context import SideContext
from monitor.claims.lexicon import Lexicons
from monitor.claims.mentions import Phrase
from monitor.claims.scene import Named, Scene


def land(attachment: Attachment, context: SideContext, lexicons: Lexicons) -> str | None:
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
    army = source_army(context)
    if army in lexicons.civilians and attachment.phrase.group is None and attachment.trigger is None:
        return army  # an army that counts "four dead" with no noun counts its own
    found = next((lexicons.civilians[one.side] for one in here if not one.is_actor), None)
    if attachment.phrase.number == "none" and attachment.kind == "casualties":
        return found  # who counts losses counts soldiers: no country of another sentence is theirs
    return found or _source_land(context, lexicons) or _land_elsewhere(at, actors, context, lexicons)


def state(attachment: Attachment, context: SideContext, lexicons: Lexicons) -> str | None:
    """Return the state in whose country it happened: the police are its own."""
    civilians = land(attachment, context, lexicons)
    return next((side for side, civil in lexicons.civilians.items() if civil == civilians), None)


def attacked(phrase: Phrase, context: SideContext, lexicons: Lexicons) -> str | None:
    """Return at whom the attack was directed in the sentence: "an attack on US forces killed six"."""
    for one in context.scene.within(context.first, context.last):
        if one.is_target and not one.is_actor:
            if one.detail == "bodies":
                return one.side
            if one.side in lexicons.civilians and (one.detail != "adjectives" or phrase.group == "people"):
                return lexicons.civilians[one.side]
    return None


def source_army(context: SideContext) -> str | None:
    """Return the side of the army that tells it."""
    source = context.source
    if source is None or source.is_anonymous:
        return None
    named = context.scene.within(source.first, source.last)
    return next((one.side for one in named if one.detail == "bodies"), None)


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


def _source_land(context: SideContext, lexicons: Lexicons) -> str | None:
    """Return the civilians of the country whose ministry, rescuers or media tell it."""
    source = context.source
    if source is None or source.is_anonymous:
        return None
    for one in context.scene.within(source.first, source.last):
        if one.side in lexicons.civilians:
            return lexicons.civilians[one.side] if one.detail != "bodies" else one.side
    return None
