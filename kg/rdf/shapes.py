"""Check a graph against the shapes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox

__all__ = ["Violation", "validate"]


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that is wrong in a graph."""

    message: str
    node: str
    article: str | None = None


def validate(quads: Iterable[ox.Quad]) -> list[Violation]:
    raise NotImplementedError
