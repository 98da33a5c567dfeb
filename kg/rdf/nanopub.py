"""Claims as nanopublications: each alone, with where it comes from and who published it.

A nanopublication is four named graphs: a head that joins them, the assertion (the claim), its provenance (the evidence
with its sentence, the article and its source) and what there is to say of the publication itself. They are not signed
and bear no trusty URI: whoever publishes them does that, with a key of his own (`np sign` of the library nanopub).

Their time is that of what they tell, never of the clock: the day of the newest article that the claim rests on, for it
could not be told before. So the same graph gives the same file on any day.

Source:
    Nanopublication Guidelines, https://nanopub.net/guidelines/working_draft/
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import pyoxigraph as ox

from kg.rdf.shacl import View
from kg.rdf.vocabulary import KG, PREFIXES, digest_iri, term

__all__ = ["NANOPUB_PREFIXES", "nanopublications"]

NANOPUB_PREFIXES = {
    **PREFIXES,
    "dcterms": "http://purl.org/dc/terms/",
    "np": "http://www.nanopub.org/nschema#",
    "npx": "http://purl.org/nanopub/x/",
}
"""The prefixes of a file of nanopublications."""

_ARTICLE = ("rdf:type", "schema:headline", "schema:datePublished", "schema:publisher", "schema:url")
_TYPE, _LABEL, _DERIVED = term("rdf:type"), term("rdfs:label"), term("prov:wasDerivedFrom")
_PUBLISHED = term("schema:datePublished")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SUBJECT, _RELATION, _OBJECT = (term(f"rdf:{part}") for part in ("subject", "predicate", "object"))


def nanopublications(
    quads: Iterable[ox.Quad], *, creator: str | None = None, created: datetime | None = None
) -> Iterator[ox.Quad]:
    """Write every claim that has evidence as a nanopublication of its own.

    Args:
        quads: Of any number of articles; a claim of several gets the evidence of all.
        creator: IRI of who publishes, such as an ORCID; left out if `None`.
        created: When, with a time zone. If `None`, each is of the day (midnight UTC) of the newest article that its
            claim rests on, and of no time where no article bears a day.

    Yields:
        The quads of the head, the assertion, the provenance and the publication information of each.

    Example:
        >>> from kg.rdf.reference import example
        >>> len({quad.graph_name for quad in nanopublications(example())})
        4
    """
    view = View(quads)
    claims = [node for node, of in view.objects.items() if KG.Claim in of.get(_TYPE, ())]
    for claim in sorted(claims, key=str):
        evidence = sorted(set(view.subjects(KG.evidenceFor, claim)), key=str)
        if evidence:
            yield from _Nanopublication(view, claim, evidence).quads(creator, created)


class _Nanopublication:
    def __init__(self, view: View, claim: Any, evidence: list[Any]) -> None:
        self._view, self._claim, self._evidence = view, claim, evidence
        self.iri = digest_iri("nanopub", claim.value, *(e.value for e in evidence))

    def quads(self, creator: str | None, created: datetime | None) -> Iterator[ox.Quad]:
        head, assertion, provenance, publication = (
            ox.NamedNode(f"{self.iri.value}/{part}") for part in ("head", "assertion", "provenance", "pubinfo")
        )
        yield ox.Quad(self.iri, _TYPE, _np("Nanopublication"), head)
        yield ox.Quad(self.iri, _np("hasAssertion"), assertion, head)
        yield ox.Quad(self.iri, _np("hasProvenance"), provenance, head)
        yield ox.Quad(self.iri, _np("hasPublicationInfo"), publication, head)
        yield from self._assertion(assertion)
        yield from self._provenance(assertion, provenance)
        yield from self._publication(publication, creator, created)

    def _assertion(self, graph: ox.NamedNode) -> Iterator[ox.Quad]:
        of = self._view.of(self._claim)
        yield from self._all(self._claim, graph)
        for quantity in of.get(KG.quantity, ()):
            yield from self._all(quantity, graph)
        for subject in of.get(_SUBJECT, ()):
            for relation in of.get(_RELATION, ()):
                for object in of.get(_OBJECT, ()):
                    if object in self._view.of(subject).get(relation, ()) and self._is_affirmed():
                        yield ox.Quad(subject, relation, object, graph)

    def _is_affirmed(self) -> bool:
        return not {KG.asserted, KG.reported}.isdisjoint(self._view.of(self._claim).get(KG.modality, ()))

    def _provenance(self, assertion: ox.NamedNode, graph: ox.NamedNode) -> Iterator[ox.Quad]:
        for source in self._view.of(self._claim).get(KG.attributedTo, ()):
            yield ox.Quad(assertion, term("prov:wasAttributedTo"), source, graph)
        for evidence in self._evidence:
            yield ox.Quad(assertion, _DERIVED, evidence, graph)
            yield from (q for q in self._all(evidence, graph) if q.predicate != KG.evidenceFor)
            yield ox.Quad(evidence, KG.evidenceFor, self._claim, graph)
            for article in self._view.of(evidence).get(_DERIVED, ()):
                of = self._view.of(article)
                yield from (ox.Quad(article, term(p), v, graph) for p in _ARTICLE for v in of.get(term(p), ()))

    def _publication(self, graph: ox.NamedNode, creator: str | None, created: datetime | None) -> Iterator[ox.Quad]:
        of = self._view.of(self._claim)
        for type_ in of.get(_TYPE, ()):
            yield ox.Quad(self.iri, ox.NamedNode(NANOPUB_PREFIXES["npx"] + "hasNanopubType"), type_, graph)
        if creator is not None:
            yield ox.Quad(self.iri, _dc("creator"), ox.NamedNode(creator), graph)
        told = self._newest_day() if created is None else created.isoformat(timespec="seconds")
        if told is not None:
            yield ox.Quad(self.iri, _dc("created"), ox.Literal(told, datatype=term("xsd:dateTime")), graph)
        for part in (_SUBJECT, _RELATION, _OBJECT, KG.attributedTo, KG.place):
            for node in of.get(part, ()):
                yield from (ox.Quad(node, _LABEL, name, graph) for name in self._view.of(node).get(_LABEL, ()))

    def _newest_day(self) -> str | None:
        articles = (article for e in self._evidence for article in self._view.of(e).get(_DERIVED, ()))
        days = (day.value for article in articles for day in self._view.of(article).get(_PUBLISHED, ()))
        newest = max((day for day in days if _DAY.fullmatch(day)), default=None)
        return None if newest is None else f"{newest}T00:00:00+00:00"

    def _all(self, node: Any, graph: ox.NamedNode) -> Iterator[ox.Quad]:
        for predicate, values in self._view.of(node).items():
            yield from (ox.Quad(node, predicate, value, graph) for value in values)


def _np(name: str) -> ox.NamedNode:
    return ox.NamedNode(NANOPUB_PREFIXES["np"] + name)


def _dc(name: str) -> ox.NamedNode:
    return ox.NamedNode(NANOPUB_PREFIXES["dcterms"] + name)
