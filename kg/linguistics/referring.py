"""The words of a language that stand for something named before, from `coref.toml`."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field

from kg.errors import DataError
from kg.lexicon import read_table, words_of
from kg.model import EntityType

__all__ = ["CorefWords", "load_coref_words"]

_DESCRIBED = "occupations"  # the word class of nouns for persons by what they do


@dataclass(frozen=True, slots=True)
class CorefWords:
    """The words of a language that stand for something named before; genders are `m`, `f`, `n`, `p` (plural)."""

    pronouns: dict[str, frozenset[str]]
    possessives: dict[str, frozenset[str]]
    demonstratives: dict[str, frozenset[str]]
    places: frozenset[str]
    definite: frozenset[str]
    descriptions: dict[str, frozenset[EntityType]]
    age: re.Pattern[str]
    persons: frozenset[str]
    lone: frozenset[str]
    unique: frozenset[str]
    described: frozenset[str]
    deeds: frozenset[str]
    impersonal: frozenset[str]
    crowd: str
    marches: frozenset[str]
    posts: frozenset[str]
    kin: frozenset[str]
    kin_of: str
    lesser: tuple[str, ...]
    listed: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Join the nouns that may stand for something of themselves."""
        object.__setattr__(self, "listed", self.kin.union(self.lone, self.descriptions))


def _pattern(written: object, source: object) -> re.Pattern[str]:
    try:
        return re.compile(str(written))
    except re.error as error:
        message = f"'age' is no regular expression: {error}"
        raise DataError(message, source=source) from error


def load_coref_words(language: str) -> CorefWords:
    """Load `coref.toml` of a language.

    Raises:
        DataError: If the file is missing or wrong.
    """
    source = "coref.toml"
    data = read_table(language, source)

    def table(name: str) -> dict[str, object]:
        value = data.get(name)
        if not isinstance(value, dict):
            message = f"table [{name}] is missing"
            raise DataError(message, source=source, hint="compare with coref.toml of German")
        return value

    def genders(name: str) -> dict[str, frozenset[str]]:
        return {key: frozenset(words_of(table(name), key, source)) for key in table(name)}

    listed = read_table(language, "classes.toml").get("words")
    classes: dict[str, object] = listed if isinstance(listed, dict) else {}
    known = {t.value: t for t in EntityType}
    descriptions: dict[str, set[EntityType]] = defaultdict(set)
    for name, nouns in genders("descriptions").items():
        if name not in known:
            message = f"[descriptions] names the unknown entity type {name!r}"
            raise DataError(message, source=source, hint="types: " + ", ".join(known))
        for noun in nouns:
            descriptions[noun].add(known[name])
    return CorefWords(
        genders("pronouns"),
        genders("possessives"),
        genders("demonstratives"),
        frozenset(words_of(table("places"), "words", source)),
        frozenset(words_of(table("articles"), "definite", source)),
        {noun: frozenset(types) for noun, types in descriptions.items()},
        _pattern(table("persons").get("age", "(?!)"), source),
        frozenset(words_of(table("persons"), "nouns", source)),
        frozenset(words_of(table("persons"), "lone", source)),
        frozenset(words_of(table("persons"), "unique", source)),
        frozenset(words_of(classes, _DESCRIBED, "classes.toml")) if _DESCRIBED in classes else frozenset(),
        frozenset(words_of(table("persons"), "deeds", source)),
        frozenset(words_of(table("impersonal"), "verbs", source)),
        "".join(words_of(table("crowds"), "name", source)[:1]),
        frozenset(words_of(table("crowds"), "verbs", source)),
        frozenset(words_of(table("persons"), "posts", source)),
        frozenset(words_of(table("persons"), "kin", source)),
        "".join(words_of(table("persons"), "kin_of", source)[:1]),
        words_of(table("persons"), "lesser", source),
    )
