"""Post lines: one post a line with all that was seen of it, as ``monitor posts`` prints them."""

import re
from dataclasses import replace

from monitor.model.post import Entity, Forward, Media, Observation, PostRef, Reaction, Span
from monitor.telegram.fields import (
    KnownChannels,
    Record,
    RecordError,
    channel_key,
    clean,
    decode,
    instant_or_none,
    number_or_none,
    text_or_none,
)

_MEDIA_KINDS = frozenset({"photo", "video", "document", "audio", "voice", "sticker", "animation", "poll", "other"})


def read_post_line(raw: str | bytes, *, known: KnownChannels) -> tuple[Observation, ...]:
    """Return what a post line says was seen, oldest first.

    A line without revisions was seen when it was last edited, or posted: never when it is read, so that reading it
    again, or in another order, says the same.

    Raises:
        RecordError: The line is no usable post line.
    """
    line = decode(raw)
    if not isinstance(line, dict):
        raise RecordError("not a JSON object")
    ref = _ref(line, known=known)
    date = instant_or_none(line, "date")
    if date is None:
        raise RecordError('no "date"')
    if "text" not in line:
        raise RecordError('no "text"')
    text = text_or_none(line, "text") or ""
    edit_date = instant_or_none(line, "edit_date")
    seen = Observation(
        ref=ref,
        observed_at=date if edit_date is None else max(date, edit_date),
        date=date,
        text=text,
        entities=_entities(line, text=text),
        edit_date=edit_date,
        forward=_forward(line, known=known),
        reply_to=number_or_none(line, "reply_to", least=1),
        grouped_id=number_or_none(line, "grouped_id"),
        media=_media(line),
        views=number_or_none(line, "views"),
        forwards=number_or_none(line, "forwards"),
        reactions=_reactions(line),
    )
    sightings = (seen,) if line.get("revisions") is None else _revisions(line["revisions"], last=seen)
    deleted_at = instant_or_none(line, "deleted_at")
    if deleted_at is None:
        return sightings
    return (*sightings, Observation(ref=ref, observed_at=deleted_at, is_gone=True))


def _ref(line: Record, *, known: KnownChannels) -> PostRef:
    number = "message_id" if line.get("message_id") is not None else "id"
    if line.get("channel") is None and isinstance(line.get("id"), str):
        try:
            ref = PostRef.parse(line["id"])
        except ValueError as error:
            raise RecordError('no "channel", and "id" is not channel/message_id') from error
        return replace(ref, channel=channel_key(ref.channel, known=known))
    if line.get("channel") is None:
        raise RecordError('no "channel"')
    message_id = number_or_none(line, number, least=1)
    if message_id is None:
        raise RecordError('no "message_id"')
    return PostRef(channel=channel_key(line["channel"], known=known), message_id=message_id)


def _revisions(revisions: object, *, last: Observation) -> tuple[Observation, ...]:
    """Return one sighting a revision; only the last carries the line's own markup and edit date."""
    if not isinstance(revisions, list) or not revisions or not all(isinstance(one, dict) for one in revisions):
        raise RecordError('"revisions" is no list of texts')
    sightings: list[Observation] = []
    for number, one in enumerate(revisions, start=1):
        observed_at = instant_or_none(one, "observed_at")
        text = text_or_none(one, "text")
        if observed_at is None or text is None:
            raise RecordError('a revision needs "text" and "observed_at"')
        is_last = number == len(revisions)
        if is_last and text != last.text:
            raise RecordError('"text" is not the text of the last revision')
        edit_date = instant_or_none(one, "edit_date")
        seen = replace(
            last,
            observed_at=observed_at,
            text=text,
            entities=last.entities if is_last else (),
            edit_date=last.edit_date if is_last and edit_date is None else edit_date,
        )
        sightings.append(seen)
    return tuple(sightings)


def _forward(line: Record, *, known: KnownChannels) -> Forward | None:
    header = line.get("fwd_from")
    if header is None:
        return None
    if isinstance(header, str):
        return _named(header, known=known)
    if not isinstance(header, dict):
        raise RecordError('"fwd_from" is neither a channel name nor an object')
    given = header.get("channel")
    forward = Forward() if given is None else _named(given, known=known)
    return replace(
        forward,
        message_id=number_or_none(header, "message_id", least=1),
        date=instant_or_none(header, "date"),
        name=text_or_none(header, "name") or forward.name,
    )


def _named(given: object, *, known: KnownChannels) -> Forward:
    """Return a forward from a channel; from a mere title where it can be no channel's name."""
    if isinstance(given, str) and not re.fullmatch(r"\S+", given.strip()):
        return Forward(name=clean(given.strip()) or None)
    try:
        return Forward(channel=channel_key(given, known=known))
    except RecordError as error:
        if isinstance(given, str):
            return Forward(name=clean(given))
        raise RecordError('"fwd_from" names no channel') from error


def _media(line: Record) -> Media | None:
    media = line.get("media")
    if media is None:
        return None
    if not isinstance(media, dict) or media.get("kind") not in _MEDIA_KINDS:
        raise RecordError('"media" has no known "kind"')
    return Media(
        kind=media["kind"],
        file_name=text_or_none(media, "file_name"),
        size=number_or_none(media, "size"),
        content_hash=text_or_none(media, "content_hash"),
        poll_text=text_or_none(media, "poll_text"),
    )


def _reactions(line: Record) -> tuple[Reaction, ...]:
    reactions = line.get("reactions")
    if reactions is None:
        return ()
    if not isinstance(reactions, list) or not all(isinstance(one, dict) for one in reactions):
        raise RecordError('"reactions" is no list')
    found = []
    for one in reactions:
        emoji, count = text_or_none(one, "emoji"), number_or_none(one, "count")
        if not emoji or count is None:
            raise RecordError('a reaction needs "emoji" and "count"')
        found.append(Reaction(emoji=emoji, count=count))
    return tuple(found)


def _entities(line: Record, *, text: str) -> tuple[Entity, ...]:
    entities = line.get("entities")
    if entities is None:
        return ()
    if not isinstance(entities, list) or not all(isinstance(one, dict) for one in entities):
        raise RecordError('"entities" is no list')
    found = []
    for one in entities:
        kind, start, end = text_or_none(one, "kind"), number_or_none(one, "start"), number_or_none(one, "end")
        if not kind or start is None or end is None or not start < end <= len(text):
            raise RecordError('an entity needs "kind" and a range inside the text')
        found.append(Entity(kind=kind, span=Span(start=start, end=end), url=text_or_none(one, "url")))
    return tuple(found)
