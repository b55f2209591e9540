"""What is sent to somebody: a text in Telegram's HTML, with files or without."""

from dataclasses import dataclass, field
from enum import StrEnum


class FileKind(StrEnum):
    """How a file is shown: a photo in the chat, or a document to open."""

    PHOTO = "photo"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file to send."""

    kind: FileKind
    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message; several files are one album, with the text under the first.

    ``key`` tells it from every other: a receiver that can tell drops a second copy with the same key. ``html`` may be empty
    only where there is a file. ``answers`` is what the courier called the message that this one answers.
    """

    key: str
    html: str
    files: tuple[File, ...] = ()
    answers: str | None = None

    def __post_init__(self) -> None:
        """Refuse a message that says nothing."""
        if not self.html and not self.files:
            raise ValueError("a message needs a text or a file")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One message of an edition: a text in Telegram's HTML, a file, or a file with a text under it."""

    html: str
    file: File | None = None
