"""Bring treebanks to the conventions of the corrected news sentences.

The rules are data (`kg/data/<language>/training/conversion.toml`); this module applies them. A rule looks at
one word, its head and its children, and either changes the word (`set`) or lets it take its head's
place (`promote`). Rules are applied in the order of the file, each to all words of the tree.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kg.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from kg.training.conllu import Tree, Word

__all__ = ["Rule", "convert", "parse_rules", "read_rules"]

_WORD_TESTS = frozenset({"form", "lemma", "upos", "label", "feats"})
_KEYS = frozenset(
    {"only", "when", "head", "child", "no_child", "side", "not_first", "set", "promote", "why", "reattach"}
)


@dataclass(frozen=True, slots=True)
class Rule:
    """One conversion rule.

    Attributes:
        why: What the rule is for, one line.
        when: Tests on the word: field → allowed values (`feats`: all of them must be there).
        head: The same on its head; an empty test holds for every word that has a head.
        child: The same on some child of it, or `None` for no such test.
        no_child: A test that no child may pass, or `None`.
        side: `left` or `right`: where the word stands seen from its head; empty for either.
        set: Fields to overwrite; `label = ""` leaves the relation untrained.
        promote: Label for the old head after the word has taken its place; empty for no promotion.
        only: Sources (file stems) that the rule is for; empty for all.
        reattach: Labels of the old head's children that a promoted word takes over, wherever they stand.
    """

    why: str
    when: Mapping[str, frozenset[str]]
    head: Mapping[str, frozenset[str]]
    child: Mapping[str, frozenset[str]] | None
    no_child: Mapping[str, frozenset[str]] | None
    side: str
    set: Mapping[str, str]
    promote: str
    only: frozenset[str]
    reattach: frozenset[str]


def read_rules(path: Path) -> tuple[Rule, ...]:
    """Read the rules of a TOML file (tables `[[rule]]`).

    Args:
        path: The file.

    Raises:
        DataError: If the file is missing, is no TOML, or a rule has an unknown key.
    """
    if not path.is_file():
        message = "conversion rules are missing"
        raise DataError(message, source=path)
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        message = f"not valid TOML: {error}"
        raise DataError(message, source=path) from error
    return parse_rules(data.get("rule", []), source=path)


def parse_rules(tables: Sequence[Mapping[str, Any]], *, source: object = None) -> tuple[Rule, ...]:
    """Check rule tables and make them typed rules.

    Args:
        tables: One mapping per rule, as TOML gives them.
        source: Where they are from, for the error message.

    Raises:
        DataError: If a rule has an unknown key or neither `set` nor `promote`.
    """
    rules = []
    for number, table in enumerate(tables, 1):
        unknown = sorted(set(table) - _KEYS)
        if unknown or not ("set" in table or "promote" in table):
            message = f"rule {number}: " + (f"unknown key {unknown[0]!r}" if unknown else "neither set nor promote")
            raise DataError(message, source=source, hint="keys: " + ", ".join(sorted(_KEYS)))
        rules.append(
            Rule(
                why=str(table.get("why", "")),
                when=_tests(table.get("when", {}), source),
                head=_tests(table.get("head", {}), source),
                child=_tests(table["child"], source) if "child" in table else None,
                no_child=_tests(table["no_child"], source) if "no_child" in table else None,
                side=str(table.get("side", "")),
                set=dict(table.get("set", {})),
                promote=str(table.get("promote", "")),
                only=frozenset(table.get("only", ())),
                reattach=frozenset(table.get("reattach", ())),
            )
        )
    return tuple(rules)


def convert(tree: Tree, rules: Sequence[Rule]) -> Tree:
    """Apply the rules to a tree, in place, and return it.

    Args:
        tree: The tree.
        rules: The rules in order.

    Example:
        >>> from kg.training.conllu import Tree, Word
        >>> tree = Tree("s", [Word("seine", "", "DET", "", 1, "det:poss"), Word("Frau", "", "NOUN", "", -1, "root")])
        >>> rules = parse_rules([{"when": {"label": ["det:poss"]}, "set": {"label": "det"}}])
        >>> convert(tree, rules).words[0].label
        'det'
    """
    for rule in rules:
        if rule.only and tree.source not in rule.only:
            continue
        children: dict[int, list[int]] = defaultdict(list)
        for index, word in enumerate(tree.words):
            children[word.head].append(index)
        for index, word in enumerate(tree.words):
            if not _applies(rule, tree, index, children):
                continue
            if rule.promote:
                _promote(rule, tree, index, children)
            for field, value in rule.set.items():
                setattr(word, field, value)
    return tree


def _tests(table: Mapping[str, Any], source: object) -> dict[str, frozenset[str]]:
    unknown = sorted(set(table) - _WORD_TESTS)
    if unknown:
        message = f"unknown field {unknown[0]!r} in a conversion rule"
        raise DataError(message, source=source, hint="fields: " + ", ".join(sorted(_WORD_TESTS)))
    return {key: frozenset([value] if isinstance(value, str) else value) for key, value in table.items()}


def _passes(tests: Mapping[str, frozenset[str]], word: Word) -> bool:
    for field, allowed in tests.items():
        if field == "feats":
            if not allowed <= set(word.feats.split("|")):
                return False
        elif field in {"form", "lemma"}:
            if getattr(word, field).lower() not in allowed:
                return False
        elif getattr(word, field) not in allowed:
            return False
    return True


def _applies(rule: Rule, tree: Tree, index: int, children: Mapping[int, list[int]]) -> bool:
    word = tree.words[index]
    if not _passes(rule.when, word):
        return False
    if rule.head or rule.promote or rule.side:
        if word.head < 0 or not _passes(rule.head, tree.words[word.head]):
            return False
        if rule.side and rule.side != ("left" if index < word.head else "right"):
            return False
    own = [tree.words[i] for i in children.get(index, ())]
    if rule.child is not None and not any(_passes(rule.child, child) for child in own):
        return False
    return rule.no_child is None or not any(_passes(rule.no_child, child) for child in own)


def _promote(rule: Rule, tree: Tree, index: int, children: dict[int, list[int]]) -> None:
    """Let the word take its head's place; what stands before it, or bears a label to reattach, comes along."""
    word, old = tree.words[index], tree.words[index].head
    head = tree.words[old]
    word.head, word.label = head.head, head.label
    for child in list(children[old]):
        if child != index and (child < index or tree.words[child].label in rule.reattach):
            tree.words[child].head = index
            children[index].append(child)
            children[old].remove(child)
    children[old].remove(index)
    children[index].append(old)
    if word.head >= 0:
        children[word.head] = [index if i == old else i for i in children[word.head]]
    head.head, head.label = index, rule.promote
