"""Oxigraph in memory or on disk: named graphs, and the union of them as the default graph.

On disk the default graph always holds the union. In memory it is made when something needs it, and followed from then
on: loading costs no more than the named graphs alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import chain, islice

import pyoxigraph as ox

from kg.errors import QueryError, StoreError
from kg.rdf.depth import refuse_deep_query
from kg.rdf.results import Table
from kg.rdf.vocabulary import INFERRED, PREFIXES, term
from kg.store_oxigraph import (
    DEFAULT,
    Name,
    ask,
    data,
    names_graphs,
    pattern,
    refuse_default_graph,
    replacement,
    scope_of,
)

__all__ = ["LocalStore"]

_UNION = f"INSERT {{ ?s ?p ?o }} WHERE {{ GRAPH ?g {{ ?s ?p ?o }} FILTER (?g != {INFERRED}) }}"
_FEW = 5_000  # quads: up to here a transaction is faster than new files


class LocalStore:
    """A store of Oxigraph.

    Args:
        store: Where the quads are.
        lasting: Whether it is on disk, its default graph the union of the others.
        source: What it was opened from, for messages.
    """

    def __init__(self, store: ox.Store, *, lasting: bool, source: object = None) -> None:
        self.whole = store
        self._lasting = lasting
        self._source = source
        self._shared = False  # with somebody who changes it without telling
        self._has_union = lasting  # whether the default graph holds the union
        self._alone: ox.Store | None = None  # the union in a store of its own, see `plain`

    writable = True

    def close(self) -> None:
        """Have all written to disk, and forget the store."""
        if self._lasting:
            with suppress(OSError, RuntimeError):  # read-only, or a full disk: the log holds what was stored
                self.whole.flush()
        del self.whole
        self._alone = None

    # --- writing -----------------------------------------------------------------------------------------------------

    def put(self, parts: Mapping[Name, Iterable[ox.Quad]]) -> None:
        """Put graphs in the place of what they held; of each graph all is stored or nothing.

        Args:
            parts: The quads of each graph, read once.

        Raises:
            StoreError: If the store cannot be written.
        """
        if len(parts) == 1:
            for name, quads in parts.items():
                self.replace(name, set(quads))
            return
        there = {name: set(quads) for name, quads in parts.items() if self.has(name)}
        self.extend(chain.from_iterable(quads for name, quads in parts.items() if name not in there))
        for name, content in there.items():
            self.replace(name, content)

    def load(self, read: Callable[[], Iterable[ox.Quad]]) -> None:
        """Put all graphs of a source in the place of what they held.

        Args:
            read: Gives the quads, all in named graphs; it is called twice if graphs are here already.

        Raises:
            StoreError: If the store cannot be written; nothing is stored if the source breaks off.
        """
        if not len(self.whole):
            self.extend(read())
            return
        known: dict[Name, set[ox.Quad]] = {n: set() for n in {q.graph_name for q in read()} if self.has(n)}

        def fresh() -> Iterator[ox.Quad]:
            for quad in read():
                if quad.graph_name in known:
                    known[quad.graph_name].add(quad)
                else:
                    yield quad

        self.extend(fresh())
        for name, content in known.items():
            self.replace(name, content)

    def extend(self, quads: Iterable[ox.Quad]) -> None:
        """Add quads of named graphs, all or none: many of them as new files of the store, a few as a transaction."""
        read = False  # whether any comes from a text: conclusions are not in the union

        def noted(quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
            nonlocal read
            for quad in quads:
                read = read or quad.graph_name != INFERRED
                yield quad

        if self._alone is not None:
            quads = noted(quads)
        if self._has_union:
            quads = (copy for q in quads for copy in (q, _in_default(q))[: 1 + (q.graph_name != INFERRED)])
        flow = iter(quads)
        head = list(islice(flow, _FEW))
        with self._writing():
            if len(head) < _FEW:
                self.whole.extend(head)
            else:
                self.whole.bulk_extend(chain(head, flow))
        if self._alone is not None and read:
            if len(head) < _FEW:
                self._alone.extend(_in_default(q) for q in head if q.graph_name != INFERRED)
            else:
                self._alone = None

    def replace(self, name: Name, new: set[ox.Quad]) -> None:
        """Make one graph hold exactly these quads, and the default graph follow, in one transaction.

        The graph of conclusions stays out of the union, and it goes when the union loses anything: what has been
        concluded might rest on it.

        Args:
            name: Of the graph.
            new: What it shall hold, all of that graph; if nothing, the graph is gone.

        Raises:
            StoreError: If the store cannot be written.
        """
        store = self.whole
        old = set(pattern(store, None, None, None, name))
        gone, added = old - new, new - old
        got = [_in_default(q) for q in added if name != INFERRED]
        follows = name != INFERRED and (self._has_union or self._alone is not None or self.has(INFERRED))
        lost = [_in_default(q) for q in gone if follows and not self._elsewhere(q)]
        parts = []
        if any(isinstance(node, ox.BlankNode) for q in gone for node in (q.subject, q.object)):
            parts, self._alone = [replacement(name, new, union=self._has_union)], None
        elif gone:
            parts = [data("DELETE", [*gone, *lost]) if self._has_union else data("DELETE", gone)]
            parts.append(data("INSERT", [*added, *got] if self._has_union else added))
        if not new:
            parts.append(f"DROP SILENT GRAPH {name}")
        if lost and self.has(INFERRED):
            parts.append(f"DROP GRAPH {INFERRED}")
        with self._writing():
            if parts:
                store.update(" ;\n".join(part for part in parts if part))
            elif added:
                store.extend([*added, *got] if self._has_union else added)
        if self._alone is not None:
            self._alone.extend(got)
            for quad in lost:
                self._alone.remove(quad)

    def update(self, sparql: str) -> None:
        """Change named graphs by SPARQL; the default graph follows, in the same transaction.

        Raises:
            QueryError: If it is no valid update, or changes the default graph.
            StoreError: If the store cannot be written.
        """
        refuse_deep_query(sparql, is_update=True)
        refuse_default_graph(sparql)
        self._fill_union()
        self._alone = None
        last = f"DROP DEFAULT ;\n{_UNION}"
        with self._writing():
            try:
                self.whole.update(f"{sparql}\n;\n{last}", prefixes=dict(PREFIXES))
            except SyntaxError:  # it may have ended in a semicolon, or be empty
                try:
                    self.whole.update(f"{sparql}\n{last}", prefixes=dict(PREFIXES))
                except SyntaxError as error:
                    message = f"the update is not valid SPARQL: {error}"
                    raise QueryError(message) from error

    # --- reading -----------------------------------------------------------------------------------------------------

    def part(
        self,
        types: Iterable[ox.NamedNode],
        where: Iterable[tuple[str, ox.NamedNode]] = (),
        graph: ox.NamedNode | None = None,
        prefix: str = "",
    ) -> tuple[set[ox.NamedNode], ox.Store]:
        """Find nodes, and a store whose default graph tells all about them.

        Args:
            types: Of which a node must have one.
            where: Predicates, as prefixed names, with the object that it must have.
            graph: Where this must be said, `None` for the union.
            prefix: How the IRI must begin.
        """
        store, told = (self.plain(), DEFAULT) if graph is None else (self.whole, graph)
        is_a = term("rdf:type")
        found = {q.subject for t in types for q in pattern(store, None, is_a, t, told)}
        for predicate, node in where:
            found &= {q.subject for q in pattern(store, None, term(predicate), node, told)}
        named = {n for n in found if isinstance(n, ox.NamedNode) and n.value.startswith(prefix)}
        return named, self.plain()

    def described(self, node: ox.NamedNode) -> ox.Store:
        """A store whose default graph tells all about a node."""
        return self.plain()

    def count(self, type_: ox.NamedNode) -> int:
        """How many nodes are of a type."""
        return len(self.part([type_])[0])

    def has(self, name: Name) -> bool:
        """Whether there is a graph of that name."""
        return self.whole.contains_named_graph(name)

    def names(self) -> list[Name]:
        """The names of all graphs, sorted."""
        return sorted(self.whole.named_graphs(), key=str)

    def content(self, name: Name) -> Iterable[ox.Quad]:
        """All quads of one graph."""
        return pattern(self.whole, None, None, None, name)

    def quads(self) -> Iterator[ox.Quad]:
        """All quads of the named graphs."""
        every = pattern(self.whole)
        return (q for q in every if q.graph_name != DEFAULT) if self._has_union else every

    def query(self, sparql: str, *, inferred: bool = False) -> Table:
        """Ask a SPARQL query; see `KnowledgeGraph.query`."""
        if not inferred and not names_graphs(sparql):
            return ask(self.plain(), sparql)
        self._fill_union()
        return ask(self.whole, sparql, **scope_of(self.whole, sparql, inferred=inferred))

    def plain(self) -> ox.Store:
        """The store to ask what names no graph.

        Oxigraph's store in memory finds a triple by walking all quads of its subject or object: an actor of a thousand
        articles is described in a thousand graphs, and each look at it would walk them all. So there the union gets a
        store of its own.
        """
        if self._lasting or self._shared:
            return self.whole
        if self._alone is None:
            self._alone = ox.Store()
            if self._has_union:
                self._alone.extend(pattern(self.whole, None, None, None, DEFAULT))
            else:
                self._alone.extend(_in_default(q) for q in self.quads() if q.graph_name != INFERRED)
        return self._alone

    def union(self) -> ox.Store:
        """A store with the triples of all articles, for somebody who adds to it; one in memory gives its own away."""
        if self._lasting or self._shared:
            copy = ox.Store()
            copy.bulk_extend(pattern(self.whole, None, None, None, DEFAULT))
            return copy
        given, self._alone = self.plain(), None
        return given

    def shared(self) -> ox.Store:
        """The store itself, for somebody else who reads and writes it."""
        self._fill_union()
        self._shared, self._alone = True, None  # a copy would not hear of what is changed
        return self.whole

    # --- inside ------------------------------------------------------------------------------------------------------

    def _fill_union(self) -> None:
        if not self._has_union:
            self.whole.update(_UNION)
            self._has_union = True

    def _elsewhere(self, quad: ox.Quad) -> bool:
        """Whether another named graph holds the same triple."""
        others = pattern(self.whole, quad.subject, quad.predicate, quad.object, None)
        return any(q.graph_name not in (quad.graph_name, DEFAULT, INFERRED) for q in others)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except (OSError, RuntimeError, SyntaxError) as error:
            message = f"the store cannot be written: {error}"
            full = "space" in str(error).lower() or "too large" in str(error).lower()
            hint = "what was stored before is still there" + ("; make room and open it again" if full else "")
            raise StoreError(message, source=self._source, hint=hint) from error


def _in_default(quad: ox.Quad) -> ox.Quad:
    return ox.Quad(quad.subject, quad.predicate, quad.object)
