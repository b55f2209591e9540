"""Bad input of every kind is one line that says what, where and what to do, with the right exit code and no traceback."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from monitor.cli import extract
from tests.architecture.tree import ROOT
from tests.exports import chat, message, post_line, write_export, write_lines
from tests.integration.cli.conftest import Monitor

Prepare = Callable[[Path], object]


def nothing(_folder: Path) -> None:
    """Leave the folder empty."""


def file(name: str, content: str | bytes) -> Prepare:
    """Return what writes one file."""

    def prepare(folder: Path) -> None:
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())

    return prepare


POST = json.dumps(post_line(1))
EXPORT = json.dumps(chat(message(1), message(2)), indent=1)
CHANNELS = 'channels:\n  - handle: "@front_notes"\n'


@pytest.mark.parametrize(
    ("prepare", "words", "code", "said"),
    [
        (nothing, ("import", "missing.jsonl"), 2, "missing.jsonl: cannot be read: No such file or directory"),
        (nothing, ("import", "."), 2, ".: is a directory; name a file in it"),
        (file("empty.json", b""), ("import", "empty.json"), 2, "empty.json: is empty"),
        (file("page.html", "<html>"), ("import", "page.html"), 2, "page.html: neither a Telegram Desktop result.json nor post lines"),
        (file("result.json", EXPORT[:-250]), ("import", "result.json"), 1, "result.json:"),
        (file("a.jsonl", POST[:30]), ("import", "a.jsonl"), 1, "a.jsonl:1: not JSON"),
        (file("a.jsonl", b'{"channel": "\xff"}\n'), ("import", "a.jsonl"), 1, "a.jsonl:1: not UTF-8 at byte 13 of the record"),
        (file("channels.yaml", CHANNELS + "    alignement: RU\n"), ("channels", "check"), 2, "channels.yaml:3: channels[0].alignement: unknown key; did you mean alignment?"),
        (file("channels.yaml", CHANNELS + "    alignement: RU\n"), ("import", "a.jsonl"), 2, "channels.yaml:3: channels[0].alignement: unknown key"),
        (nothing, ("channels", "check"), 2, "channels.yaml: cannot be read: No such file"),
        (nothing, ("status",), 1, "does not exist yet; run `monitor db upgrade`"),
        (nothing, ("findings",), 1, "does not exist yet; run `monitor db upgrade`"),
        (nothing, ("posts", "--since", "yesterday"), 2, "--since yesterday: not a day or an instant; want 2026-04-08"),
        (nothing, ("posts", "--since", "2026-04-09", "--until", "2026-04-08"), 2, "--since 2026-04-09 is not before --until 2026-04-08"),
        (nothing, ("findings", "--severity", "9"), 2, "argument --severity: invalid choice"),
        (nothing, ("findings", "--nothing"), 2, "unrecognized arguments: --nothing"),
        (nothing, (), 2, "the following arguments are required: COMMAND"),
        (nothing, ("fly",), 2, "invalid choice: 'fly'"),
        (nothing, ("explain", "no post"), 2, "not a post: 'no post'"),
        (nothing, ("explain", "-"), 2, "standard input holds no text"),
        (nothing, ("extract", "missing.jsonl"), 2, "missing.jsonl: cannot be read: No such file"),
        (nothing, ("extract", "."), 2, ".: cannot be read: Is a directory"),
        (nothing, ("extract", "--jobs", "0"), 2, "--jobs 0: want 1 to 64 processes"),
        (file("a.jsonl", "[1]\n"), ("extract", "a.jsonl"), 1, "a.jsonl:1: skipped: not a JSON object"),
        (nothing, ("evaluate", "missing.jsonl"), 2, "missing.jsonl: cannot be read"),
        (file("g.jsonl", "\n"), ("evaluate", "g.jsonl"), 2, "g.jsonl: is empty; want labelled posts or pairs"),
        (file("g.jsonl", "{"), ("evaluate", "g.jsonl"), 2, "g.jsonl:1: not JSON"),
        (file("g.jsonl", '{"id": "a", "lang": "en", "text": "x"}'), ("evaluate", "g.jsonl"), 2, 'g.jsonl:1: a labelled post needs "claims"'),
        (file("g.jsonl", '{"id": "a", "lang": "en", "text": "x", "claims": [{"kind": "killed"}]}'), ("evaluate", "g.jsonl"), 2, 'g.jsonl:1: a labelled post needs "claims" with bound'),
        (file("g.jsonl", '{"id": "p", "relation": "contradict", "a": {}, "b": {}}'), ("evaluate", "g.jsonl"), 2, "g.jsonl: pair p:"),
    ],
)  # fmt: skip
def test_bad_input_is_one_line_and_an_exit_code(
    monitor: Monitor, tmp_path: Path, prepare: Prepare, words: tuple[str, ...], code: int, said: str
) -> None:
    prepare(tmp_path)
    run = monitor(*words)
    assert run.code == code
    assert len(run.err.splitlines()) == 1
    assert run.err.startswith("monitor")
    assert said in run.err


@pytest.mark.parametrize(
    ("url", "code", "said"),
    [
        ("mysql://monitor:hunter2@db/monitor", 2, "DATABASE_URL: not usable; want sqlite:///monitor.db or"),
        ("sqlite:////proc/nowhere/monitor.db", 1, "SQLite /proc/nowhere/monitor.db"),
        ("postgresql://monitor:hunter2@127.0.0.1:1/monitor", 1, "cannot be reached"),
    ],
)
def test_a_database_that_cannot_be_used_is_one_line_without_its_password(
    monitor: Monitor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, code: int, said: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    run = monitor("import", write_lines(tmp_path / "a.jsonl", post_line(1)))
    assert (run.code, len(run.err.splitlines())) == (code, 1)
    assert said in run.err
    assert "hunter2" not in run.err


def test_a_schema_that_is_not_at_head_is_refused_with_the_command_that_mends_it(
    monitor: Monitor, tmp_path: Path, database: Path
) -> None:
    monitor("db", "upgrade")
    connection = sqlite3.connect(database)
    connection.execute("UPDATE alembic_version SET version_num = '0000'")
    connection.commit()
    connection.close()
    for words in (("status",), ("import", str(write_lines(tmp_path / "a.jsonl", post_line(1))))):
        run = monitor(*words)
        assert (run.code, len(run.err.splitlines())) == (1, 1)
        assert "is at schema 0000, this version needs" in run.err
        assert "run `monitor db upgrade`" in run.err


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_file_that_may_not_be_read_is_one_line(monitor: Monitor, tmp_path: Path) -> None:
    secret = write_lines(tmp_path / "a.jsonl", post_line(1))
    secret.chmod(0)
    run = monitor("import", secret)
    assert (run.code, run.err) == (2, f"monitor: {secret}: cannot be read: Permission denied\n")


def test_a_secret_file_that_cannot_be_read_is_named(monitor: Monitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.setenv("DATABASE_URL_FILE", "/nowhere/url")
    run = monitor("status")
    assert (run.code, run.err) == (
        2,
        "monitor: DATABASE_URL_FILE: /nowhere/url cannot be read: No such file or directory\n",
    )


def test_a_line_of_ten_megabytes_goes_in_and_one_of_seventeen_is_told(monitor: Monitor, tmp_path: Path) -> None:
    lines = [post_line(1, "x " * 5_000_000), post_line(2, "y" * 17 * 1024 * 1024), post_line(3)]
    run = monitor("import", write_lines(tmp_path / "a.jsonl", *lines))
    assert run.code == 1
    assert run.err.endswith("a.jsonl:2: longer than 16,777,216 bytes\n")
    assert "posts: 2 new" in run.out


def test_a_truncated_export_keeps_what_stands_before_the_cut(monitor: Monitor, tmp_path: Path) -> None:
    path = write_export(tmp_path / "result.json", chat(*(message(number) for number in range(1, 50))))
    path.write_bytes(path.read_bytes()[:-900])
    run = monitor("import", path)
    assert run.code == 1
    assert "the file ends inside this value; what stands before is taken, the rest is lost" in run.err
    assert monitor("status", "--format", "jsonl").lines[0]["posts"] > 40


@pytest.mark.usefixtures("logging_as_it_was")
def test_a_mistake_of_the_program_is_one_line_with_a_number_that_is_always_the_same(
    monitor: Monitor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_: object) -> None:
        raise ZeroDivisionError("twelve were killed")

    monkeypatch.setattr(extract, "read_post_line", break_down)
    lines = write_lines(tmp_path / "a.jsonl", post_line(1))
    first, second = monitor("extract", lines), monitor("extract", lines)
    assert first.code == 1
    assert first.err == second.err
    assert first.err.startswith("monitor: unexpected ZeroDivisionError, error ")
    assert "LOG_LEVEL=DEBUG shows where" in first.err
    assert len(first.err.splitlines()) == 1
    assert "twelve" not in first.err
    monkeypatch.setenv("LOG_LEVEL", "DEBUG")
    assert "break_down" in monitor("extract", lines).err


# ---- what only a process of its own shows ---------------------------------------------------------------------------


def start(*words: str | Path, **options: object) -> subprocess.Popen[bytes]:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "monitor", *map(str, words)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)  # type: ignore[call-overload,no-any-return]  # options are Popen's own


def test_a_reader_that_goes_away_ends_the_command_quietly(tmp_path: Path) -> None:
    lines = write_lines(tmp_path / "a.jsonl", *(post_line(number) for number in range(1, 5000)))
    with start("extract", lines) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


def test_an_interrupt_is_one_line() -> None:
    with start("extract", stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        # Enough lines to fill the output's buffer: their coming out shows that the command is at work.
        process.stdin.write(b"".join(json.dumps(post_line(number)).encode() + b"\n" for number in range(1, 300)))
        process.stdin.flush()
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        process.stdout.read()
        said = process.stderr.read().decode()
    assert process.returncode == 130
    assert said == "monitor: interrupted; what was done is kept, run the command again to go on\n"
