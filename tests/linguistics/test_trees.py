"""The best tree and the best row of names, against trying all of them."""

import itertools

import numpy as np
import pytest

from kg.linguistics.trees import best_names, best_tree, name_steps


def is_tree(heads: tuple[int, ...]) -> bool:
    """One root, and every word leads to it."""
    if heads.count(0) != 1:
        return False
    for start in range(len(heads)):
        word, seen = start + 1, set()
        while word:
            if word in seen:
                return False
            seen.add(word)
            word = heads[word - 1]
    return True


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("seed", range(12))
def test_best_tree_is_the_best_of_all_when_the_root_is_clear(count: int, seed: int) -> None:
    scores = np.random.default_rng(seed).normal(size=(count, count + 1))
    found = tuple(best_tree(scores).tolist())
    assert is_tree(found)
    rows = np.arange(count)
    values = {h: scores[rows, h].sum() for h in itertools.product(range(count + 1), repeat=count) if is_tree(h)}
    same_root = {h: value for h, value in values.items() if h.index(0) == found.index(0)}
    assert scores[rows, found].sum() == pytest.approx(max(same_root.values()))


def test_words_never_govern_themselves() -> None:
    scores = np.zeros((3, 4))
    scores[np.arange(3), np.arange(3) + 1] = 50.0
    assert is_tree(tuple(best_tree(scores).tolist()))


def test_two_roots_are_refused() -> None:
    assert best_tree(np.array([[5.0, 0.0, 1.0], [5.0, 4.5, 0.0]])).tolist() == [0, 1]


def test_nested_cycles_are_opened() -> None:
    scores = np.full((4, 5), -10.0)
    scores[0, 2] = scores[1, 1] = 9.0  # words 1 and 2 hold each other
    scores[2, 4] = scores[3, 3] = 9.0  # words 3 and 4 too
    scores[0, 3] = 5.0
    scores[2, 0] = 4.0
    assert best_tree(scores).tolist() == [3, 1, 0, 3]


LABELS = ["O", "B-PER", "I-PER", "E-PER", "S-PER", "B-LOC", "I-LOC", "E-LOC", "S-LOC"]


@pytest.mark.parametrize("seed", range(8))
def test_names_are_the_best_allowed_row(seed: int) -> None:
    steps = name_steps(LABELS)
    scores = np.random.default_rng(seed).normal(size=(3, len(LABELS))).astype("f")

    def allowed(row: tuple[int, ...]) -> bool:
        return all(steps[a, b] == 0 for a, b in itertools.pairwise([-1, *row, -1]))

    rows = [row for row in itertools.product(range(len(LABELS)), repeat=3) if allowed(row)]
    best = max(rows, key=lambda row: scores[np.arange(3), row].sum())
    assert tuple(best_names(scores, steps)) == best


@pytest.mark.parametrize("row", [["I-PER", "O"], ["B-PER", "O"], ["B-PER", "E-LOC"], ["O", "B-LOC"]])
def test_broken_names_are_not_given(row: list[str]) -> None:
    scores = np.zeros((2, len(LABELS)), dtype="f")
    for place, name in enumerate(row):
        scores[place, LABELS.index(name)] = 1.0
    found = [LABELS[i] for i in best_names(scores, name_steps(LABELS))]
    assert found != row
