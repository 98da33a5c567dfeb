"""Questions to one clause: is it denied, in whose mood, finite or not, what kind of subordinate clause.

All words come from `FactualityData`; a `Clauses` has no state of its own.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from kg.facts.factuality import CLAUSES, FactualityData, verbal_head
from kg.linguistics.grammar import Grammar
from kg.linguistics.page import Page, Word
from kg.linguistics.sources import mention_at

__all__ = ["Clauses", "clause_lemmas", "clause_tokens", "presupposed"]

_SCORE = re.compile(r"(\d{1,2}):(\d{1,2})")
_HOURS = 24
ANY_SCORE = "0:0"
"""Stands for every score in the word classes: who beats whom "5:1" fights nobody."""


def presupposed(doc: Page, token: Word, grammar: Grammar, parties: Collection[str | None] = ()) -> bool:
    """Whether the word is a title, an apposition, an adjective of origin, a name, or stands for a party itself.

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


def clause_lemmas(top: Word, grammar: Grammar) -> set[str]:
    """Lemmas and forms of a clause: its verb or noun and all below it that no other verb governs."""
    found, todo = {top.lemma_, top.lower_}, list(top.children)
    while todo:
        token = todo.pop()
        part = grammar.has(token, "open_complement") and not token.children  # "hieß … willkommen"
        if token.pos_ and grammar.is_(token, "full_verb") and not (part or grammar.has(token, "adjectival")):
            continue
        found |= {token.lemma_, token.lower_}
        if ":" in token.text and _is_score(token.text):
            found.add(ANY_SCORE)
        todo.extend(token.children)
    return found


def _is_score(text: str) -> bool:
    """Whether two numbers are goals and not a time of day ("20:30")."""
    found = _SCORE.fullmatch(text)
    return found is not None and (len(found[2]) == 1 or int(found[1]) > _HOURS)


def clause_tokens(head: Word, grammar: Grammar) -> Iterator[Word]:
    """The words of the clause of `head`, without the clauses that depend on it."""
    todo = [head]
    while todo:
        current = todo.pop()
        yield current
        for child in current.children:
            clausal = grammar.has(child, *CLAUSES) or (
                grammar.has(child, "conjunct", "open_complement") and grammar.is_(child, "verb")
            )
            if not clausal:
                todo.append(child)


class Clauses:
    """The questions, for one language.

    Args:
        data: The language's words.
    """

    def __init__(self, data: FactualityData) -> None:
        self.data, self.grammar, self.reporting = data, data.grammar, data.reporting

    def is_clause(self, token: Word) -> bool:
        """Whether the word is a predicate with a clause of its own."""
        return verbal_head(token, self.grammar) == token

    def definite(self, noun: Word) -> bool:
        """Whether the noun is spoken of as known: by its article, its owner or a contracted preposition."""
        if any(self.data.has("definite.determiners", c) for c in self.grammar.children(noun, "determiner")):
            return True
        if any(c.i < noun.i for c in self.grammar.genitives(noun)):
            return True
        return any(c.lower_ in self.data.words["definite.contracted"] for c in self.grammar.children(noun, "case"))

    def marked(self, node: Word, group: str) -> bool:
        """Whether the clause opens with a conjunction of a group of words."""
        words = self.data.words[group]
        return any(m.lower_ in words for m in self.grammar.children(node, "mark"))

    def infinitive(self, node: Word) -> bool:
        """An infinitive with "zu", apart or inside the verb ("einzufrieren")."""
        words = self.data.words["conditions.infinitive"]
        return self.marked(node, "conditions.infinitive") or any(
            node.lower_.replace(w, "", 1) == node.lemma_ for w in words
        )

    def relative(self, node: Word) -> bool:
        """A relative clause, also where the parser calls it a complement: it opens with a relative pronoun."""
        if self.marked(node, "conditions.content_marks") or self.infinitive(node):
            return False
        if self.grammar.has(node, "relative"):
            return True
        if not self.grammar.has(node, "complement", "open_complement"):
            return False
        opening = [t for t in node.subtree if not t.is_punct][:2]
        if opening[0].i == 0 or not opening[0].nbor(-1).is_punct:
            return False
        if opening[0].lower_ in self.data.words["conditions.relative_openers"]:
            return True
        return any(self.grammar.word(t, "relative") and t.pos_ == "PRON" and t.head != node.head for t in opening)

    def adverbial(self, node: Word) -> bool:
        """A clause of time, cause, purpose or condition: the words above it do not say whether it is so."""
        if self.marked(node, "conditions.content_marks") or (
            self.infinitive(node) and not self.marked(node, "conditions.purpose") and not self.marked(node, "marks")
        ):
            return False
        if self.grammar.has(node, "adverbial_clause"):
            return True
        return self.grammar.has(node, "complement", "clause_modifier") and self.marked(
            node, "conditions.adverbial_marks"
        )

    def finite(self, node: Word) -> bool:
        """Whether the clause has a finite verb (a subject stands for one that the model did not mark)."""
        helpers = (node, *self.grammar.children(node, "auxiliary", "passive_auxiliary", "copula"))
        if self.infinitive(node):
            return False
        if any("Fin" in t.morph.get("VerbForm", []) for t in helpers):
            return True
        return bool(self.grammar.children(node, "subject", "passive_subject"))

    def looks_back(self, node: Word) -> bool:
        """Whether the clause speaks of what has been: past tense, or an auxiliary that is no modal."""
        if "Past" in node.morph.get("Tense", []) and "Fin" in node.morph.get("VerbForm", []):
            return True
        helpers = list(self.grammar.children(node, "auxiliary", "passive_auxiliary"))
        modal = any(
            t.lower_ in self.data.words[g]
            for t in helpers
            for g in ("auxiliaries.future", "auxiliaries.planned", "auxiliaries.would")
        )
        return bool(helpers) and not modal

    def conditional(self, mark: Word) -> bool:
        """Whether a mark makes its clause a condition or an indirect question.

        "auch wenn" concedes a fact, "jedes Mal, wenn" repeats it.
        """
        words = self.data.words
        if mark.lower_ in words["conditions.questions"]:
            return True
        before = [t.lower_ for t in mark.doc[max(mark.i - 2, 0) : mark.i] if not t.is_punct]
        conceding = bool(before) and before[-1] in words["conditions.also"] | words["conditions.repeated"]
        return mark.lower_ in words["conditions.marks"] and not conceding

    def conditioned(self, verb: Word) -> bool:
        """Whether the clause says only what would follow: "falls Peru angreift, entsendet …", "greift Peru an, …"."""
        if self.looks_back(verb):
            return False
        for clause in self.grammar.children(verb, "adverbial_clause", "complement", "open_complement", "loose_clause"):
            marks = [m for m in self.grammar.children(clause, "mark") if not self.data.has("conditions.questions", m)]
            if any(self.conditional(m) for m in marks):
                return True
            if not marks and self._opens_with_verb(clause, verb):
                return True
        return False

    def _opens_with_verb(self, clause: Word, verb: Word) -> bool:
        """Whether a clause begins a sentence with its finite verb and the clause above goes on with its own."""
        first, last = clause.left_edge, clause.right_edge
        if clause.i > verb.i or not first.is_sent_start or last.i + 1 >= len(first.doc):
            return False
        after = last.nbor() if not last.nbor().is_punct or last.i + 2 >= len(first.doc) else last.nbor(2)
        return self._finite_of(first, clause) and self._finite_of(after, verb)

    def _finite_of(self, word: Word, verb: Word) -> bool:
        """Whether a word is the finite verb of a clause."""
        own = word is verb or word in self.grammar.children(verb, "auxiliary", "passive_auxiliary", "copula")
        return own and word.morph.get("VerbForm", []) == ["Fin"] and word.morph.get("Mood", []) != ["Imp"]

    def denied(self, verb: Word) -> bool:
        """Whether the clause itself says no: an adverb, a negative pronoun or article, neither … nor."""
        data, grammar = self.data, self.grammar
        for child in verb.children:
            if child.lower_ in data.words["adverbs"] and grammar.has(
                child, "adverbial", "object", "subject", "mark", "coordinator", "passive_subject"
            ):
                following = child.nbor(1) if child.i + 1 < len(child.doc) else None
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

    def helpers(self, verb: Word) -> list[Word]:
        """The auxiliaries of the verb; a coordinated infinitive or participle shares those of the verb before it."""
        own = list(self.grammar.children(verb, "auxiliary"))
        if own or not self.grammar.has(verb, "conjunct") or "Fin" in verb.morph.get("VerbForm", []):
            return own
        others = self.grammar.children(verb, "subject", "passive_subject", "passive_auxiliary", "copula")
        if any(t.lower_ not in self.data.words["auxiliaries.perfect"] for t in others):
            return own
        return self.helpers(verb.head) if self.grammar.is_(verb.head, "verb") and verb.head != verb else own

    def hearsay(self, verb: Word) -> bool:
        """What others say, and no plan: "soll getötet haben", "soll sich dort befinden"."""
        words = self.data.words
        helpers = {t.lower_ for t in self.helpers(verb)}
        passive = {t.lower_ for t in self.grammar.children(verb, "passive_auxiliary")}
        if not helpers & words["auxiliaries.hearsay"]:
            return False
        return (
            bool((helpers | passive) & words["auxiliaries.perfect"]) or verb.lemma_ in words["auxiliaries.state_verbs"]
        )

    def embedded(self, verb: Word) -> bool:
        """Whether the clause depends on a word of saying: then Konjunktiv II is only reported speech."""
        head = verb.head
        if head != verb and (
            head.lemma_ in self.reporting.cues
            or self.grammar.has(verb, "complement", "loose_clause", "clause_modifier", "conjunct")
        ):
            return True
        return any(t.lemma_ in self.reporting.cues for t in self.grammar.children(verb, "loose_clause", "complement"))

    def subjunctive(self, verb: Word) -> bool:
        """Whether the clause is in Konjunktiv I, the mood of other people's words."""
        words = self.data.words
        finite = [verb, *self.helpers(verb), *self.grammar.children(verb, "passive_auxiliary", "copula")]
        if any(
            s.lower_ in words["subjunctive.not_after"]
            for s in self.grammar.children(verb, "subject", "passive_subject")
        ):
            return False
        return any(
            t.lower_ in words["subjunctive.forms"] and t.morph.get("Mood", []) != ["Imp"]
            for t in finite
            if t.text.islower()
        ) or any(self._subjunctive_form(t, verb) for t in finite)

    def _subjunctive_form(self, word: Word, verb: Word) -> bool:
        """Whether a finite verb has the ending of the mood: by its morphology, or by its subject and its infinitive."""
        words = self.data.words
        ending = next((e for e in words["subjunctive.endings"] if word.lower_.endswith(e)), None)
        if ending is None or not word.text.islower():
            return False
        if word.morph.get("Mood", []) == ["Sub"] and word.morph.get("Tense", []) == ["Pres"]:
            return True
        stem = word.lower_.removesuffix(ending)
        regular = any(word.lemma_.endswith(stem + e) for e in words["subjunctive.infinitives"])
        return regular and bool(self.grammar.children(verb, "subject", "passive_subject"))

    def irrealis(self, verb: Word) -> bool:
        """Whether the clause has a form of Konjunktiv II that imagines ("hätte", "wäre")."""
        finite = (verb, *self.grammar.children(verb, "auxiliary", "passive_auxiliary", "copula"))
        return any(t.lower_ in self.data.words["auxiliaries.irrealis"] for t in finite)
