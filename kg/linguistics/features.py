"""Word features for the network of the shipped models.

Each token becomes a row of hashed features: the word, its beginnings and endings, its
shape, and its Brown cluster. The clusters come from a compact table in `vocab.lookups` (`kg_words`), so they
travel with the model. A word that is not in the table borrows the cluster of its longest known ending:
German compounds mean what their last part means.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Any

import numpy as np
from spacy.strings import hash_string  # type: ignore[attr-defined] # missing in the stub

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spacy.tokens import Doc
    from spacy.vocab import Vocab

__all__ = ["COLUMNS", "TABLE", "WordFeatures", "WordTable", "pack_words"]

TABLE = "kg_words"
COLUMNS = ("norm", "prefix", "suffix2", "suffix3", "suffix4", "shape", "cluster", "cluster8", "cluster5", "rank")
_PATH_BITS = 12
_SHORTEST_ENDING = 4
_LONGEST_SHAPE = 4
_LONGEST_WORD = 40
_CACHE_SIZE = 200_000


class WordTable:
    """Words with their Brown cluster and their frequency class, packed into six bytes each.

    Args:
        data: `{"hashes": bytes, "values": bytes}`: sorted 32-bit hashes of the words, and 16 bits for
            each: the path in the cluster tree (12 bits, first branch lowest) and the frequency class (4 bits).

    Example:
        >>> WordTable(pack_words({"Berlin": (80, 3)})).find("Berlin")
        (80, 3)
    """

    def __init__(self, data: Mapping[str, bytes]) -> None:
        hashes = np.frombuffer(data["hashes"], dtype="<u4") if data else np.zeros(0, dtype="<u4")
        self._hashes = hashes.astype(np.uint32, copy=False).data
        self._values = np.frombuffer(data["values"], dtype="<u2") if data else np.zeros(0, dtype="<u2")

    def __len__(self) -> int:
        return len(self._hashes)

    def find(self, word: str) -> tuple[int, int] | None:
        """The cluster path and the frequency class (0 rarest to 15) of a word, or `None`."""
        wanted = hash_string(word) & 0xFFFFFFFF
        place = bisect_left(self._hashes, wanted)  # numpy would copy the whole table to compare it with a number
        if place == len(self._hashes) or self._hashes[place] != wanted:
            return None
        value = int(self._values[place])
        return value & ((1 << _PATH_BITS) - 1), value >> _PATH_BITS

    def guess(self, word: str) -> tuple[int, int]:
        """The same, for unknown words from another spelling or from the longest known ending; else (0, 0)."""
        found = self.find(word)
        if found is not None:
            return found
        for other in (word.lower(), word.title(), word.rpartition("-")[2]):
            found = self.find(other)
            if found is not None:
                return found[0], 0
        is_title = word[:1].isupper()
        for start in range(1, len(word) - _SHORTEST_ENDING + 1):
            ending = word[start:]
            found = self.find(ending.capitalize() if is_title else ending)
            if found is not None:
                return found[0], 0
        return 0, 0


def pack_words(words: Mapping[str, tuple[int, int]]) -> dict[str, bytes]:
    """Pack words for `WordTable`.

    Args:
        words: Word → cluster path (0 to 4095) and frequency class (0 to 15).
    """
    pairs = sorted(
        {hash_string(w) & 0xFFFFFFFF: path | (rank << _PATH_BITS) for w, (path, rank) in words.items()}.items()
    )
    return {
        "hashes": np.array([key for key, _ in pairs], dtype="<u4").tobytes(),
        "values": np.array([value for _, value in pairs], dtype="<u2").tobytes(),
    }


class WordFeatures:
    """Feature rows of the words of one vocabulary, computed once per word.

    Args:
        vocab: The vocabulary; its table `TABLE` holds the clusters.
    """

    def __init__(self, vocab: Vocab) -> None:
        self._table = WordTable(vocab.lookups.get_table(TABLE) if vocab.lookups.has_table(TABLE) else {})
        self._strings = vocab.strings
        self._rows: dict[int, np.ndarray[Any, Any]] = {}

    def __call__(self, doc: Doc) -> np.ndarray[Any, Any]:
        """The hashed features of a document's tokens, tokens × `COLUMNS`."""
        if len(self._rows) > _CACHE_SIZE:
            self._rows.clear()
        rows = []
        for orth in doc.to_array("ORTH").tolist():
            row = self._rows.get(orth)
            if row is None:
                row = self._rows[orth] = self.row(self._strings[orth])
            rows.append(row)
        return np.stack(rows) if rows else np.zeros((0, len(COLUMNS)), dtype="uint64")

    def row(self, word: str) -> np.ndarray[Any, Any]:
        """The hashed features of a word."""
        path, rank = self._table.guess(word[-_LONGEST_WORD:])
        norm = "".join("0" if char.isdigit() else char for char in word.lower())
        first = "A" if word[:1].isupper() else "a"
        values = (
            hash_string(norm),
            hash_string(norm[:3]),
            hash_string(first + norm[-2:]),
            hash_string(norm[-3:]),
            hash_string(norm[-4:]),
            hash_string(_shape(word)),
            path + 1,
            (path & 0xFF) + 1,
            (path & 0x1F) + 1,
            rank * 2 + (first == "A") + 1,
        )
        return np.array(values, dtype="uint64")


def _shape(word: str) -> str:
    """Upper `X`, lower `x`, digits `d`, others as they are; runs cut to four."""
    shape: list[str] = []
    run = 0
    for char in word:
        kind = ("X" if char.isupper() else "x") if char.isalpha() else "d" if char.isdigit() else char
        run = run + 1 if shape and shape[-1] == kind else 1
        if run <= _LONGEST_SHAPE:
            shape.append(kind)
    return "".join(shape)
