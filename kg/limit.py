"""An end to what takes too long, in any thread: readers and rules are pure, so they can be left at any point."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable
from typing import TypeVar

__all__ = ["TooLong", "within"]

Value = TypeVar("Value")

_AGAIN = 1.0  # seconds until the next try, should the first one have been lost in a callback of the interpreter


class TooLong(BaseException):
    """Something took longer than it may; no `except Exception` on its way takes it for a mistake of its own."""


def within(seconds: float | None, work: Callable[[], Value]) -> Value:
    """Do a piece of work, but no longer than so many seconds.

    A signal would reach the main thread only, and a process that can be killed would need its own model. So another
    thread raises an exception in this one: between two steps of Python, not within a call of a library in C.

    Args:
        seconds: By the clock; `None` is without an end.
        work: What to do. It is left wherever it is, so it must not leave anything half done that lasts.

    Raises:
        TooLong: If it is not done by then.

    Example:
        >>> within(60, lambda: 1 + 1)
        2
    """
    if seconds is None:
        return work()
    watch = _Watch(seconds)
    try:
        watch.start()
        return work()
    finally:
        interruption: BaseException | None = None
        while True:
            try:
                watch.end()
                break
            except TooLong:  # came while it was being ended
                pass
            except BaseException as error:  # Ctrl-C: it has to be ended all the same
                interruption = error
        if interruption is not None:
            raise interruption


class _Watch:
    """Raises `TooLong` in the thread that made it, again and again from when its time is over until it is ended."""

    def __init__(self, seconds: float) -> None:
        self._thread = threading.get_ident()
        self._lock = threading.Lock()
        self._is_over = self._has_fired = False
        self._ended = threading.Event()
        self._watching = threading.Thread(target=self._run, args=(seconds,), name="kg-limit", daemon=True)

    def start(self) -> None:
        self._watching.start()

    def end(self) -> None:
        """See that no exception comes any more, and that none is on its way."""
        with self._lock:
            self._is_over = True
        self._ended.set()
        if self._has_fired:
            # It may not have come yet. To take it back would leave the interpreter looking for it, for ever slower, and
            # under a debugger for ever (CPython 3.11): another one, which takes its place, is waited for instead.
            try:
                _raise_in(self._thread, TooLong)
                while True:
                    pass
            except TooLong:
                pass

    def _run(self, seconds: float) -> None:
        while not self._ended.wait(seconds):
            with self._lock:
                if self._is_over:
                    return
                self._has_fired = True
                _raise_in(self._thread, TooLong)
            seconds = _AGAIN


def _raise_in(thread: int, kind: type[BaseException]) -> None:
    """Let a thread raise an exception at its next step."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(kind))
