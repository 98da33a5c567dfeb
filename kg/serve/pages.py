"""The pages: made here, from what the processes find; they work without a script."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any
from urllib.parse import urlencode

import jinja2
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from kg.config import data_dir
from kg.model import Modality
from kg.query import NamedQuery, list_queries
from kg.rdf.vocabulary import PREFIXES
from kg.serve import looking
from kg.serve.pool import Pool
from kg.serve.problem import Problem
from kg.serve.worker import state_of
from kg.vocabulary import RELATIONS

__all__ = ["problem", "routes"]

_COOKIE = "kg-language"
_SAID_ABOVE = ('<h1 class="bar-title"', '<button type="button" id="toggle-language"')
_NETWORK_POLICY = "frame-ancestors 'self'"  # the page of the network has a policy of its own, stricter than ours
_EXAMPLE = """SELECT ?who ?where ?begins WHERE {
  ?claim a kg:Claim ;
    rdf:subject ?who ;
    rdf:predicate kg:visits ;
    rdf:object ?where .
  OPTIONAL { ?claim kg:begins ?begins }
}
ORDER BY DESC(?begins)
LIMIT 50"""


def routes() -> list[Route]:
    """The addresses of the pages."""
    return [
        Route("/", _home),
        Route("/query", _editor),
        Route("/queries", _all_named),
        Route("/queries/{name}", _named),
        Route("/search", _search),
        Route("/suggest", _suggest),
        Route("/entity/{id:path}", _entity),
        Route("/claim/{id}", _claim),
        Route("/article/{id:path}", _article),
        Route("/network", _network),
        Route("/network/view", _network_view),
    ]


def problem(request: Request, error: Problem) -> Response:
    """A problem as a page."""
    headers = {"Retry-After": "30"} if error.status == 503 else {}
    return _page(request, "problem", status=error.status, headers=headers, error=error)


async def _home(request: Request) -> Response:
    if (switched := _switched(request)) is not None:
        return switched
    found = {"overview": await _kept(request, looking.overview), "strongest": await _kept(request, looking.strongest)}
    return _page(request, "home", queries=_queries(), **found)


async def _editor(request: Request) -> Response:
    if (switched := _switched(request)) is not None:
        return switched
    sparql = request.query_params.get("query")
    answer, error = None, None
    if sparql is not None and sparql.strip():
        try:
            answer = await _pool(request).ask(looking.table, sparql)
        except Problem as problem:
            error = problem
    links = {}
    if answer is not None:
        names = ("ttl", "nt", "jsonld", "xml") if answer["kind"] == "graph" else ("csv", "tsv", "json", "xml")
        links = {name: f"/sparql?{urlencode({'query': sparql, 'format': name})}" for name in names}
    status = 200 if error is None else error.status
    shown = _EXAMPLE if sparql is None else sparql
    context: dict[str, Any] = {"sparql": shown, "answer": answer, "error": error, "links": links, "prefixes": PREFIXES}
    return _page(request, "editor", status=status, **context)


async def _all_named(request: Request) -> Response:
    return _switched(request) or _page(request, "queries", queries=_queries())


async def _named(request: Request) -> Response:
    if (switched := _switched(request)) is not None:
        return switched
    query = next((q for q in _queries() if q.name == request.path_params["name"]), None)
    if query is None:
        raise Problem(404, "there is no query of this name")
    given = {p.name: request.query_params.get(p.name, "").strip() for p in query.parameters}
    values = {name: value for name, value in given.items() if value}
    lacking = [p.name for p in query.parameters if p.required and not values.get(p.name)]
    format = request.query_params.get("format")
    answer, error = None, None
    if format in ("csv", "json"):
        answer = await _pool(request).ask(looking.named, query.name, values, format)
        media = "text/csv; charset=utf-8" if format == "csv" else "application/json"
        name = f'attachment; filename="{query.name}.{format}"'
        return Response(answer["text"], media_type=media, headers={"Content-Disposition": name})
    if not lacking and (values or "run" in request.query_params):
        try:
            answer = await _pool(request).ask(looking.named, query.name, values)
        except Problem as problem:
            error = problem
    address = f"/queries/{query.name}"
    links = {f: f"{address}?{urlencode({**values, 'format': f})}" for f in ("csv", "json")} if answer else {}
    example = f"{address}?{urlencode({**query.example, 'run': '1'})}" if query.example else None
    context: dict[str, Any] = {"query": query, "values": values, "answer": answer, "error": error, "links": links}
    choices: dict[str, Any] = {"relations": RELATIONS, "modalities": list(Modality), "example": example}
    return _page(request, "named", status=200 if error is None else error.status, **context, **choices)


async def _search(request: Request) -> Response:
    if (switched := _switched(request)) is not None:
        return switched
    text = request.query_params.get("q", "")
    found = await _pool(request).ask(looking.search, text)
    if len(found) == 1 and found[0]["href"]:
        return RedirectResponse(found[0]["href"], 303)
    return _page(request, "search", text=text, found=found)


async def _suggest(request: Request) -> Response:
    return JSONResponse(await _pool(request).ask(looking.suggest, request.query_params.get("q", "")))


async def _entity(request: Request) -> Response:
    if (switched := _switched(request)) is not None:
        return switched
    number = request.query_params.get("page", "0")
    page = int(number) if number.isascii() and number.isdigit() and len(number) < 7 else 0
    found = await _pool(request).ask(looking.entity, request.path_params["id"], page)
    return _page(request, "entity", found=found)


async def _claim(request: Request) -> Response:
    if (switched := _switched(request)) is not None:
        return switched
    return _page(request, "claim", found=await _pool(request).ask(looking.claim, request.path_params["id"]))


async def _article(request: Request) -> Response:
    if (switched := _switched(request)) is not None:
        return switched
    return _page(request, "article", found=await _pool(request).ask(looking.article, request.path_params["id"]))


async def _network(request: Request) -> Response:
    return _switched(request) or _page(request, "network")


async def _network_view(request: Request) -> Response:
    language, state = _language(request), state_of(request.app.state.folder)
    kept = request.app.state.kept  # laying it out takes long, and it changes only with the graph
    if kept.get(language, (None, ""))[0] != state:
        excerpt = _messages()[language]["excerpt"]
        page = await _pool(request).ask(looking.network, language, request.app.state.title, excerpt)
        kept[language] = (state, page)
    page = kept[language][1]
    if request.query_params.get("in") == "page":  # which has a title and a choice of languages already
        for element in _SAID_ABOVE:
            page = page.replace(element, f"{element} hidden", 1)
    return HTMLResponse(page, headers={"Content-Security-Policy": _NETWORK_POLICY})


# --- inside ----------------------------------------------------------------------------------------------------------


async def _kept(request: Request, function: Callable[[], Any]) -> Any:
    """What a process finds, found once as long as the graph stays the same; `None` if it takes too long."""
    kept, state, begun = request.app.state.kept, state_of(request.app.state.folder), time.monotonic()
    if kept.get(function, (None,))[0] != state:
        try:
            kept[function] = (state, await _pool(request).ask(function))
        except Problem:  # a graph too large to be counted in time still has its other pages
            if time.monotonic() - begun < request.app.state.options.limits.seconds:
                return None  # too many were waiting: try again the next time
            kept[function] = (state, None)
    return kept[function][1]


def _pool(request: Request) -> Pool:
    pool: Pool = request.app.state.pool
    return pool


def _page(
    request: Request, name: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **context: Any
) -> Response:
    language = _language(request)
    words = _messages()[language]
    others = [other for other in _messages() if other != language]

    def address_in(other: str) -> str:
        return f"{request.url.path}?{urlencode([*request.query_params.multi_items(), ('lang', other)])}"

    text = (
        _templates()
        .get_template(f"{name}.html")
        .render(
            t=words,
            language=language,
            switch=[(other, _messages()[other]["own name"], address_in(other)) for other in others],
            title=request.app.state.title,
            update=request.app.state.options.update,
            rows=request.app.state.options.limits.rows,
            path=request.url.path,
            **context,
        )
    )
    return HTMLResponse(text, status, {"Vary": "Accept-Language, Cookie", **(headers or {})})


def _switched(request: Request) -> Response | None:
    """A request for another language: it is remembered, and the address shown without it."""
    language = request.query_params.get("lang")
    if language not in _messages():
        return None
    rest = [(name, value) for name, value in request.query_params.multi_items() if name != "lang"]
    path = "/" + request.url.path.lstrip("/\\")  # "//host" would be somebody else's
    answer = RedirectResponse(f"{path}?{urlencode(rest)}" if rest else path, 303)
    answer.set_cookie(_COOKIE, language, max_age=31_536_000, samesite="lax", httponly=True)
    return answer


def _language(request: Request) -> str:
    chosen = request.cookies.get(_COOKIE, "")
    wanted = [
        part.partition(";")[0].strip()[:2].lower() for part in request.headers.get("accept-language", "").split(",")
    ]
    return next((name for name in (chosen, *wanted) if name in _messages()), "en")


@cache
def _queries() -> list[NamedQuery]:
    return list_queries()


@cache
def _messages() -> dict[str, dict[str, str]]:
    """Words of the pages, and those that they share with the view of the network."""
    own = json.loads((data_dir() / "serve" / "messages.json").read_text(encoding="utf-8"))
    shared = json.loads((data_dir() / "view" / "messages.json").read_text(encoding="utf-8"))
    return {language: {**shared[language], **words} for language, words in own.items()}


@cache
def _templates() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(data_dir() / "serve" / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["first_sentence"] = lambda text: text.partition(". ")[0].rstrip(".") + "."
    return environment
