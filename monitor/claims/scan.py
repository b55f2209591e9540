"""A text laid out for reading: its tokens, the lexicon's forms over them, its sentences."""

from collections.abc import Sequence
from functools import cached_property

from monitor.claims.forms import Match, Sense
from monitor.claims.lexicon import Lexicon
from monitor.claims.text import Token, sentences, tokenise


class Scan:
    """One text in one language, with the forms found by their first and by their last token (half-open).

    The forms of a sentence are there once it is looked into or opened: most sentences tell nothing and never are.
    ``starting`` and ``ending`` hold what is counted and what befell it; ``stances`` and ``stance_endings`` who tells it,
    how surely and of how long.
    """

    def __init__(self, text: str, lexicon: Lexicon, tokens: Sequence[Token] | None = None) -> None:
        self.text = text
        self.lexicon = lexicon
        self.tokens = tokenise(text) if tokens is None else tokens
        self.sentences = sentences(self.tokens, text, lexicon.abbreviations)
        self.starting: dict[int, Match] = {}
        self.ending: dict[int, Match] = {}
        self.stances: dict[int, Match] = {}
        self.stance_endings: dict[int, Match] = {}
        self._looked_into: set[int] = set()
        self._opened: set[int] = set()
        self._asked: tuple[int, int] = (-1, -1)
        self._within: dict[str, list[Match]] = {}

    def look_into(self, first: int, last: int) -> None:
        """Find what the sentence of tokens ``first`` to ``last`` (half-open) counts and what befell it."""
        if first in self._looked_into:
            return
        self._looked_into.add(first)
        for match in self.lexicon.content.matches(self.tokens, self.text, first, last):
            self.starting[match.first] = match
            self.ending[match.last] = match

    def open(self, first: int, last: int) -> None:
        """Find all forms of the sentence of tokens ``first`` to ``last`` (half-open)."""
        if first in self._opened:
            return
        self.look_into(first, last)
        self._opened.add(first)
        for match in self.lexicon.stance.matches(self.tokens, self.text, first, last):
            self.stances[match.first] = match
            self.stance_endings[match.last] = match

    def open_all(self) -> None:
        """Find all forms of the whole text."""
        for first, last in self.sentences:
            self.open(first, last)

    @cached_property
    def matches(self) -> Sequence[Match]:
        """The forms of the whole text that say what is counted and what befell it, in order; every sentence is open then."""
        self.open_all()
        return [self.starting[index] for index in sorted(self.starting)]

    def within(self, first: int, last: int, category: str) -> Sequence[Match]:
        """Return the matches that start in tokens ``first`` to ``last`` and have a sense of ``category``, in text order.

        The answer for one range is kept until another is asked for: a sentence is asked about once a claim. The sentence
        is open.
        """
        if self._asked != (first, last):
            self._asked = (first, last)
            self._within = {}
            for index in range(first, last):
                for match in filter(None, (self.starting.get(index), self.stances.get(index))):
                    for name in {sense.category for sense in match.senses}:
                        self._within.setdefault(name, []).append(match)
        return self._within.get(category, ())

    def tells_harm(self, first: int, last: int) -> bool:
        """Tell whether a form of harm starts in tokens ``first`` to ``last`` (half-open) of a sentence looked into."""
        starting = self.starting
        return any(
            sense.category == "harm"
            for index in range(first, last)
            if index in starting
            for sense in starting[index].senses
        )

    def word(self, index: int) -> str:
        """Return the folded token at ``index``, empty beyond the text."""
        return self.tokens[index].norm if 0 <= index < len(self.tokens) else ""

    def touches(self, index: int) -> bool:
        """Tell whether token ``index`` follows the one before it without a space."""
        return 0 < index < len(self.tokens) and self.tokens[index - 1].end == self.tokens[index].start

    def is_capitalised(self, index: int) -> bool:
        """Tell whether token ``index`` begins with a capital letter."""
        return self.text[self.tokens[index].start].isupper()

    def closed(self, first: int, last: int) -> int:
        """Return ``last``, or one more where a quotation opened since ``first`` is closed by the next token."""
        words = [self.word(index) for index in range(first, last)]
        is_open = words.count("\u00ab") > words.count("\u00bb")
        return last + 1 if is_open and self.word(last) == "\u00bb" else last

    def slice(self, first: int, last: int) -> str:
        """Return the original text of tokens ``first`` to ``last`` (half-open)."""
        return self.text[self.tokens[first].start : self.tokens[last - 1].end]


def sense_of(match: Match | None, category: str) -> Sense | None:
    """Return the match's first sense of that category, if it has one."""
    if match is None:
        return None
    for sense in match.senses:
        if sense.category == category:
            return sense
    return None


def has(match: Match | None, category: str, *values: str) -> bool:
    """Tell whether the match has a sense of that category with one of these values."""
    if match is None:
        return False
    for sense in match.senses:  # noqa: SIM110 - asked half a million times a minute; any() doubles its price
        if sense.category == category and sense.value in values:
            return True
    return False
