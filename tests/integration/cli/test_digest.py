from pathlib import Path

from tests.exports import post_line, write_lines
from tests.integration.cli.conftest import Monitor

LINES = (
    post_line(1, "47 Malian soldiers were killed near Tinzaouaten.") | {"channel": "desert_voices"},
    post_line(2, "2 Malian soldiers were killed near Tinzaouaten.", date="2024-07-26T18:00:00Z"),
)


def test_a_digest_shows_a_contradiction_and_a_dry_run_issues_nothing(monitor: Monitor, tmp_path: Path) -> None:
    monitor("import", write_lines(tmp_path / "a.jsonl", *LINES))
    first = monitor("digest", "daily", "--dry-run")
    assert first.code == 0
    assert "Tinzaouaten" in first.out
    assert "desert_voices" in first.out
    assert monitor("digest", "daily", "--dry-run").out == first.out
    assert monitor("digest", "daily").out == first.out
    again = monitor("digest", "daily", "--dry-run")
    assert (again.code, len(again.err.splitlines())) == (2, 1)
    assert "nothing new since its last edition, which ended 2024-07-26 18:00 UTC" in again.err


def test_a_window_after_everything_stored_is_refused(monitor: Monitor, tmp_path: Path) -> None:
    monitor("import", write_lines(tmp_path / "a.jsonl", *LINES))
    run = monitor("digest", "daily", "--dry-run", "--since", "2030-01-01")
    assert (run.code, run.err) == (2, "monitor: --since 2030-01-01 00:00 UTC: nothing stored was seen after it\n")


def test_a_digest_is_written_as_text_page_data_and_chart(monitor: Monitor, tmp_path: Path) -> None:
    monitor("import", write_lines(tmp_path / "a.jsonl", *LINES))
    run = monitor("digest", "daily", "--dry-run", "--out", "out", "--format", "jsonl")
    assert run.lines[0]["digest"] == "daily"
    assert sorted(path.suffix for path in (tmp_path / "out").iterdir()) == [".html", ".json", ".png", ".txt"]


def test_a_digest_that_is_not_declared_is_refused_with_those_that_are(monitor: Monitor, tmp_path: Path) -> None:
    (tmp_path / "channels.yaml").write_text(
        "channels:\n  - handle: sahel_desk\ndigests:\n  - name: daily\n", encoding="utf-8"
    )
    run = monitor("digest", "weekly")
    assert (run.code, run.err) == (2, "monitor: no digest named 'weekly' is declared; there is: daily\n")
