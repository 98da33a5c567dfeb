"""`kg view` and `kg network`: the graph to look at, and for other programs."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from kg.cli.app import command
from kg.cli.folder import Target, open_target, writing
from kg.cli.output import emit, tell, without_controls

__all__ = ["network", "view"]


Strict = Annotated[bool, typer.Option("--strict", help="Show only what an article states as a fact of its own.")]


class NetworkFormat(StrEnum):
    """File formats of `kg network`."""

    GRAPHML = "graphml"
    GEXF = "gexf"
    CSV = "csv"


@command(example="view out --out network.html")
def view(
    target: Target,
    out: Annotated[Path, typer.Option(metavar="FILE.html", help="File to write.", show_default=False)],
    strict: Strict = False,
) -> None:
    """Write the network as one HTML file that works without a connection.

    Exit code: 0 if it is written, 1 if the graph holds no claim, 2 if it cannot be read or written.
    """
    from kg.view import write_html

    with open_target(target) as graph:
        _need_claims(graph.claims())
        with writing(out) as temporary:
            write_html(graph, temporary, strict=strict)
    tell(f"written: {out}")


@command(example="network out --format graphml --out network.graphml")
def network(
    target: Target,
    format: Annotated[NetworkFormat, typer.Option(help="File format.", show_default=False)],
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="File to write, instead of standard output.")] = None,
    strict: Strict = False,
) -> None:
    """Write the network for Gephi, Cytoscape, igraph or a spreadsheet.

    Exit code: 0 if it is written, 1 if the graph holds no claim, 2 if it cannot be read or written.
    """
    from kg.network import network_text, to_networkx

    with open_target(target) as graph:
        _need_claims(graph.claims())
        text = network_text(to_networkx(graph, strict=strict), format.value)
    if out is None:
        emit(without_controls(text.replace("\r\n", "\n")).removesuffix("\n"))
        return
    with writing(out) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="")
    tell(f"written: {out}")


def _need_claims(claims: Iterable[object]) -> None:
    if next(iter(claims), None) is None:
        tell("the graph holds no claim")
        raise typer.Exit(1)
