"""Looking up spans by place."""

from __future__ import annotations

import gc
import weakref

import pytest
import spacy
from spacy.tokens import Doc

from kg.linguistics.copying import page_of
from kg.linguistics.layers import spans_at, spans_between


@pytest.fixture
def doc() -> Doc:
    doc = spacy.blank("de")("eins zwei drei vier fünf sechs")
    doc.spans["x"] = [doc[0:3], doc[1:2], doc[4:6]]
    return doc


@pytest.mark.parametrize(
    ("start", "end", "texts"),
    [(0, 1, ["eins zwei drei"]), (1, 5, ["eins zwei drei", "zwei", "fünf sechs"]), (3, 4, []), (5, 6, ["fünf sechs"])],
)
def test_spans_that_overlap_a_range(doc: Doc, start: int, end: int, texts: list[str]) -> None:
    assert [s.text for s in spans_between(page_of(doc), "x", start, end)] == texts


def test_spans_that_hold_a_token(doc: Doc) -> None:
    assert [s.text for s in spans_at(page_of(doc), "x", 1)] == ["eins zwei drei", "zwei"]


def test_layer_that_is_not_there_has_no_spans(doc: Doc) -> None:
    assert not list(spans_at(page_of(doc), "y", 1))


def test_changed_layer_is_read_again(doc: Doc) -> None:
    assert len(list(spans_at(page_of(doc), "x", 1))) == 2
    doc.spans["x"] = [doc[1:2], doc[0:2], doc[3:4]]
    assert [s.text for s in spans_at(page_of(doc), "x", 1)] == ["eins zwei", "zwei"]


def test_index_does_not_keep_the_document(doc: Doc) -> None:
    list(spans_at(page_of(doc), "x", 1))
    other = spacy.blank("de")("eins zwei")
    other.spans["x"] = [other[0:1]]
    assert [s.text for s in spans_at(page_of(other), "x", 0)] == ["eins"]
    watched = weakref.ref(other)
    del other
    gc.collect()
    assert watched() is None
