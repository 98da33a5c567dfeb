"""Part the sentences into training, development and test, so that no near-duplicate crosses.

The parts are kept by id in `kg/data/<language>/training/split.json`; what is not listed there is trained on.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from typing import TYPE_CHECKING

from kg.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

__all__ = ["choose", "near_duplicates", "read_split", "shingles"]

_WIDTH = 3
_THRESHOLD = 0.5


def read_split(path: Path) -> dict[str, frozenset[str]]:
    """Read the parts.

    Args:
        path: A JSON file: part (`dev`, `test`, `excluded`) → ids.

    Raises:
        DataError: If the file is missing or a part is.
    """
    if not path.is_file():
        message = "list of held-out sentences is missing"
        raise DataError(message, source=path)
    data = json.loads(path.read_text(encoding="utf-8"))
    try:
        return {part: frozenset(data[part]) for part in ("dev", "test", "excluded")}
    except KeyError as error:
        message = f"no part {error.args[0]!r}"
        raise DataError(message, source=path) from error


def choose(idents: Iterable[str], *, count: int, seed: str) -> list[str]:
    """Take `count` ids in an order that looks random but depends on ids and seed alone.

    Example:
        >>> choose(["a", "b", "c"], count=2, seed="test") == choose(["c", "b", "a"], count=2, seed="test")
        True
    """
    ordered = sorted(idents, key=lambda ident: hashlib.sha256(f"{seed} {ident}".encode()).digest())
    return ordered[:count]


def shingles(text: str) -> frozenset[str]:
    """The runs of three words of a text, letters and digits only, in lower case.

    Example:
        >>> sorted(shingles("Er kam, sah und siegte."))
        ['er kam sah', 'kam sah und', 'sah und siegte']
    """
    words = "".join(char.lower() if char.isalnum() else " " for char in text).split()
    if len(words) <= _WIDTH:
        return frozenset([" ".join(words)])
    return frozenset(" ".join(words[i : i + _WIDTH]) for i in range(len(words) - _WIDTH + 1))


def near_duplicates(texts: Mapping[str, str], held_out: Mapping[str, str]) -> dict[str, str]:
    """Find texts that share at least half of the three-word runs of the shorter one with a held-out text.

    Args:
        texts: Id → text of candidates.
        held_out: Id → text of held-out sentences.

    Returns:
        Id of the candidate → id of the held-out text that it resembles.
    """
    index: dict[str, list[str]] = defaultdict(list)
    sizes: dict[str, int] = {}
    for ident, text in held_out.items():
        grams = shingles(text)
        sizes[ident] = len(grams)
        for gram in grams:
            index[gram].append(ident)
    found: dict[str, str] = {}
    for ident, text in texts.items():
        grams = shingles(text)
        shared: dict[str, int] = defaultdict(int)
        for gram in grams:
            for other in index.get(gram, ()):
                shared[other] += 1
        for other, count in shared.items():
            if ident != other and count >= _THRESHOLD * min(sizes[other], len(grams)):
                found[ident] = other
                break
    return found
