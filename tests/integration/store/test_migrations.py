"""The migrations: what they make is what the program expects, step by step, on both databases."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from monitor.store import Store, upgrade
from monitor.store.engine import Database
from monitor.store.migration import configuration
from monitor.store.schema import metadata
from tests.integration.store.builders import finding, gone, incident, posts_of, save_comparison, seen

_ROOT = Path(__file__).parents[3]


async def _on(url: str, work: Callable[[Connection], Any]) -> Any:  # noqa: ANN401 - whatever the work gives
    database = Database(url)
    try:
        async with database.write() as connection:
            return await connection.run_sync(work)
    finally:
        await database.close()


def _move(connection: Connection, *, to: str) -> None:
    config = configuration()
    config.attributes["connection"] = connection
    (command.downgrade if to == "base" or to.startswith("-") else command.upgrade)(config, to)


def _differences(connection: Connection) -> list[Any]:
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
    return list(compare_metadata(context, metadata))


async def test_the_migrations_make_what_the_program_expects(empty_database_url: str) -> None:
    await upgrade(empty_database_url)

    assert await _on(empty_database_url, _differences) == []


async def test_each_step_goes_down_and_up_again(empty_database_url: str) -> None:
    script = ScriptDirectory.from_config(configuration())
    steps = [step.revision for step in script.walk_revisions()][::-1]

    for step in steps:
        for move in (step, "-1", step):
            await _on(empty_database_url, partial(_move, to=move))

    assert await _on(empty_database_url, _differences) == []
    await _on(empty_database_url, partial(_move, to="base"))
    left = await _on(empty_database_url, lambda connection: inspect(connection).get_table_names())
    assert left == ["alembic_version"]


async def test_upgrading_keeps_what_is_stored(database_url: str) -> None:
    async with await Store.open(database_url) as store:
        await store.record([seen(), seen("corrected", hour=2), gone(hour=3), seen(number=2)])
        await save_comparison(store, [incident()], [finding()])
        before = await posts_of(store), await store.findings()

    await upgrade(database_url)

    async with await Store.open(database_url) as store:
        assert (await posts_of(store), await store.findings()) == before


def test_two_processes_that_upgrade_at_once_end_well(empty_database_url: str) -> None:
    script = "import asyncio, os; from monitor.store import upgrade; asyncio.run(upgrade(os.environ['DATABASE_URL']))"
    environment = {**os.environ, "DATABASE_URL": empty_database_url}
    running = [
        subprocess.Popen([sys.executable, "-c", script], env=environment, cwd=_ROOT, stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    ended = [(one.communicate(timeout=60)[1].decode(), one.returncode) for one in running]

    assert ended == [("", 0)] * 3
    assert asyncio.run(_on(empty_database_url, _differences)) == []


async def test_two_tasks_that_upgrade_at_once_end_well(empty_database_url: str) -> None:
    async with asyncio.TaskGroup() as group:
        for _ in range(4):
            group.create_task(upgrade(empty_database_url))

    assert await _on(empty_database_url, _differences) == []
