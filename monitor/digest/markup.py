"""Text laid out in blocks of lines of runs, and its forms: Telegram's HTML and plain text."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from monitor.digest.quoting import unlinked, utf16_length

POST_ADDRESS = re.compile(r"https://t\.me/(?:c/)?[A-Za-z0-9_-]+/[0-9]+\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Words in one style. ``url`` is kept only where it is the address of a post on Telegram."""

    text: str
    is_bold: bool = False
    is_italic: bool = False
    url: str | None = None

    def __post_init__(self) -> None:
        """Drop an address that leads anywhere else."""
        if self.url is not None and not POST_ADDRESS.match(self.url):
            object.__setattr__(self, "url", None)


Line = tuple[Run, ...]
Block = tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """What a block takes of a Telegram message: UTF-16 units after entity parsing, and entities."""

    utf16: int = 0
    entities: int = 0

    def __add__(self, other: "Weight") -> "Weight":
        """Return what both take together."""
        return Weight(utf16=self.utf16 + other.utf16, entities=self.entities + other.entities)


def weigh(block: Block) -> Weight:
    """Return what ``to_telegram(block)`` takes of a message."""
    runs = [run for line in block for run in line if run.text]
    return Weight(
        utf16=sum(utf16_length(unlinked(run.text)) for run in runs) + len(block) - 1,
        entities=sum(run.is_bold + run.is_italic + (run.url is not None) for run in runs),
    )


def to_telegram(block: Block) -> str:
    """Write a block as Telegram's HTML: every tag is closed in it, and only its own addresses are links."""
    return "\n".join("".join(_run_html(run) for run in line) for line in block)


def to_plain(block: Block) -> str:
    """Write a block as plain text; the address of a link follows its words."""
    return "\n".join(
        "".join(run.text if run.url is None else f"{run.text} ({run.url})" for run in line) for line in block
    )


def line(*pieces: str | Run) -> Line:
    """Return a line of runs; a bare string is a run without style."""
    return tuple(piece if isinstance(piece, Run) else Run(text=piece) for piece in pieces)


def joined(pieces: Iterable[Run], separator: str) -> tuple[Run, ...]:
    """Return the runs with ``separator`` between them."""
    runs: list[Run] = []
    for piece in pieces:
        if runs:
            runs.append(Run(text=separator))
        runs.append(piece)
    return tuple(runs)


def bold(text: str) -> Run:
    """Return a bold run."""
    return Run(text=text, is_bold=True)


def italic(text: str) -> Run:
    """Return a run in italics."""
    return Run(text=text, is_italic=True)


def link(text: str, url: str) -> Run:
    """Return a run that leads to a post on Telegram."""
    return Run(text=text, url=url)


def _run_html(run: Run) -> str:
    if not run.text:
        return ""
    html = escape(unlinked(run.text))
    if run.is_bold:
        html = f"<b>{html}</b>"
    if run.is_italic:
        html = f"<i>{html}</i>"
    if run.url is not None:
        html = f'<a href="{escape(run.url)}">{html}</a>'
    return html
