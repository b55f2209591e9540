"""Findings into the edition of a window: what is disputed, what is agreed, and what earlier editions told wrongly."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from enum import Enum

from monitor.model.camp import camp_of
from monitor.model.claim import Claim, Kind, Polarity, ReadPost, Scope
from monitor.model.edition import Answer, Correction, Coverage, Edition, Question, Window
from monitor.model.finding import Citation, Finding, Incident, Relation, Split, Status, StatusChange
from monitor.model.post import PostRef

_DISPUTES = frozenset({Relation.CONTRADICT, Relation.DISTORTION, Relation.DISPUTED})
_SETTLED = frozenset({Status.RESOLVED, Status.RETRACTED})
_LOWEST_SEVERITY = 1
_CIVILIANS = "civ-"
_NO_SIDE = frozenset({"civ"})  # civilians of a country not told: nobody speaks for them


_Topic = tuple[str, Kind, str, str]  # incident, kind, side, item; "" where there is none


class _Place(Enum):
    """Where in an edition a contradiction stands."""

    NEW = "new"
    MOVED = "moved"
    SETTLED = "settled"
    STANDING = "standing"


def compose(
    digest: str,
    window: Window,
    *,
    findings: Iterable[Finding],
    incidents: Iterable[Incident],
    evidence: Mapping[str, Sequence[Citation]],
    coverage: Coverage,
    corrections: Sequence[Correction],
    min_severity: int,
) -> Edition:
    """Compose the edition of ``digest`` for ``window``.

    Contradictions stand by severity, then by the number of independent origins, then newest first. The order of ``findings`` and ``incidents`` does not matter. The edition never says which figure is right.

    Args:
        digest: The name of the digest.
        window: What the edition reports on.
        findings: Every finding, those of earlier windows too.
        incidents: The incidents that the findings are about.
        evidence: By incident, everything said of it, so that a question shows every origin and not only both ends.
        coverage: What was heard in the window.
        corrections: What of earlier editions has changed.
        min_severity: Contradictions below it are only counted.
    """
    known = {incident.id: incident for incident in incidents}
    topics: dict[_Topic, list[Finding]] = defaultdict(list)
    for finding in findings:
        topics[_topic(finding)].append(finding)

    disputed: dict[_Place, list[Question]] = {place: [] for place in _Place}
    agreements = []
    folded = 0
    for topic, members in topics.items():
        said = evidence.get(topic[0], ())
        question = _question(members, known.get(topic[0]), said)
        if question.findings[0].relation not in _DISPUTES:
            agreed = _agreement(question)
            if agreed is not None and _is_news(agreed, window):
                agreements.append(agreed)
        elif _severity(question.findings[0]) < min_severity:
            folded += _is_news(question, window)
        elif (place := _place(question, window)) is not None:
            disputed[place].append(replace(question, silent=_silent(known.get(topic[0]), said, coverage)))
    return Edition(
        digest=digest,
        window=window,
        coverage=coverage,
        contradictions=tuple(sorted(disputed[_Place.NEW], key=rank)),
        moved=tuple(sorted(disputed[_Place.MOVED], key=rank)),
        settled=tuple(sorted(disputed[_Place.SETTLED], key=rank)),
        standing=tuple(sorted(disputed[_Place.STANDING], key=rank)),
        agreements=tuple(sorted(agreements, key=rank)),
        corrections=tuple(sorted(corrections, key=_correction_rank)),
        folded=folded,
    )


def corrections(
    cited_before: Mapping[datetime, Sequence[Citation]], posts: Iterable[ReadPost]
) -> tuple[Correction, ...]:
    """Return which of the citations of earlier editions their posts no longer bear out.

    ``cited_before`` holds the citations by the end of the window of the edition that made them. A change is told once:
    in the first edition after it was seen. An edit that leaves the figure cited as it was is no correction.
    """
    if not cited_before:
        return ()
    told_until = max(cited_before)
    by_ref = {post.post.ref: post for post in posts}
    found: dict[tuple[PostRef, Kind, str, str], Correction] = {}
    for told_at in sorted(cited_before):  # a later edition's telling replaces an earlier one's
        for citation in cited_before[told_at]:
            post = by_ref.get(citation.ref)
            correction = None if post is None else _correction(citation, post, told_at=told_at)
            if correction is not None and correction.changed_at >= told_until:
                found[citation.ref, citation.kind, citation.side or "", citation.item or ""] = correction
    return tuple(sorted(found.values(), key=_correction_rank))


def _topic(finding: Finding) -> _Topic:
    return finding.incident, finding.kind, finding.side or "", finding.a.item or finding.b.item or ""


def _question(members: Sequence[Finding], incident: Incident | None, evidence: Sequence[Citation]) -> Question:
    findings = tuple(sorted(members, key=_weight))
    first = findings[0]
    return Question(
        incident=first.incident,
        scope=Scope.INCIDENT if incident is None else incident.scope,
        place=first.place if incident is None else incident.place or first.place,
        from_day=None if incident is None else incident.from_day,
        to_day=None if incident is None else incident.to_day,
        kind=first.kind,
        side=first.side,
        item=first.a.item or first.b.item,
        answers=_answers(findings, evidence),
        findings=findings,
    )


def _weight(finding: Finding) -> tuple[bool, bool, int, float, str]:
    """Order the findings of one question: disputes that are open, then by severity, newest first."""
    return (
        finding.relation not in _DISPUTES,
        finding.status in _SETTLED,
        -_severity(finding),
        -finding.first_seen.timestamp(),
        finding.id,
    )


def _severity(finding: Finding) -> int:
    """Return the finding's severity; a dispute without one, such as a distortion, counts as the lowest."""
    return _LOWEST_SEVERITY if finding.severity is None else finding.severity


def _answers(findings: Sequence[Finding], evidence: Sequence[Citation]) -> tuple[Answer, ...]:
    """Return one answer an origin, in order of their figures; a whole that the part asked for exceeds is one of its own.

    Where two channels put different words into one speaker's mouth (a distortion), each channel answers for itself.
    """
    first = findings[0]
    asked = (first.kind, first.side, first.a.item or first.b.item)
    ends = [end for finding in findings for end in (finding.a, finding.b)]
    said = [citation for citation in evidence if _counts(citation) == asked]
    distorted = {finding.a.origin.id for finding in findings if finding.relation is Relation.DISTORTION}
    by_origin: dict[tuple[object, ...], dict[tuple[PostRef, int, int], Citation]] = defaultdict(dict)
    for citation in (*ends, *said):
        channel = citation.ref.channel if citation.origin.id in distorted else ""
        is_denied = citation.polarity is Polarity.DENIED  # to deny another's figure takes nothing back of one's own
        answers_for = (citation.origin.id, channel, *_counts(citation), is_denied)
        by_origin[answers_for][citation.ref, citation.revision, citation.claim] = citation
    answers = [_answer(sorted(citations.values(), key=_age)) for citations in by_origin.values()]
    return tuple(sorted(answers, key=lambda answer: (_figure_rank(answer.cited), _age(answer.cited))))


def _answer(citations: Sequence[Citation]) -> Answer:
    """Return the answer of one origin from its citations, oldest first: the last that still stands, if any does."""
    standing = [citation for citation in citations if citation.until is None]
    said = _says((standing or citations)[-1])
    current = [citation for citation in standing or citations if _says(citation) == said]
    cited = current[0]
    copies = {citation.ref.channel: citation for citation in reversed(current)}
    copies.pop(cited.ref.channel)
    earlier = {_says(citation): citation for citation in reversed(citations) if _says(citation) != said}
    return Answer(
        cited=cited,
        copies=tuple(sorted(copies.values(), key=_age)),
        earlier=tuple(sorted(earlier.values(), key=_age)),
    )


def _counts(citation: Citation) -> tuple[Kind, str | None, str | None]:
    return citation.kind, citation.side, citation.item


def _says(citation: Citation) -> tuple[object, ...]:
    return citation.quantity, citation.polarity


def _age(citation: Citation) -> tuple[datetime, PostRef, int, int]:
    return citation.date, citation.ref, citation.revision, citation.claim


def _figure_rank(citation: Citation) -> tuple[bool, int, float]:
    """Order answers: what is asserted by its figure, then what is denied."""
    quantity = citation.quantity
    low = quantity.low if quantity.low is not None else 0
    high = float("inf") if quantity.high is None else float(quantity.high)
    return citation.polarity is Polarity.DENIED, low, high


def _agreement(question: Question) -> Question | None:
    """Return what independent origins agree on: the question with only the answers that meet, ``None`` if none do.

    They must stand in channels apart: a channel and the source that it names are not enough.
    """
    meeting = {
        (end.origin.id, _counts(end), _says(end))
        for finding in question.findings
        if finding.relation is Relation.CORROBORATE
        for end in (finding.a, finding.b)
    }
    answers = tuple(
        answer
        for answer in question.answers
        if (answer.cited.origin.id, _counts(answer.cited), _says(answer.cited)) in meeting
    )
    origins = {answer.cited.origin.id for answer in answers}
    channels = {answer.cited.ref.channel for answer in answers}
    return replace(question, answers=answers) if len(origins) > 1 and len(channels) > 1 else None


def _place(question: Question, window: Window) -> _Place | None:
    """Return where a contradiction stands, ``None`` where an earlier edition told its end."""
    disputes = [finding for finding in question.findings if finding.relation in _DISPUTES]
    if question.findings[0].status in _SETTLED:
        ended = any(change.status in _SETTLED for change in _changes(disputes) if window.holds(change.at))
        return _Place.SETTLED if ended else None
    if window.holds(min(finding.first_seen for finding in disputes)):
        return _Place.NEW
    return _Place.MOVED if _is_news(question, window) else _Place.STANDING


def _is_news(question: Question, window: Window) -> bool:
    """Tell whether an origin gave a figure or took one back, or two began or ceased to differ, in the window.

    Repeating is no news, nor is that time has passed.
    """
    said = [told for answer in question.answers for told in (answer.cited, *answer.earlier)]
    instants = [told.date for told in said] + [told.until for told in said if told.until is not None]
    instants += [change.at for change in _changes(question.findings) if change.status is not Status.STANDING]
    instants += [finding.first_seen for finding in question.findings]
    return any(window.holds(instant) for instant in instants)


def _changes(findings: Iterable[Finding]) -> Iterable[StatusChange]:
    return (change for finding in findings for change in finding.history)


def _silent(incident: Incident | None, said: Sequence[Citation], coverage: Coverage) -> tuple[str, ...]:
    """Return the camps whose losses an incident holds and that have a voice, but said nothing of it."""
    if incident is None:
        return ()
    sides = {side for joint in incident.sides for side in joint.split("+")} - _NO_SIDE
    concerned = {camp_of(side.removeprefix(_CIVILIANS)) for side in sides}
    heard = {camp_of(channel.alignment.upper()) for channel in coverage.channels if channel.alignment is not None}
    spoken = {camp_of(citation.alignment.upper()) for citation in said if citation.alignment is not None}
    spoken |= {camp_of(origin.id.removeprefix("speaker:").upper()) for origin in {citation.origin for citation in said}}
    return tuple(sorted((concerned & heard) - spoken))


def rank(question: Question) -> tuple[int, int, float, str, str, str, str]:
    """Return what orders questions: severity, then how many origins answer, then novelty."""
    first = question.findings[0]
    return (
        -_severity(first),
        -len({answer.cited.origin.id for answer in question.answers}),
        -max(finding.first_seen for finding in question.findings).timestamp(),
        question.incident,
        question.kind.value,
        question.side or "",
        question.item or "",
    )


def splits(question: Question) -> tuple[Split, ...]:
    """Return which camps the question divides, each once."""
    found = {finding.split for finding in question.findings if finding.relation in _DISPUTES}
    return tuple(split for split in Split if split in found)


def _correction(citation: Citation, post: ReadPost, *, told_at: datetime) -> Correction | None:
    if post.post.deleted_at is not None:
        return Correction(told_at=told_at, cited=citation, changed_at=post.post.deleted_at, is_gone=True)
    last = post.post.revisions[-1]
    if last.number <= citation.revision:
        return None
    claims = next((read.claims for read in post.revisions if read.number == last.number), ())
    same = [claim for claim in claims if _is_same_topic(claim, citation)]
    if any(claim.quantity == citation.quantity and claim.polarity is citation.polarity for claim in same):
        return None
    if not same and citation.quote in last.text:  # the words stand, whatever was made of the rest
        return None
    return Correction(
        told_at=told_at,
        cited=citation,
        changed_at=last.observed_at,
        is_gone=False,
        now=same[0].quantity if same else None,
        now_quote=same[0].span.of(last.text) if same else None,
    )


def _is_same_topic(claim: Claim, citation: Citation) -> bool:
    # A side that the text leaves open was resolved when it was cited, from whose voice the channel is.
    return (claim.kind, claim.item) == (citation.kind, citation.item) and claim.side in {citation.side, None}


def _correction_rank(correction: Correction) -> tuple[bool, datetime, PostRef, int]:
    """Order corrections: the gone first, then as they were seen."""
    return not correction.is_gone, correction.changed_at, correction.cited.ref, correction.cited.claim
