"""What the image promises, read from its files; `docs/operating.md` says how it is built and run."""

import re
import shlex
from collections.abc import Mapping
from fnmatch import fnmatch
from typing import Any

import pytest
import yaml

from monitor.cli import command_line
from tests.architecture.tree import ROOT

Instruction = tuple[str, str]


def _stages() -> list[list[Instruction]]:
    """Return the Dockerfile's instructions, a list a stage; what stands before the first FROM is the first list."""
    lines = [line for line in (ROOT / "Dockerfile").read_text().splitlines() if not line.startswith("#")]
    stages: list[list[Instruction]] = [[]]
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        if line.strip():
            name, _, rest = line.partition(" ")
            if name == "FROM":
                stages.append([])
            stages[-1].append((name, " ".join(rest.split())))
    return stages


def _services() -> Mapping[str, Any]:
    services: Mapping[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    return services


def test_base_image_can_be_chosen() -> None:
    first, *stages = _stages()
    assert re.fullmatch(r"BASE=python:3\.1[1-3]-slim\S*", dict(first)["ARG"])
    assert [stage[0][1].split()[0] for stage in stages] == ["${BASE}", "${BASE}"]


def test_image_installs_only_what_the_locks_name() -> None:
    installs = [
        step
        for stage in _stages()
        for name, rest in stage
        if name == "RUN"
        for step in rest.split("&&")
        if re.search(r"\bpip\b.* (install|wheel) ", step)
    ]
    assert len(installs) >= 4
    assert all("--require-hashes" in step or "--no-deps" in step for step in installs)


def test_image_runs_as_an_ordinary_user_with_data_in_a_volume() -> None:
    final = _stages()[-1]
    names = [name for name, _ in final]
    said = dict(final)
    assert re.fullmatch(r"[1-9]\d+:[1-9]\d+", said["USER"])
    assert (said["VOLUME"], said["WORKDIR"]) == ("/data", "/data")
    assert names.index("USER") > max(index for index, name in enumerate(names) if name in {"RUN", "COPY"})


@pytest.mark.parametrize("instruction", ["ENTRYPOINT", "CMD", "HEALTHCHECK"])
def test_image_starts_programs_without_a_shell_between_them_and_signals(instruction: str) -> None:
    rest = dict(_stages()[-1])[instruction]
    assert re.search(r'(^|CMD )\["[^"]+"(, "[^"]+")*\]$', rest)


def test_image_asks_the_program_how_it_is() -> None:
    (words,) = re.findall(r"CMD (\[.*\])", dict(_stages()[-1])["HEALTHCHECK"])
    program, *arguments = yaml.safe_load(words)
    assert program == "monitor"
    command_line().parse_args(arguments)


def test_everything_copied_into_the_image_exists_and_is_let_through() -> None:
    rules = [rule for rule in (ROOT / ".dockerignore").read_text().splitlines() if rule and not rule.startswith("#")]
    copied = [source for name, rest in _stages()[1] if name == "COPY" for source in shlex.split(rest)[:-1]]
    for source in copied:
        assert (ROOT / source).exists(), source
        kept = False
        for rule in rules:
            if fnmatch(source, rule.removeprefix("!")):
                kept = rule.startswith("!")
        assert kept, f"{source} is left out by .dockerignore"


def test_services_run_commands_that_exist() -> None:
    for name in ("migrate", "monitor"):
        command_line().parse_args(_services()[name]["command"])


def test_tables_are_made_before_anything_else_starts() -> None:
    services = _services()
    assert services["migrate"]["command"] == ["db", "upgrade"]
    assert services["monitor"]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


@pytest.mark.parametrize("name", ["migrate", "monitor"])
def test_services_can_write_nothing_but_data(name: str) -> None:
    service = _services()[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert [volume for volume in service["volumes"] if not volume.endswith(":ro")] == ["data:/data"]


@pytest.mark.parametrize("name", ["migrate", "monitor", "postgres"])
def test_logs_of_services_do_not_fill_the_disk(name: str) -> None:
    logging = _services()[name]["logging"]
    assert logging["driver"] == "json-file"
    assert set(logging["options"]) == {"max-size", "max-file"}


def test_postgresql_is_there_only_when_asked_for() -> None:
    assert _services()["postgres"]["profiles"] == ["postgres"]
    assert _services()["monitor"]["depends_on"]["postgres"]["required"] is False
