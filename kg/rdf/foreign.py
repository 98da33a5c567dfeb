"""Whether there is anything of kg in a graph: data of others conform to the shapes of kg without meaning anything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import pyoxigraph as ox

from kg.rdf.results import short
from kg.rdf.vocabulary import KG_NS, KGR_NS, term

__all__ = ["Look"]

_TYPE = term("rdf:type")
_OWN = (KG_NS, KGR_NS)
_MOST_TYPES, _SHOWN = 1000, 3  # kept at all, and told


class Look:
    """Looks at quads as they pass, until one has a term or a resource of kg.

    Example:
        >>> look = Look()
        >>> person = ox.NamedNode("urn:Person")
        >>> passed = list(look.at([ox.Quad(ox.NamedNode("urn:a"), _TYPE, person)]))
        >>> look.is_foreign, look.told()
        (True, 'none of its 1 triples has a term or a resource of kg; they tell of urn:Person (1)')
    """

    def __init__(self) -> None:
        self.is_own = False
        self.triples = 0
        self._types: Counter[str] = Counter()

    @property
    def is_foreign(self) -> bool:
        """Whether there were triples, but nothing of kg among them."""
        return self.triples > 0 and not self.is_own

    def at(self, quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
        """The same quads."""
        passing = iter(quads)
        for quad in passing:
            self._note(quad)
            yield quad
            if self.is_own:
                yield from passing

    def told(self) -> str:
        """How many triples there were that are not kg's, and of what types things are in them."""
        types = ", ".join(f"{short(type_)} ({count:,})" for type_, count in self._types.most_common(_SHOWN))
        number = f"none of its {self.triples:,} triples has a term or a resource of kg"
        return f"{number}; they tell of {types}" if types else number

    def _note(self, quad: ox.Quad) -> None:
        self.triples += 1
        self.is_own = any(_is_own(node) for node in (quad.subject, quad.predicate, quad.object, quad.graph_name))
        if quad.predicate == _TYPE and len(self._types) < _MOST_TYPES:
            self._types[str(getattr(quad.object, "value", quad.object))] += 1


def _is_own(node: Any) -> bool:
    return isinstance(node, ox.NamedNode) and node.value.startswith(_OWN)
