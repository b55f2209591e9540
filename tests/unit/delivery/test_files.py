"""Editions as files."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.delivery.files import edition_name, write_edition
from monitor.errors import FatalError
from monitor.model.edition import Window

WINDOW = Window(start=datetime(2024, 7, 26, 4, tzinfo=UTC), end=datetime(2024, 7, 27, 4, tzinfo=UTC))


def test_each_form_becomes_a_file(tmp_path: Path) -> None:
    folder = tmp_path / "editions"
    written = write_edition(folder, digest="daily", window=WINDOW, forms={"txt": "двое\n", "json": "{}"})
    assert [path.name for path in written] == [
        "daily_20240726T040000Z_20240727T040000Z.txt",
        "daily_20240726T040000Z_20240727T040000Z.json",
    ]
    assert written[0].read_bytes() == "двое\n".encode()
    assert sorted(folder.iterdir()) == sorted(written)


def test_an_edition_written_again_replaces_itself(tmp_path: Path) -> None:
    write_edition(tmp_path, digest="daily", window=WINDOW, forms={"txt": "old"})
    (path,) = write_edition(tmp_path, digest="daily", window=WINDOW, forms={"txt": "new"})
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "a/b", "..", "", "ежедневный", "x" * 500, "a\x00b", "con\r\n", "\ud800"]
)
def test_no_name_of_a_digest_leaves_the_folder(tmp_path: Path, name: str) -> None:
    (path,) = write_edition(tmp_path, digest=name, window=WINDOW, forms={"txt": "x"})
    assert path.resolve().parent == tmp_path.resolve()
    assert list(tmp_path.iterdir()) == [path]


def test_two_digests_never_share_a_file() -> None:
    names = ["a b", "a_b", "a/b", "a" * 100, "a" * 101]
    assert len({edition_name(name, window=WINDOW) for name in names}) == len(names)


def test_a_folder_that_cannot_be_made_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(FatalError, match=r"cannot write .*file/daily_.*: .*choose another folder"):
        write_edition(tmp_path / "file", digest="daily", window=WINDOW, forms={"txt": "x"})


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    (path,) = write_edition(tmp_path, digest="daily", window=WINDOW, forms={"txt": "old"})
    with pytest.raises(UnicodeEncodeError):
        write_edition(tmp_path, digest="daily", window=WINDOW, forms={"txt": "\ud800"})
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
