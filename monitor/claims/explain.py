"""A reading laid out for people: the text, the claims with the words that made them, the numbers that are none."""

from collections.abc import Sequence

from monitor.claims.extract import Reject
from monitor.claims.notation import notation
from monitor.model.claim import Claim


def explain_text(text: str, language: str, claims: Sequence[Claim], rejects: Sequence[Reject]) -> str:
    """Return ``text``, then one block a claim and one line a number that is no claim."""
    lines = [text.strip("\n"), "", f"language: {language}"]
    if not claims:
        lines.append("no claims")
    for number, claim in enumerate(claims, start=1):
        lines += _claim_lines(number, claim, text)
    if rejects:
        lines.append("numbers that are no claims:")
        lines += [f"  \u201c{reject.span.of(text)}\u201d: {reject.reason}" for reject in rejects]
    return "\n".join(lines)


def _claim_lines(number: int, claim: Claim, text: str) -> list[str]:
    lines = [f"{number}. {notation(claim)}", f"   in: \u201c{claim.span.of(text)}\u201d ({claim.rule})"]
    lines += [f"   {word.role}: \u201c{word.span.of(text)}\u201d" for word in claim.words if word.role != "side"]
    if claim.side is not None:
        named = [f" (\u201c{word.span.of(text)}\u201d)" for word in claim.words if word.role == "side"]
        lines.append(f"   side: {claim.side}, by the {claim.side_basis}{''.join(named)}")
    if claim.place_text is not None:
        where = (
            "which is in no gazetteer" if claim.place is None else f"{claim.place.name} ({claim.place.country or '-'})"
        )
        lines.append(f"   place: \u201c{claim.place_text}\u201d, {where}")
    if claim.event_from is not None:
        days = (
            f"{claim.event_from}" if claim.event_from == claim.event_to else f"{claim.event_from} to {claim.event_to}"
        )
        lines.append(f"   day: {days}, by the {claim.time_basis}")
    if claim.attributed_to is not None:
        lines.append(f"   told by: \u201c{claim.attributed_to}\u201d")
    if claim.subset_of is not None:
        lines.append(f"   part of: claim {claim.subset_of + 1}")
    return lines
