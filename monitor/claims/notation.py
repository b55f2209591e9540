"""Claims written down: the compact form of examples and logs, and the JSON form of claim lines."""

from typing import Any

from monitor.model.claim import Claim, Polarity, Reading


def notation(claim: Claim) -> str:
    """Write a claim as ``kind quantity [side] [polarity] [total] [item]``, the form used in lexicon examples and tests."""
    parts = [claim.kind.value, str(claim.quantity)]
    if claim.side is not None:
        parts.append(claim.side)
    if claim.polarity is not Polarity.ASSERTED:
        parts.append(claim.polarity.value)
    if claim.is_cumulative:
        parts.append("total")
    if claim.item is not None:
        parts.append(claim.item)
    return " ".join(parts)


def claims_as_json(reading: Reading, text: str) -> list[dict[str, Any]]:
    """Return the claims of a reading as the JSON objects of a claim line; ``text`` is what was read."""
    return [_as_json(claim, text) for claim in reading.claims]


def _as_json(claim: Claim, text: str) -> dict[str, Any]:
    return {
        "kind": claim.kind.value,
        "min": claim.quantity.low,
        "max": claim.quantity.high,
        "bound": claim.quantity.bound.value,
        "side": claim.side,
        "polarity": claim.polarity.value,
        "cumulative": claim.is_cumulative,
        "attributed_to": claim.attributed_to,
        "span": claim.span.of(text),
        "start": claim.span.start,
        "end": claim.span.end,
        "place": claim.place_text,
        "item": claim.item,
        "rule": claim.rule,
        "side_basis": None if claim.side_basis is None else claim.side_basis.value,
        "speaker": claim.speaker,
        "place_id": None if claim.place is None else claim.place.id,
        "country": None if claim.place is None else claim.place.country,
        "event_from": None if claim.event_from is None else claim.event_from.isoformat(),
        "event_to": None if claim.event_to is None else claim.event_to.isoformat(),
        "time_basis": claim.time_basis.value,
        "scope": claim.scope.value,
        "model": claim.model,
        "subset_of": claim.subset_of,
    }
