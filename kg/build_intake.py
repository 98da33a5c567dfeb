"""Putting what was read into the store and the journal, some batches at a time.

A store on disk sorts all that comes in at once into new files, and later merges these: batches of a second's reading,
each stored for itself, cost a tenth of a build's time.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from kg.build_journal import Journal
from kg.build_partition import Reading
from kg.errors import KGError
from kg.store import KnowledgeGraph

__all__ = ["Intake"]

_EVERY = 8.0  # seconds, which is what a build loses that is killed
_MOST = 512  # articles that wait, a few megabytes


class Intake:
    """Takes batches of readings; stores and notes them together.

    The first batch is stored at once: what is wrong with the store is said early.

    Args:
        graph: Where to put them.
        journal: Of this graph.
        on_error: Called with the error of every article that could not be read.
        on_stored: Called with every reading, once what it holds is stored.
        clock: Seconds; for tests.
    """

    def __init__(
        self,
        graph: KnowledgeGraph,
        journal: Journal,
        *,
        on_error: Callable[[KGError], None],
        on_stored: Callable[[Reading], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._graph, self._journal = graph, journal
        self._on_error, self._on_stored = on_error, on_stored
        self._clock = clock
        self._waiting: list[Reading] = []
        self._quads: list[bytes] = []
        self._next = clock()

    def put(self, readings: list[Reading], quads: bytes | None) -> None:
        """Take a batch, and store all that waits if it is time, or an answer in it was paid for.

        Args:
            readings: One for each article.
            quads: What they say, as N-Quads, if it is written already.

        Raises:
            StoreError: If the graph cannot be written.
        """
        self._waiting += readings
        if quads is not None:
            self._quads.append(quads)
        paid = any(reading.account is not None for reading in readings)
        if paid or len(self._waiting) >= _MOST or self._clock() >= self._next:
            self.store()

    def store(self) -> None:
        """Store all that waits, then note it: if this is cut short, it is read again.

        Raises:
            StoreError: If the graph cannot be written.
        """
        waiting, self._waiting = self._waiting, []
        quads, self._quads = self._quads, []
        if not waiting:
            return
        if quads:
            with _file(quads) as path:
                self._graph.read(path)
        else:
            self._graph.add(*(reading.extraction for reading in waiting if reading.extraction is not None))
        for reading in waiting:
            if reading.extraction is not None:
                self._journal.done(reading.extraction.article, reading.signature)
            elif reading.error is not None:
                if reading.lasting:
                    self._journal.failed(reading.id, reading.error.message)
                self._on_error(reading.error)
        self._journal.commit()
        self._next = self._clock() + _EVERY
        for reading in waiting:
            self._on_stored(reading)


@contextmanager
def _file(quads: list[bytes]) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "quads.nq"
        with path.open("wb") as file:
            file.writelines(quads)
        yield path
