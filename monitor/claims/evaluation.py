"""Score claims against labelled posts, as CODEBOOK 4.6 and 4.7 count them.

Claims of one post are compared as a set, so that a figure said twice counts once. A labelled claim marked optional is
neither asked for nor held against the reader. Two levels: ``figure`` (kind, low and high edge equal) and
``figure+side`` (the side equal as well).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]

_FAMILIES = {
    "casualty": frozenset({"killed", "wounded", "captured", "missing", "casualties"}),
    "equipment": frozenset({"equipment"}),
}
_LEVELS = {"figure": ("kind", "min", "max"), "figure+side": ("kind", "min", "max", "side")}
_DETAILS = ("polarity", "cumulative", "bound")


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One measure: ``value`` is F1, an accuracy or a rate in 0..1, over ``count`` claims or posts."""

    name: str
    value: float
    count: int


@dataclass(slots=True)
class _Tally:
    hits: int = 0
    extra: int = 0
    missed: int = 0

    def f1(self) -> float:
        wanted = 2 * self.hits + self.extra + self.missed
        return 1.0 if wanted == 0 else 2 * self.hits / wanted


def score(gold: Iterable[Row], predicted: Mapping[str, Sequence[Row]]) -> tuple[Score, ...]:
    """Return every measure over ``gold``, sorted by name.

    Args:
        gold: Labelled posts: ``id``, ``lang``, ``claims``.
        predicted: Claim lines' ``claims`` by post id; a post that is absent counts as read without a claim.
    """
    figures: defaultdict[str, _Tally] = defaultdict(_Tally)
    details: defaultdict[str, list[bool]] = defaultdict(list)
    alarms: defaultdict[str, list[bool]] = defaultdict(list)
    for row in gold:
        got = predicted.get(row["id"], ())
        for family, kinds in _FAMILIES.items():
            want = [claim for claim in row["claims"] if claim["kind"] in kinds]
            have = [claim for claim in got if claim["kind"] in kinds]
            for level, fields in _LEVELS.items():
                _count(figures, f"{family}/{level}", row["lang"], want, have, fields)
            _compare_details(details, family, want, have)
        if not row["claims"]:
            for language in (row["lang"], "all"):
                alarms[f"negatives/false_alarms/{language}"].append(bool(got))
    scores = [Score(name=name, value=tally.f1(), count=tally.hits + tally.missed) for name, tally in figures.items()]
    for shares in (details, alarms):
        scores += [Score(name=name, value=sum(said) / len(said), count=len(said)) for name, said in shares.items()]
    return tuple(sorted(scores, key=lambda one: one.name))


def _key(claim: Row, fields: Sequence[str]) -> tuple[Any, ...]:
    return tuple(claim.get(field) for field in fields)


def _count(
    figures: defaultdict[str, _Tally],
    name: str,
    language: str,
    want: Sequence[Row],
    have: Sequence[Row],
    fields: Sequence[str],
) -> None:
    figure = _LEVELS["figure"]
    optional = {_key(claim, figure) for claim in want if claim.get("optional")}
    wanted = {_key(claim, fields) for claim in want if not claim.get("optional")}
    found = {key for claim in have if (key := _key(claim, fields)) in wanted or _key(claim, figure) not in optional}
    for scope in (language, "all"):
        tally = figures[f"{name}/{scope}"]
        tally.hits += len(wanted & found)
        tally.extra += len(found - wanted)
        tally.missed += len(wanted - found)


def _compare_details(
    details: defaultdict[str, list[bool]], family: str, want: Sequence[Row], have: Sequence[Row]
) -> None:
    figure = _LEVELS["figure"]
    found = {_key(claim, figure): claim for claim in have}
    for claim in want:
        match = found.get(_key(claim, figure))
        if match is None or claim.get("optional"):
            continue
        for field in _DETAILS:
            details[f"{family}/{field}/all"].append(match[field] == claim[field])
