"""Answers for people: on a terminal a row is one line, into a pipe or file everything is written out."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from shlex import quote
from shutil import get_terminal_size
from typing import TYPE_CHECKING

from kg.cli.output import emit, emit_table, printable

if TYPE_CHECKING:
    from kg.query import NamedQuery
    from kg.rdf.results import Table

__all__ = ["emit_answer", "emit_description", "emit_queries"]

_DIGEST = re.compile(r"kgr:(?:claim|conclusion|evidence|quotation)/([0-9a-f]{8})[0-9a-f]{24}")
_LONG = 36  # characters above which a column holds sentences
_NAME = 28  # the most that a column of names takes
_LEAST = 24  # what a sentence takes before the rest is shared out
_SHORT = 12  # below this no column is cut


def emit_answer(answer: Table) -> None:
    """Write an answer as a table.

    On a terminal, columns without any value are left out, times are drawn together, claims have the first characters of
    their id (enough for `kg explain`), and sentences stand last, cut to what fits.
    """
    from kg.rdf.results import short

    columns = list(answer.columns)
    rows: list[list[str]] = [[printable(short(value)) for value in row] for row in answer.rows]
    if not sys.stdout.isatty():
        emit_table(columns, rows)
        return
    columns, rows = _drawn_together(columns, rows)
    _emit_lines(columns, rows)


def _drawn_together(columns: list[str], rows: list[list[str]]) -> tuple[list[str], list[list[str]]]:
    """Leave out empty columns, make one of begin and end, shorten ids, and put sentences last."""
    if "begins" in columns and "ends" in columns:
        begins, ends = columns.index("begins"), columns.index("ends")
        for row in rows:
            row[begins] = row[begins] if row[begins] == row[ends] else f"{row[begins] or '…'} – {row[ends] or '…'}"
            row[ends] = ""
        columns = [name if name != "begins" else "when" for name in columns]
    rows = [[_DIGEST.sub(r"\1", cell) for cell in row] for row in rows]
    used = [place for place in range(len(columns)) if any(row[place] for row in rows)] or list(range(len(columns)))
    used.sort(key=lambda place: max((len(row[place]) for row in rows), default=0) > _LONG)
    return [columns[place] for place in used], [[row[place] for place in used] for row in rows]


def _emit_lines(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    longest = [max(len(name), *(len(row[place]) for row in rows)) for place, name in enumerate(columns)] if rows else []
    longest = longest or [len(name) for name in columns]
    widths = _widths(longest, get_terminal_size().columns)
    numbers = [all(_is_number(row[place]) for row in rows) for place in range(len(columns))]
    for cells in (columns, ["─" * width for width in widths], *rows):
        cut = (c if len(c) <= w else f"{c[: w - 1]}…" for c, w in zip(cells, widths, strict=True))
        line = (c.rjust(w) if n else c.ljust(w) for c, w, n in zip(cut, widths, numbers, strict=True))
        emit("  ".join(line).rstrip())


def _widths(longest: Sequence[int], room: int) -> list[int]:
    """How wide each column is, sentences sharing what the others leave; where that is too little, names give way."""
    sentences = [place for place, width in enumerate(longest) if width > _LONG]
    widths = [_LEAST if place in sentences else min(width, _NAME) for place, width in enumerate(longest)]
    room -= 2 * (len(widths) - 1)
    while sum(widths) > room and max(widths) > _SHORT:
        widths[max(range(len(widths)), key=lambda place: (widths[place], -place))] -= 1
    for left, place in zip(range(len(sentences), 0, -1), sentences, strict=True):
        widths[place] += max(0, min((room - sum(widths)) // left, longest[place] - widths[place]))
    return [min(width, most) for width, most in zip(widths, longest, strict=True)]


def _is_number(cell: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?", cell) is not None


def emit_queries(queries: Sequence[NamedQuery]) -> None:
    """List named queries, one a line: name, question, parameters (those in capitals must be given)."""
    rows = []
    for query in queries:
        named = (p.name.upper() if p.required else p.name for p in query.parameters)
        rows.append((query.name, query.titles.get("en"), " ".join(named)))
    emit_table(["name", "what it answers", "parameters (CAPITALS: must be given)"], rows)


def emit_description(query: NamedQuery) -> None:
    """Write all there is to know of one named query."""
    emit(f"{query.name}: {query.titles.get('en', '')} ({query.titles.get('de', '')})")
    emit("")
    emit(query.descriptions.get("en", ""))
    emit("")
    rows = []
    for parameter in query.parameters:
        note = "required" if parameter.required else f"{parameter.default} if left out" if parameter.default else ""
        rows.append((parameter.name, parameter.kind, parameter.descriptions.get("en", ""), note))
    if rows:
        emit_table(["parameter", "kind", "meaning", ""], rows)
        emit("")
    given = "".join(f" --param {quote(f'{name}={value}')}" for name, value in query.example.items())
    emit(f"Example: kg query out {query.name}{given}")
