"""The whole pipeline on the bundled sample: what the analyst of the demo is told."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from monitor.cli.demo import Demonstration, database_url, demonstrate
from monitor.digest import render_plain, render_telegram
from monitor.model.claim import Kind
from monitor.model.edition import Question
from monitor.model.post import Post
from monitor.store import Store


@pytest.fixture
async def shown(tmp_path: Path) -> Demonstration:
    return await demonstrate(database_url(tmp_path))


async def posts_of(folder: Path) -> dict[str, Post]:
    async with await Store.open(database_url(folder)) as store:
        return {str(read.post.ref): read.post async for read in store.read_posts()}


def asked(shown: Demonstration, *, kind: Kind, side: str) -> Question:
    edition = shown.edition
    return max(
        (one for one in (*edition.contradictions, *edition.standing) if (one.kind, one.side) == (kind, side)),
        key=lambda one: len(one.answers),
    )


async def test_the_dispute_over_tinzaouaten_is_told_with_both_ends(shown: Demonstration) -> None:
    question = asked(shown, kind=Kind.KILLED, side="MLI")
    assert question.place == "Tinzaouaten"
    assert {2, 47} <= {answer.cited.quantity.low for answer in question.answers}


async def test_the_last_edition_corrects_the_earlier(shown: Demonstration) -> None:
    changed = {(str(change.cited.ref), change.is_gone) for change in shown.edition.corrections}
    assert ("sample_volga_notes/406", True) in changed
    assert ("sample_sloboda_news/701", False) in changed


async def test_the_silent_channel_is_named(shown: Demonstration) -> None:
    assert "Silent: sample_quiet_post." in render_plain(shown.edition, zone=ZoneInfo(shown.plan.timezone))


async def test_every_quote_stands_in_its_post_and_every_link_leads_to_one(shown: Demonstration, tmp_path: Path) -> None:
    posts = await posts_of(tmp_path)
    told = shown.edition.citations
    assert told
    for cited in told:
        post = posts[str(cited.ref)]
        text = next(text.text for text in post.revisions if text.number == cited.revision)
        assert cited.span.of(text) == cited.quote


async def test_the_day_fits_two_messages(shown: Demonstration) -> None:
    assert len(render_telegram(shown.edition, zone=ZoneInfo(shown.plan.timezone))) <= 2


async def test_running_it_again_issues_nothing_twice(shown: Demonstration, tmp_path: Path) -> None:
    again = await demonstrate(database_url(tmp_path))
    assert again.recorded.new_posts == 0
    assert again.edition == shown.edition
