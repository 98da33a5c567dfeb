"""Climb from the trigger of a claim to the root, and note what is said about its being so.

In: a parsed document, a trigger and the words of `kg.facts.factuality`. Out: a `Factuality`. Each word above the
trigger that denies, plans, reports or accuses counts, the innermost speaker first; the idea of factuality as a climb
over embedding predicates is that of R. Saurí and J. Pustejovsky, "FactBank" (Language Resources and Evaluation 43,
2009).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from kg.facts.clauses import Clauses, presupposed
from kg.facts.factuality import FactualityData, verbal_head
from kg.facts.speech import Speech
from kg.linguistics.layers import spans_at
from kg.linguistics.page import Page, Word
from kg.model import Modality

__all__ = ["Factuality", "read_factuality"]

COMPLEMENTS = (
    "complement",
    "open_complement",
    "subject",
    "passive_subject",
    "loose_clause",
    "clause_modifier",
    "adverbial_clause",
)
_MAX_DEPTH = 14


@dataclass(slots=True)
class Factuality:
    """What the climb found. `source` is an entity id, `None` if nobody that is an entity says it."""

    negated: bool = False
    planned: bool = False
    alleged: bool = False
    reported: bool = False
    hypothetical: bool = False
    source: str | None = None

    @property
    def modality(self) -> Modality:
        """One value for all that was found: what did not happen, or not yet, is no fact, whoever says it."""
        if self.negated:
            return Modality.NEGATED
        if self.planned:
            return Modality.PLANNED
        if self.alleged:
            return Modality.ALLEGED
        return Modality.REPORTED if self.reported else Modality.ASSERTED

    def say(self, source: str | None, *, alleged: bool = False) -> None:
        """Note that somebody says it; the innermost known speaker stays."""
        if alleged:
            self.alleged = True
        else:
            self.reported = True
        self.source = self.source or source


def read_factuality(
    doc: Page, token: Word, data: FactualityData, parties: Collection[str | None] = (), governor: Word | None = None
) -> Factuality:
    """Climb from the trigger of a claim to the root and note what is said about its being so.

    Args:
        doc: The parsed document.
        token: The trigger: a verb, a noun or an adjective.
        data: The language's words.
        parties: Entity ids of the claim's subject and object.
        governor: The verb that forms one predicate with a noun ("die Kontrolle übernehmen").
    """
    return _Climb(doc, token, data, parties).run(governor)


class _Climb:
    """One climb: the document, the words, and what was found so far."""

    def __init__(self, doc: Page, token: Word, data: FactualityData, parties: Collection[str | None]) -> None:
        self.doc, self.token, self.data, self.parties = doc, token, data, parties
        self.grammar, self.reporting = data.grammar, data.reporting
        self.clauses = Clauses(data)
        self.speech = Speech(doc, self.clauses)
        self.found = Factuality()

    def run(self, governor: Word | None) -> Factuality:
        """Climb from the trigger, or from the verb that forms one predicate with it."""
        found, token = self.found, self.token
        node = token
        if governor is not None and governor != token:
            self._modifiers(token)
            node = governor
        elif not self.clauses.is_clause(token):
            self._modifiers(token)
            if presupposed(self.doc, token, self.grammar, self.parties):
                return found
            self._climb_nouns(token)
        if self.clauses.is_clause(node):
            self._clause(node, facts=True, negation=True)
            self._climb_from(node, facts=True)
        self._quotation()
        if any(t.text == "?" for t in list(token.sent)[-2:]):
            found.hypothetical = True
        return found

    # --- nouns ----------------------------------------------------------------------------------------------------

    def _modifiers(self, noun: Word) -> None:
        data, found = self.data, self.found
        for child in self.grammar.children(noun, "adjectival", "determiner", "adverbial"):
            if data.has("determiners", child) or data.has("adjectives.cancelled", child):
                found.negated = True
            elif data.has("adjectives.former", child) or (
                data.has("adverbs.former", child) and not self.clauses.is_clause(noun)
            ):
                found.hypothetical = True
            elif data.has("adjectives.planned", child) or data.has("adverbs.planned", child):
                found.planned = True
            elif data.has("adjectives.reported", child) or data.has("adverbs.reported", child):
                found.say(None)

    def _climb_nouns(self, token: Word) -> None:
        """From an event noun over the nouns above it to the predicate, and on, as far as it holds for the event."""
        data, grammar, found = self.data, self.grammar, self.found
        node = token
        for _ in range(_MAX_DEPTH):
            head = node.head
            if head == node or self.clauses.is_clause(head):
                break
            if grammar.is_(head, "noun") and grammar.has(node, "nominal", "conjunct"):
                self._noun_operator(head)
                self._modifiers(head)
            node = head
        verb = node.head
        if verb == node or not self.clauses.is_clause(verb):
            return
        if (found.reported or found.alleged) and verb.lemma_ in self.reporting.cues:
            found.source = found.source or self.speech.subject(verb)
        said = found.reported, found.source
        preposition = grammar.preposition(node)
        governed = self._under_verb(node, verb)
        light = data.has("verbs.light", verb)
        word = preposition.word if preposition is not None else ""
        exists = light or not self.clauses.definite(token) or word in data.words["definite.simultaneous"]
        self._clause(verb, facts=exists and not data.planned_nominal.get(verb.lemma_), negation=light)
        circumstance = not governed and word in data.words["definite.circumstances"]
        self._climb_from(verb, facts=exists and (not circumstance or word in data.words["definite.simultaneous"]))
        told = self.clauses.subjunctive(verb) or self.clauses.marked(verb, "conditions.content_marks")
        if circumstance and not found.negated and not found.planned and not told:
            # "bei Kämpfen in X starben laut Y …": the circumstance itself is not what Y says
            found.reported, found.source = said

    def _noun_operator(self, noun: Word) -> None:
        """A noun above the event: plan, accusation, report, refusal."""
        data, found = self.data, self.found
        if data.has("nouns.absent", noun):
            found.negated = True
        elif data.has("nouns.planned", noun):
            verb = self.grammar.governor(noun)
            found.planned = True
            found.negated = verb is not None and data.has("verbs.light", verb) and self.clauses.denied(verb)
        elif noun.lemma_ in self.reporting.accusation or noun.text in self.reporting.accusation:
            found.say(self.speech.owner(noun), alleged=True)
        elif self.reporting.is_statement(noun):
            found.say(self.speech.owner(noun))

    def _under_verb(self, noun: Word, verb: Word) -> bool:
        """Whether the verb plans, cancels or reports the event that the noun names, which is then noted."""
        data, grammar, found = self.data, self.grammar, self.found
        passive = grammar.passive(verb)
        if grammar.has(noun, "object") or (passive and grammar.has(noun, "passive_subject", "subject")):
            role = ""
        elif grammar.has(noun, "subject"):
            role = "subject"
        elif grammar.has(noun, "dative"):
            role = "dative"
        else:
            preposition = grammar.preposition(noun)
            role = preposition.word if preposition is not None else "?"
        lemma = verb.lemma_
        if role == "subject" and any(
            data.has("predicates.planned", c) for c in grammar.children(verb, "open_complement")
        ):
            found.planned = True
        if role == "subject" and data.has("pending.verbs", verb):
            found.planned = found.planned or any(
                data.has("pending.nouns", c) for c in grammar.children(verb, "oblique", "open_complement")
            )
        objects = bool(grammar.children(verb, "object"))
        if data.has("acts.nouns", noun) and lemma in data.words["verbs.cancel"] | data.words["verbs.deny"]:
            return True
        if lemma in data.words["verbs.cancel"] and (role == "" or (role == "subject" and not objects)):
            if self.clauses.denied(verb):
                found.planned = True  # "nicht ausgeschlossen"
            else:
                found.negated = True
            if lemma in data.words["verbs.deny"]:
                found.say(self.speech.subject(verb))
        elif role in data.planned_nominal.get(lemma, ()):
            found.planned = True
            found.negated = found.negated or self.clauses.denied(verb)
            if not data.has("verbs.intend", verb):
                found.source = found.source or self.speech.subject(verb)
        elif role in self.reporting.nominal_claim.get(lemma, ()):
            found.say(self.speech.subject(verb), alleged=True)
        elif role in self.reporting.nominal.get(lemma, ()):
            found.say(self.speech.subject(verb))
        else:
            return False
        return True

    # --- clauses --------------------------------------------------------------------------------------------------

    def _climb_from(self, node: Word, *, facts: bool) -> None:
        """Go up from clause to clause; without `facts` (after "weil …", "nachdem …") only who says it matters."""
        grammar = self.grammar
        for _ in range(_MAX_DEPTH):
            head = node.head
            if head == node:
                return
            if self.clauses.relative(node):
                return
            if grammar.has(node, "conjunct"):
                if self.clauses.is_clause(head):
                    self._said_beside(head)
            elif self.clauses.adverbial(node):
                facts = False
            elif grammar.is_(head, "noun") and not self.clauses.is_clause(head):
                said = self.clauses.infinitive(node) or self.clauses.marked(node, "conditions.content_marks")
                if facts and said:
                    self._noun_operator(head)
                    if any(self.data.has("determiners", d) for d in grammar.children(head, "determiner")):
                        self.found.hypothetical = True  # "keine Beweise, dass"
                facts = facts and not self.found.planned
            elif not self._operator(node, head, facts=facts):
                return
            node = head

    def _operator(self, node: Word, verb: Word, *, facts: bool) -> bool:
        """The clause of `node` depends on `verb`: what does that say? Returns whether the climb goes on."""
        found, words, lemma = self.found, self.data.words, verb.lemma_
        if not (self.clauses.infinitive(node) or self.grammar.has(node, *COMPLEMENTS)):
            return True
        if facts and lemma in words["verbs.deny"]:
            found.negated = True
            found.say(self.speech.subject(verb))
            return False
        if facts and lemma in words["verbs.refuse"]:
            found.negated = True
            return True
        if lemma in self.reporting.claim or (
            lemma in self.reporting.accuse and not self.grammar.has(node, "loose_clause")
        ):
            found.say(self.speech.subject(verb), alleged=True)
            return False
        if self._wanted(node, lemma):
            self._plan(verb, facts=facts)
            return True
        if facts and lemma in words["verbs.due"] and self.clauses.infinitive(node):
            found.planned = True
            return True
        if facts and self._noun_before(node, verb):
            return True
        if lemma in self.reporting.report | self.reporting.impersonal | words["verbs.announce"] | words["verbs.expect"]:
            found.say(self.speech.subject(verb))
            return False
        if facts and self.data.has("predicates.planned", verb):
            found.planned = True
            if self.clauses.infinitive(node) and self.clauses.denied(verb):
                found.negated = True  # "ist nicht bereit, … zu unterstützen"
            return True
        if facts and self.data.has("predicates.false", verb) and not self.clauses.denied(verb):
            found.negated = True
            return True
        if self.clauses.subjunctive(node):
            found.say(self.speech.subject(verb))
            return False
        if facts and (self.grammar.has(node, "open_complement") or lemma in words["verbs.implicative"]):
            self._clause(verb, facts=True, negation=True)
        else:
            self._said_beside(verb)
        return True

    def _plan(self, verb: Word, *, facts: bool) -> None:
        """The verb plans, announces or asks for what its complement says; what is known already it leaves alone."""
        if not facts:
            return
        self.found.planned = True
        self._said_beside(verb)
        if verb.lemma_ not in self.data.words["verbs.intend"]:
            self.found.source = self.found.source or self.speech.subject(verb)
        elif self.clauses.denied(verb):
            self.found.negated = True  # "plant nicht, … anzugreifen"

    def _noun_before(self, node: Word, verb: Word) -> bool:
        """Whether a noun of the verb governs the clause ("unter dem Verdacht stehen, …", "Ziel war, …")."""
        if not self.clauses.infinitive(node) and not self.clauses.marked(node, "conditions.content_marks"):
            return False
        nouns = [c for c in self.grammar.children(verb, "object", "oblique", "subject") if c.i < node.i]
        for noun in reversed(nouns):
            planned = self.data.has("nouns.planned", noun) and not self.grammar.has(noun, "oblique")
            if planned or noun.lemma_ in self.reporting.accusation:
                self._noun_operator(noun)
                return True
        return False

    def _wanted(self, node: Word, lemma: str) -> bool:
        """Whether a complement is still to happen: of a demand always, of an announcement unless it looks back."""
        words = self.data.words
        if lemma in words["verbs.demand"] or lemma in words["verbs.intend"]:
            return not (lemma in self.reporting.report and self.clauses.finite(node))
        if lemma in words["verbs.announce"] or lemma in words["verbs.expect"]:
            return not self.clauses.finite(node) or (
                not self.clauses.looks_back(node) and lemma not in self.reporting.report
            )
        return False

    # --- one clause -----------------------------------------------------------------------------------------------

    def _clause(self, verb: Word, *, facts: bool, negation: bool) -> None:
        """Judge the clause of one predicate by its own words."""
        data, grammar, found = self.data, self.grammar, self.found
        if negation and self.clauses.denied(verb):
            found.negated = True
        for mark in grammar.children(verb, "mark"):
            if facts and self.clauses.conditional(mark):
                found.hypothetical = True
            elif facts and mark.lower_ in data.words["conditions.purpose"]:
                found.planned = True
            elif facts and mark.lower_ in data.words["marks"]:
                found.negated = True
        if self.clauses.subjunctive(verb):
            found.say(None)
        if facts:
            found.hypothetical = found.hypothetical or self.clauses.conditioned(verb)
            self._auxiliaries(verb)
            for adverb in grammar.children(verb, "adverbial"):
                if data.has("adverbs.planned", adverb):
                    found.planned = True
                elif data.has("adverbs.reported", adverb):
                    found.say(None)
        self._said_beside(verb)

    def _auxiliaries(self, verb: Word) -> None:
        found, words = self.found, self.data.words
        helpers = {t.lower_ for t in self.clauses.helpers(verb)}
        passive = {t.lower_ for t in self.grammar.children(verb, "passive_auxiliary")}
        perfect = bool((helpers | passive) & words["auxiliaries.perfect"])
        modal = helpers & words["auxiliaries.planned"]
        become = {t.lower_ for t in (verb, *self.grammar.children(verb, "copula"))} & words["auxiliaries.future"]
        future = helpers & words["auxiliaries.future"] and "Part" not in verb.morph.get("VerbForm", [])
        if self.clauses.hearsay(verb) or (modal and perfect and modal & words["auxiliaries.assumed"]):
            found.say(None)
        elif modal or become or future or helpers & words["auxiliaries.would"]:
            found.planned = True
        if self.clauses.irrealis(verb) and not self.clauses.subjunctive(verb):
            if self.grammar.has(verb, "root") and self.speech.source_before(verb.sent) is not None:
                found.say(None)
            else:
                found.hypothetical = found.hypothetical or not self.clauses.embedded(verb)

    # --- who says it ----------------------------------------------------------------------------------------------

    def _said_beside(self, verb: Word) -> None:
        for source in self.speech.beside(verb):
            self.found.say(source)

    def _quotation(self) -> None:
        """Inside somebody's own words, and in reported speech whose speaker was named in a sentence before."""
        found = self.found
        for quote in spans_at(self.doc, "kg_quotes", self.token.i):
            found.say(quote.kb_id_ or None)
            return
        if found.source is None and (found.reported or found.planned or found.negated):
            verb = verbal_head(self.token, self.grammar)
            if verb is not None and (
                self.clauses.subjunctive(verb) or self.clauses.irrealis(verb) or self.clauses.hearsay(verb)
            ):
                found.source = self.speech.source_in(self.token.sent) or self.speech.source_before(self.token.sent)
        if not found.reported and (speaker := self.speech.heading(self.token)) is not None:
            found.say(speaker)
        taken = self.speech.taken_up(self.token.sent) if not (found.reported or found.alleged) else None
        if taken is not None:
            cue, speaker = taken
            found.say(speaker)
            head = verbal_head(self.token, self.grammar)
            announced = cue.lemma_ in self.data.words["verbs.announce"]
            found.planned = found.planned or (announced and head is not None and not self.clauses.looks_back(head))
