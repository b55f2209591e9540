"""What holds of every edition, however odd its posts."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st
from telethon.extensions import html
from telethon.tl.types import MessageEntityBold, MessageEntityItalic, MessageEntityTextUrl

from monitor.digest import LANGUAGES, compose, render_plain, render_telegram
from monitor.digest.quoting import clean, graphemes, shorten, utf16_length
from monitor.digest.render import MAX_ENTITIES, MAX_PARTS, MAX_UTF16
from monitor.model.claim import Kind, Polarity
from monitor.model.edition import ChannelCoverage, Correction, Coverage, Edition
from monitor.model.finding import Citation, Finding, Origin, OriginBasis, Relation, Split, Status
from monitor.model.post import PostRef, Span
from monitor.model.quantity import Bound, Quantity
from tests.builders import WINDOW, finding, incident

KYIV = ZoneInfo("Europe/Kyiv")
TAG = re.compile(r"<(/?)(b|i|a)(?: href=\"[^\"<>]*\")?>")

# Any code point, lone surrogates too, with the dangerous ones often.
words = st.text(
    st.one_of(st.characters(codec=None), st.sampled_from('<>&"\u202e\u2066\u200b\u200d\u0301\ud800@/.\n\U0001f469مק')),
    max_size=300,
)
names = st.one_of(st.sampled_from(["sample_a", "sample_b", "sample_c", "sample_d"]), words)
edges = st.integers(min_value=0, max_value=10**12)


@st.composite
def quantities(draw: st.DrawFn) -> Quantity:
    low, high = sorted((draw(edges), draw(edges)))
    bound = draw(st.sampled_from(Bound))
    return Quantity(
        low=None if bound is Bound.AT_MOST else low, high=None if bound is Bound.AT_LEAST else high, bound=bound
    )


@st.composite
def citations(draw: st.DrawFn) -> Citation:
    quote = draw(words)
    return Citation(
        ref=PostRef(channel=draw(names), message_id=draw(st.integers(min_value=1, max_value=10**9))),
        revision=0,
        claim=draw(st.integers(min_value=0, max_value=3)),
        date=WINDOW.start + timedelta(minutes=draw(st.integers(min_value=-3000, max_value=1439))),
        kind=Kind.KILLED,
        quantity=draw(quantities()),
        polarity=draw(st.sampled_from(Polarity)),
        side=draw(st.one_of(st.none(), st.sampled_from(["MLI", "MLI+WAGNER", "civ-UA"]), words)),
        quote=quote,
        span=Span(start=0, end=len(quote)),
        attributed_to=draw(st.one_of(st.none(), words)),
        origin=Origin(id=draw(names), basis=draw(st.sampled_from(OriginBasis))),
    )


@st.composite
def findings(draw: st.DrawFn) -> Finding:
    return finding(
        draw(citations()),
        draw(citations()),
        relation=draw(st.sampled_from(Relation)),
        severity=draw(st.sampled_from([1, 2, 3])),
        status=draw(st.sampled_from(Status)),
        incident=draw(st.sampled_from([f"incident-{number}" for number in range(12)])),
        place=draw(st.one_of(st.none(), words)),
        reason=draw(words),
        split=draw(st.one_of(st.none(), st.sampled_from(Split))),
    )


@st.composite
def corrections(draw: st.DrawFn) -> Correction:
    return Correction(
        told_at=WINDOW.start,
        cited=draw(citations()),
        changed_at=WINDOW.start,
        is_gone=draw(st.booleans()),
        now=draw(st.one_of(st.none(), quantities())),
        now_quote=draw(words),
    )


@st.composite
def editions(draw: st.DrawFn) -> Edition:
    heard = st.builds(
        ChannelCoverage,
        channel=names,
        posts=st.integers(min_value=0, max_value=3),
        last_post=st.none(),
        holes=st.integers(min_value=0, max_value=2),
        state=st.one_of(st.just("ok"), words),
    )
    return compose(
        draw(names),
        WINDOW,
        findings=draw(st.lists(findings(), max_size=40)),
        incidents=[incident("incident-1")],
        evidence={},
        coverage=Coverage(channels=tuple(draw(st.lists(heard, max_size=30)))),
        corrections=draw(st.lists(corrections(), max_size=20)),
        min_severity=draw(st.sampled_from([1, 2, 3])),
    )


@settings(max_examples=60, deadline=None)
@given(editions(), st.sampled_from(LANGUAGES))
def test_every_part_keeps_the_limits_of_telegram_and_closes_its_tags(made: Edition, language: str) -> None:
    parts = render_telegram(made, zone=KYIV, language=language)
    assert 1 <= len(parts) <= MAX_PARTS
    for part in parts:
        text, entities = html.parse(part)
        assert text
        assert utf16_length(text) <= MAX_UTF16
        assert len(entities) <= MAX_ENTITIES
        assert {type(entity) for entity in entities} <= {MessageEntityBold, MessageEntityItalic, MessageEntityTextUrl}
        still_open: list[str] = []
        for closing, tag in TAG.findall(part):
            if not closing:
                still_open.append(tag)
            else:
                assert still_open.pop() == tag
        assert not still_open
        assert "<" not in TAG.sub("", part)


@settings(max_examples=40, deadline=None)
@given(editions())
def test_plain_text_loses_no_claim(made: Edition) -> None:
    plain = render_plain(made, zone=KYIV)
    for question in made.contradictions:
        for answer in question.answers:
            assert clean(answer.cited.quote) in plain
            for cited in (answer.cited, *answer.copies):
                assert clean(cited.ref.channel) in plain
    for correction in made.corrections:
        assert clean(correction.cited.quote) in plain


@given(words)
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    shown = clean(text)
    assert clean(shown) == shown
    shown.encode()


@given(words, st.integers(min_value=1, max_value=50))
def test_a_cut_keeps_whole_characters_within_the_limit(text: str, limit: int) -> None:
    cut = shorten(text, limit)
    assert utf16_length(cut) <= limit
    if cut != text:
        kept = cut.removesuffix("\u2026")
        clusters = list(graphemes(text))
        assert kept in {"".join(clusters[:number]).rstrip() for number in range(len(clusters))}


@given(words)
def test_graphemes_join_to_the_text(text: str) -> None:
    assert "".join(graphemes(text)) == text
