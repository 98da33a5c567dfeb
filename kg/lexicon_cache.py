"""Remember what a look-up by word gave: texts use the same words again and again."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar

__all__ = ["Remembered"]

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

_MOST = 1 << 16  # answers kept: more than the words of some hundred articles, and a few megabytes


class Remembered(dict[K, V]):
    """The answers of a function, each asked for once; too many are forgotten all at once.

    Args:
        function: What gives the answer for a key. It must always give the same.

    Example:
        >>> lengths = Remembered(len)
        >>> lengths["Lima"], dict(lengths)
        (4, {'Lima': 4})
    """

    def __init__(self, function: Callable[[K], V]) -> None:
        super().__init__()
        self._function = function

    def __missing__(self, key: K) -> V:
        """Ask for an answer that is not known yet, and keep it."""
        if len(self) >= _MOST:
            self.clear()
        value = self[key] = self._function(key)
        return value
