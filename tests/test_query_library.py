"""Every named query answers its own example on a graph built from our own articles, and no value can change it."""

from datetime import date
from pathlib import Path

import pyoxigraph as ox
import pytest

import kg
from kg.errors import DataError, KGError
from kg.query import list_queries, load_query, run
from kg.query_parameters import bind, terms_of

ARTICLES = Path(__file__).parents[1] / "examples" / "articles"
QUERIES = list_queries()
ASKED_FOR = {
    "who-visited-whom", "dyads-by-month", "accusations", "figures", "single-source", "about", "paths", "exclusive",
    "office-changes", "arms-and-troops", "denied-later", "timeline", "actors", "sanctions", "casualties-by-source",
    "fulfilled", "sources", "places",
}  # fmt: skip


@pytest.fixture(scope="module")
def graph():
    return kg.build_graph(kg.read_articles(ARTICLES))


def shown(graph, name, columns, **params):
    return [tuple(row[c] for c in columns) for row in run(graph, name, **params).dicts()]


def test_there_are_the_questions_that_people_ask():
    assert len(QUERIES) >= 25
    assert {query.name for query in QUERIES} >= ASKED_FOR


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_query_is_described_in_both_languages(query):
    assert set(query.titles) == set(query.descriptions) == {"de", "en"}
    assert all([*query.titles.values(), *query.descriptions.values()])
    assert all(set(p.descriptions) == {"de", "en"} and all(p.descriptions.values()) for p in query.parameters)
    assert {p.name for p in query.parameters if p.required} <= set(query.example)


@pytest.mark.model
@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_example_has_an_answer(graph, query):
    assert len(run(graph, query, **query.example)) > 0


@pytest.mark.model
@pytest.mark.parametrize(
    ("name", "params", "columns", "rows"),
    [
        (
            "figures",
            {},
            ("who", "unit", "number", "publisher"),
            [("Pakistan", "Mensch", 14, "Tagblatt"), ("Pakistan", "Mensch", 23, "Abendbote")],
        ),
        ("figures", {"entity": "Peru"}, ("who",), []),
        (
            "fulfilled",
            {},
            ("who", "whom", "announced", "reported"),
            [("Farid Hamdani", "Teheran", "2024-05-04", "2024-05-21")],
        ),
        (
            "denied-later",
            {"entity": "Irak"},
            ("who", "relation", "whom", "how", "claimed", "denied", "denier"),
            [("Iran", "sendsTroops", "Irak", "denied", "2024-05-21", "2024-05-25", "Parviz Sohrabi")],
        ),
        (
            "office-changes",
            {"person": "Rashid Malik"},
            ("change", "of", "by", "after"),
            [("appointed", "Pakistan", "Farid Hamdani", None), ("succeeded", "Pakistan", None, "Salim Qasuri")],
        ),
        (
            "arms-and-troops",
            {"receiver": "Pakistan"},
            ("who", "what", "lowest", "first"),
            [("China", "arms", 40, "2024-04")],
        ),
        ("arms-and-troops", {"modality": "negated"}, ("who", "whom", "claims"), [("Iran", "Irak", 1)]),
        (
            "dyads-by-month",
            {"actor": "Peru", "since": "2024-12"},
            ("month", "other", "cooperation", "conflict", "balance"),
            [("2024-12", "Grenzregion Tumbes", 0, 0, 0), ("2025-03", "Peru", 0, 1, -1)],
        ),
        (
            "dyads",
            {"actor": "Pakistan", "since": "2024-04", "until": "2024-04"},
            ("one", "other"),
            [("China", "Pakistan")],
        ),
        (
            "partners",
            {"actor": "Russland"},
            ("partner", "towards", "from", "balance"),
            [("Estland", 1, 2, -3), ("Polen", 1, 0, -1), ("Taavi Lepik", 0, 1, -1)],
        ),
        (
            "exclusive",
            {"medium": "tagblatt", "relation": "sanctions"},
            ("publisher", "who", "whom"),
            [("Tagblatt", "China", "Afghanistan")],
        ),
        ("exclusive", {"medium": "Tag"}, ("who",), []),
        (
            "casualties-by-source",
            {"side": "Pakistan"},
            ("source", "lowest", "highest"),
            [("Abendbote", 23, 23), ("Tagblatt", 14, 14)],
        ),
        ("acts-for", {"state": "Peru"}, ("who", "for", "because"), [("Elena Quispe", "Peru", "holdsOffice")]),
        ("reciprocity", {"actor": "Estland"}, ("one", "other", "forward", "back"), [("Estland", "Russland", 2, 1)]),
        ("places", {"country": "Iran"}, ("place", "in"), [("Teheran", "Iran")]),
        ("media", {}, ("publisher", "articles"), None),
        (
            "single-source",
            {"entity": "China", "relation": "sanctions"},
            ("who", "sources", "source"),
            [("China", 1, "Tagblatt")],
        ),
    ],
)
def test_query_answers_what_it_says(graph, name, params, columns, rows):
    answer = shown(graph, name, columns, **params)
    assert answer if rows is None else answer == rows


@pytest.mark.model
def test_everything_about_an_entity_is_about_it(graph):
    rows = shown(graph, "about", ("kind", "who", "whom"), entity="Pakistan")
    assert all("Pakistan" in (who, whom) for kind, who, whom in rows if kind == "claim")
    assert {"is", "claim", "article"} <= {kind for kind, _, _ in rows}
    assert len([kind for kind, _, _ in rows if kind == "article"]) < len(graph.articles())


@pytest.mark.parametrize(("starts", "rows"), [((0, 0), 0), ((0, 4), 2)])
def test_numbers_of_one_sentence_do_not_contradict_each_other(starts, rows):
    peru = kg.Entity("Peru", kg.EntityType.COUNTRY, "Peru")
    claims = []
    for start, number in zip(starts, (4, 9), strict=True):
        said = kg.Qualifiers(quantity=kg.Quantity(f"{number} Tote", float(number), "Tote"))
        evidence = kg.Evidence("a", start, start + 4, "SatzZahl"[start : start + 4], "de/x", start, start + 1)
        claims.append(kg.Claim("Peru", "suffersCasualties", None, said, (evidence,)))
    graph = kg.KnowledgeGraph()
    graph.add(kg.Extraction.of(kg.Article("a", "SatzZahl", published="2024-01-01"), [peru], claims))
    assert len(run(graph, "figures")) == rows
    assert len(run(graph, "contradictions")) == rows // 2


# --- injection -------------------------------------------------------------------------------------------------------

HOSTILE = [
    '" } UNION { ?s ?p ?o } #',
    "} . ?s ?p ?o . {",
    "<https://kg-geopolitics.org/resource/Peru> } #",
    "x\\",
    "x\n} #",
    "UNDEF",
    "VALUES ?until { UNDEF }",
    "?claim",
    "'''",
    "\x00",
]


@pytest.fixture(scope="module")
def small():
    graph = kg.KnowledgeGraph()
    peru = kg.Entity("Peru", kg.EntityType.COUNTRY, "Peru")
    chile = kg.Entity("Chile", kg.EntityType.COUNTRY, "Chile")
    evidence = kg.Evidence("a", 0, 4, "Satz", "de/x", 0, 1)
    claim = kg.Claim("Peru", "visits", "Chile", kg.Qualifiers(begins="2024", ends="2024"), (evidence,))
    graph.add(
        kg.Extraction.of(kg.Article("a", "Satz", published="2024-01-01", publisher="Bote"), [peru, chile], [claim])
    )
    return graph


PARAMETERS = [(query, parameter) for query in QUERIES for parameter in query.parameters]


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize(("query", "parameter"), PARAMETERS, ids=[f"{q.name}-{p.name}" for q, p in PARAMETERS])
def test_hostile_value_is_a_value_or_an_error(small, query, parameter, value):
    good = {"entity": "Peru", "relation": "visits", "modality": "asserted", "date": "2024", "number": "1", "text": "x"}
    given = {p.name: "Chile" if p.name == "goal" else good[p.kind] for p in query.parameters if p.required}
    if parameter.kind != "text":
        with pytest.raises(KGError, match="parameter"):
            run(small, query, **{**given, parameter.name: value})
        return
    terms = terms_of(small, query.name, query.parameters, {**given, parameter.name: value})
    assert terms[parameter.variable] == [ox.Literal(value)]
    assert len(run(small, query, **given, **{parameter.name: value})) == 0  # no medium bears such a name


def test_value_is_not_read_as_the_line_of_another_parameter(small):
    sparql = (
        "# parameter: one | text | | eins | one\n# parameter: two | text | | zwei | two\n"
        "SELECT ?one ?two WHERE { VALUES ?one { UNDEF } VALUES ?two { UNDEF } }"
    )
    hostile = "VALUES ?two { UNDEF }"
    assert run(small, sparql, one=hostile, two=' } UNION { ?a ?b ?c } #"').rows == (
        (hostile, ' } UNION { ?a ?b ?c } #"'),
    )


@pytest.mark.parametrize("value", ["NaN", "inf", "1e999", "1_0 }", "٣", "", " "])
def test_number_is_a_plain_number(small, value):
    with pytest.raises(KGError, match="is no number"):
        run(small, "actors", least=value)


@pytest.mark.parametrize("value", ["2024-13", "2024-00", "2024-02-32", "٢٠٢٤", "24", "2024-1-1"])
def test_date_is_a_date_of_the_calendar(small, value):
    with pytest.raises(KGError, match="is no date"):
        run(small, "visits", since=value)


# --- files -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("# example: who=Peru", "sets no parameter"),
        ("# example: p", "sets no parameter"),
        ("# then: nonsense", "'nonsense'"),
    ],
)
def test_wrong_header_is_named(tmp_path, header, message):
    path = tmp_path / "own.rq"
    path.write_text(f"# parameter: p | entity | | a | b\n{header}\nASK {{ VALUES ?p {{ UNDEF }} ?x kg:visits ?p }}")
    with pytest.raises(DataError, match=message):
        load_query(path)


def test_rows_of_the_ontology_stand_in_a_query():
    text = bind("# ontology: ?r a owl:SymmetricProperty\nVALUES (?r) { (UNDEF) }", {})
    assert "ontology/meetsWith>" in text
    assert "ontology/attacks>" not in text
    with pytest.raises(DataError, match="pattern"):
        bind("# ontology: ?r a\nVALUES (?r) { (UNDEF) }", {})


PAPERS = {
    "A": "Ecuador kritisiert Peru.",
    "B": "Ecuador kritisiert Peru.",
    "C": "Ecuador kritisiert Peru. Chile bedroht Peru.",
    "D": "Chile bedroht Peru.",
}


@pytest.fixture
def papers():
    """Makes a graph of three papers with the same text, to which the last adds what a fourth says; links the copies."""
    articles = [kg.Article(p, text, publisher=p, published=date(2024, 5, 1)) for p, text in PAPERS.items()]
    graph = kg.build_graph(articles)

    def link(*copies):
        article = "https://kg-geopolitics.org/resource/article/"
        same = ox.NamedNode("http://www.w3.org/ns/prov#alternateOf")
        links = [ox.Triple(ox.NamedNode(article + copy), same, ox.NamedNode(f"{article}A")) for copy in copies]
        graph.put_graph("https://kg-geopolitics.org/resource/graph/own", links)
        return graph

    return link


def test_nearly_equal_articles_are_one_source(papers):
    columns = ("who", "relation", "whom", "sources")
    assert not run(papers(), "single-source").rows
    assert shown(papers("B", "C"), "single-source", columns) == [("Ecuador", "criticizes", "Peru", 1)]


def test_nearly_equal_articles_are_of_the_medium_that_had_it_first(papers):
    columns = ("publisher", "who", "relation", "articles", "media")
    assert shown(papers(), "exclusive", columns) == []
    assert shown(papers("B"), "exclusive", columns) == []  # C has it for itself
    own = [("A", "Ecuador", "criticizes", 3, 3)]
    assert shown(papers("B", "C"), "exclusive", columns) == own  # D is a second one for what C adds
    assert shown(papers("B", "C"), "exclusive", columns, medium="a") == own
    assert shown(papers("B", "C"), "exclusive", columns, medium="B") == []


def test_copy_of_an_article_that_is_gone_is_of_its_own_medium(papers):
    graph = papers("B", "C")
    assert graph.withdraw("A")
    assert shown(graph, "exclusive", ("publisher", "who", "media")) == [("B", "Ecuador", 2)]
