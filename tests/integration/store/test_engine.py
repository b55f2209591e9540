"""How the database is opened, and what happens when it cannot be."""

from monitor.store import Store


async def test_a_new_database_holds_nothing(store: Store) -> None:
    status = await store.status()

    assert status.channels == ()
    assert status.posts == 0
