"""Read all training data of a language into sentences of one convention.

In: the data folder and the tables in `kg/data/<language>/training`. Out: a `Corpus` of `Sample`s, each with
its part (train, dev, test) and its place in a running text where that is known.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kg.errors import DataError
from kg.training.conllu import Tree, read_entities, read_trees
from kg.training.convert import Rule, convert, read_rules
from kg.training.detokenise import Spacing, read_spacing
from kg.training.retokenise import retokenise
from kg.training.sentences import entity_tags, from_tagged, respace, split_joined
from kg.training.split import read_split

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

__all__ = ["Corpus", "Sample", "group_samples", "read_corpus", "read_settings"]


@dataclass(slots=True)
class Sample:
    """One sentence.

    Attributes:
        tree: Words over the tokenizer's tokens; relations may be empty (not trained on).
        corpus: Name of the treebank, or `names` for sentences with entities alone.
        part: `train`, `dev`, `test` or `excluded`.
        base: Id of the sentence in the file, also where it was cut into several.
        article: Id of the article that it is from, or "".
        start: Code point offset in that article, or -1.
        repeat: How often it is shown per pass.
        alone: Whether it must not stand next to other sentences: it is cut off at an ordinal number.
    """

    tree: Tree
    corpus: str
    part: str
    base: str
    article: str = ""
    start: int = -1
    repeat: int = 1
    alone: bool = False

    @property
    def has_tree(self) -> bool:
        """Whether there are relations to train on."""
        return any(word.label for word in self.tree.words)

    @property
    def has_names(self) -> bool:
        """Whether entities are annotated."""
        return any(word.entity for word in self.tree.words)


@dataclass(slots=True)
class Corpus:
    """All samples, the articles that some are from, and what was lost on the way.

    Attributes:
        samples: Every sentence that could be used.
        articles: Article id → text.
        held_out_articles: Ids of articles whose sentences are tested on.
        lost: File stem → number of sentences that the tokenizer cuts otherwise.
    """

    samples: list[Sample]
    articles: dict[str, str]
    held_out_articles: frozenset[str]
    lost: dict[str, int]

    def select(self, part: str, corpus: str = "") -> list[Sample]:
        """The samples of a part, and of a corpus if one is given."""
        return [s for s in self.samples if s.part == part and corpus in {"", s.corpus}]


def read_settings(folder: Path, name: str = "corpus.toml") -> dict[str, Any]:
    """Read a file of training settings.

    Args:
        folder: `kg/data/<language>/training`.
        name: The file: `corpus.toml` or `model.toml`.

    Raises:
        DataError: If it is missing or no TOML.
    """
    path = folder / name
    if not path.is_file():
        message = "no training settings for this language"
        raise DataError(message, source=path)
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        message = f"not valid TOML: {error}"
        raise DataError(message, source=path) from error


def read_corpus(
    data: Path, folder: Path, tokenize: Callable[[str], list[str]], *, split: Mapping[str, frozenset[str]] | None = None
) -> Corpus:
    """Read all files named in `corpus.toml`.

    Args:
        data: The data folder.
        folder: `kg/data/<language>/training`.
        tokenize: Text → tokens, white space left out.
        split: Held-out ids; `None` reads `split.json`.

    Raises:
        DataError: If a folder or a file is missing or malformed.
    """
    if not data.is_dir():
        message = "data folder is missing"
        raise DataError(message, source=data, hint="give the folder that holds treebank/, ner/ and corpora/")
    settings = read_settings(folder)
    parts = read_split(folder / "split.json") if split is None else split
    reader = _Reader(
        data, settings, read_spacing(folder / "detokenise.toml"), read_rules(folder / "conversion.toml"), tokenize
    )
    corpus = Corpus([], {}, frozenset(), {})
    for table in settings["treebank"]:
        corpus.samples += reader.treebank(table, corpus, parts)
    seen = {_key(sample.tree) for sample in corpus.samples if sample.has_names}
    for table in settings["names"]:
        corpus.samples += [s for s in reader.names(table, corpus, parts) if _key(s.tree) not in seen]
    return corpus


@dataclass(slots=True)
class _Reader:
    data: Path
    settings: Mapping[str, Any]
    spacing: Spacing
    rules: tuple[Rule, ...]
    tokenize: Callable[[str], list[str]]

    def treebank(
        self, table: Mapping[str, Any], corpus: Corpus, parts: Mapping[str, frozenset[str]]
    ) -> Iterator[Sample]:
        marks = self.settings["sentences"]
        texts = {ident: text for name in table.get("articles", ()) for ident, text in _read_articles(self.data / name)}
        held = {text for name in table.get("held_out_articles", ()) for _, text in _read_articles(self.data / name)}
        corpus.articles.update(texts)
        corpus.held_out_articles |= {ident for ident, text in texts.items() if text in held}
        whole = "\n".join(texts.values())
        starts: list[tuple[int, str]] = []
        offset = 0
        for ident, text in texts.items():
            starts.append((offset, ident))
            offset += len(text) + 1
        for tree in read_trees(self.data / table["file"]):
            if table.get("spaced"):
                respace(tree, self.spacing)
            original = tree.text()
            if table.get("convert"):
                convert(tree, self.rules)
            place = whole.find(original) if texts else -1
            article, at = "", -1
            if place >= 0:
                begin, article = max(item for item in starts if item[0] <= place)
                at = place - begin
            prepared = self._prepare(tree, corpus)
            if prepared is None:
                continue
            for piece in split_joined(prepared, marks["ends"], marks["closers"], marks["joined"]):
                sample = Sample(
                    piece, table["name"], _part(tree.ident, parts), tree.ident, article, at, table.get("repeat", 1)
                )
                sample.alone = _ends_in_ordinal(texts.get(article, "")[: max(at, 0)]) or _ends_in_ordinal(piece.text())
                if at >= 0:
                    at += len(piece.text()) + 1
                yield sample

    def names(self, table: Mapping[str, Any], corpus: Corpus, parts: Mapping[str, frozenset[str]]) -> Iterator[Sample]:
        path = self.data / table["file"]
        for sentence in read_entities(path):
            tree = self._prepare(respace(from_tagged(sentence, path.stem), self.spacing), corpus)
            if tree is not None:
                yield Sample(tree, "names", _part(tree.ident, parts), tree.ident)

    def _prepare(self, tree: Tree, corpus: Corpus) -> Tree | None:
        result = retokenise(tree, self.tokenize(tree.text()))
        if result is None:
            corpus.lost[tree.source] = corpus.lost.get(tree.source, 0) + 1
            return None
        tags = entity_tags([word.entity for word in result.words], self.settings["entities"])
        for word, tag in zip(result.words, tags, strict=True):
            word.entity = tag
        return result


def _part(ident: str, parts: Mapping[str, frozenset[str]]) -> str:
    return next((part for part, idents in parts.items() if ident in idents), "train")


def _ends_in_ordinal(text: str) -> bool:
    """Whether a text ends in a number with a dot: the sentence may go on."""
    stem = text.rstrip()
    return stem.endswith(".") and stem[-2:-1].isdigit()


def _key(tree: Tree) -> str:
    return "".join(tree.text().split())


def _read_articles(path: Path) -> Iterator[tuple[str, str]]:
    if not path.is_file():
        message = "training file is missing"
        raise DataError(message, source=path)
    with path.open(encoding="utf-8") as file:
        for line in file:
            record = json.loads(line)
            yield record["id"], record["text"]


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
