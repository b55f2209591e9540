"""Which channel an entry means, and what is the matter with one that cannot be read.

A name is looked up once in the life of a channel (TELEGRAM.md, fact 15): from then on its id and access hash stand in the
store. An id never changes its channel, a name may.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from telethon import errors
from telethon.tl import functions, types

from monitor.errors import MonitorError, RetryError, SkipError
from monitor.model.following import Followed, Peer
from monitor.telegram.client import Account
from monitor.telegram.ledger import Ledger

_DIALOGS = 100  # of one page
_STALE_S = 600.0  # until the joined channels are read anew, if one is not found by then
_NO_NAME = (errors.UsernameNotOccupiedError, errors.UsernameInvalidError)
_NO_INVITE = (errors.InviteHashExpiredError, errors.InviteHashInvalidError, errors.InviteHashEmptyError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Why a channel is not read: ``state`` in one word, ``reason`` in a line for the operator."""

    state: str
    reason: str


class ChannelError(MonitorError):
    """A channel cannot be read now; the others can."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(f"{trouble.state}: {trouble.reason}")
        self.trouble = trouble


class Directory:
    """Which channel each entry means, for one account; what has to be looked up for that is kept in the store.

    The joined channels are read as a list first: a page costs one call and tells the names of a hundred.
    """

    def __init__(self, account: Account, store: Ledger) -> None:
        self._account, self._store = account, store
        self._known: dict[str, Peer] | None = None
        self._by_id: dict[int, Any] = {}
        self._by_handle: dict[str, Any] = {}
        self._read_at: float | None = None
        self._reading = asyncio.Lock()

    async def reach(self, followed: Followed) -> Peer:
        """Return how the account reaches a channel.

        Raises:
            ChannelError: There is no such channel, or it is not the one whose posts are stored.
            RetryError: Names may not be looked up now.
        """
        async with self._reading:
            if self._known is None:
                held = await self._store.peers(account=self._account.user_id or 0)
                self._known = {key.casefold(): peer for key, peer in held.items()}
        peer = self._known.get(followed.key.casefold())
        if peer is not None and followed.telegram_id in {None, peer.telegram_id}:
            return peer
        chat = await self._joined(followed) or await _look_up(self._account, followed)
        if followed.telegram_id not in {None, chat.id}:
            raise ChannelError(
                Trouble(
                    state="refused",
                    reason=f"@{followed.handle} now leads to channel {chat.id}, not to {followed.telegram_id};"
                    " mend the entry",
                )
            )
        return await self.keep(followed, peer_of(chat))

    async def look_again(self, followed: Followed) -> Peer:
        """Look a channel up by its name although it is known: its access hash no longer serves. Raises as ``reach`` does."""
        if followed.handle is None:
            raise ChannelError(Trouble(state="deleted", reason="Telegram does not know the channel any more"))
        return await self.keep(followed, peer_of(await _by_handle(self._account, followed.handle, key=followed.key)))

    async def keep(self, followed: Followed, found: Peer) -> Peer:
        """Keep how a channel is reached, and return it.

        Raises:
            ChannelError: The posts stored are those of another channel.
        """
        now = self._account.clock.now()
        try:
            await self._store.note_peer(followed.key, found, account=self._account.user_id or 0, at=now)
        except SkipError as error:
            raise ChannelError(Trouble(state="refused", reason=str(error))) from error
        if self._known is not None:
            self._known[followed.key.casefold()] = found
        return found

    async def _joined(self, followed: Followed) -> Any:
        """Return the channel that an entry means, ``None`` if the account has joined none such."""
        async with self._reading:
            now = self._account.clock.monotonic()
            if self._read_at is None or now - self._read_at > _STALE_S:
                async for chat in _joined(self._account):
                    self._by_id[chat.id] = chat
                    if (name := _handle(chat)) is not None:
                        self._by_handle[name.casefold()] = chat
                self._read_at = now
        if followed.handle is not None:
            return self._by_handle.get(followed.handle.casefold())
        return self._by_id.get(followed.telegram_id or 0)


async def join(account: Account, peer: Peer, *, channel: str) -> None:
    """Join a channel.

    Raises:
        ChannelError: The account may not.
    """
    request = functions.channels.JoinChannelRequest(types.InputChannel(peer.telegram_id, peer.access_hash))
    try:
        await account.call(request, budget="join", channel=channel)
    except errors.ChannelsTooMuchError as error:
        raise ChannelError(
            Trouble(state="refused", reason="the account is in as many channels as Telegram allows; leave some")
        ) from error


async def name_leads_elsewhere(account: Account, followed: Followed, peer: Peer) -> str | None:
    """Return what an entry's name leads to if no longer to its channel, in words; ``None`` if it does or that is unknown."""
    if followed.handle is None:
        return None
    try:
        chat = await _by_handle(account, followed.handle, key=followed.key)
    except ChannelError:
        return f"nobody is called @{followed.handle} now"
    except RetryError:
        return None
    if chat.id == peer.telegram_id:
        return None
    return f"@{followed.handle} now leads to channel {chat.id}, which is not followed"


def peer_of(chat: Any) -> Peer:
    """Return how a channel that Telegram told of is reached."""
    return Peer(
        telegram_id=chat.id,
        access_hash=chat.access_hash or 0,
        handle=_handle(chat),
        title=chat.title or None,
    )


def is_member(chat: Any) -> bool:
    """Return whether the account has joined a channel that Telegram told of."""
    return isinstance(chat, types.Channel) and not chat.left


async def trouble(account: Account, peer: Peer | None, error: Exception, *, channel: str) -> Trouble:
    """Return what is the matter with a channel whose reading raised ``error``."""
    match error:
        case ChannelError():
            return error.trouble
        case errors.ChannelPrivateError() if peer is not None and await _is_barred(account, peer, channel=channel):
            return Trouble(state="banned", reason="the channel, or this account in it, is banned")
        case errors.ChannelPrivateError():
            return Trouble(state="private", reason="only its members can read it; join it, or take it off the list")
        case errors.ChannelInvalidError():
            return Trouble(state="deleted", reason="Telegram does not know the channel any more")
        case errors.RPCError():
            return Trouble(state="refused", reason=f"Telegram says {error.message}")
        case errors.TypeNotFoundError():  # its own words quote the answer's bytes
            return Trouble(state="refused", reason="Telegram answers with what this version does not know; upgrade")
        case _:
            return Trouble(state="refused", reason=f"{type(error).__name__}: {error}")


async def _is_barred(account: Account, peer: Peer, *, channel: str) -> bool:
    request = functions.channels.GetChannelsRequest([types.InputChannel(peer.telegram_id, peer.access_hash)])
    try:
        answer = await account.call(request, channel=channel)
    except (errors.RPCError, RetryError):
        return False
    return any(isinstance(chat, types.ChannelForbidden) for chat in answer.chats)


# --- look-ups ------------------------------------------------------------------------------------------------------


async def _look_up(account: Account, followed: Followed) -> Any:
    if followed.invite is not None:
        return await _by_invite(account, followed)
    if followed.handle is not None:
        return await _by_handle(account, followed.handle, key=followed.key)
    raise ChannelError(
        Trouble(
            state="unknown", reason="a number alone leads only to channels that the account has joined; add the handle"
        )
    )


async def _by_handle(account: Account, handle: str, *, key: str) -> Any:
    try:
        answer = await account.call(functions.contacts.ResolveUsernameRequest(handle), budget="resolve", channel=key)
    except _NO_NAME as error:
        raise ChannelError(Trouble(state="unknown", reason=f"nobody is called @{handle}; mend the entry")) from error
    chats = (one for one in answer.chats if isinstance(one, types.Channel | types.ChannelForbidden))
    wanted = getattr(answer.peer, "channel_id", None)
    found = next((chat for chat in chats if chat.id == wanted), None)
    if found is None:
        raise ChannelError(Trouble(state="unknown", reason=f"@{handle} is a person or a bot, no channel"))
    return found


async def _by_invite(account: Account, followed: Followed) -> Any:
    try:
        answer = await account.call(functions.messages.CheckChatInviteRequest(followed.invite), budget="resolve")
        if isinstance(answer, types.ChatInvite) and not followed.join:
            raise ChannelError(
                Trouble(state="private", reason="its invite link is only good for joining; set join: true")
            )
        if isinstance(answer, types.ChatInvite):
            answer = await account.call(functions.messages.ImportChatInviteRequest(followed.invite), budget="join")
    except _NO_INVITE as error:
        raise ChannelError(Trouble(state="private", reason="its invite link is no longer valid")) from error
    except errors.InviteRequestSentError as error:
        raise ChannelError(Trouble(state="private", reason="asked to join; its owner has yet to agree")) from error
    chats = [answer.chat] if hasattr(answer, "chat") else answer.chats
    found = next((chat for chat in chats if isinstance(chat, types.Channel)), None)
    if found is None:
        raise ChannelError(Trouble(state="unknown", reason="its invite link leads to no channel"))
    return found


async def _joined(account: Account) -> AsyncIterator[Any]:
    """Yield the channels that the account has joined."""
    offset_date, offset_id, offset_peer = None, 0, types.InputPeerEmpty()
    while True:
        answer = await account.call(
            functions.messages.GetDialogsRequest(
                offset_date=offset_date, offset_id=offset_id, offset_peer=offset_peer, limit=_DIALOGS, hash=0
            ),
            budget="history",
        )
        channels = {chat.id: chat for chat in answer.chats if isinstance(chat, types.Channel)}
        for chat in channels.values():
            yield chat
        tops = {(type(one.peer_id), _number(one.peer_id), one.id): one for one in answer.messages}
        last = next((one for one in reversed(answer.dialogs) if _number(one.peer) in channels), None)
        if not isinstance(answer, types.messages.DialogsSlice) or last is None or len(answer.dialogs) < _DIALOGS:
            return
        top = tops.get((type(last.peer), _number(last.peer), last.top_message))
        chat = channels[_number(last.peer)]
        offset_id, offset_date = last.top_message, None if top is None else top.date
        offset_peer = types.InputPeerChannel(chat.id, chat.access_hash)


def _number(peer: Any) -> int:
    return int(getattr(peer, "channel_id", 0) or getattr(peer, "chat_id", 0) or getattr(peer, "user_id", 0))


def _handle(chat: Any) -> str | None:
    name = getattr(chat, "username", None)
    if name is None and getattr(chat, "usernames", None):
        name = next((one.username for one in chat.usernames if one.active), None)
    return name
