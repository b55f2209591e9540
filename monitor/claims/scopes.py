"""What span of days a figure sums up: an incident, a day, a period, a war (CODEBOOK 4.1)."""

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.claims.dates import DateMention
from monitor.claims.forms import Match
from monitor.claims.scan import Scan, sense_of
from monitor.model.claim import Scope

_RANKS = (Scope.INCIDENT, Scope.DAILY, Scope.PERIOD, Scope.WAR_TOTAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeMention:
    """Words over tokens ``first`` to ``last`` (half-open) that say what the figures beside them sum up."""

    first: int
    last: int
    scope: Scope


def find_scopes(scan: Scan, dates: Sequence[DateMention], first: int, last: int) -> list[ScopeMention]:
    """Return the scopes that tokens ``first`` to ``last`` name, in text order."""
    found = [
        ScopeMention(first=match.first, last=match.last, scope=Scope(sense.value))
        for match in scan.within(first, last, "scope")
        for sense in match.senses
        if sense.category == "scope" and not _is_place(scan, match)
    ]
    for date in dates:
        scope = date.scope or (Scope.PERIOD if date.is_since else None)
        if scope is not None and first <= date.first < last:
            found.append(ScopeMention(first=date.first, last=date.last, scope=scope))
    return sorted(found, key=lambda one: (one.first, _RANKS.index(one.scope)))


def _is_place(scan: Scan, match: Match) -> bool:
    """Tell whether the word for "since" is a "from" here, of a country: "launched from Iran"."""
    return match.last == match.first + 1 and sense_of(scan.starting.get(match.last), "side") is not None


def nearest_scope(scopes: Sequence[ScopeMention], at_first: int, at_last: int) -> ScopeMention | None:
    """Return the scope nearest to the figure at tokens ``at_first`` to ``at_last``, the wider of two as near."""

    def distance(one: ScopeMention) -> tuple[int, int]:
        return max(at_first - one.last, one.first - at_last, 0), -_RANKS.index(one.scope)

    return min(scopes, key=distance, default=None)
