"""One connection: reads calls, answers them from the desk, and carries what is pushed."""

import asyncio
import itertools
import socket
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import rsa
from telethon.crypto import AuthKey
from telethon.tl import functions, types

from tests.telegram_server import rpc
from tests.telegram_server.desk import Desk, RpcFailure
from tests.telegram_server.faults import Faults, Line, method_name
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
from tests.telegram_server.world import Account

_UNKNOWN_OBJECT = struct.pack("<I", 0xDEADBEEF)  # no constructor of any layer
_RPC_RESULT = 0xF35C6D01
_UNKNOWN_KEY = struct.pack("<i", -404)  # what Telegram says of a key that it does not know
_numbers = itertools.count(1)


@dataclass(slots=True)
class Logins:
    """Keys, whom they are logged in as, which of them are dead and why, and what each was told of each channel."""

    keys: dict[int, AuthKey] = field(default_factory=dict)
    accounts: dict[int, Account] = field(default_factory=dict)
    dead: dict[int, tuple[int, str]] = field(default_factory=dict)
    seen_pts: dict[int, dict[int, int]] = field(default_factory=dict)


class Link:
    """One connection; ``ended_at`` is the monotonic time of its end."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        *,
        desk: Desk,
        logins: Logins,
        private_key: Callable[[], rsa.PrivateKey],
        answered: Callable[["Link", str, Any, Any], None],
    ) -> None:
        self.number = next(_numbers)
        self.ended_at: float | None = None
        self.wants_updates = False
        self.phone: str | None = None
        self.has_proved_password = False
        self.login_token: bytes | None = None
        self.seen_pts: dict[int, int] = {}
        self._desk = desk
        self._logins = logins
        self._private_key = private_key
        self._answered = answered
        self._frames = FrameReader(reader)
        self._out = FrameWriter(writer)
        self._exchange: KeyExchange | None = None
        self._secret: Secret | None = None
        self._late: set[asyncio.Task[None]] = set()

    @property
    def account(self) -> Account | None:
        """Who the connection's key is logged in as."""
        return None if self._secret is None else self._logins.accounts.get(self._secret.key.key_id)

    @property
    def is_open(self) -> bool:
        """Whether what is pushed still goes out."""
        return self._faults.line is not Line.SILENT and not self._out.writer.is_closing()

    def log_in(self, account: Account) -> None:
        """Log the connection's key in."""
        if self._secret is not None:
            self._logins.accounts[self._secret.key.key_id] = account

    def log_out(self) -> None:
        """Log the connection's key out."""
        if self._secret is not None:
            self._logins.accounts.pop(self._secret.key.key_id, None)

    @property
    def _faults(self) -> Faults:
        return self._desk.faults

    async def serve(self) -> None:
        """Answer until the line ends."""
        while True:
            payload = await self._frames.read()
            if self._faults.line is Line.SILENT:
                continue
            key_id = struct.unpack("<Q", payload[:8])[0]
            if key_id == 0:
                self._agree(payload)
            elif not await self._read_secret(key_id, payload):
                return
            await self._out.writer.drain()

    def _agree(self, payload: bytes) -> None:
        if self._exchange is None:
            self._exchange = KeyExchange(self._private_key())
        answer, key = self._exchange.answer(read_plain(payload))
        if key is not None:
            self._logins.keys[key.key_id] = key
        self._out.write(plain_answer(answer))

    async def _read_secret(self, key_id: int, payload: bytes) -> bool:
        if self._secret is None:
            key = self._logins.keys.get(key_id)
            if key is None:
                self._out.write(_UNKNOWN_KEY)
                await self._out.writer.drain()
                return False
            self._secret = Secret(key)
            # What was pushed to this key before counts as seen: a difference brings the rest.
            self.seen_pts = self._logins.seen_pts.setdefault(key_id, {})
        for call in self._secret.read(payload):
            self._take(call)
        return True

    def _take(self, call: Call) -> None:
        request = call.request
        if isinstance(request, functions.PingRequest | functions.PingDelayDisconnectRequest):
            self.push(bytes(types.Pong(call.msg_id, request.ping_id)))
        elif type(request).__module__.startswith("telethon.tl.functions"):
            delay = self._faults.delay_for(method_name(request))
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
        result = self._result(method, call.request)
        if method in self._faults.unknown_answers:
            self._faults.unknown_answers.remove(method)
            self._answered(self, method, call.request, None)
            self.push(struct.pack("<Iq", _RPC_RESULT, call.msg_id) + _UNKNOWN_OBJECT)
            return
        self._answered(self, method, call.request, result)
        if method in self._faults.lost_answers:
            self._faults.lost_answers.remove(method)
            self.reset()
            return
        self.push(result_body(call.msg_id, result))
        if self.account is not None and not call.without_updates and not isinstance(result, types.RpcError):
            self.wants_updates = True  # any ordinary call makes Telegram push to a connection

    def _result(self, method: str, request: Any) -> Any:
        failure = self._dead() or self._faults.error_for(method, request)
        if failure is None:
            try:
                return rpc.answer(self._desk, request, self)
            except RpcFailure as error:
                failure = error.code, error.message
        code, text = failure
        return types.RpcError(error_code=code, error_message=text)

    def _dead(self) -> tuple[int, str] | None:
        return None if self._secret is None else self._logins.dead.get(self._secret.key.key_id)

    def push(self, body: bytes) -> None:
        """Send one message."""
        if self._secret is not None and self.is_open:
            self._out.write(self._secret.write(body))

    def push_unknown(self) -> None:
        """Send an object that no client knows."""
        self.push(_UNKNOWN_OBJECT)

    def close(self) -> None:
        """End the line."""
        if self.ended_at is None:
            self.ended_at = time.monotonic()
        for task in self._late:
            task.cancel()
        self._out.writer.close()

    def reset(self) -> None:
        """End the line with a reset."""
        raw: socket.socket = self._out.writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._out.writer.transport.abort()
