"""A lexicon edit takes hold of what is stored while the daemon runs."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor import pipeline
from monitor.model.post import Observation, PostRef
from monitor.store import Store
from tests.e2e.daemons import daemon, environment
from tests.integration.store.builders import CountingReader
from tests.telegram_server import TelegramServer

TEXT = "Two soldiers were grindled near Kidal, the army says."
POSTS = 30
DAY = datetime(2024, 7, 27, tzinfo=UTC)


async def test_stored_texts_are_read_again_under_the_edited_lexicons_and_it_is_told(
    server: TelegramServer, tmp_path: Path
) -> None:
    folder = tmp_path / "edited"
    folder.mkdir()
    (folder / "en.more.toml").write_text('[killed]\nsubject = ["were grindled"]\n')
    (tmp_path / "channels.yaml").write_text('channels:\n  - handle: "@front_notes"\n')
    given = environment(server, tmp_path, MONITOR_LEXICONS=str(folder))
    server.world.add_channel("front_notes", is_joined=True)
    async with await Store.open(given["DATABASE_URL"], create=True) as store:
        await store.record(
            [
                Observation(
                    ref=PostRef(channel="old_notes", message_id=number),
                    observed_at=DAY,
                    date=DAY + timedelta(minutes=number),
                    text=f"{TEXT} ({number})",
                )
                for number in range(1, POSTS + 1)
            ]
        )
        await pipeline.extract(store, CountingReader("other lexicons"))

    async with daemon(given) as running:
        told = await running.logs("revisions.reread")
        assert (told["done"], told["waiting"]) == (POSTS, 0)
        await running.logs("claims.compared")
        assert await running.end() == 0

    async with await Store.open(given["DATABASE_URL"]) as store:
        post = await store.read_post(PostRef(channel="old_notes", message_id=7))
    assert post is not None
    assert [claim.quantity.low for claim in post.revisions[0].claims] == [2]
