"""Which of the words for an entity are its names, and which are only what a text calls it.

„Lima“ may stand for Peru, „peruanischen Soldaten“ and „Perus“ mean it too, but none of them is a name of Peru. Names
are what the gazetteer calls names, family names of persons, and abbreviations; they are `skos:altLabel`. All else by
which a text refers to an entity is `skos:hiddenLabel`: a search finds it there, and nobody reads it as a name.
"""

from __future__ import annotations

from functools import lru_cache

from kg.errors import UnsupportedLanguage
from kg.lexicon import load_gazetteer, load_inflection
from kg.model import Entity, EntityType

__all__ = ["other_names"]

_BASE = "de"  # its gazetteer holds the names in all languages
_LONGEST_ABBREVIATION = 8


def other_names(entity: Entity, language: str = _BASE) -> tuple[str, ...]:
    """Those of an entity's aliases that are names of it beside its main name, sorted.

    Args:
        entity: Its aliases are looked at; none is made up.
        language: Two-letter code of the text; names that only its data know count too.

    Example:
        >>> aliases = ("Lima", "Peru", "Perus", "Republik Peru", "peruanische Regierung")
        >>> other_names(Entity("Peru", EntityType.COUNTRY, "Peru", aliases, known=True))
        ('Republik Peru',)
        >>> other_names(Entity("P", EntityType.PERSON, "Anna Huber", ("Frau Huber", "Huber", "Hubers")))
        ('Huber',)
    """
    known = _names_of(entity.id, language) if entity.known else frozenset()
    found = (a for a in entity.aliases if a in known or _is_family_name(a, entity) or _is_abbreviation(a, entity))
    return tuple(sorted({alias for alias in found if alias != entity.name}))


@lru_cache(maxsize=65536)
def _names_of(actor: str, language: str) -> frozenset[str]:
    """The names of an entry of the gazetteer, each in one of its forms."""
    found: dict[str, str] = {}
    for each in dict.fromkeys((_BASE, language)):
        try:
            entry, endings = load_gazetteer(each).actors.get(actor), load_inflection(each).adjective
        except UnsupportedLanguage:
            continue
        if entry is not None:
            main = [entry.name, entry.name.split(" (")[0]]
            others = [*sorted(entry.names, key=lambda name: (len(name), name)), *entry.foreign]
            for name in (*main, *(n for n in others if not _is_description(n, main[0], entry.type))):
                found.setdefault(_without_endings(name, endings), name)
    return frozenset(found.values())


def _is_description(name: str, main: str, type: EntityType) -> bool:
    """Words that begin small, where the name does not: a family name may do so ("von der Leyen")."""
    return type is not EntityType.PERSON and " " in name and name[0].islower() and not main[:1].islower()


def _without_endings(name: str, endings: tuple[str, ...]) -> str:
    """A name by which its inflected forms are the same: without the endings of all words before the last."""
    *words, last = name.split(" ")
    cut = (next((word.removesuffix(e) for e in endings if word.endswith(e)), word) for word in words)
    return " ".join([*cut, last])


def _is_family_name(alias: str, entity: Entity) -> bool:
    """Whether it is the end of a person's full name; what begins small ("minister of …") is no name."""
    if entity.type is not EntityType.PERSON or not entity.name[:1].isupper():
        return False
    return len(alias) > 1 and alias[-1].isalpha() and entity.name.endswith(f" {alias}")


def _is_abbreviation(alias: str, entity: Entity) -> bool:
    """Whether it is capitals only, all of them letters of the name in its order, without being a part of it."""
    name = entity.name.casefold()
    if not (2 <= len(alias) <= _LONGEST_ABBREVIATION and alias.isalpha() and alias.isupper()):
        return False
    letters = iter(name)
    return alias.casefold() not in name and all(letter in letters for letter in alias.casefold())
