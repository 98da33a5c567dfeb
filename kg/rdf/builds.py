"""The graph that tells with what the articles of an archive were read, as activities of PROV."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import pyoxigraph as ox

from kg.rdf.vocabulary import KGR_NS, article_iri, digest_iri, term

__all__ = ["BUILDS", "build_quads"]

BUILDS = KGR_NS + "graph/builds"
"""The graph that tells with what the articles of a graph were read."""

_GRAPH = ox.NamedNode(BUILDS)
_USED = term("prov:used")


def build_quads(
    there: Iterable[ox.Quad],
    read: Iterable[tuple[str, str]],
    *,
    made: str = "",
    version: str = "",
    settings: str = "",
    parts: Mapping[str, str] | None = None,
) -> set[ox.Quad]:
    """The graph of builds: an activity for all that was read with the same, and what it used.

    Args:
        there: The graph as it was; what it says of activities that still count is kept.
        read: Ids of all articles, each with the hash of what it was read with.
        made: The hash of what is read with now.
        version: Version of kg.
        settings: As JSON.
        parts: What else is used now (ontology, data, model): name and hash. `None` if nothing was read.

    Example:
        >>> found = build_quads([], [("a1", "x")], made="x", version="1.0", parts={"ontology": "0f"})
        >>> sorted(q.object.value for q in found if isinstance(q.object, ox.Literal))
        ['', '0f', '1.0', 'kg build', 'ontology']
    """
    before, by_article = set(there), list(read)
    nodes = {quad.subject for quad in before}  # activities and what they used, but for the articles
    told = {quad for quad in before if quad.predicate != _USED or quad.object in nodes}
    if parts is not None:
        told |= set(_description(made, version, settings, parts))
    activities = {digest_iri("build", each) for _, each in by_article}
    kept = {quad for quad in told if quad.subject in activities}
    used = {quad.object for quad in kept if quad.predicate == _USED}
    kept |= {quad for quad in told if quad.subject in used}
    return kept | {ox.Quad(digest_iri("build", each), _USED, article_iri(name), _GRAPH) for name, each in by_article}


def _description(made: str, version: str, settings: str, parts: Mapping[str, str]) -> Iterator[ox.Quad]:
    node = digest_iri("build", made)
    yield ox.Quad(node, term("rdf:type"), term("prov:Activity"), _GRAPH)
    yield ox.Quad(node, term("rdfs:label"), ox.Literal("kg build"), _GRAPH)
    yield ox.Quad(node, term("schema:softwareVersion"), ox.Literal(version), _GRAPH)
    yield ox.Quad(node, term("schema:text"), ox.Literal(settings), _GRAPH)
    for name, digest in parts.items():
        part = digest_iri("part", name, digest)
        yield ox.Quad(node, _USED, part, _GRAPH)
        yield ox.Quad(part, term("rdf:type"), term("prov:Entity"), _GRAPH)
        yield ox.Quad(part, term("rdfs:label"), ox.Literal(name), _GRAPH)
        yield ox.Quad(part, term("schema:sha256"), ox.Literal(digest), _GRAPH)
