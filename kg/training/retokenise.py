"""Bring a tree to the words that the tokenizer finds.

Treebanks cut words where spaCy does not (`an` + `dem` for `am`, `US - Präsident` for `US-Präsident`).
A model is used on raw text, so it is trained on the tokenizer's words: words that share a token are
merged into the one that stands highest in the tree.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from kg.training.conllu import Tree, Word

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["merge_words", "retokenise"]


def retokenise(tree: Tree, tokens: Sequence[str]) -> Tree | None:
    """Return the tree over the given tokens, or `None` if words and tokens overlap in a way that fits no rule.

    Words that share a token become one word. Of a word that the tokenizer cuts, the first piece keeps the
    place in the tree; the other pieces hang on it and are not trained on.

    Args:
        tree: The tree; its text without white space must equal the tokens joined.
        tokens: What the tokenizer makes of `tree.text()`, white space left out.

    Example:
        >>> words = [
        ...     Word("an", "an", "ADP", "", 2, "case", space=False, surface="am"),
        ...     Word("dem", "der", "DET", "", 2, "det", surface=""),
        ...     Word("Tag", "Tag", "NOUN", "", -1, "root"),
        ... ]
        >>> [(w.form, w.head, w.label) for w in retokenise(Tree("s", words), ["am", "Tag"]).words]
        [('am', 1, 'case'), ('Tag', -1, 'root')]
    """
    cut = _cut_words(tree, tokens)
    if cut is None:
        return None
    groups = _groups(cut, tokens)
    return None if groups is None else merge_words(cut, groups, tokens)


def _cut_words(tree: Tree, tokens: Sequence[str]) -> Tree | None:
    """Cut the words at the ends of tokens that lie inside them."""
    ends: set[int] = set()
    total = 0
    for token in tokens:
        total += len("".join(token.split()))
        ends.add(total)
    pieces: list[list[Word]] = []
    start = 0
    for word in tree.words:
        form = "".join((word.form if word.surface is None else word.surface).split())
        inside = [end - start for end in sorted(ends) if start < end < start + len(form)]
        if inside and word.surface is None:
            borders = [0, *inside, len(form)]
            pieces.append([replace(word, form=form[a:b], space=False) for a, b in pairwise(borders)])
            pieces[-1][-1].space = word.space
        elif inside:
            return None
        else:
            pieces.append([replace(word)])
        start += len(form)
    if start != total:
        return None
    first: list[int] = []
    count = 0
    for group in pieces:
        first.append(count)
        count += len(group)
    words: list[Word] = []
    for group in pieces:
        place = len(words)
        for number, word in enumerate(group):
            if number:
                word.head, word.label, word.lemma, word.feats = place, "", "", ""
                word.entity = word.entity.replace("B-", "I-", 1)
                if not any(char.isalnum() for char in word.form):
                    word.upos = "PUNCT" if word.upos else ""
            else:
                word.head = first[word.head] if word.head >= 0 else -1
        words += group
    return Tree(tree.ident, words, tree.source)


def merge_words(tree: Tree, groups: Sequence[Sequence[int]], forms: Sequence[str]) -> Tree:
    """Merge each group of word indices into one word with the given form.

    Args:
        tree: The tree.
        groups: A partition of the word indices into runs, in order.
        forms: The form of each group.
    """
    where = {index: number for number, group in enumerate(groups) for index in group}
    depths = [_depth(tree, index) for index in range(len(tree.words))]
    words: list[Word] = []
    for number, group in enumerate(groups):
        top = min(group, key=depths.__getitem__)
        if len(group) == 1:
            word = replace(tree.words[top], form=forms[number], surface=None)
        else:
            word = replace(
                tree.words[top],
                form=forms[number],
                lemma=_joined_lemma(tree, group, top),
                space=tree.words[group[-1]].space,
                surface=None,
                entity=tree.words[group[0]].entity,
            )
        word.head = where.get(tree.words[top].head, -1)
        words.append(word)
    return Tree(tree.ident, words, tree.source)


def _depth(tree: Tree, index: int) -> int:
    """Number of steps to the root; of words that are not in a tree the greatest number."""
    steps = 0
    while tree.words[index].head >= 0 and steps <= len(tree.words):
        index = tree.words[index].head
        steps += 1
    return steps


def _joined_lemma(tree: Tree, group: Sequence[int], top: int) -> str:
    """Lemma of a merged word: of a contraction its first part's, of a compound all parts joined."""
    if tree.words[group[0]].surface is not None:
        return tree.words[top].lemma
    if top != group[-1]:
        return ""
    return "".join(tree.words[i].form for i in group[:-1]) + tree.words[top].lemma


def _groups(tree: Tree, tokens: Sequence[str]) -> list[list[int]] | None:
    """For each token the indices of the words in it; `None` if a word crosses a token's end."""
    units: list[tuple[str, list[int]]] = []
    for index, word in enumerate(tree.words):
        if word.surface == "" and units:
            units[-1][1].append(index)
        else:
            form = word.form if word.surface is None else word.surface
            units.append(("".join(form.split()), [index]))
    groups: list[list[int]] = []
    place = 0
    for token in tokens:
        wanted = "".join(token.split())
        found, group = "", []
        while place < len(units) and len(found) < len(wanted):
            found += units[place][0]
            group += units[place][1]
            place += 1
        if found != wanted or not group:
            return None
        groups.append(group)
    return groups if place == len(units) else None
