"""From trees with function words as heads (TIGER) to trees with content words as heads.

What is turned round: auxiliary and full verb, preposition and noun, conjunction and conjunct, name parts, title and
name.

Source: TIGER (Albert et al. 2003) and https://universaldependencies.org/u/dep/.
"""

from __future__ import annotations

from spacy.tokens import Token

from kg.linguistics.conversion_tree import Tree

__all__ = ["turn_function_heads"]

_MAX_ROUNDS = 6  # auxiliaries chain at most about four deep: "soll entsandt worden sein"


def turn_function_heads(tree: Tree) -> None:
    """Turn a tree round.

    Args:
        tree: The tree, with the tables of its scheme.
    """
    passive: set[int] = set()
    for _ in range(_MAX_ROUNDS):
        changed = [_verbs(tree, i, passive) for i in range(len(tree.doc))]  # all of them: each call changes the tree
        if not any(changed):
            break
    for step in (_preposition, _coordination, _names):
        for token in tree.doc:
            step(tree, token)
    for token in tree.doc:
        _label(tree, token, passive)


def _verbs(tree: Tree, index: int, passive: set[int]) -> bool:
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


def _has_complementizer(tree: Tree, index: int) -> bool:
    return any(
        tree.data["labels"].get(tree.labels[c]) == "mark" and tree.labels[c] != "pm" for c in tree.children(index)
    )


def _preposition(tree: Tree, token: Token) -> None:
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


def _coordination(tree: Tree, token: Token) -> None:
    if tree.labels[token.i] not in tree.structure["conjunction"] or token.i in tree.done:
        return
    first = tree.heads[token.i]
    for child in tree.children(token.i, "conjunct"):
        tree.heads[child], tree.labels[child] = first, tree.made["conjunct"]
        tree.heads[token.i], tree.labels[token.i] = child, tree.made["coordinator"]
        tree.done |= {child, token.i}
        first = child


def _names(tree: Tree, token: Token) -> None:
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


def _label(tree: Tree, token: Token, passive: set[int]) -> None:
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
