"""The closed list of relation types, for the layers below RDF. Standard library only.

The list itself is `ontology/relations.ttl`; `kg/data/relations.json` is made from it by `python -m kg.rdf.reference`,
and a test keeps both equal.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType

from kg.config import data_dir
from kg.errors import DataError
from kg.model import EntityType

__all__ = ["RELATIONS", "Relation"]


@dataclass(frozen=True, slots=True)
class Relation:
    """A type of relation that claims can state.

    Attributes:
        name: Local name in the ontology, as in `Claim.predicate`.
        labels: Label by language code.
        inverse: Name of the relation from the object's side, its own if it is symmetric, `None` if it takes no object.
            Claims do not name it; questions may, once inverses are followed.
        inverse_labels: How the relation is called from the object's side, by language code; the labels themselves
            if it is symmetric, empty if it takes no object.
        definitions: One sentence by language code.
        subject_types: What its subject can be.
        object_types: What its object can be; empty if it takes no object.
        broader: What it is a case of (`rdfs:subPropertyOf`): other relations, or the groups that claims do not name.
        symmetric: Whether it holds both ways round.
        transitive: Whether it passes on: what lies in a part lies in the whole.
        stative: Whether it is a state, not an event.
        category: One of "verbal cooperation", "material cooperation", "verbal conflict", "material conflict",
            "office", "tie": the quad class where there is one.
        plover: Event type of PLOVER, `None` for what is none.
        mode: PLOVER's mode within the type, `None` where the relation has no one mode.
        quad_class: PLOVER's class: one of the first four categories, `None` without a PLOVER type.
        cameo: The nearest event code of CAMEO.
        cameo_root: The first two digits of that code.
        score: Conflict-cooperation score, -10 (war) to 10; `None` if the relation alone does not tell: what has none is
            neither cooperation nor conflict of a pair.
        score_source: Name of the scale that the score is read from.
    """

    name: str
    labels: Mapping[str, str] = field(hash=False)
    inverse_labels: Mapping[str, str] = field(hash=False)
    definitions: Mapping[str, str] = field(hash=False)
    subject_types: frozenset[EntityType]
    object_types: frozenset[EntityType]
    inverse: str | None = None
    broader: tuple[str, ...] = ()
    symmetric: bool = False
    transitive: bool = False
    stative: bool = False
    category: str = "tie"
    plover: str | None = None
    mode: str | None = None
    quad_class: str | None = None
    cameo: str | None = None
    cameo_root: str | None = None
    score: float | None = None
    score_source: str | None = None

    @property
    def takes_object(self) -> bool:
        """Whether claims with this relation have an object."""
        return bool(self.object_types)

    def allows(self, subject: EntityType, object: EntityType | None) -> bool:
        """Whether a claim may join entities of these types; a symmetric relation may be read either way round.

        Args:
            subject: Type of the subject.
            object: Type of the object, `None` if there is none.

        Example:
            >>> RELATIONS["visits"].allows(EntityType.PERSON, EntityType.CITY)
            True
            >>> RELATIONS["visits"].allows(EntityType.CITY, EntityType.PERSON)
            False
        """
        if object is None:
            return not self.takes_object and subject in self.subject_types
        return subject in self.subject_types and object in self.object_types


class _Relations(Mapping[str, Relation]):
    """Reads the list when it is first asked, so that importing kg reads no file."""

    def __getitem__(self, name: str) -> Relation:
        return _load()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(_load())

    def __len__(self) -> int:
        return len(_load())

    def __repr__(self) -> str:
        return f"<{len(self)} relations>"


@cache
def _load() -> Mapping[str, Relation]:
    path = data_dir() / "relations.json"
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
        relations = [
            Relation(
                **{
                    **row,
                    "labels": MappingProxyType(row["labels"]),
                    "inverse_labels": MappingProxyType(row["inverse_labels"]),
                    "definitions": MappingProxyType(row["definitions"]),
                    "broader": tuple(row["broader"]),
                    "subject_types": frozenset(map(EntityType, row["subject_types"])),
                    "object_types": frozenset(map(EntityType, row["object_types"])),
                }
            )
            for row in rows
        ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = f"the list of relations cannot be read: {error}"
        raise DataError(message, source=path, hint="make it again with python -m kg.rdf.reference") from error
    return MappingProxyType({relation.name: relation for relation in relations})


RELATIONS: Mapping[str, Relation] = _Relations()
"""All relation types by name, in the order of the ontology."""
