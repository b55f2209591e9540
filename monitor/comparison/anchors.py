"""Tell whether two statements of one incident surely answer the same question, before they are held against each other.

Grouping may be generous: a post in the wrong incident is a blemish. A contradiction between two different occurrences
is a foolish alarm, so more is asked of a pair that disagrees.
"""

from datetime import timedelta

from monitor.comparison.intervals import Interval, is_zero, widen
from monitor.comparison.places import PlaceMatch, is_one_town, match_places
from monitor.comparison.sides import is_military
from monitor.comparison.statements import Statement
from monitor.model.claim import Kind, Polarity, Scope, TimeBasis
from monitor.model.quantity import Bound

_LOOSE = 0.25  # likeness of words that stands in for a common town: of posts of a day and side, one in three on one
# occurrence are as alike, one in eleven on two (378 pairs of labelled posts of April 2026)
_NEXT_DAY = 0.35  # likeness of words that stands in for a common day
_ZERO_LOOSE = 0.4  # the same for "no losses", which every strike has somewhere
_LEAST_GAP = 5  # "two victims" beside three dead is a loose word, not a count of all who were hurt
_ZERO_WINDOW = timedelta(hours=24)  # "no losses" speaks of what was known then
_RETOLD = 0.5  # likeness of words by which a single loss that is denied is known again: "one aircraft" is told of many
_NAMED = 5  # a figure from here on, denied as it was given, is known by itself
_SUM = 300  # persons: a figure so large, and so many times another, sums up more than the other does
_SUM_RATIO = 10
_CIVILIAN_SUM = 50  # a day's dead of a country stand beside one house's; armies deny more of their losses than that
_CIVILIAN_RATIO = 5
_TOTALS_RATIO = 50
_GREAT = 1000  # persons: a toll of an episode that needs no dates to be known
_MANY = 3  # beside so many, one of them is told apart as a rule
_LEAST_WHOLE = 10  # "victims" fewer than these are somebody told apart, not all who were hurt


def is_anchored(a: Statement, b: Statement, *, alike: float) -> bool:
    """Tell whether place, day and words tie two statements to one occurrence.

    Args:
        a: One statement.
        b: The other.
        alike: How alike the words of their posts are, 0 to 1.
    """
    if a.ref == b.ref and a.revision == b.revision:
        return False  # what one post says twice is a part, a gist or another thing
    if a.scope is not Scope.INCIDENT or b.scope is not Scope.INCIDENT:
        return _is_one_total(a, b, alike=alike)
    if _is_sum_beside_item(a, b):
        return False
    if a.claim.polarity is not b.claim.polarity:
        return _is_one_denied(a, b, alike=alike)
    is_firm = is_one_town(a.claim.place, b.claim.place)
    days = _days_apart(a, b)
    if is_zero(a.claim.quantity) or is_zero(b.claim.quantity):
        is_then = days <= 0 and abs(a.said_at - b.said_at) <= _ZERO_WINDOW
        return is_then and (is_firm or alike >= _ZERO_LOOSE)
    if a.claim.kind is not b.claim.kind and (_gap(a, b) < _LEAST_GAP or _is_loose_whole(a, b)):
        return False
    if _is_loose_part(a, b):
        return False
    return alike >= (0.0 if is_firm else _LOOSE) + (0.0 if days <= 0 else _NEXT_DAY)


def _days_apart(a: Statement, b: Statement) -> int:
    """Return the days between what two texts say; one that names no day speaks of the day it was posted."""
    first, second = (
        (one.day_from, one.day_to) if one.is_dated else (one.said_at.date(), one.said_at.date()) for one in (a, b)
    )
    return max((first[0] - second[1]).days, (second[0] - first[1]).days)


def _is_one_total(a: Statement, b: Statement, *, alike: float) -> bool:
    """Tell whether two totals sum up one span: of a period without a beginning, only the words or the size can tell."""
    low, high = _ordered(a, b)
    if high.low >= _SUM and high.low >= _TOTALS_RATIO * low.high > 0:
        return False
    if _is_counted_elsewhere(a, b) or _is_vaguely_denied(a, b):
        return False
    is_open = any(
        one.scope is Scope.PERIOD and (one.claim.period_start is None or one.claim.time_basis is TimeBasis.RELATIVE)
        for one in (a, b)
    )
    return not is_open or alike >= _LOOSE or low.low >= _GREAT


def _is_counted_elsewhere(a: Statement, b: Statement) -> bool:
    """Tell whether two totals of hardware were counted in two countries: each counts what fell to it."""
    return a.claim.kind is Kind.EQUIPMENT and match_places(a.claim.place, b.claim.place) is PlaceMatch.APART


def _is_vaguely_denied(a: Statement, b: Statement) -> bool:
    return any(
        one.claim.polarity is not Polarity.ASSERTED and one.claim.quantity.bound is Bound.VAGUE for one in (a, b)
    )


def _is_one_denied(a: Statement, b: Statement, *, alike: float) -> bool:
    """Tell whether one statement denies or doubts what the other says, and not a like thing elsewhere."""
    if a.is_part or b.is_part:
        return alike >= _RETOLD
    denied, asserted = (a, b) if b.claim.polarity is Polarity.ASSERTED else (b, a)
    figure = denied.claim.quantity
    if _is_vaguely_denied(a, b):
        return False
    if asserted.claim.quantity.bound is Bound.AT_LEAST and figure != asserted.claim.quantity:
        return False  # "at least 20" says nothing of the 84 that somebody denies
    is_named = figure == asserted.claim.quantity and (figure.low or 0) >= _NAMED
    return is_named or alike >= _LOOSE


def _gap(a: Statement, b: Statement) -> float:
    low, high = _ordered(a, b)
    return high.low - low.high


def _ordered(a: Statement, b: Statement) -> tuple[Interval, Interval]:
    first, second = widen(a.claim.quantity), widen(b.claim.quantity)
    return (first, second) if first.low <= second.low else (second, first)


def _is_loose_whole(a: Statement, b: Statement) -> bool:
    """Tell whether the whole of a part and its whole is a handful, or no number at all."""
    whole = (a if a.claim.kind is Kind.CASUALTIES else b).claim.quantity
    return whole.bound is Bound.VAGUE or (whole.low or 0) < _LEAST_WHOLE


def _is_loose_part(a: Statement, b: Statement) -> bool:
    """Tell whether the lower figure is no count of all: "dozens", or one who is told of among many."""
    lower, higher = sorted((a, b), key=lambda one: widen(one.claim.quantity).low)
    if lower.claim.quantity.bound is Bound.VAGUE:
        return True
    is_one = lower.claim.quantity.high == 1 and widen(higher.claim.quantity).low >= _MANY
    return is_one and (lower.claim.kind is Kind.WOUNDED or not is_military(lower.claim.side or ""))


def _is_sum_beside_item(a: Statement, b: Statement) -> bool:
    low, high = _ordered(a, b)
    is_armed = all(is_military(one.claim.side or "") for one in (a, b))
    least, ratio = (_SUM, _SUM_RATIO) if is_armed else (_CIVILIAN_SUM, _CIVILIAN_RATIO)
    return high.low >= least and high.low >= ratio * low.high > 0
