"""Bring together what one post says about one occurrence: the unit that incidents are made of."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from monitor.comparison.copies import words_of
from monitor.comparison.places import is_wide
from monitor.comparison.statements import Statement, speaker_of
from monitor.comparison.words import telling
from monitor.model.claim import Claim, Place, Scope
from monitor.model.post import PostRef
from monitor.model.report import Answer, Report

_SHORT = 800  # code points: a post that tells of one thing
_NEAR = 240  # code points before and after a claim that are about it, in a post that tells of many
_FIRST_TOTAL = 500  # reports of a post numbered from here on are totals
_LINK = re.compile(r"\bt\.me/(?:s/)?(?P<channel>(?:c/)?\w+)/(?P<message>\d+)", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A report and the statements that it stands for, earliest first."""

    report: Report
    statements: tuple[Statement, ...]


def reports_of(statements: Iterable[Statement]) -> tuple[Told, ...]:
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
        groups = sorted(
            (sorted(group, key=lambda one: one.order) for group in _split(members)), key=lambda group: group[0].order
        )
        reports += [_report(group, number, is_alone=len(groups) == 1) for number, group in enumerate(groups)]
    return tuple(sorted(reports, key=lambda told: told.report.id))


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


def _report(ordered: Sequence[Statement], number: int, *, is_alone: bool) -> Told:
    first = ordered[0]
    dated = [one for one in ordered if one.is_dated]
    days = dated or ordered
    narrow = [one.claim.place for one in ordered if one.claim.place is not None and not is_wide(one.claim.place)]
    wide = [one.claim.place for one in ordered if one.claim.place is not None]
    answers = {
        Answer(
            kind=one.claim.kind,
            quantity=one.claim.quantity,
            side=one.claim.side,
            item=one.claim.item,
            polarity=one.claim.polarity,
        ): None
        for one in ordered
    }
    report = Report(
        id=_name(first, number),
        ref=PostRef(channel=first.channel, message_id=first.ref.message_id),
        said_at=first.said_at,
        day_from=min(one.day_from for one in days),
        day_to=max(one.day_to for one in days),
        is_dated=bool(dated),
        place=next(iter(narrow or wide), None),
        words=telling(word for one in ordered for word in words_of(_around(one, is_alone=is_alone))),
        answers=tuple(answers),
        points_to=tuple(sorted(set(_pointers(first)))),
        speakers=tuple(sorted({speaker for one in ordered if (speaker := speaker_of(one)) is not None})),
    )
    return Told(report=report, statements=tuple(ordered))


def _around(one: Statement, *, is_alone: bool) -> str:
    """Return the text about a statement: all of a short post, else what stands near the claim."""
    text, span = one.text, one.claim.span
    if is_alone and len(text) <= _SHORT:
        return text
    return text[max(0, span.start - _NEAR) : span.end + _NEAR]


def total_report(summed: Sequence[Statement], number: int) -> Told:
    """Return what a post tells of one total, of all its totals the one numbered so."""
    return _report(sorted(summed, key=lambda one: one.order), _FIRST_TOTAL + number, is_alone=False)


def _name(first: Statement, number: int) -> str:
    """Name a report so that names sort by time, and an edit that leaves its first figure renames nothing."""
    return f"{edge_of(first.said_at)} {first.channel} {first.ref.message_id:012d} {number:03d}"


def edge_of(instant: datetime) -> str:
    """Return what the names of all reports said at ``instant`` begin with."""
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds")


def _pointers(one: Statement) -> Iterable[PostRef]:
    post = one.read.post
    if post.reply_to is not None:
        yield PostRef(channel=one.channel, message_id=post.reply_to)
    if post.forward is not None and post.forward.channel is not None and post.forward.message_id is not None:
        yield PostRef(channel=post.forward.channel.removeprefix("@").casefold(), message_id=post.forward.message_id)
    for text in (one.text, *(entity.url for entity in post.entities if entity.url is not None)):
        for match in _LINK.finditer(text):
            yield PostRef(channel=match["channel"].removeprefix("c/").casefold(), message_id=int(match["message"]))
