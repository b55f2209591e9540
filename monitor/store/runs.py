"""The texts of a post as runs over time: the rule that makes revisions independent of the order of arrival."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One text, by its hash, seen at ``first`` and at ``last`` and never seen otherwise in between.

    ``row`` is the id of the stored revision, ``None`` for one that is not stored yet.
    """

    first: datetime
    last: datetime
    text_hash: str
    row: int | None = None


def observe(runs: Sequence[Run], *, at: datetime, text_hash: str) -> tuple[Run, ...]:
    """Return ``runs`` (in time order) after the text was seen at ``at``.

    Two texts seen at one instant are ordered by hash, so that any order of arrival gives the same runs. A text that lands
    inside another's run splits it.

    >>> from datetime import UTC
    >>> day = lambda number: datetime(2024, 7, number, tzinfo=UTC)
    >>> seen = observe(observe((), at=day(1), text_hash="a"), at=day(3), text_hash="a")
    >>> [(run.text_hash, run.first.day, run.last.day) for run in observe(seen, at=day(2), text_hash="b")]
    [('a', 1, 1), ('b', 2, 2), ('a', 3, 3)]
    """
    key = (at, text_hash)
    new = Run(first=at, last=at, text_hash=text_hash)
    index = bisect_right(runs, key, key=lambda run: (run.first, run.text_hash)) - 1
    before, after = tuple(runs[: index + 1]), tuple(runs[index + 1 :])
    if before:
        last = before[-1]
        if last.text_hash == text_hash:
            return (*before[:-1], replace(last, last=max(last.last, at)), *after)
        if key < (last.last, last.text_hash):
            rest = replace(last, first=last.last, row=None)
            return (*before[:-1], replace(last, last=last.first), new, rest, *after)
    if after and after[0].text_hash == text_hash:
        return (*before, replace(after[0], first=at), *after[1:])
    return (*before, new, *after)
