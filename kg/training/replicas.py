"""Train copies of one model side by side and average their weights every few steps ("local SGD").

Each copy is a process of its own that sees the data in another order; every `every` steps all copies wait
for each other and go on from the mean of their weights. The result depends on the seed and on the number
of copies, not on their speed. Source: S. U. Stich, "Local SGD converges fast and communicates little",
ICLR 2019, arXiv:1805.09767.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from kg.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from spacy.language import Language

__all__ = ["Replica"]

_LONGEST_WAIT = 3600.0  # seconds


@dataclass(slots=True)
class Replica:
    """One of several copies of a model in training.

    Attributes:
        folder: Where the copies exchange their weights; empty at the start.
        index: Number of this copy, from 0.
        count: Number of copies.
        every: Steps between two exchanges.
        turn: Number of exchanges so far.
    """

    folder: Path
    index: int
    count: int
    every: int
    turn: int = 0

    def share(self, nlp: Language) -> None:
        """Write the weights, wait for those of the other copies, and take the mean.

        Raises:
            DataError: If another copy has not written its weights within an hour.
        """
        if self.count == 1:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        own = np.concatenate([node.get_param(name).ravel() for node, name in _params(nlp)])
        file = self._file(self.turn, self.index)
        with file.with_suffix(".part").open("wb") as handle:
            np.save(handle, own)
        file.with_suffix(".part").rename(file)
        others = [self._wait(self._file(self.turn, index)) for index in range(self.count)]
        mean: Any = np.mean([np.load(path) for path in others], axis=0, dtype=np.float64).astype(np.float32)
        start = 0
        for node, name in _params(nlp):
            value = node.get_param(name)
            node.set_param(name, mean[start : start + value.size].reshape(value.shape))
            start += value.size
        if self.turn:
            self._file(self.turn - 1, self.index).unlink(missing_ok=True)
        self.turn += 1

    def _file(self, turn: int, index: int) -> Path:
        return self.folder / f"{turn:05d}-{index}.npy"

    def _wait(self, path: Path) -> Path:
        waited = 0.0
        while not path.is_file():
            if waited > _LONGEST_WAIT:
                message = "another copy of the model has stopped training"
                raise DataError(message, source=path)
            time.sleep(0.2)
            waited += 0.2
        return path


def _params(nlp: Language) -> Iterable[tuple[Any, str]]:
    """All weights of a pipeline, always in the same order, each once."""
    seen: set[int] = set()
    for _, pipe in nlp.pipeline:
        model = getattr(pipe, "model", None)
        if model is None:
            continue
        for node in model.walk():
            if node.id in seen:
                continue
            seen.add(node.id)
            for name in sorted(node.param_names):
                if node.has_param(name):
                    yield node, name
