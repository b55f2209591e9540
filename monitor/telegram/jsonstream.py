"""A large JSON document taken apart value by value, never in memory as a whole.

A parser of events stops at the first byte that is not JSON, and everything behind it is lost. This one only looks for the end of
a value, so that a value that cannot be read costs that value and no other, and one that is too long is passed over unkept.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from monitor.telegram.fields import RecordError, decode

_CHUNK = 256 * 1024  # bytes a read
_LONGEST_KEY = 4096  # bytes
_WIDEST_INDENT = 64  # bytes kept before a value, to know how far it is indented
_SPACE = re.compile(rb"[ \t\r\n]*+")
_INDENT = re.compile(rb"\n([ \t]*)\Z")
_SCALAR = re.compile(rb"[^ \t\r\n,\]}]*+")
_STRING_REST = re.compile(rb'[^"\\]*+(?:\\.[^"\\]*+)*+', re.DOTALL)
_NO_BRACKET = re.compile(rb'(?:[^"{}\[\]]++|"[^"\\]*+(?:\\.[^"\\]*+)*+")*+', re.DOTALL)
_QUOTE, _OPENING = ord('"'), frozenset(b"{[")


class ByteSource(Protocol):
    """What gives the document's bytes, and none at its end."""

    def read(self, size: int, /) -> bytes:
        """Return at most ``size`` bytes."""


class BrokenOffError(Exception):
    """The document cannot be followed any further; the message says why."""


@dataclass(slots=True)
class _EndFinder:
    """Looks for the end of one value, going on where the last buffer ended."""

    depth: int = 0
    is_in_string: bool = False
    is_scalar: bool = False

    def find(self, buffer: bytes, at: int) -> tuple[int, bool]:
        """Return how far the value reaches from ``at``, and whether it ends there."""
        if self.depth == 0 and not self.is_in_string:
            first = buffer[at]
            self.is_scalar = self.is_scalar or (first != _QUOTE and first not in _OPENING)
            if self.is_scalar:
                at = _end(_SCALAR, buffer, at)
                return at, at < len(buffer)
            self.is_in_string, self.depth = first == _QUOTE, int(first in _OPENING)
            at += 1
        while at < len(buffer):
            if self.is_in_string:
                at = _end(_STRING_REST, buffer, at)
                if (
                    at == len(buffer) or buffer[at] != _QUOTE
                ):  # the other byte it stops at is a backslash at the very end
                    break
                self.is_in_string = False
                at += 1
            else:
                at = _end(_NO_BRACKET, buffer, at)
                if at == len(buffer):
                    break
                byte = buffer[at]
                self.is_in_string = byte == _QUOTE
                if not self.is_in_string:
                    self.depth += 1 if byte in _OPENING else -1
                at += 1
            if self.depth == 0 and not self.is_in_string:
                return at, True
        return at, False


def _end(pattern: re.Pattern[bytes], buffer: bytes, at: int) -> int:
    match = pattern.match(buffer, at)
    return at if match is None else match.end()


class JsonStream:
    """A place in a JSON document that moves forward only.

    Every value is consumed by exactly one of ``value``, ``skip``, ``members`` and ``elements``.
    """

    def __init__(self, source: ByteSource) -> None:
        self._source = source
        self._buffer = b""
        self._at = 0
        self._line = 1
        self._counted = 0  # how much of the buffer ``_line`` covers

    @property
    def line(self) -> int:
        """The line, from 1, on which the next value begins."""
        self._next_byte()
        self._line += self._buffer.count(b"\n", self._counted, self._at)
        self._counted = self._at
        return self._line

    def begins_with(self, byte: bytes) -> bool:
        """Tell whether the next value begins with ``byte``."""
        return self._next_byte() == byte

    def members(self) -> Iterator[str]:
        """Yield the keys of an object; the value of each must be consumed before the next is asked for."""
        self._take(b"{")
        is_first = True
        while not self.begins_with(b"}"):
            if not is_first:
                self._take(b",")
            is_first = False
            yield self._key()
        self._take(b"}")

    def elements(self) -> Iterator[int]:
        """Yield the number, from 1, of each element of a list; each must be consumed before the next is asked for."""
        self._take(b"[")
        number = 0
        while not self.begins_with(b"]"):
            if number:
                self._take(b",")
            number += 1
            yield number
        self._take(b"]")

    def skip(self) -> None:
        """Pass over one value of any length."""
        self.value(longest=0)

    def end(self) -> None:
        """Make sure that the document is over.

        Raises:
            BrokenOffError: Something follows.
        """
        if self._next_byte():
            raise BrokenOffError("something follows where the document should be over")

    def value(self, *, longest: int) -> bytes:
        """Consume one value and return its bytes, which may yet be no JSON; with ``longest`` 0 it is only passed over.

        Raises:
            RecordError: It has more than ``longest`` bytes or does not close; it was passed over.
            BrokenOffError: The document ends inside it.
        """
        if not self._next_byte():
            raise BrokenOffError("the file ends where a value was expected")
        if self._at > _CHUNK:
            self._forget(self._at - _WIDEST_INDENT)
        indent = _INDENT.search(self._buffer[max(0, self._at - _WIDEST_INDENT) : self._at])
        finder, at, is_kept = _EndFinder(), self._at, longest > 0
        while True:
            at, is_done = finder.find(self._buffer, at)
            if is_done:
                break
            if is_kept and at - self._at > longest:
                self._leave_unclosed(indent)
                is_kept = False
            if not is_kept:
                self._forget(at)
                at = 0
            if not self._fill():
                if finder.is_scalar:
                    break
                self._leave_unclosed(indent)
                raise BrokenOffError("the file ends inside this value")
        raw = self._buffer[self._at : at]
        self._at = at
        if longest and (not is_kept or len(raw) > longest):
            raise RecordError(f"longer than {longest:,} bytes")
        return raw

    def _leave_unclosed(self, indent: re.Match[bytes] | None) -> None:
        """Go on behind an object that never closes, a quote being missing perhaps, if the layout shows where it should have.

        Raises:
            RecordError: The end was found, and the object passed over.
        """
        if indent is None:
            return
        before = re.escape(indent[1])
        closed = re.compile(rb"\n" + before + rb"\}(?=,?\s*\n(?:" + before + rb"\{|[ \t]*\]))")
        match = closed.search(self._buffer, self._at)
        if match is not None:
            self._at = match.end()
            raise RecordError("not JSON: a quote or a bracket is not closed")

    def _key(self) -> str:
        if not self.begins_with(b'"'):
            raise BrokenOffError("a key was expected, in quotes")
        try:
            key = decode(self.value(longest=_LONGEST_KEY))
        except RecordError as error:
            raise BrokenOffError(f"a key was expected: {error}") from error
        self._take(b":")
        return str(key)

    def _take(self, byte: bytes) -> None:
        found = self._next_byte()
        if found != byte:
            what = "the file ends" if not found else f"{found.decode('ascii', 'replace')} stands"
            raise BrokenOffError(f"{what} where {byte.decode()} was expected")
        self._at += 1

    def _next_byte(self) -> bytes:
        """Return the next byte that is no white space, without consuming it; nothing at the end."""
        while True:
            self._at = _end(_SPACE, self._buffer, self._at)
            if self._at < len(self._buffer):
                return self._buffer[self._at : self._at + 1]
            if not self._fill():
                return b""

    def _fill(self) -> bool:
        chunk = self._source.read(_CHUNK)
        self._buffer += chunk
        return bool(chunk)

    def _forget(self, until: int) -> None:
        """Drop what was consumed, or passed over."""
        self._line += self._buffer.count(b"\n", self._counted, until) if until > self._counted else 0
        self._counted = max(0, self._counted - until)
        self._buffer = self._buffer[until:]
        self._at = max(0, self._at - until)
