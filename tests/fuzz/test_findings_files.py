"""What fuzzing found in the reading and writing of files: each finding stays a test."""

import csv
import io
import re

import pytest

import kg
from kg.build_partition import Task, read_partition
from kg.config import Settings
from kg.errors import QueryError
from kg.facts.decisions import Decisions
from kg.network import network_text, to_networkx
from kg.query import derivation, explain, run
from kg.store import KnowledgeGraph
from kg.text.captures import read_captures
from kg.text.web import read_fragment
from tests.fuzz import material
from tests.fuzz.targets import hostile
from tests.fuzz.targets_more import check_data_file

DATA = material.ROOT / "kg" / "data" / "de"
FORMULAS = ["=HYPERLINK(1)", "+1+1", "-2+3", "@SUM(A1)", "\tx", "\rx", "＝1+1", " =1", "\n=1", "a\r=1", "a\r\t"]


@pytest.mark.parametrize("markup", ["<p>a\x01b</p>", "a<br>\x00b", "<p>a&#1;b</p>", "<div>\ufffe</div>c"])
def test_markup_with_characters_that_xml_forbids_is_read(markup):
    assert "\x01" not in read_fragment(markup).replace("\n", "")


@pytest.mark.parametrize(
    "archive",
    [
        b"WARC/1.0\r\nWARC-Type: response\r\n\r\nWARC-Target-URI: https://a.example/1\r\n\r\n",
        material.WARC.replace(b"Content-Length: ", b"Content-Length: x"),
        material.WARC.replace(b"Content-Length: ", b"Content-Length: -"),
        material.WARC.replace(b"WARC-Date", b"\xff\xfe"),
        material.WARC.replace(b"HTTP/1.1 200 OK", b"\x00"),
        material.WARC.replace(b"WARC-Target-URI: ", b""),
    ],
    ids=["no target", "length", "negative", "bytes", "no status", "no address"],
)
def test_damaged_header_of_a_web_archive_is_told(tmp_path, archive, capsys):
    path = tmp_path / "a.warc"
    path.write_bytes(archive)
    errors = []
    found = list(kg.read_articles(path, on_error=errors.append))
    assert errors or found or archive.count(b"WARC-Target-URI") == 0
    assert all(str(path) in str(error) for error in errors)


def test_error_in_a_web_archive_that_is_no_fault_of_the_archive_comes_through():
    class Broken(io.BytesIO):
        def read(self, *size):
            message = "disk gone"
            raise OSError(message)

        readline = read

    with pytest.raises(OSError, match="disk gone"):
        list(read_captures(Broken(), source="a.warc", limit=9, on_note=print))


@pytest.mark.parametrize("text", ["\ud800Peru besucht Ecuador.", "Peru \udfff"])
def test_half_a_character_is_an_error_of_the_article(text):
    good = kg.Article("good", "Peru besucht Ecuador.")
    half, read = read_partition([kg.Article("half", text), good], Task(Settings(), raw=True))
    assert "half: half a character (a lone surrogate) at offset" in str(half.error)
    assert read.extraction.claims


@pytest.mark.parametrize("word", FORMULAS)
def test_no_cell_of_a_table_for_people_is_a_formula(tmp_path, word):
    graph = KnowledgeGraph()
    graph.add(hostile(word, word, word, word))
    texts = [path.read_text(encoding="utf-8") for path in kg.write_tables(graph, tmp_path, format="csv")]
    texts += [run(graph, name).to_csv() for name in ("claims", "visits")]
    texts.append(network_text(to_networkx(graph), "csv"))
    cells = [cell for text in texts for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
    word = word.replace("\r", "\n")
    assert {word, f"'{word}"} & set(cells)
    begun = [cell for cell in cells if cell.lstrip(" \n").startswith(("=", "+", "-", "@", "\t", "\r", "＝"))]
    assert not [cell for cell in begun if not re.fullmatch(r"-[0-9]+[.][0-9]+", cell)]  # degrees of latitude


def test_numbers_stay_numbers_in_tables_for_people():
    table = run(KnowledgeGraph(), 'SELECT ("-5" AS ?a) (-5 AS ?b) ("+0,5" AS ?c) { }')
    assert table.to_csv() == 'a,b,c\n-5,-5,"+0,5"\n'


BOMB = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 10))
RDF_XML = (
    '<?xml version="1.0"?><!DOCTYPE rdf:RDF [{}]><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns:k="urn:k:"><rdf:Description rdf:about="urn:x"><k:p>{}</k:p></rdf:Description></rdf:RDF>'
)


@pytest.mark.parametrize(
    ("entities", "content"),
    [
        (f'<!ENTITY a0 "ha">{BOMB}', "&a9;"),
        ('<!ENTITY a "&#38;b;"><!ENTITY b "x">', "&a;"),
        (f'<!ENTITY a "{"x" * 10_000}">', "&a;" * 1000),
        ('<!ENTITY a SYSTEM "file:///etc/passwd">', "&a;"),
        ('<!ENTITY a SYSTEM "http://127.0.0.1:9/">', "&a;"),
        ('<!ENTITY % a SYSTEM "http://127.0.0.1:9/"> %a;', ""),
    ],
    ids=["billion laughs", "escaped", "long", "file", "address", "parameter"],
)
def test_entities_of_an_rdf_file_cannot_fill_the_memory_or_name_files(tmp_path, entities, content):
    # Before, the first of these ended the program for want of memory.
    path = tmp_path / "graph.rdf"
    path.write_text(RDF_XML.format(entities, content))
    with pytest.raises(kg.StoreError, match=r"graph\.rdf:1: the entity '[ab]\d?' stands for a file, for other"):
        KnowledgeGraph(path, create=False, read_only=True)


@pytest.mark.parametrize("encoding", ["TF-8", "klingon"])
def test_rdf_file_in_an_encoding_that_there_is_not_is_refused(tmp_path, encoding):
    path = tmp_path / "graph.rdf"
    path.write_text(RDF_XML.replace('"1.0"', f'"1.0" encoding="{encoding}"').format("", "x"))
    with pytest.raises(kg.StoreError, match=r"graph\.rdf:1: the file is no valid RDF/XML: .*[Uu]nknown encoding"):
        KnowledgeGraph(path, create=False, read_only=True)


def test_short_entities_of_an_rdf_file_are_read(tmp_path):
    path = tmp_path / "graph.rdf"
    path.write_text(RDF_XML.format('<!ENTITY owl "http://www.w3.org/2002/07/owl#">', "&owl;Thing"))
    (quad,) = KnowledgeGraph(path, create=False, read_only=True).quads()
    assert quad.object.value == "http://www.w3.org/2002/07/owl#Thing"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.nt", "<urn:a> <urn:b> " + "<<( <urn:a> <urn:b> " * 100_000),
        ("a.ttl", "<urn:a> <urn:b> " + "<<( <urn:a#> <urn:b> # >>\n" * 100_000),
        ("a.trig", '<urn:a> <urn:b> ">>", \'>>\', """>>""" . ' + "<< " * 100_000),
        ("a.rdf", RDF_XML.format("", "<rdf:Description><k:p>" * 100_000)),
        ("a.jsonld", '{"urn:a":' * 100_000),
    ],
)
def test_file_that_is_nested_without_end_is_refused(tmp_path, name, content):
    # Before, triple terms ended the program by a segmentation fault, and elements took minutes.
    path = tmp_path / name
    path.write_text(content)
    with pytest.raises(kg.StoreError, match=name):
        KnowledgeGraph(path, create=False, read_only=True)


def test_many_triple_terms_side_by_side_are_read(tmp_path):
    path = tmp_path / "graph.nt"
    line = '<urn:x> <http://www.w3.org/1999/02/22-rdf-syntax-ns#reifies> <<( <urn:a> <urn:b> "<< << %d" )>> .\n'
    path.write_text("".join(line % number for number in range(1000)))
    assert len(list(KnowledgeGraph(path, create=False, read_only=True).quads())) > 0


@pytest.mark.parametrize(
    "query",
    [
        "ASK { FILTER (" + "(" * 30_000 + "1" + ")" * 30_000 + ") }",
        "ASK " + "{" * 30_000 + "}" * 30_000,
        "ASK { FILTER (1" + "||1" * 30_000 + ") }",
        "ASK { ?a a" + "/a" * 30_000 + " ?b }",
        "ASK { FILTER (" + "!" * 30_000 + "1) }",
        "ASK { {}" + " UNION {}" * 30_000 + " }",
        "ASK { " + "?a ?b ?c . " * 30_000 + " }",
        "ASK { FILTER (" + "STR(" * 30_000 + "1" + ")" * 30_000 + ") }",
        "ASK { " + "FILTER EXISTS {" * 30_000 + "}" * 30_000 + " }",
    ],
    ids=["brackets", "groups", "or", "path", "not", "union", "triples", "calls", "exists"],
)
def test_query_that_would_end_the_program_is_refused(query):
    # Before, each of these ended the program by a segmentation fault.
    with pytest.raises(kg.QueryError, match=r"the query (is nested|has more than)"):
        KnowledgeGraph().query(query)


def test_long_query_of_many_values_is_asked():
    values = " ".join(f'("a-b/c | !{i} ((" <urn:x/y-{i}((#> kgr:Nord-{i} "2024-01-{i}"^^xsd:date)' for i in range(3000))
    assert len(KnowledgeGraph().query(f"SELECT * {{ VALUES (?a ?b ?c ?d) {{ {values} }} }}")) == 3000


def test_update_of_many_triples_is_stored():
    graph = KnowledgeGraph()
    graph.update("INSERT DATA { GRAPH <urn:g> { " + "".join(f"<urn:a> <urn:b> {i} . " for i in range(3000)) + "} }")
    assert len(list(graph.quads())) == 3000


@pytest.mark.parametrize("name", ["a" * 300, "visits" * 1000])
def test_name_of_a_query_of_any_length_is_refused(name):
    with pytest.raises(kg.QueryError, match="there is no query named"):
        run(KnowledgeGraph(), name)


@pytest.mark.parametrize(("name", "tag", "count"), [("a.html", "<p>a", 100_001), ("a.rss", "<a>", 300_001)])
def test_page_of_more_tags_than_any_article_has_is_refused(tmp_path, name, tag, count):
    path = tmp_path / name
    path.write_text(f"<rss><html>{tag * count}")
    errors = []
    assert list(kg.read_articles(path, on_error=errors.append)) == []
    assert "tags" in str(errors[0])


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("inflection.toml", b"\x80"),
        ("inflection.toml", b"a = " + b"[" * 5000),
        ("clutter.toml", b"a = " + b"[" * 5000),
        ("clutter.toml", re.sub(rb"patterns = \[", b'patterns = ["(", ', material.seeds(DATA, "clutter.toml")[0])),
        ("dates.toml", b"\xff"),
        ("titles.toml", b"[rules]\nfeminine = 1\n"),
        ("titles.toml", b"[rules]\nformer_adverbs = 1\n"),
        ("titles.toml", b"kinds = 1\n"),
        ("classes.toml", b"words = 1\n"),
        ("frames/visits.toml", b'predicate = "visits"\nverb = [1]\n'),
        ("evaluation.toml", b"names = 1\n"),
        ("coref.toml", re.sub(rb"(?m)^age = .*$", b"age = '['", material.seeds(DATA, "coref.toml")[0])),
        ("dates.toml", re.sub(rb'(?m)^rule = "day"$', b"rule = []", material.seeds(DATA, "dates.toml")[0], count=1)),
        ("modality.toml", b""),
        ("modality.toml", b"adverbs = 1\n"),
    ],
)
def test_damaged_data_file_is_named(name, data):
    check_data_file(name, data)  # before, some of these ended in a TypeError, a UnicodeDecodeError or a RecursionError


def test_decisions_that_are_nested_without_end_are_refused(tmp_path):
    path = tmp_path / "actors.toml"
    path.write_text("a = " + "[" * 5000)
    with pytest.raises(kg.DataError, match=r"actors\.toml: the decisions are no valid TOML"):
        Decisions.load(path)


def test_feed_whose_namespace_holds_other_blanks_is_told(tmp_path):
    path = tmp_path / "a.rss"
    path.write_text('<rss xmlns="a\u00a0b\u00a0c"><channel><item><title>Peru</title></item></channel></rss>')
    errors = []
    assert list(kg.read_articles(path, on_error=errors.append)) == []
    assert "the feed cannot be parsed" in str(errors[0])


@pytest.mark.parametrize("words", ["Julio Vargas", "<>", "a\nb", "\ud800", "kgr:claim/x y", "conclusion/ä {"])
def test_what_is_no_id_of_a_claim_is_told(words):
    graph = KnowledgeGraph()
    graph.add(hostile("Vargas", "https://a.example/1", "Andenkurier", "Präsident"))
    with pytest.raises(QueryError):
        explain(graph, words)
    assert derivation(graph, words) is None
