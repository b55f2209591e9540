"""How alike the words of two texts are: by the words alone, whatever else was posted."""

from collections.abc import Iterable, Mapping
from math import sqrt

_MOST = 24  # words of a text that are compared
_LEAST_LETTERS = 4  # shorter words say little about which occurrence is meant
_LONGEST_WORD = 10  # letters beyond which a word tells no more
_IDLE_LETTERS = 2.5  # that every word has

Vector = Mapping[str, float]  # telling words with their weights, of unit length


def telling(words: Iterable[str]) -> tuple[str, ...]:
    """Return the most telling of ``words``, the longest first.

    Long words are rare ones. So a text weighs the same whenever it comes, and none changes what another weighs.
    """
    found = {word for word in words if len(word) >= _LEAST_LETTERS}
    return tuple(sorted(found, key=lambda word: (-min(len(word), _LONGEST_WORD), word))[:_MOST])


def vector(words: Iterable[str]) -> Vector:
    """Weigh telling words by their length."""
    weights = {word: (min(len(word), _LONGEST_WORD) - _IDLE_LETTERS) ** 1.5 for word in words}
    length = sqrt(sum(weight**2 for weight in weights.values()))
    return {word: weight / length for word, weight in weights.items()}


def likeness(first: Vector, second: Vector) -> float:
    """Return the cosine of two vectors: 0 to 1."""
    if len(second) < len(first):
        first, second = second, first
    return sum(weight * second[word] for word, weight in first.items() if word in second)
