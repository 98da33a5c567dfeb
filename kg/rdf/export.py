"""A graph for others: in every format that can be written, with RDF 1.2 and nanopublications."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import pyoxigraph as ox

from kg.errors import SettingsError
from kg.rdf.nanopub import NANOPUB_PREFIXES, nanopublications
from kg.rdf.serialise import FORMATS, format_of, serialise
from kg.rdf.triple_terms import with_triple_terms

__all__ = ["EXPORTS", "export"]

EXPORTS = (*FORMATS, "rdf12", "nanopub")
"""What a graph can be exported as: the formats of RDF; TriG of RDF 1.2; nanopublications in TriG."""


def export(
    quads: Iterable[ox.Quad], format: str, *, creator: str | None = None, created: datetime | None = None
) -> bytes:
    """Write a graph, sorted and each quad once.

    Args:
        quads: In any order.
        format: One of `EXPORTS`, or an alias such as `ttl`.
        creator: IRI of who publishes nanopublications, such as an ORCID.
        created: When nanopublications are published, with a time zone; if `None`, the day of the newest article that
            each rests on, so that the same graph gives the same bytes on any day.

    Returns:
        The file's content in UTF-8.

    Raises:
        SettingsError: If there is no such format, `creator` is no IRI, or the format cannot hold the graph.

    Example:
        >>> from kg.rdf.reference import example
        >>> text = export(example(), "rdf12").decode()
        >>> "rdf:reifies <<( kgr:Peru kg:sendsTroops kgr:Chile )>>" in text
        True
    """
    if format == "nanopub":
        try:
            content = list(nanopublications(quads, creator=creator, created=created))
        except ValueError as error:
            message = f"the creator {creator!r} is no IRI: {error}"
            raise SettingsError(message, hint="give one such as https://orcid.org/0000-0002-1825-0097") from error
        return serialise(content, "trig", prefixes=NANOPUB_PREFIXES)
    if creator is not None or created is not None:
        message = f"{format} names no creator and no time"
        raise SettingsError(message, hint="leave them out, or export as nanopub")
    if format == "rdf12":
        return serialise(with_triple_terms(quads), "trig")
    if format not in EXPORTS:
        format_of(format)
    return serialise(quads, format)
