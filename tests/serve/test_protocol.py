"""The SPARQL 1.1 protocol over HTTP, with the client that people use (SPARQLWrapper) and by hand (httpx)."""

import json

import httpx
import pyoxigraph as ox
import pytest
import rdflib
import SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

SELECT = "SELECT ?who WHERE { ?who kg:visits kgr:Ecuador }"
JULIO = "https://kg-geopolitics.org/resource/Person_Julio_Vargas"
CONSTRUCT = "CONSTRUCT { ?a kg:visits ?b } WHERE { ?a kg:visits ?b }"


def wrapper(server, query, format=None, method=SPARQLWrapper.GET, request=SPARQLWrapper.URLENCODED):
    client = SPARQLWrapper.SPARQLWrapper(f"{server.base_url}/sparql")
    client.setQuery(f"PREFIX kg: <https://kg-geopolitics.org/ontology/>\n{query}")
    client.setMethod(method)
    client.setRequestMethod(request)
    if format is not None:
        client.setReturnFormat(format)
        client.setOnlyConneg(True)
    return client


@pytest.mark.parametrize(
    ("method", "way"),
    [
        (SPARQLWrapper.GET, SPARQLWrapper.URLENCODED),
        (SPARQLWrapper.POST, SPARQLWrapper.URLENCODED),
        (SPARQLWrapper.POST, SPARQLWrapper.POSTDIRECTLY),
    ],
)
@pytest.mark.parametrize("format", [SPARQLWrapper.JSON, SPARQLWrapper.XML])
def test_sparqlwrapper_selects(server, method, way, format):
    query = "SELECT ?who WHERE { ?who kg:visits <https://kg-geopolitics.org/resource/Ecuador> }"
    answer = wrapper(server, query, format, method, way).queryAndConvert()
    if format == SPARQLWrapper.JSON:
        assert [row["who"]["value"] for row in answer["results"]["bindings"]] == [JULIO]
    else:
        assert [node.firstChild.data for node in answer.getElementsByTagName("uri")] == [JULIO]


@pytest.mark.parametrize(("format", "separator"), [(SPARQLWrapper.CSV, b","), (SPARQLWrapper.TSV, b"\t")])
def test_sparqlwrapper_gets_tables(server, format, separator):
    answer = wrapper(server, "SELECT ?who ?where { ?who kg:visits ?where }", format).queryAndConvert()
    head = answer.splitlines()[0]
    assert sorted(head.replace(b"?", b"").split(separator)) == [b"where", b"who"]
    assert JULIO.encode() in answer


def test_sparqlwrapper_asks(server):
    assert wrapper(server, "ASK { ?a kg:visits ?b }", SPARQLWrapper.JSON).queryAndConvert()["boolean"] is True
    assert wrapper(server, "ASK { ?a kg:attacks ?b }", SPARQLWrapper.JSON).queryAndConvert()["boolean"] is False


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")  # of SPARQLWrapper
@pytest.mark.parametrize("format", [SPARQLWrapper.TURTLE, SPARQLWrapper.XML, SPARQLWrapper.JSONLD])
@pytest.mark.parametrize("query", [CONSTRUCT, f"DESCRIBE <{JULIO}>"])
def test_sparqlwrapper_gets_graphs(server, format, query):
    answer = wrapper(server, query, format).queryAndConvert()
    if not isinstance(answer, rdflib.Graph):
        answer = rdflib.Graph().parse(data=answer, format="turtle")
    assert (rdflib.URIRef(JULIO), None, None) in answer


def test_sparqlwrapper_hears_of_errors(server):
    with pytest.raises(QueryBadFormed, match="not valid SPARQL"):
        wrapper(server, "SELECT who WHERE").query()


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("", "application/sparql-results+json"),
        ("*/*", "application/sparql-results+json"),
        ("application/json", "application/json"),
        ("text/csv;q=0.3, application/sparql-results+xml;q=0.8", "application/sparql-results+xml"),
        ("application/sparql-results+json;q=0, */*;q=0.1", "application/json"),
        ("text/*", "text/xml; charset=utf-8"),
        ("text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
    ],
)
def test_the_client_chooses_the_format_of_a_table(server, accept, media):
    answer = server.get("/sparql", params={"query": SELECT}, headers={"Accept": accept})
    assert (answer.status_code, answer.headers["content-type"]) == (200, media)
    assert JULIO in answer.text


@pytest.mark.parametrize(
    ("accept", "format"),
    [
        ("text/turtle", ox.RdfFormat.TURTLE),
        ("application/n-triples, text/turtle;q=0.9", ox.RdfFormat.N_TRIPLES),
        ("application/ld+json", ox.RdfFormat.JSON_LD),
        ("application/rdf+xml", ox.RdfFormat.RDF_XML),
        ("*/*", ox.RdfFormat.TURTLE),
    ],
)
def test_the_client_chooses_the_format_of_a_graph(server, accept, format):
    answer = server.get("/sparql", params={"query": CONSTRUCT}, headers={"Accept": accept})
    assert {q.subject.value for q in ox.parse(answer.content, format=format)} == {JULIO}


@pytest.mark.parametrize("query", [SELECT, CONSTRUCT])
def test_a_format_that_is_not_there_is_refused(server, query):
    answer = server.get("/sparql", params={"query": query}, headers={"Accept": "image/png"})
    assert answer.status_code == 406
    assert "text/csv" in answer.text or "text/turtle" in answer.text


@pytest.mark.parametrize(
    ("request_", "status", "words"),
    [
        ({"method": "GET", "params": {"query": "SELECT"}}, 400, "not valid SPARQL at"),
        ({"method": "GET", "params": {"query": "SELECT ?x { ?x nix:da ?y }"}}, 400, "prefix that is not declared"),
        ({"method": "GET", "params": {"query": ""}}, 400, "not valid SPARQL"),
        ({"method": "GET", "params": [("query", "ASK {}"), ("query", "ASK {}")]}, 400, "one query"),
        ({"method": "GET", "params": {"query": "ASK {}", "default-graph-uri": "no iri"}}, 400, "wrong"),
        ({"method": "GET", "params": {"query": "ASK {}", "format": "pdf"}}, 400, "no format"),
        ({"method": "GET", "params": {"query": "ASK {}"}, "headers": {"Accept": "nonsense"}}, 400, "Accept"),
        ({"method": "GET", "params": {"update": "DROP ALL"}}, 400, "POST"),
        ({"method": "POST", "data": {"nothing": "here"}}, 400, "neither"),
        ({"method": "POST", "data": {"update": "DROP ALL"}}, 403, "only be read"),
        ({"method": "POST", "content": b"ASK {}", "headers": {"Content-Type": "text/plain"}}, 415, "sparql-query"),
        ({"method": "POST", "content": b"\xff", "headers": {"Content-Type": "application/sparql-query"}}, 400, "UTF-8"),
        (
            {"method": "POST", "content": b"x" * 10_000_001, "headers": {"Content-Type": "application/sparql-query"}},
            413,
            "longer",
        ),
        ({"method": "PUT"}, 405, "PUT"),
        ({"method": "DELETE"}, 405, "DELETE"),
    ],
)
def test_wrong_requests_are_answered_in_words(server, request_, status, words):
    answer = server.request(url="/sparql", **request_)
    assert answer.status_code == status
    assert words in answer.text
    assert "Traceback" not in answer.text
    assert answer.headers["content-type"].startswith("text/plain")
    if status == 405:
        assert set(answer.headers["allow"].replace(" ", "").split(",")) >= {"GET", "POST"}


def test_the_dataset_can_be_named(server):
    graph = "https://kg-geopolitics.org/resource/article/a1"
    count = "SELECT (COUNT(*) AS ?n) { ?e a kg:Evidence }"
    named = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"

    def ask(query, **params):
        answer = server.get("/sparql", params={"query": query, **params}, headers={"Accept": "text/csv"})
        return answer.text.split()[1:]

    whole = int(ask(count)[0])
    assert whole == 2
    assert ask(count, **{"default-graph-uri": graph}) == ["1"]
    assert ask(count, **{"named-graph-uri": graph}) == ["0"]
    assert ask(named, **{"named-graph-uri": graph}) == [graph]
    assert len(ask(named)) == 2
    # what the request says goes before what the query says
    assert ask(count.replace("{", "FROM <urn:nothing> {", 1), **{"default-graph-uri": graph}) == ["1"]


def test_post_takes_the_dataset_from_the_address(server):
    answer = server.post(
        "/sparql",
        params={"default-graph-uri": "urn:nothing"},
        content=b"ASK { ?s ?p ?o }",
        headers={"Content-Type": "application/sparql-query; charset=utf-8"},
    )
    assert answer.json()["boolean"] is False


def test_the_service_describes_itself(server):
    answer = server.get("/sparql", headers={"Accept": "text/turtle"})
    graph = rdflib.Graph().parse(data=answer.text, format="turtle")
    sd = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
    service = rdflib.URIRef(f"{server.base_url}/sparql")
    assert (service, rdflib.RDF.type, sd.Service) in graph
    assert set(graph.objects(service, sd.supportedLanguage)) == {sd.SPARQL11Query}
    assert (service, sd.feature, sd.UnionDefaultGraph) in graph


def test_a_browser_is_led_to_the_page(server):
    answer = server.get("/sparql", params={"query": SELECT}, headers={"Accept": "text/html,*/*;q=0.8"})
    assert answer.status_code == 303
    assert httpx.URL(answer.headers["location"]).params["query"] == SELECT


def test_kg_itself_asks_it(server):
    from kg.store import KnowledgeGraph

    with KnowledgeGraph(f"{server.base_url}/sparql") as graph:
        assert len(graph) == 3
        assert graph.query(SELECT).rows == ((JULIO,),)
        assert [a.id for a in graph.articles()] == ["a1", "a2"]


def test_whole_graphs_can_be_read(server):
    graph = {"graph": "https://kg-geopolitics.org/resource/article/a1"}
    answer = server.get("/graphs", params=graph, headers={"Accept": "application/n-triples"})
    part = {q.triple for q in ox.parse(answer.content, format=ox.RdfFormat.N_TRIPLES)}
    union = {q.triple for q in ox.parse(server.get("/graphs?default").content, format=ox.RdfFormat.TURTLE)}
    assert part < union
    assert server.head("/graphs", params=graph).status_code == 200
    assert server.get("/graphs", params={"graph": "urn:nothing"}).status_code == 404
    assert server.get("/graphs", params={"graph": "no iri"}).status_code == 400
    assert server.get("/graphs").status_code == 400
    assert server.put("/graphs", params=graph, content=b"").status_code == 403
    assert server.delete("/graphs", params=graph).status_code == 403


def test_json_is_what_the_standard_says(server):
    answer = server.get("/sparql", params={"query": SELECT, "format": "json"})
    assert json.loads(answer.content) == {
        "head": {"vars": ["who"]},
        "results": {"bindings": [{"who": {"type": "uri", "value": JULIO}}]},
    }


@pytest.mark.parametrize(
    ("path", "meant"),
    [("/sparql/", "/sparql"), ("/sparql////", "/sparql"), ("/queries/", "/queries"), ("/search/?q=a", "/search?q=a")],
)
def test_a_slash_too_many_leads_to_the_address_without(server, path, meant):
    answer = server.get(path)
    assert (answer.status_code, answer.headers["location"]) == (307, meant)


@pytest.mark.parametrize("path", ["//a.example/", "/\\a.example/", "/%5Ca.example/"])
def test_a_slash_too_many_leads_nowhere_else(server, path):
    answer = server.get(str(server.base_url).rstrip("/") + path)
    assert answer.status_code == 404 or answer.headers["location"].startswith(("/%5C", "/a"))
    assert not answer.headers.get("location", "").startswith(("//", "/\\"))
