"""Find quotations and their speakers.

In: a parsed `Doc` with `kg_mentions`. Out: `doc.spans["kg_quotes"]`: the words between quotation marks (of all styles,
over several sentences), `label_` "direct", `kb_id_` the speaker's entity id or "", `id_` the cue's token index or "".
`doc.spans["kg_indirect"]` holds what is said in the author's words, in the same form with `label_` "indirect";
`doc.spans["kg_speakers"]` the words that name the speakers, entity or not: `id_` is the layer and the first token of
the quotation ("kg_quotes:17").
A short passage in marks without a verb of its own and without a cue is a name or a distancing, not a quotation.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from spacy.language import Language
from spacy.tokens import Doc

from kg.linguistics.batches import InBatches
from kg.linguistics.copying import page_of, write_layer
from kg.linguistics.grammar import Grammar, load_grammar
from kg.linguistics.indirect import find_reports, is_cue, load_moods, subjunctive
from kg.linguistics.layers import spans_at
from kg.linguistics.page import Page, Stretch, Word
from kg.linguistics.sources import Reporting, attributions, entity_of, load_reporting, mention_at, speakers

__all__ = ["QuoteFinder", "Voice"]


@dataclass(frozen=True, slots=True)
class Voice:
    """Who speaks: an entity, or only the words that name him."""

    entity: str
    token: Word | None

    def phrase(self, grammar: Grammar) -> Stretch | None:
        """The words that name the speaker, without clauses that hang on them."""
        if self.token is None:
            return None
        token = self.token
        start = end = token.i
        for child in token.children:
            if not grammar.has(child, *CLAUSAL) and not grammar.is_(child, "punctuation"):
                start, end = min(start, child.left_edge.i), max(end, child.right_edge.i)
        return Stretch(token.doc, start, end + 1)


NOBODY = Voice("", None)
# What hangs on a name without being part of it.
CLAUSAL = ("relative", "clause_modifier", "adverbial_clause", "loose_clause", "conjunct", "case", "mark", "copula",
           "adverbial", "subject", "auxiliary", "complement", "open_complement")  # fmt: skip
REACH = 14  # tokens after a quotation in which its cue must stand
STOPS = frozenset(".!?;")
EXCLAIMS = frozenset("!?,")


class QuoteFinder(InBatches):
    """The component `kg_quotes`: writes `doc.spans["kg_quotes"]`.

    Args:
        reporting: The words of saying of the language.
        grammar: Its grammar.
        language: Its two-letter code, for the verb forms of reported speech.

    Example:
        >>> import spacy
        >>> finder = QuoteFinder(load_reporting("de"), load_grammar("de"))
        >>> doc = finder(spacy.blank("de")("„Wir bleiben hier in der Stadt“, sagte er."))
        >>> [q.text for q in doc.spans["kg_quotes"]]
        ['Wir bleiben hier in der Stadt']
    """

    def __init__(self, reporting: Reporting, grammar: Grammar, language: str = "de") -> None:
        self.reporting = reporting
        self.grammar = grammar
        self.moods = load_moods(language)

    def __call__(self, doc: Doc) -> Doc:
        """Write the quotations of a document and return it."""
        page = page_of(doc)
        direct = list(self.find(page))
        write_layer(doc, page, "kg_quotes", [quote for quote, _ in direct])
        indirect = list(self.find_indirect(page))
        write_layer(doc, page, "kg_indirect", [quote for quote, _ in indirect])
        speakers = [
            Stretch(page, speaker.start, speaker.end, "speaker", kb_id=quote.kb_id_, span_id=f"{layer}:{quote.start}")
            for layer, pairs in (("kg_quotes", direct), ("kg_indirect", indirect))
            for quote, speaker in pairs
            if speaker is not None
        ]
        write_layer(doc, page, "kg_speakers", speakers)
        return doc

    def find_indirect(self, doc: Page) -> Iterator[tuple[Stretch, Stretch | None]]:
        """Yield what is said in the author's words, in order, each with the words that name its speaker."""
        voice = NOBODY
        for report in find_reports(doc, self.grammar, self.reporting, self.moods):
            start, end = report.start, report.end
            if report.source is not None:
                sources = attributions(doc, iter([report.source]), self.grammar, self.reporting)
                entity = next((entity for _, entity in sources), None) or entity_of(
                    doc, report.source, self.grammar, self.reporting
                )
                voice = Voice(entity or "", self._noun(report.source))
            elif report.cue is not None:
                voice = self._named(doc, report.cue, start, end)
            span_id = "" if report.cue is None else str(report.cue.i)
            yield (
                Stretch(doc, start, end, label="indirect", kb_id=voice.entity, span_id=span_id),
                voice.phrase(self.grammar),
            )

    def find(self, doc: Page) -> Iterator[tuple[Stretch, Stretch | None]]:
        """Yield the quotations of a document as spans, in order, each with the words that name its speaker."""
        last: Stretch | None = None
        voice = NOBODY
        for start, end in self.passages(doc):
            cue = self._cue(doc, start, end)
            if self._is_name(doc, start, end) or (cue is None and not self._speech(doc.span(start, end))):
                continue
            before, voice = voice, self._voice(doc, cue, start, end)
            if cue is None and last is not None and self._goes_on(doc, last, start):
                voice = before if not voice.token or self._reported(doc, start) else voice
            span_id = "" if cue is None else str(cue.i)
            last = Stretch(doc, start, end, label="direct", kb_id=voice.entity, span_id=span_id)
            yield last, voice.phrase(self.grammar)

    def _noun(self, token: Word) -> Word:
        """The noun of an attribution, whose preposition may stand behind it ("Medien zufolge")."""
        if not self.grammar.is_(token, "adposition") or token.i == 0:
            return token
        found = mention_at(token.doc, token.nbor(-1))
        noun = found.root if found is not None else token.head if token.head.i < token.i else token.nbor(-1)
        while self.grammar.has(noun, "nominal", "flat", "apposition") and self.grammar.is_(noun.head, "noun"):
            noun = noun.head
        return noun

    def _reported(self, doc: Page, start: int) -> bool:
        """Whether the sentence of a quotation is itself in the mood of other people's words."""
        return doc[start].has_dep() and subjunctive(doc[start].sent.root, self.grammar, self.moods)

    def _voice(self, doc: Page, cue: Word | None, start: int, end: int) -> Voice:
        """Who speaks: whom the cue names, else a source in the sentence, else who speaks before."""
        if not doc[start].has_dep():
            return NOBODY
        if cue is not None and (voice := self._named(doc, cue, start, end)).token:
            return voice
        sentence = [t for t in (*doc[start].sent, *doc[min(end, len(doc) - 1)].sent) if not start <= t.i < end]
        for token, entity in attributions(doc, iter(sentence), self.grammar, self.reporting):
            return Voice(entity or "", self._noun(token))
        if cue is None and (voice := self._before_it(doc, start, end)).token:
            return voice
        return self._governing(doc, start, end)

    def _named(self, doc: Page, cue: Word, start: int, end: int) -> Voice:
        """The speaker of a cue; one who is no entity counts if there is none who is."""
        found = [t for t in speakers(doc, cue, self.grammar, self.reporting) if not start <= t.i < end]
        for token in found:
            if entity := entity_of(doc, token, self.grammar, self.reporting):
                return Voice(entity, token)
        actors = (t for t in found if self.grammar.is_(t, "noun") or self.grammar.is_(t, "pronoun"))
        return Voice("", next(actors, None))

    def _before_it(self, doc: Page, start: int, end: int) -> Voice:
        """The speaker of a quotation without a cue: who says something right before it, in the same paragraph."""
        own = doc[start].sent
        sentences = [own] if own.start < start - 1 else []
        if own.start > 0:
            sentences.append(doc[own.start - 1].sent)
        for sentence in sentences:
            for token in (sentence.root, *sentence):
                if token.i < start and self._is_cue(token) and (voice := self._named(doc, token, start, end)).token:
                    return voice
            if any(t.is_space and "\n" in t.text for t in doc[sentence.start : start]):
                break
        return NOBODY

    def _governing(self, doc: Page, start: int, end: int) -> Voice:
        """The subject of the clause into which the words are woven, or that ends in a colon before them."""
        before = start - 2
        colon = before >= 0 and doc[before].text in self.reporting.colon
        verb: Word | None = doc[before].sent.root if colon else doc.span(start, end).root
        while verb is not None and not (self.grammar.is_(verb, "verb") and not start <= verb.i < end):
            verb = verb.head if verb.head != verb else None
        return NOBODY if verb is None else self._named(doc, verb, start, end)

    def _is_name(self, doc: Page, start: int, end: int) -> bool:
        """Whether the marks only set off a name ("„Channel 10“")."""
        return any(m.id_ == "name" and end <= m.end for m in spans_at(doc, "kg_mentions", start))

    def passages(self, doc: Page) -> Iterator[tuple[int, int]]:
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

    def _speech(self, span: Stretch) -> bool:
        """Whether the words are long enough, or hold a finite verb, to be what somebody said."""
        words = [t for t in span if not t.is_punct and not t.is_space]
        if len(words) < self.reporting.shortest:
            return False
        return not any(t.pos_ for t in words) or any(self.grammar.is_(t, "verb") for t in words)

    def _cue(self, doc: Page, start: int, end: int) -> Word | None:
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

    def _is_cue(self, token: Word) -> bool:
        return is_cue(token, self.grammar, self.reporting)

    def _after(self, doc: Page, first: int) -> Word | None:
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

    def _before(self, doc: Page, colon: int) -> Word | None:
        """The last verb of saying before the colon, in its sentence."""
        for i in range(colon - 1, -1, -1):
            token = doc[i]
            if token.text in STOPS or (token.is_space and "\n" in token.text):
                return None
            if self._is_cue(token):
                return token
        return None

    def _above(self, doc: Page, start: int, end: int) -> Word | None:
        """The verb of saying in whose clause the quotation stands."""
        if not doc[start].has_dep():
            return None
        root = doc.span(start, end).root
        for token in (root.head, *root.head.ancestors):
            if not start <= token.i < end and token.sent == root.sent and self._is_cue(token):
                return token
        return None

    def _goes_on(self, doc: Page, last: Stretch, start: int) -> bool:
        """Whether the quotation continues the one before: in the same paragraph, with at most one sentence between."""
        between = doc[last.end : start]
        return not any(t.is_space and "\n" in t.text for t in between) and sum(t.text in STOPS for t in between) <= 1


@Language.factory("kg_quotes", default_config={"language": "", "scheme": "ud"}, assigns=["doc.spans"])
def create_quotes(nlp: Language, name: str, language: str, scheme: str) -> QuoteFinder:
    """Make the component from the data of a language, the pipeline's own if none is named."""
    language = language or str(nlp.lang)
    return QuoteFinder(load_reporting(language), load_grammar(language, scheme), language)
