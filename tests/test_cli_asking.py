"""The commands that ask a graph: query, explain, validate, view, network."""

import csv
import io
import json
import re
from datetime import date

import pytest

import kg
from kg.model import Article, Claim, Entity, EntityType, Evidence, Extraction, Modality, Qualifiers

TEXT = "Peru besuchte Ecuador. =Chile\x1b[31m kritisierte Peru."
LANDS = [Entity(name, EntityType.COUNTRY, name, aliases=(name,)) for name in ("Peru", "Ecuador", "Chile")]


def claim(subject, predicate, object, start, end, **qualifiers):
    evidence = Evidence("a1", start, end, TEXT[start:end], f"de/{predicate}/verb/x", start, start + 4, 0.8)
    return Claim(subject, predicate, object, Qualifiers(**qualifiers), (evidence,))


VISIT = claim("Peru", "visits", "Ecuador", 0, 22, begins="2025-03-03", ends="2025-03-03")
CRITICISM = claim("Chile", "criticizes", "Peru", 23, len(TEXT), modality=Modality.NEGATED)


@pytest.fixture
def out(tmp_path):
    """A folder as `kg build` makes it."""
    article = Article("a1", TEXT, title="Reise\x1b[2J", published=date(2025, 3, 5), publisher="Bote")
    with kg.KnowledgeGraph(tmp_path / "out" / "store") as graph:
        graph.add(Extraction.of(article, LANDS, [VISIT, CRITICISM]))
        graph.save(tmp_path / "graph.ttl")
    return tmp_path / "out"


@pytest.fixture
def empty(tmp_path):
    path = tmp_path / "empty.ttl"
    path.write_text("")
    return path


class TestQuery:
    @pytest.mark.parametrize("target", ["out", "out/store", "graph.ttl"])
    def test_every_kind_of_target_answers(self, run_kg, out, target):
        done = run_kg("query", out.parent / target, "-q", "SELECT ?who WHERE { ?who kg:visits ?where }")
        assert done.code == 0
        header, _, row = done.out.split()
        assert (header, row) == ("who", "kgr:Peru")

    def test_csv(self, run_kg, out):
        query = "SELECT ?name ?n WHERE { ?e rdfs:label ?name . BIND('=1+1' AS ?n) } ORDER BY ?name"
        done = run_kg("query", out, "-q", query, "--format", "csv")
        assert list(csv.reader(io.StringIO(done.out)))[:2] == [["name", "n"], ["Chile", "'=1+1"]]

    def test_json(self, run_kg, out):
        done = run_kg("query", out, "-q", "SELECT ?e WHERE { ?e kg:quote ?q FILTER(CONTAINS(?q, 'Chile')) }")
        assert done.code == 0
        done = run_kg("query", out, "-q", "SELECT ?q WHERE { ?e kg:quote ?q } ORDER BY ?q", "--format", "json")
        assert "\x1b" not in done.out
        assert [row["q"] for row in json.loads(done.out)] == sorted([TEXT[:22], TEXT[23:]])

    def test_turtle(self, run_kg, out, tmp_path):
        done = run_kg("query", out, "-q", "CONSTRUCT { ?a ?b ?c } WHERE { ?a ?b ?c }", "--format", "ttl")
        assert done.code == 0
        assert "\x1b" not in done.out
        path = tmp_path / "again.ttl"
        path.write_text(done.out)
        assert set(kg.KnowledgeGraph.load(path).claims()) == {VISIT, CRITICISM}

    @pytest.mark.parametrize(
        ("sparql", "code", "told"),
        [
            ("SELECT * WHERE { ?c kg:sayer ?x }", 1, "the ontology has no kg:sayer (did you mean kg:speaker"),
            ("SELECT * WHERE { kgr:Perru ?p ?x }", 1, "the graph knows no kgr:Perru (did you mean kgr:Peru?)"),
            ("SELECT * WHERE { ?s kg:visits ?o OPTIONAL { ?o kg:cuntry ?c } }", 0, "(did you mean kg:country"),
        ],
    )
    @pytest.mark.parametrize("in_file", [False, True])
    def test_name_that_nobody_knows_is_named(self, run_kg, out, tmp_path, sparql, code, told, in_file):
        file = tmp_path / "own.rq"
        file.write_text(sparql)
        done = run_kg("query", out, *(["-f", file] if in_file else ["-q", sparql]))
        assert (done.code, told in done.err, told in done.out) == (code, True, False)
        assert ("nothing found" in done.err) == (code == 1)

    def test_what_is_known_is_not_complained_of(self, run_kg, out):
        done = run_kg("query", out, "-q", "SELECT * WHERE { kgr:Peru kg:attacks ?x }")
        assert (done.code, done.err.strip()) == (1, "nothing found")

    @pytest.mark.parametrize(
        ("arguments", "told"),
        [
            (["out", "-f", "nosuch.rq"], "nosuch.rq: the query cannot be read: No such file or directory (give a file"),
            (["out", "-f", "."], ".: the query cannot be read: Is a directory"),
            (["out", "-f", "latin.rq"], "latin.rq: the query cannot be read: it is no text in UTF-8"),
            (["bare", "visits"], "bare: the folder is empty, there is no graph of kg in it (kg build INPUT --out"),
            (["nosuch", "visits"], "nosuch: there is no such graph"),
        ],
    )
    def test_file_or_folder_that_holds_nothing_is_named(self, run_kg, out, monkeypatch, arguments, told):
        monkeypatch.chdir(out.parent)
        (out.parent / "bare").mkdir()
        (out.parent / "latin.rq").write_bytes("# Größe".encode("latin-1"))
        done = run_kg("query", *arguments)
        assert (done.code, told in done.err, "Errno" in done.err) == (2, True, False)

    @pytest.mark.parametrize(("format", "meant"), [("jsonld", "json"), ("turtle", "ttl"), ("xqz", None)])
    def test_format_that_is_nearly_one_is_told(self, run_kg, out, format, meant):
        done = run_kg("query", out, "visits", "--format", format)
        words = " ".join(done.err.replace("│", " ").split())
        assert done.code == 2
        assert ("Did you mean" in words) == (meant is not None)
        assert meant is None or f"Did you mean '{meant}'?" in words

    def test_select_is_no_turtle(self, run_kg, out):
        done = run_kg("query", out, "-q", "SELECT ?a WHERE { ?a kg:visits ?c }", "--format", "ttl")
        assert done.code == 2
        assert "CONSTRUCT" in done.err

    def test_file(self, run_kg, out, tmp_path):
        path = tmp_path / "eigene.rq"
        path.write_text("SELECT ?where WHERE { kgr:Peru kg:visits ?where }")
        assert "kgr:Ecuador" in run_kg("query", out, "-f", path).out

    def test_named_query_with_parameter(self, run_kg, out):
        done = run_kg("query", out, "claims-of", "--param", "entity=Chile")
        assert done.code == 0
        assert "criticizes" in done.out
        assert "visits" not in done.out

    def test_named_queries_are_listed(self, run_kg):
        done = run_kg("query", "--list")
        assert done.code == 0
        assert "claims-of" in done.out
        assert "entity" in done.out

    @pytest.mark.parametrize(
        "query",
        [
            "SELECT ?a WHERE { ?a kg:attacks ?b }",
            "ASK { ?a kg:attacks ?b }",
            "ASK { kgr:Chile kg:criticizes kgr:Peru }",
        ],
    )
    def test_nothing_found_is_a_negative_answer(self, run_kg, out, query):
        assert run_kg("query", out, "-q", query).code == 1

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["-q", "SELECT"], "SPARQL"),
            (["-q", "DELETE WHERE { ?a ?b ?c }"], "SELECT, ASK"),
            (["-q", "ASK { ?a ?b ?c }", "--param", "x=1"], "no parameter"),
            (["nosuch"], "nosuch"),
            (["claims-of"], "entity"),
            (["claims-of", "--param", "entity"], "NAME=VALUE"),
            (["claims-of", "--param", "entity=Atlantis"], "Atlantis"),
            (["claims-of", "--param", "entit=Peru"], "did you mean"),
            (["-f", "nosuch.rq"], "nosuch.rq"),
            ([], "NAME"),
            (["claims", "-q", "ASK { ?a ?b ?c }"], "one of"),
        ],
    )
    def test_wrong_question_is_wrong_input(self, run_kg, out, arguments, said):
        done = run_kg("query", out, *arguments)
        assert done.code == 2
        assert said in done.err

    def test_missing_target(self, run_kg):
        assert run_kg("query").code == 2

    def test_endpoint_out_of_reach_is_wrong_input(self, run_kg):
        done = run_kg("query", "http://127.0.0.1:9/sparql", "-q", "ASK { ?a ?b ?c }")
        assert done.code == 2
        assert "127.0.0.1:9" in done.err


@pytest.mark.parametrize(
    "command",
    [
        ["query", "TARGET", "-q", "ASK { ?a ?b ?c }"],
        ["explain", "TARGET", "ab"],
        ["validate", "TARGET"],
        ["view", "TARGET", "--out", "x.html"],
        ["network", "TARGET", "--format", "csv"],
    ],
    ids=lambda command: command[0],
)
class TestWrongTarget:
    def run(self, run_kg, command, target):
        return run_kg(*(target if word == "TARGET" else word for word in command))

    def test_missing(self, run_kg, command, tmp_path):
        done = self.run(run_kg, command, tmp_path / "nosuch")
        assert done.code == 2
        assert "nosuch" in done.err

    def test_folder_of_something_else(self, run_kg, command, tmp_path):
        (tmp_path / "brief.txt").write_text("Lieber Onkel")
        done = self.run(run_kg, command, tmp_path)
        assert done.code == 2
        assert "no graph" in done.err

    @pytest.mark.parametrize("name", ["foto.jpg", "kaputt.ttl"])
    def test_file_of_something_else(self, run_kg, command, tmp_path, name):
        path = tmp_path / name
        path.write_bytes(b"\xff\xd8 kein RDF <")
        done = self.run(run_kg, command, path)
        assert done.code == 2
        assert name in done.err


class TestExplain:
    @pytest.mark.parametrize("form", ["{}", "kgr:claim/{}", "https://kg-geopolitics.org/resource/claim/{}"])
    def test_leads_to_the_sentence(self, run_kg, out, form):
        done = run_kg("explain", out, form.format(CRITICISM.id))
        assert done.code == 0
        assert "kritisierte Peru." in done.out
        assert "negated" in done.out
        assert "de/criticizes/verb/x" in done.out
        assert "Bote" in done.out
        assert "\x1b" not in done.out

    def test_first_characters_are_enough(self, run_kg, out):
        assert "Peru besuchte Ecuador." in run_kg("explain", out, VISIT.id[:8]).out

    @pytest.mark.parametrize("wanted", ["zzz", "", "/"])
    def test_unknown_claim(self, run_kg, out, wanted):
        assert run_kg("explain", out, wanted).code == 2


class TestValidate:
    def test_good_graph(self, run_kg, out):
        done = run_kg("validate", out)
        assert (done.code, done.out) == (0, "valid: 2 claims\n")

    def test_faulty_graph_is_a_negative_answer(self, run_kg, out, tmp_path):
        path = tmp_path / "graph.ttl"
        faulty = tmp_path / "faulty.ttl"
        text, changes = re.subn(r"kg:modality kg:\w+", "kg:modality kg:guessed", path.read_text())
        assert changes == 2
        faulty.write_text(text)
        done = run_kg("validate", faulty)
        assert done.code == 1
        assert "not valid" in done.err
        assert "to do: write exactly one kg:modality" in done.out


class TestShow:
    def test_view_is_one_page(self, run_kg, out, tmp_path):
        done = run_kg("view", out, "--out", tmp_path / "neu" / "netz.html")
        assert done.code == 0
        page = (tmp_path / "neu" / "netz.html").read_text()
        assert "Ecuador" in page
        assert [path.name for path in (tmp_path / "neu").iterdir()] == ["netz.html"]

    @pytest.mark.parametrize(("format", "said"), [("graphml", "<graphml"), ("gexf", "<gexf"), ("csv", "subject,")])
    def test_network(self, run_kg, out, tmp_path, format, said):
        shown = run_kg("network", out, "--format", format)
        assert shown.code == 0
        assert said in shown.out
        assert "\x1b" not in shown.out
        path = tmp_path / f"netz.{format}"
        written = run_kg("network", out, "--format", format, "--out", path)
        assert (written.code, written.out) == (0, "")
        assert said in path.read_text()

    def test_strict_leaves_out_what_is_not_asserted(self, run_kg, out):
        rows = [run_kg("network", out, "--format", "csv", *more).out.splitlines() for more in ((), ("--strict",))]
        assert [len(lines) for lines in rows] == [3, 2]
        assert "visits" in rows[1][1]

    @pytest.mark.parametrize("command", [["view", "--out", "x.html"], ["network", "--format", "csv"]])
    def test_nothing_to_show_is_a_negative_answer(self, run_kg, empty, command, monkeypatch):
        monkeypatch.chdir(empty.parent)
        done = run_kg(command[0], empty, *command[1:])
        assert done.code == 1
        assert "no claim" in done.err

    @pytest.mark.parametrize("command", [["view"], ["network", "--format", "csv"]])
    def test_place_that_cannot_be_written_is_wrong_input(self, run_kg, out, tmp_path, command):
        taken = tmp_path / "file"
        taken.write_text("")
        assert run_kg(command[0], out, *command[1:], "--out", taken / "x.html").code == 2
        assert taken.read_text() == ""

    def test_unknown_format_is_wrong_usage(self, run_kg, out):
        assert run_kg("network", out, "--format", "dot").code == 2
