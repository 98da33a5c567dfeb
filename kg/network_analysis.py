"""What the network of claims says about conflict: signs between actors, networks over time, structural balance.

Degree, betweenness and communities are in `kg.network.measure`.

Example:
    >>> from kg.model import Claim
    >>> from kg.network import ClaimSet, to_networkx
    >>> claims = Claim("A", "alliedWith", "B"), Claim("A", "cooperatesWith", "B"), Claim("B", "attacks", "C")
    >>> signed = signed_graph(to_networkx(ClaimSet(claims)))
    >>> [(a, b, data["sign"]) for a, b, data in signed.edges(data=True)]
    [('A', 'B', 1), ('B', 'C', -1)]
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import networkx as nx

from kg.errors import DataError, SettingsError
from kg.model import Modality

__all__ = ["Balance", "signed_graph", "snapshots", "structural_balance"]

_UNREAL = frozenset({str(Modality.PLANNED), str(Modality.ALLEGED), str(Modality.NEGATED)})
_DATE = re.compile(r"(\d{4})(?:-(\d\d))?(?!\d)")
_PERIODS: dict[str, Callable[[str, int | None], str | None]] = {
    "month": lambda year, month: None if month is None else f"{year}-{month:02}",
    "quarter": lambda year, month: None if month is None else f"{year}-Q{(month + 2) // 3}",
    "year": lambda year, month: year,
}


@dataclass(frozen=True, slots=True)
class Balance:
    """How far the friendships and enmities of a network fit together.

    Attributes:
        triangles: Number of triads, three actors of whom each two are friends or enemies.
        balanced: Number of triads with no enmity or two: the friend of a friend, the enemy of an enemy is a friend.
        unbalanced: Number of triads with one enmity or three.
        share: Share of the balanced among the triads, 0 to 1; `None` where there is no triad.
        unbalanced_triads: The unbalanced ones, each in the order of its names, and all in that order.
    """

    triangles: int
    balanced: int
    unbalanced: int
    share: float | None
    unbalanced_triads: tuple[tuple[str, str, str], ...]


def signed_graph(network: nx.MultiDiGraph[str]) -> nx.Graph[str]:
    """Unite all events between two actors, in both directions, into one friendly or hostile edge.

    Each claim counts once, however often it is told. What is planned, alleged or negated does not count, nor do claims
    of relations without a score (states, offices), nor claims without an object.

    Args:
        network: What `kg.to_networkx` gives; it is not changed.

    Returns:
        Those actors between whom there is an event, with their attributes. Edges bear `weight` (mean score of the
        claims, -10 conflict to 10 cooperation), `sign` (1 or -1; 0 where the mean is 0, such an edge is kept) and
        `claims` (their number).

    Example:
        >>> network = nx.MultiDiGraph()
        >>> _ = network.add_edge("A", "B", score=-10.0), network.add_edge("B", "A", score=1.0)
        >>> signed_graph(network).edges["A", "B"]
        {'weight': -4.5, 'sign': -1, 'claims': 2}

    Source:
        Goldstein: A conflict-cooperation scale for WEIS events data. Journal of Conflict Resolution 36 (1992), 369-385.
    """
    number = {name: i for i, name in enumerate(network)}
    scores: dict[tuple[str, str], list[float]] = {}
    for a, b, data in network.edges(data=True):
        if a != b and data.get("score") is not None and data.get("modality") not in _UNREAL:
            pair = (a, b) if number[a] < number[b] else (b, a)
            scores.setdefault(pair, []).append(float(data["score"]))
    signed: nx.Graph[str] = nx.Graph()
    ends = {name for pair in scores for name in pair}
    signed.add_nodes_from((name, dict(data)) for name, data in network.nodes(data=True) if name in ends)
    for (a, b), values in sorted(scores.items(), key=lambda item: (number[item[0][0]], number[item[0][1]])):
        mean = round(math.fsum(values) / len(values), 6)  # 8.3 - 6.5 - 1.8 is 0
        signed.add_edge(a, b, weight=mean, sign=(mean > 0) - (mean < 0), claims=len(values))
    return signed


def snapshots(
    network: nx.MultiDiGraph[str], period: Literal["month", "quarter", "year"] = "month"
) -> dict[str, nx.MultiDiGraph[str]]:
    """Part a network by the time of its claims.

    A claim is in the period in which it begins or, where its beginning is unknown, in that in which it ends. Left out
    is what has no date, or one too coarse: a claim dated `2024` is in no month and in no quarter. The date of the
    article does not stand in for it.

    Args:
        network: What `kg.to_networkx` gives; it is not changed.
        period: `month`, `quarter` or `year`.

    Returns:
        The network of each period in which there is a claim, by `2024-05`, `2024-Q2` or `2024`, in the order of time.
        It holds the actors of its claims, with the attributes they have in the whole network, but for `weight`, which
        is their number of claims in the period.

    Raises:
        SettingsError: If there is no such period.

    Example:
        >>> network = nx.MultiDiGraph()
        >>> _ = network.add_edge("A", "B", begins="2024-05-07"), network.add_edge("B", "A", ends="2023-12")
        >>> {quarter: list(part.edges()) for quarter, part in snapshots(network, "quarter").items()}
        {'2023-Q4': [('B', 'A')], '2024-Q2': [('A', 'B')]}
    """
    if period not in _PERIODS:
        message = f"no period {period!r}"
        raise SettingsError(message, hint="there are: " + ", ".join(_PERIODS))
    parts: dict[str, nx.MultiDiGraph[str]] = {}
    for a, b, key, data in network.edges(keys=True, data=True):
        name = _period(data.get("begins") or data.get("ends") or "", period)
        if name is None:
            continue
        if name not in parts:
            parts[name] = nx.MultiDiGraph(**network.graph)
        part = parts[name]
        for end in dict.fromkeys((a, b)):
            if end not in part:
                part.add_node(end, **{**network.nodes[end], "weight": 0})
            part.nodes[end]["weight"] += 1
        part.add_edge(a, b, key, **data)
    return {name: parts[name] for name in sorted(parts)}


def _period(date: str, period: str) -> str | None:
    """The name of the period in which a date of ISO 8601 lies; nothing if the date is coarser than that."""
    found = _DATE.match(date)
    if found is None:
        return None
    return _PERIODS[period](found[1], None if found[2] is None else int(found[2]))


def structural_balance(signed: nx.Graph[str]) -> Balance:
    """Count the triads that are balanced: the product of their signs is positive.

    Edges of sign 0 are neither friendship nor enmity, and a triangle with one of them is no triad.

    Args:
        signed: What `kg.signed_graph` gives.

    Returns:
        The numbers, and which triads are unbalanced.

    Raises:
        DataError: If the network is directed, has several edges between two actors, or an edge without a sign.

    Example:
        >>> signed = nx.Graph()
        >>> signed.add_edges_from([("A", "B"), ("B", "C")], sign=1)
        >>> signed.add_edge("A", "C", sign=-1)
        >>> structural_balance(signed)
        Balance(triangles=1, balanced=0, unbalanced=1, share=0.0, unbalanced_triads=(('A', 'B', 'C'),))

    Source:
        Heider: Attitudes and cognitive organization. Journal of Psychology 21 (1946), 107-112.
        Cartwright, Harary: Structural balance: a generalization of Heider's theory. Psychological Review 63 (1956),
        277-293.
    """
    signs: dict[str, dict[str, int]] = {name: {} for name in signed}
    if signed.is_directed() or signed.is_multigraph() or any("sign" not in d for *_, d in signed.edges(data=True)):
        message = "the network has no signs between pairs of actors"
        raise DataError(message, hint="kg.signed_graph makes one that has")
    for a, b, sign in signed.edges(data="sign"):
        if a != b and sign:
            signs[a][b] = signs[b][a] = sign
    balanced = 0
    unbalanced = []
    for triad, product in _triads(signs):
        if product > 0:
            balanced += 1
        else:
            unbalanced.append(triad)
    count = balanced + len(unbalanced)
    share = round(balanced / count, 6) if count else None
    return Balance(count, balanced, len(unbalanced), share, tuple(sorted(unbalanced)))


def _triads(signs: dict[str, dict[str, int]]) -> Iterator[tuple[tuple[str, str, str], int]]:
    """Every triad once, with the product of its signs; looked for from its actor of fewest neighbours."""
    order = {name: i for i, name in enumerate(sorted(signs, key=lambda name: (len(signs[name]), name)))}
    later = {a: {b: sign for b, sign in near.items() if order[b] > order[a]} for a, near in signs.items()}
    for a, near in later.items():
        for b, sign in near.items():
            for c in near.keys() & later[b].keys():
                x, y, z = sorted((a, b, c))
                yield (x, y, z), sign * near[c] * later[b][c]
