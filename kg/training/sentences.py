"""Prepare single sentences: mend sentence ends, white space and entity labels.

Which marks end a sentence and which entity labels are dropped is data (`corpus.toml`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kg.training.conllu import Tree, Word
from kg.training.detokenise import spaces_after

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from kg.training.conllu import TaggedSentence
    from kg.training.detokenise import Spacing

__all__ = ["entity_tags", "from_tagged", "respace", "split_joined"]


def entity_tags(tags: Sequence[str], labels: Mapping[str, str]) -> list[str]:
    """Rename entity labels and drop those that are not listed; the result is valid IOB2.

    Args:
        tags: `B-OTH`, `I-OTH`, `O`, …, or "" where nothing is known.
        labels: Label in the file → label of the model.

    Example:
        >>> entity_tags(["B-OTH", "I-OTH", "B-LOCderiv", ""], {"OTH": "MISC"})
        ['B-MISC', 'I-MISC', 'O', '']
    """
    result: list[str] = []
    for tag in tags:
        mark, _, label = tag.partition("-")
        new = labels.get(label, "")
        if not tag:
            result.append("")
        elif not new:
            result.append("O")
        else:
            goes_on = mark == "I" and bool(result) and result[-1][2:] == new
            result.append(("I-" if goes_on else "B-") + new)
    return result


def from_tagged(sentence: TaggedSentence, source: str) -> Tree:
    """A sentence without a tree as a `Tree` whose relations are not trained on.

    Args:
        sentence: Words and entities.
        source: Where it is from.
    """
    words = [
        Word(form, "", "", "", index, "", entity=entity)
        for index, (form, entity) in enumerate(zip(sentence.words, sentence.entities, strict=True))
    ]
    return Tree(sentence.ident, words, source)


def respace(tree: Tree, spacing: Spacing) -> Tree:
    """Guess the white space of a sentence that was written with spaces around marks; in place."""
    for word, space in zip(tree.words, spaces_after([word.form for word in tree.words], spacing), strict=True):
        word.space = space
    return tree


def split_joined(tree: Tree, ends: Collection[str], closers: Collection[str], labels: Collection[str]) -> list[Tree]:
    """Cut a tree that holds several sentences in a row.

    It is cut behind a mark that ends a sentence (and behind a closing quotation mark after it) if just
    one relation crosses that place and bears one of the labels.

    Args:
        tree: The tree.
        ends: Marks that end a sentence.
        closers: Marks that may follow and still belong to it.
        labels: Labels of the relation between two sentences.

    Returns:
        The parts; the first keeps the id, the others get `-2`, `-3`, ….
    """
    parts: list[Tree] = []
    rest = tree
    while True:
        cut = _first_cut(rest, ends, closers, labels)
        name = tree.ident + (f"-{len(parts) + 1}" if parts else "")
        if cut is None:
            parts.append(replace(rest, ident=name))
            return parts
        parts.append(_slice(rest, 0, cut, name))
        rest = _slice(rest, cut, len(rest.words), name)


def _first_cut(tree: Tree, ends: Collection[str], closers: Collection[str], labels: Collection[str]) -> int | None:
    words = tree.words
    for index, word in enumerate(words[:-2]):
        if word.form not in ends or word.upos != "PUNCT" or index == 0:
            continue
        cut = index + 1
        while cut < len(words) and words[cut].form in closers:
            cut += 1
        crossing = [
            word.label
            for place, word in enumerate(words)
            if word.head >= 0 and (place < cut) != (word.head < cut) and word.upos != "PUNCT"
        ]
        if len(crossing) == 1 and crossing[0] in labels and cut < len(words) - 1:
            return cut
    return None


def _slice(tree: Tree, start: int, end: int, ident: str) -> Tree:
    """The words from `start` to `end`; whose head is outside becomes root or hangs on the root."""
    words = [replace(word) for word in tree.words[start:end]]
    words[0].entity = words[0].entity.replace("I-", "B-", 1)
    outside = [i for i, word in enumerate(words) if not start <= word.head < end]
    root = next((i for i in outside if words[i].upos != "PUNCT"), outside[0])
    for index, word in enumerate(words):
        word.head -= start
        if index == root:
            word.head, word.label = -1, "root"
        elif index in outside:
            word.head = root
    return Tree(ident, words, tree.source)
