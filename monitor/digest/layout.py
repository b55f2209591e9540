"""An edition as blocks of text, in the order in which an analyst reads them, at a stated level of detail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo

from monitor.digest.compose import rank
from monitor.digest.frame import RIGHT_TO_LEFT_MARK, Frame
from monitor.digest.markup import Block, Run, bold, italic, line
from monitor.digest.quoting import clean, shorten
from monitor.digest.telling import MIDDLE_DOT, Detail, Teller
from monitor.digest.wording import DASH, Wording
from monitor.model.edition import Coverage, Edition, Question, Window
from monitor.model.following import READ_STATES

EVERYTHING = Detail()

_Numbered = Sequence[tuple[int, Question]]


def lay_out(edition: Edition, *, detail: Detail, zone: tzinfo, frame: Frame) -> tuple[Block, ...]:
    """Return the blocks of an edition: coverage, what is new, moved, settled, standing, agreed, corrected, left out."""
    teller = Teller(detail=detail, say=Wording(frame=frame, zone=zone), window=edition.window)
    blocks = _Sheet(teller=teller, frame=frame, detail=detail).blocks(edition)
    if not frame.is_right_to_left:
        return blocks
    mark = Run(text=RIGHT_TO_LEFT_MARK)  # a line that begins with a number or a Latin name runs the right way too
    return tuple(tuple((mark, *runs) for runs in block) for block in blocks)


def head(edition: Edition, *, teller: Teller, frame: Frame) -> Block:
    """Return what comes first: the window, what was heard in it, and what the edition holds."""
    return _Sheet(teller=teller, frame=frame, detail=teller.detail).head(edition)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheet:
    """What every block of one edition shares."""

    teller: Teller
    frame: Frame
    detail: Detail

    @property
    def say(self) -> Wording:
        return self.teller.say

    def blocks(self, edition: Edition) -> tuple[Block, ...]:
        detail, gettext = self.detail, self.frame.gettext
        numbered = list(enumerate(edition.disputed, start=1))
        ends = [len(edition.contradictions), len(edition.moved), len(edition.settled), len(edition.standing)]
        new, moved, settled, standing = (numbered[sum(ends[:at]) : sum(ends[: at + 1])] for at in range(len(ends)))
        # The gravest are shown whole, in whichever section they stand.
        gravest = sorted((*new, *moved), key=lambda pair: (rank(pair[1]), pair[0]))
        whole = {number for number, _ in gravest[: detail.questions]}
        brief = {number for number, _ in gravest[detail.questions :][: detail.headlines]}
        hidden = len(gravest) - len(whole) - len(brief)
        blocks = [
            self.head(edition),
            *self._section(gettext("New since the last edition"), new, whole=whole, brief=brief),
            *self._section(gettext("Moved since the last edition"), moved, whole=whole, brief=brief),
            self._settled(settled[: detail.settled]),
            self._standing(standing[: detail.standing]),
            self._agreements(edition),
            self._corrections(edition),
            self._tail(
                edition,
                contradictions=hidden,
                settled=len(settled) - len(settled[: detail.settled]),
                standing=len(standing) - len(standing[: detail.standing]),
            ),
        ]
        return tuple(block for block in blocks if block)

    # --- what the edition rests on

    def head(self, edition: Edition) -> Block:
        return (
            line(bold(self.teller.name(edition.digest)), f"{MIDDLE_DOT}{self._window(edition.window)}"),
            *self._joined_windows(edition.joins),
            *self._coverage(edition.coverage),
            line(bold(self._counts(edition))),
        )

    def _window(self, window: Window) -> str:
        zone = self.say.zone
        start, end = (edge.astimezone(zone) for edge in (window.start, window.end))
        name = self.frame.isolate(shorten(clean(str(zone)), self.detail.name_utf16))
        first = self.say.instant(start, year=start.year != end.year)
        return f"{first} {DASH} {self.say.instant(end, year=True)}, {name}"

    def _joined_windows(self, joins: int) -> Block:
        """Say that an edition stands for several that were due while nobody was there to issue them."""
        if joins == 1:
            return ()
        text = self.frame.gettext("In place of {number} editions: the monitor was not running when they were due.")
        return (line(italic(text.format(number=joins))),)

    def _coverage(self, coverage: Coverage) -> Block:
        channels, gettext, name = coverage.channels, self.frame.gettext, self.teller.name
        heard = [channel for channel in channels if channel.posts]
        away = [channel for channel in channels if channel.state not in READ_STATES]
        silent = [channel for channel in channels if not channel.posts and channel.state in READ_STATES]
        stopped = [channel for channel in channels if channel.silent_for is not None and channel.state in READ_STATES]
        holed = [channel for channel in channels if channel.holes]
        number = self.say.number
        posts = self.frame.ngettext("{number} post", "{number} posts", coverage.posts)
        of = self.frame.ngettext(
            "Heard {heard} of {number} channel", "Heard {heard} of {number} channels", len(channels)
        )
        heard_of = of.format(heard=number(len(heard)), number=number(len(channels)))
        lines = [line(f"{heard_of}, {posts.format(number=number(coverage.posts))}.")]
        told = [
            (gettext("Silent: {names}."), [name(one.channel) for one in silent]),
            (
                gettext("Stopped against their own rhythm: {names}."),
                [f"{name(one.channel)} ({self.say.hours(one.silent_for)})" for one in stopped if one.silent_for],
            ),
            (gettext("Not reachable: {names}."), [f"{name(one.channel)} ({name(one.state)})" for one in away]),
            (gettext("Posts known to be missing: {names}."), [f"{name(one.channel)} ({one.holes})" for one in holed]),
        ]
        lines += [line(text.format(names=self.teller.listed(names))) for text, names in told if names]
        return tuple(lines)

    def _counts(self, edition: Edition) -> str:
        """Say in a line what the edition holds."""
        gettext, number = self.frame.gettext, self.say.number
        severe = sum(question.findings[0].severity == 3 for question in edition.contradictions)
        new = gettext("new: {number}").format(number=number(len(edition.contradictions)))
        if severe:
            new += " " + gettext("({number} major)").format(number=number(severe))
        counted = [
            (gettext("moved: {number}"), edition.moved),
            (gettext("settled: {number}"), edition.settled),
            (gettext("still standing: {number}"), edition.standing),
            (gettext("agreed: {number}"), edition.agreements),
            (gettext("corrections: {number}"), edition.corrections),
        ]
        parts = [text.format(number=number(len(what))) for text, what in counted if what]
        if edition.contradictions:
            return gettext("Contradictions \u00b7 {counts}").format(counts=MIDDLE_DOT.join((new, *parts)))
        quiet = gettext("No new contradictions between independent origins.")
        if not parts:
            return gettext("Quiet. {text}").format(text=quiet)
        return f"{quiet} {MIDDLE_DOT.join(parts)}"

    # --- sections

    def _section(self, heading: str, questions: _Numbered, *, whole: set[int], brief: set[int]) -> list[Block]:
        """Return a section's blocks: its gravest questions whole, then others in a line each, the heading on the first."""
        blocks = [self.teller.question(question, number=number) for number, question in questions if number in whole]
        rest = tuple(self.teller.headline(question, number=number) for number, question in questions if number in brief)
        blocks += [rest] if rest else []
        return [(line(bold(heading)), *blocks[0]), *blocks[1:]] if blocks else []

    def _settled(self, questions: _Numbered) -> Block:
        ended = [one for number, question in questions for one in self.teller.ending(question, number=number)]
        return (line(bold(self.frame.gettext("Settled"))), *ended) if ended else ()

    def _standing(self, questions: _Numbered) -> Block:
        lines = [self.teller.headline(question, number=number) for number, question in questions]
        return (line(bold(self.frame.gettext("Still standing, nothing new"))), *lines) if lines else ()

    def _agreements(self, edition: Edition) -> Block:
        shown = edition.agreements[: self.detail.agreements]
        lines = [one for question in shown for one in self.teller.agreement(question)]
        return (line(bold(self.frame.gettext("Independent origins agree"))), *lines) if lines else ()

    def _corrections(self, edition: Edition) -> Block:
        lines = tuple(self.teller.corrections(edition.corrections[: self.detail.corrections]))
        heading = self.frame.gettext("Changed since earlier editions cited it")
        return (line(bold(heading)), *lines) if lines else ()

    def _tail(self, edition: Edition, *, contradictions: int, settled: int, standing: int) -> Block:
        """Count what is not shown."""
        gettext = self.frame.gettext
        hidden = [
            text.format(number=self.say.number(number))
            for text, number in (
                (gettext("new or moved: {number}"), contradictions),
                (gettext("settled: {number}"), settled),
                (gettext("still standing: {number}"), standing),
                (gettext("agreed: {number}"), len(edition.agreements[self.detail.agreements :])),
                (gettext("corrections: {number}"), len(edition.corrections[self.detail.corrections :])),
                (gettext("below this digest's severity: {number}"), edition.folded),
            )
            if number
        ]
        return (line(gettext("Not shown: {counts}.").format(counts=", ".join(hidden))),) if hidden else ()
