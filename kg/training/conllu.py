"""Read dependency trees (CoNLL-U) and named entities (GermEval columns).

In come text files, out go `Tree` and `TaggedSentence` records. Syntactic words of a contracted
form (`am` = `an` + `dem`) stay separate here and remember their surface form.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["TaggedSentence", "Tree", "Word", "read_entities", "read_trees"]

_COLUMNS = 10
_MISSING = "_"


@dataclass(slots=True)
class Word:
    """One syntactic word of a tree.

    Attributes:
        form: The word as written; for the parts of a contraction the part, not the contraction.
        lemma: Base form, empty where the file has none.
        upos: Universal part of speech.
        feats: Universal features as `Key=Value|…`, empty where the file has none.
        head: Index of the head in `Tree.words`, counted from 0; -1 for the root.
        label: Relation to the head; empty if it is not to be trained on.
        space: Whether white space follows.
        surface: For the first part of a contraction the contraction, for the others "", else `None`.
        entity: `B-PER`, `I-PER`, `O`, …, or empty if the file names no entities.
    """

    form: str
    lemma: str
    upos: str
    feats: str
    head: int
    label: str
    space: bool = True
    surface: str | None = None
    entity: str = ""


@dataclass(slots=True)
class Tree:
    """A sentence with its dependency tree.

    Attributes:
        ident: The `sent_id` of the file.
        words: The words in order.
        source: Stem of the file's name.
    """

    ident: str
    words: list[Word] = field(default_factory=list)
    source: str = ""

    def text(self) -> str:
        """The sentence as it was written, without white space at its end.

        Example:
            >>> Tree(
            ...     "s1", [Word("Ja", "", "INTJ", "", -1, "root", space=False), Word("!", "", "PUNCT", "", 0, "punct")]
            ... ).text()
            'Ja!'
        """
        parts: list[str] = []
        for word in self.words:
            form = word.form if word.surface is None else word.surface
            parts.append(form + (" " if word.space else ""))
        return "".join(parts).rstrip()


@dataclass(slots=True)
class TaggedSentence:
    """A sentence of words with entities but without a tree: `entities[i]` belongs to `words[i]`."""

    ident: str
    words: list[str]
    entities: list[str]


def read_trees(path: Path) -> Iterator[Tree]:
    """Yield the trees of a CoNLL-U file in order.

    Args:
        path: The file.

    Raises:
        DataError: If the file is missing or a line does not have ten columns.
    """
    tree = Tree("", source=path.stem)
    contraction: tuple[int, int, str, bool] | None = None
    for number, line in _lines(path):
        if not line:
            if tree.words:
                yield tree
            tree, contraction = Tree("", source=path.stem), None
        elif line.startswith("#"):
            if line.startswith("# sent_id"):
                tree.ident = line.partition("=")[2].strip()
        else:
            columns = line.split("\t")
            if len(columns) != _COLUMNS:
                message = f"{len(columns)} columns instead of {_COLUMNS}"
                raise DataError(message, source=path, line=number)
            misc = dict(item.partition("=")[::2] for item in columns[9].split("|"))
            space = misc.get("SpaceAfter") != "No"
            if "-" in columns[0]:
                first, _, last = columns[0].partition("-")
                contraction = (int(first), int(last), columns[1], space)
                continue
            if "." in columns[0]:
                continue
            place = int(columns[0])
            surface = None
            if contraction is not None and contraction[0] <= place <= contraction[1]:
                surface = contraction[2] if place == contraction[0] else ""
                space = contraction[3] if place == contraction[1] else False
            tree.words.append(
                Word(
                    form=columns[1],
                    lemma="" if columns[2] == _MISSING else columns[2],
                    upos=columns[3],
                    feats="" if columns[5] == _MISSING else columns[5],
                    head=int(columns[6]) - 1,
                    label=columns[7],
                    space=space,
                    surface=surface,
                    entity=misc.get("NE", ""),
                )
            )
    if tree.words:
        yield tree


def read_entities(path: Path) -> Iterator[TaggedSentence]:
    """Yield the sentences of a GermEval file: number, word, outer entity, inner entity.

    Args:
        path: The file; sentence `n` (from 1) gets the id `<stem>-n`.

    Raises:
        DataError: If the file is missing or a line has fewer than three columns.
    """
    words: list[str] = []
    entities: list[str] = []
    count = 0
    for number, line in [*_lines(path), (0, "")]:
        if not line:
            if words:
                count += 1
                yield TaggedSentence(f"{path.stem}-{count}", words, entities)
            words, entities = [], []
        elif not line.startswith("#"):
            columns = line.split("\t")
            if len(columns) < 3:
                message = f"{len(columns)} columns instead of 4"
                raise DataError(message, source=path, line=number)
            words.append(columns[1])
            entities.append(columns[2])


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    if not path.is_file():
        message = "training file is missing"
        raise DataError(message, source=path, hint="see DATA.md beside the data for what belongs there")
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            yield number, line.rstrip("\r\n")
