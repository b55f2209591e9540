"""``monitor status``, ``healthcheck``, ``channels`` and ``db``: how an operator looks after the monitor."""

import argparse

from monitor.cli import options
from monitor.cli.lines import instant
from monitor.health import check
from monitor.store import upgrade


def add_commands(commands: options.Commands) -> None:
    """Add the commands of this module."""
    parser = options.add_command(
        commands,
        "status",
        run_status,
        summary="show what is stored of every channel, and what is missing",
        example="monitor status --format jsonl",
    )
    options.add_format(parser)
    options.add_command(
        commands,
        "healthcheck",
        run_healthcheck,
        summary="say in one line whether the monitor is well; exit code 1 if not",
        example="monitor healthcheck",
    )
    channels = commands.add_parser(
        "channels", help="check channels.yaml", epilog="example: monitor channels check --channels channels.yaml"
    )
    verbs = channels.add_subparsers(title="commands", metavar="COMMAND", required=True)
    parser = options.add_command(
        verbs,
        "check",
        run_channels_check,
        summary="validate channels.yaml and list what it declares",
        example="monitor channels check --channels channels.yaml",
    )
    options.add_channels_file(parser)
    options.add_format(parser)
    database = commands.add_parser("db", help="look after the database", epilog="example: monitor db upgrade")
    verbs = database.add_subparsers(title="commands", metavar="COMMAND", required=True)
    options.add_command(
        verbs,
        "upgrade",
        run_db_upgrade,
        summary="create the tables, or bring them to this version's schema",
        example="monitor db upgrade",
    )


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
                "holes": channel.holes,
            }
            for channel in status.channels
        )
        return 0
    print(f"database: {status.database}, schema {status.schema_revision}")
    print(f"{'channel':24} {'posts':>7} {'texts':>7} {'gone':>5} {'holes':>5} {'seen':>9} {'verified':>9}  last post")
    for channel in status.channels:
        last = "-" if channel.last_post is None else f"{channel.last_post:%Y-%m-%d %H:%M}"
        print(
            f"{channel.key:24.24} {channel.posts:7} {channel.revisions:7} {channel.deleted:5} {channel.holes:5} "
            f"{channel.highest_seen or '-':>9} {channel.verified_to or '-':>9}  {last}"
        )
    print(
        f"in all: {status.posts} posts, {status.revisions} texts, {status.unread} not yet read, "
        f"{status.incidents} incidents, {status.findings} findings"
    )
    return 0


async def run_healthcheck(arguments: argparse.Namespace) -> int:  # noqa: ARG001 - every command takes its arguments
    """Print the health in one line."""
    health = await check(options.load_settings())
    print(health.line)
    return 0 if health.is_well else 1


def run_channels_check(arguments: argparse.Namespace) -> int:
    """Print what channels.yaml declares; a mistake in it is the error of reading it."""
    settings = options.load_settings()
    path = arguments.channels or settings.channels_file
    watch = options.load_watchlist(path)
    if arguments.format == "jsonl":
        options.print_lines(
            {
                "channel": channel.key,
                "name": channel.name,
                "alignment": channel.alignment,
                "family": channel.family,
                "language": channel.language,
                "tags": list(channel.tags),
            }
            for channel in watch.channels
        )
        return 0
    for channel in watch.channels:
        print(
            f"{channel.key:24} alignment {channel.alignment or '-':8} family {channel.family or '-':16} "
            f"language {channel.language or '-':3} {channel.name or ''}".rstrip()
        )
    print(f"{path}: {len(watch.channels)} channels, {len(watch.digests)} digests, {len(watch.alerts)} alerts: all well")
    return 0


async def run_db_upgrade(arguments: argparse.Namespace) -> int:  # noqa: ARG001 - every command takes its arguments
    """Bring the schema to head."""
    settings = options.load_settings()
    await upgrade(settings.database_url)
    async with await options.open_store(settings) as store:
        status = await store.status()
    print(f"database: {status.database}, schema {status.schema_revision}")
    return 0
