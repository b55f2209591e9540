"""``monitor incident``: one incident as a table, questions down and origins across; ``monitor recompute``."""

import argparse
from collections.abc import Sequence
from datetime import UTC

from monitor.cli import options
from monitor.cli.lines import cell_line, incident_line, instant
from monitor.comparing import compare_stored, table_of
from monitor.comparison.tables import Cell, Row
from monitor.errors import UsageError
from monitor.model.claim import Polarity, Scope
from monitor.model.finding import Citation, Incident

_WIDTH = 100  # columns of text: as many origins stand beside each other as fit
_GAP = "  "
_LONGEST = 40  # letters of an origin's name
_UNKNOWN = "?"


async def run_incident(arguments: argparse.Namespace) -> int:
    """Print the table of one incident."""
    async with await options.open_store(options.load_settings()) as store:
        found = await table_of(store, arguments.incident)
        changes = () if found is None else await store.incident_changes(found[0].id)
    if found is None:
        raise UsageError(
            f"{arguments.incident}: no incident has this id, or several begin so; `monitor incidents` lists them"
        )
    incident, rows = found
    if arguments.format == "jsonl":
        options.print_lines(
            [
                {
                    "incident": incident.id,
                    "kind": row.kind.value,
                    "side": row.side,
                    "item": row.item,
                    "scope": row.scope.value,
                    "min": row.low,
                    "max": row.high,
                    "origins": row.origins,
                    "answers": [cell_line(cell) for cell in row.cells],
                }
                for row in rows
            ]
        )
        return 0
    options.say(_heading(incident))
    for change in changes:
        verb = "joined" if change.change.value == "joined" else "was parted into"
        options.say(f"{change.incident} {verb} {change.other}, {instant(change.at)}")
    for line in _table(rows):
        options.say(line)
    return 0


async def run_recompute(_arguments: argparse.Namespace) -> int:
    """Compare everything that is stored anew."""
    async with await options.open_store(options.load_settings()) as store:
        await store.forget_comparison()
        compared = await compare_stored(store)
        stored = await store.status()
    options.say(f"compared: {compared.posts} posts, {stored.incidents} incidents, {stored.findings} findings")
    return 0


def _heading(incident: Incident) -> str:
    told = incident_line(incident)
    days = told["from"] if told["from"] == told["to"] else f"{told['from']}..{told['to']}"
    sides = "+".join(incident.sides) or "-"
    return f"{incident.id}  {days}  {incident.place or '-'}  {sides}  {len(incident.posts)} posts"


def _table(rows: Sequence[Row]) -> list[str]:
    """Lay the rows out in blocks of origins, each block as wide as fits; the range and the count end the last one."""
    origins: dict[str, None] = {}
    for cell in sorted((cell for row in rows for cell in row.cells), key=lambda cell: cell.figures[0].date):
        origins.setdefault(cell.origin.id)
    labels = ["", *(_label(row) for row in rows)]
    columns = [[_name(origin), *(_answer(row, origin) for row in rows)] for origin in origins]
    ends = [
        ["range", *(_range(row) for row in rows)],
        ["origins", *(str(row.origins) for row in rows)],
    ]
    lines: list[str] = []
    block: list[list[str]] = [labels]
    for column in [*columns, *ends]:
        if len(block) > 1 and sum(map(_width, [*block, column])) + len(_GAP) * len(block) > _WIDTH:
            lines += [*_block(block), ""]
            block = [labels]
        block.append(column)
    return ["", *lines, *_block(block)]


def _block(columns: Sequence[Sequence[str]]) -> list[str]:
    widths = [_width(column) for column in columns]
    return [
        _GAP.join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()
        for cells in zip(*columns, strict=True)
    ]


def _width(column: Sequence[str]) -> int:
    return max(map(len, column))


def _label(row: Row) -> str:
    what = row.kind.value if row.item is None else f"{row.item} lost"
    scope = "" if row.scope is Scope.INCIDENT else f", {row.scope.value}"
    return f"{what} {row.side or _UNKNOWN}{scope}"


def _name(origin: str) -> str:
    kind, _, name = origin.partition(":")
    return (f"@{name}" if kind == "channel" else name)[:_LONGEST]


def _answer(row: Row, origin: str) -> str:
    return "; ".join(_figures(cell) for cell in row.cells if cell.origin.id == origin)


def _figures(cell: Cell) -> str:
    """Write the figures of an origin with their times, the earlier ones before an arrow; brackets: it holds no longer."""
    told = " > ".join(map(_figure, cell.figures))
    return told if cell.holds else f"({told})"


def _figure(said: Citation) -> str:
    mark = "" if said.polarity is Polarity.ASSERTED else f" {said.polarity.value}"
    return f"{said.quantity}{mark} {said.date.astimezone(UTC):%d.%m. %H:%M}"


def _range(row: Row) -> str:
    if not row.origins:
        return "-"
    if row.low == row.high and row.low is not None:
        return str(row.low)
    low = "" if row.low is None else str(row.low)
    return f"{low}..{'' if row.high is None else row.high}"
