"""`kg serve`: the graph over HTTP."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from kg.cli.app import command
from kg.errors import SettingsError

__all__ = ["serve"]


@command(example="serve out --port 8800")
def serve(
    target: Annotated[
        str,
        typer.Argument(metavar="TARGET", help="A folder of `kg build`, a store or an RDF file.", show_default=False),
    ],
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="Where to listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(metavar="N", help="Port; 0 takes any that is free.")] = 8800,
    update: Annotated[bool, typer.Option("--update", help="Let clients change the graph.")] = False,
    token_file: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Holds what a client must send to change it; else KG_TOKEN, if set."),
    ] = None,
    allow_host: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="A name of this server in the network; may be repeated.")
    ] = None,
    cors: Annotated[
        list[str] | None,
        typer.Option(metavar="ORIGIN", help="Whose web pages may ask, or * for all; may be repeated."),
    ] = None,
    timeout: Annotated[float, typer.Option(metavar="SECONDS", help="The longest that a query may take.")] = 30.0,
    max_answer: Annotated[int, typer.Option(metavar="MB", help="The longest answer.")] = 64,
    max_memory: Annotated[int, typer.Option(metavar="MB", help="The most memory of each process that answers.")] = 4000,
    workers: Annotated[int, typer.Option(metavar="N", help="Processes that answer.")] = 2,
) -> None:
    """Serve a graph: a SPARQL 1.1 endpoint at /sparql and pages to look at it, for this computer, read-only.

    Exit code: 0 when it is stopped, 2 if the graph cannot be opened, the port is taken or an option is wrong.
    """
    from kg.serve import ServeOptions
    from kg.serve import serve as run
    from kg.serve.options import Limits

    options = ServeOptions(
        host=host,
        port=port,
        update=update,
        token=_token(token_file),
        hosts=tuple(allow_host or ()),
        origins=tuple(cors or ()),
        workers=workers,
        limits=Limits(seconds=timeout, answer_bytes=max_answer * 1_000_000, memory_bytes=max_memory * 1_000_000),
    )
    run(target, options)


def _token(file: Path | None) -> str | None:
    if file is None:
        return os.environ.get("KG_TOKEN") or None
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        message = f"the token cannot be read: {getattr(error, 'strerror', None) or error}"
        raise SettingsError(message, source=file, hint="give a file with the token on one line") from error
