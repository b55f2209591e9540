"""Channels, posts and what was seen of them."""

import re
from dataclasses import dataclass
from datetime import datetime

_REFERENCE = re.compile(r"(?:https?://)?(?:t\.me/)?(?:s/)?@?(?P<channel>(?:c/)?[\w\-]+)/(?P<message>\d+)(?:\?.*)?\Z")


_MARKED = 10**12  # clients write a channel's number n as -(10**12 + n): "-100" and the number


def bare_id(number: int) -> int:
    """Return a channel's own number, with or without the -100 that clients put before it.

    >>> bare_id(-1001234567890), bare_id(1234567890)
    (1234567890, 1234567890)
    """
    return -number - _MARKED if number < -_MARKED else abs(number)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class PostRef:
    """Which post: the channel's key and Telegram's message id in it.

    ``channel`` is the handle without "@", in its own spelling, or the bare numeric id of a channel without a handle.
    """

    channel: str
    message_id: int

    def __str__(self) -> str:
        """Write ``channel/message_id``, the form of every contract line."""
        return f"{self.channel}/{self.message_id}"

    @property
    def url(self) -> str:
        """The address of the post on Telegram."""
        if self.channel.lstrip("-").isdecimal():
            return f"https://t.me/c/{self.channel.removeprefix('-100')}/{self.message_id}"
        return f"https://t.me/{self.channel}/{self.message_id}"

    @classmethod
    def parse(cls, text: str) -> "PostRef":
        """Read ``channel/17``, ``@channel/17`` or a t.me link.

        Raises:
            ValueError: The text names no post.
        """
        match = _REFERENCE.match(text.strip())
        if match is None:
            raise ValueError(f"not a post: {text!r} (want channel/17 or https://t.me/channel/17)")
        return cls(channel=match["channel"].removeprefix("c/"), message_id=int(match["message"]))


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Span:
    """A half-open range of code points in the original text of a revision."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """Return the words of ``text`` that the span covers."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A channel as the operator declared it, or as it was met in an import.

    ``key`` is the channel part of every PostRef. ``family`` groups channels of one operator: they count as one origin.
    """

    key: str
    name: str | None = None
    telegram_id: int | None = None
    alignment: str | None = None
    family: str | None = None
    language: str | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Forward:
    """Where a forwarded post came from, as far as its header says."""

    channel: str | None = None
    message_id: int | None = None
    date: datetime | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """What hangs on a post: ``kind`` is photo, video, document, audio, voice, sticker, animation, poll or other.

    ``size`` is in bytes; ``poll_text`` is the question and the answers of a poll, one a line.
    """

    kind: str
    file_name: str | None = None
    size: int | None = None
    content_hash: str | None = None
    poll_text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Reaction:
    """How often a post got one reaction: an emoji, or the id of a custom one."""

    emoji: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """How often a post had been viewed, forwarded and reacted to at one instant; ``None`` was not told."""

    at: datetime
    views: int | None
    forwards: int | None
    reactions: tuple[Reaction, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """Markup over a range of code points; ``url`` only where the address is not the text itself."""

    kind: str
    span: Span
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What was seen of a post at one instant, or (``is_gone``) that it was no longer there."""

    ref: PostRef
    observed_at: datetime
    date: datetime | None = None
    text: str = ""
    entities: tuple[Entity, ...] = ()
    edit_date: datetime | None = None
    forward: Forward | None = None
    reply_to: int | None = None
    grouped_id: int | None = None
    media: Media | None = None
    views: int | None = None
    forwards: int | None = None
    reactions: tuple[Reaction, ...] = ()
    is_gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One text of a post. ``number`` counts from 0 in the order observed."""

    number: int
    text: str
    observed_at: datetime
    edit_date: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A stored post with every text it has had, oldest first; the last is the current one."""

    ref: PostRef
    date: datetime
    revisions: tuple[Revision, ...]
    entities: tuple[Entity, ...] = ()
    forward: Forward | None = None
    reply_to: int | None = None
    grouped_id: int | None = None
    media: Media | None = None
    views: int | None = None
    forwards: int | None = None
    reactions: tuple[Reaction, ...] = ()
    deleted_at: datetime | None = None

    @property
    def text(self) -> str:
        """The current text."""
        return self.revisions[-1].text
