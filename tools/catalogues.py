"""Keep the catalogues of the digest's frame in step with the code, and compile them. For development only: it needs Babel.

Run ``python -m tools.catalogues`` from the root of the project after changing a text or a translation.
"""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from monitor.digest.frame import LANGUAGES
from monitor.digest.sides import SIDE_NAMES
from monitor.digest.wording import SIDE_CONTEXT

CODE = Path("monitor") / "digest"
FOLDER = CODE / "locale"
_KEYWORDS = {"gettext": None, "N_": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
_WRITTEN_AT = datetime(2024, 1, 1, tzinfo=UTC)  # fixed, so that the same texts give the same files


def main() -> int:
    """Bring every catalogue in step, say what is not translated, and compile."""
    template = template_of()
    untold = 0
    for language in LANGUAGES[1:]:
        path = catalogue_path(language)
        catalogue = read_catalogue(language) if path.exists() else _empty(language)
        catalogue.update(template, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, catalogue, omit_header=True, no_location=True, width=0)
        with path.with_suffix(".mo").open("wb") as file:
            compile_catalogue(catalogue, file)
        for message in untranslated(catalogue):
            untold += 1
            print(f"{path}: no translation of {message!r}")
    return 1 if untold else 0


def template_of() -> Catalog:
    """Return every text of the frame, as the code holds them."""
    template = _empty(None)
    for _, _, message, comments, context in extract_from_dir(CODE, [("**.py", "python")], keywords=_KEYWORDS):
        template.add(message, auto_comments=comments, context=context)
    for name in sorted(set(SIDE_NAMES.values())):
        template.add(name, context=SIDE_CONTEXT)
    return template


def catalogue_path(language: str) -> Path:
    """Return where the texts of a language stand; the compiled ones stand beside them."""
    return FOLDER / language / "LC_MESSAGES" / "digest.po"


def read_catalogue(language: str) -> Catalog:
    """Return the catalogue of a language as it stands."""
    with catalogue_path(language).open("rb") as file:
        catalogue = read_po(file, locale=language)
    catalogue.creation_date = catalogue.revision_date = _WRITTEN_AT
    return catalogue


def compile_catalogue(catalogue: Catalog, file: IO[bytes]) -> None:
    """Write a catalogue as the program reads it."""
    write_mo(file, catalogue)


def untranslated(catalogue: Catalog) -> Iterator[str]:
    """Yield the texts that a catalogue leaves in English."""
    for message in catalogue:
        forms = message.string if isinstance(message.string, list | tuple) else [message.string]
        if message.id and (message.fuzzy or not all(forms)):
            yield str(message.id)


def _empty(language: str | None) -> Catalog:
    return Catalog(locale=language, creation_date=_WRITTEN_AT, revision_date=_WRITTEN_AT, fuzzy=False)


if __name__ == "__main__":
    sys.exit(main())
