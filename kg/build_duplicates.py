"""Texts that are nearly the same: what an agency wrote and ten papers printed is one source, not ten.

A text is known by 128 numbers (MinHash of its runs of three words); the share in which two texts agree estimates how
many of their runs they have in common. Which texts are compared at all is found by bands of four numbers that agree.

Source:
    A. Broder, On the resemblance and containment of documents, 1997; numbers by datasketch,
    https://ekzhu.com/datasketch/minhash.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from kg.model import Article, BlockKind

__all__ = ["SIMILAR", "bands", "groups", "signature", "similarity"]

SIMILAR = 0.6
"""Texts that have this share of their runs in common are one source."""

_PERMUTATIONS = 128
_ROWS = 4  # numbers in a band: of texts at the threshold 99 in 100 agree in one of the 32 bands
_RUN = 3  # words
_SHORTEST = 20  # words: the numbers of shorter texts agree by chance
_WORD = re.compile(r"\w+")


def signature(article: Article) -> bytes | None:
    """The numbers that a text is known by, of what is read of it; `None` if it is too short to be known.

    Example:
        >>> signature(Article("a", "Zu kurz.")) is None
        True
    """
    from datasketch import MinHash  # with SciPy, which nobody else needs

    blocks = [b for b in article.blocks if b.kind is not BlockKind.CLUTTER]
    text = "\n".join(article.text[b.start : b.end] for b in blocks) if article.blocks else article.text
    words = [word.casefold().encode("utf-8", "surrogatepass") for word in _WORD.findall(text)]
    if len(words) < _SHORTEST:
        return None
    numbers = MinHash(num_perm=_PERMUTATIONS, seed=1, scheme="affine32")  # they are kept, so they must stay the same
    numbers.update_batch({b" ".join(words[i : i + _RUN]) for i in range(len(words) - _RUN + 1)})
    return bytes(np.asarray(numbers.hashvalues, dtype="<u4").tobytes())


def similarity(one: bytes, other: bytes) -> float:
    """The estimated share of runs that two texts have in common, 0 to 1, by their signatures.

    Example:
        >>> text = " ".join(f"w{n}" for n in range(60))
        >>> one, other = signature(Article("a", text)), signature(Article("b", text + " und mehr"))
        >>> similarity(one, one), 0.8 < similarity(one, other) < 1
        (1.0, True)
    """
    return float((np.frombuffer(one, "<u4") == np.frombuffer(other, "<u4")).mean())


def bands(signature: bytes) -> Iterator[bytes]:
    """The bands of a signature; texts that agree in none are not compared."""
    size = 4 * _ROWS
    for number, start in enumerate(range(0, len(signature), size)):
        yield bytes([number]) + signature[start : start + size]


def groups(pairs: Iterable[tuple[str, str]], order: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Who stands for whom where texts are pairwise nearly the same.

    Args:
        pairs: Ids of articles, in any order.
        order: What decides, for each id in the pairs, who stands for its group: the lowest.

    Returns:
        Article → the one that stands for its group, for all but those themselves; sorted.

    Example:
        >>> groups([("b", "a"), ("c", "b")], {"a": ("2025",), "b": ("2024",), "c": ("2026",)})
        {'a': 'b', 'c': 'b'}
    """
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while (above := parent.setdefault(name, name)) != name:
            parent[name] = parent[above]
            name = above
        return name

    for one, other in pairs:
        first, second = sorted((root(one), root(other)), key=lambda name: (order[name], name))
        parent[second] = first
    return {name: root(name) for name in sorted(parent) if root(name) != name}
