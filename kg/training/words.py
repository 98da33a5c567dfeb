"""The word table of the model: Brown clusters and frequency classes from spacy-lookups-data (MIT)."""

from __future__ import annotations

import gzip
import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from kg.errors import ModelNotInstalled
from kg.linguistics.features import pack_words

__all__ = ["load_lookup", "word_table"]

_RANKS = 15


def load_lookup(language: str, name: str) -> dict[str, Any]:
    """Read a table of spacy-lookups-data.

    Args:
        language: Two-letter code.
        name: For example `lexeme_cluster`, `lexeme_prob`, `lemma_lookup`.

    Raises:
        ModelNotInstalled: If the package or the table is missing.
    """
    spec = find_spec("spacy_lookups_data")
    if spec is None or spec.origin is None:
        message = "spacy-lookups-data is needed to train a model"
        raise ModelNotInstalled(message, hint="pip install spacy-lookups-data")
    path = Path(spec.origin).parent / "data" / f"{language}_{name}.json.gz"
    if not path.is_file():
        message = f"spacy-lookups-data has no table {name!r} for {language!r}"
        raise ModelNotInstalled(message, source=path)
    with gzip.open(path, "rt", encoding="utf-8") as file:
        table: dict[str, Any] = json.load(file)
    return table


def word_table(language: str, size: int) -> dict[str, bytes]:
    """The packed clusters and frequency classes of the most frequent words.

    Args:
        language: Two-letter code.
        size: Number of words; each takes six bytes.
    """
    clusters = load_lookup(language, "lexeme_cluster")
    log_probs = load_lookup(language, "lexeme_prob")
    known = [word for word, path in clusters.items() if path and word in log_probs]
    known.sort(key=lambda word: (-log_probs[word], word))
    lowest = log_probs[known[-1]]
    highest = log_probs[known[0]]
    scale = _RANKS / (highest - lowest)
    return pack_words({w: (int(clusters[w]), round((log_probs[w] - lowest) * scale)) for w in known[:size]})
