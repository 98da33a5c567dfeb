"""Named questions and free SPARQL, and where a claim comes from.

A named query is a file in `kg/data/queries`: SPARQL that runs as it is, with a header that names its parameters. A
value takes the place of the `UNDEF` in the parameter's own `VALUES` line and is written as an RDF term by the RDF
library, never as text, so it cannot change the query.

Names are joined from a sub-select over all names, and two claims with the same ends from a sub-select each: these
joins are made by hashing. Looked up actor by actor, Oxigraph in memory walks all that is said of the actor each time,
and the time grows with the square of the claims. Values come before `OPTIONAL`, else they are compared at the end.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from kg.config import data_dir
from kg.errors import DataError, QueryError
from kg.query_explain import Derivation, Explanation, derivation, explain
from kg.query_parameters import KINDS, Parameter, bind, has_values_line, terms_of
from kg.query_paths import paths
from kg.query_terms import unknown_names
from kg.rdf.results import Table
from kg.store import KnowledgeGraph

if TYPE_CHECKING:
    import pandas

__all__ = [
    "Derivation",
    "Explanation",
    "NamedQuery",
    "Parameter",
    "Table",
    "derivation",
    "explain",
    "frame",
    "list_queries",
    "load_query",
    "run",
    "unknown_names",
]

_HEADER = re.compile(r"#\s*(title@de|title@en|description@de|description@en|parameter|example|then):\s*(.*)")
_NAME = re.compile(r"[\w-]+")
_COLUMNS = "NAME [?VARIABLE] | KIND | DEFAULT or required | German | English, and a line VALUES ?NAME { UNDEF }"
_AFTERWARDS = {"paths": paths}  # what is done with the rows of a query, by the name after `# then:`


@dataclass(frozen=True, slots=True)
class NamedQuery:
    """A query with its description.

    Attributes:
        name: The file's name without ending.
        titles: By language code.
        descriptions: By language code.
        parameters: In the order of the file.
        sparql: The query, which also runs without parameters.
        example: Values of parameters that show what it is for, by name.
        then: What is done with its rows, `None` if they are the answer.
    """

    name: str
    titles: Mapping[str, str]
    descriptions: Mapping[str, str]
    parameters: tuple[Parameter, ...]
    sparql: str
    example: Mapping[str, str] = field(default_factory=dict)
    then: str | None = None


def list_queries() -> list[NamedQuery]:
    """All named queries, sorted by name.

    Raises:
        DataError: If a file of them is wrong.

    Example:
        >>> "visits" in [query.name for query in list_queries()]
        True
    """
    return [_parse(path) for path in sorted((data_dir() / "queries").glob("*.rq"))]


def load_query(name: str | Path) -> NamedQuery:
    """Read one query.

    Args:
        name: The name of a named query, or the path of a file of one's own. The header is optional there.

    Raises:
        QueryError: If there is no such query or file.
        DataError: If its header is wrong.
    """
    if isinstance(name, Path):
        return _parse(name)
    path = data_dir() / "queries" / f"{name}.rq"
    known = sorted(p.stem for p in path.parent.glob("*.rq"))
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        message = f"there is no query named {name!r}"
        raise QueryError(message, hint=f"did you mean {near[0]!r}?" if near else "kg query --list shows all")
    return _parse(path)


def run(graph: KnowledgeGraph, query: str | Path | NamedQuery, *, inferred: bool = False, **params: object) -> Table:
    """Ask a graph a named query, a query in a file, or free SPARQL.

    Args:
        graph: What to ask.
        query: A name (`visits`), a path, or SPARQL.
        inferred: Whether the answer also takes in what `kg.reason` has concluded.
        params: Values of the query's parameters; entities by name or id, dates as `2024`, `2024-10`, `2024-10-07`.

    Returns:
        The answer; see `Table`.

    Raises:
        QueryError: If there is no such query, parameter or entity, a value has the wrong form or is missing, or the
            SPARQL is not valid.

    Example:
        >>> run(KnowledgeGraph(), "visits", since="2024").columns[:2]
        ('who', 'where')
    """
    if isinstance(query, str):
        if _NAME.fullmatch(query.strip()):
            query = load_query(query.strip())
        else:
            query = NamedQuery("the query", {}, {}, _parameters(query, "the query"), query)
    elif isinstance(query, Path):
        query = load_query(query)
    given = {name: value for name, value in params.items() if value is not None}
    terms = terms_of(graph, query.name, query.parameters, given)
    answer = graph.query(bind(query.sparql, terms), inferred=inferred)
    return answer if query.then is None else _AFTERWARDS[query.then](answer, terms)


def frame(
    graph: KnowledgeGraph, query: str | Path | NamedQuery, *, inferred: bool = False, **params: object
) -> pandas.DataFrame:
    """The answer of `run` as a pandas frame, with dates as dates and numbers as numbers.

    Raises:
        SettingsError: If pandas is not installed.
        QueryError: As `run` does.
    """
    return run(graph, query, inferred=inferred, **params).to_frame()


# --- files -----------------------------------------------------------------------------------------------------------


def _parse(path: Path) -> NamedQuery:
    try:
        content = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text in UTF-8"
        message = f"the query cannot be read: {why or error}"
        raise QueryError(message, source=path, hint="give a file with a SPARQL query, such as own.rq") from error
    texts: dict[str, dict[str, str]] = {"title": {}, "description": {}}
    example: dict[str, str] = {}
    then = None
    parameters = _parameters(content, path)
    for number, line in enumerate(content.splitlines(), 1):
        found = _HEADER.fullmatch(line)
        if found is None or found[1] == "parameter":
            continue
        kind, _, language = found[1].partition("@")
        if kind == "example":
            example = dict(_pair(part, parameters, path, number) for part in found[2].split(";") if part.strip())
        elif kind == "then":
            then = found[2].strip()
            if then not in _AFTERWARDS:
                message = f"nothing is known that would be done afterwards under the name {then!r}"
                raise DataError(message, source=path, line=number, hint="there is: " + ", ".join(_AFTERWARDS))
        else:
            texts[kind][language] = found[2].strip()
    return NamedQuery(path.stem, texts["title"], texts["description"], parameters, content, example, then)


def _pair(written: str, parameters: tuple[Parameter, ...], source: object, line: int) -> tuple[str, str]:
    name, _, value = (part.strip() for part in written.partition("="))
    if not value or name not in [p.name for p in parameters]:
        message = f"the example {written.strip()!r} sets no parameter"
        raise DataError(message, source=source, line=line, hint="NAME=VALUE; NAME=VALUE, with names of parameters")
    return name, value


def _parameters(content: str, source: object) -> tuple[Parameter, ...]:
    parameters: list[Parameter] = []
    for number, line in enumerate(content.splitlines(), 1):
        found = _HEADER.fullmatch(line)
        if not found or found[1] != "parameter":
            continue
        cells = [cell.strip() for cell in found[2].split("|")]
        name, _, variable = cells[0].partition(" ?")
        if len(cells) != 5 or cells[1] not in KINDS or not has_values_line(content, variable or name):
            message = "a parameter is wrong"
            raise DataError(message, source=source, line=number, hint=_COLUMNS)
        default = None if cells[2] in ("", "required") else cells[2]
        texts = {"de": cells[3], "en": cells[4]}
        parameters.append(Parameter(name, variable or name, cells[1], default, cells[2] == "required", texts))
    return tuple(parameters)
