"""`kg query`, `kg explain`, `kg reason`: what a graph says, why, and what follows."""

from __future__ import annotations

import csv
import io
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kg.cli.app import command
from kg.cli.folder import Target, open_target, writing
from kg.cli.output import emit, emit_csv, emit_table, escape_controls, tell, without_controls
from kg.errors import QueryError, SettingsError

if TYPE_CHECKING:
    from kg.rdf.results import Table
    from kg.store import KnowledgeGraph

__all__ = ["explain", "query", "reason"]


class AnswerFormat(StrEnum):
    """How `kg query` writes an answer."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    SRJ = "srj"
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
    inferred: Annotated[
        bool, typer.Option("--inferred", help="Ask what `kg reason` has concluded, too; left out otherwise.")
    ] = False,
    format: Annotated[
        AnswerFormat | None,
        typer.Option(help="How to write the answer; srj is SPARQL results JSON. [default: table]", show_default=False),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write to a file: .csv, .json, .srj, or .ttl, .nt for a graph.")
    ] = None,
    show_list: Annotated[bool, typer.Option("--list", help="List the named queries and their parameters.")] = False,
    describe: Annotated[
        str | None, typer.Option(metavar="NAME", help="Show what a named query answers, its parameters, an example.")
    ] = None,
) -> None:
    """Ask a graph, by a named query or in SPARQL.

    Exit code: 0 if there is an answer, 1 if it is empty (or ASK says no), 2 if the query or the graph is wrong.
    """
    from kg.cli.tables import emit_description, emit_queries
    from kg.query import NamedQuery, list_queries, load_query, run, unknown_names

    if describe is not None:
        emit_description(load_query(describe))
        return
    if show_list:
        emit_queries(list_queries())
        return
    if target is None:
        message = "TARGET is missing"
        raise SettingsError(message, hint="give a folder of kg build, an RDF file or an endpoint, or --list")
    if sum(given is not None for given in (name, sparql, file)) != 1:
        message = "a query takes one of NAME, -q SPARQL and -f FILE.rq"
        raise SettingsError(message, hint="kg query --list shows the names")
    parameters: dict[str, Any] = dict(map(_parameter, param or []))
    writing_as = _format_of(out, format)
    with open_target(target) as graph:
        stored = name or file
        asked = load_query(stored) if stored else NamedQuery("the query given with -q", {}, {}, (), sparql or "")
        if inferred:
            _need_conclusions(graph)
        answer = run(graph, asked, inferred=inferred, **parameters)
        if out is not None:
            _write_answer(answer, writing_as, out)
        else:
            _emit_answer(answer, writing_as)
        for warning in unknown_names(asked.sparql, None if answer else graph):
            tell(warning)
    if not answer:
        tell("nothing found")
        raise typer.Exit(1)


@command(example="explain out 5d41402a")
def explain(
    target: Target,
    claim: Annotated[
        str, typer.Argument(metavar="CLAIM", help="Id of the claim or conclusion, its first characters, or its IRI.")
    ],
) -> None:
    """Show where a claim comes from: its sentences, the articles they stand in, and the rules that read them.

    A conclusion of `kg reason` is shown with the claims that it rests on.

    Exit code: 0 if the claim is shown, 2 if none or more than one has this id.
    """
    from kg.query import derivation
    from kg.query import explain as find

    with open_target(target) as graph:
        try:
            explanation: object = find(graph, claim)
        except QueryError:
            explanation = derivation(graph, claim)
            if explanation is None:
                raise
    for line in str(explanation).splitlines():
        emit(without_controls(line))


@command(example="reason out --rules acts-for --rules place-containment")
def reason(
    target: Target,
    rules: Annotated[
        list[str] | None,
        typer.Option(metavar="RULE", help="A rule by name, or a file of one's own (.rq); all of kg's if left out."),
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Take all conclusions out again.")] = False,
    show_list: Annotated[bool, typer.Option("--list", help="List the rules.")] = False,
) -> None:
    """Conclude what follows from the claims by rules, such as that a visit to a city is a visit to its country.

    The conclusions stand in a graph of their own, each with the claims and the rule that it comes from. No query sees
    them unless `--inferred` is given. Doing it again gives the same; they go when an article goes or changes.

    Exit code: 0 if anything follows, 1 if nothing does, 2 if a rule or the graph is wrong or cannot be written.
    """
    from kg.reason import list_rules, withdraw
    from kg.reason import reason as conclude
    from kg.store import KnowledgeGraph

    if show_list:
        emit_table(["rule", "what it concludes"], [(rule.name, rule.descriptions.get("en")) for rule in list_rules()])
        return
    chosen = None if not rules else [Path(rule) if rule.endswith(".rq") else rule for rule in rules]
    if Path(target).is_file():
        message = "a file is only read, so conclusions cannot be kept in it"
        raise SettingsError(message, source=target, hint="give a folder of kg build")
    with KnowledgeGraph(target, create=False) as graph:
        if undo:
            withdraw(graph)
            return
        counts = conclude(graph, chosen)
    emit_table(["rule", "conclusions"], counts.items())
    if not any(counts.values()):
        tell("nothing follows")
        raise typer.Exit(1)


def _parameter(written: str) -> tuple[str, str]:
    name, equals, value = written.partition("=")
    if not equals or not name:
        message = f"--param takes NAME=VALUE, not {written!r}"
        raise SettingsError(message, hint="for example --param entity=Peru")
    return name, value


def _need_conclusions(graph: KnowledgeGraph) -> None:
    if not graph.query("ASK { ?any a kg:Conclusion }", inferred=True):
        message = "nothing has been concluded in this graph"
        raise SettingsError(message, hint="kg reason TARGET does it; reading more articles may undo it")


def _format_of(out: Path | None, format: AnswerFormat | None) -> AnswerFormat:
    """What is asked for, else what the file's ending says."""
    if format is not None or out is None:
        return format or AnswerFormat.TABLE
    ending = out.suffix.lower().removeprefix(".").replace("nt", "ttl")
    if ending in ("csv", "json", "srj", "ttl"):
        return AnswerFormat(ending)
    message = f"the ending {out.suffix!r} tells no format"
    raise SettingsError(message, source=out, hint="end it in .csv, .json, .srj or .ttl, or give --format")


def _write_answer(answer: Table, format: AnswerFormat, out: Path) -> None:
    from kg.cli.output import cell

    if format is AnswerFormat.CSV:
        rows = [
            ["" if v is None else cell(str(v).lower() if isinstance(v, bool) else v) for v in row] for row in answer
        ]
        file = io.StringIO()
        csv.writer(file, lineterminator="\n").writerows([answer.columns, *rows])
        text = file.getvalue()
    elif format is AnswerFormat.TTL:
        text = answer.to_turtle()
    elif format is AnswerFormat.TABLE:
        text = answer.to_text(width=10_000) + "\n"
    else:
        text = answer.to_json() if format is AnswerFormat.JSON else answer.to_sparql_json()
    with writing(out) as temporary:
        temporary.write_text(text, encoding="utf-8")


def _emit_answer(answer: Table, format: AnswerFormat) -> None:
    from kg.cli.tables import emit_answer

    if format is AnswerFormat.TABLE:
        emit_answer(answer)
    elif format is AnswerFormat.CSV:
        emit_csv(answer.columns, ([str(v).lower() if isinstance(v, bool) else v for v in row] for row in answer.rows))
    elif format is AnswerFormat.JSON:
        emit(escape_controls(answer.to_json()).rstrip("\n"))
    elif format is AnswerFormat.SRJ:
        emit(escape_controls(answer.to_sparql_json()).rstrip("\n"))
    else:
        emit(escape_controls(answer.to_turtle()).rstrip("\n"))
