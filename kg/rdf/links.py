"""Graphs beside those of the articles: links between claims, and what was decided about actors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import pyoxigraph as ox

from kg.rdf.vocabulary import KG, KGR_NS, claim_iri, entity_iri, term

__all__ = ["ACTORS", "CONTRADICTIONS", "contradiction_quads", "decision_quads"]

ACTORS = KGR_NS + "graph/actors"
"""The graph that tells which decisions about actors the articles of a graph were written by."""

CONTRADICTIONS = KGR_NS + "graph/contradictions"
"""The graph of the links between claims that contradict each other."""

_REPLACED_BY = ox.NamedNode("http://purl.org/dc/terms/isReplacedBy")


def contradiction_quads(pairs: Iterable[tuple[str, str]]) -> Iterator[ox.Quad]:
    """Links between claims, in both directions.

    Args:
        pairs: Ids of claims.

    Example:
        >>> [str(quad.predicate) for quad in contradiction_quads([("a", "b")])][0]
        '<https://kg-geopolitics.org/ontology/contradicts>'
    """
    graph = ox.NamedNode(CONTRADICTIONS)
    for one, other in pairs:
        yield ox.Quad(claim_iri(one), KG.contradicts, claim_iri(other), graph)
        yield ox.Quad(claim_iri(other), KG.contradicts, claim_iri(one), graph)


def decision_quads(text: str, replaced: Mapping[str, str]) -> Iterator[ox.Quad]:
    """What was decided, in its own words, and which actor stands for which now, so that old addresses lead on.

    Args:
        text: The decisions.
        replaced: Ids of actors that are no longer there, each with that of the one who stands for it.
    """
    graph = ox.NamedNode(ACTORS)
    if text:
        yield ox.Quad(graph, term("schema:text"), ox.Literal(text), graph)
    for old, new in replaced.items():
        yield ox.Quad(entity_iri(old), _REPLACED_BY, entity_iri(new), graph)
