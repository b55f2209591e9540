"""A folder holds a feed that readers of feeds can read, whatever the messages hold, and each message once."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from monitor.delivery.feed import FEED, FolderCourier
from monitor.errors import RetryError, SkipError
from monitor.model.message import File, FileKind, Message

ATOM = "{http://www.w3.org/2005/Atom}"
NOON = datetime(2026, 4, 8, 12, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.at = NOON

    def now(self) -> datetime:
        self.at += timedelta(minutes=1)
        return self.at


@pytest.fixture
def courier() -> FolderCourier:
    return FolderCourier(Clock().now)


def _entries(folder: Path) -> list[ET.Element]:
    root = ET.fromstring((folder / FEED).read_bytes())  # noqa: S314 - written by the test's own courier
    assert root.findtext(f"{ATOM}updated") is not None
    return root.findall(f"{ATOM}entry")


def _attached(root: Path, folder: Path) -> list[Path]:
    """Return where each file lies that is neither the feed nor an entry of it."""
    files = {one for one in root.rglob("*") if one.is_file()}
    return [one.parent for one in files - set(folder.glob("entries/*.xml")) - {folder / FEED}]


async def test_a_message_becomes_an_entry_with_its_text_and_files(courier: FolderCourier, tmp_path: Path) -> None:
    chart = File(kind=FileKind.PHOTO, name="chart.png", content=b"\x89PNG")
    await courier.send(tmp_path.as_uri(), Message(key="1", html="<b>daily</b> &amp; more\nKilled: 2", files=(chart,)))
    (entry,) = _entries(tmp_path)
    assert entry.findtext(f"{ATOM}title") == "daily & more"
    assert entry.findtext(f"{ATOM}content") == "<b>daily</b> &amp; more<br/>\nKilled: 2"
    link = entry.find(f"{ATOM}link")
    assert link is not None
    assert link.attrib["type"] == "image/png"
    assert (tmp_path / link.attrib["href"]).read_bytes() == chart.content


async def test_the_newest_comes_first_and_the_same_again_changes_nothing(
    courier: FolderCourier, tmp_path: Path
) -> None:
    for key in ("1", "2", "1"):
        await courier.send(tmp_path.as_uri(), Message(key=key, html=f"edition {key}"))
    assert [entry.findtext(f"{ATOM}title") for entry in _entries(tmp_path)] == ["edition 2", "edition 1"]


@pytest.mark.parametrize(
    "words", ["a & b < c ]]> d", "\x00\x0b\ufffe\ud800", '<a href="x">quoted "words"</a>', "{name} {0}"]
)
async def test_no_text_breaks_the_feed(courier: FolderCourier, tmp_path: Path, words: str) -> None:
    folder = tmp_path / "deep" / "out"
    file = File(kind=FileKind.DOCUMENT, name=f"../../{words}.html", content=b"x")
    await courier.send(folder.as_uri(), Message(key="1", html=words, files=(file,)))
    await courier.send(folder.as_uri(), Message(key="2", html="after it"))
    assert len(_entries(folder)) == 2
    assert _attached(tmp_path, folder) == [folder]


@pytest.mark.parametrize("address", ["file://host/folder", "file:relative", "https://example.org/folder"])
async def test_what_names_no_folder_is_refused(courier: FolderCourier, address: str) -> None:
    with pytest.raises(SkipError, match="names no folder"):
        await courier.send(address, Message(key="1", html="x"))


async def test_a_folder_that_cannot_be_written_to_is_tried_again(courier: FolderCourier, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RetryError, match="cannot be written to"):
        await courier.send((tmp_path / "file").as_uri(), Message(key="1", html="x"))
