"""Take values out of JSON that a stranger wrote, or say in one line why they cannot be used."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NoReturn

from monitor.model.post import Channel, bare_id

Record = Mapping[str, Any]

_KEY = re.compile(r"[\w-]{1,64}")
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_LARGEST = 2**63 - 1  # what both databases hold
_EARLIEST, _LATEST = datetime(2013, 8, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)  # Telegram began in August 2013


class RecordError(Exception):
    """One record cannot be used; the message is one line and repeats no text of the record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenRecord:
    """A record that was passed over, or a file that ends too early (``line`` is ``None``): where it is, and why."""

    file: str
    reason: str
    line: int | None = None
    record: int | None = None

    def __str__(self) -> str:
        """Write it as one line for a person."""
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{where}: {self.reason}" if self.record is None else f"{where}: record {self.record}: {self.reason}"


def decode(text: str | bytes) -> object:
    """Read one JSON value strictly: no NaN, no key twice in one object, no bytes that are not UTF-8.

    Raises:
        RecordError: It is not such a value.
    """
    try:
        written = text if isinstance(text, str) else text.decode()
        if _is_too_deep(written):
            raise RecordError("not usable: nested too deeply")
        return _DECODER.decode(written)
    except UnicodeDecodeError as error:
        raise RecordError(f"not UTF-8 at byte {error.start} of the record") from error
    except json.JSONDecodeError as error:
        raise RecordError(f"not JSON: {error.msg} at character {error.pos} of the record") from error
    except ValueError as error:  # a number of thousands of digits
        raise RecordError("not usable: holds a number too long to read") from error


def _is_too_deep(written: str) -> bool:
    """Tell whether objects and lists stand more than ``_DEEPEST`` deep; how deep Python itself can go differs by version."""
    if written.count("{") + written.count("[") <= _DEEPEST:
        return False
    depth = 0
    for mark in _BRACKET.findall(_STRING.sub("", written)):
        depth += 1 if mark in "{[" else -1
        if depth > _DEEPEST:
            return True
    return False


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise RecordError("ambiguous: a key stands twice in one object")
    return found


def _refuse(name: str) -> NoReturn:
    raise RecordError(f"not JSON: {name} is no number")


_DEEPEST = 200  # levels of one record; what Telegram Desktop writes has five
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_BRACKET = re.compile(r"[{}\[\]]")
_DECODER = json.JSONDecoder(object_pairs_hook=_pairs, parse_constant=_refuse)


def clean(text: str) -> str:
    """Return ``text`` with what no database takes (NUL, halves of a surrogate pair) replaced, character for character."""
    return _UNSTORABLE.sub(_REPLACEMENT, text)


def text_or_none(record: Record, name: str) -> str | None:
    """Return a text field, ``None`` where it is absent or null."""
    value = record.get(name)
    if value is None or isinstance(value, str):
        return None if value is None else clean(value)
    raise RecordError(f'"{name}" is no text')


def number_or_none(record: Record, name: str, *, least: int = 0) -> int | None:
    """Return a whole number of at least ``least``, ``None`` where it is absent or null."""
    value = record.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= _LARGEST:
        raise RecordError(f'"{name}" is no whole number of at least {least}')
    return value


def instant_or_none(record: Record, name: str) -> datetime | None:
    """Return an ISO 8601 instant with its offset, as UTC; ``None`` where it is absent or null."""
    value = record.get(name)
    if value is None:
        return None
    try:
        instant = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        instant = None
    if instant is None:
        raise RecordError(f'"{name}" is no instant such as 2026-04-08T06:00:00+00:00')
    if instant.tzinfo is None:
        raise RecordError(f'"{name}" has no offset; want 2026-04-08T06:00:00+00:00')
    return in_range(instant, name)


def in_range(instant: datetime, name: str) -> datetime:
    """Return the instant as UTC if Telegram can have sent it."""
    if not _EARLIEST <= instant < _LATEST:
        raise RecordError(f'"{name}" lies before Telegram began or after 2099')
    return instant.astimezone(UTC)


def channel_key(value: object, *, known: "KnownChannels") -> str:
    """Return a channel's key from its name, "@name", t.me link or number.

    Raises:
        RecordError: It can be none of these.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return known.key_of(value)
    if isinstance(value, str):
        name = re.sub(r"\A(?:https?://)?t\.me/(?:s/|c/)?|\A@", "", value.strip()).removesuffix("/")
        if re.fullmatch(r"-?[0-9]{1,18}", name, re.ASCII):
            return known.key_of(int(name))
        if _KEY.fullmatch(name):
            return name
    raise RecordError('"channel" is no channel name')


class KnownChannels:
    """Channels by the numbers and names that exports use instead of keys."""

    def __init__(self, channels: Iterable[Channel] = ()) -> None:
        declared = tuple(channels)
        self._by_id = {bare_id(one.telegram_id): one.key for one in declared if one.telegram_id is not None}
        names: dict[str, list[str]] = {}
        for one in declared:
            # A name is no proof, and anybody can take one; it counts only where no number says otherwise.
            if one.name is not None and one.telegram_id is None:
                names.setdefault(one.name.strip().casefold(), []).append(one.key)
        self._by_name = {name: keys[0] for name, keys in names.items() if len(keys) == 1}

    def key_of(self, number: int) -> str:
        """Return the key of the channel with this number; without an entry the number itself."""
        return self._by_id.get(bare_id(number), str(bare_id(number)))

    def find(self, *, number: int | None, name: str | None) -> str | None:
        """Return the key of an entry with this number or, failing that, this name; ``None`` if there is none."""
        if number is not None and bare_id(number) in self._by_id:
            return self._by_id[bare_id(number)]
        return None if name is None else self._by_name.get(name.strip().casefold())
