"""Every claim of every revision, with when it was said and whether it still stands."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from monitor.comparison.places import is_wide
from monitor.model.claim import Claim, Kind, Polarity, ReadPost, ReadRevision, Scope, TimeBasis
from monitor.model.post import PostRef
from monitor.model.quantity import Quantity

Key = tuple[str, int, int, int]  # channel, message, revision, index: what identifies a statement
_PERSONS = frozenset({Kind.KILLED, Kind.WOUNDED, Kind.CAPTURED, Kind.MISSING})
_MANY, _SUMMED = 10, 2  # a figure from here on, and so many times all beside it, sums up what the text tells
_BATTLE = timedelta(days=3)  # a battle may last so long; what is told of more days at once is a campaign
_THOUSANDS = 1000  # persons that no single occurrence of these wars has cost
_ANSWERED = re.compile(
    r"\s*\N{LEFTWARDS ARROW WITH HOOK}[^\n\"]*\"[^\"]*(?:\"|\Z)"
)  # as mirrors of a channel write a reply
_Figure = tuple[Kind, Quantity, str | None, Polarity, Scope, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A claim where and when it was made.

    A figure that an edit leaves as it was is one statement, made when it first stood there. ``until`` is when a later revision replaced it or the post went; ``None`` while it stands. ``day_from`` and
    ``day_to`` are the days of the occurrence, the posting day where the text names none. ``is_item``: the same text
    counts others of the same kind and side beside it ("three seriously hurt, six lightly"), so that it is no sum.
    ``is_quoted``: it stands in the older post that this one answers and repeats above its own words.
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
    is_item: bool = False
    is_quoted: bool = False

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
        """What its figure sums up: a figure for one town and a day, or the few days of a battle, is of one occurrence."""
        if self.claim.scope in {Scope.DAILY, Scope.PERIOD} and self.is_local:
            span = self.day_to - self.day_from
            is_battle = self.is_dated and self.claim.period_start is None and timedelta(0) < span <= _BATTLE
            return Scope.INCIDENT if self.claim.scope is Scope.DAILY or is_battle else self.claim.scope
        return self.claim.scope

    @property
    def is_local(self) -> bool:
        """Whether it is told of one town or site: it belongs to an occurrence there, unless it sums up a war's thousands."""
        place = self.claim.place
        if place is None or is_wide(place):
            return False
        return not self.claim.is_cumulative or (self.claim.quantity.low or 0) < _THOUSANDS

    @property
    def is_dated(self) -> bool:
        """Whether the text names the day."""
        return self.claim.time_basis is not TimeBasis.POST

    @property
    def is_part(self) -> bool:
        """Whether it counts only a part of its kind: a subset, an item, or one victim named without a number."""
        if self.claim.subset_of is not None or self.is_item:
            return True
        quantity = self.claim.quantity
        is_singular = quantity.low == 1 and quantity.high == 1 and self.claim.polarity is Polarity.ASSERTED
        return is_singular and bool(self.claim.words) and all(word.role != "number" for word in self.claim.words)


def speaker_of(one: Statement) -> str | None:
    """Return who is said to say it, folded, ``None`` where the channel speaks itself."""
    said_by = one.claim.speaker or one.claim.attributed_to
    return None if said_by is None else " ".join(said_by.casefold().split())


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
        own_from = _own_words(read, revision)
        items = _items(revision.claims, own_from=own_from)
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
                is_item=index in items,
                is_quoted=claim.span.start < own_from,
            )
        said_before = said


def _own_words(read: ReadPost, revision: ReadRevision) -> int:
    """Return where a text's own words begin, after the older post that it answers."""
    text = next((one.text for one in read.post.revisions if one.number == revision.number), "")
    quoted = _ANSWERED.match(text)
    return 0 if quoted is None else quoted.end()


def _items(claims: Sequence[Claim], *, own_from: int) -> frozenset[int]:
    """Return the claims that only list what no claim of the text sums up, and those that another does sum up."""
    found: set[int] = set()
    own = [claim for claim in claims if claim.span.start >= own_from]
    for index, claim in enumerate(claims):
        if claim.span.start < own_from or not _is_listed(claim):
            continue
        beside = {other.quantity: other.quantity.low or 0 for other in own if _is_beside(claim, other)}
        beside.pop(claim.quantity, None)
        number, rest = claim.quantity.low or 0, sum(beside.values())
        if beside and number != rest and not (number >= _MANY and number > _SUMMED * rest):
            found.add(index)
    return frozenset(found)


def _is_beside(claim: Claim, other: Claim) -> bool:
    """Tell whether two figures of one text may add up."""
    if not _is_listed(other) or (claim.kind, claim.scope) != (other.kind, other.scope):
        return False
    return claim.side == other.side and (None in {claim.place, other.place} or claim.place == other.place)


def _is_listed(claim: Claim) -> bool:
    is_told = claim.polarity is Polarity.ASSERTED and claim.subset_of is None
    return is_told and claim.kind in _PERSONS and not claim.is_cumulative and (claim.quantity.low or 0) > 0


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
