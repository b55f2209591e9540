"""What the server holds: accounts, channels and their posts, each change with its place in the channel's sequence."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from telethon.tl import types

_FIRST_CHANNEL = 1_000_000_001
Listener = Callable[["ServedChannel", "Change"], None]


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
    deleted_at: datetime | None = None

    @property
    def is_deleted(self) -> bool:
        """Whether it is gone."""
        return self.deleted_at is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change of a channel: a post that is new or edited, posts that went, or (``pts`` 0) the channel itself.

    It took ``count`` steps of the channel's sequence and ended it at ``pts``.
    """

    kind: type
    pts: int = 0
    count: int = 1
    post: ServedPost | None = None
    deleted: tuple[int, ...] = ()


@dataclass(slots=True, kw_only=True)
class ServedChannel:
    """A channel, its posts by id and the log of its changes. ``members`` are the ids of the accounts that joined it."""

    id: int
    title: str
    username: str | None
    access_hash: int
    members: set[int] = field(default_factory=set)
    is_private: bool = False
    is_banned: bool = False
    invite: str | None = None
    pts: int = 1
    posts: dict[int, ServedPost] = field(default_factory=dict)
    log: list[Change] = field(default_factory=list)
    changed_at: datetime | None = None
    next_id: int = 1

    @property
    def is_joined(self) -> bool:
        """Whether any account joined it."""
        return bool(self.members)

    @property
    def newest_id(self) -> int:
        """The id of the newest post there ever was."""
        return self.next_id - 1

    def visible(self) -> Iterator[ServedPost]:
        """Yield the posts that are there, newest first."""
        return (post for post in reversed(self.posts.values()) if not post.is_deleted)


@dataclass(slots=True, kw_only=True)
class Account:
    """Who may log in, or merely receives; ``sent`` is what it sent."""

    id: int = 42
    phone: str = "9996621234"
    code: str = "22222"
    password: str | None = None
    first_name: str = "Analyst"
    username: str | None = "analyst"
    is_bot: bool = False
    bot_token: str = ""
    sent: list["SentMessage"] = field(default_factory=list)
    random_ids: set[int] = field(default_factory=set)

    @property
    def access_hash(self) -> int:
        """What a client must know beside the id to name the account."""
        return self.id * 11 + 5


@dataclass(slots=True, kw_only=True)
class SentMessage:
    """A message that a client sent; ``media`` is the file's content."""

    id: int
    peer: Any
    text: str
    entities: list[Any]
    media: bytes | None = None
    file_name: str | None = None
    reply_to: int | None = None
    grouped_id: int | None = None
    is_edited: bool = False


class World:
    """Everything on the server. Its methods are the script of a test; each tells the listeners what changed."""

    def __init__(self, *, now: Callable[[], datetime] = lambda: datetime.now(tz=UTC).replace(microsecond=0)) -> None:  # noqa: TID251 - the server's own clock
        self.now = now
        self.account = Account()
        self.bot = Account(
            id=43, phone="", first_name="Courier", username="courier_bot", is_bot=True,
            bot_token="123456:loopback-loopback-loopback",
        )  # fmt: skip
        self.accounts = {one.id: one for one in (self.account, self.bot)}
        self.channels: dict[int, ServedChannel] = {}
        self.files: dict[int, dict[int, bytes]] = {}
        self._ids = itertools.count(_FIRST_CHANNEL)
        self._account_ids = itertools.count(44)
        self._groups = itertools.count(13_000_000_000_000_001)
        self._message_ids = itertools.count(1)
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> None:
        """Call ``listener`` with each channel and change from now on."""
        self._listeners.append(listener)

    # --- who and what there is

    def add_account(self, username: str | None, *, phone: str = "") -> Account:
        """Add a person: one more account to log in with if it has a phone, else somebody to write to."""
        account = Account(id=next(self._account_ids), username=username, phone=phone, first_name=username or "Somebody")
        self.accounts[account.id] = account
        return account

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
            members={self.account.id} if is_joined else set(),
            is_private=username is None,
            invite=invite,
        )
        self.channels[key] = channel
        return channel

    def by_username(self, username: str) -> ServedChannel | Account | None:
        """Return who holds the name now."""
        folded = username.lower()
        held: tuple[ServedChannel | Account, ...] = (*self.channels.values(), *self.accounts.values())
        return next((one for one in held if (one.username or "").lower() == folded), None)

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
        self._change(channel, types.UpdateNewChannelMessage, post=post, is_pushed=is_pushed)
        return post

    def album(
        self, channel: ServedChannel, caption: str, *, parts: Sequence[Media], is_pushed: bool = True
    ) -> list[ServedPost]:
        """Add an album: one post a part, the caption on the first."""
        group = next(self._groups)
        return [
            self.post(channel, caption if number == 0 else "", media=part, grouped_id=group, is_pushed=is_pushed)
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
        self._change(channel, types.UpdateEditChannelMessage, post=post, is_pushed=is_pushed)

    def react(self, channel: ServedChannel, post: ServedPost, emoji: str, count: int) -> None:
        """Change a post's reactions: Telegram sends that as an edit whose text is the same."""
        post.reactions[emoji] = count
        self._change(channel, types.UpdateEditChannelMessage, post=post, is_pushed=True)

    def delete(self, channel: ServedChannel, *posts: ServedPost, is_pushed: bool = True) -> None:
        """Delete posts."""
        for post in posts:
            post.deleted_at = self.now()
        gone = tuple(post.id for post in posts)
        self._change(channel, types.UpdateDeleteChannelMessages, deleted=gone, is_pushed=is_pushed)

    # --- what happens to channels

    def rename(self, channel: ServedChannel, username: str | None, *, title: str | None = None) -> None:
        """Give the channel another username, or none, and another title if one is given."""
        channel.username = username
        channel.title = title or channel.title
        self._tell(channel, Change(kind=types.UpdateChannel))

    def ban(self, channel: ServedChannel) -> None:
        """Shut every account out of the channel."""
        channel.is_banned = True
        self._tell(channel, Change(kind=types.UpdateChannel))

    def unban(self, channel: ServedChannel) -> None:
        """Let the accounts in again."""
        channel.is_banned = False
        self._tell(channel, Change(kind=types.UpdateChannel))

    def make_private(self, channel: ServedChannel) -> None:
        """Close the channel to those who did not join it."""
        channel.is_private = True
        channel.username = None
        self._tell(channel, Change(kind=types.UpdateChannel))

    def remove(self, channel: ServedChannel) -> None:
        """Delete the channel itself."""
        del self.channels[channel.id]
        self._tell(channel, Change(kind=types.UpdateChannel))

    def _change(
        self,
        channel: ServedChannel,
        kind: type,
        *,
        post: ServedPost | None = None,
        deleted: tuple[int, ...] = (),
        is_pushed: bool,
    ) -> None:
        count = len(deleted) or 1
        channel.pts += count
        channel.changed_at = self.now()
        change = Change(kind=kind, pts=channel.pts, count=count, post=post, deleted=deleted)
        channel.log.append(change)
        if is_pushed:
            self._tell(channel, change)

    def _tell(self, channel: ServedChannel, change: Change) -> None:
        for listener in self._listeners:
            listener(channel, change)

    # --- what accounts send

    def keep_sent(self, account: Account, peer: Any, text: str, entities: Sequence[Any], **fields: Any) -> SentMessage:
        """Keep a message that a client sent."""
        sent = SentMessage(id=next(self._message_ids), peer=peer, text=text, entities=list(entities), **fields)
        account.sent.append(sent)
        return sent
