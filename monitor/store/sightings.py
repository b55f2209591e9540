"""What follows from the sightings of a post, whatever the order in which they arrive.

Per text only the first and the last sighting are kept: both are a minimum or a maximum, so that any order and any batching
of the same observations ends in the same rows, and looking again at an unchanged post adds none. A post that swings
between two texts more than once and back shows its first and last swing only.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple


class Sighting(NamedTuple):
    """When a text was seen, and the edit date that the post bore then."""

    at: datetime
    edit_date: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One text of a post, by its hash, with its first and last sightings."""

    text_hash: str
    first: Sighting
    last: Sighting


def widened(version: Version | None, sighting: Sighting, *, text_hash: str) -> Version:
    """Return ``version`` after one more sighting of its text; ``None`` is a text not seen before."""
    if version is None:
        return Version(text_hash=text_hash, first=sighting, last=sighting)
    if _order(sighting) < _order(version.first):
        return replace(version, first=sighting)
    if _order(sighting) > _order(version.last):
        return replace(version, last=sighting)
    return version


def timeline(versions: Iterable[Version]) -> tuple[tuple[Version, Sighting], ...]:
    """Return the texts in the order in which the post showed them, each with the sighting that brought it.

    Two texts seen at one instant are ordered by hash. A text that came back stands again from the edit that brought it
    back, as far as its last sighting tells that, or else from its last sighting.

    >>> from datetime import UTC
    >>> day = lambda number: Sighting(datetime(2024, 7, number, tzinfo=UTC))
    >>> seen = [Version(text_hash="a", first=day(1), last=day(3)), Version(text_hash="b", first=day(2), last=day(2))]
    >>> [(version.text_hash, sighting.at.day) for version, sighting in timeline(seen)]
    [('a', 1), ('b', 2), ('a', 3)]
    """
    seen = [(version, sighting) for version in versions for sighting in (version.first, version.last)]
    shown: list[tuple[Version, Sighting]] = []
    for version, sighting in sorted(seen, key=lambda one: (one[1].at, one[0].text_hash, _order(one[1]))):
        if shown and shown[-1][0].text_hash == version.text_hash:
            continue
        is_back = sighting is version.last and sighting is not version.first
        if is_back and sighting.edit_date is not None and shown[-1][1].at < sighting.edit_date <= sighting.at:
            # Not the sighting itself, which moves on whenever the post is looked at again.
            shown.append((version, sighting._replace(at=sighting.edit_date)))
        else:
            shown.append((version, sighting))
    return tuple(shown)


def deleted_at(*, last_seen: datetime, first_gone: datetime | None, last_gone: datetime | None) -> datetime | None:
    """Return since when a post is known to be gone, ``None`` for one that was seen no earlier than it was missed."""
    if first_gone is None or last_gone is None or last_gone <= last_seen:
        return None
    return first_gone if first_gone > last_seen else last_gone


def age_class(*, posted: datetime, at: datetime) -> int:
    """Return in which doubling of its age in hours a post was at ``at``: 0 in its first hour, 1 in its second, 2 up to 4."""
    return (max(0, int((at - posted).total_seconds())) // 3600).bit_length()


def _order(sighting: Sighting) -> tuple[datetime, bool, datetime]:
    return (sighting.at, sighting.edit_date is not None, sighting.edit_date or sighting.at)
