"""Options and look-ups that several commands share."""

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any, Protocol

from monitor.config import Settings, Watchlist, load_settings, load_watchlist
from monitor.errors import UsageError
from monitor.store import Store


class Commands(Protocol):
    """What ``argparse`` gives to add a command to."""

    def add_parser(self, name: str, **options: Any) -> argparse.ArgumentParser:  # noqa: ANN401 - argparse's own signature
        """Add a command."""


def add_command(
    commands: Commands, name: str, run: Callable[[argparse.Namespace], object], *, summary: str, example: str
) -> argparse.ArgumentParser:
    """Add one command with its help, its example and the function that runs it."""
    parser = commands.add_parser(
        name,
        help=summary,
        description=summary[0].upper() + summary[1:] + ".",
        epilog=f"example: {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=run)
    return parser


def add_format(parser: argparse.ArgumentParser) -> None:
    """Add ``--format text|jsonl``."""
    parser.add_argument(
        "--format", choices=("text", "jsonl"), default="text", help="for people, or one JSON object a line"
    )


def add_period(parser: argparse.ArgumentParser) -> None:
    """Add ``--since`` and ``--until``."""
    parser.add_argument("--since", metavar="T", help="from this day or instant on (2026-04-08 or 2026-04-08T06:00Z)")
    parser.add_argument("--until", metavar="T", help="up to, not including, this day or instant")


def add_channels_file(parser: argparse.ArgumentParser) -> None:
    """Add ``--channels FILE``."""
    parser.add_argument("--channels", metavar="FILE", type=Path, help="a channels.yaml (default: MONITOR_CHANNELS)")


def parse_instant(text: str | None, option: str, *, zone: tzinfo = UTC) -> datetime | None:
    """Read a day or an instant; one without an offset is taken in ``zone``.

    Raises:
        UsageError: It is neither.
    """
    if text is None:
        return None
    try:
        value = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(
            f"{option} {text}: not a day or an instant; want 2026-04-08 or 2026-04-08T06:00+00:00"
        ) from error
    return (value if value.tzinfo is not None else value.replace(tzinfo=zone)).astimezone(UTC)


def period(arguments: argparse.Namespace, *, zone: tzinfo = UTC) -> tuple[datetime | None, datetime | None]:
    """Return ``--since`` and ``--until`` as instants, in order."""
    since = parse_instant(arguments.since, "--since", zone=zone)
    until = parse_instant(arguments.until, "--until", zone=zone)
    if since is not None and until is not None and since >= until:
        raise UsageError(f"--since {arguments.since} is not before --until {arguments.until}")
    return since, until


def watchlist(arguments: argparse.Namespace, settings: Settings) -> Watchlist:
    """Read the channels.yaml named, or the default one if it exists; without one nothing is declared."""
    named: Path | None = getattr(arguments, "channels", None)
    path = named if named is not None else settings.channels_file
    if named is None and not settings.channels_file_given and not path.exists():
        return Watchlist()
    return load_watchlist(path)


async def open_store(settings: Settings, *, create: bool = False) -> Store:
    """Open the database of the settings; with ``create`` an empty embedded one is given its tables first."""
    return await Store.open(settings.database_url, create=create)


def print_lines(lines: Iterable[Mapping[str, Any]]) -> None:
    """Print each line as one JSON object."""
    for line in lines:
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")


def complain(message: str) -> None:
    """Print one line for a person on stderr."""
    print(f"monitor: {message}", file=sys.stderr)


__all__ = [
    "Commands",
    "add_channels_file",
    "add_command",
    "add_format",
    "add_period",
    "complain",
    "load_settings",
    "open_store",
    "parse_instant",
    "period",
    "print_lines",
    "watchlist",
]
