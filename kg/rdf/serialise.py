"""Quads to files and back: Turtle, TriG, N-Quads, N-Triples, JSON-LD, RDF/XML. The same quads, the same bytes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile

import pyoxigraph as ox

from kg.errors import SettingsError, StoreError
from kg.rdf.depth import refuse_hostile_file
from kg.rdf.jsonld import write_json_ld
from kg.rdf.triple_terms import without_triple_terms
from kg.rdf.vocabulary import INFERRED, PREFIXES, term

__all__ = ["FORMATS", "format_of", "parse_file", "serialise", "write_file"]

FORMATS = {
    "turtle": ox.RdfFormat.TURTLE,
    "trig": ox.RdfFormat.TRIG,
    "nquads": ox.RdfFormat.N_QUADS,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "json-ld": ox.RdfFormat.JSON_LD,
    "rdf-xml": ox.RdfFormat.RDF_XML,
}
"""The formats that can be written. Turtle, N-Triples and RDF/XML have no names of graphs: they hold the union."""

_ALIASES = {
    "ttl": "turtle",
    "nq": "nquads",
    "n-quads": "nquads",
    "nt": "ntriples",
    "jsonld": "json-ld",
    "rdf": "rdf-xml",
    "xml": "rdf-xml",
}
_SUFFIXES = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".trig": ox.RdfFormat.TRIG,
    ".nq": ox.RdfFormat.N_QUADS,
    ".nquads": ox.RdfFormat.N_QUADS,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".jsonld": ox.RdfFormat.JSON_LD,
    ".rdf": ox.RdfFormat.RDF_XML,
}
_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def format_of(name: str | Path) -> ox.RdfFormat:
    """The format that a name, an alias or a file's ending stands for.

    Args:
        name: Such as `turtle`, `ttl` or `graph.ttl`.

    Raises:
        SettingsError: If there is no such format.
    """
    text = str(name).lower()
    known = FORMATS.get(_ALIASES.get(text, text)) or _SUFFIXES.get(Path(text).suffix)
    if known is None:
        message = f"unknown RDF format {str(name)!r}"
        raise SettingsError(message, hint="there are: " + ", ".join([*FORMATS, *_SUFFIXES]))
    return known


def serialise(
    quads: Iterable[ox.Quad], format: str | ox.RdfFormat = "trig", *, prefixes: Mapping[str, str] = PREFIXES
) -> bytes:
    """Write quads, sorted and each once.

    Args:
        quads: In any order.
        format: One of `FORMATS`, or an alias such as `ttl`.
        prefixes: What Turtle, TriG and RDF/XML shorten IRIs by.

    Returns:
        The file's content in UTF-8.

    Raises:
        SettingsError: If there is no such format, or it cannot hold a character of the graph (RDF/XML).

    Example:
        >>> from kg.rdf.vocabulary import KG, entity_iri
        >>> triple = ox.Quad(entity_iri("Polen"), KG.supports, entity_iri("Ukraine"))
        >>> print(serialise([triple], "turtle").decode().splitlines()[-1])
        kgr:Polen kg:supports kgr:Ukraine .
    """
    chosen = format if isinstance(format, ox.RdfFormat) else format_of(format)
    if not chosen.supports_datasets:
        quads = (ox.Quad(q.subject, q.predicate, q.object) for q in quads if q.graph_name != INFERRED)
    ordered = sorted(set(quads), key=_order)
    if chosen == ox.RdfFormat.JSON_LD:
        return write_json_ld(ordered).encode()
    if chosen == ox.RdfFormat.RDF_XML:
        _check_xml(ordered)
    content = ordered if chosen.supports_datasets else [q.triple for q in ordered]
    plain = chosen in (ox.RdfFormat.N_QUADS, ox.RdfFormat.N_TRIPLES)
    if plain:
        return ox.serialize(content, format=chosen) or b""
    if chosen == ox.RdfFormat.RDF_XML:
        first, root, rest = (ox.serialize(content, format=chosen, prefixes=dict(prefixes)) or b"").split(b"\n", 2)
        names = sorted(re.findall(rb' xmlns:[^=]+="[^"]*"', root))  # in no fixed order
        text = b"\n".join([first, b"<rdf:RDF" + b"".join(names) + b">", rest])
        return text.replace(b"\r", b"&#13;")  # which a reader of XML would take for a line feed
    lines = (ox.serialize(content, format=chosen, prefixes=dict(prefixes)) or b"").split(b"\n")
    head = len(prefixes)  # Oxigraph writes the prefixes first, one a line, in no fixed order
    return b"\n".join([*sorted(lines[:head]), b"", *lines[head:]])


def parse_file(path: Path) -> Iterator[ox.Quad]:
    """Read an RDF file; its ending tells the format. Triple terms of RDF 1.2 that a claim states become its parts.

    Raises:
        SettingsError: If the ending is none of RDF's.
        StoreError: If the file is missing or damaged; the message names the line.
    """
    format = format_of(path)
    try:
        refuse_hostile_file(path, format)
        yield from without_triple_terms(ox.parse(path=str(path), format=format))
    except SyntaxError as error:
        message = f"the file is no valid {format.name}: {error.msg}"
        raise StoreError(message, source=path, line=error.lineno, hint="nothing of it was loaded") from error
    except (OSError, ValueError) as error:
        message = f"the file cannot be read: {error}"
        raise StoreError(message, source=path) from error


def write_file(quads: Iterable[ox.Quad], path: Path) -> None:
    """Write quads to a file, at once: a reader never sees half of it.

    Args:
        quads: In any order.
        path: Its ending tells the format.

    Raises:
        SettingsError: If the ending is none of RDF's.
        StoreError: If the file cannot be written.
    """
    content = serialise(quads, format_of(path))
    temporary: Path | None = None
    try:
        with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}", delete=False) as file:
            temporary = Path(file.name)
            file.write(content)
        temporary.chmod(0o644)  # a temporary file is its owner's alone
        temporary.replace(path)
    except OSError as error:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        message = f"the file cannot be written: {error.strerror or error}"
        raise StoreError(message, source=path) from error


def _order(quad: ox.Quad) -> tuple[str, str, str, str]:
    """Graph, subject, predicate with the type first, object."""
    predicate = "" if quad.predicate == term("rdf:type") else quad.predicate.value
    return str(quad.graph_name), str(quad.subject), predicate, str(quad.object)


def _check_xml(quads: list[ox.Quad]) -> None:
    """Refuse what XML has no way to write, rather than write what no other program reads."""
    for quad in quads:
        if isinstance(quad.object, ox.Literal) and (found := _NOT_XML.search(quad.object.value)):
            message = f"RDF/XML cannot hold the character U+{ord(found[0]):04X}, which {quad.subject} has"
            raise SettingsError(message, hint="write Turtle, TriG, N-Quads or JSON-LD")
