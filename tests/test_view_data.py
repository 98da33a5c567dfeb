"""What the network page holds: order, places, communities."""

import random

import numpy as np
import pytest

from kg.model import Claim, Entity, EntityType, Qualifiers
from kg.network import ClaimSet
from kg.view_data import DRAWN, page_data
from tests.browser.graphs import random_graph, small


def planted(count=2000, size=50):
    """A graph with known communities of equal size, twice as many claims as actors."""
    choose = random.Random(1)
    entities = tuple(Entity(f"e{i:04}", EntityType.PERSON, f"Person {i}") for i in range(count))
    claims = {}
    while len(claims) < 2 * count:
        a = choose.randrange(count)
        home = choose.random() < 0.9
        b = (a // size) * size + choose.randrange(size) if home else choose.randrange(count)
        if a != b:
            claims[a, b] = Claim(entities[a].id, "meetsWith", entities[b].id)
    return ClaimSet(tuple(claims.values()), entities)


def test_places_keep_communities_together():
    """At least 0.8 of the five nearest belong to the same community; in a mixed picture it would be 0.025."""
    nodes = page_data(planted())["nodes"]
    places = np.array([(n["x"], n["y"]) for n in nodes], dtype=float)
    own = np.array([int(n["id"][1:]) // 50 for n in nodes])
    far = ((places[:, None, :] - places[None, :, :]) ** 2).sum(axis=2)
    nearest = np.argsort(far, axis=1)[:, 1:6]
    assert (own[nearest] == own[:, None]).mean() >= 0.8


def test_no_two_actors_stand_in_one_place():
    nodes = page_data(random_graph(400, 900))["nodes"]
    for across, down in (("x", "y"), ("u", "v")):
        places = [(n[across], n[down]) for n in nodes if n[across] is not None]
        assert len(set(places)) == len(places)
    assert sum(n["u"] is not None for n in nodes) == DRAWN


def test_small_graph_has_one_picture():
    nodes = page_data(small())["nodes"]
    assert all(n["x"] is not None and n["u"] is None for n in nodes)


def test_rank_puts_the_strongest_first():
    nodes = sorted(page_data(random_graph(60, 150))["nodes"], key=lambda n: n["rank"])
    assert [n["rank"] for n in nodes] == list(range(len(nodes)))
    assert nodes[0]["weight"] == max(n["weight"] for n in nodes)


@pytest.mark.parametrize("count", [1, 2, 5, 10, 30])
def test_nobody_among_the_first_stands_alone_who_has_company(count):
    """Each of the first has a neighbour among them; the last of an odd number may wait for its own."""
    graph = random_graph(60, 90, seed=4)
    first = {n["id"] for n in page_data(graph)["nodes"] if n["rank"] <= count}
    joined = {end for c in graph.claims() if {c.subject, c.object} <= first for end in (c.subject, c.object)}
    assert len(first - joined) <= 1


def test_place_of_a_claim_that_is_no_actor_is_kept():
    lima = Entity("Lima", EntityType.CITY, "Lima", known=True)
    people = tuple(Entity(x, EntityType.PERSON, f"Person {x}") for x in "ab")
    data = page_data(ClaimSet((Claim("a", "meetsWith", "b", Qualifiers(place="Lima")),), (lima, *people)))
    assert [n["label"] for n in data["nodes"]] == ["Person a", "Person b"]
    assert data["claims"][0]["place"] == "Lima"
    assert data["world"] is not None


def test_strict_data_leave_out_what_only_others_claim():
    assert len(page_data(small(), strict=True)["claims"]) < len(page_data(small())["claims"])
