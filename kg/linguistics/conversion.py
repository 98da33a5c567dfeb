"""Brings the trees of spaCy's official German pipelines (TIGER scheme) to the Universal Dependencies structure.

All of kg then reads one structure only. The component `kg_to_ud` does nothing to documents that are in it already.
What is turned round: auxiliary and full verb, preposition and noun, conjunction and conjunct, name parts, title and
name.

Source: the two schemes' guidelines, TIGER (Albert et al. 2003) and https://universaldependencies.org/u/dep/.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, Token

from kg.config import language_dir
from kg.errors import DataError

__all__ = ["ToUD", "make_to_ud", "to_ud"]

_MAX_ROUNDS = 6  # auxiliaries chain at most about four deep: "soll entsandt worden sein"


@cache
def _load(language: str) -> dict[str, Any]:
    path = language_dir(language) / "grammar-tiger.toml"
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, tomllib.TOMLDecodeError) as error:
        message = f"cannot read the grammar: {error}"
        raise DataError(message, source=path) from error


class _Tree:
    """Heads and labels of a document while they are changed."""

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
        return self.doc[index].tag_ in self.tags[group]

    def is_word(self, index: int, group: str) -> bool:
        return self.doc[index].lemma_.lower() in self.words[group]


def to_ud(doc: Doc, language: str = "de") -> Doc:
    """Rewrite the tree of a TIGER document in place.

    Args:
        doc: A parsed document; one without TIGER labels is left as it is.
        language: Two-letter code, for the tables.

    Returns:
        The same document.
    """
    data = _load(language)
    if not data or not {t.dep_ for t in doc} & set(data["signature"]):
        return doc
    tree = _Tree(doc, data)
    passive: set[int] = set()
    for _ in range(_MAX_ROUNDS):
        changed = [_verbs(tree, i, passive) for i in range(len(doc))]  # all of them: each call changes the tree
        if not any(changed):
            break
    for token in doc:
        _preposition(tree, token)
    for token in doc:
        _coordination(tree, token)
    for token in doc:
        _names(tree, token)
    for token in doc:
        _label(tree, token, passive)
    for token, head, label in zip(doc, tree.heads, tree.labels, strict=True):
        token.head = doc[head]
        token.dep_ = label
    return doc


def _verbs(tree: _Tree, index: int, passive: set[int]) -> bool:
    if index in tree.done or not tree.tag(index, "auxiliary"):
        return False
    for child in tree.children(index, "verb_complement"):
        if tree.tag(child, "full_verb") and not _has_complementizer(tree, child):
            is_passive = tree.is_word(index, "passive") and tree.tag(child, "participle")
            tree.replace(index, child, tree.made["passive_auxiliary" if is_passive else "auxiliary"])
            if is_passive:
                passive.add(child)
            return True
    if tree.is_word(index, "copula"):
        for child in tree.children(index, "predicative"):
            if not tree.tag(child, "preposition"):
                tree.replace(index, child, tree.made["copula"])
                return True
    return False


def _has_complementizer(tree: _Tree, index: int) -> bool:
    return any(
        tree.data["labels"].get(tree.labels[c]) == "mark" and tree.labels[c] != "pm" for c in tree.children(index)
    )


def _preposition(tree: _Tree, token: Token) -> None:
    if not tree.tag(token.i, "preposition"):
        return
    nouns = [
        c
        for c in tree.children(token.i, "prepositional_object")
        if tree.doc[c].pos_ in ("NOUN", "PROPN", "PRON", "NUM", "ADJ", "DET")
    ]
    if not nouns:
        return
    label = tree.labels[token.i]
    head = tree.heads[token.i]
    tree.replace(token.i, nouns[-1], tree.made["case"])
    agent = label in tree.structure["agent"]
    if agent or tree.data["labels"].get(label) in (tree.made["oblique"], tree.made["nominal"]):
        nominal = tree.doc[head].pos_ in ("NOUN", "PROPN") and head != token.i
        tree.labels[nouns[-1]] = tree.data["labels"][label] if agent else tree.made["nominal" if nominal else "oblique"]
        tree.done.add(nouns[-1])


def _coordination(tree: _Tree, token: Token) -> None:
    if tree.labels[token.i] not in tree.structure["conjunction"] or token.i in tree.done:
        return
    first = tree.heads[token.i]
    for child in tree.children(token.i, "conjunct"):
        tree.heads[child], tree.labels[child] = first, tree.made["conjunct"]
        tree.heads[token.i], tree.labels[token.i] = child, tree.made["coordinator"]
        tree.done |= {child, token.i}
        first = child


def _names(tree: _Tree, token: Token) -> None:
    before = [c for c in tree.children(token.i, "name_part") if c < token.i]
    if before and token.i not in tree.done | set(before):
        first = before[0]
        tree.replace(token.i, first, tree.made["flat"])
        for part in before[1:]:
            tree.heads[part], tree.labels[part] = first, tree.made["flat"]
            tree.done.add(part)
    head = token.i if not before else before[0]
    titles = [c for c in tree.children(head, "noun_kernel") if c < head and tree.doc[c].pos_ == "NOUN"]
    if titles and tree.doc[head].pos_ == "PROPN":
        parts = frozenset(c for c in tree.children(head) if tree.labels[c] == tree.made["flat"])
        tree.replace(head, titles[-1], tree.made["apposition"], keep=parts)


def _label(tree: _Tree, token: Token, passive: set[int]) -> None:
    label = tree.labels[token.i]
    if token.i in tree.done:
        return
    if label in tree.structure["subject"] and tree.heads[token.i] in passive:
        tree.labels[token.i] = tree.made["passive_subject"]
    elif label in tree.structure["verb_complement"] and tree.tag(token.i, "infinitive"):
        tree.labels[token.i] = tree.made["infinitive"]
    else:
        by_pos = tree.data["by_pos"].get(label, {})
        tree.labels[token.i] = by_pos.get(token.pos_, tree.data["labels"].get(label, label))


class ToUD:
    """spaCy component around `to_ud`.

    Args:
        language: Two-letter code.
    """

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, doc: Doc) -> Doc:
        """Bring one document to the structure; spaCy calls this."""
        return to_ud(doc, self.language)


@Language.factory("kg_to_ud", requires=["token.dep"], assigns=["token.dep", "token.head"])
def make_to_ud(nlp: Language, name: str) -> ToUD:
    """Make the component for the pipeline's language."""
    return ToUD(str(nlp.lang))
