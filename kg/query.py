"""Named questions and free SPARQL, and where a claim comes from.

A named query is a file in `kg/data/queries`: SPARQL that runs as it is, with a header that names its parameters. A
value takes the place of the `UNDEF` in the parameter's own `VALUES` line and is written as an RDF term by the RDF
library, never as text, so it cannot change the query.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from kg.config import data_dir
from kg.errors import DataError, QueryError
from kg.model import Modality
from kg.query_explain import Explanation, explain
from kg.rdf.results import Table
from kg.rdf.vocabulary import KG, entity_iri, term
from kg.store import KnowledgeGraph
from kg.vocabulary import RELATIONS

__all__ = ["Explanation", "NamedQuery", "Parameter", "Table", "explain", "list_queries", "load_query", "run"]

_HEADER = re.compile(r"#\s*(title@de|title@en|description@de|description@en|parameter):\s*(.*)")
_RELATIONS = re.compile(r"# relations: .*\n(\s*VALUES \([^)]*\) )\{[^}]*\}")
_NAME = re.compile(r"[\w-]+")
_DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a named query.

    Attributes:
        name: As in `--param NAME=VALUE`.
        variable: The variable that it binds.
        kind: `entity` (a name or an id), `relation`, `modality`, `date` (year, month or day), `number` or `text`.
        default: Value taken if none is given, `None` for no restriction.
        required: Whether a value must be given.
        descriptions: One phrase by language code.
    """

    name: str
    variable: str
    kind: str
    default: str | None
    required: bool
    descriptions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class NamedQuery:
    """A query with its description.

    Attributes:
        name: The file's name without ending.
        titles: By language code.
        descriptions: By language code.
        parameters: In the order of the file.
        sparql: The query, which also runs without parameters.
    """

    name: str
    titles: Mapping[str, str]
    descriptions: Mapping[str, str]
    parameters: tuple[Parameter, ...]
    sparql: str


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
    if not _NAME.fullmatch(name) or not path.is_file():
        known = sorted(p.stem for p in path.parent.glob("*.rq"))
        near = difflib.get_close_matches(name, known, n=1)
        message = f"there is no query named {name!r}"
        raise QueryError(message, hint=f"did you mean {near[0]!r}?" if near else "there are: " + ", ".join(known))
    return _parse(path)


def run(graph: KnowledgeGraph, query: str | Path | NamedQuery, **params: object) -> Table:
    """Ask a graph a named query, a query in a file, or free SPARQL.

    Args:
        graph: What to ask.
        query: A name (`visits`), a path, or SPARQL.
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
            query = NamedQuery("the query", {}, {}, *_split(query, "the query"))
    elif isinstance(query, Path):
        query = load_query(query)
    return graph.query(_bind(graph, query, {name: value for name, value in params.items() if value is not None}))


# --- parameters ------------------------------------------------------------------------------------------------------


def _bind(graph: KnowledgeGraph, query: NamedQuery, params: Mapping[str, object]) -> str:
    known = [p.name for p in query.parameters]
    for name in params:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]!r}?" if near else "it takes: " + (", ".join(known) or "none")
            message = f"{query.name} has no parameter {name!r}"
            raise QueryError(message, hint=hint)
    sparql = query.sparql
    for parameter in query.parameters:
        value = params.get(parameter.name, parameter.default)
        if value is None and parameter.required:
            message = f"{query.name} needs the parameter {parameter.name!r}"
            raise QueryError(message, hint=f"{parameter.name}: {parameter.descriptions['en']}")
        if value is not None:
            terms = _KINDS[parameter.kind](graph, parameter.name, str(value))
            written = " ".join(str(t) for t in terms)
            sparql = _values_line(parameter.variable).sub(lambda m, w=written: f"{m[1]}{{ {w} }}", sparql)  # type: ignore[misc]
    return _RELATIONS.sub(lambda m: f"{m[1]}{{ {_relation_rows()} }}", sparql)


def _values_line(variable: str) -> re.Pattern[str]:
    return re.compile(rf"(VALUES \?{re.escape(variable)} )\{{[^}}]*\}}")


def _relation_rows() -> str:
    rows = []
    for relation in RELATIONS.values():
        score = (
            "UNDEF" if relation.score is None else str(ox.Literal(str(relation.score), datatype=term("xsd:decimal")))
        )
        rows.append(f"({KG.node(relation.name)} {score} {ox.Literal(relation.category)})")
    return " ".join(rows)


def _entities(graph: KnowledgeGraph, name: str, value: str) -> list[ox.NamedNode]:
    """The entities of an id or a name: the id first, then a label, then any other name."""
    by_id = entity_iri(value)
    if graph.query(f"ASK {{ {by_id} rdfs:label ?n }}"):
        return [by_id]
    wanted = ox.Literal(value.lower())
    for predicate in ("rdfs:label", "skos:altLabel"):
        found = graph.query(f"SELECT DISTINCT ?e WHERE {{ ?e {predicate} ?n FILTER (LCASE(STR(?n)) = {wanted}) }}")
        if found:
            return sorted((t[0] for t in found.terms if isinstance(t[0], ox.NamedNode)), key=lambda node: node.value)
    labels = graph.query("SELECT DISTINCT ?n WHERE { ?e rdfs:label|skos:altLabel ?n }")
    near = difflib.get_close_matches(value, [str(row[0]) for row in labels], n=3)
    message = f"the graph knows no entity {value!r} (parameter {name!r})"
    raise QueryError(message, hint="nearest: " + ", ".join(near) if near else None)


def _relation(graph: KnowledgeGraph, name: str, value: str) -> list[ox.NamedNode]:
    return [KG.node(_one_of(name, value.removeprefix("kg:"), list(RELATIONS)))]


def _modality(graph: KnowledgeGraph, name: str, value: str) -> list[ox.NamedNode]:
    return [KG.node(_one_of(name, value.removeprefix("kg:"), [str(m) for m in Modality]))]


def _one_of(name: str, value: str, known: list[str]) -> str:
    if value in known:
        return value
    near = difflib.get_close_matches(value, known, n=1)
    message = f"{value!r} is no value of the parameter {name!r}"
    raise QueryError(message, hint=f"did you mean {near[0]!r}?" if near else "there are: " + ", ".join(known))


def _date(graph: KnowledgeGraph, name: str, value: str) -> list[ox.Literal]:
    if not _DATE.fullmatch(value):
        message = f"{value!r} is no date (parameter {name!r})"
        raise QueryError(message, hint="give a year, month or day: 2024, 2024-10, 2024-10-07")
    return [ox.Literal(value)]


def _number(graph: KnowledgeGraph, name: str, value: str) -> list[ox.Literal]:
    try:
        float(value)
    except ValueError as error:
        message = f"{value!r} is no number (parameter {name!r})"
        raise QueryError(message, hint="give a number such as 100 or 0.5") from error
    return [ox.Literal(value, datatype=term("xsd:decimal"))]


def _text(graph: KnowledgeGraph, name: str, value: str) -> list[ox.Literal]:
    return [ox.Literal(value)]


_KINDS: Mapping[str, Callable[[KnowledgeGraph, str, str], list[ox.NamedNode] | list[ox.Literal]]] = {
    "entity": _entities,
    "relation": _relation,
    "modality": _modality,
    "date": _date,
    "number": _number,
    "text": _text,
}


# --- files -----------------------------------------------------------------------------------------------------------


def _parse(path: Path) -> NamedQuery:
    try:
        content = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        message = f"the query cannot be read: {error}"
        raise QueryError(message, source=path) from error
    texts: dict[str, dict[str, str]] = {"title": {}, "description": {}}
    for line in content.splitlines():
        if (found := _HEADER.fullmatch(line)) and found[1] != "parameter":
            kind, _, language = found[1].partition("@")
            texts[kind][language] = found[2].strip()
    parameters, sparql = _split(content, path)
    return NamedQuery(path.stem, texts["title"], texts["description"], parameters, sparql)


def _split(content: str, source: object) -> tuple[tuple[Parameter, ...], str]:
    parameters: list[Parameter] = []
    for number, line in enumerate(content.splitlines(), 1):
        found = _HEADER.fullmatch(line)
        if not found or found[1] != "parameter":
            continue
        cells = [cell.strip() for cell in found[2].split("|")]
        name, _, variable = cells[0].partition(" ?")
        if len(cells) != 5 or cells[1] not in _KINDS or not _values_line(variable or name).search(content):
            message = "a parameter is wrong"
            hint = "NAME [?VARIABLE] | KIND | DEFAULT or required | German | English, and a line VALUES ?NAME { UNDEF }"
            raise DataError(message, source=source, line=number, hint=hint)
        default = None if cells[2] in ("", "required") else cells[2]
        texts = {"de": cells[3], "en": cells[4]}
        parameters.append(Parameter(name, variable or name, cells[1], default, cells[2] == "required", texts))
    return tuple(parameters), content
