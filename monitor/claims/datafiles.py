"""The linguists' files: those shipped, and those of a folder, which stand in place of the shipped ones of the same name.

In a folder all lie side by side: ``*.toml`` is a lexicon but for ``grammar.toml``, which is the gazetteer's, as ``*.tsv`` is.
Names that begin with a dot or an underline are passed over.
"""

import re
from collections.abc import Callable, Mapping
from importlib.resources import files
from pathlib import Path

from monitor.errors import LexiconError

GRAMMAR = "grammar.toml"
SHARED = frozenset({"sides.toml", "items.toml", "languages.toml"})  # for every language at once
DATES = ".dates.toml"

Texts = Mapping[str, bytes]  # the content of files by where each lies; what follows the last slash is the name

_OF_LANGUAGE = re.compile(r"[a-z]{2,3}(\.[a-z0-9-]+)?\.toml", re.ASCII)
_WANTED = f"want xx.toml, xx{DATES}, {', '.join(sorted(SHARED))}, {GRAMMAR} or a gazetteer table .tsv"


def lexicon_files(folder: Path | None = None) -> Texts:
    """Return every lexicon, in the order of their names.

    Raises:
        LexiconError: ``folder`` cannot be read, or holds a file that stands for nothing.
    """
    return _replaced("lexicons", folder, lambda name: name.endswith(".toml") and name != GRAMMAR)


def gazetteer_files(folder: Path | None = None) -> Texts:
    """Return every file of the gazetteer, in the order of their names.

    Raises:
        LexiconError: ``folder`` cannot be read, or holds a file that stands for nothing.
    """
    return _replaced("gazetteer", folder, lambda name: name.endswith(".tsv") or name == GRAMMAR)


def name_of(where: str) -> str:
    """Return the name of the file that lies there."""
    return where.rpartition("/")[2]


def _replaced(room: str, folder: Path | None, is_of_room: Callable[[str], bool]) -> Texts:
    shipped = files("monitor.claims") / room
    found = {
        item.name: (f"{room}/{item.name}", item.read_bytes())
        for item in shipped.iterdir()
        if is_of_room(item.name) and not item.name.startswith("_")
    }
    if folder is not None:
        found |= {name: (f"{folder}/{name}", raw) for name, raw in _edited(folder).items() if is_of_room(name)}
    return dict(found[name] for name in sorted(found))


def _edited(folder: Path) -> Texts:
    """Return the files of a linguist's folder by name."""
    found = {}
    path = folder
    try:
        for path in sorted(folder.iterdir()):
            if path.name.startswith((".", "_")):
                continue
            if not (path.name in {*SHARED, GRAMMAR} or path.suffix == ".tsv" or _OF_LANGUAGE.fullmatch(path.name)):
                raise LexiconError(f"{path}: stands for no lexicon; {_WANTED}, or take it out of the folder")
            found[path.name] = path.read_bytes()
    except OSError as error:
        wanted = "want a folder of edited lexicons" if path is folder else "mend it or take it out of the folder"
        raise LexiconError(f"{path}: cannot be read: {error.strerror or error}; {wanted}") from error
    return found
