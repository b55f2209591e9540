"""An edition as blocks of text, in the order in which an analyst reads them, at a stated level of detail."""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from itertools import groupby

from monitor.digest import wording
from monitor.digest.compose import splits
from monitor.digest.markup import Block, Line, Run, bold, italic, joined, line, link
from monitor.digest.quoting import clean, isolate, quoted, shorten
from monitor.model.claim import SideBasis
from monitor.model.edition import Answer, Correction, Coverage, Edition, Question, Window
from monitor.model.finding import Citation, OriginBasis, Status
from monitor.model.following import READ_STATES

_NEVER = sys.maxsize
_SETTLED = frozenset({Status.RESOLVED, Status.RETRACTED})
_MIDDLE_DOT = " \u00b7 "
_BULLET = "\u2022 "
_INDENT = "\u2003"  # an em space: ordinary ones at the start of a line are easily lost


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """How much to show before the rest is only counted.

    ``questions`` are shown whole, the next ``headlines`` in a line each, and so are ``standing`` ones of before. ``*_utf16`` are UTF-16 units of one quote, name
    or reason.
    """

    questions: int = _NEVER
    headlines: int = _NEVER
    standing: int = _NEVER
    agreements: int = _NEVER
    corrections: int = _NEVER
    answers: int = _NEVER
    copies: int = _NEVER
    channels: int = _NEVER
    quote_utf16: int = _NEVER
    name_utf16: int = _NEVER
    reason_utf16: int = _NEVER


EVERYTHING = Detail()


def lay_out(edition: Edition, *, detail: Detail, zone: tzinfo) -> tuple[Block, ...]:
    """Return the blocks of an edition: coverage, contradictions, agreements, corrections, and what was left out."""
    return _Sheet(detail=detail, zone=zone).blocks(edition)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheet:
    """The level of detail and the zone, which every line of one edition shares."""

    detail: Detail
    zone: tzinfo

    def blocks(self, edition: Edition) -> tuple[Block, ...]:
        detail = self.detail
        asked = [(number, question) for number, question in enumerate(edition.contradictions, start=1)]
        brief = asked[detail.questions :][: detail.headlines]
        standing = list(enumerate(edition.standing, start=len(asked) + 1))[: detail.standing]
        blocks = [
            self._head(edition),
            *(self._question(question, number=number) for number, question in asked[: detail.questions]),
            self._headlines("Also in dispute", brief),
            self._headlines("Still open from before, nothing new", standing),
            self._agreements(edition.agreements[: detail.agreements]),
            self._corrections(edition.corrections[: detail.corrections]),
            self._tail(
                edition,
                contradictions=len(asked) - len(asked[: detail.questions]) - len(brief),
                standing=len(edition.standing) - len(standing),
            ),
        ]
        return tuple(block for block in blocks if block)

    def _head(self, edition: Edition) -> Block:
        return (
            line(bold(self._name(edition.digest)), f"{_MIDDLE_DOT}{self._window(edition.window)}"),
            *_joined_windows(edition.joins),
            *self._coverage(edition.coverage),
            line(bold(_counts(edition))),
        )

    def _window(self, window: Window) -> str:
        start, end = (edge.astimezone(self.zone) for edge in (window.start, window.end))
        zone = shorten(clean(str(self.zone)), self.detail.name_utf16)
        first = wording.instant(start, zone=self.zone, year=start.year != end.year)
        return f"{first} {wording.DASH} {wording.instant(end, zone=self.zone, year=True)}, {zone}"

    def _coverage(self, coverage: Coverage) -> Block:
        channels = coverage.channels
        heard = [channel for channel in channels if channel.posts]
        away = [channel for channel in channels if channel.state not in READ_STATES]
        silent = [channel for channel in channels if not channel.posts and channel.state in READ_STATES]
        holed = [channel for channel in channels if channel.holes]
        posts = wording.counted(coverage.posts, one="post", many="posts")
        lines = [
            line(f"Heard {len(heard)} of {wording.counted(len(channels), one='channel', many='channels')}, {posts}.")
        ]
        if silent:
            lines.append(line(f"Silent: {self._listed(channel.channel for channel in silent)}."))
        if away:
            told = (f"{channel.channel} ({channel.state})" for channel in away)
            lines.append(line(f"Not reachable: {self._listed(told)}."))
        if holed:
            told = (f"{channel.channel} ({channel.holes})" for channel in holed)
            lines.append(line(f"Posts known to be missing: {self._listed(told)}."))
        return tuple(lines)

    def _question(self, question: Question, *, number: int) -> Block:
        first = question.findings[0]
        severity = first.severity or 1
        marks = [wording.SEVERITIES[severity], wording.STATUSES[first.status], _origins(question)]
        if first.relation in wording.RELATIONS:
            marks.insert(1, wording.RELATIONS[first.relation])
        marks += [wording.SPLITS[split] for split in splits(question)]
        shown = _telling(question, limit=self.detail.answers)
        lines = [
            line(f"{wording.MARKS[severity]} ", bold(f"{number}. {self._what(question)}")),
            line(_MIDDLE_DOT.join((*self._where(question), *marks))),
        ]
        for answer in shown:
            lines += self._answer(answer, of=question)
        lines += _more(len(question.answers) - len(shown))
        lines.append(line(italic(f"Why: {self._reason(_answers_in(first.reason))}")))
        if first.status in _SETTLED and first.history:
            change = first.history[-1]
            at = wording.instant(change.at, zone=self.zone)
            lines.append(line(italic(f"{wording.STATUSES[change.status]} {at}: {self._reason(change.reason)}")))
        return tuple(lines)

    def _what(self, question: Question) -> str:
        """Say whose loss is in question, and its range."""
        spread = wording.spread(question.direct)
        side = self._name(wording.side(question.side))
        loss = self._name(wording.loss(question.kind, item=question.item))
        return f"{side[:1].upper()}{side[1:]}, {loss}: {shorten(spread, self.detail.name_utf16)}"

    def _where(self, question: Question) -> list[str]:
        """Say where and when, as far as it is known."""
        place = None if question.place is None else self._name(question.place)
        days = wording.days(question.from_day, question.to_day)
        where = ", ".join(piece for piece in (place, days) if piece is not None)
        return [piece for piece in (where, wording.scope(question.scope)) if piece]

    def _answer(self, answer: Answer, *, of: Question) -> Block:
        cited = answer.cited
        lines = [
            line(
                _BULLET,
                bold(self._figure(cited)),
                *([] if answer in of.direct else [f" {self._counted(cited)}"]),
                _MIDDLE_DOT,
                self._link(cited),
                self._credit(cited),
                *(
                    []
                    if cited.side_basis in {None, SideBasis.TEXT}
                    else [f", side inferred from the {cited.side_basis.value}"]
                ),
            ),
            line(_INDENT, self._quote(cited)),
        ]
        if cited.until is not None:
            lines.append(line(f"{_INDENT}no longer there (seen {wording.instant(cited.until, zone=self.zone)})"))
        if answer.earlier:
            before = [
                Run(text=f"{self._figure(told)} ({wording.instant(told.date, zone=self.zone)})", url=told.ref.url)
                for told in answer.earlier[-self.detail.copies :]
            ]
            lines.append(line(f"{_INDENT}before: ", *joined(before, ", ")))
        if answer.copies:
            shown = answer.copies[: self.detail.copies]
            names = [link(self._name(copy.ref.channel), copy.ref.url) for copy in shown]
            rest = len(answer.copies) - len(shown)
            lines.append(line(f"{_INDENT}repeated by: ", *joined(names, ", "), f" and {rest} more" if rest else ""))
        return tuple(lines)

    def _counted(self, cited: Citation) -> str:
        """Say whose loss of what an answer counts, where that is not quite what the question asks."""
        if cited.side is None:  # only "nobody was hurt" is compared without a side
            return f"({wording.loss(cited.kind, item=None)} of any side)"
        return f"({self._name(wording.side(cited.side))}, {wording.loss(cited.kind, item=None)})"

    def _figure(self, cited: Citation) -> str:
        return shorten(wording.figure(cited.quantity, polarity=cited.polarity), self.detail.name_utf16)

    def _credit(self, cited: Citation) -> str:
        """Say whom the post names as its source, in its words, and which side that is."""
        if cited.attributed_to is not None:
            side = wording.speaker(cited.origin)
            words = self._name(cited.attributed_to)
            return f", citing {words}" if side is None or side in words else f", citing {words} [{side}]"
        if cited.origin.basis in {OriginBasis.FORWARD, OriginBasis.CREDIT, OriginBasis.COPY}:
            return f", from {self._name(cited.origin.id.partition(':')[2])}"
        return ""

    def _headlines(self, heading: str, questions: Sequence[tuple[int, Question]]) -> Block:
        if not questions:
            return ()
        return (line(bold(heading)), *(self._headline(question, number=number) for number, question in questions))

    def _headline(self, question: Question, *, number: int) -> Line:
        first = question.findings[0]
        about = _MIDDLE_DOT.join((self._what(question), *self._where(question), wording.STATUSES[first.status]))
        ends = [link(self._name(end.ref.channel), end.ref.url) for end in (first.a, first.b)]
        return line(f"{wording.MARKS[first.severity or 1]} {number}. {about}: ", *joined(ends, " / "))

    def _agreements(self, questions: Sequence[Question]) -> Block:
        if not questions:
            return ()
        lines = [line(bold("Independent origins agree"))]
        for question in questions:
            about = _MIDDLE_DOT.join((self._what(question), *self._where(question), _origins(question)))
            lines.append(line(f"{_BULLET}{about}"))
            shown = _telling(question, limit=self.detail.answers)
            lines += [
                line(
                    _INDENT,
                    f"{self._figure(answer.cited)}, ",
                    self._link(answer.cited),
                    f": {self._quote(answer.cited)}",
                )
                for answer in shown
            ]
            lines += _more(len(question.answers) - len(shown))
        return tuple(lines)

    def _corrections(self, corrections: Sequence[Correction]) -> Block:
        if not corrections:
            return ()
        lines = [line(bold("Changed since earlier editions cited it"))]
        for _, group in groupby(corrections, key=lambda change: (change.cited.ref, change.is_gone, change.told_at)):
            lines += self._correction(tuple(group))
        return tuple(lines)

    def _correction(self, changes: Sequence[Correction]) -> Iterable[Line]:
        """Tell what became of the claims of one post."""
        first = changes[0]
        told = wording.instant(first.told_at, zone=self.zone)
        seen = wording.instant(first.changed_at, zone=self.zone)
        if first.is_gone:
            quotes = ", ".join(self._quote(change.cited) for change in changes)
            yield line(
                _BULLET, self._link(first.cited), f", told {told}: {quotes}. The post was deleted (seen {seen})."
            )
            return
        for change in changes:
            was = f", told {told}: {self._quote(change.cited)}."
            if change.now is None or change.now_quote is None:
                now = f" Edited (seen {seen}); it no longer says so."
            else:
                now = f" Edited (seen {seen}) to {wording.figure(change.now)}: {self._words(change.now_quote)}."
            yield line(_BULLET, self._link(change.cited), was, now)

    def _tail(self, edition: Edition, *, contradictions: int, standing: int) -> Block:
        """Count what is not shown."""
        hidden = [
            wording.counted(number, one=one, many=many)
            for number, one, many in (
                (contradictions, "contradiction", "contradictions"),
                (standing, "older one still open", "older ones still open"),
                (len(edition.agreements[self.detail.agreements :]), "agreed figure", "agreed figures"),
                (len(edition.corrections[self.detail.corrections :]), "correction", "corrections"),
            )
            if number
        ]
        if edition.folded:
            below = wording.counted(edition.folded, one="contradiction", many="contradictions")
            hidden.append(f"{below} below this digest's severity")
        return (line(f"Not shown: {', '.join(hidden)}."),) if hidden else ()

    def _link(self, cited: Citation) -> Run:
        at = wording.instant(cited.date, zone=self.zone)
        return link(f"{self._name(cited.ref.channel)}, {at}", cited.ref.url)

    def _quote(self, cited: Citation) -> str:
        return self._words(cited.quote)

    def _words(self, quote: str) -> str:
        return quoted(shorten(clean(quote), self.detail.quote_utf16))

    def _name(self, name: str) -> str:
        return isolate(shorten(clean(name), self.detail.name_utf16))

    def _reason(self, reason: str) -> str:
        return isolate(shorten(clean(reason), self.detail.reason_utf16))

    def _listed(self, names: Iterable[str]) -> str:
        """Write names up to the number allowed, and count the rest."""
        known = tuple(names)
        shown = [self._name(name) for name in known[: self.detail.channels]]
        rest = len(known) - len(shown)
        return ", ".join(shown) + (f" and {rest} more" if rest else "")


def _joined_windows(joins: int) -> Block:
    """Say that an edition stands for several that were due while nobody was there to issue them."""
    if joins == 1:
        return ()
    return (line(italic(f"In place of {joins} editions: the monitor was not running when they were due.")),)


def _telling(question: Question, *, limit: int) -> Sequence[Answer]:
    """Return at most ``limit`` answers in their order.

    The ends of the first finding come before the edges of the range, these before the ends of the other findings, and
    what no post says any more comes last.
    """
    answers = question.answers
    if len(answers) <= limit:
        return answers
    ends = [
        number
        for finding in question.findings
        for number, answer in enumerate(answers)
        if _holds(answer, finding.a) or _holds(answer, finding.b)
    ]
    numbers = sorted(range(len(answers)), key=lambda number: answers[number].cited.until is not None)
    wanted = dict.fromkeys((*ends[:2], 0, len(answers) - 1, *ends, *numbers))
    return [answers[number] for number in sorted(list(wanted)[:limit])]


def _holds(answer: Answer, cited: Citation) -> bool:
    return cited in (answer.cited, *answer.copies, *answer.earlier)


def _more(number: int) -> list[Line]:
    return [line(f"and {number} more")] if number else []


def _answers_in(reason: str) -> str:
    """Return a reason line without the question before its colon, which the heading has asked already."""
    return reason.partition(": ")[2] or reason


def _counts(edition: Edition) -> str:
    """Say in a line what the edition holds."""
    severe = sum(question.findings[0].severity == 3 for question in edition.contradictions)
    parts = [
        wording.counted(len(edition.contradictions), one="contradiction", many="contradictions")
        + (f" ({severe} major)" if severe else "")
        if edition.contradictions
        else "No new contradictions between independent origins"
    ]
    if edition.standing:
        parts.append(f"{len(edition.standing)} still open from before")
    if edition.agreements:
        parts.append(wording.counted(len(edition.agreements), one="agreed figure", many="agreed figures"))
    if edition.corrections:
        parts.append(wording.counted(len(edition.corrections), one="correction", many="corrections"))
    if len(parts) == 1 and not edition.contradictions:
        return f"Quiet. {parts[0]}."
    return ", ".join(parts) + "."


def _origins(question: Question) -> str:
    origins = len({answer.cited.origin.id for answer in question.answers})
    return wording.counted(origins, one="origin", many="independent origins")
