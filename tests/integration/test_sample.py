"""The bundled sample: what it must hold, and what the whole pipeline makes of it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from importlib.resources import as_file, files
from pathlib import Path

import pytest

from monitor.claims import Reader
from monitor.config import Watchlist, load_watchlist
from monitor.model.claim import Polarity
from monitor.model.post import Observation
from monitor.telegram.records import open_source

TRAPS = [
    "sample_bamako_wire/101",
    "sample_bamako_wire/102",
    "sample_bamako_wire/106",
    "sample_bamako_wire/107",
    "sample_bamako_wire/108",
    "sample_azawad_voice/205",
    "sample_sahel_desk/308",
    "sample_volga_notes/401",
    "sample_volga_notes/405",
    "sample_volga_notes/408",
    "sample_volga_africa/503",
    "sample_dnipro_front/601",
    "sample_dnipro_front/607",
    "sample_dnipro_front/608",
    "sample_sloboda_news/704",
    "sample_belgorod_alert/803",
    "sample_belgorod_alert/804",
    "sample_desert_digest/901",
    "sample_desert_digest/905",
    "sample_front_bulletin/1002",
    "sample_maghreb_now/1103",
]


@pytest.fixture(scope="module")
def sample() -> Iterator[Path]:
    with as_file(files("monitor") / "sample") as folder:
        yield folder


@pytest.fixture(scope="module")
def watch(sample: Path) -> Watchlist:
    return load_watchlist(sample / "channels.yaml")


@pytest.fixture(scope="module")
def seen(sample: Path, watch: Watchlist) -> list[Observation]:
    observations: list[Observation] = []
    for path in sorted(sample.glob("*.json*")):
        source = open_source(path, channels=watch.channels)
        observations += source.observations()
        assert source.broken == []
    return observations


def test_every_channel_is_declared_and_invented(watch: Watchlist, seen: list[Observation]) -> None:
    declared = {channel.key for channel in watch.channels}
    assert {sight.ref.channel for sight in seen} == declared - {"sample_quiet_post"}
    assert all(key.startswith("sample_") for key in declared)
    assert {channel.language for channel in watch.channels} == {"ru", "uk", "en", "fr", "ar"}


def test_the_posts_fill_nine_days(seen: list[Observation]) -> None:
    posts = {sight.ref: sight.date for sight in seen if sight.date is not None}
    assert len(posts) >= 60
    assert min(posts.values()).date() == date(2024, 7, 24)
    assert max(posts.values()).date() == date(2024, 8, 1)


def test_there_are_forwards_edits_and_a_deletion(seen: list[Observation]) -> None:
    assert any(sight.forward is not None for sight in seen)
    assert any(sight.is_gone for sight in seen)
    texts: dict[str, set[str]] = {}
    for sight in seen:
        if not sight.is_gone:
            texts.setdefault(str(sight.ref), set()).add(sight.text)
    assert sum(len(versions) > 1 for versions in texts.values()) >= 2


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader.load()


@pytest.mark.parametrize("trap", TRAPS)
def test_a_number_that_is_no_loss_is_not_read_as_one(trap: str, seen: list[Observation], reader: Reader) -> None:
    (text,) = {sight.text for sight in seen if str(sight.ref) == trap}
    read = reader.read(text, posted_at=datetime(2024, 7, 30, tzinfo=UTC), channel=None)
    assert [claim for claim in read.claims if claim.polarity is not Polarity.HYPOTHETICAL] == []


def test_of_drones_shot_down_those_sent_are_no_loss(seen: list[Observation], reader: Reader) -> None:
    (text,) = {sight.text for sight in seen if str(sight.ref) == "sample_sloboda_news/702"}
    read = reader.read(text, posted_at=datetime(2024, 7, 30, tzinfo=UTC), channel=None)
    assert {str(claim.quantity) for claim in read.claims} <= {"22"}
