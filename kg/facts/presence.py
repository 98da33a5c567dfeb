"""Who is where: a person who speaks, meets or does something in a foreign place has gone there.

The guidelines count staying in a place and attending something there as a visit; news says it by the way:
"Vargas führte in Lima Gespräche".
"""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Doc, Token

from kg.facts.frames import Candidate
from kg.facts.resolve import Filler, Resolver
from kg.facts.roles import Roles
from kg.lexicon_facts import FactWords

__all__ = ["match_presence"]

_WEIGHT = 0.6
_PLACES = ("City", "Region", "Country")


def match_presence(doc: Doc, resolver: Resolver, words: FactWords, language: str) -> Iterator[Candidate]:
    """Find persons who do something in a place that is not their own country's.

    Args:
        doc: An annotated document.
        resolver: Entity lookup of the document.
        words: Word lists of the language.
        language: Two-letter code, for the rule's name.

    Yields:
        Candidates for `visits`, in text order.
    """
    roles = Roles(resolver)
    grammar = resolver.grammar
    for token in doc:
        if grammar.is_(token, "noun") and token.lemma_ in words.presence_nouns:
            yield from _met(token, resolver, words, language)
            continue
        if not grammar.is_(token, "full_verb") or token.lemma_ not in words.presence_verbs or grammar.passive(token):
            continue
        arguments = roles.arguments(token)
        people = [f for a in arguments if a.role == "subject" and not a.inherited for f in resolver.at(a.token)]
        places = [f for t in _locatives(token, roles) for f in resolver.at(t)]
        for person in people:
            for place in places:
                if resolver.type(person.entity) == "Person" and _abroad(person, place, resolver):
                    rule = f"{language}/visits/presence/{token.lemma_}"
                    yield Candidate(person.entity, "visits", place.entity, token, token, rule, _WEIGHT)


def _met(noun: Token, resolver: Resolver, words: FactWords, language: str) -> Iterator[Candidate]:
    """Who speaks or meets in a place by a noun: "das Treffen zwischen Vargas und Quispe in Lima"."""
    grammar = resolver.grammar
    people, places = resolver.possessors(noun), []
    for child in grammar.children(noun, "nominal"):
        preposition = grammar.preposition(child)
        if preposition is not None and preposition.word in grammar.group("inside"):
            places += resolver.at(child)
        elif preposition is not None and preposition.word in words.partner_prepositions:
            people += resolver.at(child)
    for person in people:
        for place in places:
            if resolver.type(person.entity) == "Person" and _abroad(person, place, resolver):
                rule = f"{language}/visits/presence/{noun.lemma_}"
                yield Candidate(person.entity, "visits", place.entity, noun, None, rule, _WEIGHT)


def _locatives(verb: Token, roles: Roles) -> list[Token]:
    """Places of the clause: `in Genf`, and those of what is attended (`beim Gipfel in Genf`)."""
    grammar = roles.grammar
    found = []
    for argument in roles.arguments(verb):
        preposition = argument.preposition
        if argument.role == "oblique" and preposition is not None and preposition.word in grammar.group("attended"):
            found.append(argument.token)
            for child in grammar.children(argument.token, "nominal"):
                inner = grammar.preposition(child)
                if inner is not None and inner.word in grammar.group("inside"):
                    found.append(child)
    return found


def _abroad(person: Filler, place: Filler, resolver: Resolver) -> bool:
    kind = resolver.type(place.entity)
    if kind not in _PLACES:
        return False
    home = resolver.entities[person.entity].get("country")
    there = place.entity if kind == "Country" else resolver.entities[place.entity].get("country")
    return bool(home) and bool(there) and home != there
