"""What the code's form promises: who imports whom, what is pure, where words live."""

import ast
import subprocess
import sys
import tomllib
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.tree import PACKAGE, ROOT, modules, name_of

PURE = ("model", "claims", "comparison", "digest")
ANYWHERE = {"structlog", "prometheus_client"}  # logging and counting belong to every room that does something
LONGEST = 500  # lines a module may have before it must have more than one reason to exist


def test_import_contracts_hold() -> None:
    run = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_every_package_from_outside_is_kept_in_one_room() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    protected = {name for contract in declared for name in contract.get("protected_modules", ())}
    loose = {
        f"{name_of(path)} imports {package}"
        for path in modules()
        for package in _imported(path)
        if package not in sys.stdlib_module_names | {"monitor"} | ANYWHERE | protected
    }
    assert not loose, "add a contract of type 'protected' to pyproject.toml for what these import"


@pytest.mark.parametrize("room", PURE)
def test_pure_rooms_are_synchronous(room: str) -> None:
    waits = [
        f"{name_of(path)}:{node.lineno}"
        for path in modules(room)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.AsyncFunctionDef | ast.Await | ast.AsyncFor | ast.AsyncWith)
    ]
    assert not waits


def test_code_holds_no_foreign_words() -> None:
    # Digits, punctuation and signs are no words; letters beyond Latin belong in lexicons, samples and tests.
    foreign = [
        f"{name_of(path)}:{number}: {line.strip()}"
        for path in modules()
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if any(_is_foreign_letter(character) for character in line)
    ]
    assert not foreign


def test_modules_stay_short_enough_to_have_one_reason() -> None:
    long = {name_of(path): lines for path in modules() if (lines := len(path.read_text().splitlines())) > LONGEST}
    assert not long


def test_every_folder_of_code_is_a_package() -> None:
    bare = {name_of(path.parent) for path in modules() if not (path.parent / "__init__.py").exists()}
    assert not bare, f"{PACKAGE.name} is installed as packages; these folders would be missed by tools"


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            yield node.module.partition(".")[0]


def _is_foreign_letter(character: str) -> bool:
    return (
        not character.isascii()
        and character.isalpha()
        and not unicodedata.name(character, "").startswith(("LATIN", "MICRO"))
    )
