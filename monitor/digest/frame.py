"""The frame of a digest in one language: its catalogue, and the direction that its lines run in."""

from dataclasses import dataclass, field
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from typing import Final

from monitor.digest.quoting import FIRST_STRONG_ISOLATE, POP_ISOLATE, isolate, quoted

LANGUAGES: Final = ("en", "ru", "uk", "fr", "ar")  # the first is what the code itself is written in
RIGHT_TO_LEFT_MARK: Final = "\u200f"

_RIGHT_TO_LEFT = frozenset({"ar"})
_OPENING, _CLOSING = "\u201c", "\u201d"


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Words of the frame by their English ones. Quotes are never translated."""

    language: str = "en"
    catalogue: NullTranslations = field(default_factory=NullTranslations, repr=False, compare=False)

    @property
    def is_right_to_left(self) -> bool:
        """Whether its lines run from right to left."""
        return self.language in _RIGHT_TO_LEFT

    def gettext(self, text: str) -> str:
        """Return ``text`` in the frame's language."""
        return self.catalogue.gettext(text)

    def pgettext(self, context: str, text: str) -> str:
        """Return ``text`` in the frame's language, where one English word stands for several."""
        return self.catalogue.pgettext(context, text)

    def ngettext(self, one: str, many: str, number: int) -> str:
        """Return the form that goes with ``number``."""
        return self.catalogue.ngettext(one, many, number)

    def isolate(self, text: str) -> str:
        """Keep words that run the other way from reordering the line around them."""
        if self.is_right_to_left and text:
            return f"{FIRST_STRONG_ISOLATE}{text}{POP_ISOLATE}"
        return isolate(text)

    def quoted(self, text: str) -> str:
        """Put ``text`` between quotation marks that stay where the frame's lines have them."""
        return self.isolate(f"{_OPENING}{text}{_CLOSING}") if self.is_right_to_left else quoted(text)


@cache
def frame_of(language: str) -> Frame:
    """Return the frame in one of ``LANGUAGES``. Its catalogue is package data, read once.

    Raises:
        KeyError: There is no catalogue of that language.
    """
    if language not in LANGUAGES:
        raise KeyError(language)
    if language == LANGUAGES[0]:
        return Frame()
    with (files("monitor.digest") / "locale" / language / "LC_MESSAGES" / "digest.mo").open("rb") as compiled:
        return Frame(language=language, catalogue=GNUTranslations(compiled))
