"""Calls to Telegram: budgets spread them, floods hold back only what was told to wait."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from monitor.errors import RetryError
from monitor.telegram.limits import FloodError, Limiter
from tests.unit.telegram.clocks import FakeClock

ABSORBED_S = 20.0


def _limiter(clock: FakeClock, **rates: float) -> Limiter:
    return Limiter(clock=clock, rates=rates, bursts=dict.fromkeys(rates, 1.0), absorbed=timedelta(seconds=ABSORBED_S))


def _flooding(*waits: float) -> Callable[[], Awaitable[str]]:
    """Return a call that is told to wait so many times, then answers."""
    left = list(waits)

    async def send() -> str:
        if left:
            raise FloodError(left.pop(0))
        return "answer"

    return send


async def test_a_short_flood_is_sat_out_and_the_call_made_again() -> None:
    clock = FakeClock()
    limiter = _limiter(clock)

    assert await limiter.call("getHistory", _flooding(7)) == "answer"
    assert clock.slept == [7]
    assert (limiter.waited["getHistory"], limiter.floods["getHistory"]) == (7, 1)


async def test_a_long_flood_is_handed_back_with_its_end() -> None:
    limiter = _limiter(FakeClock())

    with pytest.raises(RetryError, match="getHistory on desk has to rest for 300 s") as caught:
        await limiter.call("getHistory", _flooding(300), channel="desk")
    assert caught.value.after == timedelta(seconds=300)
    assert limiter.waited["getHistory"] == 0


async def test_short_floods_without_end_are_handed_back() -> None:
    clock = FakeClock()

    with pytest.raises(RetryError):
        await _limiter(clock).call("getHistory", _flooding(*[3.0] * 100))
    assert sum(clock.slept) <= ABSORBED_S


async def test_a_flood_of_no_seconds_still_waits() -> None:
    clock = FakeClock()

    assert await _limiter(clock).call("getHistory", _flooding(0)) == "answer"
    assert clock.slept == [1.0]


async def test_a_flood_on_one_channel_delays_neither_other_channels_nor_other_methods() -> None:
    clock = FakeClock()
    limiter = _limiter(clock)
    with pytest.raises(RetryError):
        await limiter.call("getHistory", _flooding(300), channel="desk")

    assert await limiter.call("getHistory", _flooding(), channel="other") == "answer"
    assert await limiter.call("getMessages", _flooding(), channel="desk") == "answer"
    assert clock.slept == []
    assert limiter.waiting("getHistory", channel="desk") == 300


async def test_a_second_flooded_channel_holds_the_whole_method_back() -> None:
    limiter = _limiter(FakeClock())
    for channel in ("desk", "other"):
        with pytest.raises(RetryError):
            await limiter.call("getHistory", _flooding(300), channel=channel)

    assert limiter.waiting("getHistory", channel="third") == 300
    assert limiter.waiting("getMessages", channel="third") == 0


async def test_a_flood_that_names_no_channel_holds_for_every_channel() -> None:
    limiter = _limiter(FakeClock())
    with pytest.raises(RetryError):
        await limiter.call("resolveUsername", _flooding(300))

    with pytest.raises(RetryError):
        await limiter.call("resolveUsername", _flooding(), channel="desk")


async def test_a_wait_that_is_over_is_forgotten() -> None:
    clock = FakeClock()
    limiter = _limiter(clock)
    with pytest.raises(RetryError):
        await limiter.call("getHistory", _flooding(300), channel="desk")
    clock.passed = 301

    assert await limiter.call("getHistory", _flooding(), channel="desk") == "answer"


async def test_a_budget_lets_calls_out_one_by_one() -> None:
    clock = FakeClock()
    limiter = _limiter(clock, history=10.0)

    for _ in range(5):
        await limiter.call("getHistory", _flooding(), budget="history")
    assert clock.passed == pytest.approx(0.4)
    assert limiter.waited["getHistory"] == pytest.approx(0.4)


async def test_callers_at_once_stand_in_line() -> None:
    clock = FakeClock()
    limiter = _limiter(clock, history=10.0)

    async with asyncio.TaskGroup() as group:
        for _ in range(4):
            group.create_task(limiter.call("getHistory", _flooding(), budget="history"))
    assert clock.slept == pytest.approx([0.1, 0.2, 0.3])


async def test_a_scarce_budget_that_is_spent_is_handed_back() -> None:
    clock = FakeClock()
    limiter = _limiter(clock, resolve=1 / 300)
    await limiter.call("resolveUsername", _flooding(), budget="resolve")

    with pytest.raises(RetryError) as caught:
        await limiter.call("resolveUsername", _flooding(), budget="resolve")
    assert caught.value.after == timedelta(seconds=300)
    clock.passed = 300
    assert await limiter.call("resolveUsername", _flooding(), budget="resolve") == "answer"
