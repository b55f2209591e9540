"""A server, a client that is logged in, and a channel with some history."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from telethon import TelegramClient

from tests.telegram_server import Account, ServedChannel, TelegramServer

API_ID, API_HASH = 1, "loopback"
Connect = Callable[..., Awaitable[Any]]


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as running:
        yield running


@pytest.fixture
async def connect(server: TelegramServer, tmp_path: Path) -> AsyncIterator[Connect]:
    """Give what connects a client; the same name again takes up the same session file."""
    async with AsyncExitStack() as stack:

        async def connected(name: str = "analyst", *, account: Account | None = None, **options: Any) -> Any:
            path = tmp_path / f"{name}.session"
            if not path.exists():
                server.session_file(path, account=account)
            client: Any = TelegramClient(str(path), API_ID, API_HASH, **options)
            stack.push_async_callback(client.disconnect)
            await client.connect()
            return client

        yield connected


@pytest.fixture
async def client(connect: Connect) -> Any:
    return await connect()


@pytest.fixture
def channel(server: TelegramServer) -> ServedChannel:
    served = server.world.add_channel("sample_one", is_joined=True)
    for number in range(1, 251):
        server.world.post(served, f"post {number}", is_pushed=False)
    return served
