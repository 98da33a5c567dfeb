"""What happens in the processes that answer: the graph is open here, and only here.

Each function takes and gives plain values, for they travel between processes.
"""

from __future__ import annotations

import contextlib
import io
import os
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.errors import QueryError, StoreError
from kg.rdf.depth import refuse_deep_query
from kg.rdf.vocabulary import KG_NS, PREFIXES
from kg.serve.formats import GRAPHS, RESULTS, choose
from kg.serve.guard import refuse_network
from kg.serve.options import Limits
from kg.serve.problem import Problem
from kg.store import KnowledgeGraph
from kg.store_oxigraph import DEFAULT, explain_syntax, scope_of

__all__ = [
    "Answer",
    "change",
    "delete_graph",
    "describe_service",
    "get_graph",
    "graph",
    "limits",
    "parsed",
    "query",
    "send_graph",
    "start",
    "state_of",
    "store",
    "warm",
]

_PREFIXES = dict(PREFIXES)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer ready to be sent."""

    body: bytes
    media: str


class _Process:
    folder = ""
    limits = Limits()
    graph: KnowledgeGraph | None = None
    state: tuple[int, int] | None = None


def start(folder: str, limits: Limits) -> None:
    """Prepare a process: what it opens, and how much memory it may take."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the server, which ends us
    _Process.folder, _Process.limits = folder, limits
    if limits.memory_bytes:
        with contextlib.suppress(ImportError, ValueError, OSError):  # not on every system
            import resource

            resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))


def state_of(folder: str) -> tuple[int, int]:
    """Something that is different when another program has written to the store in between."""
    try:
        seen = (Path(folder) / "CURRENT").stat()
    except OSError:
        return (0, 0)
    return (seen.st_mtime_ns, seen.st_ino)


def graph() -> KnowledgeGraph:
    """The graph as it is now, for reading."""
    state = state_of(_Process.folder)
    if _Process.graph is None or _Process.state != state:
        _close()
        _Process.graph = KnowledgeGraph(_Process.folder, create=False, read_only=True)
        _Process.state = state
    return _Process.graph


def store() -> ox.Store:
    """The same graph as Oxigraph sees it, for what `KnowledgeGraph` need not offer: datasets, formats, half answers."""
    opened: Any = graph()._open()
    whole: ox.Store = opened.whole
    return whole


def limits() -> Limits:
    """What one request may take."""
    return _Process.limits


def warm() -> int:
    """Open the graph before anybody asks; gives the number of the process."""
    graph()
    return os.getpid()


# --- the protocol ----------------------------------------------------------------------------------------------------


class _Bounded(io.BytesIO):
    """Takes an answer until it is too long."""

    def write(self, data: Any) -> int:
        if self.tell() + len(data) > _Process.limits.answer_bytes:
            most = _Process.limits.answer_bytes
            message = f"the answer is longer than {most:,} bytes; ask for less, or add LIMIT"
            raise Problem(403, message)
        return super().write(data)


def parsed(
    sparql: str, default_graphs: Sequence[str] = (), named_graphs: Sequence[str] = ()
) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
    """Start a query; the answer is worked out while it is read."""
    refuse_network(sparql)
    refuse_deep_query(sparql)
    whole = store()
    try:
        if default_graphs or named_graphs:
            scope: dict[str, Any] = {
                "default_graph": [ox.NamedNode(iri) for iri in default_graphs],
                "named_graphs": [ox.NamedNode(iri) for iri in named_graphs],
            }
        else:
            scope = scope_of(whole, sparql, inferred=False)
        return whole.query(sparql, prefixes=_PREFIXES, **scope)
    except SyntaxError as error:
        raise explain_syntax(str(error), sparql) from error
    except ValueError as error:
        raise Problem(400, f"the request is wrong: {error}") from error


def query(sparql: str, accept: str, default_graphs: Sequence[str] = (), named_graphs: Sequence[str] = ()) -> Answer:
    """Answer a query of the SPARQL protocol.

    Args:
        sparql: SELECT, ASK, CONSTRUCT or DESCRIBE.
        accept: The header of the request.
        default_graphs: IRIs of the graphs that make the default graph; with `named_graphs` they take the place of
            what the query itself says. Without both it is asked of the union of all articles.
        named_graphs: IRIs of the graphs that `GRAPH` can see.

    Raises:
        Problem: If it is refused, too long, or in no format that the client takes.
        QueryError: If it is no valid SPARQL.
        StoreError: If the store cannot be read.
    """
    try:
        return _query(sparql, accept, default_graphs, named_graphs)
    except OSError:
        _close()  # another program that writes has tidied away files that we had open
    try:
        return _query(sparql, accept, default_graphs, named_graphs)
    except OSError as error:
        message = f"the store cannot be read: {error}"
        raise StoreError(message, hint="does another program write to it? ask again when it is done") from error


def _query(sparql: str, accept: str, default_graphs: Sequence[str], named_graphs: Sequence[str]) -> Answer:
    results = parsed(sparql, default_graphs, named_graphs)
    out = _Bounded()
    try:
        if isinstance(results, ox.QueryTriples):
            media = choose(GRAPHS, accept)
            if GRAPHS[media] == ox.RdfFormat.TURTLE:
                ox.serialize(results, out, ox.RdfFormat.TURTLE, prefixes=_PREFIXES)
            else:
                results.serialize(out, GRAPHS[media])
        else:
            media = choose(RESULTS, accept)
            results.serialize(out, RESULTS[media])
    except (RuntimeError, ValueError) as error:
        message = f"the query cannot be answered: {error}"
        raise QueryError(message) from error
    return Answer(out.getvalue(), media)


def change(sparql: str) -> None:
    """Carry out an update; it is stored as a whole or not at all.

    Raises:
        Problem: If it would reach beyond the graph.
        QueryError: If it is no valid update, or does not name the graph that it changes.
        StoreError: If the store cannot be written.
    """
    refuse_network(sparql, is_update=True)
    _close()
    with KnowledgeGraph(_Process.folder, create=False) as writable:
        writable.update(sparql)


def get_graph(name: str | None, accept: str) -> Answer:
    """A whole graph; `None` is the union of all.

    Raises:
        Problem: 404 if there is none of that name.
    """
    media = choose(GRAPHS, accept)
    whole, node = store(), DEFAULT if name is None else _name(name)
    if isinstance(node, ox.NamedNode) and not whole.contains_named_graph(node):
        raise Problem(404, f"there is no graph {name}")
    out = _Bounded()
    is_turtle = GRAPHS[media] == ox.RdfFormat.TURTLE
    whole.dump(out, GRAPHS[media], from_graph=node, prefixes=_PREFIXES if is_turtle else None)
    return Answer(out.getvalue(), media)


def send_graph(name: str, body: bytes, media: str, *, base: str, keep: bool) -> bool:
    """Put triples into a graph, in the place of what is there or beside it.

    Args:
        name: IRI of the graph.
        body: The triples.
        media: Their format; one of `GRAPHS`.
        base: What relative IRIs in them refer to.
        keep: Whether what is there stays.

    Returns:
        Whether the graph is new.

    Raises:
        Problem: 400, if the triples cannot be read; nothing is changed then.
    """
    node = _name(name)
    try:
        triples = [q.triple for q in ox.parse(body, format=GRAPHS[media], base_iri=base, without_named_graphs=True)]
    except (SyntaxError, ValueError) as error:
        raise Problem(400, f"the triples cannot be read: {error}") from error
    _close()
    with KnowledgeGraph(_Process.folder, create=False) as writable:
        is_new = node.value not in writable.graphs()
        old = [q.triple for q in writable.quads(node)] if keep else []
        writable.put_graph(node, [*old, *triples])
    return is_new


def delete_graph(name: str) -> None:
    """Take a graph out.

    Raises:
        Problem: 404 if there is none of that name.
    """
    node = _name(name)
    if not store().contains_named_graph(node):
        raise Problem(404, f"there is no graph {name}")
    _close()
    with KnowledgeGraph(_Process.folder, create=False) as writable:
        writable.put_graph(node, [])


def describe_service(url: str, accept: str, *, update: bool) -> Answer:
    """The service description of SPARQL 1.1: what the endpoint can do."""
    media = choose(GRAPHS, accept)
    sd, void = "http://www.w3.org/ns/sparql-service-description#", "http://rdfs.org/ns/void#"
    formats = "http://www.w3.org/ns/formats/"
    languages = ["SPARQL11Query", *(["SPARQL11Update"] if update else [])]
    kinds = ["SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV"]
    kinds += ["Turtle", "N-Triples", "JSON-LD", "RDF_XML"]
    lines = [f"<{url}> a sd:Service ; sd:endpoint <{url}> ;"]
    lines += [f"  sd:supportedLanguage sd:{language} ;" for language in languages]
    lines += [f"  sd:resultFormat <{formats}{kind}> ;" for kind in kinds]
    lines += ["  sd:feature sd:UnionDefaultGraph ;"]
    lines += ["  sd:defaultDataset [ a sd:Dataset ; sd:defaultGraph [ a sd:Graph ; void:vocabulary kg: ] ] ."]
    text = "\n".join([f"PREFIX sd: <{sd}>", f"PREFIX void: <{void}>", f"PREFIX kg: <{KG_NS}>", *lines])
    quads = ox.parse(text, format=ox.RdfFormat.TURTLE)
    prefixes = {"sd": sd, "void": void, "kg": KG_NS} if GRAPHS[media] == ox.RdfFormat.TURTLE else None
    out = _Bounded()
    ox.serialize((q.triple for q in quads), out, GRAPHS[media], prefixes=prefixes)
    return Answer(out.getvalue(), media)


def _name(iri: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(iri)
    except ValueError as error:
        raise Problem(400, f"this is no IRI of a graph: {iri[:200]!r}") from error


def _close() -> None:
    if _Process.graph is not None:
        _Process.graph.close()
    _Process.graph = _Process.state = None
