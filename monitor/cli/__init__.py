"""The command line: parse, call, print."""

import argparse
import asyncio
import contextlib
import os
import sys
from collections.abc import Awaitable, Sequence
from typing import cast

from monitor import __version__
from monitor.cli import demo, operate, records, reading, reports
from monitor.errors import MonitorError

_INTERRUPTED = 130  # 128 + SIGINT, what a shell expects


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 the work failed, 2 bad usage or configuration."""
    arguments = command_line().parse_args(argv)
    try:
        outcome = arguments.run(arguments)
        if asyncio.iscoroutine(outcome):
            outcome = asyncio.run(outcome)
        sys.stdout.flush()
        return cast("int", outcome)
    except MonitorError as error:
        print(f"monitor: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("monitor: interrupted; what was done is kept, run the command again to go on", file=sys.stderr)
        return _INTERRUPTED
    except BrokenPipeError:
        # The reader of a pipe went away (`monitor posts | head`). Python would complain once more at exit.
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def command_line() -> argparse.ArgumentParser:
    """Return the parser of every command."""
    parser = argparse.ArgumentParser(
        prog="monitor",
        description="Follow military-blogger channels on Telegram and say which of them contradict each other.",
        epilog="example: monitor demo",
    )
    parser.add_argument("--version", action="version", version=f"monitor {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for group in (demo, records, reading, reports, operate):
        group.add_commands(commands)
    return parser


Run = Awaitable[int] | int
