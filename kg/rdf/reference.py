"""What is generated from the ontology: the list of relations in `kg/data`, and the reference page.

`python -m kg.rdf.reference` writes both; a test fails when they are stale.
"""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.config import data_dir, ontology_dir
from kg.model import (
    Article,
    Claim,
    Comparison,
    Entity,
    EntityType,
    Evidence,
    Extraction,
    Modality,
    Qualifiers,
    Quantity,
)
from kg.rdf.encode import quads
from kg.rdf.serialise import serialise
from kg.rdf.vocabulary import KG, local_name, ontology_quads, term

__all__ = ["render_reference", "render_relations", "write"]

_LANGUAGES = ("de", "en")


class _Ontology:
    """The triples of the ontology by subject and predicate, in file order."""

    def __init__(self) -> None:
        self._objects: dict[tuple[str, str], list[ox.NamedNode | ox.Literal]] = defaultdict(list)
        self.subjects: dict[str, ox.NamedNode] = {}
        self._subclasses: dict[str, list[str]] = defaultdict(list)
        for quad in ontology_quads("kg.ttl", "relations.ttl"):
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode | ox.Literal):
                self.subjects[quad.subject.value] = quad.subject
                self._objects[quad.subject.value, quad.predicate.value].append(quad.object)
                if quad.predicate == term("rdfs:subClassOf"):
                    self._subclasses[quad.object.value].append(quad.subject.value)

    def nodes(self, subject: ox.NamedNode, predicate: ox.NamedNode) -> list[ox.NamedNode]:
        return [o for o in self._objects[subject.value, predicate.value] if isinstance(o, ox.NamedNode)]

    def value(self, subject: ox.NamedNode, predicate: ox.NamedNode) -> str | None:
        return next((o.value for o in self._objects[subject.value, predicate.value] if isinstance(o, ox.Literal)), None)

    def texts(self, subject: ox.NamedNode, predicate: ox.NamedNode) -> dict[str, str]:
        found = self._objects[subject.value, predicate.value]
        by_language = {o.language: o.value for o in found if isinstance(o, ox.Literal)}
        return {language: by_language[language] for language in _LANGUAGES if language in by_language}

    def of_type(self, type_: ox.NamedNode) -> list[ox.NamedNode]:
        return [s for s in self.subjects.values() if type_ in self.nodes(s, term("rdf:type"))]

    def leaves(self, classes: list[ox.NamedNode]) -> list[str]:
        """The entity types that are one of the classes or below, sorted."""
        found: set[str] = set()
        todo = [c.value for c in classes]
        while todo:
            iri = todo.pop()
            found.add(iri)
            todo += self._subclasses[iri]
        names = {local_name(self.subjects[iri]) for iri in found if iri in self.subjects}
        return sorted(names & set(EntityType))


def render_relations() -> str:
    """The list of relations as JSON, in the order of the ontology.

    Returns:
        The content of `kg/data/relations.json`.
    """
    ontology = _Ontology()
    rows: list[dict[str, Any]] = []
    for node in ontology.of_type(KG.Relation):
        symmetric = term("owl:SymmetricProperty") in ontology.nodes(node, term("rdf:type"))
        score = ontology.value(node, KG.score)
        labels = ontology.texts(node, term("rdfs:label"))
        rows.append(
            {
                "name": local_name(node),
                "labels": labels,
                "inverse_labels": labels if symmetric else ontology.texts(node, KG.inverseLabel),
                "definitions": ontology.texts(node, term("skos:definition")),
                "subject_types": ontology.leaves(ontology.nodes(node, term("schema:domainIncludes"))),
                "object_types": ontology.leaves(ontology.nodes(node, term("schema:rangeIncludes"))),
                "symmetric": symmetric,
                "stative": ontology.value(node, KG.stative) == "true",
                "category": ontology.value(node, KG.category),
                "plover": ontology.value(node, KG.plover),
                "quad_class": ontology.value(node, KG.quadClass),
                "cameo": ontology.value(node, KG.cameo),
                "score": None if score is None else float(score),
            }
        )
    return json.dumps(rows, ensure_ascii=False, indent=1) + "\n"


def render_reference() -> str:
    """The reference page of the relations and terms, in Markdown.

    Returns:
        The content of `ontology/README.md`.
    """
    ontology = _Ontology()
    parts = [_HEAD, "```turtle\n", _example(), "```\n", _RULES]
    parts.append("| relation | in words | subject → object | PLOVER | score |\n|---|---|---|---|---|\n")
    parts += [_row(ontology, node) for node in ontology.of_type(KG.Relation)]
    parts.append("\n## Each relation\n")
    parts += [_section(ontology, node) for node in ontology.of_type(KG.Relation)]
    for title, type_ in _TERMS:
        parts.append(f"\n## {title}\n\n| term | German | English | meaning |\n|---|---|---|---|\n")
        nodes = [n for n in ontology.of_type(term(type_)) if KG.Relation not in ontology.nodes(n, term("rdf:type"))]
        parts += [_term_row(ontology, node) for node in nodes]
    return "".join(parts)


def _row(ontology: _Ontology, node: ox.NamedNode) -> str:
    name, labels = local_name(node), ontology.texts(node, term("rdfs:label"))
    symmetric = term("owl:SymmetricProperty") in ontology.nodes(node, term("rdf:type"))
    sides = f"{_classes(ontology, node, 'domain')} {'↔' if symmetric else '→'} {_classes(ontology, node, 'range')}"
    plover, score = ontology.value(node, KG.plover) or "–", ontology.value(node, KG.score) or "–"
    return f"| [{name}](#{name.lower()}) | {labels['de']} / {labels['en']} | {sides} | {plover} | {score} |\n"


def _section(ontology: _Ontology, node: ox.NamedNode) -> str:
    name = local_name(node)
    inverse = ontology.texts(node, KG.inverseLabel)
    lines = [f"\n### {name}\n"]
    lines += [f"- {language}: {text}" for language, text in ontology.texts(node, term("skos:definition")).items()]
    if inverse:
        lines.append(f"- from the object's side: {inverse['de']} / {inverse['en']}")
    kind = "a state" if ontology.value(node, KG.stative) == "true" else "an event"
    lines.append(f"- {kind}, group {ontology.value(node, KG.category)}")
    if plover := ontology.value(node, KG.plover):
        cameo = ontology.value(node, KG.cameo)
        score = f"; score {ontology.value(node, KG.score)} (CAMEO {cameo})" if cameo else ""
        lines.append(f"- PLOVER {plover} ({ontology.value(node, KG.quadClass)}){score}")
    if note := ontology.value(node, term("skos:scopeNote")):
        lines.append(f"- {note}")
    return "\n".join(lines) + "\n"


def _classes(ontology: _Ontology, node: ox.NamedNode, side: str) -> str:
    names = [local_name(c) for c in ontology.nodes(node, term(f"schema:{side}Includes"))]
    return ", ".join(names) or "nothing"


def _term_row(ontology: _Ontology, node: ox.NamedNode) -> str:
    labels, meaning = ontology.texts(node, term("rdfs:label")), ontology.texts(node, term("skos:definition"))
    return f"| `kg:{local_name(node)}` | {labels['de']} | {labels['en']} | {meaning.get('en', '')} |\n"


_TERMS = (
    ("Classes", "owl:Class"),
    ("Modalities", "kg:Modality"),
    ("Comparisons", "kg:Comparison"),
    ("Properties", "owl:DatatypeProperty"),
    ("Links", "owl:ObjectProperty"),
)

_HEAD = """\
# The ontology of kg

<!-- Made by `python -m kg.rdf.reference` from kg.ttl and relations.ttl: change those, then run it. -->

| file | what it holds |
|---|---|
| `kg.ttl` | classes and structural terms, aligned with PROV-O, SEM, schema.org, OWL-Time, SKOS and Wikidata |
| `relations.ttl` | the list of what a claim can say |
| `shapes.ttl` | SHACL: what a valid graph looks like |
| `actors.ttl` | lasting actors and places with their names |

## How a claim is written

What kg reads in the sentence "Peru sent more than 300 soldiers to Chile in May 2024, Ecuador says.":

"""

_RULES = """
- A *claim* is what is said, not where: its IRI is a hash of subject, relation, object and qualifiers. Two articles that
  say the same share the claim, and each adds its evidence.
- The *direct triple* (`kgr:Peru kg:sendsTroops kgr:Chile`) stands beside a claim that is asserted or reported. What is
  alleged, planned or negated is a claim only, so that a plain query never reads a denial as a fact. A symmetric
  relation is written one way round, as the text has it.
- What follows from claims without being said is kept apart from them: `kgr:Vargas kg:actsFor kgr:Peru` stands beside a
  `kg:Inference` whose `prov:wasDerivedFrom` names the claims (an office, a spokesman, an organ of a state). It lies in
  the graph of the article that makes these claims and goes with it.
- Each article is a named graph that bears the article's IRI: it can be replaced or withdrawn, and the rest stays. The
  default graph of a store is the union of all, each triple once.
- The *confidence* stands at the evidence, for two articles may make the same claim more or less clearly. What links
  evidence to its claim is `kg:evidenceFor`; `kg:supports` is a relation between actors.
- IRIs are made from what they name, and there are no blank nodes. Vocabulary: `https://kg-geopolitics.org/ontology/`
  (`kg:`). Resources: `https://kg-geopolitics.org/resource/` (`kgr:`) with the entity's id, or `article/ID`,
  `claim/HASH`, `evidence/HASH`, `inference/HASH`, `quotation/HASH`, `quantity/HASH`. In an id all but letters, digits
  and `-._~` is percent-encoded, a leading full stop as well.
- Offsets are half-open and count the Unicode code points of the article's text from 0.
- A number is `xsd:integer` where it is whole, else `xsd:decimal`; a time is `xsd:gYear`, `xsd:gYearMonth` or
  `xsd:date`, as precise as the text.

## The relations

A class includes its subclasses; a country and a region are both actors and locations. The event type is PLOVER's
(2023), the score the conflict-cooperation score of the nearest CAMEO code, from -10 (war) to +10; both are explained at
the head of `relations.ttl`.

"""

_TEXT = "Peru sent more than 300 soldiers to Chile in May 2024, Ecuador says."


def _example() -> str:
    quantity = Quantity("more than 300 soldiers", 300.0, "soldier", Comparison.AT_LEAST)
    said = Qualifiers(Modality.REPORTED, "Ecuador", "2024-05", "2024-05", None, quantity)
    evidence = Evidence("example", 0, len(_TEXT), _TEXT, "en/sendsTroops/verb/send", 5, 9, 0.9)
    extraction = Extraction.of(
        Article("example", _TEXT, language="en"),
        [Entity(name, EntityType.COUNTRY, name, known=True) for name in ("Chile", "Ecuador", "Peru")],
        [Claim("Peru", "sendsTroops", "Chile", said, (evidence,))],
    )
    return serialise(quads(extraction), "trig").decode().partition("\n\n")[2].expandtabs(4)


def write() -> list[Path]:
    """Write both files.

    Returns:
        Their paths.
    """
    files = {data_dir() / "relations.json": render_relations(), ontology_dir() / "README.md": render_reference()}
    for path, content in files.items():
        path.write_text(content, encoding="utf-8")
    return list(files)


if __name__ == "__main__":
    write()
