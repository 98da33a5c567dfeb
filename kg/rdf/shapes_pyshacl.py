"""The same check with pySHACL, which knows all of SHACL: far slower, and the measure of the fast one.

The articles of a batch go into one run, for a run over one article would mostly be preparation. Their resources get a
suffix, so that the articles do not make up for each other's faults.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

import pyoxigraph as ox
import rdflib
from rdflib.namespace import RDF, SH

from kg.rdf.shacl import CLOSED, Result, View
from kg.rdf.shacl_values import quiet, term_sh
from kg.rdf.vocabulary import KG, KG_NS, KGR_NS, ontology_quads

__all__ = ["check_with_pyshacl"]

_BATCH = 20_000  # triples: large enough to share the cost of a run, small enough for the memory


def check_with_pyshacl(graphs: Mapping[Any, list[ox.Quad]]) -> Iterator[tuple[Any, Result]]:
    """Run pySHACL over graphs.

    Args:
        graphs: The quads of each graph by its name.

    Yields:
        The name of the graph and what is wrong in it, one result for each that pySHACL reports.
    """
    for batch in _batches(graphs):
        yield from _check(batch)


def _batches(graphs: Mapping[Any, list[ox.Quad]]) -> Iterator[dict[Any, list[ox.Quad]]]:
    batch: dict[Any, list[ox.Quad]] = {}
    for name in sorted(graphs, key=str):
        if batch and sum(map(len, batch.values())) + len(graphs[name]) > _BATCH:
            yield batch
            batch = {}
        batch[name] = graphs[name]
    if batch:
        yield batch


def _check(batch: dict[Any, list[ox.Quad]]) -> Iterator[tuple[Any, Result]]:
    from pyshacl import validate  # slow to import, and most programs never need it

    data, terms = rdflib.Graph(), _Terms()
    with quiet():
        terms.add(data, ontology_quads("kg.ttl", "relations.ttl"))
        for name, content in batch.items():
            terms.add(data, content, name)
        conforms, report, _ = validate(data, shacl_graph=_shapes(), advanced=False, inplace=True, meta_shacl=False)
    if conforms:
        return
    for result in report.subjects(RDF.type, SH.ValidationResult):
        focus, value = report.value(result, SH.focusNode), report.value(result, SH.value)
        path = report.value(result, SH.resultPath)
        # A shape over all claims: what it found is the node at fault.
        if focus == rdflib.URIRef(KG.Claim.value) and value is not None:
            focus, value = value, None
        message = str(report.value(result, SH.resultMessage))
        if report.value(result, SH.sourceConstraintComponent) == SH.ClosedConstraintComponent:
            message = CLOSED
        node, name = terms.back.get(focus, (ox.NamedNode(str(focus)), None))
        wrong = terms.back[value][0] if value in terms.back else None
        named = ox.NamedNode(str(path)) if isinstance(path, rdflib.URIRef) else None
        yield name, Result(node, message, named, wrong)


class _Terms:
    """To rdflib's terms, and back to the term and the name of its graph."""

    def __init__(self) -> None:
        self.back: dict[Any, tuple[Any, Any]] = {}
        self._graphs: dict[Any, str] = {}

    def add(self, graph: rdflib.Graph, quads: Iterable[ox.Quad], name: Any = None) -> None:
        content = list(quads)
        suffix = "" if name is None else f"#{self._graphs.setdefault(name, str(len(self._graphs)))}"
        own = {q.subject for q in content if not str(q.subject).startswith(f"<{KG_NS}")} if suffix else set()
        for q in content:
            *ends, value = (self._to(node, suffix, own, name) for node in (q.subject, q.predicate, q.object))
            if isinstance(value, rdflib.BNode) and q.predicate in _compared():
                value = rdflib.Literal(value.n3())  # pySHACL stops at a blank node that is to be less than a number
                self.back[value] = (q.object, name)
            graph.add((*ends, value))

    def _to(self, node: Any, suffix: str, own: set[Any], name: Any) -> Any:
        made: Any
        if isinstance(node, ox.NamedNode):
            marked = suffix and (node in own or node.value.startswith(KGR_NS))
            made = rdflib.URIRef(node.value + suffix if marked else node.value)
        elif isinstance(node, ox.Literal):
            datatype = None if node.language else rdflib.URIRef(node.datatype.value)
            made = rdflib.Literal(node.value, lang=node.language, datatype=datatype, normalize=False)
        else:
            made = rdflib.BNode((node.value if isinstance(node, ox.BlankNode) else str(node)) + suffix)
        self.back[made] = (node, name)
        return made


@cache
def _compared() -> frozenset[ox.NamedNode]:
    """The properties whose values are compared with those of another."""
    found = set()
    for of in View(ontology_quads("shapes.ttl")).objects.values():
        for other in (*of.get(term_sh("lessThan"), ()), *of.get(term_sh("lessThanOrEquals"), ())):
            found |= {other, *of[term_sh("path")]}
    return frozenset(found)


@cache
def _shapes() -> rdflib.Graph:
    shapes = rdflib.Graph()
    _Terms().add(shapes, ontology_quads("shapes.ttl"))
    return shapes
