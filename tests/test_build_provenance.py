from importlib.metadata import version

import pytest

from kg.build_archive import build_archive, open_journal, withdraw
from kg.config import Settings
from kg.rdf.builds import BUILDS
from kg.rdf.shapes import validate
from kg.store import KnowledgeGraph
from kg.text.ingest import find_articles
from tests.fake_reading import fake_reading

__all__ = ["fake_reading"]

DEFAULTS = Settings()
WITH = """SELECT ?article ?version ?part ?hash ?settings {
  ?build a prov:Activity ; schema:softwareVersion ?version ; schema:text ?settings ; prov:used ?x , ?y .
  ?x schema:identifier ?article . ?y rdfs:label ?part ; schema:sha256 ?hash ; a prov:Entity
} ORDER BY ?article ?part"""


@pytest.fixture
def built(tmp_path, fake_reading):
    """Builds a folder of articles into one graph, as often as wished."""
    graph = KnowledgeGraph()

    def build(*names, settings=DEFAULTS):
        for name in names:
            (tmp_path / f"{name}.txt").write_text(f"Peru besucht Ecuador. {name}")
        with open_journal(tmp_path / "journal.sqlite", graph, settings) as journal:
            build_archive(find_articles(tmp_path), graph, journal, settings=settings, on_error=print)
        return graph

    build.folder = tmp_path
    return build


def test_graph_states_with_what_each_article_was_read(built):
    rows = built("a", "b").query(WITH).rows
    assert [(row[0], row[1], row[2]) for row in rows] == [
        (article, version("kg-geopolitics"), part) for article in "ab" for part in ("data", "model", "ontology")
    ]
    assert {len(row[3]) for row in rows} == {64}
    assert {row[4] for row in rows} == {'{"gliner": null, "language": "de", "max_chars": 1000000, "model": null}'}
    assert validate(built().quads()) == []


def test_same_articles_give_the_same_statement_and_number_of_processes_does_not_matter(built):
    before = set(built("a").quads(BUILDS))
    assert set(built(settings=Settings(batch_size=1)).quads(BUILDS)) == before


def test_article_read_by_another_model_names_another_activity(built, monkeypatch):
    built("a")
    monkeypatch.setattr("kg.build_archive._program", lambda *_: "another version")
    graph = built("b")
    asked = "SELECT ?build ?article { ?build prov:used ?x . ?x schema:identifier ?article }"
    builds = {article: build for build, article in graph.query(asked).rows}
    assert set(builds) == {"a", "b"}
    # `a` was read again by the other version, and nothing is left of the first.
    assert len(set(builds.values())) == 1
    assert len(list(graph.query("SELECT ?b { ?b a prov:Activity }"))) == 1


def test_earlier_activity_stays_for_what_it_has_read(built, monkeypatch):
    built("a")
    (built.folder / "a.txt").unlink()
    monkeypatch.setattr("kg.build_archive._program", lambda *_: "another version")
    rows = built("b").query("SELECT ?article ?build { ?build prov:used ?x . ?x schema:identifier ?article }").rows
    assert len({build for _, build in rows}) == 2
    assert len(list(built().query("SELECT ?b { ?b a prov:Activity ; rdfs:label 'kg build' }"))) == 2


def test_activity_goes_with_its_last_article(built):
    graph = built("a")
    with open_journal(built.folder / "journal.sqlite", graph, Settings()) as journal:
        withdraw(["a"], graph, journal)
    assert BUILDS not in graph.graphs()
