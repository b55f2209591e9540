"""Forms of one or more words, found in text: the longest at each place, in one pass over the tokens."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from monitor.claims.text import BREAK, Token, folded_words
from monitor.errors import LexiconError

_APOSTROPHES = re.compile("['\u2019\u02bc\u2018`\u00b4]")
# Words remembered at the root, and at each node under it; beyond that the memory is dropped, so that strange input cannot
# fill it.
_MEMORY, _NODE_MEMORY = 200_000, 1_000


class Sense(NamedTuple):
    """One meaning of a form: a category, its value and a detail, by the table and key the form stands in.

    ``in_capitals`` holds for a form that is found only where the text writes it in capitals.
    """

    category: str
    value: str
    detail: str = ""
    in_capitals: bool = False


class Match(NamedTuple):
    """A form found in tokens ``first`` to ``last`` (half-open), with all its meanings."""

    first: int
    last: int
    senses: tuple[Sense, ...]


_NO_NODES: Final[dict[str, "_Node"]] = {}  # of the many nodes that nothing follows; never written to
_NO_MEMORY: Final[dict[str, tuple["_Node", ...]]] = {}


class _Node:
    """Where the words of a form so far lead: there are sixty thousand, most of them ends."""

    __slots__ = ("exact", "goes_on", "lengths", "meaning", "memory", "stems")

    def __init__(self) -> None:
        self.exact = _NO_NODES
        self.stems = _NO_NODES
        self.lengths: tuple[int, ...] = ()  # of the stems, longest first
        self.meaning: tuple[Sense, ...] = ()
        self.goes_on = False
        self.memory = _NO_MEMORY  # what a folded word leads to from here

    def then(self, word: str, *, is_stem: bool) -> "_Node":
        """Return where the word leads from here, a new node if it led nowhere before."""
        table = self.stems if is_stem else self.exact
        node = table.get(word)
        if node is None:
            node = _Node()
            self.goes_on = True
            if not is_stem:
                if self.exact is _NO_NODES:
                    self.exact = {}
                self.exact[word] = node
            else:
                if self.stems is _NO_NODES:
                    self.stems = {}
                self.stems[word] = node
                if len(word) not in self.lengths:
                    self.lengths = tuple(sorted((*self.lengths, len(word)), reverse=True))
        return node


def _is_upper(written: str) -> bool:
    """Tell whether it is written in capitals, apart from what an apostrophe joins to it: "l'ONU", "IDF's"."""
    return max(_APOSTROPHES.split(written), key=len).isupper()


class Forms:
    """A set of forms with their meanings; ``peel`` yields a folded word without what its language glues to its front."""

    def __init__(self, peel: Callable[[str], Sequence[str]]) -> None:
        self._peel = peel
        self._root = _Node()
        self._memory: dict[str, tuple[_Node, ...]] = {}

    def add(self, form: str, sense: Sense, *, where: str) -> bool:
        """Add one form, a star at the end of a word standing for any ending; tell whether it is new.

        Raises:
            LexiconError: The form is empty or has a star inside a word.
        """
        words = form.split()
        if not words:
            raise LexiconError(f"{where}: an empty form")
        node = self._root
        for word in words:
            is_stem = word.endswith("*")
            folded = folded_words(word.removesuffix("*"))
            if not folded or "*" in word[:-1]:
                raise LexiconError(f"{where}: {form!r}: want words, each with at most one star, at its end")
            for piece in folded[:-1]:
                node = node.then(piece, is_stem=False)
            node = node.then(folded[-1], is_stem=is_stem)
        if form.isupper() and len(form) > 1:
            sense = sense._replace(in_capitals=True)
        if sense in node.meaning:
            return False
        node.meaning = (*node.meaning, sense)
        return True

    def is_known(self, word: str) -> bool:
        """Tell whether any form starts with the folded word."""
        return bool(self._starts(word))

    def matches(self, tokens: Sequence[Token], text: str, first: int, last: int) -> list[Match]:
        """Return the longest form at each of tokens ``first`` to ``last`` (half-open), left to right, without overlap."""
        found = []
        index = first
        memory = self._memory
        while index < last:
            token = tokens[index]
            nodes = memory.get(token.norm)
            if nodes is None:
                nodes = self._starts(token.norm)
            if not nodes or token.kind == BREAK:
                index += 1
                continue
            best = self._longest(nodes, tokens, index, last, text)
            if best is None:
                index += 1
                continue
            found.append(best)
            index = best.last
        return found

    def _follow(self, node: _Node, word: str) -> Iterator[_Node]:
        exact = node.exact.get(word)
        if exact is not None:
            yield exact
        for length in node.lengths:
            if length <= len(word):
                stem = node.stems.get(word[:length])
                if stem is not None:
                    yield stem

    def _starts(self, word: str) -> tuple[_Node, ...]:
        """Return the nodes that a folded word opens, longest stem first; particles glued to Arabic words are peeled."""
        found = self._memory.get(word)
        if found is None:
            found = tuple(self._follow(self._root, word))
            if not found:
                found = tuple(node for rest in self._peel(word) for node in self._follow(self._root, rest))
            if len(self._memory) >= _MEMORY:
                self._memory.clear()
            self._memory[word] = found
        return found

    def _longest(
        self, nodes: Sequence[_Node], tokens: Sequence[Token], first: int, last: int, text: str
    ) -> Match | None:
        best: Match | None = None
        level = nodes
        position = first + 1
        while level:
            senses = level[0].meaning if len(level) == 1 else _senses(level)
            if senses:
                if any(sense.in_capitals for sense in senses):
                    is_upper = _is_upper(text[tokens[first].start : tokens[position - 1].end])
                    senses = tuple(sense for sense in senses if not sense.in_capitals or is_upper)
                if senses:
                    best = Match(first, position, senses)
            if position >= last:
                break
            word = tokens[position].norm
            if len(level) == 1:
                level = self._after(level[0], word) if level[0].goes_on else ()
            else:
                level = [after for node in level if node.goes_on for after in self._after(node, word)]
            position += 1
        return best

    def _after(self, node: _Node, word: str) -> tuple[_Node, ...]:
        found = node.memory.get(word)
        if found is None:
            found = tuple(self._follow(node, word))
            if not found:
                found = tuple(after for rest in self._peel(word) for after in self._follow(node, rest))
            if node.memory is _NO_MEMORY or len(node.memory) >= _NODE_MEMORY:
                node.memory = {}
            node.memory[word] = found
        return found


def _senses(nodes: Sequence[_Node]) -> tuple[Sense, ...]:
    """Return what the nodes mean; of one category the first node's: an exact form or a longer stem says more."""
    found: dict[str, list[Sense]] = {}
    for node in nodes:
        if node.meaning and node.meaning[0].category == "ignore":
            return node.meaning if not found else _flat(found)
        fresh: dict[str, list[Sense]] = {}
        for sense in node.meaning:
            if sense.category not in found:
                fresh.setdefault(sense.category, []).append(sense)
        found.update(fresh)
    return _flat(found)


def _flat(found: Mapping[str, Sequence[Sense]]) -> tuple[Sense, ...]:
    return tuple(sense for group in found.values() for sense in group)
