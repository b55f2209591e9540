"""What clients were shown: which text of which post was read as history, over which line, and when."""

import time
from typing import Any, Protocol

from telethon.tl import types


class Shown(Protocol):
    """The line that an answer went over."""

    number: int
    ended_at: float | None


class Witness:
    """Remembers each text of each post that an answer carried, once a line. Off unless asked, for it grows."""

    def __init__(self) -> None:
        self.is_watching = False
        self._seen: dict[tuple[int, int, str], dict[int, tuple[float, Shown]]] = {}

    def answered(self, line: Shown, channel_id: int | None, result: Any) -> None:
        """Note what an answer shows."""
        if not self.is_watching or channel_id is None or not isinstance(result, types.messages.ChannelMessages):
            return
        now = time.monotonic()
        for message in result.messages:
            if isinstance(message, types.Message):
                lines = self._seen.setdefault((channel_id, message.id, message.message), {})
                lines.setdefault(line.number, (now, line))

    def texts(self, *, held_for_s: float) -> set[tuple[int, int, str]]:
        """Return (channel id, post id, text) of all that was read over a line that lived so much longer.

        A client whose line ended right after an answer may never have had it.
        """
        now = time.monotonic()
        return {
            shown
            for shown, lines in self._seen.items()
            if any((line.ended_at or now) - at >= held_for_s for at, line in lines.values())
        }
