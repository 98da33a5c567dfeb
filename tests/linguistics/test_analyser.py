"""The component that reads sentences, tags, trees and names, on the shipped model."""

from pathlib import Path

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from kg.errors import DataError
from kg.linguistics.analyser import Analyser
from kg.linguistics.pipeline import load_pipeline


@pytest.fixture(scope="module")
def model() -> Language:
    return load_pipeline()


def analysed(model: Language, text: str) -> Doc:
    doc = model.make_doc(text)
    return model.get_pipe("kg_analyser")(doc)


def test_tags_trees_and_names(model: Language) -> None:
    doc = analysed(model, "Der Präsident besuchte gestern Warschau.")
    assert [t.pos_ for t in doc] == ["DET", "NOUN", "VERB", "ADV", "PROPN", "PUNCT"]
    assert [(t.dep_, t.head.text) for t in doc][:3] == [
        ("det", "Präsident"),
        ("nsubj", "besuchte"),
        ("ROOT", "besuchte"),
    ]
    assert [(e.text, e.label_) for e in doc.ents] == [("Warschau", "LOC")]
    assert doc[1].morph.get("Case") == ["Nom"]


def test_every_token_has_a_place_in_a_tree(model: Language) -> None:
    doc = analysed(model, "\n Er kam.\n\nSie ging \n und  blieb. Ende")
    for sentence in doc.sents:
        roots = [token for token in sentence if token.head.i == token.i]
        assert len(roots) == 1
        assert all(token.head in sentence for token in sentence)
    assert all(token.pos_ == "SPACE" for token in doc if token.is_space)
    assert all(token.dep_ for token in doc)


def test_sentence_starts_that_are_set_stay(model: Language) -> None:
    doc = model.make_doc("Gestern kam er nach Wien und ging. Dann schlief er.")
    doc[2].is_sent_start = True
    for token in doc[3:]:
        token.is_sent_start = False
    doc = model.get_pipe("kg_analyser")(doc)
    assert [sentence[0].i for sentence in doc.sents] == [0, 2]


@pytest.mark.parametrize("text", ["", " ", "\n\n", "Ja", "?!", "x" * 3000])
def test_odd_texts_are_read(model: Language, text: str) -> None:
    assert analysed(model, text).text == text


def test_a_sentence_without_end_is_cut(model: Language) -> None:
    doc = analysed(model, "und so weiter " * 200)
    assert max(len(list(sentence)) for sentence in doc.sents) <= 160


def test_white_space_inside_a_name_belongs_to_it(model: Language) -> None:
    doc = analysed(model, "Gestern sprach Angela  Merkel in Berlin.")
    assert "Angela  Merkel" in {entity.text for entity in doc.ents}


def test_documents_do_not_change_their_neighbours(model: Language) -> None:
    texts = ["Russland griff Kiew an.", "Die Außenministerin traf ihren Kollegen.", "", "Nein."]
    pipe = model.get_pipe("kg_analyser")
    together = list(pipe.pipe(model.make_doc(text) for text in texts))
    for text, doc in zip(texts, together, strict=True):
        alone = analysed(model, text)
        assert [(t.pos_, t.dep_, t.head.i, t.ent_type_) for t in doc] == [
            (t.pos_, t.dep_, t.head.i, t.ent_type_) for t in alone
        ]


def test_weights_travel(model: Language, tmp_path: Path) -> None:
    pipe = model.get_pipe("kg_analyser")
    text = "Die Ministerin reiste nach Ankara."
    for copy in (
        Analyser(model.vocab).from_bytes(pipe.to_bytes()),
        (pipe.to_disk(tmp_path / "a"), Analyser(model.vocab).from_disk(tmp_path / "a"))[1],
    ):
        doc = copy(model.make_doc(text))
        assert [t.dep_ for t in doc] == [t.dep_ for t in analysed(model, text)]


def test_missing_weights_are_named(tmp_path: Path) -> None:
    nlp = spacy.blank("de")
    empty = Analyser(nlp.vocab)
    with pytest.raises(DataError, match="no weights"):
        empty(nlp.make_doc("Ja."))
    with pytest.raises(DataError, match="no weights"):
        empty.from_disk(tmp_path)


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04"])
def test_damaged_model_is_named(model: Language, tmp_path: Path, content: bytes) -> None:
    model.to_disk(tmp_path / "m")
    (tmp_path / "m" / "kg_analyser" / "weights.npz").write_bytes(content)
    with pytest.raises(DataError, match="damaged"):
        load_pipeline(str(tmp_path / "m"))
