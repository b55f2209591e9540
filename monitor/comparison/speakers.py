"""Know one speaker by several names: "Trump", "President Trump", "US President Trump"."""

from collections.abc import Mapping
from itertools import pairwise

_PREFIX = "speaker:"


def one_name(origins: Mapping[str, str]) -> Mapping[str, str]:
    """Map the fuller names of a speaker to the shortest one, among the origins of one incident.

    A name is another's if its words hold all of the other's. Where two fuller names differ, as "Lebanese army" and
    "Israeli army" do beside "army", they are one speaker only if the short name is written as a proper name.

    Args:
        origins: The origins of the incident's claims, each with the words by which one claim names it.
    """
    speakers = {
        origin: frozenset(origin.removeprefix(_PREFIX).split())
        for origin in sorted(origins)
        if origin.startswith(_PREFIX) and origin != _PREFIX
    }
    found: dict[str, str] = {}
    for short, words in sorted(speakers.items(), key=lambda item: (len(item[1]), item[0])):
        if short in found:
            continue
        fuller = sorted((len(longer), other) for other, longer in speakers.items() if words < longer)
        is_chain = all(speakers[one] <= speakers[other] for (_, one), (_, other) in pairwise(fuller))
        if is_chain or _is_proper(origins[short]):
            found |= {other: short for _, other in fuller if other not in found}
    return found


def _is_proper(name: str) -> bool:
    """Tell whether every word of a name begins with a capital."""
    return bool(name) and all(word[0].isupper() for word in name.split())
