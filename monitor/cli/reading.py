"""``monitor extract``, ``explain``, ``lexicon`` and ``evaluate``: what is read in a text, why, and how well."""

import argparse
import gzip
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from monitor.claims import Reader, check_lexicons, claims_as_json
from monitor.claims.evaluation import score
from monitor.cli import options
from monitor.comparison.evaluation import is_pair, judge_pairs
from monitor.errors import UsageError
from monitor.model.post import PostRef

_GZIP = b"\x1f\x8b"


def add_commands(commands: options.Commands) -> None:
    """Add the commands of this module."""
    parser = options.add_command(
        commands,
        "extract",
        run_extract,
        summary="read post lines and write claim lines, touching no database",
        example="monitor extract posts.jsonl > claims.jsonl",
    )
    parser.add_argument("file", nargs="?", default="-", metavar="FILE", help="post lines, plain or gzip; - is stdin")
    parser = options.add_command(
        commands,
        "explain",
        run_explain,
        summary="show what was read in one post, and why",
        example="monitor explain https://t.me/sample_sahel_desk/12",
    )
    parser.add_argument(
        "post", metavar="LINK", help="a stored post: its t.me link or channel/id; - reads a text from stdin"
    )
    parser = options.add_command(
        commands,
        "evaluate",
        run_evaluate,
        summary="score the reading against labelled posts or labelled claim pairs",
        example="monitor evaluate gold/examples.jsonl --floors tests/floors.toml",
    )
    parser.add_argument("gold", metavar="GOLD", type=Path, help="labelled posts or pairs, one JSON object a line")
    parser.add_argument(
        "--floors", metavar="FILE", type=Path, help="least values (TOML); exit 1 when one is not reached"
    )
    options.add_format(parser)
    lexicon = commands.add_parser(
        "lexicon", help="check the word lists that the reading works with", epilog="example: monitor lexicon check"
    )
    verbs = lexicon.add_subparsers(title="commands", metavar="COMMAND", required=True)
    options.add_command(
        verbs,
        "check",
        run_lexicon_check,
        summary="validate every lexicon file and run the examples in it",
        example="monitor lexicon check",
    )


def run_extract(arguments: argparse.Namespace) -> int:
    """Stream post lines to claim lines; 1 if a line was broken."""
    reader = Reader.load()
    broken = 0
    with _open_lines(arguments.file) as lines:
        for number, raw in enumerate(lines, start=1):
            if not raw.strip():
                continue
            try:
                line = _read_line(raw)
            except ValueError as error:
                options.complain(f"{arguments.file}:{number}: skipped: {error}")
                broken += 1
                continue
            reading = reader.read(line["text"], posted_at=_instant(line.get("date")), channel=None)
            answer = {"id": line["id"], "lang": reading.language, "claims": claims_as_json(reading, line["text"])}
            sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
    return 1 if broken else 0


@contextmanager
def _open_lines(name: str) -> Iterator[IO[bytes]]:
    if name == "-":
        yield sys.stdin.buffer
        return
    path = Path(name)
    try:
        with path.open("rb") as stream:
            if stream.peek(2)[:2] == _GZIP:
                with gzip.open(stream) as unpacked:
                    yield unpacked  # type: ignore[misc]  # GzipFile reads bytes lines like IO[bytes]
            else:
                yield stream
    except (OSError, EOFError) as error:
        raise UsageError(f"{name}: cannot be read: {error}") from error


def _read_line(raw: bytes) -> dict[str, Any]:
    try:
        line = json.loads(raw)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(line, dict):
        raise ValueError("not a JSON object")
    if not isinstance(line.get("text"), str):
        raise ValueError('no "text"')
    if "id" not in line:
        if not isinstance(line.get("channel"), str) or not isinstance(line.get("message_id"), int):
            raise ValueError('no "id", nor "channel" and "message_id"')
        line["id"] = f"{line['channel']}/{line['message_id']}"
    elif "message_id" not in line and isinstance(line.get("channel"), str) and isinstance(line["id"], int):
        line["id"] = f"{line['channel']}/{line['id']}"
    return line


def _instant(value: object) -> datetime | None:
    """Read a posting time; a line whose date says nothing usable is still read, without a reference day."""
    if not isinstance(value, str):
        return None
    try:
        instant = datetime.fromisoformat(value)
    except ValueError:
        return None
    return instant if instant.tzinfo is not None else None


async def run_explain(arguments: argparse.Namespace) -> int:
    """Print a post's text with what was read in it and why the other numbers are no claims."""
    reader = Reader.load()
    if arguments.post == "-":
        print(reader.explain(sys.stdin.read(), posted_at=None, channel=None))
        return 0
    try:
        ref = PostRef.parse(arguments.post)
    except ValueError as error:
        raise UsageError(str(error)) from error
    async with await options.open_store(options.load_settings()) as store:
        found = await store.read_post(ref)
    if found is None:
        raise UsageError(f"{ref}: no such post is stored; `monitor posts --channel {ref.channel}` lists what is")
    print(f"{ref.url}  {found.post.date:%Y-%m-%d %H:%M} UTC")
    if found.post.deleted_at is not None:
        print(f"deleted, seen gone at {found.post.deleted_at:%Y-%m-%d %H:%M} UTC")
    for revision in found.post.revisions:
        if len(found.post.revisions) > 1:
            print(f"\nrevision {revision.number}, seen {revision.observed_at:%Y-%m-%d %H:%M} UTC")
        print(reader.explain(revision.text, posted_at=found.post.date, channel=found.channel))
    return 0


def run_lexicon_check(arguments: argparse.Namespace) -> int:  # noqa: ARG001 - every command takes its arguments
    """Validate the lexicons and run their examples; 1 if an example reads differently."""
    report = check_lexicons()
    for problem in report.problems:
        options.complain(problem)
    print(f"{report.files} files, {report.forms} forms, {report.examples} examples, {len(report.problems)} problems")
    return 1 if report.problems else 0


def run_evaluate(arguments: argparse.Namespace) -> int:
    """Print every measure; 1 if one is below its floor."""
    rows = []
    with _open_lines(str(arguments.gold)) as lines:
        for number, raw in enumerate(lines, start=1):
            try:
                row = json.loads(raw)
            except ValueError as error:
                raise UsageError(f"{arguments.gold}:{number}: {error}") from error
            if not isinstance(row, dict):
                raise UsageError(f"{arguments.gold}:{number}: not a JSON object")
            rows.append(row)
    if rows and all(is_pair(row) for row in rows):
        return _evaluate_pairs(rows, arguments)
    reader = Reader.load()
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
            print(f"{one.name:34} {one.value:6.3f}  of {one.count}")
    return 0


def _evaluate_pairs(rows: list[dict[str, Any]], arguments: argparse.Namespace) -> int:
    """Print every labelled pair that comes out otherwise, and how many hold."""
    try:
        judged = judge_pairs(rows)
    except ValueError as error:
        raise UsageError(f"{arguments.gold}: {error}") from error
    held = sum(pair.holds for pair in judged)
    if arguments.format == "jsonl":
        options.print_lines([{"measure": "pairs/holding", "value": held / len(judged), "count": len(judged)}])
        return 0
    for pair in judged:
        if not pair.holds:
            print(
                f"{pair.id}: {pair.found} (severity {pair.found_severity}), "
                f"labelled {pair.expected} (severity {pair.expected_severity})"
            )
    print(f"{held} of {len(judged)} pairs hold")
    return 0
