"""Look up the spans of a layer by place, without walking through the whole layer each time.

Layers are the span groups that `kg.linguistics` describes. Each is indexed once; the index lives as long as its
document.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, SpanGroup

__all__ = ["spans_at", "spans_between"]


@dataclass(frozen=True, slots=True)
class _Index:
    """The starts of a group's spans, ascending, with their places in the group; the length of the longest span."""

    group: SpanGroup  # it refers to its document weakly, so the document can go
    starts: list[int]
    places: list[int]
    longest: int


_INDEXES: WeakKeyDictionary[Doc, dict[str, _Index]] = WeakKeyDictionary()


def _index(doc: Doc, layer: str) -> _Index | None:
    group = doc.spans.get(layer)
    if group is None:
        return None
    known = _INDEXES.setdefault(doc, {})
    index = known.get(layer)
    if index is None or index.group is not group or len(index.starts) != len(group):
        pairs = sorted((span.start, place) for place, span in enumerate(group))
        longest = max((len(span) for span in group), default=0)
        index = _Index(group, [start for start, _ in pairs], [place for _, place in pairs], longest)
        known[layer] = index
    return index


def spans_between(doc: Doc, layer: str, start: int, end: int) -> Iterator[Span]:
    """The spans of a layer that share a token with a range of tokens, ordered by where they start.

    Args:
        doc: The document.
        layer: Name of the span group; without it there are no spans.
        start: First token of the range.
        end: Token after the last.

    Example:
        >>> import spacy
        >>> doc = spacy.blank("de")("Anna traf Eva in Lima")
        >>> doc.spans["names"] = [doc[0:1], doc[2:5]]
        >>> [span.text for span in spans_between(doc, "names", 1, 4)]
        ['Eva in Lima']
    """
    index = _index(doc, layer)
    if index is None:
        return
    position = bisect_left(index.starts, start - index.longest + 1)
    while position < len(index.starts) and index.starts[position] < end:
        span = index.group[index.places[position]]
        if span.end > start:
            yield span
        position += 1


def spans_at(doc: Doc, layer: str, token: int) -> Iterator[Span]:
    """The spans of a layer that hold a token."""
    return spans_between(doc, layer, token, token + 1)
