"""A cheap look at a text before it is read: most posts tell no harm, or tell one without saying how many.

What the look passes may still hold no claim; what it refuses holds none, whatever the rules make of the rest. So it asks
for less than the rules do: one word of a form of harm, with the form's other words anywhere in the text, and one word
that may say how many.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet

from monitor.claims.forms import Sense
from monitor.claims.text import Token, fold_whole, folded_words

_HARM, _PART, _COUNT = 1, 2, 4  # what a written word may be: harm by itself, a word of a longer form of harm, a number
# Folded words remembered with what they are, and code points of words as written; beyond that the memory is dropped, so
# that no input can fill it.
_MEMORY, _MOST_WRITTEN = 200_000, 4_000_000
_MARKS = '.,:;!?()[]"\u00ab\u00bb\u201c\u201d\u2026\u060c'  # that stand around a word and are no part of it
_SINGULAR = frozenset({"one", "two", "model"})
_COUNTING_HARM = frozenset({"victim_one", "victim_two", "none", "code"})
_COUNTING_GRAMMAR = frozenset({"none", "none_after", "one_more", "another", "both"})

Piece = tuple[str, bool]  # a folded word, and whether it is a stem


class Gate:
    """What one language's forms of harm and of number can be noticed by."""

    def __init__(
        self,
        forms: Iterable[tuple[str, Sense]],
        *,
        numbers: Iterable[str],
        stop_words: AbstractSet[str],
        peel: Callable[[str], Sequence[str]],
    ) -> None:
        """Build from every form of the language; ``peel`` yields a word without the particles glued to it."""
        self._peel = peel
        self._noticed = _Noticed(((number, False), _COUNT) for number in numbers)
        self._parts: dict[str, set[tuple[str, ...]]] = {}
        self._reach = 0  # words from one word of a longer form to another
        harms: list[Sequence[Piece]] = []
        counts: list[Sequence[Piece]] = []
        for form, sense in forms:
            kinds = (_HARM if sense.category == "harm" else 0) | (_COUNT if _may_count(sense) else 0)
            pieces = _pieces(form) if kinds else ()
            if len(pieces) == 1:
                self._noticed.add(pieces[0], kinds)
                continue
            if kinds & _HARM:
                harms.append(pieces)
            if kinds & _COUNT:
                counts.append(pieces)
        # A longer form that holds a form of one word is noticed by that one, any other by its most telling word.
        for parts in self._without(_HARM, harms):
            telling = _telling(parts, stop_words)
            self._noticed.add(telling, _PART)
            others = tuple(word for word, _ in parts if word != telling[0] and word.isalpha())
            self._parts.setdefault(telling[0], set()).add(others)
            self._reach = max(self._reach, len(parts) - 1)
        for parts in self._without(_COUNT, counts):
            # "Sustained no damage" is noticed by its "no", or else by what is no word of harm.
            spared = [piece for piece in parts if not self._kinds_of(piece[0]) & _HARM]
            self._noticed.add(_telling(spared or parts, stop_words), _COUNT)
        self._written: set[str] = set()  # every word as written that was asked about, and what they are
        self._harms: set[str] = set()
        self._counts: set[str] = set()
        self._pieces: dict[str, tuple[str, ...]] = {}  # the words of longer forms that stand in one
        self._size = 0  # code points of them all
        self._tokens: dict[str, int] = {}

    def opens(self, text: str) -> bool:
        """Tell whether ``text`` may hold a claim."""
        # Nearly all the time of reading a stream of posts goes through here: sets do it without a step for each word.
        written = text.split()
        words = set(written)
        unknown = words - self._written
        if unknown:
            self._ask(words, unknown)
        if self._counts.isdisjoint(words):
            return False
        if not self._harms.isdisjoint(words):
            return True
        parts = words & self._pieces.keys()
        return any(self._is_whole(written, index) for index, word in enumerate(written) if word in parts)

    def weigh(self, tokens: Sequence[Token], first: int, last: int) -> tuple[bool, bool]:
        """Tell whether tokens ``first`` to ``last`` (half-open) may tell a harm, and whether they may say how many."""
        known = self._tokens
        found = 0
        for index in range(first, last):
            word = tokens[index].norm
            kinds = known.get(word)
            found |= self._kinds(word) if kinds is None else kinds
        return found & (_HARM | _PART) != 0, found & _COUNT != 0

    def _ask(self, words: AbstractSet[str], unknown: AbstractSet[str]) -> None:
        """Remember what the unknown ones of a text's words are."""
        self._size += sum(map(len, unknown))
        if self._size > _MOST_WRITTEN:
            self._written.clear()
            self._harms.clear()
            self._counts.clear()
            self._pieces.clear()
            self._size, unknown = 0, words
        for written in unknown:
            folded = folded_words(written.strip(_MARKS))
            kinds = 0
            for word in folded:
                kinds |= self._kinds(word)
            self._written.add(written)
            if kinds & _HARM:
                self._harms.add(written)
            if kinds & _COUNT:
                self._counts.add(written)
            if kinds & _PART:
                self._pieces[written] = tuple(folded)

    def _kinds(self, word: str) -> int:
        kinds = self._tokens.get(word)
        if kinds is None:
            kinds = self._kinds_of(word)
            if len(self._tokens) >= _MEMORY:
                self._tokens.clear()
            self._tokens[word] = kinds
        return kinds

    def _kinds_of(self, word: str) -> int:
        kinds = _COUNT if word[:1].isdecimal() else 0
        kinds |= self._noticed.kinds(word)
        for rest in self._peel(word):
            kinds |= self._noticed.kinds(rest)
        return kinds

    def _without(self, kind: int, forms: Iterable[Sequence[Piece]]) -> list[Sequence[Piece]]:
        """Return the forms of which no word is noticed as being of that kind."""
        return [form for form in forms if not any(self._kinds_of(word) & kind for word, _ in form)]

    def _is_whole(self, written: Sequence[str], index: int) -> bool:
        """Tell whether the other words of some longer form stand around the word at ``index``."""
        around = fold_whole(" ".join(written[max(index - self._reach, 0) : index + self._reach + 1]))
        return any(
            all(other in around for other in others)
            for word in self._pieces[written[index]]
            for rest in (word, *self._peel(word))
            for telling in self._noticed.beginnings(rest)
            for others in self._parts.get(telling, ())
        )


class _Noticed:
    """Words and stems with what they are noticed for."""

    def __init__(self, pieces: Iterable[tuple[Piece, int]]) -> None:
        self._words: dict[str, int] = {}
        self._stems: dict[str, int] = {}
        self._openings: dict[str, list[int]] = {}  # how long the stems are that begin with a letter
        for piece, kind in pieces:
            self.add(piece, kind)

    def add(self, piece: Piece, kind: int) -> None:
        word, is_stem = piece
        table = self._stems if is_stem else self._words
        table[word] = table.get(word, 0) | kind
        if is_stem:
            lengths = self._openings.setdefault(word[:1], [])
            if len(word) not in lengths:
                lengths.append(len(word))

    def kinds(self, word: str) -> int:
        found = self._words.get(word, 0)
        for length in self._openings.get(word[:1], ()):
            found |= self._stems.get(word[:length], 0)
        return found

    def beginnings(self, word: str) -> Iterator[str]:
        """Yield the word itself and what it begins with, as far as a stem may be as long as that."""
        yield word
        yield from (word[:length] for length in self._openings.get(word[:1], ()) if length < len(word))


def _may_count(sense: Sense) -> bool:
    match sense.category:
        case "vague":
            return True
        case "person" | "item":
            return sense.detail in _SINGULAR
        case "harm":
            return sense.detail in _COUNTING_HARM
        case "grammar":
            return sense.value in _COUNTING_GRAMMAR
        case _:
            return False


def _pieces(form: str) -> list[Piece]:
    """Return a form's folded words, each with whether it is a stem."""
    pieces: list[Piece] = []
    for word in form.split():
        *before, last = folded_words(word.removesuffix("*"))
        pieces += [(piece, False) for piece in before]
        pieces.append((last, word.endswith("*")))
    return pieces


def _telling(pieces: Sequence[Piece], stop_words: AbstractSet[str]) -> Piece:
    """Return the word by which a form is noticed: its longest that is no little word."""
    return max([piece for piece in pieces if piece[0] not in stop_words] or pieces, key=lambda piece: len(piece[0]))


__all__ = ["Gate"]
