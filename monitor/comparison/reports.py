"""Bring together what one post says about one occurrence: the unit that incidents are made of."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from monitor.comparison.copies import words_of
from monitor.comparison.places import is_wide
from monitor.comparison.statements import Statement
from monitor.model.claim import Claim, Kind, Place, Scope
from monitor.model.post import PostRef

Figure = tuple[Kind, str | None, str | None, int | None, int | None]

_LEAST_LETTERS = 4  # shorter words say little about which occurrence is meant
_SHORT = 800  # code points: a post that tells of one thing
_NEAR = 240  # code points before and after a claim that are about it, in a post that tells of many
_LINK = re.compile(r"\bt\.me/(?:s/)?(?P<channel>(?:c/)?\w+)/(?P<message>\d+)", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What one post says about one occurrence.

    ``is_dated`` tells whether the text names the day. ``points_to`` are the posts that the post replies to, forwards or
    links to.
    """

    statements: tuple[Statement, ...]
    place: Place | None
    day_from: date
    day_to: date
    is_dated: bool
    words: frozenset[str]
    sides: frozenset[str]
    figures: frozenset[Figure]
    points_to: frozenset[tuple[str, int]]

    @property
    def ref(self) -> PostRef:
        """The post."""
        return self.statements[0].ref

    @property
    def node(self) -> tuple[str, int]:
        """The post, as ``points_to`` names it."""
        return (self.statements[0].channel, self.ref.message_id)

    @property
    def said_at(self) -> datetime:
        """When it was first said."""
        return self.statements[0].said_at


def reports_of(statements: Sequence[Statement]) -> tuple[Report, ...]:
    """Split the statements about single occurrences into reports, earliest first.

    Claims of one post share a report when they name one place and day, or when all but one of its places are silent.
    Totals of a day, a period or a war make no report, unless they are of one town.
    """
    posts: dict[tuple[str, int], list[Statement]] = {}
    for one in statements:
        if one.scope is Scope.INCIDENT or one.is_local:
            posts.setdefault((one.channel, one.ref.message_id), []).append(one)
    reports = []
    for members in posts.values():
        groups = list(_split(members))
        reports += [_report(group, is_alone=len(groups) == 1) for group in groups]
    return tuple(sorted(reports, key=lambda report: report.statements[0].order))


def _split(members: Sequence[Statement]) -> Iterable[Sequence[Statement]]:
    """Part the statements of one post by place, then by day."""
    placed: dict[str, list[Statement]] = {}
    placeless: list[Statement] = []
    for one in members:
        if one.claim.place is None:
            placeless.append(one)
        else:
            placed.setdefault(one.claim.place.id, []).append(one)
    narrow = [key for key, group in placed.items() if not is_wide(_place(group[0].claim))]
    if len(narrow) == 1:
        home = placed[narrow[0]]
        home.extend(placeless)
        for key in [key for key in placed if key != narrow[0]]:
            home.extend(placed.pop(key))
        placeless = []
    elif len(placed) == 1:
        next(iter(placed.values())).extend(placeless)
        placeless = []
    for group in (*placed.values(), placeless):
        yield from _by_day(group)


def _place(claim: Claim) -> Place:
    if claim.place is None:
        raise ValueError("the claim has no place")
    return claim.place


def _by_day(group: Sequence[Statement]) -> Iterable[Sequence[Statement]]:
    """Part statements whose texts name different days; undated ones go with the earliest."""
    if not group:
        return
    dated: dict[date, list[Statement]] = {}
    undated: list[Statement] = []
    for one in sorted(group, key=lambda one: one.order):
        if not one.is_dated:
            undated.append(one)
        else:
            dated.setdefault(one.day_from, []).append(one)
    if not dated:
        yield undated
        return
    first = min(dated)
    dated[first].extend(undated)
    yield from (dated[day] for day in sorted(dated))


def _report(group: Sequence[Statement], *, is_alone: bool) -> Report:
    ordered = tuple(sorted(group, key=lambda one: one.order))
    dated = [one for one in ordered if one.is_dated]
    days = dated or ordered
    narrow = [one.claim.place for one in ordered if one.claim.place is not None and not is_wide(one.claim.place)]
    wide = [one.claim.place for one in ordered if one.claim.place is not None]
    return Report(
        statements=ordered,
        place=next(iter(narrow or wide), None),
        day_from=min(one.day_from for one in days),
        day_to=max(one.day_to for one in days),
        is_dated=bool(dated),
        words=frozenset(word for one in ordered for word in telling_words(one, is_alone=is_alone)),
        sides=frozenset(one.claim.side for one in ordered if one.claim.side is not None),
        figures=frozenset(
            (one.claim.kind, one.claim.side, one.claim.item, one.claim.quantity.low, one.claim.quantity.high)
            for one in ordered
        ),
        points_to=frozenset(_pointers(ordered)),
    )


def telling_words(one: Statement, *, is_alone: bool = False) -> Iterable[str]:
    """Yield the words about a statement that are long enough to say which occurrence is meant."""
    return (word for word in words_of(_around(one, is_alone=is_alone)) if len(word) >= _LEAST_LETTERS)


def _around(one: Statement, *, is_alone: bool) -> str:
    """Return the text about a statement: all of a short post, else what stands near the claim."""
    text, span = one.text, one.claim.span
    if is_alone and len(text) <= _SHORT:
        return text
    return text[max(0, span.start - _NEAR) : span.end + _NEAR]


def _pointers(ordered: Sequence[Statement]) -> Iterable[tuple[str, int]]:
    one = ordered[0]
    post = one.read.post
    if post.reply_to is not None:
        yield (one.channel, post.reply_to)
    if post.forward is not None and post.forward.channel is not None and post.forward.message_id is not None:
        yield (post.forward.channel.removeprefix("@").casefold(), post.forward.message_id)
    for text in (one.text, *(entity.url for entity in post.entities if entity.url is not None)):
        for match in _LINK.finditer(text):
            yield (match["channel"].removeprefix("c/").casefold(), int(match["message"]))
