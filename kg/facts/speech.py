"""Who says what a clause says: the speaker above it, beside it, in the sentences before it.

Stateless but for the document. In: predicates and sentences of one document. Out: entity ids.
"""

from __future__ import annotations

from collections.abc import Iterator

from kg.facts.clauses import Clauses, clause_tokens
from kg.linguistics.layers import spans_between
from kg.linguistics.page import Page, Stretch, Word
from kg.linguistics.sources import attributions, entity_of, speaker_of

__all__ = ["Speech"]

_SPEAKERS = frozenset(
    {
        "ArmedGroup",
        "Company",
        "InternationalOrganization",
        "Media",
        "Ministry",
        "Organization",
        "Person",
        "PoliticalParty",
    }
)
_SENTENCES_BACK = 4  # so far back a sentence in reported speech looks for its speaker


class Speech:
    """The words of saying of one document.

    Args:
        doc: The parsed document with its mentions and quotations.
        clauses: The language's questions to clauses.
    """

    def __init__(self, doc: Page, clauses: Clauses) -> None:
        self.doc, self.clauses = doc, clauses
        self.data, self.grammar, self.reporting = clauses.data, clauses.grammar, clauses.reporting

    def subject(self, verb: Word) -> str | None:
        """The entity that speaks where the verb is one of saying, asking, planning."""
        return speaker_of(self.doc, verb, self.grammar, self.reporting)

    def owner(self, noun: Word) -> str | None:
        """The entity whose statement, plan or accusation the noun is: a genitive, or a phrase such as "von X"."""
        owners = self.grammar.group("owner_preposition")
        for child in self.grammar.children(noun, "nominal"):
            preposition = self.grammar.preposition(child)
            if preposition is None or preposition.word in owners:
                found = entity_of(self.doc, child, self.grammar, self.reporting)
                if found is not None:
                    return found
        return None

    def beside(self, verb: Word) -> Iterator[str | None]:
        """The sources that phrases and clauses at a predicate name: "laut X", "…, sagte X", "wie X berichtete", "so X".

        Yields:
            An entity id for each, or `None` where it names no entity.
        """
        grammar = self.grammar
        for _, source in attributions(self.doc, clause_tokens(verb, grammar), grammar, self.reporting):
            yield source
        for child in grammar.children(verb, "loose_clause", "adverbial_clause"):
            if grammar.is_(child, "verb"):
                if child.lemma_ in self.reporting.cues and self.comments(child):
                    yield self.subject(child)
            elif any(m.lower_ in self.reporting.particles for m in child.children):
                yield entity_of(self.doc, child, grammar, self.reporting)
        for child in grammar.children(verb, "adverbial"):
            if child.lower_ in self.reporting.adverbs:
                yield self.source_before(child.sent)

    def comments(self, cue: Word) -> bool:
        """Whether a clause of saying comments on the one above it: "wie X sagte", "…, sagte X"."""
        if any(m.lower_ in self.data.words["conditions.reporting_marks"] for m in cue.children):
            return True
        if not self.grammar.has(cue, "loose_clause") or any(
            True for _ in self.grammar.children(cue, "complement", "object")
        ):
            return False
        named = self.reporting.nominal.get(cue.lemma_, frozenset())
        if any(
            (p := self.grammar.preposition(c)) is not None and p.word in named
            for c in self.grammar.children(cue, "oblique")
        ):
            return False
        opening = next(t for t in cue.subtree if not t.is_punct and not t.is_space)
        marks = self.data.words["conditions.reporting_marks"]
        return opening == cue or opening.lower_ in self.reporting.particles or opening.lower_ in marks

    def heading(self, token: Word) -> str | None:
        """Who stands before a colon at the start of the sentence: "Nato: Russland verlegt Truppen".

        A place there says where, not who.
        """
        sentence = token.sent
        for span in spans_between(self.doc, "kg_mentions", sentence.start, sentence.end):
            if span.start == sentence.start and span.end < token.i and self.doc[span.end].text == ":":
                return str(span.kb_id_) if span.label_ in _SPEAKERS else None
        return None

    def taken_up(self, sentence: Stretch) -> tuple[Word, str | None] | None:
        """The verb and the speaker of a next sentence that is about this one: "Das teilte die Regierung mit."."""
        if sentence.end >= len(self.doc):
            return None
        after = self.doc[sentence.end].sent
        verb = after.root
        words = self.data.words
        if verb.lemma_ not in (self.reporting.report | words["verbs.announce"]) - words["told.judging"]:
            return None
        pronoun = next((t for t in after if not t.is_punct and not t.is_space), verb)
        if pronoun.lower_ not in words["told.pronouns"] or pronoun.head is not verb:
            return None
        if any(True for _ in self.grammar.children(verb, "complement", "open_complement")) or self.clauses.denied(verb):
            return None
        return verb, self.subject(verb)

    def source_in(self, sentence: Stretch) -> str | None:
        """The one who speaks in a sentence: the subject of its verb of saying, or whom it names as source."""
        for quote in spans_between(self.doc, "kg_quotes", sentence.start, sentence.end):
            if quote.kb_id_:
                return str(quote.kb_id_)
        root = sentence.root
        verbs = [root, *(t for t in sentence if t != root)]
        for verb in verbs:
            if (
                self.grammar.is_(verb, "verb")
                and verb.lemma_ in self.reporting.report
                and (found := self.subject(verb))
            ):
                return found
        return next(
            (source for _, source in attributions(self.doc, iter(sentence), self.grammar, self.reporting) if source),
            None,
        )

    def source_before(self, sentence: Stretch) -> str | None:
        """The source of the sentences before, over sentences that are themselves in reported speech."""
        current = sentence
        for _ in range(_SENTENCES_BACK):
            if current.start == 0:
                return None
            current = self.doc[current.start - 1].sent
            if (found := self.source_in(current)) is not None:
                return found
            if not self.clauses.subjunctive(current.root):
                return None
        return None
