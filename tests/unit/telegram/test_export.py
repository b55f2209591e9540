import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.model.post import Channel, Entity, Forward, Media, Observation, Span
from monitor.telegram.records import SourceFile, open_source
from tests.exports import POSTED, account, chat, message, write_export

DECLARED = (
    Channel(key="sahel_desk", telegram_id=-1001234567890, name="Desk"),
    Channel(key="by_name", name="Rear notes"),
    Channel(key="first_twin", name="Twin"),
    Channel(key="second_twin", name="Twin"),
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "result.json"


def read(path: Path) -> tuple[list[Observation], list[str], SourceFile]:
    """Return what a file says was seen, and what is said of its broken records without the file's name."""
    source = open_source(path, channels=DECLARED)
    seen = list(source.observations())
    return seen, [str(one).removeprefix(f"{path}:") for one in source.broken], source


def one(path: Path, **fields: object) -> Observation:
    """Read an export of one message."""
    seen, broken, _ = read(write_export(path, chat(message(7, **fields))))
    assert broken == []
    return seen[0]


def test_a_message_becomes_an_observation_at_its_posting_time(path: Path) -> None:
    posted = datetime.fromtimestamp(POSTED + 7 * 60, tz=UTC)
    seen = one(path)
    assert (str(seen.ref), seen.text) == ("sahel_desk/7", "Two soldiers were killed.")
    assert (seen.date, seen.observed_at, seen.edit_date) == (posted, posted, None)


def test_an_edited_message_was_seen_when_it_was_edited(path: Path) -> None:
    edited = datetime.fromtimestamp(POSTED + 9000, tz=UTC)
    seen = one(path, edited="2024-07-26T21:30:00", edited_unixtime=str(POSTED + 9000))
    assert (seen.observed_at, seen.edit_date) == (edited, edited)


def test_an_old_export_without_unix_times_has_its_local_times_taken_as_utc(path: Path) -> None:
    written = message(7)
    del written["date_unixtime"]
    seen, broken, _ = read(write_export(path, chat(written)))
    assert (seen[0].date, broken) == (datetime(2024, 7, 26, 19, tzinfo=UTC), [])


def test_pieces_of_text_are_joined_and_their_markup_counted_in_code_points(path: Path) -> None:
    pieces = [
        "\U0001f1f2\U0001f1f1 ",
        {"type": "bold", "text": "20 killed"},
        " says ",
        {"type": "text_link", "text": "the staff", "href": "https://example.org/staff"},
        {"type": "link", "text": " https://example.org"},
    ]
    seen = one(path, text=pieces)
    assert seen.text == "\U0001f1f2\U0001f1f1 20 killed says the staff https://example.org"
    assert seen.entities == (
        Entity(kind="bold", span=Span(start=3, end=12)),
        Entity(kind="text_link", span=Span(start=18, end=27), url="https://example.org/staff"),
        Entity(kind="url", span=Span(start=27, end=47)),
    )
    assert [entity.span.of(seen.text) for entity in seen.entities][:2] == ["20 killed", "the staff"]


def test_markup_comes_from_text_entities_where_text_is_one_string(path: Path) -> None:
    entities = [{"type": "plain", "text": "Two "}, {"type": "bold", "text": "killed"}]
    assert one(path, text="Two killed", text_entities=entities).entities == (
        Entity(kind="bold", span=Span(start=4, end=10)),
    )


@pytest.mark.parametrize(
    ("fields", "forward"),
    [
        ({}, None),
        ({"forwarded_from": "Desk", "forwarded_from_id": "channel1234567890"}, Forward(channel="sahel_desk", name="Desk")),
        ({"forwarded_from": "Other", "forwarded_from_id": "channel99"}, Forward(channel="99", name="Other")),
        ({"forwarded_from": "rear NOTES"}, Forward(channel="by_name", name="rear NOTES")),
        ({"forwarded_from": "Twin"}, Forward(name="Twin")),
        ({"forwarded_from": "Rear notes", "forwarded_from_id": "user5"}, Forward(name="Rear notes")),
        ({"forwarded_from": None}, Forward()),
        ({"forwarded_from": None, "saved_from": "Elsewhere"}, Forward(name="Elsewhere")),
    ],
)  # fmt: skip
def test_a_forward_names_its_channel_where_the_export_allows(
    path: Path, fields: dict[str, object], forward: Forward | None
) -> None:
    assert one(path, **fields).forward == forward


@pytest.mark.parametrize(
    ("fields", "media"),
    [
        ({}, None),
        ({"photo": "photos/photo_1.jpg", "photo_file_size": 9, "width": 1}, Media(kind="photo", file_name="photo_1.jpg", size=9)),
        ({"photo": "(File not included. Change data exporting settings to download.)"}, Media(kind="photo")),
        ({"file": "files/map.pdf", "mime_type": "application/pdf"}, Media(kind="document", file_name="map.pdf")),
        ({"file": "(File exceeds maximum size)", "file_name": "a.mp4", "file_size": 5, "media_type": "video_file", "duration_seconds": 9}, Media(kind="video", file_name="a.mp4", size=5)),
        ({"file": "x", "media_type": "voice_message"}, Media(kind="voice", file_name="x")),
        ({"file": "x", "media_type": "audio_file"}, Media(kind="audio", file_name="x")),
        ({"file": "x", "media_type": "sticker"}, Media(kind="sticker", file_name="x")),
        ({"file": "x", "media_type": "animation"}, Media(kind="animation", file_name="x")),
        ({"poll": {"question": "Who?", "answers": [{"text": "They", "voters": 3}, {"text": "We"}]}}, Media(kind="poll", poll_text="Who?\nThey\nWe")),
        ({"location_information": {"latitude": 19.9, "longitude": 2.9}}, Media(kind="other")),
    ],
)  # fmt: skip
def test_media_are_told_apart(path: Path, fields: dict[str, object], media: Media | None) -> None:
    assert one(path, **fields).media == media


def test_reactions_are_counted_by_emoji(path: Path) -> None:
    reactions = [
        {"type": "emoji", "count": 3, "emoji": "\U0001f525"},
        {"type": "custom_emoji", "count": 2, "document_id": "5170149264327704981"},
        {"type": "paid", "count": 1},
    ]
    assert [(each.emoji, each.count) for each in one(path, reactions=reactions).reactions] == [
        ("\U0001f525", 3),
        ("5170149264327704981", 2),
        ("paid", 1),
    ]


def test_a_reply_is_kept_only_within_the_channel(path: Path) -> None:
    assert one(path, reply_to_message_id=3).reply_to == 3
    assert one(path, reply_to_message_id=3, reply_to_peer_id="channel99").reply_to is None


def test_service_and_unsupported_messages_are_skipped_and_counted(path: Path) -> None:
    export = chat({"id": 1, "type": "service", "action": "pin_message"}, {"id": 2, "type": "unsupported"}, message(3))
    seen, broken, source = read(write_export(path, export))
    assert ([one.ref.message_id for one in seen], broken) == ([3], [])
    assert source.skipped == {"service messages": 1, "messages that the exporting version did not know": 1}


def test_a_whole_account_gives_its_channels_and_no_private_chat(path: Path) -> None:
    export = account(
        chat(message(1)),
        chat(message(2, "My secret"), kind="personal_chat", number=5),
        chat(message(3), kind=None, number=6),
        chat(message(4), kind="private_channel", number=77, name="Rear notes"),
        left=(chat(message(5), number=88, name="Unknown"),),
    )
    seen, broken, source = read(write_export(path, export))
    assert [str(one.ref) for one in seen] == ["sahel_desk/1", "by_name/4", "88/5"]
    assert broken == []
    assert source.skipped == {"chats that are no channels": 2}


def test_a_name_that_two_entries_share_or_whose_number_differs_lends_no_key(path: Path) -> None:
    for name in ("Twin", "Desk"):
        seen, _, _ = read(write_export(path, chat(message(1), name=name, number=999)))
        assert str(seen[0].ref) == "999/1"


def test_an_export_of_a_private_chat_is_refused(path: Path) -> None:
    seen, broken, _ = read(write_export(path, chat(message(1), kind="personal_chat")))
    assert (seen, broken) == ([], ["5: the chat is a 'personal_chat', no channel; nothing of it is taken"])


@pytest.mark.parametrize("indent", [1, None])
@pytest.mark.parametrize(
    ("record", "said"),
    [
        ('{"id": 2, "type": "message", "date": }', "not JSON"),
        ('{"id": NaN}', "not JSON: NaN is no number"),
        ('{"id": 2, "id": 3}', "ambiguous: a key stands twice"),
        ('{"id": ' + "9" * 5000 + "}", "holds a number too long"),
        ('{"a": ' + "[" * 5000 + "]" * 5000 + "}", "nested too deeply"),
        ("17", "not a JSON object"),
        ("[]", "not a JSON object"),
        ('"text"', "not a JSON object"),
        (json.dumps({"id": 2}), '"type" is not message'),
        (json.dumps(message(2) | {"id": "2"}), '"id" is no whole number'),
        (json.dumps(message(2) | {"id": -2}), '"id" is no whole number'),
        (json.dumps(message(2) | {"id": True}), '"id" is no whole number'),
        (json.dumps(message(2) | {"id": 2**70}), '"id" is no whole number'),
        (json.dumps(message(2) | {"date_unixtime": "soon"}), '"date_unixtime" is no number of seconds'),
        (json.dumps(message(2) | {"date_unixtime": "99999999999"}), '"date" lies before'),
        (json.dumps(message(2) | {"text": 5}), '"text" is neither'),
        (json.dumps(message(2) | {"text": [{"type": "bold"}]}), 'a piece of "text"'),
        (json.dumps({"id": 2, "type": "message", "date_unixtime": str(POSTED)}), 'no "text"'),
        (json.dumps({"id": 2, "type": "message", "text": ""}), 'no "date_unixtime"'),
    ],
)
def test_a_broken_message_is_reported_with_its_place_and_the_rest_goes_in(
    path: Path, record: str, said: str, indent: int | None
) -> None:
    write_export(path, chat(message(1), "BROKEN", message(3)), indent=indent)
    before, after = path.read_text(encoding="utf-8").split('"BROKEN"')
    path.write_text(before + record + after, encoding="utf-8")
    seen, broken, source = read(path)
    assert [one.ref.message_id for one in seen] == [1, 3]
    assert (len(broken), source.broken_count) == (1, 1)
    assert broken[0].startswith(f"{before.count(chr(10)) + 1}: record 2: ")
    assert said in broken[0]


def test_bytes_that_are_not_utf8_cost_only_their_message(path: Path) -> None:
    write_export(path, chat(message(1), message(2, "ZZ"), message(3)))
    path.write_bytes(path.read_bytes().replace(b"ZZ", b"\xff\xfe"))
    seen, broken, _ = read(path)
    assert [one.ref.message_id for one in seen] == [1, 3]
    assert "record 2: not UTF-8" in broken[0]


def test_a_quote_that_is_not_closed_costs_only_its_message_in_an_indented_export(path: Path) -> None:
    write_export(path, chat(*(message(number) for number in range(1, 8))))
    text = path.read_text(encoding="utf-8")
    at = text.index('"from": "Sahel desk"', text.index('"id": 3,'))
    path.write_text(text[:at] + '"from": "Sahel desk' + text[at + len('"from": "Sahel desk"') :], encoding="utf-8")
    seen, broken, _ = read(path)
    assert [one.ref.message_id for one in seen] == [1, 2, 4, 5, 6, 7]
    assert len(broken) == 1
    assert "record 3: not JSON: a quote or a bracket is not closed" in broken[0]


def test_control_characters_as_telegram_desktop_writes_them_are_read(path: Path) -> None:
    write_export(path, chat(message(1, "QQ"), message(2, r"C:\x41"), message(3)))
    path.write_text(path.read_text(encoding="utf-8").replace("QQ", r"a\x02b\x1Fc"), encoding="utf-8")
    seen, broken, _ = read(path)
    assert ([one.text for one in seen][:2], broken) == (["a\x02b\x1fc", r"C:\x41"], [])


def test_characters_that_no_database_takes_are_replaced_one_for_one(path: Path) -> None:
    write_export(path, chat(message(1, ["a", {"type": "bold", "text": "QQ"}, "b"])))
    path.write_text(path.read_text(encoding="utf-8").replace("QQ", r"\u0000\ud83d"), encoding="utf-8")
    seen, _, _ = read(path)
    assert seen[0].text == "a\ufffd\ufffdb"
    assert seen[0].entities == (Entity(kind="bold", span=Span(start=1, end=3)),)


@pytest.mark.parametrize("share", [0.3, 0.6, 0.97])
@pytest.mark.parametrize("indent", [1, None])
def test_a_truncated_export_gives_what_stands_before_the_cut_and_says_so(
    path: Path, share: float, indent: int | None
) -> None:
    write_export(path, chat(*(message(number) for number in range(1, 21))), indent=indent)
    raw = path.read_bytes()
    path.write_bytes(raw[: int(len(raw) * share)])
    seen, broken, _ = read(path)
    assert 0 < len(seen) < 21
    assert [one.ref.message_id for one in seen] == list(range(1, len(seen) + 1))
    assert len(broken) == 1
    assert "what stands before is taken, the rest is lost" in broken[0]


def test_a_message_over_the_cap_is_passed_over(path: Path) -> None:
    write_export(path, chat(message(1), message(2, "x" * (17 * 1024 * 1024)), message(3)))
    seen, broken, _ = read(path)
    assert [one.ref.message_id for one in seen] == [1, 3]
    assert broken[0].endswith("record 2: longer than 16,777,216 bytes")


def test_what_follows_the_end_of_an_export_is_reported(path: Path) -> None:
    write_export(path, chat(message(1)))
    path.write_text(path.read_text(encoding="utf-8") + "{}", encoding="utf-8")
    seen, broken, _ = read(path)
    assert len(seen) == 1
    assert "something follows where the document should be over" in broken[0]


def test_an_object_without_chats_is_no_export(path: Path) -> None:
    path.write_text('{\n "name": "x",\n "scripts": {}\n}\n', encoding="utf-8")
    _, broken, _ = read(path)
    assert broken == ['1: neither "messages" nor "chats" is in it: no export of Telegram Desktop']


def test_messages_before_the_chats_number_are_refused(path: Path) -> None:
    write_export(path, {"messages": [message(1)], "name": "Unknown", "id": 5, "type": "public_channel"})
    seen, broken, _ = read(path)
    assert seen == []
    assert "the chat's number does not stand before its messages" in broken[0]
