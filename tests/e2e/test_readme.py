"""The README's commands do what it says, one after the other as a newcomer would type them."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Give a shell's environment where `monitor` is the program under test."""
    commands = tmp_path / "bin"
    commands.mkdir()
    script = commands / "monitor"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m monitor "$@"\n')
    script.chmod(0o755)
    return os.environ | {"PATH": f"{commands}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}


def test_commands_of_the_readme_run_and_show_a_contradiction(environment: dict[str, str], tmp_path: Path) -> None:
    blocks: list[str] = re.findall(r"^```sh\n(.*?)^```", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL)
    (block,) = [block for block in blocks if "monitor demo" in block]
    run = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", block],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert "Tinzaouaten" in run.stdout
    assert "Traceback" not in run.stderr
