"""What goes out of an edition: its messages, and the files that go with them."""

from collections.abc import Sequence
from datetime import tzinfo
from importlib.util import find_spec

from monitor.digest import render_report, render_telegram
from monitor.model.edition import Edition
from monitor.model.message import File, FileKind, Part

_DRAWS = "matplotlib"  # of the extra "charts"


def parts_of(edition: Edition, files: Sequence[File], *, zone: tzinfo, language: str) -> tuple[Part, ...]:
    """Return the parts of an edition as they are sent: its messages, then its files."""
    texts = render_telegram(edition, zone=zone, language=language)
    return (*(Part(html=text) for text in texts), *(Part(html="", file=file) for file in files))


def files_of(edition: Edition, *, name: str, zone: tzinfo, language: str) -> tuple[File, ...]:
    """Return the files that go with an edition: the chart, where there is one, and the report; none with a quiet day.

    Their names begin with ``name``. Takes as long as drawing does: call it in a thread where something else is to go on.
    """
    if not (edition.disputed or edition.agreements or edition.corrections):
        return ()
    chart = chart_of(edition, zone=zone, language=language)
    photos = () if chart is None else (File(kind=FileKind.PHOTO, name=f"{name}.png", content=chart),)
    report = render_report(edition, zone=zone, language=language).encode()
    return (*photos, File(kind=FileKind.DOCUMENT, name=f"{name}.html", content=report))


def chart_of(edition: Edition, *, zone: tzinfo, language: str) -> bytes | None:
    """Return the edition's chart as a PNG; ``None`` where nothing is disputed anew, or nothing here can draw."""
    if not can_draw():
        return None
    # Imported when it is needed: it takes a second and 60 MB, and is an extra.
    from monitor.digest.chart import draw_chart  # noqa: PLC0415

    return draw_chart(edition, zone=zone, language=language)


def can_draw() -> bool:
    """Tell whether the extra "charts" is installed."""
    return find_spec(_DRAWS) is not None
