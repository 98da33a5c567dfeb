"""Titles that stand before a name."""

from __future__ import annotations

from dataclasses import dataclass

from kg.linguistics.cues import Cues
from kg.linguistics.page import Page

__all__ = ["Title", "title_before"]

_WINDOW = 4  # tokens before a name in which its title may stand


@dataclass(frozen=True, slots=True)
class Title:
    """A title before a name: its first and last token and the gender that it tells."""

    start: int
    end: int
    gender: str


def title_before(doc: Page, start: int, cues: Cues) -> Title | None:
    """The title that stands directly before a name, if there is one.

    Args:
        doc: The document.
        start: First token of the name.
        cues: Word lists of the language.
    """
    first = end = start
    gender: str | None = None
    i = start - 1
    while i >= 0 and start - i <= _WINDOW and not doc[i + 1].is_sent_start:
        word = doc[i].text
        found = cues.titles.gender(word) if word[:1].isupper() or cues.titles.lists(word) else None
        if found is None and word not in cues.titles.particles:
            break
        if found is not None:
            gender = gender or found
        first = i
        i -= 1
    return Title(first, end, gender) if gender is not None and first < start else None
