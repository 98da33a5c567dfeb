"""`kg tables`: a graph for those who work with tables."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from kg.cli.app import command
from kg.cli.folder import Target, open_target
from kg.cli.output import emit

__all__ = ["tables"]


class TableFormat(StrEnum):
    """How `kg tables` writes tables."""

    PARQUET = "parquet"
    CSV = "csv"


@command(example="tables out --out tables --format csv")
def tables(
    target: Target,
    out: Annotated[
        Path, typer.Option(metavar="DIR", help="Folder of the tables; made if missing.", show_default=False)
    ],
    format: Annotated[TableFormat, typer.Option(help="How to write them.")] = TableFormat.PARQUET,
) -> None:
    """Write a graph as tables, for pandas, R, DuckDB and spreadsheets.

    The tables are articles, actors, claims, evidence and events, a file each. A claim that several articles make is
    one row; its column `sources` counts articles that are nearly the same as one. In events a row says who did what to
    whom, when and where, in columns like those of POLECAT; `modality` tells what is planned, alleged or denied.

    Exit code: 0 if they are written, 2 if the graph cannot be read or a file not be written.
    """
    from kg.tables import write_tables

    with open_target(str(target)) as graph:
        written = write_tables(graph, out, format=str(format))
    emit(f"written to {out}: {', '.join(path.name for path in written)}")
