"""The wheel holds all that the program needs: installed elsewhere, without the checkout and the tools, it does its work."""

import os
import re
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT

pytestmark = [pytest.mark.wheel, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel, install it with what it declares and nothing more, and return the folder of its commands."""
    folder = tmp_path_factory.mktemp("wheel")
    _run(sys.executable, "-m", "pip", "wheel", "-qq", "--no-deps", "--no-build-isolation", "-w", folder, ROOT)
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "venv", with_pip=True)
    commands = folder / "venv" / "bin"
    # The versions of the lock, as constraints: what the wheel forgets to ask for stays missing.
    versions = folder / "versions.txt"
    versions.write_text(re.sub(r"( \\\n\s+--hash=\S+)+", "", (ROOT / "requirements.lock").read_text()))
    pip = (commands / "python", "-m", "pip", "install", "-qq", "--no-input", "--no-build-isolation")
    _run(*pip, "--require-hashes", "--requirement", ROOT / "requirements-build.lock")
    _run(*pip, "--constraint", versions, wheel)
    return commands


def test_installed_program_runs_the_demo(installed: Path, tmp_path: Path) -> None:
    shown = _run(installed / "monitor", "demo", "--folder", tmp_path / "demo", cwd=tmp_path)
    assert "Tinzaouaten" in shown
    assert (tmp_path / "demo" / "demo.db").stat().st_size > 0


def test_installed_program_makes_the_tables(installed: Path, tmp_path: Path) -> None:
    shown = _run(installed / "monitor", "db", "upgrade", cwd=tmp_path, DATABASE_URL=f"sqlite:///{tmp_path}/new.db")
    assert "schema" in shown
    assert (tmp_path / "new.db").stat().st_size > 0


def test_installed_lexicons_are_whole(installed: Path, tmp_path: Path) -> None:
    assert "0 problems" in _run(installed / "monitor", "lexicon", "check", cwd=tmp_path)


def test_installed_program_does_not_lean_on_the_checkout(installed: Path, tmp_path: Path) -> None:
    where = _run(installed / "python", "-c", "import monitor; print(monitor.__file__)", cwd=tmp_path)
    assert Path(where.strip()).is_relative_to(installed.parent)


def _run(*words: str | Path, cwd: Path | None = None, **environment: str) -> str:
    """Run a program and return what it printed; a failure shows all of it."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    run = subprocess.run(
        [str(word) for word in words], cwd=cwd, env=inherited | environment, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, f"{' '.join(map(str, words))}: exit {run.returncode}\n{run.stdout}\n{run.stderr}"
    return run.stdout
