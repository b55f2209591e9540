"""What goes out of an edition."""

from zoneinfo import ZoneInfo

from monitor.digest import compose
from monitor.model.message import FileKind
from monitor.rendering import files_of, parts_of
from tests.builders import WINDOW, citation, coverage, finding
from tests.builders import edition as quiet

ZONE = ZoneInfo("UTC")


def test_the_chart_goes_after_the_messages_as_a_photo_and_the_report_last() -> None:
    found = finding(citation(2), citation(47, post="sample_b/1"))
    edition = compose(
        "daily",
        WINDOW,
        findings=[found],
        incidents=[],
        evidence={},
        coverage=coverage(),
        corrections=(),
        min_severity=1,
    )
    files = files_of(edition, name="daily_1", zone=ZONE, language="ar")
    assert [(file.kind, file.name) for file in files] == [
        (FileKind.PHOTO, "daily_1.png"),
        (FileKind.DOCUMENT, "daily_1.html"),
    ]
    assert files[1].content.startswith(b'<!doctype html>\n<html lang="ar" dir="rtl">')
    parts = parts_of(edition, files, zone=ZONE, language="ar")
    assert [part.file for part in parts] == [None, *files]
    assert parts[0].html.startswith("\u200f<b>")


def test_a_quiet_day_has_no_files() -> None:
    assert files_of(quiet(), name="daily_1", zone=ZONE, language="en") == ()
