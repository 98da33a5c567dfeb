"""Check a graph against the shapes of the ontology, and say in plain words what is wrong, where, and what to do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, groupby
from typing import Any

import pyoxigraph as ox

from kg.rdf.foreign import Look
from kg.rdf.results import short
from kg.rdf.shacl import CLOSED, Result, View, shapes
from kg.rdf.shacl_rules import RULES
from kg.rdf.shapes_pyshacl import check_with_pyshacl
from kg.rdf.vocabulary import KG, KG_NS, term

__all__ = ["Violation", "check_graph", "validate", "validate_in_runs"]

_TYPE = term("rdf:type")
_NOT_OURS = "give a graph that `kg build` or `kg export` wrote; kg's shapes say nothing about other data"
_UNKNOWN_PROPERTY = "take it out, or say it of the article, the entity, or a node of your own"


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that is wrong in a graph.

    Attributes:
        message: What is wrong, in one sentence that names the node.
        node: The IRI of the node at fault.
        value: The value at fault, `None` if something is missing.
        article: The IRI of the article in whose graph it stands, `None` if that graph has no name.
        quote: The sentence that the claim or the evidence rests on, `None` if there is none.
        claim: The claim at stake in words (`Peru visits Chile`), `None` if none is.
        advice: What to do.
    """

    message: str
    node: str
    value: str | None = None
    article: str | None = None
    quote: str | None = None
    claim: str | None = None
    advice: str = ""

    def __str__(self) -> str:
        where = f"{short(self.article)}: " if self.article else ""
        quote = f" — in the sentence: {self.quote}" if self.quote else ""
        return f"{where}{self.message}{quote}" + (f" — to do: {self.advice}" if self.advice else "")


def validate(quads: Iterable[ox.Quad], *, pyshacl: bool = False) -> list[Violation]:
    """Check a graph against `ontology/shapes.ttl`, article by article.

    Args:
        quads: Of any number of articles.
        pyshacl: Whether pySHACL shall do it: the same answer, dozens of times slower.

    Returns:
        What is wrong, sorted; an empty list if the graph conforms. A graph without anything of kg in it does not: that
        is told first, at no node (`node` is empty). One without any triple does.

    Example:
        >>> from kg.model import Article, Claim, Extraction
        >>> from kg.rdf.encode import quads
        >>> found = validate(quads(Extraction.of(Article("a1", "…"), claims=[Claim("Polen", "supports", "Ukraine")])))
        >>> sorted(violation.message.partition(") ")[2] for violation in found)
        ['names an entity (as subject, object, source or place) that the graph does not describe', 'needs evidence']
    """
    graphs: dict[Any, list[ox.Quad]] = defaultdict(list)
    look = Look()
    for quad in look.at(quads):
        graphs[quad.graph_name].append(quad)
    if not pyshacl:
        return _sorted(_foreign(look), *(check_graph(name, content) for name, content in graphs.items()))
    views = {name: View(content) for name, content in graphs.items()}
    return _sorted(
        _foreign(look), (_violation(name, views[name], result) for name, result in check_with_pyshacl(graphs))
    )


def validate_in_runs(read: Callable[[], Iterable[ox.Quad]]) -> list[Violation]:
    """Check a graph that can be read more than once, in little memory if it comes article by article.

    Files that kg writes and stores do. Where a graph turns up again after another, all is read anew and kept.

    Args:
        read: Gives the quads, from their beginning at every call.

    Returns:
        The same as `validate`.

    Example:
        >>> from kg.rdf.reference import example
        >>> validate_in_runs(example)
        []
    """
    seen: set[Any] = set()
    found: list[Violation] = []
    look = Look()
    for name, run in groupby(look.at(read()), key=lambda quad: quad.graph_name):
        if name in seen:
            return validate(read())
        seen.add(name)
        found += check_graph(name, run)
    return _sorted(found, _foreign(look))


def check_graph(name: Any, quads: Iterable[ox.Quad]) -> Iterator[Violation]:
    """Check one graph; for many, one at a time, where not all fit into the memory.

    Args:
        name: Of the graph: a `pyoxigraph.NamedNode`, or anything else for none.
        quads: Its content.

    Yields:
        What is wrong, in no order; the same may come twice.
    """
    view = View(quads)
    if _describes_terms(view):  # the fast check takes the ontology as it is
        content = [ox.Quad(s, p, o) for s, of in view.objects.items() for p, values in of.items() for o in values]
        yield from (_violation(name, view, result) for _, result in check_with_pyshacl({name: content}))
        return
    for result in shapes().check(view):
        yield _violation(name, view, result)
    for rule, message in shapes().rules.items():
        for node in RULES[rule](view):
            yield _violation(name, view, Result(node, message))


def _describes_terms(view: View) -> bool:
    """Whether a graph says something about the ontology, such as a subclass of its own."""
    below = term("rdfs:subClassOf")
    return any(below in of or node.value.startswith(KG_NS) for node, of in view.objects.items())


def _foreign(look: Look) -> list[Violation]:
    """What is wrong with a graph of which nothing is kg's."""
    message = f"there is nothing of kg in the graph: {look.told()}"
    return [Violation(message, node="", advice=_NOT_OURS)] if look.is_foreign else []


def _sorted(*found: Iterable[Violation]) -> list[Violation]:
    return sorted(set(chain(*found)), key=lambda v: (v.article or "", v.node, v.message, v.value or ""))


def _violation(name: Any, view: View, result: Result) -> Violation:
    wrong = None if result.value is None else _text(result.value)
    said, advice = result.message, shapes().advice.get(result.message, "")
    if said == CLOSED and result.path is not None:
        said, advice = f"has the property {short(result.path.value)}, which the model does not know", _UNKNOWN_PROPERTY
    claims = _claims(view, result.node)
    quotes = [*_values(view, result.node, KG.quote)]
    quotes += [q for c in claims for e in view.subjects(KG.evidenceFor, c) for q in _values(view, e, KG.quote)]
    return Violation(
        message=f"{_name(view, result.node, claims)} {said}" + ("" if wrong is None else f": {short(wrong)}"),
        node=_text(result.node),
        value=wrong,
        article=name.value if isinstance(name, ox.NamedNode) else None,
        quote=min((" ".join(q.split()) for q in quotes), default=None),
        claim=_claim_words(view, claims[0]) if claims else None,
        advice=advice,
    )


def _claims(view: View, node: Any) -> list[Any]:
    """The claims that a node is of: itself, what it is evidence for, what has it as quantity."""
    if KG.Claim in view.of(node).get(_TYPE, ()):
        return [node]
    found = [*view.of(node).get(KG.evidenceFor, ()), *view.subjects(KG.quantity, node)]
    return sorted((c for c in found if KG.Claim in view.of(c).get(_TYPE, ())), key=lambda c: _claim_words(view, c))


def _name(view: View, node: Any, claims: list[Any]) -> str:
    types = _values(view, node, _TYPE)
    if claims == [node]:
        return f"the claim {_text(node).rpartition('/')[2]} ({_claim_words(view, node)})"
    kind = next((t.removeprefix(KG_NS).lower() for t in types if t.startswith(KG_NS)), "node")
    of = f" of the claim {_text(claims[0]).rpartition('/')[2]} ({_claim_words(view, claims[0])})" if claims else ""
    kind = "article" if term("schema:NewsArticle").value in types else kind
    return f"the {kind} {short(_text(node))}{of}"


def _claim_words(view: View, claim: Any) -> str:
    parts = (min(_values(view, claim, term(f"rdf:{part}")), default="") for part in ("subject", "predicate", "object"))
    return " ".join(short(p).partition(":")[2] or p for p in parts if p)


def _values(view: View, node: Any, predicate: ox.NamedNode) -> list[str]:
    return sorted(_text(value) for value in view.of(node).get(predicate, ()))


def _text(node: Any) -> str:
    return str(node) if isinstance(node, ox.Triple) else str(node.value)
