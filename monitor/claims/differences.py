"""Where two readings of one text differ: what an edit of the lexicons gained, lost and changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from monitor.claims.notation import claims_as_json, notation
from monitor.model.claim import Claim, Reading

_AROUND = 60  # code points of the text quoted on either side of a claim
_IN_NOTATION = frozenset({"kind", "min", "max", "bound", "side", "polarity", "cumulative", "item"})

Line = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One claim that reads otherwise, as the object of a claim line.

    ``before`` is ``None`` where the claim is gained, ``after`` where it is lost. ``quote`` is the claim's span with some
    words around it. ``fields`` are the names of what differs where both are there, ``notes`` the claim's two forms for
    people: "- killed 2", "+ killed 3".
    """

    quote: str
    before: Line | None
    after: Line | None
    fields: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def kind(self) -> str:
        """What the claim is about."""
        return str((self.after or self.before or {})["kind"])

    @property
    def change(self) -> str:
        """How it differs: "gained", "lost" or "changed"."""
        return "gained" if self.before is None else "lost" if self.after is None else "changed"


@dataclass(frozen=True, slots=True)
class _Read:
    """A claim as its line; ``key`` is what two readings are compared by."""

    claim: Claim
    line: Line
    key: Mapping[str, Any]


def differences(before: Reading, after: Reading, text: str) -> tuple[Difference, ...]:
    """Return what ``after`` reads otherwise in ``text`` than ``before``, in text order.

    Of claims that are in one reading only, two of one kind over the same words are one that has changed.
    """
    olds, news = _reads(before, text), _reads(after, text)
    for one in tuple(olds):
        same = next((other for other in news if other.key == one.key), None)
        if same is not None:
            olds.remove(one)
            news.remove(same)
    found = []
    for old in olds:
        new = _match(old, news)
        if new is not None:
            news.remove(new)
        found.append((old, new))
    pairs: list[tuple[_Read | None, _Read | None]] = [*found, *((None, new) for new in news)]
    pairs.sort(key=_start)
    return tuple(_difference(old, new, text) for old, new in pairs)


def _reads(reading: Reading, text: str) -> list[_Read]:
    lines = claims_as_json(reading, text)
    # Which claim it is part of is a number that every claim before it moves; that it is part of one is what counts.
    return [
        _Read(claim, line, line | {"subset_of": line["subset_of"] is not None})
        for claim, line in zip(reading.claims, lines, strict=True)
    ]


def _match(old: _Read, news: Sequence[_Read]) -> _Read | None:
    """Return the claim that ``old`` has most likely become."""
    span = old.claim.span
    near = [
        new
        for new in news
        if new.claim.kind == old.claim.kind and new.claim.span.start < span.end and span.start < new.claim.span.end
    ]
    return max(near, key=lambda new: sum(new.key[name] == value for name, value in old.key.items()), default=None)


def _start(pair: tuple[_Read | None, _Read | None]) -> tuple[int, int]:
    read = pair[0] or pair[1]
    return (0, 0) if read is None else (read.claim.span.start, read.claim.span.end)


def _difference(old: _Read | None, new: _Read | None, text: str) -> Difference:
    fields: tuple[str, ...] = ()
    notes = tuple(_sign(sign, read) for sign, read in (("-", old), ("+", new)) if read is not None)
    if old is not None and new is not None:
        fields = tuple(name for name, value in old.key.items() if new.key[name] != value)
        others = [
            f"{name} {_shown(old.key[name])} -> {_shown(new.key[name])}" for name in fields if name not in _IN_NOTATION
        ]
        if others:
            notes = (*notes[:-1], f"{notes[-1]}  ({', '.join(others)})")
    shown = new or old
    return Difference(
        quote="" if shown is None else _quote(shown.claim, text),
        before=None if old is None else old.line,
        after=None if new is None else new.line,
        fields=fields,
        notes=notes,
    )


def _sign(sign: str, read: _Read) -> str:
    return f"{sign} {notation(read.claim)}"


def _shown(value: object) -> str:
    return "none" if value is None else f"\u201c{value}\u201d" if isinstance(value, str) else str(value).lower()


def _quote(claim: Claim, text: str) -> str:
    """Return the claim's words with those around them on its lines, cut between words."""
    start, end = claim.span.start, claim.span.end
    before = text[max(start - _AROUND, 0) : start].rpartition("\n")[2]
    after = text[end : end + _AROUND].partition("\n")[0]
    if start - len(before) > 0 and len(before) == _AROUND:
        before = f"\u2026{before.partition(' ')[2]}"
    if end + len(after) < len(text) and len(after) == _AROUND:
        after = f"{after.rpartition(' ')[0]}\u2026"
    return " ".join(f"{before}{text[start:end]}{after}".split())
