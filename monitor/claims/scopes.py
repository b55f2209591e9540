"""What span of days a figure sums up: an incident, a day, a period, a war (CODEBOOK 4.1)."""

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.claims.dates import DateMention
from monitor.claims.forms import Match
from monitor.claims.scan import Scan, has, sense_of
from monitor.claims.text import NUMBER
from monitor.model.claim import Claim, Kind, Polarity, Scope

_RANKS = (Scope.INCIDENT, Scope.DAILY, Scope.PERIOD, Scope.WAR_TOTAL)
_NAMES = frozenset(Scope)
_MORTAL = frozenset({Kind.KILLED, Kind.CASUALTIES})
_RUNNING = 100  # persons or items from which "so far" sums up more than one incident
_MASS = 1000  # dead that no single incident takes without anybody naming the day
_FEWEST_DAYS = 3  # of a range that is a period
_MONTH = (28, 31)
SCOPE_REACH = 3  # sentences for which "since ..." holds for a total


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeMention:
    """Words over tokens ``first`` to ``last`` (half-open) that say what the figures beside them sum up."""

    first: int
    last: int
    scope: Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Scopes:
    """What one sentence says of the span of its figures.

    ``running`` are words such as "so far", which sum up where the figure is large; ``total`` holds where the sentence calls
    a figure a total; ``kept`` is what a sentence before said of the totals that follow. ``is_dated`` holds where a day is
    named.
    """

    named: Sequence[ScopeMention] = ()
    running: Sequence[Match] = ()
    total: bool = False
    is_dated: bool = False
    kept: ScopeMention | None = None


def find_scopes(
    scan: Scan, dates: Sequence[DateMention], first: int, last: int, *, kept: ScopeMention | None = None
) -> Scopes:
    """Return what tokens ``first`` to ``last`` say of the span of their figures."""
    named, running = [], []
    total = is_dated = False
    for match in scan.within(first, last, "scope"):
        for sense in match.senses:
            if sense.category != "scope":
                continue
            if sense.value in _NAMES and not _is_place(scan, match):
                named.append(ScopeMention(first=match.first, last=match.last, scope=Scope(sense.value)))
            elif sense.value == "running":
                running.append(match)
            elif sense.value == "total":
                total = True
            elif sense.value == "spans" and _is_span(scan, match):
                named.append(ScopeMention(first=match.first - 1, last=match.last, scope=Scope.PERIOD))
    single = [one for one in named if one.scope is Scope.INCIDENT]
    for date in dates:
        # "for the first time since the start of the war" sums nothing up
        if first <= date.first < last and not any(one.first <= date.first <= one.last for one in single):
            scope = date.scope or (Scope.PERIOD if date.is_since or _is_range(date) else None)
            if scope is not None:
                named.append(ScopeMention(first=date.first, last=date.last, scope=scope))
            is_dated = is_dated or scope is None
    named.sort(key=lambda one: (one.first, _RANKS.index(one.scope)))
    return Scopes(named=named, running=running, total=total, is_dated=is_dated, kept=kept)


def scope_of(
    scopes: Scopes, claim: Claim, at_first: int, at_last: int, *, is_toll: bool
) -> tuple[Scope, tuple[int, int] | None]:
    """Return the span of the figure at tokens ``at_first`` to ``at_last`` and the tokens that say so.

    Said by the nearest words, the wider of two as near; else by what a sentence before said of totals; else by "so far" or
    by its mere size: no single incident takes thousands without anybody naming the day.
    """

    def distance(one: ScopeMention) -> tuple[int, int]:
        return max(at_first - one.last, one.first - at_last, 0), -_RANKS.index(one.scope)

    low = claim.quantity.low or claim.quantity.high or 0
    if low == 0:
        return Scope.INCIDENT, None  # none is none, so far or not
    nearest = min(scopes.named, key=distance, default=None)
    if nearest is not None:
        return nearest.scope, (nearest.first, nearest.last)
    if scopes.kept is not None and (scopes.total or is_toll):
        return scopes.kept.scope, None
    if scopes.is_dated or claim.polarity is Polarity.HYPOTHETICAL:
        return Scope.INCIDENT, None
    if scopes.running and low >= _RUNNING:
        return Scope.PERIOD, (scopes.running[0].first, scopes.running[0].last)
    if low >= _MASS and claim.kind in _MORTAL:
        return Scope.PERIOD, None
    return Scope.INCIDENT, None


def kept_scope(scopes: Scopes) -> ScopeMention | None:
    """Return what the sentence says of the totals in the sentences after it."""
    return next((one for one in scopes.named if one.scope in {Scope.PERIOD, Scope.WAR_TOTAL}), None)


def _is_range(date: DateMention) -> bool:
    """Tell whether the days are a range, "from 3 to 19 May"; a month's name alone only dates an occurrence."""
    if date.from_day is None or date.to_day is None:
        return False
    days = (date.to_day - date.from_day).days + 1
    return _FEWEST_DAYS <= days < _MONTH[0] or days > _MONTH[1]


def _is_place(scan: Scan, match: Match) -> bool:
    """Tell whether the word for "since" is a "from" here, of a country: "launched from Iran"."""
    return match.last == match.first + 1 and sense_of(scan.starting.get(match.last), "side") is not None


def _is_span(scan: Scan, match: Match) -> bool:
    """Tell whether a number and a word for "over" stand before the unit of time: "in nine years"."""
    index = match.first - 1
    if index < 1 or not (scan.tokens[index].kind == NUMBER or scan.word(index) in scan.lexicon.numbers):
        return False
    return has(scan.stance_endings.get(index), "scope", "over")


__all__ = ["SCOPE_REACH", "ScopeMention", "Scopes", "find_scopes", "kept_scope", "scope_of"]
