"""Fetching what hangs on posts: small files are hashed, so that copies are known as such, and kept where that is wanted.

Never in the way of posts: files wait in a queue of their own, with a budget of their own, and are left where the queue is
full or the day's bytes are spent. A post that is looked at again is offered again.
"""

import asyncio
import hashlib
import mimetypes
import os
import re
from collections import OrderedDict
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Never

import structlog
from telethon import errors
from telethon.tl import types

from monitor.errors import RetryError, StoreError
from monitor.model.following import MediaFile, MediaPlan
from monitor.model.post import PostRef
from monitor.telegram.client import Account
from monitor.telegram.convert import media as described
from monitor.telegram.ledger import Ledger

_QUEUE = 500  # files that wait
_REMEMBERED = 20_000  # posts whose media were dealt with
_DAY = timedelta(days=1)
_PAUSE_S = 60.0  # until the day's bytes or the store are looked at again
_SUFFIX = re.compile(r"\.[a-z0-9]{1,5}", re.ASCII)

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    ref: PostRef
    media: Any
    size: int


class MediaFetcher:
    """Fetches media over one account, as far as the plan goes."""

    def __init__(self, account: Account, files: Ledger, *, plan: MediaPlan) -> None:
        self._account, self._files, self._plan = account, files, plan
        self._queue: asyncio.Queue[_Wanted] = asyncio.Queue(maxsize=_QUEUE)
        self._offered: OrderedDict[tuple[PostRef, int], None] = OrderedDict()

    def offer(self, message: Any, *, channel: str) -> None:
        """Take a message whose media may be worth fetching. Never waits."""
        found = described(message.media)
        most = max(self._plan.hash_up_to, self._plan.keep_up_to)
        if found is None or found.size is None or not 0 < found.size <= most:
            return
        wanted = _Wanted(ref=PostRef(channel=channel, message_id=message.id), media=message.media, size=found.size)
        if (wanted.ref, wanted.size) in self._offered:
            return
        try:
            self._queue.put_nowait(wanted)
        except asyncio.QueueFull:
            return
        self._offered[wanted.ref, wanted.size] = None
        if len(self._offered) > _REMEMBERED:
            self._offered.popitem(last=False)

    async def run(self) -> Never:
        """Fetch what was offered, one after the other, until cancelled."""
        while True:
            wanted = await self._queue.get()
            try:
                await self._fetch(wanted)
            except (errors.RPCError, ValueError, OSError) as error:
                _log.info("media.not_fetched", post=str(wanted.ref), reason=f"{type(error).__name__}: {error}")
            except (RetryError, StoreError) as error:
                self._offered.pop((wanted.ref, wanted.size), None)
                _log.info("media.postponed", post=str(wanted.ref), reason=str(error))
                await self._account.clock.sleep(min(_PAUSE_S, getattr(error, "after", _DAY).total_seconds()))

    async def _fetch(self, wanted: _Wanted) -> None:
        held = await self._files.file(wanted.ref)
        if held is not None and held.size == wanted.size:
            return
        spent = await self._files.fetched_bytes(since=self._account.clock.now() - _DAY)
        if spent + wanted.size > self._plan.per_day:
            raise RetryError("the bytes of the day are spent", after=timedelta(seconds=_PAUSE_S))
        content = await self._account.run(
            "upload.GetFile",
            lambda client: _downloaded(client, wanted.media),
            budget="media",
            channel=wanted.ref.channel,
        )
        if len(content) != wanted.size:
            raise ValueError(f"{len(content)} bytes came instead of {wanted.size}")
        path = None
        if wanted.size <= self._plan.keep_up_to:
            path = Path(self._plan.folder) / wanted.ref.channel / f"{wanted.ref.message_id}{_suffix(wanted.media)}"
            await asyncio.to_thread(_write, path, content)
        file = MediaFile(
            content_hash=hashlib.sha256(content).hexdigest(),
            size=wanted.size,
            path=None if path is None else str(path),
            fetched_at=self._account.clock.now(),
        )
        await self._files.note_file(wanted.ref, file)


async def _downloaded(client: Any, media: Any) -> bytes:
    content = await client.download_media(types.Message(id=0, peer_id=None, date=None, message="", media=media), bytes)
    return content or b""


def _suffix(media: Any) -> str:
    """Return a suffix by the type that Telegram names; the name that came with the file is a stranger's."""
    kind = getattr(getattr(media, "document", None), "mime_type", "image/jpeg")
    suffix = mimetypes.guess_extension(kind) or ""
    return suffix if _SUFFIX.fullmatch(suffix) else ".bin"


def _write(path: Path, content: bytes) -> None:
    """Write a file that appears whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    descriptor = os.open(part, os.O_CREAT | os.O_TRUNC | os.O_WRONLY | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    part.replace(path)
