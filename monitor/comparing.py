"""Bring incidents and findings in step with the posts that changed, a step at a time, by their neighbourhood alone."""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from monitor.comparison import Comparison, Voices, compare, compare_groups, examine, names_of
from monitor.comparison.board import Board, keys_of, speaker_key
from monitor.comparison.compare import positions_of
from monitor.comparison.incidents import Group, occurrence, occurrence_id, total, totals_of
from monitor.comparison.reports import Told, reports_of, total_report
from monitor.comparison.statements import statements_of
from monitor.comparison.tables import Row, rows_of
from monitor.model.claim import ReadPost
from monitor.model.finding import Change, Incident, IncidentChange
from monitor.model.report import Found, Placed
from monitor.store import ComparisonDesk, Counted, Kept, Store

STEP = 400  # posts compared in one transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What comparing looked at and changed: posts, incidents with their findings, and rows that are other now."""

    posts: int = 0
    incidents: int = 0
    findings: int = 0
    changed: int = 0

    def __add__(self, other: "Compared") -> "Compared":
        """Add up two steps."""
        return Compared(
            posts=self.posts + other.posts,
            incidents=self.incidents + other.incidents,
            findings=self.findings + other.findings,
            changed=self.changed + other.changed,
        )


async def compare_stored(store: Store) -> Compared:
    """Bring incidents and findings in step with the claims stored.

    Only posts that changed, and those that can see a difference, are looked at; the outcome is that of comparing all.
    Each step is one transaction, so that a crash costs one step. Statuses are as of the newest instant stored, never the
    wall clock, so that the same posts end in the same findings.
    """
    compared = Compared()
    while True:
        as_of = await store.newest_instant()
        async with store.comparing() as desk:
            step, is_done = await _step(desk, as_of=as_of or datetime.min.replace(tzinfo=UTC))
        compared += step
        if is_done:
            return compared


async def compare_kept(store: Store, posts: Sequence[ReadPost], *, as_of: datetime) -> Comparison:
    """Compare ``posts`` as ``compare`` does, with the occurrences that are stored instead of finding them again.

    That is what takes a busy day's time. Where a post waits to be compared, or one of ``posts`` reports what is not
    stored so (one looked at as it was before an edit), everything is compared anew.
    """
    told = await asyncio.to_thread(lambda: {key: one for post in posts for key, one in _told(post).items()})
    async with store.looking() as desk:
        waits = bool(await desk.stale(1))
        kept = await desk.occurrences(since=min((post.post.date for post in posts), default=as_of))
        channels = await desk.channels()
    is_kept = all(key in kept and sums_up in {None, kept[key]} for key, (_, sums_up) in told.items())
    if waits or not is_kept:
        return await asyncio.to_thread(compare, posts, as_of=as_of, channels=channels)
    members: dict[str, list[Told]] = defaultdict(list)
    for key in sorted(told):
        members[kept[key]].append(told[key][0])

    def examined() -> Comparison:
        groups = sorted((_group(name, here) for name, here in members.items()), key=lambda one: one.incident.id)
        return compare_groups(groups, voices=Voices(channels), as_of=as_of)

    return await asyncio.to_thread(examined)


async def table_of(store: Store, name: str) -> tuple[Incident, tuple[Row, ...]] | None:
    """Return the incident whose id begins with ``name``, laid out; ``None`` if there is none or more than one."""
    incident = await store.incident(name)
    as_of = await store.newest_instant()
    if incident is None or as_of is None:
        return None
    async with store.looking() as desk:
        named = await desk.occurrence_of(incident.id)
        groups = await _groups(desk, [named])
        voices = Voices(await desk.channels())
    return incident, tuple(
        row for group in groups.values() for row in rows_of(positions_of(group, voices=voices), as_of=as_of)
    )


async def _step(desk: ComparisonDesk, *, as_of: datetime) -> tuple[Compared, bool]:
    """Compare the next posts that wait, and tell whether none waits any more."""
    channels = await desk.channels()
    voices = Voices(channels)
    stale = await desk.stale(STEP)
    posts = await desk.posts([one.post for one in stale])
    held = await desk.reports_of([one.post for one in stale])
    board = Board(newest=await desk.newest())
    touched = {one.occurrence for placed in held.values() for one in placed}
    touched |= set(await desk.due(as_of))
    renamed = set(await desk.renamed({one.key.casefold(): "\x1f".join(names_of(one)) for one in channels}))
    names = {name for one in channels if one.key.casefold() in renamed for name in names_of(one)}
    touched |= await desk.occurrences_by({speaker_key(name) for name in names})
    touched |= await _settle(desk, board, posts, held)
    found, looked_at = await _examine(desk, touched, voices, as_of=as_of)
    changes = _changes(board, {one.occurrence for one in found}, as_of)
    saved = await desk.save_incidents(touched, found, changes)
    await desk.done(stale)
    step = Compared(
        posts=len(stale),
        incidents=looked_at,
        findings=sum(len(one.findings) for one in found),
        changed=saved.added + saved.changed + saved.removed,
    )
    return step, len(stale) < STEP


async def _settle(
    desk: ComparisonDesk, board: Board, posts: Mapping[int, ReadPost], held: Mapping[int, Sequence[Placed]]
) -> set[str]:
    """Store what the posts report now, put every report where it belongs, and return the occurrences touched."""
    old = {one.report.id: one for placed in held.values() for one in placed}
    come: list[Kept] = []
    same: set[str] = set()
    for row, post in posts.items():
        for told, sums_up in _told(post).values():
            before = old.get(told.report.id)
            if before is not None and before.report == told.report and (sums_up or "") in {"", before.occurrence}:
                same.add(told.report.id)
                continue
            keys = {speaker_key(speaker) for speaker in told.report.speakers}
            if sums_up is None:
                keys |= {key.hash for key in keys_of(told.report)}
            placed = Placed(report=told.report, occurrence=sums_up or told.report.id)
            come.append(Kept(post=row, placed=placed, keys=tuple(sorted(keys))))
    gone = [one for key, one in old.items() if key not in same]
    await _drive(
        desk,
        board,
        gone=[one for one in gone if not _is_total(one.occurrence)],
        come=[one.placed for one in come if not _is_total(one.placed.occurrence)],
    )
    await desk.save_reports(gone=[one.report.id for one in gone], come=come, moved=board.moved())
    totals = {one.placed.occurrence for one in come if _is_total(one.placed.occurrence)}
    return board.touched | totals


async def _drive(desk: ComparisonDesk, board: Board, *, gone: Iterable[Placed], come: Iterable[Placed]) -> None:
    """Let the board settle, and look up what it asks for."""
    look = board.settle(gone=gone, come=[one.report for one in come])
    found: Found | None = None
    while True:
        try:
            wanted = next(look) if found is None else look.send(found)
        except StopIteration:
            return
        found = await desk.look_up(wanted)


async def _examine(
    desk: ComparisonDesk, touched: Collection[str], voices: Voices, *, as_of: datetime
) -> tuple[list[Counted], int]:
    """Compare the occurrences that still have reports."""
    groups = await _groups(desk, touched)
    examined = await asyncio.to_thread(
        lambda: {name: examine(group, voices=voices, as_of=as_of) for name, group in groups.items()}
    )
    found = [
        Counted(occurrence=name, incident=one.incident, findings=one.findings, due_at=one.due_at)
        for name, one in sorted(examined.items())
    ]
    return found, len(groups)


async def _groups(desk: ComparisonDesk, occurrences: Collection[str]) -> dict[str, Group]:
    """Bring together what is said of each occurrence that still has reports."""
    members = await desk.members(occurrences)
    posts = await desk.posts({row for reports in members.values() for row in reports.values()})
    told = {row: _told(post) for row, post in posts.items()}
    groups: dict[str, Group] = {}
    for name, reports in members.items():
        # A post that changed since may not report so any more: then it waits, and will be here again.
        here = [told[row][report] for report, row in reports.items() if report in told.get(row, {})]
        if here:
            groups[name] = _group(name, [one for one, _ in here])
    return groups


def _told(post: ReadPost) -> dict[str, tuple[Told, str | None]]:
    """Return what a post reports by its id; of a total also what is summed up."""
    statements = statements_of([post])
    found: dict[str, tuple[Told, str | None]] = {one.report.id: (one, None) for one in reports_of(statements)}
    for number, (name, summed) in enumerate(sorted(totals_of(statements).items())):
        told = total_report(summed, number)
        found[told.report.id] = (told, name)
    return found


def _group(name: str, told: Sequence[Told]) -> Group:
    if _is_total(name):
        return total(name, [statement for one in told for statement in one.statements])
    return occurrence(told)


def _is_total(name: str) -> bool:
    """Tell occurrences named by what they sum up from those named by their earliest report, which begins with a year."""
    return not name[:1].isdigit()


def _changes(board: Board, there: Collection[str], as_of: datetime) -> list[IncidentChange]:
    """Return which incidents joined others or parted."""
    return [
        IncidentChange(
            incident=occurrence_id(was),
            change=Change.PARTED if was in there else Change.JOINED,
            other=occurrence_id(now),
            at=as_of,
        )
        for was, now in sorted(board.passages())
    ]
