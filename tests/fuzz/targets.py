"""The targets: functions that take bytes or text and must bear whatever it is.

Whatever goes in, no exception comes out but `kg.KGError`; what is read keeps its promises (offsets, valid RDF that
conforms to the shapes, quotations that stand in the text); and it ends soon. A target that finds a fault raises
`AssertionError` or whatever kg lets through. They know nothing of hypothesis: any fuzzer can call them.
"""

from __future__ import annotations

import csv
import io
import json
import re
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import lxml.html
import pyoxigraph as ox
from hypothesis import strategies as st

import kg
from kg.build_partition import Task, read_partition
from kg.config import Settings
from kg.errors import KGError, QueryError
from kg.evaluate import evaluate, load_gold
from kg.facts.decisions import Decisions
from kg.facts.gold import from_gold
from kg.model import Article, BlockKind, Claim, Entity, EntityType, Evidence, Extraction, Qualifiers
from kg.query import list_queries, load_query, run
from kg.rdf.decode import canonical, extractions
from kg.rdf.encode import quads
from kg.rdf.serialise import FORMATS, format_of, serialise
from kg.rdf.shapes import validate
from kg.store import KnowledgeGraph
from kg.text.clean import clean
from tests.fuzz import material
from tests.fuzz.material import damaged, salad, texts

__all__ = ["TARGETS", "Target", "hostile", "target", "use"]


@dataclass(frozen=True, slots=True)
class Target:
    """A function and what it is fed with.

    Attributes:
        check: Raises if something is wrong.
        inputs: Strategy of its one argument.
        examples: How many the test-suite tries.
    """

    check: Callable[[Any], None]
    inputs: st.SearchStrategy[Any]
    examples: int = 25


TARGETS: dict[str, Target] = {}


def target(
    name: str, inputs: st.SearchStrategy[Any], examples: int = 25
) -> Callable[[Callable[[Any], None]], Callable[[Any], None]]:
    def register(check: Callable[[Any], None]) -> Callable[[Any], None]:
        TARGETS[name] = Target(check, inputs, examples)
        return check

    return register


# --- reading ---------------------------------------------------------------------------------------------------------


def _reader(suffix: str) -> Callable[[bytes], None]:
    def check(data: bytes) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"input{suffix}"
            path.write_bytes(data)
            errors: list[KGError] = []
            for article in kg.read_articles(path, on_error=errors.append, on_note=lambda note: str(note).encode()):
                _check_article(article)
            assert all(str(path) in str(error.source) for error in errors), errors

    return check


for _suffix, _wholes in material.FILES.items():
    target(f"read{_suffix or ' without ending'}", damaged(*_wholes), 12)(_reader(_suffix))


def _check_article(article: Article) -> None:
    article.text.encode()
    article.id.encode()
    assert article.text.strip()
    assert article.id
    position = 0
    for block in article.blocks:
        assert position <= block.start < block.end <= len(article.text)
        assert not article.text[position : block.start].strip()
        assert block.kind in BlockKind
        position = block.end
    assert not article.text[position:].strip()


@target("clean", texts | salad() | damaged(material.TEXT).map(lambda data: data.decode("utf-8", "replace")), 60)
def clean_any(text: str) -> None:
    once = clean(Article("a", text))
    assert once.text == text
    assert clean(once) == once
    if text.strip():
        _check_article(once)


# --- extraction ------------------------------------------------------------------------------------------------------


@target("extract", texts | salad() | st.text(max_size=200), 40)
def extract_any(text: str) -> None:
    (reading,) = read_partition([Article("an id", text, published="2025-03-06")], Task(Settings(), raw=True))
    if reading.error is not None:
        assert "internal error" not in str(reading.error), reading.error
        return
    found = reading.extraction
    assert found is not None
    assert found.article.text == text
    for claim in found.claims:
        assert claim.evidence
        for e in claim.evidence:
            assert text[e.start : e.end] == e.quote
            assert e.start <= e.cue_start <= e.cue_end <= e.end, e
            assert 0 <= e.confidence <= 1
    for quotation in found.quotations:
        assert text[quotation.start : quotation.end] == quotation.text
    content = list(quads(found))
    assert validate(content) == []
    for format in ("trig", "nquads"):
        assert set(ox.parse(serialise(content, format), format=FORMATS[format])) == set(content)
    assert [canonical(found)] == list(extractions(content))


@target("extract surrogates", st.text(st.characters(), max_size=60).map(lambda text: text + "\ud800Peru"), 10)
def extract_surrogates(text: str) -> None:
    (reading,) = read_partition([Article("half", text)], Task(Settings(), raw=True))
    assert reading.error is None or "internal error" not in str(reading.error), reading.error


# --- RDF -------------------------------------------------------------------------------------------------------------


@target("write", st.tuples(texts, texts, texts, texts), 40)
def write_any(words: tuple[str, str, str, str]) -> None:
    """Ids, addresses, publishers, names and roles of any kind go into RDF, tables and pages, and stay words."""
    name, url, publisher, role = (word or "x" for word in words)
    read = hostile(name, url, publisher, role)
    content = list(quads(read))
    for format in FORMATS:
        try:
            written = serialise(content, format)
        except KGError:
            assert format == "rdf-xml"
            continue
        back = list(ox.parse(written, format=format_of(format)))
        assert {q.triple for q in back} == {q.triple for q in content}
    assert validate(content) == []
    graph = KnowledgeGraph()
    graph.add(read)
    assert list(graph.graphs()) == [next(iter({q.graph_name.value for q in content}))]
    _check_page(graph, role)
    with tempfile.TemporaryDirectory() as folder:
        for path in kg.write_tables(graph, folder, format="csv"):
            _check_cells(path.read_text(encoding="utf-8"))
    _check_cells(run(graph, "claims").to_csv())


def hostile(name: str, url: str, publisher: str, role: str) -> Extraction:
    """An extraction with words of somebody else wherever words can be."""
    text = f"{name} besucht Peru."
    article = Article(name, text, name, None, publisher, url)
    entities = [
        Entity(f"Person_{name}", EntityType.PERSON, name, (name,)),
        Entity("Peru", EntityType.COUNTRY, "Peru", known=True),
    ]
    proof = Evidence(name, 0, len(text), text, "de/visits/verb/besuchen", len(name) + 1, len(name) + 8, 0.5)
    claim = Claim(f"Person_{name}", "visits", "Peru", Qualifiers(role=role), (proof,))
    return Extraction.of(article, entities, [claim])


def _check_page(graph: KnowledgeGraph, word: str) -> None:
    from kg.view import html_page

    page = html_page(graph)
    tree = lxml.html.document_fromstring(page)
    data = [e for e in tree.iter("script") if e.get("type") == "application/json"]
    assert len(data) == 1
    assert len(list(tree.iter("script"))) == 3
    assert not list(tree.iter("iframe", "object", "embed", "base"))
    json.loads(data[0].text)


def _check_cells(text: str) -> None:
    for row in csv.reader(io.StringIO(text, newline="")):
        for cell in row:
            if cell.lstrip(" \n").startswith(("=", "+", "-", "@", "\t", "\r")):
                assert re.fullmatch(r"[+-]?[0-9.,]+", cell), cell  # a number is no formula


# --- asking ----------------------------------------------------------------------------------------------------------


@cache
def small_graph() -> KnowledgeGraph:
    graph = KnowledgeGraph()
    graph.add(hostile("Vargas", "https://a.example/1", "Andenkurier", "Präsident"))
    return graph


@cache
def _parameters() -> list[tuple[str, str, str]]:
    return [(query.name, p.name, p.kind) for query in list_queries() for p in query.parameters]


@target("query parameters", st.tuples(st.integers(0, 1000), texts | st.sampled_from(["Peru", "2024", "visits"])), 40)
def ask_any_value(given: tuple[int, str]) -> None:
    place, value = given
    name, parameter, kind = _parameters()[place % len(_parameters())]
    values: dict[str, Any] = {p.name: "Peru" for p in load_query(name).parameters if p.required and p.kind == "entity"}
    before = len(list(small_graph().quads()))
    problem = ""
    try:
        run(small_graph(), name, **(values | {parameter: value}))
    except QueryError as error:
        problem = str(error).replace(value, "")
    assert "SPARQL" not in problem  # a value is never read as a part of the query
    assert len(list(small_graph().quads())) == before
    if kind == "text":
        run(small_graph(), name, **(values | {parameter: value}))


SPARQL = (
    "SELECT", "ASK", "CONSTRUCT", "DESCRIBE", "WHERE", "{", "}", "?a", "?b", "kg:visits", "kgr:Peru", "a", ".", ";",
    ",", "FILTER", "(", ")", "=", "1", '"x"', "OPTIONAL", "UNION", "VALUES", "GRAPH", "BIND", "AS", "COUNT(*)",
    "GROUP BY", "ORDER BY", "LIMIT 10", "*", "FROM", "<urn:x>", "# x\n", "INSERT DATA", "DROP ALL", "MINUS", "EXISTS",
    "^", "/",
)  # fmt: skip
_queries = st.lists(st.sampled_from(SPARQL), max_size=30).map(" ".join)


@target("query text", texts | _queries, 40)
def ask_anything(sparql: str) -> None:
    try:
        answer = run(small_graph(), sparql)
    except KGError:
        return
    assert isinstance(answer.to_csv() + answer.to_json() + answer.to_text(), str)


@target("query file", damaged(*material.seeds(material.ROOT / "kg/data/queries", "v*.rq")))
def ask_a_file(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "own.rq"
        path.write_bytes(data)
        with suppress(KGError):
            run(small_graph(), path)


# --- files of people -------------------------------------------------------------------------------------------------


def _rdf(format: str) -> bytes:
    return serialise(quads(hostile("Vargas", "https://a.example/1", "Andenkurier", "Präsident")), format)


def _opener(suffix: str) -> Callable[[bytes], None]:
    def check(data: bytes) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"graph{suffix}"
            path.write_bytes(data)
            use(path)

    return check


def use(path: Path) -> None:
    """All that a command does with a TARGET."""
    from kg.network import network_text, to_networkx
    from kg.rdf.export import export
    from kg.view import html_page

    try:
        graph = KnowledgeGraph(path, create=False, read_only=True)
    except KGError:
        return
    uses: list[Callable[[], object]] = [
        lambda: list(graph.claims()),
        lambda: list(graph.entities()),
        lambda: run(graph, "claims"),
        lambda: run(graph, "timeline", entity="Peru"),
        lambda: validate(graph.quads()),
        lambda: html_page(graph),
        lambda: network_text(to_networkx(graph), "csv"),
        lambda: network_text(to_networkx(graph), "graphml"),
        lambda: kg.write_tables(graph, path.parent / "tables", format="csv"),
        *(lambda format=format: export(graph.quads(), format) for format in ("json-ld", "rdf12", "rdf-xml")),
    ]
    with graph:
        for use in uses:
            try:
                use()
            except KGError:
                continue


for _suffix, _format in (
    (".ttl", "turtle"), (".trig", "trig"), (".nt", "ntriples"), (".nq", "nquads"), (".jsonld", "json-ld"),
    (".rdf", "rdf-xml"),
):  # fmt: skip
    target(f"open {_suffix}", damaged(_rdf(_format), most=3), 6)(_opener(_suffix))


GOLD = (
    b'{"id": "a1", "text": "Peru besucht Ecuador.", "published": "2025-03-06", "entities": [{"id": "e1", "name":'
    b' "Peru", "type": "Country", "aliases": ["Peru"]}, {"id": "e2", "name": "Ecuador", "type": "Country",'
    b' "aliases": []}], "claims": [{"subject": "e1", "predicate": "visits", "object": "e2", "modality": "asserted",'
    b' "source": null,'
    b' "date": "2025", "place": null, "quantity": null, "role": null, "start": 0, "end": 21}]}\n'
)


@target("gold", damaged(GOLD, GOLD * 2))
def read_gold(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "gold.jsonl"
        path.write_bytes(data)
        try:
            records = load_gold(path)
            whole = load_gold(_whole_gold())
            for one, other in ((records, records), (records, whole), (whole, records)):
                evaluate(one, other)
        except KGError:
            return
        for record in records:
            try:
                from_gold(record)
            except KGError:
                continue


@cache
def _whole_gold() -> Path:
    path = Path(tempfile.mkdtemp()) / "whole.jsonl"
    path.write_bytes(GOLD)
    return path


DECISIONS = (
    b'# Decisions\n[[merge]]\nactors = ["Person_Vargas_1f", "b"]\ninto = "Person_Vargas"\nname = "V"\ntype = "Person"\n'
    b'\n[[split]]\nactor = "Person_A"\narticles = ["a1"]\ninto = "Person_B"\n\n[[rename]]\nactor = "Peru"\nname = "R"\n'
)


@target("decisions", damaged(DECISIONS), 40)
def read_decisions(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "actors.toml"
        path.write_bytes(data)
        decisions = None
        with suppress(KGError):
            decisions = Decisions.load(path)
        if decisions is None:
            return
        assert Decisions.parse(decisions.text()) == decisions
        decisions.apply(hostile("Vargas", "u", "p", "r"))
        for number in range(1, len(decisions) + 1):
            try:
                Decisions.remove(path, number)
            except KGError:
                continue
