"""What the tables of the linguists' files must look like, so that a slip of the pen is told and not run into later."""

from collections.abc import Mapping, Sequence

from monitor.errors import LexiconError

_LANGUAGE_LISTS = ("stop_words", "particles", "endings", "plural_verbs", "articles", "number_and", "abbreviations")
_LANGUAGE_CHOICES = {"word_order": ("fixed", "free", "vso"), "attacker": ("before", "both")}
_LANGUAGE_KEYS = (*_LANGUAGE_LISTS, *_LANGUAGE_CHOICES, "joining_particle", "compounds")
_SIDE_TEXTS = ("country", "parent", "civilian")
_SIDE_LISTS = ("persons", "bodies", "adjectives", "country")  # behind a language's code: en_persons
_ITEM_LISTS = ("one", "two", "many")


def strings(value: object, where: str) -> list[str]:
    """Return a list of forms.

    Raises:
        LexiconError: It is something else.
    """
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise LexiconError(f"{where}: want a list of forms in quotes")
    return value


def table(value: object, where: str) -> Mapping[str, object]:
    """Return a table.

    Raises:
        LexiconError: It is something else.
    """
    if not isinstance(value, Mapping):
        raise LexiconError(f"{where}: want a table, a heading in square brackets with its lists under it")
    return value


def check_language(where: str, content: Mapping[str, object]) -> None:
    """Refuse a table [language] with an unknown key or a value of the wrong kind."""
    for key, value in content.items():
        _known(where, key, _LANGUAGE_KEYS)
        if key in _LANGUAGE_LISTS:
            strings(value, f"{where} {key}")
        elif key in _LANGUAGE_CHOICES and value not in _LANGUAGE_CHOICES[key]:
            raise LexiconError(f"{where} {key}: {value!r}; want one of {', '.join(_LANGUAGE_CHOICES[key])}")
        elif key == "joining_particle" and not isinstance(value, str):
            raise LexiconError(f"{where} {key}: want one particle in quotes")
        elif key == "compounds" and not isinstance(value, bool):
            raise LexiconError(f"{where} {key}: want true or false")


def check_sides(where: str, sides: Mapping[str, object]) -> None:
    """Refuse a side with an unknown key, a value of the wrong kind, or a parent that is no side."""
    for side, value in sides.items():
        at = f"{where} [{side}]"
        entry = table(value, at)
        for key, content in entry.items():
            if key in _SIDE_TEXTS:
                if not isinstance(content, str):
                    raise LexiconError(f"{at} {key}: want one code in quotes")
            elif key == "nationals":
                if content != "civilians":
                    raise LexiconError(f'{at} {key}: want "civilians", or leave it out')
            else:
                _check_list(at, key, content, (*_SIDE_TEXTS, "nationals", "enemies"), _SIDE_LISTS)
        if entry.get("parent", side) not in sides:
            raise LexiconError(f"{at} parent: {entry['parent']} is no side of this file")
        unknown = [enemy for enemy in strings(entry.get("enemies", []), f"{at} enemies") if enemy not in sides]
        if unknown:
            raise LexiconError(f"{at} enemies: no side is called {unknown[0]!r}")


def check_items(where: str, items: Mapping[str, object]) -> None:
    """Refuse an item of hardware with an unknown key or a value of the wrong kind."""
    for item, value in items.items():
        at = f"{where} [{item}]"
        for key, content in table(value, at).items():
            if key == "models":
                strings(content, f"{at} models")
            else:
                _check_list(at, key, content, ("models",), _ITEM_LISTS)


def _check_list(where: str, key: str, content: object, others: Sequence[str], names: Sequence[str]) -> None:
    """Refuse what is no list of forms under a key such as en_many."""
    code, _, name = key.partition("_")
    if name not in names or not code.isalpha():
        _known(where, key, (*others, *(f"xx_{name}" for name in names)))
    strings(content, f"{where} {key}")


def _known(where: str, key: str, known: Sequence[str]) -> None:
    if key not in known:
        raise LexiconError(f"{where} {key}: unknown key; known are {', '.join(known)}")
