"""How fast posts are read and how much memory an import takes: `make bench` prints it, on the real posts where they are at hand."""

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT
from tests.benchmarks.posts import REAL, real_lines, sample_lines

FEWEST = 3_000  # posts a second that one core must read
SLOWEST_START_S = 1.5  # until the first line is read
MOST_OVERHEAD = 1.5  # times the processor time of one process that two may take together
MOST_READING_MEMORY = 150  # MB that reading posts may take at its peak
MOST_MEMORY = 400  # MB that importing a month of seven busy channels may take at its peak
SAMPLE_POSTS = 20_000  # how many the bundled sample is stretched to where the real posts are absent

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(900)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One run of a program: wall and processor time in seconds, peak memory in MB."""

    wall: float
    processor: float
    peak: float


@pytest.fixture(scope="module")
def posts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file of post lines, unpacked: the real ones, or the bundled sample over and over."""
    path = tmp_path_factory.mktemp("posts") / "posts.jsonl"
    with path.open("w", encoding="utf-8") as file:
        file.writelines(real_lines() if REAL.exists() else sample_lines(SAMPLE_POSTS))
    return path


def test_one_core_reads_enough_posts_a_second(posts: Path, tmp_path: Path) -> None:
    begun = time.perf_counter()
    with posts.open() as lines:
        count = sum(1 for line in lines if json.loads(line))
    alone = time.perf_counter() - begun
    run = _measure("extract", posts, output=tmp_path / "claims.jsonl")
    rate = count / run.processor  # what one core does, however busy the machine is
    print(
        f"\nextract: {count} posts in {run.wall:.2f} s ({run.processor:.2f} s of processor time): {rate:,.0f} posts/s; "
        f"reading the lines alone takes {alone:.2f} s; peak memory {run.peak:.0f} MB"
    )
    assert run.peak <= MOST_READING_MEMORY
    assert rate >= FEWEST


def test_starting_is_quick_and_small(tmp_path: Path) -> None:
    empty = tmp_path / "empty.jsonl"
    empty.touch()
    run = min((_measure("extract", empty, output=tmp_path / "out") for _ in range(5)), key=lambda one: one.processor)
    print(f"\nstart: {run.processor:.2f} s of processor time, {run.wall:.2f} s in all; memory {run.peak:.0f} MB")
    assert run.processor < SLOWEST_START_S


def test_two_processes_share_the_work(posts: Path, tmp_path: Path) -> None:
    alone = _measure("extract", posts, output=tmp_path / "alone")
    both = _measure("extract", posts, "--jobs", "2", output=tmp_path / "both")
    print(
        f"\nextract: {alone.wall:.1f} s alone, {both.wall:.1f} s in two processes ({alone.wall / both.wall:.2f} times as "
        f"fast); processor time {alone.processor:.1f} s and {both.processor:.1f} s"
    )
    assert (tmp_path / "both").read_bytes() == (tmp_path / "alone").read_bytes()
    assert both.processor <= MOST_OVERHEAD * alone.processor


def test_importing_a_month_stays_within_memory(posts: Path, tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/posts.db"
    first = _measure("import", posts, output=tmp_path / "first", DATABASE_URL=database)
    again = _measure("import", posts, output=tmp_path / "again", DATABASE_URL=database)
    print(
        f"\nimport, read and compare: {first.wall:.1f} s, peak memory {first.peak:.0f} MB; "
        f"again, with nothing new: {again.wall:.1f} s\n{(tmp_path / 'first').read_text()}"
    )
    assert first.peak <= MOST_MEMORY
    assert "posts: 0 new" in (tmp_path / "again").read_text()


# A process begins with the peak of the one that started it, and the tests' is larger than the program's.
_LAUNCHER = """
import json, os, subprocess, sys, time
begun = time.perf_counter()
process = subprocess.Popen(sys.argv[2:])
_, status, used = os.wait4(process.pid, 0)
told = [os.waitstatus_to_exitcode(status), time.perf_counter() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss]
with open(sys.argv[1], "w") as file:
    json.dump(told, file)
"""


def _measure(*words: str | Path, output: Path, **environment: str) -> Measured:
    """Run the program to its end and return what it took."""
    told = output.with_suffix(".json")
    program = [sys.executable, "-m", "monitor", *(str(word) for word in words)]
    with output.open("wb") as stream:
        subprocess.run(
            [sys.executable, "-S", "-c", _LAUNCHER, told, *program],
            cwd=ROOT,
            env=os.environ | environment,
            stdout=stream,
            check=True,
        )
    code, wall, processor, peak = json.loads(told.read_text())
    assert code == 0
    return Measured(wall=wall, processor=processor, peak=peak / 1024)
