"""An edition in its forms, measured with the parser that will send it."""

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import cycle
from zoneinfo import ZoneInfo

import pytest
from telethon.extensions import html
from telethon.tl.types import MessageEntityBold, MessageEntityItalic, MessageEntityTextUrl, TypeMessageEntity

from monitor.digest import compose, render_json, render_plain, render_telegram
from monitor.digest.quoting import clean, utf16_length
from monitor.digest.render import MAX_ENTITIES, MAX_PARTS, MAX_UTF16
from monitor.model.claim import Kind, Polarity, SideBasis
from monitor.model.edition import ChannelCoverage, Correction, Coverage, Edition, Window
from monitor.model.finding import Citation, Finding, OriginBasis, Relation, Split, Status, StatusChange
from monitor.model.post import PostRef
from monitor.model.quantity import Bound, Quantity
from tests.builders import WINDOW, at, citation, coverage, finding, incident, quantity
from tests.unit.digest.hostile import HOSTILE, hostile_edition

BAMAKO = ZoneInfo("Africa/Bamako")
KYIV = ZoneInfo("Europe/Kyiv")
POST_ADDRESS = re.compile(r"https://t\.me/(c/)?[A-Za-z0-9_-]+/\d+")
LINKABLE = re.compile(r"[^\s\u2060]\.\w|@\w|#\w|\$[A-Z]|/\w")


def composed(
    findings: Sequence[Finding], *, corrections: Sequence[Correction] = (), heard: Coverage | None = None
) -> Edition:
    return compose(
        "daily",
        WINDOW,
        findings=findings,
        incidents=[incident()],
        evidence={},
        coverage=coverage(sample_a=3, sample_b=2) if heard is None else heard,
        corrections=corrections,
        min_severity=1,
    )


def parsed(part: str) -> tuple[str, list[TypeMessageEntity]]:
    text, entities = html.parse(part)
    return text, entities


def busy(questions: int, *, origins: int = 8, word: str = "двохсотих", size: int = 40) -> list[Finding]:
    """Return findings that ask many questions with many long answers, each credited, copied and moved."""
    found = []
    for number in range(questions):
        ends = [
            citation(
                10 + origin * 20 + number,
                post=f"sample_channel_with_a_long_name_{origin}/{number + 1}",
                quote=f"{10 + origin * 20 + number} {word} " * size,
                origin=f"origin-{origin}",
                attributed_to=f"{word} {word} {word} {word}",
                date=at(10),
            )
            for origin in range(origins)
        ]
        for origin, end in enumerate(ends):
            before = citation(5 + origin, post=f"sample_before/{number}{origin}", origin=f"origin-{origin}", date=at(1))
            copy = citation(
                end.quantity.low or 0,
                post=f"sample_copy/{number}{origin}",
                origin=f"origin-{origin}",
                basis=OriginBasis.COPY,
                date=at(11),
            )
            where = f"incident-{number}"
            found += [
                finding(ends[0] if origin else ends[1], end, incident=where, reason=f"{word} " * 60, severity=3),
                finding(before, end, relation=Relation.REVISION, incident=where),
                finding(end, copy, relation=Relation.SAME_ORIGIN, incident=where),
            ]
    return found


def test_the_two_ends_of_a_contradiction_stand_with_quote_time_link_and_source() -> None:
    army = citation(2, post="sample_bamako/7", quote="2 militaires tués", attributed_to="les FAMa", date=at(3))
    rebels = citation(47, post="sample_azawad/9", quote="قُتل 47 جنديا", date=at(9))
    plain = render_plain(composed([finding(army, rebels, severity=3, reason="2 vs 47")]), zone=BAMAKO)
    assert "1. Mali, killed: 2 to 47" in plain
    assert "Tinzaouaten, 25\u201327 Jul \u00b7 major \u00b7 evolving \u00b7 2 independent origins" in plain
    assert "2 \u00b7 sample_bamako, 27 Jul 15:00 (https://t.me/sample_bamako/7), citing les FAMa" in plain
    assert "\u201c2 militaires tués\u201d" in plain
    assert "قُتل 47 جنديا" in plain
    assert "Why: 2 (sample_bamako) against 47 (sample_azawad), \u00d724" in plain


def test_times_are_in_the_zone_of_the_digest() -> None:
    found = [finding(citation(2, date=at(3)), citation(47, post="sample_b/1", date=at(3)))]
    assert "27 Jul 15:00" in render_plain(composed(found), zone=BAMAKO)
    assert "27 Jul 18:00" in render_plain(composed(found), zone=KYIV)
    assert "Europe/Kyiv" in render_plain(composed(found), zone=KYIV)


def test_the_window_and_the_coverage_come_first() -> None:
    heard = Coverage(
        channels=(
            ChannelCoverage(channel="sample_a", posts=5, last_post=at(3)),
            ChannelCoverage(channel="sample_b", posts=2, last_post=at(3), holes=4),
            ChannelCoverage(channel="sample_quiet", posts=0, last_post=None),
            ChannelCoverage(channel="sample_gone", posts=0, last_post=None, state="private"),
            ChannelCoverage(channel="sample_renamed", posts=3, last_post=None, state="renamed"),
        )
    )
    first = render_plain(composed([], heard=heard), zone=BAMAKO).splitlines()
    assert first[0] == "daily \u00b7 27 Jul 12:00 \u2013 28 Jul 2024 12:00, Africa/Bamako"
    assert first[1:5] == [
        "Heard 3 of 5 channels, 10 posts.",
        "Silent: sample_quiet.",
        "Not reachable: sample_gone (private).",
        "Posts known to be missing: sample_b (4).",
    ]


def test_a_quiet_day_says_so() -> None:
    (part,) = render_telegram(composed([]), zone=BAMAKO)
    assert "Quiet. No new contradictions between independent origins." in part


def test_who_only_repeats_an_origin_is_named_under_it() -> None:
    army = citation(2, post="sample_army/1")
    source = citation(47, post="sample_a/1", origin="sample_a", date=at(2))
    copy = citation(47, post="sample_b/9", origin="sample_a", basis=OriginBasis.FORWARD, date=at(3))
    plain = render_plain(composed([finding(army, source), finding(army, copy)]), zone=BAMAKO)
    assert "repeated by: sample_b (https://t.me/sample_b/9)" in plain
    assert "2 independent origins" in plain


def test_what_an_origin_said_before_stands_beside_what_it_says_now() -> None:
    army = citation(2, post="sample_army/1")
    told = citation(17, post="sample_a/1", origin="CSP", date=at(2))
    tells = citation(47, post="sample_b/9", origin="CSP", date=at(13))
    plain = render_plain(composed([finding(army, told), finding(army, tells)]), zone=BAMAKO)
    assert "before: 17 (27 Jul 14:00) (https://t.me/sample_a/1)" in plain


def test_a_figure_that_no_post_bears_any_more_says_so() -> None:
    army = citation(2, post="sample_army/1")
    gone = citation(47, post="sample_b/9", until=at(7))
    plain = render_plain(composed([finding(army, gone)]), zone=BAMAKO)
    assert "no longer there (seen 27 Jul 19:00)" in plain
    assert "killed: 2\n" in plain


def test_a_side_that_speaks_is_named_beside_the_words_of_the_post() -> None:
    army = citation(2, post="sample_army/1", attributed_to="JNIM", origin="speaker:jnim")
    rebels = citation(47, post="sample_b/9", attributed_to="الإطار الاستراتيجي", origin="speaker:csp")
    plain = render_plain(composed([finding(army, rebels)]), zone=BAMAKO)
    assert "citing \u2068الإطار الاستراتيجي\u2069 [Azawad rebels (CSP)]" in plain
    assert "citing JNIM\n" in plain


def test_a_side_that_the_text_does_not_name_is_marked() -> None:
    ours = replace(citation(2), side_basis=SideBasis.CHANNEL)
    theirs = replace(citation(47, post="sample_b/1"), side_basis=SideBasis.TEXT)
    plain = render_plain(composed([finding(ours, theirs)]), zone=BAMAKO)
    assert plain.count("side inferred from the channel") == 1


def test_a_denial_is_shown_as_one_and_does_not_stretch_the_range() -> None:
    said = citation(40, quote="40 killed")
    denies = citation(40, post="sample_b/1", polarity=Polarity.DENIED, quote="no 40 were killed")
    plain = render_plain(composed([finding(said, denies, severity=3)]), zone=BAMAKO)
    assert "killed: 40; 40 denied\n" in plain
    assert "denies 40 \u00b7 sample_b" in plain


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [
        (2, 47, "2 to 47"),
        ("20..80", 84, "20 to 84"),
        (2, "20..", "2 to 20 or more"),
        ("20..", 84, "20 to 84"),
        ("..80", 90, "0 to 90"),
        (0, 20, "0 to 20"),
    ],
)
def test_the_range_spans_every_answer(low: int | str, high: int | str, shown: str) -> None:
    plain = render_plain(composed([finding(citation(low), citation(high, post="sample_b/1"))]), zone=BAMAKO)
    assert f"killed: {shown}\n" in plain


def test_a_whole_that_the_part_exceeds_is_told_and_does_not_stretch_the_range() -> None:
    part = citation(100)
    whole = citation(5, post="sample_b/1", kind=Kind.CASUALTIES)
    plain = render_plain(composed([finding(part, whole)]), zone=BAMAKO)
    assert "killed: 100\n" in plain
    assert "5 (Mali, casualties) \u00b7 sample_b" in plain


def test_of_many_answers_the_disputed_ends_and_the_edges_are_shown() -> None:
    ends = [citation(10 * number, post=f"sample_{number}/1") for number in range(1, 21)]
    found = [finding(ends[8], ends[12], severity=3), *(finding(ends[0], end, severity=1) for end in ends[1:])]
    (part,) = render_telegram(composed(found), zone=BAMAKO)
    for number in (1, 9, 13, 20):
        assert f"t.me/sample_{number}/1" in part
    assert "and 13 more" in part


def test_of_many_answers_one_that_no_post_bears_any_more_goes_first() -> None:
    ends = [citation(10 * number, post=f"sample_{number}/1") for number in range(1, 9)]
    ends[3] = replace(ends[3], until=at(5))
    evidence = {"incident-1": ends}
    made = compose(
        "daily",
        WINDOW,
        findings=[finding(ends[0], ends[7])],
        incidents=[],
        evidence=evidence,
        coverage=coverage(),
        corrections=(),
        min_severity=1,
    )
    (part,) = render_telegram(made, zone=BAMAKO)
    assert [number for number in range(1, 9) if f"t.me/sample_{number}/1" not in part] == [4]


def test_long_numbers_are_parted_by_thousands() -> None:
    plain = render_plain(composed([finding(citation(1150), citation("2000..578120", post="sample_b/1"))]), zone=BAMAKO)
    assert "killed: 1,150 to 578,120\n" in plain
    assert "2,000\u2013578,120 \u00b7 sample_b" in plain


def test_camps_are_tagged_and_nobody_is_called_right() -> None:
    found = [
        finding(citation(2), citation(47, post="sample_b/1"), split=Split.PARTISAN),
        finding(citation(2), citation(30, post="sample_c/1"), split=Split.WITHIN_CAMP),
    ]
    plain = render_plain(composed(found), zone=BAMAKO)
    assert "partisan split \u00b7 split within one camp" in plain
    assert not re.search(r"\b(true|false|correct|right|wrong|lie|lies|confirmed)\b", plain)


def test_a_settled_question_says_when_and_why() -> None:
    change = StatusChange(status=Status.RETRACTED, at=at(5), reason="the post was deleted")
    ends = citation(2, date=at(-9)), citation(47, post="sample_b/1", date=at(-8))
    plain = render_plain(composed([finding(*ends, status=Status.RETRACTED, history=[change])]), zone=BAMAKO)
    assert "Settled\n" in plain
    assert "retracted 27 Jul 17:00: the post was deleted" in plain


def test_of_what_moved_the_new_figures_are_marked() -> None:
    army, rebels = citation(2, date=at(-9)), citation(47, post="sample_b/1", date=at(-8))
    paper = citation(20, post="sample_c/1", date=at(3))
    plain = render_plain(composed([finding(army, rebels), finding(army, paper)]), zone=BAMAKO)
    assert "Moved since the last edition\n" in plain
    assert [line.endswith(" \u00b7 new") for line in plain.splitlines() if line.startswith("\u2022")] == [
        False,
        True,
        False,
    ]


def test_the_gravest_are_shown_whole_in_whichever_section_they_stand() -> None:
    light = [
        finding(citation(2), citation(3, post=f"sample_b/{number}"), severity=1, incident=f"light-{number}")
        for number in range(20)
    ]
    ends = citation(2, post="sample_old/1", date=at(-9)), citation(470, post="sample_grave/1", date=at(3))
    before = citation(47, post="sample_grave/2", date=at(-8))
    made = compose(
        "daily",
        WINDOW,
        findings=[*light, finding(ends[0], before, severity=3, incident="grave")],
        incidents=[],
        evidence={"grave": [*ends, before]},
        coverage=coverage(),
        corrections=(),
        min_severity=1,
    )
    assert "470 killed" in "".join(render_telegram(made, zone=BAMAKO))


def test_a_side_that_is_silent_is_named() -> None:
    made = composed([finding(citation(2), citation(47, post="sample_b/1"))])
    asked = replace(made.contradictions[0], silent=("MLI", "RU"))
    plain = render_plain(replace(made, contradictions=(asked,)), zone=BAMAKO)
    assert "Not heard on this: Mali, Russia" in plain


def test_a_channel_that_stopped_against_its_rhythm_is_named_with_its_silence() -> None:
    heard = Coverage(
        channels=(
            ChannelCoverage(channel="sample_a", posts=5, last_post=at(3), silent_for=timedelta(hours=21, minutes=50)),
        )
    )
    plain = render_plain(composed([], heard=heard), zone=BAMAKO)
    assert "Stopped against their own rhythm: sample_a (21 h)." in plain


def test_what_a_vague_word_reaches_up_to_does_not_stretch_the_range() -> None:
    hundreds = replace(citation(200), quantity=Quantity(low=200, high=999, bound=Bound.VAGUE))
    some, more = citation(10, post="sample_b/1"), citation(254, post="sample_c/1")
    assert "killed: 10 to 254\n" in render_plain(composed([finding(some, more), finding(some, hundreds)]), zone=BAMAKO)
    assert "killed: 10 to 200 or more\n" in render_plain(composed([finding(some, hundreds)]), zone=BAMAKO)


def test_agreed_figures_name_each_origin() -> None:
    found = [finding(citation(7), citation(7, post="sample_b/1"), relation=Relation.CORROBORATE)]
    plain = render_plain(composed(found), zone=BAMAKO)
    assert "Independent origins agree" in plain
    assert "Mali, killed: 7 \u00b7 Tinzaouaten, 25\u201327 Jul \u00b7 2 independent origins" in plain
    assert "https://t.me/sample_a/1" in plain
    assert "https://t.me/sample_b/1" in plain


def test_corrections_say_what_was_told_and_what_became_of_it() -> None:
    edited = Correction(
        told_at=WINDOW.start,
        cited=citation(12, quote="12 двохсотих", date=at(-5)),
        changed_at=at(4),
        is_gone=False,
        now=quantity(20),
        now_quote="20 двохсотих",
    )
    gone = [
        Correction(
            told_at=WINDOW.start,
            cited=citation(figure, post="sample_b/2", claim=number, quote=f"{figure} погибших", date=at(-5)),
            changed_at=at(6),
            is_gone=True,
        )
        for number, figure in enumerate((6, 9))
    ]
    plain = render_plain(composed([], corrections=[edited, *gone]), zone=BAMAKO)
    assert (
        "told 27 Jul 12:00: \u201c12 двохсотих\u201d. Edited (seen 27 Jul 16:00) to 20: \u201c20 двохсотих\u201d."
        in plain
    )
    assert "\u201c6 погибших\u201d, \u201c9 погибших\u201d. The post was deleted (seen 27 Jul 18:00)." in plain
    assert plain.count("sample_b/2") == 1


def test_equipment_names_the_item() -> None:
    ends = [
        citation(figure, post=post, kind=Kind.EQUIPMENT, item="armoured_vehicle", side="UA")
        for figure, post in ((2, "sample_a/1"), (9, "sample_b/1"))
    ]
    plain = render_plain(composed([finding(*ends, side="UA")]), zone=BAMAKO)
    assert "1. Ukraine, armoured vehicles lost: 2 to 9" in plain


@pytest.mark.parametrize("questions", [1, 3, 6, 7, 20, 200])
@pytest.mark.parametrize("word", ["killed", "двохсотих", "قتيلا", "\U0001f469\u200d\U0001f467", "e\u0301\u0323"])
def test_any_day_fits_three_messages(questions: int, word: str) -> None:
    parts = render_telegram(composed(busy(questions, word=word)), zone=BAMAKO)
    assert len(parts) <= MAX_PARTS
    for part in parts:
        text, entities = parsed(part)
        assert utf16_length(text) <= MAX_UTF16
        assert len(entities) <= MAX_ENTITIES


@pytest.mark.parametrize(
    ("word", "language"),
    [
        ("\U0001d400 ", "en"),
        ("@a.b/c", "en"),
        ("قتيل.", "en"),
        ("&<", "en"),
        ("e\u0301\u0301\u0301\u0301", "en"),
        ("@a.b/c", "ru"),
        ("@a.b/c", "uk"),
        ("@a.b/c", "fr"),
        ("@a.b/c", "ar"),
    ],
)
def test_the_longest_of_everything_still_fits(word: str, language: str) -> None:
    long = word * 300

    def ends(number: int) -> list[Citation]:
        return [
            citation(
                f"{10**30 + origin}..{10**31 + origin}",
                post=f"{'x' * 200}{origin}/{number + 1}",
                quote=long,
                attributed_to=long,
                origin=f"{long}{origin}",
                side=long,
                item=long,
                kind=Kind.EQUIPMENT,
                polarity=Polarity.DOUBTED,
                date=at(origin),
            )
            for origin in range(12)
        ]

    found = []
    for number in range(40):
        relation = Relation.CORROBORATE if number < 20 else Relation.CONTRADICT
        answers = ends(number)
        found += [
            finding(
                answers[0],
                end,
                relation=relation,
                severity=3,
                status=Status.RETRACTED,
                incident=f"{number}",
                place=long,
                side=long,
                reason=long,
                split=split,
                history=[StatusChange(status=Status.RETRACTED, at=at(9), reason=long)],
            )
            for end, split in zip(answers[1:], cycle(Split), strict=False)
        ]
        for end in answers:
            moved = replace(end, quantity=quantity(10**29), date=at(-1), ref=replace(end.ref, message_id=10**12))
            copy = replace(end, date=at(13), ref=PostRef(channel=f"y{end.ref.channel}", message_id=10**12))
            found += [
                finding(moved, end, relation=Relation.REVISION, incident=f"{number}", side=long),
                finding(end, copy, relation=Relation.SAME_ORIGIN, incident=f"{number}", side=long),
            ]
    changed = [
        Correction(
            told_at=WINDOW.start,
            cited=cited,
            changed_at=at(1),
            is_gone=False,
            now=quantity(f"{10**30}..{10**31}"),
            now_quote=long,
        )
        for cited in ends(1)
    ]
    state = ChannelCoverage(channel=long, posts=0, last_post=None, state=long, holes=10**12)
    silent = ChannelCoverage(channel=long, posts=0, last_post=None)
    made = replace(
        composed(found, corrections=changed, heard=Coverage(channels=(state, silent) * 50)), digest=long, folded=10**9
    )
    parts = render_telegram(made, zone=BAMAKO, language=language)
    assert len(parts) <= MAX_PARTS
    for part in parts:
        text, entities = parsed(part)
        assert utf16_length(text) <= MAX_UTF16
        assert len(entities) <= MAX_ENTITIES


def test_every_message_closes_its_tags_and_is_split_between_blocks() -> None:
    parts = render_telegram(composed(busy(12, size=3)), zone=BAMAKO)
    assert len(parts) > 1
    for part in parts:
        for tag in ("a", "b", "i"):
            assert len(re.findall(rf"<{tag}[ >]", part)) == part.count(f"</{tag}>")
    for number, part in enumerate(parts[1:], start=2):
        assert part.startswith(f"<b>daily</b> ({number} of {len(parts)})\n\n")


def test_what_does_not_fit_is_counted() -> None:
    parts = render_telegram(composed(busy(30)), zone=BAMAKO)
    shown = sum(
        bool(re.match(r"[\U0001f534\U0001f7e0\U0001f7e1] \d+\.", clean(line)))
        for part in parts
        for line in parsed(part)[0].splitlines()
    )
    hidden = re.search(r"Not shown: new or moved: (\d+)", parts[-1])
    assert hidden is not None
    assert shown + int(hidden[1]) == 30


def test_plain_text_loses_nothing() -> None:
    made = composed(busy(30, size=3))
    plain = render_plain(made, zone=BAMAKO)
    for cited in made.citations:
        assert cited.ref.url in plain
    for question in made.contradictions:
        for answer in question.answers:
            assert clean(answer.cited.quote) in plain


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_only_text(text: str) -> None:
    """Whatever a post, a title, a place or a reason holds, it can neither mark up nor hide nor link."""
    made = hostile_edition(text)
    for part in render_telegram(made, zone=BAMAKO):
        shown, entities = parsed(part)
        assert utf16_length(shown) <= MAX_UTF16
        assert {type(entity) for entity in entities} <= {MessageEntityBold, MessageEntityItalic, MessageEntityTextUrl}
        for entity in entities:
            if isinstance(entity, MessageEntityTextUrl):
                assert POST_ADDRESS.fullmatch(entity.url)
        assert not LINKABLE.search(shown)
        assert not set(shown) & set(
            "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u200b\u200c\u200f\u061c\ufeff\x00\x1b\r"
        )
        for line in shown.splitlines():
            assert line.count("\u2068") == line.count("\u2069")
    plain = render_plain(made, zone=BAMAKO)
    assert not set(plain) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u200b\x00\x1b\r")


def test_json_gives_quotes_as_they_stand_and_instants_in_utc() -> None:
    army = citation(2, quote="<b>2\u202e</b>", date=at(3))
    record = render_json(composed([finding(army, citation(47, post="sample_b/1"))]))
    (question,) = record["contradictions"]
    assert question["answers"][0]["span"] == "<b>2\u202e</b>"
    assert question["answers"][0]["date"] == "2024-07-27T15:00:00+00:00"
    assert question["range"] == "2 to 47"
    assert json.loads(json.dumps(record)) == record


def test_the_same_edition_renders_the_same() -> None:
    found = busy(4, size=3)
    assert render_telegram(composed(found), zone=KYIV) == render_telegram(composed(found[::-1]), zone=KYIV)


def test_a_window_over_new_year_names_both_years() -> None:
    window = Window(start=datetime(2024, 12, 31, 12, tzinfo=UTC), end=datetime(2025, 1, 1, 12, tzinfo=UTC))
    made = Edition(digest="daily", window=window, coverage=coverage())
    first = render_plain(made, zone=BAMAKO).splitlines()[0]
    assert "31 Dec 2024 12:00 \u2013 1 Jan 2025 12:00" in first
