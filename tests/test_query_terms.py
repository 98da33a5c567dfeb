"""Names in a query that nobody knows are named, with the nearest that somebody does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import kg
from kg.query import list_queries, run, unknown_names
from kg.query_terms import _names
from kg.rdf.vocabulary import KG_NS


@pytest.fixture(scope="module")
def graph():
    names = {"Peru": "Peru", "Person_Eva_Huber": "Eva Huber", "Bad_Ems": "Bad Ems"}
    entities = [kg.Entity(id, kg.EntityType.PERSON, name, (name, f"{name}s")) for id, name in names.items()]
    graph = kg.KnowledgeGraph()
    graph.add(kg.Extraction.of(kg.Article("a", "Satz"), entities))
    return graph


@pytest.mark.parametrize(
    ("sparql", "told"),
    [
        ("SELECT * { ?c kg:sayer ?x }", ["the ontology has no kg:sayer (did you mean kg:speaker or kg:start?)"]),
        ("SELECT * { ?who kg:vists ?where }", ["the ontology has no kg:vists (did you mean kg:visits?)"]),
        ("SELECT * { ?who kg:Vists ?where }", ["the ontology has no kg:Vists (did you mean kg:visits?)"]),
        ("ASK { ?x a kg:Cuntry }", ["the ontology has no kg:Cuntry (did you mean kg:Country or kg:country?)"]),
        ("ASK { ?x a kg:xqzxqz }", ["the ontology has no kg:xqzxqz (ontology/README.md lists its terms)"]),
        ("ASK { ?x kg:vists/kg:vists ?y }", ["the ontology has no kg:vists (did you mean kg:visits?)"]),
        (f"ASK {{ ?x <{KG_NS}vists> ?y }}", ["the ontology has no kg:vists (did you mean kg:visits?)"]),
        (
            f"PREFIX my: <{KG_NS}> ASK {{ ?x my:vists ?y }}",
            ["the ontology has no kg:vists (did you mean kg:visits?)"],
        ),
        ("PREFIX kg: <urn:x:> ASK { ?x kg:vists ?y }", []),
        ("ASK { ?x kg:visits ?y } # kg:vists", []),
        ("ASK { ?x kg:visits ?y FILTER (?y != 'kg:vists' && ?y != \"a 'kg:vists'\") }", []),
        ("ASK { ?kg ?p ?y ; my:vists ?z ; <urn:kg:vists> ?a ; rdfs:label 'x'@de }", []),
    ],
)
def test_unknown_term_is_named_with_the_nearest(sparql, told):
    assert unknown_names(sparql) == told


def test_term_is_found_by_its_german_label():
    assert unknown_names("ASK { ?x kg:besucht ?y }") == ["the ontology has no kg:besucht (did you mean kg:visits?)"]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Perru", "the graph knows no kgr:Perru (did you mean kgr:Peru?)"),
        ("Eva_Huber", "the graph knows no kgr:Eva_Huber (did you mean kgr:Person_Eva_Huber?)"),
        ("Xqzxqz", "the graph knows no kgr:Xqzxqz (kg actors TARGET lists all)"),
        ("Peru", None),
        ("Bad_Ems", None),
    ],
)
def test_unknown_entity_is_named_where_there_is_a_graph(graph, name, told):
    sparql = f"ASK {{ ?x kg:visits kgr:{name} }}"
    assert unknown_names(sparql) == []
    assert unknown_names(sparql, graph) == ([] if told is None else [told])


@pytest.mark.parametrize("query", list_queries(), ids=lambda query: query.name)
def test_named_queries_name_only_what_there_is(graph, query):
    assert unknown_names(query.sparql, graph) == []


@given(st.text(st.sampled_from("kg:visitsr?<>\"'#\\\n {}@x/.-%1é"), max_size=60))
def test_any_text_is_read(text):
    list(_names(text))


# --- entities by name ---


@pytest.mark.parametrize(
    ("written", "hint"),
    [("Perru", "nearest: Peru"), ("eva hubar", "nearest: Eva Huber"), ("xqzxqz", "kg actors TARGET lists all")],
)
def test_nearest_names_are_what_entities_are_called(graph, written, hint):
    with pytest.raises(kg.QueryError) as error:
        run(graph, "about", entity=written)
    assert error.value.hint == hint


def test_inflected_form_of_the_texts_finds_its_entity(graph):
    assert run(graph, "about", entity="eva hubers").rows == run(graph, "about", entity="Eva Huber").rows
