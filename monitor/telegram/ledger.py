"""What following needs of whatever keeps posts: the store has it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from monitor.model.following import Backfill, Hole, Marks, MediaFile, Peer, Recorded, Stretch
from monitor.model.post import Observation, PostRef


class Ledger(Protocol):
    """Keeps posts, how far channels were read, how they are and how they are reached.

    Each method is one transaction. All raise ``StoreError`` when it was refused.
    """

    async def record(self, observations: Sequence[Observation]) -> Recorded:
        """Commit what was observed; the same again changes nothing."""

    async def marks(self, channel: str) -> Marks:
        """Return how far a channel is known."""

    async def record_history(self, channel: str, stretch: Stretch, observations: Sequence[Observation]) -> Recorded:
        """Commit what a stretch of history holds, with the fact that it was read."""

    async def present_ids(self, channel: str, *, from_id: int, to_id: int) -> tuple[int, ...]:
        """Return which posts of a range of ids were there when last looked at."""

    async def holes(self, channel: str) -> tuple[Hole, ...]:
        """Return which message ids are known to be missing, lowest first."""

    async def note_state(self, channel: str, *, state: str, reason: str | None, at: datetime) -> None:
        """Keep how a channel was found."""

    async def peers(self, *, account: int) -> dict[str, Peer]:
        """Return how an account reaches each channel that it ever looked up, by the channel's key."""

    async def note_peer(self, channel: str, found: Peer, *, account: int, at: datetime) -> None:
        """Keep how an account reaches a channel.

        Raises:
            SkipError: The key stands for another channel already, or the channel has another key.
        """

    async def open_backfills(self) -> tuple[Backfill, ...]:
        """Return the requests for older posts that are not done."""

    async def begin_backfill(self, asked: Backfill, *, from_id: int, at: datetime) -> None:
        """Keep that a request reaches down to a message id: what of that was never read is missing."""

    async def finish_backfills(self, channel: str, *, at: datetime) -> None:
        """Mark the requests of a channel as done under which nothing is missing."""

    async def fail_backfill(self, asked: Backfill, *, reason: str, at: datetime) -> None:
        """Keep why a request cannot be met."""

    async def note_file(self, ref: PostRef, file: MediaFile) -> None:
        """Keep what was fetched of a post's media."""

    async def file(self, ref: PostRef) -> MediaFile | None:
        """Return what was fetched of a post's media, ``None`` if nothing was."""

    async def fetched_bytes(self, *, since: datetime) -> int:
        """Return how many bytes of media were fetched since an instant."""
