from datetime import date
from pathlib import Path

import pytest

import kg
from kg import build
from kg.config import Settings
from kg.errors import ArticleError, DataError, SettingsError, StoreError
from kg.model import Article
from tests.fake_reading import fake_reading  # noqa: F401 # a fixture


def article(name, text="Peru besuchte Ecuador."):
    return Article(name, text, published=date(2025, 3, 5))


@pytest.mark.usefixtures("fake_reading")
class TestExtractAll:
    def test_order_is_kept(self):
        names = ["c", "a", "b"]
        assert [e.article.id for e in build.extract_all(map(article, names))] == names

    def test_works_on_a_generator_without_exhausting_it(self):
        taken = []

        def endless():
            while True:
                taken.append(len(taken))
                yield article(str(len(taken)))

        extractions = build.extract_all(endless(), settings=Settings(batch_size=3))
        next(extractions)
        assert len(taken) == 3

    def test_mistake_in_one_article_is_reported_and_the_others_are_read(self):
        errors = []
        extractions = build.extract_all(
            [article("a"), article("b", "Omen"), article("c", "Abgrund"), article("d")], on_error=errors.append
        )
        assert [e.article.id for e in extractions] == ["a", "d"]
        assert [error.source for error in errors] == ["b", "c"]
        assert "KeyError" in str(errors[0])
        assert "fake_reading.py" in str(errors[0])
        assert "memory" in str(errors[1])

    def test_article_that_is_refused_is_reported_as_it_is(self):
        errors = []
        assert not list(build.extract_all([article("a", "Dickicht")], on_error=errors.append))
        assert str(errors[0]) == "a: the article is a thicket"

    def test_wrong_data_file_stops_all(self):
        extractions = build.extract_all([article("a", "Chaos"), article("b")], on_error=lambda error: None)
        with pytest.raises(DataError, match=r"frames\.toml"):
            list(extractions)

    def test_first_error_is_raised_where_nobody_listens(self):
        with pytest.raises(ArticleError) as caught:
            list(build.extract_all([article("b", "Omen")]))
        assert isinstance(caught.value.__cause__, KeyError)

    def test_article_that_is_too_long_is_reported(self):
        errors = []
        settings = Settings(max_chars=10)
        assert not list(build.extract_all([article("a")], settings=settings, on_error=errors.append))
        assert "22 characters, more than the 10" in str(errors[0])

    def test_same_article_twice_is_read_once(self):
        assert len(list(build.extract_all([article("a"), article("a")]))) == 1

    def test_other_article_under_the_same_id_is_reported(self):
        errors = []
        extractions = build.extract_all([article("a"), article("a", "Anders.")], on_error=errors.append)
        assert [e.article.text for e in extractions] == ["Peru besuchte Ecuador."]
        assert "same id" in str(errors[0])

    @pytest.mark.parametrize("jobs", [0, -1])
    def test_number_of_processes_is_checked(self, jobs):
        with pytest.raises(SettingsError, match="processes"):
            list(build.extract_all([], settings=Settings(jobs=jobs)))


@pytest.mark.usefixtures("fake_reading")
class TestBuildGraph:
    def test_claims_of_all_articles_are_united(self):
        graph = build.build_graph([article("a"), article("b", "Peru hat Ecuador besucht.")])
        (claim,) = graph.claims()
        assert [evidence.article for evidence in claim.evidence] == ["a", "b"]
        assert {a.id for a in graph.articles()} == {"a", "b"}

    def test_article_is_replaced_and_others_stay(self):
        graph = build.build_graph([article("a"), article("b")])
        again = build.build_graph([article("b", "Peru hat Ecuador nun besucht.")], graph=graph)
        assert again is graph
        (claim,) = graph.claims()
        assert sorted(e.quote for e in claim.evidence) == ["Peru besuchte Ecuador.", "Peru hat Ecuador nun besucht."]

    def test_every_stored_article_is_announced(self):
        seen = []
        build.build_graph([article("a"), article("b")], on_article=lambda e: seen.append(e.article.id))
        assert seen == ["a", "b"]

    def test_interruption_keeps_what_is_stored(self):
        def interrupted():
            yield article("a")
            yield article("b")
            raise KeyboardInterrupt

        graph = kg.KnowledgeGraph()
        with pytest.raises(KeyboardInterrupt):
            build.build_graph(interrupted(), graph=graph, settings=Settings(batch_size=1))
        assert [a.id for a in graph.articles()] == ["a", "b"]

    def test_error_of_the_store_ends_the_build(self, monkeypatch):
        graph = kg.KnowledgeGraph()

        def full(*extractions):
            message = "the disk is full"
            raise StoreError(message)

        monkeypatch.setattr(graph, "add", full)
        with pytest.raises(StoreError):
            build.build_graph([article("a")], graph=graph, on_error=lambda error: None)


TEXTS = [
    "Der peruanische Präsident Julio Vargas besuchte am Montag Ecuador.",
    "Chile kritisiert Bolivien. Kolumbien hat 200 Soldaten nach Peru entsandt.",
    "Die Außenministerin Kanadas traf in Lima ihren chilenischen Kollegen.",
    "Ecuador und Peru unterzeichneten ein Abkommen.",
    "In der Nacht regnete es.",
]


@pytest.mark.model
def test_number_of_processes_changes_nothing():
    articles = [kg.clean(article(str(number), text)) for number, text in enumerate(TEXTS)]
    alone = list(build.extract_all(articles))
    assert list(build.extract_all(articles, settings=Settings(jobs=2))) == alone
    assert [e.article.id for e in alone] == [a.id for a in articles]


@pytest.mark.model
def test_other_articles_do_not_change_what_one_says():
    articles = [kg.clean(article(str(number), text)) for number, text in enumerate(TEXTS)]
    together = list(build.extract_all(articles))
    assert [next(build.extract_all([a])) for a in articles] == together


def test_missing_model_says_how_to_install_it():
    with pytest.raises(kg.ModelNotInstalled, match="python -m spacy download de_core_news_none"):
        list(build.extract_all([], settings=Settings(model="de_core_news_none")))


@pytest.mark.parametrize("jobs", [1, 2])
def test_wrong_language_is_refused_before_any_reading(jobs):
    def never():
        message = "an article was asked for"
        raise AssertionError(message)
        yield

    with pytest.raises(kg.UnsupportedLanguage):
        list(build.extract_all(never(), settings=Settings(language="xx", jobs=jobs)))


@pytest.mark.parametrize("name", ["news", Path("news")])
def test_name_of_a_file_is_no_article(name):
    with pytest.raises(ArticleError, match="read_articles"):
        kg.build_graph(name)
