"""What holds for every test: an environment of its own, no database or account of the person who runs it."""

import logging
import os
from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path

import hypothesis
import pytest
import structlog

from monitor.store import Store
from tests.databases import PostgreSQL, SQLite, running_postgresql

# A slow machine is not a failure; CI tries the same examples each time, so that it never fails by chance.
hypothesis.settings.register_profile("local", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "local")

_OURS = ("MONITOR_", "TELEGRAM_", "DATABASE_URL")
_KEPT = ("MONITOR_TEST_",)  # what chooses the tests' own servers and data


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide the settings of the person who runs the tests."""
    for name in os.environ:
        if name.startswith(_OURS) and not name.startswith(_KEPT):
            monkeypatch.delenv(name)


@pytest.fixture
def logging_as_it_was() -> Iterator[None]:
    """Undo how a test had logging configured."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    structlog.reset_defaults()
    root.handlers, root.level = handlers, level


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Count a test of PostgreSQL or a browser that is skipped in CI as failed: there it must really run."""
    report = yield
    if report.skipped and os.environ.get("CI") and any(map(item.get_closest_marker, ("postgres", "browser"))):
        report.outcome = "failed"
        report.longrepr = f"this test must run in CI, but it was skipped: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> SQLite:
    return SQLite(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    with running_postgresql() as server:
        yield server


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def databases(request: pytest.FixtureRequest) -> SQLite | PostgreSQL:
    """Return each kind of database in turn; a test that asks for it runs on both."""
    kind: SQLite | PostgreSQL = request.getfixturevalue(request.param)
    return kind


@pytest.fixture
def database_url(databases: SQLite | PostgreSQL, tmp_path: Path) -> Iterator[str]:
    """Give the URL of a database of its own, with the tables in it and no rows."""
    with databases.database(tmp_path, is_empty=False) as url:
        yield url


@pytest.fixture
def empty_database_url(databases: SQLite | PostgreSQL, tmp_path: Path) -> Iterator[str]:
    """Give the URL of a database of its own without any table; on SQLite the file does not exist yet."""
    with databases.database(tmp_path, is_empty=True) as url:
        yield url


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    async with await Store.open(database_url) as opened:
        yield opened
