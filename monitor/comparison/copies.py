"""Find the texts that only repeat an earlier one (CODEBOOK 2, independent origin, rule 4)."""

import re
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zlib import crc32

COPY_WINDOW = timedelta(hours=48)
_LIKENESS = 0.8  # Jaccard of three-word shingles
_SHINGLE = 3  # words
_BOTTOM = 16  # smallest shingle hashes by which candidates are found
_SHORTEST = 6  # words; shorter texts are alike by accident
_NOISE = re.compile(r"https?://\S+|\bt\.me/\S+|@\w+")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text that makes claims. ``figures`` are what they say; ``media`` the digest of the file that hangs on it."""

    key: tuple[str, int, int]
    said_at: datetime
    words: tuple[str, ...]
    figures: frozenset[tuple[object, ...]]
    media: str | None = None


def words_of(text: str) -> tuple[str, ...]:
    """Return the words and numbers of ``text``, folded, without links, mentions, emoji and punctuation."""
    return tuple(_WORD.findall(_NOISE.sub(" ", text).casefold()))


def copies(texts: Iterable[Text]) -> dict[tuple[str, int, int], tuple[str, int, int]]:
    """Map every copy to the earliest text that it repeats.

    A copy comes within 48 hours of a text with the same figures and either nearly the same words or the same file.
    Texts with other figures are never copies: they are an update or a distortion.

    Args:
        texts: In order of time.
    """
    found: dict[tuple[str, int, int], tuple[str, int, int]] = {}
    window: deque[tuple[Text, frozenset[int]]] = deque()
    near: defaultdict[object, list[tuple[Text, frozenset[int]]]] = defaultdict(list)
    for text in texts:
        while window and text.said_at - window[0][0].said_at > COPY_WINDOW:
            old, old_shingles = window.popleft()
            for bucket in _buckets(old, old_shingles):
                near[bucket].pop(0)
                if not near[bucket]:
                    del near[bucket]
        shingles = _shingles(text.words)
        source = _earliest_like(text, shingles, near)
        if source is not None:
            found[text.key] = found.get(source.key, source.key)
        window.append((text, shingles))
        for bucket in _buckets(text, shingles):
            near[bucket].append((text, shingles))
    return found


def _earliest_like(
    text: Text, shingles: frozenset[int], near: dict[object, list[tuple[Text, frozenset[int]]]]
) -> Text | None:
    """Return the earliest text in the window that ``text`` repeats."""
    seen: set[tuple[str, int, int]] = set()
    best: Text | None = None
    for bucket in _buckets(text, shingles):
        for other, other_shingles in near.get(bucket, ()):
            if best is not None and other.said_at >= best.said_at:
                break
            if other.key in seen:
                continue
            seen.add(other.key)
            if other.figures == text.figures and (
                (text.media is not None and text.media == other.media) or _is_alike(shingles, other_shingles)
            ):
                best = other
                break
    return best


def _is_alike(first: frozenset[int], second: frozenset[int]) -> bool:
    if not first or not second:
        return False
    shared = len(first & second)
    return shared >= _LIKENESS * (len(first) + len(second) - shared)


def _shingles(words: tuple[str, ...]) -> frozenset[int]:
    if len(words) < _SHORTEST:
        return frozenset()
    return frozenset(
        crc32(" ".join(words[start : start + _SHINGLE]).encode()) for start in range(len(words) - _SHINGLE + 1)
    )


def _buckets(text: Text, shingles: frozenset[int]) -> Iterator[object]:
    yield from sorted(shingles)[:_BOTTOM]
    if text.media is not None:
        yield text.media
