"""Open files of posts: Telegram Desktop exports and post lines, plain or gzip, told apart by what is in them."""

import codecs
import gzip
import io
import json
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final, Literal

from monitor.errors import UsageError
from monitor.model.post import Channel, Observation
from monitor.telegram.export import LONGEST_RECORD, Item, Skipped, read_export
from monitor.telegram.fields import BrokenRecord, KnownChannels, RecordError
from monitor.telegram.postline import read_post_line

_GZIP: Final = b"\x1f\x8b"
_SNIFFED = 64 * 1024  # bytes
_CHUNK = 256 * 1024  # bytes a read
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
            head = _head(_Bytes(disk))
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror or error}") from error
    if not head.strip():
        raise UsageError(f"{path}: is empty; want a Telegram Desktop result.json or post lines")
    return SourceFile(path, kind=_kind(path, head), size=size, channels=KnownChannels(channels))


def _head(stream: "_Bytes") -> bytes:
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
            stream = _Bytes(disk, on_read=self._note_position)
            if self.kind == "export":
                yield from read_export(stream, file=str(self.path), known=self._channels)
            else:
                yield from self._lines(stream)
            if stream.failure is not None:
                yield BrokenRecord(file=str(self.path), reason=stream.failure)

    def _lines(self, stream: "_Bytes") -> Iterator[Item]:
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


class _Bytes:
    """The bytes of a plain or gzip file; one that cannot be read to its end ends early, with ``failure`` saying why."""

    def __init__(self, disk: io.BufferedReader, *, on_read: Callable[[int], object] = lambda _: None) -> None:
        self._disk = disk
        self._stream = gzip.GzipFile(fileobj=disk) if disk.peek(2)[:2] == _GZIP else disk
        self._on_read = on_read
        self._is_at_start = True
        self.failure: str | None = None

    def read(self, size: int, /) -> bytes:
        """Return at most ``size`` bytes, none at the end or at the point of failure."""
        if self.failure is not None:
            return b""
        try:
            # read() would lose what it had unpacked before the cut.
            chunk = self._stream.read1(size)
        except EOFError:
            self.failure = "the gzip file is cut off; what stands before the cut is taken"
        except (OSError, zlib.error) as error:  # a damaged gzip file is an OSError
            reason = getattr(error, "strerror", None) or error
            self.failure = f"cannot be read any further: {reason}; what stands before is taken"
        else:
            self._on_read(self._disk.tell())
            is_first, self._is_at_start = self._is_at_start, False
            return chunk.removeprefix(codecs.BOM_UTF8) if is_first else chunk
        return b""

    def lines(self, *, longest: int) -> Iterator[bytes | None]:
        """Yield every line, ``None`` for one of more than ``longest`` bytes; the line that a failure cuts is not given."""
        rest, is_too_long = b"", False
        while chunk := self.read(_CHUNK):
            *whole, rest = (rest + chunk).split(b"\n")
            for line in whole:
                yield None if is_too_long or len(line) > longest else line
                is_too_long = False
            if is_too_long or len(rest) > longest:
                rest, is_too_long = b"", True
        if self.failure is None and (rest or is_too_long):
            yield None if is_too_long else rest
