"""What the store needs to know of Oxigraph: folders, locks, updates in one step, messages."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.errors import QueryError, StoreError
from kg.model import Claim
from kg.rdf.decode import Description, read_claim
from kg.rdf.depth import refuse_deep_query
from kg.rdf.endpoint import keywords_of
from kg.rdf.results import Table
from kg.rdf.vocabulary import INFERRED, KG, KGR_NS, PREFIXES

__all__ = [
    "DEFAULT",
    "LOOSE",
    "Name",
    "about",
    "ask",
    "data",
    "explain_syntax",
    "in_graph",
    "names_graphs",
    "open_folder",
    "pattern",
    "refuse_default_graph",
    "replacement",
    "scope_of",
    "stored_claim",
]

Name = ox.NamedNode | ox.BlankNode | ox.DefaultGraph
"""Of a graph."""

DEFAULT = ox.DefaultGraph()
LOOSE = ox.NamedNode(KGR_NS + "graph/loose")
"""Where triples go that were loaded without the name of a graph."""
_NAMED_GRAPHS = re.compile(r"\b(GRAPH|FROM)\b", re.IGNORECASE)
_TEMPLATE = re.compile(r"\b(INSERT|DELETE)\s*(DATA|WHERE)?\s*\{", re.IGNORECASE)
_GRAPH = re.compile(r"\bGRAPH\b[^{}]*\{", re.IGNORECASE)
_WITH = re.compile(r"\bWITH\b", re.IGNORECASE)
_TO_DEFAULT = re.compile(r"\bTO\s+DEFAULT\b", re.IGNORECASE)
_PREFIXES = dict(PREFIXES)
_UPDATE = re.compile(
    r"(\s|#[^\n]*\n|(PREFIX|BASE)[^>]*>)*(INSERT|DELETE|LOAD|CLEAR|DROP|CREATE|ADD|MOVE|COPY|WITH)\b", re.I
)


def open_folder(folder: Path, *, create: bool, read_only: bool) -> ox.Store:
    """Open or make a store on disk.

    Args:
        folder: Of the store, or of `kg build`, which holds the store in `store/`.
        create: Whether to make it if it is not there.
        read_only: Whether to open it for reading only.

    Raises:
        StoreError: If it is not there, is locked by another program, is damaged, or is something else.
    """
    if (folder / "store").is_dir():
        folder = folder / "store"  # what `kg build` makes
    is_store = (folder / "CURRENT").is_file()
    if not is_store and not folder.exists() and not create:
        message = "there is no such graph"
        raise StoreError(message, source=folder, hint=_nearest(folder))
    if not is_store and folder.exists() and (not folder.is_dir() or any(folder.iterdir()) or not create):
        message, hint = "this is no graph of kg", "give a folder of kg build, or an empty or new one to build in"
        if not create:
            is_empty = folder.is_dir() and not any(folder.iterdir())
            message = "the folder is empty, there is no graph of kg in it" if is_empty else message
            hint = "kg build INPUT --out FOLDER makes one"
        raise StoreError(message, source=folder, hint=hint)
    try:
        if create:
            folder.mkdir(parents=True, exist_ok=True)
        if read_only:
            return ox.Store.read_only(str(folder))
        store = ox.Store(str(folder))
        for left in folder.glob("bulk-*.sst"):  # of a load that was killed; nobody else writes here now
            left.unlink(missing_ok=True)
        return store
    except (OSError, RuntimeError, ValueError) as error:
        if "lock" in str(error).lower():
            message, hint = "the store is in use", "another program has it open; wait until it is done, or close it"
        elif isinstance(error, OSError) and not is_store:
            message, hint = f"the store cannot be made: {error}", "is the disk full, or the folder write-protected?"
        else:
            raise _damaged(error, folder) from error
        raise StoreError(message, source=folder, hint=hint) from error


def _nearest(folder: Path) -> str:
    try:
        names = [path.name for path in folder.parent.iterdir()]
    except OSError:
        names = []
    close = difflib.get_close_matches(folder.name, names, n=1)
    meant = f"did you mean {folder.parent / close[0]}? Else " if close else ""
    return f"{meant}give a folder of kg build, an RDF file or a SPARQL endpoint"


def _damaged(error: Exception, folder: Path | None = None) -> StoreError:
    message = f"the store is damaged: {error}"
    hint = "if no other program writes to it now, build it again, or load graph.trig if it is still there"
    return StoreError(message, source=folder, hint=hint)


def replacement(name: Name, new: Iterable[ox.Quad], *, union: bool) -> str:
    """A SPARQL update that makes one graph hold exactly these quads, without knowing what it holds.

    Args:
        name: Of the graph.
        new: What it shall hold; if nothing, the graph is gone.
        union: Whether the default graph is to follow as the union of all others.
    """
    new = list(new)
    parts = [f"DROP SILENT GRAPH {name}"]
    if union:
        other = f"GRAPH ?h {{ ?s ?p ?o }} FILTER (?h NOT IN ({name}, {INFERRED}))"
        lost = f"DELETE {{ ?s ?p ?o }} WHERE {{ GRAPH {name} {{ ?s ?p ?o }} FILTER NOT EXISTS {{ {other} }} }}"
        parts = [lost, *parts]
        new += [ox.Quad(*q.triple) for q in new]
    return " ;\n".join(part for part in [*parts, data("INSERT", new)] if part)


def data(verb: str, quads: Iterable[ox.Quad]) -> str:
    """A SPARQL update that deletes or inserts quads: one request is one transaction."""
    lines = [f"{q.triple} ." if q.graph_name == DEFAULT else f"GRAPH {q.graph_name} {{ {q.triple} }}" for q in quads]
    return f"{verb} DATA {{\n" + "\n".join(lines) + "\n}" if lines else ""


def ask(store: ox.Store, sparql: str, **scope: Any) -> Table:
    """Ask a store a SPARQL query; see `KnowledgeGraph.query`. `scope` are options of Oxigraph's `query`."""
    refuse_deep_query(sparql)
    try:
        return Table.of(store.query(sparql, prefixes=_PREFIXES, **scope))
    except SyntaxError as error:
        raise explain_syntax(str(error), sparql) from error
    except OSError as error:
        raise _damaged(error) from error
    except (RuntimeError, ValueError) as error:
        message = f"the query cannot be answered: {error}"
        raise QueryError(message) from error


def names_graphs(sparql: str) -> bool:
    """Whether a query speaks of named graphs; all others see the union alone."""
    return _NAMED_GRAPHS.search(keywords_of(sparql)) is not None


def scope_of(store: ox.Store, sparql: str, *, inferred: bool) -> dict[str, Any]:
    """Which graphs a query sees, as options of Oxigraph's `query`.

    Conclusions are part of the union only where they are asked for; else they are no named graph either, unless the
    query names it.
    """
    if inferred:
        return {"default_graph": [DEFAULT, INFERRED]}
    asked = "graph/inferred" in sparql or not names_graphs(sparql)
    if asked or not store.contains_named_graph(INFERRED):
        return {}
    return {"named_graphs": [name for name in store.named_graphs() if name != INFERRED]}


def refuse_default_graph(update: str) -> None:
    """Refuse an update that changes the default graph: it is the union of the others and follows them.

    Raises:
        QueryError: If it does.

    Example:
        >>> refuse_default_graph("INSERT DATA { GRAPH kgr:graph/mine { kgr:Polen kg:supports kgr:Ukraine } }")
        >>> refuse_default_graph("INSERT DATA { kgr:Polen kg:supports kgr:Ukraine }")
        Traceback (most recent call last):
        kg.errors.QueryError: the update does not name the graph that it changes (say GRAPH <…> { … } or WITH <…>)
    """
    text = keywords_of(update)
    changed = (_outside_graphs(_block(text, m.end() - 1)) for m in _TEMPLATE.finditer(text))
    if _TO_DEFAULT.search(text) or (not _WITH.search(text) and any(rest.strip(" \t\r\n.;{}") for rest in changed)):
        message = "the update does not name the graph that it changes"
        raise QueryError(message, hint="say GRAPH <…> { … } or WITH <…>")


def _block(text: str, start: int) -> str:
    """From an opening brace to the one that closes it."""
    depth = 0
    for position in range(start, len(text)):
        depth += (text[position] == "{") - (text[position] == "}")
        if depth == 0:
            return text[start : position + 1]
    return text[start:]


def _outside_graphs(block: str) -> str:
    while found := _GRAPH.search(block):
        inner = _block(block, found.end() - 1)
        block = block[: found.start()] + block[found.end() - 1 + len(inner) :]
    return block


def explain_syntax(message: str, sparql: str) -> QueryError:
    """Turn the SPARQL parser's message into one that shows the place, not all characters that it would have taken.

    Args:
        message: Of the parser, such as `error at 1:8: expected …`.
        sparql: The query.

    Example:
        >>> print(explain_syntax("error at 1:8: expected [_]", "SELECT who WHERE { ?who kg:visits ?where }"))
        the query is not valid SPARQL at 1:8, after 'SELECT'
    """
    found = re.search(r"(\d+):(\d+)", message)
    if found is None:
        return QueryError(f"the query is not valid SPARQL: {message}")
    lines = sparql.splitlines()[: int(found[1])]
    before = " ".join("\n".join([*lines[:-1], "".join(lines[-1:])[: int(found[2]) - 1]]).split())[-20:]
    where = f"{found[0]}, after {before!r}" if before else "its start"
    if _UPDATE.match(sparql):
        return QueryError("a query cannot change the graph", hint="ask SELECT, ASK, CONSTRUCT or DESCRIBE")
    if "Prefix not found" in message:
        return QueryError(f"the query uses a prefix that is not declared, at {where}")
    return QueryError(f"the query is not valid SPARQL at {where}")


def pattern(
    store: ox.Store, subject: Any = None, predicate: Any = None, object: Any = None, graph: Any = None
) -> Iterator[ox.Quad]:
    """The quads that match; `None` matches all.

    Raises:
        StoreError: If a file of the store is damaged.
    """
    try:
        yield from store.quads_for_pattern(subject, predicate, object, graph)
    except OSError as error:
        raise _damaged(error) from error


def about(store: ox.Store, *nodes: Any) -> Description:
    """All that the union says of nodes."""
    return Description(q for node in nodes for q in pattern(store, node, None, None, DEFAULT))


def stored_claim(store: ox.Store, node: ox.NamedNode) -> Claim:
    """A claim with the evidence of all articles."""
    evidence = [q.subject for q in pattern(store, None, KG.evidenceFor, node, DEFAULT)]
    quantities = [q.object for q in pattern(store, node, KG.quantity, None, DEFAULT)]
    return read_claim(about(store, node, *evidence, *quantities), node)


def in_graph(quad: ox.Quad, name: ox.NamedNode) -> ox.Quad:
    """The same triple in another graph."""
    return ox.Quad(quad.subject, quad.predicate, quad.object, name)
