"""`--engine` and `--names` on the command line, against a service on this computer."""

import json

import pytest

from kg import KnowledgeGraph
from kg.engines.endpoint import KEY
from tests.engines.service import claim, entity, refusal

pytestmark = pytest.mark.model

TRAVEL = "Der peruanische Präsident Julio Vargas ist am Montag nach Ecuador gereist."


@pytest.fixture
def asked(service, tmp_path):
    """What a user types to ask the service."""
    vargas, ecuador = entity("E1", "Person", "Julio Vargas"), entity("E2", "Country", "Ecuador")
    invented = claim("E1", "attacks", "E2", "Julio Vargas griff Ecuador an.")
    service.answers[TRAVEL] = ([vargas, ecuador], [claim("E1", "visits", "E2", TRAVEL), invented])
    (tmp_path / "reise.txt").write_text(TRAVEL)
    return ("--engine", "llm", "--llm-url", service.url, "--llm-model", "small-model")


def test_extract_prints_the_models_claims_and_tells_the_cost(run_kg, asked, tmp_path):
    done = run_kg("extract", tmp_path / "reise.txt", "--format", "jsonl", *asked, "--llm-price", "10000/5000")
    assert done.code == 0
    [row] = map(json.loads, done.out.splitlines())
    assert row["predicate"] == "visits"
    assert done.err.splitlines() == [
        "language model: 1 question asked, 0 answers from the cache; 100 tokens in, 20 out, cost 1.1000",
        "language model: 2 claims, 1 dropped",
        "dropped: 1 claim: the quotation does not stand in the text",
    ]


def test_build_keeps_what_was_asked_and_explains_it(run_kg, service, asked, tmp_path):
    out = tmp_path / "out"
    done = run_kg("build", tmp_path / "reise.txt", "--out", out, *asked)
    assert done.code == 0
    assert "1 question asked" in done.err
    [row] = map(json.loads, (out / "claims.jsonl").read_text().splitlines())
    told = run_kg("explain", out, row["claim"])
    assert f"llm/{service.url.split('/')[2]}/small-model/" in told.out
    assert run_kg("validate", out).code == 0
    again = run_kg("build", tmp_path / "reise.txt", "--out", out, *asked)
    assert "1 unchanged" in again.out
    assert "language model" not in again.err
    assert len(service.requests) == 1
    by_another = run_kg("build", tmp_path / "reise.txt", "--out", out, *asked[:-1], "another-model")
    assert "1 changed" in by_another.out
    by_rules = run_kg("build", tmp_path / "reise.txt", "--out", out)
    assert "1 changed" in by_rules.out
    with KnowledgeGraph(out, read_only=True) as graph:
        assert {e.rule.split("/")[0] for c in graph.claims() for e in c.evidence} == {"de"}


def test_evaluate_scores_the_model_like_the_rules(run_kg, asked, tmp_path):
    gold = tmp_path / "gold.jsonl"
    gold.write_text(run_kg("extract", tmp_path / "reise.txt", "--format", "gold").out)
    figures = [json.loads(run_kg("evaluate", gold, "--json", *engine).out) for engine in ((), asked)]
    assert [each["claims"]["recall"] for each in figures] == [1.0, 0.5]
    assert [each["claims"]["precision"] for each in figures] == [1.0, 1.0]


def test_article_without_an_answer_is_skipped_and_tried_by_the_next_build(run_kg, service, asked, tmp_path):
    out = tmp_path / "out"
    service.replies.append("nonsense")
    done = run_kg("build", tmp_path / "reise.txt", "--out", out, *asked)
    assert done.code == 1
    assert "skipped: reise: the answer of the language model is not of the form asked for" in done.err
    assert "100 tokens in" in done.err
    assert run_kg("build", tmp_path / "reise.txt", "--out", out, *asked).code == 0


def test_refused_key_ends_the_build_with_one_line(run_kg, service, asked, tmp_path, monkeypatch):
    monkeypatch.setenv(KEY, "sk-secret")
    service.replies.append(refusal(401, "Incorrect API key provided: sk-secret"))
    done = run_kg("build", tmp_path / "reise.txt", "--out", tmp_path / "out", *asked)
    assert done.code == 2
    assert "the service refuses" in done.err
    assert "sk-secret" not in done.err + done.out


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--engine", "llm"), "--engine llm needs --llm-url and --llm-model"),
        (("--engine", "llm", "--llm-url", "http://127.0.0.1:1/v1"), "--engine llm needs --llm-model"),
        (("--llm-url", "http://127.0.0.1:1/v1"), "give --engine llm as well"),
        (("--llm-model", "m"), "give --engine llm as well"),
        (("--llm-price", "1/1"), "give --engine llm as well"),
        (("--engine", "llm", "--llm-url", "foo", "--llm-model", "m"), "is no address of a web service"),
        (("--names-model", "m"), "give --names gliner as well"),
        (("--engine", "oracle"), "oracle"),
    ],
)
@pytest.mark.parametrize("command", ["build", "extract", "evaluate"])
def test_wrong_option_is_told_before_anything_is_made(run_kg, tmp_path, command, options, told):
    (tmp_path / "reise.txt").write_text(TRAVEL)
    out = ("--out", tmp_path / "out") if command == "build" else ()
    done = run_kg(command, tmp_path / "reise.txt", *out, *options)
    assert done.code == 2
    assert told in done.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("price", ["3", "1/2/3", "a/b", "-1/2", "1e3/2", "/"])
def test_price_that_is_none(run_kg, asked, tmp_path, price):
    done = run_kg("extract", tmp_path / "reise.txt", *asked, "--llm-price", price)
    assert done.code == 2
    assert "are no two prices" in done.err
