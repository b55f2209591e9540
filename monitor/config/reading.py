"""Read channels.yaml, and say in one line what is wrong with it and where."""

import difflib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from monitor.config.document import Document, Place, read_document, written
from monitor.config.watchlist import (
    HANDLE_PATTERN,
    LANGUAGE_PATTERN,
    NAME_PATTERN,
    SIDE_PATTERN,
    AccountPlan,
    Alert,
    DigestPlan,
    Entry,
    Following,
    Watchlist,
)
from monitor.errors import ConfigurationError


def load_watchlist(path: Path) -> Watchlist:
    """Read channels.yaml.

    Raises:
        ConfigurationError: The file cannot be used: one line with the file, the line, the key and what was expected.
    """
    document = read_document(path)
    if not isinstance(document.data, dict) or "channels" not in document.data:
        raise document.error((), "declares no channels; want a list under the key channels")
    try:
        # Through JSON, because strict Python values would have to be tuples where YAML gives lists.
        watch = Watchlist.model_validate_json(json.dumps(document.data))
    except ValidationError as error:
        raise _first_error(document, error.errors(include_url=False)) from error
    for place, message in _clashes(watch):
        raise document.error(place, message)
    return watch


def _first_error(document: Document, errors: Sequence[ErrorDetails]) -> ConfigurationError:
    """Return the error that stands first in the file, in the words of someone who edits it."""

    def line(details: ErrorDetails) -> int:
        place = details["loc"]
        while place and place not in document.lines:
            place = place[:-1]
        return document.lines.get(place, 1)

    first = min(errors, key=line)
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    return document.error(first["loc"], _expected(first) + more)


_EXPECTED = {
    "missing": "is missing",
    "string_type": "want a text",
    "bool_type": "want true or false",
    "int_type": "want a whole number",
    "tuple_type": "want a list",
    "model_type": "want keys and values",
    "model_attributes_type": "want keys and values",
}
_FORMS = {
    HANDLE_PATTERN: 'want a handle of 4 to 32 Latin letters, digits and underscores, as "@name"',
    SIDE_PATTERN: "want the id of a side, as RU or UA",
    NAME_PATTERN: "want Latin letters, digits, - and _, at most 64",
    LANGUAGE_PATTERN: "want a language code, as ru, uk, en, fr or ar",
}


def _expected(details: ErrorDetails) -> str:
    kind, context, got = details["type"], details.get("ctx", {}), details.get("input")
    if kind == "extra_forbidden":
        return _unknown_key(details["loc"])
    if kind == "value_error":
        return str(context["error"])
    if kind == "string_pattern_mismatch":
        said = _FORMS.get(str(context["pattern"]), "want a t.me link")
    elif kind == "string_too_short":
        return "is empty"
    elif kind in _EXPECTED:
        said = _EXPECTED[kind]
    else:
        said = details["msg"][0].lower() + details["msg"][1:]
    return said if kind == "missing" else f"{said}, not {_shown(got)}"


def _shown(value: object) -> str:
    if isinstance(value, dict | list | tuple):
        return "keys and values" if isinstance(value, dict) else "a list"
    text = json.dumps(value, ensure_ascii=True)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _unknown_key(place: Place) -> str:
    model: type[BaseModel] = Watchlist
    for part in place[:-1]:
        if isinstance(part, str):
            model = _MODELS[part]
    known = [field.alias or name for name, field in model.model_fields.items()]
    near = difflib.get_close_matches(str(place[-1]), known, n=1)
    return f"unknown key; did you mean {near[0]}?" if near else f"unknown key; known here: {', '.join(known)}"


_MODELS: dict[str, type[BaseModel]] = {
    "accounts": AccountPlan,
    "channels": Entry,
    "digests": DigestPlan,
    "alerts": Alert,
    "following": Following,
}


def _clashes(watch: Watchlist) -> Iterator[tuple[Place, str]]:
    """Yield what no entry shows by itself: one channel or name twice, families that do not fit together, empty lists."""
    if not watch.entries:
        yield ("channels",), "is empty; want at least one channel"
    yield from _channel_clashes(watch.entries)
    yield from _family_clashes(watch.entries)
    yield from _account_clashes(watch)
    taken: dict[str, Place] = {}
    named = [*((("digests", index), plan.name) for index, plan in enumerate(watch.digests))]
    named += [*((("alerts", index), alert.name) for index, alert in enumerate(watch.alerts))]
    for place, name in named:
        if (at := taken.setdefault(name.casefold(), place)) != place:
            yield (*place, "name"), f"{name} is taken already, by {written(at)}"
    for index, alert in enumerate(watch.alerts):
        if not alert.recipients:
            yield ("alerts", index, "recipients"), "is empty; want somebody to tell"


def _channel_clashes(entries: Sequence[Entry]) -> Iterator[tuple[Place, str]]:
    keys: dict[str, int] = {}
    numbers: dict[int, int] = {}
    for index, entry in enumerate(entries):
        if (first := keys.setdefault(entry.key.casefold(), index)) != index:
            yield ("channels", index), f"{entry.key} is declared already, as channels[{first}]"
        if entry.telegram_id is not None and (first := numbers.setdefault(entry.telegram_id, index)) != index:
            yield ("channels", index), f"its number {entry.telegram_id} is that of channels[{first}] already"


def _family_clashes(entries: Sequence[Entry]) -> Iterator[tuple[Place, str]]:
    """Yield families spelt or aligned in two ways, and families named like a channel that is not of them."""
    families: dict[str, int] = {}
    for index, one in enumerate(entries):
        if one.family is None:
            continue
        first = families.setdefault(one.family.casefold(), index)
        other = entries[first]
        if one.family != other.family:
            yield ("channels", index, "family"), f"is {other.family} in channels[{first}]; spell it alike"
        if None not in {one.alignment, other.alignment} and one.alignment != other.alignment:
            said = f"is {one.alignment}, but channels[{first}] of the same family is {other.alignment}"
            yield ("channels", index, "alignment"), said
    for index, one in enumerate(entries):
        named = families.get(one.key.casefold())
        if named is not None and (one.family or "").casefold() != one.key.casefold():
            said = f"is also the channel channels[{index}], which is not of that family; name the family otherwise"
            yield ("channels", named, "family"), said


def _account_clashes(watch: Watchlist) -> Iterator[tuple[Place, str]]:
    """Yield accounts that share a name or a session, and channels of an account that is not declared."""
    names: dict[str, int] = {}
    sessions: dict[str, int] = {}
    for index, account in enumerate(watch.accounts):
        if (first := names.setdefault(account.name, index)) != index:
            yield ("accounts", index, "name"), f"{account.name} is taken already, by accounts[{first}]"
        if (first := sessions.setdefault(account.session, index)) != index:
            yield ("accounts", index, "session"), f"{account.session} is that of accounts[{first}] already"
    for index, entry in enumerate(watch.entries):
        if entry.account is not None and entry.account not in names:
            known = ", ".join(names)
            yield ("channels", index, "account"), f"{entry.account} is not declared under accounts; there is: {known}"
