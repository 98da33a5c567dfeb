"""Signs between actors, networks over time, structural balance."""

import itertools
import random

import networkx as nx
import pytest

import kg
from kg.errors import DataError, SettingsError
from kg.model import Article, Claim, Entity, EntityType, Modality, Qualifiers
from kg.network import ClaimSet, to_networkx
from kg.network_analysis import Balance, signed_graph, snapshots, structural_balance


def network_of(*claims):
    names = sorted({name for c in claims for name in (c.subject, c.object) if name})
    return to_networkx(ClaimSet(claims, tuple(Entity(name, EntityType.COUNTRY, f"Land {name}") for name in names)))


def claim(subject, predicate, object, modality=Modality.ASSERTED, begins=None, ends=None):
    return Claim(subject, predicate, object, Qualifiers(modality=modality, begins=begins, ends=ends))


def signs(*edges):
    graph = nx.Graph()
    for a, b, sign in edges:
        graph.add_edge(a, b, sign=sign)
    return graph


def test_signed_graph_takes_the_mean_of_both_directions():
    signed = signed_graph(
        network_of(
            claim("b", "attacks", "a"),
            claim("a", "meetsWith", "b"),
            claim("a", "cooperatesWith", "b"),
            claim("b", "cooperatesWith", "c"),
        )
    )
    assert list(signed.edges(data=True)) == [
        ("a", "b", {"weight": -1.0, "sign": -1, "claims": 3}),
        ("b", "c", {"weight": 6.0, "sign": 1, "claims": 1}),
    ]
    assert signed.nodes["a"]["label"] == "Land a"
    assert not signed.is_directed()
    assert not signed.is_multigraph()


@pytest.mark.parametrize("modality", [Modality.PLANNED, Modality.NEGATED])
def test_signed_graph_leaves_out_what_did_not_happen(modality):
    signed = signed_graph(network_of(claim("a", "attacks", "b", modality), claim("a", "cooperatesWith", "b")))
    assert signed.edges["a", "b"] == {"weight": 6.0, "sign": 1, "claims": 1}


def test_signed_graph_takes_what_is_reported_and_not_what_one_side_says_of_the_other():
    reported = signed_graph(network_of(claim("a", "attacks", "b", Modality.REPORTED)))
    assert reported.edges["a", "b"]["sign"] == -1
    assert not signed_graph(network_of(claim("a", "attacks", "b", Modality.ALLEGED))).edges


def test_signed_graph_leaves_out_states_and_lonely_actors():
    signed = signed_graph(
        network_of(
            claim("a", "alliedWith", "b"), claim("c", "testsWeapon", None), claim("d", "attacks", "e", Modality.PLANNED)
        )
    )
    assert (list(signed), list(signed.edges())) == ([], [])


def test_signed_graph_keeps_an_even_pair_with_sign_0():
    network = nx.MultiDiGraph()
    for score in (8.3, -6.5, -1.8):
        network.add_edge("a", "b", score=score)
    assert signed_graph(network).edges["a", "b"] == {"weight": 0.0, "sign": 0, "claims": 3}


def test_signed_graph_leaves_its_source_as_it_was():
    network = network_of(claim("a", "attacks", "b"))
    signed_graph(network).nodes["a"]["label"] = "changed"
    assert network.nodes["a"]["label"] == "Land a"


DATED = (
    claim("a", "attacks", "b", begins="2024-05-07", ends="2024-07"),
    claim("b", "meetsWith", "c", begins="2024-04"),
    claim("c", "accuses", "a", ends="2023-12-31"),
    claim("c", "attacks", "a", begins="2024"),
    claim("b", "visits", "c"),
    claim("c", "testsWeapon", None, begins="2024-05-30", ends="2024-05-30"),
)


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        ("month", {"2023-12": ["accuses"], "2024-04": ["meetsWith"], "2024-05": ["attacks", "testsWeapon"]}),
        ("quarter", {"2023-Q4": ["accuses"], "2024-Q2": ["attacks", "meetsWith", "testsWeapon"]}),
        ("year", {"2023": ["accuses"], "2024": ["attacks", "attacks", "meetsWith", "testsWeapon"]}),
    ],
)
def test_snapshots_part_the_claims(period, expected):
    parts = snapshots(network_of(*DATED), period)
    found = {name: sorted(d["predicate"] for *_, d in part.edges(data=True)) for name, part in parts.items()}
    assert list(found.items()) == list(expected.items())


@pytest.mark.parametrize(
    ("month", "quarter"), [("01", "Q1"), ("03", "Q1"), ("04", "Q2"), ("09", "Q3"), ("10", "Q4"), ("12", "Q4")]
)
def test_snapshots_know_the_quarters(month, quarter):
    parts = snapshots(network_of(claim("a", "attacks", "b", begins=f"2024-{month}")), "quarter")
    assert list(parts) == [f"2024-{quarter}"]


def test_snapshots_hold_their_actors_and_count_their_claims():
    network = network_of(*DATED)
    may = snapshots(network)["2024-05"]
    assert {name: data["weight"] for name, data in may.nodes(data=True)} == {"a": 1, "b": 1, "c": 1}
    assert network.nodes["c"]["weight"] == 5
    assert {key for *_, key in may.edges(keys=True)} == {DATED[0].id, DATED[5].id}
    assert may.edges["a", "b", DATED[0].id] == network.edges["a", "b", DATED[0].id]


def test_snapshots_of_undated_claims_are_none():
    assert snapshots(network_of(claim("a", "attacks", "b"))) == {}


def test_snapshots_refuse_an_unknown_period():
    with pytest.raises(SettingsError, match="week"):
        snapshots(nx.MultiDiGraph(), "week")


@pytest.mark.parametrize(
    ("ab", "bc", "ac", "balanced"),
    [(1, 1, 1, True), (1, -1, -1, True), (1, 1, -1, False), (-1, -1, -1, False)],
)
def test_a_triad_is_balanced_if_it_has_no_enmity_or_two(ab, bc, ac, balanced):
    found = structural_balance(signs(("b", "a", ab), ("b", "c", bc), ("c", "a", ac)))
    assert found == Balance(
        1, int(balanced), int(not balanced), float(balanced), () if balanced else (("a", "b", "c"),)
    )


def test_balance_of_four_actors():
    edges = [("a", "b", 1), ("a", "c", 1), ("b", "c", 1), ("a", "d", -1), ("b", "d", -1), ("c", "d", 1)]
    found = structural_balance(signs(*edges))
    assert found == Balance(4, 2, 2, 0.5, (("a", "c", "d"), ("b", "c", "d")))


def test_two_camps_are_balanced():
    camps = {name: i % 2 for i, name in enumerate("abcdefg")}
    edges = [(a, b, 1 if camps[a] == camps[b] else -1) for a, b in itertools.combinations(camps, 2)]
    assert structural_balance(signs(*edges)) == Balance(35, 35, 0, 1.0, ())


def test_balance_passes_over_sign_0_and_loops():
    found = structural_balance(signs(("a", "b", 1), ("b", "c", 1), ("a", "c", 0), ("a", "a", -1)))
    assert found == Balance(0, 0, 0, None, ())


def test_balance_of_nothing():
    assert structural_balance(nx.Graph()) == Balance(0, 0, 0, None, ())


def test_balance_finds_what_looking_at_all_triples_finds():
    choose = random.Random(3)
    names = [f"n{i:02}" for i in range(24)]
    graph = signs(
        *((a, b, choose.choice((-1, 1))) for a, b in itertools.combinations(names, 2) if choose.random() < 0.4)
    )
    triads = [t for t in itertools.combinations(names, 3) if graph.subgraph(t).number_of_edges() == 3]
    bad = [t for t in triads if sum(s < 0 for *_, s in graph.subgraph(t).edges(data="sign")) in (1, 3)]
    found = structural_balance(graph)
    assert bad
    assert (found.triangles, found.unbalanced_triads) == (len(triads), tuple(bad))


@pytest.mark.parametrize(
    "graph", [nx.MultiDiGraph([("a", "b")]), nx.DiGraph(), nx.MultiGraph(), nx.Graph([("a", "b")])]
)
def test_balance_refuses_a_network_without_signs(graph):
    with pytest.raises(DataError, match="signs"):
        structural_balance(graph)


@pytest.mark.model
def test_from_an_article_to_signs():
    text = (
        "Russland hat im Mai 2024 die Ukraine angegriffen. Die USA unterstützten die Ukraine. "
        "Die USA haben Russland nicht angegriffen."
    )
    network = kg.to_networkx(kg.build_graph([kg.clean(Article("lage", text))]))
    signed = kg.signed_graph(network)
    assert {(a, b, d["weight"], d["sign"]) for a, b, d in signed.edges(data=True)} == {
        ("Russland", "Ukraine", -10.0, -1),
        ("USA", "Ukraine", 3.5, 1),
    }
    assert [(name, list(part)) for name, part in kg.snapshots(network).items()] == [
        ("2024-05", ["Russland", "Ukraine"])
    ]
    assert kg.structural_balance(signed).triangles == 0
