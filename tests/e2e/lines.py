"""Accounts whose Telegram is the loopback server."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from telethon.sessions import StringSession

from monitor.telegram.client import Account, Api, Patience
from monitor.telegram.limits import Limiter, SystemClock
from tests.telegram_server import Account as Owner
from tests.telegram_server import TelegramServer

WAIT_S = 10.0  # what a loaded machine may take for a step; reaching it is a failure
QUICK = Patience(
    connect_s=2.0, call_s=2.0, probe_every_s=0.5, probe_s=0.5, first_pause_s=0.02, longest_pause_s=0.2, steady_s=5.0
)


def account(
    server: TelegramServer,
    *,
    patience: Patience = QUICK,
    as_bot: bool = False,
    owner: Owner | None = None,
    **given: Any,
) -> Account:
    """Return an account that is logged in on the server: the world's own, its bot, or another."""
    clock = SystemClock()
    owner = server.world.bot if as_bot else owner
    return Account(
        session=StringSession(server.session_string(owner)),
        api=Api(id=1, hash="loopback"),
        limiter=given.pop("limiter", None) or Limiter(clock=clock),
        clock=clock,
        patience=patience,
        **given,
    )


@asynccontextmanager
async def serving(one: Account) -> AsyncIterator[None]:
    """Keep an account's line up inside the block."""
    async with asyncio.timeout(WAIT_S * 3), asyncio.TaskGroup() as group:
        task = group.create_task(one.serve(), name="line")
        async with asyncio.timeout(WAIT_S):
            await one.connected()
        yield
        task.cancel()


async def until(holds: Callable[[], bool | Awaitable[bool]]) -> None:
    """Wait until something holds.

    Raises:
        TimeoutError: It does not come to hold.
    """
    async with asyncio.timeout(WAIT_S):
        while True:
            held = holds()
            if held if isinstance(held, bool) else await held:
                return
            await asyncio.sleep(0.005)
