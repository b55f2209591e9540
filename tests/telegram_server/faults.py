"""What goes wrong on demand: errors per method and channel, slow answers, lost and reordered updates, broken lines."""

from dataclasses import dataclass, field
from enum import Enum
from typing import Any


class Line(Enum):
    """How the server treats connections."""

    OPEN = "open"
    REFUSED = "refused"
    """Nobody listens."""
    CLOSED_AT_ONCE = "closed at once"
    """A proxy is up, what stands behind it is not: accept, then close."""
    SILENT = "silent"
    """Connections stay open and nothing is ever answered."""


@dataclass(slots=True)
class Fault:
    """An error for ``times`` calls of ``method`` ("messages.GetHistory"; "*" for any), of one channel if one is named."""

    method: str
    code: int
    message: str
    channel_id: int | None = None
    times: int = 1


@dataclass(slots=True)
class Faults:
    """What is to go wrong next; tests change it while the server runs."""

    planned: list[Fault] = field(default_factory=list)
    delays: dict[str, float] = field(default_factory=dict)
    drop_updates: int = 0
    reorder_updates: int = 0
    line: Line = Line.OPEN

    def fail(
        self, method: str, message: str, *, code: int = 400, channel_id: int | None = None, times: int = 1
    ) -> None:
        """Let the next ``times`` calls of ``method`` fail with an RPC error."""
        self.planned.append(Fault(method, code, message, channel_id, times))

    def flood(self, method: str, seconds: int, *, channel_id: int | None = None, times: int = 1) -> None:
        """Let the next ``times`` calls of ``method`` be told to wait."""
        self.fail(method, f"FLOOD_WAIT_{seconds}", code=420, channel_id=channel_id, times=times)

    def error_for(self, method: str, request: Any) -> tuple[int, str] | None:
        """Return code and message if this call is to fail, and count it off."""
        channel = getattr(request, "channel", None) or getattr(request, "peer", None)
        channel_id = getattr(channel, "channel_id", None)
        for fault in self.planned:
            if fault.method in {method, "*"} and fault.channel_id in {None, channel_id} and fault.times > 0:
                fault.times -= 1
                return fault.code, fault.message
        return None

    def delay_for(self, method: str) -> float:
        """Return how many seconds the answer to ``method`` is held back."""
        return self.delays.get(method, self.delays.get("*", 0.0))


def method_name(request: Any) -> str:
    """Return the name of a request as the faults name it: "messages.GetHistory"."""
    room = type(request).__module__.rpartition(".")[2]
    name = type(request).__name__.removesuffix("Request")
    return name if room == "functions" else f"{room}.{name}"
