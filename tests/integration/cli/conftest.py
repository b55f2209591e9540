import io
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from monitor.claims import Reader
from monitor.cli import main


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The JSON objects printed."""
        return [json.loads(line) for line in self.out.splitlines()]


Monitor = Callable[..., Run]


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the place of a database that does not exist yet, and name it in the environment."""
    path = tmp_path / "data" / "monitor.db"
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def reader() -> Reader:
    """Load the lexicons once: it takes half a second."""
    return Reader.load()


@pytest.fixture
def monitor(
    database: Path,
    reader: Reader,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Monitor:
    """Run a command in this process, in a folder of its own."""
    del database
    monkeypatch.chdir(tmp_path)
    load = Reader.load
    monkeypatch.setattr(Reader, "load", lambda folder=None: reader if folder is None else load(folder))

    def run(*words: str | Path, stdin: bytes = b"") -> Run:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(stdin))))
        try:
            code = main([str(word) for word in words])
        except SystemExit as stop:  # argparse's way out
            code = int(stop.code or 0)
        printed = capsys.readouterr()
        return Run(code=code, out=printed.out, err=printed.err)

    return run
