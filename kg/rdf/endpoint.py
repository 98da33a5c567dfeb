"""A SPARQL endpoint that is asked over HTTP. Reading only."""

from __future__ import annotations

import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from http.client import HTTPException

import pyoxigraph as ox

from kg.errors import QueryError, StoreError
from kg.rdf.vocabulary import PREFIXES

__all__ = ["Endpoint", "keywords_of", "with_prefixes"]

_RESULTS = "application/sparql-results+json"
_TRIPLES = "application/n-triples"
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


class Endpoint:
    """A SPARQL 1.1 endpoint.

    Args:
        url: Where queries go, by POST.
        timeout: Seconds to wait for an answer.
    """

    def __init__(self, url: str, *, timeout: float = 60.0) -> None:
        self.url = url
        self.timeout = timeout

    def query(self, sparql: str) -> ox.QuerySolutions | ox.QueryBoolean | list[ox.Triple]:
        """Ask a query; kg's prefixes are put before it.

        Raises:
            QueryError: If the endpoint refuses the query.
            StoreError: If it cannot be reached or does not answer as SPARQL endpoints do.
        """
        graph = _is_graph(sparql)
        body = self._post(with_prefixes(sparql), _TRIPLES if graph else _RESULTS)
        try:
            if graph:
                return [q.triple for q in ox.parse(body, format=ox.RdfFormat.N_TRIPLES)]
            return ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
        except (SyntaxError, ValueError) as error:
            message = "the answer is no SPARQL result"
            raise StoreError(message, source=self.url, hint="is this the address of a SPARQL endpoint?") from error

    def quads(self) -> Iterator[ox.Quad]:
        """Fetch all that the endpoint holds. What lies in no named graph comes as of the default graph."""
        solutions = self.query(_ALL)
        if isinstance(solutions, ox.QuerySolutions):
            for s, p, o, g in solutions:
                yield ox.Quad(s, p, o, ox.DefaultGraph() if g is None else g)

    def _post(self, sparql: str, accept: str) -> bytes:
        try:
            request = urllib.request.Request(
                self.url,
                data=urllib.parse.urlencode({"query": sparql}).encode(),
                headers={
                    "Accept": accept,
                    "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
                    "User-Agent": "kg-geopolitics",
                },
            )
            with urllib.request.urlopen(request, timeout=self.timeout) as answer:
                return bytes(answer.read())
        except urllib.error.HTTPError as error:
            with error:
                said = error.read(2000).decode("utf-8", "replace").strip()
            if error.code == 400:
                message = f"the endpoint refuses the query: {said or error.reason}"
                raise QueryError(message, source=self.url) from error
            message = f"the endpoint answers {error.code} {error.reason}"
            raise StoreError(message, source=self.url, hint="is this the address of a SPARQL endpoint?") from error
        except (OSError, ValueError, HTTPException) as error:
            message = f"the endpoint cannot be reached: {getattr(error, 'reason', error)}"
            raise StoreError(message, source=self.url) from error


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


def _is_graph(sparql: str) -> bool:
    form = _FORM.search(keywords_of(sparql))
    return form is not None and form[1].upper() in ("CONSTRUCT", "DESCRIBE")
