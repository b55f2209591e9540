"""One limiter for every call to Telegram: budgets for what is scarce, waits that stay with what was told to wait.

Telegram tells a client to wait per method; Telethon remembers that for all channels at once. Here a wait belongs to one
method, and to one channel where the call names one, so that a flood on one channel's history delays neither the others nor
what is live.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol, TypeVar

from monitor.errors import RetryError

Result = TypeVar("Result")

ABSORBED = timedelta(seconds=20)  # a wait up to this is sat out in place; a longer one is handed back with its end
_CALLS_PER_SECOND: Mapping[str, float] = {
    "history": 20.0,  # reads of history and of single posts
    "resolve": 1 / 30,  # names: about 150 to 200 new ones a day are granted (TELEGRAM.md, fact 15)
}
_BURST: Mapping[str, float] = {"history": 20.0, "resolve": 30.0}


class Clock(Protocol):
    """Where the limiter learns the time and how it waits."""

    def monotonic(self) -> float:
        """Return seconds since some fixed instant."""

    async def sleep(self, seconds: float) -> None:
        """Wait."""


class FloodError(Exception):
    """Telegram told the call to wait."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"wait {seconds} s")
        self.seconds = seconds


@dataclass(slots=True)
class _Bucket:
    """Tokens that refill at ``rate`` a second up to ``burst``."""

    rate: float
    burst: float
    tokens: float
    at: float


@dataclass(slots=True)
class Limiter:
    """Spreads calls and remembers waits. ``waited`` counts the seconds waited for, by method."""

    clock: Clock
    rates: Mapping[str, float] = field(default_factory=lambda: _CALLS_PER_SECOND)
    bursts: Mapping[str, float] = field(default_factory=lambda: _BURST)
    absorbed: timedelta = ABSORBED
    waited: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    floods: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    _buckets: dict[str, _Bucket] = field(default_factory=dict)
    _until: dict[tuple[str, str | None], float] = field(default_factory=dict)

    async def call(
        self,
        method: str,
        send: Callable[[], Awaitable[Result]],
        *,
        budget: str | None = None,
        channel: str | None = None,
    ) -> Result:
        """Return what ``send`` returns, once its budget and every wait that concerns it allow it.

        Raises:
            RetryError: It has to wait longer than is absorbed; ``after`` says how long.
        """
        while True:
            await self._pass(method, channel)
            if budget is not None:
                await self._spend(method, budget)
            try:
                return await send()
            except FloodError as flood:
                self.floods[method] += 1
                self._until[method, channel] = self.clock.monotonic() + flood.seconds

    def waiting(self, method: str, channel: str | None = None) -> float:
        """Return for how many seconds calls of the method (on the channel) still have to wait; 0 for none."""
        now = self.clock.monotonic()
        ends = [self._until.get(key, now) for key in {(method, channel), (method, None)}]
        return max(max(ends) - now, 0.0)

    async def _pass(self, method: str, channel: str | None) -> None:
        seconds = self.waiting(method, channel)
        if seconds > self.absorbed.total_seconds():
            raise RetryError(
                f"Telegram wants {seconds:.0f} s of rest for {method}" + (f" on {channel}" if channel else ""),
                after=timedelta(seconds=seconds),
            )
        if seconds > 0:
            self.waited[method] += seconds
            await self.clock.sleep(seconds)

    async def _spend(self, method: str, budget: str) -> None:
        rate, burst = self.rates[budget], self.bursts[budget]
        now = self.clock.monotonic()
        bucket = self._buckets.setdefault(budget, _Bucket(rate, burst, burst, now))
        bucket.tokens = min(burst, bucket.tokens + (now - bucket.at) * rate) - 1
        bucket.at = now
        if bucket.tokens < 0:
            # Each caller takes its place in line at once, so that callers go out one by one, not all together.
            seconds = -bucket.tokens / rate
            self.waited[method] += seconds
            await self.clock.sleep(seconds)


class SystemClock:
    """The event loop's own clock."""

    def monotonic(self) -> float:
        """Return the loop's time."""
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)
