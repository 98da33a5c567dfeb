"""The organ that an office belongs to where its title or its neighbour tells: a parliament, a council, a faction."""

from __future__ import annotations

from kg.facts.resolve import Filler, Resolver
from kg.facts.roles import Roles
from kg.lexicon_frames import Title
from kg.linguistics.page import Word

__all__ = ["national_organ", "organ_of"]

_BODIES = frozenset({"Ministry", "Organization", "InternationalOrganization", "PoliticalParty"})
_WORLD = "InternationalOrganization"
_STEM = 6  # letters that a title must share with the name of its body


def national_organ(token: Word, body: Filler, roles: Roles) -> str | None:
    """The organ of a country that bears the same name: "russischer Ex-Präsident und Vizechef des Sicherheitsrats"."""
    resolver = roles.resolver
    if resolver.type(body.entity) != _WORLD or not roles.grammar.has(token, "conjunct") or resolver.gazetteer is None:
        return None
    home = next((f.entity for f in resolver.adjectives(token.head)), None)
    word = body.token.lemma_
    actors = (a.id for a in resolver.gazetteer.actors.values() if home and a.country == home and word in a.name.split())
    found = next(actors, None)
    return found if found is not None and resolver.imply(found) else None


def organ_of(token: Word, title: Title, owner: str | None, resolver: Resolver) -> str | None:
    """The only organ of the document that the title's compound begins with: "Parlamentspräsident", "Fraktionschef".

    With an owner it must be the owner's: of "SPD-Fraktionschef" the fraction of the SPD.
    """
    word = token.lemma_.rpartition("-")[2].lower()
    found = set()
    for key, entity in resolver.entities.items():
        if entity["type"] not in _BODIES or entity["type"] not in title.object_types or key == owner:
            continue
        last = str(entity["name"]).split()[-1].rpartition("-")[2].lower()
        if not any(word.startswith(last[i:]) for i in range(len(last) - _STEM + 1)):
            continue
        if owner is None or entity.get("country") == owner or str(entity["name"]).startswith(resolver.name(owner)):
            found.add(key)
    return found.pop() if len(found) == 1 else None
