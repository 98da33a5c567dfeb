"""Articles in rows: JSONL and CSV. Each row is read for itself; a bad one is reported and the next one read."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from kg.errors import ArticleError

__all__ = ["Row", "read_csv", "read_jsonl"]

_DELIMITERS = ",;\t|"
_LONGEST_CELL = 20_000_000  # characters: a quote that is never closed must not take in the rest of an archive
_TEXT_KEYS = ("text", "body", "content")
_HEADER_HINT = (
    "the first line must name the columns, one of them `text`; others are id, title, published, publisher, url"
)


@dataclass(frozen=True, slots=True)
class Row:
    """One row as found: the text and the id as they stand, metadata unread. `line` counts from 1."""

    line: int
    text: str
    id: str | None = None
    title: str | None = None
    published: str | None = None
    publisher: str | None = None
    url: str | None = None


def read_jsonl(lines: Iterable[str], *, source: object, on_error: Callable[[ArticleError], None]) -> Iterator[Row]:
    """Read one JSON object per line; empty lines are passed over.

    Args:
        lines: The lines of the file.
        source: What to call the file in messages.
        on_error: Receives an error for every line that holds no article.

    Yields:
        Rows, in order.

    Example:
        >>> rows = read_jsonl(['{"id": 7, "text": "Kurz."}', "{"], source="a.jsonl", on_error=print)
        >>> [(row.id, row.text) for row in rows]
        a.jsonl:2: not valid JSON: Expecting property name enclosed in double quotes at column 2 (one object per line)
        [('7', 'Kurz.')]
    """
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield _row(_json_object(line, source, number), source, number)
        except ArticleError as error:
            on_error(error)


def _json_object(line: str, source: object, number: int) -> Mapping[str, object]:
    hint = "one object per line"
    try:
        value = json.loads(line)
    except json.JSONDecodeError as error:
        message = f"not valid JSON: {error.msg} at column {error.colno}"
        raise ArticleError(message, source=source, line=number, hint=hint) from error
    except (RecursionError, ValueError) as error:  # too deep, or an integer of thousands of digits
        message = f"not readable JSON: {error}"
        raise ArticleError(message, source=source, line=number, hint=hint) from error
    if not isinstance(value, dict):
        message = f"a JSON {type(value).__name__}, not an object"
        raise ArticleError(message, source=source, line=number, hint='like {"id": "a1", "text": "…"}')
    return value


def read_csv(lines: Iterable[str], *, source: object, on_error: Callable[[ArticleError], None]) -> Iterator[Row]:
    r"""Read a table whose first line names the columns; the delimiter is found out.

    Args:
        lines: The lines of the file with their ends; comma, semicolon, tab or bar between the columns.
        source: What to call the file in messages.
        on_error: Receives an error for every row that holds no article.

    Yields:
        Rows, in order.

    Example:
        >>> [row.title for row in read_csv(["title;text\n", "Eins;Kurz.\n"], source="a.csv", on_error=print)]
        ['Eins']
    """
    found = (part for line in lines for part in io.StringIO(line, newline=""))  # a lone carriage return ends a line too
    head = next((line for line in found if line.strip()), "")
    delimiter = max(_DELIMITERS, key=head.count)
    reader = csv.reader(chain([head], found), delimiter=delimiter)
    header: list[str] | None = None
    while True:
        number = reader.line_num + 1
        try:
            cells = _next_row(reader)
        except csv.Error as error:
            message = f"not a readable row: {error}"
            on_error(ArticleError(message, source=source, line=number, hint="put cells with line breaks in quotes"))
            continue
        if cells is None:
            return
        if not any(cell.strip() for cell in cells):
            continue
        if header is None:
            header = [cell.strip().lower() for cell in cells]
            if not set(_TEXT_KEYS) & set(header):
                message = f"no column `text`, only {', '.join(header)[:200]}"
                on_error(ArticleError(message, source=source, line=number, hint=_HEADER_HINT))
                return
            continue
        try:
            if len(cells) > len(header):
                message = f"{len(cells)} cells where the header has {len(header)}"
                raise ArticleError(
                    message, source=source, line=number, hint="put cells that contain the delimiter in quotes"
                )
            yield _row(dict(zip(header, cells, strict=False)), source, number)
        except ArticleError as error:
            on_error(error)


def _next_row(reader: Iterator[list[str]]) -> list[str] | None:
    # The module-wide limit of 131,072 characters is too low for long articles; it is put back at once.
    before = csv.field_size_limit(_LONGEST_CELL)
    try:
        return next(reader, None)
    finally:
        csv.field_size_limit(before)


def _row(values: Mapping[str, object], source: object, number: int) -> Row:
    text = next((values[key] for key in _TEXT_KEYS if values.get(key) is not None), None)
    if not isinstance(text, str):
        what = "no key `text`" if text is None else f"`text` is {type(text).__name__}, not a string"
        found = ", ".join(map(str, values))[:200] or "nothing"
        message = f"{what}, only {found}" if text is None else what
        raise ArticleError(message, source=source, line=number, hint='like {"id": "a1", "text": "…"}')
    return Row(
        line=number,
        text=text,
        id=_string(values, "id"),
        title=_string(values, "title", "headline"),
        published=_string(values, "published", "date"),
        publisher=_string(values, "publisher", "source"),
        url=_string(values, "url", "link"),
    )


def _string(values: Mapping[str, object], *keys: str) -> str | None:
    for key in keys:
        value = values.get(key)
        if isinstance(value, str) and value.strip():
            return value
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
    return None
