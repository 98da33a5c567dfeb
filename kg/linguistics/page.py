"""An annotated document as plain Python objects, which the rules read.

A rule asks for heads, children and lemmas hundreds of times per word, and spaCy makes a new object and looks a string
up at each question. A page is made once per document, holds every answer ready, and has spaCy's names for them
(`word.head`, `word.lemma_`, `span.root`), so that a rule reads the same on both.

Pages are made by `kg.linguistics.copying`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from spacy.tokens import Doc, SpanGroup

__all__ = ["Form", "Page", "Stretch", "Word", "asked_once"]

Asker = TypeVar("Asker")
Answer = TypeVar("Answer")

Form = tuple[str, str, bool, bool, bool]  # a word's text, lower case; whether punctuation, blank, quotation mark


def asked_once(question: Callable[[Asker, Word], Answer]) -> Callable[[Asker, Word], Answer]:
    """Make a question to a word that is answered once: words never change, and many rules ask the same.

    The answer is kept with the word, under the question's name: a page is read with the grammar of one language.
    Lists that are answers must not be changed.
    """
    name = question.__qualname__

    @wraps(question)
    def ask(self: Asker, word: Word) -> Answer:
        known = word.known
        if name in known:
            return known[name]  # type: ignore[no-any-return]
        answer = known[name] = question(self, word)
        return answer

    return ask


_NONE: list[Word] = []  # the children of words that have none, most of them; never changed


class Word:
    """A token: what spaCy's `Token` says of it. Words are the same word only if they are the same object."""

    __slots__ = (
        "children",
        "dep_",
        "doc",
        "ent_type_",
        "head",
        "i",
        "idx",
        "is_punct",
        "is_quote",
        "is_sent_start",
        "is_space",
        "known",
        "lemma_",
        "lower_",
        "morph",
        "pos_",
        "sent",
        "text",
        "whitespace_",
    )

    doc: Page
    head: Word
    children: list[Word]  # in text order
    sent: Stretch
    known: dict[str, Any]  # answers of questions that are asked once

    def __init__(
        self,
        i: int,
        idx: int,
        form: Form,
        lemma: str,
        pos: str,
        dep: str,
        morph: dict[str, list[str]],
        doc: Page,
        sent: Stretch,
    ) -> None:
        self.i = i
        self.idx = idx
        self.text, self.lower_, self.is_punct, self.is_space, self.is_quote = form
        self.lemma_ = lemma
        self.pos_ = pos
        self.dep_ = dep
        self.morph = morph
        self.whitespace_ = ""
        self.is_sent_start = False
        self.ent_type_ = ""
        self.head = self
        self.children = _NONE
        self.doc = doc
        self.sent = sent
        self.known = {}

    def __repr__(self) -> str:
        return self.text

    def has_dep(self) -> bool:
        """Whether the word was parsed."""
        return self.dep_ != ""

    def nbor(self, distance: int = 1) -> Word:
        """The word so many places further on."""
        if not 0 <= self.i + distance < len(self.doc):
            message = f"there is no word {distance} places from word {self.i}"
            raise IndexError(message)
        return self.doc[self.i + distance]

    @property
    def lefts(self) -> list[Word]:
        """The children before the word."""
        return [child for child in self.children if child.i < self.i]

    @property
    def subtree(self) -> list[Word]:
        """The word and all below it, in the order of the tree."""
        if not self.children:
            return [self]
        found = [word for child in self.lefts for word in child.subtree]
        found.append(self)
        found += [word for child in self.children if child.i > self.i for word in child.subtree]
        return found

    @property
    def ancestors(self) -> list[Word]:
        """The words above it, the nearest first."""
        found: list[Word] = []
        word = self
        while word.head is not word and len(found) < len(self.doc):
            word = word.head
            found.append(word)
        return found

    def is_ancestor(self, other: Word) -> bool:
        """Whether the other word is below this one."""
        return self in other.ancestors

    @property
    def left_edge(self) -> Word:
        """The first word of the subtree."""
        return self.doc[self.doc.edges[0][self.i]]

    @property
    def right_edge(self) -> Word:
        """The last word of the subtree."""
        return self.doc[self.doc.edges[1][self.i]]


class Stretch:
    """Words `[start, end)` of a page with what a layer says of them: spaCy's `Span`."""

    __slots__ = ("_root", "doc", "end", "id_", "kb_id_", "label_", "start")

    def __init__(self, doc: Page, start: int, end: int, label: str = "", kb_id: str = "", span_id: str = "") -> None:
        self.doc = doc
        self.start = start
        self.end = end
        self.label_ = label
        self.kb_id_ = kb_id
        self.id_ = span_id
        self._root: Word | None = None

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return (
            isinstance(other, Stretch)
            and self.start == other.start
            and self.end == other.end
            and self.label_ == other.label_
            and self.kb_id_ == other.kb_id_
            and self.id_ == other.id_
            and self.doc is other.doc
        )

    def __hash__(self) -> int:
        return hash((self.start, self.end, self.label_, self.kb_id_, self.id_))

    def __repr__(self) -> str:
        return self.text

    def __len__(self) -> int:
        return self.end - self.start

    def __iter__(self) -> Iterator[Word]:
        return iter(self.doc[self.start : self.end])

    @property
    def start_char(self) -> int:
        """Offset of the first character in the text."""
        return self.doc[self.start].idx

    @property
    def end_char(self) -> int:
        """Offset behind the last character."""
        last = self.doc[self.end - 1]
        return last.idx + len(last.text)

    @property
    def text(self) -> str:
        """The words as written."""
        return self.doc.written(self.start, self.end)

    @property
    def lemma_(self) -> str:
        """The base forms of the words, parted as in the text."""
        return "".join([word.lemma_ + word.whitespace_ for word in self]).strip()

    @property
    def sent(self) -> Stretch:
        """The sentence of the first word."""
        return self.doc[self.start].sent

    @property
    def root(self) -> Word:
        """The word nearest to the root of the tree, the first of several."""
        if self._root is None:
            self._root = self._find_root()
        return self._root

    def _find_root(self) -> Word:
        words = self.doc[self.start : self.end]
        if len(words) == 1:
            return words[0]
        for word in words:
            if word.head is word:
                return word
        outside = [word for word in words if not self.start <= word.head.i < self.end]
        if len(outside) == 1:
            return outside[0]
        return min(outside, key=self._depth, default=words[0])

    def _depth(self, word: Word) -> int:
        """How far a word is from the root; punctuation and blanks, which head nothing, come last."""
        if (word.is_punct or word.is_space) and not word.children:
            return len(self.doc) - 1
        return len(word.ancestors)


class Page(list[Word]):
    """The words of a document, its sentences and its layers.

    It is a list because nothing is done as often as to take a word out of it.

    Attributes:
        text: The text.
        lang_: Two-letter code of its language.
        sents: The sentences; the whole document where nothing parts it.
        ents: What the recogniser named.
        spans: Layer → its stretches, as `kg.linguistics` describes them.
        user_data: The document's own.
    """

    def __init__(self, words: Sequence[Word], text: str, language: str, user_data: dict[Any, Any]) -> None:
        super().__init__(words)
        self.text = text
        self.lang_ = language
        self.user_data = user_data
        self.sents: list[Stretch] = []
        self.ents: list[Stretch] = []
        self.spans: dict[str, list[Stretch]] = {}
        self.indexes: dict[str, tuple[list[int], list[Stretch], int]] = {}  # see kg.linguistics.layers
        self.known: dict[str, list[Word]] = {}  # words that the grammar has sorted out
        self._groups: dict[str, tuple[SpanGroup, int]] = {}  # what the layers were copied from
        self._edges: tuple[list[int], list[int]] | None = None

    # A page is equal to itself only.
    __hash__ = object.__hash__  # type: ignore[assignment]
    __eq__ = object.__eq__

    @property
    def parsed(self) -> bool:
        """Whether a parser has read the document."""
        return not self or any(word.dep_ for word in self)

    def span(self, start: int, end: int) -> Stretch:
        """The words from one place to before another."""
        return Stretch(self, start, end)

    def written(self, start: int, end: int) -> str:
        """The text of the words from one place to before another."""
        if end <= start:
            return ""
        last = self[end - 1]
        return self.text[self[start].idx : last.idx + len(last.text)]

    def char_span(self, start: int, end: int) -> Stretch | None:
        """The words that share a character with a range of the text; `None` if the range leaves the text."""
        if start < 0 or end < 1 or max(start, end - 1) >= len(self.text):
            return None
        first = bisect_right(self, start, key=lambda word: word.idx) - 1
        last = bisect_right(self, end - 1, key=lambda word: word.idx) - 1
        if start == self[first].idx + len(self[first].text):
            first += 1  # the blank behind a word is none of it
        return Stretch(self, first, last + 1)

    @property
    def edges(self) -> tuple[list[int], list[int]]:
        """For each word the first and the last word of its subtree."""
        if self._edges is None:
            self._edges = self._find_edges()
        return self._edges

    def _find_edges(self) -> tuple[list[int], list[int]]:
        lefts, rights = list(range(len(self))), list(range(len(self)))
        heads = [word.head.i for word in self]
        for order in (range(len(self)), range(len(self) - 1, -1, -1)):  # as spaCy does it where branches cross
            for i in order:
                head = heads[i]
                if lefts[i] < lefts[head]:
                    lefts[head] = lefts[i]
                if rights[i] > rights[head]:
                    rights[head] = rights[i]
        return lefts, rights

    def dissolve(self) -> None:
        """Part the words from each other and from the page, which nobody needs any more."""
        for word in self:
            del word.doc, word.head, word.children, word.sent, word.known
        self.clear()
        vars(self).clear()

    def take_layers(self, doc: Doc) -> None:
        """Copy the layers that were written to the document since the last time, and forget those that are gone."""
        for name, group in doc.spans.items():
            known = self._groups.get(name)
            if known is None or known[0] is not group or known[1] != len(group):
                spans = [Stretch(self, s.start, s.end, s.label_, s.kb_id_, s.id_) for s in group]
                self.keep_layer(name, spans, group)
        for name in self._groups.keys() - doc.spans.keys():
            del self._groups[name], self.spans[name]
            self.indexes.pop(name, None)

    def keep_layer(self, name: str, spans: list[Stretch], group: SpanGroup) -> None:
        """Hold a layer, equal to a span group of the document."""
        self.spans[name] = spans
        self._groups[name] = group, len(group)
        self.indexes.pop(name, None)
