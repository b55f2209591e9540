"""What clients send: text with entities, files, albums, edits."""

import os
from collections.abc import Mapping, Sequence
from typing import Any

from telethon.tl import functions, types

from tests.telegram_server import tl
from tests.telegram_server.desk import Caller, Desk, Handler, RpcFailure, account_of
from tests.telegram_server.world import SentMessage

LONGEST_TEXT = 4096  # UTF-16 units
LONGEST_CAPTION = 1024  # UTF-16 units
LARGEST_ALBUM = 10


def _send_message(desk: Desk, request: Any, caller: Caller) -> Any:
    if not request.message:
        raise RpcFailure(400, "MESSAGE_EMPTY")
    return _sent(desk, request, caller, longest=LONGEST_TEXT)


def _send_media(desk: Desk, request: Any, caller: Caller) -> Any:
    content, name = _uploaded(desk, request.media)
    return _sent(desk, request, caller, longest=LONGEST_CAPTION, media=content, file_name=name)


def _send_album(desk: Desk, request: Any, caller: Caller) -> Any:
    if len(request.multi_media) > LARGEST_ALBUM:
        raise RpcFailure(400, "MULTI_MEDIA_TOO_LONG")
    group = int.from_bytes(os.urandom(7), "big")
    parts = [(one, _uploaded(desk, one.media)) for one in request.multi_media]
    for one, _ in parts:
        _check(one.message, one.entities, longest=LONGEST_CAPTION)
        _take_random_id(one.random_id, caller)
    updates = []
    for one, (content, name) in parts:
        sent = desk.world.keep_sent(
            account_of(caller), request.peer, one.message, one.entities or [],
            media=content, file_name=name, reply_to=_replied(request), grouped_id=group,
        )  # fmt: skip
        updates += _told(desk, sent, one.random_id)
    return desk.updates(updates, caller, *_where(desk, request.peer))


def _upload_media(desk: Desk, request: Any, _caller: Caller) -> Any:
    """Keep an uploaded file under an id, for a part of an album to name."""
    content, name = _uploaded(desk, request.media)
    key = int.from_bytes(os.urandom(7), "big")
    desk.world.files[key] = {0: content or b""}
    if isinstance(request.media, types.InputMediaUploadedPhoto):
        size = types.PhotoSize(type="x", w=1, h=1, size=len(content or b""))
        photo = types.Photo(id=key, access_hash=1, file_reference=b"", date=None, sizes=[size], dc_id=tl.DC_ID)
        return types.MessageMediaPhoto(photo=photo)
    document = types.Document(
        id=key, access_hash=1, file_reference=b"", date=None, mime_type="application/octet-stream",
        size=len(content or b""), dc_id=tl.DC_ID, attributes=[] if name is None else [types.DocumentAttributeFilename(name)],
    )  # fmt: skip
    return types.MessageMediaDocument(document=document)


def _uploaded(desk: Desk, media: Any) -> tuple[bytes | None, str | None]:
    """Return the content and the name of a file that was uploaded before."""
    held = getattr(media, "file", None) or getattr(media, "id", None)
    parts = desk.world.files.get(getattr(held, "id", None) or 0, {})
    total = getattr(held, "parts", None)
    if not parts or (total is not None and sorted(parts) != list(range(total))):
        raise RpcFailure(400, "FILE_PARTS_INVALID")
    names = [one.file_name for one in getattr(media, "attributes", ()) or () if hasattr(one, "file_name")]
    name = (names or [getattr(held, "name", None)])[0]
    return b"".join(parts[number] for number in sorted(parts)), name


def _sent(
    desk: Desk, request: Any, caller: Caller, *, longest: int, media: bytes | None = None, file_name: str | None = None
) -> Any:
    _check(request.message, request.entities, longest=longest)
    _take_random_id(request.random_id, caller)
    sent = desk.world.keep_sent(
        account_of(caller), request.peer, request.message, request.entities or [],
        media=media, file_name=file_name, reply_to=_replied(request),
    )  # fmt: skip
    return desk.updates(_told(desk, sent, request.random_id), caller, *_where(desk, request.peer))


def _check(text: str, entities: Sequence[Any] | None, *, longest: int) -> None:
    units = len(text.encode("utf-16-le")) // 2
    if units > longest:
        raise RpcFailure(400, "MESSAGE_TOO_LONG" if longest == LONGEST_TEXT else "MEDIA_CAPTION_TOO_LONG")
    if any(one.offset < 0 or one.length < 1 or one.offset + one.length > units for one in entities or ()):
        raise RpcFailure(400, "ENTITY_BOUNDS_INVALID")


def _take_random_id(random_id: int, caller: Caller) -> None:
    """Refuse to send the same message a second time, as Telegram does when a client repeats a request."""
    taken = account_of(caller).random_ids
    if random_id in taken:
        raise RpcFailure(500, "RANDOM_ID_DUPLICATE")
    taken.add(random_id)


def _replied(request: Any) -> int | None:
    number: int | None = getattr(request.reply_to, "reply_to_msg_id", None)
    return number


def _where(desk: Desk, peer: Any) -> list[Any]:
    served = desk.world.channels.get(getattr(peer, "channel_id", 0))
    return [] if served is None else [served]


def _told(desk: Desk, sent: SentMessage, random_id: int) -> list[Any]:
    message, is_channel = _message(desk, sent)
    if is_channel:
        return [types.UpdateMessageID(sent.id, random_id), types.UpdateNewChannelMessage(message, 1, 0)]
    return [types.UpdateMessageID(sent.id, random_id), types.UpdateNewMessage(message, 1, 0)]


def _message(desk: Desk, sent: SentMessage) -> tuple[Any, bool]:
    peer = sent.peer
    if isinstance(peer, types.InputPeerChannel):
        whom: Any = types.PeerChannel(peer.channel_id)
    elif isinstance(peer, types.InputPeerChat):
        whom = types.PeerChat(peer.chat_id)
    else:
        whom = types.PeerUser(getattr(peer, "user_id", desk.world.account.id))
    reply = None if sent.reply_to is None else types.MessageReplyHeader(reply_to_msg_id=sent.reply_to)
    message = types.Message(
        id=sent.id, peer_id=whom, date=desk.world.now(), message=sent.text, out=True, entities=sent.entities or None,
        grouped_id=sent.grouped_id, reply_to=reply,
    )  # fmt: skip
    return message, isinstance(peer, types.InputPeerChannel)


def _edit_message(desk: Desk, request: Any, caller: Caller) -> Any:
    sent = next((one for one in account_of(caller).sent if one.id == request.id), None)
    if sent is None:
        raise RpcFailure(400, "MESSAGE_ID_INVALID")
    text = request.message or sent.text
    if text == sent.text and (request.entities or []) == sent.entities:
        raise RpcFailure(400, "MESSAGE_NOT_MODIFIED")
    _check(text, request.entities, longest=LONGEST_TEXT if sent.media is None else LONGEST_CAPTION)
    sent.text, sent.entities, sent.is_edited = text, request.entities or [], True
    message, is_channel = _message(desk, sent)
    kind = types.UpdateEditChannelMessage if is_channel else types.UpdateEditMessage
    return desk.updates([kind(message, 1, 0)], caller, *_where(desk, sent.peer))


def _save_part(desk: Desk, request: Any, _caller: Caller) -> Any:
    desk.world.files.setdefault(request.file_id, {})[request.file_part] = request.bytes
    return True


HANDLERS: Mapping[type, Handler] = {
    functions.messages.SendMessageRequest: _send_message,
    functions.messages.SendMediaRequest: _send_media,
    functions.messages.SendMultiMediaRequest: _send_album,
    functions.messages.UploadMediaRequest: _upload_media,
    functions.messages.EditMessageRequest: _edit_message,
    functions.upload.SaveFilePartRequest: _save_part,
    functions.upload.SaveBigFilePartRequest: _save_part,
}
