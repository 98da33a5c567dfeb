"""`kg validate` and `kg export`: whether a graph is sound, and the graph for others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kg.cli.app import command
from kg.cli.folder import Target, open_target, writing
from kg.cli.output import emit, emit_csv, escape_controls, json_line, printable, tell

if TYPE_CHECKING:
    from kg.rdf.shapes import Violation

__all__ = ["export", "validate"]

_FIELDS = ("node", "article", "claim", "quote", "message", "value", "advice")


class ReportFormat(StrEnum):
    """How `kg validate` writes what is wrong."""

    TEXT = "text"
    CSV = "csv"
    JSONL = "jsonl"


class ExportFormat(StrEnum):
    """What `kg export` writes."""

    TRIG = "trig"
    TURTLE = "turtle"
    NQUADS = "nquads"
    NTRIPLES = "ntriples"
    JSON_LD = "json-ld"
    RDF_XML = "rdf-xml"
    RDF12 = "rdf12"
    NANOPUB = "nanopub"


@command(example="validate out")
def validate(
    target: Target,
    format: Annotated[ReportFormat, typer.Option(help="How to write what is wrong.")] = ReportFormat.TEXT,
    limit: Annotated[int, typer.Option(metavar="N", min=1, help="Nodes to show as text; all are counted.")] = 50,
    pyshacl: Annotated[
        bool, typer.Option("--pyshacl", help="Let pySHACL check: the same answer, dozens of times slower.")
    ] = False,
) -> None:
    """Check a graph against the SHACL shapes of the ontology, article by article, and say what to do.

    Exit code: 0 if it is valid, 1 if it is not or holds nothing of kg, 2 if it cannot be read.
    """
    from kg.rdf.shapes import validate as check
    from kg.rdf.shapes import validate_in_runs

    claims: set[Any] = set()
    with _reading(target) as read:
        found = (
            check(_counted(read(), claims), pyshacl=True)
            if pyshacl
            else validate_in_runs(lambda: _counted(read(), claims))
        )
        is_empty = Path(target).is_file() and next(iter(read()), None) is None
    if format is ReportFormat.CSV:
        emit_csv(_FIELDS, ([getattr(v, name) for name in _FIELDS] for v in found))
    elif format is ReportFormat.JSONL:
        for violation in found:
            emit(json_line({name: getattr(violation, name) for name in _FIELDS}))
    else:
        _emit_text(found, limit)
    if found and not found[0].node:
        raise typer.Exit(1)
    if found:
        nodes = len({(v.article, v.node) for v in found})
        tell(f"not valid: {len(found):,} {_many(len(found), 'fault')} at {nodes:,} {_many(nodes, 'node')}")
        raise typer.Exit(1)
    if is_empty:
        tell(f"not valid: {target} is empty; kg writes at least its articles")
        raise typer.Exit(1)
    if format is ReportFormat.TEXT:
        emit(f"valid: {len(claims):,} {_many(len(claims), 'claim')}")


@command(example="export out --format json-ld --out graph.jsonld")
def export(
    target: Target,
    format: Annotated[
        ExportFormat,
        typer.Option(help="rdf12 is TriG with triple terms (RDF 1.2), nanopub a nanopublication for each claim."),
    ] = ExportFormat.TRIG,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="File to write, instead of standard output.")] = None,
    creator: Annotated[
        str | None, typer.Option(metavar="IRI", help="Who publishes the nanopublications, such as an ORCID.")
    ] = None,
) -> None:
    """Write a graph for other programs, as RDF in one of its formats.

    Turtle, N-Triples and RDF/XML have no names for articles' graphs: they hold the union of all.

    Exit code: 0 if it is written, 2 if it cannot be read or written.
    """
    from kg.rdf.export import export as write

    with open_target(target) as graph:
        content = write(graph.quads(), format.value, creator=creator)
    if out is None:
        text = content.decode()
        emit((text if format is ExportFormat.RDF_XML else escape_controls(text)).removesuffix("\n"))
        return
    with writing(out) as temporary:
        temporary.write_bytes(content)
    tell(f"written: {out}")


@contextmanager
def _reading(target: str) -> Iterator[Callable[[], Iterable[Any]]]:
    """What gives the quads of a file as they stand in it; of anything else as the graph has them."""
    from kg.rdf.serialise import parse_file

    if Path(target).is_file():
        yield lambda: parse_file(Path(target))
        return
    with open_target(target) as graph:
        yield graph.quads


def _counted(quads: Iterable[Any], claims: set[Any]) -> Iterator[Any]:
    from kg.rdf.vocabulary import KG, term

    type_, claim = term("rdf:type"), KG.Claim
    for quad in quads:
        if quad.predicate == type_ and quad.object == claim:
            claims.add(quad.subject)
        yield quad


def _emit_text(found: list[Violation], limit: int) -> None:
    """A paragraph for each node: where, what it says, and each fault with what to do."""
    from kg.rdf.results import short

    groups = [list(group) for _, group in groupby(found, key=lambda v: (v.article, v.node))]
    for group in groups[:limit]:
        first = group[0]
        if not first.node:  # the graph itself, of which nothing is kg's
            emit(f"not valid: {printable(first.message)}")
            emit(f"  to do: {printable(first.advice)}")
            emit("")
            continue
        emit(printable(short(first.node)))
        for name, text in (("article", first.article), ("claim", first.claim), ("sentence", first.quote)):
            if text:
                emit(f"  {name}: {printable(short(text) if name == 'article' else text)}")
        for violation in group:
            emit(f"  wrong: {printable(violation.message)}")
            emit(f"  to do: {printable(violation.advice)}")
        emit("")
    if len(groups) > limit:
        emit(f"… and {len(groups) - limit:,} nodes more; --format csv shows all")


def _many(number: int, word: str) -> str:
    return word if number == 1 else f"{word}s"
