"""Communities by the method of Louvain."""

import random

import networkx as nx
import pytest

from kg.network_communities import louvain


def planted(groups, size, *, seed=3):
    choose = random.Random(seed)
    count = groups * size
    pairs = []
    for a in range(count):
        for _ in range(3):
            home = choose.random() < 0.9
            b = (a // size) * size + choose.randrange(size) if home else choose.randrange(count)
            pairs.append((a, b))
    return count, pairs


@pytest.mark.parametrize(("count", "pairs", "expected"), [(0, [], []), (2, [], [0, 1]), (2, [(0, 1), (1, 1)], [0, 0])])
def test_louvain_of_next_to_nothing(count, pairs, expected):
    assert louvain(count, pairs) == expected


def test_louvain_finds_planted_communities_as_well_as_networkx():
    count, pairs = planted(12, 30)
    found = louvain(count, pairs)
    graph = nx.Graph()
    graph.add_nodes_from(range(count))
    for a, b in pairs:
        if a != b:
            graph.add_edge(a, b, weight=graph.edges[a, b]["weight"] + 1 if graph.has_edge(a, b) else 1)
    groups = {}
    for node, group in enumerate(found):
        groups.setdefault(group, set()).add(node)
    theirs = nx.community.louvain_communities(graph, seed=7)
    assert nx.community.modularity(graph, groups.values()) > nx.community.modularity(graph, theirs) - 0.01
    together = sum(found[a] == found[b] for a in range(count) for b in range(a) if a // 30 == b // 30)
    assert together / (12 * 30 * 29 / 2) > 0.9


def test_louvain_numbers_the_largest_first():
    found = louvain(7, [(4, 5), (5, 6), (6, 4), (3, 4), (0, 1)])
    assert found == [1, 1, 2, 0, 0, 0, 0]


def test_repeated_pairs_weigh_more():
    chain = [(0, 1), (1, 2), (2, 3)]
    assert louvain(4, [*chain, (1, 2), (1, 2), (1, 2), (1, 2)])[1] == louvain(4, [*chain, *[(1, 2)] * 4])[2]
    assert louvain(4, [*chain, (0, 1), (2, 3)]) == [0, 0, 1, 1]
