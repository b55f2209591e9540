"""The contract lines: stored values as JSON objects, the fields named in docs/architecture.md."""

from datetime import datetime
from typing import Any

from monitor.comparison.tables import Cell
from monitor.model.finding import Citation, Finding, Incident
from monitor.model.post import Post

Line = dict[str, Any]


def instant(value: datetime | None) -> str | None:
    """Write an aware instant as ISO 8601 in UTC."""
    return None if value is None else value.isoformat()


def post_line(post: Post) -> Line:
    """Return a stored post as the line that ``monitor import`` reads back."""
    forward = post.forward
    line: Line = {
        "channel": post.ref.channel,
        "message_id": post.ref.message_id,
        "date": instant(post.date),
        "text": post.text,
        "edit_date": instant(post.revisions[-1].edit_date),
        "fwd_from": None,
        "reply_to": post.reply_to,
        "grouped_id": post.grouped_id,
        "views": post.views,
        "forwards": post.forwards,
        "revisions": [
            {
                "text": revision.text,
                "observed_at": instant(revision.observed_at),
                "edit_date": instant(revision.edit_date),
            }
            for revision in post.revisions
        ],
        "deleted_at": instant(post.deleted_at),
    }
    if forward is not None:
        line["fwd_from"] = {
            "channel": forward.channel,
            "message_id": forward.message_id,
            "date": instant(forward.date),
            "name": forward.name,
        }
    if post.media is not None:
        line["media"] = {
            "kind": post.media.kind,
            "file_name": post.media.file_name,
            "size": post.media.size,
            "content_hash": post.media.content_hash,
            "poll_text": post.media.poll_text,
        }
    if post.reactions:
        line["reactions"] = [{"emoji": reaction.emoji, "count": reaction.count} for reaction in post.reactions]
    if post.entities:
        line["entities"] = [
            {"kind": entity.kind, "start": entity.span.start, "end": entity.span.end, "url": entity.url}
            for entity in post.entities
        ]
    return line


def finding_line(finding: Finding) -> Line:
    """Return a finding with both of its citations."""
    return {
        "id": finding.id,
        "relation": finding.relation.value,
        "severity": finding.severity,
        "status": finding.status.value,
        "kind": finding.kind.value,
        "side": finding.side,
        "place": finding.place,
        "incident": finding.incident,
        "first_seen": instant(finding.first_seen),
        "reason": finding.reason,
        "split": None if finding.split is None else finding.split.value,
        "history": [
            {"status": change.status.value, "at": instant(change.at), "reason": change.reason}
            for change in finding.history
        ],
        "a": citation_line(finding.a),
        "b": citation_line(finding.b),
    }


def citation_line(citation: Citation) -> Line:
    """Return one end of a finding."""
    return {
        "channel": citation.ref.channel,
        "message_id": citation.ref.message_id,
        "url": citation.ref.url,
        "date": instant(citation.date),
        "kind": citation.kind.value,
        "min": citation.quantity.low,
        "max": citation.quantity.high,
        "bound": citation.quantity.bound.value,
        "polarity": citation.polarity.value,
        "side": citation.side,
        "item": citation.item,
        "span": citation.quote,
        "start": citation.span.start,
        "end": citation.span.end,
        "attributed_to": citation.attributed_to,
        "origin": citation.origin.id,
        "origin_basis": citation.origin.basis.value,
    }


def incident_line(incident: Incident) -> Line:
    """Return an incident with the posts that report on it."""
    return {
        "id": incident.id,
        "place": incident.place,
        "country": incident.country,
        "from": incident.from_day.isoformat(),
        "to": incident.to_day.isoformat(),
        "scope": incident.scope.value,
        "sides": list(incident.sides),
        "posts": [str(ref) for ref in incident.posts],
    }


def cell_line(cell: Cell) -> Line:
    """Return what one origin answers, its figures oldest first."""
    return {
        "origin": cell.origin.id,
        "origin_basis": cell.origin.basis.value,
        "holds": cell.holds,
        "figures": [citation_line(figure) for figure in cell.figures],
    }
