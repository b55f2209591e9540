"""A command that is told to stop stops, says so in one line, and leaves nothing half-written."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT

INTERRUPTED = 130  # what a shell expects after Ctrl-C
STOPPING = [pytest.param(signal.SIGINT, id="ctrl-c"), pytest.param(signal.SIGTERM, id="container stop")]


@contextmanager
def _running(*words: str | Path, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(
        [sys.executable, "-m", "monitor", *map(str, words)],
        cwd=ROOT,
        env=os.environ | environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def _line(number: int) -> bytes:
    post = {
        "channel": "sample",
        "message_id": number,
        "date": "2026-04-08T06:00:00+00:00",
        "text": f"Note {number}: a quiet night.",
    }
    return json.dumps(post).encode() + b"\n"


@pytest.mark.parametrize("number", STOPPING)
def test_reading_that_is_stopped_ends_with_one_line(number: signal.Signals) -> None:
    with _running("extract", "-") as process:
        assert process.stdin is not None
        assert process.stdout is not None
        # More than a pipe's buffer of answers: once some have come, it is at work and waits for more lines.
        process.stdin.write(b"".join(_line(each) for each in range(1, 200)))
        process.stdin.flush()
        assert process.stdout.read(1) == b"{"
        process.send_signal(number)
        _, said = process.communicate(timeout=30)
    assert process.returncode == INTERRUPTED
    assert said.decode() == "monitor: interrupted; what was done is kept, run the command again to go on\n"


@pytest.mark.parametrize("number", STOPPING)
def test_import_that_is_stopped_goes_on_when_run_again(number: signal.Signals, tmp_path: Path) -> None:
    posts, database = 5_000, tmp_path / "posts.db"
    lines = tmp_path / "posts.jsonl"
    lines.write_bytes(b"".join(_line(each) for each in range(1, posts + 1)))
    with _running("import", lines, DATABASE_URL=f"sqlite:///{database}") as process:
        while _stored(database) == 0:
            assert process.poll() is None
        process.send_signal(number)
        _, said = process.communicate(timeout=60)
    assert process.returncode == INTERRUPTED, said
    assert said.decode() == "monitor: interrupted; what was done is kept, run the command again to go on\n"
    with _running("import", lines, DATABASE_URL=f"sqlite:///{database}") as process:
        process.communicate(timeout=120)
    assert process.returncode == 0
    assert _stored(database) == posts


def _stored(database: Path) -> int:
    """Return how many posts are committed; none while there is no table yet."""
    if not database.exists():
        return 0
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        try:
            return int(connection.execute("SELECT count(*) FROM posts").fetchone()[0])
        except sqlite3.OperationalError:
            return 0
