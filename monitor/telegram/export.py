r"""Telegram Desktop's exports: result.json of one chat, or of a whole account with a list of chats.

Source: what the JSON writer of Telegram Desktop writes (Telegram/SourceFiles/export/output/export_output_json.cpp, read
2026-11-25). It names a channel by number and title only, drops the album of a photo, and writes control characters as \xHH,
which is no JSON.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Final

from monitor.model.post import Entity, Forward, Media, Observation, PostRef, Reaction, Span
from monitor.telegram.fields import (
    BrokenRecord,
    KnownChannels,
    Record,
    RecordError,
    clean,
    decode,
    in_range,
    number_or_none,
    text_or_none,
)
from monitor.telegram.jsonstream import BrokenOffError, ByteSource, JsonStream

LONGEST_RECORD: Final = 16 * 1024 * 1024  # bytes; the longest text that Telegram takes is 16 kB
_LONGEST_HEAD = 64 * 1024  # bytes of a chat's name, type or number

_BAD_ESCAPE = re.compile(rb"(?<!\\)((?:\\\\)*)\\x([0-9A-Fa-f]{2})")
_PEER = re.compile(r"(channel|chat|user)([0-9]{1,18})", re.ASCII)
_CHANNEL_TYPES = frozenset({"public_channel", "private_channel"})
_KINDS = {
    "video_file": "video",
    "video_message": "video",
    "voice_message": "voice",
    "audio_file": "audio",
    "sticker": "sticker",
    "animation": "animation",
}
_OTHER_MEDIA = ("location_information", "contact_information", "game_title", "invoice_information", "place_name")
_SAME_KIND = {"link": "url", "mention_name": "text_mention"}  # the rest has one name everywhere


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """Something in an export that is no post of a channel: ``what`` is the plural that a report counts."""

    what: str


@dataclass(slots=True)
class _Chat:
    name: str | None = None
    kind: str | None = None
    number: int | None = None


Item = Observation | BrokenRecord | Skipped


def read_export(source: ByteSource, *, file: str, known: KnownChannels) -> Iterator[Item]:
    """Yield what an export holds, in its order, one record in memory at a time.

    A post was seen when it was last edited, or posted: never when the file is read. Posts are not grouped into albums: an
    export does not say which belong together, and a caption reads the same alone.
    """
    stream = JsonStream(source)
    try:
        yield from _read_chat(stream, file=file, known=known, is_root=True)
        stream.end()
    except BrokenOffError as error:
        yield BrokenRecord(
            file=file, line=stream.line, reason=f"{error}; what stands before is taken, the rest is lost"
        )


def _read_chat(stream: JsonStream, *, file: str, known: KnownChannels, is_root: bool = False) -> Iterator[Item]:
    """Read one chat; the root is one too, or holds lists of them."""
    chat = _Chat()
    line = stream.line
    holds_posts = False
    for key in stream.members():
        if key in {"name", "type", "id"}:
            problem = _read_head(stream, chat, key)
            if problem is not None:
                yield BrokenRecord(file=file, line=line, reason=problem)
        elif key == "messages":
            holds_posts = True
            yield from _read_messages(stream, chat, file=file, known=known, is_root=is_root)
        elif is_root and key in {"chats", "left_chats"} and stream.begins_with(b"{"):
            holds_posts = True
            yield from _read_chats(stream, file=file, known=known)
        else:
            stream.skip()
    if is_root and not holds_posts:
        reason = 'neither "messages" nor "chats" is in it: no export of Telegram Desktop'
        yield BrokenRecord(file=file, line=line, reason=reason)


def _read_chats(stream: JsonStream, *, file: str, known: KnownChannels) -> Iterator[Item]:
    for key in stream.members():
        if key == "list" and stream.begins_with(b"["):
            for number in stream.elements():
                if stream.begins_with(b"{"):
                    yield from _read_chat(stream, file=file, known=known)
                else:
                    yield BrokenRecord(file=file, line=stream.line, reason=f"chat {number} is no object")
                    stream.skip()
        else:
            stream.skip()


def _read_head(stream: JsonStream, chat: _Chat, key: str) -> str | None:
    """Take in what a chat says of itself; return what is wrong with it."""
    try:
        head = {key: decode(_escaped(stream.value(longest=_LONGEST_HEAD)))}
        if key == "name":
            chat.name = text_or_none(head, key)
        elif key == "type":
            chat.kind = text_or_none(head, key)
        else:
            chat.number = number_or_none(head, key, least=1)
    except RecordError as error:
        return f"the chat's {key}: {error}"
    return None


def _read_messages(
    stream: JsonStream, chat: _Chat, *, file: str, known: KnownChannels, is_root: bool
) -> Iterator[Item]:
    problem = None
    channel = known.find(number=chat.number, name=chat.name) or (None if chat.number is None else str(chat.number))
    if chat.kind not in _CHANNEL_TYPES and not is_root:
        yield Skipped(what="chats that are no channels")
    elif chat.kind not in _CHANNEL_TYPES and chat.kind is not None:
        problem = f"the chat is a {clean(chat.kind)[:40]!r}, no channel; nothing of it is taken"
    elif not stream.begins_with(b"["):
        problem = '"messages" is no list'
    elif channel is None:
        problem = "the chat's number does not stand before its messages, and no channel of its name is declared"
    else:
        yield from _read_posts(stream, channel=channel, file=file, known=known)
        return
    if problem is not None:
        yield BrokenRecord(file=file, line=stream.line, reason=problem)
    stream.skip()


def _read_posts(stream: JsonStream, *, channel: str, file: str, known: KnownChannels) -> Iterator[Item]:
    for number in stream.elements():
        line = stream.line
        try:
            message = decode(_escaped(stream.value(longest=LONGEST_RECORD)))
            yield _read_message(message, channel=channel, known=known)
        except RecordError as error:
            yield BrokenRecord(file=file, line=line, record=number, reason=str(error))


def _escaped(raw: bytes) -> bytes:
    r"""Return JSON where Telegram Desktop wrote a control character as \xHH."""
    return _BAD_ESCAPE.sub(rb"\1\\u00\2", raw) if b"\\x" in raw else raw


def _read_message(message: object, *, channel: str, known: KnownChannels) -> Observation | Skipped:
    if not isinstance(message, dict):
        raise RecordError("not a JSON object")
    kind = message.get("type")
    if kind == "service":
        return Skipped(what="service messages")
    if kind == "unsupported":
        return Skipped(what="messages that the exporting version did not know")
    if kind != "message":
        raise RecordError('"type" is not message, service or unsupported')
    message_id = number_or_none(message, "id", least=1)
    if message_id is None:
        raise RecordError('no "id"')
    date = _instant(message, "date")
    if date is None:
        raise RecordError('no "date_unixtime" and no "date"')
    edit_date = _instant(message, "edited")
    text, entities = _read_text(message)
    return Observation(
        ref=PostRef(channel=channel, message_id=message_id),
        observed_at=date if edit_date is None else max(date, edit_date),
        date=date,
        text=text,
        entities=entities,
        edit_date=edit_date,
        forward=_forward(message, known=known),
        # A reply to another chat's message is no reply within this channel.
        reply_to=None if "reply_to_peer_id" in message else number_or_none(message, "reply_to_message_id"),
        media=_media(message),
        reactions=_reactions(message),
    )


def _instant(message: Record, name: str) -> datetime | None:
    """Return an instant; where an old export gives only the exporting machine's local time, that time taken as UTC."""
    unix = message.get(f"{name}_unixtime")
    if unix is None:
        local = message.get(name)
        if local is None:
            return None
        try:
            naive = datetime.fromisoformat(local) if isinstance(local, str) else None
        except ValueError:
            naive = None
        if naive is None:
            raise RecordError(f'"{name}" is no date')
        return in_range(naive.replace(tzinfo=UTC) if naive.tzinfo is None else naive, name)
    if not re.fullmatch(r"[0-9]{1,12}", str(unix), re.ASCII):
        raise RecordError(f'"{name}_unixtime" is no number of seconds')
    return in_range(datetime.fromtimestamp(int(unix), tz=UTC), name)


def _read_text(message: Record) -> tuple[str, tuple[Entity, ...]]:
    """Return the text and its markup, from the pieces that the export cuts it into at each change of markup."""
    if "text" not in message:
        raise RecordError('no "text"')
    text, entities = _join(message["text"])
    if isinstance(message.get("text_entities"), list):
        same, marked = _join(message["text_entities"])
        if same == text:
            return text, marked
    return text, entities


def _join(pieces: object) -> tuple[str, tuple[Entity, ...]]:
    if isinstance(pieces, str):
        return clean(pieces), ()
    if not isinstance(pieces, list):
        raise RecordError('"text" is neither a text nor a list of pieces')
    texts, entities, at = [], [], 0
    for piece in pieces:
        kind = "plain" if isinstance(piece, str) else piece.get("type") if isinstance(piece, dict) else None
        text = piece if isinstance(piece, str) else piece.get("text") if isinstance(piece, dict) else None
        if not isinstance(kind, str) or not isinstance(text, str):
            raise RecordError('a piece of "text" is neither a text nor an object with "type" and "text"')
        texts.append(clean(text))
        if kind != "plain" and text:
            url = text_or_none(piece, "href") if kind == "text_link" else None
            span = Span(start=at, end=at + len(text))
            entities.append(Entity(kind=_SAME_KIND.get(kind, clean(kind)), span=span, url=url))
        at += len(text)
    return "".join(texts), tuple(entities)


def _forward(message: Record, *, known: KnownChannels) -> Forward | None:
    if not message.keys() & {"forwarded_from", "forwarded_from_id", "saved_from"}:
        return None
    name = text_or_none(message, "forwarded_from") or text_or_none(message, "saved_from")
    peer = _PEER.fullmatch(text_or_none(message, "forwarded_from_id") or "")
    if peer is not None and peer[1] == "channel":
        return Forward(channel=known.key_of(int(peer[2])), name=name)
    return Forward(channel=None if peer is not None else known.find(number=None, name=name), name=name)


def _media(message: Record) -> Media | None:
    if "photo" in message:
        name, size = text_or_none(message, "photo"), number_or_none(message, "photo_file_size")
        return Media(kind="photo", file_name=_file_name(name), size=size)
    if "file" in message or "media_type" in message:
        kind = _KINDS.get(text_or_none(message, "media_type") or "", "document")
        name = text_or_none(message, "file_name") or _file_name(text_or_none(message, "file"))
        return Media(kind=kind, file_name=name, size=number_or_none(message, "file_size"))
    if "poll" in message:
        return Media(kind="poll", poll_text=_poll_text(message["poll"]))
    return Media(kind="other") if any(name in message for name in _OTHER_MEDIA) else None


def _poll_text(poll: object) -> str | None:
    """Return a poll's question and answers, one a line, as far as the export gives them."""
    if not isinstance(poll, dict):
        return None
    answers = poll.get("answers")
    parts = [poll, *(answers if isinstance(answers, list) else ())]
    texts = [part.get("question", part.get("text")) for part in parts if isinstance(part, dict)]
    return "\n".join(_join(text)[0] for text in texts if isinstance(text, str | list)) or None


def _reactions(message: Record) -> tuple[Reaction, ...]:
    """Return the reactions counted; one without an emoji of its own goes by its document or its type."""
    reactions = message.get("reactions")
    if not isinstance(reactions, list):
        return ()
    found = []
    for one in reactions:
        if isinstance(one, dict) and (count := number_or_none(one, "count")) is not None:
            name = next((text for key in ("emoji", "document_id", "type") if (text := text_or_none(one, key))), None)
            if name is not None:
                found.append(Reaction(emoji=name, count=count))
    return tuple(found)


def _file_name(path: str | None) -> str | None:
    """Return the last part of a path in the export's folder; a remark in brackets stands where no file was exported."""
    return None if path is None or path.startswith("(") else PurePosixPath(path).name or None
