"""Cells of CSV files that people open in a spreadsheet: none of them is taken for a formula."""

from __future__ import annotations

import re

__all__ = ["sheet_cell"]

_FORMULA = tuple("=+-@\t\r＝＋－＠")
_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?")


def sheet_cell(text: str) -> str:
    """The text as a CSV cell: what a spreadsheet would calculate gets an apostrophe before it; numbers stay.

    A carriage return becomes a line feed: where only lines that end in line feeds are written nobody puts it in quotes,
    and who reads them takes what follows for a new row.

    Source:
        https://owasp.org/www-community/attacks/CSV_Injection

    Example:
        >>> sheet_cell("=HYPERLINK(1)"), sheet_cell("-5"), sheet_cell("Berlin")
        ("'=HYPERLINK(1)", '-5', 'Berlin')
    """
    cell = f"'{text}" if text.lstrip(" \n").startswith(_FORMULA) and not _NUMBER.fullmatch(text) else text
    return cell.replace("\r\n", "\n").replace("\r", "\n")
