"""The command `kg`: parse, one library call, print.

Results go to standard output, messages to standard error. Exit codes: 0 done, 1 a negative answer (nothing could be
built, nothing was found, the graph is not valid), 2 wrong input or usage, 130 interrupted.
"""

from __future__ import annotations

from kg.cli.app import main

__all__ = ["main"]
