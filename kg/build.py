"""The one place where the stages meet: articles in, extractions or a graph out.

What is found in an article depends on it alone: neither its neighbours nor the number of processes change it. An
article that cannot be read is reported and skipped; what is stored stays. For archives, which are built in many runs,
see `kg.build_archive`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import PurePath
from typing import TYPE_CHECKING

from kg.build_partition import Task, batches
from kg.build_processes import read_batches
from kg.config import Settings
from kg.errors import ArticleError, KGError
from kg.model import Article, Extraction
from kg.text.seen import Seen

if TYPE_CHECKING:
    from kg.engines.account import Account
    from kg.store import KnowledgeGraph

__all__ = ["build_graph", "extract_all"]


def build_graph(
    articles: Iterable[Article],
    *,
    settings: Settings | None = None,
    graph: KnowledgeGraph | None = None,
    on_error: Callable[[KGError], None] | None = None,
    on_article: Callable[[Extraction], None] | None = None,
    on_account: Callable[[Account], None] | None = None,
) -> KnowledgeGraph:
    """Read articles and put what they say into a graph.

    An article whose id is in the graph already is replaced; all others stay. Articles are stored batch by batch, so an
    interrupted build keeps what it has done.

    Args:
        articles: What to read, in any number; see `kg.read_articles`.
        settings: Language, model, number of processes; the defaults if left out.
        graph: Where to put it; a new graph in memory if left out.
        on_error: Called with the error of every article that is skipped. Without it the first such error is raised.
        on_article: Called with every extraction after it is stored.
        on_account: Called with what a language model cost for an article, if one is asked (`Settings.llm`).

    Returns:
        The graph.

    Raises:
        SettingsError: If a setting is wrong, the language has no data or the model is not installed.
        DataError: If a data file of kg is wrong.
        ArticleError: At the first article that cannot be read, if there is no `on_error`.
        StoreError: If the graph cannot be written.
    """
    if graph is None:
        from kg.store import KnowledgeGraph  # slow to load, and reading alone does not need it

        graph = KnowledgeGraph()
    for batch in _extract(articles, settings or Settings(), on_error or _raise, on_account):
        graph.add(*batch)
        if on_article is not None:
            for extraction in batch:
                on_article(extraction)
    return graph


def extract_all(
    articles: Iterable[Article],
    *,
    settings: Settings | None = None,
    on_error: Callable[[KGError], None] | None = None,
    on_account: Callable[[Account], None] | None = None,
) -> Iterator[Extraction]:
    """Read articles, batch by batch, and yield what they say.

    Args:
        articles: What to read; see `kg.read_articles`.
        settings: Language, model, number of processes and articles in a batch; the defaults if left out. With more
            than one process a script must guard its start with `if __name__ == "__main__":`.
        on_error: Called with the error of every article that is skipped. Without it the first such error is raised.
        on_account: Called with what a language model cost for an article, if one is asked (`Settings.llm`).

    Yields:
        One extraction per article that could be read, in the order of the articles.

    Raises:
        SettingsError: If a setting is wrong, the language has no data or the model is not installed.
        DataError: If a data file of kg is wrong.
        ArticleError: At the first article that cannot be read, if there is no `on_error`.
    """
    for batch in _extract(articles, settings or Settings(), on_error or _raise, on_account):
        yield from batch


def _extract(
    articles: Iterable[Article],
    settings: Settings,
    report: Callable[[KGError], None],
    on_account: Callable[[Account], None] | None,
) -> Iterator[list[Extraction]]:
    wanted = batches(_acceptable(articles, settings, report), settings)
    for readings in read_batches(wanted, Task(settings), jobs=settings.jobs):
        for reading in readings:
            if reading.account is not None and on_account is not None:
                on_account(reading.account)
        yield [reading.extraction for reading in readings if reading.extraction is not None]
        for reading in readings:
            if reading.error is not None:
                report(reading.error)


def _raise(error: KGError) -> None:
    raise error


def _acceptable(
    articles: Iterable[Article], settings: Settings, report: Callable[[KGError], None]
) -> Iterator[Article]:
    """Leave out articles that are too long, repetitions, and other articles under an id that is taken."""
    if isinstance(articles, str | bytes | PurePath):
        message = "this is the name of a file, not articles"
        raise ArticleError(message, source=str(articles), hint="kg.read_articles(…) reads files")
    ids, known = Seen(), Seen()
    for article in articles:
        is_new = ids.add(article.id)
        if len(article.text) > settings.max_chars:
            message = f"has {len(article.text):,} characters, more than the {settings.max_chars:,} that are read"
            report(ArticleError(message, source=article.id, hint="split it into its articles"))
        elif is_new:
            known.add(f"{article.digest} {article.id}")
            yield article
        elif f"{article.digest} {article.id}" not in known:
            message = "another article of this run has the same id"
            report(ArticleError(message, source=article.id, hint="rename the file or give the row an id of its own"))
