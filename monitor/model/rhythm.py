"""How often a channel posts, and whether it has stopped."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import pairwise
from statistics import median

LOOKED_BACK = timedelta(days=14)  # over which a channel's rhythm is taken
_FEWEST_DAYS = 5  # with posts, before a channel has a rhythm
_TIMES = 2  # as long as usual, and a silence is one
SHORTEST = timedelta(hours=3)  # under it no silence is news


def usual_silence(dates: Iterable[datetime]) -> timedelta | None:
    """Return how long the channel is silent on an ordinary day at the longest, ``None`` if it posts too seldom to say.

    It is the median over the days of the longest gap that ended on them, so that neither a quiet night nor one day of
    silence counts as more than it is.

    Args:
        dates: When it posted in the last ``LOOKED_BACK``, in any order.
    """
    longest: dict[date, timedelta] = defaultdict(timedelta)
    for before, after in pairwise(sorted(dates)):
        day = after.date()
        longest[day] = max(longest[day], after - before)
    if len(longest) < _FEWEST_DAYS:
        return None
    return timedelta(seconds=median(gap.total_seconds() for gap in longest.values()))


def silent_for(dates: Iterable[datetime], *, now: datetime) -> timedelta | None:
    """Return since how long the channel has been silent against its own rhythm, ``None`` if it is not."""
    posted = [at for at in dates if now - LOOKED_BACK <= at <= now]
    usual = usual_silence(posted)
    if usual is None:
        return None
    silence = now - max(posted)
    return silence if silence > max(_TIMES * usual, SHORTEST) else None
