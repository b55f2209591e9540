"""The daemon as a process: started, stopped, killed, and asked what it said."""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.architecture.tree import ROOT

STOPS_WITHIN_S = 20.0  # what the daemon promises after SIGTERM


class Daemon:
    """``async with Daemon(folder, environment) as daemon: …``; it runs inside the block. Its output is kept in a file."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._environment = {**os.environ, "LOG_LEVEL": "INFO", **environment}
        self._output = folder / "daemon.log"
        self._process: asyncio.subprocess.Process | None = None
        self.starts = 0

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.is_running:
            await self.kill()
        if error is not None:
            print(self.said[-8_000:])

    async def start(self) -> None:
        """Start the process; it has only begun when this returns."""
        with self._output.open("ab") as output:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "monitor", "run",
                cwd=ROOT, env=self._environment, stdin=asyncio.subprocess.DEVNULL, stdout=output, stderr=output,
            )  # fmt: skip
        self.starts += 1

    @property
    def is_running(self) -> bool:
        """Whether the process is there."""
        return self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._running.pid

    @property
    def said(self) -> str:
        """All that it wrote, over all its starts."""
        return self._output.read_text(encoding="utf-8", errors="replace")

    async def kill(self) -> None:
        """End it as a power cut would."""
        self._running.kill()
        await self._running.wait()

    async def stop(self) -> int:
        """Ask it to stop, and return its exit code.

        Raises:
            TimeoutError: It did not stop as fast as it promises.
        """
        self._running.send_signal(signal.SIGTERM)
        return await self.ended(within_s=STOPS_WITHIN_S)

    async def ended(self, *, within_s: float) -> int:
        """Wait until it ends by itself, and return its exit code."""
        async with asyncio.timeout(within_s):
            return await self._running.wait()

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self._running.send_signal(number)

    @property
    def _running(self) -> asyncio.subprocess.Process:
        if self._process is None:
            raise AssertionError("the daemon was not started")
        return self._process
