"""One account's line to Telegram: kept up for as long as it is served, every call through one limiter and with a time-out.

Telethon's own reconnecting is switched off: it gives up after a while, spins when a server accepts and closes, leaves
queued calls hanging and stays deaf after some errors (TELEGRAM.md, facts 19 to 27). Here each connection is a new client on
a copy of the session in memory, and what ends it is told to whoever waits.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Never, TypeVar

import structlog
from telethon import TelegramClient, errors
from telethon.sessions import StringSession
from telethon.tl import functions, types

from monitor.errors import LostAccountError, RetryError
from monitor.telegram.limits import Clock, FloodError, Limiter

Result = TypeVar("Result")
UpdateTaker = Callable[[Any], None]

_UNKNOWN_KEY = "Telegram does not know the session"
_UNKNOWN_KEY_TIMES = 3  # a server that is just starting says it too: only so many in a row end the account
_FLOODS = (errors.FloodWaitError, errors.FloodPremiumWaitError, errors.SlowModeWaitError)
_LOGGED_OUT = (errors.UnauthorizedError, errors.AuthKeyError)
_TROUBLE = (errors.ServerError, errors.TimedOutError, errors.RpcCallFailError, errors.InterdcCallErrorError)
_BROKEN = (OSError, EOFError, BufferError, errors.SecurityError, errors.AuthKeyNotFound)

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """What my.telegram.org gave the operator."""

    id: int = field(repr=False)
    hash: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long things may take, in seconds; pauses between connections double from the first to the longest."""

    connect_s: float = 30.0
    call_s: float = 60.0
    probe_every_s: float = 60.0
    probe_s: float = 20.0
    first_pause_s: float = 1.0
    longest_pause_s: float = 60.0
    steady_s: float = 60.0  # a connection that lived so long was a good one: the pauses begin anew


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """How the line stands: ``since`` when it is up or down, ``reason`` why it is down, ``connections`` how many there were."""

    is_up: bool
    since: datetime
    reason: str | None
    connections: int


class Account:
    """One account's line. Serve it in a task of its own; call it from any other.

    ``user_id`` is known from the first connection on.
    """

    def __init__(
        self,
        *,
        session: StringSession,
        api: Api,
        limiter: Limiter,
        clock: Clock,
        patience: Patience = Patience(),
        jitter: Callable[[], float] = random.random,
    ) -> None:
        """Take what is needed to connect.

        Args:
            session: The session in memory, logged in.
            api: The application's own id and hash.
            limiter: The one through which every call goes.
            clock: What time it is.
            patience: How long things may take.
            jitter: Gives a number in [0, 1) that spreads reconnections.
        """
        self.limiter = limiter
        self.clock = clock
        self.user_id: int | None = None
        self._session = session
        self._api, self._patience, self._jitter = api, patience, jitter
        self._takers: list[UpdateTaker] = []
        self._client: Any = None
        self._pending: set[asyncio.Timeout] = set()
        self._lost: LostAccountError | None = None
        self._changed = asyncio.Event()
        self._suspected = asyncio.Event()
        self._line = Line(is_up=False, since=clock.now(), reason="not connected yet", connections=0)

    @property
    def line(self) -> Line:
        """How the line stands."""
        return self._line

    def take_updates(self, taker: UpdateTaker) -> None:
        """Call ``taker`` with every ``Updates`` object that Telegram pushes, at once and in the order of arrival."""
        self._takers.append(taker)

    async def connected(self, *, after: int = 0) -> int:
        """Wait until a connection later than number ``after`` is up; return its number."""
        while self._client is None or self._line.connections <= after:
            await self._changed.wait()
        return self._line.connections

    # --- calls

    async def call(
        self,
        request: Any,
        *,
        budget: str | None = None,
        channel: str | None = None,
        timeout_s: float | None = None,
    ) -> Any:
        """Return Telegram's answer to one raw request, as ``ask`` does without the instant."""
        _, answer = await self.ask(request, budget=budget, channel=channel, timeout_s=timeout_s)
        return answer

    async def ask(
        self,
        request: Any,
        *,
        budget: str | None = None,
        channel: str | None = None,
        timeout_s: float | None = None,
    ) -> tuple[datetime, Any]:
        """Return when a raw request was sent, and Telegram's answer: what it shows was so no earlier.

        Raises:
            RetryError: It has to wait longer than is absorbed, the line is down, or no answer came; ``after`` says how long.
            LostAccountError: The account is logged out.
            telethon.errors.RPCError: Telegram refuses the request itself.
        """
        # Telethon remembers a flood by this number and holds back whatever shares it (fact 16): the limiter knows better
        # what the flood is about. What is sent does not depend on it.
        request.CONSTRUCTOR_ID = (request.CONSTRUCTOR_ID, channel)

        async def send(client: Any) -> tuple[datetime, Any]:
            return self.clock.now(), await client(request)

        return await self.run(method_name(request), send, budget=budget, channel=channel, timeout_s=timeout_s)

    async def run(
        self,
        method: str,
        action: Callable[[Any], Awaitable[Result]],
        *,
        budget: str | None = None,
        channel: str | None = None,
        timeout_s: float | None = None,
    ) -> Result:
        """Return what ``action`` does with the connected ``TelegramClient``; ``method`` names it in limits and metrics.

        The action begins when the limiter lets it: an instant that it reads then is when it was sent. It may be begun
        again after a flood. Raises as ``ask`` does.
        """
        seconds = self._patience.call_s if timeout_s is None else timeout_s
        return await self.limiter.call(
            method, lambda: self._attempt(method, action, seconds=seconds), budget=budget, channel=channel
        )

    async def _attempt(self, method: str, action: Callable[[Any], Awaitable[Result]], *, seconds: float) -> Result:
        limit = asyncio.timeout(seconds)
        try:
            async with limit:
                await self.connected()
                self._pending.add(limit)
                return await action(self._client)
        except _FLOODS as flood:
            raise FloodError(flood.seconds) from flood
        except _LOGGED_OUT as error:
            raise self._lose(error) from error
        except errors.RandomIdDuplicateError:
            raise  # no trouble of Telegram's, for all its number: the message was sent before
        except _TROUBLE as error:
            raise RetryError(f"{method}: Telegram is in trouble: {error}", after=timedelta(seconds=30)) from error
        except TimeoutError as error:
            if limit not in self._pending:
                reason = "not connected" if self._client is None else "the line was lost"
                raise RetryError(f"{method}: {reason}", after=timedelta(seconds=1)) from error
            self._suspected.set()
            raise RetryError(f"{method}: no answer in {seconds:.0f} s", after=timedelta(seconds=1)) from error
        except asyncio.CancelledError:
            if _is_being_cancelled():
                raise
            # Telethon cancels what it waited for when the line is lost.
            raise RetryError(f"{method}: the line was lost", after=timedelta(seconds=1)) from None
        except _BROKEN as error:
            raise RetryError(f"{method}: the line was lost: {_said(error)}", after=timedelta(seconds=1)) from error
        finally:
            self._pending.discard(limit)

    def _lose(self, error: Exception) -> LostAccountError:
        self._lost = LostAccountError(
            f"Telegram lets the account in no more ({_name(error)}); log in again with `monitor login`, and use a session in"
            " one place only"
        )
        self._suspected.set()
        return self._lost

    # --- the connection

    async def serve(self) -> Never:
        """Keep the line up until cancelled.

        Raises:
            LostAccountError: The account is logged out, or its session is used elsewhere: trying again would not help.
        """
        pause, unknown = self._patience.first_pause_s, 0
        while True:
            began = self.clock.monotonic()
            reason = await self._serve_once()
            unknown = unknown + 1 if reason == _UNKNOWN_KEY else 0
            if unknown >= _UNKNOWN_KEY_TIMES:
                raise self._lose(errors.AuthKeyNotFound())
            if self.clock.monotonic() - began >= self._patience.steady_s:
                pause = self._patience.first_pause_s
            self._mark(is_up=False, reason=reason)
            await self.clock.sleep(pause * (0.5 + self._jitter() / 2))
            pause = min(2 * pause, self._patience.longest_pause_s)

    async def _serve_once(self) -> str:
        """Connect and stay connected; return why that ended."""
        client = self._new_client()
        try:
            async with asyncio.timeout(self._patience.connect_s):
                await client.connect()
                (me,) = await client(functions.users.GetUsersRequest([types.InputUserSelf()]))
            self._take(client, me.id)
            return await self._watch(client)
        except _LOGGED_OUT as error:
            raise self._lose(error) from error
        except errors.AuthKeyNotFound:
            return _UNKNOWN_KEY
        except TimeoutError:
            return f"no answer in {self._patience.connect_s:.0f} s"
        except asyncio.CancelledError:
            if _is_being_cancelled():
                raise
            return "the line was lost"
        except (errors.RPCError, *_BROKEN) as error:
            return _said(error)
        finally:
            self._client = None
            for limit in self._pending:
                # What was not sent yet would never be answered nor told (fact 25).
                limit.reschedule(asyncio.get_running_loop().time())
            self._pending.clear()
            await self._hang_up(client)

    async def _watch(self, client: Any) -> str:
        """Return why the connection ended; one whose calls go unanswered is asked, and ended if it stays silent."""
        gone = client.disconnected
        gone.add_done_callback(_hear)
        while True:
            self._suspected.clear()
            suspicion = asyncio.ensure_future(self._suspected.wait())
            try:
                await asyncio.wait(
                    [gone, suspicion], timeout=self._patience.probe_every_s, return_when=asyncio.FIRST_COMPLETED
                )
            finally:
                suspicion.cancel()
            if self._lost is not None:
                raise self._lost
            if gone.done():
                error = gone.exception()
                return "Telegram closed the line" if error is None else _said(error)
            try:
                async with asyncio.timeout(self._patience.probe_s):
                    # Not a ping: those are answered to somebody who is logged out, too (fact 19).
                    await client(functions.updates.GetStateRequest())
            except TimeoutError:
                return f"silent for {self._patience.probe_s:.0f} s"
            except _FLOODS:
                pass  # an answer is a sign of life

    def _take(self, client: Any, user_id: int) -> None:
        self.user_id, self._client = user_id, client
        self._mark(is_up=True, reason=None)

    def _mark(self, *, is_up: bool, reason: str | None) -> None:
        was = self._line
        if is_up or was.is_up or reason != was.reason:
            since = was.since if was.is_up == is_up else self.clock.now()
            count = was.connections + 1 if is_up else was.connections
            self._line = Line(is_up=is_up, since=since, reason=reason, connections=count)
            if is_up:
                _log.info("line.opened", connection=count)
            else:
                _log.warning("line.lost", reason=reason)
        self._changed.set()
        self._changed = asyncio.Event()

    def _new_client(self) -> Any:
        # Its errors are told by this module, in its own words and once.
        logging.getLogger("telethon.network").setLevel(logging.CRITICAL)
        client = TelegramClient(
            _copied(self._session),
            self._api.id,
            self._api.hash,
            timeout=self._patience.connect_s,
            request_retries=0,
            connection_retries=0,
            retry_delay=0,
            auto_reconnect=False,
            sequential_updates=True,
            flood_sleep_threshold=0,
            raise_last_call_error=True,
            use_ipv6=":" in self._session.server_address,  # else Telethon puts Telegram's own address in its place
        )
        client._sender._updates_queue = _Tap(self._takers)  # noqa: SLF001 - there is no public way
        return client

    async def _hang_up(self, client: Any) -> None:
        try:
            async with asyncio.timeout(self._patience.probe_s):
                await client.disconnect()
        except (TimeoutError, *_BROKEN) as error:
            _log.warning("line.left_open", reason=_said(error))
        ended = client.disconnected
        if ended.done():
            _hear(ended)


class _Tap:
    """What a client takes for its queue of updates: hands each on as it arrives.

    Telethon's own handling puts updates that come out of order aside, drops edits and deletions inside a difference, and
    stops delivering a channel while its difference is flooded (facts 4, 6, 9). Posts are kept by their ids, and a gap is
    the reconciler's to fill, so that none of that is needed.
    """

    def __init__(self, takers: list[UpdateTaker]) -> None:
        self._takers = takers

    def put_nowait(self, updates: Any) -> None:
        """Take what the wire brought."""
        for taker in self._takers:
            taker(updates)


def method_name(request: Any) -> str:
    """Return what limits and metrics call a request: "messages.GetHistory"."""
    room = type(request).__module__.rpartition(".")[2]
    return f"{room}.{type(request).__name__.removesuffix('Request')}"


def _copied(session: StringSession) -> StringSession:
    copy = StringSession()
    copy.set_dc(session.dc_id, session.server_address, session.port)
    copy.auth_key = session.auth_key
    return copy


def _is_being_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _hear(ended: "asyncio.Future[None]") -> None:
    """Take note of what ended a line: it is told elsewhere, and asyncio would tell it again."""
    if not ended.cancelled():
        ended.exception()


def _said(error: BaseException) -> str:
    return str(error) or _name(error)


def _name(error: BaseException) -> str:
    return type(error).__name__.removesuffix("Error")
