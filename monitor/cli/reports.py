"""``monitor findings``, ``incidents`` and ``digest``: what the comparison brought out."""

import argparse
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from monitor.cli import options
from monitor.cli.lines import finding_line, incident_line
from monitor.config import DigestPlan, Settings
from monitor.delivery.files import write_edition
from monitor.digest import render_json, render_page, render_plain, render_telegram
from monitor.errors import ConfigurationError, UsageError
from monitor.model.edition import Window
from monitor.model.finding import Finding, Relation, Status
from monitor.pipeline import compose_edition
from monitor.store import FindingFilter, Store

_DAY = timedelta(days=1)


def add_commands(commands: options.Commands) -> None:
    """Add the commands of this module."""
    parser = options.add_command(
        commands,
        "findings",
        run_findings,
        summary="print contradictions and the other relations between claims",
        example="monitor findings --severity 2 --since 2026-04-08 --format jsonl",
    )
    parser.add_argument("--relation", choices=[relation.value for relation in Relation], help="only this relation")
    parser.add_argument("--status", choices=[status.value for status in Status], help="only this status")
    parser.add_argument("--severity", type=int, choices=(1, 2, 3), help="this severity or above")
    parser.add_argument("--side", metavar="ID", help="only losses of this side")
    parser.add_argument("--place", metavar="NAME", help="only this place")
    parser.add_argument("--channel", metavar="NAME", help="only findings that cite this channel")
    options.add_period(parser)
    options.add_format(parser)
    parser = options.add_command(
        commands,
        "incidents",
        run_incidents,
        summary="print the incidents that the claims are about",
        example="monitor incidents --format jsonl",
    )
    options.add_period(parser)
    options.add_format(parser)
    parser = options.add_command(
        commands,
        "digest",
        run_digest,
        summary="compose one edition of a digest and issue it, or only show it",
        example="monitor digest daily --dry-run --since 2026-04-08 --until 2026-04-09",
    )
    parser.add_argument("name", metavar="NAME", help="a digest of channels.yaml")
    parser.add_argument("--dry-run", action="store_true", help="show the edition; store and send nothing")
    parser.add_argument("--format", choices=("text", "html", "jsonl"), default="text", help="how to show it")
    parser.add_argument("--out", metavar="FOLDER", type=Path, help="also write the edition's files here")
    options.add_period(parser)
    options.add_channels_file(parser)


async def run_findings(arguments: argparse.Namespace) -> int:
    """Print the findings that pass the filters."""
    since, until = options.period(arguments)
    async with await options.open_store(options.load_settings()) as store:
        findings = await store.findings(
            FindingFilter(
                relation=None if arguments.relation is None else Relation(arguments.relation),
                status=None if arguments.status is None else Status(arguments.status),
                min_severity=arguments.severity,
                side=arguments.side,
                place=arguments.place,
                channel=arguments.channel,
                since=since,
                until=until,
            )
        )
    if arguments.format == "jsonl":
        options.print_lines(map(finding_line, findings))
        return 0
    for finding in findings:
        print(_finding_text(finding))
    print(f"{len(findings)} findings")
    return 0


def _finding_text(finding: Finding) -> str:
    severity = "-" if finding.severity is None else str(finding.severity)
    lines = [f"[{severity}] {finding.relation.value}, {finding.status.value}: {finding.reason}"]
    lines += [
        f"    {end.date:%Y-%m-%d %H:%M}  {end.quantity}  \u201c{end.quote}\u201d  {end.ref.url}"
        for end in (finding.a, finding.b)
    ]
    return "\n".join(lines)


async def run_incidents(arguments: argparse.Namespace) -> int:
    """Print the incidents with at least one claim."""
    since, until = options.period(arguments)
    async with await options.open_store(options.load_settings()) as store:
        incidents = await store.incidents(since=since, until=until)
    if arguments.format == "jsonl":
        options.print_lines(map(incident_line, incidents))
        return 0
    for incident in incidents:
        days = (
            f"{incident.from_day}"
            if incident.from_day == incident.to_day
            else f"{incident.from_day}..{incident.to_day}"
        )
        print(
            f"{incident.id}  {days}  {incident.place or '-'}  {'+'.join(incident.sides) or '-'}  {len(incident.posts)} posts"
        )
    print(f"{len(incidents)} incidents")
    return 0


async def run_digest(arguments: argparse.Namespace) -> int:
    """Compose the edition of a window and show it; unless it is a dry run, store it as issued."""
    settings = options.load_settings()
    plan = _plan(arguments, settings)
    zone = ZoneInfo(plan.timezone)
    since, until = options.period(arguments, zone=zone)
    async with await options.open_store(settings) as store:
        window = await _window(store, plan, since=since, until=until)
        edition = await compose_edition(store, plan.name, window, min_severity=plan.min_severity)
        parts = render_telegram(edition, zone=zone)
        if not arguments.dry_run:
            await store.issue_edition(edition, parts)
    if arguments.out is not None:
        forms = {
            "txt": render_plain(edition, zone=zone) + "\n",
            "html": render_page(edition, zone=zone),
            "json": json.dumps(render_json(edition), ensure_ascii=False, indent=2) + "\n",
        }
        for path in write_edition(arguments.out, digest=edition.digest, window=edition.window, forms=forms):
            options.complain(f"wrote {path}")
    if arguments.format == "jsonl":
        print(json.dumps(render_json(edition), ensure_ascii=False))
    elif arguments.format == "html":
        print("\n\n".join(parts))
    else:
        print(render_plain(edition, zone=zone))
    return 0


def _plan(arguments: argparse.Namespace, settings: Settings) -> DigestPlan:
    """Return the digest of that name; where nothing at all is declared, a daily one in UTC."""
    watch = options.watchlist(arguments, settings)
    for plan in watch.digests:
        if plan.name == arguments.name:
            return plan
    if not watch.digests:
        return DigestPlan(name=arguments.name)
    known = ", ".join(plan.name for plan in watch.digests)
    raise ConfigurationError(f"no digest named {arguments.name!r} is declared; there is: {known}")


async def _window(store: Store, plan: DigestPlan, *, since: datetime | None, until: datetime | None) -> Window:
    """Return the window asked for; by default from the last edition's end (or a day back) to the newest post."""
    end = until if until is not None else await store.newest_instant()
    if end is None:
        raise UsageError("nothing is stored yet; `monitor import FILE` or `monitor run` brings posts")
    start = since or await store.last_window_end(plan.name) or end - _DAY
    if start >= end:
        raise UsageError(
            f"digest {plan.name}: nothing new since its last edition, which ended {start:%Y-%m-%d %H:%M} UTC"
        )
    return Window(start=start.astimezone(UTC), end=end.astimezone(UTC))
