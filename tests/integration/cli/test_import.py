import json
from pathlib import Path

import pytest

from tests.exports import account, chat, message, post_line, write_export, write_lines
from tests.integration.cli.conftest import Monitor


def test_an_import_stores_reads_and_compares(monitor: Monitor, tmp_path: Path) -> None:
    export = write_export(tmp_path / "result.json", chat(message(1), message(2, "Three civilians were wounded.")))
    lines = write_lines(tmp_path / "posts.jsonl", post_line(7), post_line(8, "Quiet."))
    run = monitor("import", export, lines)
    assert (run.code, run.err) == (0, "")
    assert "posts: 4 new, 0 new texts, 0 deleted, 0 unchanged; 0 broken records" in run.out
    assert "read: 4 texts" in run.out
    assert [line["channel"] for line in monitor("status", "--format", "jsonl").lines] == ["1234567890", "sahel_desk"]


def test_importing_again_changes_nothing(monitor: Monitor, tmp_path: Path) -> None:
    lines = write_lines(tmp_path / "posts.jsonl", *(post_line(number) for number in range(1, 1200)))
    monitor("import", lines)
    before = monitor("posts", "--format", "jsonl").out
    run = monitor("import", lines)
    assert "posts: 0 new, 0 new texts, 0 deleted, 1199 unchanged" in run.out
    assert "read: 0 texts" in run.out
    assert monitor("posts", "--format", "jsonl").out == before


def test_what_posts_prints_goes_back_in_as_the_same_store(
    monitor: Monitor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    revisions = [
        {"text": "Two soldiers were killed.", "observed_at": "2024-07-26T16:00:00Z", "edit_date": None},
        {
            "text": "Nine soldiers were killed.",
            "observed_at": "2024-07-26T17:00:00Z",
            "edit_date": "2024-07-26T17:00:00Z",
        },
        {
            "text": "Two soldiers were killed.",
            "observed_at": "2024-07-26T18:00:00Z",
            "edit_date": "2024-07-26T18:00:00Z",
        },
    ]
    lines = write_lines(
        tmp_path / "posts.jsonl",
        post_line(1, revisions=revisions, edit_date="2024-07-26T18:00:00Z", deleted_at="2024-07-27T09:00:00Z"),
        post_line(
            2, fwd_from={"channel": "front_notes", "message_id": 4, "date": "2024-07-25T00:00:00Z", "name": "Front"}
        ),
        post_line(
            3,
            "نقطة \U0001f1f2\U0001f1f1 killed",
            views=5,
            forwards=1,
            reply_to=2,
            grouped_id=88,
            reactions=[{"emoji": "x", "count": 2}],
        ),
        post_line(
            4,
            "See https://example.org",
            entities=[{"kind": "url", "start": 4, "end": 23}],
            media={"kind": "photo", "size": 9},
        ),
        post_line(5, "", edit_date="2024-07-26T19:00:00Z"),
    )
    export = write_export(
        tmp_path / "result.json", chat(message(1, edited_unixtime="1722020000", forwarded_from="Other"))
    )
    assert monitor("import", lines, export).code == 0
    printed = {name: monitor(name, "--format", "jsonl").out for name in ("posts", "findings", "incidents", "status")}
    assert len(printed["posts"].splitlines()) == 6

    again = tmp_path / "again.jsonl"
    again.write_text(printed["posts"], encoding="utf-8")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/again.db")
    assert monitor("import", again).code == 0
    assert {name: monitor(name, "--format", "jsonl").out for name in printed} == printed


def test_the_order_of_lines_does_not_matter(monitor: Monitor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [
        post_line(number % 40 + 1, f"{number} soldiers were killed.", edit_date=f"2024-07-26T17:{number % 60:02}:00Z")
        for number in range(90)
    ]
    printed = []
    for name, order in (("forward", lines), ("backward", lines[::-1])):
        monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/{name}.db")
        assert monitor("import", write_lines(tmp_path / f"{name}.jsonl", *order)).code == 0
        printed.append([monitor(what, "--format", "jsonl").out for what in ("posts", "findings", "incidents")])
    assert printed[0] == printed[1]


def test_broken_records_are_told_and_the_rest_goes_in(monitor: Monitor, tmp_path: Path) -> None:
    lines = write_lines(
        tmp_path / "posts.jsonl", post_line(1), "{broken", post_line(2) | {"date": "soon"}, post_line(3)
    )
    run = monitor("import", lines)
    assert run.code == 1
    assert "posts: 2 new" in run.out
    assert "2 broken records" in run.out
    first, second = run.err.splitlines()
    assert first.startswith(f"monitor: {lines}:2: not JSON")
    assert second.startswith(f'monitor: {lines}:3: "date" is no instant')


def test_a_file_full_of_broken_records_is_told_in_few_lines(monitor: Monitor, tmp_path: Path) -> None:
    run = monitor("import", write_lines(tmp_path / "posts.jsonl", post_line(1), *["{"] * 500))
    assert run.code == 1
    assert len(run.err.splitlines()) == 21
    assert "480 more broken records" in run.err.splitlines()[-1]


def test_channels_yaml_lends_a_handle_alignment_and_family(monitor: Monitor, tmp_path: Path) -> None:
    (tmp_path / "channels.yaml").write_text(
        "channels:\n  - {handle: '@Sahel_Desk', id: -1001234567890, alignment: MLI, family: desk}\n", encoding="utf-8"
    )
    monitor("import", write_export(tmp_path / "result.json", chat(message(1))))
    monitor("import", write_lines(tmp_path / "posts.jsonl", post_line(2)))
    assert [(line["channel"], line["posts"]) for line in monitor("status", "--format", "jsonl").lines] == [
        ("Sahel_Desk", 2)
    ]


def test_private_chats_of_an_account_stay_out(monitor: Monitor, tmp_path: Path) -> None:
    export = account(chat(message(1, "My secret"), kind="personal_chat", number=5, name="A friend"), chat(message(2)))
    run = monitor("import", write_export(tmp_path / "result.json", export))
    assert run.code == 0
    assert "1 chats that are no channels passed over" in run.out
    assert "secret" not in monitor("posts").out
    assert b"My secret" not in b"".join(path.read_bytes() for path in (tmp_path / "data").iterdir())


def test_a_mistake_in_the_last_file_name_leaves_no_database(monitor: Monitor, tmp_path: Path, database: Path) -> None:
    run = monitor("import", write_lines(tmp_path / "posts.jsonl", post_line(1)), tmp_path / "missing.jsonl")
    assert run.code == 2
    assert run.err == f"monitor: {tmp_path}/missing.jsonl: cannot be read: No such file or directory\n"
    assert not database.exists()


def test_posts_can_be_chosen_by_channel_and_time(monitor: Monitor, tmp_path: Path) -> None:
    lines = [
        post_line(1),
        post_line(2, date="2024-07-28T00:00:00Z"),
        post_line(3) | {"channel": "front_notes"},
    ]
    monitor("import", write_lines(tmp_path / "posts.jsonl", *lines))

    def chosen(*words: str) -> list[int]:
        return [line["message_id"] for line in monitor("posts", "--format", "jsonl", *words).lines]

    assert chosen("--channel", "@SAHEL_DESK") == [1, 2]
    assert chosen("--since", "2024-07-27") == [2]
    assert chosen("--until", "2024-07-27", "--channel", "front_notes") == [3]
    missing = monitor("posts", "--channel", "sahel_desc")
    assert (missing.code, missing.err) == (
        2,
        "monitor: --channel sahel_desc: nothing is stored of it; did you mean sahel_desk?\n",
    )


def test_a_post_cannot_command_the_terminal_that_prints_it(monitor: Monitor, tmp_path: Path) -> None:
    monitor("import", write_lines(tmp_path / "posts.jsonl", post_line(1, "a\x1b[2Jb\x9bc\x07")))
    assert not set(monitor("posts").out) & set("\x1b\x9b\x07")
    assert json.loads(monitor("posts", "--format", "jsonl").out)["text"] == "a\x1b[2Jb\x9bc\x07"
