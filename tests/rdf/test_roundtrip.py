import re
from dataclasses import replace
from datetime import date

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib.compare import isomorphic
from rdflib.util import from_n3

from kg.errors import DataError, SettingsError, StoreError
from kg.model import Article, Claim, Entity, EntityType, Evidence, Extraction, Modality, Qualifiers, Quantity
from kg.rdf.decode import canonical, extractions, merge_claims
from kg.rdf.encode import quads
from kg.rdf.serialise import FORMATS, format_of, parse_file, serialise, write_file
from kg.rdf.vocabulary import KG, article_iri, entity_iri, term
from tests.strategies import extractions as any_extraction

ENDINGS = {"turtle": "ttl", "trig": "trig", "nquads": "nq", "ntriples": "nt", "json-ld": "jsonld", "rdf-xml": "rdf"}
RDFLIB = {
    "turtle": "turtle",
    "trig": "trig",
    "nquads": "nquads",
    "ntriples": "nt11",
    "json-ld": "json-ld",
    "rdf-xml": "xml",
}
NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
TEXT = "Polen unterstützt die Ukraine. Ungarn lehnt das ab."
EVIDENCE = Evidence("a1", 0, 30, TEXT[:30], "de/supports/verb/unterstützen", 6, 17, 0.9)
CLAIM = Claim("Polen", "supports", "Ukraine", evidence=(EVIDENCE,))
LANDS = [Entity(name, EntityType.COUNTRY, name, known=True) for name in ("Polen", "Ukraine", "Ungarn")]
READ = Extraction.of(Article("a1", TEXT, published=date(2025, 3, 6)), LANDS, [CLAIM])


@given(any_extraction())
def test_extraction_comes_back_from_quads(extraction):
    assert list(extractions(quads(extraction))) == [canonical(extraction)]


def fit(content, format):
    """What a format can hold: XML has no way to write most control characters."""
    if format != "rdf-xml":
        return set(content)
    return {ox.Quad(q.subject, q.predicate, clean(q.object), q.graph_name) for q in content}


def clean(node):
    if not isinstance(node, ox.Literal) or not NOT_XML.search(node.value):
        return node
    words = NOT_XML.sub("?", node.value)
    return ox.Literal(words, language=node.language) if node.language else ox.Literal(words, datatype=node.datatype)


def as_read(content, format):
    """What is read back: a format without names of graphs holds the union."""
    return {q if FORMATS[format].supports_datasets else ox.Quad(*q.triple) for q in content}


@pytest.mark.parametrize("format", FORMATS)
@given(read=st.lists(any_extraction(), max_size=2, unique_by=lambda e: e.article.id))
@settings(max_examples=20)
def test_quads_come_back_from_every_format(format, read):
    content = fit((q for extraction in read for q in quads(extraction)), format)
    assert set(ox.parse(serialise(content, format), format=FORMATS[format])) == as_read(content, format)


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # rdflib 7.6 itself calls what it calls deprecated
@given(extraction=any_extraction())
@settings(max_examples=10)
def test_rdflib_reads_an_isomorphic_graph_from_every_format(format, extraction):
    content = fit(quads(extraction), format)
    wanted = rdflib.Graph()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rdflib, "NORMALIZE_LITERALS", True)  # other libraries leave it off
        read = rdflib.Dataset().parse(data=serialise(content, format), format=RDFLIB.get(format, format))
        for q in content:
            wanted.add(tuple(map(from_n3, (str(q.subject), str(q.predicate), str(q.object)))))
    found = rdflib.Graph()
    for s, p, o, _ in read.quads():
        found.add((s, p, o))
    assert isomorphic(found, wanted)
    names = {str(name) for *_, name in read.quads() if name is not None} - {str(rdflib.graph.DATASET_DEFAULT_GRAPH_ID)}
    assert names == ({q.graph_name.value for q in content} if FORMATS[format].supports_datasets else set())


@pytest.mark.parametrize("format", [name for name in FORMATS if name != "rdf-xml"])  # whose text is not every text
@given(extraction=any_extraction())
def test_extraction_comes_back_from_every_format(format, extraction):
    written = serialise(quads(extraction), format)
    back = next(extractions(ox.parse(written, format=format_of(format))))
    wanted = canonical(extraction)
    assert back == wanted
    # equality of claims leaves evidence out
    assert [c.evidence for c in back.claims] == [c.evidence for c in wanted.claims]
    assert [c.id for c in back.claims] == [c.id for c in wanted.claims]


@given(any_extraction(), st.randoms())
def test_same_quads_give_the_same_bytes_in_any_order(extraction, random):
    content = list(quads(extraction))
    shuffled = random.sample(content, len(content))
    for format in FORMATS:
        assert serialise(fit(content, format), format) == serialise(fit(shuffled, format), format)


@given(any_extraction())
def test_encoding_makes_no_blank_node_and_one_graph(extraction):
    for quad in quads(extraction):
        assert quad.graph_name == article_iri(extraction.article.id)
        assert isinstance(quad.subject, ox.NamedNode)
        assert not isinstance(quad.object, ox.BlankNode)


@given(any_extraction())
def test_store_keeps_every_literal_as_written(extraction):
    content = set(quads(extraction))
    store = ox.Store()
    store.extend(content)
    assert set(store) == content


@given(any_extraction())
def test_canonical_is_idempotent(extraction):
    once = canonical(extraction)
    assert canonical(once) == once


@given(st.lists(any_extraction(), max_size=4, unique_by=lambda e: e.article.id))
def test_articles_come_back_from_one_file(read):
    content = [quad for extraction in read for quad in quads(extraction)]
    back = list(extractions(ox.parse(serialise(content, "nquads"), format=ox.RdfFormat.N_QUADS)))
    assert back == sorted(map(canonical, read), key=lambda e: e.article.id)


def test_articles_come_back_from_turtle_without_names_of_graphs():
    text = "Ungarn kritisiert die Ukraine."
    other = Extraction.of(
        Article("a2", text),
        LANDS[1:],
        [
            Claim("Ungarn", "criticizes", "Ukraine", evidence=(Evidence("a2", 0, 30, text, "r", 7, 17),)),
            replace(CLAIM, evidence=(Evidence("a2", 0, 30, text, "r", 7, 17),)),
        ],
    )
    content = [*quads(READ), *quads(other)]
    back = list(extractions(ox.parse(serialise(content, "turtle"), format=ox.RdfFormat.TURTLE)))
    assert back == [canonical(READ), canonical(other)]
    assert [c.evidence for e in back for c in e.claims] == [
        c.evidence for e in (READ, other) for c in canonical(e).claims
    ]


@pytest.mark.parametrize(
    ("modality", "is_direct"),
    [("asserted", True), ("reported", True), ("alleged", False), ("planned", False), ("negated", False)],
)
def test_direct_triple_is_for_what_is_affirmed(modality, is_direct):
    claim = replace(CLAIM, qualifiers=Qualifiers(Modality(modality)))
    content = list(quads(replace(READ, claims=(claim,))))
    direct = ox.Quad(entity_iri("Polen"), KG.supports, entity_iri("Ukraine"), article_iri("a1"))
    assert (direct in content) is is_direct


def test_claim_without_object_has_no_direct_triple():
    claim = Claim("Ukraine", "suffersCasualties", None, Qualifiers(quantity=Quantity("zwei Tote", 2.0, "Tote")))
    relations = {q.predicate for q in quads(replace(READ, claims=(claim,)))}
    assert KG.suffersCasualties not in relations


def test_text_can_be_left_out():
    content = list(quads(READ, text=False))
    assert not [q for q in content if q.predicate == term("schema:articleBody")]
    back = next(extractions(content))
    assert back.article == replace(READ.article, text="")
    assert back.claims == READ.claims


def test_unpaired_surrogates_are_replaced_one_for_one():
    back = next(extractions(quads(Extraction.of(Article("a\ud800", "x\ud800y", title="\udfff")))))
    assert back.article == Article("a\ud800", "x\ufffdy", title="\ufffd")


def test_unknown_relation_is_refused():
    with pytest.raises(DataError, match="vists"):
        list(quads(replace(READ, claims=(Claim("Polen", "vists", "Ukraine"),))))


@pytest.mark.parametrize(
    ("predicate", "message"),
    [
        (term("rdf:subject"), "has no rdf:subject"),
        (term("rdf:predicate"), "has no rdf:predicate"),
        (KG.modality, "has no kg:modality"),
        (KG.quote, "has no kg:quote"),
        (KG.start, "has no kg:start"),
        (term("rdfs:label"), "has no rdfs:label"),
    ],
)
def test_missing_part_is_named(predicate, message):
    with pytest.raises(DataError, match=message):
        list(extractions(q for q in quads(READ) if q.predicate != predicate))


@pytest.mark.parametrize(
    ("predicate", "object", "message"),
    [
        (KG.start, ox.Literal("soon"), "not a number"),
        (KG.modality, KG.between, "modality 'between'"),
        (KG.block, ox.Literal("headline 0"), "wrong date or block"),
        (term("schema:datePublished"), ox.Literal("yesterday"), "wrong date or block"),
    ],
)
def test_wrong_value_is_named(predicate, object, message):
    content = list(quads(READ))
    subjects = {q.subject for q in content if q.predicate == predicate} or {article_iri("a1")}
    kept = [q for q in content if q.predicate != predicate]
    wrong = [ox.Quad(s, predicate, object, article_iri("a1")) for s in subjects]
    with pytest.raises(DataError, match=message):
        list(extractions([*kept, *wrong]))


@given(st.lists(any_extraction(), max_size=3))
def test_merging_is_a_union(read):
    found = [claim for extraction in read for claim in extraction.claims]
    merged = merge_claims(found)
    assert len(merged) == len({c.id for c in found})
    assert merge_claims([*merged, *found]) == merged
    backwards = {c.id: c.evidence for c in merge_claims(reversed(found))}
    assert backwards == {c.id: c.evidence for c in merged}


# --- files ---


@pytest.mark.parametrize("format", FORMATS)
def test_file_is_written_and_read(tmp_path, format):
    path = tmp_path / f"graph.{ENDINGS[format]}"
    write_file(quads(READ), path)
    assert list(extractions(parse_file(path))) == [canonical(READ)]
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_turtle_is_readable():
    turtle = serialise(quads(READ), "turtle").decode()
    assert "kgr:Polen a kg:Country ;" in turtle
    assert "\tkg:supports kgr:Ukraine" in turtle


@pytest.mark.parametrize("words", ["a\rb", "a\r\nb", " a\tb\n", "]]>", "<&>\"'"])
@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_rdflib_reads_white_space_and_markup_as_they_are(format, words):
    content = set(quads(replace(READ, article=Article("a1", TEXT, title=words))))
    read = rdflib.Dataset().parse(data=serialise(content, format), format=RDFLIB.get(format, format))
    assert [str(o) for _, p, o, _ in read.quads() if str(p).endswith("headline")] == [words]


def test_character_that_xml_cannot_hold_is_named():
    odd = replace(READ, article=Article("a1", "x\x07y"))
    with pytest.raises(SettingsError, match=r"RDF/XML cannot hold the character U\+0007.*article/a1.*write Turtle"):
        serialise(quads(odd), "rdf-xml")


def test_unknown_format_is_refused():
    with pytest.raises(SettingsError, match=r"unknown RDF format 'docx'.*turtle"):
        serialise([], "docx")


def test_damaged_file_is_named_with_its_line(tmp_path):
    path = tmp_path / "graph.ttl"
    path.write_text("@prefix kg: <https://kg-geopolitics.org/ontology/> .\nkg:a kg:b ; .\n")
    with pytest.raises(StoreError, match=r"graph\.ttl:2: the file is no valid Turtle"):
        list(parse_file(path))


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"\x89PNG\r\n\x1a\n"])
def test_binary_file_is_refused(tmp_path, content):
    path = tmp_path / "graph.ttl"
    path.write_bytes(content)
    with pytest.raises(StoreError, match=r"graph\.ttl"):
        list(parse_file(path))


def test_missing_file_is_refused(tmp_path):
    with pytest.raises(StoreError, match=r"nothing\.ttl: the file cannot be read"):
        list(parse_file(tmp_path / "nothing.ttl"))


def test_file_in_a_missing_folder_cannot_be_written(tmp_path):
    with pytest.raises(StoreError, match="cannot be written"):
        write_file([], tmp_path / "none" / "graph.ttl")
