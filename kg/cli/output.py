"""How results and messages leave the program: tables, CSV, JSON lines; never a control character of the text read.

Results go to standard output, messages to standard error.
"""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from collections.abc import Iterable, Sequence

import typer

from kg.sheets import sheet_cell

__all__ = [
    "cell",
    "emit",
    "emit_csv",
    "emit_table",
    "escape_controls",
    "json_line",
    "printable",
    "tell",
    "without_controls",
]

# Everything that moves a terminal's cursor, changes its colours, or reverses the direction of writing; lone surrogates
# cannot be encoded at all. Line breaks and tabs are left to the callers.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def without_controls(text: str) -> str:
    r"""The text with control characters replaced by the replacement character; line breaks and tabs stay.

    Example:
        >>> without_controls("a\x1b[31mred\n")
        'a�[31mred\n'
    """
    return _CONTROLS.sub("\ufffd", text)


def printable(text: object) -> str:
    r"""The text on one line, without control characters.

    Example:
        >>> printable("two\n lines\x07")
        'two lines�'
    """
    return without_controls(" ".join(str(text).split()))


def cell(text: object) -> str:
    r"""The text as a CSV cell without control characters that no spreadsheet takes for a formula.

    Example:
        >>> cell("=HYPERLINK(1)"), cell("a\x1b")
        ("'=HYPERLINK(1)", 'a�')
    """
    return sheet_cell(without_controls(str(text)))


def json_line(record: object) -> str:
    r"""The record as JSON on one line; letters as they are, control characters escaped, so that it reads back the same.

    Example:
        >>> json_line({"text": "Köln\x9b"})
        '{"text": "Köln\\u009b"}'
    """
    return escape_controls(json.dumps(record, ensure_ascii=False))


def escape_controls(text: str) -> str:
    r"""Control characters as `\uXXXX`, which JSON, Turtle, TriG, N-Quads and SPARQL read back as the character.

    Example:
        >>> print(escape_controls("a\x9bb"))
        a\u009bb
    """
    return _CONTROLS.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def emit(text: str) -> None:
    """Write a result, ready-made and safe, with a line break."""
    typer.echo(text)


def tell(message: object) -> None:
    """Write a message for the user: one line on standard error."""
    typer.echo(printable(message), err=True)


def emit_csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write rows as CSV with a header."""
    line = io.StringIO()
    writer = csv.writer(line, lineterminator="\n")
    for row in [columns, *rows]:
        writer.writerow(["" if value is None else cell(value) for value in row])
        emit(line.getvalue().removesuffix("\n"))
        line.seek(0)
        line.truncate()


def emit_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write rows as a table: wrapped to a terminal's width, in full width into a pipe or file."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for column in columns:
        table.add_column(Text(printable(column)))
    for row in rows:
        table.add_row(*(Text("" if value is None else printable(value), overflow="fold") for value in row))
    width = None if sys.stdout.isatty() else 100_000  # nobody wants a pipe's lines broken at 80
    console = Console(file=sys.stdout, width=width, highlight=False)
    with console.capture() as captured:
        console.print(table)
    for line in captured.get().splitlines():
        emit(line.rstrip())
