"""Climb from the trigger of a claim to the root, and note what is said about its being so.

In: a parsed document, a trigger and the words of `kg.facts.factuality`. Out: a `Factuality`. Each word above the trigger
that denies, plans, reports or accuses counts, the innermost speaker first; the idea of factuality as a climb over
embedding predicates is that of R. Saurí and J. Pustejovsky, "FactBank" (Language Resources and Evaluation 43, 2009).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from spacy.tokens import Doc, Span, Token

from kg.facts.factuality import CLAUSES, FactualityData, verbal_head
from kg.linguistics.grammar import Grammar
from kg.linguistics.sources import attributions, entity_of, mention_at, speaker_of
from kg.model import Modality

__all__ = ["Factuality", "clause_tokens", "presupposed", "read_factuality"]

CANCELLED = ("", "subject")  # roles in which the event stands under a verb such as "absagen"
_MAX_DEPTH = 14
_SENTENCES_BACK = 4  # so far back a sentence in reported speech looks for its speaker


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
        """The one value that stands for all that was found: what did not happen, or not yet, is no fact, whoever says it."""
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


def presupposed(doc: Doc, token: Token, grammar: Grammar, parties: Collection[str | None] = ()) -> bool:
    """Whether the word is a title, an apposition, an adjective of origin, a name, or stands for one of the `parties` itself.

    What such words say holds whatever the clause does with them.
    """
    if grammar.is_(token, "verb"):
        return False
    if grammar.is_(token, "adjective") and not grammar.has(token, "root", "complement", "conjunct"):
        return True
    if grammar.has(token, "apposition", "flat", "compound", "adjectival") or any(
        grammar.is_(c, "name") for c in grammar.children(token, "apposition", "flat")
    ):
        return True
    mention = mention_at(doc, token)
    return mention is not None and (mention.id_ == "name" or mention.kb_id_ in parties)


def clause_tokens(head: Token, grammar: Grammar) -> Iterator[Token]:
    """The words of the clause of `head`, without the clauses that depend on it."""
    todo = [head]
    while todo:
        current = todo.pop()
        yield current
        for child in current.children:
            clausal = (
                grammar.has(child, *CLAUSES)
                or grammar.has(child, "conjunct", "open_complement")
                and grammar.is_(child, "verb")
            )
            if not clausal:
                todo.append(child)


def read_factuality(
    doc: Doc, token: Token, data: FactualityData, parties: Collection[str | None] = (), governor: Token | None = None
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

    def __init__(self, doc: Doc, token: Token, data: FactualityData, parties: Collection[str | None]) -> None:
        self.doc, self.token, self.data, self.parties = doc, token, data, parties
        self.grammar, self.reporting = data.grammar, data.reporting
        self.found = Factuality()

    def run(self, governor: Token | None) -> Factuality:
        """Climb from the trigger, or from the verb that forms one predicate with it."""
        found, token = self.found, self.token
        node = token
        if governor is not None and governor != token:
            self._modifiers(token)
            node = governor
        elif not self._is_clause(token):
            self._modifiers(token)
            if presupposed(self.doc, token, self.grammar, self.parties):
                return found
            node = self._climb_nouns(token)
        if self._is_clause(node):
            self._climb_clauses(node)
        self._quotation()
        if token.sent[-1].text == "?" or any(t.text == "?" for t in token.sent[-2:]):
            found.hypothetical = True
        return found

    # --- nouns ----------------------------------------------------------------------------------------------------

    def _is_clause(self, token: Token) -> bool:
        return verbal_head(token, self.grammar) == token

    def _modifiers(self, noun: Token) -> None:
        data, found = self.data, self.found
        for child in self.grammar.children(noun, "adjectival", "determiner", "adverbial"):
            if data.has("determiners", child):
                found.negated = True
            elif data.has("adjectives.cancelled", child):
                found.negated = True
            elif data.has("adjectives.planned", child) or data.has("adverbs.planned", child):
                found.planned = True
            elif data.has("adjectives.reported", child) or data.has("adverbs.reported", child):
                found.say(None)

    def _climb_nouns(self, token: Token) -> Token:
        """From an event noun over the nouns above it to the predicate; returns that, its own clause judged as far as it holds."""
        data, grammar, found = self.data, self.grammar, self.found
        node = token
        for _ in range(_MAX_DEPTH):
            head = node.head
            if head == node or self._is_clause(head):
                break
            if grammar.is_(head, "noun") and grammar.has(node, "nominal", "conjunct"):
                self._noun_operator(head)
                self._modifiers(head)
            node = head
        verb = node.head
        if verb == node or not self._is_clause(verb):
            return node
        said = found.reported, found.source
        governed = self._under_verb(node, verb)
        light = data.has("verbs.light", verb)
        exists = light or not self._definite(token)
        self._clause(verb, facts=exists and not data.planned_nominal.get(verb.lemma_), negation=light)
        preposition = grammar.preposition(node)
        circumstance = (
            not governed and preposition is not None and preposition.word in data.words["definite.circumstances"]
        )
        self._climb_from(verb, facts=exists and not circumstance)
        if circumstance and not found.negated and not found.planned:
            # "bei Kämpfen in X starben laut Y …": the circumstance itself is not what Y says
            found.reported, found.source = said
        return token

    def _definite(self, noun: Token) -> bool:
        if any(self.data.has("definite.determiners", c) for c in self.grammar.children(noun, "determiner")):
            return True
        if any(True for _ in self.grammar.genitives(noun) if _.i < noun.i):
            return True
        return any(
            c.lower_ not in self.data.words["place.prepositions"] and c.lower_.endswith("m")
            for c in self.grammar.children(noun, "case")
        )

    def _noun_operator(self, noun: Token) -> None:
        """A noun above the event: plan, accusation, report, refusal."""
        data, found = self.data, self.found
        if data.has("nouns.absent", noun):
            found.negated = True
        elif data.has("nouns.planned", noun):
            found.planned = True
        elif noun.lemma_ in self.reporting.accusation or noun.text in self.reporting.accusation:
            found.say(self._owner(noun), alleged=True)
        elif self.reporting.is_statement(noun):
            found.say(self._owner(noun))

    def _owner(self, noun: Token) -> str | None:
        for child in self.grammar.genitives(noun):
            if (found := entity_of(self.doc, child, self.grammar, self.reporting)) is not None:
                return found
        return None

    def _under_verb(self, noun: Token, verb: Token) -> bool:
        """What the verb does with the event that the noun names: plan, cancel, report it. Whether it does any of these."""
        data, grammar, found = self.data, self.grammar, self.found
        passive = grammar.passive(verb)
        if grammar.has(noun, "object") or passive and grammar.has(noun, "passive_subject", "subject"):
            role = ""
        elif grammar.has(noun, "subject"):
            role = "subject"
        else:
            preposition = grammar.preposition(noun)
            role = preposition.word if preposition is not None else "?"
        lemma = verb.lemma_
        if role == "subject" and any(
            data.has("predicates.planned", c) for c in grammar.children(verb, "open_complement")
        ):
            found.planned = True
        if lemma in data.words["verbs.cancel"] and role in CANCELLED:
            found.negated = True
            if lemma in data.words["verbs.deny"]:
                found.say(self._subject(verb))
        elif role in data.planned_nominal.get(lemma, ()):
            found.planned = True
            found.negated = found.negated or self._denied(verb)
            if not data.has("verbs.intend", verb):
                found.source = found.source or self._subject(verb)
        elif role in self.reporting.nominal_claim.get(lemma, ()):
            found.say(self._subject(verb), alleged=True)
        elif role in self.reporting.nominal.get(lemma, ()):
            found.say(self._subject(verb))
        else:
            return False
        return True

    def _subject(self, verb: Token) -> str | None:
        return speaker_of(self.doc, verb, self.grammar, self.reporting)

    # --- clauses --------------------------------------------------------------------------------------------------

    def _climb_clauses(self, node: Token) -> None:
        self._clause(node, facts=True, negation=True)
        self._climb_from(node, facts=True)

    def _climb_from(self, node: Token, *, facts: bool) -> None:
        """Go up from clause to clause; `facts` is false where only who says it matters (after "weil …", "nachdem …")."""
        grammar = self.grammar
        for _ in range(_MAX_DEPTH):
            head = node.head
            if head == node:
                return
            if self._relative(node):
                return
            if grammar.has(node, "conjunct"):
                if self._is_clause(head):
                    self._attributed(head)
            elif self._adverbial(node):
                facts = False
            elif grammar.is_(head, "noun") and not self._is_clause(head):
                if facts:
                    self._noun_operator(head)
                facts = facts and not self.found.planned
            elif not self._operator(node, head, facts=facts):
                return
            node = head

    def _marked(self, node: Token, group: str) -> bool:
        words = self.data.words[group]
        return any(m.lower_ in words for m in self.grammar.children(node, "mark"))

    def _infinitive(self, node: Token) -> bool:
        """An infinitive with "zu", apart or inside the verb ("einzufrieren")."""
        words = self.data.words["conditions.infinitive"]
        return self._marked(node, "conditions.infinitive") or any(node.lower_.replace(w, "", 1) == node.lemma_ for w in words)

    def _relative(self, node: Token) -> bool:
        """A relative clause, also where the parser calls it a complement: it opens with a relative pronoun."""
        if self._marked(node, "conditions.content_marks") or self._infinitive(node):
            return False
        if self.grammar.has(node, "relative"):
            return True
        if not self.grammar.has(node, "complement", "open_complement"):
            return False
        opening = [t for t in node.subtree if not t.is_punct][:2]
        return any(
            self.grammar.is_(t, "pronoun") and self.grammar.word(t, "relative") and t.head != node.head
            for t in opening
            if t.pos_ == "PRON"
        ) and (self.doc[max(0, opening[0].i - 1)].is_punct)

    def _adverbial(self, node: Token) -> bool:
        """A clause of time, cause, purpose or condition: the words above it do not say whether it is so."""
        if self._marked(node, "conditions.content_marks") or self._infinitive(node) and not self._marked(node, "conditions.purpose") and not self._marked(node, "marks"):
            return False
        if self.grammar.has(node, "adverbial_clause"):
            return True
        return self.grammar.has(node, "complement", "clause_modifier") and self._marked(
            node, "conditions.adverbial_marks"
        )

    def _operator(self, node: Token, verb: Token, *, facts: bool) -> bool:
        """The clause of `node` depends on `verb`: what does that say? Returns whether the climb goes on."""
        data, found, words = self.data, self.found, self.data.words
        lemma = verb.lemma_
        complement = self.grammar.has(
            node,
            "complement",
            "open_complement",
            "subject",
            "passive_subject",
            "parataxis",
            "clause_modifier",
            "adverbial_clause",
        )
        if not complement:
            return True
        if facts and lemma in words["verbs.deny"]:
            found.negated = True
            found.say(self._subject(verb))
            return False
        if facts and lemma in words["verbs.refuse"]:
            found.negated = True
            return True
        if lemma in self.reporting.accuse and not self.grammar.has(node, "parataxis"):
            found.say(self._subject(verb), alleged=True)
            return False
        if lemma in self.reporting.claim:
            found.say(self._subject(verb), alleged=True)
            return False
        if facts and self._wanted(node, lemma):
            found.planned = True
            self._attributed(verb)
            if lemma not in words["verbs.intend"]:
                found.source = found.source or self._subject(verb)
            return True
        if (
            lemma in self.reporting.report
            or lemma in self.reporting.impersonal
            or lemma in words["verbs.announce"]
            or lemma in words["verbs.expect"]
        ):
            found.say(self._subject(verb))
            return False
        if facts and (data.has("predicates.planned", verb)):
            found.planned = True
            return True
        if self._subjunctive(node):
            found.say(self._subject(verb))
            return False
        if facts and (self.grammar.has(node, "open_complement") or lemma in words["verbs.implicative"]):
            self._clause(verb, facts=True, negation=True)
        else:
            self._attributed(verb)
        return True

    def _wanted(self, node: Token, lemma: str) -> bool:
        """Whether a complement under this verb is still to happen: a demand always, an announcement unless it looks back."""
        words = self.data.words
        if lemma in words["verbs.demand"] or lemma in words["verbs.intend"]:
            return not (lemma in self.reporting.report and self._finite(node))
        if lemma in words["verbs.announce"] or lemma in words["verbs.expect"]:
            return not self._finite(node) or not self._looks_back(node) and lemma not in self.reporting.report
        return False

    def _finite(self, node: Token) -> bool:
        helpers = (node, *self.grammar.children(node, "auxiliary", "passive_auxiliary", "copula"))
        if self._infinitive(node):
            return False
        if any("Fin" in t.morph.get("VerbForm", []) for t in helpers):
            return True
        return any(True for _ in self.grammar.children(node, "subject", "passive_subject"))

    def _looks_back(self, node: Token) -> bool:
        if "Past" in node.morph.get("Tense", []) and "Fin" in node.morph.get("VerbForm", []):
            return True
        helpers = list(self.grammar.children(node, "auxiliary", "passive_auxiliary"))
        modal = any(
            t.lower_ in self.data.words[g]
            for t in helpers
            for g in ("auxiliaries.future", "auxiliaries.planned", "auxiliaries.would")
        )
        return bool(helpers) and not modal

    # --- one clause -----------------------------------------------------------------------------------------------

    def _clause(self, verb: Token, *, facts: bool, negation: bool) -> None:
        """Judge the clause of one predicate by its own words."""
        data, grammar, found = self.data, self.grammar, self.found
        if negation and self._denied(verb):
            found.negated = True
        for mark in grammar.children(verb, "mark"):
            if mark.lower_ in data.words["conditions.questions"]:
                found.hypothetical = True
            elif mark.lower_ in data.words["conditions.marks"] and not self._conceded(mark):
                found.hypothetical = True
            elif facts and mark.lower_ in data.words["conditions.purpose"]:
                found.planned = True
            elif facts and mark.lower_ in data.words["marks"]:
                found.negated = True
        if self._subjunctive(verb):
            found.say(None)
        if facts:
            self._auxiliaries(verb)
            for adverb in grammar.children(verb, "adverbial"):
                if data.has("adverbs.planned", adverb):
                    found.planned = True
                elif data.has("adverbs.reported", adverb):
                    found.say(None)
        self._attributed(verb)

    def _conceded(self, mark: Token) -> bool:
        return mark.i > 0 and self.doc[mark.i - 1].lower_ in self.data.words["conditions.also"]

    def _denied(self, verb: Token) -> bool:
        data, grammar = self.data, self.grammar
        for child in verb.children:
            if child.lower_ in data.words["adverbs"] and grammar.has(
                child, "adverbial", "object", "subject", "mark", "coordinator", "passive_subject"
            ):
                following = self.doc[child.i + 1] if child.i + 1 < len(self.doc) else None
                if following is None or following.lower_ not in data.words["not_denying"]:
                    return True
            if grammar.has(child, "subject", "passive_subject", "object", "dative"):
                if child.lower_ in data.words["pronouns"]:
                    return True
                if any(d.lower_ in data.words["determiners"] for d in grammar.children(child, "determiner")):
                    return True
            if grammar.has(child, "coordinator", "adverbial") and child.lower_ in data.words["conjunctions"]:
                return True
        return False

    def _helpers(self, verb: Token) -> list[Token]:
        """The auxiliaries of the verb; a coordinated infinitive or participle shares those of the verb before it."""
        own = list(self.grammar.children(verb, "auxiliary"))
        if own or not self.grammar.has(verb, "conjunct") or "Fin" in verb.morph.get("VerbForm", []):
            return own
        if any(True for _ in self.grammar.children(verb, "subject", "passive_subject", "passive_auxiliary", "copula")):
            return own
        return self._helpers(verb.head) if self.grammar.is_(verb.head, "verb") and verb.head != verb else own

    def _auxiliaries(self, verb: Token) -> None:
        found, words = self.found, self.data.words
        helpers = {t.lower_ for t in self._helpers(verb)}
        passive = {t.lower_ for t in self.grammar.children(verb, "passive_auxiliary")}
        perfect = bool((helpers | passive) & words["auxiliaries.perfect"])
        modal = helpers & words["auxiliaries.planned"]
        become = {t.lower_ for t in (verb, *self.grammar.children(verb, "copula"))} & words["auxiliaries.future"]
        if self._hearsay(verb) or modal and perfect and modal & words["auxiliaries.assumed"]:
            found.say(None)
        elif modal and perfect:  # "hätte angreifen können", "sollte gewesen sein"
            found.planned = True
        elif become or modal or helpers & words["auxiliaries.future"] and "Part" not in verb.morph.get("VerbForm", []):
            found.planned = True
        elif helpers & words["auxiliaries.would"]:
            found.planned = True
        if self._irrealis(verb) and not self._subjunctive(verb):
            if self._reported_before(verb):
                found.say(None)
            else:
                found.hypothetical = found.hypothetical or not self._embedded(verb)

    def _hearsay(self, verb: Token) -> bool:
        """ "Soll getötet haben", "soll sich dort befinden": what others say, and no plan."""
        words = self.data.words
        helpers = {t.lower_ for t in self._helpers(verb)}
        passive = {t.lower_ for t in self.grammar.children(verb, "passive_auxiliary")}
        if not helpers & words["auxiliaries.hearsay"]:
            return False
        return (
            bool((helpers | passive) & words["auxiliaries.perfect"]) or verb.lemma_ in words["auxiliaries.state_verbs"]
        )

    def _embedded(self, verb: Token) -> bool:
        """Whether the clause depends on a word of saying or stands in a quotation: then Konjunktiv II is only reported speech."""
        head = verb.head
        if head != verb and (
            head.lemma_ in self.reporting.cues
            or self.grammar.has(verb, "complement", "parataxis", "clause_modifier", "conjunct")
        ):
            return True
        return any(t.lemma_ in self.reporting.cues for t in self.grammar.children(verb, "parataxis", "complement"))

    def _subjunctive(self, verb: Token) -> bool:
        """Whether the clause is in Konjunktiv I, the mood of other people's words."""
        words = self.data.words
        finite = [verb, *self.grammar.children(verb, "auxiliary", "passive_auxiliary", "copula")]
        if any(
            s.lower_ in words["subjunctive.not_after"]
            for s in self.grammar.children(verb, "subject", "passive_subject")
        ):
            return False
        return any(
            t.lower_ in words["subjunctive.forms"] and t.morph.get("Mood", []) != ["Imp"]
            for t in finite
            if t.text.islower()
        ) or any(
            t.morph.get("Mood", []) == ["Sub"] and t.morph.get("Tense", []) == ["Pres"] and t.lower_.endswith("e")
            for t in finite
        )

    def _irrealis(self, verb: Token) -> bool:
        finite = (verb, *self.grammar.children(verb, "auxiliary", "passive_auxiliary", "copula"))
        return any(t.lower_ in self.data.words["auxiliaries.irrealis"] for t in finite)

    # --- who says it ----------------------------------------------------------------------------------------------

    def _attributed(self, verb: Token) -> None:
        """Phrases and clauses of attribution at a predicate: "laut X", "…, sagte X", "wie X berichtete", "so X"."""
        found, grammar = self.found, self.grammar
        for _, source in attributions(self.doc, clause_tokens(verb, grammar), grammar, self.reporting):
            found.say(source)
        for child in grammar.children(verb, "parataxis", "adverbial_clause"):
            if grammar.is_(child, "verb"):
                if child.lemma_ in self.reporting.cues and self._comments(child):
                    found.say(self._subject(child))
            elif any(m.lower_ in self.reporting.particles for m in child.children):
                found.say(entity_of(self.doc, child, grammar, self.reporting))
        for child in grammar.children(verb, "adverbial"):
            if child.lower_ in self.reporting.adverbs:
                found.say(self.source_before(child.sent))

    def _comments(self, cue: Token) -> bool:
        """Whether a clause of saying comments on the one above it: "wie X sagte", or "…, sagte X" with nothing else said."""
        if any(m.lower_ in self.data.words["conditions.reporting_marks"] for m in cue.children):
            return True
        if not self.grammar.has(cue, "parataxis") or any(
            True for _ in self.grammar.children(cue, "complement", "object")
        ):
            return False
        named = self.reporting.nominal.get(cue.lemma_, frozenset())
        if any((p := self.grammar.preposition(c)) is not None and p.word in named for c in self.grammar.children(cue, "oblique")):
            return False
        opening = next(t for t in cue.subtree if not t.is_punct and not t.is_space)
        return opening == cue or opening.lower_ in self.reporting.particles

    def _quotation(self) -> None:
        """Inside somebody's own words, and in reported speech whose speaker was named in a sentence before."""
        found = self.found
        for quote in self.doc.spans.get("kg_quotes", ()):
            if quote.start <= self.token.i < quote.end:
                found.say(quote.kb_id_ or None)
                return
        if found.source is None and (found.reported or found.planned or found.negated):
            verb = verbal_head(self.token, self.grammar)
            if verb is not None and (self._subjunctive(verb) or self._irrealis(verb) or self._hearsay(verb)):
                found.source = self.source_in(self.token.sent) or self.source_before(self.token.sent)

    def _reported_before(self, verb: Token) -> bool:
        return self.grammar.has(verb, "root") and self.source_before(verb.sent) is not None

    def source_in(self, sentence: Span) -> str | None:
        """The one who speaks in a sentence: the subject of its verb of saying, or whom it names as source."""
        for quote in self.doc.spans.get("kg_quotes", ()):
            if quote.kb_id_ and quote.start < sentence.end and sentence.start < quote.end:
                return str(quote.kb_id_)
        root = sentence.root
        verbs = [root, *(t for t in sentence if t != root)]
        for verb in verbs:
            if (
                self.grammar.is_(verb, "verb")
                and verb.lemma_ in self.reporting.report
                and (found := self._subject(verb))
            ):
                return found
        return next(
            (source for _, source in attributions(self.doc, iter(sentence), self.grammar, self.reporting) if source),
            None,
        )

    def source_before(self, sentence: Span) -> str | None:
        """The source of the sentences before, over sentences that are themselves in reported speech."""
        current = sentence
        for _ in range(_SENTENCES_BACK):
            if current.start == 0:
                return None
            current = self.doc[current.start - 1].sent
            if (found := self.source_in(current)) is not None:
                return found
            if not self._subjunctive(current.root):
                return None
        return None
