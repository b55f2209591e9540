"""A question's range chart as inline SVG, for a page that asks nothing of the network."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from math import log10

from monitor.digest.camps import Mark, voice
from monitor.digest.wording import Wording
from monitor.model.claim import Polarity
from monitor.model.edition import Answer
from monitor.model.finding import Citation
from monitor.model.quantity import Bound

_WIDTH, _ROW, _PAD, _AXIS = 640, 22, 14, 22  # units of the drawing
_SIZE = 6  # of a mark, from its middle
_LOG_FROM = 20  # times: from this range on the scale is logarithmic

# Each shape around (0, 0), by the name that a mark has.
_SHAPES: Mapping[str, str] = {
    "o": '<circle r="6"/>',
    "s": '<rect x="-5.5" y="-5.5" width="11" height="11"/>',
    "D": '<path d="M0-7 7 0 0 7-7 0Z"/>',
    "^": '<path d="M0-7 7 6H-7Z"/>',
    "v": '<path d="M0 7 7-6H-7Z"/>',
    "P": '<path d="M-2.5-7h5v4.5h4.5v5h-4.5v4.5h-5v-4.5h-4.5v-5h4.5Z"/>',
    "X": '<path d="M-6-3-3-6 0-3 3-6 6-3 3 0 6 3 3 6 0 3-3 6-6 3-3 0Z"/>',
    "h": '<path d="M-3.5-6h7L7 0 3.5 6h-7L-7 0Z"/>',
}


def draw_svg(answers: Sequence[Answer], *, marks: Mapping[str | None, Mark], say: Wording, label: str) -> str:
    """Return the answers below each other in their order, each with its interval. ``label`` says what a reader hears."""
    scale = _Scale([answer.cited for answer in answers])
    height = 2 * _PAD + _ROW * (len(answers) - 1) + _AXIS
    rows = "".join(
        _row(answer.cited, y=_PAD + _ROW * number, scale=scale, mark=marks[voice(answer.cited)])
        for number, answer in enumerate(answers)
    )
    floor = height - _AXIS + 2
    ticks = "".join(
        f'<path class="grid" d="M{x:.1f} 2V{floor}"/><text x="{x:.1f}" y="{height - 5}">{escape(say.number(value))}</text>'
        for value, x in scale.ticks()
    )
    return (
        f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{escape(label)}">'
        f'{ticks}<path class="axis" d="M0 {floor}H{_WIDTH}"/>{rows}</svg>'
    )


def swatch(mark: Mark) -> str:
    """Return a mark alone, for the words beside it."""
    return f'<svg class="swatch" viewBox="-8 -8 16 16" aria-hidden="true"><g fill="{mark.colour}">{_SHAPES[mark.shape]}</g></svg>'


class _Scale:
    """Where figures lie between the edges of the drawing: evenly, or by their logarithm where they lie far apart."""

    def __init__(self, cited: Sequence[Citation]) -> None:
        edges = [edge for one in cited for edge in (one.quantity.low, one.quantity.high) if edge is not None]
        least, most = min(edges), max(edges)
        self._is_log = most >= _LOG_FROM * max(least, 1)
        self._least, self._most = (0, most) if any(one.quantity.low is None for one in cited) else (least, most)

    def x(self, figure: int) -> float:
        """Return where a figure lies."""
        low, high = self._placed(self._least), self._placed(self._most)
        share = 0.5 if low == high else (self._placed(figure) - low) / (high - low)
        return 3 * _PAD + share * (_WIDTH - 6 * _PAD)

    def ticks(self) -> Iterator[tuple[int, float]]:
        """Yield the figures named on the axis, at most six, and where they lie."""
        found = [value for value in self._round() if self._least <= value <= self._most]
        for value in found[:: -(-len(found) // 6) or 1]:
            yield value, self.x(value)

    def _placed(self, figure: int) -> float:
        return log10(figure + 1) if self._is_log else float(figure)

    def _round(self) -> Iterable[int]:
        if self._is_log:
            steps = (1, 2, 5) if self._most < 1000 * max(self._least, 1) else (1,)
            return [0, *(step * 10**power for power in range(len(str(self._most))) for step in steps)]
        span = max(self._most - self._least, 1)
        step = max(10 ** (len(str(span)) - 1), 1)
        return range(self._least // step * step, self._most + 1, step)


def _row(cited: Citation, *, y: int, scale: _Scale, mark: Mark) -> str:
    low, high = cited.quantity.low, cited.quantity.high
    start = 4.0 if low is None else scale.x(low)
    end = _WIDTH - 4.0 if high is None else scale.x(high)
    pieces = []
    if start != end:
        dots = ' stroke-dasharray="2 4"' if cited.quantity.bound is Bound.VAGUE else ""
        pieces.append(
            f'<path d="M{start:.1f} {y}H{end:.1f}" stroke="{mark.colour}" stroke-width="4" opacity=".6"{dots}/>'
        )
    if low is None:
        pieces.append(f'<path d="M{start + 8:.1f} {y - _SIZE}l-8 {_SIZE} 8 {_SIZE}Z" fill="{mark.colour}"/>')
    if high is None:
        pieces.append(f'<path d="M{end - 8:.1f} {y - _SIZE}l8 {_SIZE}-8 {_SIZE}Z" fill="{mark.colour}"/>')
    is_denied = cited.polarity is Polarity.DENIED
    fill = (
        f'fill="{"#fff" if is_denied else mark.colour}" stroke="{mark.colour}" stroke-width="{2 if is_denied else 0}"'
    )
    edges = dict.fromkeys(scale.x(edge) for edge in (low, high) if edge is not None)
    pieces += [f'<g transform="translate({x:.1f} {y})" {fill}>{_SHAPES[mark.shape]}</g>' for x in edges]
    opacity = "" if cited.until is None else ' opacity=".35"'
    return f"<g{opacity}>{''.join(pieces)}</g>"
