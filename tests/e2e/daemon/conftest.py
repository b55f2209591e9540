"""A server that remembers what it showed, and a scene on it."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.databases import PostgreSQL, SQLite
from tests.e2e.daemon.scene import Scene
from tests.telegram_server import TelegramServer


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as running:
        running.witness.is_watching = True
        yield running


@pytest.fixture
def scene(server: TelegramServer, tmp_path: Path, sqlite: SQLite) -> Iterator[Scene]:
    with sqlite.database(tmp_path, is_empty=False) as url:
        yield Scene(tmp_path, server, url=url)


@pytest.fixture
def postgresql_scene(server: TelegramServer, tmp_path: Path, postgresql: PostgreSQL) -> Iterator[Scene]:
    with postgresql.database(tmp_path, is_empty=False) as url:
        yield Scene(tmp_path, server, url=url)
