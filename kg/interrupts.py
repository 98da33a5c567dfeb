"""Signals that end what runs: never lost, and never in the middle of something that must be whole."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

__all__ = ["ended_by", "look_for_end", "uninterrupted"]

_ENDING = (signal.SIGINT, signal.SIGTERM)
_noticed = False


@contextmanager
def ended_by(*numbers: int) -> Iterator[None]:
    """Let signals do what Ctrl-C does, and note them.

    Python drops an exception that is raised while it finalises an object or calls back from C. A loop that asks
    `look_for_end` ends nevertheless. A signal that is ignored, as Ctrl-C is in the background of a shell, stays so.

    Args:
        numbers: The signals.

    Example:
        >>> try:
        ...     with ended_by(signal.SIGTERM):
        ...         signal.raise_signal(signal.SIGTERM)
        ... except KeyboardInterrupt:
        ...     print("ended")
        ended

    Source:
        https://docs.python.org/3/library/sys.html#sys.unraisablehook
    """
    global _noticed
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    _noticed = False
    with _handled(_end, [number for number in numbers if signal.getsignal(number) is not signal.SIG_IGN]):
        try:
            yield
        finally:
            _noticed = False


def look_for_end() -> None:
    """End if a signal came since `ended_by` began.

    Raises:
        KeyboardInterrupt: If one came.
    """
    if _noticed:
        raise KeyboardInterrupt


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Let signals wait until something is done that must be whole.

    Raises:
        KeyboardInterrupt: Afterwards, if one came.

    Example:
        >>> try:
        ...     with ended_by(signal.SIGINT), uninterrupted():
        ...         signal.raise_signal(signal.SIGINT)
        ...         print("done")
        ... except KeyboardInterrupt:
        ...     print("ended")
        done
        ended
    """
    came = []
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    with _handled(lambda number, _frame: came.append(number), [n for n in _ENDING if callable(signal.getsignal(n))]):
        yield
    if came:
        _end(came[0], None)


@contextmanager
def _handled(handler: Any, numbers: list[int]) -> Iterator[None]:  # what signal.signal takes
    before = {number: signal.signal(number, handler) for number in numbers}
    try:
        yield
    finally:
        for number, former in before.items():
            signal.signal(number, former)


def _end(_number: int, frame: FrameType | None) -> None:
    global _noticed
    _noticed = True
    while frame is not None:
        if frame.f_code.co_name == "__del__":
            return  # Python would drop the exception there and print it; who looks for the end finds it
        frame = frame.f_back
    raise KeyboardInterrupt
