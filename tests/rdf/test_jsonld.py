import json

import pyoxigraph as ox
import pytest

from kg.config import ontology_dir
from kg.errors import SettingsError
from kg.model import Claim, Modality, Qualifiers
from kg.rdf.encode import quads
from kg.rdf.jsonld import context, write_json_ld
from kg.rdf.reference import render_context
from kg.rdf.serialise import serialise
from kg.rdf.vocabulary import KG, KG_NS, KGR_NS, article_iri, entity_iri, ontology_quads, term
from tests.rdf.test_shapes import MANY, READ, SENT, SENTENCE

XSD = "http://www.w3.org/2001/XMLSchema#"


def read_back(text):
    return set(ox.parse(text, format=ox.RdfFormat.JSON_LD))


def nodes(content):
    return {node["id"]: node for node in json.loads(serialise(content, "json-ld"))["@graph"][0]["graph"]}


def test_claim_reads_like_what_it_says():
    claim = nodes(quads(READ))[f"claim/{SENT.id}"]
    parts = {key: claim[key] for key in ("type", "subject", "relation", "object", "modality", "source", "place")}
    assert parts == {
        "type": ["Claim", "EventClaim"],
        "subject": "Nordkorea",
        "relation": "sendsTroops",
        "object": "Russland",
        "modality": "reported",
        "source": "Südkorea",
        "place": "Kursk",
    }
    assert (claim["beginsYear"], claim["quantity"]["value"]) == ("2024", 100)
    assert claim["quantity"]["text"] == {"de": MANY.text}


def test_evidence_lies_in_the_first_claim_that_it_is_of_and_is_named_in_the_others():
    found = [node["evidence"] for key, node in nodes(quads(READ)).items() if key.startswith("claim/")]
    whole, named = sorted(found, key=lambda evidence: isinstance(evidence, str))
    assert whole["quote"] == {"de": SENTENCE.quote}
    assert (whole["start"], whole["confidence"]) == (0, "0.9")
    assert named == whole["id"]


def test_parts_come_in_an_order_that_people_expect():
    found = nodes(quads(READ))
    kinds = [key.partition("/")[0] for key in found]
    assert kinds == ["article", "Kursk", "Nordkorea", "Russland", "Südkorea", "claim", "claim", "quotation"]
    assert list(found[f"claim/{SENT.id}"])[:6] == ["id", "type", "subject", "relation", "object", "modality"]


@pytest.mark.parametrize("day", ["2024", "2024-10", "2024-10-07"])
def test_time_is_as_precise_as_it_was(day):
    claim = Claim("Nordkorea", "attacks", "Russland", Qualifiers(Modality.PLANNED, begins=day), (SENTENCE,))
    content = set(quads(READ.of(READ.article, READ.entities, [claim])))
    text = write_json_ld(content)
    assert f'"begins{ {4: "Year", 7: "Month", 10: ""}[len(day)] }": "{day}"' in text
    assert read_back(text) == content


@pytest.mark.parametrize(
    "object",
    [
        ox.Literal("2024-13-45", datatype=ox.NamedNode(XSD + "date")),
        ox.Literal("007", datatype=ox.NamedNode(XSD + "integer")),
        ox.Literal("9007199254740993", datatype=ox.NamedNode(XSD + "integer")),
        ox.Literal("1", datatype=ox.NamedNode(XSD + "boolean")),
        ox.Literal("1.0E0", datatype=ox.NamedNode(XSD + "double")),
        ox.Literal("x", datatype=ox.NamedNode("http://example.org/type")),
        ox.Literal("word"),
        ox.Literal("Wort", language="de"),
        ox.NamedNode("http://example.org/a b".replace(" ", "%20")),
        ox.NamedNode(KGR_NS + "a:b"),
        ox.NamedNode(KGR_NS + "a/../b"),
        ox.NamedNode(KGR_NS + "/b"),
        ox.NamedNode(KGR_NS + "a?b#c"),
        ox.NamedNode(KGR_NS),
        ox.NamedNode(KG_NS + "evidence"),
        ox.NamedNode(KG_NS + "source"),
        ox.NamedNode(KG_NS),
        ox.NamedNode("http://www.wikidata.org/entity//x"),
        term("schema:NewsArticle"),
        KG.visits,
    ],
    ids=str,
)
@pytest.mark.parametrize(
    "predicate", ["rdf:predicate", "rdf:subject", "kg:begins", "kg:start", "rdfs:label", "rdf:type"]
)
def test_any_value_comes_back_from_under_any_name(predicate, object):
    if predicate == "rdf:type" and isinstance(object, ox.Literal):
        return  # no type of JSON-LD
    content = {
        ox.Quad(entity_iri("x"), term(predicate), object, article_iri("a1")),
        ox.Quad(entity_iri("x"), ox.NamedNode("http://example.org/p"), object, article_iri("a1")),
        ox.Quad(entity_iri("x"), ox.NamedNode(KG_NS + "evidence"), entity_iri("y")),
    }
    assert read_back(write_json_ld(content)) == content


def test_blank_nodes_stay_what_they_are():
    one, other = ox.BlankNode("a"), ox.BlankNode("b")
    text = write_json_ld([ox.Quad(one, KG.supports, other)])
    (quad,) = read_back(text)
    assert isinstance(quad.subject, ox.BlankNode)
    assert isinstance(quad.object, ox.BlankNode)
    assert quad.subject != quad.object


def test_part_of_a_claim_that_is_a_claim_too_is_written_once():
    """Nonsense, but RDF: nothing may get lost or run in circles."""
    node, graph = entity_iri("x"), article_iri("a1")
    types = [ox.Quad(node, term("rdf:type"), t, graph) for t in (KG.Claim, KG.Evidence, KG.Quantity)]
    content = {*types, ox.Quad(node, KG.evidenceFor, node, graph), ox.Quad(node, KG.quantity, node, graph)}
    assert read_back(write_json_ld(content)) == content


def test_triple_terms_are_refused():
    triple = ox.Triple(entity_iri("x"), KG.supports, entity_iri("y"))
    with pytest.raises(SettingsError, match="JSON-LD cannot hold triple terms"):
        write_json_ld([ox.Quad(entity_iri("c"), ox.NamedNode("http://example.org/p"), triple)])


def test_context_is_shipped_and_needs_no_connection():
    assert (ontology_dir() / "context.jsonld").read_text() == render_context(), "run python -m kg.rdf.reference"
    assert "@import" not in context()
    assert json.loads(write_json_ld(quads(READ)))["@context"] == context()


def test_every_property_of_kg_has_a_name():
    named = {entry["@id"] for entry in context().values() if isinstance(entry, dict) and "@id" in entry}
    kinds = (term("owl:ObjectProperty"), term("owl:DatatypeProperty"))
    defined = {
        q.subject.value.replace(KG_NS, "kg:")
        for q in ontology_quads("kg.ttl", "relations.ttl")
        if q.object in kinds and q.subject.value.startswith(KG_NS)
    }
    assert defined <= named
    assert context()["evidence"] == {"@reverse": "kg:evidenceFor", "@type": "@id"}
