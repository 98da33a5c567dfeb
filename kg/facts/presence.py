"""Who is where: a person who speaks, meets or does something in a foreign place has gone there, soldiers were sent.

The guidelines count staying in a place and attending something there as a visit; news says it by the way:
"Vargas führte in Lima Gespräche", "die in Peru stationierten chilenischen Soldaten".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from kg.facts.frames import Candidate
from kg.facts.resolve import Filler, Resolver
from kg.facts.roles import Roles
from kg.lexicon_facts import FactWords
from kg.linguistics.grammar import Grammar
from kg.linguistics.page import Page, Word

__all__ = ["match_presence"]

_WEIGHT = 0.6
_SENDERS = ("Country", "InternationalOrganization")
_TOWN = "City"
_PLACES = (_TOWN, "Region", "Country")
_DEPTH = 3  # how deep under what is attended its place may lie


def match_presence(
    doc: Page,
    resolver: Resolver,
    words: FactWords,
    language: str,
    *,
    offices: Mapping[str, Sequence[str]] | None = None,
) -> Iterator[Candidate]:
    """Find persons who do something in a place that is not their own country's, or at an event, and soldiers there.

    Args:
        doc: An annotated document.
        resolver: Entity lookup of the document.
        words: Word lists of the language.
        language: Two-letter code, for the rule's name.
        offices: What the persons of the document hold or held an office in: it tells where they are at home.

    Yields:
        Candidates for `visits` and `sendsTroops`, in text order.
    """
    roles = Roles(resolver)
    grammar = resolver.grammar
    telling = words.presence_nouns | words.soldier_nouns | words.presence_verbs
    for token in doc:
        if token.lemma_ not in telling:
            continue
        if grammar.is_(token, "noun") and token.lemma_ in words.presence_nouns:
            yield from _met(token, resolver, words, language, offices or {})
            continue
        if grammar.is_(token, "noun") and token.lemma_ in words.soldier_nouns:
            yield from _stationed(token, roles, words, language)
            continue
        if not grammar.is_(token, "full_verb") or token.lemma_ not in words.presence_verbs or grammar.passive(token):
            continue
        arguments = roles.arguments(token)
        people = [f for a in arguments if a.role == "subject" and not a.inherited for f in resolver.at(a.token)]
        people = [p for p in people if resolver.type(p.entity) == "Person"]
        for where, attended in _locatives(token, roles, words) if people else ():
            for place in resolver.at(where):
                for person in people:
                    home = _home(person.entity, resolver, offices or {})
                    if _abroad(home, place, resolver, attended=attended):
                        rule = f"{language}/visits/presence/{token.lemma_}"
                        yield Candidate(person.entity, "visits", place.entity, token, token, rule, _WEIGHT)


def _met(
    noun: Word, resolver: Resolver, words: FactWords, language: str, offices: Mapping[str, Sequence[str]]
) -> Iterator[Candidate]:
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
            home = _home(person.entity, resolver, offices)
            if resolver.type(person.entity) == "Person" and _abroad(home, place, resolver, attended=False):
                rule = f"{language}/visits/presence/{noun.lemma_}"
                yield Candidate(person.entity, "visits", place.entity, noun, None, rule, _WEIGHT)


def _stationed(noun: Word, roles: Roles, words: FactWords, language: str) -> Iterator[Candidate]:
    """Whose soldiers are in a foreign place: "US-Soldaten in Peru", "Chiles Truppen kämpfen in Peru"."""
    grammar, resolver = roles.grammar, roles.resolver
    places = roles.within(noun)
    whose = [owner for genitive in grammar.genitives(noun) for owner in grammar.conjuncts(genitive)]
    inside = [f for f in places if not any(f.token == owner or owner in f.token.subtree for owner in whose)]
    verb = grammar.governor(noun)
    if verb is not None and (verb.lemma_ in words.station_verbs or bool(grammar.children(verb, "copula"))):
        arguments = roles.arguments(verb)
        if any(a.token == noun and a.role in ("subject", "object") for a in arguments):
            for argument in arguments:
                preposition = argument.preposition
                if preposition is not None and preposition.word in grammar.group("inside"):
                    inside += resolver.at(argument.token)
    for owner in resolver.owners(noun):
        if resolver.type(owner.entity) not in _SENDERS:
            continue
        inside.sort(key=lambda f: resolver.type(f.entity) != "Country")  # the country says more than its town
        for place in inside[:1]:
            if place.entity != owner.entity and _foreign(owner.entity, place, resolver):
                rule = f"{language}/sendsTroops/presence/{noun.lemma_}"
                yield Candidate(owner.entity, "sendsTroops", place.entity, noun, None, rule, _WEIGHT)


def _foreign(state: str, place: Filler, resolver: Resolver) -> bool:
    kind = resolver.type(place.entity)
    there = place.entity if kind == "Country" else resolver.entities[place.entity].get("country")
    return kind in _PLACES and bool(there) and there != state


def _locatives(verb: Word, roles: Roles, words: FactWords) -> Iterator[tuple[Word, bool]]:
    """Places of the clause: `in Genf`, and those of what is attended: `beim Gipfel in Genf`; and whether it is that."""
    grammar = roles.grammar
    for argument in roles.arguments(verb):
        preposition = argument.preposition
        if argument.role == "subject" and argument.token.i > verb.i:
            # A parser may hang it on the name: "sagte Minister Vargas in Genf".
            names = (argument.token, *grammar.children(argument.token, "apposition", "flat"))
            yield from ((t, False) for n in names if grammar.is_(n, "name") for t in _inside(n, grammar, 0))
        if argument.role == "object" and verb.lemma_ in words.on_site_verbs:
            yield from ((t, False) for t in _inside(argument.token, grammar, 0))  # "eröffnete die Messe in Genf"
        elif argument.role == "object" and argument.token.lemma_ in words.presence_nouns:
            yield from ((t, False) for t in _spoken(argument.token, grammar))
        if argument.role != "oblique" or preposition is None or preposition.word not in grammar.group("attended"):
            continue
        if _elsewhere(argument.token, verb, roles, words):
            continue
        yield argument.token, False
        event = argument.token.lemma_.endswith(tuple(words.event_nouns))
        depth = 0 if preposition.word in grammar.group("after") else _DEPTH
        yield from ((t, event) for t in _inside(argument.token, grammar, depth))


def _elsewhere(place: Word, verb: Word, roles: Roles, words: FactWords) -> bool:
    """Whether only a violent deed, or who is told to do something, is in a place: "rief die Parteien im Sudan auf"."""
    deeds = tuple(words.deed_endings)
    sentence = roles.resolver.starting(place.sent.start, place.i)
    if any(s.id_ == "group" and place.i < s.end for s in sentence):
        return True  # "kritisierte die Regierung in Peru"
    if place.lemma_.lower().endswith(deeds):
        return True
    before = min(token.i for token in place.subtree) - 1
    for argument in roles.arguments(verb):
        done = argument.token.lemma_.lower().endswith(deeds) or roles.grammar.controls(verb)
        if argument.role == "object" and done and any(token.i == before for token in argument.token.subtree):
            return True
    return False


def _inside(noun: Word, grammar: Grammar, depth: int) -> Iterator[Word]:
    """Places in the phrases under a noun: "bei der Vorlage seines Berichts vor dem Rat in Genf"."""
    for child in grammar.children(noun, "nominal"):
        preposition = grammar.preposition(child)
        if preposition is not None and preposition.word in grammar.group("inside"):
            yield child
        if depth:
            yield from _inside(child, grammar, depth - 1)


def _spoken(speech: Word, grammar: Grammar) -> Iterator[Word]:
    """Where a speech was given: "eine Rede in Lima", "eine Rede vor dem Kongress in Lima", not what it is about."""
    yield from _inside(speech, grammar, 0)
    for child in grammar.children(speech, "nominal"):
        preposition = grammar.preposition(child)
        if preposition is not None and preposition.word in grammar.group("attended"):
            yield from _inside(child, grammar, 0)


def _home(person: str, resolver: Resolver, offices: Mapping[str, Sequence[str]]) -> str | None:
    """The country of a person: his own, else that of the office that the text gives him."""
    own = resolver.entities[person].get("country")
    if own:
        return str(own)
    for entity in offices.get(person, ()):
        country = resolver.state(entity)
        if country is not None:
            return country
    return None


def _abroad(home: str | None, place: Filler, resolver: Resolver, *, attended: bool) -> bool:
    kind = resolver.type(place.entity)
    if kind not in _PLACES:
        return False
    there = place.entity if kind == "Country" else resolver.entities[place.entity].get("country")
    if attended and kind == _TOWN:
        return True
    return bool(home) and bool(there) and home != there
