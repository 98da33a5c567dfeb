"""Paths between two entities."""

import itertools

import pytest

from kg.errors import QueryError
from kg.model import Article, Claim, Entity, EntityType, Evidence, Extraction, Modality, Qualifiers
from kg.query import run
from kg.store import KnowledgeGraph

LANDS = [Entity(name, EntityType.COUNTRY, name) for name in "ABCDEFG"]


def claim(subject, relation, object, modality="asserted"):
    evidence = Evidence("a", 0, 4, "Satz", "de/x", 0, 1)
    return Claim(subject, relation, object, Qualifiers(Modality(modality)), (evidence,))


@pytest.fixture
def graph():
    graph = KnowledgeGraph()
    claims = [
        claim("A", "supports", "B"),
        claim("C", "accuses", "B"),
        claim("B", "rejects", "C"),
        claim("A", "meetsWith", "D"),
        claim("D", "meetsWith", "E"),
        claim("E", "meetsWith", "C"),
        claim("A", "visits", "F", "planned"),
        claim("F", "visits", "C", "negated"),
        claim("A", "criticizes", "A"),
    ]
    graph.add(Extraction.of(Article("a", "Satz"), LANDS, claims))
    return graph


def ways(table):
    """The nodes of each path, without its start."""
    steps = [(row["path"], row["step"], row["reached"]) for row in table.dicts()]
    return [[node for _, _, node in group] for _, group in itertools.groupby(dict.fromkeys(steps), key=lambda s: s[0])]


def test_shortest_path_comes_first_and_edges_go_both_ways(graph):
    answer = run(graph, "paths", start="A", goal="C")
    assert ways(answer) == [["B", "C"], ["D", "E", "C"]]
    assert [(row["who"], row["relation"], row["whom"]) for row in answer.dicts()[:3]] == [
        ("A", "supports", "B"),
        ("B", "rejects", "C"),
        ("C", "accuses", "B"),
    ]
    assert all(row["quote"] == "Satz" and "claim/" in row["claim"] for row in answer.dicts())


def test_length_and_number_are_bounded(graph):
    assert ways(run(graph, "paths", start="A", goal="C", length=2)) == [["B", "C"]]
    assert ways(run(graph, "paths", start="A", goal="C", length=1)) == []
    assert ways(run(graph, "paths", start="A", goal="C", most=1)) == [["B", "C"]]


def test_what_is_planned_or_denied_does_not_connect(graph):
    assert len(run(graph, "paths", start="A", goal="F")) == 0


def test_entity_without_claims_has_no_paths(graph):
    assert run(graph, "paths", start="A", goal="G").columns[:3] == ("path", "step", "reached")
    assert len(run(graph, "paths", start="A", goal="G")) == 0


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"start": "A", "goal": "A"}, "the same"),
        ({"start": "A", "goal": "C", "most": 0}, "'most' is 0"),
        ({"start": "A", "goal": "C", "length": 1.5}, r"'length' is 1\.5"),
        ({"start": "A"}, "needs the parameter 'goal'"),
        ({"start": "A", "goal": "Atlantis"}, "no entity 'Atlantis'"),
    ],
)
def test_wrong_question_is_refused(graph, params, message):
    with pytest.raises(QueryError, match=message):
        run(graph, "paths", **params)
