"""Whom a text names and in what part: who attacks, who is attacked, whose land it is; and the flags that head a post."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from monitor.claims.forms import Match
from monitor.claims.lexicon import Lexicons
from monitor.claims.mentions import harms_of
from monitor.claims.scan import Scan, has, sense_of
from monitor.claims.text import PUNCT, WORD

TOWN, REGION = "town", "region"  # the details of a side that is named by a town or region of its country
PLACES = frozenset({TOWN, REGION})
_ATTACK_REACH = 3  # tokens between a side and the word of attack that is its own: "Israeli and US air strike"
_SAYING_REACH = 9  # and with "said that it" between
_TARGET_REACH = 3  # tokens between a word of attack and the side it is directed at, the preposition included
_PLACE_REACH = 3  # tokens between a preposition of place and the country: "in the south of Lebanon"
_BY_REACH = 2  # tokens between "by" and the side that did it
_VERB_REACH = 3  # tokens between a side and the verb of killing whose subject it is
_WEAPONS = frozenset({"drone", "missile", "aircraft", "artillery", "mlrs"})
_JOINTS = frozenset("-\u2010\u2011\u2013/")
_QUOTES = frozenset('"\u00ab\u00bb\u201c\u201d\u201e')
_FIRST_LETTER, _LAST_LETTER = 0x1F1E6, 0x1F1FF  # the letters that flags are made of
_DOING = frozenset({"object", "both"})
_TELLING = frozenset({"subject", "object", "both", "weak"})


class Named(NamedTuple):
    """A side named over tokens ``first`` to ``last`` (half-open) of sentence number ``sentence``.

    ``detail`` is the key of sides.toml that names it, or one of ``PLACES``. ``is_actor`` holds for who did the harm, ``is_target`` for
    whom the attack was directed at, ``is_located`` where a preposition says that something happened there. ``group`` is
    that of the persons whose side it tells ("Moroccan soldiers"), if it stands beside any.
    """

    first: int
    last: int
    sentence: int
    side: str
    detail: str
    is_actor: bool = False
    is_target: bool = False
    is_located: bool = False
    group: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """The sides that a text names, in text order, and those whose flags it shows; ``towns`` stand apart from the others.

    ``starts`` are the first tokens of the sentences, ``quotes`` the marks of quotation, ``spoken`` the sides that are named or shown other than by a town.
    """

    named: tuple[Named, ...]
    towns: tuple[Named, ...]
    flags: tuple[str, ...]
    starts: tuple[int, ...]
    quotes: tuple[int, ...]
    actors: frozenset[str] = field(init=False)
    spoken: frozenset[str] = field(init=False)
    counts: Mapping[str, int] = field(init=False)
    _order: tuple[Named, ...] = field(init=False)
    _firsts: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Prepare the look-ups."""
        order = tuple(sorted((*self.named, *self.towns), key=lambda one: one.first))
        object.__setattr__(self, "actors", frozenset(one.side for one in self.named if one.is_actor))
        object.__setattr__(self, "spoken", frozenset((*self.flags, *(one.side for one in self.named))))
        object.__setattr__(self, "counts", Counter(one.side for one in order))
        object.__setattr__(self, "_order", order)
        object.__setattr__(self, "_firsts", tuple(one.first for one in order))

    def within(self, first: int, last: int) -> Iterator[Named]:
        """Yield the sides named in tokens ``first`` to ``last`` (half-open), in order; no towns."""
        start, end = bisect_left(self._firsts, first), bisect_left(self._firsts, last)
        return (one for one in self._order[start:end] if one.detail not in PLACES)

    def around(self, index: int, *, most: int) -> Sequence[Named]:
        """Return at most ``most`` sides and towns named before token ``index`` and as many from there on, in order."""
        middle = bisect_left(self._firsts, index)
        return self._order[max(middle - most, 0) : middle + most]

    def sentence_of(self, index: int) -> int:
        """Return the number of the sentence in which token ``index`` stands."""
        return max(bisect_right(self.starts, index) - 1, 0)

    def is_quoted(self, index: int) -> bool:
        """Tell whether token ``index`` stands within quotation marks."""
        return bisect_right(self.quotes, index) % 2 == 1


def scene_of(scan: Scan, lexicons: Lexicons, towns: Iterable[tuple[int, int, str, bool]] = ()) -> Scene:
    """Return the sides that the text names and the parts they play. Pure; linear in the length of the text.

    ``towns`` are token ranges of towns and regions, each with the side of its country and whether it is a region.
    """
    starts = tuple(first for first, _ in scan.sentences)

    def sentence(index: int) -> int:
        return max(bisect_right(starts, index) - 1, 0)

    named = tuple(
        _named(scan, match, side=sense.value, detail=sense.detail, sentence=sentence(match.first))
        for match in scan.matches
        if (sense := sense_of(match, "side")) is not None
    )
    quotes = tuple(index for index, token in enumerate(scan.tokens) if token.norm in _QUOTES)
    places = tuple(
        Named(first=first, last=last, sentence=sentence(first), side=side, detail=REGION if is_region else TOWN)
        for first, last, side, is_region in towns
    )
    return Scene(
        named=named, towns=places, flags=tuple(dict.fromkeys(_flags(scan, lexicons))), starts=starts, quotes=quotes
    )


def _named(scan: Scan, match: Match, *, side: str, detail: str, sentence: int) -> Named:
    is_country = any(sense.category == "side" and sense.detail == "country" for sense in match.senses)
    # "in the US strike": what attacks is no place.
    is_located = is_country and _is_located(scan, match) and not _describes_attack(scan, match)
    if detail == "persons" and _has_noun(scan, match):
        detail = "adjectives"  # "the Lebanese ministry": one word for both
    suffers = _suffers(scan, match)
    return Named(
        first=match.first,
        last=match.last,
        sentence=sentence,
        side=side,
        detail="country" if is_located else detail,
        is_actor=not (is_located or suffers) and _is_actor(scan, match),
        is_target=suffers or _is_target(scan, match),
        is_located=is_located,
        group=_group_beside(scan, match),
    )


def _describes_attack(scan: Scan, match: Match) -> bool:
    """Tell whether the side, alone or with others, describes a word of attack: "US strike", "US-Israeli air strikes"."""
    position = match.last
    for _ in range(_ATTACK_REACH + 1):
        following = scan.starting.get(position)
        if _is_attack(following):
            return True
        if following is not None and (sense_of(following, "side") is not None or has(following, "grammar", "and")):
            position = following.last
        elif scan.word(position) in _JOINTS:
            position += 1
        else:
            return False
    return False


def _has_noun(scan: Scan, match: Match) -> bool:
    """Tell whether the word can be an adjective here, with its noun behind it."""
    if not any(sense.category == "side" and sense.detail == "adjectives" for sense in match.senses):
        return False
    following = scan.starting.get(match.last)
    if match.last >= len(scan.tokens) or scan.tokens[match.last].kind != WORD:
        return False
    return not harms_of(following, _TELLING) and sense_of(following, "grammar") is None


def _group_beside(scan: Scan, match: Match) -> str | None:
    """Return the group of the persons right behind the side, or right before it where adjectives follow their noun."""
    for beside in (scan.starting.get(match.last), scan.ending.get(match.first)):
        person = sense_of(beside, "person")
        if person is not None:
            return person.value
    return None


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
    """Tell whether "by" stands before the side, or the case of the noun that it describes says so."""
    if scan.lexicon.word_order == "free" and has(scan.starting.get(match.last), "grammar", "by"):
        return True
    return any(
        has(scan.ending.get(position), "grammar", "by", "origin")
        for position in range(match.first, max(match.first - _BY_REACH - 1, 0), -1)
    )


def _attacks(scan: Scan, match: Match) -> bool:
    """Tell whether a word of attack or a weapon stands beside the side, with no preposition between."""
    return _meets_attack(scan, match.last, 1) or (
        scan.lexicon.attacker == "both" and _meets_attack(scan, match.first, -1)
    )


def _meets_attack(scan: Scan, start: int, step: int) -> bool:
    position = start
    plain = 0
    is_said = has_subject = False
    stop_words = scan.lexicon.stop_words
    for _ in range(_SAYING_REACH):
        if plain > _ATTACK_REACH:
            return False
        stance = scan.stances.get(position)
        if step > 0 and has(stance, "attribution", "verbs", "after") and stance is not None:
            is_said = True  # "the ministry said that it struck"
            position = stance.last
            continue
        match = scan.starting.get(position) if step > 0 else scan.ending.get(position)
        if match is None:
            index = position if step > 0 else position - 1
            if not 0 <= index < len(scan.tokens) or scan.word(index) in ".,:;()":
                return False
            is_article = scan.word(index) in scan.lexicon.articles
            is_small = is_article or (is_said and scan.word(index) in stop_words)
            has_subject = has_subject or (is_small and not is_article)
            plain += not is_small
            position += step
            continue
        if has(match, "grammar", "attacked") or (step < 0 and has(match, "grammar", "strikes")):
            return False  # whoever stands on this side of the verb suffers it
        if has(match, "grammar", "attack") or (step > 0 and plain <= 1 and _is_attack(match)):
            return has_subject or not is_said  # "said it struck", not "confirmed the strike"
        if has(match, "grammar", "prepositions", "stop", "by", "with") or harms_of(match, _DOING):
            return False
        if has(match, "grammar", "relative") and not is_said:
            return False
        has_subject = has_subject or has(match, "grammar", "relative")
        plain += not has(match, "grammar", "relative", "of")
        position = match.last if step > 0 else match.first
    return False


def _is_attack(match: Match | None) -> bool:
    """Tell whether it is a word of attack or a weapon: what stands before it attacked, or owns what did."""
    item = sense_of(match, "item")
    return has(match, "grammar", "attack") or (item is not None and item.value in _WEAPONS)


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
    """Tell whether an attack is directed at the side: "attack on US forces", not "missiles from Iran"."""
    has_preposition = False
    position = match.first
    for _ in range(_TARGET_REACH):
        before = scan.ending.get(position)
        if before is None:
            if position <= 0 or scan.tokens[position - 1].kind == PUNCT:
                return False
            position -= 1
            continue
        if has(before, "grammar", "origin"):
            return False
        if has(before, "grammar", "attack"):
            return has_preposition
        if has(before, "grammar", "prepositions") or has(before, "bounds", "approx", "from", "to"):
            has_preposition = True
        elif has(before, "grammar", "stop", "by"):
            return False
        position = before.first
    return False


def _suffers(scan: Scan, match: Match) -> bool:
    """Tell whether a verb of attack has the side for its object, "hit the post of the army", or says that it came under fire."""
    if any(
        has(scan.starting.get(index), "grammar", "attacked") for index in range(match.last, match.last + _TARGET_REACH)
    ):
        return True
    is_passive = scan.lexicon.word_order == "fixed" and has(scan.starting.get(match.last), "grammar", "by")
    if is_passive and _meets_attack(scan, match.first, -1):
        return True  # "the attack on a post of the army by X"
    position = match.first
    plain = 0
    while plain <= 1:
        before = scan.ending.get(position)
        if has(before, "grammar", "strikes"):
            return True
        if before is not None and not (has(before, "grammar", "of") or sense_of(before, "person") is not None):
            return False
        if before is None and (position <= 0 or scan.tokens[position - 1].kind != WORD):
            return False
        plain += before is None and scan.word(position - 1) not in scan.lexicon.articles
        position = before.first if before is not None else position - 1
    return False


def _is_located(scan: Scan, match: Match) -> bool:
    """Tell whether a preposition of place stands before the side: "in Lebanon", "in the south of Lebanon"."""
    position = match.first
    for _ in range(_PLACE_REACH):
        before = scan.ending.get(position)
        if before is not None:
            if has(before, "grammar", "prepositions"):
                return True
            if not has(before, "grammar", "of"):
                return False
            position = before.first
        elif position > 0 and scan.tokens[position - 1].kind == WORD:
            position -= 1
        else:
            return False
    return False


__all__ = ["PLACES", "REGION", "TOWN", "Named", "Scene", "scene_of"]
