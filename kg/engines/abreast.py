"""Do several things at the same time that mostly wait for a service."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from typing import TypeVar

__all__ = ["abreast"]

Item = TypeVar("Item")
Result = TypeVar("Result")


def abreast(work: Callable[[Item], Result], items: Sequence[Item], *, count: int) -> list[Result]:
    """Like `map`, in so many threads.

    An executor would wait at the end of the program, after Ctrl-C too, for answers that nobody wants any more; these
    threads end with the program.

    Args:
        work: What to do with an item.
        items: The items.
        count: How many are done at the same time, at least 1; a single one needs no thread.

    Returns:
        The results, in the order of the items.

    Raises:
        Exception: The first that `work` raises; nothing more is begun after it.

    Example:
        >>> abreast(abs, [-3, 2, -1], count=2)
        [3, 2, 1]
    """
    count = min(count, len(items))
    if count <= 1:
        return [work(item) for item in items]
    waiting = list(reversed(range(len(items))))
    done: SimpleQueue[tuple[int, Result | None, Exception | None]] = SimpleQueue()

    def run() -> None:
        while waiting:
            try:
                index = waiting.pop()
            except IndexError:  # another thread has taken the last
                return
            try:
                done.put((index, work(items[index]), None))
            except Exception as error:  # it is raised where it is waited for
                done.put((index, None, error))

    for _ in range(count):
        threading.Thread(target=run, daemon=True).start()
    results: dict[int, Result] = {}
    try:
        for _ in items:
            index, result, error = done.get()
            if error is not None:
                raise error
            results[index] = result  # type: ignore[assignment]  # there is one where there is no error
    finally:
        waiting.clear()
    return [results[index] for index in range(len(items))]
