"""A graph over HTTP: the SPARQL 1.1 protocol, the graph store protocol, and pages to look at it.

Starlette and uvicorn speak HTTP, Pebble runs the queries in processes of their own (Oxigraph cannot be interrupted; a
process can be killed), Oxigraph answers. Needs the extra `serve`: `pip install 'kg-geopolitics[serve]'`.
"""

from __future__ import annotations

from kg.serve.options import ServeOptions, need_libraries

__all__ = ["ServeOptions", "need_libraries", "serve"]


def serve(target: str, options: ServeOptions | None = None) -> None:
    """Serve a graph until the program is told to stop (Ctrl+C or SIGTERM).

    Args:
        target: A folder of `kg build`, a store folder or an RDF file.
        options: Where and how; what is left out is careful: this computer only, reading only.

    Raises:
        SettingsError: If an option is wrong, a library is missing, or the port is taken.
        StoreError: If the graph cannot be opened.
    """
    need_libraries()
    from kg.serve.run import run

    run(target, options or ServeOptions())
