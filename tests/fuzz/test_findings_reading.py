"""What fuzzing found in the reading of texts: each finding stays a test."""

import random
import time

import numpy as np
import pytest

from kg.build_partition import Task, read_partition
from kg.config import Settings
from kg.linguistics.numbers import load_quantities
from kg.linguistics.trees import best_tree
from kg.model import Article

TASK = Task(Settings(), raw=True)
PROSE = "Die Regierung in Lima hat am Montag mitgeteilt, dass Ecuador den Vertrag kündigt. "


def cost(text):
    """CPU seconds that an article takes."""
    start = time.process_time()
    (reading,) = read_partition([Article("a", text)], TASK)
    assert reading.error is None
    return time.process_time() - start


@pytest.fixture(scope="module")
def prose():
    """CPU seconds of 1,500 characters of prose."""
    cost(PROSE)  # loads the pipeline
    return max(cost(PROSE * (1500 // len(PROSE))) for _ in range(2))


@pytest.mark.parametrize("unit", ["(", "„a“ ", "a\n", "👩‍👧"], ids=["bracket", "quoted", "line", "joined"])
def test_time_grows_with_the_length_of_what_is_no_text(prose, unit):
    # Before, 10,000 brackets took 40 times, 10,000 lines of a letter 200 times as long as prose of the same length.
    assert cost(unit * (1500 // len(unit))) < 25 * prose


def test_tree_of_words_that_all_are_roots_costs_no_try_for_each():
    scores = np.random.default_rng(1).normal(size=(160, 161)).astype("float32")
    scores[:, 0] += 50
    start = time.process_time()
    heads = best_tree(scores)
    many = time.process_time() - start
    assert (heads == 0).sum() == 1
    scores[1:, 0] -= 100
    start = time.process_time()
    best_tree(scores)
    assert many < 20 * (time.process_time() - start) + 0.05


def test_dear_roots_leave_the_best_tree_with_one():
    generator = np.random.default_rng(2)
    for _ in range(20):
        scores = generator.normal(size=(12, 13), scale=3)
        scores[:, 0] += 12  # every word may be the root
        found = best_tree(scores)
        values = []
        for root in range(12):
            alone = scores.copy()
            alone[:, 0] = -1e6
            alone[root] = -1e6
            alone[root, 0] = scores[root, 0]
            heads = best_tree(alone)
            values.append(scores[np.arange(12), heads].sum())
        assert (found == 0).sum() == 1
        assert scores[np.arange(12), found].sum() == pytest.approx(max(values))


@pytest.mark.parametrize("text", ["1." * 3000, "1" * 400, "1.000" + ".000" * 200, "9" * 30 + ",5"])
def test_numbers_of_any_length_are_read_or_left_alone(text):
    (reading,) = read_partition([Article("a", f"Es starben {text} Menschen in Peru.")], TASK)
    assert reading.error is None
    value = load_quantities("de").read_number(text)
    assert value is None or value < float("inf")


def test_long_runs_without_a_blank_keep_every_character():
    generator = random.Random(3)
    text = "Peru " + "".join(generator.choice("ab(„.,-'/ü👧") for _ in range(3000)) + " Ecuador."
    (reading,) = read_partition([Article("a", text)], TASK)
    assert reading.error is None
    assert reading.extraction.article.text == text
