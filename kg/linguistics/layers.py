"""Look up the spans of a layer by place, without walking through the whole layer each time.

Layers are the span groups that `kg.linguistics` describes. Each is indexed once.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from operator import attrgetter

from kg.linguistics.page import Page, Stretch

__all__ = ["spans_at", "spans_between", "whole_names"]


def spans_between(page: Page, layer: str, start: int, end: int) -> Iterator[Stretch]:
    """The spans of a layer that share a token with a range of tokens, ordered by where they start.

    Args:
        page: The document.
        layer: Name of the span group; without it there are no spans.
        start: First token of the range.
        end: Token after the last.

    Example:
        >>> import spacy
        >>> from kg.linguistics.copying import page_of
        >>> doc = spacy.blank("de")("Anna traf Eva in Lima")
        >>> doc.spans["names"] = [doc[0:1], doc[2:5]]
        >>> [span.text for span in spans_between(page_of(doc), "names", 1, 4)]
        ['Eva in Lima']
    """
    known = page.indexes.get(layer)
    if known is None:
        spans = sorted(page.spans.get(layer, ()), key=attrgetter("start"))
        longest = max(map(len, spans), default=0)
        known = page.indexes[layer] = ([span.start for span in spans], spans, longest)
    starts, spans, longest = known
    position = bisect_left(starts, start - longest + 1)
    while position < len(starts) and starts[position] < end:
        span = spans[position]
        if span.end > start:
            yield span
        position += 1


def spans_at(page: Page, layer: str, token: int) -> Iterator[Stretch]:
    """The spans of a layer that hold a token."""
    return spans_between(page, layer, token, token + 1)


def whole_names(mentions: Sequence[Stretch]) -> list[Stretch]:
    """The mentions that are no part of another thing's longer name: of "Region Cherson" not the town.

    A description that is longer than a name in it ("Norden Malis") takes nothing away.
    """
    names = [span for span in mentions if span.id_ == "name" and len(span) > 1]
    return [
        span
        for span in mentions
        if not any(
            name.start <= span.start and span.end <= name.end and len(span) < len(name) and name.kb_id_ != span.kb_id_
            for name in names
        )
    ]
