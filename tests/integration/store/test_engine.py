"""How a database is opened, kept whole under concurrent writers, and reported when it cannot be."""

import asyncio
import gc
import socket
import threading
from pathlib import Path

import pytest
from sqlalchemy import text

from monitor.errors import SchemaError, StoreError
from monitor.store import Store, upgrade
from monitor.store.engine import Database
from tests.databases import PostgreSQL
from tests.integration.store.builders import at, posts_of, seen

_TASKS, _ROUNDS = 8, 50

HEAD = max(file.name for file in (Path(__file__).parents[3] / "migrations" / "versions").glob("*.py"))[:4]


async def _insert(database: Database, table: str, columns: tuple[str, ...], *rows: tuple[object, ...]) -> None:
    values = ", ".join(f":{column}" for column in columns)
    statement = text(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({values})")
    async with database.write() as connection:
        for row in rows:
            await connection.execute(statement, dict(zip(columns, row, strict=True)))


async def _delete_reading(database: Database) -> None:
    async with database.read() as connection:
        await connection.execute(text("DELETE FROM posts"))


async def test_a_new_database_holds_nothing(store: Store) -> None:
    status = await store.status()

    assert status.channels == ()
    assert status.posts == 0


async def test_no_update_is_lost_among_eight_writers(database_url: str) -> None:
    database = Database(database_url)
    async with database.write() as connection:
        await connection.execute(
            text("INSERT INTO recipients (name, state, reason, since) VALUES ('n', 'ok', '0', '2024-07-27')")
        )

    async def count() -> None:
        for _ in range(_ROUNDS):
            async with database.write() as connection:
                # FOR UPDATE is PostgreSQL's way; on SQLite the transaction already holds the write lock.
                lock = "" if database.file else " FOR UPDATE"
                held = (await connection.execute(text("SELECT reason FROM recipients" + lock))).scalar_one()
                await connection.execute(text("UPDATE recipients SET reason = :n"), {"n": str(int(held) + 1)})

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(_TASKS):
                group.create_task(count())
        async with database.read() as connection:
            assert (await connection.execute(text("SELECT reason FROM recipients"))).scalar_one() == "400"
    finally:
        await database.close()


async def test_writers_of_two_processes_wait_for_each_other(database_url: str) -> None:
    async with await Store.open(database_url) as one, await Store.open(database_url) as two:
        async with asyncio.TaskGroup() as group:
            for number in range(1, 21):
                group.create_task((one if number % 2 else two).record([seen(number=number)]))
        assert len(await posts_of(one)) == 20


async def test_a_failure_leaves_nothing_half_written(database_url: str) -> None:
    database = Database(database_url)
    try:
        with pytest.raises(StoreError, match=r"(?i)unique"):
            await _insert(database, "channels", ("key", "folded_key", "tags"), ("a", "a", "[]"), ("A", "a", "[]"))
        async with database.read() as connection:
            assert (await connection.execute(text("SELECT count(*) FROM channels"))).scalar_one() == 0
    finally:
        await database.close()


async def test_a_row_that_refers_to_nothing_is_refused(database_url: str) -> None:
    database = Database(database_url)
    try:
        with pytest.raises(StoreError, match=r"(?i)foreign key"):
            await _insert(database, "edition_parts", ("edition_id", "number", "text"), (99, 1, "a part of nothing"))
    finally:
        await database.close()


async def test_a_reader_cannot_write(database_url: str) -> None:
    database = Database(database_url)
    try:
        with pytest.raises(StoreError, match=r"(?i)read-?only"):
            await _delete_reading(database)
    finally:
        await database.close()


async def test_a_reader_sees_one_state_while_others_write(store: Store) -> None:
    await store.record([seen(number=number) for number in range(1, 4)])
    stream = store.posts()
    first = await anext(stream)
    await store.record([seen(number=4), seen("Another text", hour=2, number=3)])
    rest = [post async for post in stream]

    assert [one.post.ref.message_id for one in (first, *rest)] == [1, 2, 3]
    assert {len(one.post.revisions) for one in (first, *rest)} == {1}


async def test_a_stream_given_up_leaves_no_connection_behind(store: Store) -> None:
    await store.record([seen(number=number) for number in range(1, 4)])

    stream = store.posts()
    await anext(stream)
    await stream.aclose()

    assert await store.newest_instant() == at(1)


async def test_sqlite_writes_ahead_and_waits_for_other_writers(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'monitor.db'}"
    await upgrade(url)
    database = Database(url)
    try:
        for connect in (database.write, database.read):
            async with connect() as connection:
                pragmas = {
                    name: (await connection.execute(text(f"PRAGMA {name}"))).scalar_one()
                    for name in ("journal_mode", "busy_timeout", "foreign_keys")
                }
            assert pragmas == {"journal_mode": "wal", "busy_timeout": 30_000, "foreign_keys": 1}
    finally:
        await database.close()


async def test_the_schema_must_be_at_head(empty_database_url: str) -> None:
    with pytest.raises(SchemaError, match="run `monitor db upgrade`") as caught:
        await Store.open(empty_database_url)

    assert "\n" not in str(caught.value)


def test_looking_for_a_database_makes_no_file(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match="does not exist yet"):
        asyncio.run(Store.open(f"sqlite:///{tmp_path / 'monitor.db'}"))

    assert list(tmp_path.iterdir()) == []


async def test_a_schema_of_another_version_is_refused(database_url: str) -> None:
    database = Database(database_url)
    async with database.write() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    await database.close()

    with pytest.raises(SchemaError, match=f"is at schema 9999, this version needs {HEAD}; run `monitor db upgrade`"):
        await Store.open(database_url)


async def test_an_embedded_database_can_be_made_on_opening(tmp_path: Path) -> None:
    async with await Store.open(f"sqlite:///{tmp_path / 'new' / 'monitor.db'}", create=True) as store:
        assert (await store.status()).schema_revision == HEAD


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://analyst:hunter2@127.0.0.1:{closed}/monitor",
        "postgresql://analyst:hunter2@nowhere.invalid/monitor",
        "postgresql://analyst:hunter2@/monitor?host=/nowhere",
        "sqlite:////proc/nowhere/monitor.db",
    ],
)
async def test_a_database_that_cannot_be_reached_is_one_line_without_password(url: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        closed = server.getsockname()[1]

    with pytest.raises(StoreError) as caught:
        await upgrade(url.format(closed=closed))

    assert "\n" not in str(caught.value)
    assert "hunter2" not in str(caught.value)
    assert "analyst" not in str(caught.value)


@pytest.mark.postgres
async def test_an_unknown_database_of_a_server_is_named(postgresql: PostgreSQL) -> None:
    with pytest.raises(StoreError, match=r'PostgreSQL nothing on .*: database "nothing" does not exist'):
        await upgrade(postgresql.url("nothing"))


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("hunter2", "not a database address"),
        ("postgresql://analyst:hunter2@host:hunter2/x", "not a database address"),
        ("mysql://analyst:hunter2@host/x", "mysql is not supported"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
    ],
)
async def test_an_address_that_is_none_is_refused_without_repeating_it(url: str, wanted: str) -> None:
    with pytest.raises(StoreError, match=wanted) as caught:
        await Store.open(url)

    assert "hunter2" not in str(caught.value)
    assert caught.value.__cause__ is None


async def test_a_file_that_is_no_database_is_said_to_be_none(tmp_path: Path) -> None:
    file = tmp_path / "monitor.db"
    file.write_text("This is a letter, not a database. " * 100)

    with pytest.raises(StoreError, match="file is not a database"):
        await Store.open(f"sqlite:///{file}")


async def test_a_folder_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="unable to open database file"):
        await Store.open(f"sqlite:///{tmp_path}")


async def test_a_server_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.store.engine._CONNECT_TIMEOUT", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(StoreError, match="cannot be reached"):
            await upgrade(f"postgresql://analyst:hunter2@127.0.0.1:{port}/monitor")


@pytest.mark.parametrize("name", ["letter.db", "folder"])
def test_a_database_that_cannot_be_opened_leaves_nothing_behind(tmp_path: Path, name: str) -> None:
    (tmp_path / "letter.db").write_text("This is a letter, not a database. " * 100)
    (tmp_path / "folder").mkdir()
    others = set(threading.enumerate())

    for _ in range(20):
        with pytest.raises(StoreError):
            asyncio.run(upgrade(f"sqlite:///{tmp_path / name}"))
        gc.collect()  # a connection that nobody closed would complain here

    for thread in set(threading.enumerate()) - others:
        thread.join(timeout=10)  # one that outlived its loop complains when it ends
        assert not thread.is_alive()
