"""What goes wrong on demand: errors per method and channel, slow and lost answers, lost and reordered updates, broken lines."""

import random
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

FOR_EVER = 10**9


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


class Ceiling:
    """Answers ``per_second`` calls a second of some methods together; whoever comes too early is told to wait."""

    def __init__(self, methods: Iterable[str], *, per_second: float, clock: Callable[[], float]) -> None:
        self.methods = frozenset(methods)
        self._per_second = per_second
        self._clock = clock
        self._tokens, self._at = per_second, clock()
        self.refused = 0

    def is_passed(self) -> bool:
        """Take one call, and tell whether it is one too many."""
        now = self._clock()
        self._tokens = min(self._per_second, self._tokens + (now - self._at) * self._per_second)
        self._at = now
        if self._tokens < 1:
            self.refused += 1
            return True
        self._tokens -= 1
        return False


@dataclass(slots=True)
class Faults:
    """What is to go wrong next; tests change it while the server runs.

    ``drop_updates`` and ``reorder_updates`` count the next ones that are lost, or held back until the next that is not;
    ``drop_rate`` and ``reorder_rate`` say the same as chances, drawn from ``chance``. A channel that missed more than
    ``difference_limit`` changes is told that its difference is too long; ``difference_page`` changes come at once.
    ``lost_answers`` names methods whose next calls are done, but cut the line instead of being answered. The answers to
    ``unknown_answers`` are objects that no client knows.
    """

    planned: list[Fault] = field(default_factory=list)
    ceilings: list[Ceiling] = field(default_factory=list)
    delays: dict[str, float] = field(default_factory=dict)
    drop_updates: int = 0
    reorder_updates: int = 0
    drop_rate: float = 0.0
    reorder_rate: float = 0.0
    chance: random.Random = field(default_factory=lambda: random.Random(0))  # noqa: S311 - chance, not secrecy
    difference_limit: int = 100
    difference_page: int = 100
    lost_answers: deque[str] = field(default_factory=deque)
    unknown_answers: deque[str] = field(default_factory=deque)
    line: Line = Line.OPEN

    def fail(
        self, method: str, message: str, *, code: int = 400, channel_id: int | None = None, times: int = 1
    ) -> None:
        """Let the next ``times`` calls of ``method`` fail with an RPC error."""
        self.planned.append(Fault(method, code, message, channel_id, times))

    def flood(self, method: str, seconds: int, *, channel_id: int | None = None, times: int = 1) -> None:
        """Let the next ``times`` calls of ``method`` be told to wait."""
        self.fail(method, f"FLOOD_WAIT_{seconds}", code=420, channel_id=channel_id, times=times)

    def limit(self, *methods: str, per_second: float, clock: Callable[[], float] = time.monotonic) -> Ceiling:
        """Answer so many calls a second of these methods together, a second's worth at once; the rest must wait a second."""
        ceiling = Ceiling(methods, per_second=per_second, clock=clock)
        self.ceilings.append(ceiling)
        return ceiling

    def heal(self) -> None:
        """Let nothing go wrong any more but what the line does."""
        self.planned.clear()
        self.ceilings.clear()
        self.delays.clear()
        self.lost_answers.clear()
        self.unknown_answers.clear()
        self.drop_updates = self.reorder_updates = 0
        self.drop_rate = self.reorder_rate = 0.0

    def error_for(self, method: str, request: Any) -> tuple[int, str] | None:
        """Return code and message if this call is to fail, and count it off."""
        channel_id = channel_of(request)
        for fault in self.planned:
            if fault.method in {method, "*"} and fault.channel_id in {None, channel_id} and fault.times > 0:
                fault.times -= 1
                return fault.code, fault.message
        if any(method in ceiling.methods and ceiling.is_passed() for ceiling in self.ceilings):
            return 420, "FLOOD_WAIT_1"
        return None

    def delay_for(self, method: str) -> float:
        """Return how many seconds the answer to ``method`` is held back."""
        return self.delays.get(method, self.delays.get("*", 0.0))

    def loses_update(self) -> bool:
        """Tell whether the update at hand is lost, and count it off."""
        if self.drop_updates > 0:
            self.drop_updates -= 1
            return True
        return self.drop_rate > 0 and self.chance.random() < self.drop_rate

    def holds_update_back(self) -> bool:
        """Tell whether the update at hand comes after the next, and count it off."""
        if self.reorder_updates > 0:
            self.reorder_updates -= 1
            return True
        return self.reorder_rate > 0 and self.chance.random() < self.reorder_rate


def method_name(request: Any) -> str:
    """Return the name of a request as the faults name it: "messages.GetHistory"."""
    room = type(request).__module__.rpartition(".")[2]
    name = type(request).__name__.removesuffix("Request")
    return name if room == "functions" else f"{room}.{name}"


def channel_of(request: Any) -> int | None:
    """Return the id of the channel that a request is about, if it is about one."""
    peer = getattr(request, "channel", None) or getattr(request, "peer", None)
    found: int | None = getattr(peer, "channel_id", None)
    return found
