"""How accounts stand is kept for whoever asks, and a state begins once."""

from monitor.store import AccountStatus, Store
from tests.integration.store.builders import at


async def test_a_state_begins_when_it_changes_and_every_beat_counts(store: Store) -> None:
    await store.note_account("main", user_id=None, state="down", reason="not connected yet", at=at(1))
    await store.note_account("main", user_id=42, state="up", reason=None, at=at(2))
    await store.note_account("main", user_id=42, state="up", reason=None, at=at(3))
    assert await store.accounts() == (
        AccountStatus(name="main", user_id=42, state="up", reason=None, since=at(2), beat_at=at(3)),
    )


async def test_an_account_that_is_lost_keeps_its_number(store: Store) -> None:
    await store.note_account("main", user_id=42, state="up", reason=None, at=at(1))
    await store.note_account("main", user_id=None, state="lost", reason="logged out", at=at(2))
    (held,) = await store.accounts()
    assert (held.user_id, held.state, held.reason) == (42, "lost", "logged out")
