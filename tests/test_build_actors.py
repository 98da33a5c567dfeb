"""Actors of an archive: listed, merged, split, renamed, suggested; a graph follows what was decided."""

import dataclasses
import json

import pytest

from kg import KnowledgeGraph, build_partition
from kg.build_actors import Suggestion, find_actor, follow_decisions, list_actors, suggest
from kg.errors import StoreError
from kg.facts.decisions import Decisions, Merge, Rename, Split
from kg.model import Article, Claim, Entity, EntityType, Evidence, Extraction
from kg.rdf.links import ACTORS
from tests.fake_reading import FakePipeline, fake_reading  # noqa: F401 # a fixture

PERSON = EntityType.PERSON
PERU = Entity("Peru", EntityType.COUNTRY, "Peru", ("Peru",), "Q419", None, True)
CHILE = Entity("Chile", EntityType.COUNTRY, "Chile", ("Chile",), "Q298", None, True)


def person(id, name=None, country="Peru"):
    name = name or id.removeprefix("Person_").replace("_", " ")
    return Entity(id, PERSON, name, (name,), country=country)


def told(article, *claims, entities):
    evidence = (Evidence(article, 0, 4, "Text", "de/rule", 0, 4),)
    said = [Claim(c.subject, c.predicate, c.object, c.qualifiers, evidence) for c in claims]
    return Extraction.of(Article(article, f"Text von {article}"), [PERU, CHILE, *entities], said)


FULL, SHORT = person("Person_Julio_Vargas"), person("Person_Vargas_0123456789", "Vargas")
ARCHIVE = [
    told("a1", Claim(FULL.id, "visits", "Chile"), Claim(FULL.id, "holdsOffice", "Peru"), entities=[FULL]),
    told("a2", Claim(SHORT.id, "visits", "Chile"), entities=[SHORT]),
    told("a3", Claim(FULL.id, "holdsOffice", "Chile"), entities=[FULL]),
    told("a4", Claim("Peru", "criticizes", "Chile"), entities=[]),
]
MERGED = Merge((SHORT.id,), FULL.id, "Julio Vargas", PERSON)
APART = Split(FULL.id, ("a3",), "Person_Julio_Vargas_Chile", "Julio Vargas (Chile)", PERSON)


@pytest.fixture
def graph():
    made = KnowledgeGraph()
    made.add(*ARCHIVE)
    return made


@pytest.fixture
def reading(monkeypatch):
    """Articles are read as ARCHIVE has them."""
    known = {extraction.article.id: extraction for extraction in ARCHIVE}
    read = []

    def extract(doc, article):
        read.append(article.id)
        return known[article.id]

    monkeypatch.setattr(build_partition, "load_pipeline", lambda model, language: FakePipeline())
    monkeypatch.setattr(build_partition, "make_doc", lambda nlp, article: article.text)
    monkeypatch.setattr(build_partition, "extract", extract)
    monkeypatch.setattr(build_partition, "dissolve_page", lambda doc: None)
    build_partition._pipeline.cache_clear()
    yield read
    build_partition._pipeline.cache_clear()


def built(decisions):
    """What a build from nothing gives."""
    made = KnowledgeGraph()
    made.add(*(decisions.apply(extraction) for extraction in ARCHIVE))
    return quads(made)


def quads(graph):
    return sorted(str(quad) for quad in graph.quads() if ACTORS not in str(quad.graph_name))


class TestList:
    def test_most_claims_first(self, graph):
        assert [(a.entity.id, a.claims, a.articles) for a in list_actors(graph)] == [
            ("Chile", 4, 4),
            (FULL.id, 3, 2),
            ("Peru", 2, 4),
            (SHORT.id, 1, 1),
        ]

    def test_by_letters(self, graph):
        assert {a.entity.id for a in list_actors(graph, like="varg")} == {FULL.id, SHORT.id}

    @pytest.mark.parametrize("wanted", [FULL.id, "Julio Vargas", "julio vargas"])
    def test_found_by_id_or_name(self, graph, wanted):
        assert find_actor(graph, wanted).id == FULL.id

    def test_who_is_not_there_or_not_alone(self, graph):
        with pytest.raises(StoreError, match=r"no actor 'Julio' \(give an id: Person_Julio_Vargas\)"):
            find_actor(graph, "Julio")
        graph.add(told("a5", entities=[person("Person_Julio_Vargas_2", "Julio Vargas")]))
        with pytest.raises(StoreError, match="2 actors are called"):
            find_actor(graph, "Julio Vargas")


class TestFollow:
    STEPS = (
        Decisions([MERGED]),
        Decisions([MERGED, APART]),
        Decisions([MERGED, APART, Rename(FULL.id, "J. Vargas")]),
        Decisions([APART, Rename(FULL.id, "J. Vargas")]),
        Decisions([APART]),
        Decisions([MERGED]),
        Decisions(),
    )

    def test_graph_is_as_if_built_so_from_nothing(self, graph, reading):
        for decisions in self.STEPS:
            assert follow_decisions(graph, decisions) > 0
            assert quads(graph) == built(decisions)
            assert follow_decisions(graph, decisions) == 0
        assert ACTORS not in graph.graphs()

    def test_only_what_a_decision_concerns_is_written_and_nothing_read(self, graph, reading):
        assert follow_decisions(graph, Decisions([MERGED])) == 3
        assert reading == []

    def test_what_is_taken_back_is_read_anew(self, graph, reading):
        follow_decisions(graph, Decisions([MERGED]))
        follow_decisions(graph, Decisions())
        assert sorted(reading) == ["a1", "a2", "a3"]

    def test_claims_of_one_actor_become_one_with_two_sources(self, graph):
        follow_decisions(graph, Decisions([MERGED]))
        (claim,) = graph.claims(predicate="visits")
        assert {e.article for e in claim.evidence} == {"a1", "a2"}

    def test_old_address_leads_on(self, graph):
        follow_decisions(graph, Decisions([MERGED]))
        asked = f"SELECT ?now WHERE {{ kgr:{SHORT.id} <http://purl.org/dc/terms/isReplacedBy> ?now }}"
        assert graph.query(asked).rows == (("https://kg-geopolitics.org/resource/Person_Julio_Vargas",),)
        assert graph.validate() == []

    def test_split_of_whom_a_merge_took_out(self, graph, reading):
        follow_decisions(graph, Decisions([MERGED]))
        both = Decisions([MERGED, Split(SHORT.id, ("a2",), "Person_X", "X", PERSON)])
        follow_decisions(graph, both)
        assert quads(graph) == built(both)

    def test_article_without_text_is_left(self, reading):
        graph = KnowledgeGraph()
        graph.add(Extraction.of(Article("a2", ""), ARCHIVE[1].entities, ARCHIVE[1].claims))
        follow_decisions(graph, Decisions([MERGED]))
        before = quads(graph)
        errors = []
        follow_decisions(graph, Decisions(), on_error=errors.append)
        assert quads(graph) == before
        assert "does not hold the text" in str(errors[0])


class TestSuggest:
    def test_surname_of_the_only_one_in_its_country(self, graph):
        assert suggest(graph)[0] == Suggestion(MERGED, "a surname that one person of Peru has")

    @pytest.mark.parametrize(
        "other", [person("Person_Ana_Vargas"), person("Person_Vargas_0123456789", "Vargas", country="Chile")]
    )
    def test_no_surname_that_may_be_anothers(self, other):
        graph = KnowledgeGraph()
        graph.add(ARCHIVE[0], told("a2", entities=[other] if other.id == SHORT.id else [other, SHORT]))
        assert suggest(graph) == []

    def test_offices_in_two_countries(self, graph):
        (split,) = [s.decision for s in suggest(graph) if isinstance(s.decision, Split)]
        assert (split.actor, split.name) == (FULL.id, "Julio Vargas (Peru)")
        assert split.articles == ("a1",)

    @pytest.mark.parametrize(
        ("one", "other", "suggested"),
        [
            (EntityType.ORGANIZATION, EntityType.COMPANY, True),
            (EntityType.CITY, EntityType.REGION, True),
            (EntityType.CITY, EntityType.COMPANY, False),
            (EntityType.ORGANIZATION, EntityType.PERSON, False),
        ],
    )
    def test_same_name_of_kinds_that_go_together(self, one, other, suggested):
        graph = KnowledgeGraph()
        graph.add(told("a1", entities=[Entity(f"{t}_Tal", t, "Tal", ("Tal",)) for t in (one, other)]))
        assert bool(suggest(graph)) == suggested

    @pytest.mark.parametrize(("country", "suggested"), [(None, False), ("Peru", True)])
    def test_police_of_two_articles_is_one_only_in_one_country(self, country, suggested):
        graph = KnowledgeGraph()
        for article in ("a1", "a2"):
            police = Entity(f"Ministry_Polizei_{article:0>10}", EntityType.MINISTRY, "Polizei", ("Polizei",))
            graph.add(told(article, entities=[dataclasses.replace(police, country=country)]))
        assert bool(suggest(graph)) == suggested

    @pytest.mark.parametrize(
        ("name", "country", "suggested"),
        [("Julio Cesar Vargas", "Peru", True), ("Julio Cesar Vargas", "Chile", False), ("Ana Vargas", "Peru", False)],
    )
    def test_full_name_within_a_longer_one(self, name, country, suggested):
        graph = KnowledgeGraph()
        graph.add(told("a1", entities=[FULL, person("Person_Other", name, country)]))
        assert bool(suggest(graph)) == suggested


@pytest.fixture
def folder(tmp_path):
    with KnowledgeGraph(tmp_path / "out" / "store") as graph:
        graph.add(*ARCHIVE)
    return tmp_path / "out"


class TestCommand:
    def test_lists(self, run_kg, folder):
        done = run_kg("actors", folder)
        assert done.code == 0
        assert done.out.split()[:4] == ["actor", "name", "type", "country"]
        rows = run_kg("actors", folder, "--format", "jsonl", "--limit", "2", "--like", "vargas")
        assert [json.loads(line)["actor"] for line in rows.out.splitlines()] == [FULL.id, SHORT.id]
        assert run_kg("actors", folder, "--format", "csv").out.startswith("actor,name,type,country,wikidata")

    def test_nobody_is_a_negative_answer(self, run_kg, folder):
        assert run_kg("actors", folder, "--like", "Niemand").code == 1
        assert run_kg("actors", folder, "decisions").code == 1

    def test_merge_is_kept_and_undone(self, run_kg, folder, reading):
        done = run_kg("actors", folder, "merge", "Julio Vargas", SHORT.id)
        assert done.code == 0, done.err
        assert "decided: merge Person_Julio_Vargas Person_Vargas_0123456789" in done.out
        assert Decisions.load(folder / "actors.toml").made == (MERGED,)
        lines = [json.loads(line) for line in (folder / "claims.jsonl").read_text().splitlines()]
        assert {line["sources"] for line in lines if line["predicate"] == "visits"} == {2}
        assert "merge Person_Julio_Vargas" in run_kg("actors", folder, "decisions").out
        assert run_kg("actors", folder, "undo", "1").code == 0
        with KnowledgeGraph(folder, read_only=True) as graph:
            assert quads(graph) == built(Decisions())

    def test_split_and_rename(self, run_kg, folder):
        done = run_kg("actors", folder, "split", FULL.id, "--article", "a3", "--name", "Julio Vargas (Chile)")
        assert done.code == 0, done.err
        assert run_kg("actors", folder, "rename", "Person_Julio_Vargas_Chile", "--name", "Der andere").code == 0
        with KnowledgeGraph(folder, read_only=True) as graph:
            assert graph.entity("Person_Julio_Vargas_Chile").name == "Der andere"
            assert [c.object for c in graph.claims(subject="Person_Julio_Vargas_Chile")] == ["Chile"]

    def test_suggestions_are_shown_and_accepted(self, run_kg, folder):
        shown = run_kg("actors", folder, "suggest")
        assert "merge Person_Julio_Vargas" in shown.out
        assert not (folder / "actors.toml").exists()
        assert run_kg("actors", folder, "suggest", "--accept").code == 0
        assert len(Decisions.load(folder / "actors.toml")) == 2
        assert run_kg("actors", folder, "suggest").code == 1

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["merge", "Peru"], "two actors or more"),
            (["merge", "Peru", "Peru"], "merged with itself"),
            (["merge", "Peru", "Julio Vargas"], "is a Person"),
            (["merge", "Peru", "Niemand"], "there is no actor"),
            (["split", FULL.id, "--name", "X"], "to split takes"),
            (["split", FULL.id, "--name", "X", "--article", "a4"], "is not in the article 'a4'"),
            (["rename", FULL.id], "to rename takes"),
            (["undo"], "no number"),
            (["undo", "eins"], "no number"),
            (["undo", "7"], "no decision 7"),
            (["marry"], "marry"),
        ],
    )
    def test_wrong_input_decides_nothing(self, run_kg, folder, arguments, message):
        done = run_kg("actors", folder, *arguments)
        assert done.code == 2
        assert message in " ".join(done.err.split())
        assert not (folder / "actors.toml").exists()

    @pytest.mark.usefixtures("fake_reading")
    def test_later_builds_respect_the_file(self, run_kg, tmp_path):
        news, out = tmp_path / "news", tmp_path / "out"
        news.mkdir()
        (news / "a1.txt").write_text("Peru besuchte Ecuador am Montag.")
        assert run_kg("build", news, "--out", out).code == 0
        (out / "actors.toml").write_text('[[merge]]\nactors = ["Ecuador"]\ninto = "Chile"\n')
        (news / "a2.txt").write_text("Peru besuchte Ecuador am Dienstag.")
        assert run_kg("build", news, "--out", out).code == 0
        with KnowledgeGraph(out, read_only=True) as graph:
            (claim,) = graph.claims()
            assert (claim.object, len(claim.evidence)) == ("Chile", 2)
            assert graph.entity("Ecuador") is None
        (out / "actors.toml").write_text("[[marry]]")
        done = run_kg("build", news, "--out", out)
        assert done.code == 2
        assert "actors.toml:1: there is no decision of the kind 'marry'" in done.err

    def test_decisions_need_a_folder(self, run_kg, tmp_path):
        path = tmp_path / "graph.trig"
        path.write_text("")
        assert "folder" in run_kg("actors", path, "merge", "A", "B").err
