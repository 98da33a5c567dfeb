"""A knowledge graph as one HTML file: a network to look at that leads from every line to the sentence that proves it.

The file holds everything: data, layout, style, our script, and vis-network from pyvis. It opens no connection, and its
Content-Security-Policy allows none. All data come from strangers: they stand in a JSON block that cannot be left, and
the script writes them as text only.
"""

from __future__ import annotations

import base64
import hashlib
import html
import importlib.util
import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from kg.config import data_dir
from kg.errors import DataError, SettingsError, StoreError
from kg.layout import compute_layout
from kg.model import Article, Claim, Entity, Evidence
from kg.network import ClaimSet, ClaimSource, communities, to_networkx
from kg.vocabulary import RELATIONS

__all__ = ["html_page", "write_html"]

_DRAWN = 300  # actors shown at first: more than that no eye can read; the page says so and shows the rest on demand
_KEPT = 5000  # actors, the strongest, that a page holds at all: it shall open quickly; the page says what it leaves out
_LABELLED = 90  # actors up to which the layout leaves room for all labels
_CHARACTER = 7.6  # mean width of a character of a label in pixels
_LIBRARY = "lib/vis-9.1.2/vis-network.min.js"
_SCRIPTS = ("1-model.js", "2-look.js", "3-draw.js", "4-labels.js", "5-panel.js", "6-filters.js", "7-main.js")
_PLACEHOLDER = re.compile(r"\{\{(\w+)\}\}")
_ESCAPES = str.maketrans({c: f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"})
_HALF = re.compile("[\ud800-\udfff]")


def write_html(
    graph: ClaimSource, path: str | Path, *, title: str | None = None, language: str = "de", strict: bool = False
) -> Path:
    """Write a graph as one self-contained HTML file.

    Args:
        graph: A knowledge graph, or a `kg.network.ClaimSet`.
        path: The file; it is replaced.
        title: Heading of the page; without it the single article's title, or a general word.
        language: Of the page at first, `de` or `en`; it can be switched in the page.
        strict: Show asserted claims only.

    Returns:
        The path.

    Raises:
        SettingsError: If the page does not speak the language.
        StoreError: If the file cannot be written.
        DataError: If pyvis, which brings vis-network, is missing or of another make.

    Example:
        >>> import tempfile
        >>> from kg.network import ClaimSet
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     write_html(ClaimSet(), Path(folder) / "graph.html").name
        'graph.html'
    """
    path = Path(path)
    page = html_page(graph, title=title, language=language, strict=strict)
    try:
        path.write_text(page, encoding="utf-8", newline="\n")
    except OSError as error:
        message = "the page cannot be written"
        raise StoreError(message, source=path, hint=error.strerror or str(error)) from error
    return path


def html_page(graph: ClaimSource, *, title: str | None = None, language: str = "de", strict: bool = False) -> str:
    """Make the page that `write_html` writes. The same graph gives the same page.

    Args:
        graph: A knowledge graph, or a `kg.network.ClaimSet`.
        title: Heading of the page; without it the single article's title, or a general word.
        language: Of the page at first, `de` or `en`.
        strict: Show asserted claims only.

    Raises:
        SettingsError: If the page does not speak the language.
        DataError: If pyvis, which brings vis-network, is missing or of another make.
    """
    messages = json.loads(_file("messages.json"))
    if language not in messages:
        message = f"the page does not speak {language!r}"
        raise SettingsError(message, hint="there are: " + ", ".join(sorted(messages)))
    words = messages[language]
    data = _payload(graph, strict=strict)
    if not title:
        headlines = [a["title"] for a in data["articles"] if a["title"]]
        title = headlines[0] if len(data["articles"]) == 1 and headlines else words["title"]
    data |= {"language": language, "messages": messages, "drawn": _DRAWN}
    library, script, style = _library(), "\n".join(_file(name) for name in _SCRIPTS), _file("view.css")
    script = f'"use strict";\n(() => {{\n{script}\n}})();\n'
    policy = "; ".join(
        [
            "default-src 'none'",
            f"script-src {_digest(library)} {_digest(script)}",
            f"style-src {_digest(style)}",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )
    parts = {
        "language": language,
        "policy": html.escape(policy),
        "title": html.escape(_HALF.sub("\ufffd", title)),
        "noscript": html.escape(words["noscript"]),
        "style": style,
        "library": library,
        "script": script,
        "data": _json(data),
    }
    # one pass, so that braces inside the data are left alone
    return _PLACEHOLDER.sub(lambda match: parts[match[1]], _file("template.html"))


@cache
def _file(name: str) -> str:
    path = data_dir() / "view" / name
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        message = "a file of the network view is missing"
        raise DataError(message, source=path, hint="install kg-geopolitics again") from error


@cache
def _library() -> str:
    """The script of vis-network out of pyvis; pyvis itself is not imported, for it would bring IPython with it."""
    found = importlib.util.find_spec("pyvis")
    for folder in (found.submodule_search_locations or ()) if found else ():
        path = Path(folder) / _LIBRARY
        if path.is_file():
            # browsers read all line ends as \n, and the digest in the policy is of what they read
            text = path.read_text(encoding="utf-8").replace("\r\n", "\n").replace("\r", "\n")
            if not re.search(r"</script|<!--", text, re.IGNORECASE):
                return text
    message = "pyvis has no vis-network that the page can use"
    raise DataError(message, source=_LIBRARY, hint="pip install 'pyvis==0.3.2'")


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _json(data: Mapping[str, Any]) -> str:
    """JSON that no HTML parser can take for markup; half characters, which UTF-8 cannot write, are replaced."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return _HALF.sub("\ufffd", text.translate(_ESCAPES))


def _payload(graph: ClaimSource, *, strict: bool) -> dict[str, Any]:
    """Everything the page shows: nodes with their places, claims with their evidence, by number."""
    graph = ClaimSet(tuple(graph.claims()), tuple(graph.entities()), tuple(graph.articles()))  # read a store once
    network = to_networkx(graph, strict=strict)
    ranked = sorted(network, key=lambda name: (-network.nodes[name]["weight"], name))
    network.remove_nodes_from(ranked[_KEPT:])
    names = list(network)
    number = {name: i for i, name in enumerate(names)}
    entities = {e.id: e for e in graph.entities()}
    kept = {key for _, _, key in network.edges(keys=True)}
    claims = sorted(
        (c for c in graph.claims() if c.id in kept),
        key=lambda c: (number[c.subject], number[c.object or c.subject], c.predicate, c.id),
    )
    used = {e.article for c in claims for e in c.evidence}
    articles = sorted((a for a in graph.articles() if a.id in used), key=lambda a: (str(a.published or ""), a.id))
    article_number = {a.id: i for i, a in enumerate(articles)}
    weights = [int(network.nodes[name]["weight"]) for name in names]
    radii = [_radius(weight, max(weights)) for weight in weights]
    nodes = [
        _node(name, entities.get(name), entities, weight=weight, radius=radius)
        for name, weight, radius in zip(names, weights, radii, strict=True)
    ]
    groups = communities(network)
    room = len(names) <= _LABELLED
    places = compute_layout(
        [_box(node["label"], radius, labelled=room) for node, radius in zip(nodes, radii, strict=True)],
        [(number[a], number[b]) for a, b in network.edges()],
        communities=[groups[name] for name in names],
        edge_length=_edge_length(len(names)),
    )
    for node, (x, y), name in zip(nodes, places, names, strict=True):
        node |= {"x": x, "y": y, "community": groups[name]}
    return {
        "nodes": nodes,
        "omitted": len(ranked) - len(names),
        "relations": {name: _relation(name) for name in sorted({c.predicate for c in claims})},
        "articles": [_article(a) for a in articles],
        "claims": [_claim(c, number, article_number, entities) for c in claims],
    }


def _radius(weight: int, strongest: int) -> float:
    return round(9 + 17 * math.sqrt(weight / strongest), 1)


def _box(label: str, radius: float, *, labelled: bool) -> tuple[float, float]:
    """The room that a node takes in the layout: with its label in at most two lines, or without."""
    if not labelled:
        return 2 * radius + 12, 2 * radius + 12
    lines = 1 if len(label) <= 16 else 2
    characters = min(len(label) if lines == 1 else len(label) * 0.58, 24)
    return max(2 * radius, characters * _CHARACTER) + 14, 2 * radius + 18 * lines + 16


def _edge_length(count: int) -> float:
    return 190.0 if count <= 12 else 150.0


def _node(
    name: str, entity: Entity | None, entities: Mapping[str, Entity], *, weight: int, radius: float
) -> dict[str, Any]:
    if entity is None:
        return {
            "label": name, "type": "Unknown", "weight": weight, "radius": radius,
            "aliases": [], "wikidata": None, "country": None,
        }  # fmt: skip
    number = entity.wikidata if entity.wikidata and re.fullmatch(r"Q[1-9][0-9]{0,11}", entity.wikidata) else None
    return {
        "label": entity.name or name,
        "type": str(entity.type),
        "weight": weight,
        "radius": radius,
        "aliases": [alias for alias in entity.aliases if alias != entity.name],
        "wikidata": number,
        "country": _label(entity.country, entities) if entity.country != name else None,
    }


def _label(reference: str | None, entities: Mapping[str, Entity]) -> str | None:
    if reference is None:
        return None
    entity = entities.get(reference)
    return reference if entity is None else entity.name or reference


def _relation(name: str) -> dict[str, Any]:
    relation = RELATIONS.get(name)
    if relation is None:
        return {"labels": {}, "score": 0, "symmetric": False, "lasting": False}
    return {
        "labels": dict(relation.labels),
        "score": relation.score or 0,
        "symmetric": relation.symmetric,
        "lasting": relation.stative and not relation.score,
    }


def _article(article: Article) -> dict[str, Any]:
    return {
        "id": article.id,
        "title": article.title,
        "published": None if article.published is None else article.published.isoformat(),
        "publisher": article.publisher,
        "url": _web(article.url),
        "language": article.language,
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
    claim: Claim, number: Mapping[str, int], articles: Mapping[str, int], entities: Mapping[str, Entity]
) -> dict[str, Any]:
    q = claim.qualifiers
    return {
        "id": claim.id,
        "subject": number[claim.subject],
        "predicate": claim.predicate,
        "object": None if claim.object is None else number[claim.object],
        "modality": str(q.modality),
        "source": _label(q.source, entities),
        "begins": q.begins,
        "ends": q.ends,
        "place": _label(q.place, entities),
        "quantity": None if q.quantity is None else q.quantity.text,
        "role": q.role,
        "confidence": round(claim.confidence, 3),
        "evidence": _evidence(claim.evidence, articles),
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
                "rule": piece.rule,
                "confidence": round(piece.confidence, 3),
            }
        )
    return result
