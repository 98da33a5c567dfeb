"""Reading a batch: the seam that every way of building shares."""

import contextlib
import gc
import pickle
import weakref
from datetime import date

import pytest

from kg import build_partition, build_processes
from kg.build_duplicates import SIMILAR, signature, similarity
from kg.build_partition import Task, batches, read_partition
from kg.config import Settings
from kg.errors import DataError
from kg.linguistics.copying import page_of
from kg.model import Article, Block, BlockKind
from tests.fake_reading import fake_reading  # noqa: F401 # a fixture

SETTINGS = Settings()


@pytest.mark.usefixtures("fake_reading")
class TestReadPartition:
    def test_raw_articles_get_blocks_a_day_and_a_signature(self):
        text = "Lima und Quito einig\n\n" + "Peru und Ecuador haben am Montag einen Vertrag unterzeichnet. " * 5
        (reading,) = read_partition([Article("a", text)], Task(SETTINGS, raw=True, published=date(2025, 3, 5)))
        assert reading.extraction.article.blocks
        assert reading.extraction.article.title == "Lima und Quito einig"
        assert reading.extraction.article.published == date(2025, 3, 5)
        assert len(reading.signature) == 512

    def test_prepared_articles_stay_as_they_are(self):
        article = Article("a", "Lima und Quito einig\n\nText.")
        (reading,) = read_partition([article], Task(SETTINGS, published=date(2025, 3, 5)))
        assert reading.extraction.article is article
        assert reading.signature is None

    def test_one_that_fails_does_not_cost_the_others(self):
        batch = [Article(name, text) for name, text in [("a", "Gut."), ("b", "Omen"), ("c", "Abgrund"), ("d", "Gut.")]]
        readings = read_partition(batch, Task(SETTINGS))
        assert [r.id for r in readings] == ["a", "b", "c", "d"]
        assert [r.error is None for r in readings] == [True, False, False, True]
        assert [r.lasting for r in readings] == [True, True, False, True]

    def test_readings_can_be_sent_to_another_process(self):
        readings = read_partition([Article("a", "Gut."), Article("b", "Omen")], Task(SETTINGS))
        back = pickle.loads(pickle.dumps(readings))
        assert back[0] == readings[0]
        assert str(back[1].error) == str(readings[1].error)

    def test_pipeline_is_loaded_once_until_it_knows_too_many_words(self, monkeypatch):
        loaded = []

        class Pipeline:
            def __init__(self):
                loaded.append(self)
                self.vocab = []

            def pipe(self, docs, batch_size):
                for doc in docs:
                    self.vocab.append(doc)
                    yield doc

        monkeypatch.setattr(build_partition, "load_pipeline", lambda model, language: Pipeline())
        monkeypatch.setattr(build_partition, "_MOST_WORDS", 5)
        for n in range(10):
            read_partition([Article(f"a{n}", "Gut."), Article(f"b{n}", "Gut.")], Task(SETTINGS))
        assert [len(pipeline.vocab) for pipeline in loaded] == [6, 6, 6, 2]

    @pytest.mark.parametrize(("many", "kept"), [(5, False), (7, True)])
    def test_archive_that_is_read_leaves_no_pipeline_in_memory(self, monkeypatch, many, kept):
        loaded = []

        class Pipeline:
            vocab = ()

            def __init__(self):
                loaded.append(weakref.ref(self))

            def pipe(self, docs, batch_size):
                yield from docs

        build_partition.release()
        monkeypatch.setattr(build_partition, "load_pipeline", lambda model, language: Pipeline())
        monkeypatch.setattr(build_processes, "_MANY", many)
        articles = [[Article(f"a{n}", "Gut."), Article(f"b{n}", "Gut.")] for n in range(3)]
        list(build_processes.read_batches(articles, Task(SETTINGS), jobs=1))
        assert [reference() is not None for reference in loaded] == [kept]


def test_batches_are_cut_by_number_and_by_length(monkeypatch):
    monkeypatch.setattr(build_partition, "_BATCH_CHARS", 100)
    articles = [Article(str(n), "x" * length) for n, length in enumerate([10, 10, 10, 90, 20, 500, 10])]
    assert [[a.id for a in batch] for batch in batches(articles, Settings(batch_size=3))] == [
        ["0", "1", "2"],
        ["3"],
        ["4"],
        ["5"],
        ["6"],
    ]


class TestSignature:
    TEXT = " ".join(f"Wort{n}" for n in range(300))

    def test_clutter_does_not_count(self):
        clutter = "Newsletter abonnieren und nichts verpassen " * 10
        blocks = (
            Block(BlockKind.BODY, 0, len(self.TEXT)),
            Block(BlockKind.CLUTTER, len(self.TEXT), len(self.TEXT) + len(clutter)),
        )
        assert signature(Article("a", self.TEXT + clutter, blocks=blocks)) == signature(Article("b", self.TEXT))

    @pytest.mark.parametrize(("kept", "alike"), [(290, True), (240, True), (100, False)])
    def test_estimate_is_near_the_share_in_common(self, kept, alike):
        other = " ".join([*self.TEXT.split()[:kept], *(f"Neu{n}" for n in range(300 - kept))])
        found = similarity(signature(Article("a", self.TEXT)), signature(Article("b", other)))
        assert found == pytest.approx((kept - 2) / (600 - 2 - kept), abs=0.12)
        assert (found >= SIMILAR) is alike

    def test_capital_letters_and_signs_make_no_difference(self):
        other = self.TEXT.upper().replace(" ", ", ")
        assert signature(Article("a", self.TEXT)) == signature(Article("b", other))


@pytest.mark.model
def test_batch_does_not_change_what_an_article_says():
    texts = ["Ecuador kritisiert Peru.", "Der Präsident Julio Vargas reiste am Montag nach Chile.", "Es regnete."]
    articles = [Article(str(n), text, published=date(2025, 3, 5)) for n, text in enumerate(texts)]
    together = read_partition(articles, Task(SETTINGS))
    assert [read_partition([article], Task(SETTINGS))[0] for article in articles] == together


@pytest.mark.usefixtures("fake_reading")
@pytest.mark.parametrize("enabled", [True, False])
@pytest.mark.parametrize("text", ["Gut.", "Chaos"])
def test_no_garbage_is_looked_for_within_a_batch(monkeypatch, enabled, text):
    extract, searching = build_partition.extract, []

    def watched(doc, article):
        searching.append(gc.isenabled())
        return extract(doc, article)

    monkeypatch.setattr(build_partition, "extract", watched)
    before = gc.isenabled()
    (gc.enable if enabled else gc.disable)()
    try:
        with contextlib.nullcontext() if text == "Gut." else pytest.raises(DataError):
            read_partition([Article("a", text)], Task(SETTINGS))
        assert searching == [False]
        assert gc.isenabled() == enabled
    finally:
        (gc.enable if before else gc.disable)()


def test_pages_of_a_batch_are_freed_without_a_search_for_garbage(monkeypatch):
    extract, pages = build_partition.extract, []

    def watched(doc, article):
        pages.append(weakref.ref(page_of(doc)))
        return extract(doc, article)

    monkeypatch.setattr(build_partition, "extract", watched)
    batch = [Article("a", "Ecuador kritisiert Peru. Es droht mit Sanktionen."), Article("b", "Peru griff Chile an.")]
    before = gc.isenabled()
    gc.disable()
    try:
        readings = read_partition(batch, Task(SETTINGS))
        assert [page() for page in pages] == [None, None]
    finally:
        (gc.enable if before else gc.disable)()
    assert [c.predicate for r in readings for c in r.extraction.claims] == ["criticizes", "attacks"]
