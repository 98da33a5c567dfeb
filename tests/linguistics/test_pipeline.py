"""Documents keep the article's text; clutter is one token; models that are missing say how to get them."""

from itertools import pairwise

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import AnnotationError, ModelNotInstalled
from kg.linguistics.pipeline import add_components, load_pipeline, make_doc
from kg.model import Article, Block, BlockKind

NLP = spacy.blank("de")


def test_clutter_is_one_token_and_blocks_start_sentences() -> None:
    text = "Titel ohne Punkt\n\n00:00 Anhören\n\nDer Text. Noch einer."
    blocks = (Block(BlockKind.HEADLINE, 0, 16), Block(BlockKind.CLUTTER, 18, 31), Block(BlockKind.BODY, 33, len(text)))
    doc = make_doc(NLP, Article("a", text, blocks=blocks))
    assert doc.text == text
    assert [t.text for t in doc if "Anhören" in t.text] == ["\n\n00:00 Anhören\n\n"]
    assert [t.text for t in doc if t.is_sent_start and not t.is_space] == ["Titel", "\n\n00:00 Anhören\n\n", "Der"]
    kinds = {s.text: s.label_ for s in doc.spans["kg_blocks"]}
    assert kinds["Der Text. Noch einer."] == "body"


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80), st.lists(st.integers(0, 80), max_size=6))
def test_text_is_never_changed(text: str, cuts: list[int]) -> None:
    edges = sorted({min(c, len(text)) for c in cuts})
    blocks = tuple(
        Block(BlockKind.BODY if i % 2 else BlockKind.CLUTTER, a, b) for i, (a, b) in enumerate(pairwise(edges)) if b > a
    )
    doc = make_doc(NLP, Article("a", text, blocks=blocks))
    assert doc.text == text
    assert all(doc.text[t.idx : t.idx + len(t.text)] == t.text for t in doc)


def test_missing_model_says_how_to_install_it() -> None:
    with pytest.raises(ModelNotInstalled, match="python -m spacy download de_core_news_xx"):
        load_pipeline("de_core_news_xx")


def test_folder_that_is_no_model_is_named(tmp_path: object) -> None:
    with pytest.raises(ModelNotInstalled, match="no spaCy pipeline"):
        load_pipeline(str(tmp_path))


def test_pipeline_without_parser_is_refused() -> None:
    with pytest.raises(AnnotationError, match="no parser"):
        add_components(spacy.blank("de"))
