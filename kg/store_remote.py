"""A SPARQL 1.1 endpoint as a store: a question fetches what it needs, an article is put or withdrawn in one request.

What a plain query sees is up to the server: on some the default graph is the union of the named graphs (`kg serve`,
GraphDB, Virtuoso), on others it is a graph of its own (Oxigraph, Fuseki unless told otherwise). Before the first change
the server is tried out; where the default graph stands alone, every change brings it in line with the union. Where it
is a union, some servers count a triple once for every graph that holds it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

import pyoxigraph as ox

from kg.errors import StoreError
from kg.rdf.endpoint import Endpoint, shown
from kg.rdf.results import Table
from kg.rdf.vocabulary import INFERRED, KG, KGR_NS, term
from kg.store_local import LocalStore
from kg.store_oxigraph import DEFAULT, LOOSE, Name, in_graph, pattern, replacement

__all__ = ["RemoteStore"]

_PROBE = ox.NamedNode(KGR_NS + "graph/probe")
_BATCH = 20_000  # quads of one request: an endpoint may not take more than some megabytes


class RemoteStore:
    """What a SPARQL endpoint holds.

    Args:
        endpoint: Where it is.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self._shows_union: bool | None = None  # whether the server's default graph is the union by itself

    def close(self) -> None:
        """Free the connections."""
        self.endpoint.close()

    @property
    def writable(self) -> bool:
        """Whether an address to write to is known."""
        return self.endpoint.update_url is not None or self.endpoint.graph_store_url is not None

    # --- writing -----------------------------------------------------------------------------------------------------

    def put(self, parts: Mapping[Name, Iterable[ox.Quad]]) -> None:
        """Put graphs in the place of what they held; of each graph all is stored or nothing.

        Args:
            parts: The quads of each graph, read once.

        Raises:
            StoreError: If the endpoint cannot be written.
        """
        contents = {name: set(quads) for name, quads in parts.items()}  # a faulty one must stop us before we start
        waiting: dict[Name, set[ox.Quad]] = {}
        for name, content in contents.items():
            if waiting and sum(map(len, waiting.values())) + len(content) > _BATCH:
                self._write(waiting)
                waiting = {}
            waiting[name] = content
        if waiting:
            self._write(waiting)

    def load(self, read: Callable[[], Iterable[ox.Quad]]) -> None:
        """Put all graphs of a source in the place of what they held.

        Args:
            read: Gives the quads, all in named graphs.

        Raises:
            StoreError: If the endpoint cannot be written.
        """
        parts: dict[Name, set[ox.Quad]] = {}
        for quad in read():
            parts.setdefault(quad.graph_name, set()).add(quad)
        self.put(parts)

    def replace(self, name: Name, new: set[ox.Quad]) -> None:
        """Make one graph hold exactly these quads; if nothing, the graph is gone.

        Raises:
            StoreError: If the endpoint cannot be written.
        """
        self._write({name: new})

    def extend(self, quads: Iterable[ox.Quad]) -> None:
        """Add quads to named graphs; of each graph all or none.

        Raises:
            StoreError: If the endpoint cannot be written.
        """
        parts: dict[Name, set[ox.Quad]] = {}
        for quad in quads:
            parts.setdefault(quad.graph_name, set()).add(quad)
        self.put({name: new.union(self.content(name)) for name, new in parts.items()})

    def update(self, sparql: str) -> None:
        """Change what the endpoint holds by SPARQL, as it understands it.

        Raises:
            QueryError: If the endpoint refuses the update.
            StoreError: If it takes none, or cannot be reached.
        """
        self.endpoint.update(sparql)

    def _write(self, parts: Mapping[Name, set[ox.Quad]]) -> None:
        if self._shows_union is None:
            self._shows_union = self._try_out()
        if self._shows_union and self.endpoint.graph_store_url is not None:
            for name, content in parts.items():
                self._put_graph(name, content)
            if INFERRED not in parts:
                self._put_graph(INFERRED, set())  # what has been concluded might rest on what has gone
        elif self.endpoint.update_url is not None:
            own = not self._shows_union
            texts = [replacement(name, content, union=own and name != INFERRED) for name, content in parts.items()]
            texts += [] if INFERRED in parts else [f"DROP SILENT GRAPH {INFERRED}"]
            self.endpoint.update(" ;\n".join(texts))
        else:
            message = "the endpoint's default graph does not show the named graphs"
            hint = "give update_url too, or tell the server that its default graph is the union of all"
            raise StoreError(message, source=shown(self.endpoint.url), hint=hint)

    def _put_graph(self, name: Name, content: set[ox.Quad]) -> None:
        if content:
            self.endpoint.put_graph(_iri(name), (q.triple for q in content))
        else:
            self.endpoint.delete_graph(_iri(name))

    def _try_out(self) -> bool:
        """Whether a triple of a named graph is seen in the default graph."""
        triple = ox.Triple(_PROBE, KG.known, ox.Literal("true"))
        quad = ox.Quad(triple.subject, triple.predicate, triple.object, _PROBE)
        if self.endpoint.graph_store_url is not None:
            self._put_graph(_PROBE, {quad})
        else:
            self.endpoint.update(replacement(_PROBE, [quad], union=False))
        try:
            return bool(self.endpoint.query(f"ASK {{ {triple} }}"))
        finally:
            if self.endpoint.graph_store_url is not None:
                self._put_graph(_PROBE, set())
            else:
                self.endpoint.update(replacement(_PROBE, [], union=False))

    # --- reading -----------------------------------------------------------------------------------------------------

    def part(
        self,
        types: Iterable[ox.NamedNode],
        where: Iterable[tuple[str, ox.NamedNode]] = (),
        graph: ox.NamedNode | None = None,
        prefix: str = "",
    ) -> tuple[set[ox.NamedNode], ox.Store]:
        """Find nodes, and a store whose default graph tells all about them; see `LocalStore.part`."""
        types = list(types)
        told = f"VALUES ?t {{ {' '.join(map(str, types))} }} ?n rdf:type ?t"
        told += "".join(f" ; {predicate} {node}" for predicate, node in where)
        told = told if graph is None else f"GRAPH {graph} {{ {told} }}"
        begins = f"FILTER (STRSTARTS(STR(?n), {ox.Literal(prefix)}))" if prefix else ""
        store = self._fetch(
            f"""CONSTRUCT {{ ?s ?p ?o }} WHERE {{
              {{ SELECT DISTINCT ?n WHERE {{ {told} FILTER (ISIRI(?n)) {begins} }} }}
              {{ ?n ?p ?o BIND (?n AS ?s) }} UNION {{ ?s kg:evidenceFor ?n ; ?p ?o }}
              UNION {{ ?n kg:quantity ?s . ?s ?p ?o }}
            }}"""
        )
        found = {q.subject for t in types for q in pattern(store, None, term("rdf:type"), t, DEFAULT)}
        return {node for node in found if isinstance(node, ox.NamedNode)}, store

    def described(self, node: ox.NamedNode) -> ox.Store:
        """A store whose default graph tells all about a node."""
        return self._fetch(f"CONSTRUCT {{ {node} ?p ?o }} WHERE {{ {node} ?p ?o }}")

    def count(self, type_: ox.NamedNode) -> int:
        """How many nodes are of a type."""
        found = self.query(f"SELECT (COUNT(DISTINCT ?n) AS ?k) WHERE {{ ?n rdf:type {type_} FILTER (ISIRI(?n)) }}")
        return int(str(found.rows[0][0]))

    def has(self, name: Name) -> bool:
        """Whether there is a graph of that name."""
        return bool(self.endpoint.query(f"ASK {{ GRAPH {name} {{ ?s ?p ?o }} }}"))

    def names(self) -> list[Name]:
        """The names of all graphs, sorted."""
        found = self.query("SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }")
        return sorted((row[0] for row in found.terms if isinstance(row[0], ox.NamedNode)), key=str)

    def content(self, name: Name) -> Iterable[ox.Quad]:
        """All quads of one graph."""
        found = self.endpoint.triples(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {name} {{ ?s ?p ?o }} }}")
        return [ox.Quad(t.subject, t.predicate, t.object, name) for t in found]

    def quads(self) -> Iterator[ox.Quad]:
        """All quads; what lies in no named graph comes as of the default graph."""
        return self.endpoint.quads()

    def query(self, sparql: str, *, inferred: bool = False) -> Table:
        """Ask a SPARQL query; see `KnowledgeGraph.query`."""
        if not inferred:
            return self.endpoint.query(sparql)
        return self._copied().query(sparql, inferred=True)  # an endpoint cannot be told to see one graph more

    def union(self) -> ox.Store:
        """A store with the triples of all articles, for somebody who adds to it."""
        return self._copied().union()

    def _copied(self) -> LocalStore:
        copy = LocalStore(ox.Store(), lasting=False)
        copy.extend(q if q.graph_name != DEFAULT else in_graph(q, LOOSE) for q in self.quads())
        return copy

    def _fetch(self, construct: str) -> ox.Store:
        store = ox.Store()
        store.extend(ox.Quad(*t) for t in self.endpoint.triples(construct))
        return store


def _iri(name: Name) -> str:
    return name.value if isinstance(name, ox.NamedNode) else str(name)
