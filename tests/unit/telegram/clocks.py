"""A clock that only sleepers move."""

import asyncio
from datetime import UTC, datetime, timedelta


class FakeClock:
    """Time that passes only when somebody sleeps; sleepers wake in order."""

    def __init__(self) -> None:
        self.passed = 0.0
        self.slept: list[float] = []

    def now(self) -> datetime:
        return datetime(2024, 7, 27, tzinfo=UTC) + timedelta(seconds=self.passed)

    def monotonic(self) -> float:
        return self.passed

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        until = self.passed + seconds
        await asyncio.sleep(0)
        self.passed = max(self.passed, until)
