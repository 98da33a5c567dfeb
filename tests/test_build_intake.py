"""Batches are stored some at a time, and none is lost."""

import pytest

from kg import KnowledgeGraph
from kg.build_intake import Intake
from kg.build_journal import Journal
from kg.build_partition import Reading
from kg.engines.account import Account
from kg.errors import ArticleError, StoreError
from kg.model import Article, Extraction
from kg.rdf.encode import quads
from kg.rdf.serialise import serialise


def reading(name, **options):
    return Reading(name, Extraction.of(Article(name, f"Text {name}.")), **options)


class Setting:
    """An intake with a clock that is set by hand, and what it has stored."""

    def __init__(self, graph, journal):
        self.now, self.graph, self.stored, self.errors = 0.0, graph, [], []
        self.intake = Intake(
            graph, journal, on_error=self.errors.append, on_stored=lambda r: self.stored.append(r.id),
            clock=lambda: self.now,
        )  # fmt: skip

    def put(self, *names, quads=None, **options):
        self.intake.put([reading(name, **options) for name in names], quads)

    def articles(self):
        return [article.id for article in self.graph.articles()]


@pytest.fixture
def setting(monkeypatch):
    with Journal(None, made="x", stored=lambda article, digest: True) as journal:
        monkeypatch.setattr(journal, "done", lambda article, signature: None)
        monkeypatch.setattr(journal, "failed", lambda name, why: None)
        yield Setting(KnowledgeGraph(), journal)


def test_first_batch_is_stored_at_once_later_ones_together(setting):
    setting.put("a")
    assert setting.articles() == ["a"]
    for name in "bcd":
        setting.now += 2
        setting.put(name)
    assert setting.articles() == setting.stored == ["a"]
    setting.now += 2
    setting.put("e")
    assert setting.articles() == setting.stored == ["a", "b", "c", "d", "e"]


def test_many_articles_do_not_wait(setting):
    setting.put("a")
    setting.put(*(f"b{n}" for n in range(600)))
    assert len(setting.articles()) == 601


def test_answers_that_were_paid_for_do_not_wait(setting):
    setting.put("a")
    setting.put("b", account=Account())
    assert setting.stored == ["a", "b"]


def test_the_rest_is_stored_at_the_end_once(setting):
    setting.put("a")
    setting.put("b")
    setting.intake.store()
    setting.intake.store()
    assert setting.stored == ["a", "b"]


def test_what_is_written_already_is_read_as_it_is(setting):
    for name in "ab":
        setting.put(name, quads=serialise(quads(reading(name).extraction), "nquads"))
    setting.intake.store()
    assert setting.articles() == ["a", "b"]


def test_errors_are_told(setting):
    error = ArticleError("no text", source="x")
    setting.intake.put([Reading("x", error=error), reading("a")], None)
    assert setting.errors == [error]
    assert setting.articles() == ["a"]


def test_what_could_not_be_stored_is_not_said_to_be(setting, monkeypatch):
    def full(*extractions):
        raise StoreError("the disk is full")

    monkeypatch.setattr(setting.graph, "add", full)
    with pytest.raises(StoreError):
        setting.put("a")
    setting.intake.store()  # as at the end: it is not tried again
    assert setting.stored == []
