"""What the project's own files promise: locks that pin everything and name no address, no path of anybody's machine."""

import re
import tomllib
from collections.abc import Mapping

import pytest

from tests.architecture.tree import ROOT, name_of, tracked

LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-build.lock")
BUILD_FILES = ("Dockerfile", "compose.yaml", "Makefile", ".ci/run", ".pre-commit-config.yaml", "pyproject.toml")

# "name==version ; marker \" and below it "    --hash=sha256:…"
_PIN = re.compile(r"^(?P<name>[a-z0-9-]+)==(?P<version>[^ ]+)", re.MULTILINE)
_NAME = re.compile(r"[A-Za-z0-9._-]+")


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_pins_everything_by_hash(lock: str) -> None:
    text = (ROOT / lock).read_text()
    entries = re.split(r"\n(?=[a-z0-9])", text)
    assert len(entries) == len(_PIN.findall(text)) > 0
    for entry in entries:
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), entry


@pytest.mark.parametrize("name", [*LOCKS, *BUILD_FILES])
def test_build_files_name_no_host(name: str) -> None:
    text = (ROOT / name).read_text()
    assert not re.findall(
        r"(?:https?|ftp|file|ssh|git)://\S+|--(?:extra-)?index-url|--find-links|[\w-]+\.(?:org|com|io|net)\b", text
    )


def test_lock_covers_every_declared_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    program, groups = project["project"], project["dependency-groups"]
    for needed, lock in [
        (program["dependencies"], "requirements.lock"),
        *((extra, "requirements.lock") for extra in program["optional-dependencies"].values()),
        (groups["dev"], "requirements-dev.lock"),
        (groups["build"], "requirements-build.lock"),
        (project["build-system"]["requires"], "requirements-build.lock"),
    ]:
        assert {_normal(requirement) for requirement in needed} <= _pins(lock).keys()


def test_locks_agree() -> None:
    program, tools, build = (_pins(lock) for lock in LOCKS)
    assert program.items() <= tools.items(), "the tests run on other versions than the program"
    shared = build.keys() & tools.keys()
    assert {name: build[name] for name in shared} == {name: tools[name] for name in shared}


def test_no_file_names_a_path_of_somebodys_machine() -> None:
    somebodys = re.compile(r"(?<![\w.$}])/(?:root|work|home/\w+|Users/\w+)/")
    named = [
        f"{name_of(path)}:{number}: {line.strip()[:100]}"
        for path in tracked()
        if (text := _text(path.read_bytes())) is not None
        for number, line in enumerate(text.splitlines(), start=1)
        if somebodys.search(line)
    ]
    assert not named


def _pins(lock: str) -> Mapping[str, set[str]]:
    """Return the versions pinned of each package; there are several where they depend on the Python."""
    pins: dict[str, set[str]] = {}
    for name, version in _PIN.findall((ROOT / lock).read_text()):
        pins.setdefault(name, set()).add(version)
    return pins


def _normal(requirement: str) -> str:
    match = _NAME.match(requirement)
    assert match is not None, requirement
    return re.sub(r"[-_.]+", "-", match.group()).lower()


def _text(content: bytes) -> str | None:
    try:
        return content.decode()
    except UnicodeDecodeError:
        return None
