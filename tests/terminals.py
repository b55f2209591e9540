"""A terminal for a program that asks: a pseudo-terminal that a test reads and types into."""

import asyncio
import os
import pty
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from tests.architecture.tree import ROOT

_WAIT_S = 30.0


class Terminal:
    """What one program shows, and the keys it is sent."""

    def __init__(self, reader: asyncio.StreamReader, master: int, process: asyncio.subprocess.Process) -> None:
        self._reader, self._master, self._process = reader, master, process
        self.shown = ""
        self._read_to = 0

    async def expect(self, words: str) -> None:
        """Wait until ``words`` are shown after what was expected before."""
        async with asyncio.timeout(_WAIT_S):
            while (place := self.shown.find(words, self._read_to)) < 0:
                data = await self._reader.read(4096)
                assert data, f"{words!r} was never shown, but: {self.shown}"
                self.shown += data.decode(errors="replace")
        self._read_to = place + len(words)

    def type(self, line: str) -> None:
        """Type a line."""
        os.write(self._master, f"{line}\n".encode())

    async def end(self) -> int:
        """Wait until the program ends; return its exit code."""
        async with asyncio.timeout(_WAIT_S):
            return await self._process.wait()

    async def printed(self) -> str:
        """Return what the program wrote to standard output, which is no terminal."""
        assert self._process.stdout is not None
        return (await self._process.stdout.read()).decode()


@asynccontextmanager
async def terminal(*words: str, environment: Mapping[str, str], folder: Path) -> AsyncIterator[Terminal]:
    """Run a command of the monitor at a terminal of its own, its standard output apart from it."""
    master, slave = pty.openpty()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "monitor",
        *words,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        stdin=slave,
        stdout=asyncio.subprocess.PIPE,
        stderr=slave,
        start_new_session=True,  # or a password would be asked for on the terminal of whoever runs the tests
    )
    reader = asyncio.StreamReader()
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(os.dup(master), "rb", buffering=0)
    )
    try:
        yield Terminal(reader, master, process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        os.close(slave)
        transport.close()
        os.close(master)
