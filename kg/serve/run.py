"""From a target to a running server."""

from __future__ import annotations

import errno
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import uvicorn

from kg.errors import SettingsError
from kg.serve.app import make_app
from kg.serve.options import ServeOptions
from kg.store import KnowledgeGraph

__all__ = ["run"]


def run(target: str, options: ServeOptions) -> None:
    """Serve until told to stop; see `kg.serve.serve`."""
    listening = _listen(options)
    before = signal.signal(signal.SIGTERM, _stop)  # uvicorn hands the signal on when it has finished
    try:
        with _folder_of(target, update=options.update) as folder:
            host, port = listening.getsockname()[:2]
            where = f"http://{f'[{host}]' if ':' in host else host}:{port}/"
            title = Path(target).resolve().name
            server = uvicorn.Server(
                uvicorn.Config(
                    make_app(str(folder), options, title),
                    log_level="warning",
                    access_log=False,
                    server_header=False,
                    lifespan="on",
                    timeout_graceful_shutdown=2,
                    ws="none",
                    limit_concurrency=512,
                )
            )
            state = "can be changed" if options.update else "read-only"
            sys.stderr.write(
                f"kg: {target} is served at {where} ({state}); SPARQL at {where}sparql; stop with Ctrl+C\n"
            )
            sys.stderr.flush()
            server.run(sockets=[listening])
    except KeyboardInterrupt:
        pass  # the usual way to stop it
    finally:
        signal.signal(signal.SIGTERM, before)
        listening.close()


def _stop(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _listen(options: ServeOptions) -> socket.socket:
    try:
        return socket.create_server(
            (options.host, options.port),
            family=socket.AF_INET6 if ":" in options.host else socket.AF_INET,
            backlog=256,
        )
    except OSError as error:
        at = f"{options.host}:{options.port}"
        if error.errno == errno.EADDRINUSE:
            message, hint = f"port {options.port} is in use", "stop the other program, or give --port 0 for a free one"
        elif error.errno == errno.EACCES:
            message, hint = f"port {options.port} may not be used", "give a port from 1024 up"
        else:
            message, hint = f"cannot listen: {error.strerror or error}", "give --host an address of this computer"
        raise SettingsError(message, source=at, hint=hint) from error


@contextmanager
def _folder_of(target: str, *, update: bool) -> Iterator[Path]:
    """The folder of the store. A file is loaded into one that goes when the server stops.

    On disk all processes share what they read, and one that was killed is replaced at once.
    """
    if target.startswith(("http://", "https://")):
        message = "an endpoint is served already"
        raise SettingsError(message, source=target, hint="give a folder of kg build, a store or an RDF file")
    path = Path(target)
    if not path.is_file():
        if (path / "store").is_dir():
            path = path / "store"
        with KnowledgeGraph(path, create=False, read_only=not update):
            pass  # what cannot be opened, or is in use by another writer, is told before anybody asks
        yield path
        return
    if update:
        message = "a file can only be read"
        raise SettingsError(message, source=target, hint="kg build makes a folder, which can be changed")
    folder = Path(tempfile.mkdtemp(prefix="kg-serve-"))
    try:
        with KnowledgeGraph(folder / "store") as graph:
            graph.read(path)
        yield folder / "store"
    finally:
        shutil.rmtree(folder, ignore_errors=True)
