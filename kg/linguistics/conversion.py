"""Brings the trees of other parsers to the structure that kg reads: Universal Dependencies, as kg's own model gives it.

The component `kg_to_ud` does nothing to documents that are in it already. Two things may have to be done, and a
language says in its data which:

- The parser has another label scheme (`grammar-<scheme>.toml` beside `grammar-ud.toml`): the tree is turned round. The
  file's `heads` names what heads what in it: `function` words (TIGER), or `content` words but for prepositions and the
  copula (ClearNLP).
- All parsers of the language leave something otherwise than kg reads it (`phrases.toml`): names and titles before
  them, compounds written apart, participles behind nouns, the labels of the recogniser.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from kg.config import language_dir
from kg.errors import DataError
from kg.linguistics.conversion_content import turn_content_heads
from kg.linguistics.conversion_phrases import Phrases, join_hyphens, load_phrases
from kg.linguistics.conversion_tiger import turn_function_heads
from kg.linguistics.conversion_tree import Tree

__all__ = ["ToUD", "load_schemes", "make_to_ud", "to_ud"]

_TURNS: Mapping[str, Callable[[Tree], None]] = {"function": turn_function_heads, "content": turn_content_heads}
_OWN = "grammar-ud.toml"
_TABLES = ("structure", "tags", "words", "labels", "made", "by_pos")


@cache
def load_schemes(language: str) -> tuple[Mapping[str, Any], ...]:
    """The label schemes of a language besides Universal Dependencies.

    Args:
        language: Two-letter code.

    Returns:
        The tables of each, in the order of the files' names.

    Raises:
        UnsupportedLanguage: If the language has no data.
        DataError: If a file is wrong.
    """
    files = (path for path in sorted(language_dir(language).glob("grammar-*.toml")) if path.name != _OWN)
    return tuple(_read(path) for path in files)


def _read(path: Path) -> Mapping[str, Any]:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        message = f"cannot read the grammar: {error}"
        raise DataError(message, source=path) from error
    missing = [name for name in _TABLES if not isinstance(data.get(name), dict)]
    if missing or data.get("heads") not in _TURNS or not isinstance(data.get("signature"), list):
        message = f"missing or wrong: {', '.join([*missing, 'heads, signature'])}"
        raise DataError(message, source=path, hint=f"heads is one of {', '.join(_TURNS)}, signature a list of labels")
    return data


def to_ud(doc: Doc, language: str = "de") -> Doc:
    """Rewrite the tree of a document in place, if it is in another scheme.

    Args:
        doc: A parsed document.
        language: Two-letter code, for the tables.

    Returns:
        The same document.
    """
    phrases = load_phrases(language)
    if phrases is not None:
        join_hyphens(doc, phrases)
    labels = {t.dep_ for t in doc}
    scheme = next((data for data in load_schemes(language) if labels & set(data["signature"])), None)
    if scheme is not None:
        tree = Tree(doc, scheme)
        _TURNS[scheme["heads"]](tree)
        tree.write()
    if phrases is not None and doc.has_annotation("DEP"):
        Phrases(doc, phrases).rewrite()
    return doc


class ToUD:
    """spaCy component around `to_ud`.

    Args:
        language: Two-letter code.
    """

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, doc: Doc) -> Doc:
        """Bring one document to the structure; spaCy calls this."""
        return to_ud(doc, self.language)


@Language.factory("kg_to_ud", requires=["token.dep"], assigns=["token.dep", "token.head"])
def make_to_ud(nlp: Language, name: str) -> ToUD:
    """Make the component for the pipeline's language."""
    return ToUD(str(nlp.lang))
