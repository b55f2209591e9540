"""Frozen values to JSON and back, by their type hints.

A field that holds its default is left out, and a value that has no defaults is a list: a claim is shorter by half then.
So a default is part of the stored form: whoever changes one must write it into the rows that lack it. A test holds
the defaults.
"""

import types
from collections.abc import Callable, Hashable
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

Value = TypeVar("Value")
Json = Any  # whatever json.loads may give
Convert = Callable[[Any], Any]


def to_json(value: object) -> Json:
    """Return ``value`` as JSON data."""
    convert = _writer(cast("Hashable", type(value)))
    return value if convert is None else convert(value)


def from_json(kind: type[Value], data: Json) -> Value:
    """Return the value of type ``kind`` that ``to_json`` wrote; a field that this version does not know is passed over."""
    convert = _reader(cast("Hashable", kind))
    return cast("Value", data if convert is None else convert(data))


@cache
def _writer(kind: Any) -> Convert | None:  # noqa: ANN401 - a cached function's argument is hashable, a type is not taken to be
    """Return what turns a value of type ``kind`` into JSON data, ``None`` for what is JSON data already."""
    if issubclass(kind, Enum):
        return lambda value: value.value
    if issubclass(kind, date):  # a datetime is a date
        return lambda value: value.isoformat()
    if issubclass(kind, tuple):
        return lambda value: [to_json(item) for item in value]
    if not is_dataclass(kind):
        return None
    if _is_bare(kind):
        names = [field.name for field in fields(kind)]
        return lambda value: [to_json(getattr(value, name)) for name in names]
    defaults = tuple((field.name, field.default) for field in fields(kind))

    def write(value: object) -> Json:
        written = {}
        for name, default in defaults:
            item = getattr(value, name)
            if default is MISSING or item != default:
                written[name] = to_json(item)
        return written

    return write


@cache
def _reader(kind: Any) -> Convert | None:  # noqa: ANN401 - a type hint has no narrower type
    """Return what turns JSON data into a value of type ``kind``, ``None`` where it is that value already."""
    origin = get_origin(kind)
    if origin in {Union, types.UnionType}:
        (inner,) = [option for option in get_args(kind) if option is not type(None)]
        return _maybe(_reader(inner))
    if origin is tuple:
        return _every(_reader(get_args(kind)[0]))
    if isinstance(kind, type) and is_dataclass(kind):
        return _dataclass_reader(kind)
    if kind is datetime or kind is date:
        return cast("Convert", kind.fromisoformat)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return {member.value: member for member in kind}.__getitem__
    return None


def _maybe(convert: Convert | None) -> Convert | None:
    return None if convert is None else lambda data: None if data is None else convert(data)


def _every(convert: Convert | None) -> Convert:
    return tuple if convert is None else lambda data: tuple(map(convert, data))


def _dataclass_reader(kind: type[Any]) -> Convert:
    hints = get_type_hints(kind)
    readers = {field.name: _reader(hints[field.name]) for field in fields(kind)}
    converted = tuple((name, convert) for name, convert in readers.items() if convert is not None)
    known = readers.keys()

    def read(data: dict[str, Json] | list[Json]) -> object:
        if isinstance(data, list):
            given = dict(zip(readers, data, strict=False))
        else:
            given = dict(data) if data.keys() <= known else {name: data[name] for name in data.keys() & known}
        for name, convert in converted:
            if name in given:
                given[name] = convert(given[name])
        return kind(**given)

    return read


def _is_bare(kind: Any) -> bool:  # noqa: ANN401 - as above
    """Tell whether every field of a dataclass must be given: such a value (a span, a word) is a list without names."""
    return all(field.default is MISSING for field in fields(kind))
