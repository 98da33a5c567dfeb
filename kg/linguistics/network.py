"""The analyser's networks, run with numpy alone.

In come rows of word features (`kg.linguistics.features`), out go scores for sentence starts, parts of speech,
morphological features, names, heads and relations. The weights are learnt by `kg.training.network`, where the sources
of the architecture stand.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

__all__ = ["Network", "Scores", "SplitterNetwork", "hash_rows"]

Array: TypeAlias = np.ndarray[Any, Any]

_MIXERS = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F)
_SHIFT = 29
_SLOPE = 0.1  # of the leaky rectifier, as in training
_BATCH_WORDS = 1200


def hash_rows(features: Array, counts: Sequence[int]) -> Array:
    """Two rows of the embedding table for each feature: words × columns × 2.

    Args:
        features: Hashed features, words × columns, unsigned 64 bits.
        counts: Number of rows of each column's table.

    Example:
        >>> hash_rows(np.zeros((1, 2), dtype="uint64"), [10, 20]).tolist()
        [[[0, 0], [0, 0]]]
    """
    sizes = np.array(counts, dtype=np.uint64)
    mixed = [((features * np.uint64(mixer)) >> np.uint64(_SHIFT)) % sizes for mixer in _MIXERS]
    return np.stack(mixed, -1).astype(np.int32)


class _Embedding:
    """Hashed columns → one vector for each word."""

    def __init__(self, weights: Mapping[str, Array], prefix: str) -> None:
        names = sorted((key for key in weights if key.startswith(prefix)), key=lambda key: int(key.split(".")[-2]))
        self.tables = [_single(weights[name]) for name in names]
        self.counts = [len(table) for table in self.tables]

    def __call__(self, features: Array) -> Array:
        places = hash_rows(features, self.counts)
        columns = [t[places[:, i, 0]] + t[places[:, i, 1]] for i, t in enumerate(self.tables)]
        return np.concatenate(columns, 1)


class _TwoWayLSTM:
    """One layer; its gates are in the order in, forget, out, cell, the first three halved: σ(x) = ½ tanh(½x) + ½."""

    def __init__(self, weights: Mapping[str, Array], prefix: str) -> None:
        parts: list[tuple[Array, Array, Array]] = []
        for way in ("", "_reverse"):
            inner = _single(weights[f"{prefix}.weight_ih_l0{way}"])
            outer = _single(weights[f"{prefix}.weight_hh_l0{way}"])
            bias = _single(weights[f"{prefix}.bias_ih_l0{way}"]) + _single(weights[f"{prefix}.bias_hh_l0{way}"])
            width = len(bias) // 4
            order = np.r_[0 : 2 * width, 3 * width : 4 * width, 2 * width : 3 * width]
            scale = np.ones(4 * width, dtype=np.float32)
            scale[: 3 * width] = 0.5
            parts.append(
                (inner[order].T * scale, outer[order].T * scale, bias[order] * scale),
            )
        self.width = width
        self.inner = np.ascontiguousarray(np.concatenate([part[0] for part in parts], 1))
        self.outer = np.ascontiguousarray(np.stack([part[1] for part in parts]))
        self.bias = np.concatenate([part[2] for part in parts])

    def project(self, vectors: Array) -> Array:
        """What the words add to the gates; it does not depend on their order."""
        result: Array = vectors @ self.inner + self.bias
        return result

    def run(self, gates: Array, lengths: Array, there: Array) -> Array:
        """Sentences × words × 2 · width; the sentences are sorted, longest first.

        Args:
            gates: What `project` gives, sentences × words × 8 · width.
            lengths: Words of each sentence.
            there: For each sentence and step the place of the word that the backward pass reads then.
        """
        count, longest, _ = gates.shape
        width = self.width
        rows = np.arange(count)[:, None]
        steps = np.empty((longest, 2, count, 4 * width), dtype=np.float32)
        steps[:, 0] = gates[:, :, : 4 * width].transpose(1, 0, 2)
        steps[:, 1] = gates[rows, there, 4 * width :].transpose(1, 0, 2)
        hidden = np.zeros((2, count, width), dtype=np.float32)
        cell = np.zeros((2, count, width), dtype=np.float32)
        forward = np.zeros((count, longest, width), dtype=np.float32)
        backward = np.zeros((count, longest, width), dtype=np.float32)
        active = (lengths[None, :] > np.arange(longest)[:, None]).sum(1)
        for step in range(longest):
            k = int(active[step])
            values = np.tanh(steps[step, :, :k] + hidden[:, :k] @ self.outer)
            open_gates = values[:, :, : 3 * width] * 0.5 + 0.5
            cell[:, :k] = (
                open_gates[:, :, width : 2 * width] * cell[:, :k] + open_gates[:, :, :width] * values[:, :, 3 * width :]
            )
            hidden[:, :k] = open_gates[:, :, 2 * width :] * np.tanh(cell[:, :k])
            forward[:k, step] = hidden[0, :k]
            backward[:k, step] = hidden[1, :k]
        return np.concatenate([forward, backward[rows, there]], 2)


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores of one sentence of n words.

    Attributes:
        pos: n × classes.
        feats: n × classes.
        names: n × classes.
        heads: n × (n + 1); column 0 is the root, column i + 1 word i.
        dependents: n × width, to score relations.
        governors: (n + 1) × width, the same.
    """

    pos: Array
    feats: Array
    names: Array
    heads: Array
    dependents: Array
    governors: Array


class Network:
    """Tags, names and trees of sentences.

    Args:
        weights: Name → array, as `kg.training.network.export` gives them.
        relation: Width of the vectors that relations are scored with.
    """

    def __init__(self, weights: Mapping[str, Array], relation: int) -> None:
        self._embed = _Embedding(weights, "embed.tables.")
        depth = sum(key.endswith("weight_ih_l0") for key in weights)
        self._layers = [_TwoWayLSTM(weights, f"layers.{number}") for number in range(depth)]
        self._root = _single(weights["root"])
        heads = ("pos", "feats", "names", "mlp")
        self._dense = np.concatenate([_single(weights[f"{name}.weight"]).T for name in heads], 1)
        self._dense_bias = np.concatenate([_single(weights[f"{name}.bias"]) for name in heads])
        ends = np.cumsum([len(weights[f"{name}.bias"]) for name in heads])
        self._cuts = [int(end) for end in ends]
        self._arcs = _single(weights["arcs"])
        self._relations = _single(weights["relations"])
        self._relation = relation

    def score(self, sentences: Sequence[Array]) -> list[Scores]:
        """Scores of sentences, each given as its rows of features."""
        results: list[Scores | None] = [None] * len(sentences)
        for chosen in _batches([len(rows) for rows in sentences]):
            for place, scores in zip(chosen, self._score([sentences[i] for i in chosen]), strict=True):
                results[place] = scores
        return [scores for scores in results if scores is not None]

    def relations(self, scores: Scores, heads: Array) -> Array:
        """Scores of the relations of each word to its head: words × relations.

        Args:
            scores: The sentence.
            heads: Head of each word; 0 is the root, i + 1 word i.
        """
        count, wide, _ = self._relations.shape
        one = np.ones((len(heads), 1), dtype=np.float32)
        left = np.concatenate([scores.dependents, one], 1)
        right = np.concatenate([scores.governors[heads], one], 1)
        mixed = (left @ self._relations.transpose(1, 0, 2).reshape(wide, count * wide)).reshape(-1, count, wide)
        result: Array = np.matmul(mixed, right[:, :, None])[:, :, 0]
        return result

    def _score(self, sentences: Sequence[Array]) -> Iterator[Scores]:
        """Sentences sorted by length, longest first."""
        lengths = np.array([len(rows) for rows in sentences])
        longest = int(lengths[0])
        steps = np.arange(longest)[None, :]
        inside = steps < lengths[:, None]
        there = np.where(inside, lengths[:, None] - 1 - steps, steps)
        words, back = np.unique(np.concatenate(sentences), axis=0, return_inverse=True)
        gates_of_word = self._layers[0].project(self._embed(words))
        gates = np.zeros((*inside.shape, gates_of_word.shape[1]), dtype=np.float32)
        gates[inside] = gates_of_word[back.ravel()]
        vectors = self._layers[0].run(gates, lengths, there)
        for layer in self._layers[1:]:
            vectors = layer.run(layer.project(vectors), lengths, there)
        packed = np.concatenate([self._root[None], vectors[inside]])
        dense = packed @ self._dense + self._dense_bias
        pos, feats, names, parts = np.split(dense, self._cuts[:-1], 1)
        parts = np.maximum(parts, _SLOPE * parts)
        arc = (parts.shape[1] - 2 * self._relation) // 2
        one = np.ones((len(parts), 1), dtype=np.float32)
        wanted = np.concatenate([parts[:, :arc], one], 1) @ self._arcs
        start = 1
        for length in lengths:
            own = slice(start, start + int(length))
            with_root = np.concatenate([parts[:1], parts[own]])
            yield Scores(
                pos[own],
                feats[own],
                names[own],
                wanted[own] @ with_root[:, arc : 2 * arc].T,
                parts[own, 2 * arc : 2 * arc + self._relation],
                with_root[:, 2 * arc + self._relation :],
            )
            start += int(length)


class SplitterNetwork:
    """Where sentences begin, from the words around each place.

    Args:
        weights: Name → array, as `kg.training.network.export` gives them.
    """

    def __init__(self, weights: Mapping[str, Array]) -> None:
        self._embed = _Embedding(weights, "embed.tables.")
        window = _single(weights["window.weight"])  # out × in × places
        self._window = np.ascontiguousarray(window.transpose(2, 1, 0))
        self._bias = _single(weights["window.bias"])
        self._out = _single(weights["out.weight"])[0]
        self._out_bias = float(weights["out.bias"][0])

    def score(self, features: Array) -> Array:
        """A score for each word of a text; above 0 a sentence begins there."""
        if not len(features):
            return np.zeros(0, dtype=np.float32)
        words, back = np.unique(features, axis=0, return_inverse=True)
        vectors = self._embed(words)
        count = len(features)
        reach = len(self._window) // 2
        hidden = np.tile(self._bias, (count, 1))
        for place, matrix in enumerate(self._window):
            shift = place - reach
            first, last = max(0, -shift), min(count, count - shift)
            if first < last:
                hidden[first:last] += (vectors @ matrix)[back.ravel()[first + shift : last + shift]]
        result: Array = np.maximum(hidden, 0) @ self._out + self._out_bias
        return result


def _single(weights: Array) -> Array:
    return weights.astype(np.float32)


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Places of sentences in batches of similar length, longest first."""
    order = sorted((i for i, length in enumerate(lengths) if length), key=lambda i: (-lengths[i], i))
    while order:
        size = max(1, _BATCH_WORDS // lengths[order[0]])
        yield order[:size]
        order = order[size:]
