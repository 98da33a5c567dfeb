"""Documents for tests, written by hand: rule tests need no model and never rot with one."""

from __future__ import annotations

from collections.abc import Iterable

import spacy
from spacy.tokens import Doc, Span

__all__ = ["make_doc"]


def make_doc(
    notation: str,
    *,
    ents: Iterable[tuple[int, int, str]] = (),
    blocks: Iterable[tuple[int, int, str]] = (),
    published: str = "",
) -> Doc:
    """Build a document from one line per token: `word/head/label/pos/lemma/morph`.

    `head` is the token's number in its sentence, counted from 1, or 0 for the root; empty lines part sentences. A word
    that ends in `~` is not followed by a space. What is left out at the end of a line is: pos `X`, the word itself as
    lemma, no morphology (features as `Case=Gen|Number=Sing`).

    Args:
        notation: The lines.
        ents: Named entities as first token, token after the last, label (tokens of the document, counted from 0).
        blocks: Blocks as first token, token after the last, kind; without any the whole document is one body.
        published: Day of publication, ISO 8601, or empty.

    Example:
        >>> doc = make_doc("Anna/2/nsubj/PROPN\\nlacht~/0/root/VERB/lachen\\n./2/punct/PUNCT")
        >>> doc.text, doc[0].head.lemma_
        ('Anna lacht.', 'lachen')
    """
    sentences: list[list[list[str]]] = [[]]
    for line in notation.strip().splitlines():
        if line.strip():
            sentences[-1].append([*line.strip().split("/"), "", "", "", "", ""][:6])
        elif sentences[-1]:
            sentences.append([])
    rows = [
        (row, number, len(sentence), sum(map(len, sentences[:s])))
        for s, sentence in enumerate(sentences)
        for number, row in enumerate(sentence, 1)
    ]
    words = [row[0].removesuffix("~") for row, *_ in rows]
    doc = Doc(
        spacy.blank("de").vocab,
        words=words,
        spaces=[not row[0].endswith("~") and i + 1 < len(rows) for i, (row, *_) in enumerate(rows)],
        heads=[offset + (int(row[1] or 0) or number) - 1 for row, number, _, offset in rows],
        deps=["ROOT" if row[1] in ("", "0") else row[2] for row, *_ in rows],
        pos=[row[3] or "X" for row, *_ in rows],
        lemmas=[row[4] or word for (row, *_), word in zip(rows, words, strict=True)],
        morphs=[row[5] for row, *_ in rows],
        sent_starts=[number == 1 for _, number, _, _ in rows],
    )
    doc.ents = [Span(doc, start, end, label) for start, end, label in ents]
    spans = list(blocks) or [(0, len(doc), "body")]
    doc.spans["kg_blocks"] = [Span(doc, start, end, label) for start, end, label in spans]
    doc.user_data["kg_published"] = published
    return doc
