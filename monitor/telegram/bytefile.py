"""The bytes of a file that may be packed, cut off or damaged: what can be read of it, and why it is not all."""

import codecs
import gzip
import io
import zlib
from collections.abc import Callable, Iterator

_GZIP = b"\x1f\x8b"
_CHUNK = 256 * 1024  # bytes a read


class ByteFile:
    """The bytes of a plain or gzip file; one that cannot be read to its end ends early, with ``failure`` saying why."""

    def __init__(self, disk: io.BufferedReader, *, on_read: Callable[[int], object] | None = None) -> None:
        """Read from ``disk``; ``on_read`` is told how far that got, if it is a file that can tell."""
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
            if self._on_read is not None:
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
