"""Every claim of every revision, with when it was said and whether it still stands."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from monitor.comparison.places import is_wide
from monitor.model.claim import Claim, Kind, Polarity, ReadPost, ReadRevision, Scope, TimeBasis
from monitor.model.post import PostRef
from monitor.model.quantity import Quantity

Key = tuple[str, int, int, int]  # channel, message, revision, index: what identifies a statement
_Figure = tuple[Kind, Quantity, str | None, Polarity, Scope, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A claim where and when it was made.

    A figure that an edit leaves as it was is one statement, made when it first stood there. ``until`` is when a later revision replaced it or the post went; ``None`` while it stands. ``day_from`` and
    ``day_to`` are the days of the occurrence, the posting day where the text names none.
    """

    read: ReadPost
    revision: int
    index: int
    claim: Claim
    said_at: datetime
    until: datetime | None
    is_deleted: bool
    day_from: date
    day_to: date

    @property
    def ref(self) -> PostRef:
        """The post it stands in."""
        return self.read.post.ref

    @property
    def channel(self) -> str:
        """The key of the channel that said it, folded for comparison."""
        return self.read.post.ref.channel.casefold()

    @property
    def key(self) -> Key:
        """What identifies it."""
        return (self.channel, self.ref.message_id, self.revision, self.index)

    @property
    def text(self) -> str:
        """The revision that it stands in."""
        return next(text.text for text in self.read.post.revisions if text.number == self.revision)

    @property
    def order(self) -> tuple[datetime, str, int, int, int]:
        """Where it stands among all statements: by time, then by where it was said."""
        return (self.said_at, self.channel, self.ref.message_id, self.revision, self.index)

    @property
    def is_current(self) -> bool:
        """Whether it is in the current text of a post that is still there."""
        return self.until is None

    @property
    def scope(self) -> Scope:
        """What its figure sums up: a day's figure for one town is of one occurrence."""
        place = self.claim.place
        if self.claim.scope is Scope.DAILY and place is not None and not is_wide(place):
            return Scope.INCIDENT
        return self.claim.scope

    @property
    def is_dated(self) -> bool:
        """Whether the text names the day."""
        return self.claim.time_basis is not TimeBasis.POST

    @property
    def is_part(self) -> bool:
        """Whether it counts only a part of its kind: a subset, or one victim named without a number."""
        if self.claim.subset_of is not None:
            return True
        quantity = self.claim.quantity
        is_singular = quantity.low == 1 and quantity.high == 1 and self.claim.polarity is Polarity.ASSERTED
        return is_singular and bool(self.claim.words) and all(word.role != "number" for word in self.claim.words)


def statements_of(posts: Iterable[ReadPost]) -> tuple[Statement, ...]:
    """Return every claim that the posts make or made, hypothetical ones aside, earliest first.

    A post given twice counts once; of two states of it, the one with more revisions.
    """
    latest: dict[tuple[str, int], ReadPost] = {}
    for post in posts:
        key = (post.post.ref.channel.casefold(), post.post.ref.message_id)
        held = latest.get(key)
        if held is None or _state(held) < _state(post):
            latest[key] = post
    found = [statement for post in latest.values() for statement in _of_post(post)]
    return tuple(sorted(found, key=lambda one: one.order))


def _state(read: ReadPost) -> tuple[int, int, bool]:
    return (len(read.post.revisions), len(read.revisions), read.post.deleted_at is not None)


def _of_post(read: ReadPost) -> Iterable[Statement]:
    revisions = sorted(read.revisions, key=lambda one: one.number)
    said_before: dict[_Figure, datetime] = {}
    for revision, later in zip(revisions, (*revisions[1:], None), strict=True):
        seen_at = _seen_at(read, revision)
        kept = frozenset() if later is None else frozenset(map(_figure, later.claims))
        until = read.post.deleted_at if later is None else _seen_at(read, later)
        said: dict[_Figure, datetime] = {}
        for index, claim in enumerate(revision.claims):
            figure = _figure(claim)
            said[figure] = min(said_before.get(figure, seen_at), seen_at)
            if claim.polarity is Polarity.HYPOTHETICAL or figure in kept:
                continue
            day_from = claim.event_from or claim.event_to or read.post.date.date()
            yield Statement(
                read=read,
                revision=revision.number,
                index=index,
                claim=claim,
                said_at=said[figure],
                until=until,
                is_deleted=later is None and until is not None,
                day_from=day_from,
                day_to=max(day_from, claim.event_to or day_from),
            )
        said_before = said


def _figure(claim: Claim) -> _Figure:
    return (claim.kind, claim.quantity, claim.side, claim.polarity, claim.scope, claim.item)


def _seen_at(read: ReadPost, revision: ReadRevision) -> datetime:
    """Return when a revision was published, as closely as it is known."""
    if revision.number == 0:
        return read.post.date
    for text in read.post.revisions:
        if text.number == revision.number and text.edit_date is not None:
            return min(text.edit_date, text.observed_at)
    return revision.observed_at
