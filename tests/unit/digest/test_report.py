"""The report of an edition as a file: complete, self-contained, and strangers' words only words in it."""

import re
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest

from monitor.digest import LANGUAGES, compose, render_report
from monitor.digest.quoting import clean
from monitor.model.edition import Edition
from monitor.model.finding import Relation
from tests.builders import WINDOW, at, citation, coverage, finding, incident
from tests.unit.digest.hostile import HOSTILE, hostile_edition

ZONE = ZoneInfo("Africa/Bamako")
POST_ADDRESS = re.compile(r"https://t\.me/(c/)?[A-Za-z0-9_-]+/\d+")
TAGS = frozenset(
    {
        *("html", "head", "meta", "title", "style", "script", "body", "header", "main", "section", "article"),
        *("details", "summary", "form", "label", "select", "option", "button", "output", "h1", "h2", "h3"),
        *("p", "ol", "ul", "li", "b", "bdi", "a", "time", "blockquote", "span"),
        *("svg", "g", "path", "rect", "circle", "text"),
    }
)


class Page(HTMLParser):
    """A page as a browser takes it apart: every tag with its attributes, and the words that are seen."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag != "meta":
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] not in {"style", "script"}:
            self.words += data


def disputed() -> Edition:
    army, rebels = citation(2, quote="2 militaires tués"), citation(47, post="sample_b/1", quote="قُتل 47", date=at(2))
    copy = citation(47, post="sample_c/1", origin="sample_b", date=at(3), quote="47, они говорят")
    before = citation(40, post="sample_b/9", origin="sample_b", date=at(0.5), quote="40 to begin with", revision=1)
    agreed = citation(7, post="sample_d/1", side="UA"), citation(7, post="sample_e/1", side="UA")
    return compose(
        "daily",
        WINDOW,
        findings=[
            finding(army, rebels, severity=3),
            finding(*agreed, relation=Relation.CORROBORATE, incident="agreed", side="UA"),
        ],
        incidents=[incident()],
        evidence={"incident-1": [army, rebels, copy, before]},
        coverage=coverage(sample_a=3, sample_b=2),
        corrections=(),
        min_severity=1,
    )


def test_every_claim_stands_in_it_with_quote_link_time_and_version() -> None:
    html = render_report(disputed(), zone=ZONE)
    page = Page(html)
    links = {attributes["href"] for tag, attributes in page.tags if tag == "a"}
    for cited in disputed().citations:
        assert clean(cited.quote) in page.words
        assert cited.ref.url in links
        assert f'datetime="{cited.date.isoformat()}"' in html
    assert "(version 2)" in page.words


def test_a_timeline_tells_what_was_said_in_order() -> None:
    words = Page(render_report(disputed(), zone=ZONE)).words.partition("What was said when")[2]
    assert "Tinzaouaten, 25\u201327 Jul \u00b7 4 claims" in words
    posts = ["sample_b, 27 Jul 12:30", "sample_a, 27 Jul 13:00", "sample_b, 27 Jul 14:00", "sample_c, 27 Jul 15:00"]
    assert sorted(posts, key=words.index) == posts


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_its_language_and_direction(language: str) -> None:
    (root,) = (
        attributes
        for tag, attributes in Page(render_report(disputed(), zone=ZONE, language=language)).tags
        if tag == "html"
    )
    assert root == {"lang": language, "dir": "rtl" if language == "ar" else "ltr"}


def test_every_question_has_a_chart_that_says_what_it_shows() -> None:
    tags = Page(render_report(disputed(), zone=ZONE)).tags
    labels = [attributes["aria-label"] for tag, attributes in tags if tag == "svg" and "aria-label" in attributes]
    assert labels == ["Mali, killed: 2 to 47", "Ukraine, killed: 7"]


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_only_text_in_it(text: str) -> None:
    html = render_report(hostile_edition(text), zone=ZONE)
    page = Page(html)
    assert {tag for tag, _ in page.tags} <= TAGS
    assert html.count("<script>") == html.count("<style>") == 1
    for tag, attributes in page.tags:
        assert not [
            name for name in attributes if name.startswith("on") or name in {"src", "srcdoc", "action", "style"}
        ]
        if tag == "a":
            assert set(attributes) == {"href", "rel"}
            assert POST_ADDRESS.fullmatch(attributes["href"] or "")
    assert not set(html) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u200b\x00\x1b\r")


def test_the_same_edition_gives_the_same_page() -> None:
    assert render_report(disputed(), zone=ZONE) == render_report(disputed(), zone=ZONE)
