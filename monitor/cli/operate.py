"""``monitor status``, ``healthcheck`` and ``db``: how an operator looks after the monitor."""

import argparse

from monitor.cli import options
from monitor.cli.lines import instant
from monitor.errors import MonitorError
from monitor.health import Health, check
from monitor.store import upgrade


async def run_status(arguments: argparse.Namespace) -> int:
    """Print one line a channel and the totals."""
    async with await options.open_store(options.load_settings()) as store:
        status = await store.status()
    if arguments.format == "jsonl":
        options.print_lines(
            {
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
                "state": channel.state,
                "state_reason": channel.state_reason,
            }
            for channel in status.channels
        )
        return 0
    options.say(f"database: {status.database}, schema {status.schema_revision}")
    options.say(
        f"{'channel':24} {'posts':>7} {'texts':>7} {'gone':>5} {'holes':>5} {'seen':>9} {'verified':>9}  last post"
    )
    for channel in status.channels:
        last = "-" if channel.last_post is None else f"{channel.last_post:%Y-%m-%d %H:%M}"
        options.say(
            f"{channel.key:24.24} {channel.posts:7} {channel.revisions:7} {channel.deleted:5} {channel.holes:5} "
            f"{channel.highest_seen or '-':>9} {channel.verified_to or '-':>9}  {last}"
        )
        if channel.state != "ok":
            options.say(f"    {channel.state}: {channel.state_reason or 'no reason told'}")
    options.say(
        f"in all: {status.posts} posts, {status.revisions} texts, {status.unread} not yet read, "
        f"{status.unreadable} unreadable, {status.incidents} incidents, {status.findings} findings"
    )
    return 0


async def run_healthcheck(arguments: argparse.Namespace) -> int:
    """Print the health in one line; whatever is wrong, the exit code is 1."""
    try:
        settings = options.load_settings()
        watch = options.watchlist(arguments, settings)
        health = await check(settings.database_url, watch=watch, now=options.now())
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
