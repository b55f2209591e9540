"""``monitor status``, ``backfill``, ``healthcheck`` and ``db``: how an operator looks after the monitor."""

import argparse
import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from monitor.cli import options
from monitor.cli.lines import instant
from monitor.errors import MonitorError, UsageError
from monitor.health import Health, check
from monitor.model.post import bare_id
from monitor.model.rhythm import LOOKED_BACK, silent_for
from monitor.store import ChannelStatus, upgrade


async def run_status(arguments: argparse.Namespace) -> int:
    """Print one line a channel, what is the matter with it, and the totals."""
    now = options.now()
    async with await options.open_store(options.load_settings()) as store:
        status = await store.status()
        accounts = await store.accounts()
        backfills = await store.open_backfills()
        dates = await store.post_dates(now - LOOKED_BACK)
    silent = {key: span for key, posted in dates.items() if (span := silent_for(posted, now=now)) is not None}
    if arguments.format == "jsonl":
        options.print_lines(_line(channel, silent=silent.get(channel.key)) for channel in status.channels)
        return 0
    options.say(f"database: {status.database}, schema {status.schema_revision}")
    for account in accounts:
        why = "" if account.reason is None else f": {account.reason}"
        options.say(f"account {account.name}: {account.state} since {account.since:%Y-%m-%d %H:%M} UTC{why}")
    options.say(
        f"{'channel':24} {'posts':>7} {'texts':>7} {'gone':>5} {'holes':>5} {'seen':>9} {'verified':>9} {'lag':>6} "
        f"{'last read':16} last post"
    )
    for channel in status.channels:
        for line in _lines(channel, silent=silent.get(channel.key)):
            options.say(line)
    for asked in backfills:
        options.say(f"backfill {asked.id}: {asked.channel} from {asked.since:%Y-%m-%d %H:%M} UTC on, {asked.state}")
    options.say(
        f"in all: {status.posts} posts, {status.revisions} texts, {status.unread} not yet read, "
        f"{status.unreadable} unreadable, {status.incidents} incidents, {status.findings} findings"
    )
    return 0


def _line(channel: ChannelStatus, *, silent: timedelta | None) -> dict[str, object]:
    return {
        "channel": channel.key,
        "posts": channel.posts,
        "revisions": channel.revisions,
        "deleted": channel.deleted,
        "first_post": instant(channel.first_post),
        "last_post": instant(channel.last_post),
        "highest_seen": channel.highest_seen,
        "verified_to": channel.verified_to,
        "verified_at": instant(channel.verified_at),
        "holes": channel.holes,
        "lag_s": None if channel.lag is None else channel.lag.total_seconds(),
        "state": channel.state,
        "state_reason": channel.state_reason,
        "state_since": instant(channel.state_since),
        "silent_s": None if silent is None else silent.total_seconds(),
    }


def _lines(channel: ChannelStatus, *, silent: timedelta | None) -> Iterator[str]:
    yield (
        f"{channel.key:24.24} {channel.posts:7} {channel.revisions:7} {channel.deleted:5} {channel.holes:5} "
        f"{channel.highest_seen or '-':>9} {channel.verified_to or '-':>9} {_span(channel.lag):>6} "
        f"{_minute(channel.verified_at):16} {_minute(channel.last_post)}"
    )
    if channel.state != "ok":
        since = "" if channel.state_since is None else f" since {_minute(channel.state_since)} UTC"
        yield f"    {channel.state}{since}: {channel.state_reason or 'no reason told'}"
    if silent is not None:
        yield f"    silent for {_span(silent)}, unlike its own rhythm"


def _minute(at: datetime | None) -> str:
    return "-" if at is None else f"{at:%Y-%m-%d %H:%M}"


def _span(span: timedelta | None) -> str:
    """Write a span in its largest unit.

    >>> _span(timedelta(seconds=90)), _span(timedelta(hours=49)), _span(None)
    ('1m', '2d', '-')
    """
    if span is None:
        return "-"
    seconds = int(span.total_seconds())
    for unit, size in (("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds >= size:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


async def run_backfill(arguments: argparse.Namespace) -> int:
    """Ask the running daemon for older posts of a channel."""
    settings = options.load_settings()
    watch = options.watchlist(arguments, settings)
    since = options.parse_instant(arguments.since, "--since")
    wanted = _key(arguments.channel)
    entry = next((one for one in watch.entries if one.key.casefold() == wanted.casefold()), None)
    if since is None or since >= options.now():
        raise UsageError(f"--since {arguments.since} is not in the past")
    if watch.entries and (entry is None or not entry.enabled):
        raise UsageError(f"{arguments.channel} is not followed; declare it in channels.yaml, then ask again")
    async with await options.open_store(settings) as store:
        number = await store.ask_backfill(wanted if entry is None else entry.key, since=since, at=options.now())
    options.say(f"backfill {number}: asked for; the running daemon reads it, `monitor status` shows how far it is")
    return 0


def _key(channel: str) -> str:
    """Return the key of a channel that a person names by its handle, link or number."""
    name = re.sub(r"^(https?://)?(t\.me|telegram\.me)/(s/|c/)?", "", channel).strip("/@").partition("/")[0]
    return str(bare_id(int(name))) if re.fullmatch(r"-?\d+", name) else name


async def run_healthcheck(arguments: argparse.Namespace) -> int:
    """Print the health in one line; whatever is wrong, the exit code is 1."""
    try:
        settings = options.load_settings()
        watch = options.watchlist(arguments, settings)
        for name in arguments.account:
            if name not in {plan.name for plan in watch.accounts}:
                raise UsageError(f"account {name} is not declared in channels.yaml")
        health = await check(
            settings.database_url,
            watch=watch,
            now=options.now(),
            accounts=arguments.account,
            has_bot=settings.telegram_bot_token is not None,
        )
    except MonitorError as error:
        health = Health(is_well=False, line=str(error))
    options.say(f"{'well' if health.is_well else 'not well'}: {health.line}")
    return 0 if health.is_well else 1


async def run_db_upgrade(_arguments: argparse.Namespace) -> int:
    """Bring the schema to head."""
    settings = options.load_settings()
    await upgrade(settings.database_url)
    async with await options.open_store(settings) as store:
        status = await store.status()
    options.say(f"database: {status.database}, schema {status.schema_revision}")
    return 0
