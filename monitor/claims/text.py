"""Text as tokens: words folded for look-up, each with its place in the original."""

import re
import unicodedata
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

WORD, NUMBER, DATE, PUNCT, BREAK = "word", "number", "date", "punct", "break"

_MARK = r"[\u0300-\u036f\u0610-\u061a\u0640\u064b-\u065f\u0670\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
_APOSTROPHE = "['\u2019\u02bc\u2018`\u00b4]"
# The marks that may stand between groups of three digits, and only there.
_GROUP = "[ \u00a0\u2009\u202f,.'\u2019\u066c]"

# An Arabic particle glued to a number, and the "x" of 3x200, Latin or Cyrillic: words of one letter.
_CLITIC = r"[\u0648\u0628\u0644\u0641](?=\d) | (?<=\d)[xX\u0445\u0425](?=\d)"

# The commonest kind of token comes first.
_TOKEN = re.compile(
    rf"""
    (?P<word> (?!{_CLITIC}) (?:[^\W\d_]|{_MARK}(?=[^\W\d_])) (?:[^\W_]++|{_MARK}|{_APOSTROPHE}(?=[^\W\d_]))* )
  | (?P<clitic> {_CLITIC} )
  | (?P<date> \d{{1,2}}[./\\]\d{{1,2}}[./\\](?:\d{{4}}|\d{{2}})(?!\d) | \d{{4}}-\d{{2}}-\d{{2}}(?!\d) | \d{{1,2}}:\d{{2}}(?!\d) )
  | (?P<number>
        \d{{1,3}}(?:{_GROUP}\d{{3}})+(?!\d)      # 1 102 570
      | \d+(?:[.,\u066b]\d{{1,2}}(?![\d.,/]))?    # 430, 1,5
    )
  | (?P<break> \n+ )
  | (?P<punct> [^\s\w] | _ )
    """,
    re.VERBOSE,
)
_KINDS = {"word": WORD, "clitic": WORD, "date": DATE, "number": NUMBER, "break": BREAK, "punct": PUNCT}
_KIND_OF = tuple(_KINDS[name] for name, _ in sorted(_TOKEN.groupindex.items(), key=lambda item: item[1]))

_IGNORED = re.compile(_MARK)
# Letters that writers use for one another: the apostrophes, the Russian yo, alef with hamza or madda, alef maqsura, ta
# marbuta, Persian yeh and kaf.
_LETTERS = str.maketrans(
    {
        "\u0451": "\u0435", "\u2019": "'", "\u02bc": "'", "\u2018": "'", "`": "'", "\u00b4": "'",
        "\u0622": "\u0627", "\u0623": "\u0627", "\u0625": "\u0627", "\u0671": "\u0627", "\u0649": "\u064a",
        "\u0629": "\u0647", "\u06cc": "\u064a", "\u06a9": "\u0643",
    }
)  # fmt: skip
_SENTENCE_ENDS = frozenset(".!?\u2026;\u061f\u061b\u25cf\u2022\u25aa\u25b6\u2757\u203c")


_LONGEST = 160  # tokens in a sentence
_ROW = 8  # tokens in which the dash and number of a table's row stand
_ROW_MARKS = frozenset("-\u2010\u2011\u2012\u2013\u2014:")
_FIRST_PICTURE = "\U0001f000"  # emoji and flags begin here


class Token(NamedTuple):
    """One word, number, mark or line break; ``text[start:end]`` of the original is the token as written."""

    norm: str
    start: int
    end: int
    kind: str


@lru_cache(maxsize=65536)
def fold(word: str) -> str:
    """Return the form in which a word is looked up; it is remembered."""
    return fold_whole(word)


def fold_whole(word: str) -> str:
    """Return ``word``, or a text, in the form in which words are looked up.

    Lower case, no stress marks, vowel signs or invisible marks, one apostrophe, one letter where writers use several.
    Composed accents of Latin letters stay: they tell words apart.
    """
    lower = unicodedata.normalize("NFC", word).lower()
    if lower.isascii():
        return lower
    lower = _IGNORED.sub("", lower)
    return lower.translate(_LETTERS)


def folded_words(written: str) -> list[str]:
    """Return the folded tokens of one word as written, the marks around it and inside it included."""
    # A word of letters alone is one token; most are, and a lexicon has tens of thousands.
    if written.isalpha():
        return [written.lower() if written.isascii() else fold(written)]
    return [token.norm for token in tokenise(written)]


@lru_cache(maxsize=4096)
def _digits(number: str) -> str:
    """Return a number with ASCII digits, as written otherwise."""
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in number)


def tokenise(text: str) -> list[Token]:
    """Split ``text`` into tokens, in order. Linear in the length of the text; never fails."""
    tokens: list[Token] = []
    add, make = tokens.append, tuple.__new__  # half the time of this function went into NamedTuple's own __new__
    for match in _TOKEN.finditer(text):
        kind = _KIND_OF[match.lastindex - 1]  # type: ignore[operator]  # each alternative is a group
        start, end = match.span()
        norm = text[start:end]
        if kind is WORD:
            norm = norm.lower() if norm.isascii() else fold(norm)
        elif kind is NUMBER:
            if not norm.isascii():
                norm = _digits(norm)
        elif kind is DATE:
            norm = norm.replace("\\", "/")
        add(make(Token, (norm, start, end, kind)))
    return tokens


def sentences(
    tokens: Sequence[Token], text: str, abbreviations: AbstractSet[str] = frozenset()
) -> list[tuple[int, int]]:
    """Return half-open token ranges, one a sentence; line breaks and closing marks end one.

    A full stop ends none inside an abbreviation: after a single letter or one of ``abbreviations``, or before a small letter. A line break ends none
    where the next line goes on in small letters, unless that line is a row of a table ("tanks - 5"). No sentence is longer
    than ``_LONGEST`` tokens, so that what looks at pairs within a sentence stays linear in the text.
    """
    ranges = []
    first = 0
    for index, token in enumerate(tokens):
        if index - first >= _LONGEST:
            ranges.append((first, index))
            first = index
        if token.kind == BREAK:
            ends = not _goes_on(tokens, text, index)
        else:
            ends = token.kind == PUNCT and _ends_sentence(tokens, text, index, abbreviations)
        if ends:
            if index > first:
                ranges.append((first, index))
            first = index + 1
    if first < len(tokens):
        ranges.append((first, len(tokens)))
    return ranges


def _goes_on(tokens: Sequence[Token], text: str, index: int) -> bool:
    """Tell whether the line after the break at ``index`` belongs to the sentence before it."""
    if index == 0 or index + 1 >= len(tokens) or tokens[index - 1].kind not in {WORD, NUMBER}:
        return False
    following = tokens[index + 1]
    if tokens[index].end - tokens[index].start > 1:  # an empty line stands between
        return False
    if following.norm == ",":
        return True
    row = tokens[index + 1 : index + 1 + _ROW]
    return _is_small(text, following) and not any(a.norm in _ROW_MARKS and b.kind == NUMBER for a, b in pairwise(row))


def _is_small(text: str, token: Token) -> bool:
    return token.kind == WORD and text[token.start].islower()


def _ends_sentence(tokens: Sequence[Token], text: str, index: int, abbreviations: AbstractSet[str]) -> bool:
    mark = tokens[index].norm
    if mark in _SENTENCE_ENDS:
        return _closes(tokens, text, index, abbreviations)
    # Pictures head the lines of a post; between a number or word and what it counts they end nothing.
    return mark >= _FIRST_PICTURE and (index == 0 or tokens[index - 1].kind == PUNCT)


def _closes(tokens: Sequence[Token], text: str, index: int, abbreviations: AbstractSet[str]) -> bool:
    if tokens[index].norm != ".":
        return True
    if index + 1 >= len(tokens) or index == 0:
        return True
    before, after = tokens[index - 1], tokens[index + 1]
    if after.start == tokens[index].end and after.kind in {WORD, NUMBER}:
        return False
    if _is_small(text, after):
        return False
    return not (before.kind == WORD and (len(before.norm) <= 1 or before.norm in abbreviations))
