"""Make spaCy documents for training and testing from samples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spacy.tokens import Doc

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

    from spacy.vocab import Vocab

    from kg.training.conllu import Tree
    from kg.training.corpus import Sample

__all__ = ["group_samples", "make_doc"]

_BREAKS = ("\n\n", "\n", "\n\n\n")


def make_doc(vocab: Vocab, trees: Sequence[Tree], *, breaks: Sequence[str] = (), space_label: str = "dep") -> Doc:
    """A document of one or more sentences.

    Args:
        vocab: The vocabulary of the pipeline.
        trees: The sentences in order.
        breaks: White space after each sentence but the last: "" for a single space, else a token of its own.
        space_label: Relation of white-space tokens to the token before them.
    """
    words: list[str] = []
    spaces: list[bool] = []
    pos: list[str] = []
    morphs: list[str] = []
    lemmas: list[str] = []
    heads: list[int] = []
    deps: list[str] = []
    starts: list[bool | int | None] = []
    entities: list[str] = []
    parsed = any(word.label for tree in trees for word in tree.words)
    for number, tree in enumerate(trees):
        offset = len(words)
        known = any(word.label for word in tree.words)
        for index, word in enumerate(tree.words):
            words.append(word.form)
            spaces.append(word.space)
            pos.append(word.upos)
            morphs.append(word.feats)
            lemmas.append(word.lemma)
            trained = bool(word.label)
            heads.append(offset + (word.head if trained and word.head >= 0 else index))
            deps.append(("ROOT" if word.head < 0 else word.label) if trained else "")
            starts.append((index == 0) if known else None)
            entities.append(word.entity)
        if number < len(trees) - 1:
            gap = breaks[number] if number < len(breaks) else ""
            spaces[-1] = not gap
            if gap:
                words.append(gap)
                spaces.append(False)
                pos.append("SPACE" if any(w.upos for w in tree.words) else "")
                morphs.append("")
                lemmas.append(gap)
                heads.append(len(words) - 2)
                deps.append(space_label if known else "")
                starts.append(False if known else None)
                entities.append("O" if any(w.entity for w in tree.words) else "")
    return Doc(
        vocab,
        words=words,
        spaces=spaces,
        pos=pos if any(pos) else None,
        morphs=morphs if any(morphs) else None,
        lemmas=lemmas if any(lemmas) else None,
        heads=heads if parsed else None,
        deps=deps if parsed else None,
        sent_starts=None if parsed else starts,
        ents=entities if any(entities) else None,
    )


def group_samples(samples: Sequence[Sample], rng: random.Random, *, longest: int = 6) -> list[list[Sample]]:
    """Group sentences into documents of one to `longest`: neighbours in an article stay in order.

    Args:
        samples: The sentences.
        rng: Source of chance.
        longest: Most sentences per document, at least 1.
    """
    runs: dict[str, list[Sample]] = {}
    for number, sample in enumerate(samples):
        runs.setdefault(sample.article or f"{sample.corpus} {number // 40}", []).append(sample)
    keys = sorted(runs)
    rng.shuffle(keys)
    groups: list[list[Sample]] = []
    for key in keys:
        run = sorted(runs[key], key=lambda sample: sample.start) if runs[key][0].article else list(runs[key])
        while run:
            size = rng.choice((1, 1, 2, 2, 3, 4, 5, 6)) if longest > 1 else 1
            size = 1 if run[0].alone else min(size, longest)
            lone = next((place for place, sample in enumerate(run[1:size], 1) if sample.alone), size)
            groups.append(run[:lone])
            run = run[lone:]
    rng.shuffle(groups)
    return groups
