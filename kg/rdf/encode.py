"""From an extraction to quads: one named graph per article, no blank nodes, every IRI made from what it names.

Beside each affirmed claim that is asserted or reported stands the direct triple `subject relation object`. What is
alleged, planned or negated is a claim node only, so a naive query never reads a denial or an accusation as a fact.
The confidence stands at the evidence, for two articles may make the same claim more or less clearly. What follows from
claims without being said (`kg:actsFor`) is an inference: a node of its own, derived from the claims that it names.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

import pyoxigraph as ox

from kg.facts.acting import ActsFor, acts_for
from kg.lexicon_places import location_of
from kg.model import Article, Claim, Comparison, Entity, Evidence, Extraction, Quantity, Quotation
from kg.rdf.names import other_names
from kg.rdf.readings import reading_of
from kg.rdf.vocabulary import KG, article_iri, claim_iri, digest_iri, entity_iri, term, wikidata_iri
from kg.vocabulary import RELATIONS

__all__ = ["COMPARISONS", "evidence_iri", "inference_iri", "quads", "quantity_iri", "quotation_iri"]

COMPARISONS = {
    Comparison.EXACTLY: "exactly",
    Comparison.ABOUT: "approximately",
    Comparison.AT_LEAST: "atLeast",
    Comparison.AT_MOST: "atMost",
    Comparison.BETWEEN: "between",
}
"""The ontology's name for each comparison."""

_SURROGATE = re.compile("[\ud800-\udfff]")
_DATES = (
    (re.compile(r"\d{4}-\d\d-\d\d"), "xsd:date"),
    (re.compile(r"\d{4}-\d\d"), "xsd:gYearMonth"),
    (re.compile(r"\d{4}"), "xsd:gYear"),
)


def quads(extraction: Extraction, *, text: bool = True) -> Iterator[ox.Quad]:
    """Write what was read from one article as RDF.

    Args:
        extraction: The article and all that was read from it.
        text: Whether to keep the article's text in the graph. Without it the graph can be passed on where the text
            may not be; quotes of single sentences stay.

    Yields:
        Quads of the graph that bears the article's IRI. Some may come twice.

    Raises:
        DataError: If a claim names a relation that the ontology does not have.

    Example:
        >>> from kg.model import Entity, EntityType, Claim
        >>> claim = Claim("Polen", "supports", "Ukraine")
        >>> extraction = Extraction.of(Article("a1", ""), claims=[claim])
        >>> any(q.predicate == KG.supports for q in quads(extraction))
        True
    """
    writer = _Writer(extraction.article)
    yield from writer.article(extraction, text=text)
    for entity in extraction.entities:
        yield from writer.entity(entity)
    for claim in extraction.claims:
        yield from writer.claim(claim)
    for quotation in extraction.quotations:
        yield from writer.quotation(quotation)
    for link in acts_for(extraction):
        yield from writer.inference(link)


def evidence_iri(evidence: Evidence) -> ox.NamedNode:
    """The IRI of a piece of evidence, made from all its fields."""
    e = evidence
    return digest_iri(
        "evidence", e.article, e.start, e.end, e.quote, e.rule, e.cue_start, e.cue_end, float(e.confidence)
    )


def inference_iri(link: ActsFor) -> ox.NamedNode:
    """The IRI of an inference, made from what it says and the claims that it follows from."""
    return digest_iri("inference", link.actor, "actsFor", link.state, *link.claims)


def quantity_iri(quantity: Quantity) -> ox.NamedNode:
    """The IRI of a quantity, made from all its fields."""
    q = quantity
    return digest_iri("quantity", q.text, _float(q.value), q.unit, q.comparison, _float(q.upper))


def quotation_iri(quotation: Quotation) -> ox.NamedNode:
    """The IRI of a quotation, made from all its fields."""
    q = quotation
    return digest_iri("quotation", q.article, q.start, q.end, q.text, q.speaker, q.cue, q.direct, *sorted(set(q.about)))


class _Writer:
    """Makes the quads of one article; holds what they share: the graph's name and the language."""

    def __init__(self, article: Article) -> None:
        self.graph = article_iri(article.id)
        self.language = _language_tag(article.language)
        self.read_in = article.language

    def article(self, extraction: Extraction, *, text: bool) -> Iterator[ox.Quad]:
        article, node = extraction.article, self.graph
        yield self._quad(node, "rdf:type", term("schema:NewsArticle"))
        yield self._quad(node, "schema:identifier", _string(article.id))
        yield self._quad(node, "schema:inLanguage", _string(article.language))
        yield self._quad(node, "schema:sha256", _string(article.digest))
        if text:
            yield self._quad(node, "schema:articleBody", self._words(article.text))
        if article.title is not None:
            yield self._quad(node, "schema:headline", self._words(article.title))
        if article.published is not None:
            yield self._quad(node, "schema:datePublished", _typed(article.published.isoformat(), "xsd:date"))
        if article.publisher is not None:
            yield self._quad(node, "schema:publisher", _string(article.publisher))
        if article.url is not None:
            yield self._quad(node, "schema:url", _typed(article.url, "xsd:anyURI"))
        for block in article.blocks:
            yield self._quad(node, "kg:block", _string(f"{block.kind} {block.start} {block.end}"))
        for entity in extraction.entities:
            yield self._quad(node, "schema:mentions", entity_iri(entity.id))

    def entity(self, entity: Entity) -> Iterator[ox.Quad]:
        node = entity_iri(entity.id)
        yield self._quad(node, "rdf:type", KG.node(entity.type))
        yield self._quad(node, "rdfs:label", self._words(entity.name))
        names = other_names(entity, self.read_in)
        for alias in entity.aliases:  # the main name among them: a text calls it so
            yield self._quad(node, "skos:altLabel" if alias in names else "skos:hiddenLabel", self._words(alias))
        if entity.wikidata:
            yield self._quad(node, "owl:sameAs", wikidata_iri(entity.wikidata))
        if place := location_of(entity):
            if place.iri:
                yield self._quad(node, "owl:sameAs", ox.NamedNode(place.iri))
            yield self._quad(node, "schema:latitude", _number(place.latitude))
            yield self._quad(node, "schema:longitude", _number(place.longitude))
        if entity.country:
            yield self._quad(node, "kg:country", entity_iri(entity.country))
        yield self._quad(node, "kg:known", _boolean(entity.known))

    def claim(self, claim: Claim) -> Iterator[ox.Quad]:
        node, q = claim_iri(claim.id), claim.qualifiers
        subject, predicate = entity_iri(claim.subject), KG.node(claim.predicate)
        yield self._quad(node, "rdf:type", KG.Claim)
        yield self._quad(node, "rdf:type", KG.StateClaim if _is_state(claim.predicate) else KG.EventClaim)
        yield self._quad(node, "rdf:subject", subject)
        yield self._quad(node, "rdf:predicate", predicate)
        yield self._quad(node, "kg:modality", KG.node(q.modality))
        if claim.object is not None:
            yield self._quad(node, "rdf:object", entity_iri(claim.object))
            if claim.affirmed:
                yield ox.Quad(subject, predicate, entity_iri(claim.object), self.graph)
        if q.source is not None:
            yield self._quad(node, "kg:attributedTo", entity_iri(q.source))
        if q.begins is not None:
            yield self._quad(node, "kg:begins", _date(q.begins))
        if q.ends is not None:
            yield self._quad(node, "kg:ends", _date(q.ends))
        if q.place is not None:
            yield self._quad(node, "kg:place", entity_iri(q.place))
        if q.role is not None:
            yield self._quad(node, "kg:role", self._words(q.role))
        if q.quantity is not None:
            yield self._quad(node, "kg:quantity", quantity_iri(q.quantity))
            yield from self._quantity(q.quantity)
        for evidence in claim.evidence:
            yield from self._evidence(evidence, node)

    def _evidence(self, evidence: Evidence, claim: ox.NamedNode) -> Iterator[ox.Quad]:
        node = evidence_iri(evidence)
        yield self._quad(node, "rdf:type", KG.Evidence)
        yield self._quad(node, "kg:evidenceFor", claim)
        yield self._quad(node, "prov:wasDerivedFrom", article_iri(evidence.article))
        yield self._quad(node, "kg:quote", self._words(evidence.quote))
        yield self._quad(node, "kg:start", _integer(evidence.start))
        yield self._quad(node, "kg:end", _integer(evidence.end))
        yield self._quad(node, "kg:cueStart", _integer(evidence.cue_start))
        yield self._quad(node, "kg:cueEnd", _integer(evidence.cue_end))
        yield self._quad(node, "kg:rule", _string(evidence.rule))
        yield self._quad(node, "kg:confidence", _number(evidence.confidence))
        if (reading := reading_of(evidence.rule)) is not None:
            activity = digest_iri("reading", evidence.rule)
            yield self._quad(node, "prov:wasGeneratedBy", activity)
            yield self._quad(activity, "rdf:type", KG.Reading)
            yield self._quad(activity, "kg:engine", _string(reading.engine))
            yield self._quad(activity, "kg:endpointHost", _string(reading.host))
            yield self._quad(activity, "kg:languageModel", _string(reading.model))
            yield self._quad(activity, "kg:instructions", _string(reading.instructions))

    def _quantity(self, quantity: Quantity) -> Iterator[ox.Quad]:
        node = quantity_iri(quantity)
        yield self._quad(node, "rdf:type", KG.Quantity)
        yield self._quad(node, "kg:text", self._words(quantity.text))
        yield self._quad(node, "kg:comparison", KG.node(COMPARISONS[quantity.comparison]))
        if quantity.value is not None:
            yield self._quad(node, "kg:value", _number(quantity.value))
        if quantity.upper is not None:
            yield self._quad(node, "kg:upper", _number(quantity.upper))
        if quantity.unit is not None:
            yield self._quad(node, "kg:unit", self._words(quantity.unit))

    def quotation(self, quotation: Quotation) -> Iterator[ox.Quad]:
        node = quotation_iri(quotation)
        yield self._quad(node, "rdf:type", KG.Quotation)
        yield self._quad(node, "prov:wasDerivedFrom", article_iri(quotation.article))
        yield self._quad(node, "kg:quote", self._words(quotation.text))
        yield self._quad(node, "kg:start", _integer(quotation.start))
        yield self._quad(node, "kg:end", _integer(quotation.end))
        yield self._quad(node, "kg:direct", _boolean(quotation.direct))
        if quotation.speaker is not None:
            yield self._quad(node, "kg:speaker", entity_iri(quotation.speaker))
        if quotation.cue is not None:
            yield self._quad(node, "kg:cue", self._words(quotation.cue))
        for entity in quotation.about:
            yield self._quad(node, "schema:about", entity_iri(entity))

    def inference(self, link: ActsFor) -> Iterator[ox.Quad]:
        node, actor, state = inference_iri(link), entity_iri(link.actor), entity_iri(link.state)
        yield self._quad(actor, "kg:actsFor", state)
        yield self._quad(node, "rdf:type", KG.Inference)
        yield self._quad(node, "rdf:subject", actor)
        yield self._quad(node, "rdf:predicate", KG.actsFor)
        yield self._quad(node, "rdf:object", state)
        for claim in link.claims:
            yield self._quad(node, "prov:wasDerivedFrom", claim_iri(claim))

    def _quad(self, subject: ox.NamedNode, predicate: str, object: ox.NamedNode | ox.Literal) -> ox.Quad:
        return ox.Quad(subject, term(predicate), object, self.graph)

    def _words(self, words: str) -> ox.Literal:
        return ox.Literal(_clean(words), language=self.language) if self.language else _string(words)


def _is_state(predicate: str) -> bool:
    return predicate in RELATIONS and RELATIONS[predicate].stative


def _clean(words: str) -> str:
    """Replace what UTF-8 cannot hold (half of a surrogate pair) one for one, so that offsets stay true."""
    return _SURROGATE.sub("\ufffd", words)


@lru_cache(maxsize=256)
def _language_tag(language: str) -> str | None:
    """The language as RDF allows it, `None` if it is no language tag: the words then go without one."""
    try:
        return ox.Literal("", language=language).language
    except ValueError:
        return None


def _string(words: str) -> ox.Literal:
    return ox.Literal(_clean(words))


def _typed(value: str, datatype: str) -> ox.Literal:
    return ox.Literal(_clean(value), datatype=term(datatype))


def _integer(value: int) -> ox.Literal:
    return _typed(str(value), "xsd:integer")


def _boolean(value: bool) -> ox.Literal:
    return _typed("true" if value else "false", "xsd:boolean")


def _number(value: float) -> ox.Literal:
    """A number in the one form that a store keeps as it is: an integer where it is one, else a decimal."""
    if not math.isfinite(value):
        return _typed(str(value).upper().replace("NAN", "NaN"), "xsd:double")
    if value == int(value):
        return _integer(int(value))
    return _typed(format(Decimal(repr(float(value))), "f"), "xsd:decimal")


def _date(value: str) -> ox.Literal:
    for pattern, datatype in _DATES:
        if pattern.fullmatch(value):
            return _typed(value, datatype)
    return _string(value)


def _float(value: float | None) -> float | None:
    return None if value is None else float(value)
