"""Vary training sentences: other names, other quotation marks, no full stop.

The names come from the gazetteer tables of the data folder (own work, free to use). They are only used to train:
a model that has seen many names in one sentence frame learns the frame.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from kg.errors import DataError
from kg.training.conllu import Tree, Word

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

__all__ = ["Names", "read_names", "replace_names", "vary_marks"]


@dataclass(frozen=True, slots=True)
class Names:
    """Names to put in: label of the model → names, each a tuple of tokens.

    Attributes:
        long: Names of the given label with more than one token.
        short: Names with one token.
        genitive: Ending of the genitive, and the endings of names that take none.
    """

    long: Mapping[str, Sequence[tuple[str, ...]]]
    short: Mapping[str, Sequence[tuple[str, ...]]]
    genitive: tuple[str, tuple[str, ...]]


def read_names(data: Path, settings: Mapping[str, Any], tokenize: Callable[[str], list[str]]) -> Names:
    """Read the gazetteer tables.

    Args:
        data: The data folder.
        settings: Table `augment` of `corpus.toml`: `sources` (file, label, columns, skip) and `genitive`.
        tokenize: Text → tokens.

    Raises:
        DataError: If a file is missing or lacks a column.
    """
    found: dict[str, set[tuple[str, ...]]] = {}
    for source in settings["sources"]:
        path = data / source["file"]
        if not path.is_file():
            message = "gazetteer table is missing"
            raise DataError(message, source=path)
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
                for column in source["columns"]:
                    if column not in row:
                        message = f"no column {column!r}"
                        raise DataError(message, source=path)
                    for name in (row[column] or "").split("|"):
                        tokens = tuple(tokenize(name.strip()))
                        if tokens and tokens[0][:1].isupper():
                            found.setdefault(source["label"], set()).add(tokens)
    genitive = settings["genitive"]
    return Names(
        long={label: sorted(n for n in names if len(n) > 1) for label, names in found.items()},
        short={label: sorted(n for n in names if len(n) == 1) for label, names in found.items()},
        genitive=(genitive["ending"], tuple(genitive["without"])),
    )


def replace_names(tree: Tree, names: Names, rng: random.Random, *, share: float, same_length: bool = False) -> Tree:
    """Put other names into a sentence.

    Short names are replaced by short names and long ones by long ones, in the same case as far as the
    ending shows it. Where the number of tokens changes, the relations of the sentence are no longer trained on.

    Args:
        tree: The sentence; it is not changed.
        names: The names.
        rng: Source of chance.
        share: Probability that a name is replaced, 0 to 1.
        same_length: Whether only names with as many tokens are put in.
    """
    words: list[Word] = []
    changed = False
    index = 0
    while index < len(tree.words):
        end = index + 1
        label = tree.words[index].entity[2:] if tree.words[index].entity.startswith("B-") else ""
        while label and end < len(tree.words) and tree.words[end].entity == "I-" + label:
            end += 1
        old = tree.words[index:end]
        new = _choose(old, label, names, rng, share=share, same_length=same_length) if label else None
        if new is None:
            words += [replace(word) for word in old]
        elif len(new) == len(old):
            words += [replace(word, form=form) for word, form in zip(old, new, strict=True)]
        else:
            changed = True
            for number, form in enumerate(new):
                words.append(replace(old[0], form=form, entity=("I-" if number else "B-") + label, space=True))
            words[-1].space = old[-1].space
        index = end
    if changed:
        words = [replace(word, head=place, label="", upos="") for place, word in enumerate(words)]
    return Tree(tree.ident, words, tree.source)


def vary_marks(tree: Tree, styles: Sequence[Sequence[str]], ends: Sequence[str], rng: random.Random) -> Tree:
    """Write the quotation marks of a sentence in another style, and now and then leave its full stop out.

    Args:
        tree: The sentence; it is not changed.
        styles: Styles of double quotation marks, each [opening, closing].
        ends: Marks that may be left out at the end.
        rng: Source of chance.
    """
    opening = {style[0] for style in styles}
    closing = {style[1] for style in styles}
    style = rng.choice(styles)
    words = []
    is_open = False
    for word in tree.words:
        if word.form in opening or word.form in closing:
            is_open = (not is_open) if word.form in opening & closing else word.form in opening
            words.append(replace(word, form=style[0] if is_open else style[1]))
        else:
            words.append(replace(word))
    last = len(words) - 1
    is_leaf = all(word.head != last for word in words)
    if last > 1 and words[last].form in ends and is_leaf and rng.random() < 0.15:
        words.pop()
    return Tree(tree.ident, words, tree.source)


def _choose(
    old: Sequence[Word], label: str, names: Names, rng: random.Random, *, share: float, same_length: bool
) -> list[str] | None:
    if rng.random() >= share:
        return None
    stock = (names.long if len(old) > 1 else names.short).get(label, ())
    if same_length:
        stock = [name for name in stock if len(name) == len(old)]
    if not stock:
        return None
    new = list(rng.choice(stock))
    ending, without = names.genitive
    last = old[-1].form
    known = names.short.get(label, ()) if len(old) == 1 else ()
    was_genitive = last.endswith(ending) and ((last[: -len(ending)],) in set(known) or old[-1].feats == "Case=Gen")
    if was_genitive and not new[-1].endswith(without):
        new[-1] += ending
    return new
