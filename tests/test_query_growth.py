"""Eight times the claims take a named query about eight times as long, not sixty-four, though all name one actor."""

import time

import pytest

import kg
from kg.query import list_queries, run

SMALL, LARGE = 200, 1600
STATES = ["Nordland", "Südland"]


def hub(claims):
    """A graph in which all is said of two states, with ever new partners, each claim in an article of its own."""
    states = [kg.Entity(name, kg.EntityType.COUNTRY, name) for name in STATES]
    relations = ["visits", "accuses", "criticizes", "attacks", "sendsTroops", "sanctions", "meetsWith"]
    read = []
    for n in range(claims):
        name, day = f"a{n}", f"{2000 + n % 25}-05-0{1 + n % 9}"
        other = kg.Entity(f"Stadt{n // 4}", kg.EntityType.CITY, f"Stadt {n // 4}", country="Südland")
        subject, object = ("Nordland", other.id) if n // 4 % 2 else (other.id, "Südland")
        size = kg.Quantity(f"{n} Soldaten", float(n), "Soldat")
        said = kg.Qualifiers(list(kg.Modality)[n % 5], "Südland", day, day, quantity=size, role=f"Amt {n}")
        evidence = kg.Evidence(name, 0, 4, "Satz", "de/x", 0, 1)
        claim = kg.Claim(subject, relations[n // 4 % 7], object, said, (evidence,))
        article = kg.Article(name, "Satz", published=day, publisher=f"Blatt {n % 4}")
        quotation = kg.Quotation(name, 0, 4, "Satz", "Nordland", "sagt", True, ("Südland",))
        read.append(kg.Extraction.of(article, [*states, other], [claim], [quotation]))
    graph = kg.KnowledgeGraph()
    graph.add(*read)
    graph.query("ASK { ?s ?p ?o }")
    graph.query("ASK { GRAPH ?g { ?s ?p ?o } }")  # the union is made, here and there
    return graph


def seconds(graph, query, params):
    """The processor's time of the faster of two runs."""
    taken = []
    for _ in range(2):
        start = time.process_time()
        run(graph, query, **params)
        taken.append(time.process_time() - start)
    return min(taken)


@pytest.fixture(scope="module")
def graphs():
    return hub(SMALL), hub(LARGE)


@pytest.mark.parametrize("query", list_queries(), ids=lambda query: query.name)
def test_time_grows_with_the_claims_not_with_their_square(graphs, query):
    ends = {"entity": "Nordland", "actor": "Nordland", "start": "Nordland", "goal": "Südland"}
    params = {p.name: ends[p.name] for p in query.parameters if p.required}
    small, large = (seconds(graph, query, params) for graph in graphs)
    assert large < 14 * max(small, 0.004)
