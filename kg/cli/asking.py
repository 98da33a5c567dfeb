"""`kg query`, `kg explain` and `kg validate`: what a graph says, where it has it from, whether it is sound."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.app import command
from kg.cli.folder import Target, open_target
from kg.cli.output import emit, emit_csv, emit_table, escape_controls, tell, without_controls
from kg.errors import SettingsError

if TYPE_CHECKING:
    from kg.rdf.results import Table

__all__ = ["explain", "query", "validate"]


class AnswerFormat(StrEnum):
    """How `kg query` writes an answer."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    TTL = "ttl"


@command(example="query out -q 'SELECT ?who WHERE { ?who kg:visits ?where }'")
def query(
    target: Annotated[
        str | None,
        typer.Argument(metavar="TARGET", help="A folder of `kg build`, an RDF file, or a SPARQL endpoint's URL."),
    ] = None,
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="A named query; see --list.")] = None,
    sparql: Annotated[
        str | None, typer.Option("--sparql", "-q", metavar="SPARQL", help="The query itself; prefixes are declared.")
    ] = None,
    file: Annotated[Path | None, typer.Option("--file", "-f", metavar="FILE.rq", help="A file with the query.")] = None,
    param: Annotated[
        list[str] | None, typer.Option(metavar="NAME=VALUE", help="A parameter of the query; may be repeated.")
    ] = None,
    format: Annotated[AnswerFormat, typer.Option(help="How to write the answer.")] = AnswerFormat.TABLE,
    show_list: Annotated[bool, typer.Option("--list", help="List the named queries and their parameters.")] = False,
) -> None:
    """Ask a graph, by a named query or in SPARQL.

    Exit code: 0 if there is an answer, 1 if it is empty (or ASK says no), 2 if the query or the graph is wrong.
    """
    from kg.query import NamedQuery, load_query, run

    if show_list:
        _emit_list()
        return
    if target is None:
        message = "TARGET is missing"
        raise SettingsError(message, hint="give a folder of kg build, an RDF file or an endpoint, or --list")
    if sum(given is not None for given in (name, sparql, file)) != 1:
        message = "a query takes one of NAME, -q SPARQL and -f FILE.rq"
        raise SettingsError(message, hint="kg query --list shows the names")
    parameters = dict(map(_parameter, param or []))
    with open_target(target) as graph:
        asked = load_query(name) if name else file or NamedQuery("the query given with -q", {}, {}, (), sparql or "")
        answer = run(graph, asked, **parameters)
        _emit_answer(answer, format)
    if not answer:
        tell("nothing found")
        raise typer.Exit(1)


@command(example="explain out 5d41402a")
def explain(
    target: Target,
    claim: Annotated[str, typer.Argument(metavar="CLAIM", help="Id of the claim, its first characters, or its IRI.")],
) -> None:
    """Show where a claim comes from: its sentences, the articles they stand in, and the rules that read them.

    Exit code: 0 if the claim is shown, 2 if none or more than one has this id.
    """
    from kg.query import explain as find

    with open_target(target) as graph:
        explanation = find(graph, claim)
    for line in str(explanation).splitlines():
        emit(without_controls(line))


@command(example="validate out")
def validate(target: Target) -> None:
    """Check a graph against the SHACL shapes of the ontology.

    Exit code: 0 if it is valid, 1 if it is not (what is wrong is listed), 2 if it cannot be read.
    """
    with open_target(target) as graph:
        violations = graph.validate()
        size = len(graph)
    if not violations:
        emit(f"valid: {size:,} {'claim' if size == 1 else 'claims'}")
        return
    emit_table(["node", "article", "what is wrong"], [(v.node, v.article, v.message) for v in violations])
    tell(f"not valid: {len(violations):,} {'violation' if len(violations) == 1 else 'violations'}")
    raise typer.Exit(1)


def _parameter(written: str) -> tuple[str, str]:
    name, equals, value = written.partition("=")
    if not equals or not name:
        message = f"--param takes NAME=VALUE, not {written!r}"
        raise SettingsError(message, hint="for example --param entity=Peru")
    return name, value


def _emit_list() -> None:
    from kg.query import list_queries

    rows: list[tuple[str | None, str | None, str | None]] = []
    for named in list_queries():
        rows.append((named.name, None, named.descriptions.get("en")))
        for parameter in named.parameters:
            note = "required" if parameter.required else parameter.default and f"{parameter.default} if left out"
            described = parameter.descriptions.get("en", "")
            rows.append((None, parameter.name, f"{described} ({note})" if note else described))
    emit_table(["name", "parameter", "what it answers"], rows)


def _emit_answer(answer: Table, format: AnswerFormat) -> None:
    from kg.rdf.results import short

    if format is AnswerFormat.TABLE:
        emit_table(answer.columns, ([short(value) for value in row] for row in answer.rows))
    elif format is AnswerFormat.CSV:
        emit_csv(answer.columns, ([str(v).lower() if isinstance(v, bool) else v for v in row] for row in answer.rows))
    elif format is AnswerFormat.JSON:
        emit(escape_controls(answer.to_json()).rstrip("\n"))
    else:
        emit(escape_controls(answer.to_turtle()).rstrip("\n"))
