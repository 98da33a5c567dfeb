"""Which kind of store a target is, reading files into it, and showing it to rdflib."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg.errors import DataError, StoreError
from kg.rdf.decode import extractions
from kg.rdf.encode import quads as encode
from kg.rdf.endpoint import Credentials, Endpoint
from kg.rdf.serialise import parse_file
from kg.rdf.vocabulary import PREFIXES, article_iri
from kg.store_local import LocalStore
from kg.store_oxigraph import DEFAULT, LOOSE, Name, in_graph, open_folder
from kg.store_remote import RemoteStore

if TYPE_CHECKING:
    import rdflib

__all__ = ["Store", "cannot_write", "open_store", "rdflib_view", "read_file"]

Store = LocalStore | RemoteStore


def open_store(
    target: str | Path | None,
    *,
    create: bool,
    read_only: bool,
    update_url: str | None,
    graph_store_url: str | None,
    credentials: Credentials | None,
    timeout: float,
) -> Store:
    """Open memory, a file, a folder or an endpoint; see `KnowledgeGraph`."""
    if str(target).startswith(("http://", "https://")):
        endpoint = Endpoint(
            str(target),
            update_url=update_url,
            graph_store_url=graph_store_url,
            credentials=credentials,
            timeout=timeout,
        )
        return RemoteStore(endpoint)
    if target is not None and not Path(target).is_file():
        folder = open_folder(Path(target), create=create and not read_only, read_only=read_only)
        return LocalStore(folder, lasting=True, source=target)
    store = LocalStore(ox.Store(), lasting=False)
    if target is not None:
        read_file(store, Path(target))
    return store


def cannot_write(store: Store, source: object) -> StoreError:
    """What is wrong with writing to a graph that can only be read."""
    hint = "open it without read_only to write to it"
    if isinstance(store, RemoteStore) and not store.writable:
        hint = "give update_url or graph_store_url to write to an endpoint"
    return StoreError("the graph can only be read", source=source, hint=hint)


def read_file(store: Store, path: Path) -> None:
    """Read an RDF file into a store; see `KnowledgeGraph.read`."""
    loose: set[ox.Quad] = set()

    def named() -> Iterator[ox.Quad]:
        for quad in parse_file(path):
            if quad.graph_name == DEFAULT:
                loose.add(quad)
            else:
                yield quad

    store.load(named)
    if not loose:
        return
    parts: dict[Name, set[ox.Quad]] = {}
    with suppress(DataError):  # not a graph of kg, or a faulty one: it stays as it is, so that `validate` can say why
        parts = {article_iri(e.article.id): set(encode(e)) for e in extractions(loose)}
    known = {q.triple for part in parts.values() for q in part}
    if rest := {in_graph(q, LOOSE) for q in loose if q.triple not in known}:
        parts[LOOSE] = rest | set(store.content(LOOSE))
    store.put(parts)


def rdflib_view(store: Store) -> rdflib.Dataset:
    """A view of a store for rdflib; see `KnowledgeGraph.to_rdflib`."""
    import rdflib  # heavy, and nobody else needs it

    if isinstance(store, RemoteStore):
        dataset = rdflib.Dataset(store=_over_http(store.endpoint), default_union=True)
    else:
        from oxrdflib import OxigraphStore

        dataset = rdflib.Dataset(store=OxigraphStore(store=store.shared()))
    for prefix, iri in PREFIXES.items():
        dataset.bind(prefix, iri)
    return dataset


def _over_http(endpoint: Endpoint) -> rdflib.store.Store:
    from rdflib.plugins.stores.sparqlstore import SPARQLStore, SPARQLUpdateStore

    options: dict[str, Any] = {"context_aware": True, "method": "POST"}
    if isinstance(endpoint.credentials, tuple):
        options["auth"] = endpoint.credentials
    elif endpoint.credentials is not None:
        options["headers"] = {"Authorization": f"Bearer {endpoint.credentials}"}
    if endpoint.update_url is None:
        return SPARQLStore(endpoint.url, **options)
    return SPARQLUpdateStore(endpoint.url, endpoint.update_url, **options)
