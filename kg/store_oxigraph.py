"""What the store needs to know of Oxigraph: folders, locks, updates in one step, messages."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.errors import QueryError, StoreError
from kg.facts.acting import ActsFor
from kg.model import Claim
from kg.rdf.decode import Description, read_acts_for, read_claim
from kg.rdf.endpoint import keywords_of
from kg.rdf.results import Table
from kg.rdf.vocabulary import INFERRED, KG, PREFIXES, article_iri, entity_iri, term

__all__ = [
    "DEFAULT",
    "Union",
    "about",
    "ask",
    "explain_syntax",
    "open_folder",
    "replace_graph",
    "stored_acts_for",
    "stored_claim",
]

DEFAULT = ox.DefaultGraph()
_NAMED_GRAPHS = re.compile(r"\b(GRAPH|FROM)\b", re.IGNORECASE)
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
        raise StoreError(message, source=folder, hint="give a folder of kg build, an RDF file or a SPARQL endpoint")
    if not is_store and folder.exists() and (not folder.is_dir() or any(folder.iterdir()) or not create):
        message = "this is no graph of kg"
        raise StoreError(message, source=folder, hint="give a folder of kg build, or an empty or new one to build in")
    try:
        if create:
            folder.mkdir(parents=True, exist_ok=True)
        return ox.Store.read_only(str(folder)) if read_only else ox.Store(str(folder))
    except (OSError, RuntimeError, ValueError) as error:
        if "lock" in str(error).lower():
            message, hint = "the store is in use", "another program has it open; wait until it is done, or close it"
        elif isinstance(error, OSError) and not is_store:
            message, hint = f"the store cannot be made: {error}", "is the disk full, or the folder write-protected?"
        else:
            message, hint = f"the store is damaged: {error}", "build it again, or load graph.trig if it is still there"
        raise StoreError(message, source=folder, hint=hint) from error


class Union:
    """The default graph of a store in memory, in a store of its own, for queries that name no graph.

    Oxigraph's store in memory finds a triple by walking all quads of its subject or object: an actor of a thousand
    articles is described in a thousand graphs, and each look at it would walk them all.
    """

    def __init__(self, store: ox.Store) -> None:
        self._whole = store
        self._alone: ox.Store | None = None

    def store_for(self, sparql: str) -> ox.Store:
        """The store that a query should be asked of."""
        if _NAMED_GRAPHS.search(keywords_of(sparql)):
            return self._whole
        if self._alone is None:
            self._alone = ox.Store()
            self._alone.extend(self._whole.quads_for_pattern(None, None, None, DEFAULT))
        return self._alone

    def change(self, added: Iterable[ox.Quad], lost: Iterable[ox.Quad]) -> None:
        """Follow a change of the default graph."""
        if self._alone is not None:
            self._alone.extend(added)
            for quad in lost:
                self._alone.remove(quad)


def replace_graph(
    store: ox.Store, name: ox.NamedNode | ox.BlankNode, new: set[ox.Quad]
) -> tuple[list[ox.Quad], list[ox.Quad]]:
    """Make one graph hold exactly these quads, and the default graph the union of all, in one transaction.

    The graph of conclusions stays out of the union, and it goes when the union loses anything: what has been concluded
    might rest on it.

    Args:
        store: Where.
        name: Of the graph.
        new: What it shall hold, all of that graph; if nothing, the graph is gone.

    Returns:
        What the default graph got (some of it may have been there) and what it lost.
    """
    old = set(store.quads_for_pattern(None, None, None, name))
    gone, added = old - new, new - old
    is_read = name != INFERRED
    got = [_in_default(q) for q in added if is_read]
    lost = [_in_default(q) for q in gone if is_read and not _elsewhere(store, q)]
    if gone:
        parts = [_data("DELETE", [*gone, *lost]), _data("INSERT", [*added, *got])]
        if lost and store.contains_named_graph(INFERRED):
            parts.append(f"DROP GRAPH {INFERRED}")
        store.update(" ;\n".join(part for part in parts if part))
    elif added:
        store.extend([*added, *got])
    if not new:
        store.remove_graph(name)
    return got, lost


def _in_default(quad: ox.Quad) -> ox.Quad:
    return ox.Quad(quad.subject, quad.predicate, quad.object)


def _elsewhere(store: ox.Store, quad: ox.Quad) -> bool:
    """Whether another named graph holds the same triple."""
    others = (q.graph_name for q in store.quads_for_pattern(quad.subject, quad.predicate, quad.object, None))
    return any(name not in (quad.graph_name, DEFAULT, INFERRED) for name in others)


def _data(verb: str, quads: Iterable[ox.Quad]) -> str:
    """A SPARQL update that deletes or inserts quads: one request is one transaction."""
    lines = [f"{q.triple} ." if q.graph_name == DEFAULT else f"GRAPH {q.graph_name} {{ {q.triple} }}" for q in quads]
    return f"{verb} DATA {{\n" + "\n".join(lines) + "\n}" if lines else ""


def ask(store: ox.Store, sparql: str, *, inferred: bool) -> Table:
    """Ask a store a SPARQL query; see `KnowledgeGraph.query`."""
    try:
        return Table.of(store.query(sparql, prefixes=dict(PREFIXES), **_scope(store, sparql, inferred=inferred)))
    except SyntaxError as error:
        raise explain_syntax(str(error), sparql) from error
    except (OSError, RuntimeError, ValueError) as error:
        message = f"the query cannot be answered: {error}"
        raise QueryError(message) from error


def _scope(store: ox.Store, sparql: str, *, inferred: bool) -> dict[str, Any]:
    """Which graphs a query sees, as options of Oxigraph's `query`.

    Conclusions are part of the union only where they are asked for; else they are no named graph either, unless the
    query names it.
    """
    if inferred:
        return {"default_graph": [DEFAULT, INFERRED]}
    asked = "graph/inferred" in sparql or not _NAMED_GRAPHS.search(keywords_of(sparql))
    if asked or not store.contains_named_graph(INFERRED):
        return {}
    return {"named_graphs": [name for name in store.named_graphs() if name != INFERRED]}


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


def about(store: ox.Store, *nodes: Any) -> Description:
    """All that the union says of nodes."""
    return Description(q for node in nodes for q in store.quads_for_pattern(node, None, None, DEFAULT))


def stored_acts_for(store: ox.Store, actor: str | None, state: str | None, article: str | None) -> list[ActsFor]:
    """Who acts for which state, sorted; see `KnowledgeGraph.acts_for`."""
    graph = DEFAULT if article is None else article_iri(article)
    found = {q.subject for q in store.quads_for_pattern(None, term("rdf:type"), KG.Inference, graph)}
    for name, entity in (("rdf:subject", actor), ("rdf:object", state)):
        if entity is not None:
            found &= {q.subject for q in store.quads_for_pattern(None, term(name), entity_iri(entity), graph)}
    return sorted(read_acts_for(about(store, node), node) for node in found if isinstance(node, ox.NamedNode))


def stored_claim(store: ox.Store, node: ox.NamedNode) -> Claim:
    """A claim with the evidence of all articles."""
    evidence = [q.subject for q in store.quads_for_pattern(None, KG.evidenceFor, node, DEFAULT)]
    quantities = [q.object for q in store.quads_for_pattern(node, KG.quantity, None, DEFAULT)]
    return read_claim(about(store, node, *evidence, *quantities), node)
