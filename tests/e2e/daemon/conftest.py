"""A server that remembers what it showed, and a scene on it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.databases import SQLite
from tests.e2e.daemon.scene import Scene
from tests.telegram_server import TelegramServer


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as running:
        running.witness.is_watching = True
        yield running


@pytest.fixture
def scene(server: TelegramServer, tmp_path: Path, sqlite: SQLite) -> Scene:
    with sqlite.database(tmp_path, is_empty=False) as url:
        return Scene(tmp_path, server, url=url)
