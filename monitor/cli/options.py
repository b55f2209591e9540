"""What several commands share: settings, the watchlist, the store, instants, and how things are printed."""

import argparse
import json
import re
import sys
import time
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any

from monitor.config import Settings, Watchlist, load_lexicons_folder, load_settings, load_watchlist
from monitor.errors import ConfigurationError, UsageError

if TYPE_CHECKING:
    from monitor.claims import Reader
    from monitor.store import Store

# A post may hold what moves a terminal's cursor or hides what it prints.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def channels_file(arguments: argparse.Namespace, settings: Settings) -> Path:
    """Return the channels.yaml named by the command, else by the environment, else the one in this folder."""
    named: Path | None = arguments.channels
    return settings.channels_file if named is None else named


def watchlist(arguments: argparse.Namespace, settings: Settings) -> Watchlist:
    """Read the channels.yaml named, or the one in this folder if there is one; without one nothing is declared."""
    path = channels_file(arguments, settings)
    if arguments.channels is None and not settings.channels_file_given and not path.exists():
        return Watchlist()
    return load_watchlist(path)


async def open_store(settings: Settings, *, create: bool = False) -> "Store":
    """Open the database of the settings; with ``create`` an empty embedded one is given its tables first."""
    from monitor.store import Store  # noqa: PLC0415 - it takes 0.4 s, which commands without a database need not pay

    return await Store.open(settings.database_url, create=create)


def load_reader() -> "Reader":
    """Load the lexicons that are in force: the shipped ones, but for those that the environment's folder replaces."""
    from monitor.claims import Reader  # noqa: PLC0415 - it takes 0.2 s, which commands that read nothing need not pay

    return Reader.load(load_lexicons_folder())


def parse_instant(text: str | None, option: str, *, zone: tzinfo = UTC) -> datetime | None:
    """Read a day or an instant; one without an offset is taken in ``zone``.

    Raises:
        UsageError: It is neither.
    """
    if text is None:
        return None
    try:
        value = datetime.fromisoformat(text)
        return (value if value.tzinfo is not None else value.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        wanted = "want 2026-04-08 or 2026-04-08T06:00+00:00"
        raise UsageError(f"{option} {text}: not a day or an instant; {wanted}") from error


def period(arguments: argparse.Namespace, *, zone: tzinfo = UTC) -> tuple[datetime | None, datetime | None]:
    """Return ``--since`` and ``--until`` as instants, in order."""
    since = parse_instant(arguments.since, "--since", zone=zone)
    until = parse_instant(arguments.until, "--until", zone=zone)
    if since is not None and until is not None and since >= until:
        raise UsageError(f"--since {arguments.since} is not before --until {arguments.until}")
    return since, until


def now() -> datetime:
    """Return the present instant: the command line is where it enters."""
    return datetime.fromtimestamp(time.time(), tz=UTC)


def say(text: str) -> None:
    """Print text for a person; what would command the terminal is taken out of it."""
    sys.stdout.write(_UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text) + "\n")


def print_lines(lines: Iterable[Mapping[str, Any]]) -> None:
    """Print each line as one JSON object."""
    for line in lines:
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")


def complain(message: str) -> None:
    """Print one line for a person on stderr."""
    sys.stderr.write(f"monitor: {_UNPRINTABLE.sub(' ', ' '.join(message.split()))}\n")


def log_crash(error: Exception, *, number: str) -> None:
    """Log where the program itself went wrong, for those who set LOG_LEVEL=DEBUG."""
    import structlog  # noqa: PLC0415 - only a crash needs it

    from monitor import logs  # noqa: PLC0415

    try:
        settings = load_settings()
    except ConfigurationError:
        settings = Settings()
    logs.configure(level=settings.log_level, secrets=settings.secrets)
    structlog.get_logger().debug("command.crashed", number=number, exc_info=error)


__all__ = [
    "channels_file",
    "complain",
    "load_reader",
    "load_settings",
    "load_watchlist",
    "log_crash",
    "now",
    "open_store",
    "parse_instant",
    "period",
    "print_lines",
    "say",
    "watchlist",
]
