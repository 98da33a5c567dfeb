"""What a language model is told and asked: instructions from the ontology, and the text of an article in pieces."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from string import Template
from typing import Any

from kg.config import data_dir
from kg.errors import DataError
from kg.linguistics.page import Page
from kg.model import Article, BlockKind, EntityType, Modality
from kg.vocabulary import RELATIONS

__all__ = ["Piece", "instructions", "pieces", "prompt_digest", "question", "schema"]

_LONGEST = 6_000  # code points of a piece: its claims are some 4,000 tokens, which most services answer at once
_CONTEXT = 500  # code points of the article's beginning that go with every later piece


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of an article that is asked about at once: whole sentences in order, clutter left out.

    Attributes:
        sentences: Where each begins and ends, and whether it follows on the one before in its block.
    """

    sentences: tuple[tuple[int, int, bool], ...]

    @property
    def ranges(self) -> list[tuple[int, int]]:
        """Its ranges of the text: sentences that follow on each other are one."""
        found: list[tuple[int, int]] = []
        for start, end, joins in self.sentences:
            if joins and found:
                found[-1] = (found[-1][0], end)
            else:
                found.append((start, end))
        return found

    def text(self, whole: str) -> str:
        """Its text, the ranges parted by empty lines."""
        return "\n\n".join(whole[start:end] for start, end in self.ranges)

    def halves(self) -> tuple[Piece, Piece] | None:
        """Two pieces of about the same number of sentences; `None` for a single sentence."""
        middle = len(self.sentences) // 2
        return (Piece(self.sentences[:middle]), Piece(self.sentences[middle:])) if middle else None


def pieces(page: Page, longest: int = _LONGEST) -> Iterator[Piece]:
    """Cut what is read of a document into pieces of whole sentences.

    Args:
        page: The document, with its blocks.
        longest: Code points of a piece; only a longer sentence is cut.

    Example:
        >>> import spacy
        >>> from kg.linguistics.copying import page_of
        >>> doc = spacy.blank("de")("Eins. Zwei.")
        >>> [piece.text(doc.text) for piece in pieces(page_of(doc), longest=8)]
        ['Eins. Zw', 'ei.']
    """
    waiting: list[tuple[int, int, bool]] = []
    length = 0
    for start, end, joins in _sentences(page, longest):
        if waiting and length + end - start > longest:
            yield Piece(tuple(waiting))
            waiting, length = [], 0
        waiting.append((start, end, joins))
        length += end - start
    if waiting:
        yield Piece(tuple(waiting))


def _sentences(page: Page, longest: int) -> Iterator[tuple[int, int, bool]]:
    """What is read, sentence by sentence, and whether each follows on the one before in its block."""
    blocks = [block for block in page.spans.get("kg_blocks", ()) if len(block)]
    starts = {block.start_char for block in blocks}
    clutter = [(block.start_char, block.end_char) for block in blocks if block.label_ == BlockKind.CLUTTER]
    hidden = 0
    for sentence in page.sents:
        start, end = sentence.start_char, sentence.end_char
        while hidden < len(clutter) and clutter[hidden][1] <= start:
            hidden += 1
        if (hidden < len(clutter) and clutter[hidden][0] < end) or not page.text[start:end].strip():
            continue
        joins = start not in starts
        for cut in range(start, end, longest):
            yield cut, min(end, cut + longest), joins
            joins = True


@cache
def instructions() -> str:
    """What a model is told: entity types and relations are those of the ontology.

    Raises:
        DataError: If the text is missing or wrong.
    """
    path = data_dir() / "llm.txt"
    relations = []
    for relation in RELATIONS.values():
        ends = [", ".join(sorted(types)) or "null" for types in (relation.subject_types, relation.object_types)]
        symmetric = " Symmetric." if relation.symmetric else ""
        meaning = relation.definitions.get("en", "")
        relations.append(f"- {relation.name}: {meaning}{symmetric} {ends[0]} -> {ends[1]}")
    try:
        template = Template(path.read_text(encoding="utf-8"))
        return template.substitute(types=", ".join(EntityType), relations="\n".join(relations))
    except (OSError, ValueError, KeyError) as error:
        message = f"the instructions for language models cannot be read: {error}"
        raise DataError(message, source=path, hint="install kg-geopolitics again") from error


@cache
def prompt_digest() -> str:
    """Eight digits that change with the instructions or the form of the answer: part of a claim's provenance."""
    whole = json.dumps([instructions(), schema(), _LONGEST, _CONTEXT])
    return hashlib.sha256(whole.encode()).hexdigest()[:8]


def question(article: Article, piece: Piece) -> list[dict[str, str]]:
    """The messages that ask about a piece. The article comes as JSON, so that where it ends is never in doubt."""
    material = {
        "published": article.published.isoformat() if article.published else None,
        "title": article.title,
        "context": article.text[:_CONTEXT] if piece.ranges[0][0] >= _CONTEXT else None,
        "text": piece.text(article.text),
    }
    return [
        {"role": "system", "content": instructions()},
        {"role": "user", "content": json.dumps(material, ensure_ascii=False)},
    ]


@cache
def schema() -> dict[str, Any]:
    """JSON Schema of the answer, in the strict form: every property is required, none is added."""
    text, maybe = {"type": "string"}, {"type": ["string", "null"]}
    entity = {
        "id": text,
        "type": {"type": "string", "enum": list(EntityType)},
        "name": text,
        "mentions": {"type": "array", "items": text},
    }
    claim = {
        "subject": text,
        "predicate": {"type": "string", "enum": list(RELATIONS)},
        "object": maybe,
        "quote": text,
        "modality": {"type": "string", "enum": list(Modality)},
        "source": maybe,
        "when": maybe,
        "begins": maybe,
        "ends": maybe,
        "place": maybe,
        "quantity": maybe,
        "role": maybe,
        "confidence": {"type": "number"},
    }
    lists = {
        name: {"type": "array", "items": _object(kind)} for name, kind in (("entities", entity), ("claims", claim))
    }
    return _object(lists)


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
