"""Reasoning on demand: what follows from claims by rules, kept apart from what was read.

A rule is a SPARQL CONSTRUCT in `kg/data/rules`, or in a file of one's own, that gives a blank node per conclusion:

```
CONSTRUCT { [] rdf:subject ?o ; rdf:predicate ?r ; rdf:object ?s ; kg:mainPremise ?claim }
WHERE { VALUES ?r { kg:meetsWith } ?claim rdf:predicate ?r ; rdf:subject ?s ; rdf:object ?o }
```

`kg:mainPremise` names the claim that the conclusion says in other words: modality, source, time, place, quantity and
evidence are its own. `prov:wasDerivedFrom` names what else it rests on. Rules see each other's conclusions and are
applied until nothing new follows; each conclusion names in the end the claims that it rests on and the rule.

Conclusions stand in a graph of their own, which no query sees unless asked (`inferred=True`), which leaves the articles
as they are, and which goes as soon as the graph loses anything that they might rest on.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.config import data_dir
from kg.errors import DataError, QueryError
from kg.query import NamedQuery, load_query
from kg.query_parameters import bind
from kg.rdf.vocabulary import INFERRED, KG, KGR_NS, digest_iri, term
from kg.store import KnowledgeGraph

__all__ = ["list_rules", "load_rule", "reason", "withdraw"]

_COPIED = [term(f"kg:{name}") for name in ("modality", "attributedTo", "begins", "ends", "place", "quantity", "role")]
_PARTS = [term(f"rdf:{name}") for name in ("subject", "predicate", "object")]
_DERIVED, _GENERATED = term("prov:wasDerivedFrom"), term("prov:wasGeneratedBy")
_CLAIMS = f"{KGR_NS}claim/"
_BATCH = 500  # claims asked for at once


@dataclass(frozen=True, slots=True)
class _Conclusion:
    """A statement, the claim that it says in other words, all claims that it rests on (sorted), and its rule."""

    statement: tuple[Any, Any, Any]
    main: ox.NamedNode
    premises: tuple[ox.NamedNode, ...]
    rule: str

    @property
    def key(self) -> tuple[Any, ...]:
        return (*self.statement, self.main)

    @property
    def node(self) -> ox.NamedNode:
        parts = (*self.statement, *self.premises)
        return digest_iri("conclusion", self.rule, *(part.value for part in parts))


def list_rules() -> list[NamedQuery]:
    """All rules of kg, sorted by name.

    Raises:
        DataError: If a file of them is wrong.

    Example:
        >>> [rule.name for rule in list_rules()]
        ['acts-for', 'inverse', 'place-containment', 'sub-properties', 'symmetric']
    """
    return [load_query(path) for path in sorted((data_dir() / "rules").glob("*.rq"))]


def load_rule(name: str | Path) -> NamedQuery:
    """Read one rule.

    Args:
        name: The name of a rule of kg, or the path of a file of one's own.

    Raises:
        QueryError: If there is no such rule or file.
    """
    if isinstance(name, Path):
        return load_query(name)
    known = {path.stem: path for path in sorted((data_dir() / "rules").glob("*.rq"))}
    if name in known:
        return load_query(known[name])
    near = difflib.get_close_matches(name, known, n=1)
    message = f"there is no rule named {name!r}"
    raise QueryError(message, hint=f"did you mean {near[0]!r}?" if near else "there are: " + ", ".join(known))


def reason(graph: KnowledgeGraph, rules: Iterable[str | Path] | None = None) -> dict[str, int]:
    """Conclude what follows by rules, in the place of what was concluded before.

    The same graph and rules always give the same conclusions. If the process dies midway, those that are there already
    are right, but others may be missing.

    Args:
        graph: What to reason over; the conclusions are stored in it.
        rules: Names of rules, or paths of one's own; all of kg's if left out.

    Returns:
        The number of conclusions by rule.

    Raises:
        QueryError: If there is no such rule, or it is no valid CONSTRUCT.
        DataError: If a rule gives something that is no conclusion.
        StoreError: If the graph cannot be written.

    Example:
        >>> from kg.model import Article, Claim, Entity, EntityType, Extraction
        >>> people = [Entity("Vargas", EntityType.PERSON, "Vargas"), Entity("Huber", EntityType.PERSON, "Huber")]
        >>> graph = KnowledgeGraph()
        >>> graph.add(Extraction.of(Article("a1", ""), people, [Claim("Vargas", "meetsWith", "Huber")]))
        >>> reason(graph, ["symmetric"])
        {'symmetric': 1}
        >>> question = "ASK { kgr:Huber kg:meetsWith kgr:Vargas }"
        >>> bool(graph.query(question)), bool(graph.query(question, inferred=True))
        (False, True)
    """
    chosen = list_rules() if rules is None else [load_rule(rule) for rule in rules]
    withdraw(graph)
    work = graph.in_memory()  # an endpoint would be read whole for every rule of every round
    reasoner = _Reasoner(work)
    while new := reasoner.follow(chosen):
        work.put_graph(INFERRED, reasoner.triples(chosen, new), keep=True)
    if work is not graph:
        graph.put_graph(INFERRED, work.quads(INFERRED))
    counts = Counter(conclusion.rule for conclusion in reasoner.known.values())
    return {rule.name: counts[rule.name] for rule in chosen}


def withdraw(graph: KnowledgeGraph) -> None:
    """Take all conclusions out of a graph.

    Raises:
        StoreError: If the graph cannot be written.
    """
    graph.put_graph(INFERRED, ())


class _Reasoner:
    """What has been concluded so far, and what the graph says of its premises."""

    def __init__(self, graph: KnowledgeGraph) -> None:
        self.known: dict[tuple[Any, ...], _Conclusion] = {}
        self._graph = graph
        self._nodes: dict[Any, _Conclusion] = {}
        self._claims: dict[Any, list[tuple[Any, Any]]] = {}
        self._evidence: dict[Any, list[Any]] = {}
        self._bases: dict[Any, list[Any]] = {}
        asked = "SELECT ?node ?claim WHERE { ?node a kg:Inference ; prov:wasDerivedFrom ?claim }"
        for node, claim in graph.query(asked).terms:
            self._bases.setdefault(node, []).append(claim)
        self._read: set[tuple[Any, Any, Any]] = set()
        self._vain: set[tuple[Any, ...]] = set()

    def follow(self, rules: Sequence[NamedQuery]) -> list[_Conclusion]:
        """Apply each rule once; what came of it that was not known."""
        found: dict[tuple[Any, ...], _Conclusion] = {}
        for rule in rules:
            for conclusion in self._apply(rule):
                first = found.setdefault(conclusion.key, conclusion)
                if first.rule == rule.name and conclusion.premises < first.premises:
                    found[conclusion.key] = conclusion
        self._learn(found.values())
        new = {}
        for key, conclusion in found.items():
            if conclusion.statement == self._statement(conclusion.main):
                self._vain.add(key)  # it says what its premise says
            else:
                new[key] = conclusion
        self.known |= new
        self._nodes |= {conclusion.node: conclusion for conclusion in new.values()}
        return list(new.values())

    def _apply(self, rule: NamedQuery) -> Iterator[_Conclusion]:
        drafts: dict[Any, dict[Any, list[Any]]] = {}
        table = self._graph.query(bind(rule.sparql, {}), inferred=True)
        if not table.is_graph:
            message = "a rule must be a CONSTRUCT"
            raise QueryError(message, source=rule.name)
        for node, predicate, value in table.terms:
            drafts.setdefault(node, {}).setdefault(predicate, []).append(value)
        for draft in drafts.values():
            parts = [draft.get(part, []) for part in (*_PARTS, KG.mainPremise)]
            if [len(values) for values in parts] != [1, 1, 1, 1] or not all(type(v[0]) is ox.NamedNode for v in parts):
                message = "a conclusion needs one subject, one relation, one object and one main premise"
                hint = "CONSTRUCT { [] rdf:subject ?s ; rdf:predicate ?r ; rdf:object ?o ; kg:mainPremise ?claim }"
                raise DataError(message, source=rule.name, hint=hint)
            subject, relation, object, main = (values[0] for values in parts)
            earlier = self._nodes.get(main)
            said = main if earlier is None else earlier.main
            key = (subject, relation, object, said)
            if subject != object and key not in self.known and key not in self._vain:
                premises = {p for node in (main, *draft.get(_DERIVED, [])) for p in self._premises(node, rule)}
                yield _Conclusion(key[:3], said, tuple(sorted(premises, key=str)), rule.name)

    def _premises(self, node: Any, rule: NamedQuery) -> Sequence[Any]:
        """The claims that a premise is or rests on itself."""
        if node in self._nodes:
            return self._nodes[node].premises
        if node in self._bases:
            return self._bases[node]
        if isinstance(node, ox.NamedNode) and node.value.startswith(_CLAIMS):
            return [node]
        message = f"{node} is no premise: neither a claim nor an inference nor a conclusion"
        raise DataError(message, source=rule.name, hint="let kg:mainPremise and prov:wasDerivedFrom name such nodes")

    def _learn(self, conclusions: Iterable[_Conclusion]) -> None:
        """Ask what the graph says of the main premises, and which of the statements it holds already."""
        conclusions = list(conclusions)
        unknown = sorted({c.main for c in conclusions} - set(self._claims), key=str)
        wanted = {*_COPIED, *_PARTS}
        for batch in _batches(unknown):
            nodes = " ".join(map(str, batch))
            self._claims |= {node: [] for node in batch}
            asked = f"SELECT ?c ?p ?v WHERE {{ VALUES ?c {{ {nodes} }} ?c ?p ?v }}"
            for claim, predicate, value in self._graph.query(asked).terms:
                if predicate in wanted:
                    self._claims[claim].append((predicate, value))
            asked = f"SELECT ?c ?e WHERE {{ VALUES ?c {{ {nodes} }} ?e kg:evidenceFor ?c }}"
            for claim, evidence in self._graph.query(asked).terms:
                self._evidence.setdefault(claim, []).append(evidence)
        for some in _batches(sorted({c.statement for c in conclusions} - self._read, key=str)):
            rows = " ".join(f"({' '.join(map(str, statement))})" for statement in some)
            asked = f"SELECT ?s ?r ?o WHERE {{ VALUES (?s ?r ?o) {{ {rows} }} ?s ?r ?o }}"
            self._read.update(tuple(row) for row in self._graph.query(asked).terms)  # type: ignore[misc]

    def _statement(self, claim: ox.NamedNode) -> tuple[Any, ...]:
        told: Mapping[Any, Any] = dict(self._claims[claim])
        return tuple(told.get(part) for part in _PARTS)

    def triples(self, rules: Iterable[NamedQuery], conclusions: Iterable[_Conclusion]) -> Iterator[ox.Triple]:
        """Conclusions and the rules in RDF."""
        affirmed = {KG.asserted, KG.reported}
        for rule in rules:
            node = _rule_iri(rule.name)
            yield ox.Triple(node, term("rdf:type"), KG.Rule)
            for language, title in rule.titles.items():
                yield ox.Triple(node, term("rdfs:label"), ox.Literal(title, language=language))
        for conclusion in conclusions:
            node = conclusion.node
            yield ox.Triple(node, term("rdf:type"), KG.Conclusion)
            for part, value in zip(_PARTS, conclusion.statement, strict=True):
                yield ox.Triple(node, part, value)
            yield ox.Triple(node, KG.mainPremise, conclusion.main)
            for premise in conclusion.premises:
                yield ox.Triple(node, _DERIVED, premise)
            yield ox.Triple(node, _GENERATED, _rule_iri(conclusion.rule))
            told = [(p, v) for p, v in self._claims[conclusion.main] if p in _COPIED]
            for predicate, value in told:
                yield ox.Triple(node, predicate, value)
            for evidence in self._evidence.get(conclusion.main, ()):
                yield ox.Triple(evidence, KG.evidenceFor, node)
            if conclusion.statement not in self._read and any(value in affirmed for _, value in told):
                yield ox.Triple(*conclusion.statement)


def _rule_iri(name: str) -> ox.NamedNode:
    """By its name, as far as that can stand in an IRI."""
    plain = name.isascii() and name.replace("-", "").replace("_", "").isalnum()
    return ox.NamedNode(f"{KGR_NS}rule/{name}") if plain else digest_iri("rule", name)


def _batches(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), _BATCH):
        yield items[start : start + _BATCH]
