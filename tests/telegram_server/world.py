"""What the server holds: an account, channels and their posts, each change with its place in the channel's sequence."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from telethon.tl import types

_FIRST_CHANNEL = 1_000_000_001
Listener = Callable[["ServedChannel", Any], None]


@dataclass(slots=True, kw_only=True)
class Media:
    """What hangs on a post; ``content`` is what a download gives."""

    kind: str = "photo"
    content: bytes = b""
    file_name: str | None = None
    mime_type: str = "image/jpeg"
    poll: tuple[str, tuple[str, ...]] | None = None


@dataclass(slots=True, kw_only=True)
class ServedPost:
    """A post as the server has it now; ``versions`` are all its texts, oldest first."""

    id: int
    date: datetime
    text: str
    entities: list[Any] = field(default_factory=list)
    media: Media | None = None
    grouped_id: int | None = None
    reply_to: int | None = None
    forward: Any = None
    views: int = 1
    forwards: int = 0
    reactions: dict[str, int] = field(default_factory=dict)
    edit_date: datetime | None = None
    versions: list[str] = field(default_factory=list)
    is_deleted: bool = False


@dataclass(slots=True, kw_only=True)
class ServedChannel:
    """A channel, its posts by id and the log of its changes by pts."""

    id: int
    title: str
    username: str | None
    access_hash: int
    is_joined: bool = False
    is_private: bool = False
    is_banned: bool = False
    invite: str | None = None
    pts: int = 1
    posts: dict[int, ServedPost] = field(default_factory=dict)
    log: list[tuple[int, Any]] = field(default_factory=list)
    next_id: int = 1

    @property
    def newest_id(self) -> int:
        """The id of the newest post there ever was."""
        return self.next_id - 1

    def visible(self) -> Iterator[ServedPost]:
        """Yield the posts that are there, newest first."""
        return (self.posts[key] for key in sorted(self.posts, reverse=True) if not self.posts[key].is_deleted)


@dataclass(slots=True, kw_only=True)
class Account:
    """Who may log in; ``sent`` is what it sent, as (peer id, text, part files)."""

    id: int = 42
    phone: str = "9996621234"
    code: str = "22222"
    password: str | None = None
    first_name: str = "Analyst"
    username: str | None = "analyst"
    is_bot: bool = False
    bot_token: str = "123456:loopback"
    sent: list["SentMessage"] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class SentMessage:
    """A message that the client sent."""

    id: int
    peer: Any
    text: str
    entities: list[Any]
    media: Any = None
    reply_to: int | None = None
    grouped_id: int | None = None
    is_edited: bool = False


class World:
    """Everything on the server. Its methods are the script of a test; each tells the listeners what changed."""

    def __init__(self, *, now: Callable[[], datetime] = lambda: datetime.now(tz=UTC).replace(microsecond=0)) -> None:  # noqa: TID251 - the server's own clock
        self.now = now
        self.account = Account()
        self.channels: dict[int, ServedChannel] = {}
        self.files: dict[int, dict[int, bytes]] = {}
        self._ids = itertools.count(_FIRST_CHANNEL)
        self._groups = itertools.count(13_000_000_000_000_001)
        self._message_ids = itertools.count(1)
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> None:
        """Call ``listener`` with each channel and update from now on."""
        self._listeners.append(listener)

    def add_channel(
        self, username: str | None, *, title: str | None = None, is_joined: bool = False, invite: str | None = None
    ) -> ServedChannel:
        """Add a channel; one without a username is private and reached by its invite."""
        key = next(self._ids)
        channel = ServedChannel(
            id=key,
            title=title or username or f"channel {key}",
            username=username,
            access_hash=key * 7 + 3,
            is_joined=is_joined,
            invite=invite,
        )
        self.channels[key] = channel
        return channel

    def by_username(self, username: str) -> ServedChannel | None:
        """Return the channel that holds the name now."""
        folded = username.lower()
        return next((one for one in self.channels.values() if (one.username or "").lower() == folded), None)

    # --- what happens in channels

    def post(
        self,
        channel: ServedChannel,
        text: str,
        *,
        media: Media | None = None,
        date: datetime | None = None,
        is_pushed: bool = True,
        **fields: Any,
    ) -> ServedPost:
        """Add a post; one that is not pushed shows only in history and in differences."""
        post = ServedPost(
            id=channel.next_id, date=date or self.now(), text=text, media=media, versions=[text], **fields
        )
        channel.next_id += 1
        channel.posts[post.id] = post
        self._change(channel, post, types.UpdateNewChannelMessage, is_pushed=is_pushed)
        return post

    def album(self, channel: ServedChannel, caption: str, *, parts: Sequence[Media]) -> list[ServedPost]:
        """Add an album: one post a part, the caption on the first."""
        group = next(self._groups)
        return [
            self.post(channel, caption if number == 0 else "", media=part, grouped_id=group)
            for number, part in enumerate(parts)
        ]

    def forward(self, channel: ServedChannel, origin: ServedChannel, post: ServedPost) -> ServedPost:
        """Add a copy of another channel's post with its forward header."""
        header = types.MessageFwdHeader(date=post.date, from_id=types.PeerChannel(origin.id), channel_post=post.id)
        return self.post(channel, post.text, forward=header)

    def edit(self, channel: ServedChannel, post: ServedPost, text: str, *, is_pushed: bool = True) -> None:
        """Change a post's text."""
        post.text = text
        post.edit_date = self.now()
        post.versions.append(text)
        self._change(channel, post, types.UpdateEditChannelMessage, is_pushed=is_pushed)

    def react(self, channel: ServedChannel, post: ServedPost, emoji: str, count: int) -> None:
        """Change a post's reactions: Telegram sends that as an edit whose text is the same."""
        post.reactions[emoji] = count
        self._change(channel, post, types.UpdateEditChannelMessage)

    def delete(self, channel: ServedChannel, *posts: ServedPost, is_pushed: bool = True) -> None:
        """Delete posts."""
        for post in posts:
            post.is_deleted = True
        channel.pts += len(posts)
        update = types.UpdateDeleteChannelMessages(channel.id, [post.id for post in posts], channel.pts, len(posts))
        channel.log.append((channel.pts, update))
        if is_pushed:
            self._tell(channel, update)

    def rename(self, channel: ServedChannel, username: str | None) -> None:
        """Give the channel another username, or none."""
        channel.username = username
        self._tell(channel, types.UpdateChannel(channel.id))

    def ban(self, channel: ServedChannel) -> None:
        """Shut the account out of the channel."""
        channel.is_banned = True
        self._tell(channel, types.UpdateChannel(channel.id))

    def make_private(self, channel: ServedChannel) -> None:
        """Close the channel to those who did not join it."""
        channel.is_private = True
        channel.username = None

    def _change(self, channel: ServedChannel, post: ServedPost, kind: Any, *, is_pushed: bool = True) -> None:
        channel.pts += 1
        channel.log.append((channel.pts, (kind, post.id)))
        if is_pushed:
            from tests.telegram_server.tl import message  # noqa: PLC0415 - tl builds on this module

            self._tell(channel, kind(message(channel, post), channel.pts, 1))

    def _tell(self, channel: ServedChannel, update: Any) -> None:
        for listener in self._listeners:
            listener(channel, update)

    # --- what the account sends

    def keep_sent(self, peer: Any, text: str, entities: Sequence[Any], **fields: Any) -> SentMessage:
        """Keep a message that the client sent."""
        sent = SentMessage(id=next(self._message_ids), peer=peer, text=text, entities=list(entities), **fields)
        self.account.sent.append(sent)
        return sent
