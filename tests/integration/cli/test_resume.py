"""An import that is killed loses nothing and doubles nothing: run again, it ends in the tables of one clean run."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT
from tests.exports import post_line, write_lines

PLACES = ("Tinzaouaten", "Bakhmut", "Kidal", "Gao")
POSTS = 2000
KILLS = 3


@pytest.fixture
def posts(tmp_path: Path) -> Path:
    """Write posts of three channels: reports that disagree, edits that change a figure, deletions."""
    chance = random.Random(7)  # noqa: S311 - the same posts each time
    lines = []
    for number in range(1, POSTS + 1):
        place, killed = chance.choice(PLACES), chance.randint(1, 90)
        day = f"2024-07-{26 + number % 4}"
        text = f"{killed} Malian soldiers were killed near {place}." if number % 8 == 0 else f"A quiet day in {place}."
        line = post_line(number, text, date=f"{day}T{number % 24:02}:00:00Z") | {"channel": f"channel_{number % 3}"}
        if number % 10 == 0:
            line["revisions"] = [
                {"text": f"{killed + 1} soldiers were killed.", "observed_at": line["date"]},
                {"text": text, "observed_at": f"{day}T23:30:00Z"},
            ]
        if number % 25 == 0:
            line["deleted_at"] = "2024-08-01T00:00:00Z"
        lines.append(line)
    return write_lines(tmp_path / "posts.jsonl", *lines)


def start(posts: Path, database: Path) -> subprocess.Popen[str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT), "DATABASE_URL": f"sqlite:///{database}"}
    return subprocess.Popen(
        [sys.executable, "-m", "monitor", "import", str(posts)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def finish(posts: Path, database: Path) -> str:
    with start(posts, database) as process:
        said, _ = process.communicate()
    assert process.returncode == 0, said
    return said


def tables(database: Path) -> list[str]:
    connection = sqlite3.connect(database)
    try:
        return sorted(connection.iterdump())
    finally:
        connection.close()


def test_a_killed_import_run_again_ends_in_the_tables_of_one_clean_run(posts: Path, tmp_path: Path) -> None:
    clean, killed = tmp_path / "clean.db", tmp_path / "killed.db"
    with start(posts, clean) as process:
        began = os.times().elapsed
        assert process.wait() == 0
        took = os.times().elapsed - began
    chance = random.Random()  # noqa: S311 - another moment each time
    moments = sorted(chance.uniform(0.2, 1.0) * took for _ in range(KILLS))
    interrupted = 0
    for moment in moments:
        with start(posts, killed) as process:
            try:
                process.wait(timeout=moment)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                interrupted += 1
    assert interrupted > 0, moments
    finish(posts, killed)
    assert tables(killed) == tables(clean), moments
    assert f"posts: 0 new, 0 new texts, 0 deleted, {POSTS + POSTS // 10 + POSTS // 25} unchanged" in finish(
        posts, killed
    )
    assert tables(killed) == tables(clean)
