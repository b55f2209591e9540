"""A channel that is being followed: what is known of it between two looks, and when it is looked at next."""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from monitor.model.following import Followed, Peer
from monitor.model.post import Observation

_REMEMBERED = 400  # posts a channel whose last look is remembered; beyond, a look writes what it need not


@dataclass(slots=True, kw_only=True)
class Target:
    """One channel. Times are those of the clock's ``monotonic``.

    ``due`` is when its history is to be verified, ``poll_due`` when changes are asked for that are not pushed, ``rest_until``
    when less urgent reading may go on; ``stamp`` puts the less urgent in line. ``recheck_below`` is the message id down to
    which posts were looked at again, ``rechecked`` how many; ``was_rechecked`` that this was what was done last. ``unjoined``
    is why it could not be joined, ``join_due`` when that is tried again. ``failures`` counts what went wrong in a row.
    """

    followed: Followed
    due: float
    poll_due: float = 0.0
    rest_until: float = 0.0
    stamp: float = 0.0
    join_due: float = 0.0
    peer: Peer | None = None
    is_member: bool = False
    unjoined: str | None = None
    is_busy: bool = False
    has_holes: bool = True
    pts: int | None = None
    recheck_below: int | None = None
    rechecked: int = 0
    was_rechecked: bool = False
    failures: int = 0
    state: str | None = None
    _looks: dict[int, int] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The channel part of its posts."""
        return self.followed.key

    def next_look(self, now: float) -> float:
        """Return when the channel's turn comes next: each has its own place in the interval, by its key."""
        every = max(self.followed.reconcile_every.total_seconds(), 1.0)
        place = zlib.crc32(self.key.encode()) / 2**32 * every
        return now + every - (now - place) % every

    def unlike_before(self, observations: Iterable[Observation]) -> list[Observation]:
        """Return what looks otherwise than when it was last looked at; counts only count once in a doubling of age."""
        return [one for one in observations if one.is_gone or self._looks.get(one.ref.message_id) != _look(one)]

    def remember(self, observations: Iterable[Observation]) -> None:
        """Keep how posts looked that are on record now."""
        for one in observations:
            if one.is_gone:
                self.forget(one.ref.message_id)
            else:
                self._looks[one.ref.message_id] = _look(one)
        if len(self._looks) > 2 * _REMEMBERED:
            for number in sorted(self._looks)[:-_REMEMBERED]:
                del self._looks[number]

    def forget(self, message_id: int) -> None:
        """Look at a post as if for the first time: something else was heard of it."""
        self._looks.pop(message_id, None)


def _look(one: Observation) -> int:
    posted = one.date or datetime.min.replace(tzinfo=UTC)
    hours = max(0, int((one.observed_at - posted).total_seconds())) // 3600
    return hash((one.text, one.edit_date, one.entities, one.media, one.forward, hours.bit_length()))
