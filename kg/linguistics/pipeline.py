"""The pipeline: the shipped model or a spaCy model of the user's, with kg's components, and documents made for it.

Comes in: an `Article` with its blocks. Goes out: a `Doc` with the layers that `kg.linguistics` describes.
"""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

import spacy
from spacy.about import __version__ as spacy_version
from spacy.language import Language
from spacy.tokens import Doc, Span

from kg.config import Settings, language_dir, model_dir
from kg.errors import AnnotationError, ArticleError, ModelNotInstalled, SettingsError
from kg.linguistics.conversion import load_schemes
from kg.linguistics.grammar import load_grammar
from kg.model import Article, Block, BlockKind

__all__ = ["COMPONENTS", "add_components", "annotate", "language_of", "load_pipeline", "make_doc"]

# Factory name → module that registers it, in the order in which they run.
COMPONENTS: dict[str, str] = {
    "kg_to_ud": "kg.linguistics.conversion",
    "kg_entities": "kg.linguistics.entities",
    "kg_coref": "kg.linguistics.coref",
    "kg_dates": "kg.linguistics.dates",
    "kg_quantities": "kg.linguistics.quantities",
    "kg_quotes": "kg.linguistics.quotes",
}

# Who provides the components that transformer pipelines are made with.
_PACKAGES = {"transformer": "spacy-transformers", "curated_transformer": "spacy-curated-transformers"}
_FACTORY = re.compile(r"\[E002\] Can't find factory for '([^']+)'")
_SHOWN = 8  # labels of a parser
_HALF = re.compile("[\ud800-\udfff]")
_RUN = re.compile(r"\S{400}")  # characters without a blank; the longest address or compound that is kept whole


def load_pipeline(model: str | None = None, language: str = "de") -> Language:
    """Load a spaCy pipeline and add kg's components to it.

    Args:
        model: Name of an installed spaCy pipeline or path of one; `None` takes the one shipped with kg.
        language: Two-letter code.

    Raises:
        ModelNotInstalled: If there is no such pipeline, with how to install it.
        UnsupportedLanguage: If kg has no data for the language.
        AnnotationError: If the pipeline has no parser, or one whose labels kg does not know.

    Example:
        >>> nlp = load_pipeline()
        >>> "kg_entities" in nlp.pipe_names
        True
    """
    language_dir(language)
    name = str(model_dir(language)) if model is None else model
    for module in ("kg.linguistics.analyser", "kg.linguistics.lemmas"):  # the shipped model names these components
        importlib.import_module(module)
    try:
        nlp = spacy.load(name)
    except OSError as error:
        message = f"there is no spaCy pipeline {name!r}"
        hint = f"install it: python -m spacy download {name}, or leave --model out to use the one shipped with kg"
        if model is None and model_dir(language).is_dir():
            hint = "install kg-geopolitics again: its model is missing"
        elif model is None:
            message = f"kg ships no model for language {language!r}"
            hint = "install a spaCy pipeline for it (https://spacy.io/models) and name it with --model"
        if Path(name).exists():
            message, hint = f"{name!r} is no spaCy pipeline: {error}", "give the folder that holds its config.cfg"
        raise ModelNotInstalled(message, hint=hint) from error
    except (ValueError, KeyError, ImportError) as error:
        lacking = _FACTORY.search(str(error))
        if lacking is not None:
            message = f"the spaCy pipeline {name!r} has a component {lacking[1]!r} of a package that is not installed"
            package = _PACKAGES.get(lacking[1])
            hint = f"pip install {package}" if package else "install what its meta.json names under requirements"
            raise ModelNotInstalled(message, hint=hint) from error
        message = f"the spaCy pipeline {name!r} cannot be loaded: {error}"
        raise ModelNotInstalled(message, hint=f"it must fit spaCy {spacy_version}: python -m spacy validate") from error
    if nlp.lang != language:
        message = f"the pipeline {name!r} is for language {nlp.lang!r}, not {language!r}"
        raise SettingsError(message, hint="give a model of that language")
    add_components(nlp)
    if model is not None:
        _require_known_labels(nlp, language)
    return nlp


def _require_known_labels(nlp: Language, language: str) -> None:
    """See that the parser speaks a label scheme that kg has a grammar for; else it would find nothing, silently."""
    parsers = [pipe for name, pipe in nlp.pipeline if "token.dep" in nlp.get_pipe_meta(name).assigns]
    given = [labels for pipe in parsers if isinstance(labels := getattr(pipe, "labels", None), tuple)]
    stated = {str(label) for labels in given for label in labels}
    known = load_grammar(language).labels("subject").union(*(data["signature"] for data in load_schemes(language)))
    if stated and not stated & known:
        message = f"the parser's labels are none that kg reads: {', '.join(sorted(stated)[:_SHOWN])}"
        files = sorted(language_dir(language).glob("grammar-*.toml"))
        hint = f"it reads the schemes {', '.join(file.stem.removeprefix('grammar-') for file in files)}"
        raise AnnotationError(message, source=nlp.meta.get("name"), hint=hint)


def language_of(model: str | None) -> str:
    """The language that a spaCy pipeline reads, without loading it.

    Args:
        model: Name of an installed spaCy pipeline or path of one; `None` is the one shipped with kg.

    Returns:
        Two-letter code; that of the shipped pipeline where none can be told.

    Example:
        >>> language_of(None)
        'de'
    """
    default = Settings().language
    if model is None:
        return default
    try:
        module = importlib.import_module(model) if spacy.util.is_package(model) else None
        folder = Path(module.__file__).parent if module is not None and module.__file__ else Path(model)
        return str(json.loads((folder / "meta.json").read_text(encoding="utf-8"))["lang"])
    except (OSError, ValueError, KeyError, TypeError):
        return default  # what is wrong with it is said when it is loaded


def add_components(nlp: Language) -> Language:
    """Add kg's components, in their order, to a pipeline that tags, parses and names entities.

    Components that are there already stay where they are.

    Raises:
        AnnotationError: If the pipeline has no parser.
    """
    if not any("token.dep" in nlp.get_pipe_meta(name).assigns for name in nlp.pipe_names):
        message = "the pipeline has no parser"
        raise AnnotationError(
            message, source=nlp.meta.get("name"), hint="kg reads relations from the parse: add a trained parser"
        )
    for name, module in COMPONENTS.items():
        importlib.import_module(module)
        if name not in nlp.pipe_names:
            nlp.add_pipe(name)
    return nlp


def make_doc(nlp: Language, article: Article) -> Doc:
    """Tokenise an article block by block; `doc.text == article.text`.

    What lies between the blocks, and every block of clutter, becomes one token each, so that no component reads it and
    offsets stay true. Each block starts a sentence.

    Args:
        nlp: The pipeline whose tokenizer is used.
        article: The article; without blocks its whole text is one body.

    Raises:
        ArticleError: If the article is in another language than the pipeline's, or its text holds half a character,
            which nothing can write.
        AnnotationError: If the tokenizer does not keep every character.
    """
    if article.language.partition("-")[0] != nlp.lang:
        message = f"is in language {article.language!r}, but the pipeline reads {nlp.lang!r}"
        raise ArticleError(message, source=article.id, hint="give the article its language, or take another pipeline")
    half = _HALF.search(article.text)
    if half is not None:
        message = f"half a character (a lone surrogate) at offset {half.start()}"
        raise ArticleError(message, source=article.id, hint="write the text as UTF-8")
    blocks = article.blocks or (Block(BlockKind.BODY, 0, len(article.text)),)
    readable = [b for b in blocks if b.kind is not BlockKind.CLUTTER and b.end > b.start]
    words: list[str] = []
    spaces: list[bool] = []
    starts: set[int] = set()
    ranges: list[tuple[int, int, str]] = []
    position = 0

    def skip_to(end: int) -> None:
        nonlocal position
        gap = article.text[position:end]
        if gap and words and not spaces[-1] and gap.startswith(" "):
            spaces[-1], gap = True, gap[1:]
        if gap:
            starts.add(len(words))
            ranges.append((len(words), len(words) + 1, BlockKind.CLUTTER))
            words.append(gap)
            spaces.append(False)
        position = end

    for block in readable:
        skip_to(block.start)
        starts.add(len(words))
        first = len(words)
        for part in _parts(article.text[block.start : block.end]):
            for token in nlp.tokenizer(part):
                words.append(token.text)
                spaces.append(bool(token.whitespace_))
        ranges.append((first, len(words), block.kind))
        position = block.end
    skip_to(len(article.text))
    begins: list[bool | int | None] = [True if index in starts else None for index in range(len(words))]
    doc = Doc(nlp.vocab, words=words, spaces=spaces, sent_starts=begins)  # set one by one, each looks at all words
    if doc.text != article.text:
        message = "the tokenizer changed the text"
        raise AnnotationError(message, source=article.id, hint="use a tokenizer that keeps every character")
    doc.spans["kg_blocks"] = [Span(doc, start, end, label=str(kind)) for start, end, kind in ranges if end > start]
    doc.user_data["kg_published"] = article.published.isoformat() if article.published else ""
    doc.user_data["kg_article"] = article.id
    return doc


def _parts(text: str) -> list[str]:
    """The text, cut where nothing but its length says so: the tokenizer's time grows with the square of a run."""
    ends = [found.end() for found in _RUN.finditer(text)]
    return [text[start:end] for start, end in pairwise([0, *ends, len(text)]) if start < end] if ends else [text]


def annotate(
    nlp: Language, articles: Iterable[Article], settings: Settings | None = None
) -> Iterator[tuple[Article, Doc]]:
    """Run articles through the pipeline in batches.

    Yields:
        Each article with its document, in the order given.
    """
    settings = settings or Settings()
    pairs = ((make_doc(nlp, article), article) for article in articles)
    for doc, article in nlp.pipe(pairs, as_tuples=True, batch_size=settings.batch_size):
        yield article, doc
