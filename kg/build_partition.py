"""Reading a batch of articles: a pure function of the batch and the settings, the same in any process.

What is found in an article depends on it alone; the batch is there for speed.
"""

from __future__ import annotations

import gc
import threading
import traceback
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from kg.build_duplicates import signature
from kg.config import Settings
from kg.engines.abreast import abreast
from kg.engines.account import Account
from kg.engines.endpoint import Unanswered
from kg.engines.llm import read_with_model, service_of
from kg.errors import ArticleError, KGError
from kg.facts.decisions import Decisions
from kg.facts.extract import extract
from kg.lexicon_cache import without_collection
from kg.limit import TooLong, within
from kg.linguistics.copying import dissolve_page
from kg.linguistics.pipeline import load_pipeline, make_doc
from kg.model import Article, Extraction
from kg.text.clean import clean

__all__ = ["Reading", "Task", "batches", "read_partition", "release"]

_MOST_WORDS = 40_000  # in a vocabulary: of some thousand articles, for which loading takes a fiftieth of the time
_BATCH_CHARS = 200_000  # a batch of long articles is shorter
_BATCH_ASKED = 2  # articles for each question at a time: answers take seconds, and what is there should be stored
_PIPELINE_IN_USE = threading.Lock()  # by one of the threads that ask a language model


@dataclass(frozen=True, slots=True)
class Task:
    """How a batch is to be read: all that differs between builds. It can be sent to another process.

    Attributes:
        settings: Language, model.
        raw: Whether blocks are still to be marked, and near-duplicates to be found.
        published: Day of the raw articles that do not state their own.
        decisions: What was decided about actors.
    """

    settings: Settings
    raw: bool = False
    published: date | None = None
    decisions: Decisions = field(default_factory=Decisions)


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of one article: an extraction or an error.

    Attributes:
        id: Of the article.
        extraction: What was read.
        error: Why nothing was read.
        signature: What near-duplicates are found by; `None` if the text is too short or was not raw.
        lasting: Whether the error would come again.
        account: What a language model cost for it; `None` if none was asked.
    """

    id: str
    extraction: Extraction | None = None
    error: ArticleError | None = None
    signature: bytes | None = None
    lasting: bool = True
    account: Account | None = None


def batches(articles: Iterable[Article], settings: Settings) -> Iterator[list[Article]]:
    """Cut articles into batches of the size in the settings at most; fewer if they are long, or take long."""
    size = settings.batch_size
    if settings.llm is not None:
        size = min(size, _BATCH_ASKED * settings.jobs)
    batch: list[Article] = []
    length = 0
    for article in articles:
        if batch and length + len(article.text) > _BATCH_CHARS:
            yield batch
            batch, length = [], 0
        batch.append(article)
        length += len(article.text)
        if len(batch) >= size:
            yield batch
            batch, length = [], 0
    if batch:
        yield batch


def read_partition(articles: Sequence[Article], task: Task) -> list[Reading]:
    """Read a batch of articles. The pipeline is loaded at the first call in a process.

    Args:
        articles: The batch.
        task: How to read it.

    Returns:
        A reading for each article, in their order.

    Raises:
        SettingsError: If a setting is wrong, the language has no data or the model is not installed.
        DataError: If a data file of kg is wrong.
        AnnotationError: If the pipeline does not give what kg needs.

    Example:
        >>> batch = [Article("a", "Ecuador kritisiert Peru.")]
        >>> [c.predicate for r in read_partition(batch, Task(Settings())) for c in r.extraction.claims]
        ['criticizes']
    """
    nlp = _fresh(task.settings)
    if task.settings.llm is not None:
        service_of(task.settings.llm)  # what is wrong with it is said before anything is read
        return abreast(lambda a: _read(nlp, a, task), articles, count=task.settings.jobs)
    try:
        with without_collection():  # a batch leaves no garbage that counting references would not find
            # Not longer than one of its articles may take: then none of them has taken too long.
            return within(task.settings.max_seconds, lambda: _read_together(nlp, articles, task))
    except (TooLong, Exception) as error:
        if isinstance(error, KGError) and not isinstance(error, ArticleError):
            raise  # a wrong data file or pipeline concerns every article
        # Something in one of them: each is read for itself and gets its own error.
        return [_read(nlp, article, task) for article in articles]


def _read_together(nlp: Any, articles: Sequence[Article], task: Task) -> list[Reading]:
    prepared = [_prepare(article, task) for article in articles]
    return [_reading(extraction, task) for extraction in _extractions(nlp, prepared)]


def _extractions(nlp: Any, articles: Sequence[Article]) -> Iterator[Extraction]:
    docs = nlp.pipe((make_doc(nlp, article) for article in articles), batch_size=max(len(articles), 1))
    for doc, article in zip(docs, articles, strict=True):
        yield extract(doc, article)
        dissolve_page(doc)


def _fresh(settings: Settings) -> Any:
    """The pipeline, loaded anew when it has met so many words that it takes much memory: it never forgets one."""
    nlp = _pipeline(settings.model, settings.language, settings.gliner)
    if len(getattr(nlp, "vocab", ())) > _MOST_WORDS:
        del nlp
        release()
        nlp = _pipeline(settings.model, settings.language, settings.gliner)
    return nlp


@lru_cache(maxsize=1)
def _pipeline(model: str | None, language: str, gliner: str | None) -> Any:
    nlp = load_pipeline(model, language=language)
    if gliner is not None or model is not None:
        from kg.engines.names import add_gliner, require_names

        if gliner is not None:
            add_gliner(nlp, gliner)
        require_names(nlp)
    return nlp


def release() -> None:
    """Free the pipeline that this process has loaded, if it has; who reads again loads it again."""
    _pipeline.cache_clear()
    gc.collect()  # a pipeline refers to itself


def _prepare(article: Article, task: Task) -> Article:
    if not task.raw:
        return article
    cleaned = clean(article)
    return cleaned if cleaned.published is not None else replace(cleaned, published=task.published)


def _reading(extraction: Extraction, task: Task) -> Reading:
    article = extraction.article
    return Reading(article.id, task.decisions.apply(extraction), signature=signature(article) if task.raw else None)


def _read(nlp: Any, article: Article, task: Task) -> Reading:
    """Read one article for itself."""
    limit = task.settings.max_seconds
    account = Account() if task.settings.llm is not None else None

    def annotated() -> tuple[Article, Any]:
        prepared = _prepare(article, task)
        return prepared, nlp(make_doc(nlp, prepared))

    def read() -> Reading:
        prepared, doc = annotated()
        return _reading(extract(doc, prepared), task)

    try:
        if task.settings.llm is None or account is None:
            return within(limit, read)
        with _PIPELINE_IN_USE:
            prepared, doc = within(limit, annotated)  # what a service takes has limits of its own
        extraction = read_with_model(doc, prepared, service_of(task.settings.llm), account)
        return replace(_reading(extraction, task), account=account)
    except TooLong:
        message = f"takes longer to read than the {limit:g} seconds that an article may take"
        hint = "split it into its articles, or allow more with --max-seconds (Settings.max_seconds)"
        return Reading(article.id, error=ArticleError(message, source=article.id, hint=hint), account=account)
    except Unanswered as error:
        return Reading(article.id, error=error, lasting=False, account=account)
    except ArticleError as error:
        return Reading(article.id, error=error)
    except KGError:
        raise
    except MemoryError:
        message = "there is not enough memory to read it"
        hint = "use fewer processes or a shorter text"
        return Reading(article.id, error=ArticleError(message, source=article.id, hint=hint), lasting=False)
    except Exception as error:  # a mistake of kg's in one article must not cost the others
        frame = traceback.extract_tb(error.__traceback__)[-1]
        message = f"internal error: {type(error).__name__}: {error} ({Path(frame.filename).name}:{frame.lineno})"
        failure = ArticleError(message, source=article.id, hint="this is a mistake in kg; please report it")
        failure.__cause__ = error
        return Reading(article.id, error=failure)
