"""One limiter for every call to Telegram: budgets for what is scarce, waits that stay with what was told to wait.

Telegram tells a client to wait per method; Telethon remembers that for all channels at once. Here a wait belongs to one
method and, where the call names one, to one channel, so that a flood on one channel's history delays no other. Only when
a second channel is told the same is the whole method taken to be flooded. A short wait is sat out in place; a longer one is
handed back to whoever called, who keeps the place to go on from.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol, TypeVar

from monitor.errors import RetryError

Result = TypeVar("Result")

ABSORBED = timedelta(seconds=20)  # a call sits out so much; what takes longer is handed back
_CALLS_PER_SECOND: Mapping[str, float] = {
    "history": 19.9,  # histories and single posts: just under the 20 a second that Telegram was seen to allow
    "resolve": 1 / 300,  # names: 150 to 200 new ones a day are granted in the long run (TELEGRAM.md, fact 15)
    "media": 2.0,  # files that hang on posts
    "join": 1 / 300,  # accounts that join many channels at once are limited, at worst for good
}
_BURST: Mapping[str, float] = {
    "history": 18.0,
    "resolve": 500.0,  # as many channels as an account can join: each name is looked up once in its life
    "media": 10.0,
    "join": 20.0,
}


class Clock(Protocol):
    """Where the time comes from, and how to wait."""

    def now(self) -> datetime:
        """Return the wall clock's time, in UTC."""

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
    """Tokens that refill at ``rate`` a second up to ``burst``; below none, callers stand in line."""

    rate: float
    burst: float
    tokens: float
    at: float

    def refill(self, now: float) -> None:
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now


@dataclass(slots=True)
class Limiter:
    """Spreads calls and remembers waits. ``waited`` counts the seconds sat out, ``floods`` the floods, by method."""

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
            RetryError: It would have to wait longer than is absorbed; ``after`` says how long.
        """
        patience = self.absorbed.total_seconds()
        while True:
            while (seconds := self.waiting(method, channel=channel)) > 0:
                if seconds > patience:
                    raise self._too_long(method, seconds, channel=channel)
                patience -= seconds
                await self._sit_out(method, seconds)
            if budget is not None:
                await self._spend(method, budget)
            try:
                return await send()
            except FloodError as flood:
                self._note(method, flood.seconds, channel=channel)

    def waiting(self, method: str, *, channel: str | None = None) -> float:
        """Return for how many seconds calls of the method (on the channel) still have to wait; 0 for none."""
        now = self.clock.monotonic()
        ends = [self._until.get(key, now) for key in {(method, channel), (method, None)}]
        return max(max(ends) - now, 0.0)

    def _note(self, method: str, seconds: float, *, channel: str | None) -> None:
        self.floods[method] += 1
        now = self.clock.monotonic()
        self._until = {key: until for key, until in self._until.items() if until > now}
        others = any(name == method and other not in {None, channel} for name, other in self._until)
        end = now + max(seconds, 1.0)  # Telegram has been seen to say 0, which would be asked again at once
        self._until[method, None if others else channel] = end

    async def _spend(self, method: str, budget: str) -> None:
        rate, burst = self.rates[budget], self.bursts[budget]
        now = self.clock.monotonic()
        bucket = self._buckets.setdefault(budget, _Bucket(rate, burst, burst, now))
        bucket.refill(now)
        seconds = (1 - bucket.tokens) / rate
        if rate < 1 and seconds > self.absorbed.total_seconds():
            raise self._too_long(method, seconds, channel=None)
        # Each caller takes its place in line at once, so that callers go out one by one, not all together.
        bucket.tokens -= 1
        if seconds > 0:
            await self._sit_out(method, seconds)

    async def _sit_out(self, method: str, seconds: float) -> None:
        self.waited[method] += seconds
        await self.clock.sleep(seconds)

    def _too_long(self, method: str, seconds: float, *, channel: str | None) -> RetryError:
        on = "" if channel is None else f" on {channel}"
        return RetryError(f"{method}{on} has to rest for {seconds:.0f} s", after=timedelta(seconds=seconds))


class SystemClock:
    """The machine's clock and the event loop's."""

    def now(self) -> datetime:
        """Return the wall clock's time, in UTC."""
        return datetime.now(tz=UTC)  # noqa: TID251 - this is the Clock

    def monotonic(self) -> float:
        """Return the loop's time."""
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)
