import pytest

from monitor.comparison.places import PlaceMatch, match_places
from monitor.model.claim import Place
from tests.told import GOSSI, KIDAL, TINZAOUATEN

MALI = Place(id="ML", name="Mali", country="ML", latitude=17.0, longitude=-4.0, kind="country")
ALGERIA = Place(id="DZ", name="Algeria", country="DZ", latitude=28.0, longitude=2.0, kind="country")
TIMIAOUINE = Place(id="timiaouine", name="Timiaouine", country="DZ", latitude=20.43, longitude=1.81, parent="tam")
ACROSS = Place(id="tin-zaouatine", name="Tin Zaouatine", country="DZ", latitude=19.97, longitude=2.97, parent="tam")
GAO = Place(id="gao", name="Gao", country="ML", latitude=16.9, longitude=0.0, kind="region")
SAHEL = Place(id="sahel", name="Sahel", country=None, latitude=15.0, longitude=0.0, kind="area")


@pytest.mark.parametrize(
    ("first", "second", "match"),
    [
        pytest.param(TINZAOUATEN, TINZAOUATEN, PlaceMatch.SAME, id="one place"),
        pytest.param(TINZAOUATEN, ACROSS, PlaceMatch.NEAR, id="three kilometres, across a border"),
        pytest.param(TINZAOUATEN, TIMIAOUINE, PlaceMatch.APART, id="130 kilometres"),
        pytest.param(TINZAOUATEN, GOSSI, PlaceMatch.APART, id="across the country"),
        pytest.param(TINZAOUATEN, KIDAL, PlaceMatch.INSIDE, id="a town in its region"),
        pytest.param(TINZAOUATEN, MALI, PlaceMatch.INSIDE, id="a town in its country"),
        pytest.param(TINZAOUATEN, GAO, PlaceMatch.APART, id="a town and another region"),
        pytest.param(TINZAOUATEN, ALGERIA, PlaceMatch.APART, id="a town and another country"),
        pytest.param(TINZAOUATEN, SAHEL, PlaceMatch.UNKNOWN, id="a town and an area without borders"),
        pytest.param(TINZAOUATEN, None, PlaceMatch.UNKNOWN, id="a town and nowhere"),
    ],
)
def test_places_match_by_identity_distance_and_containment(
    first: Place, second: Place | None, match: PlaceMatch
) -> None:
    assert match_places(first, second) is match
    assert match_places(second, first) is match
