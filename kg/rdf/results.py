"""What a query answers: a table, for SELECT, ASK, CONSTRUCT and DESCRIBE alike."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, overload

import pyoxigraph as ox

from kg.errors import QueryError
from kg.rdf.frames import frame_of
from kg.rdf.serialise import serialise
from kg.rdf.vocabulary import PREFIXES, term
from kg.sheets import sheet_cell

if TYPE_CHECKING:
    import pandas

__all__ = ["Table", "plain", "short"]

Value = str | int | float | bool | None
_Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None
_CONVERT: Mapping[ox.NamedNode, Callable[[str], Value]] = {
    **{term(f"xsd:{name}"): int for name in ("integer", "int", "long", "short", "nonNegativeInteger")},
    **{term(f"xsd:{name}"): float for name in ("decimal", "double", "float")},
    term("xsd:boolean"): lambda text: text in ("true", "1"),
}


class Table(Sequence[tuple[Value, ...]]):
    """The answer to a query: named columns and rows of plain values.

    An IRI is a string in full, a number a number, all other literals are strings, an unbound variable is `None`. For
    ASK there is one row and the column `answer`; for CONSTRUCT and DESCRIBE the columns are `subject`, `predicate`,
    `object`. A table is true if it has rows (for ASK: if the answer is yes). Tables are equal if what they show is.

    Attributes:
        columns: Names of the columns.
        terms: The rows as RDF terms, in the order of the answer; empty for ASK.
        triples: The same for CONSTRUCT and DESCRIBE, as they came, the same perhaps
            twice: to put them in an order takes longer than to find them.
        is_graph: Whether the rows are triples.
    """

    __slots__ = ("_rows", "_terms", "columns", "is_graph", "triples")

    def __init__(
        self,
        columns: tuple[str, ...],
        rows: tuple[tuple[Value, ...], ...] | None = None,
        terms: tuple[tuple[_Term, ...], ...] = (),
        is_graph: bool = False,
        triples: Collection[tuple[_Term, ...]] = (),
    ) -> None:
        self.columns = columns
        self.triples = triples if triples or not is_graph else terms
        self.is_graph = is_graph
        self._terms = None if triples else terms
        self._rows = rows

    @classmethod
    def of(cls, result: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples | list[ox.Triple]) -> Table:
        """Read the answer of Oxigraph to its end. Its terms become plain values when they are asked for."""
        if isinstance(result, ox.QueryBoolean):
            return cls(("answer",), ((bool(result),),))
        if isinstance(result, ox.QueryTriples | list):
            triples = [(t.subject, t.predicate, t.object) for t in result]
            return cls(("subject", "predicate", "object"), is_graph=True, triples=triples)
        columns = tuple(v.value for v in result.variables)
        return cls(columns, terms=tuple(map(tuple, result)))

    @property
    def terms(self) -> tuple[tuple[_Term, ...], ...]:
        """The rows as RDF terms, in the order of the answer; empty for ASK."""
        if self._terms is None:
            self._terms = tuple(sorted(set(self.triples), key=str))
        return self._terms

    @property
    def rows(self) -> tuple[tuple[Value, ...], ...]:
        """The rows as plain values, in the order of the answer."""
        if self._rows is None:
            self._rows = tuple(tuple(map(plain, row)) for row in self.terms)
        return self._rows

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Table):
            return NotImplemented
        return (self.columns, self.rows, self.terms) == (other.columns, other.rows, other.terms)

    def __hash__(self) -> int:
        return hash((self.columns, self.rows))

    def __repr__(self) -> str:
        return f"Table(columns={self.columns!r}, rows={self.rows!r})"

    @overload
    def __getitem__(self, index: int) -> tuple[Value, ...]: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[tuple[Value, ...]]: ...
    def __getitem__(self, index: int | slice) -> Any:
        return self.rows[index]

    def __len__(self) -> int:
        return len(self.terms if self._rows is None else self._rows)

    def __iter__(self) -> Iterator[tuple[Value, ...]]:
        return iter(self.rows)

    def __bool__(self) -> bool:
        return any(row != (False,) for row in self.rows) if self.columns == ("answer",) else len(self) > 0

    def dicts(self) -> list[dict[str, Value]]:
        """The rows as dictionaries.

        Example:
            >>> Table(("who",), (("Polen",),)).dicts()
            [{'who': 'Polen'}]
        """
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]

    def to_csv(self) -> str:
        """The table as CSV with a header line; unbound values are empty, and no cell is a formula to a spreadsheet."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows([_csv_cell(v) for v in row] for row in self.rows)
        return out.getvalue()

    def to_json(self) -> str:
        """The rows as a JSON list of objects."""
        return json.dumps(self.dicts(), ensure_ascii=False, indent=1) + "\n"

    def to_sparql_json(self) -> str:
        """The answer as SPARQL 1.1 Query Results JSON, with the types and languages of all values.

        Source:
            https://www.w3.org/TR/sparql11-results-json/
        """
        if self.columns == ("answer",) and not self.terms:
            return json.dumps({"head": {}, "boolean": bool(self)}) + "\n"
        bindings = [
            {name: _binding(value) for name, value in zip(self.columns, row, strict=True) if value is not None}
            for row in self.terms
        ]
        answer = {"head": {"vars": list(self.columns)}, "results": {"bindings": bindings}}
        return json.dumps(answer, ensure_ascii=False, indent=1) + "\n"

    def to_frame(self) -> pandas.DataFrame:
        """The table as a pandas frame: whole numbers as `Int64`, others as `Float64`, dates as `datetime64[s]`.

        A text may give only the month or the year of something. A date is then the first day of it, in the
        columns `ends` and `last` the last day; if the dates of the column `begins` differ in that, a column
        `begins_precision` tells `day`, `month` or `year`. What is unknown is missing (`pandas.isna`).

        Raises:
            SettingsError: If pandas is not installed.

        Example:
            >>> Table(("who", "number"), terms=((ox.Literal("Polen"), ox.Literal(3)),)).to_frame()["number"].sum()
            np.int64(3)
        """
        return frame_of(self.columns, self.terms, self.rows)

    def to_turtle(self) -> str:
        """The triples as Turtle.

        Raises:
            QueryError: If the query was no CONSTRUCT or DESCRIBE.
        """
        if not self.is_graph:
            message = "only CONSTRUCT and DESCRIBE give triples"
            raise QueryError(message, hint="ask for table, csv or json")
        return serialise((ox.Quad(*row) for row in self.terms), "turtle").decode()  # type: ignore[arg-type]

    def to_text(self, *, width: int = 60) -> str:
        """The table for people: aligned columns, IRIs shortened by their prefixes.

        Args:
            width: Longest cell, in characters; longer ones are cut, with an ellipsis.

        Example:
            >>> print(Table(("who", "number"), (("https://kg-geopolitics.org/resource/Polen", 3),)).to_text())
            who        number
            ---------  ------
            kgr:Polen  3
        """
        cells = [list(self.columns)] + [[_cut(short(v), width) for v in row] for row in self.rows]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        cells.insert(1, ["-" * w for w in widths])
        return "\n".join("  ".join(c.ljust(w) for c, w in zip(r, widths, strict=True)).rstrip() for r in cells)


def _binding(value: Any) -> dict[str, Any]:
    """One value in SPARQL 1.1 Query Results JSON."""
    if isinstance(value, ox.NamedNode):
        return {"type": "uri", "value": value.value}
    if isinstance(value, ox.BlankNode):
        return {"type": "bnode", "value": value.value}
    if isinstance(value, ox.Triple):
        parts = {part: _binding(getattr(value, part)) for part in ("subject", "predicate", "object")}
        return {"type": "triple", "value": parts}
    said = {"type": "literal", "value": value.value}
    if value.language:
        return {**said, "xml:lang": value.language}
    return said if value.datatype == term("xsd:string") else {**said, "datatype": value.datatype.value}


def plain(value: _Term) -> Value:
    """The plain value of an RDF term."""
    if isinstance(value, ox.NamedNode):
        return value.value
    if isinstance(value, ox.Literal):
        convert = _CONVERT.get(value.datatype)
        try:
            return value.value if convert is None else convert(value.value)
        except ValueError:
            return value.value
    return None if value is None else str(value)


def short(value: Value) -> str:
    """A value for people: an IRI with its prefix, nothing for `None`.

    Example:
        >>> short("https://kg-geopolitics.org/ontology/visits")
        'kg:visits'
    """
    if value is None:
        return ""
    if isinstance(value, str):
        for prefix, namespace in PREFIXES.items():
            if value.startswith(namespace):
                return f"{prefix}:{value.removeprefix(namespace)}"
    return str(_lower(value))


def _csv_cell(value: Value) -> Value:
    if value is None:
        return ""
    return sheet_cell(value) if isinstance(value, str) else _lower(value)


def _lower(value: Value) -> Value:
    return str(value).lower() if isinstance(value, bool) else value


def _cut(text: str, width: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= width else text[: width - 1] + "…"
