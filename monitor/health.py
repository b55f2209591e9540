"""Whether the monitor is well: the database answers, its schema fits, and a daemon that once ran is still at work.

Posts are no sign of life: a quiet night is no illness, and one busy channel would hide that the rest went deaf.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.config import Watchlist
from monitor.store import AccountStatus, Store

_MISSED_ROUNDS = 3  # rounds of reading history that may be missed before that is an illness
_SHORTEST = timedelta(minutes=15)
_WITHOUT_A_WRITE = timedelta(minutes=3)  # the daemon writes every half minute
BOT = "@bot"  # the name of the bot among the accounts, which none of channels.yaml can have
_DISCONNECTED = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """The state in one line."""

    is_well: bool
    line: str


async def check(
    database_url: str, *, watch: Watchlist, now: datetime, accounts: Sequence[str] = (), has_bot: bool = False
) -> Health:
    """Look at the database: at how long ago a daemon wrote to it, at its accounts, and at when history was last read.

    Args:
        database_url: Where the database is.
        watch: What channels.yaml declares; accounts and channels that it does not name are nobody's concern any more.
        now: The present instant.
        accounts: Only these of the accounts, and their channels; by default all.
        has_bot: Whether a bot is to be there, too.

    Raises:
        StoreError: The database cannot be reached.
        SchemaError: Its schema is not at head.
    """
    names = [plan.name for plan in watch.accounts if not accounts or plan.name in accounts]
    keys = [followed.key for name in names for followed in watch.followed_by(name)]
    async with await Store.open(database_url) as store:
        held = [one for one in await store.accounts() if one.name in names or (has_bot and one.name == BOT)]
        verified_at = await store.last_verified(keys if watch.entries else None)
    illnesses = [line for account in held for line in _illnesses(account, now=now)]
    if verified_at is None:
        read = "no channel was read yet" if held else "no daemon has followed channels in it yet"
    else:
        age = max(timedelta(0), now - verified_at)
        longest = _longest_without_a_reading(watch)
        read = f"channels were last read {_minutes(age)} ago"
        if age > longest:
            illnesses.append(f"{read}, more than {_minutes(longest)}; see `monitor status` and the daemon's log")
    if illnesses:
        return Health(is_well=False, line="; ".join(illnesses))
    return Health(is_well=True, line=f"the database answers; {read}")


def _illnesses(account: AccountStatus, *, now: datetime) -> Iterator[str]:
    if account.state == "lost":
        yield f"account {account.name} is logged out of Telegram: {account.reason}"
        return
    if now - account.beat_at > _WITHOUT_A_WRITE:
        yield f"the daemon of account {account.name} has not written for {_minutes(now - account.beat_at)}"
    elif account.state != "up" and now - account.since > _DISCONNECTED:
        yield f"account {account.name} has not been connected for {_minutes(now - account.since)}: {account.reason}"


def _longest_without_a_reading(watch: Watchlist) -> timedelta:
    rounds = [watch.following_of(entry).reconcile_every for entry in watch.entries if entry.enabled]
    return max(_SHORTEST, _MISSED_ROUNDS * max(rounds, default=watch.following.reconcile_every))


def _minutes(span: timedelta) -> str:
    return f"{span // timedelta(minutes=1)} min"
