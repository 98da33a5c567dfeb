"""Questions answered by processes that can be killed: Oxigraph itself cannot be told to stop."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import CancelledError
from contextlib import asynccontextmanager
from typing import ParamSpec, TypeVar

from pebble import ProcessExpired, ProcessPool

from kg.errors import KGError, QueryError
from kg.serve.options import Limits
from kg.serve.problem import Problem
from kg.serve.worker import start

__all__ = ["Pool"]

P = ParamSpec("P")
R = TypeVar("R")

_LONGEST_FOLDER = 70  # bytes of the temporary folder's name: sockets in it may have 107, a part of them is Python's
_AT_ONCE = 0.5  # seconds in which no question of its own fills the memory


class Pool:
    """Processes that hold the graph open for reading, each for one question at a time.

    Args:
        folder: Of the store.
        workers: How many.
        limits: Of a question.
    """

    def __init__(self, folder: str, workers: int, limits: Limits) -> None:
        far = len(os.fsencode(tempfile.gettempdir())) > _LONGEST_FOLDER
        method = "spawn" if far or sys.platform in ("win32", "darwin") else "forkserver"
        context = multiprocessing.get_context(method)
        if method == "forkserver":  # a killed process is replaced at once by one that has its libraries already
            context.set_forkserver_preload(["kg.serve.worker"])
        self._limits = limits
        self._most = workers + limits.waiting
        self._asked = 0
        self._reading = 0
        self._writing = False
        self._changed = asyncio.Condition()
        self._processes = ProcessPool(
            max_workers=workers, context=context, initializer=start, initargs=[folder, limits]
        )

    async def close(self) -> None:
        """Kill all processes."""
        self._processes.stop()  # type: ignore[no-untyped-call]
        await asyncio.to_thread(self._processes.join, 5)

    async def ask(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Let a process read.

        Raises:
            Problem: 503 if it takes too long, too much memory, or too many are waiting; 400 if it is malformed.
        """
        async with self._one_more(), self._reader():
            started = time.monotonic()
            try:
                return await self._run(function, *args, **kwargs)
            except Problem as problem:
                if not isinstance(problem.__cause__, ProcessExpired) or time.monotonic() - started > _AT_ONCE:
                    raise
            # The process may have been at its end over the question before, when this one reached it.
            return await self._run(function, *args, **kwargs)

    async def change(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Let a process write while nobody reads. The same exceptions."""
        async with self._one_more(), self._writer():
            return await self._run(function, *args, **kwargs)

    async def _run(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        seconds = self._limits.seconds
        future = self._processes.schedule(function, args=list(args), kwargs=dict(kwargs), timeout=seconds)
        try:
            answer: R = await asyncio.wrap_future(future)
        except TimeoutError as error:
            message = f"this takes longer than the {seconds:g} seconds that a request may take; ask for less"
            raise Problem(503, message) from error
        except ProcessExpired as error:
            message = "this takes more memory than a request may take; ask for less, or add LIMIT"
            raise Problem(503, message) from error
        except CancelledError as error:
            raise Problem(503, "the server is being shut down") from error
        except QueryError as error:
            raise Problem(400, str(error)) from error
        except KGError as error:
            raise Problem(503, str(error)) from error
        except MemoryError as error:
            raise Problem(503, "this takes more memory than a request may take") from error
        finally:
            future.cancel()  # type: ignore[no-untyped-call]  # who goes away while waiting wants no answer; the process is killed
        return answer

    @asynccontextmanager
    async def _one_more(self) -> AsyncIterator[None]:
        if self._asked >= self._most:
            raise Problem(503, "too many questions are waiting; try again in a minute")
        self._asked += 1
        try:
            yield
        finally:
            self._asked -= 1

    @asynccontextmanager
    async def _reader(self) -> AsyncIterator[None]:
        async with self._changed:
            await self._changed.wait_for(lambda: not self._writing)
            self._reading += 1
        try:
            yield
        finally:
            async with self._changed:
                self._reading -= 1
                self._changed.notify_all()

    @asynccontextmanager
    async def _writer(self) -> AsyncIterator[None]:
        async with self._changed:
            await self._changed.wait_for(lambda: not self._writing)
            self._writing = True  # no reader starts any more
            try:
                await self._changed.wait_for(lambda: not self._reading)
            except BaseException:
                self._writing = False
                self._changed.notify_all()
                raise
        try:
            yield
        finally:
            async with self._changed:
                self._writing = False
                self._changed.notify_all()
