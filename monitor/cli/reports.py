"""``monitor findings`` and ``monitor incidents``: what the comparison brought out."""

import argparse

from monitor.cli import options
from monitor.cli.lines import finding_line, incident_line
from monitor.model.finding import Finding, Relation, Status
from monitor.store import FindingFilter


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
                channel=None if arguments.channel is None else arguments.channel.removeprefix("@"),
                since=since,
                until=until,
            )
        )
    if arguments.format == "jsonl":
        options.print_lines(map(finding_line, findings))
        return 0
    for finding in findings:
        options.say(_finding_text(finding))
    options.say(f"{len(findings)} findings")
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
        options.say(
            f"{incident.id}  {days}  {incident.place or '-'}  {'+'.join(incident.sides) or '-'}  {len(incident.posts)} posts"
        )
    options.say(f"{len(incidents)} incidents")
    return 0
