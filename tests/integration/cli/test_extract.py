import gzip
import json
from pathlib import Path

import pytest

from tests.exports import post_line, write_lines
from tests.integration.cli.conftest import Monitor

TEXT = "Two Malian soldiers were killed near Tinzaouaten."
FIELDS = {"kind", "min", "max", "bound", "side", "polarity", "cumulative", "attributed_to", "span", "start", "end", "place", "item", "rule"}  # fmt: skip


def test_claim_lines_hold_the_contracts_fields_and_spans_of_the_text(monitor: Monitor, tmp_path: Path) -> None:
    run = monitor("extract", write_lines(tmp_path / "a.jsonl", post_line(7, TEXT)))
    (line,) = run.lines
    assert (run.code, line["id"], line["lang"]) == (0, "sahel_desk/7", "en")
    (claim,) = line["claims"]
    assert claim.keys() >= FIELDS
    assert (claim["kind"], claim["min"], claim["max"]) == ("killed", 2, 2)
    assert claim["span"] == TEXT[claim["start"] : claim["end"]]


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ({"id": "en-1", "text": TEXT}, "en-1"),
        ({"id": 17, "text": TEXT}, 17),
        ({"id": "en-2", "channel": "a", "message_id": 5, "text": TEXT}, "en-2"),
        ({"channel": "a", "message_id": 5, "text": TEXT, "date": "yesterday"}, "a/5"),
    ],
)
def test_a_line_is_named_by_its_id_or_by_channel_and_message(
    monitor: Monitor, line: dict[str, object], name: object
) -> None:
    run = monitor("extract", stdin=json.dumps(line).encode())
    assert (run.code, [line["id"] for line in run.lines]) == (0, [name])


def test_broken_lines_are_told_with_their_number_and_the_rest_is_read(monitor: Monitor) -> None:
    lines = [
        json.dumps(post_line(1)),
        "{",
        '{"id": 5}',
        '{"text": "x"}',
        '{"id": "a", "text": "b", "text": "c"}',
        json.dumps(post_line(2)),
    ]
    run = monitor("extract", stdin="\n".join(lines).encode() + b"\n\xff\n")
    assert run.code == 1
    assert [line["id"] for line in run.lines] == ["sahel_desk/1", "sahel_desk/2"]
    said = [line.removeprefix("monitor: -:") for line in run.err.splitlines()]
    assert [line.partition(":")[0] for line in said] == ["2", "3", "4", "5", "7"]
    assert 'no "text"' in said[1]
    assert 'no "id", nor "channel" and "message_id"' in said[2]


def test_several_processes_give_the_same_lines_in_the_same_order(monitor: Monitor, tmp_path: Path) -> None:
    lines = [post_line(number, f"{number} soldiers were killed.") for number in range(1, 1300)]
    path = write_lines(tmp_path / "a.jsonl", *lines[:600], "{broken", *lines[600:])
    alone, together = monitor("extract", path), monitor("extract", path, "--jobs", "2")
    assert together == alone
    assert [line["id"] for line in together.lines] == [f"sahel_desk/{number}" for number in range(1, 1300)]


def test_packed_lines_are_read_and_a_cut_is_told(monitor: Monitor, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    packed = gzip.compress(
        b"".join(json.dumps(post_line(number, f"word {number * 7919}")).encode() + b"\n" for number in range(999))
    )
    path.write_bytes(packed)
    assert len(monitor("extract", path).lines) == 999
    path.write_bytes(packed[:-900])
    run = monitor("extract", path)
    assert (run.code, run.err) == (
        1,
        f"monitor: {path}: the gzip file is cut off; what stands before the cut is taken\n",
    )
    assert 0 < len(run.lines) < 999


def test_half_a_surrogate_pair_comes_out_as_the_escape_it_came_in_as(monitor: Monitor) -> None:
    run = monitor("extract", stdin=rb'{"id": "\ud83d", "text": "\ud83d 5 soldiers were killed \ud83d"}')
    assert run.code == 0
    assert run.lines[0]["id"] == "\ud83d"


def test_a_channels_file_lends_its_alignment_to_ours(monitor: Monitor, tmp_path: Path) -> None:
    (tmp_path / "channels.yaml").write_text("channels:\n  - {handle: sahel_desk, alignment: MLI}\n", encoding="utf-8")
    lines = write_lines(tmp_path / "a.jsonl", post_line(7, "Three of our soldiers were killed."))
    sides = [
        [claim["side"] for claim in monitor("extract", lines, *more).lines[0]["claims"]]
        for more in ((), ("--channels", "channels.yaml"))
    ]
    assert sides == [[None], ["MLI"]]
