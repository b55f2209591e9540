"""Send messages as an account or as a bot: text with its markup, photos, files, albums, answers, edits."""

import hashlib
import mimetypes
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import structlog
from telethon import errors
from telethon.extensions import html as markup
from telethon.tl import functions, types

from monitor.errors import MonitorError, RetryError, SkipError, UnsendableError
from monitor.model.message import File, FileKind, Message
from monitor.model.post import bare_id
from monitor.telegram.client import Account

LONGEST_CAPTION = 1024  # UTF-16 units of the text under a file
_UPLOAD_S = 300.0  # for one file
_UNSURE = timedelta(minutes=5)  # what is neither a flood nor final is tried again after
_SPAM = timedelta(hours=6)  # what Telegram limits for spam stays limited for long
_ADDRESS = re.compile(r"(?P<chat>@\w{4,32}|-?\d{1,20}|me)(?:/(?P<topic>\d{1,10}))?", re.ASCII)
_MARKED = 10**12  # a channel's number n is written -(10**12 + n)

_REFUSED_MARKUP = (errors.EntityBoundsInvalidError, errors.EntitiesTooLongError, errors.EntityMentionUserInvalidError)
_REFUSED_FILES = (
    errors.ChatSendMediaForbiddenError,
    errors.ChatSendPhotosForbiddenError,
    errors.ImageProcessFailedError,
    errors.PhotoInvalidDimensionsError,
)
_UNSENDABLE = (errors.MediaCaptionTooLongError, errors.MessageEmptyError, errors.MessageTooLongError)
_GONE = (
    errors.ForbiddenError,  # no right to write, blocked by the user, removed from the group
    errors.ChannelInvalidError,
    errors.ChannelPrivateError,
    errors.ChatAdminRequiredError,
    errors.ChatIdInvalidError,
    errors.ChatRestrictedError,
    errors.InputUserDeactivatedError,
    errors.PeerIdInvalidError,
    errors.TopicDeletedError,
    errors.UserBannedInChannelError,
    errors.UserIsBlockedError,
    errors.UserIsBotError,
    errors.UsernameInvalidError,
    errors.UsernameNotOccupiedError,
    errors.YouBlockedUserError,
)

_log = structlog.get_logger()


class TelegramCourier:
    """Sends through one account's line. A recipient is ``@name``, a chat's number or ``me``, each also with ``/topic``."""

    def __init__(self, account: Account, *, is_bot: bool = False) -> None:
        self._account = account
        self._is_bot = is_bot
        self._peers: dict[str, Any] = {}

    async def send(self, recipient: str, message: Message) -> str | None:
        """Send ``message`` and return its number; ``None`` where it turns out to have been sent before.

        Raises:
            RetryError: It can be tried again after ``after``; a message is never sent twice by that.
            SkipError: The recipient cannot be reached any more.
            UnsendableError: Telegram takes no such message.
            LostAccountError: The account is logged out.
        """
        match = _ADDRESS.fullmatch(recipient)
        if match is None:
            raise SkipError(f"{recipient} is no address on Telegram; want @name or a chat's number")
        reply = _reply(message.answers, topic=match["topic"])
        try:
            return await self._send_somehow(await self._peer(match["chat"]), message, reply=reply)
        except errors.RandomIdDuplicateError:
            return None
        except errors.RPCError as error:
            raise self._judged(error, recipient, chat=match["chat"]) from error

    async def edit(self, recipient: str, sent: str, message: Message) -> bool:
        """Give a message that was sent another text; ``False`` where it is not there to be changed any more.

        Raises as ``send`` does.
        """
        match = _ADDRESS.fullmatch(recipient)
        if match is None:
            raise SkipError(f"{recipient} is no address on Telegram; want @name or a chat's number")
        text, entities = markup.parse(message.html)
        try:
            peer = await self._peer(match["chat"])
            await self._account.call(
                functions.messages.EditMessageRequest(
                    peer, int(sent), no_webpage=True, message=text, entities=entities or None
                )
            )
        except errors.MessageNotModifiedError:
            return True
        except (errors.MessageIdInvalidError, errors.MessageEditTimeExpiredError, errors.MessageAuthorRequiredError):
            return False
        except errors.RPCError as error:
            raise self._judged(error, recipient, chat=match["chat"]) from error
        return True

    # --- what is sent

    async def _send_somehow(self, peer: Any, message: Message, *, reply: Any) -> str | None:
        """Send a message whole, or else what of it the chat takes: its text without markup, or without the files."""
        try:
            return await self._send(peer, message, reply=reply, is_plain=False)
        except _REFUSED_MARKUP as error:
            _log.warning("markup.refused", reason=_name(error))
            return await self._send(peer, message, reply=reply, is_plain=True)
        except _REFUSED_FILES as error:
            _log.warning("file.refused", reason=_name(error))
            if not message.html:
                return None
            return await self._send(peer, replace(message, files=()), reply=reply, is_plain=False)

    async def _send(self, peer: Any, message: Message, *, reply: Any, is_plain: bool) -> str | None:
        text, entities = markup.parse(message.html)
        if is_plain:
            entities = []
        if message.files and _utf16_length(text) > LONGEST_CAPTION:
            raise UnsendableError(f"the text under {message.files[0].name} is longer than {LONGEST_CAPTION} characters")
        number = _random_id(message.key)
        given = {"reply_to": reply, "entities": entities or None}
        request: Any
        match message.files:
            case ():
                request = functions.messages.SendMessageRequest(peer, text, no_webpage=True, random_id=number, **given)
            case (file,):
                media = await self._uploaded(file)
                request = functions.messages.SendMediaRequest(peer, media, text, random_id=number, **given)
            case files:
                request = await self._album(peer, files, message=message, text=text, given=given)
        return _number(await self._account.call(request), number)

    async def _album(
        self, peer: Any, files: Sequence[File], *, message: Message, text: str, given: Mapping[str, Any]
    ) -> Any:
        parts = []
        for place, file in enumerate(files):
            media = await self._uploaded(file)
            # A part of an album must be known to Telegram before the album is.
            kept = await self._account.call(functions.messages.UploadMediaRequest(peer, media))
            parts.append(
                types.InputSingleMedia(
                    media=_again(kept),
                    message="" if place else text,
                    entities=None if place else given["entities"],
                    random_id=_random_id(f"{message.key}/{place}" if place else message.key),
                )
            )
        return functions.messages.SendMultiMediaRequest(peer, parts, reply_to=given["reply_to"])

    async def _uploaded(self, file: File) -> Any:
        async def upload(client: Any) -> Any:
            return await client.upload_file(file.content, file_name=file.name)

        held = await self._account.run("upload.SaveFilePart", upload, timeout_s=_UPLOAD_S)
        if file.kind is FileKind.PHOTO:
            return types.InputMediaUploadedPhoto(held)
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        return types.InputMediaUploadedDocument(
            held, mime_type=kind, attributes=[types.DocumentAttributeFilename(file.name)], force_file=True
        )

    # --- whom it is for

    async def _peer(self, chat: str) -> Any:
        if chat not in self._peers:
            self._peers[chat] = await self._found(chat)
        return self._peers[chat]

    async def _found(self, chat: str) -> Any:
        if chat == "me":
            return types.InputPeerSelf()
        if chat.startswith("@"):
            resolved = await self._account.call(
                functions.contacts.ResolveUsernameRequest(chat.removeprefix("@")), budget="resolve"
            )
            return _input_peer(resolved.peer, users=resolved.users, chats=resolved.chats)
        number = int(chat)
        if -_MARKED < number < 0:
            return types.InputPeerChat(-number)
        if self._is_bot:  # a bot reaches whom it has met without an access hash
            return types.InputPeerUser(number, 0) if number > 0 else types.InputPeerChannel(bare_id(number), 0)
        peer = types.PeerUser(number) if number > 0 else types.PeerChannel(bare_id(number))
        return await self._among_dialogs(peer, chat=chat)

    async def _among_dialogs(self, peer: Any, *, chat: str) -> Any:
        """Return a chat by its number, with the access hash that only the list of the account's chats has."""

        async def find(client: Any) -> Any:
            async for dialog in client.iter_dialogs():
                if dialog.dialog.peer == peer:
                    return dialog.input_entity
            return None

        found = await self._account.run("messages.GetDialogs", find, timeout_s=_UPLOAD_S)
        if found is None:
            raise SkipError(f"{chat} is none of this account's chats; join it first, or name it by its @name")
        return found

    def _judged(self, error: errors.RPCError, recipient: str, *, chat: str) -> MonitorError:
        """Return what follows for the message or the recipient from what Telegram refused."""
        name = _name(error)
        if isinstance(error, _GONE):
            self._peers.pop(chat, None)
            return SkipError(f"{recipient} cannot be reached on Telegram: {name}")
        if isinstance(error, _UNSENDABLE):
            return UnsendableError(f"Telegram takes no such message: {name}")
        after = _SPAM if isinstance(error, errors.PeerFloodError) else _UNSURE
        return RetryError(f"{recipient}: Telegram refused the message: {name}", after=after)


def _name(error: Exception) -> str:
    return type(error).__name__.removesuffix("Error")


def _reply(answers: str | None, *, topic: str | None) -> Any:
    """Return what a message answers; one for a topic of a group answers the message that opened it."""
    if answers is None and topic is None:
        return None
    return types.InputReplyToMessage(
        int(answers or topic or 0), top_msg_id=int(topic) if answers is not None and topic is not None else None
    )


def _input_peer(peer: Any, *, users: Sequence[Any], chats: Sequence[Any]) -> Any:
    match peer:
        case types.PeerUser():
            return next(types.InputPeerUser(one.id, one.access_hash or 0) for one in users if one.id == peer.user_id)
        case types.PeerChannel():
            return next(
                types.InputPeerChannel(one.id, one.access_hash or 0) for one in chats if one.id == peer.channel_id
            )
        case _:
            return types.InputPeerChat(peer.chat_id)


def _random_id(key: str) -> int:
    """Return the number by which Telegram knows a message again: the same for the same key."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big", signed=True) or 1


def _number(told: Any, random_id: int) -> str | None:
    """Return the number that a message was given."""
    if isinstance(told, types.UpdateShortSentMessage):
        return str(told.id)
    numbers = (
        one.id
        for one in getattr(told, "updates", ())
        if isinstance(one, types.UpdateMessageID) and one.random_id == random_id
    )
    return next((str(number) for number in numbers), None)


def _again(kept: Any) -> Any:
    """Name a file that Telegram has already."""
    if isinstance(kept, types.MessageMediaPhoto):
        photo = kept.photo
        return types.InputMediaPhoto(types.InputPhoto(photo.id, photo.access_hash, photo.file_reference))
    document = kept.document
    return types.InputMediaDocument(types.InputDocument(document.id, document.access_hash, document.file_reference))


def _utf16_length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
