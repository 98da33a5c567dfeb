"""Claims that contradict each other, linked: what one article affirms and another denies, and figures that differ.

Two claims are about the same if subject, relation and object are, and their times do not exclude each other; where a
time is not known, the articles must have appeared within a fortnight (figures: two days). Figures of one article are
taken for those of different events. Only denials and figures are looked at, never all pairs of claims.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from kg.rdf.links import CONTRADICTIONS, contradiction_quads
from kg.rdf.vocabulary import KG, claim_id, term
from kg.store import KnowledgeGraph
from kg.vocabulary import RELATIONS

__all__ = ["contradictions", "link_contradictions"]

_DENIAL_DAYS = 14
_FIGURE_DAYS = 2  # later figures are news
_ABOUT = 0.1  # of a number that is not exact, either way
_BATCH = 500  # claims asked about at once
_AFFIRMED = "FILTER (?m IN (kg:asserted, kg:reported, kg:alleged))"
_DENIED = """SELECT DISTINCT ?one ?other WHERE {
  ?other kg:modality kg:negated ; rdf:subject ?s ; rdf:predicate ?r ; rdf:object ?o .
  %s
  ?one rdf:predicate ?r ; kg:modality ?m .
  %s
}"""
_FIGURES = f"""SELECT ?claim ?s ?r ?o ?place ?value ?upper ?how ?unit WHERE {{
  ?claim kg:quantity ?size ; a kg:Claim ; rdf:subject ?s ; rdf:predicate ?r ; kg:modality ?m .
  ?size kg:value ?value ; kg:unit ?unit ; kg:comparison ?how .
  {_AFFIRMED}
  OPTIONAL {{ ?claim rdf:object ?o }}
  OPTIONAL {{ ?claim kg:place ?place }}
  OPTIONAL {{ ?size kg:upper ?upper }}
}}"""
_TIMES = """SELECT ?claim ?begins ?ends (MIN(?day) AS ?first) (MAX(?day) AS ?last)
  (GROUP_CONCAT(DISTINCT STR(?article)) AS ?articles) WHERE {
  VALUES ?claim { %s }
  OPTIONAL { ?claim kg:begins ?begins }
  OPTIONAL { ?claim kg:ends ?ends }
  OPTIONAL {
    ?evidence kg:evidenceFor ?claim ; prov:wasDerivedFrom ?article
    OPTIONAL { ?article schema:datePublished ?day }
  }
} GROUP BY ?claim ?begins ?ends"""


@dataclass(frozen=True, slots=True)
class _Time:
    """When a claim holds, as ISO 8601, the first and last day on which it was published, and the articles."""

    begins: str | None = None
    ends: str | None = None
    first: date | None = None
    last: date | None = None
    articles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Figure:
    claim: Any
    place: Any
    low: float
    high: float


def link_contradictions(graph: KnowledgeGraph) -> int:
    """Link the claims of a graph that contradict each other, in the place of the links of before.

    The links stand in a graph of their own, as `kg:contradicts`, in both directions.

    Returns:
        The number of pairs.

    Raises:
        StoreError: If the graph cannot be read or written.

    Example:
        >>> from kg.model import Article, Claim, Extraction, Modality, Qualifiers
        >>> said = Claim("Peru", "attacks", "Ecuador")
        >>> denied = Claim("Peru", "attacks", "Ecuador", Qualifiers(Modality.NEGATED))
        >>> graph = KnowledgeGraph()
        >>> graph.add(
        ...     Extraction.of(Article("a1", ""), claims=[said]), Extraction.of(Article("a2", ""), claims=[denied])
        ... )
        >>> link_contradictions(graph)
        1
    """
    pairs = contradictions(graph)
    quads = set(contradiction_quads(pairs))
    if quads != set(graph.quads(CONTRADICTIONS)):
        graph.put_graph(CONTRADICTIONS, quads)
    return len(pairs)


def contradictions(graph: KnowledgeGraph) -> list[tuple[str, str]]:
    """The claims of a graph that contradict each other.

    Returns:
        Pairs of ids, the lower first, sorted.
    """
    denied = _denied(graph)
    groups = _figures(graph)
    named = {node for pair in denied for node in pair} | {f.claim for group in groups for f in group}
    times = _times(graph, sorted(named, key=str))
    found = {pair for pair in denied if _same_time(times[pair[0]], times[pair[1]], _DENIAL_DAYS)}
    for group in groups:
        found.update(_differing(group, times))
    return sorted({_ordered(claim_id(one), claim_id(other)) for one, other in found})


def _denied(graph: KnowledgeGraph) -> set[tuple[Any, Any]]:
    """Pairs of an affirmed claim and one that denies the same; symmetric relations count in both directions."""
    mirrored = " ".join(str(KG.node(name)) for name, relation in RELATIONS.items() if relation.symmetric)
    asked = [_DENIED % ("?one rdf:subject ?s ; rdf:object ?o .", _AFFIRMED)]
    if mirrored:
        asked.append(_DENIED % ("?one rdf:subject ?o ; rdf:object ?s .", f"{_AFFIRMED} VALUES ?r {{ {mirrored} }}"))
    return {(one, other) for query in asked for one, other in graph.query(query).terms}


def _figures(graph: KnowledgeGraph) -> list[list[_Figure]]:
    """Figures of the same kind for the same statement, where there are several."""
    groups: dict[tuple[Any, ...], list[_Figure]] = defaultdict(list)
    rows: Any = graph.query(_FIGURES).terms
    for claim, subject, relation, other, place, value, upper, how, unit in rows:
        low, high = _range(float(value.value), None if upper is None else float(upper.value), how)
        groups[subject, relation, other, unit.value.casefold()].append(_Figure(claim, place, low, high))
    return [group for group in groups.values() if len(group) > 1]


def _range(value: float, upper: float | None, how: Any) -> tuple[float, float]:
    """The numbers that a figure leaves open."""
    if how == KG.atLeast:
        return value, float("inf")
    if how == KG.atMost:
        return float("-inf"), value
    if how == KG.approximately:
        return value * (1 - _ABOUT), value * (1 + _ABOUT)
    return value, value if upper is None else upper


def _differing(group: Sequence[_Figure], times: dict[Any, _Time]) -> Iterator[tuple[Any, Any]]:
    """Pairs of figures that cannot both be right."""
    ordered = sorted(group, key=lambda f: (times[f.claim].first or date.min, str(f.claim)))
    for place, one in enumerate(ordered):
        for other in ordered[place + 1 :]:
            if not (one.high < other.low or other.high < one.low):
                continue
            if one.place is not None and other.place is not None and one.place != other.place:
                continue
            if times[one.claim].articles & times[other.claim].articles:
                continue
            if _same_time(times[one.claim], times[other.claim], _FIGURE_DAYS):
                yield one.claim, other.claim


def _times(graph: KnowledgeGraph, claims: Sequence[Any]) -> dict[Any, _Time]:
    found = {claim: _Time() for claim in claims}
    for batch in _batches(claims):
        rows: Any = graph.query(_TIMES % " ".join(map(str, batch))).terms
        for claim, begins, ends, first, last, articles in rows:
            found[claim] = _Time(
                None if begins is None else begins.value,
                None if ends is None else ends.value,
                _day(first),
                _day(last),
                frozenset(articles.value.split() if articles is not None else ()),
            )
    return found


def _same_time(one: _Time, other: _Time, days: int) -> bool:
    """Whether two claims may be about the same time."""
    if (one.begins or one.ends) and (other.begins or other.ends):
        return _before(one.begins, other.ends) and _before(other.begins, one.ends)
    if one.first is None or one.last is None or other.first is None or other.last is None:
        return True
    return (other.first - one.last).days <= days and (one.first - other.last).days <= days


def _before(begins: str | None, ends: str | None) -> bool:
    """Whether a beginning does not lie after an end; of unlike precision the coarser counts: 2024 holds 2024-10."""
    if begins is None or ends is None:
        return True
    length = min(len(begins), len(ends))
    return begins[:length] <= ends[:length]


def _day(node: Any) -> date | None:
    return None if node is None or node.datatype != term("xsd:date") else date.fromisoformat(node.value[:10])


def _ordered(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one < other else (other, one)


def _batches(items: Iterable[Any]) -> Iterator[list[Any]]:
    flow = iter(items)
    while batch := list(islice(flow, _BATCH)):
        yield batch
