"""Answers as plain values, SPARQL results JSON, CSV and pandas frames."""

import json
import sys

import pyoxigraph as ox
import pytest

from kg.errors import SettingsError
from kg.rdf.results import Table
from kg.rdf.vocabulary import term
from kg.store import KnowledgeGraph


def ask(sparql):
    return KnowledgeGraph().query(sparql)


def typed(value, kind):
    return ox.Literal(value, datatype=term(f"xsd:{kind}"))


def table(*column):
    return Table(("x",), terms=tuple((value,) for value in column))


def test_results_json_is_what_the_standard_says():
    answer = ask('SELECT ?a ?b ?c ?d WHERE { VALUES (?a ?b ?c ?d) { (<urn:x> "de"@de 3 UNDEF) } }')
    assert json.loads(answer.to_sparql_json()) == {
        "head": {"vars": ["a", "b", "c", "d"]},
        "results": {
            "bindings": [
                {
                    "a": {"type": "uri", "value": "urn:x"},
                    "b": {"type": "literal", "value": "de", "xml:lang": "de"},
                    "c": {
                        "type": "literal",
                        "value": "3",
                        "datatype": "http://www.w3.org/2001/XMLSchema#integer",
                    },
                }
            ]
        },
    }


@pytest.mark.parametrize("sparql", ["SELECT ?x WHERE { VALUES ?x { <urn:x> 'y' 2.5 true 'z'@de } }", "ASK {}"])
def test_results_json_is_read_by_another_program(sparql):
    answer = ask(sparql)
    read = ox.parse_query_results(answer.to_sparql_json().encode(), format=ox.QueryResultsFormat.JSON)
    assert Table.of(read) == answer


def test_numbers_dates_and_truth_have_their_types_in_a_frame():
    pd = pytest.importorskip("pandas")
    frame = Table(
        ("whole", "part", "day", "yes", "text", "nothing"),
        terms=(
            (
                ox.Literal(3),
                typed("2.5", "decimal"),
                typed("2024-05-01", "date"),
                ox.Literal(True),
                ox.Literal("a"),
                None,
            ),
            (None, ox.Literal(4), None, None, None, None),
        ),
    ).to_frame()
    assert [str(kind) for kind in frame.dtypes] == ["Int64", "Float64", "datetime64[s]", "boolean", "string", "string"]
    assert frame["whole"].sum() == 3
    assert frame["day"][0] == pd.Timestamp(2024, 5, 1)
    assert frame.isna().sum().sum() == 6


def test_precision_of_dates_is_told_where_it_differs():
    pytest.importorskip("pandas")
    frame = table(typed("2024", "gYear"), typed("2024-05", "gYearMonth"), typed("2024-05-07", "date"), None).to_frame()
    assert list(frame.columns) == ["x", "x_precision"]
    assert [str(day.date()) for day in frame["x"][:3]] == ["2024-01-01", "2024-05-01", "2024-05-07"]
    assert list(frame["x_precision"][:3]) == ["year", "month", "day"]
    assert list(table(typed("2024-05", "gYearMonth"), None).to_frame().columns) == ["x"]


@pytest.mark.parametrize("column", ["ends", "last"])
def test_end_of_a_period_is_its_last_day(column):
    pytest.importorskip("pandas")
    told = [typed("2024", "gYear"), typed("2024-02", "gYearMonth"), typed("2024-05-07", "date"), None]
    days = Table((column,), terms=tuple((day,) for day in told)).to_frame()[column]
    assert [str(day.date()) for day in days[:3]] == ["2024-12-31", "2024-02-29", "2024-05-07"]
    assert days.isna().tolist() == [False, False, False, True]


@pytest.mark.parametrize(
    "column",
    [
        (typed("2024-05-01Z", "date"), typed("yesterday", "date")),
        (ox.Literal(3), ox.Literal("drei")),
        (typed("x", "integer"), ox.Literal(3)),
        (ox.NamedNode("urn:x"), ox.Literal(3)),
    ],
)
def test_mixed_columns_become_text(column):
    pytest.importorskip("pandas")
    frame = table(*column).to_frame()
    assert str(frame["x"].dtype) == "string"
    assert len(frame) == 2


@pytest.mark.parametrize(
    "sparql", ["ASK {}", "SELECT ?a ?b WHERE { ?a a ?b }", "CONSTRUCT { ?a ?b ?c } WHERE { ?a ?b ?c }"]
)
def test_every_answer_is_a_frame(sparql):
    pytest.importorskip("pandas")
    answer = ask(sparql)
    assert tuple(answer.to_frame().columns) == answer.columns
    assert len(answer.to_frame()) == len(answer)


def test_frame_of_the_graph_is_that_of_the_query():
    pytest.importorskip("pandas")
    assert list(KnowledgeGraph().frame("dyads", since="2024").columns)[:3] == ["one", "other", "events"]


def test_missing_pandas_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(SettingsError, match=r"pandas is not installed \(pip install 'kg-geopolitics\[pandas\]'"):
        table(ox.Literal(3)).to_frame()
