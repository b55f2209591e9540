"""How well the reading and the comparison do on labelled posts, by the scorers that come with these, and that it never gets worse."""

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

from monitor.claims import Reader
from tests.architecture.tree import ROOT
from tests.gold import GOLD, POSTS, readings

FLOORS: Mapping[str, Mapping[str, float]] = tomllib.loads((Path(__file__).parent / "floors.toml").read_text())

pytestmark = [
    pytest.mark.gold,
    pytest.mark.skipif(not GOLD.is_dir(), reason="the labelled posts are kept outside the project and are not here"),
    pytest.mark.timeout(600),
]


@pytest.mark.parametrize("name", ["examples", "dev"])
def test_reading_scores_no_worse_than_before(name: str, tmp_path: Path) -> None:
    gold, read = GOLD / f"{name}.jsonl", tmp_path / "read.jsonl"
    read.write_text(_run(sys.executable, "-m", "monitor", "extract", gold))
    _compare(name, _run(sys.executable, GOLD / "score.py", gold, read, "--json"))


@pytest.mark.skipif(not POSTS.is_dir(), reason="the real posts are kept outside the project and are not here")
def test_labelled_figures_are_read_no_worse_than_before() -> None:
    scores = readings.score(readings.read_figures(Reader.load()))
    _hold("figures", scores)


@pytest.mark.skipif(not POSTS.is_dir(), reason="the real posts are kept outside the project and are not here")
def test_comparison_scores_no_worse_than_before(tmp_path: Path) -> None:
    monitor = (sys.executable, "-m", "monitor")
    database = f"sqlite:///{tmp_path}/posts.db"
    _run(*monitor, "import", POSTS / "april_2026.jsonl.gz", DATABASE_URL=database)
    for records in ("incidents", "findings"):
        (tmp_path / records).write_text(_run(*monitor, records, "--format", "jsonl", DATABASE_URL=database))
    scorer = GOLD / "incidents" / "score_incidents.py"
    _compare(
        "incidents",
        _run(sys.executable, scorer, scorer.parent, tmp_path / "incidents", tmp_path / "findings", "--json"),
    )


def _compare(name: str, table: str) -> None:
    """Show the scores and hold them against the floors; a rate of false alarms counts as its complement."""
    scores: dict[str, float] = {}
    for measure, cells in json.loads(table).items():
        for cell, value in cells.items():
            if cell in {"p", "r", "f1", "accuracy", "recall", "precision"} and value is not None:
                scores[f"{measure}/{cell}"] = value
            elif cell in {"rate", "false_alarm_rate"}:
                scores[f"{measure}/quiet"] = round(1 - value, 4)
    _hold(name, scores)


def _hold(name: str, scores: Mapping[str, float]) -> None:
    print(f"\n{name}")
    for measure, value in scores.items():
        print(f"  {measure:34} {value:6.3f}")
    below = {
        measure: (scores.get(measure), floor)
        for measure, floor in FLOORS[name].items()
        if scores.get(measure, -1.0) < floor
    }
    assert not below, "score and floor"


def _run(*words: str | Path, **environment: str) -> str:
    run = subprocess.run(
        [str(word) for word in words],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout
