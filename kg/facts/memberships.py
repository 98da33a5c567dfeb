"""Members in a list after their organisation or said to be "in" it, and parties before the offices of their members."""

from __future__ import annotations

from collections.abc import Iterator

from kg.facts.frames import Candidate
from kg.facts.resolve import Filler, Resolver
from kg.facts.roles import Roles
from kg.lexicon_facts import FactWords
from kg.linguistics.grammar import Grammar
from kg.linguistics.page import Page, Stretch, Word

__all__ = ["match_memberships", "parties_before", "party_of_office"]

_PREDICATE = "memberOf"
_COUNTRY, _PARTY = "Country", "PoliticalParty"
_BODIES = frozenset({"InternationalOrganization", "PoliticalParty"})
_MEMBERS = frozenset({"Country", "Person"})
_IN_WEIGHT, _LIST_WEIGHT, _OFFICE_WEIGHT = 0.8, 0.75, 0.85
_COMMAS = frozenset({",", ":"})
_SKIPPED = 3  # words between the organisation and the word that begins the list


def match_memberships(doc: Page, resolver: Resolver, words: FactWords, language: str) -> Iterator[Candidate]:
    """Find "X ist in der EU", "der Rat, darunter X und Y", "EU-Staaten wie X und Y", "X und andere EU-Staaten".

    Args:
        doc: An annotated document.
        resolver: Entity lookup of the document.
        words: Word lists of the language.
        language: Two-letter code, for the rule's name.

    Yields:
        Candidates in text order.
    """
    roles = Roles(resolver)
    for token in resolver.grammar.heads_of(doc, "copula"):
        yield from _in(token, roles, language)
    for span in resolver.mentions:
        if resolver.type(span.kb_id_) in _BODIES and (span.id_ == "name" or _members(span, words)):
            yield from _listed(span, resolver, words, language)
        if resolver.type(span.kb_id_) in _BODIES and _members(span, words):
            yield from _with_others(span, resolver, words, language)


def _in(token: Word, roles: Roles, language: str) -> Iterator[Candidate]:
    """`Estland ist in der EU und der Nato`: a body after a preposition of place is the predicate."""
    resolver, grammar = roles.resolver, roles.grammar
    preposition = grammar.preposition(token)
    if preposition is None or preposition.word not in grammar.group("inside"):
        return
    bodies = [f for f in resolver.at(token) if resolver.type(f.entity) in _BODIES and f.kind == "name"]
    for subject in _subjects(token, grammar):
        for member in resolver.at(subject):
            for body in bodies:
                if resolver.type(member.entity) in _MEMBERS:
                    rule = f"{language}/{_PREDICATE}/structure/in"
                    yield Candidate(member.entity, _PREDICATE, body.entity, token, token, rule, _IN_WEIGHT)


def _subjects(predicate: Word, grammar: Grammar) -> list[Word]:
    """The subjects of a predicate with a copula; in "X sei im Bund, sagte er" the parser may give them to the verb."""
    own = list(grammar.children(predicate, "subject"))
    if own or not grammar.is_(predicate.head, "verb"):
        return own
    first = min(c.i for c in grammar.children(predicate, "copula"))
    return [c for c in grammar.children(predicate.head, "subject") if c.i < first < predicate.head.i]


def _members(span: Stretch, words: FactWords) -> bool:
    """Whether the body is the first part of a compound for its members: `EU-Staaten`."""
    return span.id_ == "modifier" and span.root.lemma_.rpartition("-")[2] in words.member_nouns


def _listed(span: Stretch, resolver: Resolver, words: FactWords, language: str) -> Iterator[Candidate]:
    """The countries of a list that begins right after the mention."""
    doc, grammar = span.doc, resolver.grammar
    limit = min(span.end + _SKIPPED, span.sent.end)
    start = next((i for i in range(span.end, limit) if doc[i].lower_ in words.including_words), None)
    if start is None or any(grammar.is_(doc[i], "verb") for i in range(span.end, start)):
        return
    example = doc[start].lower_ in words.example_words
    if example and span.id_ == "name":
        return  # "die EU wie Russland" compares
    names = {s.start: s for s in resolver.mentions if s.id_ == "name" and resolver.type(s.kb_id_) == _COUNTRY}
    index = start + 1
    while index < span.sent.end:
        member = names.get(index)
        if member is not None:
            rule = f"{language}/{_PREDICATE}/structure/list"
            yield Candidate(member.kb_id_, _PREDICATE, span.kb_id_, member.root, None, rule, _LIST_WEIGHT)
            index = member.end
        elif grammar.has(doc[index], "determiner", "coordinator", "adverbial") or doc[index].text in _COMMAS:
            index += 1
        else:
            return


def _with_others(span: Stretch, resolver: Resolver, words: FactWords, language: str) -> Iterator[Candidate]:
    """The countries of a list that ends with the mention: `Polen, Ungarn und andere EU-Staaten`."""
    grammar, noun = resolver.grammar, span.root
    others = grammar.children(noun, "determiner", "adjectival")
    if not grammar.has(noun, "conjunct") or not any(o.lower_ in words.other_words for o in others):
        return
    for token in (noun.head, *grammar.children(noun.head, "conjunct")):
        filler = resolver.one(token) if token.i < noun.i else None
        if filler is not None and filler.kind == "name" and resolver.type(filler.entity) == _COUNTRY:
            rule = f"{language}/{_PREDICATE}/structure/list"
            yield Candidate(filler.entity, _PREDICATE, span.kb_id_, token, None, rule, _LIST_WEIGHT)


def party_of_office(
    token: Word, person: Filler, resolver: Resolver, words: FactWords, language: str
) -> Iterator[Candidate]:
    """The party before an office that no party gives: "SPD-Außenminister Jan Beispiel".

    Args:
        token: The title.
        person: Who holds it.
        resolver: Entity lookup of the document.
        words: Word lists of the language.
        language: Two-letter code, for the rule's name.
    """
    for party in parties_before(token, resolver, words):
        rule = f"{language}/{_PREDICATE}/title/{token.lemma_}"
        governor = resolver.grammar.governor(token)
        yield Candidate(person.entity, _PREDICATE, party, token, governor, rule, _OFFICE_WEIGHT)


def parties_before(token: Word, resolver: Resolver, words: FactWords) -> list[str]:
    """The parties that are the first part of a public office's title; none of another office ("SPD-Vorsitzender")."""
    if not token.lemma_.lower().endswith(tuple(words.public_offices)):
        return []
    return [f.entity for f in resolver.modifiers(token) if resolver.type(f.entity) == _PARTY]
