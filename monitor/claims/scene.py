"""Whom a text names and in what part: who attacks, who is attacked, whose land it is; and the flags that head a post."""

from collections.abc import Iterator
from dataclasses import dataclass

from monitor.claims.forms import Match
from monitor.claims.lexicon import Lexicons
from monitor.claims.mentions import harms_of
from monitor.claims.scan import Scan, has, sense_of
from monitor.claims.text import PUNCT

_ATTACK_REACH = 3  # tokens between a side and the word of attack that is its own: "Israeli and US air strike"
_TARGET_REACH = 3  # tokens between a word of attack and the side it is directed at, the preposition included
_BY_REACH = 2  # tokens between "by" and the side that did it
_VERB_REACH = 3  # tokens between a side and the verb of killing whose subject it is
_WEAPONS = frozenset({"drone", "missile", "aircraft", "artillery", "mlrs"})
_FIRST_LETTER, _LAST_LETTER = 0x1F1E6, 0x1F1FF  # the letters that flags are made of
_DOING = frozenset({"object", "both"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A side named over tokens ``first`` to ``last`` (half-open); ``detail`` is the key of sides.toml that names it.

    ``is_actor`` holds for who did the harm, ``is_target`` for whom the attack was directed at.
    """

    first: int
    last: int
    side: str
    detail: str
    is_actor: bool = False
    is_target: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """The sides that a text names, in text order, and those whose flags it shows."""

    named: tuple[Named, ...]
    flags: tuple[str, ...]

    def within(self, first: int, last: int) -> Iterator[Named]:
        """Yield the sides named in tokens ``first`` to ``last`` (half-open), in order."""
        return (one for one in self.named if first <= one.first < last)


def scene_of(scan: Scan, lexicons: Lexicons) -> Scene:
    """Return the sides that the text names and the parts they play. Pure; linear in the length of the text."""
    named = tuple(
        Named(
            first=match.first,
            last=match.last,
            side=sense.value,
            detail=sense.detail,
            is_actor=_is_actor(scan, match),
            is_target=_is_target(scan, match),
        )
        for match in scan.matches
        if (sense := sense_of(match, "side")) is not None
    )
    return Scene(named=named, flags=tuple(_flags(scan, lexicons)))


def _flags(scan: Scan, lexicons: Lexicons) -> Iterator[str]:
    """Yield the sides whose flags stand in the text: two letters of the alphabet of flags are a country's code."""
    held = ""
    for token in scan.tokens:
        is_letter = token.kind == PUNCT and len(token.norm) == 1 and _FIRST_LETTER <= ord(token.norm) <= _LAST_LETTER
        if not is_letter:
            held = ""
            continue
        held += chr(ord(token.norm) - _FIRST_LETTER + ord("A"))
        if len(held) == 2:
            side = lexicons.countries.get(held)
            held = ""
            if side is not None:
                yield side


def _is_actor(scan: Scan, match: Match) -> bool:
    return _follows_by(scan, match) or _attacks(scan, match) or _is_subject(scan, match)


def _follows_by(scan: Scan, match: Match) -> bool:
    return any(
        has(scan.ending.get(position), "grammar", "by")
        for position in range(match.first, max(match.first - _BY_REACH - 1, 0), -1)
    )


def _attacks(scan: Scan, match: Match) -> bool:
    """Tell whether a word of attack or a weapon stands beside the side, with no preposition between."""
    return _meets_attack(scan, match.last, 1) or (
        scan.lexicon.attacker == "both" and _meets_attack(scan, match.first, -1)
    )


def _meets_attack(scan: Scan, start: int, step: int) -> bool:
    position = start
    for _ in range(_ATTACK_REACH):
        match = scan.starting.get(position) if step > 0 else scan.ending.get(position)
        if match is None:
            if not 0 <= position < len(scan.tokens) or scan.word(position if step > 0 else position - 1) in ".,:;()":
                return False
            position += step
            continue
        if has(match, "grammar", "attack"):
            return True
        item = sense_of(match, "item")
        if step > 0 and item is not None and item.value in _WEAPONS:
            return True
        if has(match, "grammar", "prepositions", "stop", "by", "with", "relative") or harms_of(match, _DOING):
            return False
        position = match.last if step > 0 else match.first
    return False


def _is_subject(scan: Scan, match: Match) -> bool:
    """Tell whether the side is the subject of a verb of killing that has its victims behind it."""
    position = match.last
    for _ in range(_VERB_REACH):
        following = scan.starting.get(position)
        if following is None:
            if position >= len(scan.tokens) or scan.tokens[position].kind == PUNCT:
                return False
            position += 1
            continue
        if any(sense.value != "lost" for sense in harms_of(following, _DOING)):
            behind = scan.starting.get(following.last)
            return following.last < len(scan.tokens) and not has(behind, "grammar", "by", "prepositions", "stop")
        if sense_of(following, "grammar") is not None or sense_of(following, "person") is not None:
            return False
        position = following.last
    return False


def _is_target(scan: Scan, match: Match) -> bool:
    """Tell whether an attack is directed at the side: "attack on US forces"."""
    has_preposition = False
    position = match.first
    for _ in range(_TARGET_REACH):
        before = scan.ending.get(position)
        if before is None:
            if position <= 0 or scan.tokens[position - 1].kind == PUNCT:
                return False
            position -= 1
            continue
        if has(before, "grammar", "attack"):
            return has_preposition
        if has(before, "grammar", "prepositions") or has(before, "bounds", "approx", "from", "to"):
            has_preposition = True
        elif has(before, "grammar", "stop", "by"):
            return False
        position = before.first
    return False


__all__ = ["Named", "Scene", "scene_of"]
