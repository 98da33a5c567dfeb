"""The terms of the graph: namespaces, the closed set of kg's own terms, and IRIs for anything that has an id.

A term that the ontology does not define cannot be made by mistake: `KG.vists` is an `AttributeError`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from types import MappingProxyType
from urllib.parse import unquote

import pyoxigraph as ox

from kg.config import ontology_dir
from kg.errors import DataError

__all__ = [
    "INFERRED",
    "KG",
    "KGR_NS",
    "KG_NS",
    "PREFIXES",
    "Term",
    "article_id",
    "article_iri",
    "claim_id",
    "claim_iri",
    "digest_iri",
    "entity_id",
    "entity_iri",
    "local_name",
    "ontology_quads",
    "term",
    "wikidata_id",
    "wikidata_iri",
]

KG_NS = "https://kg-geopolitics.org/ontology/"
KGR_NS = "https://kg-geopolitics.org/resource/"

INFERRED = ox.NamedNode(KGR_NS + "graph/inferred")
"""The graph of what rules conclude. It is never part of the union, so no plain query sees it."""

PREFIXES: Mapping[str, str] = MappingProxyType(
    {
        "kg": KG_NS,
        "kgr": KGR_NS,
        "owl": "http://www.w3.org/2002/07/owl#",
        "prov": "http://www.w3.org/ns/prov#",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "schema": "https://schema.org/",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "wd": "http://www.wikidata.org/entity/",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    }
)
"""The prefixes that every file and every query knows."""


@lru_cache(maxsize=1024)
def term(curie: str) -> ox.NamedNode:
    """The IRI that a prefixed name stands for.

    Args:
        curie: Such as `rdf:type`, with one of `PREFIXES`.

    Example:
        >>> term("rdfs:label").value
        'http://www.w3.org/2000/01/rdf-schema#label'
    """
    prefix, _, local = curie.partition(":")
    return KG.node(local) if prefix == "kg" else ox.NamedNode(PREFIXES[prefix] + local)


class Term:
    """kg's own terms as attributes, closed: what `kg.ttl` and `relations.ttl` do not define raises.

    Example:
        >>> KG.visits.value
        'https://kg-geopolitics.org/ontology/visits'
        >>> KG.vists
        Traceback (most recent call last):
        AttributeError: the ontology has no term 'vists'
    """

    __slots__ = ()

    def __getattr__(self, name: str) -> ox.NamedNode:
        try:
            return _terms()[name]
        except KeyError:
            message = f"the ontology has no term {name!r}"
            raise AttributeError(message) from None

    def __dir__(self) -> Iterable[str]:
        return sorted(_terms())

    def node(self, name: str) -> ox.NamedNode:
        """The IRI of a term that is given as a string, such as a predicate of a claim.

        Raises:
            DataError: If the ontology does not define it.
        """
        try:
            return _terms()[name]
        except KeyError:
            message = f"the ontology has no term {name!r}"
            raise DataError(message, source="relations.ttl", hint="add it there, or correct the name") from None


KG = Term()


@cache
def _terms() -> Mapping[str, ox.NamedNode]:
    subjects = (q.subject for q in ontology_quads("kg.ttl", "relations.ttl"))
    nodes = {s.value: s for s in subjects if isinstance(s, ox.NamedNode) and s.value.startswith(KG_NS)}
    return {iri.removeprefix(KG_NS): node for iri, node in nodes.items() if iri != KG_NS}


def ontology_quads(*names: str) -> list[ox.Quad]:
    """Read ontology files.

    Args:
        names: File names such as `relations.ttl`.

    Raises:
        DataError: If a file is missing or is not Turtle.
    """
    quads: list[ox.Quad] = []
    for name in names:
        path = ontology_dir() / name
        try:
            quads.extend(ox.parse(path=str(path), format=ox.RdfFormat.TURTLE))
        except (OSError, SyntaxError) as error:
            message = f"the ontology file cannot be read: {error}"
            raise DataError(message, source=path) from error
    return quads


# --- IRIs ------------------------------------------------------------------------------------------------------------


def _escape(name: str) -> str:
    """Percent-encode a name into one IRI segment: injective, for any string.

    Letters and digits of all scripts stay readable, as RFC 3987 allows. All else but `-._~` is encoded, so the segment
    holds no slash. A leading full stop is encoded too, for a parser may take `.` and `..` as steps in a path.
    """
    if name.isascii() and name.replace("_", "").replace("-", "").isalnum():
        return name
    out = [c if c.isalnum() or c in "-._~" else _percent(c) for c in name]
    if name.startswith("."):
        out[0] = "%2E"
    return "".join(out)


def _percent(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "surrogatepass"))


def _unescape(segment: str) -> str:
    return unquote(segment, encoding="utf-8", errors="surrogatepass")


@lru_cache(maxsize=65536)
def entity_iri(entity: str) -> ox.NamedNode:
    """The IRI of an entity.

    Args:
        entity: `Entity.id`, any string.

    Example:
        >>> entity_iri("Südkorea").value
        'https://kg-geopolitics.org/resource/Südkorea'
    """
    return ox.NamedNode(KGR_NS + _escape(entity))


def entity_id(node: ox.NamedNode) -> str:
    """The id of the entity that an IRI names.

    Raises:
        DataError: If the IRI names no entity of kg.
    """
    return _unescape(_segment(node, ""))


@lru_cache(maxsize=4096)
def article_iri(article: str) -> ox.NamedNode:
    """The IRI of an article, which is also the name of its graph.

    Args:
        article: `Article.id`, any string.
    """
    return ox.NamedNode(f"{KGR_NS}article/{_escape(article)}")


def article_id(node: ox.NamedNode) -> str:
    """The id of the article that an IRI names.

    Raises:
        DataError: If the IRI names no article of kg.
    """
    return _unescape(_segment(node, "article/"))


def claim_iri(claim: str) -> ox.NamedNode:
    """The IRI of a claim.

    Args:
        claim: `Claim.id`.
    """
    return ox.NamedNode(f"{KGR_NS}claim/{_escape(claim)}")


def claim_id(node: ox.NamedNode) -> str:
    """The id of the claim that an IRI names.

    Raises:
        DataError: If the IRI names no claim of kg.
    """
    return _segment(node, "claim/")


def wikidata_iri(item: str) -> ox.NamedNode:
    """The IRI of a Wikidata item.

    Args:
        item: Such as `Q36`.
    """
    return ox.NamedNode(PREFIXES["wd"] + _escape(item))


def wikidata_id(node: ox.NamedNode) -> str | None:
    """The number of the Wikidata item that an IRI names, `None` if it names none."""
    prefix = PREFIXES["wd"]
    return _unescape(node.value.removeprefix(prefix)) if node.value.startswith(prefix) else None


def digest_iri(kind: str, *parts: object) -> ox.NamedNode:
    """The IRI of a node that has no id of its own, made from what it says.

    Args:
        kind: Such as `evidence`.
        parts: All that makes the node what it is.

    Example:
        >>> digest_iri("quantity", "drei Schiffe", 3.0) == digest_iri("quantity", "drei Schiffe", 3.0)
        True
    """
    text = json.dumps([p if isinstance(p, str | int | float | None) else str(p) for p in parts])
    return ox.NamedNode(f"{KGR_NS}{kind}/{hashlib.sha256(text.encode()).hexdigest()[:32]}")


def local_name(node: ox.NamedNode) -> str:
    """The name of one of kg's own terms.

    Raises:
        DataError: If the IRI is none of them.
    """
    if not node.value.startswith(KG_NS):
        message = f"{node.value} is not a term of kg's ontology"
        raise DataError(message, hint=f"kg's terms begin with {KG_NS}")
    return node.value.removeprefix(KG_NS)


def _segment(node: ox.NamedNode, kind: str) -> str:
    segment = node.value.removeprefix(KGR_NS + kind)
    if segment == node.value or "/" in segment:
        message = f"{node.value} is no {kind.rstrip('/') or 'entity'} of kg"
        raise DataError(message, hint=f"expected {KGR_NS}{kind}…")
    return segment
