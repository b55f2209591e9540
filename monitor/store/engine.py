"""Engines for SQLite and PostgreSQL, transactions that lose no update, and the schema's state."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, event, inspect, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from monitor.errors import SchemaError, StoreError

_BUSY_TIMEOUT = 30_000  # milliseconds a SQLite connection waits for another writer
_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgres": "postgresql+asyncpg", "postgresql": "postgresql+asyncpg"}


def database_url(text: str) -> URL:
    """Return the URL with the driver that this program uses.

    Raises:
        StoreError: It names no SQLite or PostgreSQL database.
    """
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise StoreError(
            "DATABASE_URL is not a database address; want sqlite:///monitor.db or postgresql://user@host/name"
        ) from error
    backend = url.drivername.partition("+")[0]
    if backend not in _DRIVERS:
        raise StoreError(f"DATABASE_URL: {backend} is not supported; want sqlite or postgresql")
    return url.set(drivername=_DRIVERS[backend])


def safe_name(url: URL) -> str:
    """Name the database without user or password."""
    if url.get_backend_name() == "sqlite":
        return f"SQLite {url.database or ':memory:'}"
    return f"PostgreSQL {url.database} on {url.host or 'the local socket'}"


class Database:
    """One database: an engine that writes and, for SQLite, another that reads without taking the write lock."""

    def __init__(self, text: str) -> None:
        self.url = database_url(text)
        self.name = safe_name(self.url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        try:
            self._writer = _engine(self.url, begin="BEGIN IMMEDIATE")
            self._reader = _engine(self.url, begin="BEGIN") if self.is_sqlite else self._writer
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
        """Give a connection that sees one state of the database and blocks no writer."""
        async with self._translated(), self._reader.connect() as connected:
            connection = connected
            if not self.is_sqlite:
                connection = await connection.execution_options(isolation_level="REPEATABLE READ")
            yield connection

    async def close(self) -> None:
        """Close every connection."""
        await self._writer.dispose()
        await self._reader.dispose()

    async def revision(self) -> str | None:
        """Return the schema revision the database is at, ``None`` before the first migration."""
        async with self.read() as connection:
            return await connection.run_sync(_current_revision)

    async def is_new(self) -> bool:
        """Tell whether the embedded database's file does not exist yet, or holds no table at all."""
        if self._is_missing():
            return True
        async with self.read() as connection:
            return not await connection.run_sync(lambda sync: inspect(sync).get_table_names())

    async def require_head(self) -> None:
        """Refuse a schema that is not this version's.

        Raises:
            SchemaError: The schema is missing, older or newer.
        """
        if self._is_missing():
            # Connecting would create an empty file.
            raise SchemaError(f"{self.name} does not exist yet; run `monitor db upgrade`")
        here, head = await self.revision(), head_revision()
        if here != head:
            state = "has no tables yet" if here is None else f"is at schema {here}, this version needs {head}"
            raise SchemaError(f"{self.name} {state}; run `monitor db upgrade`")

    def _is_missing(self) -> bool:
        """Tell whether this is an embedded database whose file does not exist."""
        in_memory = self.url.database in {None, "", ":memory:"}
        return self.is_sqlite and not in_memory and not Path(str(self.url.database)).exists()

    async def upgrade(self) -> None:
        """Bring the schema to head."""
        if self.is_sqlite and self.url.database not in {None, "", ":memory:"}:
            folder = Path(str(self.url.database)).parent
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise StoreError(f"{self.name}: its folder cannot be made: {error.strerror or error}") from error
        async with self.write() as connection:
            await connection.run_sync(_upgrade)

    @asynccontextmanager
    async def _translated(self) -> AsyncIterator[None]:
        try:
            yield
        except (TimeoutError, OSError) as error:
            raise StoreError(f"{self.name} cannot be reached: {_first_line(error)}") from error
        except DBAPIError as error:
            raise StoreError(f"{self.name}: {_first_line(error.orig or error)}") from error
        except SQLAlchemyError as error:
            raise StoreError(f"{self.name}: {_first_line(error)}") from error


def _first_line(error: BaseException) -> str:
    text = str(error).strip()
    return text.splitlines()[0] if text else type(error).__name__


def _engine(url: URL, *, begin: str) -> AsyncEngine:
    if url.get_backend_name() != "sqlite":
        return create_async_engine(url, pool_pre_ping=True)
    engine = create_async_engine(url, connect_args={"timeout": _BUSY_TIMEOUT / 1000})

    # The driver's own transaction mode begins late, so that two read-modify-write transactions lose one update:
    # it is switched off here and every transaction begins as it means to go on.
    @event.listens_for(engine.sync_engine, "connect")
    def connect(connection: Any, _record: object) -> None:  # noqa: ANN401 - SQLAlchemy's untyped driver connection
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", f"busy_timeout={_BUSY_TIMEOUT}"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _configuration() -> Config:
    """Return Alembic's configuration; the scripts lie in the package when installed, beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "migrations"
    config = Config()
    config.set_main_option("script_location", str(inside if inside.is_dir() else package.parent / "migrations"))
    return config


def head_revision() -> str | None:
    """Return the schema revision this version needs."""
    return ScriptDirectory.from_config(_configuration()).get_current_head()


def _current_revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _upgrade(connection: Connection) -> None:
    config = _configuration()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


__all__ = ["Database", "database_url", "head_revision"]
