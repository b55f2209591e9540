"""The daily digests of a month of real posts: within the budget, and nothing in them that no post bears out."""

import asyncio
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import unescape
from itertools import chain
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from telethon.extensions import html
from telethon.tl.types import MessageEntityBold, MessageEntityTextUrl, TypeMessageEntity

from monitor.claims import Reader
from monitor.digest import LANGUAGES, render_report, render_telegram
from monitor.digest.quoting import clean, utf16_length
from monitor.digest.render import MAX_ENTITIES, MAX_PARTS, MAX_UTF16
from monitor.model.edition import Edition, Window
from monitor.model.finding import Citation
from monitor.pipeline import compose_edition, extract, record
from monitor.store import Store, upgrade
from monitor.telegram.records import open_source
from tests.gold import POSTS

DAYS = [datetime(2026, 4, day, tzinfo=UTC) for day in range(5, 26)]
ZONE = ZoneInfo("UTC")

pytestmark = [
    pytest.mark.gold,
    pytest.mark.skipif(not POSTS.is_dir(), reason="the real posts are kept outside the project and are not here"),
    pytest.mark.timeout(900),
]

_QUOTE = re.compile("\u201c([^\u201d]*)\u201d")
_NUMBER = re.compile(r"\d+")
_DIRECTIONS = str.maketrans("", "", "\u2068\u2069\u200e\u200f\u2060")


@dataclass(frozen=True)
class Month:
    """Every day's edition, and the texts of every post by its address."""

    editions: Mapping[datetime, Edition]
    texts: Mapping[str, tuple[str, ...]]


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Month:
    return asyncio.run(_issue(tmp_path_factory.mktemp("april")))


async def _issue(folder: Path) -> Month:
    url = f"sqlite:///{folder / 'april.db'}"
    await upgrade(url)
    async with await Store.open(url) as store:
        await record(store, open_source(POSTS / "april_2026.jsonl.gz", channels=()).observations())
        await extract(store, Reader.load())
        editions = {}
        for day in DAYS:
            window = Window(start=day, end=day + timedelta(days=1))
            editions[day] = await compose_edition(store, "daily", window)
            await store.issue_edition(editions[day], ["told"])
        texts = {
            post.post.ref.url: tuple(revision.text for revision in post.post.revisions) async for post in store.posts()
        }
    return Month(editions=editions, texts=texts)


def _parts(month: Month, day: datetime, *, language: str = "en") -> list[tuple[str, list[TypeMessageEntity]]]:
    return [html.parse(part) for part in render_telegram(month.editions[day], zone=ZONE, language=language)]


def _cited(edition: Edition) -> Iterator[Citation]:
    """Yield every claim of an edition, also of what stands and what is corrected."""
    for question in (*edition.disputed, *edition.agreements):
        yield from chain.from_iterable((finding.a, finding.b) for finding in question.findings)
        for answer in question.answers:
            yield from (answer.cited, *answer.copies, *answer.earlier)
    yield from (correction.cited for correction in edition.corrections)


@pytest.mark.parametrize("day", DAYS, ids=lambda day: f"{day:%d}")
def test_a_day_is_told_within_the_budget_in_every_language(month: Month, day: datetime) -> None:
    for language in LANGUAGES:
        parts = _parts(month, day, language=language)
        assert 1 <= len(parts) <= MAX_PARTS
        for text, entities in parts:
            assert utf16_length(text) <= MAX_UTF16
            assert len(entities) <= MAX_ENTITIES


@pytest.mark.parametrize("day", DAYS, ids=lambda day: f"{day:%d}")
def test_every_link_leads_to_a_stored_post_and_every_quote_is_in_it(month: Month, day: datetime) -> None:
    for text, entities in _parts(month, day):
        links = [entity for entity in entities if isinstance(entity, MessageEntityTextUrl)]
        assert all(link.url in month.texts for link in links)
        units = text.encode("utf-16-le")
        for found in _QUOTE.finditer(text):
            start = utf16_length(text[: found.start()])
            source = max((link for link in links if link.offset < start), key=lambda link: link.offset)
            # What a correction quotes second are the post's present words; the link before both is the same post's.
            words = found[1].translate(_DIRECTIONS).removesuffix("\u2026")
            assert words
            shown = [clean(version).translate(_DIRECTIONS) for version in month.texts[source.url]]
            assert any(words in version for version in shown), (words, source.url, len(units))


@pytest.mark.parametrize("day", DAYS, ids=lambda day: f"{day:%d}")
def test_every_link_and_quote_of_the_report_is_of_a_stored_post(month: Month, day: datetime) -> None:
    page = render_report(month.editions[day], zone=ZONE)
    assert set(re.findall(r'href="([^"]*)"', page)) <= set(month.texts)
    quoted = re.findall(r'href="([^"]*)"(?:(?!href=).)*?<blockquote dir="auto">(.*?)</blockquote>', page, re.DOTALL)
    assert len(quoted) == page.count("<blockquote")
    for url, words in quoted:
        assert any(unescape(words) in clean(version) for version in month.texts[url]), (words, url)


@pytest.mark.parametrize("day", DAYS, ids=lambda day: f"{day:%d}")
def test_every_cited_span_is_literally_in_its_post(month: Month, day: datetime) -> None:
    for cited in _cited(month.editions[day]):
        text = month.texts[cited.ref.url][cited.revision]
        assert text[cited.span.start : cited.span.end] == cited.quote


@pytest.mark.parametrize("day", DAYS, ids=lambda day: f"{day:%d}")
def test_every_figure_told_is_one_of_a_cited_claim(month: Month, day: datetime) -> None:
    """Figures are what is bold before an answer and what a range spans; ordinals, days, times and counts are none."""
    edition = month.editions[day]
    known = {edge for cited in _cited(edition) for edge in (cited.quantity.low, cited.quantity.high)}
    known |= {change.now.low for change in edition.corrections if change.now is not None}
    told = 0
    for text, entities in _parts(month, day):
        units = text.encode("utf-16-le")
        for entity in entities:
            if isinstance(entity, MessageEntityBold):
                bold = units[2 * entity.offset : 2 * (entity.offset + entity.length)].decode("utf-16-le")
                before = units[: 2 * entity.offset].decode("utf-16-le").rpartition("\n")[2]
                if before.startswith("\u2022 "):
                    figures = bold
                elif re.match(r"\d+\. ", bold):
                    figures = bold.rpartition(": ")[2]
                else:
                    continue
                told += 1
                for number in _NUMBER.findall(figures.replace(",", "")):
                    assert int(number) in known or (number == "0" and None in known), (bold, sorted(map(str, known)))
        for heading in re.findall(r"^. \d+\. ([^\u00b7\n]*): ([^:\u00b7\n]*) \u00b7", text, re.MULTILINE):
            for number in _NUMBER.findall(heading[1].replace(",", "")):
                assert int(number) in known or (number == "0" and None in known), heading
    assert told or not (edition.contradictions or edition.moved)
