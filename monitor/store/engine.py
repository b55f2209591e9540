"""Engines for SQLite and PostgreSQL, transactions that lose no update, and errors in one line."""

import json
import re
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, event, make_url, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from monitor.errors import StoreError

_BUSY_TIMEOUT = 30  # seconds a SQLite connection waits for another process that writes
_CONNECT_TIMEOUT = 10  # seconds until a PostgreSQL server that does not answer is given up
_COMMAND_TIMEOUT = 300  # seconds one statement may take: a bound for a hung server, not for a slow one
_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgres": "postgresql+asyncpg", "postgresql": "postgresql+asyncpg"}
_CLASS_PREFIX = re.compile(r"\A(?:<class '[^']*'>|\([\w.]+\)):? ")


def database_url(address: str) -> URL:
    """Return the URL with the driver that this program uses.

    Raises:
        StoreError: It names no SQLite file or PostgreSQL database. The message does not repeat it: it may hold a password.
    """
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        raise StoreError(
            "DATABASE_URL is not a database address; want sqlite:///monitor.db or postgresql://user@host/name"
        ) from None
    backend = url.drivername.partition("+")[0]
    if backend not in _DRIVERS:
        raise StoreError(f"DATABASE_URL: {backend} is not supported; want sqlite or postgresql")
    if backend == "sqlite" and url.database in {None, "", ":memory:"}:
        raise StoreError("DATABASE_URL names no file; want for example sqlite:///monitor.db")
    return url.set(drivername=_DRIVERS[backend])


class Database:
    """One database: an engine that writes and, for SQLite, another that reads without taking the write lock."""

    def __init__(self, address: str) -> None:
        url = database_url(address)
        self.file = Path(str(url.database)) if url.get_backend_name() == "sqlite" else None
        self.name = f"SQLite {url.database}" if self.file else f"PostgreSQL {url.database} on {_host(url)}"
        try:
            if self.file:
                self._writer = _sqlite_engine(url, is_writer=True)
                self._reader = _sqlite_engine(url, is_writer=False)
            else:
                self._writer = self._reader = _postgresql_engine(url)
        except (NoSuchModuleError, ModuleNotFoundError) as error:
            raise StoreError(
                f"{self.name}: the driver is missing ({error}); install the extra: pip install 'conflict-monitor[postgres]'"
            ) from error

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """Give a connection in a transaction that commits at the end; on SQLite it holds the write lock from the start."""
        async with self._translated(), self._writer.begin() as connection:
            yield connection

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Give a connection that sees one state of the database, changes nothing and blocks no writer."""
        async with self._translated(), self._reader.connect() as connection:
            if self.file is None:
                yield await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            else:
                yield connection

    async def close(self) -> None:
        """Close every connection."""
        await self._writer.dispose()
        await self._reader.dispose()

    @asynccontextmanager
    async def _translated(self) -> AsyncIterator[None]:
        try:
            yield
        except (TimeoutError, OSError) as error:
            raise StoreError(f"{self.name} cannot be reached: {_one_line(error)}") from error
        except DBAPIError as error:
            raise StoreError(f"{self.name}: {_one_line(error.orig or error)}") from error
        except SQLAlchemyError as error:
            raise StoreError(f"{self.name}: {_one_line(error)}") from error


def insert(connection: AsyncConnection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Return an INSERT that can say what to do ON CONFLICT: each dialect has its own, spelled alike."""
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)


async def insert_new(connection: AsyncConnection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert the rows whose key is not held yet, also while another process does the same."""
    if rows:
        await connection.execute(insert(connection, table).on_conflict_do_nothing(), rows)


async def one_at_a_time(connection: AsyncConnection, number: int) -> None:
    """Let one process through until its transaction ends; on SQLite every writing transaction already is alone."""
    if connection.dialect.name == "postgresql":
        await connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})


def _sqlite_engine(url: URL, *, is_writer: bool) -> AsyncEngine:
    # One writing connection: tasks of this process queue for it in order, and only other processes meet the busy lock.
    pool = {"pool_size": 1, "max_overflow": 0, "pool_timeout": 10 * _BUSY_TIMEOUT} if is_writer else {}
    arguments = {"timeout": _BUSY_TIMEOUT, "factory": _Connection}
    engine = create_async_engine(url, connect_args=arguments, json_serializer=_to_json, **pool)

    @event.listens_for(engine.sync_engine, "do_connect")
    def try_out(*_given: object) -> None:
        # A file that cannot be opened is refused here: the driver would leave a thread behind that may outlive the loop.
        sqlite3.connect(str(url.database)).close()

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: object) -> None:  # noqa: ANN401 - SQLAlchemy's untyped driver connection
        try:
            _prepare(connection, is_writer=is_writer)
        except BaseException:
            connection.close()  # the pool does not hold it yet, and would not
            raise

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writer else "BEGIN")

    return engine


class _Connection(sqlite3.Connection):
    """Lets the lock go when it is closed.

    Whoever is cancelled inside a transaction has the connection closed. Closed while a statement is still held somewhere,
    SQLite keeps it, with its lock, until that statement is gone.
    """

    def close(self) -> None:
        """Undo what was not committed, and close."""
        if self.in_transaction:
            self.rollback()
        super().close()


def _to_json(value: object) -> str:
    # Most posts bear no markup and no reactions.
    return "[]" if value == [] else json.dumps(value)


def _prepare(connection: Any, *, is_writer: bool) -> None:  # noqa: ANN401 - as above
    # The driver's own transaction mode begins late, so that two read-modify-write transactions lose one update: it is
    # switched off, and every transaction begins as it means to go on.
    connection.isolation_level = None
    cursor = connection.cursor()
    try:
        cursor.execute("PRAGMA journal_mode=WAL")
    except sqlite3.OperationalError as error:
        # Two connections that change a new file's mode at once do not wait: one is refused, and finds it changed.
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise
    for pragma in ("synchronous=NORMAL", "foreign_keys=ON", f"query_only={'OFF' if is_writer else 'ON'}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _postgresql_engine(url: URL) -> AsyncEngine:
    return create_async_engine(
        url,
        pool_pre_ping=True,
        connect_args={
            "timeout": _CONNECT_TIMEOUT,
            "command_timeout": _COMMAND_TIMEOUT,
            "server_settings": {"application_name": "conflict-monitor"},
        },
    )


def _host(url: URL) -> str:
    """Name the server; a socket's folder is its host in the query."""
    host = url.host or url.query.get("host") or "the local socket"
    return host if isinstance(host, str) else ", ".join(host)


def _one_line(error: BaseException) -> str:
    """Return the first line of what the driver said: the statement and its values, on the lines below, may be secret."""
    said = str(error).strip()
    return _CLASS_PREFIX.sub("", said.splitlines()[0]) if said else type(error).__name__
