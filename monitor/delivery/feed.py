"""Messages into a folder, with an Atom feed of them (RFC 4287): for readers of feeds, and for other programs."""

import asyncio
import hashlib
import mimetypes
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit
from xml.sax.saxutils import escape, quoteattr

from monitor.delivery.files import write_whole
from monitor.errors import RetryError, SkipError
from monitor.model.message import File, Message

SCHEME = "file"
FEED = "feed.xml"
_SHOWN = 100  # entries of the feed, newest first; the files of older ones stay
_RETRY = timedelta(minutes=5)
_TAG = re.compile(r"<[^>]*>")
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what XML cannot hold
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


class FolderCourier:
    """Writes to the folder of an address ``file:///path/of/it``; a message written again changes nothing."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        """Take what gives the present instant."""
        self._now = now
        self._one_at_a_time = asyncio.Lock()

    async def send(self, recipient: str, message: Message) -> str | None:
        """Write ``message`` and return what its files begin with.

        Raises:
            RetryError: The folder cannot be written to now.
            SkipError: The address names no folder.
        """
        address = urlsplit(recipient)
        if address.scheme != SCHEME or address.netloc or not address.path.startswith("/"):
            raise SkipError("the address names no folder; want file:///path/of/the/folder")
        async with self._one_at_a_time:
            try:
                return await asyncio.to_thread(_write, Path(unquote(address.path)), message, at=self._now())
            except OSError as error:
                raise RetryError(f"the folder cannot be written to: {error.strerror or error}", after=_RETRY) from error


def _write(folder: Path, message: Message, *, at: datetime) -> str:
    name = hashlib.sha256(message.key.encode()).hexdigest()[:16]
    entries = folder / "entries"
    entries.mkdir(parents=True, exist_ok=True)
    if not any(entries.glob(f"*_{name}.xml")):
        for file in message.files:
            write_whole(folder / _file_name(name, file), file.content)
        entry = _entry(name, message, at=at)
        write_whole(entries / f"{at.astimezone(UTC):%Y%m%dT%H%M%S%fZ}_{name}.xml", entry.encode())
    newest = sorted(entries.glob("*.xml"), reverse=True)[:_SHOWN]
    shown = "".join(path.read_text(encoding="utf-8") for path in newest)
    write_whole(folder / FEED, _FEED.format(updated=_instant(at), entries=shown).encode())
    return name


def _entry(name: str, message: Message, *, at: datetime) -> str:
    title = unescape(_TAG.sub("", message.html.partition("\n")[0])) or message.files[0].name
    content = message.html.replace("\n", "<br/>\n")
    files = "".join(
        f'<link rel="enclosure" href={quoteattr(quote(_file_name(name, file)))} length="{len(file.content)}"'
        f" type={quoteattr(mimetypes.guess_type(file.name)[0] or 'application/octet-stream')}/>\n"
        for file in message.files
    )
    return _ENTRY.format(
        name=name, title=_text(title), updated=_instant(at), files=files, content=_text(content or title)
    )


def _file_name(name: str, file: File) -> str:
    return f"{name}_{_UNSAFE.sub('_', file.name)[-100:]}"


def _text(words: str) -> str:
    return escape(_NO_XML.sub("\ufffd", words))


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")


_ENTRY = """<entry>
<id>tag:conflict-monitor,2026:{name}</id>
<title>{title}</title>
<updated>{updated}</updated>
{files}<content type="html">{content}</content>
</entry>
"""
_FEED = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
<id>tag:conflict-monitor,2026:feed</id>
<title>Conflict monitor</title>
<author><name>Conflict monitor</name></author>
<updated>{updated}</updated>
{entries}</feed>
"""
