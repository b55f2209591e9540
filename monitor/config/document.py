"""A YAML file as plain data that remembers on which line each value stands.

Words mean what they mean in YAML 1.2: only ``true`` and ``false`` are truth values, ``no`` and ``12:30`` are texts.
Anchors, aliases, tags and merge keys are refused, so that a small file cannot unfold into a large one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from monitor.errors import ConfigurationError

_MOST_BYTES = 1024 * 1024  # some 6,000 channels
_DEEPEST = 16  # the format itself is 5 deep

_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,18})")
_NUMBER = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]{1,3})?")
_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}
# libyaml is ten times faster where PyYAML was built with it; the events are the same.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Place = tuple[str | int, ...]
Data = None | bool | int | float | str | list["Data"] | dict[str, "Data"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The data of one file; ``lines`` gives the line, from 1, of the value at each place."""

    name: str
    data: Data
    lines: dict[Place, int]

    def error(self, place: Place, message: str) -> ConfigurationError:
        """Return the error to raise about the value at ``place``, or about the nearest thing around it."""
        at = place
        while at and at not in self.lines:
            at = at[:-1]
        where = f"{self.name}:{self.lines.get(at, 1)}"
        return ConfigurationError(f"{where}: {written(place)}: {message}" if place else f"{where}: {message}")


def written(place: Place) -> str:
    """Write a place as a person reads it: ``channels[2].handle``."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)
    return text.removeprefix(".")


def read_document(path: Path) -> Document:
    """Read one YAML file.

    Raises:
        ConfigurationError: It cannot be read or is not plain YAML; the message names the file and the line.
    """
    name = str(path)
    try:
        with path.open("rb") as stream:
            raw = stream.read(_MOST_BYTES + 1)
    except OSError as error:
        raise ConfigurationError(f"{name}: cannot be read: {error.strerror or error}") from error
    if len(raw) > _MOST_BYTES:
        raise ConfigurationError(f"{name}: over {_MOST_BYTES // 1024} kB; split the channels over several monitors")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ConfigurationError(f"{name}:{line}: not UTF-8 text; save the file as UTF-8") from error
    try:
        return _build(name, iter(yaml.parse(text, Loader=_LOADER)))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = 1 if mark is None else mark.line + 1
        said = error.problem or error.context or "not YAML"
        raise ConfigurationError(f"{name}:{line}: not YAML: {said}{_hint(text, mark)}") from error
    except yaml.YAMLError as error:
        raise ConfigurationError(f"{name}: not YAML: {' '.join(str(error).split())}") from error


def _hint(text: str, mark: yaml.Mark | None) -> str:
    """Say what to do about the two characters that people most often put where YAML takes none."""
    lines = text.splitlines()
    if mark is None or mark.line >= len(lines):
        return ""
    at = lines[mark.line][mark.column : mark.column + 1]
    return {"@": '; put a handle in quotes: "@name"', "\t": "; indent with spaces, not with tabs"}.get(at, "")


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not come yet; ``key`` is the key whose value comes next."""

    place: Place
    value: list[Data] | dict[str, Data]
    key: str | None = None


def _build(name: str, events: Iterator[yaml.Event]) -> Document:
    document = Document(name=name, data=None, lines={(): 1})
    opened: list[_Open] = []
    root: list[Data] = []
    documents = 0
    for event in events:
        line = 1 if event.start_mark is None else event.start_mark.line + 1
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise ConfigurationError(f"{name}:{line}: a second document begins; want one")
        elif isinstance(event, yaml.CollectionEndEvent):
            opened.pop()
        elif isinstance(event, yaml.NodeEvent):
            _take(document, opened, root, event, line=line)
    return Document(name=name, data=root[0] if root else None, lines=document.lines)


def _take(document: Document, opened: list[_Open], root: list[Data], event: yaml.NodeEvent, *, line: int) -> None:
    """Put one value, or the key of the next one, where it belongs."""
    name = document.name
    if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
        raise ConfigurationError(f"{name}:{line}: anchors (&) and aliases (*) are not read; write the value out")
    holder = opened[-1] if opened else None
    if holder is not None and isinstance(holder.value, dict) and holder.key is None:
        holder.key = _key(document, holder, event, line=line)
        return
    if holder is None:
        place: Place = ()
    elif isinstance(holder.value, list):
        place = (*holder.place, len(holder.value))
    else:
        place = (*holder.place, str(holder.key))
    document.lines[place] = line
    value = _value(document, place, event)
    if holder is None:
        root.append(value)
    elif isinstance(holder.value, list):
        holder.value.append(value)
    else:
        holder.value[str(holder.key)] = value
        holder.key = None
    if isinstance(event, yaml.CollectionStartEvent) and isinstance(value, list | dict):
        if len(opened) >= _DEEPEST:
            raise document.error(place, f"nested more than {_DEEPEST} deep")
        opened.append(_Open(place=place, value=value))


def _key(document: Document, holder: _Open, event: yaml.NodeEvent, *, line: int) -> str:
    if not isinstance(event, yaml.ScalarEvent):
        raise ConfigurationError(f"{document.name}:{line}: a key must be a word")
    if event.value == "<<" and not event.style:
        raise ConfigurationError(f"{document.name}:{line}: merge keys (<<) are not read; write the values out")
    if event.value in holder.value:
        raise ConfigurationError(
            f"{document.name}:{line}: {written((*holder.place, event.value))}: stands twice; keep one of them"
        )
    return event.value


def _value(document: Document, place: Place, event: yaml.NodeEvent) -> Data:
    if isinstance(event, yaml.CollectionStartEvent) and event.tag not in {None, "!"}:
        raise document.error(place, f"tags ({event.tag}) are not read")
    if isinstance(event, yaml.SequenceStartEvent):
        return []
    if isinstance(event, yaml.MappingStartEvent):
        return {}
    if not isinstance(event, yaml.ScalarEvent):
        raise document.error(place, "neither a value, a list nor a mapping")
    if event.tag not in {None, "!"}:
        raise document.error(place, f"tags ({event.tag}) are not read")
    text = event.value
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise document.error(place, "holds a character that is no text")
    if event.style:  # quoted, or a block of text
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _NUMBER.fullmatch(text) else text
