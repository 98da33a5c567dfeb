"""What is learnt from a sentence, as numbers, and how sentences are varied."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kg.errors import DataError
from kg.training.augment import replace_names, vary_marks

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Mapping, Sequence

    import numpy as np

    from kg.training.augment import Names
    from kg.training.conllu import Tree, Word
    from kg.training.corpus import Sample

__all__ = ["UNKNOWN", "Targets", "Variety", "bracket_names", "find_labels", "keep_features"]

UNKNOWN = -100  # PyTorch's mark for what is not learnt


@dataclass(frozen=True, slots=True)
class Variety:
    """How sentences are varied in each pass.

    Attributes:
        names: Names to put in.
        augment: Table `augment` of `corpus.toml`.
        row: Word → its hashed features.
    """

    names: Names
    augment: Mapping[str, Any]
    row: Callable[[str], np.ndarray[Any, Any]]

    def vary(self, sample: Sample, sizes: Mapping[str, Any], rng: random.Random) -> Tree:
        """Another form of a sentence: other names, other quotation marks."""
        tree = replace_names(sample.tree, self.names, rng, share=sizes["names_replaced"], same_length=sample.has_tree)
        if rng.random() < sizes["marks_varied"]:
            tree = vary_marks(tree, self.augment["quotes"], self.augment["ends"], rng)
        return tree


@dataclass(frozen=True, slots=True)
class Targets:
    """The classes to learn, and the numbers of a sentence's words in them.

    Attributes:
        labels: `pos`, `feats`, `names`, `relations`: the names of the classes.
        kept: Part of speech → features to keep.
        with_feats: Corpora whose features are learnt; `None`: all.
        index: For each layer class → number.
    """

    labels: Mapping[str, Sequence[str]]
    kept: Mapping[str, Sequence[str]]
    with_feats: frozenset[str] | None
    index: dict[str, dict[str, int]] = field(init=False)

    def __post_init__(self) -> None:
        index = {key: {name: i for i, name in enumerate(names)} for key, names in self.labels.items()}
        object.__setattr__(self, "index", index)

    def numbers(self, sample: Sample, tree: Tree) -> tuple[list[int], ...]:
        """Parts of speech, features, names, heads (0 is the root) and relations; −100 where nothing is known."""
        words = tree.words
        has_feats = self.with_feats is None or sample.corpus in self.with_feats
        has_names = any(word.entity for word in words)
        names = bracket_names([word.entity for word in words])
        return (
            [self.index["pos"].get(word.upos, UNKNOWN) for word in words],
            [self._feats(word) if has_feats and word.upos else UNKNOWN for word in words],
            [self.index["names"][name] if has_names else UNKNOWN for name in names],
            [max(word.head + 1, 0) if word.label else UNKNOWN for word in words],
            [self.index["relations"][_relation(word)] if word.label else UNKNOWN for word in words],
        )

    def _feats(self, word: Word) -> int:
        return self.index["feats"].get(keep_features(word.feats, self.kept.get(word.upos, ())), UNKNOWN)


def _relation(word: Word) -> str:
    return "root" if word.head < 0 else word.label


def bracket_names(tags: Sequence[str]) -> list[str]:
    """Mark the last token of each name, and names of one token.

    Args:
        tags: `B-PER`, `I-PER`, `O` or "".

    Example:
        >>> bracket_names(["B-PER", "I-PER", "O", "B-LOC"])
        ['B-PER', 'E-PER', 'O', 'S-LOC']
    """
    result = []
    for tag, after in zip(tags, [*tags[1:], "O"], strict=True):
        goes_on = bool(tag) and after == "I" + tag[1:]
        mark = {"B": "B" if goes_on else "S", "I": "I" if goes_on else "E"}.get(tag[:1], "O")
        result.append(mark + tag[1:] if mark != "O" else "O")
    return result


def find_labels(samples: Sequence[Sample], kept: Mapping[str, Sequence[str]], with_feats: frozenset[str]) -> Targets:
    """Collect the classes of the training sentences.

    Raises:
        DataError: If there is nothing to train on.
    """
    pairs = [(sample, word) for sample in samples for word in sample.tree.words]
    names = sorted({word.entity[2:] for _, word in pairs if word.entity[2:]})
    labels = {
        "pos": sorted({word.upos for _, word in pairs if word.upos} - {"SPACE"}),
        "feats": sorted(
            {keep_features(w.feats, kept.get(w.upos, ())) for s, w in pairs if s.corpus in with_feats and w.upos}
        ),
        "names": ["O", *(f"{mark}-{name}" for name in names for mark in "BIES")],
        "relations": sorted({_relation(word) for _, word in pairs if word.label}),
    }
    if not labels["relations"] or not names:
        message = "no trees or no names to train on"
        raise DataError(message, hint="the data folder must hold treebank/ and ner/")
    return Targets(labels, kept, with_feats)


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
