"""What disturbs: lines that break, updates that vanish, floods, errors, slow answers; and a daemon that is killed."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable

from tests.e2e.daemon.process import Daemon
from tests.telegram_server import Line, TelegramServer

Way = Callable[[], Awaitable[None]]
_PAUSE_S = (2.0, 5.0)  # between two disturbances
_LASTS_S = (0.5, 3.0)
_READING = ("messages.GetHistory", "channels.GetMessages", "updates.GetChannelDifference")
_CONNECTING = ("users.GetUsers", "updates.GetState", "updates.GetDifference")  # one that fails costs the line


class Disturber:
    """Disturbs the server and kills the daemon until it is told to stop; the same seed disturbs alike."""

    def __init__(self, server: TelegramServer, daemon: Daemon, *, seed: int) -> None:
        self._server = server
        self._daemon = daemon
        self._chance = random.Random(seed)  # noqa: S311 - chance, not secrecy
        self.done: Counter[str] = Counter()
        self._ways: tuple[Way, ...] = (
            self._cut, self._reset, self._refuse, self._close_at_once, self._silence, self._drop, self._reorder,
            self._flood, self._fail, self._slow, self._lose_answers,
        )  # fmt: skip

    async def disturb(self) -> None:
        """Disturb the server, one thing after the other, without end."""
        while True:
            await asyncio.sleep(self._chance.uniform(*_PAUSE_S))
            way = self._chance.choice(self._ways)
            self.done[way.__name__.strip("_")] += 1
            await way()

    async def kill(self, *, times: int, within_s: float) -> None:
        """Kill the daemon so many times, at random within each of as many equal spans, and start it again at once."""
        span = within_s / times
        begun = asyncio.get_running_loop().time()
        for number in range(times):
            at = begun + number * span + self._chance.uniform(0.3, 1.0) * span
            await asyncio.sleep(max(0.0, at - asyncio.get_running_loop().time()))
            if not self._daemon.is_running:
                raise AssertionError("the daemon ended by itself")
            await self._daemon.kill()
            self.done["kill"] += 1
            await self._daemon.start()

    async def _cut(self) -> None:
        self._server.cut()

    async def _reset(self) -> None:
        self._server.reset()

    async def _refuse(self) -> None:
        await self._line(Line.REFUSED)

    async def _close_at_once(self) -> None:
        await self._line(Line.CLOSED_AT_ONCE)

    async def _silence(self) -> None:
        await self._line(Line.SILENT)

    async def _line(self, line: Line) -> None:
        await self._server.set_line(line)
        self._server.cut()
        await self._while_it_lasts()
        await self._server.set_line(Line.OPEN)
        self._server.cut()

    async def _drop(self) -> None:
        self._server.faults.drop_rate = self._chance.choice((0.2, 0.5, 1.0))
        await self._while_it_lasts()
        self._server.faults.drop_rate = 0.0

    async def _reorder(self) -> None:
        self._server.faults.reorder_rate = 0.5
        await self._while_it_lasts()
        self._server.faults.reorder_rate = 0.0

    async def _flood(self) -> None:
        channel = self._chance.choice((None, self._some_channel()))
        method, times = self._some_method()
        self._server.faults.flood(method, self._chance.randint(1, 3), channel_id=channel, times=times)

    async def _fail(self) -> None:
        message, code = self._chance.choice((("INTERNAL", 500), ("RPC_CALL_FAIL", 500), ("SOMETHING_NEW", 400)))
        method, times = self._some_method()
        self._server.faults.fail(method, message, code=code, times=times)

    async def _slow(self) -> None:
        self._server.faults.delays["*"] = self._chance.uniform(0.1, 1.0)
        await self._while_it_lasts()
        self._server.faults.delays.clear()

    async def _lose_answers(self) -> None:
        self._server.faults.lost_answers.append(self._some_method()[0])

    async def _while_it_lasts(self) -> None:
        await asyncio.sleep(self._chance.uniform(*_LASTS_S))

    def _some_method(self) -> tuple[str, int]:
        """Return a method and how often in a row it goes wrong."""
        if self._chance.random() < 0.8:
            return self._chance.choice(_READING), 3
        return self._chance.choice(_CONNECTING), 1

    def _some_channel(self) -> int:
        return self._chance.choice(list(self._server.world.channels))
