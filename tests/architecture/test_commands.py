"""What is written about commands is true: those shown in the documents and in the help exist and take these arguments."""

import argparse
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.cli import command_line
from tests.architecture.tree import DOCUMENTS, ROOT, name_of

_FENCE = re.compile(r"^```(?:sh|console)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`((?:monitor|make) [^`\n]+)`")
_ENDS = frozenset({"|", ">", ">>", "<", "&&", ";", "||"})  # a shell's words that end a command


def _commands(document: Path) -> Iterator[list[str]]:
    """Yield every ``monitor …`` and ``make …`` shown in a document, as words."""
    text = document.read_text()
    lines = [line for block in _FENCE.findall(text) for line in block.replace("\\\n", " ").splitlines()]
    for line in [*lines, *_INLINE.findall(text)]:
        words = shlex.split(line.removeprefix("$ "), comments=True)
        for start, word in enumerate(words):
            # `monitor` after `docker compose run --rm` is the service, whose image takes the same words.
            if word in {"monitor", "make"} and (start == 0 or words[start - 1] != "stop"):
                rest = words[start:]
                end = next((index for index, each in enumerate(rest) if each in _ENDS), len(rest))
                yield rest[:end]
                break


def _leaves(parser: argparse.ArgumentParser, *path: str) -> Iterator[tuple[tuple[str, ...], argparse.ArgumentParser]]:
    """Yield every command that does something, with the words that lead to it."""
    groups = [
        action for action in parser._actions if isinstance(action, argparse._SubParsersAction)
    ]  # argparse offers no other way
    if not groups:
        yield path, parser
    for group in groups:
        for name, child in group.choices.items():
            yield from _leaves(child, *path, name)


SHOWN = [
    pytest.param(command, id=f"{name_of(document)}: {shlex.join(command)}")
    for document in DOCUMENTS
    for command in _commands(document)
]
EVERY = [pytest.param(path, parser, id=" ".join(path)) for path, parser in _leaves(command_line())]


@pytest.mark.parametrize("command", SHOWN)
def test_documents_show_commands_that_exist(command: list[str]) -> None:
    program, *arguments = command
    if program == "make":
        targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
        assert {word for word in arguments if "=" not in word} <= targets
    elif tuple(arguments) not in {
        path for path, _ in _leaves(command_line())
    }:  # in prose, a command may go by its name
        command_line().parse_args(arguments)  # a mistake exits


@pytest.mark.parametrize(("path", "parser"), EVERY)
def test_help_of_every_command_shows_an_example_that_parses(
    path: tuple[str, ...], parser: argparse.ArgumentParser
) -> None:
    found = re.search(r"^example: (monitor .+)$", parser.format_help(), re.MULTILINE)
    assert found is not None
    program, *arguments = shlex.split(found.group(1))
    assert (program, *arguments[: len(path)]) == ("monitor", *path)
    command_line().parse_args(arguments)


@pytest.mark.parametrize(("path", "parser"), EVERY)
def test_readme_names_every_command(path: tuple[str, ...], parser: argparse.ArgumentParser) -> None:
    assert parser.prog.endswith(path[-1])
    assert f"monitor {' '.join(path)}" in (ROOT / "README.md").read_text()


def test_readme_shows_the_commands_it_must() -> None:
    assert list(_commands(ROOT / "README.md"))[:2] == [["make", "demo"], ["make", "test"]]


def test_every_setting_is_explained_to_operators() -> None:
    source = (ROOT / "monitor" / "config" / "settings.py").read_text()
    read = set(re.findall(r'"([A-Z]+(?:_[A-Z]+)+)"', source))
    assert len(read) > 4
    explained = (ROOT / "docs" / "operating.md").read_text()
    assert not {name for name in read if f"`{name}`" not in explained}
