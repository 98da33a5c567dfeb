"""Guess the white space of sentences that were written with spaces around every mark.

Which marks cling to which side is data (`kg/data/<language>/training/detokenise.toml`).
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["Spacing", "read_spacing", "spaces_after"]


@dataclass(frozen=True, slots=True)
class Spacing:
    """Which tokens cling to their neighbours.

    Attributes:
        left: Tokens without white space before them.
        right: Tokens without white space after them.
        pairs: Groups of one-character tokens that open and close in turn: without white space inside.
        both: Tokens without white space on either side if digits are next to them.
    """

    left: frozenset[str]
    right: frozenset[str]
    pairs: frozenset[str]
    both: frozenset[str]


def read_spacing(path: Path) -> Spacing:
    """Read the table.

    Args:
        path: A TOML file with the lists `left`, `right`, `pairs`, `both`.

    Raises:
        DataError: If the file is missing or has no such list.
    """
    if not path.is_file():
        message = "spacing table is missing"
        raise DataError(message, source=path)
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    try:
        return Spacing(*(frozenset(data[key]) for key in ("left", "right", "pairs", "both")))
    except KeyError as error:
        message = f"no list {error.args[0]!r}"
        raise DataError(message, source=path) from error


def spaces_after(words: Sequence[str], spacing: Spacing) -> list[bool]:
    """For each word whether white space follows it.

    Args:
        words: The words of a sentence.
        spacing: Which tokens cling.

    Example:
        >>> marks = Spacing(frozenset(",."), frozenset("("), frozenset('"'), frozenset(":"))
        >>> spaces_after(['"', "Ja", '"', ",", "um", "5", ":", "3", "."], marks)
        [False, False, False, True, True, False, False, False, True]
    """
    spaces = [True] * len(words)
    is_open: dict[str, bool] = {}
    for index, word in enumerate(words):
        clings_left = word in spacing.left
        clings_right = word in spacing.right
        group = next((pair for pair in spacing.pairs if len(word) == 1 and word in pair), None)
        if group is not None:
            is_open[group] = not is_open.get(group, False)
            clings_right, clings_left = is_open[group], not is_open[group]
        if word in spacing.both and 0 < index < len(words) - 1:
            near = words[index - 1][-1:].isdigit() and words[index + 1][:1].isdigit()
            clings_left, clings_right = clings_left or near, clings_right or near
        if clings_left and index:
            spaces[index - 1] = False
        if clings_right:
            spaces[index] = False
    return spaces
