"""What is known beside a counted phrase when its side is asked for: the sentence, the text, the speaker, the channel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from monitor.claims.attach import Attachment
from monitor.claims.scene import Scene
from monitor.claims.stance import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class SideContext:
    """What is known beside the phrase: the sentence, who is quoted, what was told before it, whose channel it is.

    ``alignment`` is the side whose voice the channel is, ``enemy`` the side it fights. ``previous`` is the side of the last
    claim of the sentences before, ``earlier`` are those of the claims before it in the same sentence, ``groups`` the side of
    the last persons of each group and of the last hardware of each kind, ``soldiers`` the side of the soldiers told of in
    this sentence or in the one before; ``scene`` are the sides that the whole text names.
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
