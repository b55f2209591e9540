"""The daemon as a process of its own, with a loopback server for its Telegram."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.architecture.tree import ROOT
from tests.telegram_server import TelegramServer

WAIT_S = 40.0  # what a loaded machine may take to start; reaching it is a failure
DESK = "@desk_group"


class Daemon:
    """A running daemon and what it logged."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.logged: list[dict[str, Any]] = []
        self.raw = ""
        self._read_to = 0

    async def logs(self, event: str, **fields: object) -> dict[str, Any]:
        """Wait for a log line after those awaited before, and return it."""
        assert self.process.stderr is not None
        async with asyncio.timeout(WAIT_S):
            while True:
                for number, line in enumerate(self.logged[self._read_to :], start=self._read_to):
                    if line["event"] == event and fields.items() <= line.items():
                        self._read_to = number + 1
                        return line
                raw = (await self.process.stderr.readline()).decode()
                assert raw, f"{event} was never logged, but: {self.raw}"
                self.raw += raw
                if raw.startswith("{"):
                    self.logged.append(json.loads(raw))

    async def end(self, number: signal.Signals | None = signal.SIGTERM) -> int:
        """Send a signal, wait for the end and return the exit code."""
        if number is not None:
            self.process.send_signal(number)
        async with asyncio.timeout(WAIT_S):
            _, rest = await self.process.communicate()
        self.raw += rest.decode()
        self.logged += [json.loads(line) for line in rest.decode().splitlines() if line.startswith("{")]
        assert self.process.returncode is not None
        return self.process.returncode


def environment(server: TelegramServer, folder: Path, **more: str) -> dict[str, str]:
    """Return the settings of a daemon in a folder: its session is made, its Telegram is ``server``."""
    session = folder / "analyst.session"
    if not session.exists():
        server.session_file(session)
    return {
        "DATABASE_URL": f"sqlite:///{folder}/monitor.db",
        "MONITOR_CHANNELS": str(folder / "channels.yaml"),
        "TELEGRAM_API_ID": "1",
        "TELEGRAM_API_HASH": "0123456789abcdef0123456789abcdef",
        "TELEGRAM_SESSION": str(session),
        **more,
    }


@asynccontextmanager
async def daemon(given: Mapping[str, str], *words: str) -> AsyncIterator[Daemon]:
    """Run ``monitor run`` inside the block; it is killed at its end if it still runs."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "monitor",
        "run",
        *words,
        cwd=Path(given["MONITOR_CHANNELS"]).parent,
        env={**os.environ, "PYTHONPATH": str(ROOT), **given},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        limit=2**20,
    )
    try:
        yield Daemon(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
