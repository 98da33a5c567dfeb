"""The knowledge graph: one named graph per article, in memory, on disk, or behind a SPARQL endpoint.

An article can be added again, replaced or withdrawn, and the rest stays. The default graph holds the union of the
named graphs, each triple once, so a plain query sees everything and counts it right. (Oxigraph's own union gives a
triple once per graph that holds it: a claim of ten articles would match a pattern of three triples a thousand times.)
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import pyoxigraph as ox

from kg.errors import QueryError, StoreError
from kg.facts.acting import ActsFor
from kg.model import Article, Claim, Entity, EntityType, Extraction, Modality
from kg.rdf.decode import claim_order, extractions, read_acts_for, read_article, read_entity
from kg.rdf.encode import quads as encode
from kg.rdf.endpoint import Credentials, shown
from kg.rdf.results import Table
from kg.rdf.serialise import serialise, write_file
from kg.rdf.vocabulary import INFERRED, KG, article_iri, claim_iri, entity_iri, term
from kg.store_opening import Store, cannot_write, open_store, rdflib_view, read_file
from kg.store_oxigraph import DEFAULT, LOOSE, about, in_graph, stored_claim
from kg.store_remote import RemoteStore

if TYPE_CHECKING:
    import rdflib

    from kg.rdf.shapes import Violation

__all__ = ["KnowledgeGraph"]

_TYPES = [term(f"kg:{name}") for name in EntityType]


class KnowledgeGraph:
    """Claims about world politics with their evidence, and all that can be asked of them.

    Args:
        target: A folder of a store or of `kg build`, an RDF file, or the URL of a SPARQL endpoint. A new graph in
            memory if left out. A file is read into memory and not written back.
        create: Whether to make a folder that is not there, for articles to be put in; `KnowledgeGraph.open` never does.
        read_only: Whether to open it for reading only; several programs may do that with a folder at once.
        update_url: Where an endpoint takes SPARQL updates. Without this and the next an endpoint can only be read.
        graph_store_url: Where an endpoint takes whole graphs (SPARQL 1.1 Graph Store HTTP Protocol).
        credentials: For an endpoint: user and password, or a token.
        timeout: Seconds to wait for an endpoint's answer.

    Raises:
        StoreError: If it is not there, is locked by another program, is damaged, or is something else.
        SettingsError: If the file's ending is none of RDF's.

    Example:
        >>> from kg.model import Article, Claim, Entity, EntityType, Extraction
        >>> lands = [Entity("Polen", EntityType.COUNTRY, "Polen"), Entity("Ukraine", EntityType.COUNTRY, "Ukraine")]
        >>> with KnowledgeGraph() as graph:
        ...     graph.add(Extraction.of(Article("a1", ""), lands, [Claim("Polen", "supports", "Ukraine")]))
        ...     graph.query("SELECT ?who WHERE { ?who kg:supports kgr:Ukraine }").rows
        (('https://kg-geopolitics.org/resource/Polen',),)
    """

    def __init__(
        self,
        target: str | Path | None = None,
        *,
        create: bool = True,
        read_only: bool = False,
        update_url: str | None = None,
        graph_store_url: str | None = None,
        credentials: Credentials | None = None,
        timeout: float = 60.0,
    ) -> None:
        self._source = None if target is None else shown(str(target))
        self._store: Store | None = open_store(
            target,
            create=create,
            read_only=read_only,
            update_url=update_url,
            graph_store_url=graph_store_url,
            credentials=credentials,
            timeout=timeout,
        )
        self._read_only = read_only or not self._store.writable

    @classmethod
    def open(cls, target: str | Path, **options: Any) -> Self:
        """Open what is there: the same as the constructor, but a misspelt name is a `StoreError`, not a new folder."""
        return cls(target, **{"create": False, **options})

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read an RDF file into a new graph in memory; see `read`."""
        graph = cls()
        graph.read(path)
        return graph

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Free the store, so that other programs can open it. A closed graph cannot be used again."""
        if self._store is not None:
            self._store.close()
        self._store = None
        gc.collect(0)  # the lock goes with the last reference, and an error being handled may still hold one

    # --- writing -----------------------------------------------------------------------------------------------------

    def add(self, *read: Extraction) -> None:
        """Put articles into the graph; one that is there already is replaced. Many at once go in much faster.

        Args:
            read: What was read from each article; the last one counts if an article comes twice.

        Raises:
            StoreError: If the graph cannot be written.
            DataError: If a claim names an unknown relation; nothing is stored then.
        """
        self._writable().put({article_iri(e.article.id): encode(e) for e in read})

    def replace_article(self, extraction: Extraction) -> None:
        """Put an article into the graph in the place of what it said before. Doing it again changes nothing.

        Either all of it is stored or nothing.

        Raises:
            StoreError: If the graph cannot be written.
            DataError: If a claim names an unknown relation.
        """
        self._writable().replace(article_iri(extraction.article.id), set(encode(extraction)))

    def withdraw(self, article: str) -> bool:
        """Take an article out, with all that only it says.

        Args:
            article: `Article.id`.

        Returns:
            Whether it was there.

        Raises:
            StoreError: If the graph cannot be written.
        """
        store, name = self._writable(), article_iri(article)
        there = store.has(name)
        if there:
            store.replace(name, set())
        return there

    def put_graph(self, name: str | ox.NamedNode, quads: Iterable[ox.Quad | ox.Triple], *, keep: bool = False) -> None:
        """Make a named graph hold exactly these triples; if there are none, the graph is gone.

        Args:
            name: IRI of the graph.
            quads: What it shall hold; the graphs that quads name do not count.
            keep: Whether what it holds stays.

        Raises:
            StoreError: If the graph cannot be written.
        """
        node = name if isinstance(name, ox.NamedNode) else ox.NamedNode(name)
        content = (ox.Quad(q.subject, q.predicate, q.object, node) for q in quads)
        self._writable().extend(content) if keep else self._writable().replace(node, set(content))

    def update(self, sparql: str) -> None:
        """Change named graphs by a SPARQL update, all of it or nothing. kg's prefixes are known.

        The union that plain queries see follows. It is made anew, so put single articles with `add`.

        Args:
            sparql: An update that names the graphs that it changes.

        Raises:
            QueryError: If it is no valid update, or changes the default graph.
            StoreError: If the graph cannot be written.

        Example:
            >>> graph = KnowledgeGraph()
            >>> graph.update("INSERT DATA { GRAPH <urn:mine> { kgr:Polen kg:supports kgr:Ukraine } }")
            >>> bool(graph.query("ASK { kgr:Polen kg:supports ?whom }"))
            True
        """
        self._writable().update(sparql)

    def read(self, path: str | Path) -> None:
        """Read an RDF file into the graph. Articles in it replace those of the same name.

        In a file without named graphs, each article that kg wrote gets its own graph again.

        Raises:
            StoreError: If the file is missing or damaged (nothing is loaded then), or the graph cannot be written.
            SettingsError: If its ending is none of RDF's.
        """
        read_file(self._writable(), Path(path))

    # --- reading -----------------------------------------------------------------------------------------------------

    def __len__(self) -> int:
        """The number of different claims."""
        return self._open().count(KG.Claim)

    def __bool__(self) -> bool:
        """Always true: an empty graph is a graph."""
        return True

    def articles(self) -> list[Article]:
        """All articles, sorted by id."""
        found, store = self._open().part([term("schema:NewsArticle")])
        return sorted((read_article(about(store, node), node) for node in found), key=lambda a: a.id)

    def entities(self) -> list[Entity]:
        """All entities, sorted by id; the names that different articles give come together."""
        found, store = self._open().part(_TYPES)
        return sorted((read_entity(about(store, node), node) for node in found), key=lambda e: e.id)

    def claims(
        self,
        *,
        subject: str | None = None,
        predicate: str | None = None,
        object: str | None = None,
        modality: Modality | str | None = None,
        source: str | None = None,
        article: str | None = None,
    ) -> list[Claim]:
        """Claims, each once with the evidence of all articles, in the order of their evidence.

        Args:
            subject: Only those with this entity (`Entity.id`) as subject.
            predicate: Only those of this relation, such as `visits`.
            object: Only those with this entity as object.
            modality: Only those of this modality.
            source: Only those that this entity is the source of.
            article: Only those that this article makes.

        Raises:
            DataError: If there is no such relation or modality.
        """
        asked = {"rdf:subject": subject, "rdf:object": object, "kg:attributedTo": source}
        wanted = [(name, entity_iri(entity)) for name, entity in asked.items() if entity is not None]
        terms = {"rdf:predicate": predicate, "kg:modality": modality}
        wanted += [(name, KG.node(str(value))) for name, value in terms.items() if value is not None]
        found, store = self._open().part([KG.Claim], wanted, None if article is None else article_iri(article))
        return sorted((stored_claim(store, node) for node in found), key=claim_order)

    def claim(self, id: str) -> Claim:
        """One claim with all its evidence.

        Args:
            id: `Claim.id`, or its first characters where they are enough to tell it.

        Raises:
            QueryError: If there is none, or more than one.
        """
        if not id.strip():
            message = "no claim is named"
            raise QueryError(message, hint="kg query TARGET claims lists them")
        nodes, store = self._open().part([KG.Claim], prefix=claim_iri(id.strip()).value)
        if len(nodes) != 1:
            message = f"{len(nodes) or 'no'} claims begin with {id!r}"
            raise QueryError(message, hint="give more of its id" if nodes else "kg query TARGET claims lists them")
        return stored_claim(store, nodes.pop())

    def acts_for(
        self, *, actor: str | None = None, state: str | None = None, article: str | None = None
    ) -> list[ActsFor]:
        """Who acts for which state, as far as offices tell, of one entity, state or article if given; sorted."""
        asked = {"rdf:subject": actor, "rdf:object": state}
        wanted = [(name, entity_iri(entity)) for name, entity in asked.items() if entity is not None]
        found, store = self._open().part([KG.Inference], wanted, None if article is None else article_iri(article))
        return sorted(read_acts_for(about(store, node), node) for node in found)

    def article(self, id: str) -> Article | None:
        """One article, `None` if it is not in the graph."""
        node = article_iri(id)
        told = about(self._open().described(node), node)
        return read_article(told, node) if told.nodes(node, "rdf:type") else None

    def entity(self, id: str) -> Entity | None:
        """One entity, `None` if the graph does not describe it."""
        node = entity_iri(id)
        told = about(self._open().described(node), node)
        return read_entity(told, node) if told.nodes(node, "rdf:type") else None

    def extraction(self, article: str) -> Extraction:
        """All that was read from one article.

        Args:
            article: `Article.id`.

        Raises:
            StoreError: If the article is not in the graph.
        """
        for extraction in extractions(self._open().content(article_iri(article))):
            return extraction
        message = f"the graph has no article {article!r}"
        raise StoreError(message, source=self._source)

    def extractions(self) -> Iterator[Extraction]:
        """All that was read, article by article, sorted by name of graph."""
        store = self._open()
        for name in store.names():
            yield from extractions(store.content(name))

    def query(self, sparql: str, *, inferred: bool = False) -> Table:
        """Ask a SPARQL query. The prefixes kg, kgr, rdf, rdfs, owl, xsd, skos, prov, schema and wd are known.

        Args:
            sparql: SELECT, ASK, CONSTRUCT or DESCRIBE. Without GRAPH it sees the union of all articles.
            inferred: Whether it also sees what `kg.reason` has concluded.

        Returns:
            The answer, read to its end.

        Raises:
            QueryError: If it is no valid query.
            StoreError: If the graph cannot be read.
        """
        return self._open().query(sparql, inferred=inferred)

    def quads(self, graph: str | ox.NamedNode | None = None) -> Iterator[ox.Quad]:
        """All quads; what was loaded without the name of a graph comes as of the default graph.

        Args:
            graph: Those of one named graph only.
        """
        if graph is not None:
            yield from self._open().content(graph if isinstance(graph, ox.NamedNode) else ox.NamedNode(graph))
            return
        for quad in self._open().quads():
            yield ox.Quad(*quad.triple) if quad.graph_name == LOOSE else quad

    def graphs(self) -> list[str]:
        """The IRIs of all named graphs, sorted: one for each article, and those put there by hand."""
        return [name.value for name in self._open().names() if isinstance(name, ox.NamedNode) and name != LOOSE]

    def in_memory(self) -> KnowledgeGraph:
        """The graph itself if it is on this computer, a copy if it is an endpoint: for many questions in a row."""
        if not isinstance(store := self._open(), RemoteStore):
            return self
        copy = KnowledgeGraph()
        copy._writable().extend(q if q.graph_name != DEFAULT else in_graph(q, LOOSE) for q in store.quads())
        return copy

    def serialize(self, format: str = "trig") -> str:
        """Write the graph as text; the same graph always gives the same text.

        Args:
            format: `turtle`, `trig`, `nquads`, `ntriples` or `json-ld`. Turtle and N-Triples hold the union.

        Raises:
            SettingsError: If there is no such format.
        """
        return serialise(self.quads(), format).decode()

    def save(self, path: str | Path) -> None:
        """Write the graph to a file, at once: a reader never sees half of it.

        Args:
            path: Its ending tells the format.

        Raises:
            SettingsError: If the ending is none of RDF's.
            StoreError: If the file cannot be written.
        """
        write_file(self.quads(), Path(path))

    def validate(self) -> list[Violation]:
        """Check what was read against the shapes of the ontology; an empty list is good."""
        shapes = import_module("kg.rdf.shapes")  # needed for this alone, and slow to load
        return list(shapes.validate(quad for quad in self.quads() if quad.graph_name != INFERRED))

    def to_networkx(self, **options: Any) -> Any:
        """The claims as a network; see `kg.to_networkx`. This and the next three load a layer above when called."""
        return import_module("kg.network").to_networkx(self, **options)

    def show(self, **options: Any) -> Any:
        """The network page inside a notebook, as the last value of a cell; see `kg.view_notebook.show`."""
        return import_module("kg.view_notebook").show(self, **options)

    def frame(self, query: str | Path, **params: Any) -> Any:
        """The answer to a query as a pandas frame, such as `graph.frame("dyads", since="2024")`; see `kg.query`."""
        return import_module("kg.query").frame(self, query, **params)

    def reason(self, rules: Iterable[str | Path] | None = None) -> Any:
        """Conclude what follows by rules and store it apart; the number of conclusions by rule; see `kg.reason`."""
        return import_module("kg.reason").reason(self, rules)

    def to_rdflib(self) -> rdflib.Dataset:
        """A view of the same graph for rdflib: changes in one are changes in the other.

        What rdflib puts into named graphs, plain queries of this graph see after it is opened again.
        """
        return rdflib_view(self._open())

    # --- inside ------------------------------------------------------------------------------------------------------

    def _open(self) -> Store:
        if self._store is None:
            message = "the graph is closed"
            raise StoreError(message, source=self._source, hint="open it again")
        return self._store

    def _writable(self) -> Store:
        store = self._open()
        if self._read_only:
            raise cannot_write(store, self._source)
        return store
