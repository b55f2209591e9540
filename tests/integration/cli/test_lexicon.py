"""The linguist's loop: edited word lists in a folder, checked and in force without building anything anew."""

from pathlib import Path

import pytest

from tests.exports import post_line, write_lines
from tests.integration.cli.conftest import Monitor

TEXT = "Two soldiers were grindled near Zorgho."
WORD = '[killed]\nsubject = ["were grindled"]\n[examples]\n"two soldiers were grindled" = ["killed 2"]\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder in which one word is added to English."""
    path = tmp_path / "edited"
    path.mkdir()
    (path / "en.more.toml").write_text(WORD, encoding="utf-8")
    return path


def test_every_command_that_reads_uses_the_folder(
    monitor: Monitor, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = write_lines(tmp_path / "a.jsonl", post_line(7, TEXT))
    claim = {"kind": "killed", "min": 2, "max": 2, "bound": "exact", "side": None, "polarity": "asserted"}
    gold = write_lines(
        tmp_path / "g.jsonl", {"id": "a", "lang": "en", "text": TEXT, "claims": [claim | {"cumulative": False}]}
    )
    assert monitor("extract", lines).lines[0]["claims"] == []
    assert "read: 1 texts, 0 claims" in monitor("import", lines).out

    monkeypatch.setenv("MONITOR_LEXICONS", str(folder))
    assert [one["min"] for one in monitor("extract", lines).lines[0]["claims"]] == [2]
    assert "1. killed 2" in monitor("explain", "-", stdin=TEXT.encode()).out
    assert "1.000" in monitor("evaluate", gold).out
    assert "read: 1 texts (1 of them again, by other lexicons), 1 claims" in monitor("import", lines).out
    assert "1. killed 2" in monitor("explain", "sahel_desk/7").out
    assert "0 claims" not in monitor("demo").out


def test_an_edit_is_checked_before_it_is_in_force(monitor: Monitor, folder: Path) -> None:
    assert monitor("lexicon", "check", folder).code == monitor("lexicon", "check").code
    (folder / "en.more.toml").write_text(WORD.replace("killed 2", "killed 3"), encoding="utf-8")
    run = monitor("lexicon", "check", folder)
    assert run.code == 1
    assert f"{folder}/en.more.toml [examples] 'two soldiers were grindled': want killed 3; read killed 2" in run.err


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("en.more.toml", "[killed\n", "en.more.toml: "),
        ("english.toml", WORD, "english.toml: stands for no lexicon; want xx.toml"),
    ],
)
def test_a_broken_folder_is_one_line_and_nothing_is_read(
    monitor: Monitor, folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, content: str, said: str
) -> None:
    (folder / name).write_text(content, encoding="utf-8")
    monkeypatch.setenv("MONITOR_LEXICONS", str(folder))
    for words in (("explain", "-"), ("extract", "-"), ("lexicon", "check")):
        run = monitor(*words, stdin=b"7")
        assert (run.code, run.out, len(run.err.splitlines())) == (2, "", 1)
        assert f"monitor: {folder}/{said}" in run.err


def test_a_folder_that_is_missing_is_told_with_what_is_wanted(
    monitor: Monitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MONITOR_LEXICONS", "nowhere")
    run = monitor("explain", "-", stdin=TEXT.encode())
    assert (run.code, run.err.count("\n")) == (2, 1)
    assert "nowhere: cannot be read" in run.err
