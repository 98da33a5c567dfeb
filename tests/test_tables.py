"""The five tables of a graph, in CSV and Parquet."""

import csv
import importlib.util
from dataclasses import replace
from datetime import date

import pytest

import kg
from kg.errors import SettingsError, StoreError
from kg.model import (
    Article,
    Claim,
    Comparison,
    Entity,
    EntityType,
    Evidence,
    Extraction,
    Modality,
    Qualifiers,
    Quantity,
)
from kg.tables import TABLES, Tables, write_tables

PERU = Entity("Peru", EntityType.COUNTRY, "Peru", ("Peru", "Republik Peru"), "Q419", known=True)
ECUADOR = Entity("Ecuador", EntityType.COUNTRY, "Ecuador", ("Ecuador",), "Q736", known=True)
VARGAS = Entity("Person_Julio_Vargas", EntityType.PERSON, "Julio Vargas", ("Julio Vargas", "Vargas"), country="Peru")
QUANTITY = Quantity("mehr als 200 Soldaten", 200, "Soldat", Comparison.AT_LEAST)
VISIT = Claim("Person_Julio_Vargas", "visits", "Ecuador")
SENT = Claim(
    "Peru",
    "sendsTroops",
    "Ecuador",
    Qualifiers(Modality.REPORTED, "Ecuador", "2025-03", "2025-03", "Ecuador", QUANTITY, "als Helfer"),
)


def said(article, claim, start, confidence=0.5):
    evidence = Evidence(article, start, start + 9, 'Satz; "x"', "de/visits/verb/besuchen", start, start + 4, confidence)
    return replace(claim, evidence=(evidence,))


def extraction(name, *claims, **fields):
    return Extraction.of(Article(name, f"Text von {name}.", **fields), [PERU, ECUADOR, VARGAS], claims)


@pytest.fixture
def graph(tmp_path):
    graph = kg.KnowledgeGraph()
    graph.add(
        extraction("b/1", said("b/1", VISIT, 40), said("b/1", SENT, 10), title="Zweite", published=date(2025, 3, 5)),
        extraction("a", said("a", VISIT, 7, 0.9), publisher="Blatt", url="https://blatt.example/a"),
        extraction("c", said("c", VISIT, 3)),
        extraction("leer"),
    )
    links = tmp_path / "links.nt"
    article = "https://kg-geopolitics.org/resource/article/"
    links.write_text(f"<{article}c> <http://www.w3.org/ns/prov#alternateOf> <{article}a> .\n")
    from kg.rdf.serialise import parse_file

    graph.put_graph("urn:links", parse_file(links))
    return graph


def rows(graph, table):
    with Tables(graph) as tables:
        return list(tables.rows(table))


def test_every_row_has_the_columns_that_are_promised(graph):
    for table, columns in TABLES.items():
        found = rows(graph, table)
        assert found
        assert all(list(row) == list(columns) for row in found)


def test_claim_of_several_articles_is_one_row_and_near_duplicates_one_source(graph):
    sent, visit = sorted(rows(graph, "claims"), key=lambda row: row["predicate"])
    assert (visit["evidence"], visit["articles"], visit["sources"], visit["confidence"]) == (3, 3, 2, 0.9)
    assert (visit["subject_name"], visit["object_name"], visit["modality"]) == ("Julio Vargas", "Ecuador", "asserted")
    assert {name: sent[name] for name in ("quantity", "value", "upper", "unit", "comparison", "role")} == {
        "quantity": "mehr als 200 Soldaten", "value": 200.0, "upper": None, "unit": "Soldat",
        "comparison": "at least", "role": "als Helfer",
    }  # fmt: skip
    assert (sent["source_name"], sent["begins"], sent["place"]) == ("Ecuador", "2025-03", "Ecuador")


def test_articles_tell_what_they_are_nearly_the_same_as(graph):
    found = {row["article"]: row for row in rows(graph, "articles")}
    assert list(found) == ["a", "b/1", "c", "leer"]
    assert {name: row["duplicate_of"] for name, row in found.items()} == {
        "a": None,
        "b/1": None,
        "c": "a",
        "leer": None,
    }
    assert {name: row["claims"] for name, row in found.items()} == {"a": 1, "b/1": 2, "c": 1, "leer": 0}
    assert found["b/1"]["published"] == date(2025, 3, 5)
    assert found["a"]["characters"] == len("Text von a.")
    assert found["a"]["sha256"] == Article("a", "Text von a.").digest


def test_actors_count_what_is_said_of_them(graph):
    found = {row["actor"]: row for row in rows(graph, "actors")}
    assert {name: (row["claims"], row["articles"]) for name, row in found.items()} == {
        "Ecuador": (2, 4),
        "Peru": (1, 4),
        "Person_Julio_Vargas": (1, 4),
    }
    assert found["Person_Julio_Vargas"]["aliases"] == ["Julio Vargas", "Vargas"]
    assert (found["Peru"]["wikidata"], found["Peru"]["known"]) == ("Q419", True)


def test_evidence_leads_from_the_claim_to_the_sentence(graph):
    claims = {row["claim"] for row in rows(graph, "claims")}
    found = rows(graph, "evidence")
    assert len(found) == 4
    assert {row["claim"] for row in found} == claims
    assert {row["article"] for row in found} == {"a", "b/1", "c"}


def test_claims_come_in_the_order_of_the_graph(graph):
    with Tables(graph) as tables:
        assert [claim for claim, _ in tables.claims()] == graph.claims()
        assert [claim.evidence for claim, _ in tables.claims()] == [claim.evidence for claim in graph.claims()]


def test_strongest_claims_are_those_of_most_sources(graph):
    with Tables(graph) as tables:
        claims, entities, articles = tables.strongest(1, evidence=2)
        assert claims == [VISIT]
        assert [e.article for e in claims[0].evidence] == ["a", "b/1"]
        assert [e.id for e in entities] == ["Ecuador", "Person_Julio_Vargas", "Peru"]
        assert [(a.id, a.text) for a in articles] == [("a", ""), ("b/1", "")]
        everything, _, _ = tables.strongest(10)
    assert set(everything) == {VISIT, SENT}


def test_csv_reads_back(graph, tmp_path):
    written = write_tables(graph, tmp_path / "new" / "tables", format="csv")
    assert [path.name for path in written] == [f"{name}.csv" for name in TABLES]
    with written[3].open(newline="") as file:
        assert {row["quote"] for row in csv.DictReader(file)} == {'Satz; "x"'}
    with written[1].open(newline="") as file:
        actors = {row["actor"]: row for row in csv.DictReader(file)}
    assert actors["Peru"]["aliases"] == "Peru|Republik Peru"
    assert (actors["Peru"]["known"], actors["Person_Julio_Vargas"]["known"]) == ("true", "false")
    assert actors["Peru"]["country"] == ""


@pytest.mark.skipif(importlib.util.find_spec("pyarrow") is None, reason="pyarrow is not installed")
@pytest.mark.parametrize("at_once", [1, 10_000])
def test_parquet_keeps_types(graph, tmp_path, monkeypatch, at_once):
    from pyarrow import parquet

    monkeypatch.setattr("kg.tables_files._ROWS", at_once)
    for path in write_tables(graph, tmp_path):
        table = parquet.read_table(path)
        assert table.to_pylist() == rows(graph, path.stem)
        assert table.column_names == list(TABLES[path.stem])
    types = {field.name: str(field.type) for field in parquet.read_schema(tmp_path / "articles.parquet")}
    assert types["published"] == "date32[day]"
    assert types["characters"] == "int64"


def test_empty_graph_gives_empty_tables(tmp_path):
    for path in write_tables(kg.KnowledgeGraph(), tmp_path, format="csv"):
        assert path.read_text() == ",".join(TABLES[path.stem]) + "\n"


def test_unknown_format_is_refused(tmp_path):
    with pytest.raises(SettingsError, match="parquet, csv"):
        write_tables(kg.KnowledgeGraph(), tmp_path, format="xlsx")


def test_missing_pyarrow_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(SettingsError, match=r"kg-geopolitics\[tables\]"):
        write_tables(kg.KnowledgeGraph(), tmp_path)


def test_folder_that_is_a_file_is_refused(graph, tmp_path):
    path = tmp_path / "a"
    path.write_text("mine")
    with pytest.raises(StoreError):
        write_tables(graph, path, format="csv")
    assert path.read_text() == "mine"
