"""Telethon's messages as observations. Pure; the only place where Telegram's own shapes are read.

Telegram counts UTF-16 units in entities and marks channels by a bare id; observations count code points and name a channel
by its key.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from telethon.tl import types

from monitor.model.post import Entity, Forward, Media, Observation, PostRef, Reaction, Span

# Telethon's entity classes by the names that exports use; others carry nothing that a reader needs.
_ENTITIES: Mapping[type, str] = {
    types.MessageEntityBold: "bold",
    types.MessageEntityItalic: "italic",
    types.MessageEntityUnderline: "underline",
    types.MessageEntityStrike: "strikethrough",
    types.MessageEntitySpoiler: "spoiler",
    types.MessageEntityBlockquote: "blockquote",
    types.MessageEntityCode: "code",
    types.MessageEntityPre: "pre",
    types.MessageEntityUrl: "link",
    types.MessageEntityTextUrl: "text_link",
    types.MessageEntityMention: "mention",
    types.MessageEntityHashtag: "hashtag",
}


def observation(
    message: Any,
    *,
    channel: str,
    observed_at: datetime,
    names: Mapping[int, str],
    titles: Mapping[int, str] = MappingProxyType({}),
    content_hash: str | None = None,
) -> Observation:
    """Return what was seen of a post.

    Args:
        message: A ``telethon.tl.types.Message`` of a channel.
        channel: The key of the channel it stands in.
        observed_at: When it was seen.
        names: Keys of channels by bare id: what forwards came from, as far as it is known.
        titles: Titles of channels by bare id, likewise.
        content_hash: SHA-256 of its media, where that was fetched.
    """
    return Observation(
        ref=PostRef(channel=channel, message_id=message.id),
        observed_at=observed_at,
        date=_instant(message.date),
        text=message.message or "",
        entities=entities(message.message or "", message.entities or ()),
        edit_date=_instant(message.edit_date),
        forward=_forward(message.fwd_from, names=names, titles=titles),
        reply_to=getattr(message.reply_to, "reply_to_msg_id", None),
        grouped_id=message.grouped_id,
        media=media(message.media, content_hash=content_hash),
        views=message.views,
        forwards=message.forwards,
        reactions=_reactions(message.reactions),
    )


def gone(message_id: int, *, channel: str, observed_at: datetime) -> Observation:
    """Return that a post was no longer there."""
    return Observation(ref=PostRef(channel=channel, message_id=message_id), observed_at=observed_at, is_gone=True)


def handles(chats: Iterable[Any]) -> dict[int, str]:
    """Return the public names of the channels that came with an answer or an update, by bare id."""
    return {chat.id: chat.username for chat in chats if isinstance(chat, types.Channel) and chat.username is not None}


def channel_titles(chats: Iterable[Any]) -> dict[int, str]:
    """Return the titles of the channels that came with an answer or an update, by bare id."""
    return {chat.id: chat.title for chat in chats if isinstance(chat, types.Channel) and chat.title}


def _instant(value: datetime | None) -> datetime | None:
    # Telegram's zero date means none.
    return None if value is None or value.timestamp() <= 0 else value.astimezone(UTC)


def entities(text: str, found: Sequence[Any]) -> tuple[Entity, ...]:
    """Return the markup of ``text`` over code points; what Telegram places outside the text is left out."""
    if not found:
        return ()
    points = _code_points(text)
    result = []
    for entity in found:
        kind = _ENTITIES.get(type(entity))
        first, last = entity.offset, entity.offset + entity.length
        if kind is None or first < 0 or last >= len(points) or first >= last:
            continue
        span = Span(start=points[first], end=points[last])
        if span.start < span.end:
            result.append(Entity(kind=kind, span=span, url=getattr(entity, "url", None)))
    return tuple(result)


def _code_points(text: str) -> list[int]:
    """Return the code point at each UTF-16 offset, and the text's length at its end."""
    points = []
    for index, char in enumerate(text):
        points += [index, index] if ord(char) > 0xFFFF else [index]
    points.append(len(text))
    return points


def _forward(header: Any, *, names: Mapping[int, str], titles: Mapping[int, str]) -> Forward | None:
    if header is None:
        return None
    channel, title = None, None
    if isinstance(header.from_id, types.PeerChannel):
        number = header.from_id.channel_id
        channel, title = names.get(number, str(number)), titles.get(number)
    return Forward(
        channel=channel,
        message_id=header.channel_post,
        date=_instant(header.date),
        name=header.from_name or title,
    )


def media(held: Any, *, content_hash: str | None = None) -> Media | None:
    """Return what hangs on a message, ``None`` for nothing or for the preview of a link."""
    match held:
        case types.MessageMediaPhoto(photo=types.Photo() as photo):
            # A progressive picture is one file, whose sizes are its previews and, last, its whole.
            sizes = [max(getattr(size, "sizes", [getattr(size, "size", 0)])) for size in photo.sizes]
            return Media(kind="photo", size=max(sizes, default=0) or None, content_hash=content_hash)
        case types.MessageMediaDocument(document=types.Document() as document):
            return _document(document, content_hash)
        case types.MessageMediaPoll():
            lines = [held.poll.question.text, *(answer.text.text for answer in held.poll.answers)]
            return Media(kind="poll", poll_text="\n".join(lines))
        case None | types.MessageMediaEmpty() | types.MessageMediaWebPage():
            return None
        case _:
            return Media(kind="other")


def _document(document: Any, content_hash: str | None) -> Media:
    kind, file_name = "document", None
    for attribute in document.attributes:
        match attribute:
            case types.DocumentAttributeFilename():
                file_name = attribute.file_name
            case types.DocumentAttributeAnimated():
                kind = "animation"
            case types.DocumentAttributeSticker():
                kind = "sticker"
            case types.DocumentAttributeVideo() if kind == "document":
                kind = "video"
            case types.DocumentAttributeAudio():
                kind = "voice" if attribute.voice else "audio"
            case _:
                pass
    return Media(kind=kind, file_name=file_name, size=document.size, content_hash=content_hash)


def _reactions(held: Any) -> tuple[Reaction, ...]:
    if held is None:
        return ()
    counts: dict[str, int] = {}
    for result in held.results:
        reaction = result.reaction
        name = getattr(reaction, "emoticon", None) or str(getattr(reaction, "document_id", "") or "paid")
        counts[name] = counts.get(name, 0) + result.count
    return tuple(sorted(Reaction(emoji=name, count=count) for name, count in counts.items()))
