"""The formats of answers, and which of them a client would rather have."""

from __future__ import annotations

from collections.abc import Mapping

import mimeparse
import pyoxigraph as ox

from kg.serve.problem import Problem

__all__ = ["GRAPHS", "NAMES", "RESULTS", "choose", "graph_format"]

RESULTS: Mapping[str, ox.QueryResultsFormat] = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "application/xml": ox.QueryResultsFormat.XML,
    "text/xml": ox.QueryResultsFormat.XML,
    "text/csv": ox.QueryResultsFormat.CSV,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}
"""For SELECT and ASK, the best first."""

GRAPHS: Mapping[str, ox.RdfFormat] = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/x-turtle": ox.RdfFormat.TURTLE,
    "text/plain": ox.RdfFormat.N_TRIPLES,
    "application/json": ox.RdfFormat.JSON_LD,
    "application/xml": ox.RdfFormat.RDF_XML,
}
"""For CONSTRUCT, DESCRIBE and whole graphs, the best first."""

NAMES: Mapping[str, tuple[str, ...]] = {
    "json": ("application/sparql-results+json", "application/ld+json"),
    "xml": ("application/sparql-results+xml", "application/rdf+xml"),
    "csv": ("text/csv",),
    "tsv": ("text/tab-separated-values",),
    "ttl": ("text/turtle",),
    "nt": ("application/n-triples",),
    "jsonld": ("application/ld+json",),
}
"""What `format=…` in a link stands for: links cannot send an Accept header."""


def choose(offered: Mapping[str, object], accept: str) -> str:
    """The format that a client wants most.

    Args:
        offered: Media types, the best first.
        accept: The header `Accept`; empty means anything.

    Raises:
        Problem: 406 if there is none, 400 if the header is malformed.

    Example:
        >>> choose(RESULTS, "text/csv;q=0.5, application/sparql-results+xml")
        'application/sparql-results+xml'
        >>> choose(RESULTS, "*/*")
        'application/sparql-results+json'
    """
    if not accept.strip():
        return next(iter(offered))
    try:
        found = str(mimeparse.best_match(list(reversed(tuple(offered))), accept))  # of equals it takes the last
    except ValueError as error:
        message = f"the header Accept cannot be read: {accept[:200]!r}"
        raise Problem(400, message) from error
    if not found:
        message = f"this answer comes as {', '.join(offered)}; the header Accept takes none of them"
        raise Problem(406, message)
    return found


def graph_format(content_type: str) -> ox.RdfFormat:
    """The format of triples that a client sends.

    Raises:
        Problem: 415, if it is none that can be read.
    """
    media = content_type.partition(";")[0].strip().lower()
    if media in GRAPHS and media not in ("text/plain", "application/json", "application/xml"):
        return GRAPHS[media]
    message = f"triples cannot be read as {media or 'nothing (the header Content-Type is missing)'}"
    raise Problem(
        415, f"{message}; send one of: text/turtle, application/n-triples, application/ld+json, application/rdf+xml"
    )
