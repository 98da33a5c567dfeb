import csv
import io
import json
from dataclasses import replace

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import DataError, QueryError
from kg.model import (
    Article,
    Claim,
    Comparison,
    Entity,
    EntityType,
    Evidence,
    Extraction,
    Modality,
    Qualifiers,
    Quantity,
    Quotation,
)
from kg.query import explain, list_queries, load_query, run
from kg.store import KnowledgeGraph
from kg.vocabulary import RELATIONS

TEXT = (
    "Kanzler Huber reiste im März 2024 nach Lima. Peru entsandte 300 Soldaten nach Chile, hieß es in Lima. "
    "Chile bestreitet das und wirft Peru Lügen vor."
)
KINDS = {"Huber": "Person", "Lima": "City", "Peru": "Country", "Chile": "Country", "Kondor": "Weapon"}
ENTITIES = [
    Entity(id, EntityType(kind), "Eva Huber" if id == "Huber" else id, country="Peru" if id == "Lima" else None)
    for id, kind in KINDS.items()
]


def ev(article="a1", start=0, end=44, confidence=0.9):
    return (Evidence(article, start, end, TEXT[start:end], "de/test/verb", start, start + 7, confidence),)


def q(modality="asserted", **fields):
    return Qualifiers(Modality(modality), **fields)


def dead(number, comparison=Comparison.EXACTLY):
    return Quantity(f"{number} Tote", float(number), "Tote", comparison)


CLAIMS = [
    Claim("Huber", "visits", "Lima", q(begins="2024-03", ends="2024-03"), ev()),
    Claim("Huber", "visits", "Chile", q("planned", begins="2025", ends="2025"), ev()),
    Claim("Peru", "receives", "Huber", q(), ev()),
    Claim(
        "Peru",
        "sendsTroops",
        "Chile",
        q("reported", source="Lima", quantity=Quantity("300 Soldaten", 300.0, "Soldat")),
        ev(),
    ),
    Claim("Peru", "sendsTroops", "Chile", q("negated", source="Chile"), ev(start=104, end=148)),
    Claim("Chile", "accuses", "Peru", q(), ev(start=104, end=148)),
    Claim("Chile", "suffersCasualties", None, q("reported", quantity=dead(12), begins="2024", ends="2024"), ev()),
    Claim("Chile", "suffersCasualties", None, q("reported", quantity=dead(40), begins="2024", ends="2024"), ev()),
    Claim("Huber", "holdsOffice", "Peru", q(role="Kanzlerin"), ev()),
    Claim("Peru", "testsWeapon", "Kondor", q(), ev()),
]
SAID = Quotation("a1", 0, 20, TEXT[:20], "Huber", "sagte", True, ("Peru",))


@pytest.fixture(scope="module")
def graph():
    graph = KnowledgeGraph()
    graph.add(
        Extraction.of(Article("a1", TEXT, "Reise"), ENTITIES, CLAIMS, [SAID]),
        Extraction.of(Article("a2", TEXT, "Noch eine"), ENTITIES, [replace(CLAIMS[0], evidence=ev("a2"))]),
    )
    return graph


def column(table, name):
    return [row[name] for row in table.dicts()]


def values(query):
    given = {"entity": "Peru", "relation": "visits", "modality": "asserted", "date": "2024", "number": 1, "text": "x"}
    return {p.name: "Chile" if p.name == "goal" else given[p.kind] for p in query.parameters}


@pytest.mark.parametrize("query", list_queries(), ids=lambda query: query.name)
def test_query_is_described_and_runs_with_and_without_parameters(graph, query):
    assert set(query.titles) == set(query.descriptions) == {"de", "en"}
    assert len(run(graph, query.name, **values(query)).columns) >= 3
    if not any(parameter.required for parameter in query.parameters):
        assert len(run(KnowledgeGraph(), query.name).columns) >= 3


@pytest.mark.parametrize("query", list_queries(), ids=lambda query: query.name)
def test_query_file_is_sparql_as_it_stands(graph, query):
    graph.query(query.sparql)


@pytest.mark.parametrize("query", list_queries(), ids=lambda query: query.name)
def test_every_parameter_narrows_the_answer(graph, query):
    required = {p.name: v for p in query.parameters if p.required for v in [values(query)[p.name]]}
    everything = run(graph, query, **required)
    for parameter in query.parameters:
        if not parameter.required:
            some = run(graph, query, **required, **{parameter.name: values(query)[parameter.name]})
            assert len(some) <= len(everything) or parameter.default is not None


@pytest.mark.parametrize(
    ("name", "params", "columns", "rows"),
    [
        (
            "visits",
            {},
            ("who", "where", "begins", "modality", "articles"),
            [("Eva Huber", "Lima", "2024-03", "asserted", 2), ("Eva Huber", "Chile", "2025", "planned", 1)],
        ),
        ("visits", {"place": "Lima"}, ("where",), [("Lima",)]),
        ("visits", {"since": "2024-04"}, ("where",), [("Chile",)]),
        ("visits", {"until": "2024"}, ("where",), [("Lima",)]),
        ("visits", {"until": "2024-02"}, ("where",), []),
        ("visits", {"until": "2024-03"}, ("where",), [("Lima",)]),
        ("visits", {"since": "2024-03-15", "until": "2024-12"}, ("where",), [("Lima",)]),
        (
            "who-visited-whom",
            {},
            ("visitor", "visited", "claims", "articles", "first"),
            [("Eva Huber", "Peru", 2, 2, "2024-03")],
        ),
        ("accusations", {"accused": "Peru"}, ("who", "whom", "relation"), [("Chile", "Peru", "accuses")]),
        ("accusations", {"accused": "Chile"}, ("who",), []),
        (
            "troops",
            {},
            ("who", "where", "number", "quantity", "modality", "source"),
            [
                ("Peru", "Chile", None, None, "negated", "Chile"),
                ("Peru", "Chile", 300, "300 Soldaten", "reported", "Lima"),
            ],
        ),
        ("casualties", {}, ("who", "number", "comparison"), [("Chile", 40, "exactly"), ("Chile", 12, "exactly")]),
        (
            "offices",
            {"person": "Eva Huber"},
            ("who", "relation", "role", "where"),
            [("Eva Huber", "holdsOffice", "Kanzlerin", "Peru")],
        ),
        ("planned", {}, ("who", "relation", "whom"), [("Eva Huber", "visits", "Chile")]),
        ("denied", {}, ("who", "relation", "whom", "source"), [("Peru", "sendsTroops", "Chile", "Chile")]),
        (
            "contradictions",
            {},
            ("who", "relation", "whom", "kind"),
            [("Peru", "sendsTroops", "Chile", "denied")],
        ),
        ("weapons", {}, ("who", "relation", "what"), [("Peru", "testsWeapon", "Kondor")]),
        ("sources", {}, ("source", "modality", "claims"), [("Chile", "negated", 1), ("Lima", "reported", 1)]),
        (
            "quotations",
            {"speaker": "Eva Huber"},
            ("who", "words", "direct", "cue"),
            [("Eva Huber", TEXT[:20], True, "sagte")],
        ),
        ("articles", {}, ("title", "claims"), [("Reise", 10), ("Noch eine", 1)]),
        ("claims", {"relation": "accuses"}, ("who", "whom"), [("Chile", "Peru")]),
        ("claims", {"modality": "planned"}, ("who", "whom"), [("Eva Huber", "Chile")]),
        ("claims-of", {"entity": "Kondor"}, ("who", "relation"), [("Peru", "testsWeapon")]),
        ("timeline", {"entity": "Huber"}, ("begins", "whom"), [("2024-03", "Lima"), ("2025", "Chile")]),
        ("conflicts", {}, ("who", "relation", "whom", "score"), [("Chile", "accuses", "Peru", -2.0)]),
        (
            "dyads",
            {"actor": "Chile"},
            ("one", "other", "events", "score", "cooperation", "conflict"),
            [("Chile", "Peru", 2, -2.0, 0, 1)],
        ),
        (
            "state-dyads",
            {},
            ("one", "other", "events", "byPersons", "cooperation", "conflict"),
            [("Chile", "Peru", 2, 0, 0, 1)],
        ),
        (
            "events",
            {"until": "2024-03"},
            ("begins", "dated", "eventType", "mode", "quadClass", "score", "who", "whom"),
            [("2024-03", "text", "CONSULT", "visit", "verbal cooperation", 1.9, "Eva Huber", "Lima")],
        ),
        ("events", {"type": "Accuse"}, ("dated", "who", "whom"), [(None, "Chile", "Peru")]),
        ("relations", {}, ("relation", "modality", "claims"), [("suffersCasualties", "reported", 2)]),
    ],
)
def test_query_answers(graph, name, params, columns, rows):
    answer = [tuple(row[c] for c in columns) for row in run(graph, name, **params).dicts()]
    assert answer[:1] == rows if name == "relations" else answer == rows


def test_what_persons_do_counts_for_the_state_that_they_act_for():
    graph = KnowledgeGraph()
    blames = Claim("Huber", "accuses", "Chile", q(), ev())
    office = Claim("Huber", "holdsOffice", "Peru", q(role="Kanzlerin"), ev())
    graph.add(Extraction.of(Article("a1", TEXT), ENTITIES, [blames, office]))
    columns = ("one", "other", "events", "byPersons", "score")
    answer = [tuple(row[c] for c in columns) for row in run(graph, "state-dyads", state="Peru").dicts()]
    assert answer == [("Chile", "Peru", 1, 1, -2.0)]
    later = replace(blames, qualifiers=q(begins="2030", ends="2030"), evidence=ev("a2"))
    graph.add(Extraction.of(Article("a2", TEXT), ENTITIES, [later]))  # where she holds no office any more
    assert column(run(graph, "state-dyads"), "events") == [1]


def test_states_are_counted_by_month_with_what_persons_do_for_them():
    office = Claim("Huber", "holdsOffice", "Peru", q(role="Kanzlerin"))
    deeds = [
        Claim("Huber", "accuses", "Chile", q()),
        Claim("Huber", "criticizes", "Chile", q(begins="2024-02-07", ends="2024-02-07")),
        Claim("Chile", "supports", "Peru", q(begins="2024-02", ends="2024-02")),
        Claim("Chile", "rejects", "Peru", q(begins="2024", ends="2024")),  # of no known month
        Claim("Huber", "threatens", "Chile", q("planned")),
    ]
    graph = KnowledgeGraph()
    for name, day in (("a1", "2024-03-31"), ("a2", "2024-04-01")):
        claims = [replace(c, evidence=ev(name, start=n)) for n, c in enumerate([office, *deeds])]
        graph.add(Extraction.of(Article(name, TEXT, published=day), ENTITIES, claims))
    columns = ("month", "one", "other", "events", "byPersons", "cooperation", "conflict", "balance", "score")
    february, march = (
        ("2024-02", "Chile", "Peru", 2, 1, 1, 1, 0, 0.75),
        ("2024-03", "Chile", "Peru", 1, 1, 0, 1, -1, -2),
    )

    def months(**params):
        answer = run(graph, "state-dyads-by-month", **params).dicts()
        return [tuple(row[c] for c in columns) for row in answer]

    assert months() == months(state="Peru", since="2024", until="2024") == [february, march]
    assert months(since="2024-03") == [march]
    assert months(until="2024-02-10") == [february]
    assert months(state="Eva Huber") == []
    assert column(run(graph, "state-dyads", since="2024-03"), "events") == [2]  # the one of 2024 may lie in it


def test_change_of_office_reads_from_the_person():
    held = Claim("Ana", "heldOffice", "Peru", q(role="Kanzlerin"), ev(start=60))
    claims = [
        Claim("Chile", "appoints", "Huber", q(role="Richterin"), ev(start=1)),
        Claim("Peru", "dismisses", "Ana", q(), ev(start=2)),  # the office stands elsewhere
        Claim("Peru", "dismisses", "Huber", q(), ev(start=40)),  # the same sentence calls her by it
        Claim("Huber", "resigns", "Chile", q(begins="2023"), ev(start=3)),
        Claim("Huber", "elected", "Chile", q("planned", role="Präsidentin", begins="2030"), ev(start=4)),
        Claim("Huber", "holdsOffice", "Peru", q(role="Kanzlerin"), ev(start=40)),
        held,
    ]
    graph = KnowledgeGraph()
    people = [*ENTITIES, Entity("Ana", EntityType.PERSON, "Ana Ruiz")]
    graph.add(Extraction.of(Article("a1", TEXT, published="2024-01-01"), people, claims))
    columns = ("who", "change", "office", "of", "by", "after", "modality")
    assert [tuple(row[c] for c in columns) for row in run(graph, "office-changes").dicts()] == [
        ("Eva Huber", "resigned", None, "Chile", None, None, "asserted"),
        ("Ana Ruiz", "dismissed", None, None, "Peru", None, "asserted"),
        ("Eva Huber", "appointed", "Richterin", None, "Chile", None, "asserted"),
        ("Eva Huber", "dismissed", "Kanzlerin", "Peru", "Peru", None, "asserted"),
        ("Eva Huber", "succeeded", "Kanzlerin", "Peru", None, "Ana Ruiz", "asserted"),
        ("Eva Huber", "elected", "Präsidentin", "Chile", None, None, "planned"),
    ]


def test_query_gives_a_graph(graph):
    turtle = run(graph, "network-of", entity="Chile").to_turtle()
    assert turtle.partition("\n\n")[2] == (
        'kgr:Chile rdfs:label "Chile"@de ;\n\tkg:accuses kgr:Peru .\n'
        'kgr:Peru rdfs:label "Peru"@de ;\n\tkg:sendsTroops kgr:Chile .\n'
    )


def test_union_of_articles_does_not_multiply_rows(graph):
    assert column(run(graph, "visits", place="Lima"), "articles") == [2]


# --- parameters ---


@pytest.mark.parametrize("who", ["Huber", "Eva Huber", "eva huber"])
def test_entity_is_found_by_id_and_by_name(graph, who):
    assert len(run(graph, "visits", visitor=who)) == 2


@pytest.mark.parametrize(
    ("name", "params", "message"),
    [
        ("visit", {}, r"no query named 'visit' \(did you mean 'visits'\?\)"),
        ("zzz", {}, r"no query named 'zzz' \(kg query --list shows all"),
        ("visits", {"visiter": "Huber"}, r"no parameter 'visiter' \(did you mean 'visitor'\?\)"),
        ("relations", {"xyz": 1}, r"no parameter 'xyz' \(it takes: none\)"),
        ("visits", {"visitor": "Eva Hubner"}, r"no entity 'Eva Hubner' .*nearest: Eva Huber"),
        ("visits", {"since": "March"}, r"'March' is no date .*2024-10"),
        ("claims", {"relation": "vists"}, r"'vists' is no value .*did you mean 'visits'"),
        ("claims", {"modality": "sure"}, r"'sure' is no value .*there are: asserted"),
        ("claims-of", {}, "claims-of needs the parameter 'entity'"),
        ("SELECT * WHERE { ?s ?p ?o }", {"limit": 1}, "the query has no parameter 'limit'"),
    ],
)
def test_wrong_question_is_refused(graph, name, params, message):
    with pytest.raises(QueryError, match=message):
        run(graph, name, **params)


INJECTION = (
    "# parameter: words | text | | Wörter | words\nSELECT ?w WHERE { VALUES ?words { UNDEF } BIND (?words AS ?w) }"
)


@given(st.text(st.characters(exclude_categories=["Cs"])))
@settings(max_examples=200)
def test_value_comes_through_as_it_is_and_changes_nothing_else(words):
    assert run(KnowledgeGraph(), INJECTION, words=words).rows == ((words,),)


@pytest.mark.parametrize("value", ['x" } . ?s ?p ?o . { "', "} UNION { ?s ?p ?o", "\\", "\n", "?o", "<urn:x>"])
def test_value_cannot_become_part_of_the_query(graph, value):
    assert run(graph, INJECTION, words=value).rows == ((value,),)
    with pytest.raises(QueryError, match="no entity"):
        run(graph, "visits", visitor=value)
    with pytest.raises(QueryError, match="is no date"):
        run(graph, "visits", since=value)


def test_number_is_bound_as_a_number(graph):
    sparql = """# parameter: least | number | 100 | mindestens | at least
SELECT ?v WHERE { VALUES ?least { UNDEF } ?n kg:value ?v FILTER (?v >= ?least) }"""
    assert run(graph, sparql).rows == ((300,),)
    assert sorted(run(graph, sparql, least=40).rows) == [(40,), (300,)]
    with pytest.raises(QueryError, match="'many' is no number"):
        run(graph, sparql, least="many")


def test_query_in_a_file_may_have_parameters_of_its_own(graph, tmp_path):
    path = tmp_path / "own.rq"
    path.write_text("# parameter: p | entity | required | Ort | place\nASK { VALUES ?p { UNDEF } ?x kg:visits ?p }")
    assert run(graph, path, p="Lima")
    assert not run(graph, path, p="Peru")
    assert load_query(path).parameters[0].required


@pytest.mark.parametrize(
    "header",
    ["p | entity", "p | colour | | a | b", "other | entity | | a | b"],
)
def test_wrong_header_is_named(tmp_path, header):
    path = tmp_path / "own.rq"
    path.write_text(f"# title@en: Own\n# parameter: {header}\nASK {{ VALUES ?p {{ UNDEF }} ?x kg:visits ?p }}")
    with pytest.raises(DataError, match=r"own\.rq:2: a parameter is wrong"):
        load_query(path)


def test_missing_file_is_named(graph, tmp_path):
    with pytest.raises(QueryError, match=r"none\.rq: the query cannot be read"):
        run(graph, tmp_path / "none.rq")


# --- tables ---


def test_table_is_written_as_csv(graph):
    rows = list(csv.reader(io.StringIO(run(graph, "troops").to_csv())))
    assert rows[0][:3] == ["who", "relation", "where"]
    assert [row[3] for row in rows[1:]] == ["", "300"]


def test_table_is_written_as_json(graph):
    rows = json.loads(run(graph, "troops").to_json())
    assert [row["number"] for row in rows] == [None, 300]


def test_table_is_written_for_people(graph):
    lines = run(graph, "SELECT ?who ?where WHERE { ?who kg:visits ?where }").to_text().splitlines()
    assert lines == ["who        where", "---------  --------", "kgr:Huber  kgr:Lima"]


def test_only_triples_are_written_as_turtle(graph):
    with pytest.raises(QueryError, match="only CONSTRUCT and DESCRIBE"):
        run(graph, "visits").to_turtle()


def test_terms_are_kept(graph):
    table = graph.query("SELECT ?label WHERE { kgr:Huber rdfs:label ?label }")
    assert table.terms == ((ox.Literal("Eva Huber", language="de"),),)


# --- explain ---


def test_explanation_walks_back_to_the_words(graph):
    explained = explain(graph, CLAIMS[0].id[:10])
    assert explained.claim == CLAIMS[0]
    assert explained.sentence("de") == "Eva Huber besucht Lima"
    assert [explained.cue(e) for e in explained.claim.evidence] == ["Kanzler", "Kanzler"]
    text = str(explained)
    for part in ("Eva Huber visits Lima", "asserted", "2024-03", "Reise", TEXT[:44], "0-44", "de/test/verb", "0.9"):
        assert part in text
    assert "caution" not in text


@pytest.mark.parametrize("form", ["{}", "kgr:claim/{}", "<https://kg-geopolitics.org/resource/claim/{}>"])
def test_claim_is_named_in_any_form(graph, form):
    assert explain(graph, form.format(CLAIMS[5].id)).claim == CLAIMS[5]


def test_explanation_tells_source_quantity_and_role(graph):
    assert "reported, said by Lima" in str(explain(graph, CLAIMS[3].id))
    assert "300 Soldaten (exactly 300 Soldat)" in str(explain(graph, CLAIMS[3].id))
    assert "Kanzlerin" in str(explain(graph, CLAIMS[8].id))
    assert "Chile suffers casualties" in str(explain(graph, CLAIMS[6].id))


def test_explanation_warns_of_a_quote_that_is_not_in_the_text():
    graph = KnowledgeGraph()
    wrong = replace(CLAIMS[0], evidence=(replace(ev()[0], quote="Etwas anderes."),))
    graph.add(Extraction.of(Article("a1", TEXT), ENTITIES, [wrong]))
    assert "caution" in str(explain(graph, wrong.id))


def test_unknown_claim_is_refused(graph):
    with pytest.raises(QueryError, match="no claims begin with 'xyz'"):
        explain(graph, "xyz")


# --- since and until ---

UNDATED = ["2024-01-20", "2024-03-20"]  # the days of two articles that say the same without a date


@pytest.fixture(scope="module")
def undated():
    """Every relation in every modality, without a date in the text."""
    states = [Entity(name, EntityType.COUNTRY, name) for name in ("Peru", "Chile")]
    claims = [
        Claim("Peru", r.name, "Chile" if r.takes_object else None, q(m)) for r in RELATIONS.values() for m in Modality
    ]
    graph = KnowledgeGraph()
    graph.add(
        *(
            Extraction.of(Article(day, TEXT, published=day), states, [replace(c, evidence=ev(day)) for c in claims])
            for day in UNDATED
        )
    )
    return graph


DATED = [query for query in list_queries() if "since" in {p.name for p in query.parameters}]


@pytest.mark.parametrize("query", DATED, ids=lambda query: query.name)
def test_what_the_text_does_not_date_has_the_date_of_its_first_article(undated, query):
    required = {p.name: "Peru" for p in query.parameters if p.required}
    everything = len(run(undated, query, **required))
    assert everything > 0
    for since, until in (("2024-01", "2024-01"), ("2024", "2024"), ("2024-01-20", "2024-01-20"), ("2023", "2025")):
        assert len(run(undated, query, **required, since=since, until=until)) == everything
    for outside in ({"since": "2024-02"}, {"until": "2023"}, {"since": "2024-01-21"}, {"until": "2024-01-19"}):
        assert len(run(undated, query, **required, **outside)) == 0


@pytest.mark.parametrize("query", DATED, ids=lambda query: query.name)
def test_date_of_the_text_counts_before_that_of_the_article(undated, query):
    graph = KnowledgeGraph()
    times = [q(m, **time) for m in Modality for time in ({"begins": "2020-05", "ends": "2020-06"}, {"ends": "2020-06"})]
    claims = [
        Claim("Peru", r.name, "Chile" if r.takes_object else None, said, ev("a"))
        for r in RELATIONS.values()
        for said in times
    ]
    graph.add(
        Extraction.of(Article("a", TEXT, published="2024-01-20"), undated.extraction(UNDATED[0]).entities, claims)
    )
    required = {p.name: "Peru" for p in query.parameters if p.required}
    everything = len(run(graph, query, **required))
    assert everything > 0
    assert len(run(graph, query, **required, since="2020-06", until="2020")) in (everything, everything // 2)
    assert len(run(graph, query, **required, since="2020-05", until="2020-06-30")) == everything
    assert len(run(graph, query, **required, since="2020-07")) == 0
    assert len(run(graph, query, **required, until="2020-04")) == 0


def test_timeline_tells_where_its_dates_are_from_and_puts_an_end_at_its_end():
    times = [{"begins": "2024", "ends": "2024"}, {"ends": "2024"}, {"begins": "2024-06-01"}, {}, {"ends": "2024-05"}]
    claims = [Claim("Peru", "criticizes", "Chile", q(**time), ev(start=n)) for n, time in enumerate(times)]
    claims.append(Claim("Huber", "holdsOffice", "Peru", q(), ev()))  # a state: true at any time
    graph = KnowledgeGraph()
    graph.add(Extraction.of(Article("a1", TEXT, published="2024-09-01"), ENTITIES, claims))
    rows = [(row["begins"], row["ends"], row["dated"]) for row in run(graph, "timeline").dicts()]
    assert rows == [
        ("2024", "2024", "text"),
        (None, "2024-05", "text"),
        ("2024-06-01", None, "text"),
        ("2024-09-01", "2024-09-01", "article"),
        (None, "2024", "text"),
    ]


def test_claim_without_any_date_is_in_no_period_and_no_timeline():
    graph = KnowledgeGraph()
    graph.add(Extraction.of(Article("a1", TEXT), ENTITIES, [Claim("Peru", "criticizes", "Chile", q(), ev())]))
    assert len(run(graph, "claims")) == 1
    assert [len(run(graph, "claims", **p)) for p in ({"since": "1000"}, {"until": "9999"})] == [0, 0]
    assert len(run(graph, "timeline")) == 0
