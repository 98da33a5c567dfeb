"""The long run: `python -m tests.fuzz --minutes 60` tries new inputs until the time is over, target by target.

    python -m tests.fuzz                        # all targets, a minute in all
    python -m tests.fuzz extract read.html --minutes 10
    python -m tests.fuzz read.rss --atheris     # guided by coverage, where atheris is installed

Each input that finds something is made small, printed with where it failed, and kept in `--failures`. The exit code is
1 if there was any. A table at the end says how many inputs each target was given, and for how long.
"""

from __future__ import annotations

import argparse
import logging
import random
import signal
import sys
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FunctionType
from typing import Any
from unittest import SkipTest

from hypothesis import HealthCheck, given, seed, settings

from tests.fuzz.material import FILES
from tests.fuzz.targets_more import TARGETS

_ROUND = 200  # inputs of a target before the next one has its turn
_GUIDING = frozenset({"kg", "feedparser", "warcio", "htmldate"})  # whose code tells atheris what an input has reached
_PATIENCE = 30  # seconds of the processor that one small input may take


class Hang(BaseException):
    """An input takes too long."""


@contextmanager
def _alarm(seconds: int) -> Iterator[None]:
    """Stop what takes so much of the processor's time, or ten times as long by the clock."""

    def ring(number: int, frame: object) -> None:
        raise Hang

    clocks = ((signal.ITIMER_PROF, signal.SIGPROF, seconds), (signal.ITIMER_REAL, signal.SIGALRM, 10 * seconds))
    for clock, sign, limit in clocks:
        signal.signal(sign, ring)
        signal.setitimer(clock, limit)
    try:
        yield
    finally:
        for clock, _, _ in clocks:
            signal.setitimer(clock, 0)


class Runner:
    """Feeds targets and remembers what they were fed with and what came of it."""

    def __init__(self, failures: Path) -> None:
        self.inputs: Counter[str] = Counter()
        self.seconds: Counter[str] = Counter()
        self.found: dict[str, str] = {}
        self._failures = failures

    def round(self, name: str, until: float) -> None:
        """Some inputs for a target."""
        target = TARGETS[name]
        last: list[Any] = [None]

        def check(given_input: Any) -> None:
            if time.monotonic() > until:
                raise SkipTest  # hypothesis stops at once
            self.inputs[name] += 1
            last[0] = given_input
            with _alarm(_PATIENCE):
                target.check(given_input)

        choice = settings(
            max_examples=_ROUND, deadline=None, database=None, derandomize=False,
            suppress_health_check=list(HealthCheck), print_blob=False,
        )  # fmt: skip
        start = time.monotonic()
        try:
            seed(random.getrandbits(64))(choice(given(target.inputs)(check)))()
        except KeyboardInterrupt:
            raise
        except SkipTest:
            pass
        except BaseException as error:  # of any kind: that is what is looked for
            self._remember(name, error, last[0])
        self.seconds[name] += time.monotonic() - start

    def _remember(self, name: str, error: BaseException, data: Any) -> None:
        inner: BaseException = error
        while isinstance(inner, BaseExceptionGroup):
            inner = inner.exceptions[0]
        steps = [f for f in traceback.extract_tb(inner.__traceback__) if "hypothesis" not in f.filename]
        where = " < ".join(f"{Path(f.filename).name}:{f.lineno}" for f in reversed(steps[-5:]))
        key = f"{name}: {type(inner).__name__} {where}"
        if key in self.found:
            return
        self.found[key] = f"{inner!s:.300}"
        print(f"FOUND {key}\n  {inner!s:.300}\n  input: {data!r:.600}", flush=True)
        self._failures.mkdir(parents=True, exist_ok=True)
        (self._failures / f"{len(self.found):03d}.txt").write_text(f"{key}\n{inner!r}\n{data!r}\n", "utf-8", "replace")

    def report(self) -> None:
        """Print the table."""
        print(f"{'target':28} {'inputs':>10} {'minutes':>8}")
        for name in self.inputs:
            print(f"{name:28} {self.inputs[name]:>10,} {self.seconds[name] / 60:>8.1f}")
        print(f"{'all':28} {self.inputs.total():>10,} {sum(self.seconds.values()) / 60:>8.1f}")
        print(f"{len(self.found)} found")


def main() -> int:
    """Run until the time is over."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__.splitlines()[0])
    parser.add_argument("targets", nargs="*", choices=[[], *TARGETS], metavar="TARGET", help=", ".join(TARGETS))
    parser.add_argument("--minutes", type=float, default=1.0, help="for all targets together")
    parser.add_argument("--failures", type=Path, default=Path(".fuzz"), help="folder of inputs that found something")
    parser.add_argument("--atheris", action="store_true", help="one target of bytes, guided by coverage")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    logging.disable()
    names = options.targets or list(TARGETS)
    if options.atheris:
        _guided(names[0], options.minutes, options.failures / "corpus")
    runner = Runner(options.failures)
    end = time.monotonic() + 60 * options.minutes
    try:
        while (left := end - time.monotonic()) > 0:
            for name in names:  # a turn is short where the whole is, so that every target has one
                runner.round(name, min(end, time.monotonic() + max(5.0, left / len(names) / 2)))
                if time.monotonic() > end:
                    break
    except KeyboardInterrupt:
        pass
    runner.report()
    return 1 if runner.found else 0


def _guided(name: str, minutes: float, folder: Path) -> None:
    """Let libFuzzer choose the inputs, from whole files on; it ends the process itself, with its own report."""
    import atheris

    check: Callable[[Any], None] = TARGETS[name].check
    for module in [module for title, module in sys.modules.items() if title.split(".")[0] in _GUIDING]:
        for holder in (module, *(each for each in vars(module).values() if isinstance(each, type))):
            for function in vars(holder).values():
                if isinstance(function, FunctionType) and function.__module__.split(".")[0] in _GUIDING:
                    atheris.instrument_func(function)

    def one(data: bytes) -> None:
        check(data)

    corpus = folder / name
    corpus.mkdir(parents=True, exist_ok=True)
    for number, whole in enumerate(FILES.get(name.removeprefix("read"), ())):
        (corpus / f"whole-{number}").write_bytes(whole)
    atheris.Setup([sys.argv[0], str(corpus), f"-max_total_time={int(60 * minutes)}", f"-timeout={_PATIENCE}"], one)
    atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(main())
