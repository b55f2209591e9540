"""The world's values as TL objects, as Telegram would send them."""

from typing import Any

from telethon.tl import types

from tests.telegram_server.world import Account, Change, Media, ServedChannel, ServedPost

DC_ID = 2
FILES_PER_CHANNEL = 1_000_000  # a file is named by its channel and its post


def channel(served: ServedChannel, account: Account) -> Any:
    """Return the channel as the account sees it, or that it is forbidden."""
    if served.is_banned:
        return types.ChannelForbidden(id=served.id, access_hash=served.access_hash, title=served.title, broadcast=True)
    return types.Channel(
        id=served.id,
        title=served.title,
        photo=types.ChatPhotoEmpty(),
        date=None,
        left=account.id not in served.members,
        broadcast=True,
        access_hash=served.access_hash,
        username=served.username,
        participants_count=1000,
    )


def user(account: Account, *, viewer: Account) -> Any:
    """Return an account as another, or itself, sees it."""
    is_self = account.id == viewer.id
    return types.User(
        id=account.id,
        is_self=is_self,
        access_hash=account.access_hash,
        first_name=account.first_name,
        username=account.username,
        phone=account.phone if is_self and account.phone else None,
        bot=account.is_bot or None,
        bot_info_version=1 if account.is_bot else None,
    )


def update(served: ServedChannel, change: Change) -> Any:
    """Return a change as the update that tells it."""
    if change.post is not None:
        return change.kind(message(served, change.post), change.pts, change.count)
    if change.deleted:
        return change.kind(served.id, list(change.deleted), change.pts, change.count)
    return change.kind(served.id)


def message(served: ServedChannel, post: ServedPost) -> Any:
    """Return a post as a message."""
    reactions = None
    if post.reactions:
        counts = [types.ReactionCount(types.ReactionEmoji(emoji), count) for emoji, count in post.reactions.items()]
        reactions = types.MessageReactions(results=counts)
    return types.Message(
        id=post.id,
        peer_id=types.PeerChannel(served.id),
        date=post.date,
        message=post.text,
        post=True,
        entities=post.entities or None,
        media=None if post.media is None else media(served, post, post.media),
        grouped_id=post.grouped_id,
        fwd_from=post.forward,
        reply_to=None if post.reply_to is None else types.MessageReplyHeader(reply_to_msg_id=post.reply_to),
        views=post.views,
        forwards=post.forwards,
        edit_date=post.edit_date,
        reactions=reactions,
    )


def media(served: ServedChannel, post: ServedPost, held: Media) -> Any:
    """Return what hangs on a post; the file's id leads ``upload.getFile`` back to it."""
    key = served.id * FILES_PER_CHANNEL + post.id
    if held.poll is not None:
        question, answers = held.poll
        return types.MessageMediaPoll(
            poll=types.Poll(
                id=key,
                question=types.TextWithEntities(question, []),
                answers=[
                    types.PollAnswer(types.TextWithEntities(answer, []), bytes([number]))
                    for number, answer in enumerate(answers)
                ],
                hash=0,
            ),
            results=types.PollResults(),
        )
    if held.kind == "photo":
        size = types.PhotoSize(type="x", w=800, h=600, size=len(held.content))
        photo = types.Photo(
            id=key, access_hash=key, file_reference=b"loopback", date=post.date, sizes=[size], dc_id=DC_ID
        )
        return types.MessageMediaPhoto(photo=photo)
    attributes = [] if held.file_name is None else [types.DocumentAttributeFilename(held.file_name)]
    if held.kind == "video":
        attributes.append(types.DocumentAttributeVideo(duration=3.0, w=640, h=480))
    document = types.Document(
        id=key,
        access_hash=key,
        file_reference=b"loopback",
        date=post.date,
        mime_type=held.mime_type,
        size=len(held.content),
        dc_id=DC_ID,
        attributes=attributes,
    )
    return types.MessageMediaDocument(document=document)


def dialog(served: ServedChannel) -> Any:
    """Return the channel's line in the list of dialogs."""
    return types.Dialog(
        peer=types.PeerChannel(served.id),
        top_message=served.newest_id,
        read_inbox_max_id=0,
        read_outbox_max_id=0,
        unread_count=0,
        unread_mentions_count=0,
        unread_reactions_count=0,
        unread_poll_votes_count=0,
        notify_settings=types.PeerNotifySettings(),
        pts=served.pts,
    )


def config(host: str, port: int) -> Any:
    """Return the configuration that a client asks for first."""
    numbers = dict.fromkeys(
        (
            "chat_size_max", "megagroup_size_max", "forwarded_count_max", "online_update_period_ms",
            "offline_blur_timeout_ms", "offline_idle_timeout_ms", "online_cloud_timeout_ms", "notify_cloud_delay_ms",
            "notify_default_delay_ms", "push_chat_period_ms", "push_chat_limit", "edit_time_limit", "revoke_time_limit",
            "revoke_pm_time_limit", "rating_e_decay", "stickers_recent_limit", "channels_read_media_period",
            "call_receive_timeout_ms", "call_ring_timeout_ms", "call_connect_timeout_ms", "call_packet_timeout_ms",
            "caption_length_max", "message_length_max",
        ),
        1024,
    )  # fmt: skip
    return types.Config(
        date=None,
        expires=None,
        test_mode=False,
        this_dc=DC_ID,
        dc_options=[types.DcOption(id=DC_ID, ip_address=host, port=port)],
        dc_txt_domain_name="",
        me_url_prefix="https://t.me/",
        webfile_dc_id=DC_ID,
        **numbers,
    )
