"""The reconciler: reads history itself, so that what is stored is what stands there. It alone moves the verified marks."""

from collections.abc import Callable, Mapping

from monitor.model.following import Backfill, Recorded, Stretch
from monitor.telegram.client import Account
from monitor.telegram.history import PAGE, History, Offer, Page
from monitor.telegram.ledger import Ledger
from monitor.telegram.target import Target

Announce = Callable[[Recorded], None]


class Reconciler:
    """Reads the channels of one account. ``announce`` is told what each page brought, once it is committed.

    Everything here may be broken off anywhere and begun again: what was read is recorded page by page, with the fact that it
    was read. All of it raises what ``Account.ask`` raises.
    """

    def __init__(
        self, account: Account, store: Ledger, *, announce: Announce, names: Mapping[int, str], offer: Offer
    ) -> None:
        self._account, self._store, self._announce, self._names = account, store, announce, names
        self._offer = offer

    async def verify(self, target: Target) -> Page:
        """Make history known without a gap from the verified mark to the newest post; return the newest page.

        The newest page comes first, and is often all there is to read. What lies between it and the mark is read upwards
        from the mark: the holes in message ids (deleted posts, notices) are only known to be holes when both sides of them
        stand on one page.
        """
        history = self._history(target)
        marks = await self._store.marks(target.key)
        if target.state is None:
            target.state = marks.state
        page = await history.newest()
        # What is pushed meanwhile may be ahead of the page; what the page shows may be pushed later.
        target.pts = max(target.pts or 0, page.pts or 0) or None
        if marks.verified_to is None:
            await self._begin(target, history, page)
            return page
        floor = marks.verified_from or 1
        low = floor if page.is_short else max(page.lowest, floor)
        seen = max(marks.highest_seen or 0, page.highest)
        await self._settle(target, history, page, low=low, high=page.highest, look_up_to=seen)
        if low > marks.verified_to + 1:
            await self._close_gap(target, history, page, mark=marks.verified_to, low=low)
        if (
            target.recheck_below is None
        ):  # one that is under way goes on: begun anew at every look it might never get deep
            target.rechecked = 0
            self._plan_recheck(target, page, floor=floor)
        return page

    async def recheck(self, target: Target) -> None:
        """Look again at one more page of the posts that may still be edited or deleted."""
        below = target.recheck_below
        if below is None:
            return
        history = self._history(target)
        floor = (await self._store.marks(target.key)).verified_from or 1
        page = await history.below(below)
        low = floor if page.is_short else max(page.lowest, floor)
        await self._settle(target, history, page, low=low, high=below - 1)
        self._plan_recheck(target, page, floor=floor)

    async def fill(self, target: Target) -> None:
        """Read one page of the highest hole on record."""
        holes = await self._store.holes(target.key)
        if not holes:
            target.has_holes = False
            return
        history, hole = self._history(target), holes[-1]
        page = await history.below(hole.to_id + 1)
        low = hole.from_id if page.is_short else max(page.lowest, hole.from_id)
        await self._settle(target, history, page, low=low, high=hole.to_id)
        if low == hole.from_id:
            await self._store.finish_backfills(target.key, at=page.asked_at)

    async def begin_backfill(self, target: Target, asked: Backfill) -> None:
        """Turn a request for older posts into a hole, which is then filled as any other."""
        last_before = await self._history(target).last_before(asked.since)
        now = self._account.clock.now()
        await self._store.begin_backfill(asked, from_id=last_before + 1, at=now)
        await self._store.finish_backfills(target.key, at=now)
        target.has_holes = True

    def _history(self, target: Target) -> History:
        if target.peer is None:
            raise ValueError(f"{target.key}: it is not known yet how to reach it")
        return History(self._account, target.peer, channel=target.key, names=self._names, offer=self._offer)

    async def _begin(self, target: Target, history: History, page: Page) -> None:
        """Read a channel for the first time: its newest page now, the rest of the span that is wanted as a hole."""
        since = page.asked_at - target.followed.backfill
        older = [one.ref.message_id for one in page.observations if one.date is not None and one.date < since]
        missing_from = None
        if older:
            low = max(older) + 1
        elif page.is_short:
            low = 1
        else:
            low, missing_from = page.lowest, await history.last_before(since) + 1
        await self._settle(target, history, page, low=low, high=page.highest, missing_from=missing_from)
        target.has_holes = True

    async def _close_gap(self, target: Target, history: History, page: Page, *, mark: int, low: int) -> None:
        while mark < low - 1:
            step = await history.above(mark)
            top = max(step.highest, low - 1) if step.is_short else step.highest
            if top <= mark:
                return  # Telegram gave what was not asked for: better to read again later than for ever
            await self._settle(target, history, step, low=mark + 1, high=top)
            mark = top
        if mark < page.highest:
            await self._store.record_history(
                target.key, Stretch(from_id=mark + 1, to_id=page.highest, at=page.asked_at), ()
            )

    async def _settle(
        self,
        target: Target,
        history: History,
        page: Page,
        *,
        low: int,
        high: int,
        look_up_to: int | None = None,
        missing_from: int | None = None,
    ) -> None:
        """Record that history from ``low`` to ``high`` is what the page shows; what it should show and does not is asked for."""
        present = await self._store.present_ids(target.key, from_id=low, to_id=max(high, look_up_to or 0))
        missing = [number for number in present if number not in page.ids]
        found = [one for one in page.observations if one.ref.message_id >= low]
        for start in range(0, len(missing), PAGE):
            found += await history.look_again(missing[start : start + PAGE])
        new = target.unlike_before(found)
        stretch = Stretch(from_id=low, to_id=high, at=page.asked_at, missing_from=missing_from)
        self._announce(await self._store.record_history(target.key, stretch, new))
        target.remember(new)

    @staticmethod
    def _plan_recheck(target: Target, page: Page, *, floor: int) -> None:
        """Decide whether what lies below a page is looked at again, too."""
        since = page.asked_at - target.followed.recheck
        target.rechecked += len(page.ids)
        is_older = any(one.date is not None and one.date < since for one in page.observations)
        is_enough = target.rechecked >= target.followed.recheck_posts
        done = page.is_short or is_older or is_enough or page.lowest <= floor
        target.recheck_below = None if done else page.lowest
