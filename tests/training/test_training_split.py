"""The held-out sentences, the augmentation and the words that a model is trained with."""

import random
from pathlib import Path

import numpy as np
import pytest
import spacy
from spacy.tokens import Doc

from kg.config import data_dir
from kg.errors import DataError, UnsupportedLanguage
from kg.linguistics.features import TABLE, WordFeatures, WordTable, pack_words
from kg.training import train_model
from kg.training.augment import Names, replace_names, vary_marks
from kg.training.conllu import Tree, Word
from kg.training.lemma_tables import learn_endings
from kg.training.split import choose, near_duplicates, read_split
from kg.training.targets import keep_features

FOLDER = data_dir() / "de" / "training"
NAMES = Names(long={"PER": [("Kim", "Jong-un")]}, short={"PER": [("Lawrow",), ("Putin",)]}, genitive=("s", ("s", "x")))


def sentence(*words: tuple[str, str]) -> Tree:
    return Tree(
        "t", [Word(form, "", "PROPN", "", -1 if i == 0 else 0, "x", entity=e) for i, (form, e) in enumerate(words)]
    )


def test_parts_do_not_overlap() -> None:
    split = read_split(FOLDER / "split.json")
    assert not split["dev"] & split["test"]
    assert not split["excluded"] & (split["dev"] | split["test"])


@pytest.mark.parametrize("prefix", ["wn-", "ge-"])
def test_at_least_250_sentences_of_each_news_set_are_tested(prefix: str) -> None:
    split = read_split(FOLDER / "split.json")
    assert sum(ident.startswith(prefix) for ident in split["test"]) >= 250


def test_split_without_a_part_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "split.json"
    path.write_text('{"dev": []}', encoding="utf-8")
    with pytest.raises(DataError, match="no part"):
        read_split(path)


def test_near_duplicates_are_found() -> None:
    texts = {"a": "Der Präsident reist am Montag nach Berlin.", "b": "Es regnet heute in ganz Europa."}
    held_out = {"c": "Der Präsident reist am Montag nach Berlin, hieß es."}
    assert near_duplicates(texts, held_out) == {"a": "c"}


def test_choice_depends_on_the_seed_alone() -> None:
    assert choose("abcdef", count=3, seed="x") == choose("fedcba", count=3, seed="x")


def test_names_are_replaced_in_their_case() -> None:
    changed = replace_names(sentence(("Putins", "B-PER"), ("kam", "O")), NAMES, random.Random(1), share=1.0)
    assert changed.words[0].form in {"Lawrows", "Putins"}
    assert changed.words[1].label == "x"


def test_longer_name_takes_the_relations_out_of_training() -> None:
    given = sentence(("Angela", "B-PER"), ("Dorothea", "I-PER"), ("Merkel", "I-PER"), ("kam", "O"))
    changed = replace_names(given, NAMES, random.Random(1), share=1.0)
    assert [(w.form, w.entity) for w in changed.words] == [("Kim", "B-PER"), ("Jong-un", "I-PER"), ("kam", "O")]
    assert not any(word.label for word in changed.words)
    kept = replace_names(given, NAMES, random.Random(1), share=1.0, same_length=True)
    assert [w.form for w in kept.words] == [w.form for w in given.words]


def test_quotation_marks_change_together() -> None:
    given = sentence(("Ja", "O"), ("„", "O"), ("so", "O"), ("“", "O"), ("kam", "O"))
    changed = vary_marks(given, [["»", "«"]], ["."], random.Random(1))
    assert [w.form for w in changed.words] == [w.form for w in given.words]  # a style that is not listed stays
    changed = vary_marks(given, [["„", "“"]], ["."], random.Random(1))
    assert [w.form for w in changed.words][1] == "„"


def test_endings_are_learnt() -> None:
    assert learn_endings({f"{stem}te": f"{stem}en" for stem in ("lob", "sag", "frag", "leb")})["te"] == [2, "en"]


def test_features_of_a_part_of_speech() -> None:
    assert keep_features("Case=Dat|Gender=Fem|Foreign=Yes", ["Case"]) == "Case=Dat"


def test_words_keep_their_cluster() -> None:
    table = WordTable(pack_words({"Raketen": (80, 3), "ö": (4095, 15)}))
    assert table.find("Raketen") == (80, 3)
    assert table.find("ö") == (4095, 15)
    assert table.find("Rakete") is None
    assert table.guess("Luftabwehrraketen") == (80, 0)
    assert table.guess("xyz") == (0, 0)


def test_feature_rows_travel_with_the_vocabulary() -> None:
    nlp = spacy.blank("de")
    nlp.vocab.lookups.add_table(TABLE, pack_words({"Berlin": (5, 1)}))
    doc = Doc(nlp.vocab, words=["Berlin", "Berlin", "12"])
    features = WordFeatures(nlp.vocab)
    rows = features(doc)
    assert rows.shape == (3, 10)
    assert np.array_equal(rows[0], rows[1])
    assert not np.array_equal(rows[0], rows[2])
    assert features(Doc(nlp.vocab)).shape == (0, 10)


def test_missing_data_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="data folder is missing"):
        train_model("de", data=tmp_path / "nowhere", out=tmp_path / "model")
    (tmp_path / "treebank").mkdir()
    with pytest.raises(DataError, match="ner"):
        train_model("de", data=tmp_path, out=tmp_path / "model")


def test_unknown_language_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedLanguage):
        train_model("xx", data=tmp_path, out=tmp_path / "model")
