import itertools
import subprocess
import sys
from dataclasses import replace

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import DataError, KGError, QueryError, SettingsError, StoreError
from kg.facts.acting import ActsFor
from kg.model import Article, Claim, Entity, EntityType, Evidence, Extraction, Modality, Qualifiers
from kg.rdf.decode import canonical, merge_claims
from kg.rdf.serialise import write_file
from kg.rdf.vocabulary import KG, article_iri
from kg.store import KnowledgeGraph
from tests.strategies import extractions as any_extraction

TEXT = "Polen unterstützt die Ukraine. Warschau fordert mehr von Ungarn, so Kiew."
LANDS = [Entity(name, EntityType.COUNTRY, name, known=True) for name in ("Polen", "Ukraine", "Ungarn")]


def sentence(article, start=0, end=30):
    return Evidence(article, start, end, TEXT[start:end], "de/test", start, start + 5, 0.9)


def read(article, *claims):
    supports = Claim("Polen", "supports", "Ukraine", evidence=(sentence(article),))
    return Extraction.of(Article(article, TEXT), LANDS, [supports, *claims])


def demands(article):
    said = Qualifiers(Modality.REPORTED, source="Ukraine")
    return Claim("Polen", "demandsFrom", "Ungarn", said, (sentence(article, 31, 73),))


def triples(graph):
    """What a plain query sees."""
    return sorted(graph.query("SELECT ?s ?p ?o WHERE { ?s ?p ?o }").rows, key=str)


def union(graph):
    return sorted(graph.query("SELECT DISTINCT ?s ?p ?o WHERE { GRAPH ?g { ?s ?p ?o } }").rows, key=str)


@pytest.fixture
def graph():
    return KnowledgeGraph()


@pytest.fixture(params=["memory", "disk"])
def any_graph(request, tmp_path):
    with KnowledgeGraph(tmp_path / "store" if request.param == "disk" else None) as opened:
        yield opened


# --- writing ---


def test_new_graph_is_empty_and_true(any_graph):
    assert len(any_graph) == 0
    assert any_graph
    assert any_graph.claims() == any_graph.entities() == any_graph.articles() == []


def test_article_is_there_after_adding(any_graph):
    any_graph.add(read("a1", demands("a1")))
    assert any_graph.extraction("a1") == canonical(read("a1", demands("a1")))
    assert len(any_graph) == 2
    assert [a.id for a in any_graph.articles()] == ["a1"]
    assert [e.id for e in any_graph.entities()] == ["Polen", "Ukraine", "Ungarn"]


def test_adding_again_changes_nothing(any_graph):
    any_graph.add(read("a1"))
    before = any_graph.serialize("nquads")
    any_graph.add(read("a1"))
    assert any_graph.serialize("nquads") == before


def test_replacing_an_article_leaves_nothing_of_it(any_graph):
    any_graph.add(read("a1", demands("a1")), read("a2"))
    any_graph.replace_article(replace(read("a1"), claims=(demands("a1"),)))
    assert [c.predicate for c in any_graph.claims(article="a1")] == ["demandsFrom"]
    assert [e.article for c in any_graph.claims(predicate="supports") for e in c.evidence] == ["a2"]
    assert triples(any_graph) == union(any_graph)


def test_withdrawn_article_takes_only_its_own_along(any_graph):
    any_graph.add(read("a1", demands("a1")), read("a2"))
    assert any_graph.withdraw("a1") is True
    assert any_graph.withdraw("a1") is False
    only = KnowledgeGraph()
    only.add(read("a2"))
    assert any_graph.serialize("nquads") == only.serialize("nquads")
    assert triples(any_graph) == triples(only)


def test_nothing_is_stored_of_an_article_that_cannot_be_written(graph):
    graph.add(read("a1"))
    before = graph.serialize("nquads")
    wrong = read("a1", demands("a1"), Claim("Polen", "vists", "Ukraine"))
    with pytest.raises(DataError, match="vists"):
        graph.add(wrong)
    assert graph.serialize("nquads") == before


@given(st.lists(st.tuples(st.sampled_from("abc"), any_extraction()), max_size=6))
@settings(max_examples=40)
def test_graph_is_the_union_of_the_last_state_of_its_articles(steps):
    graph, last = KnowledgeGraph(), {}
    for name, extraction in steps:
        if name in last and len(extraction.claims) == 0:
            graph.withdraw(name)
            del last[name]
        else:
            renamed = replace(extraction, article=replace(extraction.article, id=name))
            graph.add(renamed)
            last[name] = renamed
    assert list(graph.extractions()) == [canonical(last[name]) for name in sorted(last)]
    assert triples(graph) == union(graph)
    said = merge_claims(claim for extraction in last.values() for claim in extraction.claims)
    assert {c.id: c.evidence for c in graph.claims()} == {c.id: c.evidence for c in said}
    assert len(graph) == len(said)


@given(any_extraction(), any_extraction())
@settings(max_examples=30)
def test_order_of_adding_does_not_matter(one, other):
    other = replace(other, article=replace(other.article, id=one.article.id + "2"))
    graphs = []
    for order in itertools.permutations([one, other]):
        graphs.append(KnowledgeGraph())
        graphs[-1].add(*order)
    assert graphs[0].serialize("trig") == graphs[1].serialize("trig")


def many(number):
    return [read(f"m{n}", demands(f"m{n}")) for n in range(number)]


def test_many_articles_at_once_are_as_one_by_one(any_graph):
    """More than a transaction takes: they go into new files of the store."""
    any_graph.add(read("m3"), read("a1"))
    any_graph.query("ASK { ?claim a kg:Claim }")
    any_graph.add(*many(200))
    one_by_one = KnowledgeGraph()
    for extraction in [read("a1"), *many(200)]:
        one_by_one.replace_article(extraction)
    assert any_graph.serialize("nquads") == one_by_one.serialize("nquads")
    assert triples(any_graph) == union(any_graph) == triples(one_by_one)
    assert len(any_graph.graphs()) == 201


def test_last_one_counts_if_an_article_comes_twice(any_graph):
    any_graph.add(read("a1"), read("a2"), read("a1", demands("a1")))
    assert len(any_graph.claims(article="a1")) == 2
    assert len(any_graph.articles()) == 2


def test_nothing_of_many_is_stored_if_one_cannot_be_written(any_graph):
    any_graph.add(read("a1"))
    before = any_graph.serialize("nquads")
    with pytest.raises(DataError, match="vists"):
        any_graph.add(*many(200), read("wrong", Claim("Polen", "vists", "Ukraine")))
    with pytest.raises(DataError, match="vists"):
        any_graph.add(read("b1"), read("a1", Claim("Polen", "vists", "Ukraine")))
    assert any_graph.serialize("nquads") == before
    assert triples(any_graph) == union(any_graph)


@given(st.lists(any_extraction(), min_size=1, max_size=4), st.data())
@settings(max_examples=30)
def test_withdrawing_leaves_exactly_the_graph_of_the_others(read, data):
    named = [replace(e, article=replace(e.article, id=f"n{n}")) for n, e in enumerate(read)]
    gone = data.draw(st.sampled_from(named))
    graph, others = KnowledgeGraph(), KnowledgeGraph()
    graph.add(*named)
    if data.draw(st.booleans()):
        graph.query("ASK { GRAPH ?g { ?s ?p ?o } }")  # the union is there before, or made after
    assert graph.withdraw(gone.article.id)
    others.add(*(e for e in named if e is not gone))
    for format in ("nquads", "trig", "turtle", "json-ld"):
        assert graph.serialize(format) == others.serialize(format)
    assert triples(graph) == triples(others) == union(others)


@given(any_extraction())
@settings(max_examples=15)
def test_same_article_gives_the_same_bytes(extraction):
    graphs = [KnowledgeGraph(), KnowledgeGraph()]
    for graph in graphs:
        graph.add(extraction)
    graphs[1].add(extraction)
    for format in ("nquads", "trig", "turtle", "json-ld"):
        assert graphs[0].serialize(format) == graphs[1].serialize(format)


def test_graph_of_ones_own_is_put_and_taken_out(any_graph):
    any_graph.add(read("a1"))
    before = any_graph.serialize("nquads")
    triple = ox.Triple(*(ox.NamedNode(f"https://example.org/{name}") for name in "spo"))
    any_graph.put_graph("https://example.org/g", [triple])
    assert any_graph.graphs() == ["https://example.org/g", article_iri("a1").value]
    assert [q.triple for q in any_graph.quads("https://example.org/g")] == [triple]
    assert any_graph.query("ASK { <https://example.org/s> ?p ?o }")
    any_graph.put_graph("https://example.org/g", [])
    assert any_graph.serialize("nquads") == before
    assert not any_graph.query("ASK { <https://example.org/s> ?p ?o }")


@pytest.mark.parametrize("again", [True, False])
def test_graph_with_blank_nodes_is_replaced(any_graph, again):
    blank = ox.Triple(ox.BlankNode("b"), ox.NamedNode("https://example.org/p"), ox.Literal("one"))
    any_graph.put_graph("https://example.org/g", [blank])
    if again:
        any_graph.put_graph("https://example.org/g", [ox.Triple(blank.subject, blank.predicate, ox.Literal("two"))])
        assert any_graph.query("SELECT ?o WHERE { ?s <https://example.org/p> ?o }").rows == (("two",),)
    any_graph.put_graph("https://example.org/g", [])
    assert triples(any_graph) == union(any_graph) == []


def test_update_changes_named_graphs_and_the_union_follows(any_graph):
    any_graph.add(read("a1", demands("a1")), read("a2"))
    any_graph.update("DELETE { GRAPH ?g { ?c ?p ?o } } WHERE { ?c kg:modality kg:reported . GRAPH ?g { ?c ?p ?o } } ;")
    assert [c.predicate for c in any_graph.claims()] == ["supports"]
    any_graph.update("PREFIX x:<urn:x:> WITH x:g INSERT { x:a x:b ?n } WHERE { GRAPH ?g { kgr:Polen rdfs:label ?n } }#")
    assert any_graph.query("SELECT ?n WHERE { <urn:x:a> ?p ?n }").rows == (("Polen",),)
    any_graph.update("DROP GRAPH <urn:x:g>; ")
    any_graph.update("CLEAR DEFAULT")
    any_graph.update("")
    assert triples(any_graph) == union(any_graph) != []


@pytest.mark.parametrize(
    ("update", "message"),
    [
        ("INSERT DATA { kgr:a kg:visits kgr:b }", r"does not name the graph .*say GRAPH <…>"),
        ("INSERT DATA { GRAPH <urn:g> { kgr:a kg:visits kgr:b } kgr:c kg:visits kgr:d }", "does not name the graph"),
        ("DELETE WHERE { ?s kg:visits ?o }", "does not name the graph"),
        ("COPY <urn:g> TO DEFAULT", "does not name the graph"),
        ("INSERT DATA { GRAPH <urn:g> { nonsense } }", "the update is not valid SPARQL"),
        ("SELECT ?s WHERE { ?s ?p ?o }", "the update is not valid SPARQL"),
    ],
)
def test_wrong_update_is_refused(any_graph, update, message):
    any_graph.add(read("a1"))
    before = any_graph.serialize("nquads")
    with pytest.raises(QueryError, match=message):
        any_graph.update(update)
    assert any_graph.serialize("nquads") == before
    assert triples(any_graph) == union(any_graph)


# --- reading ---


def test_same_claim_of_two_articles_is_one_with_both_pieces_of_evidence(graph):
    graph.add(read("a1"), read("a2"))
    (claim,) = graph.claims()
    assert [e.article for e in claim.evidence] == ["a1", "a2"]
    assert len(graph) == 1


def test_plain_query_counts_what_many_articles_say_once(graph):
    graph.add(*(read(f"a{n}") for n in range(5)))
    assert graph.query("SELECT ?who WHERE { ?who kg:supports kgr:Ukraine }").rows == (
        ("https://kg-geopolitics.org/resource/Polen",),
    )
    counted = graph.query("SELECT (COUNT(*) AS ?n) WHERE { ?c a kg:Claim ; rdf:subject ?s ; rdf:predicate ?p }")
    assert counted.rows == ((1,),)


@pytest.mark.parametrize(
    "where",
    [
        "GRAPH ?g { ?who kg:supports ?whom }",
        "FILTER(1<2)GRAPH?g{?who kg:supports ?whom}FILTER(3>2)",
        'GRAPH ?g { ?who kg:supports ?whom } FILTER ("""it"s""" != "x")',
        '# <comment> "\n graph ?g { ?who kg:supports ?whom }',
    ],
)
def test_query_that_names_graphs_sees_them(any_graph, where):
    any_graph.add(read("a1"), read("a2"))
    any_graph.query("ASK { ?who kg:supports ?whom }")
    assert sorted(any_graph.query(f"SELECT ?g WHERE {{ {where} }}").rows) == [
        (f"https://kg-geopolitics.org/resource/article/a{n}",) for n in (1, 2)
    ]
    one = "SELECT * FROM <https://kg-geopolitics.org/resource/article/a1> WHERE { ?e a kg:Evidence }"
    assert len(any_graph.query(one)) == 1
    assert len(any_graph.query("SELECT * WHERE { ?e a kg:Evidence } # from both")) == 2


def test_plain_query_follows_every_change(any_graph):
    asked = "SELECT ?p WHERE { ?claim rdf:predicate ?p } ORDER BY ?p"
    seen = []
    for change in (
        lambda: None,
        lambda: any_graph.add(read("a1", demands("a1")), read("a2")),
        lambda: any_graph.add(read("a1")),
        lambda: any_graph.withdraw("a1"),
        lambda: any_graph.withdraw("a2"),
    ):
        change()
        seen.append([row[0].rpartition("/")[2] for row in any_graph.query(asked).rows])
    assert seen == [[], ["demandsFrom", "supports"], ["supports"], ["supports"], []]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, ["supports", "demandsFrom"]),
        ({"subject": "Polen"}, ["supports", "demandsFrom"]),
        ({"object": "Ungarn"}, ["demandsFrom"]),
        ({"predicate": "supports"}, ["supports"]),
        ({"modality": "reported"}, ["demandsFrom"]),
        ({"modality": Modality.ASSERTED}, ["supports"]),
        ({"source": "Ukraine"}, ["demandsFrom"]),
        ({"article": "a1", "predicate": "demandsFrom"}, ["demandsFrom"]),
        ({"article": "a2"}, []),
        ({"subject": "Ungarn"}, []),
    ],
)
def test_claims_are_filtered(graph, filters, expected):
    graph.add(read("a1", demands("a1")))
    assert [c.predicate for c in graph.claims(**filters)] == expected


def test_filter_by_unknown_relation_is_refused(graph):
    with pytest.raises(DataError, match="vists"):
        graph.claims(predicate="vists")


def test_who_acts_for_whom_goes_with_the_article(any_graph):
    nowak = Entity("Nowak", EntityType.PERSON, "Adam Nowak")
    office = Claim("Nowak", "holdsOffice", "Polen", Qualifiers(role="Außenminister"), (sentence("a1"),))
    voice = Claim("Nowak", "speaksFor", "Polen", evidence=(sentence("a2"),))
    for article, claim in (("a1", office), ("a2", voice)):
        any_graph.add(replace(read(article, claim), entities=(*LANDS, nowak)))
    links = sorted(ActsFor("Nowak", "Polen", (claim.id,)) for claim in (office, voice))
    assert any_graph.acts_for() == any_graph.acts_for(actor="Nowak", state="Polen") == links
    assert any_graph.acts_for(article="a1") == [ActsFor("Nowak", "Polen", (office.id,))]
    assert any_graph.acts_for(actor="Polen") == any_graph.acts_for(state="Ukraine") == []
    any_graph.withdraw("a2")
    assert any_graph.acts_for() == [ActsFor("Nowak", "Polen", (office.id,))]
    any_graph.withdraw("a1")
    assert not any_graph.query("ASK { ?who kg:actsFor ?state }")


def test_claim_is_found_by_the_beginning_of_its_id(graph):
    graph.add(read("a1", demands("a1")))
    wanted = demands("a1")
    assert graph.claim(wanted.id) == graph.claim(wanted.id[:12]) == wanted


@pytest.mark.parametrize(("id", "message"), [("zz", "no claims begin with 'zz'"), ("", "no claim is named")])
def test_claim_that_is_not_there_is_refused(graph, id, message):
    with pytest.raises(QueryError, match=message):
        graph.claim(id)


def test_ambiguous_beginning_is_refused():
    graph = KnowledgeGraph()
    claims = [Claim("Polen", "supports", "Ukraine", Qualifiers(role=str(n)), (sentence("a1"),)) for n in range(40)]
    graph.add(Extraction.of(Article("a1", TEXT), LANDS, claims))
    counts = [sum(c.id.startswith(digit) for c in claims) for digit in "0123456789abcdef"]
    digit = "0123456789abcdef"[counts.index(max(counts))]
    with pytest.raises(QueryError, match=f"{max(counts)} claims begin with '{digit}'"):
        graph.claim(digit)


def test_unknown_article_is_refused(graph):
    with pytest.raises(StoreError, match="no article 'a9'"):
        graph.extraction("a9")
    assert graph.article("a9") is None
    assert graph.entity("Nirgendwo") is None


def test_names_of_different_articles_come_together(graph):
    short = Entity("Medwedew", EntityType.PERSON, "Medwedew", ("der Ex-Präsident",))
    full = Entity("Medwedew", EntityType.PERSON, "Dmitri Medwedew", ("Medwedew",))
    graph.add(*(Extraction.of(Article(f"a{n}", ""), [e]) for n, e in enumerate([short, full])))
    assert graph.entities() == [
        Entity("Medwedew", EntityType.PERSON, "Dmitri Medwedew", ("Medwedew", "der Ex-Präsident"))
    ]


@pytest.mark.parametrize(
    ("sparql", "message"),
    [
        ("SELECT ?x WHERE", "not valid SPARQL at 1:1[56], after 'SELECT .x WHERE'"),
        ("SELECT ?x\nWHERE { ?x ?y }", "not valid SPARQL at 2:1[56], after"),
        ("SELECT ?x WHERE { ?x foo:bar ?y }", "prefix that is not declared"),
        ("INSERT DATA { kgr:a kg:visits kgr:b }", "cannot change the graph .ask SELECT, ASK, CONSTRUCT or DESCRIBE"),
        ("PREFIX x: <urn:x:> # a comment\nDROP ALL", "cannot change the graph"),
        ("", "not valid SPARQL at its start"),
        ("SELECT ?x WHERE { BIND (<urn:f>(1) AS ?x) }", "cannot be answered"),
        ("SELECT \ud800", "cannot be answered"),
    ],
)
def test_wrong_query_is_refused(graph, sparql, message):
    with pytest.raises(QueryError, match=message):
        graph.query(sparql)
    assert len(graph) == 0


def test_forms_of_query(graph):
    graph.add(read("a1"))
    assert graph.query("ASK { kgr:Polen kg:supports kgr:Ukraine }")
    assert not graph.query("ASK { kgr:Polen kg:attacks kgr:Ukraine }")
    built = graph.query("CONSTRUCT { ?o kg:supports ?s } WHERE { ?s kg:supports ?o }")
    assert built.is_graph
    assert "kgr:Ukraine kg:supports kgr:Polen ." in built.to_turtle()
    assert graph.query("DESCRIBE kgr:Polen").is_graph


# rdflib 7.6 itself calls what it calls deprecated
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_rdflib_sees_the_same_graph(graph):
    graph.add(read("a1"))
    view = graph.to_rdflib()
    found = view.query("SELECT ?who WHERE { ?who kg:supports ?whom }")
    assert [str(row.who) for row in found] == ["https://kg-geopolitics.org/resource/Polen"]


def test_network_is_at_hand(graph):
    graph.add(read("a1"))
    network = graph.to_networkx()
    assert set(network.edges()) == {("Polen", "Ukraine")}


# --- files and folders ---


@pytest.mark.parametrize("ending", ["ttl", "trig", "nq", "nt", "jsonld"])
def test_saved_graph_is_loaded_again(graph, tmp_path, ending):
    graph.add(read("a1", demands("a1")), read("a2"))
    path = tmp_path / f"graph.{ending}"
    graph.save(path)
    loaded = KnowledgeGraph.load(path)
    assert loaded.serialize("trig") == graph.serialize("trig")
    assert triples(loaded) == triples(graph)
    with KnowledgeGraph(path, read_only=True) as opened:
        assert opened.claims() == graph.claims()


def test_loading_twice_changes_nothing(graph, tmp_path):
    graph.add(read("a1"))
    graph.save(tmp_path / "graph.ttl")
    before = graph.serialize("nquads")
    graph.read(tmp_path / "graph.ttl")
    assert graph.serialize("nquads") == before


def test_other_triples_are_kept_outside_the_articles(graph, tmp_path):
    path = tmp_path / "more.ttl"
    path.write_text('@prefix ex: <http://example.org/> . ex:a ex:b "c" .')
    graph.add(read("a1"))
    graph.read(path)
    graph.read(path)
    assert graph.query("SELECT ?o WHERE { <http://example.org/a> ?p ?o }").rows == (("c",),)
    assert graph.serialize("nquads").count("example.org/a") == 1
    again = KnowledgeGraph()
    graph.save(tmp_path / "all.trig")
    again.read(tmp_path / "all.trig")
    assert again.serialize("trig") == graph.serialize("trig")


def test_faulty_graph_can_be_loaded_and_validated(tmp_path):
    graph = KnowledgeGraph()
    graph.add(read("a1"))
    path = tmp_path / "faulty.ttl"
    write_file((q for q in graph.quads() if q.predicate != KG.modality), path)
    assert "needs exactly one modality" in "\n".join(map(str, KnowledgeGraph.load(path).validate()))


def test_articles_of_a_file_replace_those_of_the_same_name(any_graph, tmp_path):
    written = KnowledgeGraph()
    written.add(read("a1", demands("a1")), *many(200))
    written.save(tmp_path / "graph.nq")
    any_graph.add(replace(read("a1"), claims=()), read("a2"))
    any_graph.read(tmp_path / "graph.nq")
    assert len(any_graph.claims(article="a1")) == 2
    assert len(any_graph.graphs()) == 202
    assert triples(any_graph) == union(any_graph)
    any_graph.withdraw("a2")
    assert any_graph.serialize("nquads") == written.serialize("nquads")


def test_damaged_end_of_a_long_file_changes_nothing(any_graph, tmp_path):
    written = KnowledgeGraph()
    written.add(*many(200))
    path = tmp_path / "graph.nq"
    path.write_text(written.serialize("nquads") + "<broken\n")
    for _ in range(2):
        before = any_graph.serialize("nquads")
        with pytest.raises(StoreError, match=r"graph\.nq:\d+: .*nothing of it was loaded"):
            any_graph.read(path)
        assert any_graph.serialize("nquads") == before
        any_graph.add(read("a1"))


def test_damaged_file_changes_nothing(graph, tmp_path):
    graph.add(read("a1"))
    before = graph.serialize("nquads")
    path = tmp_path / "damaged.nq"
    path.write_text("<http://example.org/a> <http://example.org/b> <http://example.org/c> .\n<broken\n")
    with pytest.raises(StoreError, match=r"damaged\.nq:2"):
        graph.read(path)
    assert graph.serialize("nquads") == before


def test_store_on_disk_is_there_the_next_time(tmp_path):
    with KnowledgeGraph(tmp_path / "store") as graph:
        graph.add(read("a1"))
        written = graph.serialize("nquads")
    with KnowledgeGraph.open(tmp_path / "store") as graph:
        assert graph.serialize("nquads") == written


def test_folder_of_a_build_is_opened_by_its_own_name(tmp_path):
    with KnowledgeGraph(tmp_path / "out" / "store") as graph:
        graph.add(read("a1"))
    with KnowledgeGraph(tmp_path / "out", create=False, read_only=True) as graph:
        assert len(graph) == 1


def test_two_can_read_at_once_and_none_can_write(tmp_path):
    KnowledgeGraph(tmp_path / "store").close()
    with (
        KnowledgeGraph(tmp_path / "store", read_only=True) as one,
        KnowledgeGraph(tmp_path / "store", read_only=True) as two,
    ):
        assert len(one) == len(two) == 0
        with pytest.raises(StoreError, match="can only be read"):
            one.add(read("a1"))


def test_closed_graph_is_refused(graph):
    graph.close()
    with pytest.raises(StoreError, match="the graph is closed"):
        graph.claims()
    graph.close()


def test_locked_store_is_named(tmp_path):
    code = f"""
import sys
from kg.store import KnowledgeGraph
graph = KnowledgeGraph({str(tmp_path / "store")!r})
print("open", flush=True)
sys.stdin.read()
"""
    other = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert other.stdout.readline() == "open\n"
        with pytest.raises(StoreError, match="the store is in use"):
            KnowledgeGraph(tmp_path / "store")
    finally:
        other.communicate("")


def test_lock_is_free_after_closing_within_an_error(tmp_path):
    with pytest.raises(QueryError), KnowledgeGraph(tmp_path / "store") as graph:
        graph.query("nonsense")
    KnowledgeGraph(tmp_path / "store").close()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda path: None, "there is no such graph"),
        (lambda path: path.mkdir(), "no graph of kg"),
        (lambda path: (path.mkdir(), (path / "photo.jpg").touch()), "no graph of kg"),
        (lambda path: (path.mkdir(), (path / "CURRENT").write_text("x")), "the store is damaged"),
    ],
)
def test_what_is_no_store_is_named(tmp_path, make, message):
    path = tmp_path / "target"
    make(path)
    with pytest.raises(StoreError, match=message):
        KnowledgeGraph(path, create=False)


def test_opening_makes_nothing_and_tells_the_nearest_name(tmp_path):
    KnowledgeGraph(tmp_path / "graph").close()
    with pytest.raises(StoreError, match=r"there is no such graph \(did you mean .*graph\?"):
        KnowledgeGraph.open(tmp_path / "grpah")
    with pytest.raises(StoreError, match=r"there is no such graph \(give a folder"):
        KnowledgeGraph(tmp_path / "x", read_only=True)
    assert [path.name for path in tmp_path.iterdir()] == ["graph"]
    with KnowledgeGraph.open(tmp_path / "new", create=True) as graph:
        assert len(graph) == 0


def test_foreign_folder_is_not_written_into(tmp_path):
    (tmp_path / "photo.jpg").touch()
    with pytest.raises(StoreError, match="no graph of kg"):
        KnowledgeGraph(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["photo.jpg"]


@pytest.mark.parametrize("name", ["text.txt", "graph"])
def test_file_that_is_no_rdf_is_named(tmp_path, name):
    path = tmp_path / name
    path.write_text("Polen unterstützt die Ukraine.")
    with pytest.raises(SettingsError, match="unknown RDF format"):
        KnowledgeGraph(path)


def test_every_error_is_one_of_ours(tmp_path):
    for target in ("", "nowhere/at/all", tmp_path / "x\x00y"):
        with pytest.raises(KGError):
            KnowledgeGraph(target, create=False)


def test_graph_of_ones_own_can_grow(tmp_path):
    one, two = (ox.Triple(ox.NamedNode("urn:a"), ox.NamedNode("urn:p"), ox.NamedNode(f"urn:{n}")) for n in "bc")
    for graph in (KnowledgeGraph(), KnowledgeGraph(tmp_path / "store")):
        graph.put_graph("urn:mine", [one])
        graph.put_graph("urn:mine", [two, one], keep=True)
        assert {q.triple for q in graph.quads("urn:mine")} == {one, two}
        assert len(graph.query("SELECT ?o WHERE { <urn:a> <urn:p> ?o }")) == 2
        assert graph.in_memory() is graph
        graph.put_graph("urn:mine", [two])
        assert {q.triple for q in graph.quads("urn:mine")} == {two}
