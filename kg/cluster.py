"""Reading on many machines, through Dask: the same function for each batch, its result as compressed N-Quads.

A worker loads the pipeline once and reads one batch at a time. A batch whose worker ends is read by another one; if
that ends too, and again, its articles are reported and left for the next build. What comes back is stored in the order
of the batches, so that the graph is the one that a single process makes. Dask is the extra `cluster`.

Source:
    https://distributed.dask.org/ (scheduler, workers, what happens when they end)
"""

from __future__ import annotations

import gzip
import hashlib
import importlib.util
import logging
import os
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from kg.build_archive import made_with
from kg.build_partition import Reading, Task, read_partition
from kg.errors import ArticleError, SettingsError, StoreError
from kg.model import Article
from kg.rdf.encode import quads as encode
from kg.rdf.serialise import serialise

__all__ = ["LOCAL", "Part", "read_on_cluster", "read_part"]

LOCAL = "local"
"""Stands for a cluster of processes on this computer, instead of a scheduler's address."""

_AHEAD = 2  # batches handed out per thread of a worker, so that none waits
_PATIENCE = 30  # seconds for a scheduler to answer
_PACKED = 1  # level of gzip: more costs as much time as reading, and saves a tenth
_READING = threading.Lock()  # a pipeline is not for several threads


@dataclass(frozen=True, slots=True)
class Part:
    """What a worker makes of a batch.

    Attributes:
        readings: One for each article.
        made: What it was read with (`made_with`): a worker may have another kg.
        quads: What they say, as N-Quads, gzip.
        claims: The same as a table in Parquet; `None` if it is not wanted, or the worker has no pyarrow.
    """

    readings: list[Reading]
    made: str
    quads: bytes
    claims: bytes | None = None


def read_part(articles: list[Article], task: Task, *, tables: bool = False) -> Part:
    """Read a batch on a worker.

    Args:
        articles: The batch.
        task: How to read it.
        tables: Whether a table of the claims is wanted.

    Raises:
        SettingsError: If the model is not installed on the worker.
        DataError: If a data file of kg is wrong there.

    Example:
        >>> from kg.config import Settings
        >>> part = read_part([Article("a", "Ecuador kritisiert Peru.")], Task(Settings()))
        >>> b"criticizes" in gzip.decompress(part.quads)
        True
    """
    with _READING:
        readings = read_partition(articles, task)
        extractions = [reading.extraction for reading in readings if reading.extraction is not None]
        # Encoded here, not where all comes together.
        quads = serialise(chain.from_iterable(map(encode, extractions)), "nquads")
        claims = _table(extractions) if tables and extractions and importlib.util.find_spec("pyarrow") else None
        return Part(readings, made_with(task.settings), gzip.compress(quads, _PACKED, mtime=0), claims)


def _table(extractions: list[Any]) -> bytes:
    from kg.store import KnowledgeGraph
    from kg.tables import write_tables

    with tempfile.TemporaryDirectory() as folder, KnowledgeGraph() as graph:
        graph.add(*extractions)
        write_tables(graph, folder)
        return (Path(folder) / "claims.parquet").read_bytes()


def read_on_cluster(
    scheduler: str, *, jobs: int = 1, parts: Path | None = None, on_note: Callable[[str], None] = lambda note: None
) -> Callable[[Iterable[list[Article]], Task], Iterator[tuple[list[Reading], bytes]]]:
    """What `kg.build_archive.build_archive` reads with, on a cluster.

    Args:
        scheduler: Address of a Dask scheduler, such as `tcp://10.0.0.7:8786`, or `LOCAL`.
        jobs: Processes of a local cluster.
        parts: Folder for what the batches say: compressed N-Quads and, where workers have pyarrow, claims as Parquet.
            It is for bulk loads into other stores; `None` keeps nothing.
        on_note: Called with what whoever waits may want to know.

    Returns:
        A function from batches to their readings, each with the N-Quads that say the same.

    Raises:
        SettingsError: If Dask is not installed, the scheduler does not answer, or a worker has another kg.
        StoreError: If the folder of the parts cannot be written.
    """
    _require_dask()

    def read(batches: Iterable[list[Article]], task: Task) -> Iterator[tuple[list[Reading], bytes]]:
        with ExitStack() as stack:
            client = stack.enter_context(_connected(scheduler, jobs))
            if not client.nthreads():
                on_note(f"{scheduler}: no worker yet; the build goes on when one comes")
            for part in _parts(client, batches, task, tables=parts is not None):
                if parts is not None and part.readings:
                    _keep(part, parts)
                yield part.readings, gzip.decompress(part.quads)

    return read


def _parts(client: Any, batches: Iterable[list[Article]], task: Task, *, tables: bool) -> Iterator[Part]:
    """The parts of the batches, in their order; only a few batches are under way at a time."""
    made = made_with(task.settings)
    waiting: deque[tuple[Any, list[Article]]] = deque()

    def submit(batch: list[Article]) -> Any:
        return client.submit(read_part, batch, task, tables=tables, pure=False)

    def take() -> Iterator[Part]:
        future, batch = waiting.popleft()
        for part in _results(future, batch, submit):
            if part.made not in (made, ""):
                message = "a worker has another version of kg, of its data or of the model"
                hint = "install the same on all machines: else the graph depends on who reads"
                raise SettingsError(message, hint=hint)
            yield part

    try:
        waiting.append((submit([]), []))  # what is wrong with the pipeline or a worker is said before anything is read
        yield from take()
        for batch in batches:
            waiting.append((submit(batch), batch))
            while len(waiting) >= max(_AHEAD, _AHEAD * sum(client.nthreads().values())):
                yield from take()
        while waiting:
            yield from take()
    finally:
        client.cancel([future for future, _ in waiting])


def _results(future: Any, batch: list[Article], submit: Callable[[list[Article]], Any]) -> Iterator[Part]:
    """The part of a batch. If workers ended over it, each of its articles is read for itself: one may be to blame."""
    from distributed import KilledWorker

    try:
        yield future.result()
    except KilledWorker:
        if len(batch) > 1:
            for article in batch:
                yield from _results(submit([article]), [article], submit)
            return
        message = "the workers that read it ended, one after the other"
        hint = "most likely for want of memory: give workers more, or split the text; the next build tries again"
        errors = [ArticleError(message, source=article.id, hint=hint) for article in batch]
        readings = [Reading(error.source or "", error=error, lasting=False) for error in errors]
        yield Part(readings, "", gzip.compress(b""))


@contextmanager
def _connected(scheduler: str, jobs: int) -> Iterator[Any]:
    import distributed
    from distributed.client import FutureCancelledError

    dask: Any = distributed  # says little about its types
    with ExitStack() as stack:
        try:
            address: Any = scheduler
            if scheduler == LOCAL:
                address = stack.enter_context(
                    dask.LocalCluster(
                        n_workers=jobs,
                        threads_per_worker=1,
                        processes=True,
                        dashboard_address=None,
                        silence_logs=logging.ERROR,
                    )
                )
            client = stack.enter_context(dask.Client(address, timeout=_PATIENCE, set_as_default=False))
        except (OSError, ValueError, TypeError) as error:
            message = f"the scheduler {scheduler} does not answer: {error}"
            hint = f"give its address, such as tcp://10.0.0.7:8786, or {LOCAL!r} for processes of this computer"
            raise SettingsError(message, hint=hint) from error
        try:
            yield client
        except FutureCancelledError as error:
            message = f"the scheduler {scheduler} is gone"
            raise SettingsError(message, hint="start it again; the same command goes on where it was") from error


def _keep(part: Part, folder: Path) -> None:
    """Write a part; the same batch gets the same name in every build."""
    digest = hashlib.sha256("\n".join(sorted(reading.id for reading in part.readings)).encode())
    digest.update(part.quads)
    contents = {".nq.gz": part.quads, ".parquet": part.claims}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for suffix, content in contents.items():
            if content is not None:
                path = folder / f"part-{digest.hexdigest()[:16]}{suffix}"
                temporary = path.with_name(f".{path.name}.{os.getpid()}")
                temporary.write_bytes(content)
                temporary.replace(path)
    except OSError as error:
        message = f"a part cannot be written: {error.strerror or error}"
        raise StoreError(message, source=folder, hint="give --parts a folder that you may write to") from error


def _require_dask() -> None:
    if importlib.util.find_spec("distributed") is None:
        message = "a cluster needs Dask"
        raise SettingsError(message, hint="pip install 'kg-geopolitics[cluster]', here and on every worker")
