"""Components that read several documents before the next one does."""

from __future__ import annotations

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from kg.linguistics.batches import InBatches

READ: list[tuple[str, str]] = []


class _Reader(InBatches):
    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, doc: Doc) -> Doc:
        if doc.text == "Omen":
            message = "an omen"
            raise ValueError(message)
        READ.append((self.name, doc.text))
        return doc


@pytest.fixture
def nlp() -> Language:
    READ.clear()
    if not Language.has_factory("test_reader"):
        Language.factory("test_reader", func=lambda nlp, name: _Reader(name))
    made = spacy.blank("de")
    made.add_pipe("test_reader", name="first")
    made.add_pipe("test_reader", name="second")
    return made


def test_a_batch_goes_through_one_component_before_the_next(nlp: Language) -> None:
    assert [doc.text for doc in nlp.pipe("abc", batch_size=2)] == ["a", "b", "c"]
    first, second = "first", "second"
    assert [(first, "a"), (first, "b"), (second, "a"), (second, "b"), (first, "c"), (second, "c")] == READ


def test_no_more_documents_wait_than_are_needed(nlp: Language) -> None:
    next(iter(nlp.pipe((str(n) for n in range(1000)), batch_size=1000)))
    assert len(READ) == 64


def test_error_is_raised_without_a_handler(nlp: Language) -> None:
    with pytest.raises(ValueError, match="omen"):
        list(nlp.pipe(["a", "Omen"]))


def test_handler_takes_the_document_that_cannot_be_read(nlp: Language) -> None:
    taken = []
    nlp.set_error_handler(lambda name, component, docs, error: taken.append((name, docs[0].text, str(error))))
    assert [doc.text for doc in nlp.pipe(["a", "Omen", "b"])] == ["a", "b"]
    assert taken == [("_Reader", "Omen", "an omen")]
