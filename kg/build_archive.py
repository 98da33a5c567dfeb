"""Building an archive over many runs: what was read is not read again, what changed is replaced, and nothing is lost.

Articles go into the store some batches at a time (`kg.build_intake`), a journal beside it notes what is there
(`kg.build_journal`). A build that was stopped, however, goes on where it was, and ends in the same graph as if it had
not been.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from kg.build_contradictions import link_contradictions
from kg.build_intake import Intake
from kg.build_journal import Journal, State
from kg.build_partition import Reading, Task, batches
from kg.build_processes import read_batches
from kg.build_provenance import state_builds
from kg.config import Settings, data_dir, ontology_dir
from kg.engines.account import Account
from kg.engines.llm import rule_of
from kg.errors import ArticleError, KGError
from kg.facts.decisions import Decisions
from kg.interrupts import uninterrupted
from kg.model import Article, Extraction
from kg.rdf.serialise import parse_file
from kg.rdf.vocabulary import KGR_NS, PREFIXES, article_iri
from kg.store import KnowledgeGraph
from kg.text.ingest import Found

__all__ = [
    "DUPLICATES",
    "Read",
    "Summary",
    "build_archive",
    "link_duplicates",
    "made_with",
    "open_journal",
    "withdraw",
]

DUPLICATES = KGR_NS + "graph/duplicates"
"""The graph that holds the links between articles that are nearly the same."""

Read = Callable[[Iterable[list[Article]], Task], Iterable[tuple[list[Reading], bytes | None]]]
"""Reads batches, in their order; beside the readings N-Quads that say the same, if they are written already."""

_READ_BY = ("facts", "linguistics", "rdf", "text", "lexicon*.py", "model.py", "vocabulary.py")


@dataclass(slots=True)
class Summary:
    """What a build did.

    Attributes:
        states: How many articles were found in which state.
        read: Articles that were read and stored.
        duplicates: Articles in the graph that are nearly the same as an earlier one.
        contradictions: Pairs of claims in the graph that contradict each other.
    """

    states: Counter[State] = field(default_factory=Counter)
    read: int = 0
    duplicates: int = 0
    contradictions: int = 0


def open_journal(path: Path | None, graph: KnowledgeGraph, settings: Settings) -> Journal:
    """Open the journal of a graph.

    Args:
        path: The file; made if missing. `None` keeps it in memory.
        graph: Whose journal it is.
        settings: What articles are read with.

    Raises:
        StoreError: If it cannot be opened.
    """

    def stored(article: str, digest: str) -> bool:
        node = article_iri(article)
        return bool(graph.query(f'ASK {{ GRAPH {node} {{ {node} schema:sha256 "{digest}" }} }}'))

    return Journal(path, made=made_with(settings), stored=stored)


def build_archive(
    found: Iterable[Found],
    graph: KnowledgeGraph,
    journal: Journal,
    *,
    settings: Settings | None = None,
    published: date | None = None,
    decisions: Decisions | None = None,
    again: bool = False,
    read: Read | None = None,
    on_error: Callable[[KGError], None],
    on_found: Callable[[Found, State], None] | None = None,
    on_read: Callable[[str], None] | None = None,
    on_article: Callable[[Extraction], None] | None = None,
    on_account: Callable[[Account], None] | None = None,
    summary: Summary | None = None,
) -> Summary:
    """Read what is new or changed into a graph and note it in the journal.

    Args:
        found: What there is; see `kg.text.ingest.find_articles`.
        graph: Where to put it.
        journal: Of this graph; see `open_journal`.
        settings: Language, model, number of processes; the defaults if left out.
        published: Day of publication of the articles that do not state their own.
        decisions: What was decided about actors; see `kg.build_actors.follow_decisions` for what was read before.
        again: Whether to read also what is unchanged.
        read: Who reads the batches, such as `kg.cluster.read_on_cluster`; processes of this computer if left out.
        on_error: Called with the error of every article that cannot be read, also if it was tried in another run.
        on_found: Called with everything found, once it is clear what is to be done with it.
        on_read: Called with the id of every article that was tried, before it is stored.
        on_article: Called with every extraction after it is stored.
        on_account: Called with what a language model cost for an article, if one is asked (`Settings.llm`).
        summary: Where to count; a new one if left out.

    Returns:
        What was done.

    Raises:
        SettingsError: If a setting is wrong, the language has no data or the model is not installed.
        DataError: If a data file of kg is wrong.
        StoreError: If the graph cannot be written.
    """
    settings = settings or Settings()
    summary = summary or Summary()

    def wanted() -> Iterator[Article]:
        for each in found:
            state, article, why = journal.admit(each, published=published, again=again)
            summary.states[state] += 1
            if on_found is not None:
                on_found(each, state)
            if why is not None:
                on_error(ArticleError(why, source=article.id, hint="it was tried before; --again tries once more"))
            if state in (State.NEW, State.CHANGED):
                yield article

    def stored(reading: Reading) -> None:
        if reading.account is not None and on_account is not None:
            on_account(reading.account)
        if reading.extraction is not None:
            summary.read += 1
            if on_article is not None:
                on_article(reading.extraction)

    task = Task(settings, raw=True, published=published, decisions=decisions or Decisions())
    intake = Intake(graph, journal, on_error=on_error, on_stored=stored)
    try:
        for readings, quads in (read or _read_here)(batches(wanted(), settings), task):
            with uninterrupted():
                intake.put(readings, quads)
            if on_read is not None:
                for reading in readings:
                    on_read(reading.id)
    finally:  # Ctrl-C, too, costs nothing that was read
        with uninterrupted():
            intake.store()
    summary.duplicates = link_duplicates(graph, journal)
    summary.contradictions = link_contradictions(graph)
    state_builds(graph, journal, settings)
    return summary


def _read_here(wanted: Iterable[list[Article]], task: Task) -> Iterator[tuple[list[Reading], None]]:
    for readings in read_batches(wanted, task, jobs=task.settings.jobs):
        yield readings, None


def withdraw(articles: Iterable[str], graph: KnowledgeGraph, journal: Journal) -> int:
    """Take articles out of the graph and the journal.

    Args:
        articles: Ids, such as those that `Journal.vanished` gives.
        graph: The graph.
        journal: Its journal.

    Returns:
        How many were in the graph.

    Raises:
        StoreError: If the graph cannot be written.
    """
    count = 0
    for article in articles:
        count += graph.withdraw(article)
        journal.withdrawn(article)
    journal.commit()
    link_duplicates(graph, journal)
    link_contradictions(graph)
    state_builds(graph, journal)
    return count


def link_duplicates(graph: KnowledgeGraph, journal: Journal) -> int:
    """Link every article that is nearly the same as an earlier one with the one that stands for its group.

    The links stand in a graph of their own, as `prov:alternateOf`, and replace those of before.

    Returns:
        The number of articles that have such a link.

    Raises:
        StoreError: If the graph cannot be written.
    """
    links = journal.duplicates()
    if links or DUPLICATES in graph.graphs():
        link = f"<{PREFIXES['prov']}alternateOf>"
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "duplicates.nt"
            with path.open("w", encoding="utf-8") as file:
                file.writelines(f"{article_iri(one)} {link} {article_iri(other)} .\n" for one, other in links.items())
            graph.put_graph(DUPLICATES, parse_file(path))
    return len(links)


def made_with(settings: Settings) -> str:
    """What articles are read with, as a hash: the same article read with the same gives the same."""
    engines = ("engines",) if settings.llm is not None or settings.gliner is not None else ()
    program = _program(settings.language, *engines)
    parts = [settings.language, settings.model or "", _model_version(settings.model), program]
    if settings.llm is not None:
        parts += [settings.llm.endpoint, rule_of(settings.llm)]
    if settings.gliner is not None:
        folder = Path(settings.gliner)
        parts += ["gliner", str(folder.resolve()) if folder.is_dir() else settings.gliner]
    return hashlib.sha256("|".join(parts).encode()).hexdigest()


def _model_version(model: str | None) -> str:
    if model is None:
        return ""
    try:
        return version(model)
    except PackageNotFoundError:
        meta = Path(model) / "meta.json"
        return meta.read_text(encoding="utf-8") if meta.is_file() else ""


@cache
def _program(language: str, *others: str) -> str:
    """Hash of the files that decide what is read in an article, and of other rooms that take part."""
    package = data_dir().parent
    parts = [
        package / "data" / language,
        ontology_dir(),
        *(path for name in (*_READ_BY, *others) for path in package.glob(name)),
    ]
    found = {file for part in parts for file in ([part] if part.is_file() else part.rglob("*")) if file.is_file()}
    total = hashlib.sha256()
    for file in sorted(file for file in found if file.suffix != ".pyc"):
        total.update(file.name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()
