"""What fuzzing found in the reading and writing of files: each finding stays a test."""

import csv
import io

import pytest

import kg
from kg.build_partition import Task, read_partition
from kg.config import Settings
from kg.network import network_text, to_networkx
from kg.query import run
from kg.store import KnowledgeGraph
from kg.text.captures import read_captures
from kg.text.web import read_fragment
from tests.fuzz import material
from tests.fuzz.targets import hostile

FORMULAS = ["=HYPERLINK(1)", "+1+1", "-2+3", "@SUM(A1)", "\tx", "\rx", "＝1+1", " =1", "\n=1"]


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
    assert f"'{word}" in cells
    assert not [cell for cell in cells if cell.lstrip(" \n").startswith(("=", "+", "-", "@", "\t", "\r", "＝"))]


def test_numbers_stay_numbers_in_tables_for_people():
    table = run(KnowledgeGraph(), 'SELECT ("-5" AS ?a) (-5 AS ?b) ("+0,5" AS ?c) { }')
    assert table.to_csv() == 'a,b,c\n-5,-5,"+0,5"\n'
