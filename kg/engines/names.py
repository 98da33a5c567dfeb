"""GLiNER finds the names instead of the pipeline's own recogniser; everything after it is as always.

A model of GLiNER must lie on this computer: nothing is downloaded. Comes in: a tagged and parsed document. Goes out:
`doc.ents`.

Source:
    https://github.com/urchade/GLiNER (Zaratiana et al. 2024, Apache-2.0), used through its package
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import filter_spans

from kg.config import GLINER
from kg.errors import AnnotationError, ModelNotInstalled, SettingsError
from kg.model import BlockKind

__all__ = ["COMPONENT", "GlinerNames", "add_gliner", "require_names"]

COMPONENT = "gliner_names"
LABELS = {
    "person": "PER",
    "country": "LOC",
    "city": "LOC",
    "region": "LOC",
    "organization": "ORG",
    "political party": "ORG",
    "armed group": "ORG",
    "news agency": "ORG",
    "weapon": "MISC",
    "treaty": "MISC",
    "event": "MISC",
}
"""What GLiNER is asked for, in its own words, and what the recogniser of a pipeline calls it."""
_LONGEST = 200  # tokens of a text; GLiNER does not read what is beyond 384 words
_THRESHOLD = 0.5  # GLiNER's own


class GlinerNames:
    """The component: `doc.ents` are what GLiNER finds.

    Args:
        model: A model of the package `gliner`, or what has its method `inference` (`batch_predict_entities` before
            GLiNER 0.2.23).
    """

    def __init__(self, model: Any) -> None:
        self._find = getattr(model, "inference", None) or model.batch_predict_entities

    def __call__(self, doc: Doc) -> Doc:
        """Name the entities of a document; spaCy calls this."""
        parts = list(_parts(doc))
        found = self._find([part.text for part in parts], list(LABELS), threshold=_THRESHOLD) if parts else []
        spans = [span for part, names in zip(parts, found, strict=True) for span in _spans(part, names)]
        doc.ents = filter_spans(spans)
        return doc


def _parts(doc: Doc) -> Iterator[Span]:
    """What is read of a document: sentences, the long ones cut; clutter left out."""
    blocks = [block for block in doc.spans.get("kg_blocks", ()) if block.label_ == BlockKind.CLUTTER]
    clutter = {i for block in blocks for i in range(block.start, block.end)}
    for sentence in doc.sents if doc.has_annotation("SENT_START") else [doc[:]]:
        for start in range(sentence.start, sentence.end, _LONGEST):
            part = doc[start : min(start + _LONGEST, sentence.end)]
            if part.start not in clutter and part.text.strip():
                yield part


def _spans(part: Span, names: Any) -> Iterator[Span]:
    """The names that GLiNER found in a part, as spans of its document; whatever is not of its form is passed over."""
    for name in names:
        start, end, label = name.get("start"), name.get("end"), LABELS.get(str(name.get("label")))
        if label is None or type(start) is not int or type(end) is not int or not 0 <= start < end <= len(part.text):
            continue
        offset = part.start_char
        span = part.doc.char_span(offset + start, offset + end, label=label, alignment_mode="expand")
        if span is not None and part.start <= span.start and span.end <= part.end:
            yield span


def require_names(nlp: Language) -> None:
    """See that something in a pipeline finds names: without it only what the gazetteer knows takes part in claims.

    Raises:
        AnnotationError: If nothing does, as in the transformer pipelines of some languages.
    """
    if not any("doc.ents" in nlp.get_pipe_meta(name).assigns for name in nlp.pipe_names):
        message = "the pipeline finds no names"
        hint = "take one with a recogniser, or let GLiNER find them: --names gliner"
        raise AnnotationError(message, source=nlp.meta.get("name"), hint=hint)


def add_gliner(nlp: Language, model: str) -> Language:
    """Let GLiNER find the names in a pipeline.

    Args:
        nlp: A pipeline with kg's components; see `kg.load_pipeline`.
        model: Folder of a model, or the name of one that was downloaded before.

    Raises:
        SettingsError: If GLiNER is not installed.
        ModelNotInstalled: If there is no such model, or it cannot be loaded.
    """
    if COMPONENT not in nlp.pipe_names:
        nlp.add_pipe(COMPONENT, before="kg_entities", config={"model": model})
    return nlp


@Language.factory(COMPONENT, assigns=["doc.ents"])
def make_gliner_names(nlp: Language, name: str, model: str) -> GlinerNames:
    """Make the component."""
    return GlinerNames(_load(model))


@cache
def _load(model: str) -> Any:
    os.environ.setdefault("HF_HUB_OFFLINE", "1")  # what is missing is an error, not a download
    try:
        with warnings.catch_warnings(action="ignore"):  # of its libraries about each other
            from gliner import GLiNER
    except ImportError as error:
        message = f"finding names with GLiNER needs {error.name}"
        raise SettingsError(message, hint="pip install 'kg-geopolitics[gliner]'") from error
    hint = f"kg downloads nothing: get one first, with `hf download {GLINER}`"
    if Path(model).is_dir() and not (Path(model) / "gliner_config.json").is_file():
        message = "there is no model of GLiNER in the folder"
        raise ModelNotInstalled(message, source=model, hint=hint)
    try:
        with warnings.catch_warnings(action="ignore"):
            return GLiNER.from_pretrained(model, local_files_only=True)
    except Exception as error:  # of whichever of its libraries
        first = (str(error).strip().splitlines() or [type(error).__name__])[0]
        message = f"the model of GLiNER cannot be loaded: {first}"
        raise ModelNotInstalled(message, source=model, hint=hint) from error
