"""Whether the lexicons are in order: every file loads, every example in them reads as it says."""

from dataclasses import dataclass
from pathlib import Path

from monitor.claims.notation import notation
from monitor.claims.reader import Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class LexiconReport:
    """What `monitor lexicon check` found; ``problems`` are lines for a person."""

    files: int
    forms: int
    examples: int
    problems: tuple[str, ...]


def check_lexicons(folder: Path | None = None) -> LexiconReport:
    """Load every file, those of ``folder`` in place of the shipped ones of the same name, and read every example.

    Raises:
        LexiconError: A file cannot be loaded.
    """
    reader = Reader.load(folder)
    lexicons = reader.lexicons
    problems = []
    for example in lexicons.examples:
        read = reader.read_as(example.text, language=example.language)
        got = tuple(sorted(notation(claim) for claim in read.claims))
        if got != tuple(sorted(example.claims)):
            wanted = "; ".join(example.claims) or "nothing"
            problems.append(f"{example.where} {example.text!r}: want {wanted}; read {'; '.join(got) or 'nothing'}")
    return LexiconReport(
        files=lexicons.file_count,
        forms=sum(lexicon.forms for lexicon in lexicons.by_language.values()),
        examples=len(lexicons.examples),
        problems=tuple(problems),
    )
