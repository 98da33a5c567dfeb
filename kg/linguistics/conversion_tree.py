"""A parse tree that is turned round: heads and labels in lists, which are easier to change than a document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from spacy.tokens import Doc

__all__ = ["Tree"]


class Tree:
    """Heads and labels of a document while they are changed.

    Args:
        doc: The document; `write` puts the changes into it.
        data: The tables of a label scheme.
    """

    def __init__(self, doc: Doc, data: Mapping[str, Any]) -> None:
        self.doc = doc
        self.data = data
        self.heads = [t.head.i for t in doc]
        self.labels = [t.dep_ for t in doc]
        self.structure = {k: frozenset(v) for k, v in data["structure"].items()}
        self.tags = {k: frozenset(v) for k, v in data["tags"].items()}
        self.words = {k: frozenset(v) for k, v in data["words"].items()}
        self.made: Mapping[str, str] = data["made"]
        self.done: set[int] = set()  # words whose label is final

    def children(self, index: int, structure: str | None = None) -> list[int]:
        """The children of a word, in text order; with a group of labels those that have one of them still."""
        labels = self.structure[structure] if structure else None
        sent = self.doc[index].sent
        return [
            i
            for i in range(sent.start, sent.end)
            if self.heads[i] == index
            and i != index
            and (labels is None or (i not in self.done and self.labels[i] in labels))
        ]

    def replace(self, old: int, new: int, label: str, *, keep: frozenset[int] = frozenset()) -> None:
        """Let `new` take the place of its head `old`, which becomes its child with `label`; `keep` stay with `old`."""
        for child in self.children(old):
            if child != new and child not in keep:
                self.heads[child] = new
        self.heads[new] = self.heads[old] if self.heads[old] != old else new
        self.labels[new] = self.labels[old]
        if old in self.done:
            self.done.add(new)
        self.heads[old], self.labels[old] = new, label
        self.done.add(old)

    def tag(self, index: int, group: str) -> bool:
        """Whether the tag of a word is of a group."""
        return self.doc[index].tag_ in self.tags[group]

    def is_word(self, index: int, group: str) -> bool:
        """Whether the lemma of a word is of a group."""
        return self.doc[index].lemma_.lower() in self.words[group]

    def depth(self, index: int) -> int:
        """How far a word is from the root."""
        steps = 0
        while self.heads[index] != index and steps < len(self.heads):
            index = self.heads[index]
            steps += 1
        return steps

    def write(self) -> None:
        """Put heads and labels into the document."""
        for token, head, label in zip(self.doc, self.heads, self.labels, strict=True):
            token.head = self.doc[head]
            token.dep_ = label
