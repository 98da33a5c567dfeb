"""Cells of CSV files that people open in a spreadsheet: none of them is taken for a formula."""

from __future__ import annotations

import re

__all__ = ["sheet_cell"]

_FORMULA = tuple("=+-@\t\r＝＋－＠")
_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?")


def sheet_cell(text: str) -> str:
    """The text as a CSV cell: what a spreadsheet would calculate gets an apostrophe before it; numbers stay.

    Source:
        https://owasp.org/www-community/attacks/CSV_Injection

    Example:
        >>> sheet_cell("=HYPERLINK(1)"), sheet_cell("-5"), sheet_cell("Berlin")
        ("'=HYPERLINK(1)", '-5', 'Berlin')
    """
    return f"'{text}" if text.lstrip(" \n").startswith(_FORMULA) and not _NUMBER.fullmatch(text) else text
