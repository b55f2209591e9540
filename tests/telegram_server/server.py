"""The listening side: connections, logins by key, answers and pushed updates."""

import asyncio
import os
import socket
import struct
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import rsa
from telethon.crypto import AuthKey
from telethon.sessions import SQLiteSession, StringSession
from telethon.tl import functions, types

from tests.telegram_server import tl
from tests.telegram_server.faults import Faults, Line, method_name
from tests.telegram_server.rpc import Rpc, RpcFailure
from tests.telegram_server.wire import (
    Call,
    FrameReader,
    FrameWriter,
    KeyExchange,
    Secret,
    plain_answer,
    read_plain,
    result_body,
)
from tests.telegram_server.world import ServedChannel, World

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
    """One data centre on loopback. ``async with TelegramServer() as server: …``; ``server.world`` is the script's stage."""

    def __init__(self, world: World | None = None) -> None:
        self.world = world or World()
        self.faults = Faults()
        self.calls: Counter[str] = Counter()
        self.port = 0
        self._keys: dict[int, AuthKey] = {}
        self._authorised: set[int] = set()
        self._seen: dict[int, dict[int, int]] = {}
        self._links: set[_Link] = set()
        self._listener: asyncio.Server | None = None
        self._held_back: list[tuple[ServedChannel, Any]] = []
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
        self._listener = await asyncio.start_server(self._serve, HOST, self.port)
        self.port = self._listener.sockets[0].getsockname()[1]
        self.rpc = Rpc(self.world, host=HOST, port=self.port)

    async def close(self) -> None:
        """Stop listening and cut every line."""
        if self._listener is not None:
            self._listener.close()
        self.cut()
        if self._listener is not None:
            await self._listener.wait_closed()
            self._listener = None

    # --- sessions

    def session_file(self, path: Path, *, is_authorised: bool = True) -> Path:
        """Write a session file whose data centre is this server, logged in unless told otherwise."""
        session = SQLiteSession(str(path))
        session.set_dc(tl.DC_ID, HOST, self.port)
        if is_authorised:
            session.auth_key = self.new_key()
        session.save()
        session.close()
        return path

    def session_string(self) -> str:
        """Return a string session, logged in."""
        session = StringSession()
        session.set_dc(tl.DC_ID, HOST, self.port)
        session.auth_key = self.new_key()
        text: str = session.save()
        return text

    def new_key(self) -> AuthKey:
        """Return a key that is logged in."""
        key = AuthKey(os.urandom(256))
        self._keys[key.key_id] = key
        self._authorised.add(key.key_id)
        return key

    def revoke(self) -> None:
        """Log every session out, as a person does in another app."""
        self._authorised.clear()

    def scan(self) -> None:
        """Scan every QR code that is shown, as a person does with a phone that is logged in."""
        for link in tuple(self._links):
            if link.login_token is not None:
                self.rpc.scanned_tokens.add(link.login_token)
                link.push(bytes(types.UpdateShort(update=types.UpdateLoginToken(), date=self.world.now())))

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
        self.calls["connect"] += 1
        if self.faults.line is Line.CLOSED_AT_ONCE:
            writer.close()
            return
        link = _Link(self, reader, writer)
        self._links.add(link)
        try:
            await link.serve()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client went away, or the test cut the line
        finally:
            self._links.discard(link)
            link.close()

    # --- updates

    def _push(self, channel: ServedChannel, update: Any) -> None:
        if not channel.is_joined:
            return  # Telegram pushes only what the account has joined
        if self.faults.drop_updates > 0:
            self.faults.drop_updates -= 1
            return
        if self.faults.reorder_updates > 0:
            self.faults.reorder_updates -= 1
            self._held_back.insert(0, (channel, update))
            return
        for one, held in [(channel, update), *self._held_back]:
            self._send_update(one, held)
        self._held_back.clear()

    def _send_update(self, channel: ServedChannel, update: Any) -> None:
        body = bytes(
            types.Updates(updates=[update], users=[], chats=[tl.channel(channel)], date=self.world.now(), seq=0)
        )
        for link in self._listening():
            link.seen_pts[channel.id] = channel.pts
            link.push(body)

    def _listening(self) -> Iterator["_Link"]:
        return (link for link in tuple(self._links) if link.is_authorised and link.wants_updates)


class _Link:
    """One connection."""

    def __init__(self, server: TelegramServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._server = server
        self._frames = FrameReader(reader)
        self._out = FrameWriter(writer)
        self._exchange: KeyExchange | None = None
        self._secret: Secret | None = None
        self._late: set[asyncio.Task[None]] = set()
        self.wants_updates = False
        self.is_waiting_for_password = False
        self.login_token: bytes | None = None
        self.seen_pts: dict[int, int] = {}

    @property
    def is_authorised(self) -> bool:
        """Whether the connection's key is logged in."""
        return self._secret is not None and self._secret.key.key_id in self._server._authorised

    @is_authorised.setter
    def is_authorised(self, value: bool) -> None:
        raise AttributeError(f"log in or out instead of setting it to {value}")

    def authorise(self) -> None:
        """Log the connection's key in."""
        if self._secret is not None:
            self._server._authorised.add(self._secret.key.key_id)

    def log_out(self) -> None:
        """Log the connection's key out."""
        if self._secret is not None:
            self._server._authorised.discard(self._secret.key.key_id)

    async def serve(self) -> None:
        """Answer until the line ends."""
        while True:
            payload = await self._frames.read()
            if self._server.faults.line is Line.SILENT:
                continue
            key_id = struct.unpack("<Q", payload[:8])[0]
            if key_id == 0:
                self._agree(payload)
            elif not await self._read_secret(key_id, payload):
                return
            await self._out.writer.drain()

    def _agree(self, payload: bytes) -> None:
        if self._exchange is None:
            self._exchange = KeyExchange(private_key())
        answer, key = self._exchange.answer(read_plain(payload))
        if key is not None:
            self._server._keys[key.key_id] = key
        self._out.write(plain_answer(answer))

    async def _read_secret(self, key_id: int, payload: bytes) -> bool:
        if self._secret is None:
            key = self._server._keys.get(key_id)
            if key is None:
                self._out.write(struct.pack("<i", -404))  # what Telegram says of a key that it does not know
                await self._out.writer.drain()
                return False
            self._secret = Secret(key)
            # What was pushed to this key before counts as seen: a difference brings the rest.
            self.seen_pts = self._server._seen.setdefault(key_id, {})
        for call in self._secret.read(payload):
            self._take(call)
        return True

    def _take(self, call: Call) -> None:
        request = call.request
        if isinstance(request, functions.PingRequest | functions.PingDelayDisconnectRequest):
            self.push(bytes(types.Pong(call.msg_id, request.ping_id)))
        elif type(request).__module__.startswith("telethon.tl.functions"):
            delay = self._server.faults.delay_for(method_name(request))
            if delay:
                task = asyncio.get_running_loop().create_task(self._answer_late(call, delay))
                self._late.add(task)
                task.add_done_callback(self._late.discard)
            else:
                self._answer(call)

    async def _answer_late(self, call: Call, delay: float) -> None:
        await asyncio.sleep(delay)
        self._answer(call)

    def _answer(self, call: Call) -> None:
        method = method_name(call.request)
        self._server.calls[method] += 1
        self.push(result_body(call.msg_id, self._result(method, call.request)))

    def _result(self, method: str, request: Any) -> Any:
        failure = self._server.faults.error_for(method, request)
        if failure is None:
            try:
                result = self._server.rpc.answer(request, self)
            except RpcFailure as error:
                failure = error.code, error.message
            else:
                self.wants_updates = self.wants_updates or method.startswith("updates.")
                return result
        code, text = failure
        return types.RpcError(error_code=code, error_message=text)

    def push(self, body: bytes) -> None:
        """Send one message."""
        if self._secret is not None and not self._out.writer.is_closing():
            self._out.write(self._secret.write(body))

    def close(self) -> None:
        """End the line."""
        for task in self._late:
            task.cancel()
        self._out.writer.close()

    def reset(self) -> None:
        """End the line with a reset."""
        raw: socket.socket = self._out.writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._out.writer.transport.abort()
