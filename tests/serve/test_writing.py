"""SPARQL update and the graph store protocol, where the server was started for it."""

import httpx
import pyoxigraph as ox
import pytest
import SPARQLWrapper

from kg.store import KnowledgeGraph
from tests.serve.conftest import build, extraction, serving

TOKEN = "0123456789abcdef-token"
MINE = "urn:mine"
INSERT = "INSERT DATA { GRAPH <urn:mine> { kgr:Peru kg:supports kgr:Ecuador } }"
ASK = "ASK { kgr:Peru kg:supports kgr:Ecuador }"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return build(tmp_path_factory.mktemp("writable") / "store")


@pytest.fixture(scope="module")
def writable(folder):
    with serving(folder, "--update") as client:
        yield client


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    folder = tmp_path_factory.mktemp("guarded")
    (folder / "token").write_text(TOKEN + "\n")
    with serving(build(folder / "store"), "--update", "--token-file", folder / "token") as client:
        yield client


def ask(client, query=ASK):
    return client.get("/sparql", params={"query": query}).json()["boolean"]


@pytest.mark.parametrize("request_method", [SPARQLWrapper.URLENCODED, SPARQLWrapper.POSTDIRECTLY])
def test_sparqlwrapper_updates(writable, request_method):
    def update(text):
        client = SPARQLWrapper.SPARQLWrapper(f"{writable.base_url}/sparql")
        client.setMethod(SPARQLWrapper.POST)
        client.setRequestMethod(request_method)
        client.setQuery(text)
        client.query()

    update(
        "PREFIX kg: <https://kg-geopolitics.org/ontology/> PREFIX kgr: <https://kg-geopolitics.org/resource/> " + INSERT
    )
    assert ask(writable)  # the union has it as well
    assert ask(writable, "ASK { GRAPH <urn:mine> { kgr:Peru kg:supports kgr:Ecuador } }")
    update("DROP GRAPH <urn:mine>")
    assert not ask(writable)


def test_an_update_is_there_for_every_process_and_lasts(writable, folder):
    writable.post("/sparql", data={"update": INSERT}).raise_for_status()
    assert all(ask(writable) for _ in range(8))
    with KnowledgeGraph(folder, read_only=True) as graph:
        assert graph.query(ASK)
    writable.post("/sparql", data={"update": "DELETE WHERE { GRAPH <urn:mine> { ?s ?p ?o } }"}).raise_for_status()
    assert not any(ask(writable) for _ in range(8))


@pytest.mark.parametrize(
    ("update", "status", "words"),
    [
        ("INSERT DATA {", 400, "not valid"),
        ("INSERT DATA { kgr:Peru kg:supports kgr:Ecuador }", 400, "does not name the graph"),
        ("DELETE WHERE { ?s ?p ?o }", 400, "does not name the graph"),
        ("LOAD <file:///etc/passwd> INTO GRAPH <urn:mine>", 403, "LOAD"),
        (
            "INSERT { GRAPH <urn:mine> { ?s ?p ?o } } WHERE { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
            403,
            "SERVICE",
        ),
        ("SELECT * { ?s ?p ?o }", 400, "not valid"),
    ],
)
def test_a_wrong_update_changes_nothing(writable, update, status, words):
    before = writable.get("/graphs?default", headers={"Accept": "application/n-triples"}).text
    answer = writable.post("/sparql", content=update, headers={"Content-Type": "application/sparql-update"})
    assert (answer.status_code, words in answer.text) == (status, True), answer.text
    after = writable.get("/graphs?default", headers={"Accept": "application/n-triples"}).text
    assert sorted(before.splitlines()) == sorted(after.splitlines())


def test_using_graphs_of_the_protocol_are_refused_not_ignored(writable):
    answer = writable.post("/sparql", data={"update": INSERT, "using-graph-uri": "urn:x"})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("media", "body"),
    [
        ("text/turtle; charset=utf-8", "<urn:a> <urn:b> <rel>, 'Köln' ."),
        ("application/n-triples", '<urn:a> <urn:b> <urn:rel> .\n<urn:a> <urn:b> "Köln" .'),
        ("application/ld+json", '{"@id": "urn:a", "urn:b": ["Köln", {"@id": "urn:rel"}]}'),
    ],
)
def test_a_graph_is_put_extended_and_deleted(writable, media, body):
    at = {"graph": "urn:put"}
    headers = {"Content-Type": media}

    def objects():
        answer = writable.get("/graphs", params=at, headers={"Accept": "application/n-triples"})
        return {q.object.value for q in ox.parse(answer.content, format=ox.RdfFormat.N_TRIPLES)}

    assert writable.put("/graphs", params=at, content=body.encode(), headers=headers).status_code == 201
    assert "Köln" in objects()
    assert len(objects()) == 2
    assert ask(writable, "ASK { <urn:a> <urn:b> 'Köln' }")
    more = "<urn:a> <urn:b> 'Bonn' ."
    assert writable.post("/graphs", params=at, content=more, headers={"Content-Type": "text/turtle"}).status_code == 204
    assert len(objects()) == 3
    assert writable.put("/graphs", params=at, content=more, headers={"Content-Type": "text/turtle"}).status_code == 204
    assert objects() == {"Bonn"}
    assert writable.delete("/graphs", params=at).status_code == 204
    assert writable.delete("/graphs", params=at).status_code == 404
    assert not ask(writable, "ASK { <urn:a> ?b ?c }")


@pytest.mark.parametrize(
    ("params", "media", "body", "status"),
    [
        ({"graph": "urn:x"}, "text/turtle", "<urn:a> <urn:b>", 400),
        ({"graph": "urn:x"}, "text/csv", "a,b", 415),
        ({"graph": "urn:x"}, "", "a,b", 415),
        ({"graph": "no iri"}, "text/turtle", "", 400),
        ({"default": ""}, "text/turtle", "<urn:a> <urn:b> 1 .", 400),
        ({}, "text/turtle", "<urn:a> <urn:b> 1 .", 400),
        ({"graph": "urn:x", "default": ""}, "text/turtle", "<urn:a> <urn:b> 1 .", 400),
    ],
)
def test_a_graph_that_cannot_be_read_is_refused(writable, params, media, body, status):
    headers = {"Content-Type": media} if media else {}
    answer = writable.put("/graphs", params=params, content=body.encode(), headers=headers)
    assert answer.status_code == status
    assert not ask(writable, "ASK { GRAPH <urn:x> { ?s ?p ?o } }")


def test_the_library_writes_to_it(writable, folder):
    """`KnowledgeGraph` with the address of the server puts and withdraws articles like in a folder."""
    url = f"{writable.base_url}"
    with KnowledgeGraph(f"{url}/sparql", update_url=f"{url}/sparql", graph_store_url=f"{url}/graphs") as graph:
        graph.add(extraction(9))
        assert [a.id for a in graph.articles()] == ["a1", "a2", "a9"]
        assert graph.withdraw("a9")
    with KnowledgeGraph(folder, read_only=True) as graph:
        assert [a.id for a in graph.articles()] == ["a1", "a2"]


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {TOKEN}"}, {"Authorization": "Bearer é"}],
)
def test_without_the_token_nothing_is_changed(guarded, headers):
    headers = {name: value.encode() for name, value in headers.items()}
    answer = guarded.post("/sparql", data={"update": INSERT}, headers=headers)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert guarded.delete("/graphs", params={"graph": MINE}, headers=headers).status_code == 401
    assert not ask(guarded)


def test_with_the_token_it_is(guarded):
    headers = {"Authorization": f"Bearer {TOKEN}"}
    assert guarded.post("/sparql", data={"update": INSERT}, headers=headers).status_code == 204
    assert ask(guarded)


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
def test_a_page_of_another_origin_cannot_write(writable, origin):
    """A browser sends a form to any address without asking: what it says of itself is all that tells."""
    answer = writable.post("/sparql", data={"update": "DROP ALL"}, headers={"Origin": origin})
    assert answer.status_code == 403
    assert ask(writable, "ASK { ?s ?p ?o }")


def test_a_page_of_its_own_can(writable):
    own = str(httpx.URL(str(writable.base_url))).rstrip("/")
    answer = writable.post("/sparql", data={"update": "DROP SILENT GRAPH <urn:no>"}, headers={"Origin": own})
    assert answer.status_code == 204
