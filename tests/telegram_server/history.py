"""Posts: history, single posts, files, and the differences that tell what was missed."""

from collections.abc import Mapping
from typing import Any

from telethon.tl import functions, types

from tests.telegram_server import tl
from tests.telegram_server.desk import Caller, Desk, Handler, RpcFailure, account_of, chats
from tests.telegram_server.world import Change, ServedChannel, ServedPost

PAGE = 100  # posts that one answer carries at most


def _history(desk: Desk, request: Any, caller: Caller) -> Any:
    served = desk.channel(request.peer, caller)
    posts = list(served.visible())
    start = 0
    if request.offset_id:
        start = next((n for n, post in enumerate(posts) if post.id < request.offset_id), len(posts))
    elif request.offset_date is not None and request.offset_date.timestamp() > 0:
        start = next((n for n, post in enumerate(posts) if post.date < request.offset_date), len(posts))
    start += request.add_offset
    page = posts[max(start, 0) : max(start + min(request.limit or PAGE, PAGE), 0)]
    page = [
        post for post in page if (not request.max_id or post.id < request.max_id) and post.id > (request.min_id or 0)
    ]
    return _messages(served, [tl.message(served, post) for post in page], caller, count=len(posts))


def _get_messages(desk: Desk, request: Any, caller: Caller) -> Any:
    served = desk.channel(request.channel, caller)
    if len(request.id) > PAGE:
        raise RpcFailure(400, "MSG_IDS_TOO_MANY")
    found = []
    for one in request.id:
        post = served.posts.get(one.id)
        gone = types.MessageEmpty(one.id, types.PeerChannel(served.id))
        found.append(gone if post is None or post.is_deleted else tl.message(served, post))
    return _messages(served, found, caller, count=len(found))


def _messages(served: ServedChannel, messages: list[Any], caller: Caller, *, count: int) -> Any:
    return types.messages.ChannelMessages(
        pts=served.pts, count=count, messages=messages, topics=[], chats=chats([served], caller), users=[]
    )


def _get_file(desk: Desk, request: Any, _caller: Caller) -> Any:
    channel_id, post_id = divmod(request.location.id, tl.FILES_PER_CHANNEL)
    served = desk.world.channels.get(channel_id)
    post = None if served is None else served.posts.get(post_id)
    if post is None or post.media is None or post.is_deleted:
        raise RpcFailure(400, "FILE_ID_INVALID")
    content = post.media.content[request.offset : request.offset + request.limit]
    return types.upload.File(types.storage.FileJpeg(), 0, content)


def _state(desk: Desk, _request: Any, _caller: Caller) -> Any:
    return types.updates.State(pts=1, qts=0, date=desk.world.now(), seq=0, unread_count=0)


def _difference(desk: Desk, request: Any, caller: Caller) -> Any:
    """Name the joined channels that changed since the client's state; what changed there is their own difference."""
    me = account_of(caller)
    changed = [
        one for one in desk.world.channels.values() if me.id in one.members and _has_news(one, request.date, caller)
    ]
    if not changed:
        return types.updates.DifferenceEmpty(date=desk.world.now(), seq=0)
    return types.updates.Difference(
        new_messages=[],
        new_encrypted_messages=[],
        other_updates=[types.UpdateChannelTooLong(one.id) for one in changed],
        chats=chats(changed, caller),
        users=[],
        state=_state(desk, None, caller),
    )


def _has_news(served: ServedChannel, since: Any, caller: Caller) -> bool:
    if served.pts > caller.seen_pts.get(served.id, served.pts):
        return True
    return served.changed_at is not None and since is not None and served.changed_at >= since


def _channel_difference(desk: Desk, request: Any, caller: Caller) -> Any:
    served = desk.channel(request.channel, caller)
    missed = [change for change in reversed(served.log) if change.pts > request.pts][::-1]
    if not missed:
        return types.updates.ChannelDifferenceEmpty(pts=served.pts, final=True, timeout=30)
    if len(missed) > desk.faults.difference_limit:
        caller.seen_pts[served.id] = served.pts
        return types.updates.ChannelDifferenceTooLong(
            dialog=tl.dialog(served), messages=[], chats=chats([served], caller), users=[], final=True, timeout=30
        )
    page = missed[: min(request.limit, desk.faults.difference_page)]
    caller.seen_pts[served.id] = page[-1].pts
    new = [tl.message(served, post) for change in page if (post := _new_post(change)) is not None]
    other = [tl.update(served, change) for change in page if change.kind is not types.UpdateNewChannelMessage]
    return types.updates.ChannelDifference(
        pts=page[-1].pts,
        new_messages=new,
        other_updates=other,
        chats=chats([served], caller),
        users=[],
        final=len(page) == len(missed),
        timeout=30,
    )


def _new_post(change: Change) -> ServedPost | None:
    """Return the post that a change brought, if it is still there."""
    if change.kind is types.UpdateNewChannelMessage and change.post is not None and not change.post.is_deleted:
        return change.post
    return None


HANDLERS: Mapping[type, Handler] = {
    functions.channels.GetMessagesRequest: _get_messages,
    functions.messages.GetHistoryRequest: _history,
    functions.updates.GetStateRequest: _state,
    functions.updates.GetDifferenceRequest: _difference,
    functions.updates.GetChannelDifferenceRequest: _channel_difference,
    functions.upload.GetFileRequest: _get_file,
}
