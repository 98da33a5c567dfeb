"""Checked values of the language data files.

Every function that finds something wrong raises a `DataError` with file, key, value, what is allowed and the nearest
match. `Classes` holds what the other files refer to: word classes, groups of entity types, names of roles.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from kg.errors import DataError
from kg.model import EntityType

__all__ = [
    "Classes",
    "entity_types",
    "fail",
    "known_keys",
    "pairs",
    "parse_classes",
    "strings",
    "text",
    "word_class",
]

_MOST_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Classes:
    """What `classes.toml` defines: word classes and type groups by name, labels of roles, prepositions, cases.

    `compounds` are the nouns that keep their meaning as the last part of a word, `variants` the letters of a lemma and
    those of the trigger that it is a form of: old spelling, feminines.
    """

    words: Mapping[str, frozenset[str]]
    types: Mapping[str, frozenset[str]]
    labels: tuple[str, ...]
    prepositions: frozenset[str]
    cases: tuple[str, ...]
    no_role: str
    compounds: frozenset[str] = frozenset()
    variants: tuple[tuple[str, str], ...] = ()


def fail(file: Path, key: str, value: object, allowed: Iterable[str]) -> NoReturn:
    """Raise a `DataError` that says what would be right.

    Args:
        file: The data file.
        key: Where in it.
        value: What stands there.
        allowed: What may stand there.

    Raises:
        DataError: Always.
    """
    choices = sorted({str(choice) for choice in allowed})
    near = difflib.get_close_matches(str(value), choices, n=1)
    shown = ", ".join(choices[:_MOST_SHOWN]) + (" …" if len(choices) > _MOST_SHOWN else "")
    message = f"{key}: {value!r} is not allowed"
    raise DataError(message, source=file, hint=(f"did you mean {near[0]!r}? " if near else "") + f"allowed: {shown}")


def known_keys(table: Mapping[str, Any], allowed: Sequence[str], file: Path, where: str) -> None:
    """Check that a table has no key but the allowed ones."""
    for key in table:
        if key not in allowed:
            fail(file, f"{where}: key", key, allowed)


def text(table: Mapping[str, Any], key: str, file: Path, where: str) -> str:
    """A string that must be there and not be empty."""
    value = table.get(key)
    if not isinstance(value, str) or not value:
        fail(file, f"{where}: {key}", value, ["a text that is not empty"])
    return value


def strings(table: Mapping[str, Any], key: str, file: Path, where: str) -> tuple[str, ...]:
    """A list of strings; empty if it is missing."""
    value = table.get(key, ())
    if isinstance(value, str) or not all(isinstance(word, str) and word for word in value):
        fail(file, f"{where}: {key}", value, ["a list of texts"])
    return tuple(value)


def pairs(table: Mapping[str, Any], key: str, file: Path, where: str) -> tuple[tuple[str, str], ...]:
    """A list of pairs of strings; empty if it is missing."""
    value = table.get(key, ())
    for pair in value:
        if not isinstance(pair, list) or len(pair) != 2 or not all(isinstance(part, str) for part in pair):
            fail(file, f"{where}: {key}", pair, ["[text, text]"])
    return tuple((first, second) for first, second in value)


def word_class(name: str, classes: Classes, file: Path, where: str) -> frozenset[str]:
    """The words of a class that is named as `@name`."""
    if name.removeprefix("@") not in classes.words:
        fail(file, where, name, [f"@{known}" for known in classes.words])
    return classes.words[name.removeprefix("@")]


def entity_types(names: Sequence[str] | None, classes: Classes, file: Path, where: str) -> frozenset[str]:
    """Entity types from their names and from groups named as `@group`; all types if none are given."""
    if names is None:
        return frozenset(EntityType)
    found: set[str] = set()
    for name in names:
        if name.startswith("@") and name[1:] in classes.types:
            found |= classes.types[name[1:]]
        elif name in set(EntityType):
            found.add(str(name))
        else:
            fail(file, where, name, [*EntityType, *(f"@{group}" for group in classes.types)])
    return frozenset(found)


def parse_classes(table: Mapping[str, Any], file: Path) -> Classes:
    """Check `classes.toml`. A word class may name earlier ones as `@name`.

    Args:
        table: What the file says.
        file: Its path, for messages.

    Returns:
        The classes.

    Raises:
        DataError: If something in it is wrong.
    """
    known_keys(table, ("roles", "types", "words", "compounds", "variants"), file, "file")
    roles = table.get("roles", {})
    known_keys(roles, ("labels", "prepositions", "cases", "none"), file, "roles")
    types: dict[str, frozenset[str]] = {}
    words: dict[str, frozenset[str]] = {}
    classes = Classes(
        words=words,
        types=types,
        labels=strings(roles, "labels", file, "roles"),
        prepositions=frozenset(strings(roles, "prepositions", file, "roles")),
        cases=strings(roles, "cases", file, "roles"),
        no_role=text(roles, "none", file, "roles"),
        compounds=frozenset(strings(table, "compounds", file, "file")),
        variants=pairs(table, "variants", file, "file"),
    )
    for name in table.get("types", {}):
        types[name] = entity_types(strings(table["types"], name, file, "types"), classes, file, f"types: {name}")
    for name in table.get("words", {}):
        found: set[str] = set()
        for word in strings(table["words"], name, file, "words"):
            found |= word_class(word, classes, file, f"words: {name}") if word.startswith("@") else {word}
        words[name] = frozenset(found)
    return classes
