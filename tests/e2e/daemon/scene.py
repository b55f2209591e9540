"""A server with channels, and all that the daemon needs to follow them."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from monitor.store import Store
from tests.e2e.daemon.process import Daemon
from tests.e2e.daemon.truth import Expected, differences
from tests.telegram_server import ServedChannel, TelegramServer
from tests.telegram_server.script import Mixture, Script
from tests.telegram_server.stage import entry, environment, write_watchlist

SETTLES_WITHIN_S = 90.0  # what a loaded machine may take to put things right once nothing disturbs it
_LOOK_EVERY_S = 0.3
QUICK: Mapping[str, str] = {"backfill": "2d", "reconcile_every": "2s", "recheck": "1d"}


class Scene:
    """Channels on a server, by the key that they are stored under, and the daemon's folder."""

    def __init__(self, folder: Path, server: TelegramServer, *, url: str) -> None:
        self.folder = folder
        self.server = server
        self.world = server.world
        self.url = url
        self.channels: dict[str, ServedChannel] = {}
        self._entries: dict[str, Mapping[str, Any]] = {}

    def follow(self, name: str, *, posts: int = 0, is_joined: bool = True, **more: Any) -> ServedChannel:
        """Add a channel with some history to the world and to the watchlist."""
        channel = self.world.add_channel(name, is_joined=is_joined)
        for number in range(1, posts + 1):
            self.world.post(channel, f"Old note {number}: a quiet day.", is_pushed=False)
        self.watch(name, channel, **more)
        return channel

    def watch(self, key: str, channel: ServedChannel, **more: Any) -> None:
        """Put a channel of the world on the watchlist."""
        self.channels[key] = channel
        self._entries[key] = entry(channel, **more)

    def unwatch(self, key: str) -> None:
        """Take a channel off the watchlist; what is stored of it is expected to stay."""
        del self._entries[key]

    def write(
        self,
        *,
        following: Mapping[str, str | int] = QUICK,
        digests: Iterable[Mapping[str, Any]] = (),
        alerts: Iterable[Mapping[str, Any]] = (),
    ) -> Path:
        """Write the watchlist."""
        path = self.folder / "channels.yaml"
        return write_watchlist(path, self._entries.values(), following=following, digests=digests, alerts=alerts)

    def daemon(self, **more: str) -> Daemon:
        """Return the daemon, not started."""
        return Daemon(self.folder, {**environment(self.folder, self.server), "DATABASE_URL": self.url, **more})

    @asynccontextmanager
    async def running(self, **more: str) -> AsyncIterator[Daemon]:
        """Write the watchlist, start the daemon, and give it once the store is as the server is."""
        self.write()
        async with self.daemon(**more) as daemon:
            await self.settled()
            yield daemon

    def script(self, *, seed: int = 1) -> Script:
        """Return a script over the scene's channels that is quick to edit and delete."""
        mixture = Mixture(claim=0.2, edit=0.3, delete=0.1, react=0.1, held=20)
        return Script(self.world, tuple(self.channels.values()), seed=seed, mixture=mixture)

    async def settled(self, *, within_s: float = SETTLES_WITHIN_S, held_for_s: float = 2.0) -> None:
        """Wait until the store is as the server is.

        Raises:
            AssertionError: It does not come to be; the message says what differs.
        """
        found = ["nothing was looked at"]
        try:
            async with asyncio.timeout(within_s), await Store.open(self.url) as store:
                while True:
                    found = await differences(store, self.expected(held_for_s=held_for_s))
                    if not found:
                        return
                    await asyncio.sleep(_LOOK_EVERY_S)
        except TimeoutError:
            raise AssertionError("the store is not as the server is:\n" + "\n".join(found)) from None

    def expected(self, *, held_for_s: float) -> Expected:
        """Return what must be stored: what the server holds, and each text that was read over a line that lived on."""
        shown = self.server.witness.texts(held_for_s=held_for_s) if self.server.witness.is_watching else set()
        return Expected(channels=self.channels, shown=frozenset(shown))
