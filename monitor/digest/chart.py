"""The disputed figures of an edition as a picture: a question's origins below each other, each with its interval."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta, tzinfo
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import get_font
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullLocator

from monitor.digest.camps import Mark, marks_of, voice
from monitor.digest.compose import rank
from monitor.digest.frame import RIGHT_TO_LEFT_MARK, frame_of
from monitor.digest.quoting import POP_ISOLATE, clean, shorten
from monitor.digest.reason import name
from monitor.digest.telling import telling
from monitor.digest.wording import Wording
from monitor.model.claim import Polarity
from monitor.model.edition import Answer, Edition, Question
from monitor.model.finding import Citation
from monitor.model.quantity import Bound

MAX_QUESTIONS = 6
MAX_ANSWERS = 8

_WIDTH_IN, _DPI = 7.2, 150  # 1,080 pixels: a phone's width
_ROW_IN, _HEADING_IN, _AXIS_IN, _TOP_IN, _LEGEND_IN, _EDGE_IN = 0.27, 0.56, 0.4, 0.5, 0.5, 0.1
_LEFT, _RIGHT = 0.30, 0.76  # of the width: names stand left of the axes, figures right of them
_MARGIN = 0.025
_NAME_UTF16, _FIGURE_UTF16, _HEADING_UTF16 = 25, 22, 84
_LOG_FROM = 20  # times: from this range on the axis is logarithmic
_INK, _GREY, _RULE = "#1a1a1a", "#6b6b6b", "#d9d9d9"
_NOT_DRAWN = "\u25a1"


def draw_chart(edition: Edition, *, zone: tzinfo, language: str = "en") -> bytes | None:
    """Return a PNG of the gravest questions that are new or moved, ``None`` where there are none.

    The same edition gives the same bytes. Names are strangers' words: they are cleaned, cut, and never taken for markup.
    """
    asked = sorted((*edition.contradictions, *edition.moved), key=rank)
    if not asked:
        return None
    shown = asked[:MAX_QUESTIONS]
    rows = [tuple(telling(question, limit=MAX_ANSWERS)) for question in shown]
    marks = marks_of(voice(answer.cited) for answers in rows for answer in answers)
    with mpl.rc_context({"font.family": ["DejaVu Sans"], "text.parse_math": False, "axes.unicode_minus": False}):
        drawing = _Drawing(say=Wording(frame=frame_of(language), zone=zone), marks=marks)
        figure = drawing.figure(edition, tuple(zip(shown, rows, strict=True)), hidden=len(asked) - len(shown))
        picture = io.BytesIO()
        figure.savefig(picture, format="png", dpi=_DPI, metadata={"Software": None})
    return picture.getvalue()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drawing:
    """What every part of one picture shares."""

    say: Wording
    marks: Mapping[str | None, Mark]

    def figure(self, edition: Edition, asked: Sequence[tuple[Question, Sequence[Answer]]], *, hidden: int) -> Figure:
        heights = [_HEADING_IN + _ROW_IN * len(answers) + _AXIS_IN for _, answers in asked]
        camps = {voice(answer.cited) for _, answers in asked for answer in answers}
        bottom_in = _EDGE_IN if camps == {None} else _LEGEND_IN
        height = _TOP_IN + sum(heights) + bottom_in
        figure = Figure(figsize=(_WIDTH_IN, height), dpi=_DPI, facecolor="white")
        FigureCanvasAgg(figure)
        self._title(figure, edition, height=height, hidden=hidden)
        top = height - _TOP_IN
        for (question, answers), tall in zip(asked, heights, strict=True):
            bottom = (top - tall + _AXIS_IN) / height
            axes = figure.add_axes((_LEFT, bottom, _RIGHT - _LEFT, _ROW_IN * len(answers) / height))
            self._heading(figure, question, y=(top - 0.04) / height)
            self._question(axes, answers)
            top -= tall
        if camps != {None}:
            self._legend(figure, answers=[one for _, answers in asked for one in answers], y=_LEGEND_IN / height)
        return figure

    def _title(self, figure: Figure, edition: Edition, *, height: float, hidden: int) -> None:
        last = edition.window.end - timedelta.resolution  # the window does not hold its end
        start, end = (edge.astimezone(self.say.zone).date() for edge in (edition.window.start, last))
        days = self.say.days(start, end) or ""
        title = f"{self.say.frame.isolate(clean(edition.digest))} \u00b7 {days} {end.year}"
        y = (height - 0.28) / height
        figure.text(y=y, s=self._running(title), size=13, weight="bold", color=_INK, **self._begin)
        if hidden:
            figure.text(y=y, s=self._running(self.say.and_more(hidden)), size=9, color=_GREY, **self._end)

    def _heading(self, figure: Figure, question: Question, *, y: float) -> None:
        say = self.say
        side, loss = clean(say.side(question.side)), clean(say.loss(question.kind, item=question.item))
        what = f"{side[:1].upper()}{side[1:]}, {loss}: {say.spread(question.direct)}"
        place = None if question.place is None else say.frame.isolate(clean(question.place))
        where = [one for one in (place, say.days(question.from_day, question.to_day), say.scope(question.scope)) if one]
        figure.text(y=y, s=self._running(what), size=10.5, weight="bold", va="top", color=_INK, **self._begin)
        drop = 0.2 / figure.get_figheight()
        figure.text(y=y - drop, s=self._running(", ".join(where)), size=9, va="top", color=_GREY, **self._begin)

    @property
    def _begin(self) -> dict[str, Any]:
        """Where a line of the frame begins."""
        return {"x": 1 - _MARGIN, "ha": "right"} if self.say.frame.is_right_to_left else {"x": _MARGIN, "ha": "left"}

    @property
    def _end(self) -> dict[str, Any]:
        return {"x": _MARGIN, "ha": "left"} if self.say.frame.is_right_to_left else {"x": 1 - _MARGIN, "ha": "right"}

    def _running(self, text: str) -> str:
        """Make a line of the frame drawable, and run the way the frame does."""
        text = shorten(text, _HEADING_UTF16)
        if self.say.frame.is_right_to_left:  # no isolates here: after a Latin name the line turns back by a mark
            text = RIGHT_TO_LEFT_MARK + text.replace(POP_ISOLATE, RIGHT_TO_LEFT_MARK)
        return _drawable(text)

    def _question(self, axes: Axes, answers: Sequence[Answer]) -> None:
        lowest, highest = _scale(axes, [answer.cited for answer in answers])
        axes.set_ylim(len(answers) - 0.5, -0.5)
        axes.set_yticks([])
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: self.say.number(round(value))))
        axes.tick_params(axis="x", labelsize=8, colors=_GREY, length=2)
        axes.grid(visible=True, axis="x", color=_RULE, linewidth=0.6)
        axes.set_axisbelow(True)
        for edge in ("top", "left", "right"):
            axes.spines[edge].set_visible(False)
        axes.spines["bottom"].set_color(_RULE)
        for row, answer in enumerate(answers):
            self._answer(axes, answer, row=row, lowest=lowest, highest=highest)

    def _answer(self, axes: Axes, answer: Answer, *, row: int, lowest: float, highest: float) -> None:
        cited = answer.cited
        mark = self.marks[voice(cited)]
        alpha = 1.0 if cited.until is None else 0.35
        low, high = cited.quantity.low, cited.quantity.high
        is_denied = cited.polarity is Polarity.DENIED
        start, end = (lowest if low is None else low), (highest if high is None else high)
        if start != end:
            is_vague = cited.quantity.bound is Bound.VAGUE
            axes.plot(
                [start, end], [row, row], color=mark.colour, linewidth=2 if is_vague else 4,
                linestyle=":" if is_vague else "-", alpha=alpha * (0.6 if None in {low, high} else 0.8),
                solid_capstyle="butt", clip_on=True,
            )  # fmt: skip
        style: dict[str, Any] = {"color": mark.colour, "alpha": alpha, "linestyle": "none", "clip_on": False}
        hollow: dict[str, Any] = {"markerfacecolor": "white", "markeredgewidth": 1.6} if is_denied else {}
        for edge in {edge for edge in (low, high) if edge is not None}:
            axes.plot([edge], [row], marker=mark.shape, markersize=7, **style, **hollow)
        for is_open, at, arrow in ((high is None, highest, ">"), (low is None, lowest, "<")):
            if is_open:
                axes.plot([at], [row], marker=arrow, markersize=7, **style)
        side = axes.get_yaxis_transform()
        copies = f" +{len(answer.copies)}" if answer.copies else ""
        label = f"{shorten(name(cited), _NAME_UTF16)}{copies}"
        figure = shorten(self.say.figure(cited.quantity, polarity=cited.polarity), _FIGURE_UTF16)
        words: dict[str, Any] = {
            "va": "center",
            "size": 9,
            "color": _INK if cited.until is None else _GREY,
            "transform": side,
        }
        axes.text(-0.035, row, _drawable(label), ha="right", **words)
        axes.text(1.05, row, _drawable(figure), ha="left", weight="bold", **words)

    def _legend(self, figure: Figure, *, answers: Sequence[Answer], y: float) -> None:
        camps = {voice(answer.cited) for answer in answers}
        handles, labels = [], []
        for camp in sorted(camps, key=lambda camp: (camp is None, camp or "")):
            mark = self.marks[camp]
            handles.append(Line2D([], [], color=mark.colour, marker=mark.shape, linestyle="none", markersize=7))
            unknown = self.say.frame.gettext("camp not known")
            labels.append(_drawable(unknown if camp is None else clean(self.say.side(camp))))
        if any(answer.cited.polarity is Polarity.DENIED for answer in answers):
            handles.append(
                Line2D([], [], color=_GREY, marker="o", linestyle="none", markersize=7, markerfacecolor="white")
            )
            labels.append(_drawable(self.say.frame.gettext("denial")))
        figure.legend(
            handles, labels, loc="upper center", bbox_to_anchor=(0.5, y), ncols=4, frameon=False, fontsize=8.5,
            handletextpad=0.2, columnspacing=1.4,
        )  # fmt: skip


def _scale(axes: Axes, cited: Sequence[Citation]) -> tuple[float, float]:
    """Set the axis so that every figure has room; return where it begins and ends."""
    edges = [edge for one in cited for edge in (one.quantity.low, one.quantity.high) if edge is not None]
    has_open_end = any(one.quantity.low is None for one in cited)
    least, most = min(edges), max(edges)
    if most >= _LOG_FROM * max(least, 1):
        has_zero = least == 0 or has_open_end
        axes.set_xscale("symlog" if has_zero else "log", **({"linthresh": 1} if has_zero else {}))
        lowest, highest = (0.0 if has_zero else least / 1.5), most * 1.7
        axes.xaxis.set_minor_locator(NullLocator())
        axes.set_xticks(_decades(lowest, highest))
    else:
        room = max((most - least) * 0.12, 1)
        lowest = 0.0 if has_open_end else max(least - room, 0.0)
        highest = most + room
        axes.xaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
    axes.set_xlim(lowest, highest)
    return lowest, highest


def _decades(lowest: float, highest: float) -> list[float]:
    """Return round figures on a logarithmic axis, at most six or so."""
    steps = (1, 2, 5) if highest / max(lowest, 1) < 1000 else (1,)
    found = [float(step * 10**power) for power in range(32) for step in steps if lowest <= step * 10**power <= highest]
    thinned = found[:: max(1, round(len(found) / 6))]
    return ([0.0] if lowest == 0 else []) + thinned


def _drawable(text: str) -> str:
    """Put a box for what the font has no sign of, and leave out marks of direction: a text of its own has one already."""
    shown = _glyphs()
    return "".join(_or_box(char, shown) for char in text)


def _or_box(char: str, shown: frozenset[int]) -> str:
    if char in "\u2066\u2067\u2068\u2069\u200e\u200d\ufe0f":
        return ""
    return char if ord(char) in shown else _NOT_DRAWN


@cache
def _glyphs() -> frozenset[int]:
    path = Path(mpl.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
    return frozenset(get_font(str(path)).get_charmap())
