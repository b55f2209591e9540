"""Whose voice an answer is, and the colour and shape that stand for a camp: told apart also by who sees few colours."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from monitor.digest.sides import SIDE_NAMES
from monitor.model.camp import camp_of
from monitor.model.finding import Citation


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """How a camp is drawn: a colour as ``#rrggbb``, and a shape as matplotlib names it."""

    colour: str
    shape: str


# Source: Okabe and Ito, Color Universal Design (2008); without the yellow, which is lost on white.
NO_CAMP: Final = Mark(colour="#6b6b6b", shape="o")
_FIXED: Mapping[str, Mark] = {
    "RU": Mark(colour="#d55e00", shape="s"),
    "UA": Mark(colour="#0072b2", shape="D"),
}
_OTHERS = (
    Mark(colour="#009e73", shape="^"),
    Mark(colour="#cc79a7", shape="v"),
    Mark(colour="#e69f00", shape="P"),
    Mark(colour="#56b4e9", shape="X"),
    Mark(colour="#000000", shape="h"),
)


def voice(cited: Citation) -> str | None:
    """Return the camp that speaks: the side that is quoted, else the channel's alignment; ``None`` if not known."""
    kind, _, name = cited.origin.id.partition(":")
    if kind == "speaker":
        return camp_of(name.upper()) if name.upper() in SIDE_NAMES else None
    return None if cited.alignment is None else camp_of(cited.alignment.upper())


def marks_of(camps: Iterable[str | None]) -> Mapping[str | None, Mark]:
    """Return a mark for each camp, the same for the same camps; those without a fixed one share what is left in turn."""
    named = sorted({camp for camp in camps if camp is not None})
    others = [camp for camp in named if camp not in _FIXED]
    marks: dict[str | None, Mark] = {camp: _FIXED[camp] for camp in named if camp in _FIXED}
    marks |= {camp: _OTHERS[number % len(_OTHERS)] for number, camp in enumerate(others)}
    return {**marks, None: NO_CAMP}
