"""Claims of one text put together: what is said twice is one claim, a part knows its whole."""

from collections.abc import Sequence
from dataclasses import replace

from monitor.model.claim import Claim
from monitor.model.quantity import Bound

_PLAIN = frozenset({Bound.EXACT, Bound.APPROX})
_LIMITS = frozenset({Bound.AT_LEAST, Bound.AT_MOST})
_WHOLE_REACH = 12  # claims back among which a part's whole is looked for


def distinct(claims: Sequence[Claim]) -> list[Claim]:
    """Drop what is said twice: the same figure of the same kind, unless two sides are named.

    A headline's "50 dead" is the "more than 50" of the text under it.
    """
    kept: list[Claim] = []
    by_figure: dict[tuple[object, ...], list[int]] = {}
    for claim in claims:
        number = claim.quantity.high if claim.quantity.low is None else claim.quantity.low
        twins = by_figure.setdefault((claim.kind, number, claim.item), [])
        twin = next(
            (index for index in twins if _same_side(claim, kept[index]) and _same_figure(claim, kept[index])), None
        )
        if twin is None:
            twins.append(len(kept))
            kept.append(claim)
        elif kept[twin].quantity.bound in _PLAIN and claim.quantity.bound in _LIMITS:
            kept[twin] = replace(
                claim, side=claim.side or kept[twin].side, side_basis=claim.side_basis or kept[twin].side_basis
            )
        elif kept[twin].side is None and claim.side is not None:
            kept[twin] = replace(kept[twin], side=claim.side, side_basis=claim.side_basis)
    return kept


def _same_figure(a: Claim, b: Claim) -> bool:
    if (a.quantity.low, a.quantity.high) == (b.quantity.low, b.quantity.high):
        return True
    bounds = {a.quantity.bound, b.quantity.bound}
    return bool(bounds & _PLAIN) and bool(bounds & _LIMITS)


def _same_side(a: Claim, b: Claim) -> bool:
    return a.side is None or b.side is None or a.side == b.side


def linked(claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """Replace the mark of a part by the index of its whole: the nearest larger figure of its kind before it."""
    linked = []
    for index, claim in enumerate(claims):
        whole = None
        if claim.subset_of is not None:
            whole = next(
                (
                    earlier
                    for earlier in range(index - 1, max(index - _WHOLE_REACH, 0) - 1, -1)
                    if claims[earlier].kind == claim.kind
                    and (claims[earlier].quantity.low or 0) >= (claim.quantity.low or 0)
                ),
                None,
            )
        linked.append(replace(claim, subset_of=whole))
    return tuple(linked)
