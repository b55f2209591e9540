"""An edition as one HTML file that asks nothing of the network: every claim behind it, to filter, to print, to listen to."""

import base64
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from html import escape
from importlib.resources import files

from monitor.digest.camps import Mark, marks_of, voice
from monitor.digest.frame import Frame, frame_of
from monitor.digest.layout import head
from monitor.digest.markup import POST_ADDRESS
from monitor.digest.quoting import clean, shorten
from monitor.digest.reason import why
from monitor.digest.svg import draw_svg, swatch
from monitor.digest.telling import MIDDLE_DOT, Detail, Teller
from monitor.digest.wording import MARKS, Wording
from monitor.model.edition import Answer, Edition, Question
from monitor.model.finding import Citation

_QUOTE_UTF16 = 4_000  # a post of Telegram; a quote is a part of one
_NAME_UTF16 = 200
_STYLE = (files("monitor.digest") / "templates" / "report.css").read_text(encoding="utf-8")
_SCRIPT = (files("monitor.digest") / "templates" / "report.js").read_text(encoding="utf-8")


def render_report(edition: Edition, *, zone: tzinfo, language: str = "en") -> str:
    """Return everything in the edition as one HTML page, times in ``zone``, the frame in ``language``.

    What strangers wrote stands in it as text only; nothing but the page's own script and style may run or load.
    """
    frame = frame_of(language)
    say = Wording(frame=frame, zone=zone)
    cited = tuple(_cited(edition))
    report = _Report(
        edition=edition,
        frame=frame,
        say=say,
        teller=Teller(detail=_DETAIL, say=say, window=edition.window),
        marks=marks_of(voice(one) for one in cited),
        tokens=_Tokens(),
    )
    return report.page()


_DETAIL = Detail(quote_utf16=_QUOTE_UTF16, name_utf16=_NAME_UTF16, reason_utf16=_QUOTE_UTF16)


class _Tokens:
    """Short names for what is filtered by, in the order met: no stranger's word is ever part of a selector."""

    def __init__(self) -> None:
        self.by_filter: dict[str, dict[str, str]] = defaultdict(dict)

    def of(self, filtered: str, value: str) -> str:
        """Return the token of a value."""
        return self.by_filter[filtered].setdefault(value, f"{filtered}{len(self.by_filter[filtered])}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Report:
    """What every piece of one page shares."""

    edition: Edition
    frame: Frame
    say: Wording
    teller: Teller
    marks: Mapping[str | None, Mark]
    tokens: _Tokens

    def page(self) -> str:
        title = escape(clean(self.edition.digest))
        sections = "".join(self._sections())  # first, because it says what can be filtered by
        script = base64.b64encode(hashlib.sha256(_SCRIPT.encode()).digest()).decode()
        direction = "rtl" if self.frame.is_right_to_left else "ltr"
        policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{script}'; base-uri 'none'; form-action 'none'"
        return (
            f'<!doctype html>\n<html lang="{self.frame.language}" dir="{direction}">\n<head>\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
            '<meta name="referrer" content="no-referrer">\n'
            f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
            f"{self._head()}{self._filters()}<main>{sections}</main>\n<script>{_SCRIPT}</script>\n</body>\n</html>\n"
        )

    def _head(self) -> str:
        first, *rest = head(self.edition, teller=self.teller, frame=self.frame)
        title = "".join(run.text for run in first)
        lines = "".join(f"<p>{escape(''.join(run.text for run in line))}</p>" for line in rest)
        camps = sorted((camp for camp in self.marks if camp is not None), key=str)
        legend = "".join(f"<li>{swatch(self.marks[camp])} {_text(self.say.side(camp))}</li>" for camp in camps)
        unknown = self.frame.gettext("camp not known")
        legend += f"<li>{swatch(self.marks[None])} {escape(unknown)}</li>"
        return f'<header><h1>{escape(title)}</h1>{lines}<ul class="legend">{legend}</ul></header>'

    # --- filters

    def _filters(self) -> str:
        gettext = self.frame.gettext
        labels = {
            "s": gettext("Side"),
            "p": gettext("Place"),
            "k": gettext("Kind"),
            "c": gettext("Channel"),
            "v": gettext("Severity"),
        }
        fields = "".join(self._filter(filtered, label) for filtered, label in labels.items())
        shown, name, every = gettext("{shown} of {all} shown"), gettext("Filter"), gettext("Show all")
        return (
            f'<form aria-label="{escape(name)}">{fields}<button type="reset">{escape(every)}</button>'
            f'<output aria-live="polite" data-text="{escape(shown)}"></output></form>'
        )

    def _filter(self, filtered: str, label: str) -> str:
        values = sorted(self.tokens.by_filter[filtered].items(), key=lambda item: (item[0].casefold(), item[0]))
        options = "".join(f'<option value="{token}">{_text(value)}</option>' for value, token in values)
        every = escape(self.frame.gettext("all"))
        return f'<label>{escape(label)} <select><option value="">{every}</option>{options}</select></label>'

    # --- sections

    def _sections(self) -> Iterator[str]:
        gettext, edition = self.frame.gettext, self.edition
        numbers = {id(question): number for number, question in enumerate(edition.disputed, start=1)}
        for heading, questions in (
            (gettext("New since the last edition"), edition.contradictions),
            (gettext("Moved since the last edition"), edition.moved),
            (gettext("Settled"), edition.settled),
            (gettext("Still standing, nothing new"), edition.standing),
            (gettext("Independent origins agree"), edition.agreements),
        ):
            articles = "".join(self._question(question, number=numbers.get(id(question))) for question in questions)
            if articles:
                yield f"<section><h2>{escape(heading)}</h2>{articles}</section>"
        yield self._timelines()
        yield self._corrections()

    def _question(self, question: Question, *, number: int | None) -> str:
        severity = question.findings[0].severity or 1
        what = self.teller.what(question)
        if number is None:
            heading, marks = escape(what), [self.teller.origins(question)]
        else:
            heading = f'<span aria-hidden="true">{MARKS[severity]}</span> {number}. {escape(what)}'
            marks = self.teller.marks(question)
        about = escape(MIDDLE_DOT.join((*self.teller.where(question), *marks)))
        answers = "".join(self._answer(answer, of=question) for answer in question.answers)
        chart = draw_svg(question.answers, marks=self.marks, say=self.say, label=what) if question.answers else ""
        notes = []
        if number is not None:
            reason = self.frame.gettext("Why: {reason}").format(reason=why(question.findings[0], say=self.say))
            notes.append(escape(reason))
        if question.silent:
            notes.append(escape(self.teller.silent(question.silent)))
        lines = "".join(f"<p>{note}</p>" for note in notes)
        tokens = self._tokens(question, severity=None if number is None else severity)
        return (
            f'<article data-f="{tokens}"><h3>{heading}</h3><p class="about">{about}</p>{chart}'
            f"<ol>{answers}</ol>{lines}</article>"
        )

    def _tokens(self, question: Question, *, severity: int | None) -> str:
        told = [one for answer in question.answers for one in (answer.cited, *answer.copies, *answer.earlier)]
        pairs = [
            *(("s", self.say.side(side)) for side in {question.side, *(one.side for one in told)}),
            ("p", question.place or self.frame.gettext("place not stated")),
            ("k", self.say.loss(question.kind, item=question.item)),
            *(("c", one.ref.channel) for one in told),
            *([] if severity is None else [("v", f"{severity} {self.say.severity(severity)}")]),
        ]
        return " ".join(sorted({self.tokens.of(filtered, _plain(value)) for filtered, value in pairs}))

    def _answer(self, answer: Answer, *, of: Question) -> str:
        cited = answer.cited
        counted = "" if answer in of.direct else f" {escape(self.teller.counted(cited))}"
        mark = swatch(self.marks[voice(cited)])
        pieces = [f"<li><p>{mark} <b>{escape(self.teller.figure(cited))}</b>{counted} {self._source(cited)}</p>"]
        pieces.append(_quote(cited))
        if cited.until is not None:
            gone = self.frame.gettext("no longer there (seen {when})").format(when=self.say.instant(cited.until))
            pieces.append(f"<p>{escape(gone)}</p>")
        for label, others in (
            (self.frame.gettext("before:"), answer.earlier),
            (self.frame.gettext("repeated by:"), answer.copies),
        ):
            if others:
                items = "".join(
                    f"<li>{escape(self.teller.figure(one))} {self._source(one)}{_quote(one)}</li>" for one in others
                )
                summary = f"{escape(label)} {len(others)}"
                pieces.append(f"<details><summary>{summary}</summary><ul>{items}</ul></details>")
        return f"{''.join(pieces)}</li>"

    def _source(self, cited: Citation) -> str:
        """Name the post with its link, time and version, whom it cites, and what its side rests on."""
        when = f'<time datetime="{cited.date.isoformat()}">{escape(self.say.instant(cited.date))}</time>'
        words = f"<bdi>{_text(cited.ref.channel)}</bdi>, {when}"
        linked = (
            f'<a href="{cited.ref.url}" rel="noreferrer">{words}</a>' if POST_ADDRESS.match(cited.ref.url) else words
        )
        version = self.frame.gettext("version {number}").format(number=cited.revision + 1)
        basis = self.say.basis(cited.side_basis)
        rest = [f"({version})"] if cited.revision else []
        rest += [] if basis is None else [f"({basis})"]
        return f"{linked}{escape(self.teller.credit(cited))} {escape(' '.join(rest))}"

    # --- incidents and corrections

    def _timelines(self) -> str:
        """Return what was said of each incident, in the order in which it was said."""
        by_incident: dict[str, list[Question]] = defaultdict(list)
        for question in (*self.edition.disputed, *self.edition.agreements):
            by_incident[question.incident].append(question)
        items = "".join(self._timeline(questions) for questions in by_incident.values())
        heading = escape(self.frame.gettext("What was said when, by incident"))
        return f"<section><h2>{heading}</h2>{items}</section>" if items else ""

    def _timeline(self, questions: Sequence[Question]) -> str:
        told = {
            (one.date, one.ref, one.revision, one.claim): one
            for question in questions
            for answer in question.answers
            for one in (answer.cited, *answer.copies, *answer.earlier)
        }
        items = "".join(
            f"<li><b>{escape(self.teller.figure(one))}</b> {escape(self.teller.counted(one))} {self._source(one)}</li>"
            for _, one in sorted(told.items())
        )
        first = questions[0]
        where = escape(MIDDLE_DOT.join(self.teller.where(first)) or self.frame.gettext("place not stated"))
        claims = self.frame.ngettext("{number} claim", "{number} claims", len(told))
        count = escape(claims.format(number=self.say.number(len(told))))
        tokens = sorted({token for question in questions for token in self._tokens(question, severity=None).split()})
        severities = {one.findings[0].severity or 1 for one in questions if one in self.edition.disputed}
        tokens += [self.tokens.of("v", f"{one} {self.say.severity(one)}") for one in sorted(severities)]
        return (
            f'<details data-f="{" ".join(tokens)}"><summary>{where}{MIDDLE_DOT}{count}</summary>'
            f'<ol class="timeline">{items}</ol></details>'
        )

    def _corrections(self) -> str:
        lines = [
            "".join(
                f'<a href="{run.url}" rel="noreferrer">{escape(run.text)}</a>' if run.url else escape(run.text)
                for run in line
            )
            for line in self.teller.corrections(self.edition.corrections)
        ]
        heading = escape(self.frame.gettext("Changed since earlier editions cited it"))
        return f"<section><h2>{heading}</h2>{''.join(f'<p>{one}</p>' for one in lines)}</section>" if lines else ""


def _cited(edition: Edition) -> Iterable[Citation]:
    for question in (*edition.disputed, *edition.agreements):
        for answer in question.answers:
            yield from (answer.cited, *answer.copies, *answer.earlier)


def _quote(cited: Citation) -> str:
    return f'<blockquote dir="auto">{escape(shorten(clean(cited.quote), _QUOTE_UTF16))}</blockquote>'


def _text(text: str) -> str:
    return escape(_plain(text))


def _plain(text: str) -> str:
    return shorten(clean(text), _NAME_UTF16)
