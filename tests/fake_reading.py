"""A pipeline without a model, for tests of all that stands around the reading."""

import pytest

from kg import build_partition
from kg.errors import ArticleError, DataError
from kg.model import Claim, Entity, EntityType, Evidence, Extraction

__all__ = ["extract_fake", "fake_reading", "install_fake"]


class FakePipeline:
    def __call__(self, doc):
        return doc

    def pipe(self, docs, batch_size):
        yield from docs


def extract_fake(doc, article):
    """Every article says that Peru visits Ecuador; a text with an omen fails."""
    if "Omen" in article.text:
        message = "no such token"
        raise KeyError(message)
    if "Abgrund" in article.text:
        raise MemoryError
    if "Dickicht" in article.text:
        message = "the article is a thicket"
        raise ArticleError(message, source=article.id)
    if "Chaos" in article.text:
        message = "the frames are in disorder"
        raise DataError(message, source="frames.toml")
    evidence = Evidence(article.id, 0, len(article.text), article.text, "de/visits/verb/besuchen", 5, 13)
    entities = (Entity("Peru", EntityType.COUNTRY, "Peru"), Entity("Ecuador", EntityType.COUNTRY, "Ecuador"))
    return Extraction.of(article, entities, [Claim("Peru", "visits", "Ecuador", evidence=(evidence,))])


def install_fake(put):
    """Put the pipeline in the place of the real one: `put` takes a name of `kg.build_partition` and a value."""
    put("load_pipeline", lambda model, language: FakePipeline())
    put("make_doc", lambda nlp, article: article.text)
    put("extract", extract_fake)
    put("dissolve_page", lambda doc: None)
    build_partition._pipeline.cache_clear()


@pytest.fixture
def fake_reading(monkeypatch):
    install_fake(lambda name, value: monkeypatch.setattr(build_partition, name, value))
    yield
    build_partition._pipeline.cache_clear()
