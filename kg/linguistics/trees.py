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
_ROOTS = 8  # candidates that are tried one by one; of what is no sentence every word may be one
_FLOOR = -1000.0  # what fits worse fits as badly


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
    if len(roots) == 1 and not _has_cycle(heads):
        return heads
    # One root: the best of the trees that the most likely roots give.
    if len(roots) > _ROOTS:
        # Roots so dear that the best tree has one: the time no longer grows with their number.
        dear = np.maximum(scores.astype("float64"), _FLOOR)
        dear[:, 0] += (count + 1) * _FLOOR
        dear[own, own + 1] = _NEVER
        return _arborescence(dear)
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


def _has_cycle(heads: Array) -> bool:
    """Whether some word is its own ancestor; heads are columns, words are rows (column − 1)."""
    following = (heads - 1).tolist()
    state = [0] * len(following)
    for start in range(len(following)):
        word = start
        while word >= 0 and not state[word]:
            state[word] = start + 1
            word = following[word]
        if word >= 0 and state[word] == start + 1:  # met again on the same way
            return True
    return False


def _arborescence(scores: Array) -> Array:
    """Chu, Liu and Edmonds: take the best heads, contract a cycle into one group, go on, and open the groups again.

    Heads are followed from word to word, so that the time grows with the square of the words (R. E. Tarjan, "Finding
    optimum branchings", 1977), also where nothing fits anything.
    """
    heads: Array = scores.argmax(1)
    if not _has_cycle(heads):
        return heads
    count = len(scores)
    group_of = np.arange(count)  # of each word
    fits = list(scores.astype("float64"))  # of each group: how well each column fits, against the best one
    enters = [np.full(count + 1, word) for word in range(count)]  # and the word in it that the column would govern
    chosen = [(0, word) for word in range(count)]  # of each group: column, and the word that it governs
    parts: list[list[int]] = [[] for _ in range(count)]
    done = [False] * count
    for start in range(count):
        path = [] if done[group_of[start]] else [int(group_of[start])]
        while path:
            group = path[-1]
            column = int(fits[group].argmax())
            chosen[group] = column, int(enters[group][column])
            fits[group] -= fits[group][column]
            before = int(group_of[column - 1]) if column else -1
            if column == 0 or done[before]:
                for each in path:
                    done[each] = True
                break
            if before not in path:
                path.append(before)
                continue
            cycle = path[path.index(before) :]
            del path[-len(cycle) :]
            inside = np.isin(group_of, cycle)
            every = np.stack([fits[each] for each in cycle])
            best, columns = every.argmax(0), np.arange(count + 1)
            fits.append(every[best, columns])
            fits[-1][1:][inside] = -np.inf
            enters.append(np.stack([enters[each] for each in cycle])[best, columns])
            parts.append(cycle)
            chosen.append((0, 0))
            done.append(False)
            group_of[inside] = len(fits) - 1
            path.append(len(fits) - 1)
    # The head found for a group is that of one of its words, whose own gives way.
    above = [-1] * len(parts)
    for group, cycle in enumerate(parts):
        for each in cycle:
            above[each] = group
    for group in range(len(parts) - 1, count - 1, -1):
        column, word = chosen[group]
        part = word
        while above[part] != group:
            part = above[part]
        chosen[part] = column, word
    return np.array([column for column, _ in chosen[:count]])


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
