"""Telethon's messages become observations: text, markup in code points, what hangs on a post, where it came from."""

from datetime import UTC, datetime

from telethon.tl import types

from monitor.model.post import Forward, Media, Observation, Reaction
from monitor.telegram.convert import entities, gone, observation

POSTED = datetime(2024, 7, 27, 9, 0, tzinfo=UTC)
SEEN = datetime(2024, 7, 27, 9, 5, tzinfo=UTC)


def message(text: str = "12 killed", **fields: object) -> types.Message:
    return types.Message(id=7, peer_id=types.PeerChannel(1_000_000_001), date=POSTED, message=text, post=True, **fields)


def seen(sent: types.Message) -> Observation:
    return observation(sent, channel="sample_one", observed_at=SEEN, names={1_000_000_002: "sample_two"})


def test_markup_behind_an_emoji_covers_the_same_words() -> None:
    text = "\U0001f1fa\U0001f1e6 12 killed"
    bold = types.MessageEntityBold(offset=5, length=9)  # a flag is four UTF-16 units, two code points

    (entity,) = entities(text, [bold])

    assert entity.span.of(text) == "12 killed"


def test_markup_outside_the_text_is_left_out() -> None:
    assert entities("short", [types.MessageEntityBold(offset=3, length=40)]) == ()


def test_forward_names_the_channel_that_is_known_by_its_id() -> None:
    header = types.MessageFwdHeader(date=POSTED, from_id=types.PeerChannel(1_000_000_002), channel_post=31)

    assert seen(message(fwd_from=header)).forward == Forward(channel="sample_two", message_id=31, date=POSTED)


def test_poll_keeps_its_question_and_answers() -> None:
    poll = types.Poll(
        id=1,
        question=types.TextWithEntities("Who holds the town?", []),
        answers=[types.PollAnswer(types.TextWithEntities(one, []), one.encode()) for one in ("we", "they")],
        hash=0,
    )

    held = seen(message(media=types.MessageMediaPoll(poll=poll, results=types.PollResults()))).media

    assert held == Media(kind="poll", poll_text="Who holds the town?\nwe\nthey")


def test_preview_of_a_link_is_no_media() -> None:
    assert seen(message(media=types.MessageMediaWebPage(webpage=types.WebPageEmpty(id=1)))).media is None


def test_reactions_are_counted_by_emoji() -> None:
    counts = [types.ReactionCount(types.ReactionEmoji(emoji), count) for emoji, count in (("b", 2), ("a", 5))]

    assert seen(message(reactions=types.MessageReactions(results=counts))).reactions == (
        Reaction(emoji="a", count=5),
        Reaction(emoji="b", count=2),
    )


def test_missing_post_is_seen_as_gone() -> None:
    absence = gone("sample_one", 7, observed_at=SEEN)

    assert (absence.is_gone, absence.ref.message_id, absence.observed_at) == (True, 7, SEEN)
