"""Measure a pipeline on held-out sentences, from raw text."""

from __future__ import annotations

import importlib
import multiprocessing
import os
import time
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import spacy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from spacy.language import Language
    from spacy.tokens import Doc

    from kg.training.corpus import Sample

__all__ = ["measure_names", "measure_speed", "measure_trees", "one_thread"]

_RUN = 5
_REPEATS = 3
_THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")


def measure_trees(nlp: Language, samples: Sequence[Sample]) -> dict[str, Any]:
    """Figures of tags, trees and sentence ends, in percent; punctuation is not counted.

    Five sentences at a time are joined to a running text, and nothing but the text is given. Sentences that were
    cut off at an ordinal number stand alone and do not count for the sentence ends.

    Args:
        nlp: The pipeline.
        samples: Sentences with trees.

    Returns:
        `sentences`, `words`, `pos`, `uas`, `las`, `sentence_f1`, and `labels`: label → F1.
    """
    hits: Counter[str] = Counter()
    right: Counter[str] = Counter()
    wanted: Counter[str] = Counter()
    given: Counter[str] = Counter()
    whole = [sample for sample in samples if not sample.alone]
    runs = [whole[i : i + _RUN] for i in range(0, len(whole), _RUN)] + [[sample] for sample in samples if sample.alone]
    texts = [" ".join(sample.tree.text() for sample in run) for run in runs]
    for run, doc in zip(runs, nlp.pipe(texts), strict=True):
        at = {token.idx: token for token in doc}
        starts = set()
        offset = 0
        for sample in run:
            places = []
            starts.add(offset)
            for word in sample.tree.words:
                places.append(offset)
                offset += len(word.form) + word.space
            offset += not sample.tree.words[-1].space
            for place, word in zip(places, sample.tree.words, strict=True):
                token = at.get(place)
                hits["words"] += 1
                if token is None:
                    continue
                hits["pos"] += token.pos_ == word.upos
                if not word.label or word.upos == "PUNCT":
                    continue
                label = "root" if token.dep_ == "ROOT" else token.dep_
                head = -1 if token.head.i == token.i else token.head.idx
                attached = head == (places[word.head] if word.head >= 0 else -1)
                hits["relations"] += 1
                hits["uas"] += attached
                hits["las"] += attached and label == word.label
                wanted[word.label] += 1
                given[label] += 1
                right[label] += attached and label == word.label
        if not run[0].alone:
            found = {sentence[0].idx for sentence in doc.sents}
            hits["ends_right"] += len(found & starts)
            hits["ends"] += len(found) + len(starts)
    return {
        "sentences": len(samples),
        "words": hits["words"],
        "pos": _percent(hits["pos"], hits["words"]),
        "uas": _percent(hits["uas"], hits["relations"]),
        "las": _percent(hits["las"], hits["relations"]),
        "sentence_f1": _percent(2 * hits["ends_right"], hits["ends"]),
        "labels": {
            label: _percent(2 * right[label], wanted[label] + given[label]) for label, _ in wanted.most_common(24)
        },
    }


def measure_names(nlp: Language, samples: Sequence[Sample]) -> dict[str, Any]:
    """F1 of the entities, in percent, exact spans: `all` and each label; sentence by sentence.

    Args:
        nlp: The pipeline.
        samples: Sentences; those without annotated entities are passed over.
    """
    samples = [sample for sample in samples if sample.has_names]
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for sample, doc in zip(samples, nlp.pipe([s.tree.text() for s in samples]), strict=True):
        gold = _gold_spans(sample)
        found = {(span.start_char, span.end_char, span.label_) for span in doc.ents}
        for _, _, label in gold & found:
            right[label] += 1
            right["all"] += 1
        for spans in (gold, found):
            for _, _, label in spans:
                total[label] += 1
                total["all"] += 1
    return {"sentences": len(samples), **{label: _percent(2 * right[label], total[label]) for label in sorted(total)}}


def measure_speed(model: Path, texts: Sequence[str]) -> dict[str, float]:
    """Words per second on one core, and how many times slower than the bare tokenizer.

    Args:
        model: Folder of the model; it runs in a process of its own with one thread, in batches of 32 texts.
        texts: Articles.
    """
    with one_thread():
        context = multiprocessing.get_context("spawn")
        with context.Pool(1) as pool:
            words, seconds, bare = pool.apply(_time_model, (str(model), list(texts)))
    return {"words_per_second": round(words / seconds), "times_the_tokenizer": round(seconds / bare, 1)}


@contextmanager
def one_thread() -> Iterator[None]:
    """Let processes that are started meanwhile compute with one thread, and hash the same way each time."""
    before = {key: os.environ.get(key) for key in (*_THREADS, "PYTHONHASHSEED")}
    os.environ.update(dict.fromkeys(_THREADS, "1"), PYTHONHASHSEED="0")
    try:
        yield
    finally:
        for key, value in before.items():
            if value is None:
                os.environ.pop(key, None)
            else:
                os.environ[key] = value


def _time_model(model: str, texts: list[str]) -> tuple[int, float, float]:
    """Words, and the seconds of processor time that the model and the bare tokenizer take: the best of three."""
    for module in ("kg.linguistics.analyser", "kg.linguistics.lemmas"):
        importlib.import_module(module)
    nlp = spacy.load(model)
    list(nlp.pipe(texts[:10]))
    times: dict[str, list[float]] = {"model": [], "tokenizer": []}
    words = 0
    for _ in range(_REPEATS):
        # A new tokenizer each time: it keeps the words that it has seen.
        for name, pipeline in (("model", nlp), ("tokenizer", spacy.blank(str(nlp.lang)))):
            start = time.process_time()
            words = sum(_count(doc) for doc in pipeline.pipe(texts, batch_size=32))
            times[name].append(time.process_time() - start)
    return words, min(times["model"]), min(times["tokenizer"])


def _count(doc: Doc) -> int:
    return len(doc)


def _gold_spans(sample: Sample) -> set[tuple[int, int, str]]:
    spans: set[tuple[int, int, str]] = set()
    offset = 0
    start, end, label = -1, -1, ""
    for word in [*sample.tree.words, None]:
        tag = word.entity if word is not None else "O"
        if label and not tag.startswith("I-"):
            spans.add((start, end, label))
            label = ""
        if tag.startswith("B-"):
            start, label = offset, tag[2:]
        if word is not None:
            end = offset + len(word.form)
            offset = end + word.space
    return spans


def _percent(part: float, whole: float) -> float:
    return round(100 * part / whole, 1) if whole else 0.0
