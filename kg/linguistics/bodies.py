"""The bodies of a state whose name does not say which one: "das Parlament", "das Außenministerium", "die Polizei".

In an article about Peru the parliament is the Peruvian one. Each country has one, so that the noun and the country
tell which is meant, in one article and over many.
"""

from __future__ import annotations

from collections import Counter

from kg.linguistics.agreement import Agreement
from kg.linguistics.cues import Cues
from kg.linguistics.page import Word
from kg.linguistics.registry import Registry
from kg.model import EntityType

__all__ = ["NationalBodies"]

_FULL_NAME = 2  # words
_MOST = 2 / 3  # of the mentions of countries: those of the one that an article is about
_SEAT = (EntityType.COUNTRY, EntityType.CITY, EntityType.REGION)


class NationalBodies:
    """Finds which country's body a noun without an owner means.

    Args:
        registry: Holds the names; where entities go.
        cues: Word lists of the language.
        agreement: Gender and number, and the labels of the parser.
    """

    def __init__(self, registry: Registry, cues: Cues, agreement: Agreement) -> None:
        self.registry = registry
        self.cues = cues
        self.agreement = agreement
        self._named = Counter(m.entity for m in registry.mentions if m.type is EntityType.COUNTRY)

    def meant(self, noun: Word, type_: EntityType, owned: dict[str, str]) -> str:
        """The body that a noun without an owner means, or empty.

        Args:
            noun: The noun.
            type_: What it stands for.
            owned: Bodies of the same noun in the article by their owners; that of the article's country is added.
        """
        if len(set(owned.values())) == 1:
            return next(iter(owned.values()))
        if named := self.named(noun, type_):
            return named
        home = self.home(noun)
        if home and home not in owned:
            owned[home] = self.entity(noun, type_, home)
        return owned.get(home, "")

    def named(self, noun: Word, type_: EntityType) -> str:
        """The only body of the article whose full name ends in the noun ("Oberster Gerichtshof": "der Gerichtshof")."""
        if not self._only(noun):
            return ""
        doc = self.registry.doc
        full = {
            m.entity
            for m in self.registry.mentions
            if m.kind == "name" and m.type is type_ and m.end - m.start >= _FULL_NAME
            if doc[m.end - 1].lemma_ == noun.lemma_
        }
        return full.pop() if len(full) == 1 else ""

    def home(self, noun: Word) -> str:
        """The country whose body a noun means: the one that the article is about."""
        if "-" in noun.text or self._gender(noun) is None or not self._only(noun) or self._placed(noun):
            return ""
        first = self._named.most_common(1)
        return next((country for country, count in first if count >= _MOST * self._named.total()), "")

    def entity(self, noun: Word, type_: EntityType, country: str) -> str:
        """The body of a country: that of the gazetteer, else one named by the country's adjective."""
        gazetteer, head = self.registry.gazetteer, noun.lemma_
        actor = gazetteer.actors[country]
        ending = self.cues.inflection.nominative.get(self._gender(noun) or "", "")
        bare = gazetteer.inflection.origin  # "Hongkonger" has no endings
        endings = ((a, "" if a[:1].isupper() and a.endswith(bare) else ending) for a in actor.adjectives)
        names = [f"{adjective}{told} {head}" for adjective, told in endings]
        for name in (*names, *(f"{short}-{head}" for short in actor.names if short.isupper())):
            known = {s.actor for s in gazetteer.senses(name) if s.safe and gazetteer.actors[s.actor].type is type_}
            if len(known) == 1:
                return self.registry.known(known.pop())
        return self.registry.new(type_, names[0], country=country) if names else ""

    def _gender(self, noun: Word) -> str | None:
        """The gender of the noun if each country has one such body."""
        return next((g for g, nouns in self.cues.national.items() if nouns.match(noun.text, noun.lemma_)), None)

    def _only(self, noun: Word) -> bool:
        """Whether the noun means the only one that there is, of whatever country."""
        grammar = self.agreement.grammar
        return not self.agreement.plural_noun(noun, bare=True) and not grammar.possessives(noun) and grammar.only(noun)

    def _placed(self, noun: Word) -> bool:
        """Whether the noun says where the body is, or whose: "das Parlament in Erbil", "das Parlament der Provinz"."""
        grammar = self.agreement.grammar
        if grammar.genitives(noun) or grammar.children(noun, "apposition", "flat"):
            return True
        behind = {c.i for c in grammar.children(noun, "nominal")}
        if noun.i + 2 < len(noun.doc) and grammar.is_(noun.nbor(), "adposition"):
            behind.add(noun.i + 2)  # whatever the parser hangs it on
        return any(m.type in _SEAT and behind.intersection(range(m.start, m.end)) for m in self.registry.mentions)
