"""Rows of a table into a file, CSV or Parquet, with little of it in memory at a time, or into a pandas frame."""

from __future__ import annotations

import csv
import importlib.util
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import SettingsError
from kg.rdf.frames import load_pandas
from kg.sheets import sheet_cell

if TYPE_CHECKING:
    import pandas

__all__ = ["FORMATS", "WRITERS", "format_known", "frame_of_rows"]

FORMATS = ("parquet", "csv")
_ROWS = 10_000  # of a table that are in memory at once


def _write_csv(rows: Iterable[dict[str, Any]], columns: Mapping[str, str], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(columns), lineterminator="\n")
        writer.writeheader()
        for row in rows:
            writer.writerow({name: _cell(value) for name, value in row.items()})


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        value = "|".join(value)
    if isinstance(value, str):
        return sheet_cell(value)
    return str(value).lower() if isinstance(value, bool) else value


def _write_parquet(rows: Iterable[dict[str, Any]], columns: Mapping[str, str], path: Path) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    types = {
        "string": pa.string(), "int": pa.int64(), "float": pa.float64(), "bool": pa.bool_(), "date": pa.date32(),
        "list": pa.list_(pa.string()),
    }  # fmt: skip
    schema = pa.schema([(name, types[kind]) for name, kind in columns.items()])
    flow = iter(rows)
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        while part := list(islice(flow, _ROWS)):
            writer.write_table(pa.Table.from_pylist(part, schema=schema))


WRITERS: Mapping[str, Callable[[Iterable[dict[str, Any]], Mapping[str, str], Path], None]] = {
    "parquet": _write_parquet,
    "csv": _write_csv,
}


@contextmanager
def format_known(format: str) -> Iterator[None]:
    """Refuse a format that there is not, and say how to install what Parquet needs, before the graph is read.

    Raises:
        SettingsError: If there is no such format, or pyarrow is not installed.
    """
    if format not in WRITERS:
        message = f"unknown format {format!r}"
        raise SettingsError(message, hint="there are: " + ", ".join(FORMATS))
    if format == "parquet" and importlib.util.find_spec("pyarrow") is None:
        message = "Parquet needs pyarrow, which is not installed"
        raise SettingsError(message, hint="pip install 'kg-geopolitics[tables]', or take the format csv")
    yield


def frame_of_rows(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str]) -> pandas.DataFrame:
    """Rows as a pandas frame; what is unknown is missing (`pandas.isna`), dates are `datetime64[s]`.

    Args:
        rows: With all the columns.
        columns: Their types by name, as in `kg.tables.TABLES`.

    Raises:
        SettingsError: If pandas is not installed.
    """
    pd = load_pandas("write the tables as files")
    types = {"string": "string", "int": "Int64", "float": "Float64", "bool": "boolean", "date": "datetime64[s]"}
    content: dict[str, Any] = {}
    for name, kind in columns.items():
        values = [row[name] for row in rows]
        content[name] = pd.Series(values, dtype=types.get(kind, "object"))
    return pd.DataFrame(content)
