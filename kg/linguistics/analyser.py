"""The component `kg_analyser`: sentences, parts of speech, features, trees and names in one pass.

It reads the tokens of a `Doc` and writes `pos_`, `morph`, `head`, `dep_` and `ents`. Sentence starts that are set
before stay. White space is no word of the trees: it hangs on the word before it. The weights come with the model
(`kg train`); numpy is all they need.

The component is registered by importing this module or through the entry point group `spacy_factories`.
"""

from __future__ import annotations

import io
from functools import cache
from itertools import islice, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias
from zipfile import BadZipFile

import numpy as np
import srsly
from spacy.attrs import DEP, ENT_IOB, ENT_TYPE, HEAD, IS_SPACE, MORPH, POS, SENT_START, SPACY
from spacy.language import Language
from spacy.symbols import IDS
from threadpoolctl import ThreadpoolController

from kg.errors import DataError
from kg.linguistics.features import WordFeatures
from kg.linguistics.network import Network, SplitterNetwork
from kg.linguistics.trees import best_names, best_tree, name_steps

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from spacy.tokens import Doc
    from spacy.vocab import Vocab

__all__ = ["Analyser", "make_analyser"]

Array: TypeAlias = np.ndarray[Any, Any]

_WEIGHTS = "weights.npz"
_SETTINGS = "settings.json"
_LONGEST = 160  # words that are parsed together; longer sentences are cut
_BATCH_DOCS = 32
_GAPS = 4  # kinds of white space before a word: none, a space, a new line, an empty line
_IOB = {"B": 3, "I": 1, "E": 1, "S": 3, "O": 2}


class Analyser:
    """The pipeline component.

    Args:
        vocab: The vocabulary, with the word table.
        space_label: Relation of white space to the word before it.
        verbal: Relations that only verbs govern; a word that governs one is a verb, unless it governs one of `copular`.
        copular: Relations of the verb of a predicate to its adjective or noun.

    Raises:
        DataError: When a document is given before there are weights.
    """

    def __init__(
        self, vocab: Vocab, space_label: str = "dep", *, verbal: Iterable[str] = (), copular: Iterable[str] = ()
    ) -> None:
        self.vocab = vocab
        self.space_label = space_label
        self.verbal = frozenset(verbal)
        self.copular = frozenset(copular)
        self.labels: dict[str, list[str]] = {}
        self._weights: dict[str, Array] = {}
        self._networks: tuple[SplitterNetwork, Network] | None = None
        self._features: WordFeatures | None = None

    def set_weights(self, weights: Mapping[str, Array], labels: Mapping[str, Sequence[str]], *, relation: int) -> None:
        """Take what was learnt.

        Args:
            weights: `splitter.…` and `analyser.…`: name → array.
            labels: `pos`, `feats`, `names`, `relations`: names of the classes.
            relation: Width of the vectors that relations are scored with.
        """
        self._weights = dict(weights)
        self.labels = {key: list(names) for key, names in labels.items()}
        self._relation = relation
        self._networks = (
            SplitterNetwork(_part(weights, "splitter.")),
            Network(_part(weights, "analyser."), relation),
        )
        strings = self.vocab.strings
        self._adjective, self._verb = (self.labels["pos"].index(name) for name in ("ADJ", "VERB"))
        self._pos = np.array([IDS[name] for name in self.labels["pos"]], dtype="uint64")
        self._feats = np.array([self.vocab.morphology.add(name) for name in self.labels["feats"]], dtype="uint64")
        roots = [name if name != "root" else "ROOT" for name in self.labels["relations"]]
        self._deps = np.array([strings.add(name) for name in roots], dtype="uint64")
        self._root = self.labels["relations"].index("root")
        self._types = np.array([strings.add(name[2:]) if name != "O" else 0 for name in self.labels["names"]], "uint64")
        self._marks = np.array([_IOB[name[0]] for name in self.labels["names"]], dtype="uint64")
        self._steps = name_steps(self.labels["names"])
        self._features = None

    def __call__(self, doc: Doc) -> Doc:
        """Analyse one document."""
        return next(iter(self.pipe([doc])))

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = _BATCH_DOCS) -> Iterator[Doc]:
        """Analyse documents, several at a time."""
        docs = iter(stream)
        while batch := list(islice(docs, batch_size)):
            # The matrices are small: several threads would wait for each other, on a busy machine for seconds, and
            # round otherwise than one.
            with _threads().limit(limits=1):
                self._analyse(batch)
            yield from batch

    def _analyse(self, docs: Sequence[Doc]) -> None:
        if self._networks is None:
            message = "the analyser has no weights"
            raise DataError(message, hint="load a trained model, or train one: kg train")
        if self._features is None:
            self._features = WordFeatures(self.vocab)
        splitter, network = self._networks
        pieces: list[tuple[int, Array, Array]] = []  # document, its tokens, those that are words
        rows: list[Array] = []
        for number, doc in enumerate(docs):
            features = self._features(doc)
            is_space = doc.to_array(IS_SPACE).astype(bool)
            words = np.flatnonzero(~is_space)
            gaps = _gaps(doc, is_space)
            scores = splitter.score(np.concatenate([features, gaps[:, None]], 1)[words])
            for first, last in _ranges(doc, words, scores):
                inside = words[(words >= first) & (words < last)]
                for start in range(0, max(len(inside), 1), _LONGEST):
                    part = inside[start : start + _LONGEST]
                    begin = int(part[0]) if start else first
                    end = int(inside[start + _LONGEST]) if start + _LONGEST < len(inside) else last
                    pieces.append((number, np.arange(begin, end), part))
                    rows.append(features[part])
        scored = iter(network.score([row for row in rows if len(row)]))
        tables = [self._blank(len(doc)) for doc in docs]
        for (number, tokens, words), row in zip(pieces, rows, strict=True):
            self._write(tables[number], tokens, words, next(scored) if len(row) else None, network)
        for doc, table in zip(docs, tables, strict=True):
            if len(doc):
                doc.from_array([POS, MORPH, DEP, ENT_IOB, ENT_TYPE, HEAD], table)  # type: ignore[arg-type] # takes any array

    def _blank(self, count: int) -> Array:
        table = np.zeros((count, 6), dtype="uint64")
        table[:, 3] = _IOB["O"]
        return table

    def _write(self, table: Array, tokens: Array, words: Array, scores: Any, network: Network) -> None:
        """Fill in the rows of one sentence: part of speech, features, relation, name, its type, head."""
        heads = np.zeros(len(tokens), dtype="int64")
        table[tokens, 0] = IDS["SPACE"]
        table[tokens, 2] = self.vocab.strings.add(self.space_label)
        if scores is None:
            heads[:] = tokens[0] - tokens
            table[tokens[0], 2] = self.vocab.strings.add("ROOT")
        else:
            columns = best_tree(scores.heads)
            fits = network.relations(scores, columns)
            fits[:, self._root] = np.where(columns == 0, np.inf, -np.inf)
            relations = fits.argmax(1)
            table[words, 0] = self._pos[self._parts_of_speech(scores.pos, columns, relations)]
            table[words, 1] = self._feats[scores.feats.argmax(1)]
            table[words, 2] = self._deps[relations]
            names = best_names(scores.names, self._steps)
            table[words, 3] = self._marks[names]
            table[words, 4] = self._types[names]
            anchors = words[np.maximum(np.searchsorted(words, tokens, side="right") - 1, 0)]
            heads[:] = anchors - tokens
            places = words - tokens[0]
            heads[places] = np.where(columns == 0, 0, words[np.maximum(columns - 1, 0)] - words)
            # A name goes on over white space inside it.
            inner = np.setdiff1d(tokens, words)
            after = np.minimum(np.searchsorted(words, inner), len(words) - 1)
            goes_on = (table[words[after], 3] == _IOB["I"]) & (words[after] > inner)
            table[inner[goes_on], 3] = _IOB["I"]
            table[inner[goes_on], 4] = table[words[after[goes_on]], 4]
        table[tokens, 5] = heads.astype("uint64")

    def _parts_of_speech(self, scores: Array, columns: Array, relations: Array) -> Array:
        """The best classes; an adjective that governs an object is a verb."""
        best: Array = scores.argmax(1)
        governed: dict[int, set[str]] = {}
        for column, relation in zip(columns.tolist(), relations.tolist(), strict=True):
            governed.setdefault(column - 1, set()).add(self.labels["relations"][relation])
        for word in np.flatnonzero(best == self._adjective).tolist():
            labels = governed.get(word, set())
            if labels & self.verbal and not labels & self.copular:
                best[word] = self._verb
        return best

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        """Weights and settings as bytes."""
        parts = {"weights": self._packed(), "settings": srsly.json_dumps(self._settings())}
        result: bytes = srsly.msgpack_dumps(parts)
        return result

    def from_bytes(self, data: bytes, *, exclude: Iterable[str] = ()) -> Analyser:
        """Take weights and settings from bytes."""
        parts = srsly.msgpack_loads(data)
        return self._take(parts["weights"], srsly.json_loads(parts["settings"]))

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        """Write weights and settings into a folder."""
        folder = Path(path)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _WEIGHTS).write_bytes(self._packed())
        srsly.write_json(folder / _SETTINGS, self._settings())

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> Analyser:
        """Read weights and settings from a folder.

        Raises:
            DataError: If a file is missing.
        """
        folder = Path(path)
        for name in (_WEIGHTS, _SETTINGS):
            if not (folder / name).is_file():
                message = "the model has no weights"
                raise DataError(message, source=folder / name, hint="install kg-geopolitics again")
        return self._take((folder / _WEIGHTS).read_bytes(), srsly.read_json(folder / _SETTINGS))

    def _settings(self) -> dict[str, Any]:
        return {"labels": self.labels, "relation": self._relation} if self._weights else {}

    def _packed(self) -> bytes:
        buffer = io.BytesIO()
        np.savez(buffer, **self._weights)  # type: ignore[arg-type] # the stub takes no mapping
        return buffer.getvalue()

    def _take(self, packed: bytes, settings: Any) -> Analyser:
        try:
            with np.load(io.BytesIO(packed), allow_pickle=False) as arrays:
                weights = {name: arrays[name] for name in arrays.files}
            if weights:
                self.set_weights(weights, settings["labels"], relation=settings["relation"])
        except (ValueError, OSError, EOFError, KeyError, TypeError, BadZipFile) as error:
            message = f"the weights of the model are damaged: {error}"
            raise DataError(message, hint="install kg-geopolitics again") from error
        return self


@cache
def _threads() -> ThreadpoolController:
    return ThreadpoolController()


def _part(weights: Mapping[str, Array], prefix: str) -> dict[str, Array]:
    return {key.removeprefix(prefix): value for key, value in weights.items() if key.startswith(prefix)}


def _gaps(doc: Doc, is_space: Array) -> Array:
    """The kind of white space before each token, from 1 to `_GAPS`."""
    gaps = np.full(len(doc), _GAPS, dtype="uint64")
    gaps[1:] = 1 + (doc.to_array(SPACY)[:-1] != 0)
    for index in np.flatnonzero(is_space[:-1]).tolist():
        lines = doc[index].text.count("\n")
        before = int(gaps[index])
        gaps[index + 1] = max(before, min(2 + lines, _GAPS))
    return gaps


def _ranges(doc: Doc, words: Array, scores: Array) -> Iterator[tuple[int, int]]:
    """First and last + 1 token of each sentence, from what is set already and from the scores of the words."""
    fixed = doc.to_array(SENT_START).astype("int64")  # 1 a start, -1 none, 0 unknown
    found = words[(scores > 0) & (fixed[words] == 0)]
    starts = {0, *np.flatnonzero(fixed == 1).tolist(), *found.tolist()}
    yield from ((a, b) for a, b in pairwise([*sorted(starts), len(doc)]) if a < b)


@Language.factory(
    "kg_analyser",
    assigns=["token.pos", "token.morph", "token.head", "token.dep", "token.is_sent_start", "doc.ents"],
    default_config={"space_label": "dep", "verbal": [], "copular": []},
)
def make_analyser(nlp: Language, name: str, space_label: str, verbal: list[str], copular: list[str]) -> Analyser:
    """Make the component for a pipeline.

    Args:
        nlp: The pipeline.
        name: Name of the component in it.
        space_label: Relation of white space to the word before it.
        verbal: Relations that only verbs govern.
        copular: Relations of the verb of a predicate to its adjective or noun.
    """
    return Analyser(nlp.vocab, space_label, verbal=verbal, copular=copular)
