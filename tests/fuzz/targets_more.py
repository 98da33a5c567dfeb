"""More targets: data files, graphs that are whole RDF and no whole graphs, the server, what is printed."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import re
import shutil
import socket
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

import httpx
import pyoxigraph as ox
from hypothesis import strategies as st

from kg import config
from kg.cli.output import cell, escape_controls, json_line, printable, without_controls
from kg.errors import KGError, QueryError
from kg.evaluate_names import normalise
from kg.facts.factuality import load_factuality
from kg.lexicon import load_gazetteer, load_inflection
from kg.lexicon_facts import load_fact_words
from kg.lexicon_frames import load_frames
from kg.linguistics.cues import load_cues
from kg.linguistics.dates import load_dates
from kg.linguistics.grammar import load_grammar
from kg.linguistics.quantities import load_quantities
from kg.linguistics.referring import load_coref_words
from kg.linguistics.sources import load_reporting
from kg.model import Article, Extraction
from kg.query import derivation, explain
from kg.rdf.encode import quads
from kg.rdf.serialise import serialise
from kg.serve import worker
from kg.serve.app import make_app
from kg.serve.guard import refuse_network
from kg.serve.options import Limits, ServeOptions
from kg.serve.problem import Problem
from kg.store import KnowledgeGraph
from kg.text.clutter import load_clutter
from tests.fuzz import material
from tests.fuzz.material import damaged, texts
from tests.fuzz.targets import TARGETS, hostile, small_graph, target, use

__all__ = ["LOADERS", "TARGETS", "check_data_file"]

# --- data files ------------------------------------------------------------------------------------------------------

LOADERS: dict[str, Callable[..., object]] = {
    "inflection.toml": load_inflection,
    "grammar-ud.toml": load_grammar,
    "clutter.toml": load_clutter,
    "nominals.toml": load_cues,
    "metonyms.toml": load_cues,
    "coref.toml": load_coref_words,
    "dates.toml": load_dates,
    "quantities.toml": load_quantities,
    "reporting.toml": load_reporting,
    "modality.toml": load_factuality,
    "negation.toml": load_factuality,
    "facts.toml": load_fact_words,
    "evaluation.toml": lambda language: normalise("", language=language),
    "classes.toml": load_frames,
    "titles.toml": load_frames,
    "frames/visits.toml": load_frames,
    "actors.ttl": load_gazetteer,
}
"""What reads which data file."""


@cache
def _package() -> Path:
    """A copy of kg's data files that may be spoilt."""
    folder = Path(tempfile.mkdtemp())
    ignored = shutil.ignore_patterns("model", "training")
    shutil.copytree(material.ROOT / "kg" / "data" / "de", folder / "data" / "de", ignore=ignored)
    shutil.copytree(material.ROOT / "ontology", folder / "ontology")
    return folder


def _forget() -> None:
    """What is remembered of the data files, so that they are read anew."""
    import kg.lexicon_facts

    for function in (*LOADERS.values(), load_gazetteer, load_frames, kg.lexicon_facts.load_fact_words):
        for each in (function, getattr(function, "__wrapped__", None)):
            if hasattr(each, "cache_clear"):
                each.cache_clear()


def check_data_file(name: str, data: bytes) -> None:
    """A data file that is damaged is read all the same, or the error names it."""
    folder = _package()
    path = folder / "ontology" / name if name.endswith(".ttl") else folder / "data" / "de" / name
    whole, told = path.read_bytes(), ""
    try:
        path.write_bytes(data)
        with (
            mock.patch.object(config, "_PACKAGE", folder),
            mock.patch("kg.lexicon.kept", _made),
            mock.patch("kg.lexicon_frames.kept", _made),
        ):
            _forget()
            LOADERS[name]("de")
    except KGError as error:
        told = str(error)
    finally:
        path.write_bytes(whole)
        _forget()
    assert not told or Path(name).name in told, told


def _made(name: str, sources: object, make: Callable[[], Any]) -> Any:
    return make()


def _data_files() -> st.SearchStrategy[tuple[str, bytes]]:
    small = [name for name in LOADERS if name != "actors.ttl"]  # which takes seconds
    wholes = {name: (_package() / "data" / "de" / name).read_bytes() for name in small}
    changed = damaged(b"", b"[]", most=1) | st.sampled_from(_VALUES)

    def spoilt(whole: bytes, place: int, value: bytes) -> bytes:
        """The file with another value in the place of one; it stays valid TOML if the value is."""
        lines = list(re.finditer(rb"(?m)^([\w\"-]+ ?= ?).*$", whole))
        line = lines[place % len(lines)]
        return whole[: line.end(1)] + value + whole[line.end() :]

    return st.sampled_from(small).flatmap(
        lambda name: st.tuples(
            st.just(name),
            damaged(wholes[name], most=3) | st.builds(spoilt, st.just(wholes[name]), st.integers(0, 10**4), changed),
        )
    )


_VALUES = (
    b"1", b"-1", b"true", b'"x"', b'""', b"[]", b"[[]]", b"{}", b'["("]', b'"("', b'["a", 1]', b'{a = 1}', b"1e999",
    b"nan", b"1979-05-27", b'["\\u0000"]', b'[["a", "b"]]', b'"a" \n unknown = 1', b"[" * 2000,
)  # fmt: skip


@target("data files", st.deferred(_data_files), 20)
def data_file(given: tuple[str, bytes]) -> None:
    check_data_file(*given)


# --- graphs ----------------------------------------------------------------------------------------------------------

LINES = serialise(quads(hostile("Vargas", "https://a.example/1", "Andenkurier", "Präsident")), "nquads").splitlines()
TERMS = sorted({part for line in LINES for part in line.decode().split() if part.startswith("<")})


@st.composite
def _graphs(draw: st.DrawFn) -> bytes:
    """Whole N-Quads of a graph that is not whole: statements are missing, or speak of something else."""
    lines = draw(st.lists(st.sampled_from(LINES), max_size=len(LINES), unique=True))
    changed = []
    for line in lines:
        if draw(st.integers(0, 5)) == 0:
            words = line.decode().split(" ")
            words[draw(st.integers(0, 2)) % len(words)] = draw(
                st.sampled_from([*TERMS, '"x"', '"-1"', '"1e999"', "_:b"])
            )
            changed.append(" ".join(words).encode())
        else:
            changed.append(line)
    return b"\n".join(changed) + b"\n"


@target("open parts of a graph", _graphs(), 10)
def open_parts(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "graph.nq"
        path.write_bytes(data)
        use(path)


_IDS = ("", " ", "a b", "<>", "claim/", "kgr:claim/0", "conclusion/x y", "\ud800")


@target("explain", texts | st.sampled_from(_IDS), 40)
def explain_anything(words: str) -> None:
    """What is taken for the id of a claim, a conclusion or an actor may be anything."""
    with suppress(KGError):
        explain(small_graph(), words)
    with suppress(KGError):
        derivation(small_graph(), words)
    with suppress(KGError):
        small_graph().entity(words)
    with suppress(KGError):
        small_graph().article(words)


# --- what no query may do --------------------------------------------------------------------------------------------


@cache
def _listener() -> tuple[int, list[object]]:
    """A port of this computer, and who has called there."""
    calls: list[object] = []
    listening = socket.create_server(("127.0.0.1", 0))

    def listen() -> None:
        while True:
            connection, who = listening.accept()
            calls.append(who)
            connection.close()

    threading.Thread(target=listen, daemon=True).start()
    return listening.getsockname()[1], calls


_SPACE = ("", " ", "\n", "\t", "\r", "#x\n", "# SERVICE\r", "\ufeff", "\x0c", "\u00a0", "/**/", "\\u0020", "\\u000A")
_SERVICE = (
    "SERVICE", "service", "SeRvIcE", "\\u0053ERVICE", "S\\u0045RVICE", "SERVICE SILENT", "SERVICE#\nSILENT",
    "SERVICE?s", "\\U00000053ERVICE", "LOAD", "LOAD SILENT", "load", "\\u004COAD", "; LOAD",
    "INSERT DATA { <a:a> <a:a> 1 }; LOAD",
)  # fmt: skip
_WHERE = (
    "<http://127.0.0.1:PORT/>",
    "p:x",
    "p:",
    "<http\\u003A//127.0.0.1:PORT/>",
    "<x>",
    "?s",
    "<http://127.0.0.1:PORT/#>",
)
_HEAD = (
    "",
    "PREFIX p: <http://127.0.0.1:PORT/> ",
    "BASE <http://127.0.0.1:PORT/> ",
    '# "\n',
    "PREFIX p:<http://127.0.0.1:PORT/>",
)
_OPEN = (
    "ASK { ", "SELECT * WHERE {", 'ASK { ?a ?b "{" . ', "ASK { ?a ?b '''\"''' . ", "", "DELETE WHERE { ",
    "ASK { BIND(<http://127.0.0.1:PORT/> AS ?s) ", "INSERT { GRAPH <g:g> { ?a ?b ?c } } WHERE { ",
)  # fmt: skip
_TAIL = ("{ ?a ?b ?c } }", "{ ?a ?b ?c }", "", " INTO GRAPH <g:g>", "{} } #", '{ ?x ?y "}" } }')
_reaching = st.tuples(*map(st.sampled_from, (_HEAD, _OPEN, _SERVICE, _SPACE, _WHERE, _SPACE, _TAIL))).map("".join)


@target("guard", _reaching | texts, 60)
def guarded(sparql: str) -> None:
    """What the guard lets through calls nobody, be it a query or an update."""
    port, calls = _listener()
    text = sparql.replace("PORT", str(port))
    for is_update in (False, True):
        before = len(calls)
        try:
            refuse_network(text, is_update=is_update)
        except Problem:
            continue
        store = ox.Store()
        with suppress(SyntaxError, OSError, RuntimeError, ValueError):
            if is_update:
                store.update(text)
            else:
                answer = store.query(text)
                assert isinstance(answer, ox.QueryBoolean) or list(answer) is not None
        assert len(calls) == before, f"somebody was called: {text!r}"


# --- the server ------------------------------------------------------------------------------------------------------


class _InThisProcess:
    """The pool of the server without processes: what a worker raises is what the pool would get."""

    async def ask(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        await asyncio.sleep(0)
        try:
            return function(*args, **kwargs)
        except QueryError as error:
            raise Problem(400, str(error)) from error
        except KGError as error:
            raise Problem(503, str(error)) from error

    change = ask


@cache
def _server() -> httpx.ASGITransport:
    folder = tempfile.mkdtemp()
    with KnowledgeGraph(folder) as graph:
        mark = "<script>alert(1)</script>"
        graph.add(hostile("Vargas", "javascript:alert(1)", mark, f"</td>{mark}"))
        graph.add(Extraction.of(Article("<b>&\"'../x", "Ein Text.")))
    worker._Process.folder, worker._Process.limits = folder, Limits()
    app = make_app(folder, ServeOptions(update=True), "graph")
    app.state.pool = _InThisProcess()
    return httpx.ASGITransport(app=app)


async def _ask(method: str, url: httpx.URL, headers: dict[str, str], content: bytes | None) -> httpx.Response:
    async with httpx.AsyncClient(transport=_server()) as client:
        return await client.request(method, url, headers=headers, content=content)


_PATHS = (
    "/", "/sparql", "/graphs", "/query", "/queries", "/queries/visits", "/search", "/suggest", "/entity/", "/claim/",
    "/article/", "/network", "/network/view", "/static/", "/entity/Peru", "/article/Vargas",
    "/static/../../pyproject.toml",
)  # fmt: skip
_KEYS = (
    "query",
    "update",
    "q",
    "page",
    "format",
    "graph",
    "default",
    "entity",
    "lang",
    "language",
    "run",
    "place",
    "id",
)
_MEDIA = (
    "application/sparql-query", "application/sparql-update", "application/x-www-form-urlencoded", "text/turtle",
    "application/rdf+xml", "application/ld+json", "application/n-triples", "text/html", "", "x", "*/*", "text/csv;q=zz",
)  # fmt: skip
_values = (
    texts | _reaching | st.sampled_from(("ASK {}", "SELECT * { ?a ?b ?c }", "Peru", "-1", "1e9", "0", "csv", "de"))
)
_requests = st.tuples(
    st.sampled_from(("GET", "GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS")),
    st.sampled_from(_PATHS),
    st.sampled_from(("", "", "?")) | texts,
    st.lists(st.tuples(st.sampled_from(_KEYS), _values), max_size=3),
    st.sampled_from(_MEDIA),
    st.sampled_from(_MEDIA),
    _values.map(lambda text: text.encode("utf-8", "replace")) | damaged(*LINES[:3]) | st.just(b""),
)


@target("server", _requests, 30)
def serve(given: tuple[str, str, str, list[tuple[str, str]], str, str, bytes]) -> None:
    method, path, more, parameters, accept, media, body = given
    port, calls = _listener()
    before = len(calls)
    parameters = [(name, value.replace("PORT", str(port))) for name, value in parameters]
    headers = {"Accept": accept, "Content-Type": media}
    with suppress(ValueError, httpx.InvalidURL):  # an address that the client itself does not send
        url = httpx.URL(f"http://127.0.0.1:8800{path}").copy_with(
            path=path + more.replace("?", "%3F"), params=parameters
        )
        content = body.replace(b"PORT", str(port).encode()) if method in ("POST", "PUT") else None
        answer = asyncio.run(_ask(method, url, headers, content))
        assert answer.status_code < 500, (answer.status_code, answer.text[:300])
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"]
        if answer.headers.get("content-type", "").startswith("text/html"):
            assert "<script>alert" not in answer.text
            assert 'href="javascript' not in answer.text.lower()
        if location := answer.headers.get("location"):
            assert location.startswith("/")
            assert not location.startswith(("//", "/\\"))
    assert len(calls) == before


# --- what is printed -------------------------------------------------------------------------------------------------

_ANY = st.text(st.characters()) | texts


@target("print", _ANY, 60)
def print_anything(text: str) -> None:
    forbidden = {chr(code) for code in (*range(32), *range(127, 160))}
    bidi = set("\u061c\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    for shown in (printable(text), escape_controls(text), without_controls(text), json_line({"a": text})):
        assert not (set(shown) - {"\n", "\t"}) & (forbidden | bidi)
        shown.encode()
    assert "\n" not in printable(text)
    assert "\n" not in json_line({"a": text})
    assert json.loads(json_line({"a": text})) == {"a": text}
    out = io.StringIO()
    csv.writer(out).writerow([cell(text)])
    assert not cell(text).lstrip(" \n").startswith(("=", "@", "\t", "\r"))
