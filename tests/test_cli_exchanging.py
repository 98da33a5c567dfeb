"""The commands that check a graph and write it for others: validate, export."""

import csv
import io
import json
import re
import sys
from datetime import datetime

import pyoxigraph as ox
import pytest

from kg.rdf.encode import quads
from kg.rdf.serialise import format_of, write_file
from kg.rdf.shapes import validate
from tests.rdf.test_shapes import DENIED, READ, SENT, SENTENCE

FORMATS = ["trig", "turtle", "nquads", "ntriples", "json-ld", "rdf-xml", "rdf12", "nanopub"]


@pytest.fixture
def graph(tmp_path):
    path = tmp_path / "graph.trig"
    write_file(quads(READ), path)
    return path


@pytest.fixture
def faulty(graph, tmp_path):
    path = tmp_path / "faulty.trig"
    path.write_text(graph.read_text().replace("kg:modality kg:reported", "kg:modality kg:maybe"))
    return path


class TestValidate:
    def test_good_file(self, run_kg, graph):
        done = run_kg("validate", graph)
        assert (done.code, done.out) == (0, "valid: 2 claims\n")

    def test_fault_is_told_with_claim_sentence_and_what_to_do(self, run_kg, faulty):
        done = run_kg("validate", faulty)
        assert done.code == 1
        first = done.out.split("\n\n")[1]
        assert first.splitlines() == [
            f"kgr:claim/{SENT.id}",
            "  article: kgr:article/a1",
            "  claim: Nordkorea sendsTroops Russland",
            f"  sentence: {SENTENCE.quote}",
            f"  wrong: the claim {SENT.id} (Nordkorea sendsTroops Russland) needs exactly one modality: asserted, "
            "reported, alleged, planned or negated: kg:maybe",
            "  to do: write exactly one kg:modality: kg:asserted or kg:reported or kg:alleged or kg:planned or "
            "kg:negated",
        ]
        assert done.err == "not valid: 2 faults at 2 nodes\n"

    def test_pyshacl_says_the_same(self, run_kg, faulty):
        one, other = run_kg("validate", faulty), run_kg("validate", faulty, "--pyshacl")
        assert (one.code, one.out, one.err) == (other.code, other.out, other.err)

    def test_limit_is_of_what_is_shown(self, run_kg, faulty):
        done = run_kg("validate", faulty, "--limit", "1")
        assert done.out.endswith("… and 1 nodes more; --format csv shows all\n")
        assert "2 faults" in done.err

    def test_for_programs(self, run_kg, faulty):
        rows = list(csv.DictReader(io.StringIO(run_kg("validate", faulty, "--format", "csv").out)))
        lines = [json.loads(line) for line in run_kg("validate", faulty, "--format", "jsonl").out.splitlines()]
        assert [row["node"] for row in rows] == [line["node"] for line in lines]
        assert {line["claim"] for line in lines} == {None, "Nordkorea sendsTroops Russland"}

    def test_good_graph_prints_nothing_for_programs(self, run_kg, graph):
        assert run_kg("validate", graph, "--format", "jsonl").out == ""

    def test_terminal_codes_of_a_graph_do_no_harm(self, run_kg, tmp_path):
        path = tmp_path / "graph.trig"
        write_file((q for q in quads(READ) if "modality" not in q.predicate.value), path)
        path.write_text(path.read_text().replace("Seoul.", "Seoul\\u001B[31m."))
        assert "\x1b" not in run_kg("validate", path).out

    @pytest.mark.parametrize("option", [(), ("--pyshacl",)])
    def test_graph_of_somebody_else_is_not_valid(self, run_kg, tmp_path, option):
        path = tmp_path / "friends.ttl"
        path.write_text("@prefix foaf: <http://xmlns.com/foaf/0.1/> .\n<urn:a> a foaf:Person ; foaf:name 'A' .")
        done = run_kg("validate", path, *option)
        assert done.code == 1
        assert done.out.startswith("not valid: there is nothing of kg in the graph: none of its 2 triples has")
        assert "http://xmlns.com/foaf/0.1/Person (1)" in done.out
        assert "to do: give a graph that `kg build`" in done.out
        assert run_kg("validate", path, "--format", "jsonl", *option).code == 1

    def test_empty_file_is_not_valid(self, run_kg, tmp_path):
        path = tmp_path / "empty.nq"
        path.write_text("")
        done = run_kg("validate", path)
        assert (done.code, done.out) == (1, "")
        assert "is empty" in done.err

    def test_damaged_file(self, run_kg, tmp_path):
        path = tmp_path / "graph.ttl"
        path.write_text("this is no Turtle")
        done = run_kg("validate", path)
        assert (done.code, done.out) == (2, "")
        assert "graph.ttl:1" in done.err


class TestExport:
    @pytest.mark.parametrize("format", FORMATS)
    def test_every_format(self, run_kg, graph, tmp_path, format):
        out = tmp_path / "new" / "export"
        assert run_kg("export", graph, "--format", format, "--out", out).code == 0
        read_as = format_of({"rdf12": "trig", "nanopub": "trig"}.get(format, format))
        text = out.read_bytes()
        found = list(ox.parse(text, format=read_as))
        assert {SENT.id, DENIED.id} <= {q.subject.value.rpartition("/")[2] for q in found}
        if format == "nanopub":
            assert re.search(rb'dcterms:created "2024-10-07T00:00:00\+00:00"\^\^xsd:dateTime', text)
        elif format != "rdf12":
            assert validate(found) == []

    @pytest.mark.parametrize("format", FORMATS)
    def test_same_bytes_on_another_day(self, run_kg, graph, tmp_path, monkeypatch, format):
        class Later(datetime):
            @classmethod
            def now(cls, tz=None):
                return datetime(2031, 5, 17, 9, 30, tzinfo=tz)

        first, second = tmp_path / "first", tmp_path / "second"
        assert run_kg("export", graph, "--format", format, "--out", first).code == 0
        for name, module in list(sys.modules.items()):
            if name.startswith("kg.") and getattr(module, "datetime", None) is datetime:
                monkeypatch.setattr(module, "datetime", Later)
        assert run_kg("export", graph, "--format", format, "--out", second).code == 0
        assert first.read_bytes() == second.read_bytes()

    def test_standard_output_is_the_same(self, run_kg, graph, tmp_path):
        assert run_kg("export", graph, "--format", "trig").out == graph.read_text()

    def test_creator(self, run_kg, graph):
        orcid = "https://orcid.org/0000-0002-1825-0097"
        assert orcid in run_kg("export", graph, "--format", "nanopub", "--creator", orcid).out
        done = run_kg("export", graph, "--format", "turtle", "--creator", orcid)
        assert done.code == 2
        assert "turtle names no creator" in done.err

    def test_missing_graph(self, run_kg, tmp_path):
        assert run_kg("export", tmp_path / "none").code == 2
