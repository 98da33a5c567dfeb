"""Conclusions: what follows, where it stands, what it rests on, and when it goes."""

import re
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kg
from kg.config import data_dir
from kg.errors import DataError, QueryError, StoreError
from kg.model import Article, Claim, Entity, EntityType, Evidence, Extraction, Modality, Qualifiers
from kg.query import run
from kg.rdf.vocabulary import INFERRED, claim_iri
from kg.reason import list_rules, load_rule, reason, withdraw
from kg.store import KnowledgeGraph

KINDS = {
    "Lawrow": "Person", "Kerry": "Person", "Russland": "Country", "USA": "Country", "Nordkorea": "Country",
    "Pjöngjang": "City", "Palast": "Place", "Uno": "InternationalOrganization", "Bande": "ArmedGroup",
}  # fmt: skip
COUNTRIES = {"Pjöngjang": "Nordkorea"}
ENTITIES = [Entity(name, EntityType(kind), name, country=COUNTRIES.get(name)) for name, kind in KINDS.items()]
TEXT = "Satz" * 1000
_PLACES = count()


def claim(subject, relation, object, modality="asserted", article="a1", **fields):
    start = 4 * (next(_PLACES) % 1000)
    evidence = Evidence(article, start, start + 4, "Satz", "de/x", start, start + 1)
    return Claim(subject, relation, object, Qualifiers(Modality(modality), **fields), (evidence,))


OFFICE = claim("Lawrow", "holdsOffice", "Russland", role="Außenminister")
OTHER_OFFICE = claim("Kerry", "holdsOffice", "USA", role="Außenminister")
MEETING = claim("Lawrow", "meetsWith", "Kerry", begins="2015-03-07", ends="2015-03-07")
VISIT = claim("Lawrow", "visits", "Pjöngjang", "reported", source="Uno", begins="2015", ends="2015")


def graph_of(*claims, article="a1"):
    graph = KnowledgeGraph()
    graph.add(Extraction.of(Article(article, TEXT), ENTITIES, claims))
    return graph


CONCLUDED = """
SELECT ?s ?r ?o ?m WHERE { ?c a kg:Conclusion ; rdf:subject ?s ; rdf:predicate ?r ; rdf:object ?o ; kg:modality ?m }
"""


def concluded(graph):
    return {tuple(str(value).rpartition("/")[2] for value in row) for row in graph.query(CONCLUDED, inferred=True).rows}


def statements(graph):
    return {row[:3] for row in concluded(graph)}


def test_persons_who_act_for_states_make_a_dyad():
    graph = graph_of(OFFICE, OTHER_OFFICE, MEETING)
    assert reason(graph, ["acts-for"]) == {"acts-for": 1}
    assert concluded(graph) == {("Russland", "meetsWith", "USA", "asserted")}
    rows = [(r["one"], r["other"], r["events"]) for r in run(graph, "dyads", inferred=True).dicts()]
    assert ("Russland", "USA", 1) in rows


def test_conclusion_names_claims_rule_and_has_time_and_evidence_of_its_main_premise():
    graph = graph_of(OFFICE, OTHER_OFFICE, MEETING)
    reason(graph, ["acts-for"])
    row = graph.query(
        """SELECT ?c ?main ?rule ?label ?b (COUNT(DISTINCT ?e) AS ?n) WHERE { ?c kg:mainPremise ?main ; kg:begins ?b ;
        prov:wasGeneratedBy ?rule . ?e kg:evidenceFor ?c . ?rule a kg:Rule ; rdfs:label ?label
        FILTER (LANG(?label) = "de") }
        GROUP BY ?c ?main ?rule ?label ?b""",
        inferred=True,
    ).dicts()
    assert [(r["main"], r["b"], r["n"], r["label"]) for r in row] == [
        (claim_iri(MEETING.id).value, "2015-03-07", 1, "Personen für Staaten")
    ]
    premises = graph.query("SELECT ?p WHERE { ?c a kg:Conclusion ; prov:wasDerivedFrom ?p }", inferred=True)
    assert {row[0] for row in premises} == {claim_iri(c.id).value for c in (OFFICE, OTHER_OFFICE, MEETING)}


@pytest.mark.parametrize(
    ("claims", "rules", "expected"),
    [
        ([VISIT], ["place-containment"], {("Lawrow", "visits", "Nordkorea", "reported")}),
        (
            [VISIT, OFFICE],
            ["acts-for", "place-containment"],
            {("Lawrow", "visits", "Nordkorea", "reported"), ("Russland", "visits", "Nordkorea", "reported")},
        ),
        (
            [claim("Bande", "visits", "Palast", "planned"), claim("Palast", "locatedIn", "Pjöngjang")],
            ["place-containment"],
            {
                ("Bande", "visits", "Pjöngjang", "planned"),
                ("Bande", "visits", "Nordkorea", "planned"),
                ("Palast", "locatedIn", "Nordkorea", "asserted"),
            },
        ),
        ([claim("Lawrow", "visits", "Pjöngjang", "negated")], ["place-containment"], set()),
        (
            [claim("Bande", "visits", "Palast"), claim("Palast", "locatedIn", "USA", "alleged")],
            ["place-containment"],
            set(),
        ),
        ([claim("Bande", "attacks", "Pjöngjang")], ["place-containment"], set()),
        ([claim("Bande", "kills", "Lawrow"), OFFICE], ["acts-for"], set()),
        ([claim("USA", "criticizes", "Lawrow", "negated"), OFFICE], ["acts-for"], set()),
        (
            [claim("USA", "criticizes", "Lawrow", "alleged"), OFFICE],
            ["acts-for"],
            {("USA", "criticizes", "Russland", "alleged")},
        ),
        ([MEETING], ["symmetric"], {("Kerry", "meetsWith", "Lawrow", "asserted")}),
        ([claim("Kerry", "criticizes", "Lawrow")], ["symmetric"], set()),
        ([VISIT], ["inverse"], {("Pjöngjang", "visitedBy", "Lawrow", "reported")}),
        (
            [claim("Bande", "attacks", "USA")],
            ["sub-properties"],
            {("Bande", "hostileInDeedTowards", "USA", "asserted"), ("Bande", "hostileTowards", "USA", "asserted")},
        ),
        ([claim("Bande", "attacks", "USA", "negated")], ["sub-properties"], set()),
    ],
)
def test_rule_concludes_this_and_nothing_else(claims, rules, expected):
    graph = graph_of(*claims)
    reason(graph, rules)
    assert concluded(graph) == expected


def test_office_of_another_article_does_not_count():
    graph = graph_of(MEETING)
    later = [claim("Lawrow", "holdsOffice", "Russland", article="a2", role="Außenminister")]
    graph.add(Extraction.of(Article("a2", TEXT), ENTITIES, later))
    assert reason(graph, ["acts-for"]) == {"acts-for": 0}


# --- apart from what was read ----------------------------------------------------------------------------------------


@pytest.fixture
def graph():
    return graph_of(OFFICE, OTHER_OFFICE, MEETING, VISIT)


def test_no_query_sees_conclusions_unless_asked(graph):
    reason(graph)
    for asked in (
        "SELECT ?c WHERE { ?c a kg:Conclusion }",
        "SELECT ?g ?c WHERE { GRAPH ?g { ?c a kg:Conclusion } }",
        "SELECT ?a WHERE { kgr:Russland kg:meetsWith ?a }",
    ):
        assert len(graph.query(asked)) == 0
    assert graph.query(f"SELECT ?c WHERE {{ GRAPH {INFERRED} {{ ?c a kg:Conclusion }} }}")
    for name in ("visits", "dyads", "state-dyads", "timeline", "relations"):
        assert run(graph, name) == run(graph_of(OFFICE, OTHER_OFFICE, MEETING, VISIT), name)
    assert len(run(graph, "visits", inferred=True)) > len(run(graph, "visits"))


@pytest.mark.parametrize("name", ["state-dyads", "relations", "sources", "contradictions", "who-visited-whom"])
def test_counts_of_what_was_read_stay_the_same_with_conclusions(graph, name):
    reason(graph)
    assert run(graph, name, inferred=True).rows == run(graph, name).rows


def test_an_event_is_counted_once_however_it_is_concluded(graph):
    reason(graph)
    rows = {(r["one"], r["other"]): r["events"] for r in run(graph, "dyads", inferred=True).dicts()}
    assert rows["Kerry", "Lawrow"] == rows["Russland", "USA"] == 1


def test_articles_stay_as_they_are_and_valid(graph):
    quads, turtle, claims = sorted(map(str, graph.quads())), graph.serialize("turtle"), graph.claims()
    reason(graph)
    assert sorted(str(q) for q in graph.quads() if q.graph_name != INFERRED) == quads
    assert (graph.serialize("turtle"), graph.claims(), len(graph)) == (turtle, claims, len(claims))
    assert graph.validate() == []
    withdraw(graph)
    assert sorted(map(str, graph.quads())) == quads


def test_conclusions_come_back_from_a_file_in_their_own_graph(graph, tmp_path):
    reason(graph)
    graph.save(tmp_path / "graph.trig")
    again = KnowledgeGraph.load(tmp_path / "graph.trig")
    assert sorted(map(str, again.quads())) == sorted(map(str, graph.quads()))
    assert concluded(again) == concluded(graph)
    assert len(again.query(CONCLUDED)) == 0


def test_doing_it_again_gives_the_same(graph, tmp_path):
    assert reason(graph) == reason(graph)
    first = graph.serialize()
    with KnowledgeGraph(tmp_path / "store") as stored:
        stored.add(*graph.extractions())
        assert stored.reason() == graph.reason()
        assert stored.serialize() == graph.serialize() == first


def test_order_of_the_rules_changes_no_statement(graph):
    names = [rule.name for rule in list_rules()]
    reason(graph, names)
    found = concluded(graph)
    reason(graph, names[::-1])
    assert concluded(graph) == found


def test_fewer_rules_leave_nothing_of_the_others(graph):
    reason(graph)
    reason(graph, ["symmetric"])
    assert concluded(graph) == {("Kerry", "meetsWith", "Lawrow", "asserted")}


def test_conclusions_go_with_what_they_may_rest_on(graph):
    graph.add(Extraction.of(Article("a2", TEXT), ENTITIES, [claim("Bande", "visits", "Pjöngjang", article="a2")]))
    reason(graph)
    graph.add(Extraction.of(Article("a3", TEXT), ENTITIES, [claim("Bande", "threatens", "USA", article="a3")]))
    assert concluded(graph)  # more articles take nothing away
    assert graph.withdraw("a2")
    assert concluded(graph) == set()


def test_statement_that_is_also_read_is_no_second_triple():
    graph = graph_of(MEETING, claim("Kerry", "meetsWith", "Lawrow", begins="2016", ends="2016"))
    reason(graph, ["symmetric"])
    assert len(graph.query("SELECT ?a WHERE { kgr:Kerry kg:meetsWith ?a }", inferred=True)) == 1


@given(
    st.lists(
        st.tuples(
            st.sampled_from(sorted(KINDS)),
            st.sampled_from(["meetsWith", "visits", "attacks", "locatedIn", "alliedWith", "negotiatesWith"]),
            st.sampled_from(sorted(KINDS)),
            st.sampled_from(list(Modality)),
        ),
        max_size=8,
    )
)
@settings(max_examples=40)
def test_reasoning_ends_is_repeatable_and_rests_on_what_is_there(facts):
    graph = graph_of(*(claim(*fact) for fact in facts))
    counts = reason(graph)
    first = graph.serialize()
    assert reason(graph) == counts
    assert graph.serialize() == first
    ids = {claim_iri(c.id).value for c in graph.claims()}
    premises = graph.query("SELECT ?p WHERE { ?c a kg:Conclusion ; prov:wasDerivedFrom ?p }", inferred=True)
    assert {row[0] for row in premises} <= ids
    assert len(graph.query("SELECT DISTINCT ?c WHERE { ?c a kg:Conclusion }", inferred=True)) == sum(counts.values())
    assert not graph.query("ASK { ?c a kg:Conclusion ; rdf:subject ?x ; rdf:object ?x }", inferred=True)


@pytest.fixture(scope="module")
def plain_rules(tmp_path_factory):
    """kg's rules without what makes them quick: asked in full in every round, as triples."""
    folder = tmp_path_factory.mktemp("rules")
    for rule in list_rules():
        text = (data_dir() / "rules" / f"{rule.name}.rq").read_text()
        plain = re.sub(r"VALUES \?\w+ \{ UNDEF \}", "", text).replace("CONSTRUCT {", "CONSTRUCT { # in full\n")
        assert plain.count("UNDEF }") == 0
        assert plain != text
        (folder / f"{rule.name}.rq").write_text(plain)
    return sorted(folder.glob("*.rq"))


@given(
    st.lists(
        st.tuples(
            st.sampled_from(sorted(KINDS)),
            st.sampled_from(["locatedIn", "locatedIn", "visits", "holdsOffice", "negotiatesWith", "attacks"]),
            st.sampled_from(sorted(KINDS)),
            st.sampled_from([Modality.ASSERTED, Modality.REPORTED, Modality.PLANNED]),
        ),
        min_size=3,
        max_size=12,
    )
)
@settings(max_examples=25)
def test_what_is_new_leads_to_the_same_as_all(plain_rules, facts):
    claims = [claim(*fact, role="Chef" if fact[1] == "holdsOffice" else None) for fact in facts]
    quick, full = graph_of(*claims), graph_of(*claims)
    assert reason(quick) == reason(full, plain_rules)
    assert {str(q) for q in quick.quads(INFERRED)} == {str(q) for q in full.quads(INFERRED)}


def test_rule_that_concludes_more_than_relations_is_seen_by_the_others(tmp_path):
    path = tmp_path / "country.rq"
    path.write_text(
        "CONSTRUCT { [] rdf:subject ?s ; rdf:predicate kg:country ; rdf:object ?o ; kg:mainPremise ?c }\n"
        "WHERE { VALUES ?c { UNDEF } ?c rdf:predicate kg:occupies ; rdf:subject ?o ; rdf:object ?s }"
    )
    graph = graph_of(claim("Lawrow", "visits", "Palast"), claim("Russland", "occupies", "Palast"))
    assert reason(graph, ["place-containment", path]) == {"place-containment": 1, "country": 1}
    assert ("Lawrow", "visits", "Russland", "asserted") in concluded(graph)


# --- rules of one's own ----------------------------------------------------------------------------------------------


def test_rule_of_ones_own(tmp_path):
    path = tmp_path / "gast.rq"
    path.write_text(
        "CONSTRUCT { [] rdf:subject ?o ; rdf:predicate kg:receives ; rdf:object ?s ; kg:mainPremise ?c }\n"
        "WHERE { ?c rdf:predicate kg:visits ; rdf:subject ?s ; rdf:object ?o ; kg:modality kg:reported }"
    )
    graph = graph_of(VISIT, OFFICE)
    assert reason(graph, [path]) == {"gast": 1}
    assert concluded(graph) == {("Pjöngjang", "receives", "Lawrow", "reported")}


@pytest.mark.parametrize(
    ("sparql", "error", "message"),
    [
        ("SELECT ?a WHERE { ?a ?b ?c }", QueryError, "must be a CONSTRUCT"),
        ("CONSTRUCT { ?a ?b ?c } WHERE { ?a ?b ?c }", DataError, "one main premise"),
        (
            "CONSTRUCT { [] rdf:subject ?s ; rdf:predicate ?r ; rdf:object ?o ; kg:mainPremise kg:Claim } "
            "WHERE { ?c rdf:subject ?s ; rdf:predicate ?r ; rdf:object ?o }",
            DataError,
            "is no premise",
        ),
        ("CONSTRUCT {", QueryError, "not valid SPARQL"),
    ],
)
def test_wrong_rule_is_named_and_leaves_no_half(tmp_path, sparql, error, message):
    path = tmp_path / "own.rq"
    path.write_text(sparql)
    graph = graph_of(VISIT, OFFICE)
    with pytest.raises(error, match=message):
        reason(graph, [path])
    assert concluded(graph) == set()


def test_unknown_rule_is_refused():
    with pytest.raises(QueryError, match=r"no rule named 'symetric' \(did you mean 'symmetric'"):
        reason(KnowledgeGraph(), ["symetric"])
    with pytest.raises(QueryError, match="there are: acts-for"):
        load_rule("xyz")


def test_wrong_name_takes_nothing_away(graph):
    reason(graph)
    found = concluded(graph)
    with pytest.raises(QueryError):
        reason(graph, ["symetric"])
    assert concluded(graph) == found


def test_graph_that_can_only_be_read_is_refused(tmp_path):
    with KnowledgeGraph(tmp_path / "store") as stored:
        stored.add(Extraction.of(Article("a1", TEXT), ENTITIES, [VISIT]))
    with KnowledgeGraph(tmp_path / "store", read_only=True) as stored, pytest.raises(StoreError, match="only be read"):
        reason(stored)


@pytest.mark.parametrize("rule", list_rules(), ids=lambda rule: rule.name)
def test_rule_is_described_in_both_languages(rule):
    assert set(rule.titles) == set(rule.descriptions) == {"de", "en"}


# --- the command -----------------------------------------------------------------------------------------------------


class TestCommand:
    @pytest.fixture
    def out(self, tmp_path):
        with kg.KnowledgeGraph(tmp_path / "out" / "store") as graph:
            graph.add(Extraction.of(Article("a1", TEXT), ENTITIES, [VISIT, OFFICE]))
        return tmp_path / "out"

    def test_concludes_shows_and_takes_back(self, run_kg, out):
        done = run_kg("query", out, "visits", "--inferred")
        assert (done.code, "kg reason" in done.err) == (2, True)
        done = run_kg("reason", out)
        assert done.code == 0
        assert "place-containment" in done.out
        assert "Nordkorea" in run_kg("query", out, "visits", "--inferred").out
        assert "Nordkorea" not in run_kg("query", out, "visits").out
        assert run_kg("validate", out).code == 0
        assert run_kg("reason", out, "--undo").code == 0
        assert run_kg("query", out, "visits", "--inferred").code == 2

    def test_conclusion_is_explained_by_its_claims(self, run_kg, out):
        run_kg("reason", out)
        with kg.KnowledgeGraph(out, read_only=True) as graph:
            asked = "?c a kg:Conclusion ; rdf:subject kgr:Russland ; rdf:predicate kg:visits ; rdf:object kgr:Nordkorea"
            ids = [str(row[0]) for row in graph.query(f"SELECT ?c WHERE {{ {asked} }}", inferred=True)]
        assert len(ids) == 1
        for form in (ids[0], ids[0].rpartition("/")[2][:8]):
            done = run_kg("explain", out, form)
            assert done.code == 0
            assert done.out.startswith("Russland visits Nordkorea\n")
            assert "acts-for" in done.out
            for words in ("Lawrow visits Pjöngjang", "Lawrow holds office in Russland"):
                assert words in done.out
        assert run_kg("explain", out, "0" * 32).code == 2

    def test_chosen_rules(self, run_kg, out):
        done = run_kg("reason", out, "--rules", "acts-for", "--rules", "symmetric")
        assert done.code == 1  # no state meets anybody
        assert "nothing follows" in done.err
        assert run_kg("reason", out, "--rules", "nosuch").code == 2

    def test_rules_are_listed(self, run_kg, out):
        assert "acts-for" in run_kg("reason", out, "--list").out

    def test_file_is_refused(self, run_kg, out, tmp_path):
        with kg.KnowledgeGraph(out, read_only=True) as graph:
            graph.save(tmp_path / "graph.ttl")
        done = run_kg("reason", tmp_path / "graph.ttl")
        assert done.code == 2
        assert "kg build" in done.err
