"""Claims as a network: a `networkx.MultiDiGraph`, measures of it, and files for other programs.

Actors are nodes, every claim is an edge of its own whose key is the claim's id. A claim without an object
(`suffersCasualties`) is a loop at its subject. Attributes are strings, numbers and truth values only; what is unknown
is left out, since GraphML knows no empty value.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, Self

import networkx as nx

from kg.errors import SettingsError, StoreError
from kg.model import Article, Claim, Entity, Extraction, Modality
from kg.network_communities import louvain
from kg.sheets import sheet_cell
from kg.vocabulary import RELATIONS

__all__ = [
    "FORMATS",
    "ClaimSet",
    "ClaimSource",
    "Measures",
    "communities",
    "measure",
    "network_text",
    "to_networkx",
    "write_network",
]

FORMATS = ("graphml", "gexf", "csv")
_EXACT = 500  # nodes up to which betweenness is computed
_SEED = 7
_COLUMNS = (
    "subject", "predicate", "object", "label_de", "label_en", "modality", "source", "begins", "ends", "place",
    "quantity", "role", "confidence", "score", "weight", "quote", "article", "title", "published", "url",
    "subject_id", "object_id", "claim",
)  # fmt: skip
# what XML 1.0 forbids, and half characters that UTF-8 cannot write
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'


class ClaimSource(Protocol):
    """What a network is made from: a `KnowledgeGraph`, a `ClaimSet`."""

    def claims(self) -> Iterable[Claim]:
        """All claims, each once, with all of its evidence."""

    def entities(self) -> Iterable[Entity]:
        """At least the entities that the claims name."""

    def articles(self) -> Iterable[Article]:
        """At least the articles that the evidence names."""


@dataclass(frozen=True, slots=True)
class ClaimSet:
    """Claims with their entities and articles, outside a store: a selection, or what was just extracted.

    Attributes:
        claim_records: The claims.
        entity_records: What they name.
        article_records: The articles.
        read: How many articles were read, where more were than are here.
        found: How many claims were found, where more were than are here.

    Example:
        >>> from kg.model import Entity, EntityType
        >>> russia, ukraine = Entity("RU", EntityType.COUNTRY, "Russland"), Entity("UA", EntityType.COUNTRY, "Ukraine")
        >>> to_networkx(ClaimSet((Claim("RU", "attacks", "UA"),), (russia, ukraine))).number_of_edges()
        1
    """

    claim_records: tuple[Claim, ...] = ()
    entity_records: tuple[Entity, ...] = ()
    article_records: tuple[Article, ...] = ()
    read: int | None = None
    found: int | None = None

    @classmethod
    def of(cls, extractions: Iterable[Extraction]) -> Self:
        """Unite extractions: a claim said in several articles becomes one with all of its evidence."""
        claims: dict[str, Claim] = {}
        entities: dict[str, Entity] = {}
        articles: dict[str, Article] = {}
        for extraction in extractions:
            articles[extraction.article.id] = extraction.article
            for entity in extraction.entities:
                entities.setdefault(entity.id, entity)
            for claim in extraction.claims:
                known = claims.get(claim.id)
                evidence = claim.evidence if known is None else tuple(sorted({*known.evidence, *claim.evidence}))
                q = claim.qualifiers
                claims[claim.id] = Claim(claim.subject, claim.predicate, claim.object, q, evidence)
        return cls(tuple(claims.values()), tuple(entities.values()), tuple(articles.values()))

    def claims(self) -> tuple[Claim, ...]:
        """All claims."""
        return self.claim_records

    def entities(self) -> tuple[Entity, ...]:
        """All entities."""
        return self.entity_records

    def articles(self) -> tuple[Article, ...]:
        """All articles."""
        return self.article_records


@dataclass(frozen=True, slots=True)
class Measures:
    """How an actor stands in the network.

    Attributes:
        degree: Number of different neighbours.
        claims: Number of claims about it.
        betweenness: Share of shortest paths that lead through it, 0 to 1; `None` in networks of more than 500 nodes.
        community: Number of its community, from 0, the largest first.
    """

    degree: int
    claims: int
    betweenness: float | None
    community: int


def to_networkx(graph: ClaimSource, *, strict: bool = False, measures: bool = False) -> nx.MultiDiGraph[str]:
    """Build the network of all claims.

    Args:
        graph: A knowledge graph, or a `ClaimSet`.
        strict: Take asserted claims only.
        measures: Write `degree`, `betweenness` and `community` to the nodes as well.

    Returns:
        Nodes by entity id, in the order of their ids; edges by claim id. Nodes bear `label`, `type`, `weight` (number
        of claims), `known` and, where there are any, `wikidata`, `country`, `aliases` (joined by `|`). Edges bear
        `claim`, `predicate`, `label_de`, `label_en`, `modality`, `confidence`, `weight` (pieces of evidence) and, where
        known, `score` (-10 conflict to 10 cooperation), `source`, `begins`, `ends`, `place`, `quantity`, `role`,
        `objectless`, and of the best evidence `quote`, `article`, `title`, `published`, `url`.
    """
    claims = sorted(
        (c for c in graph.claims() if not strict or c.qualifiers.modality is Modality.ASSERTED),
        key=lambda c: (c.subject, c.predicate, c.object or "", c.id),
    )
    entities = {e.id: e for e in graph.entities()}
    articles = {a.id: a for a in graph.articles()}
    weight: dict[str, int] = {}
    for claim in claims:
        for end in {claim.subject, claim.object or claim.subject}:
            weight[end] = weight.get(end, 0) + 1
    network: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for name in sorted(weight):
        network.add_node(name, **_node(name, entities.get(name)), weight=weight[name])
    for claim in claims:
        network.add_edge(claim.subject, claim.object or claim.subject, claim.id, **_edge(claim, entities, articles))
    if measures:
        for name, values in measure(network).items():
            network.nodes[name].update(_present(_attributes(values)))
    return network


def _attributes(values: Measures) -> dict[str, Any]:
    """The measures that become attributes of a node (`claims` is its `weight` already)."""
    return {"degree": values.degree, "betweenness": values.betweenness, "community": values.community}


def _node(name: str, entity: Entity | None) -> dict[str, Any]:
    if entity is None:  # a claim whose entity is missing is shown, not lost
        return {"label": _writable(name), "type": "Unknown", "known": False}
    return _present(
        {
            "label": entity.name or name,
            "type": str(entity.type),
            "known": entity.known,
            "wikidata": entity.wikidata,
            "country": entity.country,
            "aliases": "|".join(entity.aliases) or None,
        }
    )


def _edge(claim: Claim, entities: Mapping[str, Entity], articles: Mapping[str, Article]) -> dict[str, Any]:
    q = claim.qualifiers
    relation = RELATIONS.get(claim.predicate)
    labels = {} if relation is None else relation.labels
    best = min(claim.evidence, key=lambda e: (-e.confidence, e), default=None)
    article = None if best is None else articles.get(best.article)

    def named(reference: str | None) -> str | None:
        entity = entities.get(reference) if reference else None
        return reference if entity is None else entity.name

    return _present(
        {
            "claim": claim.id,
            "predicate": claim.predicate,
            "label_de": labels.get("de", claim.predicate),
            "label_en": labels.get("en", claim.predicate),
            "score": None if relation is None or relation.score is None else float(relation.score),
            "modality": str(q.modality),
            "source": named(q.source),
            "begins": q.begins,
            "ends": q.ends,
            "place": named(q.place),
            "quantity": None if q.quantity is None else q.quantity.text,
            "role": q.role,
            "confidence": float(claim.confidence),
            "weight": len(claim.evidence),
            "objectless": claim.object is None or None,
            "quote": None if best is None else best.quote,
            "article": None if best is None else best.article,
            "title": None if article is None else article.title,
            "published": None if article is None or article.published is None else article.published.isoformat(),
            "url": None if article is None else article.url,
        }
    )


def _present(attributes: Mapping[str, Any]) -> dict[str, Any]:
    return {k: _writable(v) if isinstance(v, str) else v for k, v in attributes.items() if v is not None}


def _writable(text: str) -> str:
    return _UNWRITABLE.sub("\ufffd", text)


def communities(network: nx.Graph[str], *, seed: int = _SEED) -> dict[str, int]:
    """Find the communities of a network (Louvain), each pair weighted by its number of claims.

    Args:
        network: Any network; directions and loops do not matter.
        seed: The same seed gives the same communities in every process.

    Returns:
        The number of each node's community, the largest community being 0.
    """
    number = {name: i for i, name in enumerate(network)}
    found = louvain(len(number), ((number[a], number[b]) for a, b in network.edges()), seed=seed)
    return dict(zip(network, found, strict=True))


def measure(network: nx.MultiDiGraph[str]) -> dict[str, Measures]:
    """Measure every node.

    Returns:
        `Measures` by node, in the order of the nodes.

    Example:
        >>> chain = nx.MultiDiGraph([("a", "b"), ("b", "c"), ("b", "c")])
        >>> measure(chain)["b"].degree, measure(chain)["b"].claims, measure(chain)["b"].betweenness
        (2, 3, 1.0)
    """
    pairs: nx.Graph[str] = nx.Graph()
    pairs.add_nodes_from(network)
    pairs.add_edges_from((a, b) for a, b in network.edges() if a != b)
    between = nx.betweenness_centrality(pairs) if len(pairs) <= _EXACT else {}
    groups = communities(network)
    claims = dict.fromkeys(network, 0)
    for a, b in network.edges():
        for end in {a, b}:
            claims[end] += 1
    return {
        name: Measures(
            degree=pairs.degree(name),
            claims=claims[name],
            betweenness=round(between[name], 6) if name in between else None,
            community=groups[name],
        )
        for name in network
    }


def network_text(network: nx.MultiDiGraph[str], format: str) -> str:
    """Write a network as GraphML, GEXF or a list of edges in CSV.

    Args:
        network: What `to_networkx` gives.
        format: One of `FORMATS`.

    Returns:
        The file's text; the same network gives the same text.

    Raises:
        SettingsError: If there is no such format.
    """
    if any(_UNWRITABLE.search(name) for name in network):
        network = nx.relabel_nodes(network, {name: _writable(name) for name in network})
    if format == "graphml":
        return _XML + "\n".join(nx.generate_graphml(network)) + "\n"
    if format == "gexf":
        # networkx writes the day of writing, and the same network shall give the same file
        text = _XML + "\n".join(nx.generate_gexf(network)) + "\n"
        return re.sub(r' lastmodifieddate="[^"]*"', "", text, count=1)
    if format == "csv":
        return _csv(network)
    message = f"no network format {format!r}"
    raise SettingsError(message, hint="there are: " + ", ".join(FORMATS))


def write_network(network: nx.MultiDiGraph[str], path: str | Path, *, format: str | None = None) -> Path:
    """Write a network to a file.

    Args:
        network: What `to_networkx` gives.
        path: The file; it is replaced.
        format: One of `FORMATS`; without it the file's suffix decides.

    Returns:
        The path.

    Raises:
        SettingsError: If there is no such format.
        StoreError: If the file cannot be written.
    """
    path = Path(path)
    text = network_text(network, format or path.suffix.removeprefix(".").lower())
    try:
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        message = "the network cannot be written"
        raise StoreError(message, source=path, hint=error.strerror or str(error)) from error
    return path


def _csv(network: nx.MultiDiGraph[str]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_COLUMNS)
    for a, b, data in network.edges(data=True):
        alone = bool(data.get("objectless"))
        row = {
            **data,
            "subject": network.nodes[a].get("label", a),
            "object": "" if alone else network.nodes[b].get("label", b),
            "subject_id": a,
            "object_id": "" if alone else b,
        }
        cells = (row.get(column, "") for column in _COLUMNS)
        writer.writerow([sheet_cell(cell) if isinstance(cell, str) else cell for cell in cells])
    return out.getvalue()
