"""Claims as RDF 1.2 says them: the claim reifies a triple, `claim rdf:reifies <<( subject relation object )>>`.

This takes the place of `rdf:subject`, `rdf:predicate` and `rdf:object`; all else stays. It is written as TriG or
N-Quads, for RDF/XML and JSON-LD have no triple terms yet. Reading undoes it, so what is stored stays as it was.

Source:
    RDF 1.2 Concepts, W3C, https://www.w3.org/TR/rdf12-concepts/#section-triple-terms-reification
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import pyoxigraph as ox

from kg.rdf.vocabulary import term

__all__ = ["with_triple_terms", "without_triple_terms"]

_REIFIES = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#reifies")
_PARTS = tuple(term(f"rdf:{part}") for part in ("subject", "predicate", "object"))


def with_triple_terms(quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
    """Say each statement that has all three parts, each once, by a triple term.

    Args:
        quads: In any order.

    Example:
        >>> from kg.model import Article, Claim, Extraction
        >>> from kg.rdf.encode import quads
        >>> content = set(quads(Extraction.of(Article("a1", ""), claims=[Claim("Polen", "supports", "Ukraine")])))
        >>> folded = list(with_triple_terms(content))
        >>> [str(q.object.object) for q in folded if q.predicate == _REIFIES]
        ['<https://kg-geopolitics.org/resource/Ukraine>']
        >>> set(without_triple_terms(folded)) == content
        True
    """
    parts: dict[Any, dict[ox.NamedNode, list[ox.Quad]]] = defaultdict(lambda: defaultdict(list))
    for quad in dict.fromkeys(quads):
        if quad.predicate in _PARTS:
            parts[quad.graph_name, quad.subject][quad.predicate].append(quad)
        else:
            yield quad
    for (graph, node), by_part in parts.items():
        one, relation, other = (by_part[part][0].object if len(by_part[part]) == 1 else None for part in _PARTS)
        if isinstance(one, ox.NamedNode) and isinstance(relation, ox.NamedNode) and other is not None:
            yield ox.Quad(node, _REIFIES, ox.Triple(one, relation, other), graph)
        else:
            yield from (quad for found in by_part.values() for quad in found)


def without_triple_terms(quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
    """Say what reifies a triple by subject, predicate and object again; all else passes as it is."""
    for quad in quads:
        if quad.predicate == _REIFIES and isinstance(quad.object, ox.Triple):
            triple = quad.object
            for part, value in zip(_PARTS, (triple.subject, triple.predicate, triple.object), strict=True):
                yield ox.Quad(quad.subject, part, value, quad.graph_name)
        else:
            yield quad
