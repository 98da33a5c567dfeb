"""A SPARQL endpoint as a graph, against the server of Oxigraph and against `kg serve`."""

import importlib.util
import shutil
import socket
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest

from kg.errors import DataError, QueryError, StoreError
from kg.model import Claim, Entity, EntityType, Modality, Qualifiers
from kg.query import run
from kg.rdf.decode import canonical
from kg.rdf.vocabulary import INFERRED, KG, entity_iri
from kg.store import KnowledgeGraph
from tests.test_store import LANDS, demands, read, sentence, triples, union

BINARY = shutil.which("oxigraph") or shutil.which("oxigraph", path=str(Path(sys.executable).parent))

pytestmark = pytest.mark.skipif(BINARY is None, reason="the server of Oxigraph is not installed (pip install oxigraph)")


class Server:
    """Oxigraph's own, or `kg serve`."""

    query, update, graph_store, token = "/query", "/update", "/store", None

    def __init__(self, *options):
        self.start([BINARY, "serve", *options, "--bind", "127.0.0.1:{port}"])

    def start(self, command):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        command = [part.format(port=port) for part in command]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(600):
            try:
                httpx.get(self.url)
                return
            except httpx.HTTPError:
                time.sleep(0.05)
        pytest.fail(f"the server does not start: {command}")

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def open(self, *, update=True, graph_store=False, **options):
        urls = {"update_url": self.url + self.update} if update else {}
        urls |= {"graph_store_url": self.url + self.graph_store} if graph_store else {}
        return KnowledgeGraph(self.url + self.query, **urls, **{"credentials": self.token, **options})

    def empty(self):
        with self.open() as graph:
            graph.update("DROP ALL")


class KgServer(Server):
    query, update, graph_store, token = "/sparql", "/sparql", "/graphs", "a-token-of-the-test"

    def __init__(self, folder):
        KnowledgeGraph(folder / "store").close()
        (folder / "token").write_text(self.token)
        kg = [sys.executable, "-c", "from kg.cli import main; main()"]
        self.start(
            [*kg, "serve", str(folder / "store"), "--update", "--token-file", str(folder / "token"), "--port", "{port}"]
        )


@pytest.fixture(scope="module")
def servers(tmp_path_factory):
    """One whose default graph stands alone, and two that show the union of all graphs: Oxigraph's and kg's own."""
    started = {"alone": Server(), "union": Server("--union-default-graph")}
    if all(map(importlib.util.find_spec, ("starlette", "uvicorn", "pebble"))):
        started["kg"] = KgServer(tmp_path_factory.mktemp("served"))
    yield started
    for server in started.values():
        server.stop()


WAYS = [
    "alone by update",
    "alone by both",
    "union by update",
    "union by graph store",
    "kg by update",
    "kg by graph store",
]


@pytest.fixture(params=WAYS)
def graph(request, servers):
    kind, _, way = request.param.partition(" by ")
    if kind not in servers:
        pytest.skip("kg serve needs the extra `serve`")
    servers[kind].empty()
    with servers[kind].open(update=way != "graph store", graph_store=way != "update") as opened:
        yield opened


@pytest.fixture
def server(servers):
    servers["alone"].empty()
    return servers["alone"]


def test_empty_endpoint_is_an_empty_graph(graph):
    assert len(graph) == 0
    assert graph.claims() == graph.entities() == graph.articles() == graph.graphs() == []


def test_everything_is_as_in_memory(graph):
    nowak = Entity("Nowak", EntityType.PERSON, "Adam Nowak")
    office = Claim("Nowak", "holdsOffice", "Polen", Qualifiers(role="Außenminister"), (sentence("a1"),))
    local = KnowledgeGraph()
    for each in (local, graph):
        each.add(replace(read("a1", demands("a1"), office), entities=(*LANDS, nowak)), read("a2"))
    assert graph.graphs() == local.graphs()
    assert len(graph) == len(local) == 3
    assert graph.articles() == local.articles()
    assert graph.entities() == local.entities()
    assert graph.claims() == local.claims()
    assert graph.acts_for() == local.acts_for() != []
    assert graph.acts_for(actor="Nowak", article="a1") == local.acts_for()
    assert list(graph.extractions()) == list(local.extractions())
    assert graph.serialize("trig") == local.serialize("trig")
    assert graph.validate() == local.validate() == []
    assert graph.article("a1") == local.article("a1") is not None
    assert graph.entity("Polen") == local.entity("Polen") is not None
    assert graph.article("a9") is graph.entity("Nirgendwo") is None
    assert graph.claim(office.id[:12]) == office
    assert set(triples(graph)) == set(triples(local))  # a union of Oxigraph's gives a triple once for each graph
    assert run(graph, "claims-of", entity="Ukraine") == run(local, "claims-of", entity="Ukraine")
    assert set(graph.to_networkx().edges()) == set(local.to_networkx().edges())


@pytest.mark.parametrize(
    "filters",
    [
        {"subject": "Polen"},
        {"object": "Ungarn"},
        {"predicate": "supports"},
        {"modality": Modality.REPORTED},
        {"source": "Ukraine"},
        {"article": "a2"},
        {"article": "a1", "predicate": "demandsFrom"},
        {"subject": "Ungarn"},
    ],
)
def test_claims_are_filtered_as_in_memory(graph, filters):
    local = KnowledgeGraph()
    for each in (local, graph):
        each.add(read("a1", demands("a1")), read("a2"))
    assert graph.claims(**filters) == local.claims(**filters)


def test_articles_are_replaced_and_withdrawn(graph):
    graph.add(read("a1", demands("a1")), read("a2"))
    graph.add(read("a1", demands("a1")))
    assert len(graph) == 2
    graph.replace_article(replace(read("a1"), claims=(demands("a1"),)))
    assert [c.predicate for c in graph.claims(article="a1")] == ["demandsFrom"]
    assert graph.extraction("a1") == canonical(replace(read("a1"), claims=(demands("a1"),)))
    assert graph.withdraw("a1") is True
    assert graph.withdraw("a1") is False
    only = KnowledgeGraph()
    only.add(read("a2"))
    assert graph.serialize("nquads") == only.serialize("nquads")
    assert triples(graph) == triples(only) == union(graph)
    graph.withdraw("a2")
    assert triples(graph) == []


def test_nothing_is_stored_if_one_article_is_faulty(graph):
    with pytest.raises(DataError, match="vists"):
        graph.add(read("a1"), read("a2", Claim("Polen", "vists", "Ukraine")))
    assert graph.graphs() == []


def test_file_is_read_into_an_endpoint(graph, tmp_path):
    local = KnowledgeGraph()
    local.add(read("a1", demands("a1")), read("a2"))
    for ending in ("trig", "ttl"):
        local.save(tmp_path / f"graph.{ending}")
        graph.read(tmp_path / f"graph.{ending}")
        assert graph.serialize("trig") == local.serialize("trig")


def test_what_has_been_concluded_stays_out_of_the_union_and_goes_with_what_it_rests_on(server):
    with server.open() as graph:
        graph.add(read("a1"), read("a2"))
        ally = ox.Triple(entity_iri("Polen"), KG.meetsWith, entity_iri("Ukraine"))
        graph.put_graph(INFERRED, [ally])
        asked = "ASK { kgr:Polen kg:meetsWith ?whom }"
        assert not graph.query(asked)
        assert graph.query(asked, inferred=True)
        graph.withdraw("a1")
        assert not graph.query(asked, inferred=True)


def test_reasoning_over_an_endpoint_concludes_what_it_does_in_memory(server):
    local = KnowledgeGraph()
    with server.open() as graph:
        for one in (local, graph):
            one.add(read("a1"), read("a2"))
            one.put_graph("urn:own", [ox.Triple(entity_iri("Polen"), KG.country, entity_iri("Ukraine"))])
            one.put_graph("urn:own", [ox.Triple(entity_iri("Ungarn"), KG.country, entity_iri("Polen"))], keep=True)
        assert len(list(graph.quads("urn:own"))) == 2
        assert graph.reason() == local.reason()
        assert set(graph.quads(INFERRED)) == set(local.quads(INFERRED)) != set()
        assert graph.in_memory().graphs() == graph.graphs()


def test_update_is_the_servers_own(server):
    with server.open() as graph:
        graph.add(read("a1"))
        graph.update("INSERT DATA { GRAPH <urn:g> { kgr:Polen kg:visits kgr:Ungarn } }")
        assert graph.graphs()[-1] == "urn:g"
        assert len(list(graph.quads("urn:g"))) == 1
        with pytest.raises(QueryError, match="refuses the change"):
            graph.update("INSERT nonsense")
        with pytest.raises(QueryError, match="refuses the query"):
            graph.query("SELECT ?x WHERE")


def test_endpoint_without_an_address_to_write_to_can_only_be_read(server):
    with server.open() as graph:
        graph.add(read("a1"))
    with server.open(update=False) as graph:
        assert len(graph) == 1
        with pytest.raises(StoreError, match=r"can only be read \(give update_url or graph_store_url"):
            graph.add(read("a2"))
    with server.open(read_only=True) as graph, pytest.raises(StoreError, match="open it without read_only"):
        graph.withdraw("a1")


def test_graph_store_alone_is_not_enough_where_the_default_graph_stands_alone(server):
    with server.open(update=False, graph_store=True) as graph:
        with pytest.raises(StoreError, match=r"does not show the named graphs \(give update_url too"):
            graph.add(read("a1"))
        assert graph.graphs() == []


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_rdflib_sees_the_endpoint(server):
    with server.open() as graph:
        graph.add(read("a1"))
        found = graph.to_rdflib().query("SELECT ?who WHERE { ?who kg:supports ?whom }")
        assert [str(row.who) for row in found] == ["https://kg-geopolitics.org/resource/Polen"]


def test_many_articles_go_in_batches(server, monkeypatch):
    monkeypatch.setattr("kg.store_remote._BATCH", 100)
    with server.open() as graph:
        sent = []
        monkeypatch.setattr(
            graph._store.endpoint, "update", lambda text, to=graph._store.endpoint.update: (sent.append(text), to(text))
        )
        graph.add(*(read(f"a{n}") for n in range(12)))
        assert len(graph.articles()) == 12
        assert 4 <= len(sent) <= 9  # two to try the server out


def test_server_that_goes_away_is_named(tmp_path):
    server = Server("--location", str(tmp_path / "data"))
    with server.open() as graph:
        graph.add(read("a1"))
        server.stop()
        with pytest.raises(StoreError, match="cannot be reached"):
            graph.add(read("a2"))
        with pytest.raises(StoreError, match="cannot be reached"):
            graph.claims()
