"""A loopback server and an empty store."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from monitor.store import Store
from tests.telegram_server import TelegramServer


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as running:
        yield running


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with await Store.open(f"sqlite:///{tmp_path}/monitor.db", create=True) as opened:
        yield opened
