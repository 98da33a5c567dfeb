"""The other side of a verbal act that its clause leaves unsaid: the sentences before give it.

"Die Regierung verurteilte die Entscheidung": whose decision it was, the last sentence has told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from spacy.tokens import Token

from kg.facts.resolve import Filler, Resolver

__all__ = ["Discourse", "Exchange"]

_ANSWERABLE = frozenset(
    {"Country", "InternationalOrganization", "PoliticalParty", "ArmedGroup", "Ministry", "Organization", "Person"}
)
_WINDOW = 2  # sentences back that a word like "das" may answer
_TRIP = 6  # sentences back that companions may join a journey
_VISIT = "visits"


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

    def note(self, trigger: Token, subject: str, predicate: str, other: str | None) -> None:
        """Remember a relation that a word states."""
        if other is not None:
            self._exchanges.append(Exchange(self._sentences[trigger.sent.start], subject, predicate, other))

    def answered(self, trigger: Token, subject: str, types: frozenset[str]) -> Filler | None:
        """Whom a verbal act answers: of those who acted in the last sentences the one named most often.

        Args:
            trigger: The word for the act.
            subject: Who does it.
            types: Types that the other side may have.
        """
        here = self._sentences[trigger.sent.start]
        last = max((e.sentence for e in self._exchanges if e.sentence < here), default=-_WINDOW - 1)
        if last < here - _WINDOW:
            return None
        told = [e for e in self._exchanges if e.sentence == last]
        involved = dict.fromkeys((*(e.subject for e in told), *(e.object for e in told)))
        fitting = [x for x in involved if x != subject and self._resolver.type(x) in types & _ANSWERABLE]
        if not fitting:
            return None
        named = Counter(s.kb_id_ for s in self._resolver.mentions if s.start < trigger.sent.start)
        best = max(fitting, key=lambda x: named[x])  # the doer, where both are named as often
        return Filler(best, trigger, "implicit", "discourse")

    def joined(self, trigger: Token, companions: Collection[str]) -> Filler | None:
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
