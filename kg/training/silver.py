"""Sentences labelled by several networks, to train one that is as good as they are together.

The missing layers of labelled sentences (trees of the sentences with names, names of the treebanks) are filled in, and
sentences of running text are labelled whole where the networks agree. Sources: Z.-H. Zhou and M. Li, "Tri-training:
exploiting unlabeled data using three classifiers", IEEE TKDE 2005; A. Kuncoro et al., "Distilling an ensemble of greedy
dependency parsers into one MST parser", EMNLP 2016, arXiv:1609.07561.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from kg.linguistics.network import Network, Scores
from kg.linguistics.trees import best_names, best_tree, name_steps
from kg.training.conllu import Tree, Word
from kg.training.corpus import Sample
from kg.training.split import near_duplicates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from spacy.language import Language

    from kg.training.corpus import Corpus

__all__ = ["Ensemble", "fill_in", "label_articles"]

SILVER = "silver"
_SHORTEST = 4  # words
_PARTS = 500  # sentences labelled at a time


@dataclass(frozen=True, slots=True)
class Ensemble:
    """Several networks with the same classes.

    Attributes:
        networks: The networks.
        labels: `pos`, `feats`, `names`, `relations`: names of the classes.
        row: Word → its hashed features.
    """

    networks: Sequence[Network]
    labels: Mapping[str, Sequence[str]]
    row: Callable[[str], np.ndarray[Any, Any]]

    def label(self, trees: Sequence[Tree]) -> Iterator[tuple[Tree, float]]:
        """The trees with all layers, and the share of words whose head all networks see alike."""
        steps = name_steps(self.labels["names"])
        for start in range(0, len(trees), _PARTS):
            part = trees[start : start + _PARTS]
            rows = [np.stack([self.row(word.form) for word in tree.words]) for tree in part]
            for tree, scores in zip(part, zip(*(net.score(rows) for net in self.networks), strict=True), strict=True):
                yield self._merge(tree, scores, steps)

    def _merge(self, tree: Tree, scores: Sequence[Scores], steps: np.ndarray[Any, Any]) -> tuple[Tree, float]:
        heads = best_tree(_mean([s.heads for s in scores]))
        single = [s.heads.argmax(1) for s in scores]
        agreed = np.mean([all(row[i] == head for row in single) for i, head in enumerate(heads)])
        fits = _mean([net.relations(s, heads) for net, s in zip(self.networks, scores, strict=True)])
        root = self.labels["relations"].index("root")
        fits[:, root] = np.where(heads == 0, np.inf, -np.inf)
        pos = _mean([s.pos for s in scores]).argmax(1)
        feats = _mean([s.feats for s in scores]).argmax(1)
        names = best_names(_mean([s.names for s in scores]), steps)
        words = [
            replace(
                word,
                upos=self.labels["pos"][pos[i]],
                feats=self.labels["feats"][feats[i]],
                head=int(heads[i]) - 1,
                label=self.labels["relations"][fits[i].argmax()],
                entity=_plain(self.labels["names"][names[i]]),
            )
            for i, word in enumerate(tree.words)
        ]
        return Tree(tree.ident, words, tree.source), float(agreed)


def fill_in(samples: Sequence[Sample], ensemble: Ensemble, with_feats: frozenset[str] | None) -> list[Sample]:
    """The samples with the layers that they lack; what was there stays."""
    result = []
    for sample, (full, _) in zip(samples, ensemble.label([s.tree for s in samples]), strict=True):
        words = []
        for old, new in zip(sample.tree.words, full.words, strict=True):
            word = replace(old)
            if not sample.has_tree:
                word.upos, word.head, word.label = new.upos, new.head, new.label
            if not sample.has_names:
                word.entity = new.entity
            if with_feats is not None and sample.corpus not in with_feats:
                word.feats = new.feats if new.upos == word.upos else ""
            words.append(word)
        result.append(replace(sample, tree=Tree(sample.tree.ident, words, sample.tree.source)))
    return result


def label_articles(
    nlp: Language, corpus: Corpus, ensemble: Ensemble, *, agreement: float, longest: int
) -> list[Sample]:
    """Sentences of the articles that are not held out, where the networks agree.

    Args:
        nlp: A pipeline that finds sentences.
        corpus: The corpus; sentences that are in it, or resemble a held-out one, are left out.
        ensemble: The networks.
        agreement: Smallest share of words whose head all networks see alike, 0 to 1.
        longest: Most words of a sentence.
    """
    known = {_key(sample.tree) for sample in corpus.samples}
    held_out = {s.base + str(i): s.tree.text() for i, s in enumerate(corpus.samples) if s.part in {"dev", "test"}}
    trees: list[Tree] = []
    texts = [text for ident, text in sorted(corpus.articles.items()) if ident not in corpus.held_out_articles]
    for doc in nlp.pipe(texts):
        for sentence in doc.sents:
            tokens = [token for token in sentence if not token.is_space]
            if not _SHORTEST <= len(tokens) <= longest:
                continue
            words = [Word(t.text, "", "", "", -1, "", space=bool(t.whitespace_)) for t in tokens]
            tree = Tree(f"{SILVER}-{len(trees)}", words, SILVER)
            if _key(tree) not in known:
                known.add(_key(tree))
                trees.append(tree)
    alike = near_duplicates({tree.ident: tree.text() for tree in trees}, held_out)
    trees = [tree for tree in trees if tree.ident not in alike]
    return [Sample(full, SILVER, "train", full.ident) for full, agreed in ensemble.label(trees) if agreed >= agreement]


def _mean(scores: Sequence[np.ndarray[Any, Any]]) -> np.ndarray[Any, Any]:
    """The mean of the logarithms of the probabilities."""
    total = np.zeros_like(scores[0])
    for values in scores:
        shifted = values - values.max(1, keepdims=True)
        total += shifted - np.log(np.exp(shifted).sum(1, keepdims=True))
    mean: np.ndarray[Any, Any] = total / len(scores)
    return mean


def _plain(name: str) -> str:
    """`S-PER` → `B-PER`, `E-PER` → `I-PER`."""
    return {"S": "B", "E": "I"}.get(name[0], name[0]) + name[1:]


def _key(tree: Tree) -> str:
    return "".join(tree.text().split())
