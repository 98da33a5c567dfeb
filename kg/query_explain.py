"""Where a claim comes from: the sentence, the word, the rule, the article."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kg.model import Article, Claim, Entity, Evidence, Quantity
from kg.rdf.vocabulary import KGR_NS
from kg.store import KnowledgeGraph
from kg.vocabulary import RELATIONS

__all__ = ["Derivation", "Explanation", "derivation", "explain"]

_ID = re.compile(r"[0-9a-f]+")


@dataclass(frozen=True, slots=True)
class Explanation:
    """A claim with all that it rests on.

    Attributes:
        claim: The claim with its evidence.
        entities: The entities that it names, by id.
        articles: The articles that its evidence names, by id.
    """

    claim: Claim
    entities: dict[str, Entity]
    articles: dict[str, Article]

    def name(self, entity: str | None) -> str:
        """The name of an entity; its id if the graph does not describe it, a dash for none."""
        if entity is None:
            return "–"
        return self.entities[entity].name if entity in self.entities else entity

    def cue(self, evidence: Evidence) -> str:
        """The words that triggered the claim, as far as they lie in the quote."""
        start, end = evidence.cue_start - evidence.start, evidence.cue_end - evidence.start
        return evidence.quote[start:end] if 0 <= start <= end else ""

    def sentence(self, language: str = "en") -> str:
        """The claim as a phrase.

        Args:
            language: Of the relation's label; `de` or `en`.
        """
        relation = RELATIONS.get(self.claim.predicate)
        label = relation.labels.get(language, relation.name) if relation else self.claim.predicate
        object = "" if self.claim.object is None else f" {self.name(self.claim.object)}"
        return f"{self.name(self.claim.subject)} {label}{object}"

    def __str__(self) -> str:
        q = self.claim.qualifiers
        lines = [self.sentence(), f"  claim      {self.claim.id}"]
        lines.append(f"  triple     {self.claim.subject} kg:{self.claim.predicate} {self.claim.object or '–'}")
        lines.append(f"  modality   {q.modality}" + ("" if q.source is None else f", said by {self.name(q.source)}"))
        if q.begins or q.ends:
            lines.append(f"  time       {_period(q.begins, q.ends)}")
        if q.place:
            lines.append(f"  place      {self.name(q.place)}")
        if q.quantity:
            lines.append(f"  quantity   {_quantity(q.quantity)}")
        if q.role:
            lines.append(f"  role       {q.role}")
        for number, evidence in enumerate(self.claim.evidence, 1):
            lines += ["", *self._evidence(number, evidence)]
        if not self.claim.evidence:
            lines += ["", "  no evidence"]
        return "\n".join(lines)

    def _evidence(self, number: int, evidence: Evidence) -> list[str]:
        article = self.articles.get(evidence.article)
        about = [] if article is None else [article.title, article.publisher, article.published, article.url]
        lines = [f"  evidence {number}", f"    article    {evidence.article}"]
        lines += [f"               {', '.join(str(a) for a in about if a)}"] if any(about) else []
        lines.append(f"    sentence   {evidence.start}-{evidence.end}: {' '.join(evidence.quote.split())}")
        lines.append(f"    trigger    {evidence.cue_start}-{evidence.cue_end}: {' '.join(self.cue(evidence).split())}")
        lines.append(f"    rule       {evidence.rule}")
        lines.append(f"    confidence {evidence.confidence:g}")
        if article is not None and article.text and article.text[evidence.start : evidence.end] != evidence.quote:
            lines.append("    caution    the article's text does not say this at these offsets")
        return lines


def explain(graph: KnowledgeGraph, claim: str) -> Explanation:
    """Walk back from a claim to the words that it rests on.

    Args:
        graph: What holds the claim.
        claim: The claim's id, its first characters, or its IRI, whole or as `kgr:claim/…`.

    Returns:
        The explanation; `str` of it is for people.

    Raises:
        QueryError: If there is no such claim, or more than one.
    """
    found = graph.claim(claim.rpartition("/")[2].rstrip(">"))
    q = found.qualifiers
    wanted = {found.subject, found.object, q.source, q.place} - {None}
    entities = {id: entity for id in sorted(filter(None, wanted)) if (entity := graph.entity(id)) is not None}
    articles = {e.article: article for e in found.evidence if (article := graph.article(e.article)) is not None}
    return Explanation(found, entities, articles)


@dataclass(frozen=True, slots=True)
class Derivation:
    """A conclusion of `kg.reason` with all that it rests on.

    Attributes:
        id: Of the conclusion.
        sentence: The conclusion as a phrase.
        rule: Name of the rule, with its title.
        premises: The claims that it rests on, the one that it says in other words first.
    """

    id: str
    sentence: str
    rule: str
    premises: tuple[Explanation, ...]

    def __str__(self) -> str:
        lines = [self.sentence, f"  conclusion {self.id}", f"  rule       {self.rule}", "", "It rests on:"]
        return "\n\n".join(["\n".join(lines), *map(str, self.premises)])


def derivation(graph: KnowledgeGraph, conclusion: str) -> Derivation | None:
    """Walk back from a conclusion to the claims and words that it rests on.

    Args:
        graph: What holds the conclusion.
        conclusion: Its id, the first characters of it, or its IRI, whole or as `kgr:conclusion/…`.

    Returns:
        The derivation, `None` if there is no such conclusion, or more than one.
    """
    id = conclusion.strip().rpartition("/")[2].rstrip(">")
    if not _ID.fullmatch(id):
        return None
    asked = f"""SELECT ?c ?main ?rule ?title ?s ?sName ?r ?o ?oName WHERE {{
        ?c a kg:Conclusion ; kg:mainPremise ?main ; prov:wasGeneratedBy ?rule .
        ?c rdf:subject ?s ; rdf:predicate ?r ; rdf:object ?o .
        OPTIONAL {{ ?rule rdfs:label ?title FILTER (LANG(?title) = "en") }}
        OPTIONAL {{ ?s rdfs:label ?sName }} OPTIONAL {{ ?o rdfs:label ?oName }}
        FILTER (STRSTARTS(STR(?c), "{KGR_NS}conclusion/{id}")) }} ORDER BY ?c ?sName ?oName"""
    rows = graph.query(asked, inferred=True).dicts()
    if len({row["c"] for row in rows}) != 1:
        return None
    row = {name: str(value) for name, value in rows[0].items() if value is not None}
    premises = graph.query(f"SELECT ?p WHERE {{ <{row['c']}> prov:wasDerivedFrom ?p }} ORDER BY ?p", inferred=True)
    claims = sorted((str(p[0]) for p in premises), key=lambda iri: (iri != row["main"], iri))
    name = row["r"].rpartition("/")[2]
    relation = RELATIONS[name].labels["en"] if name in RELATIONS else name
    rule = row["rule"].rpartition("/")[2]
    return Derivation(
        row["c"].rpartition("/")[2],
        f"{row.get('sName', row['s'])} {relation} {row.get('oName', row['o'])}",
        f"{rule} ({row['title']})" if "title" in row else rule,
        tuple(explain(graph, claim) for claim in claims),
    )


def _period(begins: str | None, ends: str | None) -> str:
    if begins == ends:
        return str(begins)
    return f"{begins or '…'} to {ends or '…'}"


def _quantity(quantity: Quantity) -> str:
    if quantity.value is None:
        return quantity.text
    upper = "" if quantity.upper is None else f" to {quantity.upper:,.10g}"
    return f"{quantity.text} ({quantity.comparison} {quantity.value:,.10g}{upper} {quantity.unit or ''})".replace(
        " )", ")"
    )
