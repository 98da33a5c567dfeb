"""What is generated from the ontology: the list of relations in `kg/data`, and the reference page.

`python -m kg.rdf.reference` writes both; a test fails when they are stale.
"""

from __future__ import annotations

import json
from collections import defaultdict
from functools import cache
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
from kg.rdf.jsonld import context
from kg.rdf.serialise import serialise
from kg.rdf.vocabulary import KG, KG_NS, PREFIXES, local_name, ontology_quads, term

__all__ = ["example", "render_context", "render_reference", "render_relations", "write"]

_LANGUAGES = ("de", "en")


class _Ontology:
    """The triples of the ontology by subject and predicate, in file order."""

    def __init__(self) -> None:
        self._objects: dict[tuple[str, str], list[ox.NamedNode | ox.Literal]] = defaultdict(list)
        self.subjects: dict[str, ox.NamedNode] = {}
        self._subclasses: dict[str, list[str]] = defaultdict(list)
        self.between = {quad.subject for quad in ontology_quads("relations.ttl")}
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

    def is_group(self, node: ox.NamedNode) -> bool:
        """Whether it only says what relations have in common."""
        return KG.Relation not in self.nodes(node, term("rdf:type")) and not self.nodes(node, term("owl:inverseOf"))

    def inverse(self, relation: ox.NamedNode) -> ox.NamedNode | None:
        """The property that a relation is from the object's side; itself if it is symmetric."""
        if term("owl:SymmetricProperty") in self.nodes(relation, term("rdf:type")):
            return relation
        return next((s for s in self.subjects.values() if relation in self.nodes(s, term("owl:inverseOf"))), None)

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
        inverse = ontology.inverse(node)
        rows.append(
            {
                "name": local_name(node),
                "labels": labels,
                "inverse_labels": ontology.texts(inverse, term("rdfs:label")) if inverse else {},
                "definitions": ontology.texts(node, term("skos:definition")),
                "subject_types": ontology.leaves(ontology.nodes(node, term("schema:domainIncludes"))),
                "object_types": ontology.leaves(ontology.nodes(node, term("schema:rangeIncludes"))),
                "inverse": inverse and local_name(inverse),
                "broader": [local_name(n) for n in ontology.nodes(node, term("rdfs:subPropertyOf"))],
                "symmetric": symmetric,
                "transitive": term("owl:TransitiveProperty") in ontology.nodes(node, term("rdf:type")),
                "stative": ontology.value(node, KG.stative) == "true",
                "category": ontology.value(node, KG.category),
                "plover": ontology.value(node, KG.plover),
                "mode": ontology.value(node, KG.ploverMode),
                "quad_class": ontology.value(node, KG.quadClass),
                "cameo": ontology.value(node, KG.cameo),
                "cameo_root": ontology.value(node, KG.cameoRoot),
                "score": None if score is None else float(score),
                "score_source": next((local_name(n) for n in ontology.nodes(node, KG.scoreSource)), None),
            }
        )
    return json.dumps(rows, ensure_ascii=False, indent=1) + "\n"


def render_reference() -> str:
    """The reference page of the relations and terms, in Markdown.

    Returns:
        The content of `ontology/README.md`.
    """
    ontology = _Ontology()
    parts = [
        _HEAD,
        "```turtle\n",
        serialise(example(), "trig").decode().partition("\n\n")[2].expandtabs(4),
        "```\n",
        _RULES,
    ]
    parts.append("| relation | in words | subject → object | PLOVER | score |\n|---|---|---|---|---|\n")
    parts += [_row(ontology, node) for node in ontology.of_type(KG.Relation)]
    parts.append("\n## Each relation\n")
    parts += [_section(ontology, node) for node in ontology.of_type(KG.Relation)]
    for title, type_ in _TERMS:
        parts.append(f"\n## {title}\n\n| term | German | English | meaning | elsewhere |\n|---|---|---|---|---|\n")
        nodes = [n for n in ontology.of_type(term(type_)) if n.value.startswith(KG_NS) and n not in ontology.between]
        parts += [_term_row(ontology, node) for node in nodes]
        if type_ == "owl:ObjectProperty":
            parts.append(_GROUPS)
            groups = [n for n in ontology.of_type(term(type_)) if n in ontology.between and ontology.is_group(n)]
            parts += [_term_row(ontology, node) for node in groups]
    parts.append(_FOREIGN)
    foreign = [n for n in ontology.subjects.values() if ontology.value(n, term("rdfs:comment"))]
    parts += [_foreign_row(ontology, node) for node in foreign]
    return "".join(parts)


def render_context() -> str:
    """The context of kg's JSON-LD, alone.

    Returns:
        The content of `ontology/context.jsonld`.
    """
    return json.dumps({"@context": context()}, indent=2) + "\n"


def _row(ontology: _Ontology, node: ox.NamedNode) -> str:
    name, labels = local_name(node), ontology.texts(node, term("rdfs:label"))
    symmetric = term("owl:SymmetricProperty") in ontology.nodes(node, term("rdf:type"))
    sides = f"{_classes(ontology, node, 'domain')} {'↔' if symmetric else '→'} {_classes(ontology, node, 'range')}"
    plover, score = ontology.value(node, KG.plover) or "–", ontology.value(node, KG.score) or "–"
    return f"| [{name}](#{name.lower()}) | {labels['de']} / {labels['en']} | {sides} | {plover} | {score} |\n"


def _section(ontology: _Ontology, node: ox.NamedNode) -> str:
    name = local_name(node)
    inverse = ontology.inverse(node)
    lines = [f"\n### {name}\n"]
    lines += [f"- {language}: {text}" for language, text in ontology.texts(node, term("skos:definition")).items()]
    if inverse == node:
        lines.append("- holds both ways round")
    elif inverse:
        labels = ontology.texts(inverse, term("rdfs:label"))
        lines.append(f"- from the object's side: {labels['de']} / {labels['en']} (`kg:{local_name(inverse)}`)")
    if term("owl:TransitiveProperty") in ontology.nodes(node, term("rdf:type")):
        lines.append("- passes on: what lies in a part lies in the whole")
    if broader := ontology.nodes(node, term("rdfs:subPropertyOf")):
        lines.append("- is a case of " + ", ".join(f"`kg:{local_name(n)}`" for n in broader))
    kind = "a state" if ontology.value(node, KG.stative) == "true" else "an event"
    lines.append(f"- {kind}, group {ontology.value(node, KG.category)}")
    if plover := ontology.value(node, KG.plover):
        mode = ontology.value(node, KG.ploverMode)
        lines.append(f"- PLOVER {plover}{f', mode {mode}' if mode else ''} ({ontology.value(node, KG.quadClass)})")
    if cameo := ontology.value(node, KG.cameo):
        root, score = ontology.value(node, KG.cameoRoot), ontology.value(node, KG.score)
        lines.append(f"- CAMEO {cameo} (root {root}); score {score} on the CAMEO scale")
    lines += _matches(ontology, node)
    if note := ontology.value(node, term("skos:scopeNote")):
        lines.append(f"- {note}")
    return "\n".join(lines) + "\n"


def _matches(ontology: _Ontology, node: ox.NamedNode) -> list[str]:
    """What comes near it elsewhere, one line for each degree of nearness."""
    lines = []
    for match, words in _MATCHES.items():
        if found := ontology.nodes(node, term(match)):
            lines.append(f"- {words} " + ", ".join(_elsewhere(n) for n in found))
    return lines


def _elsewhere(node: ox.NamedNode) -> str:
    """A term of another vocabulary with its usual prefix; of Wikidata as a link."""
    prefix, namespace = next((p, n) for p, n in _prefixes().items() if node.value.startswith(n))
    name = f"{prefix}:{node.value.removeprefix(namespace)}"
    pages = {"wdt": "https://www.wikidata.org/wiki/Property:", "wd": "https://www.wikidata.org/wiki/"}
    return f"[{name}]({pages[prefix]}{node.value.removeprefix(namespace)})" if prefix in pages else f"`{name}`"


@cache
def _prefixes() -> dict[str, str]:
    """The prefixes of the graphs, and those that only the files of the ontology need."""
    found: dict[str, str] = dict(PREFIXES)
    for name in ("kg.ttl", "relations.ttl"):
        parser = ox.parse(path=str(ontology_dir() / name), format=ox.RdfFormat.TURTLE)
        found |= parser.prefixes if any(True for _ in parser) else {}
    return found


def _classes(ontology: _Ontology, node: ox.NamedNode, side: str) -> str:
    names = [local_name(c) for c in ontology.nodes(node, term(f"schema:{side}Includes"))]
    return ", ".join(names) or "nothing"


def _term_row(ontology: _Ontology, node: ox.NamedNode) -> str:
    labels, meaning = ontology.texts(node, term("rdfs:label")), ontology.texts(node, term("skos:definition"))
    links = [*_ABOVE, *_MATCHES]
    found = [n for link in links for n in ontology.nodes(node, term(link)) if not n.value.startswith(KG_NS)]
    above = [n for link in _ABOVE for n in ontology.nodes(node, term(link)) if n.value.startswith(KG_NS)]
    note = "".join(f" A case of `kg:{local_name(n)}`." for n in above)
    near = ", ".join(_elsewhere(n) for n in found)
    return f"| `kg:{local_name(node)}` | {labels['de']} | {labels['en']} | {meaning.get('en', '')}{note} | {near} |\n"


def _foreign_row(ontology: _Ontology, node: ox.NamedNode) -> str:
    return f"| {_elsewhere(node)} | {ontology.value(node, term('rdfs:comment'))} |\n"


_TERMS = (
    ("Classes", "owl:Class"),
    ("Modalities", "kg:Modality"),
    ("Comparisons", "kg:Comparison"),
    ("Properties", "owl:DatatypeProperty"),
    ("Links", "owl:ObjectProperty"),
)

_ABOVE = ("rdfs:subClassOf", "rdfs:subPropertyOf")
_MATCHES = {
    "skos:exactMatch": "the same as",
    "skos:closeMatch": "close to",
    "skos:broadMatch": "a case of",
    "skos:narrowMatch": "wider than",
    "skos:relatedMatch": "related to",
}
_GROUPS = """
## Groups of relations

What relations have in common, for questions that need no finer answer once sub-properties are followed. No claim names
them.

| term | German | English | meaning | elsewhere |
|---|---|---|---|---|
"""

_FOREIGN = """
## Terms of others in a graph

| term | what it says |
|---|---|
"""

_HEAD = """\
# The ontology of kg

<!-- Made by `python -m kg.rdf.reference` from kg.ttl and relations.ttl: change those, then run it. -->

| file | what it holds |
|---|---|
| `kg.ttl` | classes and structural terms in OWL 2 RL; the tables below say what comes near them elsewhere |
| `relations.ttl` | the list of what a claim can say |
| `context.jsonld` | the short names of kg's JSON-LD |
| `shapes.ttl` | SHACL: what a valid graph looks like |
| `actors.ttl` | lasting actors and places with their names |

## How a claim is written

What kg reads in the sentence "Peru sent more than 300 soldiers to Chile in May 2024, Ecuador says.":

"""

_RULES = """
- A *claim* is what is said, not where: its IRI is a hash of subject, relation, object and qualifiers. Two articles that
  say the same share the claim, and each adds its evidence. It is a `kg:EventClaim` or a `kg:StateClaim` too, as its
  relation is.
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
- An entity has one main name in an article (`rdfs:label`); `skos:altLabel` are other names of it (of the gazetteer, a
  family name, an abbreviation). What texts merely call it (`Lima` for Peru, adjectives, inflected forms, descriptions)
  is `skos:hiddenLabel`: searches and questions find it there, and nobody takes it for a name.
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

PLOVER is the basis of our groups (`kg:category`): a relation with an event type is in the group of its quad class. Of
those without one `alliedWith` is material cooperation and `suffersCasualties` material conflict; the others are
`office` or `tie`. Whether two cooperate or are in conflict is told by the score: what has none (`sendsTroops` and
`withdrawsFrom` may help and hurt) is an event of its class, but neither cooperation nor conflict of a pair.

"""

_TEXT = "Peru sent more than 300 soldiers to Chile in May 2024, Ecuador says."


def example() -> list[ox.Quad]:
    """One claim with all that belongs to it: a graph to show things with."""
    quantity = Quantity("more than 300 soldiers", 300.0, "soldier", Comparison.AT_LEAST)
    said = Qualifiers(Modality.REPORTED, "Ecuador", "2024-05", "2024-05", None, quantity)
    evidence = Evidence("example", 0, len(_TEXT), _TEXT, "en/sendsTroops/verb/send", 5, 9, 0.9)
    extraction = Extraction.of(
        Article("example", _TEXT, language="en"),
        [Entity(name, EntityType.COUNTRY, name, known=True) for name in ("Chile", "Ecuador", "Peru")],
        [Claim("Peru", "sendsTroops", "Chile", said, (evidence,))],
    )
    return list(quads(extraction))


def write() -> list[Path]:
    """Write both files.

    Returns:
        Their paths.
    """
    relations, page = data_dir() / "relations.json", ontology_dir() / "README.md"
    relations.write_text(render_relations(), encoding="utf-8")
    page.write_text(render_reference(), encoding="utf-8")  # its example is encoded, which reads the list of relations
    names = ontology_dir() / "context.jsonld"
    names.write_text(render_context(), encoding="utf-8")
    return [relations, page, names]


if __name__ == "__main__":
    write()
