"""What `kg build` and `kg extract` share: options, what was skipped, how far the reading is."""

from __future__ import annotations

import csv
import datetime
import re
import sys
import time
from collections import Counter
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import IO, Annotated, Any, Self

import typer

from kg.cli.output import cell, emit, emit_table, printable, tell
from kg.config import Settings
from kg.errors import KGError
from kg.model import Extraction
from kg.text.seen import Seen

__all__ = [
    "MOST_SECONDS",
    "ArticleInputs",
    "Inputs",
    "Jobs",
    "MaxSeconds",
    "Meter",
    "Model",
    "Published",
    "Skips",
    "Tally",
    "counted",
    "read_by",
]

ArticleInputs: Any = typer.Argument(
    metavar="INPUT",
    help="Text, HTML, JSONL, CSV, RSS, Atom or WARC files, also compressed, folders of them, or patterns.",
    show_default=False,
)
Inputs = Annotated[list[str], ArticleInputs]


def _day(text: str) -> datetime.date:
    try:
        return datetime.datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        from kg.text.days import parse_day  # slow to load

        meant = parse_day(text, language=Settings().language)
        hint = f"did you mean {meant}?" if meant else f"give YYYY-MM-DD, such as {datetime.date.today()}"
        message = f"{text!r} is not a day written as YYYY-MM-DD; {hint}"
        raise typer.BadParameter(message) from None


Published = Annotated[
    datetime.date | None,
    typer.Option(
        parser=_day,
        metavar="DATE",
        help="Day of publication (YYYY-MM-DD) of articles that do not state their own; relative dates count from it.",
    ),
]
Model = Annotated[
    str | None,
    typer.Option(
        metavar="MODEL", help="An installed spaCy pipeline, whose language the articles are in; else kg's own."
    ),
]
Jobs = Annotated[
    int,
    typer.Option(
        min=1,
        metavar="N",
        help="Number of processes, each with its model; with --engine llm, of articles asked about at the same time.",
    ),
]

MOST_SECONDS = round(Settings().max_seconds or 0)
MaxSeconds = Annotated[
    float,
    typer.Option(
        min=0,
        metavar="SECONDS",
        help="Time that one article may take; what takes longer is skipped and told. 0 sets no limit.",
    ),
]


def read_by(model: str | None) -> str:
    """The language of the articles that a pipeline reads."""
    if model is None:
        return Settings().language
    from kg.linguistics.pipeline import language_of  # slow to load

    return language_of(model)


_TOLD = 30  # skipped articles and notes that are told one by one
_EVERY = 60.0  # seconds between two lines about the progress where there is no terminal
_DETAIL = re.compile(r"\d[\d,.]*|'[^']*'|\"[^\"]*\"|(?<=: ).*")


def counted(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun.

    Example:
        >>> counted(1, "claim"), counted(1200, "entity", "entities")
        ('1 claim', '1,200 entities')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


class Skips:
    """What was skipped and why: the first ones word by word, of many more the reasons, and all of them in a file.

    Args:
        log: A CSV file for all that was skipped, also the files of folders that are no articles by their names. It is
            about the last reading: there is none if nothing was skipped.
    """

    def __init__(self, log: Path | None = None) -> None:
        self.count = 0
        self._log = log
        self._file: IO[str] | None = None
        self._rows: list[tuple[str, int | None, str]] = []
        self._reasons: Counter[str] = Counter()
        self._first: list[KGError] = []
        self._notes: list[str] = []
        self._more_notes = 0

    def skip(self, error: KGError) -> None:
        """Take in what was skipped."""
        self.count += 1
        self._reasons[_DETAIL.sub("…", error.message)] += 1
        if self.count <= _TOLD:
            self._first.append(error)
        self._list(error.source or "", error.line, error.message)

    def passed(self, path: Path) -> None:
        """Take in a file of a folder that is no article by its name; all of them are told in one note."""
        self._list(str(path), None, "passed over: no article by its name")

    def note(self, note: str) -> None:
        """Take in what was repaired or guessed."""
        if len(self._notes) < _TOLD:
            self._notes.append(note)
        else:
            self._more_notes += 1

    def tell(self) -> None:
        """Say all this on standard error."""
        for note in self._notes:
            tell(f"note: {note}")
        if self._more_notes:
            tell(f"note: and {counted(self._more_notes, 'note')} more")
        for error in self._first:
            tell(f"skipped: {error}")
        if self.count > _TOLD:
            tell(f"skipped: and {self.count - _TOLD:,} more; in all, by reason:")
            for reason, count in self._reasons.most_common(_TOLD):
                tell(f"skipped: {count:,} times: {reason}")
        self._close()

    def _list(self, source: str, line: int | None, reason: str) -> None:
        self._rows.append((source, line, reason))
        if len(self._rows) > _TOLD and self._log is not None:  # of fewer it is clear only at the end where to
            self._log.parent.mkdir(parents=True, exist_ok=True)
            self._write(self._log)
        elif len(self._rows) > _TOLD:
            self._rows.clear()

    def _write(self, log: Path) -> None:
        if self._file is None:
            self._file = log.open("w", encoding="utf-8", newline="")
            csv.writer(self._file).writerow(["source", "line", "reason"])
        rows = ((cell(source), line or "", cell(reason)) for source, line, reason in self._rows)
        csv.writer(self._file).writerows(rows)
        self._rows.clear()

    def _close(self) -> None:
        if self._log is None or not self._log.parent.is_dir():
            return  # nothing was built
        if self._rows:
            self._write(self._log)
        if self._file is None:
            self._log.unlink(missing_ok=True)
            return
        self._file.close()
        tell(f"all that was skipped: {self._log}")


class Tally:
    """What was read, for the report."""

    def __init__(self) -> None:
        self.articles = self.quotations = 0
        self.entities = Seen()
        self.claims: Counter[str] = Counter()
        self._claims = Seen()

    def add(self, extraction: Extraction) -> None:
        """Count what one article says."""
        self.articles += 1
        self.entities.update({entity.id for entity in extraction.entities})
        # What several articles say is one claim, as in the graph.
        self.claims.update(claim.predicate for claim in extraction.claims if self._claims.add(claim.id))
        self.quotations += len(extraction.quotations)

    def emit(self, skipped: int) -> None:
        """Write the numbers, and a table of the relations."""
        emit(
            f"{counted(self.articles, 'article')}, {counted(len(self.entities), 'entity', 'entities')}, "
            f"{counted(self.claims.total(), 'claim')}, {counted(self.quotations, 'quotation')}, {skipped:,} skipped"
        )

    def emit_relations(self) -> None:
        """Write a table of the relations, the most frequent first."""
        if self.claims:
            ordered = sorted(self.claims.items(), key=lambda item: (-item[1], item[0]))
            emit_table(["relation", "claims"], ordered)


class Meter(AbstractContextManager["Meter"]):
    """Shows how far the reading is: a bar on a terminal, else a line a minute, both on standard error.

    Args:
        total: Bytes of all that is to be read; 0 if that is not known.
        quiet: No results are written to standard output meanwhile.
    """

    def __init__(self, total: int = 0, *, quiet: bool = True) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

        columns: list[Any] = [
            BarColumn(bar_width=20),
            TextColumn("{task.fields[articles]:,} articles", markup=False),
            TextColumn("{task.fields[rate]}", markup=False),
            TimeElapsedColumn(),
        ]
        if total:
            columns += [TextColumn("left"), TimeRemainingColumn(compact=True)]
        # Results may be written meanwhile: they must neither be caught by the bar nor, on one terminal, be torn by it.
        self._shown = sys.stderr.isatty() and (quiet or not sys.stdout.isatty())
        self._progress = Progress(
            *columns,
            TextColumn("{task.description}", markup=False),
            console=Console(file=sys.stderr),
            disable=not self._shown,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
            speed_estimate_period=120,
        )
        self._task = self._progress.add_task("loading the model", total=total or None, articles=0, rate="")
        self._total, self._done, self._articles = total, 0, 0
        self._started = self._told = time.monotonic()

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def passed(self, size: int) -> None:
        """Bytes that need no reading any more."""
        self._done += size
        self._progress.update(self._task, advance=size)

    def article(self, name: str, size: int = 0) -> None:
        """An article that was read, with its bytes."""
        self._articles += 1
        self._done += size
        now = time.monotonic()
        rate = self._articles / max(now - self._started, 0.001)
        self._progress.update(
            self._task, advance=size, description=printable(name)[:40], articles=self._articles, rate=f"{rate:.1f}/s"
        )
        if not self._shown and now - self._told >= _EVERY:
            self._told = now
            tell(f"{counted(self._articles, 'article')} read, {rate:.1f}/s{self._left(now)}")

    def step(self, what: str) -> None:
        """What comes after the reading."""
        self._progress.update(self._task, description=what, total=None)

    def _left(self, now: float) -> str:
        if not 0 < self._done < self._total:
            return ""
        seconds = (now - self._started) * (self._total - self._done) / self._done
        return f", about {datetime.timedelta(seconds=round(seconds))} left"
