"""The claims as a network, its measures and its files."""

import csv
import io
import subprocess
import sys

import networkx as nx
import pytest

from kg.errors import SettingsError, StoreError
from kg.layout import compute_layout
from kg.model import Article, Claim, Entity, EntityType, Evidence, Extraction
from kg.network import FORMATS, ClaimSet, communities, measure, network_text, to_networkx, write_network
from tests.browser.graphs import HOSTILE, hostile, random_graph, small


def test_network_has_an_edge_per_claim():
    network = to_networkx(small())
    assert sorted(network) == ["KP", "LW", "PY", "RU", "SR"]
    assert network.number_of_edges() == 9
    assert network.number_of_edges("KP", "RU") == 3


def test_network_nodes_say_who_they_are():
    node = to_networkx(small()).nodes["RU"]
    assert node == {
        "label": "Russland", "type": "Country", "known": True, "wikidata": "Q159",
        "aliases": "Kreml|Moskau|Russland", "weight": 4,
    }  # fmt: skip


def test_network_edges_bear_what_qualifies_the_claim():
    [data] = [d for *_, d in to_networkx(small()).edges(data=True) if d["predicate"] == "sendsTroops"]
    assert data["label_de"] == "entsendet Truppen nach"
    assert data["label_en"] == "sends troops to"
    assert (data["modality"], data["source"], data["begins"]) == ("reported", "Russischer Sicherheitsrat", "2024")
    assert data["quantity"] == "mehr als 10.000 Soldaten"
    assert data["quote"] == "Nordkorea soll 2024 Soldaten entsandt haben."
    assert (data["title"], data["published"]) == ("Winter in Pjöngjang", "2025-10-11")


def test_network_claim_without_object_is_a_loop():
    network = to_networkx(small())
    [data] = network.get_edge_data("KP", "KP").values()
    assert data["predicate"] == "suffersCasualties"
    assert data["objectless"] is True


def test_network_strict_keeps_asserted_claims_only():
    network = to_networkx(small(), strict=True)
    assert {d["modality"] for *_, d in network.edges(data=True)} == {"asserted"}
    assert network.number_of_edges() == 5


def test_network_keeps_claims_whose_entities_are_missing():
    network = to_networkx(ClaimSet((Claim("a", "attacks", "b"),)))
    assert network.nodes["a"] == {"label": "a", "type": "Unknown", "known": False, "weight": 1}


def test_network_has_no_attribute_without_value():
    network = to_networkx(small(), measures=True)
    values = [v for _, d in network.nodes(data=True) for v in d.values()]
    values += [v for *_, d in network.edges(data=True) for v in d.values()]
    assert {type(v) for v in values} <= {str, int, float, bool}


def test_claim_set_unites_the_evidence_of_equal_claims():
    people = (Entity("a", EntityType.PERSON, "Anna"), Entity("b", EntityType.PERSON, "Bert"))

    def extraction(name):
        piece = Evidence(name, 0, 4, "Text", "de/test", 0, 4)
        return Extraction.of(Article(name, "Text"), people, [Claim("a", "meetsWith", "b", evidence=(piece,))])

    united = ClaimSet.of([extraction("x"), extraction("y"), extraction("x")])
    [claim] = united.claims()
    assert [e.article for e in claim.evidence] == ["x", "y"]
    assert len(united.entities()) == 2
    assert len(united.articles()) == 2


def test_measure_counts_neighbours_and_claims():
    values = measure(to_networkx(small()))
    assert (values["KP"].degree, values["KP"].claims) == (3, 6)
    assert values["PY"].betweenness < values["KP"].betweenness
    assert {m.community for m in values.values()} <= {0, 1, 2}


def test_measure_of_a_large_network_leaves_betweenness_out():
    path = nx.MultiDiGraph([(f"n{i}", f"n{i + 1}") for i in range(600)])
    assert measure(path)["n1"].betweenness is None


def test_measure_of_nothing():
    assert measure(nx.MultiDiGraph()) == {}


def test_communities_find_two_cliques():
    cliques = nx.MultiDiGraph()
    for side in "ab":
        cliques.add_edges_from((f"{side}{i}", f"{side}{j}") for i in range(6) for j in range(i))
    cliques.add_edge("a0", "b0")
    found = communities(cliques)
    assert {found[f"a{i}"] for i in range(6)} != {found[f"b{i}"] for i in range(6)}
    assert len(set(found.values())) == 2


def test_communities_are_the_same_in_every_process():
    script = (
        "from kg.network import communities, to_networkx; from tests.browser.graphs import random_graph;"
        "print(sorted(communities(to_networkx(random_graph(60, 120))).items()))"
    )
    answers = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": "."},
            check=True,
            capture_output=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(answers) == 1


@pytest.mark.parametrize("graph", [small(), random_graph(40, 80), ClaimSet()], ids=["small", "random", "empty"])
def test_graphml_reads_back(graph, tmp_path):
    network = to_networkx(graph, measures=True)
    again = nx.read_graphml(write_network(network, tmp_path / "n.graphml"), force_multigraph=True)
    assert dict(again.nodes(data=True)) == dict(network.nodes(data=True))
    assert {k: d for *_, k, d in again.edges(keys=True, data=True)} == {
        k: d for *_, k, d in network.edges(keys=True, data=True)
    }


@pytest.mark.parametrize("graph", [small(), random_graph(40, 80), ClaimSet()], ids=["small", "random", "empty"])
def test_gexf_reads_back(graph, tmp_path):
    network = to_networkx(graph, measures=True)
    again = nx.read_gexf(write_network(network, tmp_path / "n.gexf"))
    assert {n: d["label"] for n, d in again.nodes(data=True)} == {n: d["label"] for n, d in network.nodes(data=True)}
    assert sorted(d["predicate"] for *_, d in again.edges(data=True)) == sorted(
        d["predicate"] for *_, d in network.edges(data=True)
    )


def test_csv_has_a_row_per_claim(tmp_path):
    rows = list(csv.DictReader(io.StringIO(network_text(to_networkx(small()), "csv"))))
    assert len(rows) == 9
    [loss] = [row for row in rows if row["predicate"] == "suffersCasualties"]
    assert (loss["subject"], loss["object"], loss["quantity"]) == ("Nordkorea", "", "etwa 2.000 Tote")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "  ="])
def test_csv_holds_no_formula(start):
    people = (Entity("a", EntityType.PERSON, start + "cmd|' /C calc'!A0"), Entity("b", EntityType.PERSON, "Bert"))
    [row] = csv.DictReader(
        io.StringIO(network_text(to_networkx(ClaimSet((Claim("a", "attacks", "b"),), people)), "csv"))
    )
    assert row["subject"].startswith("'")
    assert float(row["score"]) < 0  # numbers stay numbers


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("format", FORMATS)
def test_files_hold_any_text(text, format, tmp_path):
    path = write_network(to_networkx(hostile(text), measures=True), tmp_path / f"n.{format}")
    if format == "graphml":
        assert len(nx.read_graphml(path)) == 3
    elif format == "gexf":
        assert len(nx.read_gexf(path)) == 3
    else:
        assert len(list(csv.reader(io.StringIO(path.read_bytes().decode(), newline="")))) == 5


@pytest.mark.parametrize("format", FORMATS)
def test_files_are_the_same_each_time(format):
    graph = small()
    backwards = ClaimSet(graph.claim_records[::-1], graph.entity_records[::-1], graph.article_records)
    assert network_text(to_networkx(graph), format) == network_text(to_networkx(backwards), format)
    assert "lastmodified" not in network_text(to_networkx(graph), format)


def test_unknown_format_names_the_known_ones(tmp_path):
    with pytest.raises(SettingsError, match="graphml, gexf, csv"):
        write_network(nx.MultiDiGraph(), tmp_path / "n.xlsx")


def test_unwritable_file_is_a_store_error(tmp_path):
    with pytest.raises(StoreError, match="cannot be written"):
        write_network(nx.MultiDiGraph(), tmp_path / "missing" / "n.csv")


# --- layout ---


def overlaps(places, boxes):
    pairs = [(i, j) for i in range(len(places)) for j in range(i)]
    return [
        (i, j)
        for i, j in pairs
        if all(abs(places[i][axis] - places[j][axis]) < (boxes[i][axis] + boxes[j][axis]) / 2 - 2 for axis in (0, 1))
    ]


@pytest.mark.parametrize(
    ("count", "pairs"),
    [
        (1, []),
        (2, [(0, 1)]),
        (6, []),
        (40, [(0, i) for i in range(1, 40)]),
        (30, [(i, i + 1) for i in range(29)]),
        (12, [(i, j) for i in range(12) for j in range(i)]),
        (300, [(i, i + 1) for i in range(0, 300, 2)]),
    ],
    ids=["one", "pair", "isolated", "star", "chain", "clique", "pairs"],
)
def test_layout_parts_all_nodes(count, pairs):
    boxes = [(120.0, 60.0)] * count
    places = compute_layout(boxes, pairs)
    assert len(places) == count
    assert overlaps(places, boxes) == []


def test_layout_of_nothing():
    assert compute_layout([], []) == []


def test_layout_is_the_same_each_time():
    pairs = [(i, (i * 7 + 3) % 80) for i in range(80)]
    assert compute_layout([(40, 40)] * 80, pairs) == compute_layout([(40, 40)] * 80, pairs[::-1])


def test_layout_draws_neighbours_nearer_than_strangers():
    chain = compute_layout([(20, 20)] * 10, [(i, i + 1) for i in range(9)])
    ends = abs(chain[0][0] - chain[9][0]) + abs(chain[0][1] - chain[9][1])
    assert ends > 5 * (abs(chain[0][0] - chain[1][0]) + abs(chain[0][1] - chain[1][1]))


def test_layout_of_a_large_network_keeps_communities_together():
    count, groups = 900, 9
    pairs = [(i, j) for i in range(count) for j in (i + groups, i + 2 * groups) if j < count]  # chains within residues
    pairs += [(i, i + 1) for i in range(groups - 1)]
    community = [i % groups for i in range(count)]
    places = compute_layout([(30, 30)] * count, pairs, communities=community)
    nearest = [
        min(
            (j for j in range(count) if j != i),
            key=lambda j: (places[i][0] - places[j][0]) ** 2 + (places[i][1] - places[j][1]) ** 2,
        )
        for i in range(0, count, 10)
    ]
    same = sum(community[i] == community[j] for i, j in zip(range(0, count, 10), nearest, strict=True))
    assert same / len(nearest) > 0.9
