"""No query reaches beyond the graph, however it is written."""

import socket
import threading

import pytest

from kg.serve.guard import refuse_network
from kg.serve.problem import Problem

SERVICES = [
    "ASK { SERVICE <ADDRESS> { ?s ?p ?o } }",
    "ASK { service silent <ADDRESS> { ?s ?p ?o } }",
    "ASK{?a ?b ?c.SERVICE<ADDRESS>{?s ?p ?o}}",
    "ASK { VALUES ?x { <ADDRESS> } SERVICE ?x { ?s ?p ?o } }",
    "PREFIX e: <ADDRESS> ASK { SERVICE e: { ?s ?p ?o } }",
    "PREFIX e: <ADDRESS> ASK { SERVICE SILENT e:{ ?s ?p ?o } }",
    # comments: between the words, ended by a carriage return, or pretended
    "ASK { SERVICE # a { comment\n <ADDRESS> # and } one more\n { ?s ?p ?o } }",
    "ASK { # a comment\r SERVICE <ADDRESS> { ?s ?p ?o }\n}",
    "PREFIX e: <urn:> ASK { ?x e:p\\# ?y . SERVICE <ADDRESS> { ?s ?p ?o }\n}",
    "ASK { ?x <urn:a#b> ?y . SERVICE <ADDRESS> { ?s ?p ?o } }",
    # strings that are none, or end elsewhere than they seem to
    "PREFIX e: <urn:> ASK { ?x e:p\\' ?y . SERVICE <ADDRESS> { ?s ?p ?o } ?x e:q\\' ?y }",
    "ASK { FILTER(?x = 'a\\\\') SERVICE <ADDRESS> { ?s ?p ?o } FILTER(?y = 'b') }",
    "ASK { FILTER(?x = '''a''') SERVICE <ADDRESS> { ?s ?p ?o } FILTER(?y = '''b''') }",
    'ASK { FILTER(?x = """a"b""") SERVICE <ADDRESS> { ?s ?p ?o } FILTER(?y = "c") }',
    # no space before it; smaller-than signs that look like IRIs
    "ASK { ?x <urn:p> 5SERVICE <ADDRESS> { ?s ?p ?o } }",
    "ASK { BIND(1 AS ?x) FILTER(?x<2&&?x>0) SERVICE<ADDRESS>{?s ?p ?o} }",
    # escapes of characters, once and twice
    "ASK { \\u0053ERVICE <ADDRESS> { ?s ?p ?o } }",
    "ASK { \\U00000053\\u0045RVICE <ADDRESS> { ?s ?p ?o } }",
    "ASK { \\u005cu0053ERVICE <ADDRESS> { ?s ?p ?o } }",
    # deep inside
    "SELECT * { { SELECT ?s { OPTIONAL { MINUS { SERVICE <ADDRESS> { ?s ?p ?o } } } } } }",
    "ASK { FILTER NOT EXISTS { SERVICE <ADDRESS> { ?s ?p ?o } } }",
    "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH ?g { SERVICE <ADDRESS> { ?s ?p ?o } } }",
    "ASK { SERVICE <ADDRESS#{> { ?s ?p ?o } }",
    "ASK { \ufeffSERVICE\u2003<ADDRESS> { ?s ?p ?o } }",
]
HARMLESS = [
    "SELECT ?service ?x { ?x kg:visits ?service }",
    "SELECT ?secret_service ?x { ?x kg:visits ?secret_service }",
    "SELECT * { ?x kg:service ?y { ?y ?p ?o } }",
    "ASK { ?s rdfs:label ?n FILTER(CONTAINS(?n, 'Secret Service')) { ?s ?p ?o } }",
    "ASK { ?s rdfs:label 'service' } # at your service {",
    "DESCRIBE <http://example.org/service>",
]
LOADS = [
    "LOAD <ADDRESS>",
    "load silent <file:///etc/passwd> into graph <urn:g>",
    "PREFIX e: <file:///etc/>LOAD e:passwd",
    "INSERT DATA { GRAPH <urn:g> { <urn:a> <urn:b> 1 } };LOAD<ADDRESS>",
    "# nothing\rLOAD # more\n <ADDRESS>",
    "L\\u004fAD <ADDRESS>",
    "INSERT { GRAPH <urn:g> { ?s ?p ?o } } WHERE { SERVICE <ADDRESS> { ?s ?p ?o } }",
]


@pytest.fixture(scope="module")
def trap():
    """A server that nobody may call."""
    called = []
    listening = socket.create_server(("127.0.0.1", 0))
    listening.settimeout(0.2)
    over = threading.Event()

    def listen():
        while not over.is_set():
            try:
                connection, _ = listening.accept()
            except TimeoutError:
                continue
            called.append(connection)
            connection.close()

    thread = threading.Thread(target=listen)
    thread.start()
    port = listening.getsockname()[1]
    yield lambda text: text.replace("ADDRESS", f"http://127.0.0.1:{port}/"), called
    over.set()
    thread.join()
    listening.close()


@pytest.mark.parametrize("query", SERVICES)
def test_service_is_refused(query):
    with pytest.raises(Problem) as refused:
        refuse_network(query)
    assert refused.value.status == 403


@pytest.mark.parametrize("query", HARMLESS)
def test_words_like_it_are_not(query):
    refuse_network(query)


@pytest.mark.parametrize("update", LOADS)
def test_load_is_refused(update):
    with pytest.raises(Problem):
        refuse_network(update, is_update=True)


def test_data_that_speaks_of_loading_is_not():
    refuse_network(
        "INSERT DATA { GRAPH <urn:g> { <urn:a> rdfs:label 'download: http://example.org' } }", is_update=True
    )


@pytest.mark.parametrize("query", SERVICES)
def test_no_query_calls_out(server, trap, query):
    address, called = trap
    answer = server.post("/sparql", data={"query": address(query)})
    assert answer.status_code == 403
    page = server.get("/query", params={"query": address(query)})
    assert page.status_code == 403
    assert not called


@pytest.mark.parametrize(
    "query", ["ASK FROM <ADDRESS> { ?s ?p ?o }", "ASK FROM NAMED <ADDRESS> { GRAPH ?g { ?s ?p ?o } }"]
)
def test_graphs_of_a_query_are_not_fetched(server, trap, query):
    address, called = trap
    assert server.get("/sparql", params={"query": address(query)}).json()["boolean"] is False
    assert not called


def test_the_trap_would_tell(trap):
    address, called = trap
    port = int(address("ADDRESS").rsplit(":", 1)[1].strip("/"))
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.recv(1)
    assert called
    called.clear()
