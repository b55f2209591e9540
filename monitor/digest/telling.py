"""Questions, answers and corrections as lines of text, at a stated level of detail."""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from monitor.digest.compose import splits
from monitor.digest.markup import Block, Line, Run, bold, italic, joined, line, link
from monitor.digest.quoting import balanced, clean, shorten
from monitor.digest.reason import why
from monitor.digest.wording import MARKS, Wording
from monitor.model.edition import Answer, Correction, Question, Window
from monitor.model.finding import Citation, OriginBasis, Status

MIDDLE_DOT = " \u00b7 "
BULLET = "\u2022 "
INDENT = "\u2003"  # an em space: ordinary ones at the start of a line are easily lost

_NEVER = sys.maxsize
_SETTLED = frozenset({Status.RESOLVED, Status.RETRACTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """How much to show before the rest is only counted.

    ``questions`` are shown whole, the next ``headlines`` in a line each, and so are ``settled`` and ``standing`` ones.
    ``answers`` are shown of a disputed question, ``meeting`` ones of an agreed one.
    ``*_utf16`` are UTF-16 units of one quote, name or reason.
    """

    questions: int = _NEVER
    headlines: int = _NEVER
    settled: int = _NEVER
    standing: int = _NEVER
    agreements: int = _NEVER
    corrections: int = _NEVER
    answers: int = _NEVER
    meeting: int = _NEVER
    copies: int = _NEVER
    channels: int = _NEVER
    quote_utf16: int = _NEVER
    name_utf16: int = _NEVER
    reason_utf16: int = _NEVER


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """What every line of one edition shares: the level of detail, the words of the frame, and what is new."""

    detail: Detail
    say: Wording
    window: Window

    # --- questions

    def question(self, question: Question, *, number: int) -> Block:
        """Tell a question whole: range, where, every answer, and why it is disputed."""
        first = question.findings[0]
        shown = telling(question, limit=self.detail.answers)
        lines = [
            line(f"{MARKS[first.severity or 1]} ", bold(f"{number}. {self.what(question)}")),
            line(MIDDLE_DOT.join((*self.where(question), *self.marks(question)))),
        ]
        for answer in shown:
            lines += self._answer(answer, of=question)
        lines += self._more(len(question.answers) - len(shown))
        reason = self.say.frame.gettext("Why: {reason}").format(reason=self._reason(why(first, say=self.say)))
        lines.append(line(italic(reason)))
        if question.silent:
            lines.append(line(italic(self.silent(question.silent))))
        return tuple(lines)

    def headline(self, question: Question, *, number: int) -> Line:
        """Tell a question in one line."""
        first = question.findings[0]
        about = MIDDLE_DOT.join((self.what(question), *self.where(question), self.say.status(first.status)))
        ends = [link(self.name(end.ref.channel), end.ref.url) for end in (first.a, first.b)]
        return line(f"{MARKS[first.severity or 1]} {number}. {about}: ", *joined(ends, " / "))

    def ending(self, question: Question, *, number: int) -> Iterable[Line]:
        """Tell how a question ended: a headline, and when and why."""
        yield self.headline(question, number=number)
        change = max(
            (one for finding in question.findings for one in finding.history if one.status in _SETTLED),
            key=lambda one: (one.at, one.reason),
            default=None,
        )
        if change is not None:
            at = self.say.instant(change.at)
            reason = self._reason(clean(self.say.ending(change.reason)))
            yield line(INDENT, italic(f"{self.say.status(change.status)} {at}: {reason}"))

    def agreement(self, question: Question) -> Iterable[Line]:
        """Tell a figure on which independent origins meet, and each of them."""
        about = MIDDLE_DOT.join((self.what(question), *self.where(question), self.origins(question)))
        yield line(f"{BULLET}{about}")
        shown = telling(question, limit=self.detail.meeting)
        for answer in shown:
            cited = answer.cited
            yield line(INDENT, f"{self.figure(cited)}, ", self._link(cited), f": {self._quote(cited)}")
        yield from self._more(len(question.answers) - len(shown))

    def what(self, question: Question) -> str:
        """Say whose loss is in question, and its range."""
        spread = self.say.spread(question.direct)
        side = self.name(self.say.side(question.side))
        loss = self.name(self.say.loss(question.kind, item=question.item))
        return f"{side[:1].upper()}{side[1:]}, {loss}: {shorten(spread, self.detail.name_utf16)}"

    def where(self, question: Question) -> list[str]:
        """Say where and when, as far as it is known."""
        place = None if question.place is None else self.name(question.place)
        days = self.say.days(question.from_day, question.to_day)
        where = ", ".join(piece for piece in (place, days) if piece is not None)
        return [piece for piece in (where, self.say.scope(question.scope)) if piece]

    def marks(self, question: Question) -> list[str]:
        """Say how grave, how it stands, and whom it divides."""
        first = question.findings[0]
        relation = self.say.relation(first.relation)
        return [
            self.say.severity(first.severity or 1),
            *([] if relation is None else [relation]),
            self.say.status(first.status),
            self.origins(question),
            *(self.say.split(split) for split in splits(question)),
        ]

    def origins(self, question: Question) -> str:
        """Count the origins that answer."""
        return self.say.origins(len({answer.cited.origin.id for answer in question.answers}))

    def silent(self, sides: Sequence[str]) -> str:
        """Name the sides that were not heard."""
        names = self.listed(self.say.side(side) for side in sides)
        return self.say.frame.gettext("Not heard on this: {sides}").format(sides=names)

    # --- answers

    def _answer(self, answer: Answer, *, of: Question) -> Block:
        cited = answer.cited
        basis = self.say.basis(cited.side_basis)
        was_known = min(finding.first_seen for finding in of.findings) < self.window.start
        is_new = was_known and self.window.holds(cited.date)
        lines = [
            line(
                BULLET,
                bold(self.figure(cited)),
                *([] if answer in of.direct else [f" {self.counted(cited)}"]),
                MIDDLE_DOT,
                self._link(cited),
                self.credit(cited),
                *([] if basis is None else [f", {basis}"]),
                *([MIDDLE_DOT, self.say.frame.gettext("new")] if is_new else []),
            ),
            line(INDENT, self._quote(cited)),
        ]
        if cited.until is not None:
            gone = self.say.frame.gettext("no longer there (seen {when})").format(when=self.say.instant(cited.until))
            lines.append(line(INDENT, gone))
        if answer.earlier:
            before = [
                Run(text=f"{self.figure(told)} ({self.say.instant(told.date)})", url=told.ref.url)
                for told in answer.earlier[-self.detail.copies :]
            ]
            lines.append(line(INDENT, self.say.frame.gettext("before:"), " ", *joined(before, ", ")))
        if answer.copies:
            shown = answer.copies[: self.detail.copies]
            names = [link(self.name(copy.ref.channel), copy.ref.url) for copy in shown]
            rest = len(answer.copies) - len(shown)
            more = [f" {self.say.and_more(rest)}"] if rest else []
            repeated = self.say.frame.gettext("repeated by:")
            lines.append(line(INDENT, repeated, " ", *joined(names, ", "), *more))
        return tuple(lines)

    def counted(self, cited: Citation) -> str:
        """Say whose loss of what an answer counts, where that is not quite what the question asks."""
        loss = self.say.loss(cited.kind, item=None)
        if cited.side is None:  # only "nobody was hurt" is compared without a side
            return self.say.frame.gettext("({loss}, any side)").format(loss=loss)
        return f"({self.name(self.say.side(cited.side))}, {loss})"

    def figure(self, cited: Citation) -> str:
        """Write a claim's figure."""
        return shorten(self.say.figure(cited.quantity, polarity=cited.polarity), self.detail.name_utf16)

    def credit(self, cited: Citation) -> str:
        """Say whom the post names as its source, in its words, and which side that is."""
        if cited.attributed_to is not None:
            side = self.say.speaker(cited.origin)
            words = self.name(cited.attributed_to)
            credit = self.say.frame.gettext(", citing {source}").format(source=words)
            return credit if side is None or side in words else f"{credit} [{side}]"
        if cited.origin.basis in {OriginBasis.FORWARD, OriginBasis.CREDIT, OriginBasis.COPY}:
            source = self.name(cited.origin.id.partition(":")[2])
            return self.say.frame.gettext(", from {source}").format(source=source)
        return ""

    # --- corrections

    def corrections(self, corrections: Sequence[Correction]) -> Iterable[Line]:
        """Tell what became of what was cited, a post at a time."""
        for _, group in groupby(corrections, key=lambda change: (change.cited.ref, change.is_gone, change.told_at)):
            yield from self._correction(tuple(group))

    def _correction(self, changes: Sequence[Correction]) -> Iterable[Line]:
        first = changes[0]
        told = self.say.instant(first.told_at)
        seen = self.say.instant(first.changed_at)
        was = self.say.frame.gettext(", told {when}: {quotes}.")
        if first.is_gone:
            quotes = ", ".join(self._quote(change.cited) for change in changes)
            now = self.say.frame.gettext("The post was deleted (seen {when}).").format(when=seen)
            yield line(BULLET, self._link(first.cited), f"{was.format(when=told, quotes=quotes)} {now}")
            return
        for change in changes:
            if change.now is None or change.now_quote is None:
                now = self.say.frame.gettext("Edited (seen {when}); it no longer says so.").format(when=seen)
            else:
                edited = self.say.frame.gettext("Edited (seen {when}) to {figure}: {quote}.")
                figure = shorten(self.say.figure(change.now), self.detail.name_utf16)
                now = edited.format(when=seen, figure=figure, quote=self._words(change.now_quote))
            told_words = was.format(when=told, quotes=self._quote(change.cited))
            yield line(BULLET, self._link(change.cited), f"{told_words} {now}")

    # --- words of strangers

    def name(self, name: str) -> str:
        """Make a name safe to show."""
        return self.say.frame.isolate(shorten(clean(name), self.detail.name_utf16))

    def listed(self, names: Iterable[str]) -> str:
        """Write names up to the number allowed, and count the rest."""
        known = tuple(names)
        shown = [self.name(name) for name in known[: self.detail.channels]]
        rest = len(known) - len(shown)
        return ", ".join(shown) + (f" {self.say.and_more(rest)}" if rest else "")

    def _link(self, cited: Citation) -> Run:
        return link(f"{self.name(cited.ref.channel)}, {self.say.instant(cited.date)}", cited.ref.url)

    def _quote(self, cited: Citation) -> str:
        return self._words(cited.quote)

    def _words(self, quote: str) -> str:
        return self.say.frame.quoted(shorten(clean(quote), self.detail.quote_utf16))

    def _reason(self, reason: str) -> str:
        return balanced(shorten(reason, self.detail.reason_utf16))

    def _more(self, number: int) -> list[Line]:
        return [line(self.say.and_more(number))] if number else []


def telling(question: Question, *, limit: int) -> Sequence[Answer]:
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
