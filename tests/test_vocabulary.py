import re

import pytest

from kg.config import data_dir, ontology_dir
from kg.model import EntityType
from kg.rdf.reference import render_relations
from kg.rdf.vocabulary import KG, ontology_quads, term
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
