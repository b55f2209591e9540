"""Tell whether two statements of one incident surely answer the same question, before they are held against each other.

Grouping may be generous: a post in the wrong incident is a blemish. A contradiction between two different occurrences
is a foolish alarm, so more is asked of a pair that disagrees.
"""

from datetime import timedelta

from monitor.comparison.intervals import Interval, is_zero, widen
from monitor.comparison.places import is_one_town
from monitor.comparison.statements import Statement
from monitor.model.claim import Scope

_LOOSE = 0.12  # likeness of words that stands in for a common town: of posts of a day and side, two in three on one
# occurrence are as alike, one in ten on two (230 labelled posts of April 2026)
_NEXT_DAY = 0.08  # likeness of words that stands in for a common day
_ZERO_LOOSE = 0.25  # the same for "no losses", which every strike has somewhere
_LEAST_GAP = 5  # "two victims" beside three dead is a loose word, not a count of all who were hurt
_ZERO_WINDOW = timedelta(hours=48)  # "no losses" speaks of what was known then
_SUM = 300  # persons: a figure so large, and so many times another, sums up more than the other does
_INCIDENT_RATIO = 10
_TOTALS_RATIO = 50


def is_anchored(a: Statement, b: Statement, *, alike: float) -> bool:
    """Tell whether place, day and words tie two statements to one occurrence.

    Args:
        a: One statement.
        b: The other.
        alike: How alike the words of their posts are, 0 to 1.
    """
    if a.ref == b.ref and a.revision == b.revision:
        return False  # what one post says twice is a part, a gist or another thing
    is_total = a.scope is not Scope.INCIDENT or b.scope is not Scope.INCIDENT
    if _is_sum_beside_item(a, b, ratio=_TOTALS_RATIO if is_total else _INCIDENT_RATIO):
        return False
    if is_total:
        return True
    is_firm = is_one_town(a.claim.place, b.claim.place)
    if is_zero(a.claim.quantity) or is_zero(b.claim.quantity):
        return abs(a.said_at - b.said_at) <= _ZERO_WINDOW and (is_firm or alike >= _ZERO_LOOSE)
    if a.claim.kind is not b.claim.kind and _gap(a, b) < _LEAST_GAP:
        return False
    if not is_firm:
        return alike >= _LOOSE
    gap = max((a.day_from - b.day_to).days, (b.day_from - a.day_to).days)
    return gap <= 0 or alike >= _NEXT_DAY


def _gap(a: Statement, b: Statement) -> float:
    low, high = _ordered(a, b)
    return high.low - low.high


def _ordered(a: Statement, b: Statement) -> tuple[Interval, Interval]:
    first, second = widen(a.claim.quantity), widen(b.claim.quantity)
    return (first, second) if first.low <= second.low else (second, first)


def _is_sum_beside_item(a: Statement, b: Statement, *, ratio: float) -> bool:
    low, high = _ordered(a, b)
    return high.low >= _SUM and high.low >= ratio * low.high > 0
