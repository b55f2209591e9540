"""Post lines to measure on: the real ones where they are at hand, else the bundled sample over and over."""

import gzip
import os
from collections.abc import Iterator
from importlib.resources import files
from itertools import cycle, islice
from pathlib import Path

from tests.architecture.tree import ROOT

REAL = Path(os.environ.get("MONITOR_TEST_POSTS", ROOT.parent / "shared" / "posts")) / "april_2026.jsonl.gz"


def real_lines() -> Iterator[str]:
    """Yield a month of real posts."""
    with gzip.open(REAL, "rt", encoding="utf-8") as packed:
        yield from packed


def sample_lines(count: int) -> Iterator[str]:
    """Yield that many lines of the bundled sample, repeating it."""
    sample = [
        line
        for file in sorted((files("monitor") / "sample").iterdir(), key=lambda each: each.name)
        if file.name.endswith(".jsonl")
        for line in file.read_text(encoding="utf-8").splitlines()
    ]
    yield from (line + "\n" for line in islice(cycle(sample), count))
