"""Which side is part of which, and whose camp a voice belongs to (CODEBOOK 3.3, 4.2)."""

from enum import Enum

from monitor.model.camp import PARENTS

_CIVILIANS = "civ"


class SideMatch(Enum):
    """How one side stands to another. ``INSIDE`` and ``AROUND``: the first is part of, or holds, the second."""

    SAME = "same"
    INSIDE = "inside"
    AROUND = "around"
    APART = "apart"


def match_sides(first: str, second: str) -> SideMatch:
    """Return how ``first`` stands to ``second``; both are canonical ids, joint ones joined by "+"."""
    left, right = members(first), members(second)
    if left == right:
        return SideMatch.SAME
    if all(any(_is_inside(one, other) for other in right) for one in left):
        return SideMatch.INSIDE
    if all(any(_is_inside(one, other) for other in left) for one in right):
        return SideMatch.AROUND
    return SideMatch.APART


def members(side: str) -> frozenset[str]:
    """Return the single sides of a joint one."""
    return frozenset(side.split("+"))


def is_military(side: str) -> bool:
    """Tell whether no civilians are counted in ``side``."""
    return not any(one == _CIVILIANS or one.startswith(f"{_CIVILIANS}-") for one in members(side))


def is_anybody(side: str) -> bool:
    """Tell whether ``side`` is civilians of a country not told: which whole they are part of is not known."""
    return side == _CIVILIANS


def is_one_country(first: str, second: str) -> bool:
    """Tell whether two sides are a country's forces and its civilians, or one of them twice."""
    left, right = (frozenset(one.removeprefix(f"{_CIVILIANS}-") for one in members(side)) for side in (first, second))
    return left == right


def _is_inside(one: str, other: str) -> bool:
    return one == other or PARENTS.get(one) == other or (other == _CIVILIANS and one.startswith(f"{_CIVILIANS}-"))
