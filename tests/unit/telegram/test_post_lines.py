import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.errors import UsageError
from monitor.model.post import Channel, Entity, Forward, Media, Observation, Reaction, Span
from monitor.telegram.records import open_source
from tests.exports import account, chat, message, post_line, write_export, write_lines

POSTED = datetime(2024, 7, 26, 16, tzinfo=UTC)
LATER = datetime(2024, 7, 26, 18, tzinfo=UTC)
DECLARED = (Channel(key="desk_by_number", telegram_id=1234567890),)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "posts.jsonl"


def read(path: Path) -> tuple[list[Observation], list[str]]:
    source = open_source(path, channels=DECLARED)
    seen = list(source.observations())
    return seen, [str(one).removeprefix(f"{path}:") for one in source.broken]


def one(path: Path, **fields: object) -> Observation:
    seen, broken = read(write_lines(path, post_line(17) | fields))
    assert broken == []
    (only,) = seen
    return only


def test_a_line_was_seen_when_it_was_posted(path: Path) -> None:
    seen = one(path)
    assert (str(seen.ref), seen.date, seen.observed_at) == ("sahel_desk/17", POSTED, POSTED)


def test_an_edited_line_was_seen_when_it_was_edited(path: Path) -> None:
    seen = one(path, edit_date="2024-07-26T21:00:00+03:00")
    assert (seen.observed_at, seen.edit_date) == (LATER, LATER)


@pytest.mark.parametrize(
    ("fields", "ref"),
    [
        ({"channel": "@sahel_desk"}, "sahel_desk/17"),
        ({"channel": "https://t.me/sahel_desk"}, "sahel_desk/17"),
        ({"channel": -1001234567890}, "desk_by_number/17"),
        ({"channel": "-1001234567890"}, "desk_by_number/17"),
        ({"channel": 55}, "55/17"),
        ({"message_id": None, "id": 18}, "sahel_desk/18"),
        ({"channel": None, "message_id": None, "id": "front_notes/19"}, "front_notes/19"),
        ({"channel": "نقطة"}, "نقطة/17"),
    ],
)
def test_a_channel_may_be_written_in_several_ways(path: Path, fields: dict[str, object], ref: str) -> None:
    assert str(one(path, **fields).ref) == ref


@pytest.mark.parametrize(
    ("header", "forward"),
    [
        ("@front_notes", Forward(channel="front_notes")),
        ("Front notes, second channel", Forward(name="Front notes, second channel")),
        (1234567890, None),
        (
            {"channel": "front_notes", "message_id": 5, "date": "2024-07-26T18:00:00Z", "name": "Front"},
            Forward(channel="front_notes", message_id=5, date=LATER, name="Front"),
        ),
        ({"channel": -1001234567890}, Forward(channel="desk_by_number")),
        ({"channel": None, "name": "Hidden"}, Forward(name="Hidden")),
        ({}, Forward()),
    ],
)
def test_a_forward_is_a_name_or_an_object(path: Path, header: object, forward: Forward | None) -> None:
    if forward is None:
        _, broken = read(write_lines(path, post_line(1, fwd_from=header)))
        assert "neither a channel name nor an object" in broken[0]
    else:
        assert one(path, fwd_from=header).forward == forward


def test_every_field_of_the_contract_is_taken(path: Path) -> None:
    seen = one(
        path,
        reply_to=3,
        grouped_id=4,
        views=5,
        forwards=6,
        media={"kind": "photo", "file_name": "a.jpg", "size": 7, "content_hash": "ff"},
        reactions=[{"emoji": "\U0001f44d", "count": 8}],
        entities=[{"kind": "text_link", "start": 0, "end": 3, "url": "https://example.org"}],
    )
    assert (seen.reply_to, seen.grouped_id, seen.views, seen.forwards) == (3, 4, 5, 6)
    assert seen.media == Media(kind="photo", file_name="a.jpg", size=7, content_hash="ff")
    assert seen.reactions == (Reaction(emoji="\U0001f44d", count=8),)
    assert seen.entities == (Entity(kind="text_link", span=Span(start=0, end=3), url="https://example.org"),)


def test_revisions_are_sightings_of_their_own_and_the_last_carries_the_marks(path: Path) -> None:
    revisions = [
        {"text": "Two killed", "observed_at": "2024-07-26T16:00:00Z"},
        {"text": "Twelve killed", "observed_at": "2024-07-26T18:00:00Z"},
    ]
    line = post_line(
        17, "Twelve killed", revisions=revisions, edit_date="2024-07-26T18:00:00Z", deleted_at="2024-07-27T00:00:00Z"
    )
    seen, broken = read(write_lines(path, line))
    assert broken == []
    assert [(one.observed_at.hour, one.text, one.edit_date, one.is_gone) for one in seen] == [
        (16, "Two killed", None, False),
        (18, "Twelve killed", LATER, False),
        (0, "", None, True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "not JSON"),
        ("[1]", "not a JSON object"),
        ("null", "not a JSON object"),
        ('{"text": "a", "text": "b"}', "a key stands twice"),
        ('{"views": Infinity}', "Infinity is no number"),
        ('{"a":' * 3000 + "1" + "}" * 3000, "nested too deeply"),
        (json.dumps(post_line(1) | {"channel": None}), 'no "channel"'),
        (json.dumps(post_line(1) | {"channel": "two words"}), '"channel" is no channel name'),
        (json.dumps(post_line(1) | {"channel": "a/b"}), '"channel" is no channel name'),
        (json.dumps(post_line(1) | {"channel": '"><script>'}), '"channel" is no channel name'),
        (json.dumps(post_line(1) | {"channel": True}), '"channel" is no channel name'),
        (json.dumps(post_line(1) | {"message_id": "1"}), '"message_id" is no whole number'),
        (json.dumps(post_line(1) | {"message_id": 0}), '"message_id" is no whole number'),
        (json.dumps(post_line(1) | {"message_id": None}), 'no "message_id"'),
        (json.dumps(post_line(1) | {"text": 5}), '"text" is no text'),
        (json.dumps({"channel": "a", "message_id": 1, "date": "2024-07-26T16:00:00Z"}), 'no "text"'),
        (json.dumps(post_line(1) | {"date": None}), 'no "date"'),
        (json.dumps(post_line(1) | {"date": "yesterday"}), '"date" is no instant'),
        (json.dumps(post_line(1) | {"date": "2024-07-26T16:00:00"}), '"date" has no offset'),
        (json.dumps(post_line(1) | {"date": "0001-01-01T00:00:00+14:00"}), '"date" lies before'),
        (json.dumps(post_line(1) | {"edit_date": 5}), '"edit_date" is no instant'),
        (json.dumps(post_line(1) | {"views": "12K"}), '"views" is no whole number'),
        (json.dumps(post_line(1) | {"revisions": []}), '"revisions" is no list of texts'),
        (json.dumps(post_line(1) | {"revisions": [{"text": "a"}]}), 'a revision needs "text" and "observed_at"'),
        (
            json.dumps(post_line(1, "b") | {"revisions": [{"text": "a", "observed_at": "2024-07-26T16:00:00Z"}]}),
            '"text" is not the text of the last revision',
        ),
        (json.dumps(post_line(1, "ab") | {"entities": [{"kind": "bold", "start": 0, "end": 3}]}), "a range inside the text"),
        (json.dumps(post_line(1) | {"reactions": [{"emoji": "x"}]}), 'a reaction needs "emoji" and "count"'),
        (json.dumps(post_line(1) | {"media": {"kind": "virus"}}), '"media" has no known "kind"'),
    ],
)  # fmt: skip
def test_a_broken_line_is_reported_with_its_number_and_the_rest_goes_in(path: Path, line: str, said: str) -> None:
    seen, broken = read(write_lines(path, post_line(1), "", line, post_line(2)))
    assert [one.ref.message_id for one in seen] == [1, 2]
    assert len(broken) == 1
    assert broken[0].startswith("3: ")
    assert said in broken[0]


def test_no_report_repeats_what_the_post_says(path: Path) -> None:
    _, broken = read(write_lines(path, post_line(1, "A secret sentence") | {"views": "A secret number"}))
    assert "secret" not in broken[0]


def test_a_line_over_the_cap_is_passed_over_with_its_number(path: Path) -> None:
    seen, broken = read(write_lines(path, post_line(1), post_line(2, "x" * (17 * 1024 * 1024)), post_line(3)))
    assert [one.ref.message_id for one in seen] == [1, 3]
    assert broken == ["2: longer than 16,777,216 bytes"]


def test_a_line_of_ten_megabytes_is_taken(path: Path) -> None:
    seen, broken = read(write_lines(path, post_line(1, "x" * (10 * 1024 * 1024))))
    assert ([len(one.text) for one in seen], broken) == ([10 * 1024 * 1024], [])


def test_gzip_files_are_read_and_a_cut_one_gives_what_stands_before_the_cut(path: Path) -> None:
    write_lines(path, *(post_line(number, f"{number} killed near place {number * 7919}") for number in range(1, 2001)))
    packed = gzip.compress(path.read_bytes())
    path.write_bytes(packed)
    seen, broken = read(path)
    assert ([one.ref.message_id for one in seen], broken) == (list(range(1, 2001)), [])
    path.write_bytes(packed[: len(packed) // 2])
    seen, broken = read(path)
    assert [one.ref.message_id for one in seen] == list(range(1, len(seen) + 1))
    assert 500 < len(seen) < 2000
    assert broken == [" the gzip file is cut off; what stands before the cut is taken"]


def test_a_damaged_gzip_file_is_reported(path: Path) -> None:
    packed = bytearray(gzip.compress(json.dumps(post_line(1)).encode() + b"\n"))
    packed[-6] ^= 0xFF
    path.write_bytes(packed)
    seen, broken = read(path)
    assert len(seen) == 1
    assert "cannot be read any further: CRC check failed" in broken[0]


def test_windows_line_ends_and_a_byte_order_mark_do_no_harm(path: Path) -> None:
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(post_line(1)).encode() + b"\r\n" + json.dumps(post_line(2)).encode())
    seen, broken = read(path)
    assert ([one.ref.message_id for one in seen], broken) == ([1, 2], [])


def test_the_position_reaches_the_size(path: Path) -> None:
    source = open_source(write_lines(path, post_line(1), post_line(2)))
    assert source.position == 0
    assert len(list(source.observations())) == 2
    assert source.position == source.size == path.stat().st_size


def test_a_file_of_nothing_but_broken_lines_keeps_a_bounded_list(path: Path) -> None:
    source = open_source(write_lines(path, *["{"] * 3000))
    told: list[object] = []
    assert list(source.observations(on_broken=told.append)) == []
    assert (len(told), source.broken_count, len(source.broken)) == (3000, 3000, 1000)


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("posts.jsonl", json.dumps(post_line(1)), "lines"),
        ("posts.json", json.dumps(post_line(1)), "lines"),
        ("posts", json.dumps(post_line(1)) + "\n" + json.dumps(post_line(2)), "lines"),
        ("posts.jsonl", "{broken\n" + json.dumps(post_line(2)), "lines"),
        ("result.json", json.dumps(chat(message(1)), indent=1), "export"),
        ("result.json", json.dumps(chat(message(1))), "export"),
        ("export", json.dumps(account(chat(message(1)))), "export"),
        ("result.json", json.dumps(chat(*(message(number) for number in range(1000)))), "export"),
    ],
)
def test_the_two_kinds_of_file_are_told_apart_by_their_content(
    tmp_path: Path, name: str, content: str, kind: str
) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    assert open_source(path).kind == kind


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot be read: No such file or directory"),
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (b"\x1f\x8bnot gzip", "is empty"),
        (b"<html>", "neither a Telegram Desktop result.json nor post lines"),
        (b"\x00\x01\x02", "neither"),
    ],
)
def test_a_file_that_cannot_hold_posts_is_refused(tmp_path: Path, content: bytes | None, said: str) -> None:
    path = tmp_path / "posts.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UsageError, match=said):
        open_source(path)


def test_a_folder_is_refused_with_the_file_to_name(tmp_path: Path) -> None:
    write_export(tmp_path / "result.json", chat(message(1)))
    with pytest.raises(UsageError, match=r"is a directory; name the file in it: .*result\.json"):
        open_source(tmp_path)
