"""Work that is done again and again: when something calls for it, and every so often without a call."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from monitor.errors import StoreError

_STORE_RETRY_S = 5.0  # until a database that refused is tried again
_FAILED_RETRY_S = 60.0  # until a step that broke is tried again

_log = structlog.get_logger()


class Worker:
    """Does ``step`` when woken or every ``every_s`` seconds, whichever is first, until it is stopped between two steps.

    A step returns how many seconds it rests before the next, whoever calls. A database that refuses is tried again, and so
    is a step that broke, later.
    """

    def __init__(self, name: str, step: Callable[[], Awaitable[float]], *, every_s: float) -> None:
        self.name = name
        self._step, self._every_s = step, every_s
        self._wake, self._stop = asyncio.Event(), asyncio.Event()

    @property
    def is_stopped(self) -> bool:
        """Whether it was told to stop."""
        return self._stop.is_set()

    def wake(self) -> None:
        """Let the next step begin as soon as it may."""
        self._wake.set()

    def stop(self) -> None:
        """Begin no further step."""
        self._stop.set()
        self._wake.set()

    async def run(self) -> None:
        """Work until stopped."""
        while not self._stop.is_set():
            self._wake.clear()
            try:
                rest_s = await self._step()
            except StoreError as error:
                _log.error("store.refused", worker=self.name, reason=str(error))
                rest_s = _STORE_RETRY_S
            except Exception:  # noqa: BLE001 - a mistake in one stage must not stop the others, nor the following
                _log.exception("worker.failed", worker=self.name)
                rest_s = _FAILED_RETRY_S
            await _within(self._stop, seconds=rest_s)
            await _within(self._wake, seconds=max(self._every_s - rest_s, 0.0))


async def _within(event: asyncio.Event, *, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return
