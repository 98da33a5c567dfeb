import re

import pytest

from kg.config import data_dir, ontology_dir
from kg.model import Article, Claim, Entity, EntityType, Evidence, Extraction
from kg.query import run
from kg.rdf.reference import render_relations
from kg.rdf.vocabulary import KG, ontology_quads, term
from kg.store import KnowledgeGraph
from kg.vocabulary import RELATIONS

CATEGORIES = {
    "verbal cooperation",
    "material cooperation",
    "verbal conflict",
    "material conflict",
    "office",
    "tie",
}


def test_list_is_that_of_the_ontology():
    assert (data_dir() / "relations.json").read_text() == render_relations(), "run python -m kg.rdf.reference"
    named = re.findall(r"^kg:(\w+) a kg:Relation", (ontology_dir() / "relations.ttl").read_text(), re.MULTILINE)
    assert list(RELATIONS) == named


@pytest.mark.parametrize("relation", RELATIONS.values(), ids=lambda relation: relation.name)
def test_relation_is_described_in_both_languages(relation):
    assert set(relation.labels) == set(relation.definitions) == {"de", "en"}
    assert set(relation.inverse_labels) == ({"de", "en"} if relation.takes_object else set())


@pytest.mark.parametrize("relation", RELATIONS.values(), ids=lambda relation: relation.name)
def test_relation_is_consistent(relation):
    assert relation.subject_types
    assert relation.category in CATEGORIES
    assert (relation.plover is None) == (relation.quad_class is None)
    assert (relation.cameo is None) == (relation.score is None)
    assert relation.score is None or (relation.plover and -10 <= relation.score <= 10)
    if relation.symmetric:
        assert relation.subject_types == relation.object_types
        assert relation.inverse_labels == relation.labels
    if relation.stative:
        assert relation.plover is None


QUAD_CLASSES = {
    "verbal cooperation": {"AGREE", "CONSULT", "SUPPORT", "CONCEDE"},
    "material cooperation": {"COOPERATE", "AID", "RETREAT"},
    "verbal conflict": {"REQUEST", "ACCUSE", "REJECT", "THREATEN"},
    "material conflict": {"PROTEST", "SANCTION", "MOBILIZE", "COERCE", "ASSAULT"},
}
WITHOUT_TYPE = {"alliedWith": "material cooperation", "suffersCasualties": "material conflict"}


@pytest.mark.parametrize("relation", RELATIONS.values(), ids=lambda relation: relation.name)
def test_group_is_the_quad_class_and_that_follows_from_the_event_type(relation):
    """The rule at the head of relations.ttl: PLOVER is the basis."""
    if relation.plover is None:
        assert relation.quad_class is None
        assert relation.category in (
            {WITHOUT_TYPE[relation.name]} if relation.name in WITHOUT_TYPE else {"office", "tie"}
        )
    else:
        assert relation.plover in QUAD_CLASSES[relation.quad_class]
        assert relation.category == relation.quad_class
    side = "cooperation" if (relation.score or 0) > 0 else "conflict"
    assert relation.score is None or side in relation.category


@pytest.mark.parametrize(
    ("query", "counted"), [("dyads", (0, 0)), ("partners", (0, 0)), ("places", (0, 0)), ("conflicts", None)]
)
def test_troops_are_neither_cooperation_nor_conflict_of_a_pair(query, counted):
    evidence = Evidence("a1", 0, 4, "Peru", "de/x", 0, 4)
    claim = Claim("Peru", "sendsTroops", "Chile", evidence=(evidence,))
    lands = [Entity(name, EntityType.COUNTRY, name) for name in ("Peru", "Chile")]
    graph = KnowledgeGraph()
    graph.add(Extraction.of(Article("a1", "Peru"), lands, [claim]))
    rows = run(graph, query, **({"actor": "Peru"} if query == "partners" else {})).dicts()
    assert [(row["cooperation"], row["conflict"]) for row in rows] == ([counted] if counted else [])


def test_only_casualties_take_no_object():
    assert [name for name, relation in RELATIONS.items() if not relation.takes_object] == ["suffersCasualties"]


@pytest.mark.parametrize(
    ("relation", "subject", "object", "allowed"),
    [
        ("visits", "Person", "City", True),
        ("visits", "Person", "Country", True),
        ("visits", "City", "Person", False),
        ("suffersCasualties", "Country", None, True),
        ("suffersCasualties", "Country", "Country", False),
        ("attacks", "Country", None, False),
        ("holdsOffice", "Person", "Ministry", True),
        ("holdsOffice", "Ministry", "Person", False),
        ("presentsWeapon", "Country", "Weapon", True),
        ("meetsWith", "Person", "Weapon", False),
    ],
)
def test_relation_allows(relation, subject, object, allowed):
    assert RELATIONS[relation].allows(EntityType(subject), object and EntityType(object)) is allowed


def test_unknown_relation_is_no_key():
    assert "vists" not in RELATIONS
    with pytest.raises(KeyError):
        _ = RELATIONS["vists"]


def test_no_name_is_both_a_relation_and_another_term():
    terms = [quad.subject for quad in ontology_quads("kg.ttl") if quad.predicate == term("rdf:type")]
    assert not {KG.node(name) for name in RELATIONS} & set(terms)


def test_every_entity_type_is_a_class():
    classes = {q.subject for q in ontology_quads("kg.ttl") if q.object == term("owl:Class")}
    assert {KG.node(kind) for kind in EntityType} <= classes
