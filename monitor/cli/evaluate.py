"""``monitor evaluate``: how well it is read and compared."""

import argparse
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from monitor.claims import claims_as_json
from monitor.claims.evaluation import score
from monitor.cli import options
from monitor.comparison.evaluation import is_pair, judge_pairs
from monitor.errors import UsageError
from monitor.telegram.bytefile import ByteFile
from monitor.telegram.export import LONGEST_RECORD
from monitor.telegram.fields import RecordError, decode

Row = Mapping[str, Any]

_CLAIM_FIELDS = frozenset({"kind", "min", "max", "bound", "polarity", "cumulative"})


def run_evaluate(arguments: argparse.Namespace) -> int:
    """Print every measure of the labelled posts or pairs."""
    rows = _read_gold(arguments.gold)
    pairs = [is_pair(row) for row in rows]
    if all(pairs):
        return _evaluate_pairs(rows, arguments)
    if any(pairs):
        raise UsageError(f"{arguments.gold}: holds labelled posts and labelled pairs; keep them in two files")
    reader = options.load_reader()
    predicted = {
        row["id"]: claims_as_json(
            reader.read(row["text"], posted_at=_instant(row.get("date")), channel=None), row["text"]
        )
        for row in rows
    }
    scores = score(rows, predicted)
    if arguments.format == "jsonl":
        options.print_lines({"measure": one.name, "value": round(one.value, 4), "count": one.count} for one in scores)
    else:
        for one in scores:
            options.say(f"{one.name:34} {one.value:6.3f}  of {one.count}")
    return 0


def _evaluate_pairs(rows: Sequence[Row], arguments: argparse.Namespace) -> int:
    try:
        judged = judge_pairs(rows)
    except ValueError as error:
        raise UsageError(f"{arguments.gold}: {error}") from error
    if arguments.format == "jsonl":
        options.print_lines(
            {
                "id": one.id,
                "expected": one.expected,
                "expected_severity": one.expected_severity,
                "found": one.found,
                "found_severity": one.found_severity,
                "holds": one.holds,
            }
            for one in judged
        )
        return 0
    for one in judged:
        if not one.holds:
            options.say(
                f"{one.id}: want {one.expected} {one.expected_severity or '-'}, "
                f"found {one.found} {one.found_severity or '-'}"
            )
    options.say(f"{sum(one.holds for one in judged)} of {len(judged)} pairs hold")
    return 0


def _read_gold(path: Path) -> list[Row]:
    rows: list[Row] = []
    try:
        with path.open("rb") as disk:
            file = ByteFile(disk)
            for number, raw in enumerate(file.lines(longest=LONGEST_RECORD), start=1):
                if raw is None or raw.strip():
                    rows.append(_gold_row(raw, where=f"{path}:{number}"))
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror or error}") from error
    if file.failure is not None:
        raise UsageError(f"{path}: {file.failure}")
    if not rows:
        raise UsageError(f"{path}: is empty; want labelled posts or pairs, one JSON object a line")
    return rows


def _gold_row(raw: bytes | None, *, where: str) -> Row:
    if raw is None:
        raise UsageError(f"{where}: longer than {LONGEST_RECORD:,} bytes")
    try:
        row = decode(raw)
    except RecordError as error:
        raise UsageError(f"{where}: {error}") from error
    if not isinstance(row, dict):
        raise UsageError(f"{where}: not a JSON object")
    if not is_pair(row):
        if not all(isinstance(row.get(name), str) for name in ("id", "lang", "text")):
            raise UsageError(f'{where}: a labelled post needs the texts "id", "lang" and "text"')
        claims = row.get("claims")
        if not isinstance(claims, list) or not all(
            isinstance(claim, dict) and claim.keys() >= _CLAIM_FIELDS for claim in claims
        ):
            raise UsageError(f'{where}: a labelled post needs "claims" with {", ".join(sorted(_CLAIM_FIELDS))}')
    return row


def _instant(value: object) -> datetime | None:
    """Read a posting time; one that says nothing usable leaves the post without a reference day."""
    try:
        instant = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return instant if instant is not None and instant.tzinfo is not None else None
