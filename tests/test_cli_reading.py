"""`kg build` and `kg extract`, on good and on bad input."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

GOOD = "Der peruanische Präsident Julio Vargas ist am Montag nach Ecuador gereist."
OUTPUTS = ("graph.trig", "claims.jsonl", "graph.html")

pytestmark = pytest.mark.model


@pytest.fixture
def good(tmp_path):
    path = tmp_path / "gut.txt"
    path.write_text(GOOD)
    return path


def rows(*records):
    return "".join(f"{json.dumps(record, ensure_ascii=False)}\n" for record in records)


BAD = {
    "leer.txt": (b"", "empty"),
    "blank.txt": (b" \n\n\t", "empty"),
    "foto.jpg": (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + bytes(range(256)) * 20, "text"),
    "nullen.txt": (b"Peru\x00\x00\x00\x00" * 100, "text"),
    "lang.txt": (b"Peru besuchte Ecuador. " * 220_000, "long"),
    "kaputt.html": (b"<html><head><title>x</title><body><div><p <<<><script>var a=1;</p>", "kaputt.html"),
    "kaputt.jsonl": (b'{"text": "Peru\n[1, 2]\nnull\n{"id": 3}\n', "kaputt.jsonl:1"),
    "kaputt.csv": (b"a;b\n1;2\n", "kaputt.csv"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_reported_and_the_good_article_is_built(run_kg, good, tmp_path, name):
    content, said = BAD[name]
    bad = tmp_path / name
    bad.write_bytes(content)
    done = run_kg("build", bad, good, "--out", tmp_path / "out")
    assert done.code == 0
    assert "1 article," in done.out
    (skipped,) = {
        line for line in done.err.splitlines() if line.startswith("skipped: ") and name in line and said in line
    }
    assert skipped
    assert len((tmp_path / "out" / "claims.jsonl").read_text().splitlines()) >= 1


@pytest.mark.parametrize("name", BAD)
def test_only_bad_input_is_a_negative_answer_and_leaves_nothing_behind(run_kg, tmp_path, name):
    bad = tmp_path / name
    bad.write_bytes(BAD[name][0])
    done = run_kg("build", bad, "--out", tmp_path / "out")
    assert done.code == 1
    assert "no article could be built" in done.err
    assert not (tmp_path / "out").exists()


def test_missing_file_is_reported(run_kg, good, tmp_path):
    done = run_kg("build", tmp_path / "gutt.txt", good, "--out", tmp_path / "out")
    assert done.code == 0
    assert "there is no such file" in done.err
    assert "gut.txt" in done.err


def test_latin_1_file_is_read_with_a_note(run_kg, tmp_path):
    path = tmp_path / "alt.txt"
    path.write_bytes("Der ecuadorianische Präsident empfing in Köln die Außenministerin Perus.".encode("latin-1"))
    done = run_kg("extract", path, "--format", "gold")
    assert done.code == 0
    assert json.loads(done.out)["text"].endswith("in Köln die Außenministerin Perus.")
    assert done.err.startswith("note: ")


def test_broken_rows_are_reported_with_their_lines(run_kg, tmp_path):
    path = tmp_path / "zeilen.jsonl"
    path.write_text(
        rows({"id": "eins", "text": GOOD}) + '{"id": "zwei", "text":\n' + rows({"id": "drei", "text": GOOD})
    )
    done = run_kg("extract", path, "--format", "gold")
    assert done.code == 0
    assert [json.loads(line)["id"] for line in done.out.splitlines()] == ["eins", "drei"]
    assert "zeilen.jsonl:2" in done.err


def test_build_writes_all_outputs_and_a_report(run_kg, good, tmp_path):
    out = tmp_path / "neu" / "out"
    done = run_kg("build", good, "--out", out, "--published", "2025-03-05")
    assert done.code == 0
    assert done.err == ""
    assert "1 article," in done.out
    assert "visits" in done.out
    assert sorted(path.name for path in out.iterdir()) == [
        "claims.jsonl",
        "graph.html",
        "graph.trig",
        "journal.sqlite",
        "store",
    ]
    records = [json.loads(line) for line in (out / "claims.jsonl").read_text().splitlines()]
    visit = next(record for record in records if record["predicate"] == "visits")
    assert visit["object"]["name"] == "Ecuador"
    assert visit["begins"] == visit["ends"] == "2025-03-03"
    (evidence,) = visit["evidence"]
    assert GOOD[evidence["start"] : evidence["end"]] == evidence["quote"]


def test_building_again_gives_the_same_bytes(run_kg, good, tmp_path):
    out = tmp_path / "out"
    run_kg("build", good, "--out", out)
    first = {name: (out / name).read_bytes() for name in OUTPUTS}
    run_kg("build", good, "--out", out)
    assert {name: (out / name).read_bytes() for name in OUTPUTS} == first


def test_building_more_keeps_the_others_and_replaces_the_same(run_kg, good, tmp_path):
    out = tmp_path / "out"
    other = tmp_path / "anderes.txt"
    other.write_text("Chile kritisiert Bolivien.")
    run_kg("build", good, "--out", out)
    run_kg("build", other, "--out", out)
    good.write_text("Der peruanische Präsident Julio Vargas ist am Montag nach Kolumbien gereist.")
    run_kg("build", good, "--out", out)
    records = [json.loads(line) for line in (out / "claims.jsonl").read_text().splitlines()]
    said = {(record["predicate"], record["object"]["name"]) for record in records}
    assert {("criticizes", "Bolivien"), ("visits", "Kolumbien")} <= said
    assert ("visits", "Ecuador") not in said


def test_out_that_is_a_file_is_wrong_input(run_kg, good):
    done = run_kg("build", good, "--out", good)
    assert done.code == 2
    assert done.err.startswith("kg: ")
    assert good.read_text() == GOOD


def test_folder_of_somebody_else_is_not_written_into(run_kg, good, tmp_path):
    mine = tmp_path / "graph.html"
    mine.write_text("mine")
    done = run_kg("build", good, "--out", tmp_path)
    assert done.code == 2
    assert mine.read_text() == "mine"


@pytest.mark.parametrize("date", ["gestern", "2025-13-01", "05.03.2025"])
def test_wrong_day_is_wrong_usage(run_kg, good, date):
    assert run_kg("extract", good, "--published", date).code == 2


@pytest.mark.parametrize("command", [["build", "--out", "out"], ["extract"], ["extract", "x.txt", "--jobs", "0"]])
def test_wrong_usage(run_kg, command):
    assert run_kg(*command).code == 2


def test_missing_model_says_how_to_install_it(run_kg, good):
    done = run_kg("extract", good, "--model", "de_core_news_none")
    assert done.code == 2
    assert "python -m spacy download de_core_news_none" in done.err


def test_missing_model_leaves_no_folder_behind(run_kg, good, tmp_path):
    assert run_kg("build", good, "--out", tmp_path / "out", "--model", "de_core_news_none").code == 2
    assert not (tmp_path / "out" / "graph.trig").exists()


def test_gold_keeps_id_and_text(run_kg, tmp_path):
    record = {"id": "gnad 0412/ä", "text": f"  {GOOD}\r\n\r\nNewsletter\u2028\x9b \tEnde ", "published": "2025-03-05"}
    path = tmp_path / "in.jsonl"
    path.write_text(rows(record))
    done = run_kg("extract", path, "--format", "gold")
    assert done.code == 0
    assert "\x9b" not in done.out
    gold = json.loads(done.out)
    assert {key: gold[key] for key in record} == record
    assert set(gold) == {"id", "text", "published", "entities", "claims"}
    names = {entity["id"]: entity["name"] for entity in gold["entities"]}
    visit = next(claim for claim in gold["claims"] if claim["predicate"] == "visits")
    assert names[visit["object"]] == "Ecuador"
    assert record["text"][visit["start"] : visit["end"]] == GOOD
    fields = {
        "subject",
        "predicate",
        "object",
        "start",
        "end",
        "modality",
        "source",
        "date",
        "place",
        "quantity",
        "role",
    }
    assert set(visit) == fields


@pytest.mark.parametrize(
    ("format", "wanted"), [("table", "visits"), ("csv", ",visits,"), ("jsonl", '"predicate": "visits"')]
)
def test_formats(run_kg, good, format, wanted):
    done = run_kg("extract", good, "--format", format)
    assert done.code == 0
    assert wanted in done.out


def test_escape_sequences_of_an_article_do_not_reach_the_terminal(run_kg, tmp_path):
    path = tmp_path / "in.jsonl"
    path.write_text(rows({"id": "\x1b[2J", "text": f"{GOOD}\x1b]0;evil\x07", "title": "\x1b[31m"}))
    for format in ("table", "csv", "jsonl", "gold"):
        done = run_kg("extract", path, "--format", format)
        assert "\x1b" not in done.out + done.err
        assert "\x07" not in done.out + done.err


@pytest.mark.skipif(os.name == "nt", reason="pipes and signals of POSIX")
class TestAsProcess:
    def start(self, *arguments, before=""):
        """Start kg in a session of its own, `before` being run in the process first."""
        # What a shell starts in the background ignores Ctrl-C, and so does all that it starts.
        heard = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
        code = f"{heard}\nfrom kg.cli import main\n{before}\nmain()"
        return subprocess.Popen(
            [sys.executable, "-c", code, *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def test_closed_pipe_is_no_crash(self, tmp_path):
        path = tmp_path / "in.jsonl"
        path.write_text(rows(*({"id": str(n), "text": f"{GOOD} {n}"} for n in range(50))))
        process = self.start("extract", path, "--format", "jsonl")
        process.stdout.readline()
        process.stdout.close()
        assert "Traceback" not in process.stderr.read()
        process.stderr.close()
        process.wait(timeout=600)

    @pytest.mark.parametrize("jobs", [1, 2])
    def test_interruption_keeps_what_is_stored(self, run_kg, tmp_path, jobs):
        path = tmp_path / "in.jsonl"
        path.write_text(rows(*({"id": f"a{n}", "text": f"{GOOD} Nummer {n}. " * 20} for n in range(1000))))
        out, mark = tmp_path / "out", tmp_path / "mark"
        mark_when_stored = f"""
from pathlib import Path
from kg.store import KnowledgeGraph
add = KnowledgeGraph.add
def add_and_mark(self, *read):
    add(self, *read)
    Path({str(mark)!r}).touch()
KnowledgeGraph.add = add_and_mark
"""
        process = self.start("build", path, "--out", out, "--jobs", jobs, before=mark_when_stored)
        deadline = time.monotonic() + 600
        while not mark.exists() and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: all processes get it
        try:
            said, errors = process.communicate(timeout=600)
        finally:
            process.kill()
        assert process.returncode == 130, errors
        assert "Traceback" not in errors
        assert "interrupted" in errors
        stored = int(said.split()[0].replace(",", ""))
        assert 0 < stored < 1000
        assert len((out / "graph.trig").read_text()) > 0
        assert run_kg("query", out, "-q", "SELECT ?a WHERE { ?a a schema:NewsArticle }", "--format", "csv").code == 0
