"""Frozen values to JSON and back, by their type hints."""

import types
from collections.abc import Callable, Hashable
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

Value = TypeVar("Value")
Json = Any  # whatever json.loads may give


def to_json(value: object) -> Json:
    """Return ``value`` as JSON data; fields that hold their default are kept, so that a later default changes nothing."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):  # a datetime is a date
        return value.isoformat()
    if isinstance(value, tuple):
        return [to_json(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_json(getattr(value, field.name)) for field in fields(value)}
    return value


def from_json(kind: type[Value], data: Json) -> Value:
    """Return the value of type ``kind`` that ``to_json`` wrote."""
    return cast("Value", _reader(cast("Hashable", kind))(data))


@cache
def _reader(kind: Any) -> Callable[[Json], Any]:  # noqa: ANN401 - a type hint has no narrower type
    origin = get_origin(kind)
    if origin in {Union, types.UnionType}:
        (inner,) = [option for option in get_args(kind) if option is not type(None)]
        read_inner = _reader(inner)
        return lambda data: None if data is None else read_inner(data)
    if origin is tuple:
        read_item = _reader(get_args(kind)[0])
        return lambda data: tuple(read_item(item) for item in data)
    if isinstance(kind, type) and is_dataclass(kind):
        hints = get_type_hints(kind)
        readers = {field.name: _reader(hints[field.name]) for field in fields(kind)}
        # A field added after the row was written takes its default.
        return lambda data: kind(**{name: readers[name](item) for name, item in data.items() if name in readers})
    if kind is datetime or kind is date:
        return cast("Callable[[Json], Any]", kind.fromisoformat)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    return lambda data: data
