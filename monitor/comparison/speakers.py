"""Know one speaker by several names: "Trump", "President Trump", "US President Trump"."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

_PREFIX = "speaker:"


def one_name(origins: Sequence[str]) -> Mapping[str, str]:
    """Map the fuller names of a speaker to the shortest one, among the origins of one incident.

    A name is another's if its words hold all of the other's, and no rival does so in other words: beside "Lebanese
    army" and "Israeli army", "army" could be either, and all three stay apart.
    """
    names = {origin: frozenset(origin.removeprefix(_PREFIX).split()) for origin in sorted(set(origins))}
    speakers = {origin: words for origin, words in names.items() if origin.startswith(_PREFIX) and words}
    found: dict[str, str] = {}
    for short, words in sorted(speakers.items(), key=lambda item: (len(item[1]), item[0])):
        if short in found:
            continue
        fuller = sorted(
            (other for other, longer in speakers.items() if words < longer),
            key=lambda other: (len(speakers[other]), other),
        )
        is_chain = all(speakers[one] <= speakers[other] for one, other in pairwise(fuller))
        if is_chain:
            found |= {other: short for other in fuller if other not in found}
    return found
