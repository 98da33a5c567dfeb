"""The other side of a verbal act that its clause leaves unsaid: the sentences before give it.

"Die Regierung verurteilte die Entscheidung": whose decision it was, the last sentence has told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from kg.facts.resolve import Filler, Resolver
from kg.linguistics.page import Word

__all__ = ["Discourse", "Exchange"]

_ANSWERABLE = frozenset(
    {"Country", "InternationalOrganization", "PoliticalParty", "ArmedGroup", "Ministry", "Organization", "Person"}
)
_WINDOW = 2  # sentences back that a word like "das" may answer
_ADDRESSING = frozenset({"accuses", "criticizes", "demandsFrom", "threatens", "rejects"})
_TRIP = 6  # sentences back that companions may join a journey
_VISIT, _REFUSAL = "visits", "rejects"


@dataclass(frozen=True, slots=True)
class Exchange:
    """Who acted towards whom in which sentence of the document."""

    sentence: int
    subject: str
    predicate: str
    object: str


class Discourse:
    """The relations of a document so far; `note` them in text order, so that later words can refer to them.

    Args:
        resolver: Entity lookup of the document.
    """

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._sentences = {s.start: i for i, s in enumerate(resolver.doc.sents)}
        self._exchanges: list[Exchange] = []

    def note(self, trigger: Word, subject: str, predicate: str, other: str | None) -> None:
        """Remember a relation that a word states."""
        if other is not None:
            self._exchanges.append(Exchange(self._sentences[trigger.sent.start], subject, predicate, other))

    def answered(
        self, trigger: Word, subject: str, predicate: str, types: frozenset[str], *, pronoun: bool = False
    ) -> Filler | None:
        """Whom a verbal act answers.

        Who acted towards the speaker, whom the one before him answered, or else of those who acted in the last
        sentences the one named most often.

        Args:
            trigger: The word for the act.
            subject: Who does it.
            predicate: What kind of act it is.
            types: Types that the other side may have.
            pronoun: Whether a pronoun stands for all that was said before ("Das lehnte Lima ab").
        """
        here = self._sentences[trigger.sent.start]
        recent = [e for e in self._exchanges if here - _WINDOW <= e.sentence < here]
        last = max((e.sentence for e in recent), default=None)
        told = [e for e in recent if e.sentence == last]
        # Who acted towards the speaker is answered before all others.
        own = {subject, self._resolver.country(subject)}
        towards = [e.subject for e in reversed(recent) if e.object in own and e.predicate in _ADDRESSING]
        if not towards and predicate == _REFUSAL and told and all(e.subject in own for e in told):
            return None  # it is a denial of what was said of the speaker, by whoever said it
        alike = [e.object for e in told if e.predicate == predicate and subject not in (e.subject, e.object)]
        # "Das lehnte Lima ab": who demanded it.
        asking = [e.subject for e in told if e.predicate in _ADDRESSING and pronoun and predicate == _REFUSAL]
        involved = towards or alike or asking or [*(e.subject for e in told), *(e.object for e in told)]
        if not involved and pronoun:
            involved = self._actors(trigger)
        fitting = [x for x in dict.fromkeys(involved) if x != subject and self._resolver.type(x) in types & _ANSWERABLE]
        if not fitting:
            return None
        named = Counter(s.kb_id_ for s in self._resolver.mentions if s.start < trigger.sent.start)
        best = max(fitting, key=lambda x: named[x])  # the doer, where both are named as often
        return Filler(best, trigger, "implicit", "discourse")

    def _actors(self, trigger: Word) -> list[str]:
        """Who the sentence before says something of."""
        before = trigger.sent.start - 1
        if before < 0:
            return []
        sentence, grammar = trigger.doc[before].sent, self._resolver.grammar
        found = []
        for token in sentence:
            if grammar.has(token, "subject", "passive_subject", "agent"):
                found += [f.entity for f in self._resolver.at(token)]
        return found

    def joined(self, trigger: Word, companions: Collection[str]) -> Filler | None:
        """Where those went with whom somebody goes: "Begleitet wurde sie von X" after "Sie reiste nach Y".

        Args:
            trigger: The word for going.
            companions: Who takes part besides the subject.
        """
        here = self._sentences[trigger.sent.start]
        for exchange in reversed(self._exchanges):
            if exchange.predicate == _VISIT and exchange.subject in companions and exchange.sentence >= here - _TRIP:
                return Filler(exchange.object, trigger, "implicit", "discourse")
        return None
