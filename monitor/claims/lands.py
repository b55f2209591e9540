"""Whose people they are by the land in which it happened: the civilians of a country, and its police."""

from monitor.claims.attach import Attachment
from monitor.claims.context import SideContext
from monitor.claims.lexicon import Lexicons
from monitor.claims.likeness import Weights, likeliest
from monitor.claims.mentions import Phrase
from monitor.claims.scene import REGION, TOWN
from monitor.model.quantity import Bound

# How surely a mention tells where it happened: a town most, an army least; who attacked and who tells it hardly ever.
_LAND = Weights(
    details={REGION: 7.5, TOWN: 6.0, "country": 4.5, "adjectives": 3.5, "persons": 1.5, "bodies": 0.5},
    located=2.0,
    target=2.0,
    actor=-7.0,
    guilty=-1.5,
    source=-2.5,
    flag=2.0,
    earlier=-1.5,
    later=-3.0,
    step=-0.7,
    strange=-1.0,
    groups={"military": -3.0, "police": -1.0, "unknown": -3.0, "civilian": -1.0, "people": -1.0},
)


def land(attachment: Attachment, context: SideContext, lexicons: Lexicons) -> str | None:
    """Return the civilians of the country in which it most likely happened; an army that tells of its own dead their side."""
    phrase = attachment.phrase
    army = source_army(context)
    if army in lexicons.civilians and phrase.group is None and _is_told_of_own(attachment):
        return army  # an army that counts "four dead" with no noun counts its own
    side = _country(attachment, context, lexicons)
    if side is None:
        return None
    if _is_mass(phrase) and side not in context.scene.spoken:
        return None  # "dozens dead in El Fasher": of a battle, fighters as well as people of the town
    return lexicons.civilians[side]


def state(attachment: Attachment, context: SideContext, lexicons: Lexicons) -> str | None:
    """Return the state in whose country it happened: the police are its own."""
    return _country(attachment, context, lexicons)


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


def _country(attachment: Attachment, context: SideContext, lexicons: Lexicons) -> str | None:
    # Who counts losses counts soldiers: no country of a sentence farther off is theirs.
    reach = 1 if attachment.phrase.number == "none" and attachment.kind == "casualties" else None
    return likeliest(context, attachment.phrase.first, _LAND, lexicons.civilians.__contains__, reach=reach)


def _is_told_of_own(attachment: Attachment) -> bool:
    trigger = attachment.trigger
    return trigger is None or not any(sense.detail in {"object", "both"} for sense in trigger.senses)


def _is_mass(phrase: Phrase) -> bool:
    quantity = None if phrase.quantity is None else phrase.quantity.quantity
    return phrase.group is None and quantity is not None and quantity.bound is Bound.VAGUE
