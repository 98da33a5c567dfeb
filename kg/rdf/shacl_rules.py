"""The shapes of `shapes.ttl` that are SPARQL, once more in Python: each finds the same nodes, without a query.

A query over an article costs more than all other checks of it together. Tests hold each rule against pySHACL, which
runs the query, and refuse a query without a rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from types import MappingProxyType

import pyoxigraph as ox

from kg.rdf.shacl import Properties, View, ontology
from kg.rdf.shacl_values import Node, number
from kg.rdf.vocabulary import KG, term

__all__ = ["RULES"]

_TYPE, _SUBJECT, _PREDICATE, _OBJECT = (term(f"rdf:{name}") for name in ("type", "subject", "predicate", "object"))
_LABEL, _SOURCE, _BODY = term("rdfs:label"), term("prov:wasDerivedFrom"), term("schema:articleBody")
_BACKING = (KG.asserted, KG.reported)


def _claims(view: View) -> Iterator[tuple[Node, Properties]]:
    for node, properties in view.objects.items():
        if KG.Claim in properties.get(_TYPE, ()):
            yield node, properties


def _known_relation(view: View) -> Iterator[Node]:
    relations = ontology().relations
    for node, properties in view.objects.items():
        unknown = properties.get(_PREDICATE, {}).keys() - relations.keys()
        if unknown and not {KG.Inference, KG.Conclusion} & properties.get(_TYPE, {}).keys():
            yield node


def _described_entity(view: View) -> Iterator[Node]:
    described: dict[Node, bool] = {}
    for node, properties in _claims(view):
        for predicate in (_SUBJECT, _OBJECT, KG.attributedTo, KG.place):
            for entity in properties.get(predicate, ()):
                if entity not in described:
                    of = view.of(entity)
                    described[entity] = _TYPE in of and _LABEL in of
                if not described[entity]:
                    yield node


def _subject_type(view: View) -> Iterator[Node]:
    for node, properties in _claims(view):
        for relation, entity in product(properties.get(_PREDICATE, ()), properties.get(_SUBJECT, ())):
            allowed = ontology().relations.get(relation)
            types = view.of(entity).get(_TYPE)
            if allowed and types and allowed[0].isdisjoint(types):
                yield node


def _object_type(view: View) -> Iterator[Node]:
    for node, properties in _claims(view):
        for relation, entity in product(properties.get(_PREDICATE, ()), properties.get(_OBJECT, ())):
            allowed = ontology().relations.get(relation)
            types = view.of(entity).get(_TYPE)
            if allowed and types and (allowed[1] is None or allowed[1].isdisjoint(types)):
                yield node


def _needs_object(view: View) -> Iterator[Node]:
    relations = ontology().relations
    for node, properties in _claims(view):
        if _OBJECT not in properties:
            for relation in properties.get(_PREDICATE, ()):
                if relation in relations and relations[relation][1] is not None:
                    yield node


def _direct_triple(view: View) -> Iterator[Node]:
    for node, properties in _claims(view):
        if any(modality in _BACKING for modality in properties.get(KG.modality, ())):
            for subject, relation, object in _stated(properties):
                if object not in view.of(subject).get(relation, ()):
                    yield node


def _backed_triple(view: View) -> Iterator[Node]:
    relations = ontology().relations
    direct = [
        (node, predicate, value)
        for node, properties in view.objects.items()
        for predicate in properties.keys() & relations.keys()
        for value in properties[predicate]
    ]
    if not direct:
        return
    backed = {
        triple
        for properties in view.objects.values()
        if any(modality in _BACKING for modality in properties.get(KG.modality, ()))
        for triple in _stated(properties)
    }
    yield from (triple[0] for triple in direct if triple not in backed)


def _backed_inference(view: View) -> Iterator[Node]:
    backed = {
        triple
        for properties in view.objects.values()
        if KG.Inference in properties.get(_TYPE, ())
        for triple in _stated(properties)
    }
    for node, properties in view.objects.items():
        for value in properties.get(KG.actsFor, ()):
            if (node, KG.actsFor, value) not in backed:
                yield node


def _truthful_quote(view: View) -> Iterator[Node]:
    texts: dict[Node, list[str]] = {}
    for node, properties in view.objects.items():
        quotes = properties.get(KG.quote)
        if quotes is None:
            continue
        sides = product(quotes, properties.get(KG.start, ()), properties.get(KG.end, ()), properties.get(_SOURCE, ()))
        for quote, start, end, article in sides:
            first, last = _offset(start), _offset(end)
            if first is None or last is None or isinstance(quote, ox.BlankNode):
                continue
            if article not in texts:
                # The query takes STR() of the text, which an IRI has too; a blank node has none.
                texts[article] = [t.value for t in view.of(article).get(_BODY, ()) if not isinstance(t, ox.BlankNode)]
            if any(text[first:last] != quote.value for text in texts[article]):
                yield node


def _offset(value: Node) -> int | None:
    whole = isinstance(value, ox.Literal) and value.datatype == term("xsd:integer") and number(value) is not None
    return int(value.value) if whole else None


def _stated(properties: Properties) -> Iterator[tuple[Node, Node, Node]]:
    return product(properties.get(_SUBJECT, ()), properties.get(_PREDICATE, ()), properties.get(_OBJECT, ()))


RULES = MappingProxyType[str, Callable[[View], Iterator[Node]]](
    {
        "KnownRelationShape": _known_relation,
        "DescribedEntityShape": _described_entity,
        "SubjectTypeShape": _subject_type,
        "ObjectTypeShape": _object_type,
        "NeedsObjectShape": _needs_object,
        "DirectTripleShape": _direct_triple,
        "BackedTripleShape": _backed_triple,
        "BackedInferenceShape": _backed_inference,
        "TruthfulQuoteShape": _truthful_quote,
    }
)
"""The rules by the names of their shapes."""
