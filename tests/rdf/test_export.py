import re
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given, settings

from kg.errors import SettingsError
from kg.rdf.encode import quads
from kg.rdf.export import EXPORTS, export
from kg.rdf.nanopub import NANOPUB_PREFIXES, nanopublications
from kg.rdf.serialise import parse_file, serialise
from kg.rdf.shapes import validate
from kg.rdf.triple_terms import with_triple_terms, without_triple_terms
from kg.rdf.vocabulary import KG, article_iri, claim_iri, entity_iri, term
from tests.rdf.test_shapes import DENIED, READ, SAID, SENT, SENTENCE
from tests.strategies import extractions as any_extraction
from tests.strategies import sound_extractions

REIFIES = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#reifies")
ORCID = "https://orcid.org/0000-0002-1825-0097"
NOON = datetime(2025, 3, 6, 12, tzinfo=UTC)


# --- RDF 1.2 ---------------------------------------------------------------------------------------------------------


def test_claim_reifies_its_triple():
    content = list(with_triple_terms(quads(READ)))
    triple = ox.Triple(entity_iri("Nordkorea"), KG.sendsTroops, entity_iri("Russland"))
    assert ox.Quad(claim_iri(SENT.id), REIFIES, triple, article_iri("a1")) in content
    assert not [q for q in content if q.predicate == term("rdf:subject")]


@given(any_extraction())
def test_triple_terms_come_back_from_a_file(tmp_path_factory, extraction):
    content = set(quads(extraction))
    written = export(content, "rdf12")
    assert set(without_triple_terms(ox.parse(written, format=ox.RdfFormat.TRIG))) == content
    path = tmp_path_factory.mktemp("rdf12") / "graph.trig"
    path.write_bytes(written)
    assert set(parse_file(path)) == content


def test_triple_terms_can_be_asked_in_sparql():
    store = ox.Store()
    store.extend(with_triple_terms(quads(READ)))
    asked = "SELECT ?who { GRAPH ?g { ?claim rdf:reifies <<( ?who kg:sendsTroops kgr:Russland )>> } }"
    assert [row["who"] for row in store.query(asked, prefixes=NANOPUB_PREFIXES)] == [entity_iri("Nordkorea")]


def test_statement_with_two_subjects_keeps_both():
    content = {*quads(READ), ox.Quad(claim_iri(SENT.id), term("rdf:subject"), entity_iri("Polen"), article_iri("a1"))}
    assert set(without_triple_terms(with_triple_terms(content))) == content


def test_claim_without_object_keeps_its_parts():
    node, graph = claim_iri("0" * 32), article_iri("a1")
    content = [
        ox.Quad(node, term("rdf:subject"), entity_iri("Polen"), graph),
        ox.Quad(node, term("rdf:predicate"), KG.suffersCasualties, graph),
    ]
    assert list(with_triple_terms(content)) == content


# --- nanopublications ------------------------------------------------------------------------------------------------


def parts(content):
    """The quads of each nanopublication by the last word of the graph's name."""
    found = defaultdict(lambda: defaultdict(set))
    for q in content:
        name, _, part = q.graph_name.value.rpartition("/")
        found[name][part].add(ox.Triple(q.subject, q.predicate, q.object))
    return found


def of(claim):
    node = claim_iri(claim.id)
    by_name = parts(nanopublications(quads(READ)))
    return next(p for p in by_name.values() if any(t.subject == node for t in p["assertion"]))


def test_every_claim_is_a_nanopublication_of_four_graphs():
    found = parts(nanopublications(quads(READ)))
    assert len(found) == 2
    assert all(set(p) == {"head", "assertion", "provenance", "pubinfo"} for p in found.values())


def test_assertion_is_the_claim_and_provenance_its_sentence():
    found = of(SENT)
    direct = ox.Triple(entity_iri("Nordkorea"), KG.sendsTroops, entity_iri("Russland"))
    assert direct in found["assertion"]
    assert SENTENCE.quote in {t.object.value for t in found["provenance"] if t.predicate == KG.quote}
    assert entity_iri("Südkorea") in {t.object for t in found["provenance"] if "Attributed" in t.predicate.value}
    assert "Blatt" in {t.object.value for t in found["provenance"] if t.predicate == term("schema:publisher")}
    assert READ.article.text not in {getattr(t.object, "value", "") for p in found.values() for t in p}


def test_denial_asserts_no_direct_triple():
    assert KG.attacks not in {t.predicate for t in of(DENIED)["assertion"]}


def test_creator_and_time_are_named_when_given():
    text = export(quads(READ), "nanopub", creator=ORCID, created=NOON).decode()
    assert f"dcterms:creator <{ORCID}>" in text
    assert 'dcterms:created "2025-03-06T12:00:00+00:00"^^xsd:dateTime' in text


def test_time_is_that_of_the_newest_article_and_none_where_none_bears_a_day():
    newer = replace(READ, article=replace(READ.article, id="a2", published=date(2025, 4, 1)))
    sentence = replace(SENTENCE, article="a2")
    newer = replace(newer, claims=(replace(SENT, evidence=(sentence,)),), quotations=())
    text = export([*quads(READ), *quads(newer)], "nanopub").decode()
    assert set(re.findall(r'dcterms:created "(\S+)"', text)) == {
        "2024-10-07T00:00:00+00:00",  # claims of the older one alone
        "2025-04-01T00:00:00+00:00",
    }
    undated = [quad for quad in quads(READ) if quad.predicate != term("schema:datePublished")]
    assert b"dcterms:created" not in export(undated, "nanopub")


def test_claim_of_two_articles_is_one_nanopublication_with_both_sentences():
    other = READ.of(READ.article, READ.entities, [SENT], [SAID])
    content = [*quads(READ), *(ox.Quad(*q.triple, article_iri("a2")) for q in quads(other))]
    assert len(parts(nanopublications(content))) == 2


# the library itself uses what rdflib 7.6 calls deprecated
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@given(sound_extractions())
@settings(max_examples=15)
def test_library_for_nanopublications_finds_them_valid(extraction):
    library = pytest.importorskip("nanopub")
    for name in parts(nanopublications(quads(extraction), creator=ORCID, created=NOON)):
        own = [
            q
            for q in nanopublications(quads(extraction), creator=ORCID, created=NOON)
            if q.graph_name.value.startswith(f"{name}/")
        ]
        data = rdflib.Dataset()
        data.parse(data=serialise(own, "nquads"), format="nquads")
        assert library.Nanopub(rdf=data).is_valid


# --- all -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", EXPORTS)
def test_same_graph_gives_the_same_bytes(format):
    content = list(quads(READ))
    assert export(content, format) == export(reversed(content), format)


def test_export_of_a_read_file_is_still_valid(tmp_path):
    path = tmp_path / "graph.trig"
    path.write_bytes(export(quads(READ), "rdf12"))
    assert validate(parse_file(path)) == []


@pytest.mark.parametrize(
    ("format", "options", "message"),
    [
        ("docx", {}, "unknown RDF format 'docx'"),
        ("nanopub", {"creator": "me myself"}, "the creator 'me myself' is no IRI"),
        ("trig", {"creator": ORCID}, "trig names no creator"),
        ("rdf12", {"created": NOON}, "rdf12 names no creator and no time"),
    ],
)
def test_wrong_option_is_refused(format, options, message):
    with pytest.raises(SettingsError, match=message):
        export(quads(READ), format, **options)
