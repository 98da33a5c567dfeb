"""The knowledge graph: one named graph per article, in memory, on disk, or behind a SPARQL endpoint.

An article can be added again, replaced or withdrawn, and the rest stays. The default graph holds the union of the
named graphs, each triple once, so a plain query sees everything and counts it right. (Oxigraph's own union gives a
triple once per graph that holds it: a claim of ten articles would match a pattern of three triples a thousand times.)
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import pyoxigraph as ox

from kg.errors import DataError, QueryError, StoreError
from kg.facts.acting import ActsFor
from kg.model import Article, Claim, Entity, EntityType, Extraction, Modality
from kg.rdf.decode import claim_order, extractions, read_article, read_entity
from kg.rdf.encode import quads as encode
from kg.rdf.endpoint import Endpoint
from kg.rdf.results import Table
from kg.rdf.serialise import parse_file, serialise, write_file
from kg.rdf.shapes import Violation, validate
from kg.rdf.vocabulary import KG, KGR_NS, PREFIXES, article_iri, claim_iri, entity_iri, term
from kg.store_oxigraph import Union, about, ask, open_folder, replace_graph, stored_acts_for, stored_claim

if TYPE_CHECKING:
    import rdflib

__all__ = ["KnowledgeGraph"]

LOOSE = ox.NamedNode(KGR_NS + "graph/loose")
"""Where triples go that were loaded without the name of a graph."""

_DEFAULT = ox.DefaultGraph()
_TYPES = [term(f"kg:{name}") for name in EntityType]


class KnowledgeGraph:
    """Claims about world politics with their evidence, and all that can be asked of them.

    Args:
        target: A folder of a store or of `kg build`, an RDF file, or the URL of a SPARQL endpoint. A new graph in
            memory if left out. A file is read into memory and not written back; an endpoint can only be read.
        create: Whether to make a folder that is not there.
        read_only: Whether to open a folder for reading only; several programs may do that at once.

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

    def __init__(self, target: str | Path | None = None, *, create: bool = True, read_only: bool = False) -> None:
        self._source = target
        self._read_only = False
        self._endpoint: Endpoint | None = None
        self._store: ox.Store | None = None
        self._union: Union | None = None
        if target is None:
            self._store = ox.Store()
        elif str(target).startswith(("http://", "https://")):
            self._endpoint, read_only = Endpoint(str(target)), True
        elif Path(target).is_file():
            self._store = ox.Store()
            self.read(target)
        else:
            self._store = open_folder(Path(target), create=create and not read_only, read_only=read_only)
        if self._store is not None and (target is None or Path(target).is_file()):
            self._union = Union(self._store)
        self._read_only = read_only

    @classmethod
    def open(cls, target: str | Path, *, create: bool = True, read_only: bool = False) -> Self:
        """Open a folder, a file or an endpoint: the same as the constructor, for readers of code."""
        return cls(target, create=create, read_only=read_only)

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read an RDF file into a new graph in memory.

        Args:
            path: Turtle, TriG, N-Quads, N-Triples, JSON-LD or RDF/XML, by its ending.

        Raises:
            StoreError: If the file is missing or damaged.
            SettingsError: If its ending is none of RDF's.
        """
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
        if self._store is not None and not self._read_only and self._source is not None:
            self._store.flush()
        self._store = self._endpoint = self._union = None
        gc.collect(0)  # the lock goes with the last reference, and an error being handled may still hold one

    # --- writing -----------------------------------------------------------------------------------------------------

    def add(self, *read: Extraction) -> None:
        """Put articles into the graph; one that is there already is replaced.

        Args:
            read: What was read from each article.

        Raises:
            StoreError: If the graph cannot be written.
        """
        for extraction in read:
            self.replace_article(extraction)

    def replace_article(self, extraction: Extraction) -> None:
        """Put an article into the graph in the place of what it said before. Doing it again changes nothing.

        Either all of it is stored or nothing.

        Raises:
            StoreError: If the graph cannot be written.
            DataError: If a claim names an unknown relation.
        """
        self._replace(article_iri(extraction.article.id), set(encode(extraction)))

    def withdraw(self, article: str) -> bool:
        """Take an article out, with all that only it says.

        Args:
            article: `Article.id`.

        Returns:
            Whether it was there.

        Raises:
            StoreError: If the graph cannot be written.
        """
        there = bool(self._writable().contains_named_graph(article_iri(article)))
        self._replace(article_iri(article), set())
        return there

    def read(self, path: str | Path) -> None:
        """Read an RDF file into the graph. Articles in it replace those of the same name.

        In a file without named graphs, each article that kg wrote gets its own graph again.

        Raises:
            StoreError: If the file is missing or damaged (nothing is loaded then), or the graph cannot be written.
            SettingsError: If its ending is none of RDF's.
        """
        graphs: dict[Any, set[ox.Quad]] = {}
        for quad in parse_file(Path(path)):
            graphs.setdefault(quad.graph_name, set()).add(quad)
        loose = graphs.pop(_DEFAULT, set())
        try:
            parts = {article_iri(e.article.id): set(encode(e)) for e in extractions(loose)}
        except DataError:
            parts = {}  # not a graph of kg, or a faulty one: it stays as it is, so that `validate` can say why
        known = {q.triple for part in parts.values() for q in part}
        if rest := {_in_graph(q, LOOSE) for q in loose if q.triple not in known}:
            graphs[LOOSE] = rest | set(self._writable().quads_for_pattern(None, None, None, LOOSE))
        for name, content in (parts | graphs).items():
            self._replace(name, content)

    def _replace(self, name: ox.NamedNode | ox.BlankNode, new: set[ox.Quad]) -> None:
        store = self._writable()
        try:
            added, lost = replace_graph(store, name, new)
        except (OSError, RuntimeError, SyntaxError) as error:
            message = f"the store cannot be written: {error}"
            raise StoreError(message, source=self._source, hint="what was stored before is still there") from error
        if self._union is not None:
            self._union.change(added, lost)

    # --- reading -----------------------------------------------------------------------------------------------------

    def __len__(self) -> int:
        """The number of different claims."""
        return len(self._subjects(KG.Claim))

    def __bool__(self) -> bool:
        """Always true: an empty graph is a graph."""
        return True

    def articles(self) -> list[Article]:
        """All articles, sorted by id."""
        store = self._readable()
        found = self._subjects(term("schema:NewsArticle"))
        return sorted((read_article(about(store, node), node) for node in found), key=lambda a: a.id)

    def entities(self) -> list[Entity]:
        """All entities, sorted by id; the names that different articles give come together."""
        store = self._readable()
        found = {node for type_ in _TYPES for node in self._subjects(type_)}
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
        store = self._readable()
        wanted: list[tuple[str, ox.NamedNode]] = []
        for name, entity in (("rdf:subject", subject), ("rdf:object", object), ("kg:attributedTo", source)):
            if entity is not None:
                wanted.append((name, entity_iri(entity)))
        if predicate is not None:
            wanted.append(("rdf:predicate", KG.node(predicate)))
        if modality is not None:
            wanted.append(("kg:modality", KG.node(str(modality))))
        graph = _DEFAULT if article is None else article_iri(article)
        found = self._subjects(KG.Claim, graph)
        for name, node in wanted:
            found &= {q.subject for q in store.quads_for_pattern(None, term(name), node, graph)}
        return sorted((stored_claim(store, node) for node in found), key=claim_order)

    def claim(self, id: str) -> Claim:
        """One claim with all its evidence.

        Args:
            id: `Claim.id`, or its first characters where they are enough to tell it.

        Raises:
            QueryError: If there is none, or more than one.
        """
        prefix = claim_iri(id.strip()).value
        nodes = sorted((n for n in self._subjects(KG.Claim) if n.value.startswith(prefix)), key=lambda n: n.value)
        if len(nodes) != 1 or not id.strip():
            message = f"{len(nodes) or 'no'} claims begin with {id!r}" if id.strip() else "no claim is named"
            hint = "give more of its id" if len(nodes) > 1 else "kg query TARGET claims lists them"
            raise QueryError(message, hint=hint)
        return stored_claim(self._readable(), nodes[0])

    def acts_for(
        self, *, actor: str | None = None, state: str | None = None, article: str | None = None
    ) -> list[ActsFor]:
        """Who acts for which state, as far as offices tell, of one entity, state or article if given; sorted."""
        return stored_acts_for(self._readable(), actor, state, article)

    def article(self, id: str) -> Article | None:
        """One article, `None` if it is not in the graph."""
        node = article_iri(id)
        return read_article(about(self._readable(), node), node) if self._describes(node) else None

    def entity(self, id: str) -> Entity | None:
        """One entity, `None` if the graph does not describe it."""
        node = entity_iri(id)
        return read_entity(about(self._readable(), node), node) if self._describes(node) else None

    def extraction(self, article: str) -> Extraction:
        """All that was read from one article.

        Args:
            article: `Article.id`.

        Raises:
            StoreError: If the article is not in the graph.
        """
        content = self._readable().quads_for_pattern(None, None, None, article_iri(article))
        for extraction in extractions(content):
            return extraction
        message = f"the graph has no article {article!r}"
        raise StoreError(message, source=self._source)

    def extractions(self) -> Iterator[Extraction]:
        """All that was read, article by article, sorted by name of graph."""
        store = self._readable()
        for name in sorted(store.named_graphs(), key=str):
            yield from extractions(store.quads_for_pattern(None, None, None, name))

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
        if self._endpoint is not None and not inferred:
            return Table.of(self._endpoint.query(sparql))
        store = self._readable() if self._union is None or inferred else self._union.store_for(sparql)
        return ask(store, sparql, inferred=inferred)

    def quads(self) -> Iterator[ox.Quad]:
        """All quads; what was loaded without the name of a graph comes as of the default graph."""
        for quad in self._readable().quads_for_pattern(None, None, None, None):
            if quad.graph_name == LOOSE:
                yield ox.Quad(*quad.triple)
            elif quad.graph_name != _DEFAULT:
                yield quad

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
        """Check the graph against the shapes of the ontology; an empty list is good."""
        return validate(self.quads())

    def to_networkx(self, **options: Any) -> Any:
        """The claims as a `networkx.MultiDiGraph`; see `kg.to_networkx` for the options.

        A convenience that only passes on to a layer above this one. It is looked up when it is called, so that the
        store neither depends on networkx nor loads it.
        """
        return import_module("kg.network").to_networkx(self, **options)

    def to_rdflib(self) -> rdflib.Dataset:
        """A view of the same graph for rdflib: changes in one are changes in the other."""
        import rdflib  # heavy, and nobody else needs it
        from oxrdflib import OxigraphStore

        self._union = None  # it would not hear of what rdflib changes
        dataset = rdflib.Dataset(store=OxigraphStore(store=self._readable()))
        for prefix, iri in PREFIXES.items():
            dataset.bind(prefix, iri)
        return dataset

    # --- inside ------------------------------------------------------------------------------------------------------

    def _readable(self) -> ox.Store:
        if self._store is None and self._endpoint is not None:
            self._store = ox.Store()  # all but queries work on a copy of what the endpoint holds, fetched once
            self._store.extend(
                quad
                for q in self._endpoint.quads()
                for quad in (ox.Quad(*q.triple), q if q.graph_name != _DEFAULT else _in_graph(q, LOOSE))
            )
        if self._store is None:
            message = "the graph is closed"
            raise StoreError(message, source=self._source, hint="open it again")
        return self._store

    def _writable(self) -> ox.Store:
        if self._read_only:
            message = "the graph can only be read"
            raise StoreError(message, source=self._source, hint="open a folder without read_only to write to it")
        return self._readable()

    def _describes(self, node: ox.NamedNode) -> bool:
        return any(self._readable().quads_for_pattern(node, term("rdf:type"), None, _DEFAULT))

    def _subjects(self, type_: ox.NamedNode, graph: ox.NamedNode | ox.DefaultGraph = _DEFAULT) -> set[Any]:
        found = self._readable().quads_for_pattern(None, term("rdf:type"), type_, graph)
        return {q.subject for q in found if isinstance(q.subject, ox.NamedNode)}


def _in_graph(quad: ox.Quad, name: ox.NamedNode) -> ox.Quad:
    return ox.Quad(quad.subject, quad.predicate, quad.object, name)
