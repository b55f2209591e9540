"""What can be typed: every command with its options, help and example, and the name of the function that runs it.

Nothing heavy is imported here, so that help and mistakes are answered at once.
"""

import argparse
from pathlib import Path
from typing import Any, NoReturn, Protocol

from monitor import __version__
from monitor.model.finding import Relation, Status


class _Parser(argparse.ArgumentParser):
    """Says what is wrong with the arguments in one line."""

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - argparse's own signature
        super().__init__(*args, **{"allow_abbrev": False} | options)

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}; `{self.prog} --help` shows how\n")


class _Commands(Protocol):
    def add_parser(self, name: str, **options: Any) -> argparse.ArgumentParser:  # noqa: ANN401 - argparse's own signature
        """Add a command."""


def command_line() -> argparse.ArgumentParser:
    """Return the parser of everything; its result's ``run`` names a function in ``monitor.cli``."""
    parser = _Parser(
        prog="monitor",
        description="Follow military-blogger channels on Telegram and say which of them contradict each other.",
        epilog="example: monitor demo",
    )
    parser.add_argument("--version", action="version", version=f"monitor {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for add in (_add_demo, _add_records, _add_reading, _add_reports, _add_operating):
        add(commands)
    return parser


def _add(commands: _Commands, name: str, run: str, *, summary: str, example: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        name,
        help=summary,
        description=summary[0].upper() + summary[1:] + ".",
        epilog=f"example: {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=run)
    return parser


def _add_group(commands: _Commands, name: str, *, summary: str, example: str) -> _Commands:
    group = commands.add_parser(name, help=summary, description=summary, epilog=f"example: {example}")
    return group.add_subparsers(title="commands", metavar="COMMAND", required=True)


def _add_format(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--format", choices=("text", "jsonl"), default="text", help="for people, or one JSON object a line"
    )


def _add_period(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--since", metavar="T", help="from this day or instant on (2026-04-08 or 2026-04-08T06:00Z)")
    parser.add_argument("--until", metavar="T", help="up to, not including, this day or instant")


def _add_channels_file(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--channels", metavar="FILE", type=Path, help="a channels.yaml (default: MONITOR_CHANNELS)")


def _add_demo(commands: _Commands) -> None:
    parser = _add(
        commands,
        "demo",
        "demo.run_demo",
        summary="run import, reading, comparison and digest on the bundled sample channels",
        example="monitor demo",
    )
    parser.add_argument("--folder", metavar="FOLDER", type=Path, help="keep the database here (default: a new folder)")


def _add_records(commands: _Commands) -> None:
    parser = _add(
        commands,
        "import",
        "records.run_import",
        summary="store Telegram Desktop exports or post lines, then read and compare what is new",
        example="monitor import result.json posts.jsonl.gz",
    )
    parser.add_argument("files", nargs="+", metavar="FILE", type=Path, help="result.json, .jsonl or .jsonl.gz")
    _add_channels_file(parser)
    parser = _add(
        commands,
        "posts",
        "records.run_posts",
        summary="print the stored posts with every text each has had",
        example="monitor posts --channel rybar --since 2026-04-08 --format jsonl",
    )
    parser.add_argument("--channel", metavar="NAME", help="only this channel")
    _add_period(parser)
    _add_format(parser)


def _add_reading(commands: _Commands) -> None:
    parser = _add(
        commands,
        "extract",
        "extract.run_extract",
        summary="read post lines and write claim lines, touching no database",
        example="monitor extract posts.jsonl --jobs 4",
    )
    parser.add_argument(
        "file", nargs="?", default="-", metavar="FILE", help="post lines, plain or gzip; - is standard input"
    )
    parser.add_argument("--jobs", metavar="N", type=int, default=1, help="read in N processes; the order stays")
    _add_channels_file(parser)
    parser = _add(
        commands,
        "explain",
        "explain.run_explain",
        summary="show what was read in one post, and why",
        example="monitor explain https://t.me/sample_sahel_desk/12",
    )
    parser.add_argument(
        "post", metavar="LINK", help="a stored post: its t.me link or channel/id; - reads a text from standard input"
    )
    parser = _add(
        commands,
        "evaluate",
        "evaluate.run_evaluate",
        summary="score the reading against labelled posts, or the comparison against labelled pairs of claims",
        example="monitor evaluate examples.jsonl",
    )
    parser.add_argument("gold", metavar="GOLD", type=Path, help="labelled posts or pairs, one JSON object a line")
    _add_format(parser)
    verbs = _add_group(
        commands,
        "lexicon",
        summary="check the word lists that the reading works with, and try an edit of them",
        example="monitor lexicon check",
    )
    parser = _add(
        verbs,
        "check",
        "lexicon.run_lexicon_check",
        summary="validate every lexicon file and run the examples in it",
        example="monitor lexicon check edited/",
    )
    parser.add_argument(
        "folder",
        nargs="?",
        metavar="FOLDER",
        type=Path,
        help="edited files that would stand in place of the shipped ones (default: MONITOR_LEXICONS)",
    )
    parser = _add(
        verbs,
        "diff",
        "lexicon.run_lexicon_diff",
        summary="show which posts would read otherwise if a folder of edited files were in force",
        example="monitor lexicon diff edited/ posts.jsonl",
    )
    parser.add_argument("folder", metavar="FOLDER", type=Path, help="what MONITOR_LEXICONS would name")
    parser.add_argument(
        "file",
        nargs="?",
        metavar="FILE",
        help="post lines, plain or gzip; - is standard input (default: every text that is stored)",
    )
    _add_channels_file(parser)
    _add_format(parser)


def _add_reports(commands: _Commands) -> None:
    parser = _add(
        commands,
        "findings",
        "reports.run_findings",
        summary="print contradictions and the other relations between claims",
        example="monitor findings --severity 2 --since 2026-04-08 --format jsonl",
    )
    parser.add_argument("--relation", choices=[relation.value for relation in Relation], help="only this relation")
    parser.add_argument("--status", choices=[status.value for status in Status], help="only this status")
    parser.add_argument("--severity", type=int, choices=(1, 2, 3), help="this severity or above")
    parser.add_argument("--side", metavar="ID", help="only losses of this side")
    parser.add_argument("--place", metavar="NAME", help="only this place")
    parser.add_argument("--channel", metavar="NAME", help="only findings that cite this channel")
    _add_period(parser)
    _add_format(parser)
    parser = _add(
        commands,
        "incidents",
        "reports.run_incidents",
        summary="print the incidents that the claims are about",
        example="monitor incidents --format jsonl",
    )
    _add_period(parser)
    _add_format(parser)
    parser = _add(
        commands,
        "incident",
        "incident.run_incident",
        summary="show one incident as a table: kinds and sides down, origins across",
        example="monitor incident 3f2a",
    )
    parser.add_argument(
        "incident", metavar="ID", help="an id that `monitor incidents` or a finding names, or its beginning"
    )
    _add_format(parser)
    parser = _add(
        commands,
        "digest",
        "digest.run_digest",
        summary="compose one edition of a digest and issue it, or only show it",
        example="monitor digest daily --dry-run --since 2026-04-08 --until 2026-04-09",
    )
    parser.add_argument("name", metavar="NAME", help="a digest of channels.yaml; without one, any name")
    parser.add_argument("--dry-run", action="store_true", help="show the edition; store and send nothing")
    parser.add_argument("--format", choices=("text", "html", "jsonl"), default="text", help="how to show it")
    parser.add_argument(
        "--out", metavar="FOLDER", type=Path, help="also write it here as text, web page, JSON and chart"
    )
    _add_period(parser)
    _add_channels_file(parser)


def _add_operating(commands: _Commands) -> None:
    parser = _add(
        commands,
        "run",
        "run.run_run",
        summary="follow the channels, read, compare and send, until told to stop",
        example="monitor run",
    )
    parser.add_argument(
        "--account",
        metavar="NAME",
        action="append",
        default=[],
        help="use only this account of channels.yaml; several daemons can share them out",
    )
    _add_channels_file(parser)
    parser = _add(
        commands,
        "login",
        "login.run_login",
        summary="log the Telegram account in, once, at a terminal",
        example="monitor login --qr",
    )
    parser.add_argument("--qr", action="store_true", help="show a QR code to scan instead of asking for phone and code")
    parser.add_argument(
        "--phone", metavar="NUMBER", help="the account's phone number (default: TELEGRAM_PHONE, or asked for)"
    )
    parser.add_argument(
        "--print-session", action="store_true", help="print a string session and write no file: print nothing else"
    )
    parser = _add(
        commands,
        "status",
        "operate.run_status",
        summary="show how every channel is, what is stored of it and what is missing",
        example="monitor status --format jsonl",
    )
    _add_format(parser)
    parser = _add(
        commands,
        "backfill",
        "operate.run_backfill",
        summary="ask the running daemon for older posts of a channel",
        example="monitor backfill @rybar --since 2026-01-01",
    )
    parser.add_argument("channel", metavar="CHANNEL", help="a channel of channels.yaml: its handle, link or number")
    parser.add_argument(
        "--since", metavar="T", required=True, help="from this day or instant on (2026-04-08 or 2026-04-08T06:00Z)"
    )
    _add_channels_file(parser)
    parser = _add(
        commands,
        "healthcheck",
        "operate.run_healthcheck",
        summary="say in one line whether the monitor is well; exit code 1 if not",
        example="monitor healthcheck",
    )
    parser.add_argument(
        "--account", metavar="NAME", action="append", default=[], help="only this account of channels.yaml"
    )
    _add_channels_file(parser)
    verbs = _add_group(
        commands,
        "channels",
        summary="look after channels.yaml",
        example="monitor channels check --channels channels.yaml",
    )
    parser = _add(
        verbs,
        "check",
        "channels.run_channels_check",
        summary="validate channels.yaml and list what it declares",
        example="monitor channels check --channels channels.yaml",
    )
    _add_channels_file(parser)
    _add_format(parser)
    _add(
        verbs,
        "schema",
        "channels.run_channels_schema",
        summary="print the JSON Schema of channels.yaml, by which editors complete and check it",
        example="monitor channels schema",
    )
    _add(
        commands,
        "recompute",
        "incident.run_recompute",
        summary="forget incidents and findings, but not how they changed, and compare everything anew",
        example="monitor recompute",
    )
    verbs = _add_group(commands, "db", summary="look after the database", example="monitor db upgrade")
    _add(
        verbs,
        "upgrade",
        "operate.run_db_upgrade",
        summary="create the tables, or bring them to this version's schema",
        example="monitor db upgrade",
    )
