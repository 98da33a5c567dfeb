"""The application: which address answers what, and what holds for all of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kg.config import data_dir
from kg.serve import pages, protocol, worker
from kg.serve.options import ServeOptions
from kg.serve.pool import Pool
from kg.serve.problem import Problem

__all__ = ["make_app"]

_LOCAL = ("127.0.0.1", "localhost", "[::1]", "::1")
_ALWAYS = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"cross-origin-opener-policy": b"same-origin",
    b"x-frame-options": b"SAMEORIGIN",
}
_POLICY = (
    b"default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; frame-src 'self'; "
    b"form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)


def make_app(folder: str, options: ServeOptions, title: str) -> Starlette:
    """Put the application together.

    Args:
        folder: Of the store.
        options: How it is served.
        title: What the pages call the graph.
    """

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        pool = app.state.pool = Pool(folder, options.workers, options.limits)
        warming = asyncio.ensure_future(pool.ask(worker.warm))
        try:
            yield
        finally:
            warming.cancel()
            await pool.close()

    routes = [
        Route("/sparql", protocol.sparql, methods=["GET", "POST"]),
        Route("/graphs", protocol.graphs, methods=["GET", "PUT", "POST", "DELETE"]),
        Mount("/static", StaticFiles(directory=data_dir() / "serve" / "static")),
        *pages.routes(),
    ]
    middleware = [
        Middleware(_Headers),
        Middleware(
            TrustedHostMiddleware,
            allowed_hosts=[*_LOCAL, f"[{options.host}]" if ":" in options.host else options.host, *options.hosts],
            www_redirect=False,
        ),
    ]
    if options.origins:
        middleware.append(
            Middleware(
                CORSMiddleware,
                allow_origins=list(options.origins),
                allow_methods=["GET", "POST", *(["PUT", "DELETE"] if options.update else [])],
                allow_headers=["Accept", "Content-Type", *(["Authorization"] if options.update else [])],
            )
        )
    app = Starlette(
        routes=routes,
        middleware=middleware,
        lifespan=lifespan,
        exception_handlers={Problem: _problem, HTTPException: _not_found},
    )
    app.router.redirect_slashes = False  # it names scheme and host, which a proxy in front may know better
    app.state.options = options
    app.state.folder = folder
    app.state.title = title
    app.state.kept = {}
    return app


def _problem(request: Request, error: Exception) -> Response:
    problem = error if isinstance(error, Problem) else Problem(500, "the server failed")
    if request.url.path in ("/sparql", "/graphs"):
        return protocol.plain_problem(problem)
    return pages.problem(request, problem)


def _not_found(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    shorter = request.url.path.rstrip("/")
    own = not shorter.startswith(("//", "/\\", "/static"))
    if status == 404 and own and shorter not in ("", request.url.path):
        return RedirectResponse(f"{shorter}?{request.url.query}".rstrip("?"), 307)
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    what = {404: "there is nothing at this address", 405: f"{request.method} is not known at this address"}
    answer = _problem(request, Problem(status, what.get(status, str(getattr(error, "detail", "")))))
    answer.headers.update(headers)
    return answer


class _Headers:
    """Headers of every answer; a page may set a policy of its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                there = {name.lower() for name, _ in message["headers"]}
                more = [(name, value) for name, value in _ALWAYS.items() if name not in there]
                if b"content-security-policy" not in there:
                    more.append((b"content-security-policy", _POLICY))
                message["headers"] = [*message["headers"], *more]
            await send(message)

        await self._app(scope, receive, with_headers)
