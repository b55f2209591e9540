"""A channel's history in pages: what stands there, when that was asked, and which message ids the page speaks for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from telethon.tl import functions, types

from monitor.model.following import Peer
from monitor.model.post import Observation
from monitor.telegram.client import Account
from monitor.telegram.convert import channel_titles, gone, handles, observation

PAGE = 100  # messages that Telegram gives at once


class Offer(Protocol):
    """Takes messages whose media may be worth fetching."""

    def __call__(self, message: Any, *, channel: str) -> None:
        """Take one message; never wait."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Neighbouring messages of one channel.

    What lies between ``lowest`` and ``highest`` and is not in ``ids`` does not exist; both are 0 for an empty page.
    ``is_short`` says that the history ends here, on the side to which it was read. ``chat`` is the channel as Telegram
    tells it, ``pts`` the number of the last change to it.
    """

    asked_at: datetime
    observations: tuple[Observation, ...]
    ids: frozenset[int]
    is_short: bool
    chat: Any
    pts: int | None

    @property
    def lowest(self) -> int:
        """The lowest message id."""
        return min(self.ids, default=0)

    @property
    def highest(self) -> int:
        """The highest message id."""
        return max(self.ids, default=0)


class History:
    """Reads the history of one channel over one account.

    ``names`` are the keys of the channels that are followed, by bare id: forwards from them go by these. ``offer`` is given
    each message, for its media.
    """

    def __init__(
        self, account: Account, peer: Peer, *, channel: str, names: Mapping[int, str], offer: Offer | None = None
    ) -> None:
        self._account, self._peer, self._channel, self._names = account, peer, channel, names
        self._offer = offer

    async def newest(self) -> Page:
        """Return the newest page."""
        return await self._page()

    async def below(self, message_id: int) -> Page:
        """Return the page just below a message id."""
        return await self._page(offset_id=message_id)

    async def above(self, message_id: int) -> Page:
        """Return the page just above a message id."""
        return await self._page(offset_id=message_id + 1, add_offset=-PAGE)

    async def last_before(self, instant: datetime) -> int:
        """Return the id of the last message that was posted before ``instant``, 0 for none."""
        page = await self._page(offset_date=instant, limit=1)
        return page.highest

    async def look_again(self, message_ids: Sequence[int]) -> tuple[Observation, ...]:
        """Return what each of these messages is now, or that it is gone; at most a page of them."""
        request = functions.channels.GetMessagesRequest(
            types.InputChannel(self._peer.telegram_id, self._peer.access_hash),
            [types.InputMessageID(number) for number in message_ids],
        )
        asked_at, answer = await self._account.ask(request, budget="history", channel=self._channel)
        there = {one.ref.message_id: one for one in self._observations(answer, asked_at)}
        return tuple(
            there.get(number) or gone(number, channel=self._channel, observed_at=asked_at)
            for number in sorted(message_ids)
        )

    async def _page(
        self, *, offset_id: int = 0, add_offset: int = 0, offset_date: datetime | None = None, limit: int = PAGE
    ) -> Page:
        request = functions.messages.GetHistoryRequest(
            peer=types.InputPeerChannel(self._peer.telegram_id, self._peer.access_hash),
            offset_id=offset_id, offset_date=offset_date, add_offset=add_offset, limit=limit, max_id=0, min_id=0, hash=0,
        )  # fmt: skip
        asked_at, answer = await self._account.ask(request, budget="history", channel=self._channel)
        return Page(
            asked_at=asked_at,
            observations=tuple(self._observations(answer, asked_at)),
            ids=frozenset(message.id for message in answer.messages),
            is_short=len(answer.messages) < limit,
            chat=next((chat for chat in answer.chats if chat.id == self._peer.telegram_id), None),
            pts=getattr(answer, "pts", None),
        )

    def _observations(self, answer: Any, at: datetime) -> list[Observation]:
        names, titles = {**handles(answer.chats), **self._names}, channel_titles(answer.chats)
        # What is left out are notices, such as a new title.
        messages = [message for message in answer.messages if isinstance(message, types.Message)]
        if self._offer is not None:
            for message in messages:
                self._offer(message, channel=self._channel)
        return [
            observation(message, channel=self._channel, observed_at=at, names=names, titles=titles)
            for message in messages
        ]
