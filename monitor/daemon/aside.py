"""Work done in a process of its own that ends with it: what it loads is not held by the daemon for months."""

import asyncio
import signal
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TypeVar

Result = TypeVar("Result")


async def aside(function: Callable[[], Result]) -> Result:
    """Return what ``function`` returns; it and its result must be picklable. Cancelled, it ends the process.

    Raises what ``function`` raises.

    Drawing alone loads 40 MB that are never given back.
    """
    # Not forked: a fork of a process with threads may hang.
    pool = ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn"), initializer=_leave_signals_to_the_parent)
    try:
        return await asyncio.get_running_loop().run_in_executor(pool, function)
    except asyncio.CancelledError:
        for process in tuple(pool._processes.values()):  # noqa: SLF001 - there is no public way before Python 3.14
            process.terminate()
        raise
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _leave_signals_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
