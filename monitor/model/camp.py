"""Which camp a single side fights in."""

from collections.abc import Mapping
from typing import Final

# A side whose members its parent also counts; the lexicon of sides names the same one.
PARENTS: Final[Mapping[str, str]] = {"WAGNER": "RU"}


def camp_of(side: str) -> str:
    """Return the camp that a single side fights in: its parent, if it has one."""
    return PARENTS.get(side, side)
