"""Names in a query that mean nothing: misspelt properties and entities, which SPARQL itself passes over in silence."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from functools import cache

import pyoxigraph as ox

from kg.rdf.vocabulary import KG, KG_NS, KGR_NS, PREFIXES, ontology_quads, term
from kg.store import KnowledgeGraph

__all__ = ["unknown_names"]

_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"""' r"|'''(?:\\.|[^\\])*?'''" r'|"(?:\\.|[^"\\\n])*"' r"|'(?:\\.|[^'\\\n])*'"
    r"|<(?P<iri>[^<>\"{}|^`\\\s]*)>|\#[^\n]*"
    r"|(?<![\w:?$@.-])(?P<prefix>[A-Za-z][\w.-]*|):(?P<local>(?:[\w.-]|%[0-9A-Fa-f]{2})*[\w-])(?P<more>\\?)",
    re.DOTALL,
)  # fmt: skip
_LABEL = term("rdfs:label")
_PREFIX = re.compile(r"\bPREFIX\s+([\w.-]*):\s*<([^<>\s]*)>", re.IGNORECASE)
_MOST = 3  # suggestions
_NEAR = 0.1  # by how much they may be less alike than the best one
_ALL_TERMS = "ontology/README.md lists its terms"


def unknown_names(sparql: str, graph: KnowledgeGraph | None = None) -> list[str]:
    """What a query names and nobody knows, each in a sentence with the nearest that is known.

    Args:
        sparql: The query.
        graph: Where entities are looked up; without one only terms of the ontology are.

    Example:
        >>> unknown_names("SELECT * WHERE { ?who kg:vists kgr:Peru }")
        ['the ontology has no kg:vists (did you mean kg:visits?)']
    """
    found: dict[str, None] = {}
    for namespace, name in _names(sparql):
        if namespace == KG_NS and name not in dir(KG):
            near = [f"kg:{n}" for n in _nearest(name, _terms())]
            found[f"the ontology has no kg:{name} ({_did_you_mean(near) or 'ontology/README.md lists its terms'})"] = (
                None
            )
        elif namespace == KGR_NS and graph is not None and not _is_known(graph, name):
            near = [f"kgr:{n}" for n in _nearest(name, _entities(graph))]
            found[f"the graph knows no kgr:{name} ({_did_you_mean(near) or 'kg actors TARGET lists all'})"] = None
    return list(found)


def _names(sparql: str) -> Iterator[tuple[str, str]]:
    """The names in a query with their namespaces; words, comments and variables are none."""
    prefixes = {**PREFIXES, **dict(_PREFIX.findall(sparql))}
    for token in _TOKEN.finditer(sparql):
        if token["local"] and not token["more"]:
            yield prefixes.get(token["prefix"], ""), token["local"]
        elif token["iri"] and token["iri"].startswith(KG_NS) and token["iri"] != KG_NS:
            yield KG_NS, token["iri"].removeprefix(KG_NS)


def _nearest(name: str, known: Iterable[tuple[str, str]]) -> list[str]:
    """The names that are written or called nearly like one: those that are about as near as the nearest."""
    called: dict[str, list[str]] = {}
    for words, other in known:
        called.setdefault(words.lower(), []).append(other)
    near = difflib.get_close_matches(name.lower(), called, n=2 * _MOST)
    alike = [difflib.SequenceMatcher(None, words, name.lower()).ratio() for words in near]
    best = [called[words] for words, share in zip(near, alike, strict=True) if share > alike[0] - _NEAR]
    # A class begins with a capital letter, a property does not.
    ordered = [other for names in best for other in sorted(names, key=lambda n: n[:1].isupper() != name[:1].isupper())]
    return list(dict.fromkeys(ordered))[:_MOST]


def _did_you_mean(names: list[str]) -> str:
    return f"did you mean {' or '.join(names)}?" if names else ""


@cache
def _terms() -> tuple[tuple[str, str], ...]:
    """The terms of the ontology, each by its name and by its labels without spaces."""
    labels = [
        (quad.object.value.replace(" ", ""), quad.subject.value.removeprefix(KG_NS))
        for quad in ontology_quads("kg.ttl", "relations.ttl")
        if quad.predicate == _LABEL and isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.Literal)
    ]
    names = list(dir(KG))
    return (*((name, name) for name in names), *(label for label in labels if label[1] in names))


def _is_known(graph: KnowledgeGraph, name: str) -> bool:
    node = ox.NamedNode(KGR_NS + name)
    return bool(graph.query(f"ASK {{ {{ {node} ?p ?o }} UNION {{ ?s ?p {node} }} UNION {{ GRAPH {node} {{}} }} }}"))


def _entities(graph: KnowledgeGraph) -> Iterator[tuple[str, str]]:
    """The entities of a graph, each by its id and its name."""
    for node, label in graph.query("SELECT ?e ?n WHERE { ?e rdfs:label ?n } ORDER BY ?e").rows:
        id = str(node).removeprefix(KGR_NS)
        yield id, id
        yield str(label).replace(" ", "_"), id
