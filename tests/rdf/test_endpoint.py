"""The client of endpoints against a server that misbehaves; tests/test_store_remote.py has a real one."""

import gc
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pyoxigraph as ox
import pytest

from kg.errors import QueryError, StoreError
from kg.rdf.endpoint import Endpoint, shown, with_prefixes

NTRIPLES = b"<urn:a> <urn:b> <urn:c> .\n"
ANSWERS = {
    "/asked-for-password": (401, "text/plain", b"who are you?"),
    "/forbidden": (403, "text/plain", b"not you"),
    "/nothing": (404, "text/html", b"<h1>Not found</h1>"),
    "/wrong": (400, "text/plain", b"parse error at 1:8"),
    "/fault": (500, "text/plain", b"out of memory"),
    "/busy": (503, "text/plain", b""),
    "/page": (200, "text/html", b"<html>Welcome</html>"),
    "/broken": (200, "application/sparql-results+json", b'{"head": {"vars": ["x"]}, "results": {"bindings": [{"x"'),
    "/xml": (
        200,
        "application/sparql-results+xml",
        b'<sparql xmlns="http://www.w3.org/2005/sparql-results#"><head/><boolean>true</boolean></sparql>',
    ),
    "/turtle": (200, "text/turtle;charset=utf-8", b"@prefix u: <urn:> . u:a u:b u:c ."),
    "/triples": (200, "application/n-triples", NTRIPLES),
    "/unnamed": (200, "", b'{"head": {}, "boolean": true}'),
}


@pytest.fixture(autouse=True)
def _nothing_left() -> None:
    """Answers that errors of earlier tests still hold must be dropped in the thread that made them."""
    gc.collect()


class Handler(BaseHTTPRequestHandler):
    seen: ClassVar[list] = []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        self.seen.append((self.command, self.path, dict(self.headers), body))
        path = self.path.partition("?")[0]
        if path == "/slow":
            time.sleep(1)
        if path == "/cut":
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(b"half")
            return
        code, media, content = ANSWERS.get(path, (200, "application/sparql-results+json", b'{"boolean": true}'))
        self.send_response(code)
        if media:
            self.send_header("Content-Type", media)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_PUT = do_DELETE = do_POST  # noqa: N815

    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="module")
def url():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def endpoint(url):
    Handler.seen.clear()
    opened = []

    def at(path, **options):
        opened.append(Endpoint(url + path, **options))
        return opened[-1]

    yield at
    for each in opened:
        each.close()


@pytest.mark.parametrize(
    ("path", "error", "message"),
    [
        ("/asked-for-password", StoreError, r"does not let us in \(401\): who are you\? \(give credentials="),
        ("/forbidden", StoreError, r"does not let us in \(403\)"),
        ("/nothing", StoreError, r"answers 404: .*\(is this the address of a SPARQL endpoint\?\)"),
        ("/wrong", QueryError, "refuses the query: parse error at 1:8"),
        ("/fault", StoreError, r"answers 500: out of memory \(the server's log"),
        ("/busy", StoreError, "answers 503"),
        ("/page", StoreError, "no SPARQL result but text/html"),
        ("/broken", StoreError, "no SPARQL result"),
        ("/cut", StoreError, "cannot be reached"),
    ],
)
def test_endpoint_that_does_not_answer_is_named(endpoint, path, error, message):
    with pytest.raises(error, match=message) as raised:
        endpoint(path).query("SELECT ?x WHERE { ?x ?y ?z }")
    assert path in str(raised.value)


def test_endpoint_that_keeps_us_waiting_is_named(endpoint):
    with pytest.raises(StoreError, match=r"did not answer within 0\.2 seconds"):
        endpoint("/slow", timeout=0.2).query("ASK {}")


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/sparql", "http://", "http://a b/", "https://[::", "http://no-such-host.invalid/"]
)
def test_address_that_is_none_is_named(url):
    with pytest.raises(StoreError, match="cannot be reached"):
        Endpoint(url).query("ASK {}")


def test_wrong_credentials_are_named_and_never_shown(endpoint, url):
    with pytest.raises(StoreError, match="are they right") as raised:
        endpoint("/forbidden", credentials=("anna", "secret")).query("ASK {}")
    assert "secret" not in str(raised.value)
    with_password = url.replace("//", "//anna:secret@") + "/forbidden"
    with pytest.raises(StoreError) as raised:
        Endpoint(with_password).query("ASK {}")
    assert "secret" not in str(raised.value)
    assert shown(with_password) == url + "/forbidden"


@pytest.mark.parametrize(
    ("credentials", "header"), [(("anna", "secret"), "Basic YW5uYTpzZWNyZXQ="), ("token", "Bearer token")]
)
def test_credentials_are_sent(endpoint, credentials, header):
    assert endpoint("/", credentials=credentials).query("ASK {}")
    assert Handler.seen[-1][2]["Authorization"] == header


@pytest.mark.parametrize("path", ["/xml", "/unnamed"])
def test_results_are_read_as_they_come(endpoint, path):
    assert bool(endpoint(path).query("ASK {}")) is True


@pytest.mark.parametrize("path", ["/turtle", "/triples"])
def test_triples_are_read_as_they_come(endpoint, path):
    (terms,) = endpoint(path).query("# SELECT\nCONSTRUCT WHERE { ?s ?p ?o }").terms
    assert terms == tuple(map(ox.NamedNode, ("urn:a", "urn:b", "urn:c")))


def test_update_needs_an_address_and_is_sent_there(endpoint, url):
    with pytest.raises(StoreError, match=r"no address for updates is known \(give update_url\)"):
        endpoint("/").update("DROP ALL")
    endpoint("/", update_url=url + "/update").update("DELETE WHERE { ?s kg:visits ?o }")
    method, path, headers, body = Handler.seen[-1]
    assert (method, path) == ("POST", "/update")
    assert headers["Content-Type"].startswith("application/sparql-update")
    assert body.decode().endswith("DELETE WHERE { ?s kg:visits ?o }")
    with pytest.raises(QueryError, match="refuses the change: parse error"):
        endpoint("/", update_url=url + "/wrong").update("nonsense")


def test_graphs_are_put_and_deleted_by_name(endpoint, url):
    with pytest.raises(StoreError, match="give graph_store_url"):
        endpoint("/").delete_graph("urn:g")
    store = endpoint("/", graph_store_url=url + "/store?db=1")
    store.put_graph("urn:g?ä&x", [ox.Triple(*map(ox.NamedNode, ("urn:a", "urn:b", "urn:c")))])
    method, path, headers, body = Handler.seen[-1]
    assert (method, path, body) == ("PUT", "/store?db=1&graph=urn%3Ag%3F%C3%A4%26x", NTRIPLES)
    assert headers["Content-Type"] == "application/n-triples"
    store.delete_graph("urn:g")
    assert Handler.seen[-1][0] == "DELETE"
    endpoint("/", graph_store_url=url + "/nothing").delete_graph("urn:g")  # what is not there need not go
    with pytest.raises(StoreError, match="404"):
        endpoint("/", graph_store_url=url + "/nothing").put_graph("urn:g", [])


def test_own_prefix_of_a_query_is_kept():
    assert "PREFIX kg: <https://kg-geopolitics.org/ontology/>" in with_prefixes("ASK {}")
    own = with_prefixes("prefix kg: <urn:x:> ASK { ?s kg:p ?o }")
    assert "PREFIX kg:" not in own
    assert "PREFIX kgr:" in own
