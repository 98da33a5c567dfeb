"""Morphological features as a second layer of tags on a finished part.

Only some treebanks have features, so they are learnt after the tree: the word vectors stay as they are, and
one linear layer is trained on the treebanks that have them.
"""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from spacy.training import Example, minibatch_by_words
from thinc.api import Adam, fix_random_seed

from kg.training.conllu import Tree
from kg.training.docs import make_doc

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spacy.language import Language

    from kg.training.corpus import Corpus

__all__ = ["add_features", "keep_features"]

_NAME = "features"


def keep_features(feats: str, wanted: Sequence[str]) -> str:
    """Keep the features of a part of speech; a verb with a mood is finite.

    Args:
        feats: `Key=Value|…`.
        wanted: Names of features.

    Example:
        >>> keep_features("Case=Nom|Foreign=Yes|Gender=Masc,Neut", ["Case", "Gender"])
        'Case=Nom'
        >>> keep_features("Mood=Ind|Tense=Past", ["Mood", "Tense", "VerbForm"])
        'Mood=Ind|Tense=Past|VerbForm=Fin'
    """
    pairs = dict(item.split("=", 1) for item in feats.split("|") if "=" in item and "," not in item)
    if "Mood" in pairs:
        pairs.setdefault("VerbForm", "Fin")
    return "|".join(f"{key}={pairs[key]}" for key in sorted(pairs) if key in wanted)


def add_features(nlp: Language, corpus: Corpus, settings: Mapping[str, Any]) -> None:
    """Add and train the component `features` behind the tagger.

    Args:
        nlp: The trained parser part, with `tok2vec` and `morphologizer`.
        corpus: The corpus.
        settings: What `model.toml` says.
    """
    sizes = settings["feats"]
    fix_random_seed(settings["seed"])
    rng = random.Random(settings["seed"])
    listener = {"@architectures": "spacy.Tok2VecListener.v1", "width": settings["parser"]["width"], "upstream": "*"}
    config = {"overwrite": False, "extend": True, "model": {"@architectures": "spacy.Tagger.v2", "tok2vec": listener}}
    pipe: Any = nlp.add_pipe("morphologizer", name=_NAME, after="morphologizer", config=config)
    vectors: Any = nlp.get_pipe("tok2vec")
    vectors.find_listeners(pipe)
    examples = []
    for sample in corpus.select("train"):
        if sample.corpus in sizes["corpora"]:
            words = [replace(w, feats=keep_features(w.feats, sizes["kept"].get(w.upos, ()))) for w in sample.tree.words]
            doc = make_doc(nlp.vocab, [Tree(sample.tree.ident, words, sample.tree.source)])
            examples.append(Example(nlp.make_doc(doc.text), doc))
    pipe.initialize(lambda: examples, nlp=nlp)
    optimizer = Adam(sizes["learn_rate"], use_averages=True)
    others = [name for name in nlp.pipe_names if name not in {_NAME, "tok2vec"}]
    step = 0
    while step < sizes["steps"]:
        rng.shuffle(examples)
        for batch in minibatch_by_words(examples, size=sizes["batch_words"], discard_oversize=False):
            optimizer.learn_rate = sizes["learn_rate"] * (1 - step / sizes["steps"])
            fresh = [Example(nlp.make_doc(example.reference.text), example.reference) for example in batch]
            with nlp.select_pipes(disable=others):
                nlp.update(fresh, sgd=optimizer, annotates=["tok2vec"], exclude=["tok2vec"])
            step += 1
            if step == sizes["steps"]:
                break
    with pipe.model.use_params(optimizer.averages):
        averaged = {
            (node.id, name): node.get_param(name).copy() for node in pipe.model.walk() for name in node.param_names
        }
    for node in pipe.model.walk():
        for name in node.param_names:
            node.set_param(name, averaged[node.id, name])
