"""The network page inside a notebook: the same view, in a frame that holds all of it.

Jupyter shows what `show` gives by its `_repr_html_`. The frame gets the page as text (`srcdoc`), so no file and no
server is needed, and it is closed off from the notebook (`sandbox`): the page cannot touch it.
"""

from __future__ import annotations

import html
from dataclasses import dataclass, field

from kg.network import ClaimSource
from kg.view import html_page

__all__ = ["Shown", "show"]

_FRAME = (
    '<iframe srcdoc="{page}" title="{title}" style="width: 100%; height: {height}px; border: 1px solid #ccc" '
    'sandbox="allow-scripts allow-downloads allow-popups allow-popups-to-escape-sandbox" loading="lazy"></iframe>'
)


@dataclass(frozen=True)
class Shown:
    """A page that a notebook shows in place of its value.

    Attributes:
        page: The whole page, as `kg.view.html_page` makes it.
        title: What the frame is called for a screen reader.
        height: Of the frame, in pixels.
    """

    page: str = field(repr=False)
    title: str
    height: int

    def _repr_html_(self) -> str:
        title = html.escape(self.title)
        return _FRAME.format(page=html.escape(self.page), title=title, height=self.height)


def show(
    graph: ClaimSource,
    *,
    height: int = 720,
    title: str | None = None,
    language: str | None = None,
    strict: bool = False,
) -> Shown:
    """Show a graph in a notebook.

    Args:
        graph: A knowledge graph, or a `kg.network.ClaimSet`.
        height: Of the frame, in pixels.
        title: Heading of the page; without it the single article's title, or a general word.
        language: Of the page at first, `de` or `en`; without it the one that the reader's browser prefers.
        strict: Show asserted claims only.

    Returns:
        What Jupyter displays if it is the last value of a cell.

    Raises:
        SettingsError: If the page does not speak the language.
        DataError: If pyvis, which brings vis-network, is missing or of another make.

    Example:
        >>> from kg.network import ClaimSet
        >>> show(ClaimSet(), title="Nothing yet")._repr_html_().startswith("<iframe srcdoc=")
        True
    """
    page = html_page(graph, title=title, language=language, strict=strict)
    return Shown(page, title or "kg", int(height))
