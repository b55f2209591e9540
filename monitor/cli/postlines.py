"""Post lines as the commands that touch no database take them: what is to be read, and under which name."""

import contextlib
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

from monitor.cli import options
from monitor.errors import UsageError
from monitor.model.post import Channel
from monitor.telegram.bytefile import ByteFile
from monitor.telegram.fields import RecordError, decode

if TYPE_CHECKING:
    import io


class PostLine(NamedTuple):
    """One post to read; ``name`` is the line's id as it stands, or its channel/message_id."""

    name: object
    text: str
    posted_at: datetime | None
    channel: Channel | None


def read_post_line(raw: bytes, channels: Mapping[str, Channel]) -> PostLine:
    """Read one line; ``channels`` are those whose voice is known, by folded key.

    Raises:
        RecordError: It is no post line.
    """
    post = decode(raw)
    if not isinstance(post, dict):
        raise RecordError("not a JSON object")
    text = post.get("text")
    if not isinstance(text, str):
        raise RecordError('no "text"')
    name, channel = post.get("id"), post.get("channel")
    if name is None:
        message = post.get("message_id")
        if not isinstance(channel, str) or not isinstance(message, int):
            raise RecordError('no "id", nor "channel" and "message_id"')
        name = f"{channel}/{message}"
    known = channels.get(str(channel).removeprefix("@").casefold()) if channels else None
    return PostLine(name, text, _instant(post.get("date")), known)


def channels_of(path: Path | None) -> Mapping[str, Channel]:
    """Return what a channels.yaml says of each channel, by folded key; nothing without one."""
    if path is None:
        return {}
    return {channel.key.casefold(): channel for channel in options.load_watchlist(path).channels}


@contextlib.contextmanager
def open_lines(name: str, *, on_read: Callable[[int], object] | None = None) -> Iterator[ByteFile]:
    """Open a file of post lines, plain or packed; "-" is standard input.

    Raises:
        UsageError: It cannot be opened.
    """
    if name == "-":
        yield ByteFile(cast("io.BufferedReader", sys.stdin.buffer))  # typed as less than it is
        return
    try:
        disk = Path(name).open("rb")  # noqa: SIM115 - closed below; only opening it is a mistake of the caller
    except OSError as error:
        raise UsageError(f"{name}: cannot be read: {error.strerror or error}") from error
    with disk:
        yield ByteFile(disk, on_read=on_read)


def _instant(value: object) -> datetime | None:
    """Read a posting time; a line whose date says nothing usable is still read, without a reference day."""
    try:
        instant = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return instant if instant is not None and instant.tzinfo is not None else None
