"""An edition as JSON data, for programs."""

from datetime import UTC, datetime
from typing import Any

from monitor.digest.compose import splits
from monitor.digest.frame import Frame
from monitor.digest.wording import Wording
from monitor.model.edition import Answer, Correction, Edition, Question
from monitor.model.finding import Citation
from monitor.model.quantity import Quantity

Record = dict[str, Any]

_WORDING = Wording(frame=Frame(), zone=UTC)


def render_json(edition: Edition) -> Record:
    """Return everything in the edition as JSON data: quotes as they stand in the posts, instants in UTC."""
    window, coverage = edition.window, edition.coverage
    return {
        "digest": edition.digest,
        "window": {"start": window.start.isoformat(), "end": window.end.isoformat()},
        "coverage": {
            "posts": coverage.posts,
            "channels": [
                {
                    "channel": channel.channel,
                    "posts": channel.posts,
                    "last_post": _instant(channel.last_post),
                    "holes": channel.holes,
                    "state": channel.state,
                    "alignment": channel.alignment,
                    "silent_for_s": None if channel.silent_for is None else int(channel.silent_for.total_seconds()),
                }
                for channel in coverage.channels
            ],
        },
        "contradictions": [_question(question) for question in edition.contradictions],
        "moved": [_question(question) for question in edition.moved],
        "settled": [_question(question) for question in edition.settled],
        "standing": [_question(question) for question in edition.standing],
        "agreements": [_question(question) for question in edition.agreements],
        "corrections": [_correction(correction) for correction in edition.corrections],
        "folded": edition.folded,
        "joins": edition.joins,
    }


def _question(question: Question) -> Record:
    first = question.findings[0]
    return {
        "incident": question.incident,
        "place": question.place,
        "from": None if question.from_day is None else question.from_day.isoformat(),
        "to": None if question.to_day is None else question.to_day.isoformat(),
        "scope": question.scope.value,
        "kind": question.kind.value,
        "side": question.side,
        "item": question.item,
        "range": _WORDING.spread(question.direct),
        "severity": first.severity,
        "status": first.status.value,
        "relation": first.relation.value,
        "splits": [split.value for split in splits(question)],
        "reason": first.reason,
        "silent_sides": list(question.silent),
        "answers": [_answer(answer) for answer in question.answers],
        "findings": [finding.id for finding in question.findings],
    }


def _answer(answer: Answer) -> Record:
    return {
        **_citation(answer.cited),
        "copies": [_citation(copy) for copy in answer.copies],
        "earlier": [_citation(told) for told in answer.earlier],
    }


def _citation(citation: Citation) -> Record:
    return {
        "channel": citation.ref.channel,
        "message_id": citation.ref.message_id,
        "url": citation.ref.url,
        "revision": citation.revision,
        "date": citation.date.isoformat(),
        "kind": citation.kind.value,
        **_quantity(citation.quantity),
        "polarity": citation.polarity.value,
        "side": citation.side,
        "side_basis": None if citation.side_basis is None else citation.side_basis.value,
        "item": citation.item,
        "span": citation.quote,
        "start": citation.span.start,
        "end": citation.span.end,
        "attributed_to": citation.attributed_to,
        "origin": citation.origin.id,
        "origin_basis": citation.origin.basis.value,
        "until": _instant(citation.until),
    }


def _correction(correction: Correction) -> Record:
    return {
        "told_at": correction.told_at.isoformat(),
        "changed_at": correction.changed_at.isoformat(),
        "is_gone": correction.is_gone,
        "cited": _citation(correction.cited),
        "now": None if correction.now is None else {**_quantity(correction.now), "span": correction.now_quote},
    }


def _quantity(quantity: Quantity) -> Record:
    return {"min": quantity.low, "max": quantity.high, "bound": quantity.bound.value}


def _instant(value: datetime | None) -> str | None:
    return None if value is None else value.isoformat()
