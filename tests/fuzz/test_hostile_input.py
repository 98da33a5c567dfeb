"""What SECURITY.md promises, each promise a test: entities, bombs, addresses, paths, formulas, markup, controls."""

import gzip
import io
import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import zstandard

import kg
from kg.query import run
from kg.rdf.vocabulary import article_id, article_iri
from kg.store import KnowledgeGraph
from tests.fuzz import material
from tests.fuzz.test_findings_files import BOMB

PEAK = """
import pathlib, re, sys, kg
errors = []
found = list(kg.read_articles(sys.argv[1], on_error=errors.append))
print(len(found), *errors)
peak = re.search(r"VmHWM:\\s*(\\d+)", pathlib.Path("/proc/self/status").read_text())
print(int(peak[1]) // 1024, file=sys.stderr)
"""


def memory_of(path):
    """What reading a file gives, and the most megabytes that it takes."""
    done = subprocess.run([sys.executable, "-c", PEAK, path], capture_output=True, text=True, timeout=120, check=True)
    return done.stdout, int(done.stderr.splitlines()[-1])


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the system does not tell how much memory was taken")
@pytest.mark.parametrize("packed", [".txt.gz", ".txt.zst", ".jsonl.gz"])
def test_bomb_is_unpacked_no_further_than_an_article_is_long(tmp_path, packed):
    path = tmp_path / f"bomb{packed}"
    part = b'{"text": "' + b"a" * (1 << 20) if "jsonl" in packed else b"a" * (1 << 20)
    if packed.endswith(".gz"):
        with gzip.open(path, "wb", compresslevel=9) as file:
            for _ in range(150):
                file.write(part)
    else:
        with path.open("wb") as raw, zstandard.ZstdCompressor().stream_writer(raw) as file:
            for _ in range(150):
                file.write(part)
    assert path.stat().st_size < 2_000_000  # of 150 megabytes
    said, megabytes = memory_of(path)
    assert said.startswith("0 ")
    assert "too long" in said
    assert megabytes < 280


@pytest.mark.parametrize("name", ["feed.rss", "page.html", "page.xhtml"])
def test_entities_of_a_page_or_a_feed_stand_for_nothing(tmp_path, name):
    secret = tmp_path / "secret.txt"
    secret.write_text("GEHEIM")
    doctype = f'<!DOCTYPE x [<!ENTITY a0 "ha">{BOMB}<!ENTITY f SYSTEM "{secret.as_uri()}"><!ENTITY n SYSTEM "http://127.0.0.1:9/">]>'
    text = "Peru besucht &a9; Ecuador &f; und &n; Chile heute."
    if name == "feed.rss":
        body = (
            f"<rss version='2.0'><channel><item><guid>1</guid><description>{text}</description></item></channel></rss>"
        )
    else:
        body = f"<html><body><article><p>{text}</p></article></body></html>"
    path = tmp_path / name
    path.write_text(f'<?xml version="1.0"?>{doctype}{body}')
    errors = []
    texts = [article.text for article in kg.read_articles(path, on_error=errors.append)]
    assert len(texts) == 1 or "no article text found" in str(errors[0])
    assert all(len(text) < 200 and "GEHEIM" not in text for text in texts)


@pytest.fixture
def no_network(monkeypatch):
    """Whoever opens a socket is remembered, and refused."""
    opened = []

    class Refused(socket.socket):
        def connect(self, address):
            opened.append(address)
            message = "no network here"
            raise AssertionError(message)

        connect_ex = connect

    def refuse(*given, **_):
        opened.append(given)
        message = "no network here"
        raise AssertionError(message)

    monkeypatch.setattr(socket, "socket", Refused)
    for name in ("create_connection", "getaddrinfo", "gethostbyname"):
        monkeypatch.setattr(socket, name, refuse)
    return opened


@pytest.mark.model
def test_nothing_that_input_names_is_fetched(tmp_path, no_network, run_kg):
    port = "http://127.0.0.1:9"
    page = material.PAGE.decode().replace(
        "<head>", f"<head><base href='{port}/'><link rel='canonical' href='{port}/a'>"
    )
    (tmp_path / "page.html").write_text(page)
    (tmp_path / "feed.rss").write_bytes(material.RSS.replace(b"<guid>", f"<link>{port}/1</link><guid>".encode()))
    (tmp_path / "rows.jsonl").write_text(json.dumps({"text": f"Peru besucht Ecuador. {port}", "url": port}) + "\n")
    (tmp_path / "a.warc").write_bytes(material.WARC)
    out = tmp_path / "out"
    assert run_kg("build", tmp_path, "--out", out, "--jobs", "1").code == 0
    assert run_kg("extract", tmp_path / "page.html").code == 0
    assert run_kg("query", out, "claims").code == 0
    assert run_kg("query", out / "graph.trig", "-q", "ASK { ?a ?b ?c }").code == 0
    assert run_kg("view", out, "--out", tmp_path / "graph.html").code == 0
    assert run_kg("validate", out).code == 0
    assert run_kg("export", out, "--format", "json-ld").code == 0
    linked = {"@context": f"{port}/context.jsonld", "@id": "urn:a", "name": "b"}
    (tmp_path / "linked.jsonld").write_text(json.dumps(linked))
    assert run_kg("query", tmp_path / "linked.jsonld", "-q", "ASK { ?a ?b ?c }").code == 2
    assert no_network == []


PATHS = [
    "../../outside",
    "/etc/passwd",
    "a/../../b",
    "..\\..\\b",
    "%2e%2e%2fb",
    "C:\\b",
    "a\nb",
    "a\x1b[31mb",
    "con",
    "~/b",
]


@pytest.mark.model
def test_id_of_an_article_never_becomes_a_path(tmp_path, run_kg):
    rows = [{"id": name, "text": f"Peru besucht Ecuador. {name}", "title": name} for name in PATHS]
    inputs = tmp_path / "in" / "rows.jsonl"
    inputs.parent.mkdir()
    inputs.write_text("".join(json.dumps(row) + "\n" for row in rows))
    out = tmp_path / "deep" / "down" / "out"
    done = run_kg("build", inputs, "--out", out)
    assert done.code == 0
    assert "\x1b" not in done.out + done.err
    with KnowledgeGraph(out, read_only=True) as graph:
        assert {str(row[0]) for row in graph.query("SELECT ?id { ?a schema:identifier ?id }")} == set(PATHS)
    assert run_kg("tables", out, "--out", tmp_path / "tables", "--format", "csv").code == 0
    assert {path.name for path in tmp_path.iterdir()} == {"in", "deep", "tables"}
    assert {path.name for path in (tmp_path / "tables").iterdir()} == {f"{t}.csv" for t in kg.tables.TABLES}
    assert {path.name for path in (tmp_path / "deep" / "down").iterdir()} == {"out"}


@pytest.mark.parametrize(
    "name",
    ["> <urn:x> <urn:y", '" . <urn:a> <urn:b> "', "\\u003E", "a b", "<>", "{", "\n", "%3E", "é", "'''", "\ud7ff"],
)
def test_name_in_an_iri_stays_a_name(name):
    node = article_iri(name)
    assert not set(node.value) & set('<>"{}|^`\\ \n')
    assert article_id(node) == name


@pytest.mark.model
def test_no_control_character_of_a_text_reaches_the_terminal(tmp_path, run_kg):
    bad = "\x1b]0;owned\x07\x9b31m\u202e"
    inputs = tmp_path / f"in{bad}put.jsonl"
    row = {"id": f"a{bad}", "text": f"Präsident Julio Va{bad}rgas besuchte am Montag Ecuador.", "title": bad}
    inputs.write_text(json.dumps(row) + "\n" + json.dumps({"id": bad}) + "\n")
    out = tmp_path / "out"
    said = [run_kg("build", inputs, "--out", out), run_kg("query", out, "claims"), run_kg("query", out, "--list")]
    said += [run_kg("extract", inputs, "--format", f) for f in ("table", "csv", "jsonl", "gold")]
    said += [
        run_kg("query", out, "-q", "SELECT ?o { ?s ?p ?o }", "--format", f) for f in ("table", "csv", "json", "srj")
    ]
    said += [run_kg("export", out, "--format", f) for f in ("trig", "nquads", "json-ld")]
    said += [run_kg("query", out, f"no{bad}"), run_kg("query", tmp_path / bad, "claims"), run_kg("validate", out)]
    text = "".join(one.out + one.err for one in said)
    assert "owned" in text
    assert not set(text) & set("\x1b\x07\x9b\u202e")


def test_cell_of_the_served_tables_is_no_formula():
    from tests.fuzz.targets import hostile

    graph = KnowledgeGraph()
    graph.add(hostile("=1+1", "=1", "=1", "=1"))
    assert "\n=1" not in run(graph, "claims").to_csv()
    assert ",=1" not in run(graph, "claims").to_csv()


def test_archive_in_an_archive_is_not_unpacked_twice(tmp_path):
    path = tmp_path / "a.txt.gz"
    path.write_bytes(gzip.compress(gzip.compress(b"Peru besucht Ecuador.")))
    errors = []
    assert list(kg.read_articles(path, on_error=errors.append)) == []
    assert "gzip" in str(errors[0])


def test_packed_files_one_after_the_other_are_read_to_the_end(tmp_path):
    path = tmp_path / "a.jsonl.zst"
    out = io.BytesIO()
    for row in material.ROWS[:3]:
        out.write(zstandard.ZstdCompressor().compress(json.dumps(row).encode() + b"\n"))
    path.write_bytes(out.getvalue())
    assert [article.id for article in kg.read_articles(path)] == ["r0", "r1", "r2"]
    assert Path(path).is_file()
