"""How far apart two places are, as far as one occurrence is concerned (CODEBOOK 4.2, rule 3)."""

from enum import Enum
from math import asin, cos, radians, sin, sqrt

from monitor.model.claim import Place

NEAR_KM = 50.0  # about four in five reports place an event within this (Weidmann 2015, CODEBOOK 1.2)
_SUBURB_KM = 10.0
_SITE_KM = 25.0
_EARTH_KM = 6371.0
_DEGREE_KM = 110.0  # of latitude
_WIDE = frozenset({"country", "region", "area", "water"})  # gazetteer kinds that are no populated place


class PlaceMatch(Enum):
    """How two places stand to each other."""

    SAME = "same"
    NEAR = "near"
    INSIDE = "inside"
    UNKNOWN = "unknown"
    APART = "apart"


def match_places(first: Place | None, second: Place | None) -> PlaceMatch:
    """Return how two places stand to each other; the order of the arguments does not matter.

    ``NEAR``: two populated places within 50 km. ``INSIDE``: one holds the other.
    """
    if first is None or second is None:
        return PlaceMatch.UNKNOWN
    if first.id == second.id:
        return PlaceMatch.SAME
    if _holds(first, second) or _holds(second, first):
        return PlaceMatch.INSIDE
    if is_wide(first) or is_wide(second):
        return PlaceMatch.APART if _are_rivals(first, second) else PlaceMatch.UNKNOWN
    is_near = abs(first.latitude - second.latitude) * _DEGREE_KM <= NEAR_KM and distance_km(first, second) <= NEAR_KM
    return PlaceMatch.NEAR if is_near else PlaceMatch.APART


def is_wide(place: Place) -> bool:
    """Tell whether a place is a region or a country, which many occurrences share."""
    return place.kind in _WIDE


def is_one_town(first: Place | None, second: Place | None) -> bool:
    """Tell whether two places are one town, a town and its suburb, or a site outside its town."""
    if first is None or second is None or is_wide(first) or is_wide(second):
        return False
    reach = _SITE_KM if "site" in {first.kind, second.kind} else _SUBURB_KM
    return first.id == second.id or distance_km(first, second) <= reach


def is_one_region(first: Place | None, second: Place | None) -> bool:
    """Tell whether two places lie in one region; a town may be named for the region it gave its name to."""
    return first is not None and second is not None and first.parent is not None and first.parent == second.parent


def distance_km(first: Place, second: Place) -> float:
    """Return the great-circle distance."""
    up, across = radians(second.latitude - first.latitude), radians(second.longitude - first.longitude)
    chord = sin(up / 2) ** 2 + cos(radians(first.latitude)) * cos(radians(second.latitude)) * sin(across / 2) ** 2
    return 2 * _EARTH_KM * asin(sqrt(chord))


def _are_rivals(first: Place, second: Place) -> bool:
    """Tell whether of two places that do not hold each other, one wide, both cannot be meant."""
    if first.country is not None and second.country is not None and first.country != second.country:
        return True
    wholes = [one.id if one.kind == "region" else one.parent for one in (first, second)]
    return None not in wholes and "area" not in {first.kind, second.kind}


def _holds(outer: Place, inner: Place) -> bool:
    if inner.parent == outer.id:
        return True
    return outer.kind == "country" and outer.country is not None and outer.country == inner.country
