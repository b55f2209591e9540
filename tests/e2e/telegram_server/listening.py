"""What a client's handlers got."""

import asyncio
from typing import Any

from telethon import events

WAIT_S = 10.0


class Listening:
    """Collects the texts of new and edited posts and the ids of deleted ones, as a client's handlers get them."""

    def __init__(self, client: Any) -> None:
        self._queue: asyncio.Queue[Any] = asyncio.Queue()
        client.add_event_handler(self._text, events.NewMessage())
        client.add_event_handler(self._text, events.MessageEdited())
        client.add_event_handler(self._gone, events.MessageDeleted())

    async def _text(self, event: Any) -> None:
        await self._queue.put(event.message.text)

    async def _gone(self, event: Any) -> None:
        await self._queue.put(event.deleted_ids)

    async def next(self, count: int) -> list[Any]:
        """Return the next ``count`` of them."""
        return [await asyncio.wait_for(self._queue.get(), WAIT_S) for _ in range(count)]

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits to be taken."""
        return self._queue.empty()


async def handled(client: Any) -> None:
    """Return once every update that the server pushed before has been handled: an answer comes after it on the line."""
    await client.get_me()
    await turns()


async def turns() -> None:
    """Let the loop turn often enough for what is ready to be done: Telethon hands things on from task to task."""
    for _ in range(100):
        await asyncio.sleep(0)
