"""The command line: parse, call, print."""

import asyncio
import contextlib
import hashlib
import importlib
import io
import os
import signal
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

from monitor.cli.grammar import command_line
from monitor.errors import MonitorError

_FAILED = 1
_INTERRUPTED = 130  # 128 + SIGINT, what a shell expects


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 the work failed, 2 bad usage or configuration."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # Contract lines are UTF-8 on any machine; half a surrogate pair becomes the escape that JSON has for it.
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    # A container's first process that handles no SIGTERM ignores it; here it stops the work as Ctrl-C does.
    signal.signal(signal.SIGTERM, lambda _number, _frame: signal.raise_signal(signal.SIGINT))
    try:
        arguments = command_line().parse_args(argv)
        code = _run(str(arguments.run), arguments)
        sys.stdout.flush()
    except MonitorError as error:
        return _complain(str(error), code=error.exit_code)
    except KeyboardInterrupt:
        return _complain("interrupted; what was done is kept, run the command again to go on", code=_INTERRUPTED)
    except BrokenPipeError:
        # The reader of a pipe went away (`monitor posts | head`). Python would complain once more at exit.
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001 - the last place: a person gets a line, the log the rest
        return _complain(_unexpected(error), code=_FAILED)
    return code


def _run(place: str, arguments: object) -> int:
    """Call the function at ``module.name``; only the module of the command that was asked for is loaded."""
    module, _, name = place.rpartition(".")
    run = getattr(importlib.import_module(f"monitor.cli.{module}"), name)
    outcome = run(arguments)
    return int(asyncio.run(outcome) if asyncio.iscoroutine(outcome) else outcome)


def _complain(message: str, *, code: int) -> int:
    # A closed stderr leaves the exit code to say it.
    with contextlib.suppress(OSError, ValueError):
        print(f"monitor: {' '.join(message.split())}", file=sys.stderr)
    return code


def _unexpected(error: Exception) -> str:
    """Return a line about a mistake of the program itself; the same mistake has the same number everywhere.

    Its message is left out, since it may quote a post or a secret; the log has it, at level debug and redacted.
    """
    frames = traceback.extract_tb(error.__traceback__)
    place = "\n".join(f"{Path(frame.filename).name}:{frame.name}" for frame in frames)
    number = hashlib.sha256(f"{type(error).__name__}\n{place}".encode()).hexdigest()[:8]
    with contextlib.suppress(MonitorError):
        from monitor.cli import options  # noqa: PLC0415 - only now is it needed

        options.log_crash(error, number=number)
    return f"unexpected {type(error).__name__}, error {number}: a mistake of the program; LOG_LEVEL=DEBUG shows where"


__all__ = ["command_line", "main"]
