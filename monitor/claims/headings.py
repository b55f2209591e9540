"""Tables: a line that tells a harm, and the rows under it that only count."""

from dataclasses import dataclass

from monitor.claims.attach import EQUIPMENT, Attachment
from monitor.claims.mentions import Mentions
from monitor.claims.scan import Scan
from monitor.claims.text import BREAK

ROW = "row under a heading"
ROW_TOKENS = 14  # longest line that is taken for a row
_ENDS = frozenset(";\u25cf\u2022\u25aa\u25b6")  # marks between the rows of a table that stands in one line
_LOSSES = frozenset({"lost", "casualties", "destroyed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A line over tokens ``first`` to ``last`` (half-open) that says what the rows under it count, and whose."""

    first: int
    last: int
    kinds: tuple[str, ...]
    side: str | None


def heading_after(scan: Scan, mentions: Mentions, before: Heading | None, *, is_told: bool) -> Heading | None:
    """Return the heading that stands after a sentence: the sentence itself if it tells a harm, or the one before it.

    A sentence that ends within its line heads nothing: prose goes on after it.
    """
    first, last = mentions.first, mentions.last
    if not mentions.triggers:
        return None if not is_told and last - first > ROW_TOKENS else before
    if last < len(scan.tokens) and scan.tokens[last].kind != BREAK and scan.word(last) not in _ENDS:
        return None
    sides = [
        sense.value for match in scan.within(first, last, "side") for sense in match.senses if sense.category == "side"
    ]
    kinds = tuple(sense.value for sense in mentions.triggers[-1].senses)
    return Heading(first=first, last=last, kinds=kinds, side=sides[0] if sides else None)


def rows_under(heading: Heading, mentions: Mentions) -> list[Attachment]:
    """Give the rows of a table the harm that its heading tells; only rows that count a known noun."""
    found = []
    for phrase in mentions.phrases:
        if phrase.number != "given" or phrase.is_bare:
            continue
        if phrase.item is not None:
            if _LOSSES & set(heading.kinds):
                found.append(Attachment(phrase=phrase, kind=EQUIPMENT, rule=ROW))
        else:
            kind = next((kind for kind in heading.kinds if kind != "destroyed"), None)
            if kind is not None:
                found.append(Attachment(phrase=phrase, kind="casualties" if kind == "lost" else kind, rule=ROW))
    return found
