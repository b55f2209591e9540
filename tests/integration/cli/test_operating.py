import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.cli import options
from monitor.store import Store
from tests.architecture.tree import ROOT
from tests.exports import post_line, write_lines
from tests.integration.cli.conftest import Monitor

NOW = datetime(2026, 4, 8, 12, tzinfo=UTC)


def test_db_upgrade_makes_the_tables_and_again_changes_nothing(monitor: Monitor, database: Path) -> None:
    first = monitor("db", "upgrade")
    assert (first.code, first.err) == (0, "")
    assert str(database) in first.out
    assert monitor("db", "upgrade").out == first.out


def test_status_shows_every_channel_and_the_totals(monitor: Monitor, tmp_path: Path) -> None:
    lines = [post_line(1), post_line(2, deleted_at="2024-07-27T00:00:00Z"), post_line(3) | {"channel": "front_notes"}]
    monitor("import", write_lines(tmp_path / "a.jsonl", *lines))
    shown = monitor("status")
    assert shown.code == 0
    assert "in all: 3 posts, 3 texts, 0 not yet read" in shown.out
    by_channel = {line["channel"]: line for line in monitor("status", "--format", "jsonl").lines}
    assert by_channel["sahel_desk"]["posts"] == 2
    assert by_channel["sahel_desk"]["deleted"] == 1
    assert by_channel["front_notes"]["last_post"] == "2024-07-26T16:00:00+00:00"


def test_a_database_without_a_daemon_is_well(monitor: Monitor) -> None:
    monitor("db", "upgrade")
    run = monitor("healthcheck")
    assert (run.code, run.out) == (0, "well: the database answers; no daemon has followed channels in it yet\n")


def test_a_missing_database_and_a_wrong_setting_are_not_well(monitor: Monitor, monkeypatch: pytest.MonkeyPatch) -> None:
    run = monitor("healthcheck")
    assert run.code == 1
    assert run.out.startswith("not well: SQLite")
    monkeypatch.setenv("LOG_LEVEL", "LOUD")
    run = monitor("healthcheck")
    assert (run.code, run.out) == (1, "not well: LOG_LEVEL: not usable; want DEBUG, INFO, WARNING or ERROR\n")


@pytest.mark.parametrize(
    ("age", "every", "is_well"),
    [
        (timedelta(minutes=29), "10m", True),
        (timedelta(minutes=31), "10m", False),
        (timedelta(minutes=31), "20m", True),
        (timedelta(minutes=14), "1m", True),
        (timedelta(minutes=16), "1m", False),
    ],
)
def test_a_daemon_that_missed_three_rounds_of_reading_is_not_well(
    monitor: Monitor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, age: timedelta, every: str, is_well: bool
) -> None:
    (tmp_path / "channels.yaml").write_text(
        f"channels:\n  - handle: sahel_desk\nfollowing:\n  reconcile_every: {every}\n", encoding="utf-8"
    )
    monitor("import", write_lines(tmp_path / "a.jsonl", post_line(1)))
    read_until(tmp_path / "data" / "monitor.db", NOW - age)
    monkeypatch.setattr(options, "now", lambda: NOW)
    run = monitor("healthcheck")
    assert run.code == (0 if is_well else 1)
    assert f"channels were last read {age // timedelta(minutes=1)} min ago" in run.out


def read_until(database: Path, at: datetime) -> None:
    """Note what a daemon notes after it has read a channel's history."""

    async def note() -> None:
        async with await Store.open(f"sqlite:///{database}") as store:
            await store.note_verified("sahel_desk", message_id=1, at=at)

    asyncio.run(note())


def note_account(database: Path, *, state: str, since: datetime, beat_at: datetime) -> None:
    """Note what a daemon notes every half minute of an account that took its state at ``since``."""

    async def note() -> None:
        async with await Store.open(f"sqlite:///{database}") as store:
            for at in (since, beat_at):
                await store.note_account("main", user_id=42, state=state, reason="for a reason", at=at)

    asyncio.run(note())


MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("state", "since", "beat", "said"),
    [
        ("up", 60 * MINUTE, MINUTE, None),
        ("up", 60 * MINUTE, 4 * MINUTE, "the daemon of account main has not written for 4 min"),
        ("down", 9 * MINUTE, MINUTE, None),
        ("down", 11 * MINUTE, MINUTE, "account main has not been connected for 11 min: for a reason"),
        ("lost", MINUTE, MINUTE, "account main is logged out of Telegram: for a reason"),
    ],
)
def test_a_daemon_that_cannot_write_or_has_lost_its_account_is_not_well(
    monitor: Monitor,
    database: Path,
    monkeypatch: pytest.MonkeyPatch,
    state: str,
    since: timedelta,
    beat: timedelta,
    said: str | None,
) -> None:
    monitor("db", "upgrade")
    note_account(database, state=state, since=NOW - since, beat_at=NOW - beat)
    monkeypatch.setattr(options, "now", lambda: NOW)
    run = monitor("healthcheck")
    assert run.code == (1 if said else 0)
    assert (said or "well: the database answers; no channel was read yet") in run.out


def test_an_account_that_is_declared_no_more_makes_nobody_ill(
    monitor: Monitor, database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monitor("db", "upgrade")
    note_account(database, state="lost", since=NOW - MINUTE, beat_at=NOW - MINUTE)
    (tmp_path / "channels.yaml").write_text(
        "accounts:\n  - name: first\n  - {name: second, session: SECOND}\nchannels:\n  - handle: sahel_desk\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(options, "now", lambda: NOW)
    assert monitor("healthcheck").code == 0
    assert monitor("healthcheck", "--account", "second").code == 0
    run = monitor("healthcheck", "--account", "main")
    assert (run.code, run.out) == (1, "not well: account main is not declared in channels.yaml\n")


def test_channels_that_are_switched_off_make_nobody_ill(
    monitor: Monitor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "channels.yaml").write_text("channels:\n  - {handle: sahel_desk, enabled: false}\n", encoding="utf-8")
    monitor("import", write_lines(tmp_path / "a.jsonl", post_line(1)))
    read_until(tmp_path / "data" / "monitor.db", NOW - timedelta(days=3))
    monkeypatch.setattr(options, "now", lambda: NOW)
    assert monitor("healthcheck").code == 0


def test_status_tells_a_channel_that_stopped_against_its_own_rhythm(
    monitor: Monitor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hours = [NOW - timedelta(hours=number) for number in range(8, 24 * 7)]
    lines = [post_line(number, date=at.isoformat()) for number, at in enumerate(reversed(hours), start=1)]
    monitor("import", write_lines(tmp_path / "a.jsonl", *lines))
    monkeypatch.setattr(options, "now", lambda: NOW)
    assert "    silent for 8h, unlike its own rhythm\n" in monitor("status").out
    (line,) = monitor("status", "--format", "jsonl").lines
    assert line["silent_s"] == 8 * 3600


@pytest.mark.parametrize("name", ["@sahel_desk", "https://t.me/s/Sahel_desk/12", "sahel_desk"])
def test_a_backfill_is_asked_of_the_daemon_and_shown_until_it_is_done(
    monitor: Monitor, tmp_path: Path, name: str
) -> None:
    monitor("import", write_lines(tmp_path / "a.jsonl", post_line(1)))
    run = monitor("backfill", name, "--since", "2024-01-01")
    assert (run.code, run.out.partition(":")[0]) == (0, "backfill 1")
    assert "backfill 1: sahel_desk from 2024-01-01 00:00 UTC on, waiting" in monitor("status").out


@pytest.mark.parametrize(
    ("name", "since", "said"),
    [
        ("@sahel_desk", "2124-01-01", "is not in the past"),
        ("@sahel_desk", "yesterday", "not a day or an instant"),
        ("@nobody_here", "2024-01-01", "@nobody_here is not followed; declare it in channels.yaml"),
    ],
)
def test_a_backfill_that_cannot_be_done_is_refused(
    monitor: Monitor, tmp_path: Path, name: str, since: str, said: str
) -> None:
    (tmp_path / "channels.yaml").write_text("channels:\n  - handle: sahel_desk\n", encoding="utf-8")
    monitor("import", write_lines(tmp_path / "a.jsonl", post_line(1)))
    run = monitor("backfill", name, "--since", since)
    assert (run.code, len(run.err.splitlines())) == (2, 1)
    assert said in run.err


def test_channels_check_lists_what_is_declared(monitor: Monitor) -> None:
    run = monitor("channels", "check", "--channels", ROOT / "channels.yaml")
    assert run.code == 0
    assert "5 channels, 1 digests, 1 alerts: all well" in run.out
    lines = monitor("channels", "check", "--channels", ROOT / "channels.yaml", "--format", "jsonl").lines
    assert lines[0]["channel"] == "example_front_ru"
    assert lines[0]["alignment"] == "RU"


def test_channels_schema_prints_the_file_that_editors_use(monitor: Monitor) -> None:
    run = monitor("channels", "schema")
    assert json.loads(run.out) == json.loads((ROOT / "schema" / "channels.schema.json").read_text(encoding="utf-8"))


def test_lexicon_check_counts_and_judges_the_examples(monitor: Monitor) -> None:
    run = monitor("lexicon", "check")
    assert "forms" in run.out
    assert len(run.err.splitlines()) == int(run.out.split(", ")[-1].split()[0])
    assert run.code == (1 if run.err else 0)


def test_explain_shows_each_text_of_a_post_with_what_was_read(monitor: Monitor, tmp_path: Path) -> None:
    revisions = [
        {"text": "Two soldiers were killed.", "observed_at": "2024-07-26T16:00:00Z"},
        {"text": "Nine soldiers were killed.", "observed_at": "2024-07-26T17:00:00Z"},
    ]
    line = post_line(12, "Nine soldiers were killed.", revisions=revisions, deleted_at="2024-07-27T00:00:00Z")
    monitor("import", write_lines(tmp_path / "a.jsonl", line))
    run = monitor("explain", "https://t.me/sahel_desk/12")
    assert run.code == 0
    for said in (
        "https://t.me/sahel_desk/12",
        "deleted, seen gone at 2024-07-27",
        "revision 0",
        "Two soldiers",
        "revision 1",
        "killed 9",
    ):
        assert said in run.out
    missing = monitor("explain", "sahel_desk/13")
    assert (missing.code, len(missing.err.splitlines())) == (2, 1)


def test_explain_reads_a_text_from_standard_input(monitor: Monitor) -> None:
    assert "killed 2" in monitor("explain", "-", stdin=b"Two soldiers were killed.").out


def test_evaluate_scores_labelled_posts(monitor: Monitor, tmp_path: Path) -> None:
    claim = {
        "kind": "killed",
        "min": 2,
        "max": 2,
        "bound": "exact",
        "side": None,
        "polarity": "asserted",
        "cumulative": False,
    }
    rows = [
        {"id": "a", "lang": "en", "text": "Two soldiers were killed.", "claims": [claim]},
        {"id": "b", "lang": "en", "text": "Nine soldiers were killed.", "claims": [claim]},
        {"id": "c", "lang": "en", "text": "A quiet day.", "claims": []},
    ]
    scores = {
        line["measure"]: line["value"]
        for line in monitor("evaluate", write_lines(tmp_path / "g.jsonl", *rows), "--format", "jsonl").lines
    }
    assert scores["casualty/figure/en"] == 0.5
    assert scores["negatives/false_alarms/all"] == 0.0


def test_evaluate_judges_labelled_pairs(monitor: Monitor, tmp_path: Path) -> None:
    end = {"channel": "a", "origin": "A", "kind": "killed", "min": 2, "max": 2, "bound": "exact", "side": "MLI", "place": "Tinzaouaten",
           "event_day": 27, "scope": "incident", "as_of": None, "polarity": "asserted", "t": 0, "own_voice": True}  # fmt: skip
    other = end | {"channel": "b", "origin": "B", "min": 47, "max": 47}
    rows = [
        {"id": "p1", "relation": "contradict", "severity": 3, "a": end, "b": other},
        {"id": "p2", "relation": "corroborate", "severity": None, "a": end, "b": other},
    ]
    run = monitor("evaluate", write_lines(tmp_path / "pairs.jsonl", *rows))
    assert run.code == 0
    assert run.out.startswith("p2: want corroborate -, found contradict")
    assert run.out.endswith("of 2 pairs hold\n")
