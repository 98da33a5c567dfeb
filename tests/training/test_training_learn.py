"""What is learnt from sentences, sentences labelled by several networks, and the learning itself on a handful."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import spacy

from kg.errors import DataError
from kg.linguistics.features import WordFeatures
from kg.linguistics.network import Network, Scores
from kg.training.augment import Names
from kg.training.conllu import Tree, Word
from kg.training.corpus import Corpus, Sample
from kg.training.silver import Ensemble, fill_in, label_articles
from kg.training.targets import Targets, Variety, bracket_names, find_labels

AUGMENT = {"quotes": [["„", "“"]], "ends": ["."]}
NO_CHANGE = {"names_replaced": 0.0, "marks_varied": 0.0}


def word(form: str, upos: str = "NOUN", head: int = -1, label: str = "", entity: str = "", feats: str = "") -> Word:
    return Word(form, "", upos if label else "", feats, head, label, entity=entity)


def with_tree(ident: str = "t1") -> Sample:
    words = [
        word("Kim", "PROPN", 1, "nsubj", "B-PER"),
        word("reist", "VERB", -1, "root", "O", "Mood=Ind|Number=Sing"),
        word("nach", "ADP", 3, "case", "O"),
        word("Moskau", "PROPN", 1, "obl", "B-LOC"),
    ]
    return Sample(Tree(ident, words), "news", "train", ident)


def names_alone() -> Sample:
    words = [word("Lawrow", entity="B-PER"), word("schwieg", entity="O")]
    return Sample(Tree("n1", words), "names", "train", "n1")


def make_targets(*samples: Sample) -> Targets:
    return find_labels(samples or (with_tree(),), {"VERB": ["Mood"]}, frozenset({"news"}))


def make_variety() -> Variety:
    return Variety(Names({}, {}, ("s", ())), AUGMENT, WordFeatures(spacy.blank("de").vocab).row)


def test_names_are_bracketed() -> None:
    tags = ["B-PER", "I-PER", "I-PER", "B-PER", "O", "", "B-LOC"]
    assert bracket_names(tags) == ["B-PER", "I-PER", "E-PER", "S-PER", "O", "O", "S-LOC"]


def test_sentences_become_numbers() -> None:
    targets = make_targets()
    sample = with_tree()
    pos, feats, names, heads, relations = targets.numbers(sample, sample.tree)
    assert [targets.labels["pos"][i] for i in pos] == ["PROPN", "VERB", "ADP", "PROPN"]
    assert targets.labels["feats"][feats[1]] == "Mood=Ind"
    assert [targets.labels["names"][i] for i in names] == ["S-PER", "O", "O", "S-LOC"]
    assert heads == [2, 0, 4, 2]
    assert [targets.labels["relations"][i] for i in relations] == ["nsubj", "root", "case", "obl"]


def test_missing_layers_are_not_learnt() -> None:
    targets = make_targets()
    sample = names_alone()
    pos, feats, names, heads, relations = targets.numbers(sample, sample.tree)
    assert set(pos + feats + heads + relations) == {-100}
    assert min(names) >= 0


def test_without_trees_there_is_nothing_to_learn() -> None:
    with pytest.raises(DataError, match="no trees or no names"):
        make_targets(names_alone())


class Fixed(Network):
    """A network that always gives the same scores: every word hangs on the word `head` (0 is the root)."""

    def __init__(self, targets: Targets, root: int) -> None:
        self.targets = targets
        self.root = root

    def score(self, sentences: Any) -> list[Scores]:
        result = []
        for rows in sentences:
            count = len(rows)
            heads = np.zeros((count, count + 1), dtype="f")
            heads[:, self.root + 1] = 5
            heads[self.root, 0] = 9
            tables = [np.zeros((count, len(self.targets.labels[key])), dtype="f") for key in ("pos", "feats", "names")]
            tables[2][0, self.targets.labels["names"].index("S-PER")] = 3
            result.append(Scores(*tables, heads, np.zeros((count, 1)), np.zeros((count + 1, 1))))
        return result

    def relations(self, scores: Scores, heads: Any) -> Any:
        fits = np.zeros((len(heads), len(self.targets.labels["relations"])))
        fits[:, self.targets.labels["relations"].index("nsubj")] = 1
        return fits


def make_ensemble(*roots: int) -> Ensemble:
    targets = make_targets()
    return Ensemble([Fixed(targets, root) for root in roots], targets.labels, make_variety().row)


def test_missing_layers_are_filled_in_and_known_ones_stay() -> None:
    tree, names = fill_in([with_tree(), names_alone()], make_ensemble(0, 0), frozenset({"news"}))
    assert [w.label for w in tree.tree.words] == ["nsubj", "root", "case", "obl"]
    assert [w.entity for w in tree.tree.words] == ["B-PER", "O", "O", "B-LOC"]
    assert [w.head for w in names.tree.words] == [-1, 0]
    assert [w.label for w in names.tree.words] == ["root", "nsubj"]
    assert [w.entity for w in names.tree.words] == ["B-PER", "O"]


def test_agreement_is_the_share_of_heads_seen_alike() -> None:
    tree = names_alone().tree
    assert [share for _, share in make_ensemble(0, 0).label([tree])] == [1.0]
    assert [share for _, share in make_ensemble(0, 1).label([tree])] == [0.0]


def test_articles_give_sentences_that_are_new_and_not_held_out() -> None:
    nlp = spacy.blank("de")
    nlp.add_pipe("sentencizer")
    test = Sample(with_tree("x").tree, "news", "test", "x")
    articles = {
        "a": "Kim reist nach Moskau. Der Minister sprach gestern lange mit ihm.",
        "b": "Dieser Satz steht in einem zurückgehaltenen Artikel.",
    }
    corpus = Corpus([test], articles, frozenset({"b"}), {})
    found = label_articles(nlp, corpus, make_ensemble(0, 0), agreement=0.9, longest=40)
    assert [sample.tree.text() for sample in found] == ["Der Minister sprach gestern lange mit ihm."]
    assert label_articles(nlp, corpus, make_ensemble(0, 1), agreement=0.9, longest=40) == []


SIZES: dict[str, Any] = {
    "rows": [50] * 10,
    "column_width": 6,
    "column_dropout": 0.0,
    "dropout": 0.0,
    "depth": 1,
    "width": 12,
    "arc": 12,
    "relation": 6,
    "passes": 60,
    "batch_words": 40,
    "learn_rate": 0.02,
    "warm_up": 5,
    "clip": 5.0,
    "smoothing": 0.0,
    "average": 0.9,
    "weights": {"pos": 1.0, "feats": 1.0, "names": 1.0, "heads": 1.0, "relations": 1.0},
    "longest": 90,
    **NO_CHANGE,
}


def test_a_handful_of_sentences_is_learnt_and_twice_the_same(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="only where models are trained")
    from kg.training.learn import learn_analyser
    from kg.training.network import export

    other = with_tree("t2")
    other.tree.words[0] = replace(other.tree.words[0], form="Putin")
    samples, variety = [with_tree(), other, names_alone()], make_variety()
    targets = make_targets(*samples)
    weights = export(learn_analyser(samples, targets, variety, SIZES, seed=3))
    again = export(learn_analyser(samples, targets, variety, SIZES, seed=3))
    assert all(np.array_equal(weights[key], again[key]) for key in weights)
    network = Network(weights, SIZES["relation"])
    ensemble = Ensemble([network], targets.labels, variety.row)
    ((tree, _),) = ensemble.label([with_tree().tree])
    assert [(w.head, w.label) for w in tree.words] == [(1, "nsubj"), (-1, "root"), (3, "case"), (1, "obl")]
    assert [w.entity for w in tree.words] == ["B-PER", "O", "O", "B-LOC"]


def test_sentence_starts_are_learnt() -> None:
    pytest.importorskip("torch", reason="only where models are trained")
    from kg.linguistics.network import SplitterNetwork
    from kg.training.learn import learn_splitter
    from kg.training.network import export

    sizes = {**SIZES, "rows": [50] * 11, "reach": 2, "batch_texts": 4, "longest": 3, "breaks": [""], "passes": 40}
    variety = make_variety()
    samples = []
    for number in range(8):
        words = [word(form, "X", -1, "root") for form in ("Er", "kam", "heute", ".")][number % 2 :]
        samples.append(Sample(Tree(str(number), words), "news", "train", str(number)))
    network = SplitterNetwork(export(learn_splitter(samples, variety, sizes, seed=1)))
    forms = ["Er", "kam", "heute", ".", "Er", "kam", "heute", "."]
    rows = np.stack([np.append(variety.row(form), np.uint64(2)) for form in forms])
    assert (network.score(rows) > 0).tolist()[1:] == [False, False, False, True, False, False, False]
