"""The SPARQL 1.1 protocol at `/sparql`, and the graph store protocol at `/graphs`.

Source:
    https://www.w3.org/TR/sparql11-protocol/, https://www.w3.org/TR/sparql11-http-rdf-update/
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.datastructures import QueryParams
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from kg.serve import worker
from kg.serve.formats import NAMES, graph_format
from kg.serve.options import ServeOptions
from kg.serve.pool import Pool
from kg.serve.problem import Problem

__all__ = ["graphs", "plain_problem", "sparql"]

_FORM = "application/x-www-form-urlencoded"
_QUERY = "application/sparql-query"
_UPDATE = "application/sparql-update"
_UNION = "the default graph is the union of all graphs and follows them; name the graph that is to change"


async def sparql(request: Request) -> Response:
    """Answer a query or carry out an update."""
    pool: Pool = request.app.state.pool
    given = request.query_params.multi_items()
    accept = request.headers.get("accept", "")
    if request.method == "POST":
        body = await read_body(request)
        media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media == _FORM:
            given += parse_qsl(_text(body), keep_blank_values=True)
        elif media == _QUERY:
            given.append(("query", _text(body)))
        elif media == _UPDATE:
            given.append(("update", _text(body)))
        else:
            message = f"a request is sent as {_FORM}, {_QUERY} or {_UPDATE}, not as {media or 'nothing'}"
            raise Problem(415, message)
    texts = [(name, value) for name, value in given if name in ("query", "update")]
    if len(texts) > 1:
        raise Problem(400, "one request holds one query or one update, not more")
    if not texts:
        if request.method == "POST":
            raise Problem(400, "the request holds neither a query nor an update")
        if prefers_page(accept):
            return RedirectResponse("/query", 303)
        url = str(request.url.replace(query="", fragment=""))
        options: ServeOptions = request.app.state.options
        return _sent(await pool.ask(worker.describe_service, url, accept, update=options.update))
    ((kind, text),) = texts
    if kind == "update":
        if request.method != "POST":
            raise Problem(400, "an update is sent by POST")
        check_writing(request)
        if any(name in ("using-graph-uri", "using-named-graph-uri") for name, _ in given):
            raise Problem(400, "using-graph-uri is not known here; say USING in the update")
        await pool.change(worker.change, text)
        return Response(status_code=204)
    if request.method != "POST" and prefers_page(accept) and "format" not in request.query_params:
        return RedirectResponse(f"/query?{urlencode({'query': text})}", 303)
    defaults = [value for name, value in given if name == "default-graph-uri"]
    named = [value for name, value in given if name == "named-graph-uri"]
    accept = _wished(dict(given).get("format"), accept)
    return _sent(await _while_there(request, pool.ask(worker.query, text, accept, defaults, named)))


async def graphs(request: Request) -> Response:
    """Give, put, extend or remove a whole graph."""
    pool: Pool = request.app.state.pool
    name = _graph_of(request.query_params)
    if request.method in ("GET", "HEAD"):
        return _sent(await pool.ask(worker.get_graph, name, request.headers.get("accept", "")))
    check_writing(request)
    if name is None:
        raise Problem(400, _UNION)
    if request.method == "DELETE":
        await pool.change(worker.delete_graph, name)
        return Response(status_code=204)
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    graph_format(media)
    body = await read_body(request)
    is_new = await pool.change(worker.send_graph, name, body, media, base=name, keep=request.method == "POST")
    return Response(status_code=201 if is_new else 204)


def check_writing(request: Request) -> None:
    """Refuse who may not change the graph.

    Raises:
        Problem: 403 if nobody may, or a page of another origin sends it; 401 if the token is missing or wrong.
    """
    options: ServeOptions = request.app.state.options
    if not options.update:
        raise Problem(403, "this graph can only be read; start kg serve with --update to change it")
    origin = request.headers.get("origin")
    if origin is not None and origin not in options.origins and urlsplit(origin).netloc != request.url.netloc:
        raise Problem(403, "a page of another origin may not change the graph")
    if options.token is not None:
        kind, _, sent = request.headers.get("authorization", "").partition(" ")
        is_right = secrets.compare_digest(sent.strip().encode(), options.token.encode())
        if kind.lower() != "bearer" or not is_right:
            raise Problem(401, "changing the graph needs the token: Authorization: Bearer …")


async def read_body(request: Request) -> bytes:
    """The body of a request.

    Raises:
        Problem: 413 if it is too long.
    """
    options: ServeOptions = request.app.state.options
    most = options.limits.request_bytes
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > most:
                raise Problem(413, f"the request is longer than {most:,} bytes")
    except ClientDisconnect as error:
        raise Problem(400, "the request ended too early") from error
    return bytes(body)


def prefers_page(accept: str) -> bool:
    """Whether a browser asks: it names HTML, and no format of answers before it."""
    return accept.lstrip().startswith("text/html")


def plain_problem(problem: Problem) -> Response:
    """A problem in words, for programs and those who write them."""
    headers = {"Retry-After": "30"} if problem.status == 503 else {}
    if problem.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return PlainTextResponse(f"{problem.message}\n", problem.status, headers)


async def _while_there(request: Request, asked: Awaitable[worker.Answer]) -> worker.Answer:
    """Wait for an answer as long as somebody wants it; the process of who has gone is killed."""
    task = asyncio.ensure_future(asked)
    try:
        while not (await asyncio.wait({task}, timeout=0.5))[0]:
            if await request.is_disconnected():
                raise Problem(400, "the client has gone")
        return task.result()
    finally:
        task.cancel()


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Problem(400, "the request is not UTF-8") from error


def _wished(format: str | None, accept: str) -> str:
    if format is None:
        return accept
    if format not in NAMES:
        raise Problem(400, f"there is no format {format[:50]!r}; there are: {', '.join(NAMES)}")
    return ", ".join(NAMES[format])


def _graph_of(given: QueryParams) -> str | None:
    names = given.getlist("graph")
    if ("default" in given) == bool(names) or len(names) > 1:
        raise Problem(400, "name one graph: ?graph=IRI, or ?default for the union of all")
    return names[0] if names else None


def _sent(answer: worker.Answer) -> Response:
    return Response(answer.body, media_type=answer.media, headers={"Vary": "Accept"})
