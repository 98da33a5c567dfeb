"""Claims that contradict each other are linked, and only those."""

from datetime import date

import pytest

from kg import KnowledgeGraph
from kg.build_contradictions import contradictions, link_contradictions
from kg.model import Article, Claim, Comparison, Evidence, Extraction, Modality, Qualifiers, Quantity
from kg.rdf.links import CONTRADICTIONS


def told(article, *claims, day="2025-03-06"):
    evidence = (Evidence(article, 0, 4, "Text", "de/test/rule", 0, 4),)
    said = [Claim(c.subject, c.predicate, c.object, c.qualifiers, evidence) for c in claims]
    return Extraction.of(Article(article, "Text", published=day and date.fromisoformat(day)), claims=said)


def attack(modality=Modality.ASSERTED, subject="Peru", object="Ecuador", predicate="attacks", **qualifiers):
    return Claim(subject, predicate, object, Qualifiers(modality, **qualifiers))


def dead(value, comparison=Comparison.EXACTLY, unit="Tote", upper=None, **qualifiers):
    quantity = Quantity(f"{value} {unit}", value, unit, comparison, upper)
    return Claim("Peru", "suffersCasualties", None, Qualifiers(quantity=quantity, **qualifiers))


def found(*extractions):
    graph = KnowledgeGraph()
    graph.add(*extractions)
    return contradictions(graph)


@pytest.mark.parametrize("modality", ["asserted", "reported", "alleged"])
def test_denial_contradicts_what_is_affirmed(modality):
    said, denied = attack(Modality(modality)), attack(Modality.NEGATED)
    assert found(told("a1", said), told("a2", denied)) == [tuple(sorted((said.id, denied.id)))]


@pytest.mark.parametrize(
    "other",
    [
        attack(Modality.PLANNED),
        attack(subject="Ecuador", object="Peru"),
        attack(object="Kolumbien"),
        attack(predicate="criticizes"),
        attack(Modality.NEGATED),
    ],
)
def test_denial_contradicts_nothing_else(other):
    assert found(told("a1", other), told("a2", attack(Modality.NEGATED))) == []


def test_symmetric_relation_is_denied_in_both_directions():
    met = attack(predicate="meetsWith")
    denied = attack(Modality.NEGATED, "Ecuador", "Peru", "meetsWith")
    assert len(found(told("a1", met), told("a2", denied))) == 1


@pytest.mark.parametrize(
    ("one", "other", "contradict"),
    [
        ({"begins": "2024", "ends": "2024"}, {"begins": "2024-10-07", "ends": "2024-10-07"}, True),
        ({"begins": "2024-10-07", "ends": "2024-10-07"}, {"begins": "2024-10-08", "ends": "2024-10-08"}, False),
        ({"begins": "2022"}, {"begins": "2024-10", "ends": "2024-10"}, True),
        ({"begins": "2022"}, {"ends": "2021"}, False),
    ],
)
def test_times_that_exclude_each_other_contradict_nothing(one, other, contradict):
    pairs = found(told("a1", attack(**one)), told("a2", attack(Modality.NEGATED, **other)))
    assert bool(pairs) == contradict


@pytest.mark.parametrize(("day", "contradict"), [("2025-03-20", True), ("2025-03-21", False), (None, True)])
def test_undated_claims_count_by_the_days_of_their_articles(day, contradict):
    pairs = found(told("a1", attack()), told("a2", attack(Modality.NEGATED), day=day))
    assert bool(pairs) == contradict


@pytest.mark.parametrize(
    ("one", "other", "contradict"),
    [
        (dead(3), dead(5), True),
        (dead(3), dead(5, unit="Verletzte"), False),
        (dead(3, Comparison.AT_LEAST), dead(5), False),
        (dead(6, Comparison.AT_LEAST), dead(5), True),
        (dead(4, Comparison.AT_MOST), dead(5), True),
        (dead(100, Comparison.ABOUT), dead(105), False),
        (dead(100, Comparison.ABOUT), dead(120), True),
        (dead(3, Comparison.BETWEEN, upper=6), dead(5), False),
        (dead(3, place="Lima"), dead(5, place="Cusco"), False),
        (dead(3, place="Lima"), dead(5), True),
    ],
)
def test_figures_contradict_where_both_cannot_be_right(one, other, contradict):
    assert bool(found(told("a1", one), told("a2", other))) == contradict


def test_figures_of_one_article_are_of_different_events():
    assert found(told("a1", dead(3), dead(5))) == []


def test_later_figures_are_news():
    assert found(told("a1", dead(3)), told("a2", dead(5), day="2025-03-09")) == []


def test_links_stand_in_a_graph_of_their_own_and_are_renewed():
    graph = KnowledgeGraph()
    graph.add(told("a1", attack()), told("a2", attack(Modality.NEGATED)))
    assert link_contradictions(graph) == 1
    assert CONTRADICTIONS in graph.graphs()
    assert len(graph.query("SELECT ?a ?b WHERE { ?a kg:contradicts ?b }").rows) == 2
    assert [v for v in graph.validate() if "contradicts" in str(v)] == []
    graph.withdraw("a2")
    assert link_contradictions(graph) == 0
    assert CONTRADICTIONS not in graph.graphs()
    assert [article.id for article in graph.articles()] == ["a1"]
