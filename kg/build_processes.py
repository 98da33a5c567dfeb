"""Reading batches in one process or in several; the result is the same, in the same order."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.connection import wait

from kg.build_partition import Reading, Task, read_partition, release
from kg.errors import SettingsError
from kg.model import Article

__all__ = ["read_batches"]

_MANY = 1000  # articles, which take longer than loading the pipeline again
_AHEAD = 2  # batches handed out per process, so that none waits and a long list is never held in memory


def read_batches(batches: Iterable[list[Article]], task: Task, *, jobs: int) -> Iterator[list[Reading]]:
    """Read batches of articles.

    Args:
        batches: Taken as they are needed, the first after the pipeline is loaded.
        task: How to read them.
        jobs: Number of processes.

    Yields:
        The readings of each batch, in the order of the batches.

    Raises:
        SettingsError: If a setting is wrong, the model is not installed or a process ended.
        DataError: If a data file of kg is wrong.
    """
    if jobs < 1:
        message = f"the number of processes is {jobs}"
        raise SettingsError(message, hint="give 1 or more")
    limit = task.settings.max_seconds
    if limit is not None and not limit > 0:
        message = f"an article may take {limit:g} seconds"
        raise SettingsError(message, hint="give more than 0, or None for no limit")
    if jobs > 1 and task.settings.llm is None:  # who asks waits most of the time: threads do
        yield from _in_processes(batches, task, jobs)
        return
    read_partition([], task)  # what is wrong with the pipeline is said before anything is read
    count = 0
    try:
        for batch in batches:
            count += len(batch)
            yield read_partition(batch, task)
    finally:
        if count >= _MANY:
            release()  # what comes after an archive is read needs memory, but no pipeline


def _in_processes(batches: Iterable[list[Article]], task: Task, jobs: int) -> Iterator[list[Reading]]:
    """Read in several processes. They are spawned, not forked: the store's threads do not survive a fork."""
    pool = ProcessPoolExecutor(
        jobs, mp_context=multiprocessing.get_context("spawn"), initializer=_start_process, initargs=(os.getpid(),)
    )
    waiting: deque[Future[list[Reading]]] = deque()

    def submit(batch: list[Article]) -> Future[list[Reading]]:
        with _interruption_held():
            return pool.submit(read_partition, batch, task)

    try:
        for future in [submit([]) for _ in range(jobs)]:  # each loads the pipeline
            future.result()
        for batch in batches:
            waiting.append(submit(batch))
            if len(waiting) >= jobs * _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool as error:
        message = "a process ended while reading"
        raise SettingsError(message, hint="most likely for want of memory: use fewer --jobs") from error
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def _interruption_held() -> Iterator[None]:
    """Hold back Ctrl-C while a process may be started, which inherits that and so never gets it itself.

    Else a process that is still importing would end with a traceback of its own.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _start_process(parent: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends the others
    threading.Thread(target=_end_with_parent, args=(parent,), daemon=True).start()


def _end_with_parent(parent: int) -> None:
    """End this process when the one that started it is gone: killed, it cannot say so."""
    started_by = multiprocessing.parent_process()
    if started_by is not None and started_by.pid == parent:
        wait([started_by.sentinel])
        os._exit(1)
