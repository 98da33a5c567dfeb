"""Make the page of a document, which the rules read, and write layers to both.

Components write only what spaCy can serialise: the `Doc` is what is stored, its page is made anew from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np
from spacy.attrs import DEP, ENT_IOB, ENT_TYPE, HEAD, LEMMA, MORPH, ORTH, POS, SENT_START, SPACY
from spacy.lang.lex_attrs import is_punct, is_quote
from spacy.tokens import Doc, MorphAnalysis, Span

from kg.linguistics.page import Form, Page, Stretch, Word

if TYPE_CHECKING:
    from spacy.strings import StringStore
    from spacy.vocab import Vocab

__all__ = ["dissolve_page", "page_of", "write_layer"]

_READ = [ORTH, LEMMA, POS, DEP, HEAD, SENT_START, ENT_TYPE, ENT_IOB, MORPH, SPACY]
_MAY_CHANGE = slice(1, -1)  # of these what can change while the number of words stays
_NAMED = [_READ.index(attribute) for attribute in (LEMMA, POS, DEP, ENT_TYPE)]  # numbers of strings
_INSIDE, _BEGIN = 1, 3
_MOST = 1 << 17  # strings remembered, a few dozen megabytes at most

_PAGES: WeakKeyDictionary[Doc, tuple[np.ndarray[Any, Any], Page]] = WeakKeyDictionary()
# The numbers of strings are hashes of them, the same in every vocabulary.
_FORMS: dict[int, Form] = {}
_STRINGS: dict[int, str] = {}
_MORPHS: dict[int, dict[str, list[str]]] = {}


def page_of(doc: Doc) -> Page:
    """The page of a document, made anew only if its annotations have changed.

    A page does not keep its document alive.

    Example:
        >>> import spacy
        >>> page = page_of(spacy.blank("de")("Anna traf Eva in Lima"))
        >>> [word.text for word in page if word.text.istitle()]
        ['Anna', 'Eva', 'Lima']
    """
    known = _PAGES.get(doc)
    if known is not None and np.array_equal(known[0], doc.to_array(_READ[_MAY_CHANGE])):
        page = known[1]
        page.user_data = doc.user_data
    else:
        values = doc.to_array(_READ)
        page = _read(doc, values)
        _PAGES[doc] = values[:, _MAY_CHANGE].copy(), page
    page.take_layers(doc)
    return page


def dissolve_page(doc: Doc) -> None:
    """Free the memory of a document's page at once, without a search for garbage; another is made when asked for.

    Words, stretches and the page itself cannot be read afterwards.
    """
    known = _PAGES.pop(doc, None)
    if known is not None:
        known[1].dissolve()


def write_layer(doc: Doc, page: Page, name: str, spans: Sequence[Stretch]) -> None:
    """Put a layer into a document and its page."""
    strings = doc.vocab.strings
    doc.spans[name] = [
        Span(doc, s.start, s.end, label=s.label_, kb_id=s.kb_id_, span_id=strings.add(s.id_)) for s in spans
    ]
    page.keep_layer(name, list(spans), doc.spans[name])


def _form(number: int, strings: StringStore) -> Form:
    found = _FORMS.get(number)
    if found is None:
        if len(_FORMS) >= _MOST:
            _FORMS.clear()
        text = str(strings[number])
        found = _FORMS[number] = (text, text.lower(), is_punct(text), text.isspace(), is_quote(text))
    return found


def _morph(number: int, vocab: Vocab) -> dict[str, list[str]]:
    found = _MORPHS.get(number)
    if found is None:
        features = MorphAnalysis(vocab, vocab.strings[number]).to_dict() if number else {}
        found = _MORPHS[number] = {name: value.split(",") for name, value in features.items()}
    return found


def _read(doc: Doc, values: np.ndarray[Any, Any]) -> Page:
    strings = doc.vocab.strings
    rows = values.tolist()
    words: list[Word] = []
    pieces: list[str] = []
    position = 0
    if len(_STRINGS) >= _MOST:
        _STRINGS.clear()
    for number in set(values[:, _NAMED].ravel().tolist()).difference(_STRINGS):
        _STRINGS[number] = str(strings[number]) if number else ""
    named = _STRINGS
    page = Page((), "", doc.lang_, doc.user_data)
    sentence = Stretch(page, 0, 0)
    for i, (orth, lemma, pos, dep, _, start, entity, _, morph, space) in enumerate(rows):
        if not i or start == 1:
            sentence.end = i
            sentence = Stretch(page, i, len(rows))
            page.sents.append(sentence)
        form = _FORMS.get(orth) or _form(orth, strings)
        features = _MORPHS.get(morph) or _morph(morph, doc.vocab)
        word = Word(i, position, form, named[lemma], named[pos], named[dep], features, page, sentence)
        if start == 1:
            word.is_sent_start = True
        if entity:
            word.ent_type_ = named[entity]
        if space:
            word.whitespace_ = " "
            pieces.append(f"{word.text} ")
        else:
            pieces.append(word.text)
        position += len(pieces[-1])
        words.append(word)
    page.extend(words)
    page.text = "".join(pieces)
    distances = values[:, _READ.index(HEAD)].astype("int64")  # the negative ones wrapped round
    below = distances.nonzero()[0]
    for i, above in zip(below.tolist(), (below + distances[below]).tolist(), strict=True):
        head = words[above]
        words[i].head = head
        if head.children:
            head.children.append(words[i])
        else:
            head.children = [words[i]]
    page.ents = list(_entities(page, values[:, _READ.index(ENT_IOB)].tolist()))
    return page


def _entities(page: Page, marks: list[int]) -> Iterator[Stretch]:
    """The named entities by spaCy's marks: 3 where one begins, 1 inside."""
    start = -1
    for i, mark in enumerate([*marks, 0]):
        if mark != _INSIDE and start >= 0:
            yield Stretch(page, start, i, page[start].ent_type_)
            start = -1
        if mark == _BEGIN:
            start = i
