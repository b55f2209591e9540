"""What is known beside a counted phrase when its side is asked for: the sentence, the text, the speaker, the channel."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from monitor.claims.attach import Attachment
from monitor.claims.nouns import Phrase
from monitor.claims.scene import Scene
from monitor.claims.stance import Source

_NAMED_REACH = 8  # sides looked at on either hand of a sentence for soldiers
_FIGHTING = frozenset({"military", "unknown"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SideContext:
    """What is known beside the phrase: the sentence, who is quoted, what was told before it, whose channel it is.

    ``alignment`` is the side whose voice the channel is, ``enemy`` the side it fights. ``previous`` is the side of the last
    claim of the sentences before, ``earlier`` are those of the claims before it in the same sentence, ``groups`` the side of
    the last persons of each group and of the last hardware of each kind, ``soldiers`` the side of the soldiers told of in
    this sentence or in the one before; ``by_channel`` are the sides that only the channel's alignment told so far; ``scene`` are the sides that the whole text names.
    """

    first: int
    last: int
    scene: Scene
    source: Source | None = None
    previous: str | None = None
    soldiers: str | None = None
    alignment: str | None = None
    enemy: str | None = None
    earlier: Sequence[tuple[Attachment, str | None]] = ()
    groups: Mapping[str, str] = field(default_factory=dict)
    by_channel: AbstractSet[str] = frozenset()


class Told:
    """What the sentences so far have told of whom, for what points back to it.

    ``previous`` is the side of the last claim; ``groups`` the side of the last persons of each group and of the last hardware
    of each kind; ``by_channel`` the sides that only the channel's alignment told.
    """

    def __init__(self) -> None:
        self.previous: str | None = None
        self.groups: dict[str, str] = {}
        self.by_channel: set[str] = set()
        self._soldiers: tuple[str, int] | None = None

    def keep(self, phrase: Phrase, side: str | None, first: int) -> None:
        """Keep whose soldiers, fighters or hardware a phrase of the sentence at token ``first`` tells of."""
        if side is None or side.startswith("civ"):
            return
        if phrase.item is not None:
            self.groups[phrase.item] = side
        elif phrase.group in _FIGHTING:
            self.groups[phrase.group or ""] = side
            self._soldiers = (side, first)

    def keep_named(self, phrases: Sequence[Phrase], first: int) -> None:
        """Keep the sides that the phrases of a sentence name themselves."""
        for phrase in phrases:
            if len(phrase.sides) == 1:
                self.keep(phrase, phrase.sides[0], first)

    def meet_soldiers(self, phrases: Sequence[Phrase], first: int) -> None:
        """Keep whose soldiers the sentence itself names: "a drone hit near the troops of X, nobody was hurt"."""
        for phrase in phrases:
            if phrase.group in _FIGHTING and len(phrase.sides) == 1:
                self._soldiers = (phrase.sides[0], first)

    def soldiers(self, scene: Scene, first: int) -> str | None:
        """Return the side of the soldiers told of in the sentence at token ``first`` or in the one before."""
        here = scene.sentence_of(first)
        if self._soldiers is not None and here - scene.sentence_of(self._soldiers[1]) <= 1:
            return self._soldiers[0]
        named = [one for one in scene.around(first, most=_NAMED_REACH) if here - 1 <= one.sentence <= here]
        return next((one.side for one in reversed(named) if one.group == "military" and not one.is_actor), None)
