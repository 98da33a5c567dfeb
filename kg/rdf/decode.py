"""From quads back to extractions: what `kg.rdf.encode` writes comes back the same.

RDF has no order, so records come back in document order, and sorted where a document gives none: see `canonical`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import TypeVar

import pyoxigraph as ox

from kg.errors import DataError
from kg.facts.acting import ActsFor
from kg.model import (
    Article,
    Block,
    BlockKind,
    Claim,
    Entity,
    EntityType,
    Evidence,
    Extraction,
    Modality,
    Qualifiers,
    Quantity,
    Quotation,
)
from kg.rdf.encode import COMPARISONS
from kg.rdf.vocabulary import KG, KG_NS, article_id, claim_id, entity_id, local_name, term, wikidata_id

__all__ = [
    "Description",
    "canonical",
    "claim_order",
    "extractions",
    "merge_claims",
    "read_acts_for",
    "read_article",
    "read_claim",
    "read_entity",
]

_T = TypeVar("_T")
_COMPARISONS = {name: comparison for comparison, name in COMPARISONS.items()}
_Object = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


class Description:
    """Triples that can be asked by subject and predicate, or by predicate and object.

    Args:
        quads: Of one graph, or of several that shall be seen as one.
    """

    def __init__(self, quads: Iterable[ox.Quad]) -> None:
        self._objects: dict[ox.NamedNode, dict[ox.NamedNode, list[_Object]]] = defaultdict(lambda: defaultdict(list))
        self._subjects: dict[tuple[ox.NamedNode, ox.NamedNode], list[ox.NamedNode]] = defaultdict(list)
        for quad in quads:  # a triple of several graphs comes several times: what is asked for is told once
            if isinstance(quad.subject, ox.NamedNode):
                self._objects[quad.subject][quad.predicate].append(quad.object)
                if isinstance(quad.object, ox.NamedNode):
                    self._subjects[quad.predicate, quad.object].append(quad.subject)

    def subjects(self, predicate: str, object: ox.NamedNode) -> list[ox.NamedNode]:
        """What points to a node, sorted by IRI."""
        return sorted(set(self._subjects.get((term(predicate), object), ())), key=lambda node: node.value)

    def nodes(self, subject: ox.NamedNode, predicate: str) -> list[ox.NamedNode]:
        """The IRIs that a node points to, sorted."""
        found = self._objects.get(subject, {}).get(term(predicate), ())
        return sorted({o for o in found if isinstance(o, ox.NamedNode)}, key=lambda node: node.value)

    def texts(self, subject: ox.NamedNode, predicate: str) -> list[str]:
        """The values of a node's literals, sorted and each once."""
        found = self._objects.get(subject, {}).get(term(predicate), ())
        return sorted({o.value for o in found if isinstance(o, ox.Literal)})

    def node(self, subject: ox.NamedNode, predicate: str) -> ox.NamedNode | None:
        """One IRI that a node points to, `None` if there is none."""
        return next(iter(self.nodes(subject, predicate)), None)

    def text(self, subject: ox.NamedNode, predicate: str) -> str | None:
        """One literal of a node, `None` if there is none."""
        return next(iter(self.texts(subject, predicate)), None)

    def number(self, subject: ox.NamedNode, predicate: str, kind: Callable[[str], _T]) -> _T | None:
        """One number of a node, `None` if there is none.

        Raises:
            DataError: If it is not a number.
        """
        text = self.text(subject, predicate)
        try:
            return None if text is None else kind(text)
        except ValueError as error:
            message = f"{predicate} of {subject.value} is {text!r}, not a number"
            raise DataError(message, hint="kg validate shows all that is wrong") from error

    def need(self, subject: ox.NamedNode, predicate: str, value: _T | None) -> _T:
        """A value that must be there.

        Raises:
            DataError: If it is not.
        """
        if value is None:
            message = f"{subject.value} has no {predicate}"
            raise DataError(message, hint="kg validate shows all that is missing")
        return value


def extractions(quads: Iterable[ox.Quad]) -> Iterator[Extraction]:
    """Read every article that quads describe.

    One graph per article is what kg writes. Where several articles share a graph (Turtle has no names for graphs),
    evidence and mentions tell which record belongs to which article.

    Args:
        quads: In any order. Graphs without an article are passed over.

    Yields:
        Extractions in canonical order, sorted by article.

    Raises:
        DataError: If a record lacks what it must have or holds what it cannot.
    """
    graphs: dict[ox.NamedNode | ox.BlankNode | ox.DefaultGraph, list[ox.Quad]] = defaultdict(list)
    for quad in quads:
        graphs[quad.graph_name].append(quad)
    found: list[Extraction] = []
    for content in graphs.values():
        description = Description(content)
        articles = description.subjects("rdf:type", term("schema:NewsArticle"))
        found += (_read(description, article, alone=len(articles) == 1) for article in articles)
    yield from sorted(found, key=lambda extraction: extraction.article.id)


def canonical(extraction: Extraction) -> Extraction:
    """The same extraction in the order in which it comes back from RDF, each record once.

    Blocks and quotations stand in document order, claims in the order of their first evidence, entities, aliases and
    evidence sorted; equal claims are one.

    Example:
        >>> from kg.rdf.encode import quads
        >>> read = Extraction.of(Article("a1", "", language="de"), claims=[Claim("Polen", "supports", "Ukraine")])
        >>> next(extractions(quads(read))) == canonical(read)
        True
    """
    article = extraction.article
    blocks = tuple(sorted(set(article.blocks), key=lambda block: (block.start, block.end, block.kind)))
    entities = (replace(e, aliases=tuple(sorted(set(e.aliases)))) for e in extraction.entities)
    quotations = {replace(q, about=tuple(sorted(set(q.about)))) for q in extraction.quotations}
    return Extraction(
        replace(article, blocks=blocks),
        tuple(sorted(set(entities), key=lambda entity: entity.id)),
        tuple(sorted(merge_claims(extraction.claims), key=claim_order)),
        tuple(sorted(quotations, key=_quotation_order)),
    )


def merge_claims(claims: Iterable[Claim]) -> list[Claim]:
    """Make equal claims one, with the evidence of all, in order of first appearance.

    Args:
        claims: From any number of articles.
    """
    evidence: dict[Claim, set[Evidence]] = {}
    for claim in claims:
        evidence.setdefault(claim, set()).update(claim.evidence)
    return [replace(claim, evidence=tuple(sorted(found))) for claim, found in evidence.items()]


def claim_order(claim: Claim) -> tuple[str, int, int, str]:
    """Sort key: the first evidence, then the id; claims without evidence come first."""
    first = min(claim.evidence, default=None)
    return ("", 0, 0, claim.id) if first is None else (first.article, first.start, first.cue_start, claim.id)


def _quotation_order(q: Quotation) -> tuple[str, int, int, str, str, str, bool, tuple[str, ...]]:
    return (q.article, q.start, q.end, q.text, q.speaker or "", q.cue or "", q.direct, q.about)


# --- one record each -------------------------------------------------------------------------------------------------


def _read(d: Description, node: ox.NamedNode, *, alone: bool) -> Extraction:
    article = read_article(d, node)
    claims = d.subjects("rdf:type", KG.Claim)
    quotations = d.subjects("rdf:type", KG.Quotation)
    if not alone:
        own = {c for e in d.subjects("prov:wasDerivedFrom", node) for c in d.nodes(e, "kg:evidenceFor")}
        claims = [claim for claim in claims if claim in own]
        quotations = [q for q in quotations if d.node(q, "prov:wasDerivedFrom") == node]
    read = [read_claim(d, claim) for claim in claims]
    if not alone:
        read = [replace(c, evidence=tuple(e for e in c.evidence if e.article == article.id)) for c in read]
    return Extraction(
        article,
        tuple(sorted((read_entity(d, e) for e in d.nodes(node, "schema:mentions")), key=lambda e: e.id)),
        tuple(sorted(read, key=claim_order)),
        tuple(sorted((_read_quotation(d, q) for q in quotations), key=_quotation_order)),
    )


def read_article(description: Description, node: ox.NamedNode) -> Article:
    """Read one article; its text is empty if it was left out of the graph.

    Raises:
        DataError: If its data are wrong.
    """
    d = description
    published, blocks = d.text(node, "schema:datePublished"), d.texts(node, "kg:block")
    try:
        return Article(
            id=article_id(node),
            text=d.text(node, "schema:articleBody") or "",
            title=d.text(node, "schema:headline"),
            published=None if published is None else date.fromisoformat(published),
            publisher=d.text(node, "schema:publisher"),
            url=d.text(node, "schema:url"),
            language=d.text(node, "schema:inLanguage") or "de",
            blocks=tuple(sorted(map(_read_block, blocks), key=lambda block: (block.start, block.end, block.kind))),
        )
    except ValueError as error:
        message = f"{node.value} has a wrong date or block: {error}"
        raise DataError(message, hint="kg validate shows all that is wrong") from error


def _read_block(text: str) -> Block:
    kind, start, end = text.split(" ")
    return Block(BlockKind(kind), int(start), int(end))


def read_entity(description: Description, node: ox.NamedNode) -> Entity:
    """Read one entity. Where several articles describe it, all its names come together.

    Raises:
        DataError: If it has no type or no name.
    """
    d = description
    types = [local_name(t) for t in d.nodes(node, "rdf:type") if t.value.startswith(KG_NS)]
    labels = d.texts(node, "rdfs:label")
    aliases = {*d.texts(node, "skos:altLabel"), *d.texts(node, "skos:hiddenLabel")}
    name = d.need(node, "rdfs:label", max(labels, key=len, default=None))
    country = d.node(node, "kg:country")
    return Entity(
        id=entity_id(node),
        type=EntityType(d.need(node, "rdf:type", next((t for t in types if t in set(EntityType)), None))),
        name=name,
        aliases=tuple(sorted({*aliases, *labels} - {name} if len(labels) > 1 else aliases)),
        wikidata=next((q for n in d.nodes(node, "owl:sameAs") if (q := wikidata_id(n))), None),
        country=None if country is None else entity_id(country),
        known="true" in d.texts(node, "kg:known"),
    )


def read_claim(description: Description, node: ox.NamedNode) -> Claim:
    """Read one claim with the evidence that the description holds, sorted.

    Raises:
        DataError: If it lacks subject, relation or modality.
    """
    d = description
    quantity = d.node(node, "kg:quantity")
    modality = local_name(d.need(node, "kg:modality", d.node(node, "kg:modality")))
    if modality not in set(Modality):
        message = f"{node.value} has the modality {modality!r}"
        raise DataError(message, hint="there are: " + ", ".join(Modality))
    return Claim(
        subject=entity_id(d.need(node, "rdf:subject", d.node(node, "rdf:subject"))),
        predicate=local_name(d.need(node, "rdf:predicate", d.node(node, "rdf:predicate"))),
        object=_entity(d, node, "rdf:object"),
        qualifiers=Qualifiers(
            modality=Modality(modality),
            source=_entity(d, node, "kg:attributedTo"),
            begins=d.text(node, "kg:begins"),
            ends=d.text(node, "kg:ends"),
            place=_entity(d, node, "kg:place"),
            quantity=None if quantity is None else _read_quantity(d, quantity),
            role=d.text(node, "kg:role"),
        ),
        evidence=tuple(sorted(_read_evidence(d, e) for e in d.subjects("kg:evidenceFor", node))),
    )


def read_acts_for(description: Description, node: ox.NamedNode) -> ActsFor:
    """Read one inference: who acts for which state, and the claims that it follows from.

    Raises:
        DataError: If it lacks actor or state.
    """
    d = description
    return ActsFor(
        actor=entity_id(d.need(node, "rdf:subject", d.node(node, "rdf:subject"))),
        state=entity_id(d.need(node, "rdf:object", d.node(node, "rdf:object"))),
        claims=tuple(sorted(map(claim_id, d.nodes(node, "prov:wasDerivedFrom")))),
    )


def _read_evidence(d: Description, node: ox.NamedNode) -> Evidence:
    def offset(predicate: str) -> int:
        return d.need(node, predicate, d.number(node, predicate, int))

    return Evidence(
        article=article_id(d.need(node, "prov:wasDerivedFrom", d.node(node, "prov:wasDerivedFrom"))),
        start=offset("kg:start"),
        end=offset("kg:end"),
        quote=d.need(node, "kg:quote", d.text(node, "kg:quote")),
        rule=d.need(node, "kg:rule", d.text(node, "kg:rule")),
        cue_start=offset("kg:cueStart"),
        cue_end=offset("kg:cueEnd"),
        confidence=d.need(node, "kg:confidence", d.number(node, "kg:confidence", float)),
    )


def _read_quantity(d: Description, node: ox.NamedNode) -> Quantity:
    comparison = local_name(d.need(node, "kg:comparison", d.node(node, "kg:comparison")))
    if comparison not in _COMPARISONS:
        message = f"{node.value} has the comparison {comparison!r}"
        raise DataError(message, hint="there are: " + ", ".join(_COMPARISONS))
    return Quantity(
        text=d.need(node, "kg:text", d.text(node, "kg:text")),
        value=d.number(node, "kg:value", float),
        unit=d.text(node, "kg:unit"),
        comparison=_COMPARISONS[comparison],
        upper=d.number(node, "kg:upper", float),
    )


def _read_quotation(d: Description, node: ox.NamedNode) -> Quotation:
    return Quotation(
        article=article_id(d.need(node, "prov:wasDerivedFrom", d.node(node, "prov:wasDerivedFrom"))),
        start=d.need(node, "kg:start", d.number(node, "kg:start", int)),
        end=d.need(node, "kg:end", d.number(node, "kg:end", int)),
        text=d.need(node, "kg:quote", d.text(node, "kg:quote")),
        speaker=_entity(d, node, "kg:speaker"),
        cue=d.text(node, "kg:cue"),
        direct=d.text(node, "kg:direct") != "false",
        about=tuple(sorted(entity_id(e) for e in d.nodes(node, "schema:about"))),
    )


def _entity(d: Description, node: ox.NamedNode, predicate: str) -> str | None:
    found = d.node(node, predicate)
    return None if found is None else entity_id(found)
