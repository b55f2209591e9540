"""What every answer needs: the world, who asks, and the way to refuse."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

from telethon.tl import types

from tests.telegram_server import tl
from tests.telegram_server.faults import Faults
from tests.telegram_server.password import PasswordCheck
from tests.telegram_server.world import Account, ServedChannel, World


class RpcFailure(Exception):  # noqa: N818 - it becomes an RpcError on the wire
    """The request is answered with this error."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Caller(Protocol):
    """The connection that a request came over."""

    phone: str | None
    has_proved_password: bool
    login_token: bytes | None
    seen_pts: dict[int, int]

    @property
    def account(self) -> Account | None:
        """Who is logged in."""

    def log_in(self, account: Account) -> None:
        """Log the connection's key in."""

    def log_out(self) -> None:
        """Log the connection's key out."""


@dataclass(slots=True)
class Desk:
    """Where requests are answered."""

    world: World
    faults: Faults
    host: str
    port: int
    scanned_tokens: dict[bytes, Account] = field(default_factory=dict)
    password: PasswordCheck | None = None

    def channel(self, peer: Any, caller: Caller) -> ServedChannel:
        """Return the channel that a peer means, if the caller may read it."""
        served = self.world.channels.get(getattr(peer, "channel_id", 0))
        if served is None or getattr(peer, "access_hash", 0) not in {served.access_hash, 0}:
            raise RpcFailure(400, "CHANNEL_INVALID")
        if served.is_banned or (served.is_private and account_of(caller).id not in served.members):
            raise RpcFailure(400, "CHANNEL_PRIVATE")
        return served

    def updates(self, updates: list[Any], caller: Caller, *served: ServedChannel) -> Any:
        """Return updates with the channels that they name."""
        me = account_of(caller)
        return types.Updates(
            updates=updates, users=[tl.user(me, viewer=me)], chats=chats(served, caller), date=self.world.now(), seq=0
        )


Handler = Callable[[Desk, Any, Caller], Any]


def account_of(caller: Caller) -> Account:
    """Return who is logged in.

    Raises:
        RpcFailure: Nobody is.
    """
    if caller.account is None:
        raise RpcFailure(401, "AUTH_KEY_UNREGISTERED")
    return caller.account


def chats(served: Iterable[ServedChannel], caller: Caller) -> list[Any]:
    """Return channels as the caller sees them."""
    me = account_of(caller)
    return [tl.channel(one, me) for one in served]
