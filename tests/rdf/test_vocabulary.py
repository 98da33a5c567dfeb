import re

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.config import ontology_dir
from kg.errors import DataError
from kg.rdf.reference import render_reference
from kg.rdf.vocabulary import (
    KG,
    KG_NS,
    KGR_NS,
    article_id,
    article_iri,
    claim_id,
    claim_iri,
    entity_id,
    entity_iri,
    local_name,
    ontology_quads,
    term,
    wikidata_id,
    wikidata_iri,
)

# lone surrogates included: an id comes from anywhere
any_text = st.text(st.characters(), min_size=1)
BACK_AND_FORTH = [(entity_iri, entity_id), (article_iri, article_id), (wikidata_iri, wikidata_id)]


@pytest.mark.parametrize(("to", "back"), BACK_AND_FORTH)
@given(name=any_text)
def test_iri_gives_its_name_back(to, back, name):
    assert back(to(name)) == name


@given(one=any_text, other=any_text)
def test_iris_differ_when_names_differ(one, other):
    assert (entity_iri(one) == entity_iri(other)) == (one == other)
    assert entity_iri(one) != article_iri(other)


@given(name=any_text)
def test_iri_is_valid_everywhere(name):
    iri = entity_iri(name).value
    assert re.fullmatch(re.escape(KGR_NS) + r"[^\x00-\x20<>\"{}|^`\\/?#\[\]]+", iri)
    line = f"<{iri}> <{iri}> <{iri}> ."
    assert next(ox.parse(line, format=ox.RdfFormat.N_TRIPLES)).subject.value == iri


@given(name=any_text)
def test_iri_is_the_same_to_a_reader_that_resolves_paths(name):
    turtle = f"@base <http://example.org/a/b> . <{entity_iri(name).value}> a <http://example.org/c> ."
    assert next(ox.parse(turtle, format=ox.RdfFormat.TURTLE)).subject == entity_iri(name)


@pytest.mark.parametrize("name", [".", "..", "a/../b", "%41", "A", "a b", "\u00e4", "a\u0308", "<x>", "\x00", "\ud800"])
def test_odd_names_have_iris_of_their_own(name):
    assert entity_id(entity_iri(name)) == name


@pytest.mark.parametrize(
    ("read", "iri"),
    [
        (entity_id, "http://example.org/Polen"),
        (entity_id, KGR_NS + "article/a1"),
        (article_id, KGR_NS + "Polen"),
        (claim_id, KGR_NS + "article/a1"),
        (local_name, KGR_NS + "Polen"),
    ],
)
def test_iri_of_something_else_is_refused(read, iri):
    with pytest.raises(DataError, match=re.escape(iri)):
        read(ox.NamedNode(iri))


def test_claim_iri_gives_its_id_back():
    assert claim_id(claim_iri("0a" * 16)) == "0a" * 16


def test_unknown_term_cannot_be_made():
    with pytest.raises(AttributeError, match="vists"):
        _ = KG.vists
    with pytest.raises(DataError, match="vists"):
        KG.node("vists")


@pytest.mark.parametrize("name", ["kg.ttl", "relations.ttl", "shapes.ttl"])
def test_ontology_uses_only_terms_that_it_defines(name):
    defined = {
        q.subject.value for q in ontology_quads("kg.ttl", "relations.ttl", "shapes.ttl") if q.subject != q.object
    }
    used = {
        node.value
        for q in ontology_quads(name)
        for node in (q.predicate, q.object)
        if isinstance(node, ox.NamedNode) and node.value.startswith(KG_NS)
    }
    assert used <= defined


def test_gazetteer_uses_only_terms_that_the_ontology_defines():
    defined = {q.subject.value for q in ontology_quads("kg.ttl", "relations.ttl")}
    used = set(re.findall(r"(?<![\w/])kg:(\w+)", (ontology_dir() / "actors.ttl").read_text()))
    assert {KG_NS + name for name in used if not name.startswith("//")} <= defined


def test_terms_of_the_ontology_have_labels_and_definitions_in_both_languages():
    quads = ontology_quads("kg.ttl")
    terms = {q.subject for q in quads if q.subject.value.startswith(KG_NS) and q.subject.value != KG_NS}
    for predicate in ("rdfs:label", "skos:definition"):
        for language in ("de", "en"):
            having = {
                q.subject
                for q in quads
                if q.predicate == term(predicate) and isinstance(q.object, ox.Literal) and q.object.language == language
            }
            assert terms <= having, predicate


def test_reference_page_is_fresh():
    page = (ontology_dir() / "README.md").read_text()
    assert page == render_reference(), "run python -m kg.rdf.reference"
