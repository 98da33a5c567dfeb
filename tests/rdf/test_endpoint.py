import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, HTTPServer

import pyoxigraph as ox
import pytest

from kg.errors import QueryError, StoreError
from kg.model import Article, Claim, Entity, EntityType, Evidence, Extraction
from kg.query import run
from kg.rdf.encode import quads
from kg.rdf.endpoint import with_prefixes
from kg.store import KnowledgeGraph

TEXT = "Polen unterstützt die Ukraine."
EVIDENCE = Evidence("a1", 0, 30, TEXT, "de/supports/verb/unterstützen", 6, 17, 0.9)
READ = Extraction.of(
    Article("a1", TEXT),
    [Entity(name, EntityType.COUNTRY, name) for name in ("Polen", "Ukraine")],
    [Claim("Polen", "supports", "Ukraine", evidence=(EVIDENCE,))],
)


class Handler(BaseHTTPRequestHandler):
    """A SPARQL endpoint as small as one can be; /broken answers what no endpoint answers, /busy that it is busy."""

    store = ox.Store()

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        sparql = urllib.parse.parse_qs(body)["query"][0]
        if self.path == "/busy":
            self.answer(503, b"")
        elif self.path == "/broken":
            self.answer(200, b"<html>Welcome</html>")
        else:
            try:
                result = self.store.query(sparql, use_default_graph_as_union=True)
            except SyntaxError as error:
                self.answer(400, str(error).encode())
                return
            is_graph = isinstance(result, ox.QueryTriples)
            format = ox.RdfFormat.N_TRIPLES if is_graph else ox.QueryResultsFormat.JSON
            self.answer(200, result.serialize(format=format))

    def answer(self, code, body):
        self.send_response(code)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="module")
def url():
    Handler.store.extend(quads(READ))
    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_endpoint_is_asked(url):
    with KnowledgeGraph(url) as graph:
        rows = graph.query("SELECT ?who WHERE { ?who kg:supports ?whom }").rows
        assert rows == (("https://kg-geopolitics.org/resource/Polen",),)
        assert graph.query("ASK { ?who kg:supports ?whom }")
        assert "kgr:Polen" in graph.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }").to_turtle()


def test_named_query_is_asked_of_an_endpoint(url):
    with KnowledgeGraph(url) as graph:
        assert len(run(graph, "claims-of", entity="Ukraine")) == 1


def test_whole_graph_is_read_from_an_endpoint(url):
    with KnowledgeGraph(url) as graph:
        assert graph.extraction("a1") == READ
        assert graph.claims(predicate="supports") == list(READ.claims)


def test_endpoint_cannot_be_written(url):
    with KnowledgeGraph(url) as graph, pytest.raises(StoreError, match="can only be read"):
        graph.add(READ)


def test_endpoint_refuses_a_wrong_query(url):
    with KnowledgeGraph(url) as graph, pytest.raises(QueryError, match="the endpoint refuses the query"):
        graph.query("SELECT ?x WHERE")


@pytest.mark.parametrize(("path", "message"), [("/busy", "answers 503"), ("/broken", "no SPARQL result")])
def test_address_that_is_no_endpoint_is_named(url, path, message):
    with KnowledgeGraph(url + path) as graph, pytest.raises(StoreError, match=message):
        graph.query("ASK {}")


def test_endpoint_that_is_not_there_is_named():
    with KnowledgeGraph("http://127.0.0.1:1/sparql") as graph, pytest.raises(StoreError, match="cannot be reached"):
        graph.query("ASK {}")


@pytest.mark.parametrize("url", ["http://", "http://a b/", "https://[::"])
def test_address_that_is_none_is_named(url):
    with KnowledgeGraph(url) as graph, pytest.raises(StoreError, match="cannot be reached"):
        graph.query("ASK {}")


def test_own_prefix_of_a_query_is_kept():
    assert "PREFIX kg: <https://kg-geopolitics.org/ontology/>" in with_prefixes("ASK {}")
    own = with_prefixes("prefix kg: <urn:x:> ASK { ?s kg:p ?o }")
    assert "PREFIX kg:" not in own
    assert "PREFIX kgr:" in own
