"""Whether the monitor is well: the database answers, its schema fits, and a daemon that once ran is still at work."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.config import Watchlist
from monitor.store import Store

_MISSED_ROUNDS = 3  # rounds of reading history that may be missed before that is an illness
_SHORTEST = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """The state in one line."""

    is_well: bool
    line: str


async def check(database_url: str, *, watch: Watchlist, now: datetime) -> Health:
    """Look at the database and at how long ago any channel's history was read.

    Posts are no sign of life: a quiet night is no illness, and one busy channel would hide that the rest went deaf.

    Raises:
        StoreError: The database cannot be reached.
        SchemaError: Its schema is not at head.
    """
    async with await Store.open(database_url) as store:
        status = await store.status()
    verified_at = max((at for channel in status.channels if (at := channel.verified_at) is not None), default=None)
    if verified_at is None:
        return Health(is_well=True, line="the database answers; no daemon has followed channels in it yet")
    rounds = [watch.following_of(entry).reconcile_every for entry in watch.entries if entry.enabled]
    longest = max(_SHORTEST, _MISSED_ROUNDS * max(rounds, default=watch.following.reconcile_every))
    age = max(timedelta(0), now - verified_at)
    read = f"channels were last read {_minutes(age)} ago"
    if age > longest:
        return Health(
            is_well=False, line=f"{read}, more than {_minutes(longest)}; see `monitor status` and the daemon's log"
        )
    return Health(is_well=True, line=f"the database answers; {read}")


def _minutes(span: timedelta) -> str:
    return f"{span // timedelta(minutes=1)} min"
