"""The one place where the stages meet: articles in, extractions or a graph out.

Every article is read on its own, so neither its neighbours nor the number of processes change what is found in it.
An article that cannot be read is reported and skipped; what is stored stays.
"""

from __future__ import annotations

import multiprocessing
import signal
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path

from kg.config import Settings
from kg.errors import ArticleError, KGError, SettingsError
from kg.facts.extract import extract
from kg.linguistics.pipeline import load_pipeline, make_doc
from kg.model import Article, Extraction
from kg.store import KnowledgeGraph

__all__ = ["build_graph", "extract_all"]

_WAITING_PER_PROCESS = 4  # articles handed out ahead, so that a long list is never held in memory


def build_graph(
    articles: Iterable[Article],
    *,
    settings: Settings | None = None,
    graph: KnowledgeGraph | None = None,
    on_error: Callable[[KGError], None] | None = None,
    on_article: Callable[[Extraction], None] | None = None,
) -> KnowledgeGraph:
    """Read articles and put what they say into a graph.

    An article whose id is in the graph already is replaced; all others stay. Each article is stored as soon as it is
    read, so an interrupted build keeps what it has done.

    Args:
        articles: What to read, in any number; see `kg.read_articles`.
        settings: Language, model, number of processes; the defaults if left out.
        graph: Where to put it; a new graph in memory if left out.
        on_error: Called with the error of every article that is skipped. Without it the first such error is raised.
        on_article: Called with every extraction after it is stored.

    Returns:
        The graph.

    Raises:
        SettingsError: If a setting is wrong, the language has no data or the model is not installed.
        DataError: If a data file of kg is wrong.
        ArticleError: At the first article that cannot be read, if there is no `on_error`.
        StoreError: If the graph cannot be written.
    """
    graph = KnowledgeGraph() if graph is None else graph
    for extraction in extract_all(articles, settings=settings, on_error=on_error):
        graph.replace_article(extraction)
        if on_article is not None:
            on_article(extraction)
    return graph


def extract_all(
    articles: Iterable[Article],
    *,
    settings: Settings | None = None,
    on_error: Callable[[KGError], None] | None = None,
) -> Iterator[Extraction]:
    """Read articles one by one and yield what they say.

    Args:
        articles: What to read; see `kg.read_articles`.
        settings: Language, model, number of processes; the defaults if left out. With more than one process a script
            must guard its start with `if __name__ == "__main__":`.
        on_error: Called with the error of every article that is skipped. Without it the first such error is raised.

    Yields:
        One extraction per article that could be read, in the order of the articles.

    Raises:
        SettingsError: If a setting is wrong, the language has no data or the model is not installed.
        DataError: If a data file of kg is wrong.
        ArticleError: At the first article that cannot be read, if there is no `on_error`.
    """
    settings = Settings() if settings is None else settings
    if settings.jobs < 1:
        message = f"the number of processes is {settings.jobs}"
        raise SettingsError(message, hint="give 1 or more")
    report = on_error or _raise
    wanted = _acceptable(articles, settings, report)
    for result in _in_processes(wanted, settings) if settings.jobs > 1 else map(_Reader(settings), wanted):
        if isinstance(result, Extraction):
            yield result
        else:
            report(result)


def _raise(error: KGError) -> None:
    raise error


def _acceptable(
    articles: Iterable[Article], settings: Settings, report: Callable[[KGError], None]
) -> Iterator[Article]:
    """Leave out articles that are too long, repetitions, and other articles under an id that is taken."""
    seen: dict[str, str] = {}
    for article in articles:
        taken_by = seen.get(article.id)
        if len(article.text) > settings.max_chars:
            message = f"has {len(article.text):,} characters, more than the {settings.max_chars:,} that are read"
            report(ArticleError(message, source=article.id, hint="split it into its articles"))
        elif taken_by is None:
            seen[article.id] = article.digest
            yield article
        elif taken_by != article.digest:
            message = "another article of this run has the same id"
            report(ArticleError(message, source=article.id, hint="rename the file or give the row an id of its own"))


class _Reader:
    """Reads one article: the pipeline, then the facts."""

    def __init__(self, settings: Settings) -> None:
        self._nlp = load_pipeline(settings.model, language=settings.language)

    def __call__(self, article: Article) -> Extraction | ArticleError:
        try:
            return extract(self._nlp(make_doc(self._nlp, article)), article)
        except ArticleError as error:
            return error
        except KGError:  # a wrong data file or pipeline concerns every article
            raise
        except MemoryError:
            message = "there is not enough memory to read it"
            return ArticleError(message, source=article.id, hint="use fewer processes or a shorter text")
        except Exception as error:  # a mistake of kg's in one article must not cost the others
            frame = traceback.extract_tb(error.__traceback__)[-1]
            message = f"internal error: {type(error).__name__}: {error} ({Path(frame.filename).name}:{frame.lineno})"
            failure = ArticleError(message, source=article.id, hint="this is a mistake in kg; please report it")
            failure.__cause__ = error
            return failure


_reader: _Reader | None = None  # of this process, where it is one of several


@contextmanager
def _interruption_held() -> Iterator[None]:
    """Hold back Ctrl-C while a process may be started, which inherits that and so never gets it itself.

    Else a process that is still importing would end with a traceback of its own.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _start_process(settings: Settings) -> None:
    global _reader
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends the others
    _reader = _Reader(settings)


def _read(article: Article) -> Extraction | ArticleError:
    if _reader is None:
        message = "the process was not started by kg"
        raise SettingsError(message)
    return _reader(article)


def _in_processes(articles: Iterable[Article], settings: Settings) -> Iterator[Extraction | ArticleError]:
    """Read in several processes, yielding in the order of the articles.

    Processes are spawned, not forked: the store's threads do not survive a fork.
    """
    load_pipeline(settings.model, language=settings.language)  # so that what is wrong with it is said once, and here
    pool = ProcessPoolExecutor(
        settings.jobs, mp_context=multiprocessing.get_context("spawn"), initializer=_start_process, initargs=(settings,)
    )
    waiting: deque[Future[Extraction | ArticleError]] = deque()
    try:
        for article in articles:
            with _interruption_held():
                waiting.append(pool.submit(_read, article))
            if len(waiting) >= settings.jobs * _WAITING_PER_PROCESS:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool as error:
        message = "a process ended while reading"
        raise SettingsError(message, hint="most likely for want of memory: use fewer --jobs") from error
    finally:
        pool.shutdown(cancel_futures=True)
