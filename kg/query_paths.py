"""Paths between two entities, over the edges that a query gives.

A SPARQL property path tells whether two nodes are connected, not by what; a chain of joins of bounded length would,
but its cost grows with the power of its length and it has no notion of the shortest. So SPARQL selects the edges, and
networkx finds the paths.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice, pairwise
from typing import Any

import pyoxigraph as ox

from kg.errors import QueryError
from kg.rdf.results import Table

__all__ = ["paths"]

_EDGE = ("s", "o")
_SHOWN = ("who", "relation", "whom")


def paths(edges: Table, terms: Mapping[str, Sequence[ox.NamedNode] | Sequence[ox.Literal]]) -> Table:
    """The shortest paths between two entities, each step with the claims that it rests on. Edges go both ways.

    Args:
        edges: A row per claim, with its ends in the columns `s` and `o` and, to be shown, `who`, `relation`, `whom` and
            more.
        terms: The entities `start` and `goal`, and the numbers `length` (the most steps of a path) and `most` (the
            most paths).

    Returns:
        A row per step and relation, in the order of the paths, the shortest first: `path`, `step` (both from 1),
        `reached`, and the columns of the edges.

    Raises:
        QueryError: If start and goal are the same, or a number is less than 1.
    """
    import networkx as nx  # heavy, and few queries need it

    starts, goals = set(terms["start"]), set(terms["goal"])
    if starts & goals:
        message = "start and goal of a path are the same"
        raise QueryError(message, hint="give two different entities")
    length, most = (_number(name, terms[name]) for name in ("length", "most"))
    network = nx.Graph()
    claims: dict[frozenset[Any], list[int]] = {}
    at = {name: number for number, name in enumerate(edges.columns)}
    names: dict[Any, ox.Literal] = {}
    for row, edge in enumerate(edges.terms):
        ends = tuple(edge[at[end]] for end in _EDGE)
        names |= {ends[0]: edge[at["who"]], ends[1]: edge[at["whom"]]}  # type: ignore[dict-item]
        network.add_edge(*ends)
        claims.setdefault(frozenset(ends), []).append(row)
    shown = [name for name in edges.columns if name not in _EDGE]
    rows: list[tuple[Any, ...]] = []
    for number, path in enumerate(_shortest(network, starts, goals, length, most), 1):
        for step, ends in enumerate(pairwise(path), 1):
            said: set[tuple[Any, ...]] = set()
            for edge in (edges.terms[row] for row in claims[frozenset(ends)]):
                if (what := tuple(edge[at[name]] for name in _SHOWN)) not in said:
                    said.add(what)
                    rows.append((_integer(number), _integer(step), names[ends[1]], *(edge[at[c]] for c in shown)))
    return Table(("path", "step", "reached", *shown), terms=tuple(rows))


def _shortest(network: Any, starts: set[Any], goals: set[Any], length: int, most: int) -> list[list[Any]]:
    """The shortest paths from any start to any goal; of equal ones those through the first names."""
    import networkx as nx

    order = {node: place for place, node in enumerate(sorted(network, key=str))}
    found: list[list[Any]] = []
    for start in sorted(starts & set(network), key=order.__getitem__):
        for goal in sorted(goals & set(network), key=order.__getitem__):
            if nx.has_path(network, start, goal):
                for path in islice(nx.shortest_simple_paths(network, start, goal), most * 8):
                    if len(path) - 1 > length:
                        break
                    found.append(path)
    return sorted(found, key=lambda path: (len(path), [order[node] for node in path]))[:most]


def _number(name: str, given: Sequence[ox.NamedNode] | Sequence[ox.Literal]) -> int:
    number = float(given[0].value)
    if number < 1 or number != int(number):
        message = f"the parameter {name!r} is {number:g}"
        raise QueryError(message, hint="give a whole number from 1")
    return int(number)


def _integer(number: int) -> ox.Literal:
    return ox.Literal(number)
