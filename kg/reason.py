"""Reasoning on demand: what follows from claims by rules, kept apart from what was read.

A rule is a SPARQL CONSTRUCT in `kg/data/rules`, or in a file of one's own, that gives a blank node per conclusion:

```
CONSTRUCT { [] rdf:subject ?o ; rdf:predicate ?r ; rdf:object ?s ; kg:mainPremise ?claim }
WHERE { VALUES ?r { kg:meetsWith } ?claim rdf:predicate ?r ; rdf:subject ?s ; rdf:object ?o }
```

`kg:mainPremise` names the claim that the conclusion says in other words: modality, source, time, place, quantity and
evidence are its own. `prov:wasDerivedFrom` names what else it rests on. Rules see each other's conclusions and are
applied until nothing new follows; each conclusion names in the end the claims that it rests on and the rule.

A line `VALUES ?claim { UNDEF }` for each variable that claims and conclusions come in by makes a rule quick: after the
first round it is asked with what is new bound to them, one after the other, for what follows from the rest is known.
Whoever writes it says that the rule sees conclusions through these variables alone, and of premises other than the main
one only statement and modality. A subselect around the line and
what is asked of the claim (see `kg/data/rules`) has Oxigraph begin with them. Rules without it are asked in full.

While it reasons over a graph on disk, the union of all articles stands in memory.

Conclusions stand in a graph of their own, which no query sees unless asked (`inferred=True`), which leaves the articles
as they are, and which goes as soon as the graph loses anything that they might rest on.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.config import data_dir
from kg.errors import DataError, QueryError
from kg.query import NamedQuery, load_query
from kg.query_parameters import bind
from kg.rdf.vocabulary import INFERRED, KG, KGR_NS, digest_iri, ontology_quads, term
from kg.store import KnowledgeGraph
from kg.store_oxigraph import ask, names_graphs
from kg.vocabulary import RELATIONS

__all__ = ["list_rules", "load_rule", "reason", "withdraw"]

_COPIED = [term(f"kg:{name}") for name in ("modality", "attributedTo", "begins", "ends", "place", "quantity", "role")]
_PARTS = [term(f"rdf:{name}") for name in ("subject", "predicate", "object")]
_DERIVED, _GENERATED = term("prov:wasDerivedFrom"), term("prov:wasGeneratedBy")
_CLAIMS = f"{KGR_NS}claim/"
_BROADER = term("rdfs:subPropertyOf")
_PREMISE = re.compile(r"VALUES \?(\w+) \{ UNDEF \}")
_MAIN = re.compile(r"kg:mainPremise \?(\w+)")
_TEMPLATE = re.compile(
    r"(?:\s|#[^\n]*\n)*CONSTRUCT\s*\{\s*\[\]\s*rdf:subject (?P<subject>\?\w+)\s*;\s*rdf:predicate "
    r"(?P<relation>\?\w+)\s*;\s*rdf:object (?P<object>\?\w+)\s*;\s*kg:mainPremise (?P<main>\?\w+)\s*"
    r"(?:;\s*prov:wasDerivedFrom (?P<because>\?\w+(?:\s*,\s*\?\w+)*)\s*)?\.?\s*\}\s*WHERE\b"
)
_BATCH = 50_000  # premises bound at once


@dataclass(frozen=True)
class _Conclusion:
    """A statement, the claim that it says in other words, all claims that it rests on (sorted), and its rule."""

    statement: tuple[Any, Any, Any]
    main: ox.NamedNode
    premises: tuple[ox.NamedNode, ...]
    rule: str

    @property
    def key(self) -> tuple[Any, ...]:
        return (*self.statement, self.main)

    @cached_property
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
    new: list[_Conclusion] = []
    while new := reasoner.follow(chosen, new):
        reasoner.tell(chosen, new)
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
    """What has been concluded so far, and what the graph says of its premises.

    Rules are asked of a copy in memory, where all is one graph: with a graph for each article, Oxigraph would walk all
    that any article says of an actor to find out of what type it is. Only rules that name graphs ask the graph itself.
    """

    def __init__(self, graph: KnowledgeGraph) -> None:
        self.known: dict[tuple[Any, ...], _Conclusion] = {}
        self._graph = graph
        self._whole = graph._open().union()
        self._nodes: dict[Any, _Conclusion] = {}
        self._claims: dict[Any, list[tuple[Any, Any]]] = {}
        self._evidence: dict[Any, list[Any]] = {}
        self._bases: dict[Any, list[Any]] = {}
        asked = "SELECT ?node ?claim WHERE { ?node a kg:Inference ; prov:wasDerivedFrom ?claim }"
        for node, claim in ask(self._whole, asked).terms:
            self._bases.setdefault(node, []).append(claim)
        self._told: set[tuple[Any, Any, Any]] = set()  # direct triples that were concluded, not read
        self._vain: set[tuple[Any, ...]] = set()
        self._stated: set[tuple[Any, ...]] = set()  # statements with their modality
        self._first: set[Any] = set()  # conclusions that are the first to state something so
        self._plain = True  # whether only relations between entities have been concluded

    def follow(self, rules: Sequence[NamedQuery], last: Sequence[_Conclusion]) -> list[_Conclusion]:
        """Apply each rule once, to what came of the last round or else to all; what came of it that was not known."""
        found: dict[tuple[Any, ...], _Conclusion] = {}
        for rule in rules:
            for sparql, passed_over in self._questions(rule, [conclusion.node for conclusion in last]):
                for conclusion in self._apply(rule, sparql, passed_over):
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

    def _questions(self, rule: NamedQuery, last: Sequence[Any]) -> Iterator[tuple[str, frozenset[Any]]]:
        """What to ask by a rule, each with the main premises that another question has looked at.

        What follows from older conclusions alone is known: after the first round one of the premises must be new.
        """
        sparql = bind(rule.sparql, {})
        variables = list(dict.fromkeys(_PREMISE.findall(sparql)))
        if not last or not variables or not self._plain:
            yield _PREMISE.sub("", sparql), frozenset()
            return
        main = _MAIN.search(sparql)
        variables.sort(key=lambda name: main is None or name != main[1])
        for variable in variables:
            for some in _batches(last if variable == variables[0] else [n for n in last if n in self._first]):
                asked = _PREMISE.sub("", bind(sparql, {variable: some}))
                yield asked, frozenset() if variable == variables[0] else frozenset(last)

    def _apply(self, rule: NamedQuery, sparql: str, passed_over: frozenset[Any]) -> Iterator[_Conclusion]:
        for subject, relation, object, main, because in self._drafts(rule, sparql):
            earlier = self._nodes.get(main)
            said = main if earlier is None else earlier.main
            key = (subject, relation, object, said)
            if subject != object and main not in passed_over and key not in self.known and key not in self._vain:
                premises = {p for node in (main, *because) for p in self._premises(node, rule)}
                yield _Conclusion(key[:3], said, tuple(sorted(premises, key=str)), rule.name)

    def _drafts(self, rule: NamedQuery, sparql: str) -> Iterator[tuple[Any, Any, Any, Any, list[Any]]]:
        """What a rule gives: subject, relation, object, main premise, other premises."""
        template = _TEMPLATE.match(sparql)
        if template is not None:  # a row is a quarter of the work of the triples that say the same
            because = re.findall(r"\?\w+", template["because"] or "")
            names = [template[part] for part in ("subject", "relation", "object", "main")]
            sparql = f"SELECT {' '.join([*names, *because])} WHERE {sparql[template.end() :]}"
        table = self._graph.query(sparql, inferred=True) if names_graphs(rule.sparql) else ask(self._whole, sparql)
        drafts: Iterator[tuple[tuple[Any, ...], list[Any]]]
        if template is not None:
            drafts = ((row[:4], [node for node in row[4:] if node is not None]) for row in table.terms)
        elif table.is_graph:
            drafts = _described(table.triples)
        else:
            message = "a rule must be a CONSTRUCT"
            raise QueryError(message, source=rule.name)
        for parts, premises in drafts:
            if len(parts) != 4 or any(type(part) is not ox.NamedNode for part in parts):
                message = "a conclusion needs one subject, one relation, one object and one main premise"
                hint = "CONSTRUCT { [] rdf:subject ?s ; rdf:predicate ?r ; rdf:object ?o ; kg:mainPremise ?claim }"
                raise DataError(message, source=rule.name, hint=hint)
            subject, relation, object, main = parts
            yield subject, relation, object, main, premises

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
        """Look up what the graph says of the main premises."""
        wanted = {*_COPIED, *_PARTS}
        for claim in {conclusion.main for conclusion in conclusions} - self._claims.keys():
            told = self._whole.quads_for_pattern(claim, None, None, None)
            self._claims[claim] = [(q.predicate, q.object) for q in told if q.predicate in wanted]
            evidence = self._whole.quads_for_pattern(None, KG.evidenceFor, claim, None)
            self._evidence[claim] = [q.subject for q in evidence]

    def _statement(self, claim: ox.NamedNode) -> tuple[Any, ...]:
        told: Mapping[Any, Any] = dict(self._claims[claim])
        return tuple(told.get(part) for part in _PARTS)

    def tell(self, rules: Sequence[NamedQuery], conclusions: Sequence[_Conclusion]) -> None:
        """Store what was concluded, where the next round finds it."""
        triples = list(self.triples(rules, conclusions))
        stated = {c.node: (*c.statement, dict(self._claims[c.main]).get(_COPIED[0])) for c in conclusions}
        self._first = {node for node, words in stated.items() if words not in self._stated}
        self._stated.update(stated.values())
        self._whole.bulk_extend(ox.Quad(*triple) for triple in triples)
        self._graph.put_graph(INFERRED, triples, keep=True)
        self._plain = self._plain and all(conclusion.statement[1] in _relations() for conclusion in conclusions)

    def triples(self, rules: Iterable[NamedQuery], conclusions: Iterable[_Conclusion]) -> Iterator[ox.Triple]:
        """Conclusions and the rules in RDF."""
        affirmed = {KG.asserted, KG.reported}
        rule_iris = {rule.name: _rule_iri(rule.name) for rule in rules}
        for rule in rules:
            node = rule_iris[rule.name]
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
            yield ox.Triple(node, _GENERATED, rule_iris[conclusion.rule])
            told = [(p, v) for p, v in self._claims[conclusion.main] if p in _COPIED]
            for predicate, value in told:
                yield ox.Triple(node, predicate, value)
            for evidence in self._evidence.get(conclusion.main, ()):
                yield ox.Triple(evidence, KG.evidenceFor, node)
            if any(value in affirmed for _, value in told) and self._is_new(conclusion.statement):
                self._told.add(conclusion.statement)
                yield ox.Triple(*conclusion.statement)

    def _is_new(self, statement: tuple[Any, Any, Any]) -> bool:
        """Whether it is not read anyway; that another rule concludes it, too, does not matter."""
        return statement in self._told or ox.Quad(*statement) not in self._whole


@cache
def _relations() -> frozenset[ox.NamedNode]:
    """The relations of the ontology with their inverses and groups: what kg's rules read of claims alone."""
    every = ontology_quads("kg.ttl", "relations.ttl")
    above = [(q.subject, q.object) for q in every if q.predicate == _BROADER and isinstance(q.object, ox.NamedNode)]
    found = {KG.node(name) for r in RELATIONS.values() for name in (r.name, r.inverse) if name is not None}
    while more := {wide for narrow, wide in above if narrow in found} - found:
        found |= more
    return frozenset(found)


def _described(triples: Iterable[tuple[Any, ...]]) -> Iterator[tuple[tuple[Any, ...], list[Any]]]:
    """The parts of each node, of which there should be four, and its other premises."""
    told: dict[Any, dict[Any, list[Any]]] = {}
    for node, predicate, value in triples:
        told.setdefault(node, {}).setdefault(predicate, []).append(value)
    for of in told.values():
        parts = [of.get(part, []) for part in (*_PARTS, KG.mainPremise)]
        is_whole = all(len(values) == 1 for values in parts)
        yield tuple(values[0] for values in parts) if is_whole else (), of.get(_DERIVED, [])


def _rule_iri(name: str) -> ox.NamedNode:
    """By its name, as far as that can stand in an IRI."""
    plain = name.isascii() and name.replace("-", "").replace("_", "").isalnum()
    return ox.NamedNode(f"{KGR_NS}rule/{name}") if plain else digest_iri("rule", name)


def _batches(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), _BATCH):
        yield items[start : start + _BATCH]
