"""The schema's state: which revision a database is at, and how it is brought to this version's."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from monitor.errors import SchemaError, StoreError
from monitor.store.engine import Database, one_at_a_time

_UPGRADE_LOCK = 7_405_201  # any number, as long as every process that upgrades uses the same


def configuration() -> Config:
    """Return Alembic's configuration; the scripts lie in the package when installed, beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "migrations"
    config = Config()
    config.set_main_option("script_location", str(inside if inside.is_dir() else package.parent / "migrations"))
    return config


def head_revision() -> str | None:
    """Return the schema revision this version needs."""
    return ScriptDirectory.from_config(configuration()).get_current_head()


async def revision(database: Database) -> str | None:
    """Return the schema revision the database is at, ``None`` before the first migration."""
    async with database.read() as connection:
        return await connection.run_sync(lambda sync: MigrationContext.configure(sync).get_current_revision())


async def require_head(database: Database) -> None:
    """Refuse a schema that is not this version's.

    Raises:
        SchemaError: The schema is missing, older or newer.
    """
    if database.file is not None and not database.file.exists():
        # Connecting would create an empty file.
        raise SchemaError(f"{database.name} does not exist yet; run `monitor db upgrade`")
    here, head = await revision(database), head_revision()
    if here != head:
        state = "has no tables yet" if here is None else f"is at schema {here}, this version needs {head}"
        raise SchemaError(f"{database.name} {state}; run `monitor db upgrade`")


async def is_new(database: Database) -> bool:
    """Tell whether the database's file does not exist yet, or holds no table at all."""
    if database.file is not None and not database.file.exists():
        return True
    async with database.read() as connection:
        return not await connection.run_sync(lambda sync: inspect(sync).get_table_names())


async def upgrade(database: Database) -> None:
    """Bring the schema to head in one transaction; of two processes that do so at once, the second finds it done."""
    if database.file is not None:
        try:
            database.file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"{database.name}: its folder cannot be made: {error.strerror or error}") from error
    async with database.write() as connection:
        await one_at_a_time(connection, _UPGRADE_LOCK)
        await connection.run_sync(_run_upgrade)


def _run_upgrade(connection: Connection) -> None:
    config = configuration()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
