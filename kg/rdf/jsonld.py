"""JSON-LD for people who write programs for the web: short names, claims with their evidence inside, plain values.

The context stands in every file, so that no reader needs a connection, and alone in `ontology/context.jsonld`. Each
named graph is an object with an `id` and a `graph`; evidence and quantities lie in their claim. All of it is
plain JSON-LD 1.1: any reader gets the same quads back.

Source:
    JSON-LD 1.1, W3C Recommendation 2020, https://www.w3.org/TR/json-ld11/
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from typing import Any

import pyoxigraph as ox

from kg.errors import SettingsError
from kg.rdf.vocabulary import KG, KG_NS, KGR_NS, PREFIXES, ontology_quads, term

__all__ = ["context", "write_json_ld"]

_EXACT = 2**53  # the largest range in which every reader of JSON keeps integers exact
_WORDS = "@language"
_SAFE = re.compile(r"[\w~%-][\w~%.-]*(/[\w~%-][\w~%.-]*)*")  # a path that no reader resolves to something else

_TERMS: dict[str, tuple[str, str]] = {
    # claims
    "subject": ("rdf:subject", "@id"),
    "relation": ("rdf:predicate", "@vocab"),
    "object": ("rdf:object", "@id"),
    "modality": ("kg:modality", "@vocab"),
    "source": ("kg:attributedTo", "@id"),
    "begins": ("kg:begins", "xsd:date"),
    "beginsMonth": ("kg:begins", "xsd:gYearMonth"),
    "beginsYear": ("kg:begins", "xsd:gYear"),
    "ends": ("kg:ends", "xsd:date"),
    "endsMonth": ("kg:ends", "xsd:gYearMonth"),
    "endsYear": ("kg:ends", "xsd:gYear"),
    "role": ("kg:role", _WORDS),
    # evidence and quotations
    "quote": ("kg:quote", _WORDS),
    "confidence": ("kg:confidence", "xsd:decimal"),
    "derivedFrom": ("prov:wasDerivedFrom", "@id"),
    "generatedBy": ("prov:wasGeneratedBy", "@id"),
    "cue": ("kg:cue", _WORDS),
    "about": ("schema:about", "@id"),
    # quantities
    "text": ("kg:text", _WORDS),
    "comparison": ("kg:comparison", "@vocab"),
    "value": ("kg:value", ""),
    "decimalValue": ("kg:value", "xsd:decimal"),
    "upper": ("kg:upper", ""),
    "decimalUpper": ("kg:upper", "xsd:decimal"),
    "unit": ("kg:unit", _WORDS),
    # entities
    "name": ("rdfs:label", _WORDS),
    "alsoKnownAs": ("skos:altLabel", _WORDS),
    "calledInTexts": ("skos:hiddenLabel", _WORDS),
    "sameAs": ("owl:sameAs", "@id"),
    "latitude": ("schema:latitude", "xsd:decimal"),
    "longitude": ("schema:longitude", "xsd:decimal"),
    # articles
    "articleId": ("schema:identifier", ""),
    "articleText": ("schema:articleBody", _WORDS),
    "textDigest": ("schema:sha256", ""),
    "title": ("schema:headline", _WORDS),
    "published": ("schema:datePublished", "xsd:date"),
    "publisher": ("schema:publisher", ""),
    "url": ("schema:url", "xsd:anyURI"),
    "language": ("schema:inLanguage", ""),
    "mentions": ("schema:mentions", "@id"),
}
"""What a property is called and what its values are: an IRI, a term of kg, words with a language, a datatype, plain."""

_FIRST = ("schema:NewsArticle", "kg:Claim", "kg:Quotation", "kg:Inference", "kg:Conclusion")
_TYPE = term("rdf:type")


@cache
def _terms() -> dict[str, tuple[str, str]]:
    """All names of the context: those above, and every other property of kg under its own."""
    terms = dict(_TERMS)
    named = {curie for curie, _ in terms.values()}
    kinds: dict[Any, str] = {term("owl:ObjectProperty"): "@id", term("owl:DatatypeProperty"): ""}
    for quad in ontology_quads("kg.ttl", "relations.ttl"):
        kind = kinds.get(quad.object) if quad.predicate == _TYPE else None
        if kind is not None and isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(KG_NS):
            name = quad.subject.value.removeprefix(KG_NS)
            if f"kg:{name}" not in named:
                terms.setdefault(name, (f"kg:{name}", kind))
    return terms


@cache
def context() -> dict[str, Any]:
    """The context: what the names in kg's JSON-LD mean.

    Example:
        >>> context()["relation"]
        {'@id': 'rdf:predicate', '@type': '@vocab'}
    """
    out: dict[str, Any] = {"@version": 1.1, "@base": KGR_NS, "@vocab": KG_NS, **PREFIXES}
    out |= {"id": "@id", "type": "@type", "graph": "@graph", "NewsArticle": "schema:NewsArticle"}
    for name, (curie, kind) in _terms().items():
        entry = {"@id": curie}
        if kind:
            entry["@container" if kind == _WORDS else "@type"] = kind
        out[name] = entry
    out["evidence"] = {"@reverse": "kg:evidenceFor", "@type": "@id"}
    return out


def write_json_ld(quads: Iterable[ox.Quad]) -> str:
    """Write quads as JSON-LD with the context of kg.

    Args:
        quads: In the order that the file shall have.

    Raises:
        SettingsError: If they hold triple terms, which JSON-LD cannot say.

    Example:
        >>> from kg.rdf.vocabulary import entity_iri
        >>> text = write_json_ld([ox.Quad(entity_iri("Polen"), KG.supports, entity_iri("Ukraine"))])
        >>> json.loads(text)["@graph"]
        [{'id': 'Polen', 'supports': 'Ukraine'}]
    """
    graphs: dict[Any, list[ox.Quad]] = defaultdict(list)
    for quad in dict.fromkeys(quads):
        graphs[quad.graph_name].append(quad)
    top = _nodes(graphs.pop(ox.DefaultGraph(), []))
    top += [{"id": _id(name), "graph": _nodes(content)} for name, content in graphs.items()]
    return json.dumps({"@context": context(), "@graph": top}, ensure_ascii=False, indent=2) + "\n"


def _nodes(quads: list[ox.Quad]) -> list[dict[str, Any]]:
    """The nodes of one graph, evidence and quantities inside their claim."""
    types: dict[Any, set[Any]] = defaultdict(set)
    for quad in quads:
        if quad.predicate == _TYPE:
            types[quad.subject].add(quad.object)
    claims = {node for node, of in types.items() if KG.Claim in of and not of & {KG.Evidence, KG.Quantity}}
    inside: dict[Any, Any] = {}  # a part, and the claim that it is written in
    for quad in quads:
        if quad.predicate == KG.evidenceFor and quad.object in claims and KG.Evidence in types[quad.subject]:
            inside.setdefault(quad.subject, quad.object)
        if quad.predicate == KG.quantity and quad.subject in claims and KG.Quantity in types[quad.object]:
            inside.setdefault(quad.object, quad.subject)
    nodes: dict[Any, dict[str, Any]] = {}
    for quad in quads:
        node = nodes.setdefault(quad.subject, {"id": _id(quad.subject)})
        if quad.predicate != KG.evidenceFor or quad.object not in claims:
            _put(node, quad)
    for quad in quads:
        if quad.predicate == KG.evidenceFor and quad.object in claims:
            own = inside.get(quad.subject) == quad.object
            _append(nodes[quad.object], "evidence", nodes[quad.subject] if own else _id(quad.subject))
        elif quad.predicate == KG.quantity and inside.get(quad.object) == quad.subject:
            parts = nodes[quad.subject]["quantity"]
            whole = [nodes[quad.object] if part == _id(quad.object) else part for part in _list(parts)]
            nodes[quad.subject]["quantity"] = whole if isinstance(parts, list) else whole[0]
    ranks = {term(curie): rank for rank, curie in enumerate(_FIRST)}
    entity = 0.5  # after the article
    roots = [node for node in nodes if node not in inside]
    roots.sort(key=lambda node: min((ranks.get(t, entity) for t in types[node]), default=len(_FIRST)))
    order = {name: rank for rank, name in enumerate(context())}
    for node in nodes.values():
        for key in sorted(node, key=lambda key: (order.get(key, len(order)), key)):
            node[key] = node.pop(key)
    return [nodes[node] for node in roots]


def _put(node: dict[str, Any], quad: ox.Quad) -> None:
    """Write one value where its kind belongs."""
    object: Any = quad.object
    if quad.predicate == _TYPE:
        _append(node, "type", _vocabulary(object))
        return
    for name, kind in _names().get(quad.predicate, ()):
        value = _plain(object, kind)
        if value is None:
            continue
        if kind == _WORDS:
            _append(node.setdefault(name, {}), object.language or "@none", value)
        else:
            _append(node, name, value)
        return
    _append(node, _curie(quad.predicate.value), _explicit(object))


@cache
def _names() -> dict[ox.NamedNode, list[tuple[str, str]]]:
    """What a property may be called, by the kinds of its values."""
    names: dict[ox.NamedNode, list[tuple[str, str]]] = defaultdict(list)
    for name, (curie, kind) in _terms().items():
        names[term(curie)].append((name, kind))
    return names


def _plain(value: Any, kind: str) -> Any:
    """A value as it stands under a name of this kind, `None` if it cannot."""
    if kind == "@id":
        return None if isinstance(value, ox.Literal | ox.Triple) else _id(value)
    if kind == "@vocab":
        return _vocabulary(value) if isinstance(value, ox.NamedNode) else None
    if not isinstance(value, ox.Literal) or value.direction is not None:
        return None
    if kind == _WORDS:
        return value.value if value.language or value.datatype == term("xsd:string") else None
    if kind:
        return value.value if value.datatype == term(kind) else None
    return _native(value)


def _native(literal: ox.Literal) -> Any:
    """A string, whole number or truth value of JSON that says exactly the literal, `None` if there is none."""
    text, datatype = literal.value, literal.datatype
    if datatype == term("xsd:string"):
        return text
    if datatype == term("xsd:boolean") and text in ("true", "false"):
        return text == "true"
    if datatype == term("xsd:integer") and re.fullmatch("-?[0-9]{1,16}", text):
        number = int(text)
        return number if abs(number) < _EXACT and str(number) == text else None
    return None


def _explicit(value: Any) -> Any:
    """A value that says itself what it is."""
    if isinstance(value, ox.Triple):
        message = "JSON-LD cannot hold triple terms"
        raise SettingsError(message, hint="write TriG or N-Quads")
    if not isinstance(value, ox.Literal):
        return {"id": _id(value)}
    if value.language:
        direction = {"@direction": str(value.direction)} if value.direction is not None else {}
        return {"@value": value.value, "@language": value.language, **direction}
    if value.datatype == term("xsd:string"):
        return value.value
    return {"@value": value.value, "@type": _curie(value.datatype.value)}


def _id(node: Any) -> str:
    """An IRI as an identifier: kg's own resources without what they share."""
    if not isinstance(node, ox.NamedNode):
        return str(node)
    local = node.value.removeprefix(KGR_NS)
    return local if local != node.value and _SAFE.fullmatch(local) else _curie(node.value)


def _vocabulary(node: Any) -> str:
    """An IRI as a term: kg's own by their names."""
    if not isinstance(node, ox.NamedNode):
        return str(node)
    local = node.value.removeprefix(KG_NS)
    entry = context().get(local, {"@id": f"kg:{local}"})  # a name of the context may mean something else
    means_it = isinstance(entry, dict) and entry.get("@id") == f"kg:{local}"
    if node == term("schema:NewsArticle"):
        return "NewsArticle"
    return local if local != node.value and local.isidentifier() and means_it else _curie(node.value)


def _curie(iri: str) -> str:
    for prefix, namespace in PREFIXES.items():
        local = iri.removeprefix(namespace)
        if local != iri and prefix != "kgr" and re.fullmatch(r"[\w-]+", local):
            return f"{prefix}:{local}"
    return iri


def _append(node: dict[str, Any], key: str, value: Any) -> None:
    node[key] = [*_list(node[key]), value] if key in node else value


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
