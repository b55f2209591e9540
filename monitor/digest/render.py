"""An edition as Telegram messages and as plain text."""

from collections.abc import Sequence
from datetime import tzinfo

from monitor.digest.frame import RIGHT_TO_LEFT_MARK, Frame, frame_of
from monitor.digest.layout import EVERYTHING, lay_out
from monitor.digest.markup import Block, Weight, bold, line, to_plain, to_telegram, weigh
from monitor.digest.quoting import clean, shorten
from monitor.digest.telling import Detail
from monitor.model.edition import Edition

MAX_UTF16 = 4096  # of a Telegram message, counted after its entities are parsed
MAX_ENTITIES = 100  # of a Telegram message; what goes beyond is dropped by the server without a word
MAX_PARTS = 3  # what fits three minutes on a phone

_BETWEEN = "\n\n"
_DETAILS = (
    Detail(
        questions=6,
        headlines=8,
        settled=4,
        standing=5,
        agreements=5,
        corrections=6,
        answers=7,
        meeting=3,
        copies=3,
        channels=12,
        quote_utf16=160,
        name_utf16=40,
        reason_utf16=240,
    ),
    Detail(
        questions=4,
        headlines=8,
        settled=3,
        standing=4,
        agreements=4,
        corrections=5,
        answers=5,
        meeting=3,
        copies=2,
        channels=8,
        quote_utf16=120,
        name_utf16=40,
        reason_utf16=200,
    ),
    Detail(
        questions=3,
        headlines=5,
        settled=2,
        standing=3,
        agreements=3,
        corrections=4,
        answers=4,
        meeting=2,
        copies=1,
        channels=6,
        quote_utf16=80,
        name_utf16=32,
        reason_utf16=160,
    ),
    # With every name and quote at its longest and full of joiners this still fits: a test says so.
    Detail(
        questions=2,
        headlines=3,
        settled=1,
        standing=2,
        agreements=1,
        corrections=2,
        answers=3,
        meeting=2,
        copies=1,
        channels=4,
        quote_utf16=80,
        name_utf16=24,
        reason_utf16=120,
    ),
)


def render_telegram(edition: Edition, *, zone: tzinfo, language: str = "en") -> tuple[str, ...]:
    """Return the edition as at most ``MAX_PARTS`` messages in Telegram's HTML, times in ``zone``.

    ``language`` is the frame's, one of ``LANGUAGES``; quotes stay in theirs.

    Every part keeps both limits of a message and closes every tag that it opens. Where the day does not fit, less of it
    is shown and the rest is counted.
    """
    frame = frame_of(language)
    name = frame.isolate(shorten(clean(edition.digest), _DETAILS[-1].name_utf16))
    parts: list[list[Block]] = []
    for detail in _DETAILS:
        parts = _pack(lay_out(edition, detail=detail, zone=zone, frame=frame), name=name, frame=frame)
        if len(parts) <= MAX_PARTS and all(_fits(part, name=name, frame=frame) for part in parts):
            break
    else:
        raise AssertionError("the least detail of an edition always fits")
    texts = []
    for number, blocks in enumerate(parts, start=1):
        label = [_label(name, number=number, of=len(parts), frame=frame)] if number > 1 else []
        texts.append(_BETWEEN.join(to_telegram(block) for block in (*label, *blocks)))
    return tuple(texts)


def render_plain(edition: Edition, *, zone: tzinfo, language: str = "en") -> str:
    """Return everything in the edition as plain text, the address of each post beside it, times in ``zone``."""
    blocks = lay_out(edition, detail=EVERYTHING, zone=zone, frame=frame_of(language))
    return _BETWEEN.join(to_plain(block) for block in blocks)


def _fits(part: Sequence[Block], *, name: str, frame: Frame) -> bool:
    """Tell whether a part, under the longest label, keeps the limits of a message: one block alone may break them."""
    whole = sum(
        (weigh(block) + Weight(utf16=len(_BETWEEN)) for block in part), weigh(_label(name, number=1, of=1, frame=frame))
    )
    return whole.utf16 <= MAX_UTF16 and whole.entities <= MAX_ENTITIES


def _pack(blocks: Sequence[Block], *, name: str, frame: Frame) -> list[list[Block]]:
    """Lay blocks into messages in their order, with room in each for the label of a later part."""
    gap = Weight(utf16=len(_BETWEEN))
    label = weigh(_label(name, number=MAX_PARTS, of=MAX_PARTS, frame=frame)) + gap
    parts: list[list[Block]] = []
    used = Weight()
    for block in blocks:
        grown = used + gap + weigh(block)
        if not parts or grown.utf16 > MAX_UTF16 or grown.entities > MAX_ENTITIES:
            parts.append([])
            grown = label + weigh(block)
        parts[-1].append(block)
        used = grown
    return parts


def _label(name: str, *, number: int, of: int, frame: Frame) -> Block:
    mark = RIGHT_TO_LEFT_MARK if frame.is_right_to_left else ""
    part = frame.gettext("({number} of {all})").format(number=number, all=of)
    return (line(mark, bold(name), f" {part}"),)
