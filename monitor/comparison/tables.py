"""Lay out one incident: kinds and sides down, origins across, each cell what the origin says and said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.comparison.contradictions import cite
from monitor.comparison.positions import by_stance, one_a_post
from monitor.comparison.relations import Position
from monitor.model.claim import Kind, Polarity, Scope
from monitor.model.finding import Citation, Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What one origin answers: its figures, each when it was first said; the last is the present one, if it ``holds``.

    What it denies or doubts of others is a cell of its own.
    """

    origin: Origin
    figures: tuple[Citation, ...]
    holds: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One question and every origin's answer, the earliest origin first.

    ``low`` and ``high`` are the least and the most that is asserted now, ``None`` where nothing is or an end is open.
    ``origins`` counts those that assert a figure now.
    """

    kind: Kind
    side: str | None
    item: str | None
    scope: Scope
    cells: tuple[Cell, ...]
    low: int | None
    high: int | None
    origins: int


def rows_of(positions: Sequence[Position], *, as_of: datetime) -> tuple[Row, ...]:
    """Return the table of an incident, row by row, by kind and side.

    Args:
        positions: Everything said of the incident, earliest first.
        as_of: The instant as of which it is told; nothing later is looked at.
    """
    asked: dict[tuple[Kind, str, str, Scope], dict[str, list[Position]]] = {}
    for position in positions:
        said = position.statement
        if said.said_at > as_of or said.is_quoted:
            continue
        key = (said.claim.kind, said.claim.side or "", said.claim.item or "", said.scope)
        asked.setdefault(key, {}).setdefault(position.origin.id, []).append(position)
    order = list(Kind)
    return tuple(
        _row(key, asked[key], as_of=as_of)
        for key in sorted(asked, key=lambda key: (order.index(key[0]), key[1], key[2], key[3]))
    )


def _row(key: tuple[Kind, str, str, Scope], said: Mapping[str, Sequence[Position]], *, as_of: datetime) -> Row:
    kind, side, item, scope = key
    cells = sorted(
        (_cell(line, as_of=as_of) for one in said.values() for line in by_stance(one)),
        key=lambda cell: cell.figures[0].date,
    )
    held = [
        cell.figures[-1].quantity for cell in cells if cell.holds and cell.figures[-1].polarity is Polarity.ASSERTED
    ]
    lows, highs = [one.low for one in held], [one.high for one in held]
    return Row(
        kind=kind,
        side=side or None,
        item=item or None,
        scope=scope,
        cells=tuple(cells),
        low=None if None in lows else min((one for one in lows if one is not None), default=None),
        high=None if None in highs else max((one for one in highs if one is not None), default=None),
        origins=len(held),
    )


def _cell(said: Sequence[Position], *, as_of: datetime) -> Cell:
    kept: list[Position] = []
    for position in one_a_post(said):
        if not kept or not kept[-1].says_same(position):
            kept.append(position)
    until = [one.statement.until for one in one_a_post(said) if one.says_same(kept[-1])]
    return Cell(
        origin=kept[0].origin,
        figures=tuple(map(cite, kept)),
        holds=any(instant is None or instant > as_of for instant in until),
    )
