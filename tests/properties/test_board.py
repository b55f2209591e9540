"""Reports that come, change and go in any order stand where they would if all had been taken in order of time."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.comparison import board
from monitor.comparison.board import Board, keys_of
from monitor.model.claim import Kind, Place
from monitor.model.post import PostRef
from monitor.model.quantity import Quantity
from monitor.model.report import Answer, Found, Placed, Report, Wanted
from tests.told import BATTLE, GOSSI, KIDAL, NOON, TINZAOUATEN

CAMP = Place(id="camp", name="Camp", country="ML", latitude=20.1, longitude=3.1, parent="kidal")
VOCABULARY = (
    "convoy",
    "ambush",
    "helicopter",
    "sandstorm",
    "retreated",
    "mercenaries",
    "wounded",
    "village",
    "borderland",
)


class Shelf:
    """Where reports are kept between two settlings, as a database would: it tells only what it is asked for."""

    def __init__(self) -> None:
        self.placed: dict[str, Placed] = {}
        self.keys: dict[str, frozenset[int]] = {}

    def settle(self, *, gone: Iterable[str], come: Sequence[Report]) -> None:
        desk = Board(newest=max(self.placed, default=""))
        look = desk.settle(gone=[self.placed[one] for one in gone], come=come)
        found: Found | None = None
        try:
            while True:
                wanted = next(look) if found is None else look.send(found)
                found = self._look_up(wanted)
        except StopIteration:
            pass
        for one in gone:
            del self.placed[one]
        for new in come:
            self.placed[new.id] = Placed(report=new, occurrence="")
            self.keys[new.id] = frozenset(key.hash for key in keys_of(new))
        for report, occurrence in desk.moved():
            self.placed[report] = Placed(report=self.placed[report].report, occurrence=occurrence)

    def _look_up(self, wanted: Wanted) -> Found:
        listed: list[tuple[int, str, str]] = []
        for key in sorted(wanted.keys):
            with_key = [one for one in sorted(self.placed) if key in self.keys[one]]
            if wanted.before:
                chosen = [one for one in with_key if one < wanted.before][-wanted.limit :]
            else:
                chosen = [one for one in with_key if one > wanted.after][: wanted.limit]
            listed += [(key, one, self.placed[one].occurrence) for one in chosen]
        return Found(
            listed=listed,
            placed=[one for _, one in sorted(self.placed.items()) if one.occurrence in wanted.occurrences],
        )


@st.composite
def reports(draw: st.DrawFn) -> list[Report]:
    found = []
    for number in range(draw(st.integers(1, 14))):
        at = NOON + timedelta(hours=draw(st.integers(0, 120)))
        day = BATTLE + timedelta(days=draw(st.integers(0, 6)))
        channel = draw(st.sampled_from(["army", "desk", "rebels"]))
        found.append(
            Report(
                id=f"{at:%Y-%m-%dT%H:%M:%S.%f} {channel} {number:012d} 000",
                ref=PostRef(channel=channel, message_id=number),
                said_at=at,
                day_from=day,
                day_to=day,
                is_dated=draw(st.booleans()),
                place=draw(st.sampled_from([TINZAOUATEN, GOSSI, KIDAL, CAMP, None])),
                words=tuple(draw(st.permutations(VOCABULARY))[: draw(st.integers(0, 5))]),
                answers=(
                    Answer(
                        kind=draw(st.sampled_from([Kind.KILLED, Kind.WOUNDED])),
                        quantity=Quantity.exactly(draw(st.sampled_from([1, 2, 7, 25, 47, 84, 120]))),
                        side=draw(st.sampled_from(["MLI", "WAGNER", None])),
                    ),
                ),
                points_to=tuple(
                    PostRef(channel=channel, message_id=other)
                    for other in draw(st.sets(st.integers(0, 14), max_size=1))
                ),
            )
        )
    return found


def whole(given: Iterable[Report]) -> dict[str, str]:
    shelf = Shelf()
    shelf.settle(gone=(), come=sorted(given, key=lambda one: one.id))
    return {key: one.occurrence for key, one in shelf.placed.items()}


@pytest.fixture(autouse=True, params=[32, 2], ids=["all are seen", "two are seen by a key"])
def sight(request: pytest.FixtureRequest) -> Iterator[None]:
    """Also let a key show so few reports that most stand behind others."""
    before, board._NEWEST = board._NEWEST, request.param
    yield
    board._NEWEST = before


@settings(max_examples=60, deadline=None)
@given(given=reports(), others=reports(), data=st.data())
def test_any_order_batches_changes_and_departures_end_alike(
    given: list[Report], others: list[Report], data: st.DataObject
) -> None:
    shelf = Shelf()
    wanted = {one.id: one for one in given}
    passing = {one.id: one for one in others}  # stood there for a while, some under the names of those that stay
    waiting = data.draw(st.permutations([*passing.values(), *wanted.values()]))
    while waiting:
        size = data.draw(st.integers(1, len(waiting)))
        batch = {one.id: one for one in waiting[:size]}
        waiting = waiting[size:]
        shelf.settle(gone=[one for one in batch if one in shelf.placed], come=list(batch.values()))
    stray = [one for one in shelf.placed if one not in wanted]
    amiss = [one for one in wanted if shelf.placed[one].report != wanted[one]]
    shelf.settle(gone=stray, come=())
    shelf.settle(gone=amiss, come=[wanted[one] for one in amiss])
    assert {key: one.occurrence for key, one in shelf.placed.items()} == whole(wanted.values())
