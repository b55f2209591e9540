"""The listening side: sessions, lines, and the updates that are pushed over them."""

import asyncio
import os
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import rsa
from telethon.crypto import AuthKey
from telethon.sessions import SQLiteSession, StringSession
from telethon.tl import types

from tests.telegram_server import tl
from tests.telegram_server.desk import Desk
from tests.telegram_server.faults import Faults, Line, channel_of
from tests.telegram_server.link import Link, Logins
from tests.telegram_server.witness import Witness
from tests.telegram_server.world import Account, Change, ServedChannel, World

HOST = "127.0.0.1"


@cache
def private_key() -> rsa.PrivateKey:
    """Return the server's key; making one takes a second, so all servers of a process share it."""
    return rsa.newkeys(2048)[1]


def public_key() -> str:
    """Return the server's public key as PEM, for clients that make their own key with it."""
    own = private_key()
    pem: bytes = rsa.PublicKey(own.n, own.e).save_pkcs1()
    return pem.decode()


class TelegramServer:
    """One data centre on loopback. ``async with TelegramServer() as server: …``; ``server.world`` is the script's stage.

    ``calls`` counts what was asked, "connect" among it; ``channel_calls`` counts by (method, channel id).
    """

    def __init__(self, world: World | None = None, *, port: int = 0) -> None:
        self.world = world or World()
        self.faults = Faults()
        self.calls: Counter[str] = Counter()
        self.channel_calls: Counter[tuple[str, int]] = Counter()
        self.witness = Witness()
        self.port = port
        self._logins = Logins()
        self._links: set[Link] = set()
        self._listener: asyncio.Server | None = None
        self._held_back: list[tuple[ServedChannel, Change]] = []
        self._counted = asyncio.Event()
        self.world.listen(self._push)

    async def __aenter__(self) -> Self:
        await self.listen()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def listen(self) -> None:
        """Begin, or begin again on the same port."""
        self._listener = await asyncio.start_server(self._serve, HOST, self.port, backlog=1024)
        self.port = self._listener.sockets[0].getsockname()[1]
        self._desk = Desk(self.world, self.faults, HOST, self.port)

    async def close(self) -> None:
        """Stop listening and cut every line."""
        if self._listener is not None:
            self._listener.close()
        self.cut()
        if self._listener is not None:
            await self._listener.wait_closed()
            self._listener = None

    # --- sessions

    def session_file(self, path: Path, *, is_authorised: bool = True, account: Account | None = None) -> Path:
        """Write a session file whose data centre is this server, logged in unless told otherwise."""
        session = SQLiteSession(str(path))
        session.set_dc(tl.DC_ID, HOST, self.port)
        if is_authorised:
            session.auth_key = self.new_key(account)
        session.save()
        session.close()
        return path

    def session_string(self, account: Account | None = None) -> str:
        """Return a string session, logged in."""
        session = StringSession()
        session.set_dc(tl.DC_ID, HOST, self.port)
        session.auth_key = self.new_key(account)
        text: str = session.save()
        return text

    def new_key(self, account: Account | None = None) -> AuthKey:
        """Return a key that is logged in, as the world's own account unless told otherwise."""
        key = AuthKey(os.urandom(256))
        self._logins.keys[key.key_id] = key
        self._logins.accounts[key.key_id] = account or self.world.account
        return key

    def forget_keys(self) -> None:
        """Know no key any more, as a server that lost its memory."""
        self._logins.keys.clear()
        self._logins.accounts.clear()
        self.cut()

    def revoke(self, message: str = "AUTH_KEY_UNREGISTERED") -> None:
        """Log every session out, as a person does in another app; "SESSION_REVOKED" is another way to say it."""
        self._logins.dead.update(dict.fromkeys(self._logins.accounts, (401, message)))
        self._logins.accounts.clear()

    def duplicate(self) -> None:
        """Kill every key, as Telegram does when a session is used from two addresses at once, and cut the lines."""
        self._logins.dead.update(dict.fromkeys(self._logins.accounts, (406, "AUTH_KEY_DUPLICATED")))
        self.cut()

    def scan(self, account: Account | None = None) -> int:
        """Scan every login code shown, as a person does with a phone that is logged in; return how many there were."""
        waiting = [link for link in self._links if link.login_token is not None]
        for link in waiting:
            self._desk.scanned_tokens[link.login_token or b""] = account or self.world.account
            link.push(bytes(types.UpdateShort(types.UpdateLoginToken(), self.world.now())))
        return len(waiting)

    # --- lines

    @property
    def connections(self) -> int:
        """How many lines are open."""
        return len(self._links)

    def cut(self) -> None:
        """Close every line."""
        for link in tuple(self._links):
            link.close()

    def reset(self) -> None:
        """Break every line with a TCP reset."""
        for link in tuple(self._links):
            link.reset()

    async def set_line(self, line: Line) -> None:
        """Change how connections are treated; lines that are open stay so unless nobody listens any more."""
        self.faults.line = line
        if line is Line.REFUSED:
            await self.close()
        elif self._listener is None:
            await self.listen()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._count("connect")
        if self.faults.line is Line.CLOSED_AT_ONCE:
            writer.close()
            return
        link = Link(
            reader, writer, desk=self._desk, logins=self._logins, private_key=private_key, answered=self._answered
        )
        self._links.add(link)
        try:
            await link.serve()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client went away, or the test cut the line
        finally:
            self._links.discard(link)
            link.close()

    def _answered(self, link: Link, method: str, request: Any, result: Any) -> None:
        self._count(method)
        channel_id = channel_of(request)
        if channel_id is not None:
            self.channel_calls[method, channel_id] += 1
        self.witness.answered(link, channel_id, result)

    def _count(self, what: str) -> None:
        self.calls[what] += 1
        self._counted.set()
        self._counted = asyncio.Event()

    async def called(self, method: str, *, times: int = 1) -> None:
        """Return once a method has been called, or a line begun ("connect"), so many times since the server began."""
        while self.calls[method] < times:
            await self._counted.wait()

    # --- updates

    def push_unknown(self) -> None:
        """Push an object that no client knows over every line."""
        for link in tuple(self._links):
            link.push_unknown()

    def _push(self, channel: ServedChannel, change: Change) -> None:
        if self.faults.loses_update():
            return
        if self.faults.holds_update_back():
            self._held_back.insert(0, (channel, change))
            return
        for one, held in [(channel, change), *self._held_back]:
            self._send_update(one, held)
        self._held_back.clear()

    def _send_update(self, channel: ServedChannel, change: Change) -> None:
        bodies: dict[int, bytes] = {}
        for link, account in self._listening(channel):
            if account.id not in bodies:
                update, chat = tl.update(channel, change), tl.channel(channel, account)
                bodies[account.id] = bytes(types.Updates([update], [], [chat], self.world.now(), 0))
            if change.pts and link.is_open:
                link.seen_pts[channel.id] = max(change.pts, link.seen_pts.get(channel.id, 0))
            link.push(bodies[account.id])

    def _listening(self, channel: ServedChannel) -> Iterator[tuple[Link, Account]]:
        """Yield the lines that get the channel's updates: Telegram pushes only what the account has joined."""
        for link in tuple(self._links):
            account = link.account
            if account is not None and link.wants_updates and account.id in channel.members:
                yield link, account
