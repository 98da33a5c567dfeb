"""`kg build`: articles in, a graph out; over many runs an archive."""

from __future__ import annotations

import datetime
import signal
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.app import command
from kg.cli.engines import Engine, EngineName, Engines, LlmModel, LlmPrice, LlmUrl, Names, NamesModel, NamesOf
from kg.cli.folder import BuildFolder
from kg.cli.inputs import MOST_SECONDS, ArticleInputs, Jobs, MaxSeconds, Meter, Model, Published, Skips, Tally, counted
from kg.cli.output import emit, printable, tell
from kg.config import Settings
from kg.errors import SettingsError, StoreError
from kg.interrupts import ended_by, look_for_end

if TYPE_CHECKING:
    from kg.build_archive import Read, Summary
    from kg.build_journal import Journal, State
    from kg.store import KnowledgeGraph
    from kg.text.ingest import Found

__all__ = ["build"]

_WRITTEN_AFTER_STOP = 1000  # articles: of more, writing what is made from the store takes longer than one waits for


@command(example="build articles/ report.html --out out --published 2025-03-06")
def build(
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder of the graph; made if missing.", show_default=False)],
    inputs: Annotated[list[str] | None, ArticleInputs] = None,
    published: Published = None,
    model: Model = None,
    jobs: Jobs = 1,
    max_seconds: MaxSeconds = MOST_SECONDS,
    engine: EngineName = Engine.RULES,
    llm_url: LlmUrl = None,
    llm_model: LlmModel = None,
    llm_price: LlmPrice = None,
    names: NamesOf = Names.PIPELINE,
    names_model: NamesModel = None,
    again: Annotated[bool, typer.Option("--again", help="Read also what is in the graph and unchanged.")] = False,
    withdraw: Annotated[
        bool, typer.Option("--withdraw", help="Take out articles that are no longer in the files and folders given.")
    ] = False,
    store_only: Annotated[
        bool, typer.Option("--store-only", help="Write store/ only; a later call without INPUT writes the rest.")
    ] = False,
    scheduler: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Read on the workers of a Dask scheduler; `local`: on --jobs of its own."),
    ] = None,
    parts: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="With --scheduler: keep what is read as N-Quads and Parquet, for bulk loads."),
    ] = None,
) -> None:
    """Read articles and build or extend a graph.

    DIR holds store/ (the graph), graph.trig (the same as text), claims.jsonl (a claim per line), graph.html (the
    network to look at) and journal.sqlite (what was read). What is in the graph and unchanged is not read again, what
    changed is replaced, all else stays. A build that was stopped, however, goes on with the same command.

    Exit code: 0 if an article was built or known (the skipped ones are listed on standard error), 1 if none was,
    2 if an option is wrong or the graph cannot be written, 130 if it was interrupted.
    """
    from kg.build_archive import open_journal

    folder = BuildFolder(out)
    folder.check()
    if not inputs:
        if not (out / "store").is_dir():
            message = "there is no graph to write"
            raise StoreError(message, source=out, hint="give articles to build it from")
        with folder.open() as graph:
            folder.write(graph)
        emit(f"written to {out}: graph.trig, claims.jsonl, graph.html")
        return
    engines = Engines(model, jobs, engine, llm_url, llm_model, llm_price, names, names_model, max_seconds=max_seconds)
    settings = engines.settings
    run = _Run(inputs, folder, engines, _reader(scheduler, parts, jobs))
    with folder.open() as graph, open_journal(folder.journal, graph, settings) as journal:
        if journal.resumes:
            tell(f"going on with a build that was stopped; {counted(len(journal), 'article')} are in the graph")
        run.follow(graph, settings)
        run.read(graph, journal, settings, published, again=again)
        if not run.interrupted:
            run.look_for_vanished(graph, journal, withdraw=withdraw)
        written = run.write(graph, journal, store_only=store_only)
    run.report()
    if run.interrupted:
        stored = "what was read until then is stored" if run.tally.articles else "nothing new was stored yet"
        tell(f"interrupted; {stored}, the same command goes on")
        raise typer.Exit(130)
    if not run.has_met:
        tell("no article could be built")
        raise typer.Exit(1)
    emit(f"written to {out}: {written}" if written else f"{out} is as it was")


def _reader(scheduler: str | None, parts: Path | None, jobs: int) -> Read | None:
    if scheduler is None:
        if parts is not None:
            message = "--parts is for --scheduler"
            raise SettingsError(message, hint="`kg export` and `kg tables` write a graph that is built")
        return None
    from kg.cluster import read_on_cluster

    return read_on_cluster(scheduler, jobs=jobs, parts=parts, on_note=tell)


class _Run:
    """One build: what becomes of what is found, and what is told of it."""

    def __init__(self, inputs: list[str], folder: BuildFolder, engines: Engines, reader: Read | None) -> None:
        from kg.facts.decisions import Decisions

        self.inputs = inputs
        self.folder = folder
        self.engines = engines
        self.reader = reader
        self.skips = Skips(folder.path / "skipped.csv")
        self.tally = Tally()
        self.summary: Summary | None = None
        self.interrupted = False
        self.vanished = self.withdrawn = self.rewritten = 0
        self.decisions = Decisions.load(folder.decisions)

    @property
    def has_met(self) -> bool:
        """Whether an article was built, or is in the graph already."""
        return self.tally.articles > 0 or (self.summary is not None and _known(self.summary) > 0)

    def follow(self, graph: KnowledgeGraph, settings: Settings) -> None:
        """Bring what was read before to what was decided about actors."""
        from kg.build_actors import follow_decisions

        self.rewritten = follow_decisions(graph, self.decisions, settings=settings, on_error=self.skips.skip)

    def read(
        self,
        graph: KnowledgeGraph,
        journal: Journal,
        settings: Settings,
        published: datetime.date | None,
        *,
        again: bool,
    ) -> None:
        """Read what is new or changed."""
        from kg.build_archive import Summary, build_archive
        from kg.text.files import total_size
        from kg.text.ingest import find_articles

        self.summary = Summary()
        with ended_by(signal.SIGINT), self.engines, Meter(total_size(*self.inputs)) as meter:
            place = _Place(meter)
            try:
                found = find_articles(
                    *self.inputs,
                    language=settings.language,
                    max_seconds=settings.max_seconds,
                    on_error=self.skips.skip,
                    on_note=self.skips.note,
                    on_passed=self.skips.passed,
                    on_file=journal.file,
                )
                build_archive(
                    found,
                    graph,
                    journal,
                    settings=settings,
                    published=published,
                    decisions=self.decisions,
                    again=again,
                    read=self.reader,
                    on_error=self.skips.skip,
                    on_found=place.found,
                    on_read=place.read,
                    on_article=self.tally.add,
                    on_account=self.engines.pay,
                    summary=self.summary,
                )
            except KeyboardInterrupt:
                self.interrupted = True
                journal.cut()

    def look_for_vanished(self, graph: KnowledgeGraph, journal: Journal, *, withdraw: bool) -> None:
        """Find the articles of earlier builds that are no longer there, and take them out if that is wanted."""
        from kg.build_archive import withdraw as take_out

        gone = journal.vanished([Path(name) for name in self.inputs])
        if withdraw and gone:
            self.withdrawn = take_out(gone, graph, journal)
        else:
            self.vanished = len(gone)

    def write(self, graph: KnowledgeGraph, journal: Journal, *, store_only: bool) -> str:
        """Write what is made from the store, if it is not as it was; tell what."""
        is_new = bool(self.tally.articles or self.withdrawn or self.rewritten)
        if (not is_new and journal.is_written and self.folder.has_outputs()) or not graph.graphs():
            journal.finish(written=journal.is_written)
            return ""
        if store_only or (self.interrupted and len(journal) > _WRITTEN_AFTER_STOP):
            if not self.interrupted:
                journal.finish(written=False)
            return "store/"
        self.folder.write(graph)
        if not self.interrupted:
            journal.finish(written=True)
        return "store/, graph.trig, claims.jsonl, graph.html"

    def report(self) -> None:
        """Tell what was skipped, and write the numbers."""
        self.skips.tell()
        if self.vanished:
            tell(
                f"note: {counted(self.vanished, 'article')} of earlier builds are no longer in what was given; "
                "--withdraw takes them out"
            )
        self.tally.emit(self.skips.count)
        if self.summary is not None and not self.interrupted:
            _emit_states(self.summary, self.withdrawn, self.folder.path)
        self.tally.emit_relations()


class _Place:
    """Moves the meter by the bytes that an article took in its file, once the article is done."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter
        self._path = Path()
        self._position = 0
        self._waiting: deque[int] = deque()

    def found(self, found: Found, state: State) -> None:
        before = self._position if found.path == self._path else 0
        self._path, self._position = found.path, found.position
        size = found.position - before
        if state in ("new", "changed"):
            self._waiting.append(size)
        else:
            self._meter.passed(size)

    def read(self, article: str) -> None:
        self._meter.article(article, self._waiting.popleft() if self._waiting else 0)
        look_for_end()


def _known(summary: Summary) -> int:
    from kg.build_journal import State

    return summary.states[State.UNCHANGED] + summary.states[State.REPEATED]


def _emit_states(summary: Summary, withdrawn: int, folder: Path) -> None:
    """Tell what was not simply new, if anything."""
    told = [f"{count:,} {state}" for state, count in sorted(summary.states.items()) if count and state != "failed"]
    if withdrawn:
        told.append(f"{withdrawn:,} withdrawn")
    if set(summary.states) - {"new", "failed"} or withdrawn:
        emit(", ".join(told))
    if summary.duplicates:
        emit(f"{counted(summary.duplicates, 'article')} nearly the same as another: their claims count as one source")
    if summary.contradictions:
        pairs = counted(summary.contradictions, "pair")
        emit(f"{pairs} of claims that contradict each other: kg query {printable(folder)} contradictions")
