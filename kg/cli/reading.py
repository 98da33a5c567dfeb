"""`kg build` and `kg extract`: articles in, a graph or claims out."""

from __future__ import annotations

import datetime
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from itertools import chain
from pathlib import Path
from typing import Annotated

import typer

from kg.cli.app import command
from kg.cli.output import emit, emit_csv, emit_table, json_line, tell
from kg.cli.records import CLAIM_COLUMNS, claim_record, claim_rows
from kg.config import Settings
from kg.errors import KGError
from kg.model import Article, Extraction

__all__ = ["build", "extract"]

Inputs = Annotated[
    list[str],
    typer.Argument(
        metavar="INPUT", help="Text, HTML, JSONL or CSV files, folders of them, or patterns.", show_default=False
    ),
]
Published = Annotated[
    datetime.datetime | None,
    typer.Option(
        formats=["%Y-%m-%d"],
        metavar="DATE",
        help="Day of publication (YYYY-MM-DD) of articles that do not state their own; relative dates count from it.",
    ),
]
Model = Annotated[
    str | None, typer.Option(metavar="MODEL", help="An installed spaCy pipeline, instead of the one shipped with kg.")
]
Jobs = Annotated[int, typer.Option(min=1, metavar="N", help="Number of processes; each loads the model.")]


class ClaimFormat(StrEnum):
    """How `kg extract` writes claims."""

    TABLE = "table"
    JSONL = "jsonl"
    CSV = "csv"
    GOLD = "gold"


@command(example="build articles/ report.html --out out --published 2025-03-06")
def build(
    inputs: Inputs,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder of the graph; made if missing.", show_default=False)],
    published: Published = None,
    model: Model = None,
    jobs: Jobs = 1,
) -> None:
    """Read articles and build or extend a graph.

    DIR holds store/ (the graph), graph.trig (the same as text), claims.jsonl (a claim per line) and graph.html (the
    network to look at). Articles that are in the graph already are replaced, all others stay.

    Exit code: 0 if at least one article was built (the skipped ones are listed on standard error), 1 if none was,
    2 if an option is wrong or the graph cannot be written.
    """
    from kg.build import build_graph
    from kg.cli.folder import BuildFolder

    folder = BuildFolder(out)
    folder.check()
    tally = _Tally()
    interrupted = False
    with _reading(tally, published, quiet=True) as read:
        articles = read(inputs)
        first = next(articles, None)
        if first is not None:
            with folder.open() as graph:
                try:
                    build_graph(
                        chain([first], articles),
                        settings=Settings(model=model, jobs=jobs),
                        graph=graph,
                        on_error=tally.skip,
                        on_article=tally.add,
                    )
                except KeyboardInterrupt:
                    interrupted = True
                finally:
                    folder.write(graph)  # what is stored is kept, whatever happened
    tally.tell_skipped()
    tally.emit_report()
    if interrupted:
        tell("interrupted; what was read until then is stored")
        raise typer.Exit(130)
    if not tally.articles:
        tell("no article could be built")
        raise typer.Exit(1)
    emit(f"written to {out}: store/, graph.trig, claims.jsonl, graph.html")


@command(example="extract report.txt --published 2025-03-06 --format jsonl")
def extract(
    inputs: Inputs,
    published: Published = None,
    model: Model = None,
    format: Annotated[ClaimFormat, typer.Option(help="How to write the claims.")] = ClaimFormat.TABLE,
    jobs: Jobs = 1,
) -> None:
    """Read articles and print what they say; nothing is stored.

    The formats: table to look at; csv with a row per claim and sentence; jsonl with a claim per line; gold with an
    article per line, as the annotation guidelines have it, `id` and `text` of a JSONL input kept as they are.

    Exit code: 0 if at least one article was read (the skipped ones are listed on standard error), 1 if none was.
    """
    from kg.build import extract_all

    tally = _Tally()
    with _reading(tally, published, quiet=False) as read:
        settings = Settings(model=model, jobs=jobs)
        extractions = _counted(extract_all(read(inputs), settings=settings, on_error=tally.skip), tally)
        if format is ClaimFormat.TABLE:
            _emit_claims(list(extractions))  # the columns' widths need all rows
        elif format is ClaimFormat.CSV:
            emit_csv(CLAIM_COLUMNS, claim_rows(extractions))
        else:
            as_gold = format is ClaimFormat.GOLD
            for extraction in extractions:
                for line in _gold_lines(extraction) if as_gold else _claim_lines(extraction):
                    emit(line)
    tally.tell_skipped()
    if not tally.articles:
        tell("no article could be read")
        raise typer.Exit(1)


def _gold_lines(extraction: Extraction) -> Iterator[str]:
    from kg.facts.gold import to_gold

    yield json_line(to_gold(extraction))


def _claim_lines(extraction: Extraction) -> Iterator[str]:
    entities = {entity.id: entity for entity in extraction.entities}
    articles = {extraction.article.id: extraction.article}
    for claim in extraction.claims:
        yield json_line(claim_record(claim, entities, articles))


def _emit_claims(extractions: list[Extraction]) -> None:
    hidden = {"confidence", "start", "end", "rule", "claim"}
    if len(extractions) == 1:
        hidden.add("article")
    shown = [place for place, column in enumerate(CLAIM_COLUMNS) if column not in hidden]
    emit_table(
        [CLAIM_COLUMNS[place] for place in shown], ([row[place] for place in shown] for row in claim_rows(extractions))
    )


class _Tally:
    """What a run has done so far, for the report."""

    def __init__(self) -> None:
        self.articles = 0
        self.entities: set[str] = set()
        self.claims: Counter[str] = Counter()
        self.quotations = 0
        self.skipped: list[KGError] = []
        self.notes: list[str] = []
        self.on_change: Callable[[str], None] = lambda _: None

    def add(self, extraction: Extraction) -> None:
        self.articles += 1
        self.entities.update(entity.id for entity in extraction.entities)
        self.claims.update(claim.predicate for claim in extraction.claims)
        self.quotations += len(extraction.quotations)
        self.on_change(extraction.article.id)

    def skip(self, error: KGError) -> None:
        self.skipped.append(error)

    def tell_skipped(self) -> None:
        for note in self.notes:
            tell(f"note: {note}")
        for error in self.skipped:
            tell(f"skipped: {error}")

    def emit_report(self) -> None:
        emit(
            f"{_count(self.articles, 'article')}, {_count(len(self.entities), 'entity', 'entities')}, "
            f"{_count(self.claims.total(), 'claim')}, {_count(self.quotations, 'quotation')}, "
            f"{len(self.skipped)} skipped"
        )
        if self.claims:
            ordered = sorted(self.claims.items(), key=lambda item: (-item[1], item[0]))
            emit_table(["relation", "claims"], ordered)


def _count(number: int, one: str, many: str | None = None) -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _counted(extractions: Iterator[Extraction], tally: _Tally) -> Iterator[Extraction]:
    for extraction in extractions:
        tally.add(extraction)
        yield extraction


@contextmanager
def _reading(
    tally: _Tally, published: datetime.datetime | None, *, quiet: bool
) -> Iterator[Callable[[list[str]], Iterator[Article]]]:
    """Show on a terminal how far the reading is; hand out the function that reads inputs.

    Args:
        tally: Where what is skipped goes.
        published: Day of articles without their own.
        quiet: No results are written to standard output meanwhile.
    """
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from kg.cli.output import printable
    from kg.text.ingest import read_articles

    def read(inputs: list[str]) -> Iterator[Article]:
        return read_articles(
            *inputs,
            published=published.date() if published else None,
            on_error=tally.skip,
            on_note=tally.notes.append,
        )

    columns = (
        BarColumn(bar_width=20),
        TextColumn("{task.completed} read", markup=False),
        TimeElapsedColumn(),
        TextColumn("{task.description}", markup=False),
    )
    # Results may be written meanwhile: they must neither be caught by the bar nor, on one terminal, be torn by it.
    shown = sys.stderr.isatty() and (quiet or not sys.stdout.isatty())
    with Progress(
        *columns,
        console=Console(file=sys.stderr),
        disable=not shown,
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    ) as progress:
        task = progress.add_task("loading the model", total=None)
        tally.on_change = lambda name: progress.update(task, advance=1, description=printable(name)[:40])
        yield read
