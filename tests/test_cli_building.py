"""`kg build` over archives, and `kg tables`."""

import csv
import json
import os
import random
import signal
import subprocess
import sys
import time

import pytest

from kg import KnowledgeGraph
from kg.cli.inputs import Meter, Skips
from kg.errors import ArticleError

pytestmark = pytest.mark.model

GOOD = "Der peruanische Präsident Julio Vargas ist am Montag nach Ecuador gereist."
PLACES = "Lima Quito Bogotá Caracas Santiago Montevideo Asunción Brasília La-Paz Havanna".split()


def sentences(seed, count=6):
    chance = random.Random(seed)
    return " ".join(
        f"Der Minister Juan Santos{seed} besuchte am {chance.randint(1, 28)}. März {chance.choice(PLACES)}."
        for _ in range(count)
    )


@pytest.fixture
def news(tmp_path):
    folder = tmp_path / "news"
    folder.mkdir()
    for n in range(3):
        (folder / f"a{n}.txt").write_text(sentences(n))
    return folder


def test_second_build_reads_nothing_and_leaves_all_as_it_was(run_kg, news, tmp_path):
    out = tmp_path / "out"
    first = run_kg("build", news, "--out", out)
    assert first.code == 0
    stamps = {path.name: path.stat().st_mtime_ns for path in out.iterdir() if path.name.startswith(("graph", "claims"))}
    second = run_kg("build", news, "--out", out)
    assert second.code == 0
    assert "3 unchanged" in second.out
    assert "is as it was" in second.out
    assert {name: (out / name).stat().st_mtime_ns for name in stamps} == stamps


def test_trig_holds_the_same_as_the_store(run_kg, news, tmp_path):
    out = tmp_path / "out"
    run_kg("build", news, "--out", out)
    with KnowledgeGraph(out, read_only=True) as stored, KnowledgeGraph(out / "graph.trig") as read:
        assert set(map(str, read.quads())) == set(map(str, stored.quads()))
        assert (out / "graph.trig").read_text().split() == stored.serialize("trig").split()


def test_changed_vanished_and_new_articles(run_kg, news, tmp_path):
    out = tmp_path / "out"
    run_kg("build", news, "--out", out)
    (news / "a0.txt").write_text(sentences(77))
    (news / "a1.txt").unlink()
    (news / "neu.txt").write_text(sentences(5))
    done = run_kg("build", news, "--out", out)
    assert "1 changed, 1 new, 1 unchanged" in done.out
    assert "1 article of earlier builds" in done.err
    assert "--withdraw" in done.err
    done = run_kg("build", news, "--out", out, "--withdraw")
    assert "1 withdrawn" in done.out
    with KnowledgeGraph(out, read_only=True) as graph:
        assert [article.id for article in graph.articles()] == ["a0", "a2", "neu"]
    assert "a1" not in {
        e["article"] for line in (out / "claims.jsonl").read_text().splitlines() for e in json.loads(line)["evidence"]
    }


def test_store_only_leaves_the_rest_for_later(run_kg, news, tmp_path):
    out = tmp_path / "out"
    assert run_kg("build", news, "--out", out, "--store-only").code == 0
    assert sorted(path.name for path in out.iterdir()) == ["journal.sqlite", "store"]
    done = run_kg("build", "--out", out)
    assert done.code == 0
    assert (out / "graph.html").exists()
    (out / "graph.html").unlink()
    assert run_kg("build", news, "--out", out).code == 0
    assert (out / "graph.html").exists()


def test_nothing_to_read_and_nothing_there_is_wrong_input(run_kg, tmp_path):
    done = run_kg("build", "--out", tmp_path / "out")
    assert done.code == 2
    assert "give articles" in done.err
    assert not (tmp_path / "out").exists()


def test_near_duplicates_count_as_one_source(run_kg, tmp_path):
    rows = [{"id": f"blatt{n}", "text": f"{sentences(1, 12)} Seite {n}.", "publisher": f"Blatt {n}"} for n in range(3)]
    path = tmp_path / "a.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    done = run_kg("build", path, "--out", tmp_path / "out")
    assert "2 articles nearly the same as another" in done.out
    records = [json.loads(line) for line in (tmp_path / "out" / "claims.jsonl").read_text().splitlines()]
    assert {(len({e["article"] for e in r["evidence"]}), r["sources"]) for r in records} == {(3, 1)}


def test_leftovers_of_a_killed_build_are_cleared_away(run_kg, news, tmp_path):
    out = tmp_path / "out"
    run_kg("build", news, "--out", out)
    (out / ".graph.trig.4711").write_text("half")
    run_kg("build", news, "--out", out)
    assert not (out / ".graph.trig.4711").exists()


def test_many_skipped_rows_are_summed_up_and_listed_in_a_file(run_kg, news, tmp_path):
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"text": ""}\n' * 40 + '{"txet": "x"}\n' * 5)
    out = tmp_path / "out"
    done = run_kg("build", bad, news, "--out", out)
    assert done.code == 0
    assert done.err.count("the text is empty") == 31
    assert "15 more; in all, by reason:" in done.err
    assert "45 skipped" in done.out
    with (out / "skipped.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 45
    assert rows[0]["line"] == "1"


def test_what_is_skipped_or_passed_over_is_listed_for_as_long_as_it_is(run_kg, news, tmp_path):
    out = tmp_path / "out"
    (news / "bericht.pdf").write_bytes(b"%PDF-1.4")
    (news / "leer.txt").write_text("")
    done = run_kg("build", news, "--out", out)
    assert done.code == 0
    assert str(out / "skipped.csv") in done.err
    with (out / "skipped.csv").open(newline="") as file:
        rows = {row["source"]: row["reason"] for row in csv.DictReader(file)}
    assert rows == {
        str(news / "bericht.pdf"): "passed over: no article by its name",
        str(news / "leer.txt"): "the file is empty",
    }
    (news / "bericht.pdf").unlink()
    (news / "leer.txt").unlink()
    assert run_kg("build", news, "--out", out).code == 0
    assert not (out / "skipped.csv").exists()


def test_claims_are_counted_as_the_graph_has_them(run_kg, tmp_path):
    path = tmp_path / "a.jsonl"
    said = "Präsident Julio Vargas kritisierte Ecuador."
    rows = [{"id": str(n), "text": f"{said} Tag {n}."} for n in range(3)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    out = tmp_path / "out"
    done = run_kg("build", path, "--out", out)
    claims = [json.loads(line) for line in (out / "claims.jsonl").read_text().splitlines()]
    assert len(claims) < sum(len(claim["evidence"]) for claim in claims)
    assert f", {len(claims)} claim" in done.out
    with KnowledgeGraph(out, read_only=True) as graph:
        assert len(graph.query("SELECT DISTINCT ?c { ?c a kg:Claim }").rows) == len(claims)


def test_an_article_that_takes_too_long_is_skipped_and_told(run_kg, news, tmp_path):
    done = run_kg("build", news, "--out", tmp_path / "out", "--max-seconds", "0.00001")
    assert done.code == 1
    assert done.err.count("takes longer to read than the 1e-05 seconds") == 3
    assert "--max-seconds" in done.err
    assert run_kg("build", news, "--out", tmp_path / "out", "--max-seconds", "0").code == 0


@pytest.mark.parametrize(
    ("day", "said"), [("12.06.2025", "did you mean 2025-06-12?"), ("gestern", "such as 20"), ("2025-02-30", "such as")]
)
def test_a_day_of_another_form_is_told_how_to_write_it(run_kg, news, tmp_path, day, said):
    done = run_kg("build", news, "--out", tmp_path / "out", "--published", day)
    assert done.code == 2
    told = " ".join(done.err.replace("│", " ").split())
    assert f"{day!r} is not a day written as YYYY-MM-DD" in told
    assert said in told
    assert "Value error" not in told


def test_interrupted_before_anything_is_stored_claims_nothing_else(run_kg, news, tmp_path, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("kg.build_archive.read_batches", interrupted)
    done = run_kg("build", news, "--out", tmp_path / "out")
    assert done.code == 130
    assert "nothing new was stored yet" in done.err
    assert not (tmp_path / "out").exists()


def test_options_that_take_no_value_show_none(run_kg):
    for command in ([], ["build"], ["query"], ["serve"]):
        assert "bool" not in run_kg(*command, "--help").out


def test_tables_command(run_kg, news, tmp_path):
    run_kg("build", news, "--out", tmp_path / "out")
    done = run_kg("tables", tmp_path / "out", "--out", tmp_path / "tables", "--format", "csv")
    assert done.code == 0
    with (tmp_path / "tables" / "claims.csv").open(newline="") as file:
        assert "visits" in {row["predicate"] for row in csv.DictReader(file)}
    assert run_kg("tables", tmp_path / "nichts", "--out", tmp_path / "tables").code == 2


def test_skips_without_a_file_hold_few_in_memory(capsys):
    skips = Skips()
    for n in range(1000):
        skips.skip(ArticleError(f"has {n} characters", source=f"a{n}"))
        skips.note(f"note {n}")
    skips.tell()
    said = capsys.readouterr().err
    assert len(said.splitlines()) < 80
    assert "1,000 times: has … characters" in said


def test_meter_writes_a_line_a_minute_where_there_is_no_terminal(capsys, monkeypatch):
    clock = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    with Meter(1000) as meter:
        for n in range(5):
            clock[0] += 30
            meter.article(f"a{n}", 100)
    lines = capsys.readouterr().err.splitlines()
    assert lines == [
        "2 articles read, 0.0/s, about 0:04:00 left",
        "4 articles read, 0.0/s, about 0:03:00 left",
    ]


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize("jobs", [1, 2])
def test_killed_builds_go_on_and_end_in_the_same_graph(tmp_path, jobs):
    source = tmp_path / "a.jsonl"
    source.write_text("".join(json.dumps({"id": f"r{n}", "text": sentences(n, 30)}) + "\n" for n in range(150)))
    code = "from kg.cli import main\nif __name__ == '__main__':\n    main()\n"
    script = tmp_path / "run.py"
    script.write_text(code)

    def start(out):
        command = [sys.executable, script, "build", source, "--out", out, "--jobs", jobs]
        return subprocess.Popen(list(map(str, command)), start_new_session=True, stdout=subprocess.DEVNULL)

    def quads(out):
        with KnowledgeGraph(out, read_only=True) as graph:
            return sorted(map(str, graph.quads()))

    assert start(tmp_path / "whole").wait(timeout=600) == 0
    chance = random.Random(1)
    out = tmp_path / "out"
    for _ in range(5):
        process = start(out)
        deadline = time.monotonic() + 60
        while not (out / "journal.sqlite").exists() and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(chance.uniform(0, 4))
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    assert start(out).wait(timeout=600) == 0
    assert quads(out) == quads(tmp_path / "whole")
