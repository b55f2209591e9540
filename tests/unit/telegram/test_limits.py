"""A wait belongs to the method and channel that was told to wait; short ones are sat out, long ones handed back."""

from dataclasses import dataclass

import pytest

from monitor.errors import RetryError
from monitor.telegram.limits import FloodError, Limiter


@dataclass(slots=True)
class HandClock:
    """A clock that only waiting moves."""

    now: float = 0.0

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


class Telegram:
    """Refuses as many calls as ``floods`` says, then answers."""

    def __init__(self, *floods: float) -> None:
        self.floods = list(floods)
        self.calls = 0

    async def __call__(self) -> str:
        self.calls += 1
        if self.floods:
            raise FloodError(self.floods.pop(0))
        return "history"


async def test_short_wait_is_sat_out_and_counted() -> None:
    clock = HandClock()
    limiter = Limiter(clock=clock)

    assert await limiter.call("messages.GetHistory", Telegram(7), channel="one") == "history"
    assert (clock.now, limiter.waited["messages.GetHistory"]) == (7, 7)


async def test_long_wait_is_handed_back_with_its_end() -> None:
    clock = HandClock()
    limiter, telegram = Limiter(clock=clock), Telegram(3600)

    with pytest.raises(RetryError) as refused:
        await limiter.call("messages.GetHistory", telegram, channel="one")

    assert refused.value.after.total_seconds() == 3600
    assert (clock.now, telegram.calls) == (0, 1)


async def test_flood_on_one_channel_delays_neither_others_nor_other_methods() -> None:
    clock = HandClock()
    limiter = Limiter(clock=clock)
    with pytest.raises(RetryError):
        await limiter.call("messages.GetHistory", Telegram(3600), channel="one")

    assert await limiter.call("messages.GetHistory", Telegram(), channel="two") == "history"
    assert await limiter.call("channels.GetMessages", Telegram(), channel="one") == "history"
    assert clock.now == 0


async def test_flood_without_a_channel_holds_for_every_channel() -> None:
    limiter = Limiter(clock=HandClock())
    with pytest.raises(RetryError):
        await limiter.call("contacts.ResolveUsername", Telegram(3600))

    with pytest.raises(RetryError):
        await limiter.call("contacts.ResolveUsername", Telegram(), channel="one")


async def test_budget_spreads_calls_beyond_its_burst() -> None:
    clock = HandClock()
    limiter = Limiter(clock=clock, rates={"history": 2.0}, bursts={"history": 4.0})

    for _ in range(10):
        await limiter.call("messages.GetHistory", Telegram(), budget="history")

    assert clock.now == pytest.approx(3.0)  # four at once, then six at two a second
