"""Positions for the network view, computed beforehand so that nothing dances in the browser.

In come numbered nodes with their radii and weighted pairs, out come positions in pixels. Connected components are laid
out one by one by stress majorisation (large ones community by community) and packed side by side; nodes that overlap
are pushed apart. The same input gives the same output, bit by bit, on one machine.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["compute_layout"]

Points = NDArray[np.float64]
Indices = NDArray[np.int64]
Pair = tuple[int, int]

_DIRECT = 500  # nodes of a component that are laid out at once: all-pairs distances cost n³
_FITTED = 60  # parts that are fitted together; the smaller ones beyond stand in rows below them
_PUSHES = 250  # rounds of pushing overlapping nodes apart; it stops when none overlap
_ROUNDS = 120  # of stress majorisation; it stops earlier when nothing moves
_GOLDEN = np.pi * (3 - np.sqrt(5))


def compute_layout(
    boxes: Sequence[tuple[float, float]],
    pairs: Iterable[Pair],
    *,
    communities: Sequence[int] | None = None,
    edge_length: float = 150.0,
    aspect: float = 1.15,
    gap: float = 0.0,
    seed: int = 7,
) -> list[tuple[int, int]]:
    """Lay a graph out in the plane.

    Args:
        boxes: Width and height in pixels that each node needs, label included.
        pairs: Connected nodes as indices into `boxes`; direction and repetition do not matter.
        communities: Number of the community of each node; large components are laid out community by community.
        edge_length: Wanted length of an edge between two nodes of few neighbours, in pixels.
        aspect: Width to height that the packing of components aims at.
        gap: Further pixels between components, one above the other, for the names of their nodes.
        seed: Of the small jitter that parts nodes at equal places.

    Returns:
        One pair of whole pixels per node, the middle of the picture at the origin.

    Example:
        >>> (ax, ay), (bx, by) = compute_layout([(20, 20), (20, 20)], [(0, 1)])
        >>> 100 < abs(ax - bx) + abs(ay - by) < 300
        True

    Source:
        Gansner, Koren, North: Graph Drawing by Stress Majorization (2004).
    """
    count = len(boxes)
    if count == 0:
        return []
    sizes = np.asarray(boxes, dtype=np.float64)
    groups = list(communities) if communities is not None else [0] * count
    edges = sorted({(min(a, b), max(a, b)) for a, b in pairs if a != b})
    random = np.random.default_rng(seed)
    parts: list[tuple[list[int], Points]] = []
    for members, inner in _components(count, edges):
        points = _lay_out(sizes[members], inner, [groups[m] for m in members], edge_length, random)
        parts.append((members, points))
    positions = np.zeros((count, 2))
    margin = np.array([edge_length * 0.35, edge_length * 0.35 + gap])
    _pack(parts, sizes, positions, aspect=aspect, margin=margin)
    positions -= (positions.min(axis=0) + positions.max(axis=0)) / 2
    return [(round(float(x)), round(float(y))) for x, y in positions]


def _components(count: int, edges: Sequence[Pair]) -> list[tuple[list[int], list[Pair]]]:
    """The connected components, largest first: their nodes in order, and their edges by place in that list."""
    parent = list(range(count))

    def find(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for a, b in edges:
        parent[find(a)] = find(b)
    found: dict[int, list[int]] = defaultdict(list)
    for node in range(count):
        found[find(node)].append(node)
    place = {node: i for members in found.values() for i, node in enumerate(members)}
    inner: dict[int, list[Pair]] = defaultdict(list)
    for a, b in edges:
        inner[find(a)].append((place[a], place[b]))
    order = sorted(found, key=lambda root: (-len(found[root]), found[root][0]))
    return [(found[root], inner[root]) for root in order]


def _lay_out(
    sizes: Points, edges: Sequence[Pair], groups: Sequence[int], length: float, random: np.random.Generator
) -> Points:
    """Place one connected component."""
    count = len(sizes)
    if count == 1:
        return np.zeros((1, 2))
    if count == 2:
        half = max(length, float(sizes[:, 0].sum()) / 2) / 2
        return np.array([[-half, 0.0], [half, 0.0]])
    if count <= _DIRECT:
        points = _stress(_distances(count, edges, length), random)
    elif len(set(groups)) > 1:
        points = _by_community(sizes, edges, groups, length, random)
    else:
        points = _spiral(sizes, edges)
    return _separate(_upright(points), sizes, random)


def _distances(count: int, edges: Sequence[Pair], length: float) -> Points:
    """Wanted distances: shortest paths, an edge the longer the more its ends are connected.

    Long edges between hubs leave room for the nodes that only hang on one of them.
    """
    degree = np.zeros(count)
    for a, b in edges:
        degree[a] += 1
        degree[b] += 1
    far = np.full((count, count), np.inf)
    np.fill_diagonal(far, 0.0)
    for a, b in edges:
        wanted = length * (0.62 + 0.38 * np.sqrt(min(degree[a], degree[b])) + 0.025 * max(degree[a], degree[b]))
        far[a, b] = far[b, a] = wanted
    for k in range(count):
        np.minimum(far, far[:, k, None] + far[None, k, :], out=far)
    return far


def _stress(far: Points, random: np.random.Generator) -> Points:
    """Positions whose distances come close to the wanted ones (SMACOF with weights d⁻²)."""
    count = len(far)
    points = _scaled(far, random) + random.normal(scale=far.max() * 1e-3, size=(count, 2))
    with np.errstate(divide="ignore"):
        weight = np.where(far > 0, far**-2.0, 0.0)
    inverse = np.linalg.inv(np.diag(weight.sum(axis=1)) - weight + weight.mean()) - 1.0 / (count**2 * weight.mean())
    wanted = weight * far
    for _ in range(_ROUNDS):
        delta = points[:, None, :] - points[None, :, :]
        now = np.sqrt((delta**2).sum(axis=2))
        ratio = np.divide(wanted, now, out=np.zeros_like(now), where=now > 1e-9)
        moved = inverse @ (ratio.sum(axis=1)[:, None] * points - ratio @ points)
        step = float(np.abs(moved - points).max())
        points = moved
        if step < far.max() * 1e-4:
            break
    return points


def _scaled(far: Points, random: np.random.Generator) -> Points:
    """Classical scaling, by subspace iteration: the start from which stress majorisation finds a good end."""
    squares = far**2
    centred = -0.5 * (squares - squares.mean(axis=0)[None, :] - squares.mean(axis=1)[:, None] + squares.mean())
    vectors = random.normal(size=(len(far), 2))
    for _ in range(40):
        vectors, _ = np.linalg.qr(centred @ vectors)
    result: Points = vectors * np.sqrt(np.abs((vectors * (centred @ vectors)).sum(axis=0)))
    return result


def _by_community(
    sizes: Points, edges: Sequence[Pair], groups: Sequence[int], length: float, random: np.random.Generator
) -> Points:
    """Place each community by itself, then the communities as discs."""
    members: dict[int, list[int]] = defaultdict(list)
    for node, group in enumerate(groups):
        members[group].append(node)
    order = sorted(members, key=lambda g: (-len(members[g]), members[g][0]))
    rank = {group: i for i, group in enumerate(order)}
    inner: list[Points] = []
    radii = np.zeros(len(order))
    by_group: dict[int, list[Pair]] = defaultdict(list)
    links: dict[Pair, int] = defaultdict(int)
    for a, b in edges:
        ga, gb = rank[groups[a]], rank[groups[b]]
        if ga == gb:
            by_group[ga].append((a, b))
        else:
            links[min(ga, gb), max(ga, gb)] += 1
    for i, group in enumerate(order):
        nodes = members[group]
        place = {node: k for k, node in enumerate(nodes)}
        own = [(place[a], place[b]) for a, b in by_group[i]]
        parts = [
            (part, _one_piece(sizes[[nodes[k] for k in part]], inside, length, random))
            for part, inside in _components(len(nodes), own)
        ]
        points = np.zeros((len(nodes), 2))
        _pack(parts, sizes[nodes], points, aspect=1.0, margin=np.full(2, length * 0.2))
        points -= (points.min(axis=0) + points.max(axis=0)) / 2
        inner.append(points)
        radii[i] = np.sqrt((points**2).sum(axis=1)).max() + sizes[nodes].max()
    centres = _discs(radii, links, random)
    positions = np.zeros((len(sizes), 2))
    for i, group in enumerate(order):
        positions[members[group]] = inner[i] + centres[i]
    return positions


def _one_piece(sizes: Points, edges: Sequence[Pair], length: float, random: np.random.Generator) -> Points:
    """Place a connected part of a community."""
    count = len(sizes)
    if count == 1:
        return np.zeros((1, 2))
    points = _stress(_distances(count, edges, length * 0.7), random) if count <= _DIRECT else _spiral(sizes, edges)
    return _separate(points, sizes, random)


def _discs(radii: Points, links: dict[Pair, int], random: np.random.Generator) -> Points:
    """Centres of discs: linked ones near each other, none overlapping."""
    count = len(radii)
    if count > _DIRECT:
        return _separate(
            _spiral(np.column_stack([radii, radii]) * 2, list(links)), np.column_stack([radii, radii]) * 2, random
        )
    strongest = max(links.values(), default=1)
    far = np.full((count, count), np.inf)
    np.fill_diagonal(far, 0.0)
    for (a, b), number in links.items():
        far[a, b] = far[b, a] = (radii[a] + radii[b]) * (1.0 + 0.5 * (1 - number / strongest))
    for k in range(count):
        np.minimum(far, far[:, k, None] + far[None, k, :], out=far)
    far[np.isinf(far)] = far[np.isfinite(far)].max() * 1.2
    return _separate(_stress(far, random), np.column_stack([radii, radii]) * 2, random)


def _spiral(sizes: Points, edges: Sequence[Pair]) -> Points:
    """A sunflower, the best connected node in the middle: for pieces too large for anything better."""
    count = len(sizes)
    degree = np.zeros(count)
    for a, b in edges:
        degree[a] += 1
        degree[b] += 1
    order = np.lexsort((np.arange(count), -degree))
    rank = np.empty(count)
    rank[order] = np.arange(count)
    radius = np.sqrt(rank + 0.5) * float(np.sqrt((sizes[:, 0] * sizes[:, 1]).mean())) * 0.9
    return np.column_stack([radius * np.cos(rank * _GOLDEN), radius * np.sin(rank * _GOLDEN)])


def _upright(points: Points) -> Points:
    """Turn the longest direction to the horizontal, since screens are wide."""
    centred = points - points.mean(axis=0)
    _, vectors = np.linalg.eigh(centred.T @ centred)
    long = vectors[:, 1] * (1.0 if vectors[0, 1] >= 0 else -1.0)
    turned: Points = centred @ np.array([[long[0], -long[1]], [long[1], long[0]]])
    return turned


def _separate(points: Points, sizes: Points, random: np.random.Generator) -> Points:
    """Push overlapping boxes apart along the shorter way, the smaller farther; where that fails, spread the whole."""
    mass = sizes.prod(axis=1)
    is_large = (sizes > 4 * np.median(sizes, axis=0)).any(axis=1)
    large, usual = np.flatnonzero(is_large), np.flatnonzero(~is_large)
    points = points + random.normal(scale=0.01, size=points.shape)  # no two nodes at exactly one place
    before = np.inf
    for number in range(_PUSHES):
        first, second = (usual[found] for found in _near(points[usual], sizes[usual].max(axis=0)))
        # a few large boxes would make the cells large: they are compared with all others
        for number_, box in enumerate(large):
            others = np.concatenate([usual, large[number_ + 1 :]])
            first = np.concatenate([first, np.full(len(others), box)])
            second = np.concatenate([second, others])
        delta = points[first] - points[second]
        overlap = (sizes[first] + sizes[second]) / 2 - np.abs(delta)
        hit = (overlap > 0).all(axis=1)
        if not hit.any():
            break
        first, second, delta, overlap = first[hit], second[hit], delta[hit], overlap[hit]
        if number % 8 == 7:
            if overlap.min(axis=1).sum() > before * 0.6:
                points *= 1.07
            before = overlap.min(axis=1).sum()
        step = np.zeros_like(delta)
        rows, along = np.arange(len(delta)), overlap.argmin(axis=1)
        step[rows, along] = np.where(delta[rows, along] >= 0, 1.0, -1.0) * (overlap[rows, along] * 0.35 + 0.1)
        share = (mass[second] / (mass[first] + mass[second]))[:, None]
        np.add.at(points, first, step * 2 * share)
        np.subtract.at(points, second, step * 2 * (1 - share))
    return points


def _near(points: Points, reach: Points) -> tuple[Indices, Indices]:
    """Pairs of points nearer to each other than `reach` on both axes, and some more: neighbours in a grid of cells."""
    cells = np.floor((points - points.min(axis=0)) / reach).astype(np.int64)
    width = int(cells[:, 1].max()) + 3
    keys = (cells[:, 0] + 1) * width + cells[:, 1] + 1
    order = np.argsort(keys, kind="stable")
    ranked = keys[order]
    first: list[Indices] = []
    second: list[Indices] = []
    for offset in (0, 1, width - 1, width, width + 1):
        start = np.searchsorted(ranked, ranked + offset, side="left")
        end = np.searchsorted(ranked, ranked + offset, side="right")
        if offset == 0:
            start = np.arange(1, len(order) + 1)
        number = np.maximum(end - start, 0)
        base = np.repeat(np.arange(len(order)), number)
        within = np.arange(number.sum()) - np.repeat(np.cumsum(number) - number, number)
        first.append(order[base])
        second.append(order[np.repeat(start, number) + within])
    return np.concatenate(first), np.concatenate(second)


def _pack(
    parts: Sequence[tuple[list[int], Points]], sizes: Points, positions: Points, *, aspect: float, margin: Points
) -> None:
    """Write the parts side by side into `positions`: largest first, each where it is free and nearest to the middle."""
    corners = [
        ((points - sizes[members] / 2).min(axis=0) - margin / 2, (points + sizes[members] / 2).max(axis=0) + margin / 2)
        for members, points in parts
    ]
    whole = math.sqrt(aspect * sum(float(np.prod(high - low)) for low, high in corners))
    placed: list[tuple[float, float, float, float]] = []
    left = right = x = y = tall = 0.0
    for number, ((members, points), (low, high)) in enumerate(zip(parts, corners, strict=True)):
        width, height = float(high[0] - low[0]), float(high[1] - low[1])
        if number == _FITTED:
            left = min(min(box[0] for box in placed), -whole / 2)
            right = max(max(box[0] + box[2] for box in placed), whole / 2)
            x, y, tall = left, max(box[1] + box[3] for box in placed), 0.0
        if number < _FITTED:
            x, y = _free_place(placed, width, height, aspect)
            placed.append((x, y, width, height))
        elif x + width > right:
            x, y, tall = left, y + tall, 0.0
        positions[members] = points - low + np.array([x, y])
        x, tall = x + width, max(tall, height)


def _free_place(
    placed: Sequence[tuple[float, float, float, float]], width: float, height: float, aspect: float
) -> tuple[float, float]:
    """The corner nearest to the middle of what is placed where a box of this size overlaps nothing."""
    if not placed:
        return -width / 2, -height / 2
    corners: list[tuple[float, float]] = []
    for x, y, w, h in placed:
        corners += [(x + w, y), (x - width, y), (x, y + h), (x, y - height)]
        corners += [
            (x + w, y + h - height),
            (x - width, y + h - height),
            (x + w - width, y + h),
            (x + w - width, y - height),
        ]
    boxes = np.asarray(placed)
    best = (np.inf, 0.0, 0.0)
    for x, y in corners:
        clash = (
            (boxes[:, 0] < x + width - 1e-6)
            & (x < boxes[:, 0] + boxes[:, 2] - 1e-6)
            & (boxes[:, 1] < y + height - 1e-6)
            & (y < boxes[:, 1] + boxes[:, 3] - 1e-6)
        )
        if not clash.any():
            cost = max(abs(x), abs(x + width)) ** 2 + (max(abs(y), abs(y + height)) * aspect) ** 2
            best = min(best, (cost, x, y))
    return best[1], best[2]
