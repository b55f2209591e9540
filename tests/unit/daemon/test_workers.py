"""A worker works when called and now and then, survives what goes wrong in a step, and stops between two."""

import asyncio

import pytest

from monitor.daemon.workers import Worker
from monitor.errors import StoreError

WAIT_S = 10.0


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let retries come soon."""
    monkeypatch.setattr("monitor.daemon.workers._STORE_RETRY_S", 0.01)
    monkeypatch.setattr("monitor.daemon.workers._FAILED_RETRY_S", 0.01)


class Steps:
    """Counts the steps done; each gives the next of its outcomes, then nothing."""

    def __init__(self, *outcomes: Exception | float) -> None:
        self.done = 0
        self._outcomes = iter(outcomes)
        self._news = asyncio.Event()

    async def step(self) -> float:
        self.done += 1
        self._news.set()
        outcome = next(self._outcomes, 0.0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    async def reach(self, count: int) -> None:
        async with asyncio.timeout(WAIT_S):
            while self.done < count:
                self._news.clear()
                await self._news.wait()


async def _end(worker: Worker, task: asyncio.Task[None]) -> None:
    worker.stop()
    await asyncio.wait_for(task, WAIT_S)


async def test_a_worker_works_at_once_and_whenever_it_is_called() -> None:
    steps = Steps()
    worker = Worker("reading", steps.step, every_s=3600.0)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(worker.run())
        await steps.reach(1)
        worker.wake()
        await steps.reach(2)
        await _end(worker, task)
    assert steps.done == 2


async def test_a_worker_works_every_so_often_without_a_call() -> None:
    steps = Steps()
    worker = Worker("reading", steps.step, every_s=0.01)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(worker.run())
        await steps.reach(3)
        await _end(worker, task)


@pytest.mark.parametrize("trouble", [StoreError("the database is busy"), KeyError("a mistake of the program")])
async def test_a_step_that_fails_is_tried_again(trouble: Exception) -> None:
    steps = Steps(trouble, trouble)
    worker = Worker("reading", steps.step, every_s=0.02)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(worker.run())
        await steps.reach(3)
        await _end(worker, task)


async def test_a_worker_that_rests_stops_at_once() -> None:
    steps = Steps(3600.0)
    worker = Worker("comparing", steps.step, every_s=7200.0)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(worker.run())
        await steps.reach(1)
        worker.wake()
        await _end(worker, task)
    assert steps.done == 1
