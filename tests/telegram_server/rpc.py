"""Who answers which request. A request that is not known is answered with an error that names it."""

from collections.abc import Mapping
from typing import Any

from tests.telegram_server import chats, history, login, sending
from tests.telegram_server.desk import Caller, Desk, Handler, RpcFailure, account_of

_HANDLERS: Mapping[type, Handler] = {
    **login.OPEN,
    **login.HANDLERS,
    **chats.HANDLERS,
    **history.HANDLERS,
    **sending.HANDLERS,
}


def answer(desk: Desk, request: Any, caller: Caller) -> Any:
    """Return the result of ``request``.

    Raises:
        RpcFailure: Telegram would refuse.
    """
    handler = _HANDLERS.get(type(request))
    if handler is None:
        raise RpcFailure(400, f"LOOPBACK_HAS_NO_{type(request).__name__}")
    if type(request) not in login.OPEN:
        account_of(caller)
    return handler(desk, request, caller)
