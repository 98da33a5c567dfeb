"""Quads to files and back: Turtle, TriG, N-Quads, N-Triples, JSON-LD. The same quads always give the same bytes."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import pyoxigraph as ox

from kg.errors import SettingsError, StoreError
from kg.rdf.vocabulary import INFERRED, PREFIXES, term

__all__ = ["FORMATS", "format_of", "parse_file", "serialise", "write_file"]

FORMATS = {
    "turtle": ox.RdfFormat.TURTLE,
    "trig": ox.RdfFormat.TRIG,
    "nquads": ox.RdfFormat.N_QUADS,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "json-ld": ox.RdfFormat.JSON_LD,
}
"""The formats that can be written. Turtle and N-Triples have no names for graphs: they hold the union alone."""

_ALIASES = {"ttl": "turtle", "nq": "nquads", "n-quads": "nquads", "nt": "ntriples", "jsonld": "json-ld"}
_SUFFIXES = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".trig": ox.RdfFormat.TRIG,
    ".nq": ox.RdfFormat.N_QUADS,
    ".nquads": ox.RdfFormat.N_QUADS,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".jsonld": ox.RdfFormat.JSON_LD,
    ".rdf": ox.RdfFormat.RDF_XML,
}
_EXACT = 2**53  # the largest range in which every reader of JSON keeps integers exact


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


def serialise(quads: Iterable[ox.Quad], format: str | ox.RdfFormat = "trig") -> bytes:
    """Write quads, sorted and each once.

    Args:
        quads: In any order.
        format: One of `FORMATS`, or an alias such as `ttl`.

    Returns:
        The file's content in UTF-8.

    Raises:
        SettingsError: If there is no such format.

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
        return _json_ld(ordered).encode()
    content = ordered if chosen.supports_datasets else [q.triple for q in ordered]
    plain = chosen in (ox.RdfFormat.N_QUADS, ox.RdfFormat.N_TRIPLES)
    if plain:
        return ox.serialize(content, format=chosen) or b""
    lines = (ox.serialize(content, format=chosen, prefixes=dict(PREFIXES)) or b"").split(b"\n")
    head = len(PREFIXES)  # Oxigraph writes the prefixes first, one a line, in no fixed order
    return b"\n".join([*sorted(lines[:head]), b"", *lines[head:]])


def parse_file(path: Path) -> Iterator[ox.Quad]:
    """Read an RDF file; its ending tells the format.

    Raises:
        SettingsError: If the ending is none of RDF's.
        StoreError: If the file is missing or damaged; the message names the line.
    """
    format = format_of(path)
    try:
        yield from ox.parse(path=str(path), format=format)
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


# --- JSON-LD ---------------------------------------------------------------------------------------------------------


def _json_ld(quads: list[ox.Quad]) -> str:
    """Write JSON-LD with a context that gives every property a short name.

    A property gets a type or a language in the context if all its values share it, so most values are plain strings.
    """
    context = _Context(quads)
    graphs: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    for quad in quads:
        graph = "" if isinstance(quad.graph_name, ox.DefaultGraph) else context.compact(quad.graph_name)
        subject = context.compact(quad.subject)
        node = graphs[graph].setdefault(subject, {"@id": subject})
        if quad.predicate == term("rdf:type"):
            node.setdefault("@type", []).append(context.compact(quad.object))
        else:
            node.setdefault(context.key(quad.predicate), []).append(context.value(quad.predicate, quad.object))
    top = list(graphs.pop("", {}).values())
    top += [{"@id": name, "@graph": list(nodes.values())} for name, nodes in graphs.items()]
    for node in top:
        for inner in [node, *node.get("@graph", ())]:
            inner.update({k: v[0] for k, v in inner.items() if isinstance(v, list) and len(v) == 1 and k != "@graph"})
    return json.dumps({"@context": context.definition(), "@graph": top}, ensure_ascii=False, indent=1) + "\n"


class _Context:
    def __init__(self, quads: list[ox.Quad]) -> None:
        kinds: dict[ox.NamedNode, set[tuple[str, str]]] = defaultdict(set)
        for quad in quads:
            if quad.predicate != term("rdf:type"):
                kinds[quad.predicate].add(_kind(quad.object))
        names: dict[str, list[ox.NamedNode]] = defaultdict(list)
        for predicate in sorted(kinds, key=lambda node: node.value):
            names[self._curie(predicate.value).rpartition(":")[2]].append(predicate)
        self._keys = {
            node: name if len(nodes) == 1 and name.isalpha() and name not in PREFIXES else self._curie(node.value)
            for name, nodes in names.items()
            for node in nodes
        }
        self._shared = {node: next(iter(found)) for node, found in kinds.items() if len(found) == 1}

    def definition(self) -> dict[str, Any]:
        out: dict[str, Any] = dict(PREFIXES)
        for node, key in sorted(self._keys.items(), key=lambda item: item[1]):
            entry = {"@id": self._curie(node.value) if key != self._curie(node.value) else node.value}
            kind, value = self._shared.get(node, ("", ""))
            if kind in ("@type", "@language"):
                entry[kind] = value
            out[key] = entry
        return out

    def key(self, predicate: ox.NamedNode) -> str:
        return self._keys[predicate]

    def compact(self, node: Any) -> str:
        return self._curie(node.value) if isinstance(node, ox.NamedNode) else str(node)

    def value(self, predicate: ox.NamedNode, object: Any) -> Any:
        kind, value = _kind(object)
        shared = predicate in self._shared
        if kind == "@type" and value == "@id":
            return self.compact(object) if shared else {"@id": self.compact(object)}
        if shared:
            small = value == "xsd:integer" and str(_integer(object.value)) == object.value
            return _integer(object.value) if small else object.value
        if kind == "@value":
            return object.value
        return {"@value": object.value, kind: value}

    @staticmethod
    def _curie(iri: str) -> str:
        for prefix, namespace in PREFIXES.items():
            if iri.startswith(namespace) and len(iri) > len(namespace):
                return f"{prefix}:{iri.removeprefix(namespace)}"
        return iri


def _kind(object: Any) -> tuple[str, str]:
    if not isinstance(object, ox.Literal):
        return "@type", "@id"
    if object.language:
        return "@language", object.language
    if object.datatype == term("xsd:string"):
        return "@value", ""
    return "@type", _Context._curie(object.datatype.value)


def _integer(text: str) -> int | None:
    try:
        return number if abs(number := int(text)) < _EXACT else None
    except ValueError:
        return None
