"""People and channels: names, joining, invites, the list of dialogs."""

from collections.abc import Mapping
from typing import Any

from telethon.tl import functions, types

from tests.telegram_server import tl
from tests.telegram_server.desk import Caller, Desk, Handler, RpcFailure, account_of, chats
from tests.telegram_server.world import Account, ServedChannel


def _users(desk: Desk, request: Any, caller: Caller) -> Any:
    me = account_of(caller)
    wanted = (me.id if isinstance(one, types.InputUserSelf) else getattr(one, "user_id", 0) for one in request.id)
    return [tl.user(desk.world.accounts[key], viewer=me) for key in wanted if key in desk.world.accounts]


def _resolve(desk: Desk, request: Any, caller: Caller) -> Any:
    held = desk.world.by_username(request.username)
    if held is None:
        raise RpcFailure(400, "USERNAME_NOT_OCCUPIED")
    if isinstance(held, Account):
        seen = tl.user(held, viewer=account_of(caller))
        return types.contacts.ResolvedPeer(types.PeerUser(held.id), chats=[], users=[seen])
    return types.contacts.ResolvedPeer(types.PeerChannel(held.id), chats=chats([held], caller), users=[])


def _channels(desk: Desk, request: Any, caller: Caller) -> Any:
    return types.messages.Chats(chats([_known(desk, one) for one in request.id], caller))


def _known(desk: Desk, peer: Any) -> ServedChannel:
    served = desk.world.channels.get(getattr(peer, "channel_id", 0))
    if served is None or getattr(peer, "access_hash", 0) not in {served.access_hash, 0}:
        raise RpcFailure(400, "CHANNEL_INVALID")
    return served


def _full_channel(desk: Desk, request: Any, caller: Caller) -> Any:
    served = desk.channel(request.channel, caller)
    full = types.ChannelFull(
        id=served.id,
        about="",
        read_inbox_max_id=0,
        read_outbox_max_id=0,
        unread_count=0,
        chat_photo=types.PhotoEmpty(0),
        notify_settings=types.PeerNotifySettings(),
        bot_info=[],
        pts=served.pts,
    )
    return types.messages.ChatFull(full_chat=full, chats=chats([served], caller), users=[])


def _join(desk: Desk, request: Any, caller: Caller) -> Any:
    return _joined(desk, desk.channel(request.channel, caller), caller)


def _import_invite(desk: Desk, request: Any, caller: Caller) -> Any:
    served = _invited(desk, request.hash)
    if account_of(caller).id in served.members:
        raise RpcFailure(400, "USER_ALREADY_PARTICIPANT")
    return _joined(desk, served, caller)


def _joined(desk: Desk, served: ServedChannel, caller: Caller) -> Any:
    served.members.add(account_of(caller).id)
    caller.seen_pts[served.id] = served.pts
    return desk.updates([types.UpdateChannel(served.id)], caller, served)


def _leave(desk: Desk, request: Any, caller: Caller) -> Any:
    served = desk.channel(request.channel, caller)
    served.members.discard(account_of(caller).id)
    return desk.updates([types.UpdateChannel(served.id)], caller, served)


def _check_invite(desk: Desk, request: Any, caller: Caller) -> Any:
    served = _invited(desk, request.hash)
    if account_of(caller).id in served.members:
        return types.ChatInviteAlready(tl.channel(served, account_of(caller)))
    return types.ChatInvite(
        title=served.title,
        photo=types.PhotoEmpty(0),
        participants_count=1000,
        color=0,
        channel=True,
        broadcast=True,
    )


def _invited(desk: Desk, invite: str) -> ServedChannel:
    found = next((one for one in desk.world.channels.values() if one.invite == invite), None)
    if found is None:
        raise RpcFailure(400, "INVITE_HASH_EXPIRED")
    if found.is_banned:
        raise RpcFailure(400, "CHANNEL_PRIVATE")
    return found


def _dialogs(desk: Desk, request: Any, caller: Caller) -> Any:
    """Give the joined channels in one order, a page from where the last one ended."""
    me = account_of(caller)
    joined = [one for one in desk.world.channels.values() if me.id in one.members and not one.is_banned]
    after = getattr(request.offset_peer, "channel_id", 0)
    page = [one for one in joined if one.id > after][: min(request.limit or 100, 100)]
    tops = [tl.message(one, top) for one in page if (top := next(one.visible(), None)) is not None]
    for one in page:
        caller.seen_pts[one.id] = one.pts
    answer = {"dialogs": [tl.dialog(one) for one in page], "messages": tops, "chats": chats(page, caller), "users": []}
    if len(page) == len(joined):
        return types.messages.Dialogs(**answer)
    return types.messages.DialogsSlice(count=len(joined), **answer)


def _yes(_desk: Desk, _request: Any, _caller: Caller) -> Any:
    return True


HANDLERS: Mapping[type, Handler] = {
    functions.users.GetUsersRequest: _users,
    functions.contacts.ResolveUsernameRequest: _resolve,
    functions.channels.GetChannelsRequest: _channels,
    functions.channels.GetFullChannelRequest: _full_channel,
    functions.channels.JoinChannelRequest: _join,
    functions.channels.LeaveChannelRequest: _leave,
    functions.channels.ReadHistoryRequest: _yes,
    functions.messages.ImportChatInviteRequest: _import_invite,
    functions.messages.CheckChatInviteRequest: _check_invite,
    functions.messages.GetDialogsRequest: _dialogs,
}
