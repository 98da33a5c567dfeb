"""A SPARQL 1.1 endpoint over HTTP: queries, updates, and whole graphs by the graph store protocol."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

import httpx
import pyoxigraph as ox

from kg.errors import KGError, QueryError, StoreError
from kg.rdf.results import Table
from kg.rdf.vocabulary import PREFIXES

__all__ = ["Credentials", "Endpoint", "keywords_of", "shown", "with_prefixes"]

Credentials = tuple[str, str] | str
"""User and password, or a token."""

_RESULTS = "application/sparql-results+json, application/sparql-results+xml;q=0.8"
_TRIPLES = "application/n-triples, text/turtle;q=0.8, application/rdf+xml;q=0.5"
_FORM = re.compile(r"\b(SELECT|ASK|CONSTRUCT|DESCRIBE)\b", re.IGNORECASE)
_NOISE = re.compile(
    r"#[^\n]*|<[^<>\"{}|^`\\\x00-\x20]*>"
    r"|\"{3}(?:[^\\]|\\.)*?\"{3}|'{3}(?:[^\\]|\\.)*?'{3}"
    r"|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'",
    re.DOTALL,
)
_ALL = """
SELECT ?s ?p ?o ?g WHERE { { GRAPH ?g { ?s ?p ?o } } UNION { ?s ?p ?o FILTER NOT EXISTS { GRAPH ?h { ?s ?p ?o } } } }
"""
_IS_IT = "is this the address of a SPARQL endpoint?"


class Endpoint:
    """A SPARQL 1.1 endpoint.

    Args:
        url: Where queries go, by POST. It may hold user and password: `https://user:password@host/query`.
        update_url: Where updates go; without it there are none.
        graph_store_url: Where whole graphs are put and deleted (SPARQL 1.1 Graph Store HTTP Protocol).
        credentials: User and password, or a token that is sent as `Authorization: Bearer`.
        timeout: Seconds to wait for a connection, and for every part of an answer.
    """

    def __init__(
        self,
        url: str,
        *,
        update_url: str | None = None,
        graph_store_url: str | None = None,
        credentials: Credentials | None = None,
        timeout: float = 60.0,
    ) -> None:
        self.url = url
        self.update_url = update_url
        self.graph_store_url = graph_store_url
        self.credentials = credentials
        self.timeout = timeout
        headers = {"User-Agent": "kg-geopolitics"}
        if isinstance(credentials, str):
            headers["Authorization"] = f"Bearer {credentials}"
        auth = credentials if isinstance(credentials, tuple) else None
        self._client = httpx.Client(headers=headers, auth=auth, timeout=timeout, follow_redirects=True)

    def close(self) -> None:
        """Free the connections."""
        self._client.close()

    def query(self, sparql: str) -> Table:
        """Ask a query; kg's prefixes are put before it.

        Raises:
            QueryError: If the endpoint refuses the query.
            StoreError: If it cannot be reached or does not answer as SPARQL endpoints do.
        """
        if _is_graph(sparql):
            return Table.of(self.triples(sparql))
        answer = self._ask(sparql, _RESULTS)
        format = ox.QueryResultsFormat.from_media_type(_media(answer)) or ox.QueryResultsFormat.JSON
        with self._reading(answer):
            return Table.of(ox.parse_query_results(answer.content, format=format))

    def triples(self, sparql: str) -> list[ox.Triple]:
        """Ask CONSTRUCT or DESCRIBE; kg's prefixes are put before the query.

        Raises:
            QueryError: If the endpoint refuses the query.
            StoreError: If it cannot be reached or does not answer as SPARQL endpoints do.
        """
        answer = self._ask(sparql, _TRIPLES)
        format = ox.RdfFormat.from_media_type(_media(answer)) or ox.RdfFormat.N_TRIPLES
        with self._reading(answer):
            return [q.triple for q in ox.parse(answer.content, format=format, base_iri=str(answer.url))]

    def update(self, sparql: str) -> None:
        """Change what the endpoint holds; kg's prefixes are put before the update.

        Raises:
            QueryError: If the endpoint refuses the update.
            StoreError: If it takes none, or cannot be reached.
        """
        if self.update_url is None:
            message = "no address for updates is known"
            raise StoreError(message, source=shown(self.url), hint="give update_url")
        headers = {"Content-Type": "application/sparql-update; charset=utf-8"}
        content = with_prefixes(sparql).encode()
        self._send("POST", self.update_url, QueryError, content=content, headers=headers)

    def put_graph(self, name: str, triples: Iterable[ox.Triple]) -> None:
        """Put a whole graph in the place of what it held.

        Args:
            name: IRI of the graph.
            triples: What it shall hold.

        Raises:
            StoreError: If it cannot be put there.
        """
        content = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
        headers = {"Content-Type": "application/n-triples"}
        self._send("PUT", self._graph_store(), StoreError, params={"graph": name}, content=content, headers=headers)

    def delete_graph(self, name: str) -> None:
        """Take a whole graph out; it need not be there.

        Args:
            name: IRI of the graph.

        Raises:
            StoreError: If it cannot be taken out.
        """
        self._send("DELETE", self._graph_store(), StoreError, params={"graph": name}, may_miss=True)

    def quads(self) -> Iterator[ox.Quad]:
        """Fetch all that the endpoint holds. What lies in no named graph comes as of the default graph."""
        for s, p, o, g in self.query(_ALL).terms:
            yield ox.Quad(s, p, o, ox.DefaultGraph() if g is None else g)  # type: ignore[arg-type]

    def _ask(self, sparql: str, accept: str) -> httpx.Response:
        data, headers = {"query": with_prefixes(sparql)}, {"Accept": accept}
        return self._send("POST", self.url, QueryError, data=data, headers=headers)

    @contextmanager
    def _reading(self, answer: httpx.Response) -> Iterator[None]:
        try:
            yield
        except (SyntaxError, ValueError) as error:
            message = "the answer is no SPARQL result" + (f" but {_media(answer)}" if _media(answer) else "")
            raise StoreError(message, source=shown(self.url), hint=_IS_IT) from error

    def _graph_store(self) -> str:
        if self.graph_store_url is None:
            message = "no address of a graph store is known"
            raise StoreError(message, source=shown(self.url), hint="give graph_store_url")
        return self.graph_store_url

    def _send(
        self,
        method: str,
        url: str,
        refusal: type[KGError],
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        data: Mapping[str, str] | None = None,
        content: bytes | None = None,
        may_miss: bool = False,
    ) -> httpx.Response:
        """Send a request and turn all that can go wrong into our errors; `refusal` is for what the server rejects."""
        source = shown(url)
        try:
            target = httpx.URL(url).copy_merge_params(dict(params)) if params else httpx.URL(url)
            answer = self._client.request(method, target, headers=headers, data=data, content=content)
        except httpx.TimeoutException as error:
            message = f"the endpoint did not answer within {self.timeout:g} seconds"
            raise StoreError(message, source=source, hint="ask for less, or give a longer timeout") from error
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError, ValueError, OSError) as error:
            message = f"the endpoint cannot be reached: {error}"
            raise StoreError(message, source=source, hint="is the address right, and the server running?") from error
        if answer.is_success or (may_miss and answer.status_code == 404):
            return answer
        said = " ".join(answer.text[:500].split()) or answer.reason_phrase
        what = "query" if method == "POST" and url == self.url else "change"
        if answer.status_code == 400:
            message = f"the endpoint refuses the {what}: {said}"
            raise refusal(message, source=source)
        if answer.status_code in (401, 403):
            message = f"the endpoint does not let us in ({answer.status_code}): {said}"
            hint = "give credentials=(user, password) or a token" if self.credentials is None else "are they right?"
            raise StoreError(message, source=source, hint=hint)
        message = f"the endpoint answers {answer.status_code}: {said}"
        its_fault = answer.status_code >= 500
        raise StoreError(message, source=source, hint="the server's log may tell more" if its_fault else _IS_IT)


def with_prefixes(sparql: str) -> str:
    """The query with kg's prefixes before it, those left out that it declares itself.

    Example:
        >>> with_prefixes("PREFIX kg: <urn:x:> ASK {}").count("PREFIX kg:")
        1
    """
    own = {prefix.lower() for prefix in re.findall(r"\bPREFIX\s+([\w-]*):", sparql, re.IGNORECASE)}
    lines = [f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items() if prefix not in own]
    return "".join(lines) + sparql


def keywords_of(sparql: str) -> str:
    """The query without its comments, strings and IRIs, so that keywords can be looked for.

    Example:
        >>> keywords_of("ASK { ?s ?p 'GRAPH' } # from").strip()
        'ASK { ?s ?p   }'
    """
    return _NOISE.sub(" ", sparql)


def shown(url: str) -> str:
    """An address as it may be shown: without a password."""
    return re.sub(r"//[^/@]*@", "//", url)


def _is_graph(sparql: str) -> bool:
    form = _FORM.search(keywords_of(sparql))
    return form is not None and form[1].upper() in ("CONSTRUCT", "DESCRIBE")


def _media(answer: httpx.Response) -> str:
    return str(answer.headers.get("Content-Type", ""))
