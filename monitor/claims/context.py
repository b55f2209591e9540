"""What is known beside a counted phrase when its side is asked for: the sentence, the text, the speaker, the channel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from monitor.claims.attach import Attachment
from monitor.claims.scene import Scene
from monitor.claims.stance import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class SideContext:
    """What is known beside the phrase: the sentence, who is quoted, whose country it happened in, whose channel it is.

    ``country``, ``text_country`` and ``alignment`` are side ids: where the towns of the sentence lie, where the first town
    of the text lies, whose voice the channel is; ``previous`` is the side of the last claim of the sentences before. ``earlier`` are the sides of the claims before it in the same sentence;
    ``groups`` the side of the last persons of each group in the sentences just before; ``scene`` the sides that the whole
    text names.
    """

    first: int
    last: int
    scene: Scene
    source: Source | None = None
    country: str | None = None
    text_country: str | None = None
    previous: str | None = None
    alignment: str | None = None
    enemy: str | None = None
    earlier: Sequence[tuple[Attachment, str | None]] = ()
    groups: Mapping[str, str] = field(default_factory=dict)
