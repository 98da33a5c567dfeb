"""The trained parts of the pipeline, still empty: which components, how large.

Sizes come from `kg/data/<language>/training/model.toml`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import spacy

import kg.linguistics.features  # noqa: F401 - registers the embedding layer
from kg.linguistics.features import TABLE
from kg.training.words import word_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spacy.language import Language

__all__ = ["PARTS", "make_part"]

PARTS = ("parser", "names")


def make_part(part: str, language: str, settings: Mapping[str, Any]) -> Language:
    """An untrained pipeline for one part: `parser` (tags and trees) or `names` (entities).

    Args:
        part: One of `PARTS`.
        language: Two-letter code.
        settings: What `model.toml` says.
    """
    sizes = settings[part]
    nlp = spacy.blank(language)
    nlp.vocab.lookups.add_table(TABLE, word_table(language, settings["words"]))
    vectors = _vectors(sizes, settings["rows"])
    if part == "names":
        nlp.add_pipe("ner", config={"model": _transitions("ner", vectors, sizes)})
        return nlp
    listener = {"@architectures": "spacy.Tok2VecListener.v1", "width": sizes["width"], "upstream": "*"}
    nlp.add_pipe("tok2vec", config={"model": vectors})
    nlp.add_pipe("morphologizer", config={"model": {"@architectures": "spacy.Tagger.v2", "tok2vec": listener}})
    nlp.add_pipe(
        "parser",
        config={
            "update_with_oracle_cut_size": sizes["cut"],
            "min_action_freq": sizes["least_actions"],
            "model": _transitions("parser", listener, sizes),
        },
    )
    return nlp


def _vectors(sizes: Mapping[str, Any], rows: list[int]) -> dict[str, Any]:
    return {
        "@architectures": "spacy.Tok2Vec.v2",
        "embed": {
            "@architectures": "kg.WordFeatures.v1",
            "width": sizes["width"],
            "column_width": sizes["column_width"],
            "rows": rows,
        },
        "encode": {
            "@architectures": "spacy.MaxoutWindowEncoder.v2",
            "width": sizes["width"],
            "depth": sizes["depth"],
            "window_size": 1,
            "maxout_pieces": sizes["pieces"],
        },
    }


def _transitions(kind: str, vectors: Mapping[str, Any], sizes: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "@architectures": "spacy.TransitionBasedParser.v2",
        "state_type": kind,
        "extra_state_tokens": kind == "parser",
        "hidden_width": sizes["hidden"],
        "maxout_pieces": 2,
        "use_upper": True,
        "tok2vec": vectors,
    }
