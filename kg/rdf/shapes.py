"""Check a graph against the shapes of the ontology, and say in plain words what is wrong and where."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import pyoxigraph as ox
import rdflib
from rdflib.namespace import RDF, SH

from kg.rdf.results import short
from kg.rdf.vocabulary import KG, KG_NS, KGR_NS, ontology_quads, term

__all__ = ["Violation", "validate"]

_BATCH = 20_000  # quads: large enough to share the cost of a run, small enough for the memory


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that is wrong in a graph.

    Attributes:
        message: What is wrong, in one sentence that names the node.
        node: The IRI of the node at fault.
        value: The value at fault, `None` if something is missing.
        article: The IRI of the article in whose graph it stands, `None` if that graph has no name.
        quote: The sentence that the claim or the evidence rests on, `None` if there is none.
    """

    message: str
    node: str
    value: str | None = None
    article: str | None = None
    quote: str | None = None

    def __str__(self) -> str:
        where = f"{short(self.article)}: " if self.article else ""
        return f"{where}{self.message}" + (f" — in the sentence: {self.quote}" if self.quote else "")


def validate(quads: Iterable[ox.Quad]) -> list[Violation]:
    """Check a graph against `ontology/shapes.ttl`, article by article.

    Args:
        quads: Of any number of articles.

    Returns:
        What is wrong, sorted; an empty list if the graph conforms.

    Example:
        >>> from kg.model import Article, Claim, Extraction
        >>> from kg.rdf.encode import quads
        >>> found = validate(quads(Extraction.of(Article("a1", "…"), claims=[Claim("Polen", "supports", "Ukraine")])))
        >>> sorted(violation.message.partition(") ")[2] for violation in found)
        ['names an entity (as subject, object, source or place) that the graph does not describe', 'needs evidence']
    """
    graphs: dict[Any, list[ox.Quad]] = defaultdict(list)
    for quad in quads:
        graphs[quad.graph_name].append(quad)
    found: list[Violation] = []
    for batch in _batches(graphs):
        found += _check(batch)
    return sorted(set(found), key=lambda v: (v.article or "", v.node, v.message, v.value or ""))


def _batches(graphs: dict[Any, list[ox.Quad]]) -> Iterator[dict[Any, list[ox.Quad]]]:
    """Several small graphs at a time: a run over one article would mostly be preparation."""
    batch: dict[Any, list[ox.Quad]] = {}
    for name in sorted(graphs, key=str):
        if batch and sum(map(len, batch.values())) + len(graphs[name]) > _BATCH:
            yield batch
            batch = {}
        batch[name] = graphs[name]
    if batch:
        yield batch


def _check(batch: dict[Any, list[ox.Quad]]) -> Iterator[Violation]:
    from pyshacl import validate as check  # slow to import, and most programs never validate

    data = rdflib.Graph()
    with _quiet():
        _add(data, ontology_quads("kg.ttl", "relations.ttl"))
        for number, content in enumerate(batch.values()):
            _add(data, content, f"#{number}")
        conforms, report, _ = check(data, shacl_graph=_shapes(), advanced=False, inplace=True, meta_shacl=False)
    if conforms:
        return
    batch_facts = _Facts(batch)
    for result in report.subjects(RDF.type, SH.ValidationResult):
        yield batch_facts.violation(report, result)


class _Facts:
    """What the messages need: where a node stands, and how to name it."""

    def __init__(self, batch: dict[Any, list[ox.Quad]]) -> None:
        self._names = list(batch)
        self._contents = list(batch.values())

    def violation(self, report: rdflib.Graph, result: Any) -> Violation:
        focus, value = report.value(result, SH.focusNode), report.value(result, SH.value)
        path = report.value(result, SH.resultPath)
        if focus == rdflib.URIRef(KG.Claim.value):  # a shape over all claims: what it found is the node at fault
            focus, value = value, None
        said = report.value(result, SH.resultMessage)
        if str(report.value(result, SH.sourceConstraintComponent)).endswith("ClosedConstraintComponent"):
            said = f"has the property {short(str(path))}, which the model does not know"
        node, _, number = str(focus).partition("#")
        graph = int(number)
        wrong = None if value is None else str(value)
        if isinstance(value, rdflib.URIRef):
            wrong = str(value).removesuffix(f"#{graph}")
        name = self._names[graph]
        values = self._values(graph, node)
        return Violation(
            message=f"{_name(node, values)} {said}" + ("" if wrong is None else f": {short(wrong)}"),
            node=node,
            value=wrong,
            article=name.value if isinstance(name, ox.NamedNode) else None,
            quote=min((" ".join(q.split()) for q in values[KG.quote.value]), default=None),
        )

    def _values(self, graph: int, node: str) -> dict[str, list[str]]:
        """The values of a node by property, a claim's with the quotes of its evidence."""
        values: dict[str, list[str]] = defaultdict(list)
        evidence = {node}
        for q in self._contents[graph]:
            if _text(q.subject) == node:
                values[q.predicate.value].append(_text(q.object))
            elif q.predicate == KG.evidenceFor and _text(q.object) == node:
                evidence.add(_text(q.subject))
        quotes = (q for q in self._contents[graph] if q.predicate == KG.quote and _text(q.subject) in evidence)
        return defaultdict(list, {**values, KG.quote.value: [_text(q.object) for q in quotes]})


def _text(node: Any) -> str:
    return str(node) if isinstance(node, ox.Triple) else str(node.value)


def _name(node: str, values: dict[str, list[str]]) -> str:
    types = values[term("rdf:type").value]
    if KG.Claim.value in types:
        parts = (min(values[term(f"rdf:{part}").value], default="") for part in ("subject", "predicate", "object"))
        words = " ".join(short(p).partition(":")[2] or p for p in parts if p)
        return f"the claim {node.rpartition('/')[2]} ({words})"
    kind = next((t.removeprefix(KG_NS).lower() for t in types if t.startswith(KG_NS)), "node")
    return f"the {'article' if term('schema:NewsArticle').value in types else kind} {short(node)}"


@cache
def _shapes() -> rdflib.Graph:
    shapes = rdflib.Graph()
    _add(shapes, ontology_quads("shapes.ttl"))
    return shapes


def _add(graph: rdflib.Graph, quads: Iterable[ox.Quad], suffix: str = "") -> None:
    """Copy triples; resources get a suffix, so that the articles of a batch do not make up for each other's faults."""
    for q in quads:
        graph.add((_to_rdflib(q.subject, suffix), _to_rdflib(q.predicate, suffix), _to_rdflib(q.object, suffix)))


def _to_rdflib(node: Any, suffix: str) -> Any:
    if isinstance(node, ox.NamedNode):
        return rdflib.URIRef(node.value + suffix if node.value.startswith(KGR_NS) else node.value)
    if isinstance(node, ox.Literal):
        datatype = None if node.language else rdflib.URIRef(node.datatype.value)
        return rdflib.Literal(node.value, lang=node.language, datatype=datatype, normalize=False)
    return rdflib.BNode(node.value if isinstance(node, ox.BlankNode) else str(node))


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep rdflib from logging every ill-typed literal; the shapes report them."""
    logger = logging.getLogger("rdflib.term")
    disabled, logger.disabled = logger.disabled, True
    try:
        yield
    finally:
        logger.disabled = disabled
