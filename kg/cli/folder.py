"""The folder that `kg build` makes, opening what the other commands ask, and writing files whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any

import typer

from kg.cli.output import json_line
from kg.cli.records import claim_record
from kg.errors import StoreError

if TYPE_CHECKING:
    from kg.store import KnowledgeGraph

__all__ = ["BuildFolder", "Target", "open_target", "writing"]

Target = Annotated[
    str,
    typer.Argument(
        metavar="TARGET", help="A folder of `kg build`, an RDF file, or a SPARQL endpoint's URL.", show_default=False
    ),
]
_OUTPUTS = ("graph.trig", "claims.jsonl", "graph.html")
_JOURNAL = "journal.sqlite"
_DECISIONS = "actors.toml"
_DRAWN = 10_000  # claims in the page, those of most sources: a browser must hold them


@contextmanager
def open_target(target: str) -> Iterator[KnowledgeGraph]:
    """Open a graph for reading.

    Raises:
        StoreError: If it is not there or cannot be read.
        SettingsError: If it is a file that is no RDF.
    """
    from kg.store import KnowledgeGraph

    with KnowledgeGraph(target, create=False, read_only=True) as graph:
        yield graph


@contextmanager
def writing(path: Path) -> Iterator[Path]:
    """A temporary file beside `path` that takes its place when all went well.

    Raises:
        StoreError: If the file cannot be written.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        temporary.replace(path)
    except OSError as error:
        message = f"cannot be written: {error.strerror or error}"
        raise StoreError(message, source=path, hint="give a file in a folder that you may write to") from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


class BuildFolder:
    """What `kg build` makes: the store, and the same graph as text, as claims and to look at."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def check(self) -> None:
        """Refuse what is not a folder of `kg build` and cannot become one.

        Raises:
            StoreError: If it is a file, or a folder with files of the same names that kg did not make.
        """
        if self.path.exists() and not self.path.is_dir():
            message = "this is a file, not a folder"
            raise StoreError(message, source=self.path, hint="give --out a folder")
        taken = [name for name in _OUTPUTS if (self.path / name).exists()]
        if taken and not (self.path / "store").exists():
            message = f"there are files here that would be overwritten: {', '.join(taken)}"
            raise StoreError(message, source=self.path, hint="give a new folder, or one made by kg build")

    @property
    def journal(self) -> Path:
        """Where the journal of the builds is."""
        return self.path / _JOURNAL

    @property
    def decisions(self) -> Path:
        """Where the decisions about actors are."""
        return self.path / _DECISIONS

    def has_outputs(self) -> bool:
        """Whether all that is made from the store is there."""
        return all((self.path / name).is_file() for name in _OUTPUTS)

    @contextmanager
    def open(self) -> Iterator[KnowledgeGraph]:
        """Open the store, making it if it is missing; what stayed empty is taken away again.

        Raises:
            StoreError: If it cannot be made or opened.
        """
        from kg.store import KnowledgeGraph

        store = self.path / "store"
        made = [path for path in (self.path, *self.path.parents) if not path.exists()]
        is_used = store.exists()
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            for name in _OUTPUTS:  # left behind by a program that was killed
                for rest in self.path.glob(f".{name}.*"):
                    rest.unlink()
        except OSError as error:
            message = f"the folder cannot be made: {error.strerror or error}"
            raise StoreError(message, source=self.path, hint="give --out a place that you may write to") from error
        try:
            with KnowledgeGraph(store) as graph:
                try:
                    yield graph
                finally:
                    is_used = is_used or bool(graph.graphs())
        finally:
            if not is_used:
                shutil.rmtree(store, ignore_errors=True)
                with suppress(OSError):  # somebody else put a file there meanwhile
                    self.journal.unlink(missing_ok=True)
                    for folder in made:
                        folder.rmdir()

    def write(self, graph: KnowledgeGraph) -> None:
        """Write the graph as TriG, as claims and as a page, in little memory; an empty graph is not written.

        Raises:
            StoreError: If a file cannot be written.
        """
        from kg.network import ClaimSet
        from kg.tables import Tables
        from kg.view import write_html

        if not graph.graphs():
            return
        with ExitStack() as stack:
            with writing(self.path / "graph.trig") as temporary, temporary.open("wb") as trig:
                tables = stack.enter_context(Tables(graph, each=_TrigWriter(trig)))
            with writing(self.path / "claims.jsonl") as temporary, temporary.open("w", encoding="utf-8") as file:
                for claim, sources in tables.claims():
                    record = claim_record(claim, tables.entity, tables.article)
                    file.write(f"{json_line(record | {'sources': sources})}\n")
            claims, entities, articles = tables.strongest(_DRAWN)
            read, found = tables.count("articles"), tables.count("claims")
        with writing(self.path / "graph.html") as temporary:
            part = ClaimSet(tuple(claims), tuple(entities), tuple(articles), read=read, found=found)
            write_html(part, temporary)


class _TrigWriter:
    """Writes named graphs one by one into one TriG file; the prefixes come once."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._is_first = True

    def __call__(self, quads: list[Any]) -> None:
        from kg.rdf.serialise import serialise

        end = b"\n\n"  # of the prefixes
        head, _, body = serialise(quads, "trig").partition(end)
        self._file.write(head + end + body if self._is_first else body)
        self._is_first = False
