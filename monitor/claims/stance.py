"""How a sentence stands behind its claims, and whose words they are (CODEBOOK 3.4)."""

from dataclasses import dataclass

from monitor.claims.forms import Match
from monitor.claims.scan import Scan, has, sense_of
from monitor.claims.text import NUMBER, PUNCT, WORD
from monitor.model.claim import Polarity
from monitor.model.post import Span

_NEAR = 12  # tokens within which "may" or "allegedly" still speaks of a figure
_MODAL_REACH = 3  # tokens between "could" and the verb that it governs: "could soon have been"
_SOURCE_WORDS = 9  # longest name of a source, in tokens
_LINE_END = frozenset(',;:()\u2014\u2013\u00ab\u00bb"\u201c\u201d!?')
_DASHES = frozenset("-\u2013\u2014")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A named source: tokens ``first`` to ``last`` (half-open); ``anonymous`` ones have no name ("reportedly")."""

    first: int
    last: int
    is_anonymous: bool = False


def polarity_of(scan: Scan, first: int, last: int, *, at_first: int, at_last: int) -> tuple[Polarity, Span | None]:
    """Return how tokens ``first`` to ``last`` (the sentence) stand behind the claim at ``at_first`` to ``at_last``.

    Returns:
        The polarity and the words that say so, ``None`` for what is plainly asserted.
    """
    found: dict[str, Match] = {}
    for match in scan.within(first, last, "polarity"):
        for sense in match.senses:
            if sense.category != "polarity":
                continue
            distance = max(at_first - match.last, match.first - at_last, 0)
            if sense.value in {"doubted", "hypothetical"} and (
                distance > _NEAR or _is_apart(scan, match, at_first, at_last)
            ):
                continue
            if sense.value == "hypothetical_if" and match.first > at_last:
                continue
            if sense.value == "hypothetical" and not _governs(scan, match, at_first, at_last):
                continue
            found.setdefault(sense.value, match)
    if "affirmed" in found:
        return Polarity.ASSERTED, None
    for value, polarity in (
        ("denied", Polarity.DENIED),
        ("hypothetical_if", Polarity.HYPOTHETICAL),
        ("hypothetical", Polarity.HYPOTHETICAL),
        ("doubted", Polarity.DOUBTED),
    ):
        if value in found:
            told = found[value]
            return polarity, Span(start=scan.tokens[told.first].start, end=scan.tokens[told.last - 1].end)
    return Polarity.ASSERTED, None


def _governs(scan: Scan, match: Match, at_first: int, at_last: int) -> bool:
    """Tell whether "could" or "trying to" stands right before what is told or within it: behind, it speaks of something else.

    Where the words stand in any order it may stand anywhere near.
    """
    if scan.lexicon.word_order == "free":
        return True
    return match.first < at_last and at_first - match.last <= _MODAL_REACH


def _is_apart(scan: Scan, match: Match, at_first: int, at_last: int) -> bool:
    """Tell whether a clause ends between the word of doubt and the claim."""
    start, end = (match.last, at_first) if match.last <= at_first else (at_last, match.first)
    return any(
        has(scan.starting.get(index), "grammar", "stop") or scan.word(index) in {";", "(", ")"}
        for index in range(start, end)
    )


# --- sources -------------------------------------------------------------------------------------------------------


def source_of(scan: Scan, first: int, last: int) -> Source | None:
    """Return whom the sentence quotes: "according to X", "X says", ", said X", "X: ...". ``None`` if nobody."""
    anonymous: Source | None = None
    for match in scan.within(first, last, "attribution"):
        for sense in match.senses:
            if sense.category != "attribution":
                continue
            found: Source | None = None
            if sense.value == "prepositions":
                found = _after(scan, match.last, last)
            elif sense.value == "verbs":
                found = _beside(scan, match, first, last)
            elif sense.value == "after":
                found = _after(scan, match.last, last)
            elif sense.value == "anonymous":
                anonymous = anonymous or Source(first=match.first, last=match.last, is_anonymous=True)
            if found is not None:
                return found
    return _speaker_line(scan, first, last) or anonymous


def _after(scan: Scan, start: int, last: int) -> Source | None:
    end = start
    while end < last and end - start < _SOURCE_WORDS:
        token = scan.tokens[end]
        if token.norm in _LINE_END and not (token.norm in '\u00ab"\u201c' and end == start):
            break
        if token.kind == NUMBER or (end > start and _closes_name(scan.starting.get(end), scan.stances.get(end))):
            break
        end += 1
    return _trimmed(scan, start, end)


def _closes_name(content: Match | None, stance: Match | None) -> bool:
    """Tell whether a word of either layer cannot be part of a source's name."""
    return (
        has(content, "grammar", "stop", "relative", "none", "by")
        or has(stance, "attribution", "verbs", "after", "prepositions")
        or any(
            sense.category in {"harm", "bounds", "vague"} for sense in (content.senses if content is not None else ())
        )
        or any(sense.category in {"polarity", "scope"} for sense in (stance.senses if stance is not None else ()))
    )


def _beside(scan: Scan, verb: Match, first: int, last: int) -> Source | None:
    """Return the subject of a verb of saying: before it, or after it where the sentence is turned round."""
    is_turned = verb.first > first and scan.word(verb.first - 1) in {*_DASHES, ",", "\u00bb", '"', "\u201d"}
    if scan.lexicon.word_order == "vso" or is_turned or verb.first == first:
        return _after(scan, verb.last, last)
    start = verb.first
    while start > first and verb.first - start < _SOURCE_WORDS:
        token = scan.tokens[start - 1]
        if token.norm in _LINE_END or token.kind == NUMBER:
            break
        if _closes_name(scan.ending.get(start), scan.stance_endings.get(start)):
            break
        start -= 1
    return _trimmed(scan, start, verb.first)


def _speaker_line(scan: Scan, first: int, last: int) -> Source | None:
    """Return the name before a colon at the start of a sentence: "Mayor of Shostka: three wounded"."""
    for index in range(first, min(first + _SOURCE_WORDS + 1, last)):
        token = scan.tokens[index]
        if token.norm == ":":
            return _trimmed(scan, first, index) if _is_name(scan, first, index) else None
        if token.kind == NUMBER or _closes_name(scan.starting.get(index), scan.stances.get(index)):
            return None
        if has(scan.starting.get(index), "grammar", "attack"):
            return None  # "a drone struck a car in the village: two injured" names no speaker
    return None


def _is_name(scan: Scan, first: int, last: int) -> bool:
    """Tell whether the tokens before a colon name a speaker: quoted or capitalised whole, or with a body or side in them.

    Every sentence begins with a capital, so one alone proves nothing: "Night strike on Shostka: three wounded".
    """
    if scan.word(first) == "\u00ab" and scan.word(last - 1) == "\u00bb":
        return True
    return all(scan.is_capitalised(index) for index in range(first, last) if scan.tokens[index].kind == WORD) or any(
        has(scan.stances.get(index), "attribution", "bodies") or sense_of(scan.starting.get(index), "side") is not None
        for index in range(first, last)
    )


def _trimmed(scan: Scan, first: int, last: int) -> Source | None:
    """Return the name without marks and small words at its edges; ``None`` if nothing of a name is left."""
    while first < last and (
        (scan.tokens[first].kind == PUNCT and scan.word(first) not in {"\u00ab", '"'})
        or (scan.lexicon.word_order == "free" and has(scan.starting.get(first), "grammar", "prepositions"))
    ):
        first += 1  # "they said in the ministry": the ministry
    while last > first and (scan.tokens[last - 1].kind != WORD and scan.word(last - 1) not in {"\u00bb", '"', ")"}):
        last -= 1
    if scan.lexicon.word_order == "vso":
        # Arabic has no capitals: any word that is not a particle may be a name.
        has_name = any(scan.word(index) not in scan.lexicon.stop_words for index in range(first, last))
        return Source(first=first, last=last) if has_name else None
    while last > first and scan.word(last - 1) in scan.lexicon.stop_words:
        last -= 1  # "the ministry has"
    while first < last and not _opens_name(scan, first):
        first += 1  # "that the ministry", "earlier the ministry"
    return Source(first=first, last=last) if any(_names(scan, index) for index in range(first, last)) else None


def _opens_name(scan: Scan, index: int) -> bool:
    """Tell whether a source's name may open here: with an article, a mark, a capital or a word for who speaks."""
    word = scan.word(index)
    if scan.tokens[index].kind != WORD or word in scan.lexicon.articles:
        return True
    return _names(scan, index) or (
        word not in scan.lexicon.stop_words and sense_of(scan.starting.get(index), "person") is not None
    )


def _names(scan: Scan, index: int) -> bool:
    return (
        (scan.is_capitalised(index) and scan.word(index) not in scan.lexicon.stop_words)
        or has(scan.stances.get(index), "attribution", "bodies")
        or sense_of(scan.starting.get(index), "side") is not None
    )
