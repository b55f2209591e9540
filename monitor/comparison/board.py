"""Keep every report with the occurrence that it belongs to, while reports come, change and go in any order."""

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import blake2b
from heapq import heappop, heappush
from math import floor, inf

from monitor.comparison.likeness import THRESHOLD, Cluster, Member, score
from monitor.comparison.places import is_wide
from monitor.comparison.reports import edge_of
from monitor.model.claim import Place
from monitor.model.report import Found, Placed, Report, Wanted

_FAR = timedelta(days=60)  # how long a telling key finds an occurrence again
_NEAR = timedelta(days=5)  # the same for what many occurrences share
_NEWEST = 24  # reports looked at by one key: the newest before the one in question
_TELLING_FIGURE = 20  # a figure by which an occurrence of weeks ago is found again
_LEAST_FIGURE = 5  # smaller figures find too much
_WORDS = 10  # of a report, by which others are found
_INSTANT = timedelta(microseconds=1)
_LAST = "\N{TILDE}"  # sorts after every year
_TILE = 0.5  # degrees: half a tile; two places within 50 km mostly share one


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """What reports are found by; ``is_telling`` reaches back farther."""

    hash: int
    is_telling: bool

    @property
    def reach(self) -> timedelta:
        """How far back it is looked up."""
        return _FAR if self.is_telling else _NEAR


Look = Generator[Wanted, Found, None]


class _Entry:
    """A report on the board; most are only looked at, and need no keys."""

    __slots__ = ("_keys", "member", "report")

    def __init__(self, report: Report) -> None:
        self.report = report
        self.member = Member.of(report)
        self._keys: tuple[Key, ...] | None = None

    @property
    def keys(self) -> tuple[Key, ...]:
        if self._keys is None:
            self._keys = keys_of(self.report)
        return self._keys


@dataclass(slots=True)
class Board:
    """The reports known so far, by key and by occurrence.

    ``newest`` is the last report that is stored elsewhere, "" where all there are stand here: only then nothing is
    asked for. ``touched`` are the occurrences whose reports changed.
    """

    newest: str = ""
    touched: set[str] = field(default_factory=set)
    _entries: dict[str, _Entry] = field(default_factory=dict)
    _where: dict[str, str | None] = field(default_factory=dict)
    _lists: defaultdict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    _members: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    _clusters: dict[str, Cluster] = field(default_factory=dict)
    _whole: set[str] = field(default_factory=set)
    _gone: set[str] = field(default_factory=set)
    _new: set[str] = field(default_factory=set)
    _moved: set[str] = field(default_factory=set)
    _was: dict[str, str] = field(default_factory=dict)

    def occurrences(self) -> dict[str, tuple[str, ...]]:
        """Return the reports of every occurrence that is known whole, the earliest first."""
        return {key: tuple(members) for key, members in sorted(self._members.items()) if members}

    def moved(self) -> tuple[tuple[str, str], ...]:
        """Return every report that came or changed its occurrence, with the occurrence that it is in now."""
        return tuple((key, self._where[key] or key) for key in sorted(self._moved) if key in self._where)

    def passages(self) -> frozenset[tuple[str, str]]:
        """Return from which occurrence to which other reports moved that are still there."""
        there = ((was, self._where.get(key)) for key, was in self._was.items())
        return frozenset((was, now) for was, now in there if now is not None and now != was)

    def settle(self, *, gone: Iterable[Placed], come: Iterable[Report]) -> Look:
        """Take reports away and bring others, and put every report where it belongs then.

        The outcome is that of taking all reports in order of time and putting each with the best occurrence known before
        it, or else making a new one of it: only those are looked at again that can see a difference.

        Yields what must be looked up; what is found is sent back.
        """
        new = {report.id: report for report in come}
        waiting = _Waiting(new)
        for one in sorted(gone, key=lambda one: one.report.id):
            yield from self._remove(one, waiting)
        while (key := waiting.pop()) is not None:
            report = new.pop(key, None)
            if report is not None:
                self._insert(report)
            elif key in self._gone or key not in self._where:
                continue
            yield from self._replace(key, waiting, is_new=report is not None)

    def _remove(self, placed: Placed, waiting: "_Waiting") -> Look:
        key, occurrence = placed.report.id, placed.occurrence
        yield from self._know({occurrence})
        yield from self._wake({key, *self._members[occurrence]}, waiting, after=key)
        self._leave(key)
        waiting.add(self._orphans(key))
        for one in self._entries.pop(key).keys:
            listed = self._lists[one.hash]
            at = bisect_left(listed, key)
            if at < len(listed) and listed[at] == key:
                del listed[at]
        del self._where[key]
        self._gone.add(key)

    def _replace(self, key: str, waiting: "_Waiting", *, is_new: bool) -> Look:
        """Look where a report belongs, and wake those that can see it move."""
        before = self._where[key]
        if before is not None:
            yield from self._know({before})
        best = yield from self._best(key)
        if best == before and not is_new:
            return
        yield from self._know({best} if before is None else {best, before})
        watched = {key, *self._members[best], *(() if before is None else self._members[before])}
        yield from self._wake(watched, waiting, after=key)
        self._leave(key)
        waiting.add(self._orphans(key))
        self._enter(key, best)
        self.touched.add(best)

    def _best(self, key: str) -> Generator[Wanted, Found, str]:
        """Return the occurrence that a report belongs to, by what is earlier than it."""
        entry = self._entries[key]
        yield from self._look({one.hash for one in entry.keys}, before=key)
        found: set[str] = set()
        for one in entry.keys:
            listed = self._lists[one.hash]
            end = bisect_left(listed, key)
            earliest = _edge(entry.report.said_at, -one.reach)
            for other in listed[max(0, end - _NEWEST) : end]:
                occurrence = self._where[other]
                if other >= earliest and occurrence is not None:
                    found.add(occurrence)
        yield from self._know(found)
        best: tuple[float, str] | None = None
        for occurrence in sorted(found):
            cluster = self._as_of(occurrence, key)
            points = -inf if cluster is None else score(entry.member, cluster)
            if points >= THRESHOLD and (best is None or points > best[0]):
                best = (points, occurrence)
        return key if best is None else best[1]

    def _as_of(self, occurrence: str, key: str) -> Cluster | None:
        """Return an occurrence as the reports earlier than ``key`` tell of it."""
        members = self._members[occurrence]
        if members and members[-1] < key:
            if occurrence not in self._clusters:
                self._clusters[occurrence] = Cluster.of(self._entries[one].member for one in members)
            return self._clusters[occurrence]
        earlier = members[: bisect_left(members, key)]
        return Cluster.of(self._entries[one].member for one in earlier) if earlier else None

    def _wake(self, watched: set[str], waiting: "_Waiting", *, after: str) -> Look:
        """Let the reports later than ``after`` that look at one of ``watched`` be looked at again."""
        if self.newest > after:
            yield from self._look({key.hash for one in watched for key in self._entries[one].keys}, after=after)
        for one in watched:
            entry = self._entries[one]
            for key in entry.keys:
                listed = self._lists[key.hash]
                start = bisect_right(listed, max(one, after))
                latest = _edge(entry.report.said_at, key.reach + _INSTANT)
                waiting.add(other for other in listed[start : start + _NEWEST] if other < latest)

    # --- what is known

    def _look(self, keys: set[int], *, before: str = "", after: str = "") -> Look:
        """Learn which reports are listed by ``keys`` around a report."""
        if not self.newest:
            return
        limit = _NEWEST + len(self._gone)
        found = yield Wanted(keys=frozenset(keys), before=before, after=after, limit=limit)
        for key, report, occurrence in found.listed:
            if report in self._gone or report in self._new:
                continue  # what is stored of it holds no longer
            self._where.setdefault(report, occurrence)
            listed = self._lists[key]
            at = bisect_left(listed, report)
            if at == len(listed) or listed[at] != report:
                listed.insert(at, report)

    def _know(self, occurrences: set[str]) -> Look:
        """Learn every report of ``occurrences``."""
        missing = occurrences - self._whole if self.newest else set()
        if not missing:
            return
        found = yield Wanted(occurrences=frozenset(missing))
        self._whole |= missing
        for one in found.placed:
            key = one.report.id
            if key in self._gone or key in self._entries:
                continue
            self._entries[key] = _Entry(one.report)
            if self._where.setdefault(key, one.occurrence) == one.occurrence:
                insort(self._members[one.occurrence], key)

    def _insert(self, report: Report) -> None:
        self._gone.discard(report.id)
        entry = self._entries[report.id] = _Entry(report)
        for key in entry.keys:
            insort(self._lists[key.hash], report.id)
        self._where[report.id] = None
        self._whole.add(report.id)
        self._new.add(report.id)

    def _enter(self, key: str, occurrence: str) -> None:
        self._where[key] = occurrence
        self._moved.add(key)
        insort(self._members[occurrence], key)
        self._clusters.pop(occurrence, None)

    def _leave(self, key: str) -> None:
        occurrence = self._where[key]
        if occurrence is None:
            return
        self._members[occurrence].remove(key)
        self._clusters.pop(occurrence, None)
        self._was.setdefault(key, occurrence)
        self._where[key] = None
        self.touched.add(occurrence)

    def _orphans(self, key: str) -> tuple[str, ...]:
        """Set free the reports of the occurrence that was named after ``key``; they look for another."""
        orphans = tuple(self._members.get(key, ()))
        for one in orphans:
            self._leave(one)
        return orphans


class _Waiting:
    """Reports that wait to be looked at, the earliest first, each once."""

    def __init__(self, reports: Iterable[str]) -> None:
        self._heap = sorted(reports)
        self._held = set(self._heap)

    def add(self, reports: Iterable[str]) -> None:
        """Let more wait."""
        for one in reports:
            if one not in self._held:
                self._held.add(one)
                heappush(self._heap, one)

    def pop(self) -> str | None:
        """Take the earliest, ``None`` when none waits."""
        if not self._heap:
            return None
        earliest = heappop(self._heap)
        self._held.discard(earliest)
        return earliest


def keys_of(report: Report) -> tuple[Key, ...]:
    """Return what a report is found by and finds others by."""
    found = {_key("post", report.ref.channel, report.ref.message_id, is_telling=True)}
    found |= {_key("post", one.channel, one.message_id, is_telling=True) for one in report.points_to}
    for answer in report.answers:
        low, high = answer.quantity.low, answer.quantity.high
        size = high if low is None else low
        if (size or 0) >= _LEAST_FIGURE:
            is_telling = (size or 0) >= _TELLING_FIGURE
            found.add(_key("figure", answer.kind, answer.side, answer.item, size, is_telling=is_telling))
    found |= {_key("word", word, is_telling=False) for word in report.words[:_WORDS]}
    found |= set(_place_keys(report.place))
    return tuple(sorted(found, key=lambda key: key.hash))


def speaker_key(speaker: str) -> int:
    """Return by what the reports are found that quote a speaker."""
    return _key("speaker", speaker, is_telling=True).hash


def _place_keys(place: Place | None) -> Iterator[Key]:
    if place is None:
        return
    yield _key("country", place.country, is_telling=False)
    yield _key("place", place.id, is_telling=False)
    if place.parent is not None:
        yield _key("place", place.parent, is_telling=False)
    if not is_wide(place):
        column, row = floor(place.longitude / _TILE), floor(place.latitude / _TILE)
        for across in (0, 1):
            for up in (0, 1):
                yield _key("tile", column + across, row + up, is_telling=False)


def _key(*parts: object, is_telling: bool) -> Key:
    digest = blake2b("\x1f".join(map(str, parts)).encode(), digest_size=8).digest()
    return Key(hash=int.from_bytes(digest, signed=True), is_telling=is_telling)


def _edge(instant: datetime, after: timedelta) -> str:
    """Return what sorts before every report said at ``instant`` and so long after it, or later."""
    try:
        return edge_of(instant + after)
    except OverflowError:
        return "" if after < timedelta(0) else _LAST
