"""Telethon's messages as observations: what Telegram says of a post, in the program's own terms."""

from datetime import UTC, datetime
from typing import Any

import pytest
from telethon.tl import types

from monitor.model.post import Entity, Forward, Media, Observation, PostRef, Reaction, Span
from monitor.telegram.convert import channel_titles, entities, gone, handles, media, observation

POSTED = datetime(2024, 7, 27, 6, tzinfo=UTC)
SEEN = datetime(2024, 7, 27, 7, tzinfo=UTC)
OTHER = 1_000_000_009


def _seen(text: str = "Two soldiers were killed", **fields: Any) -> Observation:
    message = types.Message(id=17, peer_id=types.PeerChannel(1), date=POSTED, message=text, post=True, **fields)
    return observation(message, channel="desk", observed_at=SEEN, names={OTHER: "other_desk"}, titles={OTHER: "Other"})


def _document(*attributes: Any, size: int = 900) -> Any:
    document = types.Document(
        id=1, access_hash=1, file_reference=b"", date=POSTED, mime_type="video/mp4", size=size, dc_id=2,
        attributes=list(attributes),
    )  # fmt: skip
    return types.MessageMediaDocument(document=document)


def test_a_post_is_told_with_all_that_was_seen_of_it() -> None:
    edited = datetime(2024, 7, 27, 6, 30, tzinfo=UTC)
    counts = [types.ReactionCount(types.ReactionEmoji("🔥"), 3), types.ReactionCount(types.ReactionCustomEmoji(77), 1)]
    seen = _seen(
        edit_date=edited,
        views=1200,
        forwards=4,
        grouped_id=5,
        reply_to=types.MessageReplyHeader(reply_to_msg_id=12),
        reactions=types.MessageReactions(results=counts),
    )

    assert seen == Observation(
        ref=PostRef(channel="desk", message_id=17),
        observed_at=SEEN,
        date=POSTED,
        text="Two soldiers were killed",
        edit_date=edited,
        reply_to=12,
        grouped_id=5,
        views=1200,
        forwards=4,
        reactions=(Reaction(emoji="77", count=1), Reaction(emoji="🔥", count=3)),
    )


def test_a_post_that_is_gone_has_only_its_reference() -> None:
    assert gone(17, channel="desk", observed_at=SEEN) == Observation(
        ref=PostRef(channel="desk", message_id=17), observed_at=SEEN, is_gone=True
    )


def test_entities_are_counted_in_code_points() -> None:
    text = "🔥🔥 потери: 12"

    found = entities(text, [types.MessageEntityBold(5, 6), types.MessageEntityTextUrl(13, 2, "https://example.org")])

    assert [(one.kind, one.span.of(text), one.url) for one in found] == [
        ("bold", "потери", None),
        ("text_link", "12", "https://example.org"),
    ]


@pytest.mark.parametrize(
    ("offset", "length"), [(-1, 2), (0, 99), (7, 0), (0, -3), (99, 1)], ids=["before", "beyond", "empty", "less", "out"]
)
def test_an_entity_outside_the_text_is_left_out(offset: int, length: int) -> None:
    assert entities("12 killed", [types.MessageEntityBold(offset, length)]) == ()


def test_an_entity_that_cuts_a_character_in_half_covers_no_stranger() -> None:
    assert entities("🔥a", [types.MessageEntityBold(1, 2)]) == (Entity(kind="bold", span=Span(start=0, end=2)),)


def test_a_forward_names_channel_post_date_and_title() -> None:
    header = types.MessageFwdHeader(date=POSTED, from_id=types.PeerChannel(OTHER), channel_post=8)

    assert _seen(fwd_from=header).forward == Forward(channel="other_desk", message_id=8, date=POSTED, name="Other")


def test_a_forward_from_a_channel_not_known_goes_by_its_number() -> None:
    header = types.MessageFwdHeader(date=POSTED, from_id=types.PeerChannel(5), channel_post=8)

    assert _seen(fwd_from=header).forward == Forward(channel="5", message_id=8, date=POSTED)


def test_a_forward_from_a_hidden_person_keeps_the_name() -> None:
    header = types.MessageFwdHeader(date=POSTED, from_name="A reader")

    assert _seen(fwd_from=header).forward == Forward(date=POSTED, name="A reader")


def test_the_zero_date_is_no_date() -> None:
    assert _seen(edit_date=datetime(1970, 1, 1, tzinfo=UTC)).edit_date is None


@pytest.mark.parametrize(
    ("attributes", "kind"),
    [
        ([types.DocumentAttributeVideo(duration=3, w=1, h=1)], "video"),
        ([types.DocumentAttributeVideo(duration=3, w=1, h=1), types.DocumentAttributeAnimated()], "animation"),
        ([types.DocumentAttributeAudio(duration=3, voice=True)], "voice"),
        ([types.DocumentAttributeAudio(duration=3)], "audio"),
        ([], "document"),
    ],
)
def test_a_document_is_what_its_attributes_say(attributes: list[Any], kind: str) -> None:
    assert media(_document(*attributes)) == Media(kind=kind, size=900)


def test_a_file_keeps_its_name_size_and_hash() -> None:
    held = _document(types.DocumentAttributeFilename("losses.pdf"))

    assert media(held, content_hash="ab") == Media(kind="document", file_name="losses.pdf", size=900, content_hash="ab")


def test_a_photo_has_the_size_of_its_largest_form() -> None:
    sizes = [
        types.PhotoSize("s", 90, 90, 1000),
        types.PhotoSizeProgressive("y", 900, 900, [2000, 5000, 90_000]),
        types.PhotoStrippedSize("i", b"x"),
    ]
    photo = types.Photo(id=1, access_hash=1, file_reference=b"", date=POSTED, sizes=sizes, dc_id=2)

    assert media(types.MessageMediaPhoto(photo=photo)) == Media(kind="photo", size=90_000)


def test_a_poll_is_told_as_text() -> None:
    answers = [types.PollAnswer(types.TextWithEntities(text, []), bytes([1])) for text in ("12", "20")]
    poll = types.Poll(id=1, question=types.TextWithEntities("How many?", []), answers=answers, hash=0)

    assert media(types.MessageMediaPoll(poll=poll, results=types.PollResults())) == Media(
        kind="poll", poll_text="How many?\n12\n20"
    )


def test_the_preview_of_a_link_is_no_media() -> None:
    assert media(types.MessageMediaWebPage(types.WebPageEmpty(1))) is None


def test_other_media_is_told_apart_from_none() -> None:
    assert media(types.MessageMediaDice(value=3, emoticon="🎲")) == Media(kind="other")
    assert media(types.MessageMediaPhoto(photo=types.PhotoEmpty(1))) == Media(kind="other")


def test_names_and_titles_are_taken_from_the_chats_of_an_answer() -> None:
    photo = types.ChatPhotoEmpty()
    chats = [
        types.Channel(id=1, title="Desk", photo=photo, date=None, username="desk"),
        types.Channel(id=2, title="Closed", photo=photo, date=None),
        types.ChannelForbidden(id=3, access_hash=1, title="Gone"),
    ]

    assert handles(chats) == {1: "desk"}
    assert channel_titles(chats) == {1: "Desk", 2: "Closed"}
