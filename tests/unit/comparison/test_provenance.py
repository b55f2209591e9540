"""Whom a claim really comes from (CODEBOOK 2, independent origin)."""

from datetime import timedelta

import pytest

from monitor.comparison.provenance import Voices, trace
from monitor.comparison.statements import statements_of
from monitor.model.claim import Polarity, ReadPost
from monitor.model.finding import Origin, OriginBasis
from monitor.model.post import Channel, Entity, Forward, Span
from tests.told import NOON, claim, read_post

HOUR = timedelta(hours=1)
TEXT = "A column was hit near the border this morning, 12 soldiers were killed and two vehicles burned, locals say"


def origins(*posts: ReadPost) -> dict[str, Origin]:
    """Return the origin of the first claim of every channel."""
    statements = statements_of(posts)
    found = trace(statements, voices=Voices(one.read.channel for one in statements))
    return {one.channel: found[one.key] for one in reversed(statements)}


def test_own_words_are_the_channels() -> None:
    assert origins(read_post(claim(), channel="Desk"))["desk"] == Origin(id="channel:desk", basis=OriginBasis.SELF)


def test_channels_of_one_family_are_one_origin() -> None:
    one, two = (Channel(key=key, family="Rybar") for key in ("rybar", "rybar_africa"))
    found = origins(read_post(claim(), channel=one), read_post(claim(), channel=two, at=NOON + HOUR))
    assert found["rybar"] == found["rybar_africa"] == Origin(id="family:rybar", basis=OriginBasis.FAMILY)


def test_forward_comes_from_the_channel_it_names() -> None:
    post = read_post(claim(), channel="desk", forward=Forward(channel="Source", message_id=7))
    assert origins(post)["desk"] == Origin(id="channel:source", basis=OriginBasis.FORWARD)


def test_forward_of_a_quotation_comes_from_the_speaker() -> None:
    first = read_post(claim(speaker="reuters", attributed_to="Reuters"), channel="source")
    copy = read_post(claim(), channel="desk", at=NOON + HOUR, forward=Forward(channel="source", message_id=1))
    assert origins(first, copy)["desk"] == Origin(id="speaker:reuters", basis=OriginBasis.FORWARD)


def test_link_to_a_post_credits_its_channel() -> None:
    post = read_post(claim(), channel="desk", texts=["47 killed, more at https://t.me/Source/7"])
    assert origins(post)["desk"] == Origin(id="channel:source", basis=OriginBasis.CREDIT)


def test_link_behind_words_credits_its_channel() -> None:
    link = Entity(kind="text_link", span=Span(start=0, end=2), url="https://t.me/source/7")
    post = read_post(claim(), channel="desk", entities=(link,))
    assert origins(post)["desk"] == Origin(id="channel:source", basis=OriginBasis.CREDIT)


def test_via_credits_a_channel() -> None:
    post = read_post(claim(), channel="desk", texts=["47 killed (via @Source)"])
    assert origins(post)["desk"] == Origin(id="channel:source", basis=OriginBasis.CREDIT)


@pytest.mark.parametrize("text", ["47 killed, see https://t.me/desk/7", "47 killed. Subscribe: @partner"])
def test_links_to_itself_and_plain_mentions_credit_nobody(text: str) -> None:
    assert origins(read_post(claim(), channel="desk", texts=[text]))["desk"].basis is OriginBasis.SELF


def test_one_speaker_quoted_by_two_channels_is_one_origin() -> None:
    quoted = claim(speaker="csp", attributed_to="CSP")
    found = origins(read_post(quoted, channel="one"), read_post(quoted, channel="two", message_id=2))
    assert found["one"].id == found["two"].id == "speaker:csp"


def test_quoted_channel_is_the_same_origin_as_the_channel() -> None:
    own = read_post(claim(), channel=Channel(key="csp_press", name="CSP"))
    quoting = read_post(claim(speaker="csp", attributed_to="CSP"), channel="two", at=NOON + HOUR)
    assert {origin.id for origin in origins(own, quoting).values()} == {"channel:csp_press"}


def test_near_copy_comes_from_the_earliest() -> None:
    first = read_post(claim(12), channel="one", texts=[TEXT])
    copy = read_post(claim(12), channel="two", at=NOON + HOUR, texts=[f"\u2757\ufe0f {TEXT} @two"])
    assert origins(copy, first)["two"] == Origin(id="channel:one", basis=OriginBasis.COPY)


def test_copy_with_another_figure_is_no_copy() -> None:
    first = read_post(claim(12), channel="one", texts=[TEXT])
    other = read_post(claim(17), channel="two", at=NOON + HOUR, texts=[TEXT.replace("12", "17")])
    assert origins(first, other)["two"].basis is OriginBasis.SELF


def test_same_words_three_days_later_are_no_copy() -> None:
    first = read_post(claim(12), channel="one", texts=[TEXT])
    later = read_post(claim(12), channel="two", at=NOON + 72 * HOUR, texts=[TEXT])
    assert origins(first, later)["two"].basis is OriginBasis.SELF


def test_comment_that_denies_what_it_forwards_speaks_for_itself() -> None:
    denial = claim(47, polarity=Polarity.DENIED)
    post = read_post(denial, channel="desk", forward=Forward(channel="source", message_id=7))
    assert origins(post)["desk"] == Origin(id="channel:desk", basis=OriginBasis.SELF)
