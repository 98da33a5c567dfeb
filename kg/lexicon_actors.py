"""The records of the gazetteer: lasting actors and places, read from Turtle and checked."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from kg.errors import DataError
from kg.model import EntityType

__all__ = ["Actor", "read_actors"]

RESOURCE = "https://kg-geopolitics.org/resource/"
ONTOLOGY = "https://kg-geopolitics.org/ontology/"
WIKIDATA = "http://www.wikidata.org/entity/"
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
_SAME = "http://www.w3.org/2002/07/owl#sameAs"
_ALTERNATIVE = "http://www.w3.org/2004/02/skos/core#altLabel"
_FIELDS = {
    _ALTERNATIVE: "names",
    "http://www.w3.org/2004/02/skos/core#hiddenLabel": "hidden",
    ONTOLOGY + "adjective": "adjectives",
    ONTOLOGY + "inhabitant": "inhabitants",
    ONTOLOGY + "metonym": "metonyms",
    ONTOLOGY + "office": "offices",
}
_OF_A_LANGUAGE = frozenset(ONTOLOGY + name for name in ("adjective", "inhabitant", "metonym", "office"))
_LINKS = {ONTOLOGY + "country": "countries", ONTOLOGY + "capital": "capitals"}
_VALUES = {
    ONTOLOGY + "countryCode": "code",
    ONTOLOGY + "kind": "kind",
    "http://xmlns.com/foaf/0.1/gender": "gender",
    "http://xmlns.com/foaf/0.1/givenName": "given",
    "http://xmlns.com/foaf/0.1/familyName": "family",
}
_GENDERS = {"male": "m", "female": "f"}


@dataclass(slots=True)
class Actor:
    """A lasting actor or place.

    `hidden` names are those that mean something else as well: they count only with support in the text. `foreign` names
    are found like the others, but are not what the language calls the actor. `offices` are those that a person has or
    had, with their years. `countries` and `capitals` are ids.
    `gender` is `m`, `f` or empty.
    """

    id: str
    type: EntityType
    name: str = ""
    names: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    adjectives: list[str] = field(default_factory=list)
    inhabitants: list[str] = field(default_factory=list)
    metonyms: list[str] = field(default_factory=list)
    offices: list[str] = field(default_factory=list)
    capitals: list[str] = field(default_factory=list)
    countries: list[str] = field(default_factory=list)
    wikidata: str = ""
    code: str = ""
    kind: str = ""
    gender: str = ""
    given: str = ""
    family: str = ""

    @property
    def country(self) -> str:
        """The id of the first country, or empty."""
        return self.countries[0] if self.countries else ""


def read_actors(path: Path, language: str = "de") -> list[Actor]:
    """Read the records of a Turtle file.

    Names of other languages are names too, for actors seldom change theirs. Adjectives, inhabitants and metonyms are
    those of the language, and a capital that stands for its government in one language does so in all.

    Args:
        path: The file.
        language: Two-letter code of the labels that become the names.

    Raises:
        DataError: If the file is missing, malformed, or a record has no label or an unknown type.
    """
    import pyoxigraph  # slow to load, and needed only where the records are not kept

    actors: dict[str, Actor] = {}
    types = {ONTOLOGY + t.value: t for t in EntityType}
    pending: list[tuple[str, str, str]] = []
    meant: dict[str, set[str]] = {}  # words for the government, in whatever language
    start = len(RESOURCE)
    try:
        for quad in pyoxigraph.parse(path=str(path)):
            subject, predicate, value = quad.subject.value[start:], quad.predicate.value, quad.object.value
            if predicate == _TYPE:
                if value not in types:
                    message = f"{subject} has the unknown type <{value}>"
                    raise DataError(message, source=path, hint="types: " + ", ".join(t.value for t in EntityType))
                actors[subject] = Actor(subject, types[value])
                continue
            actor = actors.get(subject)
            if actor is None:
                pending.append((subject, predicate, value))
            elif predicate == _LABEL:
                if quad.object.language == language or not actor.name:
                    actor.foreign += [actor.name] * bool(actor.name)
                    actor.name = value
            elif predicate == _ALTERNATIVE and quad.object.language != language:
                actor.foreign.append(value)
            elif predicate in _OF_A_LANGUAGE and quad.object.language != language:
                if _FIELDS[predicate] == "metonyms":
                    meant.setdefault(subject, set()).add(value)
            else:
                _set(actor, predicate, value)
    except (OSError, SyntaxError, ValueError) as error:
        message = f"the gazetteer cannot be read: {error}"
        raise DataError(message, source=path, hint="make it again with python -m kg.training.gazetteer") from error
    for subject, predicate, value in pending:
        if subject in actors:
            _set(actors[subject], predicate, value)
    for subject, words in meant.items():
        for capital in actors[subject].capitals:
            if capital in actors and words & {actors[capital].name, *actors[capital].names, *actors[capital].foreign}:
                actors[subject].metonyms.append(actors[capital].name)
    nameless = [a.id for a in actors.values() if not a.name]
    if nameless:
        message = f"{nameless[0]} has no rdfs:label"
        raise DataError(message, source=path, hint="give each actor a label")
    return list(actors.values())


def _set(actor: Actor, predicate: str, value: str) -> None:
    if predicate in _FIELDS:
        getattr(actor, _FIELDS[predicate]).append(value)
    elif predicate in _LINKS:
        getattr(actor, _LINKS[predicate]).append(value.removeprefix(RESOURCE))
    elif predicate in _VALUES:
        setattr(actor, _VALUES[predicate], _GENDERS.get(value, value))
    elif predicate == _SAME and value.startswith(WIKIDATA):
        actor.wikidata = value.removeprefix(WIKIDATA)
