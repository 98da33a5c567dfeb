"""What the network page holds: actors with their places in the picture, claims with their evidence, by number.

A `ClaimSource` comes in, plain values for JSON go out. The strongest actors come first in the layout: a picture of
those that the page shows at first, and one of all that it can draw; the rest is reached by search, focus and groups.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from kg.layout import compute_layout
from kg.model import Article, Claim, Entity, Evidence, Modality
from kg.network import ClaimSet, ClaimSource
from kg.network_communities import louvain
from kg.view_export import article_fields, claim_fields, entity_fields, evidence_fields, others
from kg.view_places import world
from kg.vocabulary import RELATIONS

__all__ = ["DRAWN", "page_data"]

DRAWN = 300
"""Actors shown at first: more than that no eye can read; the page says so and shows the rest on demand."""

_PLACED = 2000  # actors, the strongest, that can be drawn all at once: about what vis-network draws fluently
_KEPT = 25_000  # actors, the strongest, that a page holds at all: it shall open quickly and says what it leaves out
_LABELLED = 90  # actors up to which the layout leaves room for all labels
_NAMED = 10  # of the strongest for whose names there is room in larger pictures too
_CHARACTER = 7.6  # mean width of a character of a label in pixels


def page_data(graph: ClaimSource, *, strict: bool = False) -> dict[str, Any]:
    """Everything that the page shows.

    Args:
        graph: A knowledge graph, or a `kg.network.ClaimSet`; it is read once.
        strict: Take asserted claims only.

    Returns:
        Lists `nodes`, `claims` (which name nodes and articles by number), `articles`, `others` (what claims name as
        source or place and what is no node), `relations` by name, `read` (how many articles were read, those without
        claims included), `found` (how many claims there are in all), `omitted` (how many actors are too weak for the
        page), `drawn` and `placed` (how many are drawn at first, and at most), `world` (outlines, `None` if nothing
        has a location). Records bear the fields of `kg.view_export` as well.
    """
    entities = {e.id: e for e in graph.entities()}
    claims = [(c, c.id) for c in graph.claims() if not strict or c.qualifiers.modality is Modality.ASSERTED]
    found = len(claims)
    weight, ranked = _ranking(c for c, _ in claims)
    names = sorted(ranked[:_KEPT])
    number = {name: i for i, name in enumerate(names)}
    claims = [(c, i) for c, i in claims if c.subject in number and (c.object or c.subject) in number]
    claims.sort(key=lambda pair: (number[pair[0].subject], number[pair[0].object or pair[0].subject],
                                  pair[0].predicate, pair[1]))  # fmt: skip
    used = {e.article for c, _ in claims for e in c.evidence}
    read = list(graph.articles())
    articles = sorted((a for a in read if a.id in used), key=lambda a: (str(a.published or ""), a.id))
    whole = graph if isinstance(graph, ClaimSet) else ClaimSet()
    article_number = {a.id: i for i, a in enumerate(articles)}
    strongest = max(weight.values(), default=1)
    nodes = [_node(name, entities, weight[name], strongest) for name in names]
    beside = others((c for c, _ in claims), entities.values(), names)
    _place(
        nodes,
        [(number[c.subject], number[c.object or c.subject]) for c, _ in claims],
        [number[n] for n in ranked if n in number],
    )
    return {
        "nodes": nodes,
        "omitted": len(ranked) - len(names),
        "read": max(len(read), whole.read or 0),
        "found": found if strict else max(found, whole.found or 0),
        "drawn": DRAWN,
        "placed": _PLACED,
        "relations": {name: _relation(name) for name in sorted({c.predicate for c, _ in claims})},
        "articles": [_article(a) for a in articles],
        "others": beside,
        "claims": [_claim(c, name, number, article_number, entities) for c, name in claims],
        "world": world() if any("lat" in thing for thing in (*nodes, *beside)) else None,
    }


def _ranking(claims: Iterable[Claim]) -> tuple[dict[str, int], list[str]]:
    """The number of claims about each actor, and the actors in the order in which they are shown.

    The strongest come first, each with its strongest neighbour at once unless one of its neighbours is there already:
    so nobody stands alone for whom the graph knows company, however few are shown.
    """
    weight: dict[str, int] = {}
    near: dict[str, set[str]] = {}
    for claim in claims:
        for end in {claim.subject, claim.object or claim.subject}:
            weight[end] = weight.get(end, 0) + 1
        if claim.object is not None and claim.object != claim.subject:
            near.setdefault(claim.subject, set()).add(claim.object)
            near.setdefault(claim.object, set()).add(claim.subject)
    shown: dict[str, None] = {}
    for name in sorted(weight, key=lambda name: (-weight[name], name)):
        shown.setdefault(name)
        others = near.get(name, set())
        if others and not any(other in shown for other in others):
            shown.setdefault(min(others, key=lambda other: (-weight[other], other)))
    return weight, list(shown)


def _place(nodes: list[dict[str, Any]], pairs: Sequence[tuple[int, int]], ranked: Sequence[int]) -> None:
    """Write `rank`, `community` and the places: `x`, `y` in the picture of all drawn, `u`, `v` in the first one."""
    groups = louvain(len(nodes), pairs)
    for rank, i in enumerate(ranked):
        nodes[i]["rank"] = rank
    for node, group in zip(nodes, groups, strict=True):
        node |= {"community": group, "x": None, "y": None, "u": None, "v": None}
    for count, across, down in ((_PLACED, "x", "y"), (DRAWN, "u", "v")):
        chosen = sorted(ranked[:count])
        if down == "v" and len(chosen) == len(nodes):
            break
        place = {node: i for i, node in enumerate(chosen)}
        room = len(chosen) <= _LABELLED
        boxes = [_box(nodes[i]["label"], nodes[i]["radius"], labelled=room) for i in chosen]
        laid = partial(
            compute_layout,
            boxes,
            [(place[a], place[b]) for a, b in pairs if a in place and b in place],
            communities=[nodes[i]["community"] for i in chosen],
            edge_length=190.0 if len(chosen) <= 12 else 150.0,
        )
        points = laid()
        if _LABELLED < len(chosen) <= DRAWN:
            # how far away the picture is seen decides how much room a name takes in it
            scale = _scale(points)
            strong = sorted(chosen, key=lambda i: (-nodes[i]["weight"], nodes[i]["rank"]))[:_NAMED]
            for i in strong:
                if nodes[i]["weight"] >= max(3, nodes[strong[0]]["weight"] / 10):
                    boxes[place[i]] = _named_box(nodes[i]["label"], nodes[i]["radius"], scale)
            points = laid(gap=9 / scale)
        for i, (x, y) in zip(chosen, points, strict=True):
            nodes[i][across], nodes[i][down] = x, y


def _box(label: str, radius: float, *, labelled: bool) -> tuple[float, float]:
    """The room that a node takes in the layout: with its label in at most two lines, or without."""
    if not labelled:
        return 2 * radius + 12, 2 * radius + 12
    lines = 1 if len(label) <= 16 else 2
    characters = min(len(label) if lines == 1 else len(label) * 0.58, 24)
    return max(2 * radius, characters * _CHARACTER) + 14, 2 * radius + 18 * lines + 16


def _scale(points: Sequence[tuple[int, int]]) -> float:
    """Pixels of a screen for one of a picture that is shown as a whole."""
    across, down = (float(max(axis) - min(axis)) for axis in zip(*points, strict=True))
    return min(1.0, 540 / max(across, 1.0), 520 / max(down, 1.0))


def _named_box(label: str, radius: float, scale: float) -> tuple[float, float]:
    """The room of an actor whose name is to be read in a picture that is seen from afar."""
    characters = min(len(label), 24)
    return max(2 * radius, (characters * 8.5 + 14) / scale), max(2 * radius, 56 / scale)


def _node(name: str, entities: Mapping[str, Entity], weight: int, strongest: int) -> dict[str, Any]:
    entity = entities.get(name)
    known = None if entity is None else entity.wikidata
    country = None if entity is None or entity.country == name else entity.country
    return {
        "id": name,
        "label": (entity and entity.name) or name,
        "type": "Unknown" if entity is None else str(entity.type),
        "weight": weight,
        "radius": round(9 + 17 * math.sqrt(weight / strongest), 1),
        "aliases": [] if entity is None else [alias for alias in entity.aliases if alias != entity.name],
        "wikidata": known if known and re.fullmatch(r"Q[1-9][0-9]{0,11}", known) else None,
        "country": _label(country, entities),
        "geonames": None,
        **({} if entity is None else entity_fields(entity)),
    }


def _label(reference: str | None, entities: Mapping[str, Entity]) -> str | None:
    if reference is None:
        return None
    entity = entities.get(reference)
    return reference if entity is None else entity.name or reference


def _relation(name: str) -> dict[str, Any]:
    relation = RELATIONS.get(name)
    if relation is None:
        return {"labels": {}, "score": 0, "symmetric": False, "lasting": False, "stative": False}
    return {
        "labels": dict(relation.labels),
        "score": relation.score or 0,
        "symmetric": relation.symmetric,
        "lasting": relation.stative and not relation.score,
        "stative": relation.stative,
    }


def _article(article: Article) -> dict[str, Any]:
    return {
        "id": article.id,
        "title": article.title,
        "published": None if article.published is None else article.published.isoformat(),
        "publisher": article.publisher,
        "url": _web(article.url),
        "language": article.language,
        **article_fields(article),
    }


def _web(url: str | None) -> str | None:
    """The URL if it leads to the web; `javascript:` and its like are dropped (the script checks again)."""
    if not url:
        return None
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return None
    return url.strip() if parts.scheme.lower() in ("http", "https") and parts.netloc else None


def _claim(
    claim: Claim,
    name: str,
    number: Mapping[str, int],
    articles: Mapping[str, int],
    entities: Mapping[str, Entity],
) -> dict[str, Any]:
    q = claim.qualifiers
    return {
        "id": name,
        "subject": number[claim.subject],
        "predicate": claim.predicate,
        "object": None if claim.object is None else number[claim.object],
        "modality": str(q.modality),
        "source": _label(q.source, entities),
        "begins": q.begins,
        "ends": q.ends,
        "place": _label(q.place, entities),
        "placeNode": number.get(q.place or ""),
        "quantity": None if q.quantity is None else q.quantity.text,
        "role": q.role,
        "confidence": round(claim.confidence, 3),
        "evidence": _evidence(claim.evidence, articles),
        **claim_fields(claim),
    }


def _evidence(pieces: Iterable[Evidence], articles: Mapping[str, int]) -> Sequence[Mapping[str, Any]]:
    """The sentences, best first, each cut into what stands before, in and after the word that triggered the claim."""
    result = []
    pieces = sorted(pieces, key=lambda e: (-e.confidence, e))
    order = list(dict.fromkeys(piece.article for piece in pieces))
    for piece in sorted(pieces, key=lambda e: order.index(e.article)):  # one article after the other
        quote = piece.quote
        start = min(max(piece.cue_start - piece.start, 0), len(quote))
        end = min(max(piece.cue_end - piece.start, start), len(quote))
        result.append(
            {
                "article": articles.get(piece.article, -1),
                "quote": [quote[:start], quote[start:end], quote[end:]],
                "confidence": round(piece.confidence, 3),
                **evidence_fields(piece),
            }
        )
    return result
