"""A SQLite connection whose statements run in the event loop's own thread once its transaction has begun.

The driver hands every cursor, statement and fetch to a thread and waits for it, some sixty times for a page of posts; on a
machine that is busy each hand-over costs more than the statement. Inside a transaction that holds the write lock a
statement waits for nobody. What may wait goes to the thread as before: the beginning, for the lock, and the end, for the
disk.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any, Self

import aiosqlite

_CHUNK = 64  # rows; what the driver takes where nothing is said


class NearbyConnection(aiosqlite.Connection):
    """Connects to ``file``. Of use to one task at a time."""

    def __init__(self, file: str, *, timeout_s: float) -> None:
        self.raw: sqlite3.Connection | None = None

        def connect() -> sqlite3.Connection:
            # Two threads use it, never at once.
            self.raw = sqlite3.connect(file, timeout=timeout_s, check_same_thread=False)
            return self.raw

        super().__init__(connect, iter_chunk_size=_CHUNK)
        self._thread.daemon = True  # as SQLAlchemy does with connections of its own making

    def cursor(self) -> "NearbyCursor":  # type: ignore[override]  # what SQLAlchemy needs of one
        """Return a cursor."""
        if self.raw is None:
            raise ValueError("no active connection")
        return NearbyCursor(self, self.raw.cursor())


class NearbyCursor:
    """A cursor with the driver's awaitable methods, of which none waits but the one that begins a transaction."""

    def __init__(self, connection: NearbyConnection, raw: sqlite3.Cursor) -> None:
        self._connection, self._raw = connection, raw

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        self._raw.close()

    @property
    def description(self) -> Any:  # noqa: ANN401 - the database API's own
        """The columns of the last statement."""
        return self._raw.description

    @property
    def rowcount(self) -> int:
        """How many rows the last statement changed."""
        return self._raw.rowcount

    @property
    def lastrowid(self) -> int | None:
        """The row that the last statement added."""
        return self._raw.lastrowid

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> Self:
        """Run one statement."""
        if sql.startswith("BEGIN"):
            await self._connection.execute_fetchall(sql)
        else:
            self._raw.execute(sql, parameters)
        return self

    async def executemany(self, sql: str, parameters: Iterable[Sequence[Any]]) -> Self:
        """Run one statement with many rows."""
        self._raw.executemany(sql, parameters)
        return self

    async def fetchall(self) -> list[Any]:
        """Return all rows that are left."""
        return self._raw.fetchall()

    async def fetchone(self) -> Any:  # noqa: ANN401 - a row is what its statement says
        """Return the next row."""
        return self._raw.fetchone()

    async def fetchmany(self, size: int = _CHUNK) -> list[Any]:
        """Return the next rows."""
        return self._raw.fetchmany(size)

    async def close(self) -> None:
        """Close the cursor."""
        self._raw.close()
