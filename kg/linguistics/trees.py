"""The best tree and the best row of names, from scores.

Sources: Y. J. Chu and T. H. Liu, "On the shortest arborescence of a directed graph", 1965, and J. Edmonds, "Optimum
branchings", 1967 (trees); A. J. Viterbi, 1967 (names).
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["best_names", "best_tree", "name_steps"]

Array: TypeAlias = np.ndarray[Any, Any]

_NEVER = np.float32(-1e9)


def best_tree(scores: Array) -> Array:
    """Heads of the words of the best tree with one root.

    Args:
        scores: Words × (words + 1): how well each head fits; column 0 is the root, column i + 1 word i.

    Returns:
        The head of each word, as a column.

    Example:
        >>> best_tree(np.array([[0.0, -9.0, 5.0], [1.0, 4.0, -9.0]])).tolist()
        [2, 0]
    """
    count = len(scores)
    own = np.arange(count)
    scores = scores - scores.max(1, keepdims=True)
    scores[own, own + 1] = _NEVER
    heads: Array = scores.argmax(1)
    roots = np.flatnonzero(heads == 0)
    if len(roots) == 1 and _cycle(heads) is None:
        return heads
    # One root: the best of the trees that the most likely roots give.
    candidates = roots if len(roots) > 1 else np.argsort(-scores[:, 0], kind="stable")[:2]
    best, best_value = heads, -np.inf
    for root in candidates:
        limited = scores.copy()
        limited[:, 0] = _NEVER
        limited[root] = _NEVER
        limited[root, 0] = scores[root, 0]
        found = _arborescence(limited)
        value = float(scores[own, found].sum())
        if value > best_value:
            best, best_value = found, value
    return best


def _cycle(heads: Array) -> list[int] | None:
    """The words of a cycle, or `None`; heads are columns, words are rows (column − 1)."""
    state = [0] * len(heads)
    for start in range(len(heads)):
        path: list[int] = []
        word = start
        while word >= 0 and not state[word]:
            state[word] = start + 1
            path.append(word)
            word = int(heads[word]) - 1
        if word >= 0 and state[word] == start + 1 and word in path:
            return path[path.index(word) :]
    return None


def _arborescence(scores: Array) -> Array:
    """Chu, Liu and Edmonds: take the best heads, contract a cycle into one word, solve, and open it again."""
    heads: Array = scores.argmax(1)
    cycle = _cycle(heads)
    if cycle is None:
        return heads
    inside = np.array(cycle)
    outside = np.array([word for word in range(len(scores)) if word not in set(cycle)], dtype=int)
    kept = scores[inside, heads[inside]]
    total = kept.sum()
    # Arcs into the cycle: the head found for one of its words gives way.
    columns = np.concatenate([[0], outside + 1])
    entering = scores[np.ix_(inside, columns)] - kept[:, None] + total
    entry = entering.argmax(0)
    leaving = scores[np.ix_(outside, inside + 1)]
    exits = leaving.argmax(1) if len(outside) else np.zeros(0, dtype=int)
    small = np.full((len(outside) + 1, len(outside) + 2), _NEVER, dtype=np.float64)
    small[:-1, :-1] = scores[np.ix_(outside, columns)]
    small[:-1, -1] = leaving.max(1) if len(outside) else 0
    small[-1, :-1] = entering.max(0)
    found = _arborescence(small)
    result = heads.copy()
    for place, word in enumerate(outside):
        head = int(found[place])
        result[word] = inside[exits[place]] + 1 if head == len(outside) + 1 else columns[head]
    head = int(found[-1])
    result[inside[entry[head]]] = columns[head]
    return result


def name_steps(labels: Sequence[str]) -> Array:
    """Which class of names may follow which: 0 or −1e9. The last row is the start, the last column the end.

    Args:
        labels: `O`, and `B-`, `I-`, `E-`, `S-` with a label.
    """
    count = len(labels)
    steps = np.full((count + 1, count + 1), _NEVER, dtype=np.float32)
    marks = [*labels, "O"]
    for i, before in enumerate(marks):
        for j, after in enumerate(marks):
            is_open = before[0] in "BI"
            goes_on = after[0] in "IE"
            if is_open == goes_on and (not goes_on or before[2:] == after[2:]):
                steps[i, j] = 0
    return steps


def best_names(scores: Array, steps: Array) -> list[int]:
    """The best allowed row of classes.

    Args:
        scores: Words × classes.
        steps: What `name_steps` gives.

    Example:
        >>> steps = name_steps(["O", "B-PER", "I-PER", "E-PER", "S-PER"])
        >>> best_names(np.array([[0, 3, 0, 0, 2], [4, 0, 0, 0, 0]], dtype="f"), steps)
        [4, 0]
    """
    greedy = scores.argmax(1)
    if not greedy.any():
        return [0] * len(scores)
    row = [-1, *greedy.tolist(), -1]
    if all(steps[before, after] == 0 for before, after in itertools.pairwise(row)):
        return row[1:-1]
    values = scores[0] + steps[-1, :-1]
    back = []
    for word in range(1, len(scores)):
        table = values[:, None] + steps[:-1, :-1]
        back.append(table.argmax(0))
        values = table.max(0) + scores[word]
    last = int((values + steps[:-1, -1]).argmax())
    best = [last]
    for pointers in reversed(back):
        best.append(int(pointers[best[-1]]))
    return best[::-1]
