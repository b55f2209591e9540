"""Editions into a folder, one file a form."""

import hashlib
import os
import re
from collections.abc import Mapping
from datetime import UTC
from pathlib import Path

from monitor.errors import FatalError
from monitor.model.edition import Window

_UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")
_LONGEST_NAME = (
    60  # characters of a digest's name: with the window and an ending well under any file system's 255 bytes
)


def write_edition(folder: Path, *, digest: str, window: Window, forms: Mapping[str, str | bytes]) -> tuple[Path, ...]:
    """Write each form of an edition to its own file and return the files, in the order of ``forms``.

    ``forms`` maps a file's ending without its dot to its text or bytes. The folder is made where it is missing. A file appears
    whole or not at all, and an edition written again replaces itself.

    Raises:
        FatalError: The folder cannot be written to.
    """
    name = edition_name(digest, window=window)
    written = []
    for ending, text in forms.items():
        path = folder / f"{name}.{ending}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            write_whole(path, text.encode() if isinstance(text, str) else text)
        except OSError as error:
            raise FatalError(f"cannot write {path}: {error.strerror or error}; choose another folder") from error
        written.append(path)
    return tuple(written)


def edition_name(digest: str, *, window: Window) -> str:
    """Return a file name, without an ending, for the edition of ``digest`` for ``window``: the same for the same two.

    >>> from datetime import datetime, timezone
    >>> day = [datetime(2024, 7, number, 4, tzinfo=timezone.utc) for number in (26, 27)]
    >>> edition_name("daily", window=Window(start=day[0], end=day[1]))
    'daily_20240726T040000Z_20240727T040000Z'
    """
    safe = _UNSAFE.sub("_", digest)[:_LONGEST_NAME]
    if safe != digest or not safe:  # two names must not become one file
        safe += f"_{hashlib.sha256(digest.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"
    return "_".join((safe, *(f"{edge.astimezone(UTC):%Y%m%dT%H%M%SZ}" for edge in (window.start, window.end))))


def write_whole(path: Path, content: bytes) -> None:
    """Write beside the file and move into its place, so that no reader and no crash sees half of it."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
