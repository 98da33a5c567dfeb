"""A page says of a document what spaCy says of it."""

from __future__ import annotations

import gc
import weakref

import pytest
import spacy
from spacy.tokens import Doc, Span

from kg.linguistics.copying import dissolve_page, page_of, write_layer
from kg.linguistics.page import Page, Stretch
from tests.factories import make_doc

SENTENCES = """
„~/7/punct/PUNCT
Wir/4/nsubj/PRON/wir/Case=Nom|Number=Plur
wollen/4/aux/AUX/wollen/VerbForm=Fin
bleiben~/7/ccomp/VERB/bleiben/VerbForm=Inf
“~/4/punct/PUNCT
,/4/punct/PUNCT
sagte/0/root/VERB/sagen/VerbForm=Fin
Weber~/7/nsubj/PROPN/Weber
./7/punct/PUNCT

Das/2/det/DET/der
Haus/5/nsubj/NOUN/Haus
in/4/case/ADP
Lima/2/nmod/PROPN
brannte~/0/root/VERB/brennen
./5/punct/PUNCT
"""
CROSSING = "eins/3/obj/NOUN\nzwei/0/root/VERB\ndrei/2/xcomp/VERB\nvier/1/nmod/NOUN\nfünf/2/punct/PUNCT"
OF_WORDS = ("i", "idx", "text", "lower_", "lemma_", "pos_", "dep_", "whitespace_", "ent_type_")
FLAGS = ("is_punct", "is_space", "is_quote", "is_sent_start")
RELATED = ("children", "lefts", "subtree", "ancestors", "sent")


@pytest.fixture
def doc() -> Doc:
    doc = make_doc(SENTENCES, ents=[(7, 8, "PER"), (12, 13, "LOC")])
    doc.spans["x"] = [Span(doc, 9, 13, "Place", kb_id="L", span_id="name"), Span(doc, 0, 4, "Text")]
    return doc


@pytest.mark.parametrize("notation", [SENTENCES, CROSSING], ids=["two sentences", "crossing branches"])
def test_words_say_what_tokens_say(notation: str) -> None:
    doc = make_doc(notation, ents=[(1, 2, "PER")])
    page = page_of(doc)
    assert page.text == doc.text
    assert len(page) == len(doc)
    for token, word in zip(doc, page, strict=True):
        assert [getattr(token, name) for name in OF_WORDS] == [getattr(word, name) for name in OF_WORDS]
        assert [bool(getattr(token, name)) for name in FLAGS] == [getattr(word, name) for name in FLAGS]
        for name in RELATED:
            assert [t.i for t in getattr(token, name)] == [w.i for w in getattr(word, name)], (name, word)
        assert (token.head.i, token.left_edge.i, token.right_edge.i) == (
            word.head.i,
            word.left_edge.i,
            word.right_edge.i,
        )
        assert all(token.morph.get(f, []) == word.morph.get(f, []) for f in ("Case", "Number", "VerbForm"))
        assert [token.is_ancestor(t) for t in doc] == [word.is_ancestor(w) for w in page]


def test_stretches_say_what_spans_say(doc: Doc) -> None:
    page = page_of(doc)
    assert [s.text for s in page.sents] == [s.text for s in doc.sents]
    assert [(s.text, s.label_) for s in page.ents] == [(s.text, s.label_) for s in doc.ents]
    for start in range(len(doc)):
        for end in range(start + 1, len(doc) + 1):
            span, stretch = doc[start:end], page.span(start, end)
            assert (span.text, span.root.i, span.lemma_, span.sent.start) == (
                stretch.text,
                stretch.root.i,
                stretch.lemma_,
                stretch.sent.start,
            )
            assert (span.start_char, span.end_char, len(span)) == (stretch.start_char, stretch.end_char, len(stretch))


def test_words_of_a_range_of_characters(doc: Doc) -> None:
    page = page_of(doc)
    for start in range(len(doc.text)):
        for end in range(start + 1, len(doc.text) + 2):
            span, stretch = doc.char_span(start, end, alignment_mode="expand"), page.char_span(start, end)
            assert (span is None) == (stretch is None)
            if span is not None and stretch is not None:
                assert (span.start, span.end) == (stretch.start, stretch.end)


def test_layers_are_copied(doc: Doc) -> None:
    found = page_of(doc).spans["x"]
    assert [(s.text, s.label_, s.kb_id_, s.id_) for s in found] == [
        ("Das Haus in Lima", "Place", "L", "name"),
        ("„Wir wollen bleiben", "Text", "", ""),
    ]


def test_layer_is_written_to_both(doc: Doc) -> None:
    page = page_of(doc)
    write_layer(doc, page, "y", [Stretch(page, 1, 2, "Person", "W", "pronoun")])
    assert [(s.text, s.label_, s.kb_id_, s.id_) for s in doc.spans["y"]] == [("Wir", "Person", "W", "pronoun")]
    assert page_of(doc) is page
    assert page.spans["y"] == [Stretch(page, 1, 2, "Person", "W", "pronoun")]


def test_unchanged_document_keeps_its_page(doc: Doc) -> None:
    assert page_of(doc) is page_of(doc)


def test_changed_annotation_is_read_anew(doc: Doc) -> None:
    before = page_of(doc)
    doc[10].lemma_ = "Hütte"
    assert page_of(doc)[10].lemma_ == "Hütte"
    assert before[10].lemma_ == "Haus"


def test_removed_layer_is_forgotten(doc: Doc) -> None:
    assert "x" in page_of(doc).spans
    del doc.spans["x"]
    assert "x" not in page_of(doc).spans


def test_document_without_annotations() -> None:
    page = page_of(spacy.blank("de")("Anna lacht. Eva weint."))
    assert not page.parsed
    assert [s.text for s in page.sents] == ["Anna lacht. Eva weint."]
    assert not page[0].has_dep()


def test_empty_document() -> None:
    page = page_of(spacy.blank("de")(""))
    assert isinstance(page, Page)
    assert (len(page), page.sents, page.char_span(0, 1)) == (0, [], None)


def test_no_word_beyond_the_document(doc: Doc) -> None:
    page = page_of(doc)
    assert page[0].nbor().text == "Wir"
    with pytest.raises(IndexError):
        page[0].nbor(-1)


def test_page_does_not_keep_the_document(doc: Doc) -> None:
    other = make_doc(CROSSING)
    page = page_of(other)
    watched = weakref.ref(other)
    del other
    gc.collect()
    assert watched() is None
    assert page[0].text == "eins"


def test_page_that_is_dissolved_is_free_at_once_and_made_anew(doc: Doc) -> None:
    page = page_of(doc)
    page.edges  # noqa: B018 # whatever a page holds
    watched = weakref.ref(page)
    before = gc.isenabled()
    gc.disable()
    try:
        dissolve_page(doc)
        del page
        assert watched() is None
    finally:
        (gc.enable if before else gc.disable)()
    assert [word.text for word in page_of(doc)] == [token.text for token in doc]
