"""Find direct quotations and their speakers.

In: a parsed `Doc` with `kg_mentions`. Out: `doc.spans["kg_quotes"]`: the words between quotation marks (of all styles,
over several sentences), `label_` "direct", `kb_id_` the speaker's entity id or "", `id_` the cue's token index or "".
A short passage in marks without a verb of its own and without a cue is a name or a distancing, not a quotation.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from spacy.language import Language
from spacy.tokens import Doc, Span, Token

from kg.linguistics.grammar import Grammar, load_grammar
from kg.linguistics.layers import spans_at
from kg.linguistics.sources import Reporting, load_reporting, speaker_of

__all__ = ["QuoteFinder"]

REACH = 14  # tokens after a quotation in which its cue must stand
STOPS = frozenset(".!?;")
EXCLAIMS = frozenset("!?,")


class QuoteFinder:
    """The component `kg_quotes`: writes `doc.spans["kg_quotes"]`.

    Args:
        reporting: The words of saying of the language.
        grammar: Its grammar.

    Example:
        >>> import spacy
        >>> finder = QuoteFinder(load_reporting("de"), load_grammar("de"))
        >>> doc = finder(spacy.blank("de")("„Wir bleiben hier in der Stadt“, sagte er."))
        >>> [q.text for q in doc.spans["kg_quotes"]]
        ['Wir bleiben hier in der Stadt']
    """

    def __init__(self, reporting: Reporting, grammar: Grammar) -> None:
        self.reporting = reporting
        self.grammar = grammar

    def __call__(self, doc: Doc) -> Doc:
        """Write the quotations of a document and return it."""
        doc.spans["kg_quotes"] = list(self.find(doc))
        return doc

    def find(self, doc: Doc) -> Iterator[Span]:
        """Yield the quotations of a document as spans, in order."""
        last: Span | None = None
        for start, end in self.passages(doc):
            cue = self._cue(doc, start, end)
            if self._is_name(doc, start, end) or (cue is None and not self._speech(doc[start:end])):
                continue
            speaker = self._speaker(doc, cue) or (self._speaker_before(doc, start) if cue is None else "")
            if not speaker and cue is None and last is not None and self._goes_on(doc, last, start):
                speaker = last.kb_id_
            last = Span(doc, start, end, label="direct", kb_id=speaker, span_id="" if cue is None else str(cue.i))
            yield last

    def _speaker(self, doc: Doc, cue: Token | None) -> str:
        return "" if cue is None else speaker_of(doc, cue, self.grammar, self.reporting) or ""

    def _speaker_before(self, doc: Doc, start: int) -> str:
        """The speaker of a quotation without a cue: who says something right before it, in the same paragraph."""
        if not doc[start].has_dep():
            return ""
        own = doc[start].sent
        sentences = [own] if own.start < start - 1 else []
        if own.start > 0:
            sentences.append(doc[own.start - 1].sent)
        for sentence in sentences:
            for token in (sentence.root, *sentence):
                if token.i < start and self._is_cue(token) and (speaker := self._speaker(doc, token)):
                    return speaker
            if any(t.is_space and "\n" in t.text for t in doc[sentence.start : start]):
                break
        if sentences and sentences[0] == own and self.grammar.is_(own.root, "verb") and own.root.i < start:
            return self._speaker(doc, own.root)
        return ""

    def _is_name(self, doc: Doc, start: int, end: int) -> bool:
        """Whether the marks only set off a name ("„Channel 10“")."""
        return any(m.id_ == "name" and end <= m.end for m in spans_at(doc, "kg_mentions", start))

    def passages(self, doc: Doc) -> Iterator[tuple[int, int]]:
        """Token ranges between quotation marks, the outermost ones, none across a paragraph."""
        marks = self.reporting.marks
        start, closing = -1, frozenset[str]()
        clutter = {b.start for b in doc.spans.get("kg_blocks", ()) if b.label_ == "clutter"}
        for token in doc:
            if token.i in clutter or (token.is_space and "\n" in token.text):
                start = -1
            elif start >= 0 and token.text in closing:
                if token.i > start:
                    yield start, token.i
                start = -1
            elif start < 0 and token.text in marks:
                start, closing = token.i + 1, marks[token.text]

    def _speech(self, span: Span) -> bool:
        """Whether the words are long enough, or hold a finite verb, to be what somebody said."""
        words = [t for t in span if not t.is_punct and not t.is_space]
        if len(words) < self.reporting.shortest:
            return False
        return not any(t.pos_ for t in words) or any(self.grammar.is_(t, "verb") for t in words)

    def _cue(self, doc: Doc, start: int, end: int) -> Token | None:
        """The word that says that somebody says it: right after the quotation, before its colon, or above it."""
        after = self._after(doc, end + 1)
        if after is not None:
            return after
        before = start - 2
        while before >= 0 and doc[before].is_space:
            before -= 1
        if before >= 0 and doc[before].text in self.reporting.colon:
            return self._before(doc, before)
        return self._above(doc, start, end)

    def _is_cue(self, token: Token) -> bool:
        return self.grammar.is_(token, "verb") and token.lemma_ in self.reporting.cues

    def _after(self, doc: Doc, first: int) -> Token | None:
        """The cue behind the closing mark, parted from it by a comma or the quotation's own mark of exclamation."""
        if first >= len(doc):
            return None
        following = doc[first]
        inside = doc[first - 2].text
        if (
            following.text != ","
            and (inside not in EXCLAIMS or following.text[:1].isupper())
            and following.lower_ not in self.reporting.particles
        ):
            return None
        for token in doc[first : first + REACH]:
            if token.text in STOPS or token.is_space or token.text in self.reporting.marks:
                return None
            if token.lower_ in self.reporting.particles and token.i <= first + 1:
                behind = doc[token.i + 1] if token.i + 1 < len(doc) else token
                return behind if self._is_cue(behind) else token
            if self._is_cue(token):
                return token
        return None

    def _before(self, doc: Doc, colon: int) -> Token | None:
        """The last verb of saying before the colon, in its sentence."""
        for i in range(colon - 1, -1, -1):
            token = doc[i]
            if token.text in STOPS or (token.is_space and "\n" in token.text):
                return None
            if self._is_cue(token):
                return token
        return None

    def _above(self, doc: Doc, start: int, end: int) -> Token | None:
        """The verb of saying in whose clause the quotation stands."""
        if not doc[start].has_dep():
            return None
        root = doc[start:end].root
        for token in chain([root.head], root.head.ancestors):
            if not start <= token.i < end and token.sent == root.sent and self._is_cue(token):
                return token
        return None

    def _goes_on(self, doc: Doc, last: Span, start: int) -> bool:
        """Whether the quotation continues the one before: in the same paragraph, with at most one sentence between."""
        between = doc[last.end : start]
        return not any(t.is_space and "\n" in t.text for t in between) and sum(t.text in STOPS for t in between) <= 1


@Language.factory("kg_quotes", default_config={"language": "de", "scheme": "ud"}, assigns=["doc.spans"])
def create_quotes(nlp: Language, name: str, language: str, scheme: str) -> QuoteFinder:
    """Make the component from the language's data."""
    return QuoteFinder(load_reporting(language), load_grammar(language, scheme))
