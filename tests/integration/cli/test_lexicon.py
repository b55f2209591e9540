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


def test_diff_shows_which_lines_would_read_otherwise_and_how(monitor: Monitor, folder: Path, tmp_path: Path) -> None:
    (folder / "ours.tsv").write_text("x-zorgum\tZorgum\ttown\tBF\t\t12.25\t-0.61\t9000\tZorgum\n", encoding="utf-8")
    lines = write_lines(
        tmp_path / "a.jsonl",
        post_line(7, TEXT),
        post_line(8, "Four soldiers were killed in Zorgum."),
        "{broken",
        post_line(9, "Five soldiers were killed in Kidal."),
    )
    run = monitor("lexicon", "diff", folder, lines)
    assert run.code == 1  # for the broken line
    assert "a.jsonl:3: skipped: " in run.err
    assert run.out.splitlines() == [
        "sahel_desk/7  en",
        f"  \u201c{TEXT}\u201d",
        "  + killed 2",
        "sahel_desk/8  en",
        "  \u201cFour soldiers were killed in Zorgum.\u201d",
        "  - killed 4",
        "  + killed 4  (place none -> \u201cZorgum\u201d, place_id none -> \u201cx-zorgum\u201d, country none -> \u201cBF\u201d)",
        "3 texts read, 2 of them otherwise",
        "               gained     lost  changed",
        "killed              1        0        1",
        "en                  1        0        1",
    ]


def test_diff_reads_every_stored_text_and_changes_none(
    monitor: Monitor, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    revisions = [
        {"text": "A quiet day.", "observed_at": "2024-07-26T16:00:00Z"},
        {"text": TEXT, "observed_at": "2024-07-26T17:00:00Z"},
    ]
    lines = write_lines(tmp_path / "a.jsonl", post_line(7, TEXT, revisions=revisions))
    monitor("import", lines)

    *posts, counts = monitor("lexicon", "diff", folder, "--format", "jsonl").lines
    assert [(one["id"], one["revision"], one["lang"]) for one in posts] == [
        ("sahel_desk/7", 1, {"before": "en", "after": "en"})
    ]
    (found,) = posts[0]["differences"]
    assert (found["change"], found["before"], found["after"]["min"]) == ("gained", None, 2)
    assert (counts["texts"], counts["differing"]) == (2, 1)
    assert counts["by_kind"] == {"killed": {"gained": 1, "lost": 0, "changed": 0}}
    assert "read: 0 texts, 0 claims" in monitor("import", lines).out

    monkeypatch.setenv("MONITOR_LEXICONS", str(folder))  # now what was tried is in force
    run = monitor("lexicon", "diff", folder)
    assert (run.code, run.out) == (0, "2 texts read, 0 of them otherwise\n")


def test_diff_refuses_what_it_cannot_use(monitor: Monitor, folder: Path) -> None:
    for words, said in (
        (("nowhere",), "nowhere: cannot be read"),
        ((folder, "nowhere.jsonl"), "nowhere.jsonl: cannot be read"),
        ((folder, "--channels", "x.yaml"), "--channels: stored posts have their channels already"),
    ):
        run = monitor("lexicon", "diff", *words)
        assert (run.code, len(run.err.splitlines())) == (2, 1)
        assert said in run.err
