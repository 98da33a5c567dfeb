"""The ontology as OWL 2 RL: what it may say, and that it says nothing that contradicts itself."""

import re

import pyoxigraph as ox
import pytest
import rdflib
from owlrl import DeductiveClosure, OWLRL_Semantics
from rdflib import OWL, RDF, RDFS

from kg.config import ontology_dir
from kg.rdf.encode import quads
from kg.rdf.reference import example
from kg.rdf.serialise import serialise
from kg.rdf.vocabulary import KG, KG_NS, ontology_quads, term
from kg.store import KnowledgeGraph
from kg.vocabulary import RELATIONS
from tests.rdf.test_shapes import READ

ONTOLOGY = ontology_quads("kg.ttl", "relations.ttl")
OWN = [q for q in ONTOLOGY if isinstance(q.subject, ox.NamedNode) and q.subject.value.startswith(KG_NS)]
OWL_NS = "http://www.w3.org/2002/07/owl#"

# https://www.w3.org/TR/owl2-profiles/#OWL_2_RL: those of its constructs that are used here, all of them between names
CONSTRUCTS = {
    "AllDifferent", "AllDisjointClasses", "AnnotationProperty", "Class", "DatatypeProperty", "FunctionalProperty",
    "NamedIndividual", "ObjectProperty", "Ontology", "SymmetricProperty", "TransitiveProperty",
    "disjointWith", "distinctMembers", "imports", "inverseOf", "members",
}  # fmt: skip
DATATYPES = {"xsd:string", "xsd:boolean", "xsd:integer", "xsd:decimal", "rdfs:Literal"}
REIFICATION = {"rdf:Statement", "rdf:Property"}  # of RDF itself; the rules of RL take them as any other name


def iris(nodes):
    return {node.value for node in nodes if isinstance(node, ox.NamedNode)}


def subjects(type_):
    return iris(q.subject for q in ONTOLOGY if q.predicate == term("rdf:type") and q.object == term(type_))


def objects(predicate):
    return [q.object for q in ONTOLOGY if q.predicate == term(predicate)]


def test_only_constructs_of_rl_occur():
    used = iris(node for q in ONTOLOGY for node in (q.predicate, q.object))
    assert {iri.removeprefix(OWL_NS) for iri in used if iri.startswith(OWL_NS)} <= CONSTRUCTS


def test_classes_are_names():
    """No class expression stands where RL allows only some: there are none."""
    named = subjects("owl:Class") | {term(curie).value for curie in REIFICATION}
    found = [*objects("rdfs:subClassOf"), *objects("rdfs:domain"), *objects("owl:disjointWith")]
    assert all(isinstance(node, ox.NamedNode) for node in found)
    assert iris(found) <= named


@pytest.mark.parametrize(
    ("kind", "allowed"),
    [
        ("owl:ObjectProperty", lambda: subjects("owl:Class")),
        ("owl:DatatypeProperty", lambda: {term(curie).value for curie in DATATYPES}),
    ],
)
def test_ranges_are_of_the_right_kind(kind, allowed):
    own = subjects(kind)
    ranges = [q.object for q in ONTOLOGY if q.predicate == term("rdfs:range") and q.subject.value in own]
    assert iris(ranges) <= allowed()


def test_every_name_is_of_one_kind():
    """A property is not two kinds of property: RL, as all of OWL 2 DL, forbids it."""
    kinds = [subjects(f"owl:{kind}Property") for kind in ("Object", "Datatype", "Annotation")]
    kinds.append(subjects("owl:Class"))
    for number, kind in enumerate(kinds):
        assert not kind & set().union(*kinds[number + 1 :])


def test_properties_lie_below_properties_of_their_kind():
    for q in ONTOLOGY:
        if q.predicate == term("rdfs:subPropertyOf"):
            both = {q.subject.value, q.object.value}
            assert any(both <= subjects(f"owl:{kind}Property") for kind in ("Object", "Datatype", "Annotation")), q


def test_every_property_that_is_used_is_declared():
    builtin = re.compile(r"http://www\.w3\.org/(1999/02/22-rdf-syntax-ns|2000/01/rdf-schema|2002/07/owl)#")
    declared = set().union(*(subjects(f"owl:{kind}Property") for kind in ("Object", "Datatype", "Annotation")))
    assert {p for p in iris(q.predicate for q in ONTOLOGY) if not builtin.match(p)} <= declared


def closure(*content):
    graph = rdflib.Graph()
    for triples in content:
        unnamed = [ox.Quad(*q.triple) for q in triples]
        graph.parse(data=serialise(unnamed, "ntriples"), format="nt11")
    DeductiveClosure(OWLRL_Semantics).expand(graph)
    return graph


def errors(graph):
    said = rdflib.URIRef("http://www.daml.org/2002/03/agents/agent-ont#error")
    nothing = set(graph.subjects(RDF.type, OWL.Nothing))
    return nothing | {str(o) for _, p, o in graph if "error" in str(p).lower() or p == said}


@pytest.fixture(scope="module")
def closed():
    return closure(ONTOLOGY, quads(READ))


def test_rules_of_rl_find_no_contradiction(closed):
    assert errors(closed) == set()


def test_rules_of_rl_follow_inverses_and_groups(closed):
    north, russia = (rdflib.URIRef(f"https://kg-geopolitics.org/resource/{n}") for n in ("Nordkorea", "Russland"))
    assert (russia, rdflib.URIRef(KG.receivesTroopsFrom.value), north) in closed
    assert (north, RDF.type, rdflib.URIRef(term("prov:Agent").value)) in closed


def test_conclusion_is_no_claim_to_the_rules_of_rl():
    """It has modality, source, time and evidence of its main premise, and none of them makes it a claim."""
    graph = KnowledgeGraph()
    graph.add(READ)
    assert sum(graph.reason().values()) > 0
    closed = closure(ONTOLOGY, graph.quads())
    concluded = set(closed.subjects(RDF.type, rdflib.URIRef(KG.Conclusion.value)))
    assert concluded
    assert not concluded & set(closed.subjects(RDF.type, rdflib.URIRef(KG.Claim.value)))
    assert errors(closed) == set()


def test_contradiction_is_found():
    """The test above can fail: what is a claim cannot be an actor."""
    claim = next(q.subject for q in quads(READ) if q.object == KG.Claim)
    assert errors(closure(ONTOLOGY, [ox.Quad(claim, term("rdf:type"), c) for c in (KG.Claim, KG.Person)]))


# --- relations -------------------------------------------------------------------------------------------------------


def values(name, predicate):
    return {q.object for q in ONTOLOGY if q.subject == KG.node(name) and q.predicate == term(predicate)}


@pytest.mark.parametrize("relation", RELATIONS.values(), ids=lambda relation: relation.name)
def test_code_knows_of_the_relation_what_the_ontology_says(relation):
    def one(predicate):
        return next((o.value for o in values(relation.name, predicate)), None)

    inverse = {
        q.subject for q in ONTOLOGY if q.predicate.value == OWL_NS + "inverseOf" and q.object == KG.node(relation.name)
    }
    types = values(relation.name, "rdf:type")
    assert relation.labels == {o.language: o.value for o in values(relation.name, "rdfs:label")}
    assert relation.definitions == {o.language: o.value for o in values(relation.name, "skos:definition")}
    assert relation.symmetric == (ox.NamedNode(OWL_NS + "SymmetricProperty") in types)
    assert relation.transitive == (ox.NamedNode(OWL_NS + "TransitiveProperty") in types)
    assert {KG.node(name) for name in relation.broader} == values(relation.name, "rdfs:subPropertyOf")
    assert (relation.plover, relation.mode) == (one("kg:plover"), one("kg:ploverMode"))
    assert (relation.quad_class, relation.category) == (one("kg:quadClass"), one("kg:category"))
    assert (relation.cameo, relation.cameo_root) == (one("kg:cameo"), one("kg:cameoRoot"))
    assert relation.score == (None if one("kg:score") is None else float(one("kg:score")))
    assert relation.stative == (one("kg:stative") == "true")
    if relation.takes_object and not relation.symmetric:
        assert inverse == {KG.node(relation.inverse)}
        assert relation.inverse_labels == {o.language: o.value for o in values(relation.inverse, "rdfs:label")}
    else:
        assert inverse == set()


@pytest.mark.parametrize("relation", RELATIONS.values(), ids=lambda relation: relation.name)
def test_narrower_relation_keeps_to_the_types_of_the_wider(relation):
    for name in relation.broader:
        if name in RELATIONS:
            assert relation.subject_types <= RELATIONS[name].subject_types
            assert relation.object_types <= RELATIONS[name].object_types


@pytest.mark.parametrize("relation", RELATIONS.values(), ids=lambda relation: relation.name)
def test_groups_agree_with_category_and_score(relation):
    groups, todo = set(), list(relation.broader)
    while todo:
        name = todo.pop()
        groups.add(name)
        todo += [o.value.removeprefix(KG_NS) for o in values(name, "rdfs:subPropertyOf")]
    assert ("cooperativeTowards" in groups) <= ("cooperation" in relation.category and (relation.score or 0) >= 0)
    assert ("hostileTowards" in groups) <= ("conflict" in relation.category and (relation.score or 0) <= 0)
    in_word, in_deed = ({f"{side}In{way}Towards" for side in ("cooperative", "hostile")} for way in ("Word", "Deed"))
    assert not groups & in_word or relation.category.startswith("verbal")
    assert not groups & in_deed or relation.category.startswith("material")


def test_cameo_root_begins_the_code():
    assert all((r.cameo or "")[:2] == (r.cameo_root or "") for r in RELATIONS.values())
    assert all((r.score is None) == (r.score_source is None) for r in RELATIONS.values())


def test_match_is_with_a_term_of_another_vocabulary():
    for q in OWN:
        if q.predicate.value.endswith("Match"):
            assert isinstance(q.object, ox.NamedNode), q
            assert not q.object.value.startswith(KG_NS), q


def test_wikidata_classes_and_properties_are_not_mixed_up():
    for q in OWN:
        if q.predicate.value.endswith("Match") and "wikidata" in q.object.value:
            kind = r"entity/Q\d+" if q.subject.value in subjects("owl:Class") else r"prop/direct/P\d+"
            assert re.fullmatch(rf"http://www\.wikidata\.org/{kind}", q.object.value), q


def test_prefixes_stand_for_the_vocabularies_that_they_name():
    known = {
        "geo": "http://www.opengis.net/ont/geosparql#",
        "oa": "http://www.w3.org/ns/oa#",
        "org": "http://www.w3.org/ns/org#",
        "prov": "http://www.w3.org/ns/prov#",
        "schema": "https://schema.org/",
        "sem": "http://semanticweb.cs.vu.nl/2009/11/sem/",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "time": "http://www.w3.org/2006/time#",
        "wdt": "http://www.wikidata.org/prop/direct/",
    }
    said = {}
    for name in ("kg.ttl", "relations.ttl"):
        said |= dict(re.findall(r"@prefix (\w+): <([^>]+)>", (ontology_dir() / name).read_text()))
    assert {prefix: said[prefix] for prefix in known} == known


def test_event_and_state_claims_are_told_apart():
    content = example()
    assert [q.object for q in content if q.object in (KG.EventClaim, KG.StateClaim)] == [KG.EventClaim]
    assert (term("rdfs:subClassOf"), KG.Claim) in {(q.predicate, q.object) for q in OWN if q.subject == KG.StateClaim}


def test_ontology_is_what_it_declares(closed):
    assert (rdflib.URIRef(KG_NS.rstrip("/") + "/"), RDF.type, OWL.Ontology) in closed
    assert (rdflib.URIRef(KG.Person.value), RDFS.subClassOf, rdflib.URIRef(KG.Actor.value)) in closed
