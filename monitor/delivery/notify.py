"""Messages by e-mail, Slack, Discord, Matrix, webhooks and the like, through Apprise (the extra ``notify``)."""

import asyncio
import mimetypes
import re
from datetime import timedelta
from html import unescape
from typing import Any

from monitor.errors import RetryError, SkipError
from monitor.model.message import File, Message

_SEND_S = 120.0  # for one message with its files; what takes longer goes on in its thread and is taken for not sent
_RETRY = timedelta(minutes=5)
_TAG = re.compile(r"<[^>]*>")


class AppriseCourier:
    """Sends to an Apprise address (``mailto://…``, ``slack://…``, ``json://…``).

    None of those services can tell a second copy of a message: one that was sent by a process that died before it could
    say so comes twice.
    """

    async def send(self, recipient: str, message: Message) -> str | None:
        """Send ``message``; there is no number to return.

        Raises:
            RetryError: The service did not take it now.
            SkipError: The address is none, or Apprise is not installed. The message does not show the address.
        """
        try:
            async with asyncio.timeout(_SEND_S):
                is_sent = await asyncio.to_thread(_notify, recipient, message)
        except TimeoutError as error:
            raise RetryError(f"no answer in {_SEND_S:.0f} s", after=_RETRY) from error
        if not is_sent:
            raise RetryError("the service did not take the message", after=_RETRY)
        return None


def _notify(address: str, message: Message) -> bool:
    try:
        import apprise  # noqa: PLC0415 - an extra, which takes half a second to load
    except ModuleNotFoundError as error:
        raise SkipError("sending there needs Apprise: pip install 'conflict-monitor[notify]'") from error
    service = apprise.Apprise.instantiate(address)
    if service is None:
        raise SkipError("the address is none that Apprise knows")
    sender = apprise.Apprise()
    sender.add(service)
    title, body = _title_and_body(message)
    attached = apprise.AppriseAttachment()
    for file in message.files:
        attached.add(_attachment(file))
    sent = sender.notify(
        title=title, body=body, body_format=apprise.NotifyFormat.HTML, attach=attached if message.files else None
    )
    return bool(sent)


def _title_and_body(message: Message) -> tuple[str, str]:
    """Return the first line as a title and the rest as HTML; a message of one line has no title."""
    first, _, rest = (message.html or message.files[0].name).partition("\n")
    if not rest.strip():
        return "", first
    return unescape(_TAG.sub("", first)), rest.strip("\n").replace("\n", "<br/>\n")


def _attachment(file: File) -> Any:  # noqa: ANN401 - Apprise's own
    from apprise.attachment import memory  # noqa: PLC0415 - as above

    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    make: Any = memory.AttachMemory  # it has types, but not all of them
    return make(content=file.content, name=file.name, mimetype=kind)
