"""Which part of a society an actor is (its sector, by PLOVER), and the codes of countries (ISO 3166-1 alpha-3).

`kg/data/sectors.toml`, `kg/data/<language>/sectors.toml` and `kg/data/countries.tsv` come in; rules come out that know
nothing of claims: an entity has a sector by its name or type, an office by its title and what it belongs to.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from kg.config import data_dir
from kg.errors import DataError, UnsupportedLanguage
from kg.lexicon import read_table, words_of
from kg.lexicon_frames import load_frames
from kg.lexicon_values import fail, known_keys
from kg.model import Entity, EntityType

__all__ = ["Sectors", "country_codes", "load_sectors"]

_TABLES = ("codes", "types", "kinds", "relations", "actors")
_NAMED = frozenset(
    {EntityType.MINISTRY, EntityType.ORGANIZATION, EntityType.ARMED_GROUP, EntityType.COMPANY, EntityType.PEOPLE}
)  # what their names tell goes before what their type tells


@dataclass(frozen=True, slots=True)
class Sectors:
    """The rules of one language; made by `load_sectors`.

    Attributes:
        codes: All sectors, the weightier first.
        types: Sector by the type of an entity.
        kinds: Sector by the kind of a title.
        relations: Sector by the relation that a claim states.
        actors: Sector by the id of a known entity.
        titles: Sector and first parts of titles, in small letters.
        names: Sector and last parts of the words of names, in small letters.
        language: Two-letter code.
    """

    codes: tuple[str, ...]
    types: Mapping[str, str]
    kinds: Mapping[str, str]
    relations: Mapping[str, str]
    actors: Mapping[str, str]
    titles: tuple[tuple[str, tuple[str, ...]], ...]
    names: tuple[tuple[str, tuple[str, ...]], ...]
    language: str

    def of(self, entity: Entity) -> str | None:
        """The sector of an entity by itself: as listed, by its name, by its type; `None` if they do not tell.

        Example:
            >>> load_sectors("de").of(Entity("x", EntityType.MINISTRY, "Verfassungsgericht"))
            'JUD'
        """
        if entity.id in self.actors:
            return self.actors[entity.id]
        if entity.type in _NAMED:
            words = entity.name.lower().replace("-", " ").split()
            for code, endings in self.names:
                if any(word.strip("()").endswith(endings) for word in words):
                    return code
        return self.types.get(entity.type)

    def of_office(self, relation: str, title: str | None, body: Entity | None) -> str | None:
        """The sector of who has an office: by the relation, the title, what it belongs to, the kind of the title.

        Args:
            relation: What the claim states, such as `holdsOffice`.
            title: As the text has it, `None` if it does not say.
            body: What the office belongs to, `None` if the graph does not describe it.

        Example:
            >>> peru = Entity("Peru", EntityType.COUNTRY, "Peru")
            >>> [load_sectors("de").of_office("holdsOffice", t, peru) for t in ("Außenminister", "Oppositionsführer")]
            ['GOV', 'OPP']
        """
        if relation in self.relations:
            return self.relations[relation]
        words = [] if title is None else title.split()
        nouns = [word for word in words if word[:1].isupper()] or words
        joined = "-".join(words)
        for code, beginnings in self.titles:
            if any(word.lower().startswith(beginnings) for word in (*nouns, joined)):
                return code
        whole = None if body is None else self.of(body)
        if whole is not None and body is not None and body.type is not EntityType.COUNTRY:
            return whole
        lexicon = load_frames(self.language)
        known = next((t for t in map(lexicon.title, (title or "", joined.lower(), *nouns)) if t is not None), None)
        return (self.kinds.get(known.kind) if known else None) or whole


@cache
def load_sectors(language: str) -> Sectors:
    """The rules of a language; of one without data those that need no words.

    Raises:
        DataError: If a file of them is missing or wrong.
    """
    path = data_dir() / "sectors.toml"
    table = _read(path)
    known_keys(table, _TABLES, path, "file")
    codes = words_of(table, "codes", path)
    try:
        own: Mapping[str, Any] = read_table(language, "sectors.toml")
    except UnsupportedLanguage:
        own = {"titles": {}, "names": {}}
    known_keys(own, ("titles", "names"), path, language)
    rules = {name: _codes(table, name, codes, path) for name in ("types", "kinds", "relations")}
    for name in rules["types"]:
        if name not in set(EntityType):
            fail(path, "types", name, [str(t) for t in EntityType])
    actors = {id: code for code, ids in _lists(table, "actors", codes, path) for id in ids}
    return Sectors(
        codes=codes,
        **{name: MappingProxyType(rule) for name, rule in rules.items()},
        actors=MappingProxyType(actors),
        titles=_lists(own, "titles", codes, path),
        names=_lists(own, "names", codes, path),
        language=language,
    )


@cache
def country_codes() -> Mapping[str, str]:
    """The code of a country, territory or former state by its id in the gazetteer.

    ISO 3166-1 alpha-3, for former states the last one; Kosovo, which has none, is `XKX`, as many datasets have it.

    Raises:
        DataError: If the file is missing or wrong.

    Example:
        >>> country_codes()["Deutschland"]
        'DEU'
    """
    path = data_dir() / "countries.tsv"
    try:
        head, *rows = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines())
    except (OSError, UnicodeDecodeError, ValueError) as error:
        message = f"the list of countries cannot be read: {error}"
        raise DataError(message, source=path, hint="install kg-geopolitics again") from error
    wrong = [n for n, row in enumerate(rows, 2) if len(row) != 2 or len(row[1]) != 3 or not row[1].isupper()]
    if head != ["id", "alpha3"] or wrong:
        message = "a row is not an id and a code of three letters"
        raise DataError(message, source=path, line=wrong[0] if wrong else 1, hint="write id, a tabulator, alpha3")
    return MappingProxyType(dict(rows))


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        message = f"the data file cannot be read: {error}"
        raise DataError(message, source=path, hint="install kg-geopolitics again or correct the file") from error


def _codes(table: Mapping[str, Any], name: str, codes: tuple[str, ...], path: Path) -> dict[str, str]:
    rule = table.get(name)
    if not isinstance(rule, dict):
        message = f"table [{name}] is missing"
        raise DataError(message, source=path, hint='write NAME = "CODE"')
    for code in rule.values():
        if code not in codes:
            fail(path, name, code, codes)
    return rule


def _lists(
    table: Mapping[str, Any], name: str, codes: tuple[str, ...], path: Path
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    rule = table.get(name)
    if not isinstance(rule, dict):
        message = f"table [{name}] is missing"
        raise DataError(message, source=path, hint='write CODE = ["…", "…"]')
    for code in rule:
        if code not in codes:
            fail(path, name, code, codes)
    return tuple((code, words_of(rule, code, path)) for code in rule)
