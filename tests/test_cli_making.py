"""`kg evaluate`, `kg train`, `kg check`, and the frame of the command line."""

import json
import subprocess
import sys

import pytest

import kg

ARTICLE = {
    "id": "a",
    "text": "Peru empfing Ecuador.",
    "published": None,
    "entities": [
        {"id": "E1", "type": "Country", "name": "Peru", "aliases": ["Peru"], "wikidata": "Q419"},
        {"id": "E2", "type": "Country", "name": "Ecuador", "aliases": ["Ecuador"], "wikidata": "Q736"},
    ],
    "claims": [
        {"subject": "E1", "predicate": "receives", "object": "E2", "start": 0, "end": 21, "modality": "asserted"},
    ],
}


@pytest.fixture
def gold(tmp_path):
    path = tmp_path / "gold.jsonl"
    path.write_text(json.dumps(ARTICLE) + "\n")
    return path


class TestEvaluate:
    def test_against_itself(self, run_kg, gold):
        done = run_kg("evaluate", gold, "--system", gold, "--json")
        assert done.code == 0
        assert json.loads(done.out)["claims"]["f1"] == 1.0

    def test_nothing_right_is_a_negative_answer(self, run_kg, gold, tmp_path):
        system = tmp_path / "system.jsonl"
        system.write_text(json.dumps({**ARTICLE, "claims": []}))
        done = run_kg("evaluate", gold, "--system", system, "--errors", "1")
        assert done.code == 1
        assert "MISSED a: Peru | receives | Ecuador" in done.out

    @pytest.mark.parametrize(("name", "begin"), [("page.html", "<!DOCTYPE html>"), ("page.md", "# Evaluation")])
    def test_writes_a_page(self, run_kg, gold, tmp_path, name, begin):
        done = run_kg("evaluate", gold, "--system", gold, "--page", tmp_path / name)
        assert done.code == 0
        assert (tmp_path / name).read_text(encoding="utf-8").startswith(begin)

    @pytest.mark.parametrize("name", ["page.pdf", "page"])
    def test_page_of_another_kind_is_wrong_input(self, run_kg, gold, tmp_path, name):
        done = run_kg("evaluate", gold, "--system", gold, "--page", tmp_path / name)
        assert done.code == 2
        assert "give a file that ends in .html" in done.err
        assert not (tmp_path / name).exists()

    @pytest.mark.model
    def test_reads_the_articles_itself(self, run_kg, gold):
        done = run_kg("evaluate", gold)
        assert "entities" in done.out
        assert "counts as empty" not in done.err

    @pytest.mark.parametrize("content", ["{", "[]", '{"id": 1}', '{"id": "a", "text": "b", "entities": 3}'])
    def test_wrong_file_is_wrong_input(self, run_kg, tmp_path, content):
        path = tmp_path / "gold.jsonl"
        path.write_text(content)
        done = run_kg("evaluate", path)
        assert done.code == 2
        assert "gold.jsonl:1" in done.err


class TestTrain:
    def test_missing_corpora_are_wrong_input(self, run_kg, tmp_path):
        done = run_kg("train", "de", "--data", tmp_path / "nosuch", "--out", tmp_path / "model")
        assert done.code == 2
        assert "nosuch" in done.err
        assert not (tmp_path / "model").exists()

    def test_unknown_language_is_wrong_input(self, run_kg, tmp_path):
        assert run_kg("train", "xx", "--data", tmp_path, "--out", tmp_path / "model").code == 2


@pytest.mark.model
def test_check_names_what_it_read(run_kg):
    done = run_kg("check", "--language", "de")
    assert done.code == 0
    assert "right: de: gazetteer" in done.out


def test_check_of_unknown_language_is_wrong_input(run_kg):
    assert run_kg("check", "--language", "xx").code == 2


def test_version(run_kg):
    assert run_kg("--version").out == f"kg {kg.__version__}\n"


def test_help_lists_the_commands_in_their_order(run_kg):
    done = run_kg("--help")
    assert done.code == 0
    commands = ["build", "extract", "query", "explain", "validate", "view", "network", "evaluate", "train", "check"]
    places = [done.out.index(f" {name} ") for name in commands]
    assert places == sorted(places)


@pytest.mark.parametrize("arguments", [["nosuch"], ["build", "--nosuch"], ["--nosuch"]])
def test_wrong_usage(run_kg, arguments):
    assert run_kg(*arguments).code == 2


def test_help_is_quick_for_it_loads_no_library():
    code = """
import sys
sys.argv = ["kg", "build", "--help"]
from kg.cli import main
try:
    main()
finally:
    print([name for name in ("spacy", "rdflib", "networkx", "trafilatura", "pyoxigraph") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "[]"
