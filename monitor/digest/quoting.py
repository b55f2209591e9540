"""Words of strangers made safe to show: one line, nothing hidden, nothing reordered, cut where a reader would cut."""

import unicodedata
from collections.abc import Iterator

MAX_MARKS = 4  # combining marks kept on one base: Arabic needs three, a tower of them covers the lines around it
ELLIPSIS = "\u2026"

_ZERO_WIDTH_JOINER = "\u200d"
_WORD_JOINER = "\u2060"
FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"
_LEFT_TO_RIGHT_MARK = "\u200e"
_REPLACEMENT = "\ufffd"
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_REGIONAL_INDICATORS = range(0x1F1E6, 0x1F200)
_HANGUL_LEADS = range(0x1100, 0x1160)
_HANGUL_JAMO = range(0x1100, 0x1200)
# Letters and marks that show nothing; whatever else shows nothing is of category Cf.
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})


def clean(text: str) -> str:
    """Return ``text`` as one line without control, bidi, zero-width and other invisible characters.

    Runs of white space become one space. What cannot be shown (private use, lone surrogates) becomes U+FFFD. A
    zero-width joiner stays where it holds an emoji together. A combining mark needs a base, and at most ``MAX_MARKS``
    stand on one.
    """
    kept: list[str] = []
    marks = 0
    for position, char in enumerate(text):
        if char.isspace():
            if kept and kept[-1] != " ":
                kept.append(" ")
            marks = MAX_MARKS
            continue
        shown = _shown(char, before=kept[-1] if kept else "", after=text[position + 1 : position + 2])
        if not shown:
            continue
        if _is_mark(shown):
            marks += 1
            if marks > MAX_MARKS or not kept:
                continue
        else:
            marks = 0
        kept.append(shown)
    return "".join(kept).strip()


def shorten(text: str, limit_utf16: int) -> str:
    """Return ``text`` whole or cut at a grapheme border, with an ellipsis, to at most ``limit_utf16`` UTF-16 units."""
    if utf16_length(text) <= limit_utf16:
        return text
    room = limit_utf16 - utf16_length(ELLIPSIS)
    kept = []
    for cluster in graphemes(text):
        room -= utf16_length(cluster)
        if room < 0:
            break
        kept.append(cluster)
    return "".join(kept).rstrip() + ELLIPSIS


def graphemes(text: str) -> Iterator[str]:
    """Split ``text`` into what a reader takes for single characters.

    The rules of UAX 29 that matter for cutting: marks, emoji sequences, flags and Hangul syllables hold together.
    """
    cluster = ""
    for char in text:
        if cluster and not _joins(cluster, char):
            yield cluster
            cluster = ""
        cluster += char
    if cluster:
        yield cluster


def isolate(text: str) -> str:
    """Keep right-to-left words, where there are any, from reordering the line around them."""
    return f"{FIRST_STRONG_ISOLATE}{text}{POP_ISOLATE}" if is_right_to_left(text) else text


def balanced(text: str) -> str:
    """Close the isolates that a cut left open."""
    return text + POP_ISOLATE * (text.count(FIRST_STRONG_ISOLATE) - text.count(POP_ISOLATE))


def quoted(text: str) -> str:
    """Put ``text`` between quotation marks that stay where a left-to-right line has them."""
    if is_right_to_left(text):
        return f"{_LEFT_TO_RIGHT_MARK}\u201c{isolate(text)}\u201d{_LEFT_TO_RIGHT_MARK}"
    return f"\u201c{text}\u201d"


def is_right_to_left(text: str) -> bool:
    """Tell whether any of ``text`` runs from right to left."""
    return any(unicodedata.bidirectional(char) in _RIGHT_TO_LEFT for char in text)


def unlinked(text: str) -> str:
    """Return ``text`` with invisible joiners where Telegram would make a link, a mention, a hashtag or a command of it.

    Source: match_urls and its neighbours in TDLib's MessageEntity.cpp, which take a word joiner for the end of a word.
    """
    pieces: list[str] = []
    for position, char in enumerate(text):
        before, after = text[position - 1 : position], text[position + 1 : position + 2]
        if char == "." and before and (after.isalnum() or after == "_"):
            pieces.append(_WORD_JOINER)
        pieces.append(char)
        if char in "@#$/" and (after.isalnum() or after == "_"):
            pieces.append(_WORD_JOINER)
    return "".join(pieces)


def utf16_length(text: str) -> int:
    """Return the length of ``text`` as Telegram counts it."""
    return len(text) + sum(char > "\uffff" for char in text)


def _shown(char: str, *, before: str, after: str) -> str:
    """Return what to show for ``char``: itself, U+FFFD, or nothing."""
    category = unicodedata.category(char)
    if char == _ZERO_WIDTH_JOINER:
        return char if _is_pictorial(before) and _is_pictorial(after) else ""
    if char in _INVISIBLE or category in {"Cc", "Cf"} or 0xE0000 <= ord(char) <= 0xE0FFF:
        return ""
    if category in {"Cs", "Co"} or ord(char) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(char) <= 0xFDEF:
        return _REPLACEMENT
    return char


def _is_pictorial(char: str) -> bool:
    """Tell whether ``char`` can stand beside a joiner in an emoji; newer emoji are unassigned to an older Python."""
    if not char:
        return False
    return unicodedata.category(char) in {"So", "Sk", "Cn"} or char == "\ufe0f"


def _is_mark(char: str) -> bool:
    return unicodedata.category(char) in {"Mn", "Me"}


def _joins(cluster: str, char: str) -> bool:
    """Tell whether ``char`` belongs to the grapheme ``cluster``."""
    code, last = ord(char), ord(cluster[-1])
    if char == _ZERO_WIDTH_JOINER or code in _SKIN_TONES or unicodedata.category(char).startswith("M"):
        return True
    if code in _REGIONAL_INDICATORS:
        return len(cluster) == 1 and last in _REGIONAL_INDICATORS
    if code in _HANGUL_JAMO:
        return last in _HANGUL_JAMO and (code not in _HANGUL_LEADS or last in _HANGUL_LEADS)
    return cluster[-1] == _ZERO_WIDTH_JOINER
