"""Open files of posts: Telegram Desktop exports and post lines, plain or gzip, told apart by what is in them."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Literal

from monitor.errors import UsageError
from monitor.model.post import Channel, Observation
from monitor.telegram.bytefile import ByteFile
from monitor.telegram.export import LONGEST_RECORD, Item, Skipped, read_export
from monitor.telegram.fields import BrokenRecord, KnownChannels, RecordError
from monitor.telegram.postline import read_post_line

_SNIFFED = 64 * 1024  # bytes
_MOST_KEPT = 1000  # broken records kept with their reasons; a file of garbage must not fill the memory
_EXPORT_KEY = re.compile(rb'"(messages|chats|left_chats)"\s*:')

Kind = Literal["export", "lines"]


def open_source(path: Path, *, channels: Iterable[Channel] = ()) -> "SourceFile":
    """Look at a file and return how to read it; nothing of it is taken yet.

    Args:
        path: A ``result.json``, or post lines.
        channels: What is declared: their handles become the keys of the numbers and names in exports.

    Raises:
        UsageError: It cannot be read, or is neither kind of file.
    """
    try:
        if path.is_dir():
            inside = path / "result.json"
            hint = f"name the file in it: {inside}" if inside.is_file() else "name a file in it"
            raise UsageError(f"{path}: is a directory; {hint}")
        size = path.stat().st_size
        with path.open("rb") as disk:
            head = _head(ByteFile(disk))
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror or error}") from error
    if not head.strip():
        raise UsageError(f"{path}: is empty; want a Telegram Desktop result.json or post lines")
    return SourceFile(path, kind=_kind(path, head), size=size, channels=KnownChannels(channels))


def _head(stream: ByteFile) -> bytes:
    """Return the beginning of the content; less of it where a gzip file is cut."""
    head = b""
    while len(head) < _SNIFFED and (chunk := stream.read(_SNIFFED)):
        head += chunk
    return head


def _kind(path: Path, head: bytes) -> Kind:
    """Tell post lines, one object a line, from an export, one object a file."""
    first, newline, _ = head.lstrip(b"\xef\xbb\xbf \t\r\n").partition(b"\n")
    if not first.startswith(b"{") and not path.name.removesuffix(".gz").endswith((".jsonl", ".ndjson")):
        raise UsageError(f"{path}: neither a Telegram Desktop result.json nor post lines")
    try:
        line = json.loads(first)
    except (ValueError, RecursionError):
        is_named_lines = path.name.removesuffix(".gz").endswith((".jsonl", ".ndjson"))
        is_export = not is_named_lines and (bool(newline) or bool(_EXPORT_KEY.search(head)))
        return "export" if is_export else "lines"
    return "export" if isinstance(line, dict) and line.keys() & {"messages", "chats", "left_chats"} else "lines"


class SourceFile:
    """One file of posts: what it says was seen, and what in it could not be used.

    ``size`` and ``position`` are bytes on disk, so that they measure progress in a gzip file too.
    """

    def __init__(self, path: Path, *, kind: Kind, size: int, channels: KnownChannels) -> None:
        self.path = path
        self.kind = kind
        self.size = size
        self.position = 0
        self.broken: list[BrokenRecord] = []
        self.broken_count = 0
        self.skipped: Counter[str] = Counter()
        self._channels = channels

    def observations(self, *, on_broken: Callable[[BrokenRecord], object] = lambda _: None) -> Iterator[Observation]:
        """Yield what the file says was seen; a record that cannot be used is counted, told, and passed over.

        A file that ends too early yields what stands before its end, and one broken record.
        """
        for item in self._items():
            if isinstance(item, Observation):
                yield item
            elif isinstance(item, Skipped):
                self.skipped[item.what] += 1
            else:
                self.broken_count += 1
                if len(self.broken) < _MOST_KEPT:
                    self.broken.append(item)
                on_broken(item)

    def _items(self) -> Iterator[Item]:
        with self.path.open("rb") as disk:
            stream = ByteFile(disk, on_read=self._note_position)
            if self.kind == "export":
                yield from read_export(stream, file=str(self.path), known=self._channels)
            else:
                yield from self._lines(stream)
            if stream.failure is not None:
                yield BrokenRecord(file=str(self.path), reason=stream.failure)

    def _lines(self, stream: ByteFile) -> Iterator[Item]:
        for number, raw in enumerate(stream.lines(longest=LONGEST_RECORD), start=1):
            if raw is None:
                reason = f"longer than {LONGEST_RECORD:,} bytes"
                yield BrokenRecord(file=str(self.path), line=number, reason=reason)
            elif raw.strip():
                try:
                    yield from read_post_line(raw, known=self._channels)
                except RecordError as error:
                    yield BrokenRecord(file=str(self.path), line=number, reason=str(error))

    def _note_position(self, position: int) -> None:
        self.position = position
