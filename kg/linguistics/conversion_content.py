"""From trees in which prepositions and the copula are heads (ClearNLP) to trees with content words as heads.

Auxiliaries hang under the full verb already; what is turned round: preposition and noun, preposition and clause,
copula and predicate; the coordinator moves to the conjunct behind it.

Source: Choi and Palmer, "Guidelines for the CLEAR Style Constituent to Dependency Conversion" (2012), and
https://universaldependencies.org/u/dep/.
"""

from __future__ import annotations

from kg.linguistics.conversion_tree import Tree

__all__ = ["turn_content_heads"]

_NOMINAL = ("NOUN", "PROPN", "PRON", "NUM", "DET")


def turn_content_heads(tree: Tree) -> None:
    """Turn a tree round.

    Args:
        tree: The tree, with the tables of its scheme.
    """
    order = sorted(range(len(tree.doc)), key=tree.depth, reverse=True)
    raised: set[int] = set()  # nouns that have taken the place of their preposition
    for index in order:
        _preposition(tree, index, raised)
    for index in order:
        _copula(tree, index, raised)
    for index in range(len(tree.doc)):
        _coordinator(tree, index)
    for index in range(len(tree.doc)):
        _label(tree, index)


def _preposition(tree: Tree, index: int, raised: set[int]) -> None:
    objects = tree.children(index, "prepositional_object")
    inner = tree.labels[index] in tree.structure["prepositional_clause"] and tree.doc[index].pos_ == "ADP"
    if not objects and (inner or tree.labels[index] in tree.structure["preposition"]):  # "because of X"
        objects = [c for c in tree.children(index) if c in raised]
    clauses = tree.children(index, "prepositional_clause")
    if not (objects or clauses) or index in tree.done:
        return
    label, head, made = tree.labels[index], tree.heads[index], tree.made
    nominal = head != index and tree.doc[head].pos_ in _NOMINAL
    if not objects:
        tree.replace(index, clauses[0], made["mark"])
        kind = "circumstance" if tree.is_word(index, "circumstance") else "modifier" if nominal else "complement"
        if label not in tree.structure["conjunct"]:
            tree.labels[clauses[0]] = made[kind]
        tree.done.add(clauses[0])
        return
    noun = objects[0]
    tree.replace(index, noun, made["case"])
    raised.add(noun)
    tree.doc[index].pos_ = "ADP"  # "according" is a participle, "despite" a conjunction
    if label in tree.structure["conjunct"] or label in tree.structure["prepositional_clause"]:
        return
    agent = label in tree.structure["agent"]
    tree.labels[noun] = made["agent" if agent else "nominal" if nominal else "oblique"]
    tree.done.add(noun)


def _copula(tree: Tree, index: int, raised: set[int]) -> None:
    if not tree.is_word(index, "copula") or tree.labels[index] in tree.structure["auxiliary"] or index in tree.done:
        return
    predicates = tree.children(index, "predicative")
    if tree.children(index, "expletive"):
        for predicate in predicates:  # "There were clashes": they are what there was
            tree.labels[predicate] = tree.made["subject"]
            tree.done.add(predicate)
        return
    if not predicates and not tree.children(index, "clause"):
        places = [c for c in tree.children(index) if c in raised and c > index]
        predicates = [
            c
            for c in places
            if any(tree.is_word(p, "predicative") for p in tree.children(c) if p < c and p in tree.done)
        ]
    if predicates:
        tree.done.discard(predicates[0])
        tree.replace(index, predicates[0], tree.made["copula"])


def _coordinator(tree: Tree, index: int) -> None:
    if tree.labels[index] in tree.structure["coordinator"] and index not in tree.done:
        behind = [c for c in tree.children(tree.heads[index], "conjunct") if c > index]
        if behind:
            tree.heads[index] = behind[0]


def _label(tree: Tree, index: int) -> None:
    label = tree.labels[index]
    if index not in tree.done:
        by_tag = tree.data["by_tag"].get(label, {})
        by_pos = tree.data["by_pos"].get(label, {})
        token = tree.doc[index]
        tree.labels[index] = by_tag.get(token.tag_) or by_pos.get(token.pos_) or tree.data["labels"].get(label, label)
