"""What each request is answered with. A request that is not known is answered with an error that names it."""

import hashlib
import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from telethon.tl import functions, types

from tests.telegram_server import tl
from tests.telegram_server.password import PasswordCheck
from tests.telegram_server.world import SentMessage, ServedChannel, World

DIFFERENCE_LIMIT = 100  # events that one difference carries; beyond, it is "too long"


class RpcFailure(Exception):  # noqa: N818 - it becomes an RpcError on the wire
    """The request is answered with this error."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Caller(Protocol):
    """The connection that a request came over."""

    is_authorised: bool
    is_waiting_for_password: bool
    login_token: bytes | None
    seen_pts: dict[int, int]

    def authorise(self) -> None:
        """Log the connection's key in."""

    def log_out(self) -> None:
        """Log the connection's key out."""


Handler = Callable[["Rpc", Any, Caller], Any]
_OPEN = (
    functions.help.GetConfigRequest,
    functions.auth.SendCodeRequest,
    functions.auth.ResendCodeRequest,
    functions.auth.SignInRequest,
    functions.auth.CheckPasswordRequest,
    functions.auth.ExportLoginTokenRequest,
    functions.auth.ImportBotAuthorizationRequest,
    functions.account.GetPasswordRequest,
)


class Rpc:
    """Answers requests from the world."""

    def __init__(self, world: World, *, host: str, port: int) -> None:
        self.world = world
        self._host, self._port = host, port
        self._password: PasswordCheck | None = None
        self.scanned_tokens: set[bytes] = set()

    def answer(self, request: Any, caller: Caller) -> Any:
        """Return the result of ``request``.

        Raises:
            RpcFailure: Telegram would refuse.
        """
        handler = _HANDLERS.get(type(request))
        if handler is None:
            raise RpcFailure(400, f"LOOPBACK_HAS_NO_{type(request).__name__}")
        if not caller.is_authorised and not isinstance(request, _OPEN):
            raise RpcFailure(401, "AUTH_KEY_UNREGISTERED")
        return handler(self, request, caller)

    # --- look-ups

    def channel(self, peer: Any) -> ServedChannel:
        """Return the channel that a peer means."""
        served = self.world.channels.get(getattr(peer, "channel_id", 0))
        if served is None or getattr(peer, "access_hash", 0) not in {served.access_hash, 0}:
            raise RpcFailure(400, "CHANNEL_INVALID")
        if served.is_banned or (served.is_private and not served.is_joined):
            raise RpcFailure(400, "CHANNEL_PRIVATE")
        return served

    def config(self, _request: Any, _caller: Caller) -> Any:
        return tl.config(self._host, self._port)

    # --- logging in

    def send_code(self, request: Any, _caller: Caller) -> Any:
        if request.phone_number.lstrip("+") != self.world.account.phone:
            raise RpcFailure(400, "PHONE_NUMBER_INVALID")
        return types.auth.SentCode(type=types.auth.SentCodeTypeApp(length=5), phone_code_hash="loopback")

    def sign_in(self, request: Any, caller: Caller) -> Any:
        if request.phone_code != self.world.account.code:
            raise RpcFailure(400, "PHONE_CODE_INVALID")
        return self._authorise(caller)

    def _authorise(self, caller: Caller) -> Any:
        if self.world.account.password is not None and not caller.is_waiting_for_password:
            caller.is_waiting_for_password = True
            raise RpcFailure(401, "SESSION_PASSWORD_NEEDED")
        caller.authorise()
        return types.auth.Authorization(user=tl.user(self.world.account))

    def get_password(self, _request: Any, _caller: Caller) -> Any:
        self._password = PasswordCheck(self.world.account.password or "")
        return self._password.challenge()

    def check_password(self, request: Any, caller: Caller) -> Any:
        if self._password is None or not self._password.is_right(request.password):
            raise RpcFailure(400, "PASSWORD_HASH_INVALID")
        caller.is_waiting_for_password = True
        return self._authorise(caller)

    def export_token(self, _request: Any, caller: Caller) -> Any:
        if caller.login_token in self.scanned_tokens:
            return types.auth.LoginTokenSuccess(self._authorise(caller))
        caller.login_token = caller.login_token or os.urandom(16)
        return types.auth.LoginToken(expires=datetime.now(tz=UTC) + timedelta(seconds=30), token=caller.login_token)  # noqa: TID251

    def bot_sign_in(self, request: Any, caller: Caller) -> Any:
        if request.bot_auth_token != self.world.account.bot_token:
            raise RpcFailure(400, "ACCESS_TOKEN_INVALID")
        self.world.account.is_bot = True
        caller.authorise()
        return types.auth.Authorization(user=tl.user(self.world.account))

    def log_out(self, _request: Any, caller: Caller) -> Any:
        caller.log_out()
        return types.auth.LoggedOut()

    # --- people and channels

    def users(self, request: Any, _caller: Caller) -> Any:
        return [tl.user(self.world.account) for one in request.id if isinstance(one, types.InputUserSelf)]

    def resolve(self, request: Any, _caller: Caller) -> Any:
        if request.username.lower() == (self.world.account.username or "").lower():
            me = tl.user(self.world.account)
            return types.contacts.ResolvedPeer(types.PeerUser(me.id), chats=[], users=[me])
        served = self.world.by_username(request.username)
        if served is None:
            raise RpcFailure(400, "USERNAME_NOT_OCCUPIED")
        return types.contacts.ResolvedPeer(types.PeerChannel(served.id), chats=[tl.channel(served)], users=[])

    def get_channels(self, request: Any, _caller: Caller) -> Any:
        return types.messages.Chats(tl.channels(self._known(one) for one in request.id))

    def _known(self, peer: Any) -> ServedChannel:
        served = self.world.channels.get(getattr(peer, "channel_id", 0))
        if served is None:
            raise RpcFailure(400, "CHANNEL_INVALID")
        return served

    def full_channel(self, request: Any, _caller: Caller) -> Any:
        served = self.channel(request.channel)
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
        return types.messages.ChatFull(full_chat=full, chats=[tl.channel(served)], users=[])

    def join(self, request: Any, _caller: Caller) -> Any:
        served = self.channel(request.channel)
        served.is_joined = True
        return self._updates([types.UpdateChannel(served.id)], served)

    def import_invite(self, request: Any, _caller: Caller) -> Any:
        served = self._invited(request.hash)
        served.is_joined = True
        return self._updates([types.UpdateChannel(served.id)], served)

    def check_invite(self, request: Any, _caller: Caller) -> Any:
        served = self._invited(request.hash)
        if served.is_joined:
            return types.ChatInviteAlready(tl.channel(served))
        return types.ChatInvite(
            title=served.title,
            photo=types.PhotoEmpty(0),
            participants_count=1000,
            color=0,
            channel=True,
            broadcast=True,
        )

    def _invited(self, invite: str) -> ServedChannel:
        found = next((one for one in self.world.channels.values() if one.invite == invite), None)
        if found is None:
            raise RpcFailure(400, "INVITE_HASH_EXPIRED")
        return found

    def dialogs(self, _request: Any, _caller: Caller) -> Any:
        joined = [one for one in self.world.channels.values() if one.is_joined and not one.is_banned]
        tops = [tl.message(one, next(one.visible())) for one in joined if any(one.visible())]
        return types.messages.Dialogs(
            dialogs=[tl.dialog(one) for one in joined], messages=tops, chats=tl.channels(joined), users=[]
        )

    # --- posts

    def history(self, request: Any, _caller: Caller) -> Any:
        served = self.channel(request.peer)
        posts = list(served.visible())
        start = 0
        if request.offset_id:
            start = next((n for n, post in enumerate(posts) if post.id < request.offset_id), len(posts))
        elif request.offset_date is not None and request.offset_date.timestamp() > 0:
            start = next((n for n, post in enumerate(posts) if post.date < request.offset_date), len(posts))
        start += request.add_offset
        page = posts[max(start, 0) : max(start + min(request.limit or 100, 100), 0)]
        page = [
            post
            for post in page
            if (not request.max_id or post.id < request.max_id) and post.id > (request.min_id or 0)
        ]
        return self._messages(served, [tl.message(served, post) for post in page], count=len(posts))

    def get_messages(self, request: Any, _caller: Caller) -> Any:
        served = self.channel(request.channel)
        found = []
        for one in request.id:
            post = served.posts.get(one.id)
            gone = types.MessageEmpty(one.id, types.PeerChannel(served.id))
            found.append(gone if post is None or post.is_deleted else tl.message(served, post))
        return self._messages(served, found, count=len(found))

    def _messages(self, served: ServedChannel, messages: list[Any], *, count: int) -> Any:
        return types.messages.ChannelMessages(
            pts=served.pts, count=count, messages=messages, topics=[], chats=[tl.channel(served)], users=[]
        )

    def get_file(self, request: Any, _caller: Caller) -> Any:
        key = request.location.id
        served = self.world.channels[key // 1_000_000]
        held = served.posts[key % 1_000_000].media
        content = held.content[request.offset : request.offset + request.limit] if held is not None else b""
        return types.upload.File(types.storage.FileJpeg(), 0, content)

    # --- differences

    def state(self, _request: Any, _caller: Caller) -> Any:
        return types.updates.State(pts=1, qts=0, date=self.world.now(), seq=0, unread_count=0)

    def difference(self, _request: Any, caller: Caller) -> Any:
        changed = [
            one
            for one in self.world.channels.values()
            if one.is_joined and one.pts > caller.seen_pts.get(one.id, one.pts)
        ]
        if not changed:
            return types.updates.DifferenceEmpty(date=self.world.now(), seq=0)
        return types.updates.Difference(
            new_messages=[],
            new_encrypted_messages=[],
            other_updates=[types.UpdateChannelTooLong(one.id) for one in changed],
            chats=tl.channels(changed),
            users=[],
            state=self.state(None, caller),
        )

    def channel_difference(self, request: Any, caller: Caller) -> Any:
        served = self.channel(request.channel)
        missed = [(pts, event) for pts, event in served.log if pts > request.pts]
        caller.seen_pts[served.id] = served.pts
        if not missed:
            return types.updates.ChannelDifferenceEmpty(pts=served.pts, final=True, timeout=30)
        if len(missed) > min(request.limit, DIFFERENCE_LIMIT):
            return types.updates.ChannelDifferenceTooLong(
                dialog=tl.dialog(served), messages=[], chats=[tl.channel(served)], users=[], final=True, timeout=30
            )
        new, other = [], []
        for pts, event in missed:
            if not isinstance(event, tuple):
                other.append(event)
                continue
            kind, post_id = event
            message = tl.message(served, served.posts[post_id])
            if kind is types.UpdateNewChannelMessage:
                new.append(message)
            else:
                other.append(kind(message, pts, 1))
        return types.updates.ChannelDifference(
            pts=served.pts,
            new_messages=new,
            other_updates=other,
            chats=[tl.channel(served)],
            users=[],
            final=True,
            timeout=30,
        )

    # --- sending

    def send_message(self, request: Any, _caller: Caller) -> Any:
        return self._sent(request, request.message)

    def send_media(self, request: Any, _caller: Caller) -> Any:
        return self._sent(request, request.message, media=self._uploaded(request.media))

    def send_album(self, request: Any, _caller: Caller) -> Any:
        group = int.from_bytes(os.urandom(7), "big")
        updates = []
        for one in request.multi_media:
            sent = self.world.keep_sent(
                request.peer, one.message, one.entities or [], media=self._uploaded(one.media), grouped_id=group
            )
            updates += self._told(sent, one.random_id)
        return self._updates(updates)

    def upload_media(self, request: Any, _caller: Caller) -> Any:
        content = self._uploaded(request.media) or b""
        size = types.PhotoSize(type="x", w=1, h=1, size=len(content))
        key = int.from_bytes(hashlib.sha256(content).digest()[:7], "big")
        self.world.files[key] = {0: content}
        photo = types.Photo(id=key, access_hash=1, file_reference=b"", date=None, sizes=[size], dc_id=tl.DC_ID)
        return types.MessageMediaPhoto(photo=photo)

    def _uploaded(self, media: Any) -> bytes | None:
        key = getattr(getattr(media, "file", None) or getattr(media, "id", None), "id", None)
        parts = self.world.files.get(key, {}) if key is not None else {}
        return b"".join(parts[number] for number in sorted(parts)) if parts else None

    def _sent(self, request: Any, text: str, *, media: bytes | None = None) -> Any:
        reply = getattr(request.reply_to, "reply_to_msg_id", None)
        sent = self.world.keep_sent(request.peer, text, request.entities or [], media=media, reply_to=reply)
        return self._updates(self._told(sent, request.random_id))

    def _told(self, sent: SentMessage, random_id: int) -> list[Any]:
        peer = sent.peer
        if isinstance(peer, types.InputPeerChannel):
            whom: Any = types.PeerChannel(peer.channel_id)
        elif isinstance(peer, types.InputPeerChat):
            whom = types.PeerChat(peer.chat_id)
        else:
            whom = types.PeerUser(getattr(peer, "user_id", self.world.account.id))
        message = types.Message(
            id=sent.id, peer_id=whom, date=self.world.now(), message=sent.text, out=True, entities=sent.entities or None,
            grouped_id=sent.grouped_id,
        )  # fmt: skip
        return [types.UpdateMessageID(sent.id, random_id), types.UpdateNewMessage(message, 1, 0)]

    def edit_message(self, request: Any, _caller: Caller) -> Any:
        sent = next((one for one in self.world.account.sent if one.id == request.id), None)
        if sent is None:
            raise RpcFailure(400, "MESSAGE_ID_INVALID")
        sent.text, sent.entities, sent.is_edited = request.message or sent.text, request.entities or [], True
        _, told = self._told(sent, 0)
        return self._updates([types.UpdateEditMessage(told.message, 1, 0)])

    def save_part(self, request: Any, _caller: Caller) -> Any:
        self.world.files.setdefault(request.file_id, {})[request.file_part] = request.bytes
        return True

    def _updates(self, updates: list[Any], *served: ServedChannel) -> Any:
        return types.Updates(
            updates=updates, users=[tl.user(self.world.account)], chats=tl.channels(served or self.world.channels.values()),
            date=self.world.now(), seq=0,
        )  # fmt: skip

    def yes(self, _request: Any, _caller: Caller) -> Any:
        return True


_HANDLERS: Mapping[type, Handler] = {
    functions.help.GetConfigRequest: Rpc.config,
    functions.auth.SendCodeRequest: Rpc.send_code,
    functions.auth.ResendCodeRequest: Rpc.send_code,
    functions.auth.SignInRequest: Rpc.sign_in,
    functions.auth.CheckPasswordRequest: Rpc.check_password,
    functions.auth.ExportLoginTokenRequest: Rpc.export_token,
    functions.auth.ImportBotAuthorizationRequest: Rpc.bot_sign_in,
    functions.auth.LogOutRequest: Rpc.log_out,
    functions.account.GetPasswordRequest: Rpc.get_password,
    functions.account.UpdateStatusRequest: Rpc.yes,
    functions.users.GetUsersRequest: Rpc.users,
    functions.contacts.ResolveUsernameRequest: Rpc.resolve,
    functions.channels.GetChannelsRequest: Rpc.get_channels,
    functions.channels.GetFullChannelRequest: Rpc.full_channel,
    functions.channels.JoinChannelRequest: Rpc.join,
    functions.channels.ReadHistoryRequest: Rpc.yes,
    functions.channels.GetMessagesRequest: Rpc.get_messages,
    functions.messages.ImportChatInviteRequest: Rpc.import_invite,
    functions.messages.CheckChatInviteRequest: Rpc.check_invite,
    functions.messages.GetDialogsRequest: Rpc.dialogs,
    functions.messages.GetHistoryRequest: Rpc.history,
    functions.messages.SendMessageRequest: Rpc.send_message,
    functions.messages.SendMediaRequest: Rpc.send_media,
    functions.messages.SendMultiMediaRequest: Rpc.send_album,
    functions.messages.UploadMediaRequest: Rpc.upload_media,
    functions.messages.EditMessageRequest: Rpc.edit_message,
    functions.updates.GetStateRequest: Rpc.state,
    functions.updates.GetDifferenceRequest: Rpc.difference,
    functions.updates.GetChannelDifferenceRequest: Rpc.channel_difference,
    functions.upload.GetFileRequest: Rpc.get_file,
    functions.upload.SaveFilePartRequest: Rpc.save_part,
    functions.upload.SaveBigFilePartRequest: Rpc.save_part,
}
